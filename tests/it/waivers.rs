//! Waivers from outside: what a run makes of them, and `waive`, which writes them.

use std::fs;
use std::path::Path;

use jiff::{Timestamp, ToSpan, tz::TimeZone};
use rstest::rstest;
use serde_json::Value;

use crate::command::{command, conformance};
use crate::servers::{Reference, text};

/// A fault that breaks a `must`, the requirement, and the suite that shows it.
const FAULT: &str = "logout-keeps-access";
const BROKEN: &str = "logout-ends-access";

/// A day so many days from today, in UTC.
fn day(days: i64) -> String {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    today.checked_add(days.days()).unwrap().to_string()
}

fn waiver(what: &str, days: i64) -> String {
    format!("[[waiver]]\n{what}\nreason = \"known\"\nowner = \"ann\"\nexpires = {}\n", day(days))
}

/// Runs a suite against a server with these waivers; exit code, standard output, and the JSON report.
fn run(server: &Reference, suite: &str, waivers: &str, more: &[&str]) -> (i32, String, Value) {
    let folder = tempfile::tempdir().unwrap();
    let (file, report) = (folder.path().join("w.toml"), folder.path().join("r.json"));
    fs::write(&file, waivers).unwrap();
    let (profile, json) = (server.profile(), format!("json={}", text(&report)));
    let fixed =
        ["run", "--profile-file", text(&profile), "--suite", suite, "--waivers", text(&file), "--report", &json];
    let output = command(&[&fixed[..], more].concat()).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap().replace(text(&file), "w.toml");
    let report = serde_json::from_str(&fs::read_to_string(&report).unwrap_or_default()).unwrap_or_default();
    (output.status.code().unwrap(), shown, report)
}

#[test]
fn a_waived_must_lets_a_run_end_well_but_the_conclusion_says_so() {
    let server = Reference::start(Some(FAULT));
    let (code, shown, report) = run(&server, "logout", "", &[]);
    assert_eq!((code, &report["conclusion"]), (1, &Value::from("non-conformant")), "{shown}");

    let (code, shown, report) = run(&server, "logout", &waiver(&format!("requirement = \"{BROKEN}\""), 30), &[]);
    assert_eq!((code, &report["conclusion"]), (0, &Value::from("conformant-with-waivers")), "{shown}");
    let last = shown.lines().last().unwrap();
    assert!(last.starts_with("CONFORMANT WITH WAIVERS: ") && last.contains(" waived, in "), "{last}");
    assert!(shown.contains(&format!("waived by ann until {}: known", day(30))), "{shown}");
    let waived = report["waivers"][0]["results"].as_array().unwrap();
    assert!(waived.iter().any(|id| id.as_str().unwrap().ends_with(BROKEN)), "{waived:?}");
    assert!(report["counts"]["checks"]["waived"].as_u64().unwrap() >= 1);
    assert_eq!(report["waivers"][0]["state"], "applied");
}

#[test]
fn a_recording_keeps_its_waivers() {
    let server = Reference::start(Some(FAULT));
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("run.jsonl");
    let waivers = waiver(&format!("requirement = \"{BROKEN}\""), 0);
    let (code, _, _) = run(&server, "logout", &waivers, &["--record", text(&recording)]);
    let again = conformance(&["judge", text(&recording), "-q"]);
    assert_eq!(code, 0);
    assert!(again.starts_with("exit code: 0\n") && again.contains("CONFORMANT WITH WAIVERS: "), "{again}");
}

#[rstest]
#[case::expired(&format!("requirement = \"{BROKEN}\""), -1, Some(FAULT), "expired")]
#[case::stale("result = \"logout-ends-a-session/*\"\nrequirement = \"logout-*\"", 30, None, "stale")]
#[case::unmatched("flow = \"logout-ends-a-session\"\nrequirement = \"made-up\"", 30, None, "unmatched")]
fn a_waiver_that_is_no_longer_right_fails_the_run(
    #[case] what: &str,
    #[case] days: i64,
    #[case] fault: Option<&str>,
    #[case] state: &str,
) {
    let server = Reference::start(fault);
    let what = what.replace("logout-ends-a-session", FLOW);
    let waivers = waiver(&what, days);
    let (code, shown, report) = run(&server, "logout", &format!("# ours\n{waivers}"), &[]);
    assert_eq!((code, &report["conclusion"]), (1, &Value::from("non-conformant")), "{shown}");
    assert_eq!(report["waivers"][0]["state"], state, "{shown}");
    let lines = format!("w.toml:2-{}", waivers.lines().count() + 1);
    assert!(shown.contains(&format!("1 waiver must go: {lines} is {state}")), "{shown}");
    assert!(report["waivers"][0]["advice"].as_str().unwrap().contains("delete lines "), "{report}");
    // In one line each, too.
    let (_, quiet, _) = run(&server, "logout", &format!("# ours\n{waivers}"), &["-q"]);
    assert!(quiet.lines().any(|line| line.starts_with(state) && line.contains(&lines)), "{quiet}");
}

/// A flow of the suite `logout`.
const FLOW: &str = "log-out";

