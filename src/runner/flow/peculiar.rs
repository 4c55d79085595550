//! What is peculiar to a target by its profile: users that are blocked from the start, and a leeway for tokens.

use std::time::{Duration, Instant};

use super::elsewhere::MARGIN;
use super::{FlowRun, shows};
use crate::suite::{Action, Fixture};
use crate::target::Block;

/// A longer leeway is not waited for.
const LEEWAY_AT_MOST: Duration = Duration::from_secs(60);

impl FlowRun<'_> {
    /// Whether the account of a name is to be one that is blocked from the start. Such an account is sent no code, so
    /// a beginning that needs one is out of reach.
    pub(super) fn is_blocked_from_the_start(&mut self, name: &str, fixture: &Fixture) -> bool {
        if !matches!(self.context.instance.target.block, Some(Block::Phones(_))) {
            return false;
        }
        let blocks = |action: &Action| match action {
            Action::Block { phone } => phone.references().iter().any(|path| path.split('.').next() == Some(name)),
            _ => false,
        };
        let is_blocked = self.flow.steps.iter().any(|step| blocks(&step.action));
        if is_blocked && self.reads_a_code(fixture) {
            let reason = "a user that is blocked from the start (`action = \"phone\"`) gets no code to begin with";
            self.lacks = Some("block");
            self.stopped.get_or_insert((String::new(), reason.to_owned()));
        }
        is_blocked
    }

    fn reads_a_code(&self, fixture: &Fixture) -> bool {
        let suites = &self.context.plan.suites;
        let mut inner = fixture.given.iter().filter_map(|given| suites.fixture(&given.fixture));
        fixture.steps.iter().any(|step| matches!(step.action, Action::Code { .. }))
            || inner.any(|inner| self.reads_a_code(inner))
    }

    /// Waits until the leeway that the target grants is over, where a step shows something that holds only then.
    /// Whether it is over: several requests at once are never past it.
    pub(super) async fn leeway_is_over(&self, action: &Action) -> bool {
        let leeway = self.context.instance.target.refresh_leeway;
        let contract = &self.context.plan.contract;
        let concerned = |id: &String| contract.requirement(id).is_some_and(|requirement| requirement.leeway.is_some());
        if leeway.is_zero() || !shows(action).iter().any(concerned) {
            return true;
        }
        if leeway > LEEWAY_AT_MOST || !matches!(action, Action::Call(_)) {
            return false;
        }
        // By the clock on the wall: no clock of the target has to be moved for it.
        let going = &self.context.going;
        going.observer.waits(&self.flow.id, Some(Instant::now() + leeway + MARGIN));
        going.place.left_for(tokio::time::sleep(leeway + MARGIN)).await;
        going.observer.waits(&self.flow.id, None);
        true
    }
}
