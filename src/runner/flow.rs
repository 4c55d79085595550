//! Runs one flow: its fixtures, then its steps in order, until it ends or cannot go on.
//!
//! What came back stays as it came until the flow is over; [`super::finish`] then replaces every secret
//! that the flow has met, also in answers that came before the secret was known.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::task::JoinSet;

use super::bindings::Bindings;
use super::call::{self, Prepared};
use super::elapsed_ms;
use super::finish::finish;
use super::instance::{Inbox, Instance};
use super::make::{self, Maker};
use super::redact::Redactor;
use super::stop::Stop;
use crate::contract::keywords::TOKEN;
use crate::contract::{Level, Success};
use crate::event::{Blocked, Event, StepEvent};
use crate::exchange::{Exchange, Outcome};
use crate::expect::{Assertion, Held, Kind, Test, equal, holds};
use crate::plan::Plan;
use crate::suite::template::as_text;
use crate::suite::{Action, Call, Claim, Condition, Fixture, Flow, Fresh, Given, Recipe, Retry, Step, Template, Wait};
use crate::target::Source;

/// What is added to a wait, so that the end of a period has surely come.
const MARGIN: Duration = Duration::from_secs(1);

/// A token so near its stated end counts as past it.
const OUTLIVED_MS: i64 = 2_000;

/// What a flow needs to run.
pub struct Context<'a> {
    /// The plan that it belongs to.
    pub plan: &'a Plan,
    /// The deployment it talks to.
    pub instance: Arc<Instance>,
    /// Decides what is random in requests.
    pub seed: u64,
    /// Makes fresh values differ between runs against one target.
    pub nonce: &'a str,
    /// Says when the run is to end.
    pub stop: &'a Stop,
}

/// What a step that others refer to was answered.
#[derive(Debug, Clone, PartialEq)]
enum Answer {
    Accepted,
    Refused(Option<String>),
    Other,
    NotDone,
}

struct FlowRun<'a> {
    context: Context<'a>,
    flow: &'a Flow,
    bindings: Bindings,
    redactor: Redactor,
    maker: Maker,
    answers: HashMap<String, Answer>,
    links: Vec<String>,
    stopped: Option<(String, String)>,
    /// Until when tokens are said to live, milliseconds since the Unix epoch on the target's clock.
    lives: HashMap<String, i64>,
    /// Whether time was made to pass in this flow.
    waited: bool,
    /// Whether the flow has nothing more to show on this target.
    over: bool,
    /// Whether the step under way is a generated case that must be refused.
    in_cases: bool,
    /// The first case that came out otherwise; what follows the cases is not done then.
    spoiled: Option<(String, String)>,
    events: Vec<Event>,
    made: usize,
}

/// Runs a flow and returns its events, redacted.
pub async fn run(context: Context<'_>, flow: &Flow) -> Vec<Event> {
    let started = Instant::now();
    let mut run = FlowRun {
        redactor: Redactor::new(context.instance.placeholders.clone()),
        maker: Maker::new(context.seed, &flow.id),
        context,
        flow,
        bindings: Bindings::default(),
        answers: HashMap::new(),
        links: Vec::new(),
        stopped: None,
        lives: HashMap::new(),
        waited: false,
        over: false,
        in_cases: false,
        spoiled: None,
        events: vec![Event::FlowStarted { flow: flow.id.clone() }],
        made: 0,
    };
    run.bind_client();
    run.given(&flow.given, "").await;
    run.own_steps().await;
    let mut events = run.events;
    finish(&mut events, &mut run.redactor, &run.links, &run.context.plan.contract);
    let elapsed_ms = elapsed_ms(started);
    events.push(Event::FlowEnded { flow: flow.id.clone(), elapsed_ms, fault_of_tool: None });
    events
}