#[test]
fn a_selection_does_not_make_a_waiver_wrong() {
    let server = Reference::start(None);
    let waivers = waiver("requirement = \"token-*\"", 30) + &waiver("flow = \"sign-in-by-username\"", 30);
    let (code, shown, report) = run(&server, "logout", &waivers, &[]);
    assert_eq!((code, &report["waivers"][0]["state"]), (0, &Value::from("untold")), "{shown}");
    assert_eq!(report["conclusion"], "conformant");
}

#[rstest]
#[case::unknown_key("ownr = \"x\"", "unknown field `ownr`", "help: did you mean `owner`?")]
#[case::no_subject("ticket = \"T\"", "this waiver does not say what it waives", "help: name a `requirement`")]
fn a_wrong_file_sends_nothing(#[case] line: &str, #[case] message: &str, #[case] help: &str) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("w.toml");
    fs::write(&file, waiver(line, 10)).unwrap();
    let shown = conformance(&["run", "--suite", "logout", "--waivers", text(&file)]);
    assert!(shown.starts_with(&format!("exit code: 2\n--- stdout\n--- stderr\nerror: {message}")), "{shown}");
    assert!(shown.contains("w.toml:") && shown.contains('^') && shown.contains(help), "{shown}");
}

#[test]
fn a_file_that_was_named_must_be_there() {
    let shown = conformance(&["run", "--suite", "logout", "--waivers", "nowhere.toml"]);
    assert!(shown.starts_with("exit code: 2\n--- stdout\n--- stderr\nerror: cannot read the waivers `nowhere.toml`: "));
}

fn waive(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = command(&[&["waive"], arguments].concat()).current_dir(folder).output().unwrap();
    let shown = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
    (output.status.code().unwrap(), shown)
}

#[test]
fn waive_writes_an_entry_that_the_next_run_heeds() {
    let server = Reference::start(Some(FAULT));
    let (_, _, report) = run(&server, "logout", "", &[]);
    let failed = |finding: &&Value| finding["verdict"] == "fail";
    let ids: Vec<&str> =
        report["findings"].as_array().unwrap().iter().filter(failed).filter_map(|it| it["id"].as_str()).collect();
    assert!(!ids.is_empty());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("waivers.toml");
    fs::write(&file, "# ours: keep this").unwrap();
    let last = day(180);
    let more = ["--reason", "a \"known\" fault", "--owner", "ann", "--expires", &last, "--ticket", "T-1"];
    let (code, shown) = waive(folder.path(), &[&ids[..], &more].concat());
    let entries = if ids.len() == 1 { "1 entry".to_owned() } else { format!("{} entries", ids.len()) };
    assert_eq!((code, shown.as_str()), (0, &*format!("added {entries} to waivers.toml, until {last}\n")));
    let written = fs::read_to_string(&file).unwrap();
    assert!(written.starts_with("# ours: keep this\n\n[[waiver]]\nresult = "), "{written}");
    let (code, shown, report) = run(&server, "logout", &written, &[]);
    assert_eq!((code, &report["conclusion"]), (0, &Value::from("conformant-with-waivers")), "{shown}");
    let (code, shown) = waive(folder.path(), &[&ids[..1], &more].concat());
    assert!(
        code == 2 && shown.starts_with(&format!("error: `{}` is waived already, at waivers.toml:3-", ids[0])),
        "{shown}"
    );
}

#[rstest]
#[case::no_id("logout", "today", "`logout` is no id of a result: expected `flow/step/requirement`")]
#[case::flow("logot/1/logout-ends-access", "today", "there is no flow `logot`")]
#[case::requirement("FLOW/1/logout-ends-acces", "today", "there is no requirement `logout-ends-acces`")]
#[case::too_far("FLOW/1/logout-ends-access", "181", "this makes no waiver: a waiver holds for 180 days at most")]
#[case::over("FLOW/1/logout-ends-access", "-1", "--expires: ")]
#[case::no_date(
    "FLOW/1/logout-ends-access",
    "soon",
    "invalid value 'soon' for '--expires <YYYY-MM-DD>': `soon` is no date"
)]
fn a_wrong_entry_is_not_written(#[case] result: &str, #[case] last: &str, #[case] message: &str) {
    let folder = tempfile::tempdir().unwrap();
    let last = last.replace("today", "0").parse().map_or_else(|_| last.to_owned(), day);
    let result = result.replace("FLOW", FLOW);
    let (code, shown) = waive(folder.path(), &[&result, "--reason", "r", "--owner", "o", &format!("--expires={last}")]);
    assert!(code == 2 && shown.starts_with(&format!("error: {message}")), "{shown}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_file_with_a_mistake_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("waivers.toml");
    fs::write(&file, "[[waiver]]\nflow = 3\n").unwrap();
    let result = format!("{FLOW}/1/{BROKEN}");
    let (code, shown) = waive(folder.path(), &[&result, "--reason", "r", "--owner", "o", "--expires", &day(1)]);
    assert!(code == 2 && shown.contains("waivers.toml:2:8"), "{shown}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "[[waiver]]\nflow = 3\n");
}
