//! A run in three parts: what is merged equals the run that was not divided, result for result.

use serde_json::Value;

use crate::command::command;
use crate::servers::{Reference, text};

/// What differs between any two runs, whole or not: times, numbers of placeholders, and what was sent and answered.
const OF_ONE_RUN_ALONE: [&str; 6] = ["elapsed_ms", "started_ms", "speed", "exchange", "exchanges", "accounts"];

/// A report without what differs between any two runs.
fn lasting(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(name, _)| !OF_ONE_RUN_ALONE.contains(&name.as_str()));
            kept.map(|(name, value)| (name, lasting(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(lasting).collect(),
        // How long a wait was depends on the moment in which it began.
        Value::String(text) if text.starts_with("wait ") => Value::from("wait"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// Exit code and JSON report of a command.
fn reported(arguments: &[&str]) -> (Option<i32>, Value) {
    let output = command(&[arguments, &["-q", "--report", "json=-"]].concat()).output().unwrap();
    let report = serde_json::from_slice(&output.stdout);
    (output.status.code(), report.unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr))))
}

/// What three parts came to when they were merged, against the whole run: exit codes and reports.
fn whole_and_merged(target: &[&str]) -> [(Option<i32>, Value); 2] {
    let folder = tempfile::tempdir().unwrap();
    let run = [&["run", "--seed", "7"], target].concat();
    let whole = reported(&run);
    let parts = [1, 2, 3].map(|number| folder.path().join(format!("{number}.jsonl")));
    for (number, recording) in parts.iter().enumerate() {
        let part = format!("{}/3", number + 1);
        reported(&[&run[..], &["--partition", &part, "--record", text(recording)]].concat());
    }
    [whole, reported(&["merge", text(&parts[2]), text(&parts[0]), text(&parts[1])])]
}

/// How many there are in a list. Each part looks for itself whether the target takes the client credentials.
fn number(report: &Value, list: &str) -> usize {
    report[list].as_array().unwrap().iter().filter(|item| item["flow"] != "doctor").count()
}

/// Compares list by list and item by item, so that what differs is named.
fn assert_equal(merged: Value, whole: Value) {
    for list in ["accounts", "flows", "findings", "requirements"] {
        assert_eq!(number(&merged, list), number(&whole, list), "{list}");
    }
    let (merged, whole) = (lasting(merged), lasting(whole));
    for (name, value) in whole.as_object().unwrap() {
        let (Value::Array(all), Value::Array(joined)) = (value, &merged[name]) else {
            assert_eq!(&merged[name], value, "{name}");
            continue;
        };
        for (one, other) in all.iter().zip(joined) {
            assert_eq!(other, one, "in {name}");
        }
    }
    assert_eq!(merged, whole);
}

#[test]
fn the_whole_default_suite_in_three_parts_is_the_whole_run() {
    let [(code, whole), (merged_code, merged)] = whole_and_merged(&["--embedded"]);
    assert_eq!((code, merged_code), (Some(0), Some(0)));
    assert!(number(&whole, "flows") > 200, "{}", whole["counts"]);
    assert_equal(merged, whole);
}

/// On one deployment that all parts meet, and with something to find.
#[test]
fn the_failures_of_a_served_target_are_those_of_the_whole_run() {
    let server = Reference::start(Some("token-type-mac"));
    let profile = server.profile();
    let suites = ["--suite", "token", "--suite", "logout", "--suite", "complete", "--suite", "isolation"];
    let target = [&["--profile-file", text(&profile)], &suites[..]].concat();
    let [(code, whole), (merged_code, merged)] = whole_and_merged(&target);
    assert_eq!((code, merged_code), (Some(1), Some(1)));
    assert!(number(&whole, "findings") > 5 && number(&whole, "accounts") > 20, "{}", whole["counts"]);
    assert_equal(merged, whole);
}
