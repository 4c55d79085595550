//! What a step is to show, and how it is called.

use crate::suite::{Action, Claim};

/// Every requirement that a step is to show.
pub(super) fn shows(action: &Action) -> Vec<String> {
    let claims = |claims: &[Claim]| claims.iter().flat_map(|claim| claim.proves.clone()).collect::<Vec<_>>();
    match action {
        Action::Call(call) => call.proves.iter().cloned().chain(claims(&call.also)).collect(),
        Action::Together { calls, also } => {
            calls.iter().flat_map(|call| call.proves.clone()).chain(claims(also)).collect()
        }
        Action::Repeat { steps, proves, .. } => {
            proves.iter().cloned().chain(steps.iter().flat_map(|step| shows(&step.action))).collect()
        }
        Action::Code { proves, .. } | Action::Mail { proves, .. } => proves.clone(),
        Action::Check(checks) => claims(checks),
        Action::Wait(_) | Action::Block { .. } | Action::Make(_) => Vec::new(),
    }
}

/// What a step does, in a few words.
pub(super) fn describe(action: &Action) -> String {
    match action {
        Action::Call(call) => call.operation.clone(),
        Action::Together { calls, .. } => {
            let names: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
            format!("at once: {}", names.join(", "))
        }
        Action::Repeat { at_most, .. } => format!("repeat at most {at_most} times"),
        Action::Wait(_) => "wait".to_owned(),
        Action::Code { .. } => "read the code".to_owned(),
        Action::Mail { .. } => "read the mailed link".to_owned(),
        Action::Block { .. } => "block the user".to_owned(),
        Action::Make(_) => "make values".to_owned(),
        Action::Check(_) => "compare".to_owned(),
    }
}
