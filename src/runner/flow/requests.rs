//! The steps that send: one request, several at once, and what is learned and kept of the answers.

use serde_json::Value;
use tokio::task::JoinSet;

use super::elsewhere::{MARGIN, life_of, number, seconds_of};
use super::{Answer, FlowRun, shows};
use crate::contract::Success;
use crate::contract::keywords::TOKEN;
use crate::event::{Event, StepEvent};
use crate::exchange::{Exchange, Outcome};
use crate::expect::{Assertion, Held, Kind, Test, holds};
use crate::runner::bindings::Moment;
use crate::runner::call::{self, Prepared, Sent, Throttle};
use crate::runner::timekeeper::Wish;
use crate::suite::{Call, Claim, Retry, Step};

/// A token so near its stated end counts as past it, where time was made to pass.
const OUTLIVED_MS: i64 = 2_000;

/// How the token of a request stands to the life that its target stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outlived {
    /// It lives, or nothing is known of its end.
    No,
    /// It is over, for the flow had to wait for longer.
    ByWaits,
    /// It is over by itself: so many milliseconds are shorter than the flow.
    ByItself(i64),
}

impl FlowRun<'_> {
    pub(super) async fn call(&mut self, step: &Step, call: &Call, event: &mut StepEvent) -> Result<(), String> {
        event.may_close = call.may_close;
        event.wrong_field = call.wrong_field.clone().filter(|_| !self.sends_no_client(&call.operation));
        let mut attempts = 0;
        let life = loop {
            let prepared =
                call::prepare(call, &self.bindings, &self.context.instance.target, &self.context.plan.contract)?;
            match self.outlived(call, &prepared) {
                Outlived::No => {}
                Outlived::ByWaits => {
                    event.does =
                        format!("{} (not done: the waits were longer than the stated life of its token)", event.does);
                    event.inapplicable = shows(&step.action);
                    self.over = true;
                    return Ok(());
                }
                Outlived::ByItself(life_ms) => {
                    let reason =
                        format!("its token is past the life of {} s that the target states", life_ms as f64 / 1e3);
                    self.stopped = Some((event.step.clone(), format!("step {}: {reason}", event.step)));
                    return Err(reason);
                }
            }
            let life = self.life_of_shown(&prepared);
            if let Some(reason) = self.shown_too_late(life) {
                self.stopped = Some((event.step.clone(), format!("step {}: {reason}", event.step)));
                return Err(reason);
            }
            let before = self.before_sending(&call.operation).await;
            let exchange = self.exchange(&prepared).await;
            let answer = answer(&exchange);
            if answer == Answer::Accepted {
                self.after_sending(&call.operation, before);
            }
            // Nearly all steps have one, and a list that grows has room for four at once.
            event.exchanges.reserve_exact(1);
            event.exchanges.push(exchange);
            self.note(step, answer.clone());
            match (&call.retry, &answer) {
                (Some(retry), Answer::Refused(Some(error))) if retry.on.contains(error) => {
                    attempts += 1;
                    self.wait_out(retry, attempts, error).await?;
                }
                _ => break life,
            }
        };
        self.keep(call, event);
        let proves = self.proves(call);
        let answer = Test::Answer(call.expect.clone());
        let until_ms = self.lasts_until(&step.when);
        event.assertions.reserve_exact(1 + call.also.len());
        event.assertions.push(Assertion { until_ms, ..Assertion::new(answer, proves, call.place.clone()) });
        if self.lacks_client(event) {
            self.lacks = Some("client");
            return Err("it was refused, and the profile gives no client credentials".to_owned());
        }
        self.claims(&call.also, event);
        self.hold_to_life(life, event);
        self.stop_where_outlived(call, life, event);
        Ok(())
    }

    /// Whether a request would carry a token whose stated life is over. Lives and waits are the target's to choose: where
    /// the flow had to wait for longer, one that is to succeed has nothing to show. Where it did not, no answer would tell
    /// anything: a refusal may be for the token, whatever else is wrong.
    pub(super) fn outlived(&self, call: &Call, prepared: &Prepared) -> Outlived {
        let Some(&(end_ms, life_ms)) = prepared.bearer.as_ref().and_then(|token| self.lives.get(token)) else {
            return Outlived::No;
        };
        let left_ms = end_ms.saturating_sub(self.context.instance.now_ms());
        let succeeds = call.expect.iter().all(|kind| matches!(kind, Kind::Model(_) | Kind::Ok));
        if self.waited {
            return if succeeds && left_ms <= OUTLIVED_MS { Outlived::ByWaits } else { Outlived::No };
        }
        // A life that is over when it is stated is a wrong answer, and judged as that.
        let over = life_ms > 0 && left_ms <= (life_ms / 10).min(OUTLIVED_MS);
        if over && !call.expect.contains(&Kind::Open) { Outlived::ByItself(life_ms) } else { Outlived::No }
    }

    /// Learns until when the tokens of an answer are said to live.
    pub(super) fn learn_lives(&mut self, exchange: &Exchange, body: &Value) {
        let operation = &exchange.request.operation;
        for (token, expiry) in [("access", "access-expiry"), ("refresh", "refresh-expiry")] {
            if let (Some(token), Some(stated)) = (
                self.part(operation, token, body).and_then(Value::as_str),
                self.part(operation, expiry, body).and_then(Value::as_f64),
            ) {
                self.lives.insert(token.to_owned(), life_of(stated, exchange.at_ms));
            }
        }
    }

    /// The part of an issued token in the body of a success: see [`TOKEN`].
    pub(super) fn part<'a>(&self, operation: &str, name: &str, body: &'a Value) -> Option<&'a Value> {
        let contract = &self.context.plan.contract;
        let Success::Model(model) = &contract.operation(operation)?.success else { return None };
        let mut fields = contract.model(model)?.fields().iter();
        let field = fields.find(|field| field.extension.get(TOKEN).and_then(Value::as_str) == Some(name))?;
        body.get(&field.name)
    }

    /// Whether a refusal may be for want of client credentials that the profile does not give.
    pub(super) fn lacks_client(&self, event: &StepEvent) -> bool {
        let Some(exchange) = event.exchanges.last() else { return false };
        self.sends_no_client(&exchange.request.operation)
            && matches!(answer(exchange), Answer::Refused(_))
            && matches!(holds(&event.assertions[0], &event.exchanges), Held::No(_))
    }

    /// Whether a request goes without the client that its operation takes: where that is wanted, its want is one more
    /// thing that may be named as wrong.
    fn sends_no_client(&self, operation: &str) -> bool {
        let operation = self.context.plan.contract.operation(operation);
        self.context.instance.target.client_id.is_none()
            && operation.is_some_and(|operation| operation.client_credentials)
    }

    pub(super) async fn wait_out(&mut self, retry: &Retry, attempts: u32, error: &str) -> Result<(), String> {
        if attempts > retry.at_most {
            return Err(format!("the target answered `{error}` {attempts} times, each after the wait it asked for"));
        }
        let seconds = number(&self.resolve(&retry.after)?)?;
        self.waited = true;
        self.waits += 1;
        let pass = self.pass(Wish { duration: seconds_of(seconds)? + MARGIN, early: None }).await;
        pass.map_err(|reason| {
            self.lacks = Some("clock");
            format!("the target answered `{error}`, and {reason}")
        })
    }

    pub(super) async fn exchange(&mut self, prepared: &Prepared) -> Exchange {
        self.learn_request(prepared);
        let sent = call::send(prepared, &self.context.instance, &self.context.plan.contract).await;
        self.longest.requests += 1;
        self.longest.ms += took_ms(&sent);
        let exchange = self.waited_for(sent);
        let success = exchange.response().filter(|response| response.is_success());
        let body = success.and_then(|response| response.json());
        if let Some(body) = body {
            self.secrets.learn_fields(body, self.context.plan.contract.sensitive_in_responses());
            self.learn_lives(&exchange, body);
            self.learn_shown(&exchange, body);
        }
        self.learn_sessions(&exchange, body);
        exchange
    }

    /// Tells of every wait and every new attempt that was on the way to an answer.
    fn waited_for(&mut self, sent: Sent) -> Exchange {
        let Sent { exchange, throttles, reconnected } = sent;
        let (flow, operation) = (self.flow.id.clone(), exchange.request.operation.clone());
        // Tokens may have come to their end meanwhile.
        self.waited |= !throttles.is_empty();
        let throttled = throttles.into_iter().map(|Throttle { seconds }| Event::Throttled {
            flow: flow.clone(),
            operation: operation.clone(),
            seconds,
        });
        self.events.extend(throttled);
        let reconnected = reconnected.into_iter().map(|message| Event::Reconnected {
            flow: flow.clone(),
            operation: operation.clone(),
            message,
        });
        self.events.extend(reconnected);
        exchange
    }

    pub(super) fn learn_request(&mut self, prepared: &Prepared) {
        let sensitive = self.context.plan.contract.sensitive_in_requests();
        prepared.fields.iter().for_each(|fields| self.secrets.own(fields, sensitive));
        for (kind, value) in prepared.fields.iter().flat_map(|fields| call::secrets(fields, sensitive)) {
            // What was sent as a code may be a wrong one, which is no secret.
            let kind = if kind == "code" { "sent_code" } else { kind };
            if !self.secrets.knows(&value) {
                self.secrets.learn(kind, &value);
            }
        }
        if let Some(bearer) = &prepared.bearer
            && bearer.len() >= 4
            && !self.secrets.knows(bearer)
        {
            self.secrets.learn("token", bearer);
        }
    }

    pub(super) async fn together(
        &mut self,
        step: &Step,
        calls: &[Call],
        also: &[Claim],
        event: &mut StepEvent,
    ) -> Result<(), String> {
        let (target, contract) = (&self.context.instance.target, &self.context.plan.contract);
        let prepare = |call| call::prepare(call, &self.bindings, target, contract);
        let prepared: Vec<Prepared> = calls.iter().map(prepare).collect::<Result<_, _>>()?;
        prepared.iter().for_each(|prepared| self.learn_request(prepared));
        let life = prepared.iter().find_map(|prepared| self.life_of_shown(prepared));
        if let Some(reason) = self.shown_too_late(life) {
            return Err(reason);
        }
        // However slowly a target wants its requests, those of a race are sent in one moment.
        self.context.instance.wire.moment_for(prepared.len()).await;
        let mut tasks = JoinSet::new();
        for (index, mut prepared) in prepared.into_iter().enumerate() {
            prepared.at_once = true;
            let (instance, contract) = (self.context.instance.clone(), self.context.plan.contract.clone());
            tasks.spawn(async move { (index, call::send(&prepared, &instance, &contract).await) });
        }
        let mut answered: Vec<_> = tasks.join_all().await;
        answered.sort_by_key(|(index, _)| *index);
        self.longest.requests += 1;
        self.longest.ms += answered.iter().map(|(_, sent)| took_ms(sent)).fold(0.0, f64::max);
        for (_, sent) in answered {
            let exchange = self.waited_for(sent);
            let body = exchange.response().and_then(|response| response.json());
            if let Some(body) = body {
                self.secrets.learn_fields(body, self.context.plan.contract.sensitive_in_responses());
            }
            self.learn_sessions(&exchange, body);
            event.exchanges.push(exchange);
        }
        self.note(step, answer_of_all(&event.exchanges));
        self.claims(also, event);
        self.hold_to_life(life, event);
        Ok(())
    }

    pub(super) fn keep(&mut self, call: &Call, event: &StepEvent) {
        let Some(exchange) = event.exchanges.last() else { return };
        let body = exchange.response().and_then(|response| response.json());
        let stated = Moment { moved_ms: self.context.instance.moved_ms(), ..moment(exchange) };
        for (name, pointer) in &call.keep {
            match body.and_then(|body| body.pointer(pointer)) {
                Some(value) => self.bindings.bind_stated(name.as_str(), value.clone(), stated),
                None => self.bindings.forget(name),
            }
        }
    }

    /// What a call's expectation shows; a success on the way counts for the operation itself.
    pub(super) fn proves(&self, call: &Call) -> Vec<String> {
        let success = call.expect.iter().all(|kind| matches!(kind, Kind::Model(_) | Kind::Ok));
        if !call.proves.is_empty() || !success {
            return call.proves.clone();
        }
        let operation = self.context.plan.contract.operation(&call.operation);
        operation.and_then(|operation| operation.success_requirement.clone()).into_iter().collect()
    }
}

