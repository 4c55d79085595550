//! What a step shows by itself: what it expected, and what each of its exchanges must hold. It looks at no other step, so
//! that another thread can do it.

use super::telling::has_another_answer;
use crate::check::{Judged, Looked, Sent, look};
use crate::contract::Contract;
use crate::event::StepEvent;
use crate::expect::{Held, Kind, Test, holds};

/// What is told of one step.
#[derive(Debug)]
pub struct Alone<'a> {
    /// Whether each assertion holds, in their order; `None` where it is about a value of an answer that the step did not
    /// expect at all.
    pub(super) held: Vec<Option<Held>>,
    /// What the universal checks say of each exchange, in their order; nothing of one that judges nothing.
    pub(super) looks: Vec<Looks<'a>>,
}

/// What the universal checks say of one exchange.
#[derive(Debug, Default)]
pub(super) struct Looks<'a> {
    /// The requirements that hold and of which nothing else is told, as of most.
    pub(super) held: Vec<&'a str>,
    /// The others, each with the id of its check.
    pub(super) told: Vec<(&'static str, Judged<'a>)>,
}

impl<'a> FromIterator<(&'static str, Judged<'a>)> for Looks<'a> {
    fn from_iter<I: IntoIterator<Item = (&'static str, Judged<'a>)>>(all: I) -> Self {
        let mut looks = Self::default();
        for (id, judged) in all {
            match &judged {
                Judged { requirement, mismatch: None, seen: None } => looks.held.push(requirement),
                _ => looks.told.push((id, judged)),
            }
        }
        looks
    }
}

impl<'a> Alone<'a> {
    /// Looks at a step.
    pub fn of(event: &StepEvent, contract: &'a Contract) -> Self {
        let another = has_another_answer(event);
        let held = event.assertions.iter().map(|assertion| {
            let of_another = another && matches!(assertion.test, Test::At { .. });
            (!of_another).then(|| holds(assertion, &event.exchanges))
        });
        let sent = sent(event);
        let let_in = lets_in(event);
        let looks = event.exchanges.iter().map(|exchange| {
            let looked = Looked::new(contract, exchange, sent, event.wrong_field.as_deref());
            looked.map(|looked| look(&looked.letting_in(let_in.clone())).into_iter().collect()).unwrap_or_default()
        });
        Self { held: held.collect(), looks: looks.collect() }
    }
}

/// What a step says of its bearer token.
pub(super) fn sent(event: &StepEvent) -> Sent {
    let says = |kind: Kind| kinds(event).any(|kinds| kinds.contains(&kind));
    match (says(Kind::Unauthorized), says(Kind::RefusedInput)) {
        (true, _) => Sent::Bad,
        (false, true) => Sent::Good,
        (false, false) => Sent::Either,
    }
}

/// The errors that a step names where anything may come.
fn lets_in(event: &StepEvent) -> Vec<&str> {
    let open = kinds(event).filter(|kinds| kinds.contains(&Kind::Open));
    open.flatten().filter_map(|kind| if let Kind::Error(error) = kind { Some(error.as_str()) } else { None }).collect()
}

fn kinds(event: &StepEvent) -> impl Iterator<Item = &Vec<Kind>> {
    event.assertions.iter().filter_map(|assertion| match &assertion.test {
        Test::Answer(kinds) => Some(kinds),
        _ => None,
    })
}
