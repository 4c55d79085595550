//! Which way a file takes: what holds of the conditions of a flow.

use std::collections::BTreeMap;

use super::values::Bound;
use super::{File, Stop};
use crate::expect::Kind;
use crate::suite::{Action, Call, Claim, Condition, Step, Template};

/// How a step is answered on the way of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    /// With 2xx.
    Accepted,
    /// With 4xx.
    Refused,
    /// With 4xx and this error.
    Error(String),
}

impl Outcome {
    pub(super) fn is_accepted(&self) -> bool {
        matches!(self, Self::Accepted)
    }
}

impl File<'_> {
    /// How a step is answered: as it was recorded, as the step in question wants it, or as the first kind that is
    /// expected.
    pub(super) fn outcome(&self, id: Option<&String>, call: &Call) -> Outcome {
        if let Some(forced) = id.and_then(|id| self.forced.get(&format!("{}{id}", self.scope))) {
            return forced.clone();
        }
        if let Some(recorded) = self.case.recorded.and_then(|run| run.answers.get(&self.label)?.last()) {
            return match (recorded.status, &recorded.error) {
                (200..300, _) => Outcome::Accepted,
                (_, Some(error)) => Outcome::Error(error.clone()),
                (_, None) => Outcome::Refused,
            };
        }
        match call.expect.first() {
            Some(Kind::Model(_) | Kind::Ok | Kind::Open) | None => Outcome::Accepted,
            Some(Kind::Status(200..300)) => Outcome::Accepted,
            Some(Kind::Error(error)) => Outcome::Error(error.clone()),
            Some(Kind::Refused | Kind::RefusedInput | Kind::Unauthorized | Kind::Validation | Kind::Status(_)) => {
                Outcome::Refused
            }
        }
    }

    /// Whether a step applies on this way.
    pub(super) fn applies(&mut self, step: &Step) -> Result<bool, Stop> {
        let conditions = step.when.as_slice();
        // A recording tells of answers: whether a stated life was waited for before them, it does not.
        let due = conditions.iter().any(|condition| matches!(condition, Condition::Due { .. }));
        if due && self.case.recorded.is_some() && matches!(step.action, Action::Wait(_)) {
            return Err(Stop::Impossible("a recording does not tell whether it waited".to_owned()));
        }
        // A step that did not apply is recorded without an answer.
        let recorded = self.case.recorded.and_then(|run| run.answers.get(&self.label));
        if !conditions.is_empty() && recorded.is_some_and(|answers| !answers.is_empty()) {
            return Ok(true);
        }
        self.hold(conditions, "!=")
    }

    /// Whether a claim in question applies on this way: values that are only known while it runs are taken to be equal,
    /// as the claim is made of equal ones only.
    pub(super) fn is_made(&mut self, claim: &Claim) -> Result<bool, Stop> {
        self.hold(&claim.when, "==")
    }

    /// Whether all conditions hold, if values that are only known while it runs compare as `unknown` says.
    fn hold(&mut self, conditions: &[Condition], unknown: &str) -> Result<bool, Stop> {
        for condition in conditions {
            if !self.holds(condition, unknown)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What the steps before it must be answered so that the step in question applies.
    pub(super) fn otherwise(&self, conditions: &[Condition]) -> Stop {
        let mut wanted = BTreeMap::new();
        for condition in conditions {
            let (id, outcome) = match condition {
                Condition::Accepted(id) => (id, Outcome::Accepted),
                Condition::Refused(id) => (id, Outcome::Refused),
                Condition::Answered { step, error } => (step, Outcome::Error(error.clone())),
                Condition::Same(..)
                | Condition::Differ(..)
                | Condition::Known(_)
                | Condition::Begins(..)
                | Condition::Due { .. }
                | Condition::Lasts(_) => continue,
            };
            wanted.insert(format!("{}{id}", self.scope), outcome);
        }
        match wanted.is_empty() {
            true => Stop::Impossible("whether it applies is only known while the flow runs".to_owned()),
            false => Stop::Otherwise(wanted),
        }
    }

    fn holds(&mut self, condition: &Condition, unknown: &str) -> Result<bool, Stop> {
        let said = |file: &Self, id: &str| file.outcomes.get(&format!("{}{id}", file.scope)).cloned();
        Ok(match condition {
            Condition::Accepted(id) => said(self, id) == Some(Outcome::Accepted),
            Condition::Refused(id) => said(self, id).is_some_and(|said| !said.is_accepted()),
            Condition::Answered { step, error } => said(self, step) == Some(Outcome::Error(error.clone())),
            Condition::Same(left, right) => self.equal(left, right, (true, unknown))?,
            Condition::Differ(left, right) => !self.equal(left, right, (false, unknown))?,
            Condition::Known(value) => match self.value(value.source()) {
                Ok(Bound::Fixed(value)) => !value.is_null(),
                Ok(Bound::Text(_) | Bound::Json(_)) => true,
                Err(_) => false,
            },
            Condition::Begins(value, start) => self
                .fixed(value.source())
                .is_some_and(|value| value.as_str().is_some_and(|text| text.starts_with(start.as_str()))),
            // Lives are long; where one is not, the file says so by an answer that is not as asserted.
            Condition::Due { .. } => false,
            Condition::Lasts(_) => true,
        })
    }

    /// Whether two values are equal on this way. Those that are only known while it runs are taken to be what `unknown`
    /// says, `!=` of fresh values, and the entry before asserts so.
    fn equal(&mut self, left: &Template, right: &Template, (wanted, unknown): (bool, &str)) -> Result<bool, Stop> {
        let (Ok(one), Ok(other)) = (self.value(left.source()), self.value(right.source())) else {
            // What was never obtained is neither equal nor different.
            return Ok(!wanted);
        };
        if one == other {
            return Ok(true);
        }
        if let (Bound::Fixed(_), Bound::Fixed(_)) = (&one, &other) {
            return Ok(false);
        }
        if let Some((variable, value)) = super::asserts::variable_and_value(&one, &other) {
            self.last().assert(format!("variable \"{variable}\" {unknown} {value}"));
        }
        Ok(unknown == "==")
    }
}