/// How long a flow had to wait for an answer, with the waits that the target asked for.
fn took_ms(sent: &Sent) -> f64 {
    sent.exchange.elapsed_ms + sent.throttles.iter().map(|throttle| throttle.seconds * 1e3).sum::<f64>()
}

pub(super) fn moment(exchange: &Exchange) -> Moment {
    #[expect(clippy::cast_possible_truncation, reason = "saturates, which is what is wanted")]
    let took_ms = exchange.elapsed_ms.ceil() as i64;
    Moment { at_ms: exchange.at_ms, took_ms, moved_ms: 0 }
}

pub(super) fn answer(exchange: &Exchange) -> Answer {
    match &exchange.outcome {
        Outcome::Answer(response) if response.is_success() => Answer::Accepted,
        Outcome::Answer(response) if response.is_refusal() => {
            let error = response.json().and_then(|body| body.get("error")).and_then(Value::as_str);
            Answer::Refused(error.map(str::to_owned))
        }
        Outcome::Answer(_) => Answer::Other,
        Outcome::Failure(_) => Answer::NotDone,
    }
}

/// What several requests at once were answered alike.
fn answer_of_all(exchanges: &[Exchange]) -> Answer {
    let mut answers = exchanges.iter().map(answer);
    let first = answers.next().unwrap_or(Answer::NotDone);
    if answers.all(|next| next == first) { first } else { Answer::Other }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::exchange::{Body, Request, Response};

    #[rstest]
    #[case::all_accepted(&[200, 200], Answer::Accepted)]
    #[case::all_refused(&[409, 409], Answer::Refused(None))]
    #[case::one_of_each(&[200, 409], Answer::Other)]
    #[case::the_other_way_round(&[409, 200], Answer::Other)]
    #[case::none(&[], Answer::NotDone)]
    fn several_answers_are_one_where_they_are_alike(#[case] statuses: &[u16], #[case] wanted: Answer) {
        let exchange = |status: &u16| Exchange {
            request: Request {
                operation: String::new(),
                method: String::new(),
                url: String::new(),
                headers: Vec::new(),
                body: None,
            },
            outcome: Outcome::Answer(Response::new(*status, Vec::new(), Body::Text(String::new()))),
            sightings: Vec::new(),
            elapsed_ms: 0.0,
            at_ms: 0,
        };
        assert_eq!(answer_of_all(&statuses.iter().map(exchange).collect::<Vec<_>>()), wanted);
    }
}
