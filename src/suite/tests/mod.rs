//! Whole files through the loader: what a good one becomes, and how each mistake is shown.

mod calls;
mod claims;
mod files;
mod fixtures;
mod good;
mod references;
mod stages;
mod steps;

use std::sync::OnceLock;

use super::load::{File, Parsed};
use super::names::Names;
use super::{SuiteErrors, Suites};
use crate::contract::Contract;

/// A suite with nothing wrong.
const ONE: &str = r#"suite: one
about: One.
flows:
  - id: go
    about: Go.
    steps:
      - { block: "1" }
"#;

const FIXTURES: &str = r#"fixtures:
  - id: account
    about: An account.
    steps:
      - make: { phone: { fresh: phone } }
      - call: POST /auth/signup
        send: { phone: "${phone}" }
        expect: UserSignupOut
        keep: { access: /access_token, life: /access_expire }
    yields: { phone: "${phone}", access: "${access}", life: "${life}" }
"#;

fn names() -> &'static Names {
    static NAMES: OnceLock<Names> = OnceLock::new();
    NAMES.get_or_init(|| Names::of(&Contract::embedded().unwrap()))
}

pub(super) fn read(files: &[File<'_>]) -> Result<Suites, SuiteErrors> {
    Parsed::new(files.iter().copied(), "").read_with(names())
}

/// How the mistakes in files are shown.
fn mistakes(files: &[File<'_>]) -> String {
    match read(files) {
        Ok(_) => String::new(),
        Err(SuiteErrors::Mistakes(mistakes)) => {
            mistakes.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
        }
        Err(other) => other.to_string(),
    }
}

/// A suite of one flow, whose steps begin in line 8.
pub(super) fn flow(steps: &str) -> String {
    let mut text = String::from(
        "suite: one\nabout: One.\nflows:\n  - id: go\n    about: Go.\n    given: { alice: account }\n    steps:\n",
    );
    for line in steps.trim().lines() {
        text.push_str(&format!("      {line}\n"));
    }
    text
}

/// How the mistakes in the steps of a flow are shown.
fn step_mistakes(steps: &str) -> String {
    mistakes(&[("fixtures.yaml", FIXTURES), ("one.yaml", &flow(steps))])
}

/// The suites with one flow of such steps.
pub(super) fn good(steps: &str) -> Suites {
    read(&[("fixtures.yaml", FIXTURES), ("one.yaml", &flow(steps))]).unwrap_or_else(|errors| panic!("{errors}"))
}
