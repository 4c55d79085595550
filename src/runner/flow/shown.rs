//! Codes and links that are shown: until when they live by what was stated, so that a slow machine blames nobody.

use serde_json::Value;

use super::FlowRun;
use super::elsewhere::{life_of, surely_until};
use super::requests::moment;
use crate::contract::Success;
use crate::contract::keywords::LIFE_OF;
use crate::event::StepEvent;
use crate::exchange::Exchange;
use crate::expect::{Kind, Test};
use crate::runner::call::Prepared;
use crate::suite::{Call, ClaimTest};

/// What is mailed instead of answered: a value of [`LIFE_OF`].
const LINK: &str = "link";

/// The stated life of something that is shown later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Life {
    /// Its end, milliseconds since the Unix epoch on the target's clock.
    end_ms: i64,
    /// Until when it surely lives, likewise.
    sure_ms: i64,
    /// Its length, milliseconds.
    length_ms: i64,
    /// How often the flow had waited when it began.
    waits: usize,
}

impl FlowRun<'_> {
    /// Learns for how long the code or link that an answer tells of is said to live.
    pub(super) fn learn_shown(&mut self, exchange: &Exchange, body: &Value) {
        let contract = &self.context.plan.contract;
        let operation = contract.operation(&exchange.request.operation);
        let Some(Success::Model(model)) = operation.map(|operation| &operation.success) else { return };
        for field in contract.model(model).into_iter().flat_map(|model| model.fields()) {
            let of = field.extension.get(LIFE_OF).and_then(Value::as_str);
            let (Some(of), Some(stated)) = (of, body.get(&field.name).and_then(Value::as_f64)) else { continue };
            let (end_ms, length_ms) = life_of(stated, exchange.at_ms);
            // A life that is over when it is stated is a wrong answer, and judged as that.
            if length_ms <= 0 {
                continue;
            }
            let sure_ms = surely_until((end_ms, length_ms), moment(exchange).took_ms);
            let life = Life { end_ms, sure_ms, length_ms, waits: self.waits };
            match body.get(of).and_then(Value::as_str) {
                Some(value) => drop(self.shown.insert(value.to_owned(), life)),
                None if of == LINK => self.mailed = Some(life),
                None => {}
            }
        }
    }

    /// A link came: it is the one whose life was stated last, unless the flow has waited meanwhile, for then it may be
    /// one that nobody asked for.
    pub(super) fn learn_link(&mut self, link: &str) {
        if let Some(life) = self.mailed.filter(|life| life.waits == self.waits) {
            self.shown.insert(link.to_owned(), life);
        }
    }

    /// The life of what a request shows. Generated cases are refused for what is wrong with them, however late it is.
    pub(super) fn life_of_shown(&self, prepared: &Prepared) -> Option<Life> {
        if self.in_cases {
            return None;
        }
        let fields = prepared.fields.iter().filter_map(Value::as_object).flat_map(|fields| fields.values());
        let values = fields.filter_map(Value::as_str).chain(prepared.link.as_deref());
        values.filter_map(|value| self.shown.get(value)).min_by_key(|life| life.sure_ms).copied()
    }

    /// Why a request would tell nothing, where what it shows is past its stated life and the flow did not wait for that.
    pub(super) fn shown_too_late(&self, life: Option<Life>) -> Option<String> {
        let life = life.filter(|life| life.waits == self.waits)?;
        let over = self.context.instance.now_ms() > life.end_ms;
        over.then(|| {
            let seconds = life.length_ms as f64 / 1e3;
            format!("what it shows is past the life of {seconds} s that the target states")
        })
    }

    /// Holds what is expected of an answer to the life of what was shown. A refusal is meant where the flow has waited.
    pub(super) fn hold_to_life(&self, life: Option<Life>, event: &mut StepEvent) {
        let Some(life) = life else { return };
        let meant = life.waits != self.waits;
        for assertion in &mut event.assertions {
            let concerned = match &assertion.test {
                Test::Answer(kinds) => !kinds.contains(&Kind::Open) && (!meant || succeeds(kinds)),
                Test::AcceptedAtMost(_) => !meant,
                Test::At { .. } | Test::Same(..) | Test::Differ(..) | Test::Came { .. } => false,
            };
            if concerned {
                assertion.lives_until_ms = Some(life.sure_ms);
            }
        }
    }

    /// What comes after an answer that came too late would judge something else than it says: a page that tells of the
    /// end may be a success, and where anything may be answered the state is what is judged.
    pub(super) fn stop_where_outlived(&mut self, call: &Call, life: Option<Life>, event: &StepEvent) {
        let (Some(life), Some(exchange)) = (life, event.exchanges.last()) else { return };
        let meant = life.waits != self.waits && !succeeds(&call.expect);
        let taken = call.link.is_none() && exchange.response().is_some_and(|response| response.is_success());
        if exchange.at_ms > life.sure_ms && !meant && !taken && self.stopped.is_none() {
            let reason = "the answer came when the stated life of what was shown was over, or as good as over";
            self.stopped = Some((event.step.clone(), format!("step {}: {reason}", event.step)));
        }
    }

    /// Until when at most so many of several requests are accepted: what an accepted one states.
    pub(super) fn race_until(&self, test: &ClaimTest, event: &StepEvent) -> Option<i64> {
        let ClaimTest::AcceptedAtMost { within: Some(within), .. } = test else { return None };
        let until = |exchange: &Exchange| {
            let answer = exchange.response().filter(|response| response.is_success())?;
            let stated = answer.json()?.pointer(within)?.as_f64()?;
            Some(surely_until(life_of(stated, exchange.at_ms), moment(exchange).took_ms))
        };
        event.exchanges.iter().filter_map(until).min()
    }
}

fn succeeds(kinds: &[Kind]) -> bool {
    kinds.iter().all(|kind| matches!(kind, Kind::Model(_) | Kind::Ok))
}
