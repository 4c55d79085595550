//! Why a step is not done, and when a flow cannot go on.

use super::FlowRun;
use super::actions::shows;
use crate::contract::Level;
use crate::event::{Blocked, StepEvent};
use crate::expect::{Held, Test, holds};
use crate::suite::template::whole;
use crate::suite::{Action, Condition, Step};
use crate::target::Source;

/// Why what a client shows is not shown.
pub(super) const NO_CLIENT: &str = "the profile gives no client credentials (`client_id`, `client_secret`)";

impl FlowRun<'_> {
    pub(super) fn blocked(&self, reason: String, action: &Action) -> Blocked {
        Blocked { reason, proves: shows(action), after: None, lacks: self.lacks.map(str::to_owned) }
    }

    /// Whether a step that is not done would show something, had the profile given a client. One that is given without a
    /// secret has none.
    pub(super) fn wants_client(&self, step: &Step) -> bool {
        let absent = |when: &Condition| matches!(when, Condition::Known(value) if whole(value.source()).is_some_and(|name| self.bindings.is_absent(name)));
        self.context.instance.target.client_id.is_none()
            && step.when.iter().any(absent)
            && !shows(&step.action).is_empty()
    }

    pub(super) fn codes_are_fixed(&self) -> bool {
        matches!(self.context.instance.target.sms, Some(Source::Fixed(_)))
    }

    /// Why a step cannot show what it is for, where the target's codes are always the same.
    pub(super) fn hidden_by_fixed_code(&self, action: &Action) -> Option<String> {
        if !self.codes_are_fixed() {
            return None;
        }
        let reason = |id: &String| self.context.plan.contract.requirement(id)?.fixed_code.clone();
        // What is read is always there; only what it is used for can mislead.
        let used = !matches!(action, Action::Code { .. });
        let why = shows(action).iter().filter(|_| used).find_map(reason)?;
        Some(format!("the profile's codes are fixed: {why}"))
    }

    /// After a broken `must`, or without an answer, the rest of a flow would judge something else than it says.
    pub(super) fn stop_where_broken(&mut self, event: &StepEvent) {
        if event.may_close || self.stopped.is_some() {
            return;
        }
        let contract = &self.context.plan.contract;
        let must = |id: &String| contract.requirement(id).is_some_and(|requirement| requirement.level == Level::Must);
        if let Some(assertion) = event.assertions.first()
            && matches!(assertion.test, Test::Answer(_) | Test::Came { .. })
        {
            match holds(assertion, &event.exchanges) {
                Held::No(_) if self.in_cases => {
                    let reason = format!("{} did not come out as expected, so the state may be another", event.step);
                    self.spoiled.get_or_insert((event.step.clone(), reason));
                }
                Held::Unknown(_) if self.in_cases => {}
                Held::No(_) if assertion.proves.iter().any(must) || assertion.proves.is_empty() => {
                    self.stopped =
                        Some((event.step.clone(), format!("step {} did not come out as expected", event.step)));
                }
                Held::Unknown(reason) => {
                    self.stopped = Some((event.step.clone(), format!("step {}: {reason}", event.step)))
                }
                Held::Yes | Held::No(_) => {}
            }
        }
    }
}
