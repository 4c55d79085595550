//! Runs one flow: its fixtures, then its steps in order, until it ends or cannot go on.
//!
//! What came back stays as it came until the flow is over; [`super::finish`] then replaces every secret
//! that the flow has met, also in answers that came before the secret was known.

mod actions;
mod beginnings;
mod elsewhere;
mod peculiar;
mod requests;
mod sessions;
mod shown;
mod stopping;
mod values;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;

use super::Going;
use super::bindings::Bindings;
use super::elapsed_ms;
use super::finish::finish;
use super::inbox::Inbox;
use super::instance::Instance;
use super::make::Maker;
use super::secrets::Secrets;
use crate::event::{Blocked, Event, Longest, StepEvent};
use crate::expect::{Assertion, Test};
use crate::plan::Plan;
use crate::suite::template::as_text;
use crate::suite::{Action, Condition, Fixture, Flow, Given, Step};
use actions::{describe, shows};
use sessions::Sessions;
use shown::Life;
use stopping::NO_CLIENT;

/// What a flow needs to run.
pub struct Context<'a> {
    /// The plan that it belongs to.
    pub plan: &'a Plan,
    /// The deployment it talks to.
    pub instance: Arc<Instance>,
    /// What it shares with the other flows of the run.
    pub going: Going<'a>,
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
    context: &'a Context<'a>,
    flow: &'a Flow,
    bindings: Bindings,
    secrets: Secrets,
    maker: Maker,
    answers: HashMap<String, Answer>,
    links: Vec<String>,
    stopped: Option<(String, String)>,
    /// What the target lacks, once a step could not be done for it.
    lacks: Option<&'static str>,
    /// Numbers and addresses of this flow, whose inboxes may hold what was sent and never read.
    addresses: Vec<(Inbox, String)>,
    /// Whether something was sent since an inbox was read last.
    unread: bool,
    /// Whether the account under way is one that is blocked from the start.
    makes_blocked: bool,
    /// Until when tokens are said to live, milliseconds since the Unix epoch on the target's clock, and for how long.
    lives: HashMap<String, (i64, i64)>,
    /// The sessions that it opened.
    sessions: Sessions,
    /// Whether time was made to pass in this flow.
    waited: bool,
    /// How often the flow itself has waited.
    waits: usize,
    /// The stated lives of codes, by what is shown with them, and of links.
    shown: HashMap<String, Life>,
    /// The life of the link that was mailed last.
    mailed: Option<Life>,
    /// Whether the flow has nothing more to show on this target.
    over: bool,
    /// Whether the step under way is a generated case that must be refused.
    in_cases: bool,
    /// The first case that came out otherwise; what follows the cases is not done then.
    spoiled: Option<(String, String)>,
    events: Vec<Event>,
    made: usize,
    /// What the flow has had to wait for so far.
    longest: Longest,
}

/// Runs a flow and returns its events, redacted.
pub async fn run(context: Context<'_>, flow: &Flow) -> Vec<Event> {
    let started = Instant::now();
    let mut run = FlowRun::new(&context, flow);
    run.bind_client();
    run.beginnings().await;
    run.own_steps().await;
    let ended = run.end_sessions().await;
    let mut events = std::mem::take(&mut run.events);
    let (elapsed_ms, longest) = (elapsed_ms(started), run.longest);
    events.push(Event::FlowEnded { flow: flow.id.clone(), elapsed_ms, longest, fault_of_tool: None, ended });
    finish(&mut events, run.secrets, &run.links, &run.context.plan.contract);
    if let Some(time) = &run.context.going.time {
        time.over(run.longest.ms);
    }
    events
}

impl<'a> FlowRun<'a> {
    /// A flow of which nothing was done.
    fn new(context: &'a Context<'a>, flow: &'a Flow) -> Self {
        Self {
            secrets: Secrets::new(context.instance.placeholders.clone()),
            maker: Maker::new(context.going.seed, &flow.id),
            context,
            flow,
            bindings: Bindings::default(),
            answers: HashMap::new(),
            links: Vec::new(),
            stopped: None,
            lacks: None,
            addresses: Vec::new(),
            unread: false,
            makes_blocked: false,
            lives: HashMap::new(),
            sessions: Sessions::default(),
            waited: false,
            waits: 0,
            shown: HashMap::new(),
            mailed: None,
            over: false,
            in_cases: false,
            spoiled: None,
            events: vec![Event::FlowStarted { flow: flow.id.clone() }],
            made: 0,
            longest: Longest::default(),
        }
    }
}

