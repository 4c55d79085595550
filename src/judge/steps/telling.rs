//! What is told of one expectation: its verdict where it did not hold, why it need not be judged, and what was seen.

use crate::contract::Level;
use crate::event::{Blocked, DeclaredGap, StepEvent};
use crate::exchange::{Exchange, FailureKind, Outcome};
use crate::expect::{Assertion, Held, Test, describe, holds};
use crate::verdict::Verdict;

/// Why something that could not be judged need not be, by the profile: its requirement is a declared gap, or what was
/// lacking is one. A failure is no gap, whatever was declared.
pub(super) fn gap(gaps: &[DeclaredGap], requirement: Option<&String>, blocked: Option<&Blocked>) -> Option<String> {
    let lacks = blocked.and_then(|blocked| blocked.lacks.as_ref());
    let named = |name: Option<&String>| gaps.iter().find(|gap| Some(&gap.name) == name);
    let gap = named(requirement).or_else(|| named(lacks))?;
    Some(format!("a declared gap, `{}`: {}", gap.name, gap.reason))
}

pub(super) fn gap_of(
    gaps: &[DeclaredGap],
    requirement: &String,
    verdict: Verdict,
    event: &StepEvent,
) -> Option<String> {
    if verdict == Verdict::Blocked { gap(gaps, Some(requirement), event.blocked.as_ref()) } else { None }
}

pub(super) fn broken(level: Level, strict: bool) -> Verdict {
    match level {
        Level::Must => Verdict::Fail,
        Level::Should if strict => Verdict::Fail,
        Level::Should => Verdict::Warn,
        Level::Observe => Verdict::Pass,
    }
}

/// Whether the answer of a step is another one than it expected.
pub(super) fn has_another_answer(event: &StepEvent) -> bool {
    let expected = event.assertions.first().filter(|first| matches!(first.test, Test::Answer(_)));
    expected.is_some_and(|expected| matches!(holds(expected, &event.exchanges), Held::No(_)))
}

/// No usable answer is broken; an answer that tells nothing about this is blocked. Where the target may
/// close the connection, that says nothing at all.
pub(super) fn unknown(event: &StepEvent) -> Verdict {
    let failure = event.exchanges.iter().find_map(|exchange| match &exchange.outcome {
        Outcome::Failure(failure) => Some(failure.kind),
        Outcome::Answer(_) => None,
    });
    match failure {
        Some(FailureKind::Broken | FailureKind::Timeout) if event.may_close => Verdict::NotApplicable,
        Some(_) => Verdict::Broken,
        None => Verdict::Blocked,
    }
}

pub(super) fn observation(assertion: &Assertion, exchanges: &[Exchange], held: bool) -> String {
    match &assertion.test {
        Test::Same(..) => if held { "the same" } else { "different" }.to_owned(),
        Test::Differ(..) => if held { "different" } else { "the same" }.to_owned(),
        Test::Answer(_) => {
            exchanges.last().and_then(Exchange::response).map_or_else(|| "no answer".to_owned(), describe)
        }
        Test::At { pointer, .. } => {
            let body = exchanges.last().and_then(Exchange::response).and_then(|response| response.json());
            let value = body.and_then(|body| body.pointer(pointer));
            value
                .map_or_else(|| format!("no {pointer}"), |value| format!("{pointer} is {}", crate::expect::show(value)))
        }
        Test::AcceptedAtMost(_) | Test::Came { .. } => {
            if held { "it came so" } else { "it did not come so" }.to_owned()
        }
    }
}
