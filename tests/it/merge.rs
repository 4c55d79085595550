//! Runs in parts: what they recorded, joined, is the result of the whole run; and nothing else is joined.

use std::path::Path;
use std::sync::LazyLock;

use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::command::command;

/// A run of some suites, whole (`whole.jsonl`) and in three parts, and one of another seed.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let suites = ["--suite", "logout", "--suite", "guest", "--suite", "verify-phone", "--suite", "generated"];
    let run_to = |code: i32, more: &[&str], name: &str| {
        let recording = path(&folder, name);
        let arguments = [&["run", "-q", "--record", &recording], &suites[..], more].concat();
        let output = command(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let run = |more: &[&str], name: &str| run_to(0, more, name);
    run(&["--seed", "7"], "whole.jsonl");
    for number in 1..=3 {
        run(&["--seed", "7", "--partition", &format!("{number}/3")], &format!("{number}.jsonl"));
    }
    run(&["--seed", "8", "--partition", "2/3"], "other-seed.jsonl");
    run(&["--seed", "7", "--partition", "2/4"], "other-number.jsonl");
    run(&["--seed", "7", "--repeat", "2"], "repeated.jsonl");
    // Nothing is accepted in an empty folder, so everything drifts.
    let empty = path(&folder, "snapshots");
    let denied = ["--seed", "7", "--partition", "2/3", "--snapshots", &empty, "--deny", "drift"];
    run_to(1, &denied, "denied.jsonl");
    folder
});

fn path(folder: &TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}

/// Exit code, JSON report and standard error of a command about recordings of the folder.
fn reported(verb: &str, names: &[&str], more: &[&str]) -> (Option<i32>, Value, String) {
    let paths: Vec<String> = names.iter().map(|name| path(&FOLDER, name)).collect();
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let output = command(&[&[verb, "-q", "--report", "json=-"], &paths[..], more].concat()).output().unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code(), report, String::from_utf8(output.stderr).unwrap())
}

/// What must not differ, however a run is divided.
fn essence(report: &Value) -> Value {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let step =
        |step: &Value| json!([step["step"], step["does"], step["verdict"], step["checks"].as_array().map(Vec::len)]);
    let flow = |flow: &Value| {
        let steps: Vec<Value> = list(&flow["steps"]).iter().map(step).collect();
        json!([flow["id"], flow["suite"], flow["verdict"], flow["checks"], steps])
    };
    let flows: Vec<Value> = list(&report["flows"]).iter().map(flow).collect();
    let requirements: Vec<Value> = list(&report["requirements"])
        .iter()
        .map(|it| json!([it["id"], it["status"], it["checks"], it["note"]]))
        .collect();
    let findings: Vec<Value> = list(&report["findings"]).iter().map(|it| json!([it["id"], it["verdict"]])).collect();
    json!({
        "conclusion": report["conclusion"],
        "summary": report["summary"],
        "partial": report["partial"],
        "seed": report["seed"],
        "counts": report["counts"],
        "requirements": requirements,
        "findings": findings,
        "flows": flows,
    })
}

#[rstest]
#[case(&["1.jsonl", "2.jsonl", "3.jsonl"])]
#[case(&["1.jsonl", "3.jsonl", "2.jsonl"])]
#[case(&["2.jsonl", "1.jsonl", "3.jsonl"])]
#[case(&["2.jsonl", "3.jsonl", "1.jsonl"])]
#[case(&["3.jsonl", "1.jsonl", "2.jsonl"])]
#[case(&["3.jsonl", "2.jsonl", "1.jsonl"])]
fn three_parts_are_the_whole_run_in_any_order(#[case] parts: &[&str]) {
    let (code, whole, _) = reported("judge", &["whole.jsonl"], &[]);
    let (merged_code, merged, err) = reported("merge", parts, &[]);
    assert_eq!((code, merged_code), (Some(0), Some(0)), "{err}");
    assert_eq!(essence(&merged), essence(&whole));
}