impl FlowRun<'_> {
    fn bind_client(&mut self) {
        let target = &self.context.instance.target;
        match &target.client_id {
            Some(id) => self.bindings.bind("client.id", Value::from(id.as_str())),
            None => self.bindings.bind_absent("client.id"),
        }
        self.secrets.learn_declared(target);
        match &target.client_secret {
            Some(secret) => {
                self.bindings.bind("client.secret", Value::from(secret.reveal()));
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
            let outer = self.makes_blocked;
            self.makes_blocked |= prefix.is_empty() && self.is_blocked_from_the_start(&given.name, &fixture);
            Box::pin(self.fixture(&fixture, &given.name, &label)).await;
            self.makes_blocked = outer;
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
                let stated = inner.whole(template).map(|bound| bound.stated).unwrap_or_default();
                self.bindings.bind_stated(format!("{name}.{field}"), value, stated);
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
        let stop = self.context.going.stop;
        if let Some(why) = stop.why() {
            self.stopped.get_or_insert((String::new(), why.reason().to_owned()));
        }
        if let Some(reason) = self.context.instance.wire.silence.gone() {
            self.stopped.get_or_insert((String::new(), reason));
        }
        if let Some((after, reason)) = &self.stopped {
            let after = Some(after.clone()).filter(|after| !after.is_empty());
            let (reason, proves) = (reason.clone(), shows(&step.action));
            event.blocked = Some(Blocked { reason, proves, after, lacks: self.lacks.map(str::to_owned) });
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
            Ok(false) if self.wants_client(step) => {
                let blocked = self.blocked(NO_CLIENT.to_owned(), &step.action);
                event.blocked = Some(Blocked { lacks: Some("client".to_owned()), ..blocked });
                self.note(step, Answer::NotDone);
                return self.emit(event);
            }
            Ok(false) => {
                event.inapplicable = shows(&step.action);
                self.note(step, Answer::NotDone);
                return self.emit(event);
            }
            Err(reason) => {
                event.blocked = Some(self.blocked(reason, &step.action));
                self.note(step, Answer::NotDone);
                return self.emit(event);
            }
        }
        if !self.leeway_is_over(&step.action).await {
            event.inapplicable = shows(&step.action);
            self.note(step, Answer::NotDone);
            return self.emit(event);
        }
        if let Some(reason) = self.hidden_by_fixed_code(&step.action) {
            self.lacks = Some("fixed-code");
            event.blocked = Some(self.blocked(reason.clone(), &step.action));
            self.stopped = Some((event.step.clone(), reason));
            self.note(step, Answer::NotDone);
            return self.emit(event);
        }
        let instance = self.context.instance.clone();
        let acted = tokio::select! {
            biased;
            acted = self.act(step, &mut event) => acted,
            why = stop.asked() => Err(why.reason().to_owned()),
            reason = instance.wire.silence.noticed() => Err(reason),
        };
        if let Err(reason) = acted {
            event.blocked = Some(self.blocked(reason, &step.action));
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

    async fn act(&mut self, step: &Step, event: &mut StepEvent) -> Result<(), String> {
        match &step.action {
            Action::Call(call) => self.call(step, call, event).await,
            Action::Together { calls, also } => self.together(step, calls, also, event).await,
            Action::Repeat { at_most, steps, until, proves } => {
                Box::pin(self.repeat(step, *at_most, steps, until, proves, event)).await
            }
            Action::Wait(wait) => self.wait(wait, event).await,
            Action::Code { phone, keep, if_sent: true, .. } => self.code_if_sent(phone, keep).await,
            Action::Code { phone, keep, if_sent: false, proves } => self.code(step, phone, keep, proves, event).await,
            Action::Mail { email, keep, if_sent: true, .. } => self.mail_if_sent(email, keep).await,
            Action::Mail { email, keep, if_sent: false, proves } => self.mail(step, email, keep, proves, event).await,
            Action::Block { phone } => {
                let phone = as_text(&self.resolve(phone)?);
                let (instance, asked) = (self.context.instance.clone(), Instant::now());
                let blocked = instance.block(&phone).await;
                self.longest.ms += elapsed_ms(asked);
                blocked.inspect_err(|_| self.lacks = Some("block"))
            }
            Action::Make(recipes) => {
                for (name, recipe) in recipes {
                    self.make(name, recipe).await?;
                }
                Ok(())
            }
            Action::Check(claims) => {
                self.claims(claims, event);
                Ok(())
            }
        }
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
        event.assertions.push(Assertion::new(test, proves.to_vec(), step.place.clone()));
        Ok(())
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
