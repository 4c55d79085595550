//! `run --dry-run`: what a run would do, told without a network.

use serde_json::Value;

use crate::command::{command, conformance};
use crate::servers::nowhere;

#[test]
fn tells_what_a_run_would_do() {
    let shown = conformance(&["run", "--dry-run", "--suite", "guest", "--flow", "come-in-twice-as-a-guest"]);
    let expected = "exit code: 0
--- stdout
target     the embedded reference server
flows      1, with 0 generated cases
accounts   2 at most
messages   0 at most (texts and mails)
requests   4 at most
waits      0 flows wait, or may have to (the clock is moved)
left out   nothing

Nothing was sent. By suite, at most:
  guest                1 flows     0 cases     2 accounts     0 messages      4 requests
--- stderr
";
    assert_eq!(shown, expected);
}

#[test]
fn tells_what_a_target_lacks_although_nothing_is_there() {
    let output = command(&["run", "--dry-run=json", "--target", &nowhere()]).output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0));
    let reasons: Vec<&str> =
        told["left_out"].as_array().unwrap().iter().map(|out| out["reason"].as_str().unwrap()).collect();
    assert_eq!(reasons.len(), 4, "{reasons:?}");
    assert!(reasons.contains(&"the profile has no clock (`[target.NAME.clock]`)"), "{reasons:?}");
    assert!(told["flows"].as_u64().unwrap() > 100 && told["cases"].as_u64().unwrap() > 300, "{told}");
}

#[test]
fn a_wrong_selection_is_a_wrong_use_here_too() {
    let shown = conformance(&["run", "--dry-run", "--suite", "gest"]);
    assert!(shown.starts_with("exit code: 2\n--- stdout\n--- stderr\nerror: there is no suite `gest`"), "{shown}");
}
