//! Two runs compared from outside, a run that is held against an earlier one, and runs that are done several times.

use std::fs;

use serde_json::Value;

use crate::command::conformance;
use crate::servers::{Reference, text};

const FAULT: &str = "logout-keeps-access";

/// Runs a suite and leaves its recording and report; the whole output.
fn run(server: &Reference, name: &str, home: &std::path::Path, more: &[&str]) -> String {
    let (profile, recording) = (server.profile(), home.join(format!("{name}.jsonl")));
    let json = format!("json={}", text(&home.join(format!("{name}.json"))));
    let fixed = ["run", "--profile-file", text(&profile), "--suite", "logout", "--record", text(&recording), "-q"];
    conformance(&[&fixed[..], &["--report", &json], more].concat())
}

#[test]
fn what_got_worse_fails_and_what_got_better_does_not() {
    let (good, bad) = (Reference::start(None), Reference::start(Some(FAULT)));
    let home = tempfile::tempdir().unwrap();
    let file = |name: &str| text(&home.path().join(name)).to_owned();
    assert!(run(&good, "good", home.path(), &[]).starts_with("exit code: 0\n"));
    assert!(run(&bad, "bad", home.path(), &[]).starts_with("exit code: 1\n"));

    let worse = conformance(&["diff", &file("good.jsonl"), &file("bad.json")]);
    assert!(worse.starts_with("exit code: 1\n") && worse.contains("\nWORSE: "), "{worse}");
    assert!(worse.contains("logout-ends-access  pass, now fail"), "{worse}");
    let better = conformance(&[
        "diff",
        &file("bad.jsonl"),
        &file("good.jsonl"),
        "--report",
        &format!("markdown={}", file("c.md")),
    ]);
    assert!(better.starts_with("exit code: 0\n") && better.contains("\nNOT WORSE: nothing is worse: "), "{better}");
    let markdown = fs::read_to_string(file("c.md")).unwrap();
    assert!(markdown.starts_with("## ✅ Not worse") && markdown.contains("### Better ("), "{markdown}");
    let same = conformance(&["diff", &file("good.jsonl"), &file("good.json")]);
    assert!(same.starts_with("exit code: 0\n") && same.ends_with("NOT WORSE: nothing changed\n--- stderr\n"), "{same}");
    let json = conformance(&["diff", &file("good.json"), &file("bad.json"), "--report", "json=-"]);
    let json = json.strip_prefix("exit code: 1\n--- stdout\n").unwrap().split("--- stderr").next().unwrap();
    let json: Value = serde_json::from_str(json).unwrap();
    assert!(!json["worse"].as_array().unwrap().is_empty());

    let gated = run(&bad, "again", home.path(), &["--baseline", &file("bad.jsonl")]);
    assert!(gated.starts_with("exit code: 0\n"), "{gated}");
    let last =
        "BASELINE: nothing is worse than the baseline, so the exit code is 0; the run itself is non-conformant: ";
    assert!(gated.contains(last) && gated.contains("NON-CONFORMANT: ") && !gated.contains("\nCONFORMANT"), "{gated}");
    let gated = run(&bad, "again", home.path(), &["--baseline", &file("good.jsonl")]);
    assert!(gated.starts_with("exit code: 1\n") && gated.contains("worse than the baseline"), "{gated}");
    let gated = run(&good, "again", home.path(), &["--baseline", &file("bad.json")]);
    assert!(gated.starts_with("exit code: 0\n") && gated.contains("and the run is conformant"), "{gated}");
}

#[test]
fn what_is_no_run_cannot_be_compared() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("nothing.json");
    fs::write(&file, "{}").unwrap();
    let shown = conformance(&["diff", text(&file), "nowhere.json"]);
    assert!(shown.starts_with("exit code: 2\n--- stdout\n--- stderr\nerror: "), "{shown}");
    let shown = conformance(&["run", "--suite", "logout", "--baseline", "nowhere.json"]);
    assert!(
        shown.starts_with("exit code: 2\n--- stdout\n--- stderr\nerror: `nowhere.json`: cannot be read: "),
        "{shown}"
    );
}

#[test]
fn every_attempt_of_a_repeated_run_is_kept() {
    let server = Reference::start(None);
    let home = tempfile::tempdir().unwrap();
    let shown = run(&server, "three", home.path(), &["--repeat", "3", "--seed", "7"]);
    assert!(shown.starts_with("exit code: 0\n") && shown.contains("in each of 3 attempts alike"), "{shown}");
    let recording = home.path().join("three.jsonl");
    let lines = fs::read_to_string(&recording).unwrap();
    assert_eq!(lines.matches("\"event\":\"run-started\"").count(), 3);
    let report =
        |name: &str| -> Value { serde_json::from_str(&fs::read_to_string(home.path().join(name)).unwrap()).unwrap() };
    let first = report("three.json");
    let seeds: Vec<u64> = first["attempts"].as_array().unwrap().iter().filter_map(|it| it["seed"].as_u64()).collect();
    assert_eq!((seeds, first["unstable"].as_array().unwrap().len()), (vec![7, 8, 9], 0));
    let json = format!("json={}", text(&home.path().join("again.json")));
    let again = conformance(&["judge", text(&recording), "-q", "--report", &json]);
    assert!(again.starts_with("exit code: 0\n"), "{again}");
    assert_eq!(report("again.json"), first);
}
