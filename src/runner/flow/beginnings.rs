//! The accounts that a flow begins with. Against a deployment that is far away they are made side by side: none of
//! them knows of another, and each waits for answers that take their time. A near one would only be asked more at once.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use super::{Context, FlowRun};
use crate::runner::Boxed;
use crate::runner::make::Maker;
use crate::runner::secrets::Secrets;
use crate::suite::{Action, Fixture, Flow, Step, Suites};

impl<'a> FlowRun<'a> {
    /// Makes them.
    pub(super) async fn beginnings(&mut self) {
        let (context, flow) = (self.context, self.flow);
        if flow.given.len() < 2 || !context.instance.is_far() || !flow_can(flow, &context.plan.suites) {
            return self.given(&flow.given, "").await;
        }
        let part = |index: usize| -> Boxed<'a, FlowRun<'a>> {
            let mut part = FlowRun::apart(context, flow, &flow.given[index].name);
            Box::pin(async move {
                part.given(&flow.given[index..=index], "").await;
                part
            })
        };
        // In the order of the flow, whichever was done first.
        for part in all((0..flow.given.len()).map(part).collect()).await {
            self.take_in(part);
        }
    }

    /// A part of a flow, which draws values of its own.
    fn apart(context: &'a Context<'a>, flow: &'a Flow, name: &str) -> Self {
        let mut part = Self::new(context, flow);
        // Placeholders are numbered when it is taken in.
        part.secrets = Secrets::new(Arc::default());
        part.maker = Maker::new(context.going.seed, &format!("{}/{name}", flow.id));
        part.events.clear();
        part.bind_client();
        part
    }

    /// Goes on from what a part did.
    fn take_in(&mut self, part: Self) {
        self.bindings.take_in(part.bindings);
        self.secrets.take_in(part.secrets);
        self.links.extend(part.links);
        self.stopped = self.stopped.take().or(part.stopped);
        self.lacks = self.lacks.or(part.lacks);
        self.addresses.extend(part.addresses);
        self.unread |= part.unread;
        self.lives.extend(part.lives);
        self.shown.extend(part.shown);
        self.mailed = part.mailed.or(self.mailed);
        self.sessions.take_in(part.sessions);
        self.waited |= part.waited;
        self.over |= part.over;
        self.events.extend(part.events);
        self.made += part.made;
        if part.longest.ms > self.longest.ms {
            self.longest = part.longest;
        }
    }
}

/// Whether nothing of its beginnings waits: a clock that is shared is moved for whole flows.
fn flow_can(flow: &Flow, suites: &Suites) -> bool {
    flow.given.iter().filter_map(|given| suites.fixture(&given.fixture)).all(|fixture| never_waits(fixture, suites))
}

fn never_waits(fixture: &Fixture, suites: &Suites) -> bool {
    let quiet = |step: &Step| match &step.action {
        Action::Call(call) => call.retry.is_none(),
        Action::Wait(_) | Action::Repeat { .. } => false,
        Action::Together { .. }
        | Action::Code { .. }
        | Action::Mail { .. }
        | Action::Block { .. }
        | Action::Make(_)
        | Action::Check(_) => true,
    };
    let mut inner = fixture.given.iter().filter_map(|given| suites.fixture(&given.fixture));
    fixture.steps.iter().all(quiet) && inner.all(|inner| never_waits(inner, suites))
}

/// Does all at the same time, within one task; what came of each, in their order.
async fn all<T>(mut pending: Vec<Boxed<'_, T>>) -> Vec<T> {
    let mut done: Vec<Option<T>> = pending.iter().map(|_| None).collect();
    poll_fn(|context| {
        for (done, future) in done.iter_mut().zip(&mut pending).filter(|(done, _)| done.is_none()) {
            if let Poll::Ready(value) = future.as_mut().poll(context) {
                *done = Some(value);
            }
        }
        if done.iter().all(Option::is_some) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use tokio::sync::Barrier;

    use super::*;

    #[tokio::test]
    async fn what_is_done_side_by_side_stays_in_order() {
        // Neither passes alone, and the second is done first.
        let barrier = Arc::new(Barrier::new(2));
        let second = barrier.clone();
        let pending: Vec<Boxed<'_, u8>> = vec![
            Box::pin(async move {
                barrier.wait().await;
                tokio::task::yield_now().await;
                1
            }),
            Box::pin(async move {
                second.wait().await;
                2
            }),
        ];
        assert_eq!(all(pending).await, [1, 2]);
    }
}
