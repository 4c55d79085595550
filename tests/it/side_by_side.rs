//! Several targets in one run, from outside.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::command::{command, conformance};
use crate::servers::{Reference, nowhere, text};

const FAULT: &str = "logout-keeps-access";

/// A profile file with these targets.
fn profiles(targets: &[(&str, &Reference)]) -> TempDir {
    let home = tempfile::tempdir().unwrap();
    let one = |(name, server): &(&str, &Reference)| {
        let text = fs::read_to_string(server.profile()).unwrap();
        text.replace("[target.reference", &format!("[target.{name}"))
    };
    let all: Vec<String> = targets.iter().map(one).collect();
    fs::write(home.path().join("p.toml"), all.join("\n")).unwrap();
    home
}

/// What is wrong with a matrix by its published schema.
fn violations(matrix: &Value) -> Vec<String> {
    let schema = |name: &str| -> Value {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/tool").join(name);
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let report = schema("report.schema.json");
    let id = report["$id"].as_str().unwrap().to_owned();
    let registry = jsonschema::Registry::new().add(id, report).unwrap().prepare().unwrap();
    let validator = jsonschema::options().with_registry(&registry).build(&schema("matrix.schema.json")).unwrap();
    validator.iter_errors(matrix).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn run(home: &Path, names: &[&str], more: &[&str]) -> String {
    let file = home.join("p.toml");
    let fixed = ["run", "--profile-file", text(&file), "--suite", "logout", "--seed", "1"];
    let names: Vec<&str> = names.iter().flat_map(|name| ["--profile", name]).collect();
    conformance(&[&fixed[..], &names, more].concat())
}

#[test]
fn two_targets_stand_side_by_side() {
    let (good, bad) = (Reference::start(None), Reference::start(Some(FAULT)));
    let home = profiles(&[("staging", &good), ("production", &bad)]);
    let out = home.path().join("out");
    let shown = run(home.path(), &["staging", "production"], &["--out", text(&out)]);
    assert!(shown.starts_with("exit code: 1\n--- stdout\nrequirements that differ (-v shows all)\n"), "{shown}");
    assert!(shown.contains("| level  | staging | production\n"), "{shown}");
    let row = shown.lines().find(|line| line.trim_start().starts_with("logout-ends-access ")).unwrap_or_default();
    let cells: Vec<&str> = row.split('|').map(str::trim).collect();
    assert_eq!(cells, ["logout-ends-access", "must", "pass", "fail"], "{shown}");
    assert!(shown.contains("production: fail: expected refused"), "{shown}");
    assert!(!shown.contains("production: blocked"), "what was not reached is explained: {shown}");
    assert!(shown.contains("\nstaging: CONFORMANT: ") && shown.contains("\nproduction: NON-CONFORMANT: "), "{shown}");
    assert!(shown.contains("\nSIDE BY SIDE: 1 of 2 targets is conformant; "), "{shown}");

    let matrix: Value = serde_json::from_str(&fs::read_to_string(out.join("matrix.json")).unwrap()).unwrap();
    assert_eq!(matrix["exit_code"], 1);
    assert_eq!(violations(&matrix), Vec::<String>::new());
    let rows = matrix["requirements"].as_array().unwrap();
    let differing: Vec<&str> =
        rows.iter().filter(|row| row["differs"] == true).map(|row| row["id"].as_str().unwrap()).collect();
    assert!(differing.contains(&"logout-ends-access"), "{differing:?}");
    // The same as each target's own report says.
    for (number, name) in ["staging", "production"].into_iter().enumerate() {
        let own: Value =
            serde_json::from_str(&fs::read_to_string(out.join(name).join("report.json")).unwrap()).unwrap();
        assert_eq!(own["target"]["name"], name);
        assert_eq!(own["conclusion"], matrix["targets"][number]["fate"]["judged"]["conclusion"]);
        for (row, requirement) in rows.iter().zip(own["requirements"].as_array().unwrap()) {
            let cell = &row["cells"][number];
            let pair = [(&row["id"], &requirement["id"]), (&cell["status"], &requirement["status"])];
            assert!(pair.iter().all(|(left, right)| left == right), "{row} {requirement}");
            assert_eq!(cell["checks"], requirement["checks"], "{row}");
        }
        assert!(out.join(name).join("recording.jsonl").is_file());
    }
    let page = fs::read_to_string(out.join("matrix.html")).unwrap().replace("&#x2f;", "/");
    assert!(page.contains("href=\"production/report.html#r=logout-ends-access\""));
    let again = command(&["judge", text(&out.join("production/recording.jsonl")), "-q"]).output().unwrap();
    assert_eq!(again.status.code(), Some(1));
}

#[test]
fn what_is_alike_is_shown_only_where_it_is_asked_for() {
    let (one, other) = (Reference::start(None), Reference::start(None));
    let home = profiles(&[("one", &one), ("other", &other)]);
    let shown = run(home.path(), &["one", "other"], &["-q"]);
    assert!(shown.starts_with("exit code: 0\n--- stdout\none: CONFORMANT: "), "{shown}");
    assert!(shown.contains("SIDE BY SIDE: 2 of 2 targets are conformant; all "), "{shown}");
    let json = run(home.path(), &["one", "other"], &["--report", "json=-"]);
    let json = json.strip_prefix("exit code: 0\n--- stdout\n").unwrap().split("--- stderr").next().unwrap();
    let matrix: Value = serde_json::from_str(json).unwrap();
    assert_eq!(matrix["targets"][1]["name"], "other");
    let all = run(home.path(), &["one", "other"], &["-v"]);
    assert!(all.contains("all requirements\n") && all.contains(" logout-ends-access "), "{all}");
    let planned = run(home.path(), &["one", "other"], &["--dry-run"]);
    assert!(planned.contains("target     one, http://") && planned.contains("target     other, http://"), "{planned}");
    let planned = run(home.path(), &["one", "other"], &["--dry-run=json"]);
    let json = planned.strip_prefix("exit code: 0\n--- stdout\n").unwrap().split("--- stderr").next().unwrap();
    let planned: Value = serde_json::from_str(json).unwrap();
    assert_eq!(planned["one"], planned["other"]);
}

#[test]
fn one_that_cannot_be_run_does_not_keep_the_others_from_it() {
    let (good, lost) = (Reference::start(None), Reference::start(None));
    let home = profiles(&[("lost", &lost), ("good", &good)]);
    let file = home.path().join("p.toml");
    let elsewhere = fs::read_to_string(&file).unwrap().replace(lost.url(), &format!("{}/api/v1", nowhere()));
    fs::write(&file, elsewhere).unwrap();
    let report = home.path().join("matrix.json");
    let shown =
        run(home.path(), &["lost", "good"], &["--report", &format!("json={}", text(&report)), "--report", "console=-"]);
    let matrix: Value = serde_json::from_str(&fs::read_to_string(&report).unwrap()).unwrap();
    assert_eq!(violations(&matrix), Vec::<String>::new());
    assert!(matrix["requirements"][0]["cells"][0].is_null(), "{matrix}");
    assert!(shown.starts_with("exit code: 3\n"), "{shown}");
    assert!(shown.contains("\nlost: NOT RUN: nothing answers at http://"), "{shown}");
    assert!(shown.contains("\ngood: CONFORMANT: ") && shown.contains("SIDE BY SIDE: 1 of 2 targets is "), "{shown}");
    // What is wrong with the last is told before the first is talked to.
    let wrong = run(home.path(), &["good", "nobody"], &["--out", text(&home.path().join("out"))]);
    assert!(wrong.starts_with("exit code: 2\n--- stdout\n--- stderr\nerror: "), "{wrong}");
    assert!(wrong.contains("nobody") && !home.path().join("out").exists(), "{wrong}");
}

#[test]
fn what_means_nothing_for_several_is_refused() {
    let server = Reference::start(None);
    let home = profiles(&[("one", &server), ("other", &server)]);
    for (more, told) in [
        (&["--profile", "one"][..], "`--profile one` is given twice"),
        (&["--record", "run.jsonl"], "`--record` is for one target, and several are named"),
        (&["--baseline", "run.jsonl"], "`--baseline` is for one target, and several are named"),
        (&["--snapshots", "there"], "`--snapshots` is for one target, and several are named"),
        (&["--report", "junit=-"], "there is no report of several targets as `junit`"),
    ] {
        let shown = run(home.path(), &["one", "other"], more);
        assert!(shown.starts_with(&format!("exit code: 2\n--- stdout\n--- stderr\nerror: {told}\nhelp: ")), "{shown}");
    }
    let other = conformance(&["doctor", "--profile", "one", "--profile", "other"]);
    assert!(other.contains("cannot be used multiple times"), "{other}");
}
