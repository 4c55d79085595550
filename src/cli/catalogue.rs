//! Everything that has an id, and what covers it; for `list` and `explain`.

use std::sync::Arc;

use super::error::CliError;
use super::globals::Globals;
use crate::check::{CHECKS, Check};
use crate::contract::{Contract, Requirement};
use crate::expect::Kind;
use crate::suite::needs::{calls, needs, proves};
use crate::suite::{Action, Call, Flow, Step, Suites};

/// Contract and suites.
pub(super) struct Catalogue {
    pub(super) contract: Contract,
    pub(super) suites: Suites,
}

impl Catalogue {
    /// Loads what the flags chose.
    pub(super) fn load(globals: &Globals) -> Result<Self, CliError> {
        let (contract, suites) = globals.load()?;
        Ok(Self { contract, suites })
    }

    /// The flows that show a requirement.
    pub(super) fn shown_by(&self, requirement: &str) -> Vec<&Arc<Flow>> {
        self.suites.flows().filter(|flow| proves(flow).contains(requirement)).collect()
    }

    /// The flows that call an operation, their shared beginnings included.
    pub(super) fn called_by(&self, operation: &str) -> Vec<&Arc<Flow>> {
        self.suites.flows().filter(|flow| calls(flow, &self.suites).contains(operation)).collect()
    }

    /// The flows of which a step expects an answer of this kind.
    pub(super) fn expecting(&self, kind: &Kind) -> Vec<&Arc<Flow>> {
        self.suites.flows().filter(|flow| flow.steps.iter().any(|step| expects(step, kind))).collect()
    }

    /// The requirements of one operation.
    pub(super) fn requirements_of(&self, operation: &str) -> Vec<&Requirement> {
        let requirements = self.contract.requirements().iter();
        requirements.filter(|requirement| requirement.operation.as_deref() == Some(operation)).collect()
    }

    /// What a target must offer for a flow.
    pub(super) fn needs_of(&self, flow: &Flow) -> Vec<&'static str> {
        let needs = needs(flow, &self.suites);
        let named = [(needs.sms, "sms"), (needs.mail, "mail"), (needs.clock, "clock"), (needs.block, "block")];
        named.into_iter().filter(|(needed, _)| *needed).map(|(_, name)| name).collect()
    }
}

/// The universal checks that judge a requirement.
pub(super) fn checked_by(requirement: &str) -> Vec<&'static Check> {
    CHECKS.iter().filter(|check| check.requirements.contains(&requirement)).collect()
}

fn expects(step: &Step, kind: &Kind) -> bool {
    let expects_call = |call: &Call| call.expect.contains(kind);
    match &step.action {
        Action::Call(call) => expects_call(call),
        Action::Together { calls, .. } => calls.iter().any(expects_call),
        Action::Repeat { steps, .. } => steps.iter().any(|step| expects(step, kind)),
        Action::Wait(_)
        | Action::Code { .. }
        | Action::Mail { .. }
        | Action::Block { .. }
        | Action::Make(_)
        | Action::Check(_) => false,
    }
}
