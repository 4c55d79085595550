//! Everything of the steps that is not as it should be.

use super::{EXPECT, Judging};
use crate::exchange::Exchange;
use crate::judge::result::{CheckResult, Finding, FlowResult, StepResult};
use crate::verdict::{Place, Verdict};

impl Judging<'_> {
    /// Everything that is not as it should be, the gravest first, else in the order of the flows.
    pub fn findings(&self, flows: &[FlowResult]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for flow in flows {
            for step in &flow.steps {
                findings.extend(step.checks.iter().filter_map(|check| self.finding(flow, step, check)));
            }
        }
        let gravity = |finding: &Finding| match finding.verdict {
            Verdict::Fail => 0,
            Verdict::Warn => 1,
            Verdict::Broken => 2,
            Verdict::Waived => 4,
            Verdict::Blocked | Verdict::Skipped | Verdict::NotApplicable | Verdict::Pass => 3,
        };
        findings.sort_by_key(gravity);
        findings
    }

    fn finding(&self, flow: &FlowResult, step: &StepResult, check: &CheckResult) -> Option<Finding> {
        match check.verdict {
            Verdict::Fail | Verdict::Warn | Verdict::Broken | Verdict::Blocked | Verdict::Waived => {}
            Verdict::Pass | Verdict::NotApplicable | Verdict::Skipped => return None,
        }
        let name = check.requirement.as_deref().unwrap_or("step");
        Some(Finding {
            id: format!("{}/{}/{name}", flow.id, step.step),
            verdict: check.verdict,
            requirement: check.requirement.clone(),
            suite: flow.suite.clone(),
            flow: flow.id.clone(),
            step: step.step.clone(),
            about: step.about.clone(),
            does: step.does.clone(),
            place: step.place.clone(),
            mismatch: check.mismatch.clone(),
            reason: check.note.clone(),
            after: self.after.get(&(flow.id.clone(), step.step.clone())).cloned(),
            exchange: step.exchanges.last().map(Exchange::abridged),
        })
    }
}

/// A step that stands for a flow which the tool itself could not run.
pub fn fault(reason: String) -> StepResult {
    let check = CheckResult {
        check: EXPECT.to_owned(),
        requirement: None,
        verdict: Verdict::Broken,
        mismatch: None,
        note: Some(reason),
    };
    StepResult {
        step: "0".to_owned(),
        about: None,
        does: "run the flow".to_owned(),
        place: Place::default(),
        verdict: Verdict::Broken,
        exchanges: Vec::new(),
        checks: vec![check],
    }
}