impl FlowRun<'_> {
    fn bind_client(&mut self) {
        let target = &self.context.instance.target;
        match &target.client_id {
            Some(id) => self.bindings.bind("client.id", Value::from(id.as_str()), 0),
            None => self.bindings.bind_absent("client.id"),
        }
        match &target.client_secret {
            Some(secret) => {
                self.redactor.learn("client_secret", secret.reveal());
                self.bindings.bind("client.secret", Value::from(secret.reveal()), 0);
            }
            None => self.bindings.bind_absent("client.secret"),
        }
    }

    /// Runs the fixtures, each in a scope of its own, and binds what they yield.
    async fn given(&mut self, given: &[Given], prefix: &str) {
        for given in given {
            let found = self.context.plan.suites.fixtures.iter().find(|fixture| fixture.id == given.fixture).cloned();
            let Some(fixture) = found else { continue };
            let label = format!("{prefix}{}.", given.name);
            Box::pin(self.fixture(&fixture, &given.name, &label)).await;
        }
    }

    async fn fixture(&mut self, fixture: &Fixture, name: &str, label: &str) {
        let outer = std::mem::take(&mut self.bindings);
        let outer_answers = std::mem::take(&mut self.answers);
        self.bind_client();
        self.given(&fixture.given, label).await;
        self.steps(&fixture.steps, label).await;
        let inner = std::mem::replace(&mut self.bindings, outer);
        self.answers = outer_answers;
        for (field, template) in &fixture.yields {
            if let Ok(value) = inner.resolve(template) {
                let at_ms = inner.whole(template).map_or(0, |bound| bound.at_ms);
                self.bindings.bind(format!("{name}.{field}"), value, at_ms);
            }
        }
    }

    /// The steps of the flow itself; its generated cases do not build on each other.
    async fn own_steps(&mut self) {
        for (index, step) in self.flow.steps.iter().enumerate() {
            self.in_cases =
                self.flow.cases.is_some_and(|cases| (cases.first..cases.first + cases.count).contains(&index));
            if !self.in_cases && self.stopped.is_none() && self.flow.cases.is_some_and(|cases| index >= cases.first) {
                self.stopped = self.spoiled.take();
            }
            // A generated case is known by its id, wherever it stands.
            let label = step.id.clone().filter(|id| id.contains('/')).unwrap_or_else(|| (index + 1).to_string());
            self.step(step, label).await;
        }
    }

    async fn steps(&mut self, steps: &[Step], label: &str) {
        for (index, step) in steps.iter().enumerate() {
            self.step(step, format!("{label}{}", index + 1)).await;
        }
    }

    async fn step(&mut self, step: &Step, label: String) {
        let mut event = StepEvent {
            flow: self.flow.id.clone(),
            step: label,
            id: step.id.clone(),
            about: step.about.clone(),
            does: describe(&step.action),
            place: step.place.clone(),
            exchanges: Vec::new(),
            assertions: Vec::new(),
            inapplicable: Vec::new(),
            blocked: None,
            wrong_field: None,
            may_close: false,
        };
        let stop = self.context.stop;
        if let Some(why) = stop.why() {
            self.stopped.get_or_insert((String::new(), why.reason().to_owned()));
        }
        if let Some((after, reason)) = &self.stopped {
            let after = Some(after.clone()).filter(|after| !after.is_empty());
            event.blocked = Some(Blocked { reason: reason.clone(), proves: shows(&step.action), after });
            self.note(step, Answer::NotDone);
            return self.emit(event);
        }
        if self.over {
            event.inapplicable = shows(&step.action);
            self.note(step, Answer::NotDone);
            return self.emit(event);
        }
        match self.all_hold(&step.when) {
            Ok(true) => {}
            Ok(false) => {
                event.inapplicable = shows(&step.action);
                self.note(step, Answer::NotDone);
                return self.emit(event);
            }
            Err(reason) => {
                event.blocked = Some(Blocked { reason, proves: shows(&step.action), after: None });
                self.note(step, Answer::NotDone);
                return self.emit(event);
            }
        }
        if let Some(reason) = self.hidden_by_fixed_code(&step.action) {
            event.blocked = Some(Blocked { reason: reason.clone(), proves: shows(&step.action), after: None });
            self.stopped = Some((event.step.clone(), reason));
            self.note(step, Answer::NotDone);
            return self.emit(event);
        }
        let acted = tokio::select! {
            biased;
            acted = self.act(step, &mut event) => acted,
            why = stop.asked() => Err(why.reason().to_owned()),
        };
        if let Err(reason) = acted {
            event.blocked = Some(Blocked { reason, proves: shows(&step.action), after: None });
            // A wait or a read that did not come about leaves nothing to go on with.
            if !self.in_cases && !matches!(step.action, Action::Call(_)) {
                self.stopped = Some((event.step.clone(), format!("step {} was blocked", event.step)));
            }
            if event.exchanges.is_empty() {
                self.note(step, Answer::NotDone);
            }
        }
        // Comparisons are nothing to go on with.
        if !matches!(step.action, Action::Check(_)) {
            self.stop_where_broken(&event);
        }
        self.emit(event);
    }

    fn codes_are_fixed(&self) -> bool {
        matches!(self.context.instance.target.sms, Some(Source::Fixed(_)))
    }

    /// Why a step cannot show what it is for, where the target's codes are always the same.
    fn hidden_by_fixed_code(&self, action: &Action) -> Option<String> {
        if !self.codes_are_fixed() {
            return None;
        }
        let reason = |id: &String| self.context.plan.contract.requirement(id)?.fixed_code.clone();
        // What is read is always there; only what it is used for can mislead.
        let used = !matches!(action, Action::Code { .. });
        let why = shows(action).iter().filter(|_| used).find_map(reason)?;
        Some(format!("the profile's codes are fixed: {why}"))
    }

    async fn act(&mut self, step: &Step, event: &mut StepEvent) -> Result<(), String> {
        match &step.action {
            Action::Call(call) => self.call(step, call, event).await,
            Action::Together { calls, also } => self.together(calls, also, event).await,
            Action::Repeat { at_most, steps, until, proves } => {
                Box::pin(self.repeat(step, *at_most, steps, until, proves, event)).await
            }
            Action::Wait(wait) => self.wait(wait, event).await,
            Action::Code { phone, keep, if_sent: true, .. } => self.code_if_sent(phone, keep).await,
            Action::Code { phone, keep, if_sent: false, proves } => self.code(step, phone, keep, proves, event).await,
            Action::Mail { email, keep, proves } => self.mail(step, email, keep, proves, event).await,
            Action::Block { phone } => {
                let phone = as_text(&self.resolve(phone)?);
                self.context.instance.block(&phone).await
            }
            Action::Make(recipes) => recipes.iter().try_for_each(|(name, recipe)| self.make(name, recipe)),
            Action::Check(claims) => {
                self.claims(claims, event);
                Ok(())
            }
        }
    }

    async fn call(&mut self, step: &Step, call: &Call, event: &mut StepEvent) -> Result<(), String> {
        event.may_close = call.may_close;
        event.wrong_field = call.wrong_field.clone();
        let mut attempts = 0;
        loop {
            let prepared = call::prepare(call, &self.bindings, &self.context.instance.target.base)?;
            if self.outlived(call, &prepared) {
                event.does =
                    format!("{} (not done: the waits were longer than the stated life of its token)", event.does);
                event.inapplicable = shows(&step.action);
                self.over = true;
                return Ok(());
            }
            let exchange = self.exchange(&prepared).await;
            let answer = answer(&exchange);
            event.exchanges.push(exchange);
            self.note(step, answer.clone());
            match (&call.retry, &answer) {
                (Some(retry), Answer::Refused(Some(error))) if retry.on.contains(error) => {
                    attempts += 1;
                    self.wait_out(retry, attempts, error).await?;
                }
                _ => break,
            }
        }
        self.keep(call, event);
        let proves = self.proves(call);
        let answer = Test::Answer(call.expect.clone());
        event.assertions.push(Assertion { test: answer, proves, place: call.place.clone() });
        if self.lacks_client(event) {
            return Err("it was refused, and the profile gives no client credentials".to_owned());
        }
        self.claims(&call.also, event);
        Ok(())
    }

    /// Whether a request that is to succeed would carry a token whose stated life is over, because the flow had to wait
    /// for longer. Lives and waits are the target's to choose, so the flow then has nothing to show on it.
    fn outlived(&self, call: &Call, prepared: &Prepared) -> bool {
        let succeeds = call.expect.iter().all(|kind| matches!(kind, Kind::Model(_) | Kind::Ok));
        let end_ms = prepared.bearer.as_ref().and_then(|token| self.lives.get(token));
        let now_ms = self.context.instance.now_ms();
        self.waited && succeeds && end_ms.is_some_and(|end_ms| now_ms >= end_ms - OUTLIVED_MS)
    }

    /// Learns until when the tokens of an answer are said to live.
    fn learn_lives(&mut self, exchange: &Exchange, body: &Value) {
        let contract = &self.context.plan.contract;
        let operation = contract.operation(&exchange.request.operation);
        let Some(Success::Model(model)) = operation.map(|operation| &operation.success) else { return };
        let fields = contract.model(model).map(|model| model.fields()).unwrap_or_default();
        let part = |name: &str| {
            let field = fields.iter().find(|field| field.extension.get(TOKEN).and_then(Value::as_str) == Some(name))?;
            body.get(&field.name)
        };
        for (token, expiry) in [("access", "access-expiry"), ("refresh", "refresh-expiry")] {
            if let (Some(token), Some(stated)) =
                (part(token).and_then(Value::as_str), part(expiry).and_then(Value::as_f64))
            {
                let (end_ms, _) = life_of(stated, exchange.at_ms);
                self.lives.insert(token.to_owned(), end_ms);
            }
        }
    }

    /// Whether a refusal may be for want of client credentials that the profile does not give.
    fn lacks_client(&self, event: &StepEvent) -> bool {
        let Some(exchange) = event.exchanges.last() else { return false };
        let operation = self.context.plan.contract.operation(&exchange.request.operation);
        self.context.instance.target.client_id.is_none()
            && operation.is_some_and(|operation| operation.client_credentials)
            && matches!(answer(exchange), Answer::Refused(_))
            && matches!(holds(&event.assertions[0], &event.exchanges), Held::No(_))
    }

    async fn wait_out(&mut self, retry: &Retry, attempts: u32, error: &str) -> Result<(), String> {
        if attempts > retry.at_most {
            return Err(format!("the target answered `{error}` {attempts} times, each after the wait it asked for"));
        }
        let seconds = number(&self.resolve(&retry.after)?)?;
        self.waited = true;
        let pass = self.context.instance.pass(seconds_of(seconds)? + MARGIN).await;
        pass.map_err(|reason| format!("the target answered `{error}`, and {reason}"))
    }

    async fn exchange(&mut self, prepared: &Prepared) -> Exchange {
        self.learn_request(prepared);
        let (exchange, throttles) = call::send(prepared, &self.context.instance).await;
        for throttle in throttles {
            let operation = exchange.request.operation.clone();
            self.events.push(Event::Throttled { flow: self.flow.id.clone(), operation, seconds: throttle.seconds });
        }
        if let Some(body) =
            exchange.response().filter(|response| response.is_success()).and_then(|response| response.json())
        {
            self.redactor.learn_fields(&body, self.context.plan.contract.sensitive_in_responses());
            self.learn_lives(&exchange, &body);
        }
        exchange
    }

    fn learn_request(&mut self, prepared: &Prepared) {
        let sensitive = self.context.plan.contract.sensitive_in_requests();
        prepared.fields.iter().for_each(|fields| self.redactor.own(fields, sensitive));
        for (kind, value) in prepared.fields.iter().flat_map(|fields| call::secrets(fields, sensitive)) {
            // What was sent as a code may be a wrong one, which is no secret.
            let kind = if kind == "code" { "sent_code" } else { kind };
            if !self.redactor.knows(&value) {
                self.redactor.learn(kind, &value);
            }
        }
        if let Some(bearer) = &prepared.bearer
            && bearer.len() >= 4
            && !self.redactor.knows(bearer)
        {
            self.redactor.learn("token", bearer);
        }
    }

    async fn together(&mut self, calls: &[Call], also: &[Claim], event: &mut StepEvent) -> Result<(), String> {
        let base = self.context.instance.target.base.clone();
        let prepared: Vec<Prepared> =
            calls.iter().map(|call| call::prepare(call, &self.bindings, &base)).collect::<Result<_, _>>()?;
        prepared.iter().for_each(|prepared| self.learn_request(prepared));
        let mut tasks = JoinSet::new();
        for (index, prepared) in prepared.into_iter().enumerate() {
            let instance = self.context.instance.clone();
            tasks.spawn(async move { (index, call::send(&prepared, &instance).await) });
        }
        let mut answered: Vec<_> = tasks.join_all().await;
        answered.sort_by_key(|(index, _)| *index);
        for (_, (exchange, _)) in answered {
            if let Some(body) = exchange.response().and_then(|response| response.json()) {
                self.redactor.learn_fields(&body, self.context.plan.contract.sensitive_in_responses());
            }
            event.exchanges.push(exchange);
        }
        self.claims(also, event);
        Ok(())
    }

    async fn repeat(
        &mut self,
        step: &Step,
        at_most: u32,
        steps: &[Step],
        until: &Condition,
        proves: &[String],
        event: &mut StepEvent,
    ) -> Result<(), String> {
        let mut reached = false;
        // With fixed codes every round would be as the first.
        let sends = steps.iter().any(|step| matches!(step.action, Action::Code { .. }));
        let at_most = if self.codes_are_fixed() && sends && proves.is_empty() { 1 } else { at_most };
        for round in 1..=at_most {
            Box::pin(self.steps(steps, &format!("{}.round{round}.", event.step))).await;
            if let Some((_, reason)) = &self.stopped {
                return Err(reason.clone());
            }
            reached = self.condition(until)?;
            if reached {
                break;
            }
        }
        let missing = (!reached).then(|| format!("it did not come in {at_most} rounds"));
        // Without a requirement the end is only looked for: what comes after asks for it by `when`.
        if proves.is_empty() {
            return Ok(());
        }
        let what = step.about.clone().unwrap_or_else(|| "the end of the repetition".to_owned());
        let test = Test::Came { what, missing, proven: true };
        event.assertions.push(Assertion { test, proves: proves.to_vec(), place: step.place.clone() });
        Ok(())
    }

    async fn wait(&mut self, wait: &Wait, event: &mut StepEvent) -> Result<(), String> {
        let instance = self.context.instance.clone();
        let duration = match wait {
            Wait::Seconds(seconds) => seconds_of(number(&self.resolve(seconds)?)?)? + MARGIN,
            Wait::Past { life } => {
                let (end_ms, life_ms) = self.life(life)?;
                // Clocks of two machines differ a little, and a target may grant some leeway.
                let margin_ms = (life_ms / 10).clamp(2_000, 120_000);
                millis(end_ms.saturating_add(margin_ms).saturating_sub(instance.now_ms()))
            }
            Wait::Share { life, share } => {
                let (end_ms, life_ms) = self.life(life)?;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_precision_loss,
                    reason = "a life in milliseconds is far below 2^53"
                )]
                let left_ms = (life_ms as f64 * (1.0 - share)) as i64;
                let wait_ms = end_ms.saturating_sub(left_ms).saturating_sub(instance.now_ms());
                if wait_ms < -left_ms / 2 {
                    return Err("the moment to look has passed already".to_owned());
                }
                // A clock that is moved goes in whole seconds; rounding must not pass the end of a short life.
                millis(wait_ms.max(0) / 1000 * 1000)
            }
        };
        event.does = format!("wait {} s", duration.as_secs());
        self.waited = true;
        if duration.is_zero() { Ok(()) } else { instance.pass(duration).await }
    }

    /// The end of a stated life and its length, both in milliseconds.
    fn life(&self, life: &Template) -> Result<(i64, i64), String> {
        let bound = self.bindings.whole(life).ok_or_else(|| format!("{} was never obtained", life.source()))?;
        Ok(life_of(number(&bound.value)?, bound.at_ms))
    }

    async fn code(
        &mut self,
        step: &Step,
        phone: &Template,
        keep: &str,
        proves: &[String],
        event: &mut StepEvent,
    ) -> Result<(), String> {
        let phone = as_text(&self.resolve(phone)?);
        let read = self.context.instance.read(Inbox::Sms, &phone).await;
        let what = format!("a code sent to {phone}");
        let contract = &self.context.plan.contract;
        let hidden = |id: &String| {
            self.codes_are_fixed() && contract.requirement(id).is_some_and(|known| known.fixed_code.is_some())
        };
        let proves: Vec<String> = proves.iter().filter(|id| !hidden(id)).cloned().collect();
        let digits = self.came(step, what, read, &proves, event)?;
        self.bind_code(keep, digits);
        Ok(())
    }

    /// Where no code came, there is none, which is as good.
    async fn code_if_sent(&mut self, phone: &Template, keep: &str) -> Result<(), String> {
        let phone = as_text(&self.resolve(phone)?);
        match self.context.instance.read(Inbox::Sms, &phone).await {
            Ok(digits) => self.bind_code(keep, digits),
            Err(missing) if missing.proven => {
                for field in ["code", "wrong", "text"] {
                    self.bindings.bind(format!("{keep}.{field}"), Value::Null, 0);
                }
            }
            Err(missing) => return Err(missing.reason),
        }
        Ok(())
    }

    fn bind_code(&mut self, keep: &str, digits: String) {
        if !self.codes_are_fixed() {
            self.redactor.learn("code", &digits);
        }
        let notation = self.context.instance.target.code_notation;
        let wrong = self.maker.wrong_code(&digits);
        self.bindings.bind(format!("{keep}.code"), notation.value(&digits), 0);
        self.bindings.bind(format!("{keep}.wrong"), notation.value(&wrong), 0);
        self.bindings.bind(format!("{keep}.text"), Value::from(digits), 0);
    }

    async fn mail(
        &mut self,
        step: &Step,
        email: &Template,
        keep: &str,
        proves: &[String],
        event: &mut StepEvent,
    ) -> Result<(), String> {
        let email = as_text(&self.resolve(email)?);
        let read = self.context.instance.read(Inbox::Mail, &email).await;
        let what = format!("a link mailed to {email}");
        let link = self.came(step, what, read, proves, event)?;
        if let Some(forged) = self.maker.forge_uuids(&link) {
            self.bindings.bind(format!("{keep}.forged"), Value::from(forged), 0);
            let garbled = call::uuids(&link).iter().fold(link.clone(), |link, uuid| link.replace(uuid, "no-uuid"));
            self.bindings.bind(format!("{keep}.garbled"), Value::from(garbled), 0);
        }
        self.links.push(link.clone());
        self.bindings.bind(format!("{keep}.link"), Value::from(link), 0);
        Ok(())
    }

    /// Records whether something out of band came; where it did not, the flow ends.
    fn came(
        &mut self,
        step: &Step,
        what: String,
        read: Result<String, super::instance::Missing>,
        proves: &[String],
        event: &mut StepEvent,
    ) -> Result<String, String> {
        let (missing, proven) = match &read {
            Ok(_) => (None, true),
            Err(missing) => (Some(missing.reason.clone()), missing.proven),
        };
        let test = Test::Came { what: what.clone(), missing, proven };
        event.assertions.push(Assertion { test, proves: proves.to_vec(), place: step.place.clone() });
        read.map_err(|missing| format!("{what}: {}", missing.reason))
    }

    fn make(&mut self, name: &str, recipe: &Recipe) -> Result<(), String> {
        self.made += 1;
        let value = match recipe {
            Recipe::Fresh(fresh) => Value::String(self.fresh(*fresh)?),
            Recipe::Forge(of) => {
                let value = self.resolve(of)?;
                Value::String(self.maker.forge(&as_text(&value)))
            }
            Recipe::Tamper(of) => {
                let value = self.resolve(of)?;
                Value::String(self.maker.tamper(&as_text(&value)))
            }
            Recipe::Recase(of) => Value::String(make::recase(&as_text(&self.resolve(of)?))),
            Recipe::Unsign(of) => match make::unsign(&as_text(&self.resolve(of)?)) {
                Some(unsigned) => Value::String(unsigned),
                None => return Ok(()),
            },
            Recipe::Code(digits) => self.context.instance.target.code_notation.value(digits),
            Recipe::Text(length) => Value::String(self.maker.text(*length)),
            Recipe::Value(of) => self.resolve(of)?,
        };
        self.bindings.bind(name, value, 0);
        Ok(())
    }

    fn fresh(&mut self, fresh: Fresh) -> Result<String, String> {
        let target = &self.context.instance.target;
        Ok(match fresh {
            Fresh::Phone => target.phones.next().ok_or_else(|| {
                format!("all {} phones of the profile are used up: give it a wider range", target.phones.count())
            })?,
            Fresh::Email => format!("c{}{}@{}", self.context.nonce, self.maker.word(8), target.email_domain),
            Fresh::Username => format!("c{}{}", self.context.nonce, self.maker.word(8)),
            Fresh::Password => self.maker.password(),
            Fresh::Uuid => self.maker.uuid(),
        })
    }

    fn keep(&mut self, call: &Call, event: &StepEvent) {
        let Some(exchange) = event.exchanges.last() else { return };
        let body = exchange.response().and_then(|response| response.json());
        for (name, pointer) in &call.keep {
            match body.as_ref().and_then(|body| body.pointer(pointer)) {
                Some(value) => self.bindings.bind(name.as_str(), value.clone(), exchange.at_ms),
                None => self.bindings.forget(name),
            }
        }
    }

    /// What a call's expectation shows; a success on the way counts for the operation itself.
    fn proves(&self, call: &Call) -> Vec<String> {
        let success = call.expect.iter().all(|kind| matches!(kind, Kind::Model(_) | Kind::Ok));
        if !call.proves.is_empty() || !success {
            return call.proves.clone();
        }
        let operation = self.context.plan.contract.operation(&call.operation);
        operation.and_then(|operation| operation.success_requirement.clone()).into_iter().collect()
    }

    /// Resolves claims. One that refers to what was never obtained is blocked by itself: the others, and the step's
    /// own expectation, are judged all the same.
    fn claims(&self, claims: &[Claim], event: &mut StepEvent) {
        for claim in claims {
            let resolved = match self.all_hold(&claim.when) {
                Ok(true) => super::claim::resolve(claim, &self.bindings)
                    .map_err(|name| format!("`${{{name}}}` was never obtained")),
                Ok(false) => {
                    event.inapplicable.extend(claim.proves.iter().cloned());
                    continue;
                }
                Err(reason) => Err(reason),
            };
            event.assertions.push(resolved.unwrap_or_else(|reason| {
                let what = "what the claim refers to".to_owned();
                let test = Test::Came { what, missing: Some(reason), proven: false };
                Assertion { test, proves: claim.proves.clone(), place: claim.place.clone() }
            }));
        }
    }

    fn all_hold(&self, conditions: &[Condition]) -> Result<bool, String> {
        for condition in conditions {
            if !self.condition(condition)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn condition(&self, condition: &Condition) -> Result<bool, String> {
        let answer = |step: &String| self.answers.get(step).unwrap_or(&Answer::NotDone);
        Ok(match condition {
            Condition::Same(left, right) => equal(&self.resolve(left)?, &self.resolve(right)?),
            Condition::Differ(left, right) => !equal(&self.resolve(left)?, &self.resolve(right)?),
            Condition::Accepted(step) => *answer(step) == Answer::Accepted,
            Condition::Refused(step) => matches!(answer(step), Answer::Refused(_)),
            Condition::Answered { step, error } => *answer(step) == Answer::Refused(Some(error.clone())),
            Condition::Known(value) => self.bindings.resolve(value).is_ok_and(|value| !value.is_null()),
            Condition::Begins(value, start) => as_text(&self.resolve(value)?).starts_with(start.as_str()),
            Condition::Due { life, within } => {
                let (end_ms, _) = self.life(life)?;
                end_ms.saturating_sub(self.context.instance.now_ms())
                    <= seconds_of(number(&self.resolve(within)?)?)?.as_millis().try_into().unwrap_or(i64::MAX)
            }
        })
    }

    fn resolve(&self, template: &Template) -> Result<Value, String> {
        self.bindings.resolve(template).map_err(|name| format!("`${{{name}}}` was never obtained"))
    }

    /// After a broken `must`, or without an answer, the rest of a flow would judge something else than it says.
    fn stop_where_broken(&mut self, event: &StepEvent) {
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

    fn note(&mut self, step: &Step, answer: Answer) {
        if let Some(id) = &step.id {
            self.answers.insert(id.clone(), answer);
        }
    }

    fn emit(&mut self, event: StepEvent) {
        self.events.push(Event::Step(Box::new(event)));
    }
}

fn answer(exchange: &Exchange) -> Answer {
    match &exchange.outcome {
        Outcome::Answer(response) if response.is_success() => Answer::Accepted,
        Outcome::Answer(response) if response.is_refusal() => {
            let error = response.json().and_then(|body| body.get("error").and_then(Value::as_str).map(str::to_owned));
            Answer::Refused(error)
        }
        Outcome::Answer(_) => Answer::Other,
        Outcome::Failure(_) => Answer::NotDone,
    }
}

/// Every requirement that a step is to show.
fn shows(action: &Action) -> Vec<String> {
    let claims = |claims: &[Claim]| claims.iter().flat_map(|claim| claim.proves.clone()).collect::<Vec<_>>();
    match action {
        Action::Call(call) => call.proves.iter().cloned().chain(claims(&call.also)).collect(),
        Action::Together { calls, also } => {
            calls.iter().flat_map(|call| call.proves.clone()).chain(claims(also)).collect()
        }
        Action::Repeat { steps, proves, .. } => {
            proves.iter().cloned().chain(steps.iter().flat_map(|step| shows(&step.action))).collect()
        }
        Action::Code { proves, .. } | Action::Mail { proves, .. } => proves.clone(),
        Action::Check(checks) => claims(checks),
        Action::Wait(_) | Action::Block { .. } | Action::Make(_) => Vec::new(),
    }
}

fn describe(action: &Action) -> String {
    match action {
        Action::Call(call) => call.operation.clone(),
        Action::Together { calls, .. } => {
            let names: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
            format!("at once: {}", names.join(", "))
        }
        Action::Repeat { at_most, .. } => format!("repeat at most {at_most} times"),
        Action::Wait(_) => "wait".to_owned(),
        Action::Code { .. } => "read the code".to_owned(),
        Action::Mail { .. } => "read the mailed link".to_owned(),
        Action::Block { .. } => "block the user".to_owned(),
        Action::Make(_) => "make values".to_owned(),
        Action::Check(_) => "compare".to_owned(),
    }
}

/// The end of a life that was stated in an answer of this moment, and its length, both in milliseconds.
fn life_of(stated: f64, at_ms: i64) -> (i64, i64) {
    #[expect(clippy::cast_possible_truncation, reason = "saturates, which is what is wanted")]
    let stated_ms = (stated * 1000.0) as i64;
    if stated >= crate::expect::EPOCH_SECONDS {
        (stated_ms, stated_ms.saturating_sub(at_ms))
    } else {
        (at_ms.saturating_add(stated_ms), stated_ms)
    }
}

fn number(value: &Value) -> Result<f64, String> {
    let text = value.as_str().and_then(|text| text.parse().ok());
    value.as_f64().or(text).ok_or_else(|| format!("`{value}` is no number"))
}

fn seconds_of(seconds: f64) -> Result<Duration, String> {
    Duration::try_from_secs_f64(seconds.max(0.0)).map_err(|_| format!("`{seconds}` is no number of seconds"))
}

fn millis(milliseconds: i64) -> Duration {
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0))
}