#[test]
fn no_part_is_the_whole_and_every_part_has_something() {
    let (_, whole, _) = reported("judge", &["whole.jsonl"], &[]);
    let all = whole["flows"].as_array().unwrap().len();
    let parts = ["1.jsonl", "2.jsonl", "3.jsonl"].map(|part| reported("judge", &[part], &[]).1);
    let flows = parts.each_ref().map(|part| part["flows"].as_array().unwrap().len());
    assert_eq!(flows.iter().sum::<usize>(), all);
    assert!(flows.iter().all(|flows| *flows > all / 5), "{flows:?}");
    assert!(parts.iter().all(|part| part["partial"] == true));
}

#[test]
fn what_was_merged_can_be_judged_again() {
    let merged = path(&FOLDER, "merged.jsonl");
    let (_, one, _) = reported("merge", &["3.jsonl", "1.jsonl", "2.jsonl"], &["--record", &merged]);
    let (code, two, _) = reported("judge", &["merged.jsonl"], &[]);
    assert_eq!((code, &two), (Some(0), &one));
    assert!(Path::new(&merged).exists());
}

#[test]
fn a_missing_part_makes_it_inconclusive() {
    let partial = path(&FOLDER, "partial.jsonl");
    let (code, report, _) = reported("merge", &["3.jsonl", "1.jsonl"], &["--record", &partial]);
    assert_eq!((code, report["conclusion"].as_str()), (Some(3), Some("inconclusive")));
    assert_eq!(report["summary"], "nothing that was judged failed, but part 2 of 3 is missing");
    assert_eq!(reported("judge", &["partial.jsonl"], &[]).0, Some(3));
    // What is missing can be added later.
    let (code, late, err) = reported("merge", &["partial.jsonl", "2.jsonl"], &[]);
    assert_eq!(code, Some(0), "{err}");
    assert_eq!(essence(&late), essence(&reported("judge", &["whole.jsonl"], &[]).1));
}

#[rstest]
#[case::twice(&["1.jsonl", "2.jsonl", "1.jsonl"], "`1.jsonl` and `1.jsonl` are both part 1 of 3")]
#[case::seed(&["1.jsonl", "other-seed.jsonl"], "`1.jsonl` and `other-seed.jsonl` are not parts of one run: the seed is 7, and 8")]
#[case::number(
    &["other-number.jsonl", "1.jsonl"],
    "`other-number.jsonl` and `1.jsonl` are not parts of one run: the number of parts is 4, and 3"
)]
#[case::whole(&["1.jsonl", "whole.jsonl"], "`whole.jsonl` is no part of a run: it was made without `--partition`")]
#[case::repeated(
    &["1.jsonl", "repeated.jsonl"],
    "`repeated.jsonl` is of a run that was done several times, and cannot be joined with others"
)]
#[case::drift(
    &["1.jsonl", "denied.jsonl"],
    "`1.jsonl` and `denied.jsonl` are not parts of one run: accepted answers are compared, and compared, and drift is denied"
)]
#[case::none(&["nothing.jsonl"], "`nothing.jsonl`: cannot be read: ")]
fn what_is_no_part_of_one_run_is_refused(#[case] names: &[&str], #[case] message: &str) {
    let (code, report, err) = reported("merge", names, &[]);
    let err = err.replace(&format!("{}/", FOLDER.path().display()), "");
    assert_eq!((code, &report), (Some(2), &Value::Null), "{err}");
    assert!(err.starts_with(&format!("error: {message}")), "{err}");
}

#[rstest]
#[case::no_seed(&["--partition", "1/3"], "--seed <N>")]
#[case::too_many(&["--partition", "4/3", "--seed", "1"], "there is no part 4 of 3")]
#[case::repeated(&["--partition", "1/3", "--seed", "1", "--repeat", "2"], "cannot be used with")]
#[case::empty(&["--partition", "9/9", "--seed", "1", "--suite", "logout"], "part 9 of 9 has no flow: there are only ")]
fn a_part_that_there_is_not_is_a_wrong_use(#[case] arguments: &[&str], #[case] message: &str) {
    let output = command(&[&["run"], arguments].concat()).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(err.contains(message), "{err}");
}
