//! A target that is far away and whose codes live shortly is not blamed for codes that come too late.

use std::time::Duration;

use conformance::reference::{Options, Settings, faults};
use rstest::rstest;

use crate::command::command;
use crate::servers::{Reference, text};

/// By the time the second of two accounts shows its code, three answers have passed since it was sent.
const FLOW: &str = "show-a-code-while-blocked";

#[rstest]
#[case::lives_that_are_over_before_the_answer(Duration::from_secs(1), None, 3)]
#[case::lives_that_are_long_enough(Duration::from_secs(600), None, 0)]
#[case::a_right_code_refused_in_its_life(Duration::from_secs(600), Some("code-always-refused"), 1)]
fn a_code_is_judged_while_it_lives(#[case] code_life: Duration, #[case] fault: Option<&str>, #[case] exit: i32) {
    let settings = Settings { code_life, ..Settings::default() };
    let fault = fault.map(|id| faults::find(id).unwrap());
    let latency = Duration::from_millis(600);
    let server = Reference::with(Options { settings, fault, latency, ..Options::default() });
    let profile = server.profile();
    let output = command(&["run", "--profile-file", text(&profile), "--flow", FLOW]).output().unwrap();
    assert_eq!(output.status.code(), Some(exit), "{}", String::from_utf8_lossy(&output.stdout));
}
