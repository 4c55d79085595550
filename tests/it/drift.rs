//! Snapshots from outside: they begin, drift is told and can be denied, and `accept` takes what is new.

use std::fs;
use std::path::Path;

use rstest::rstest;
use serde_json::Value;

use crate::command::{command, conformance};
use crate::servers::{Reference, text};

/// A fault that changes a header and breaks no `must`.
const FAULT: &str = "token-cacheable";
const SUITE: &str = "logout";

/// Runs a suite with snapshots in a folder; exit code, both streams, and the report.
fn run(server: &Reference, folder: &Path, ci: bool, more: &[&str]) -> (i32, String, Value) {
    let (profile, report) = (server.profile(), folder.parent().unwrap().join("report.json"));
    let json = format!("json={}", text(&report));
    let fixed =
        ["run", "--profile-file", text(&profile), "--suite", SUITE, "--snapshots", text(folder), "--report", &json];
    let mut command = command(&[&fixed[..], more].concat());
    if ci {
        command.env("CI", "true");
    }
    let output = command.output().unwrap();
    let shown = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    let report = fs::read_to_string(&report).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    (output.status.code().unwrap(), shown, report)
}

fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn accept(folder: &Path) -> String {
    conformance(&["accept", "--all", "--snapshots", text(folder)])
}

#[test]
fn snapshots_begin_drift_is_told_and_what_is_new_is_accepted() {
    let server = Reference::start(None);
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("snapshots");
    let (code, shown, report) = run(&server, &folder, false, &[]);
    assert_eq!(code, 0, "{shown}");
    let flows = report["flows"].as_array().unwrap().len();
    let drifts = |report: &Value| report["drift"]["drifts"].as_array().unwrap().len();
    assert_eq!((drifts(&report), names(&folder).len()), (flows, flows));
    assert!(shown.contains(&format!("{flows} new snapshots wait in ")), "{shown}");
    assert!(names(&folder).iter().all(|name| name.ends_with(".snap.new")));

    assert!(accept(&folder).contains(&format!("\n{flows} accepted, 0 rejected, 0 left\n")));
    assert!(names(&folder).iter().all(|name| name.ends_with(".snap")));
    assert!(accept(&folder).contains("\nnothing waits to be accepted\n"));

    let (code, shown, report) = run(&server, &folder, false, &["--deny", "drift", "--seed", "5"]);
    assert_eq!((code, drifts(&report), &report["drift"]["compared"]), (0, 0, &Value::from(flows)), "{shown}");
    assert!(shown.contains(&format!("none: {flows} flows answered as accepted")), "{shown}");

    let other = Reference::start(Some(FAULT));
    let (code, shown, report) = run(&other, &folder, false, &[]);
    assert_eq!((code, &report["conclusion"]), (0, &Value::from("conformant")), "{shown}");
    assert!(drifts(&report) > 0 && shown.contains("a vanished header at header cache-control"), "{shown}");
    assert!(shown.lines().last().unwrap().contains(" waits") || shown.contains(" wait in "), "{shown}");
    assert!(names(&folder).iter().any(|name| name.ends_with(".snap.new")));
    let (code, shown, _) = run(&other, &folder, false, &["--deny", "drift"]);
    assert!(code == 1 && shown.contains("which is denied"), "{code}: {shown}");

    // What is as accepted again waits no more.
    run(&server, &folder, false, &[]);
    assert!(names(&folder).iter().all(|name| name.ends_with(".snap")), "{:?}", names(&folder));
}

#[test]
fn ci_writes_no_snapshot() {
    let server = Reference::start(None);
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("snapshots");
    let (code, shown, _) = run(&server, &folder, true, &[]);
    assert_eq!((code, names(&folder)), (0, Vec::new()), "{shown}");
    let output = command(&["accept", "--all", "--snapshots", text(home.path())]).env("CI", "1").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("error: CI accepts nothing"));
}

#[test]
fn without_a_terminal_accept_wants_to_be_told() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.snap.new"), "---\nsource: a\n---\n{}\n").unwrap();
    let shown = conformance(&["accept", "--snapshots", text(folder.path())]);
    assert!(shown.starts_with("exit code: 2\n") && shown.contains("`--all` accepts without asking"), "{shown}");
    let shown = conformance(&["accept", "b", "--all", "--snapshots", text(folder.path())]);
    assert!(shown.starts_with("exit code: 2\n") && shown.contains("there is no pending snapshot `b`"), "{shown}");
    assert_eq!(names(folder.path()), ["a.snap.new"]);
}

#[rstest]
#[case::nothing_to_compare(&["--deny", "drift"], "--deny drift: there are no accepted snapshots of this target")]
#[case::unknown(&["--deny", "everything"], "invalid value 'everything' for '--deny <WHAT>'")]
fn a_denial_needs_something_to_compare_with(#[case] arguments: &[&str], #[case] message: &str) {
    let server = Reference::start(None);
    let profile = server.profile();
    let shown = conformance(&[&["run", "--profile-file", text(&profile), "--suite", SUITE], arguments].concat());
    assert!(shown.starts_with(&format!("exit code: 2\n--- stdout\n--- stderr\nerror: {message}")), "{shown}");
}

#[test]
fn a_broken_snapshot_is_named() {
    let server = Reference::start(None);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("log-out.snap"), "---\nsource: a\n---\n{oops\n").unwrap();
    let (code, shown, _) = run(&server, folder.path(), false, &[]);
    assert!(code == 2 && shown.contains("log-out.snap`: it is no snapshot: "), "{shown}");
}
