//! What `repro` is tried with: every flow there is, as a case for a script, and what a program made of it.

use std::process::Output;
use std::sync::Arc;

use conformance::contract::Contract;
use conformance::generate::with_generated;
use conformance::repro::{Case, Recorded};
use conformance::suite::{Flow, Suites};
use conformance::target::Target;

/// The contract, and the flows of it.
pub struct Library {
    pub contract: Contract,
    pub suites: Suites,
}

impl Library {
    pub fn embedded() -> Self {
        let contract = Contract::embedded().unwrap();
        let suites = with_generated(Suites::embedded(&contract).unwrap(), &contract);
        Self { contract, suites }
    }

    /// A whole flow, for a target.
    pub fn case<'a>(&'a self, flow: &Arc<Flow>, target: &'a Target, recorded: Option<&'a Recorded>) -> Case<'a> {
        Case {
            contract: &self.contract,
            suites: &self.suites,
            flow: flow.clone(),
            step: None,
            requirement: None,
            target,
            embedded: false,
            command: "a command".to_owned(),
            recorded,
        }
    }
}

/// All that a program said.
pub fn shown(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The command that a run printed for the first failure that is wanted.
pub fn repro_line(out: &str, wanted: impl Fn(&str) -> bool) -> &str {
    let line = out.lines().filter_map(|line| line.trim().strip_prefix("repro ")).map(str::trim).find(|it| wanted(it));
    line.unwrap_or_else(|| panic!("no command in {out}"))
}
