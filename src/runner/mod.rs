//! Sends, captures, waits, and emits events; the only user of the HTTP client. Decides no verdict.

mod act;
mod bindings;
mod call;
mod certificate;
mod claim;
mod finish;
mod flow;
mod forms;
pub mod http;
mod inbox;
pub mod instance;
mod make;
mod odd_json;
mod pace;
mod places;
pub mod probe;
mod reading;
mod redact;
mod secrets;
mod silence;
mod stop;
mod timekeeper;
mod wire;

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::task::JoinSet;

pub use inbox::Inbox;
pub use instance::{Asks, Instance};
pub use make::{Maker, shuffle};
pub use places::{Place, Places};
pub use secrets::Placeholders;
pub use stop::{Stop, Why};
pub use timekeeper::Share;

use timekeeper::Timekeeper;

use crate::event::{
    Blocked, Comparing, Event, FORMAT, Longest, Numbered, PlannedFlow, RunStarted, StepEvent, TargetIdentity,
};
use crate::plan::Plan;
use crate::suite::Flow;
use crate::suite::needs::proves;
use crate::waiver::Waiver;

/// A future that is boxed, for a trait.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where flows are run.
pub trait Deployments: Send + Sync {
    /// How time passes for flows.
    fn clock(&self) -> Clockwork;
    /// What is tested.
    fn identity(&self) -> TargetIdentity;
    /// How long an answer takes, where that is known.
    fn round_trip(&self) -> Option<Duration> {
        None
    }
    /// The operations by which accounts came to be there before the run, for its own sake.
    fn accounts_before(&self) -> Vec<String> {
        Vec::new()
    }
    /// The deployment for a flow.
    ///
    /// The error is in words: why there is none.
    fn open<'a>(&'a self, flow: &'a Flow) -> Boxed<'a, Result<Lease, String>>;
}

/// How time passes for the flows of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clockwork {
    /// Each flow has a clock of its own, which is moved.
    Apart,
    /// One clock for all, which is moved: a flow that moves it would age what the others hold.
    Moved,
    /// By itself: waits are real, and those of several flows overlap. Also where nothing can be waited for.
    Real,
}

/// A deployment in use; what keeps it alive goes with it.
pub struct Lease {
    /// The deployment.
    pub instance: Arc<Instance>,
    /// Whatever must live as long as the flow.
    pub guard: Box<dyn std::any::Any + Send>,
}

/// How a run is done.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Flows at a time; 1 or more.
    pub jobs: usize,
    /// Decides order and generated values.
    pub seed: u64,
    /// Stop at the first flow for which this says so.
    pub fail_fast: bool,
    /// Whether broken `should` requirements fail; only written to the recording.
    pub strict: bool,
    /// The waivers of the run; only written to the recording.
    pub waivers: Vec<Waiver>,
    /// Which of several attempts it is; only written to the recording.
    pub attempt: Option<Numbered>,
    /// Whether answers are compared with accepted snapshots; only written to the recording.
    pub drift: Option<Comparing>,
    /// Accepted snapshots by flow; only written to the recording.
    pub accepted: Arc<BTreeMap<String, String>>,
}

/// Hears of a run while it goes on.
pub trait Observer: Send + Sync {
    /// The events of a flow, when it is over; the first call has the start of the run, the last its end.
    /// Returns whether the run should go on.
    fn heard(&self, events: &[Event]) -> bool;

    /// A flow waits until a moment, or goes on.
    fn waits(&self, _flow: &str, _until: Option<Instant>) {}
}

/// Hears nothing, and lets a run go on.
#[derive(Debug, Clone, Copy)]
pub struct Deaf;

impl Observer for Deaf {
    fn heard(&self, _events: &[Event]) -> bool {
        true
    }
}

/// Runs every flow of a plan and returns all events: the start, each flow's in the order of the plan,
/// the end. Asking `stop` ends it early.
pub async fn run(
    plan: Arc<Plan>,
    deployments: Arc<dyn Deployments>,
    settings: Settings,
    observer: Arc<dyn Observer>,
    stop: Arc<Stop>,
) -> Vec<Event> {
    let started = Instant::now();
    let start = vec![Event::RunStarted(Box::new(run_started(&plan, deployments.as_ref(), &settings)))];
    observer.heard(&start);
    let nonce: Arc<str> = Maker::new(entropy(), "nonce").word(6).into();
    let mut by_flow: Vec<Vec<Event>> = vec![Vec::new(); plan.flows.len()];
    let clock = deployments.clock();
    let timekeeper = (clock == Clockwork::Moved).then(|| Arc::new(Timekeeper::new(plan.flows.len())));
    let places = Places::new(settings.jobs.max(1));
    let mut tasks = JoinSet::new();
    for index in order(&plan, settings.seed, clock) {
        let (plan, deployments, observer) = (plan.clone(), deployments.clone(), observer.clone());
        let (stop, places, nonce) = (stop.clone(), places.clone(), nonce.clone());
        let (settings, time) = (settings.clone(), timekeeper.clone().map(Share::new));
        tasks.spawn(async move {
            let place = places.take().await;
            let flow = plan.flows[index].clone();
            let going =
                Going { seed: settings.seed, nonce: &nonce, stop: &stop, place, observer: observer.as_ref(), time };
            let events = run_flow(&plan, deployments.as_ref(), &flow, going).await;
            if !observer.heard(&events) && settings.fail_fast {
                stop.ask(Why::Failure);
            }
            (index, events)
        });
    }
    while let Some(done) = tasks.join_next().await {
        if let Ok((index, events)) = done {
            by_flow[index] = events;
        }
    }
    for (index, events) in by_flow.iter_mut().enumerate().filter(|(_, events)| events.is_empty()) {
        *events = not_run(&plan.flows[index].id, "the tool failed while running this flow".to_owned());
        observer.heard(events);
    }
    let end = vec![Event::RunEnded {
        interrupted: stop.why() == Some(Why::Interrupted),
        stopped_at_failure: stop.why() == Some(Why::Failure),
        elapsed_ms: elapsed_ms(started),
    }];
    observer.heard(&end);
    // There are many, and a list that grows by doubling would be moved again and again.
    let mut all = Vec::with_capacity(2 + by_flow.iter().map(Vec::len).sum::<usize>());
    all.extend(start.into_iter().chain(by_flow.into_iter().flatten()).chain(end));
    all
}

/// What one flow of a run shares with the others.
pub struct Going<'a> {
    /// Decides what is random.
    pub seed: u64,
    /// Makes fresh values differ between runs against one target.
    pub nonce: &'a str,
    /// Says when the run is to end.
    pub stop: &'a Stop,
    /// Its place among those that do something.
    pub place: Place,
    /// Hears of its waits.
    pub observer: &'a dyn Observer,
    /// Its share in the clock that all flows look at, where that is moved.
    pub time: Option<Share>,
}

/// Runs one flow and returns its events.
pub async fn run_flow(plan: &Plan, deployments: &dyn Deployments, flow: &Flow, going: Going<'_>) -> Vec<Event> {
    if let Some(reason) = plan.left_out.get(&flow.id) {
        return left_out(flow, reason);
    }
    match deployments.open(flow).await {
        Ok(Lease { instance, guard }) => {
            let events = flow::run(flow::Context { plan, instance, going }, flow).await;
            drop(guard);
            events
        }
        Err(reason) => not_run(&flow.id, reason),
    }
}

/// A flow of which nothing is done.
fn left_out(flow: &Flow, reason: &str) -> Vec<Event> {
    let lacks = Some("limits".to_owned());
    let blocked = Blocked { reason: reason.to_owned(), proves: proves(flow).into_iter().collect(), after: None, lacks };
    let step = StepEvent {
        flow: flow.id.clone(),
        step: "0".to_owned(),
        id: None,
        about: None,
        does: "run the flow".to_owned(),
        place: flow.place.clone(),
        exchanges: Vec::new(),
        assertions: Vec::new(),
        inapplicable: Vec::new(),
        blocked: Some(blocked),
        wrong_field: None,
        may_close: false,
    };
    let id = || flow.id.clone();
    vec![Event::FlowStarted { flow: id() }, Event::Step(Box::new(step)), over(id(), None)]
}

/// The flows in the order in which they start: those that take long first, so that none is left for the end; what
/// takes as long in an order that the seed decides.
fn order(plan: &Plan, seed: u64, clock: Clockwork) -> Vec<usize> {
    let mut order: Vec<usize> = (0..plan.flows.len()).collect();
    shuffle(&mut order, seed);
    order.sort_by_cached_key(|&index| {
        let flow = &plan.flows[index];
        // Nothing else takes as long as a real wait.
        let waits = (clock == Clockwork::Real).then(|| plan.waits(flow));
        std::cmp::Reverse((waits, plan.cost(flow)))
    });
    order
}

fn not_run(flow: &str, reason: String) -> Vec<Event> {
    vec![Event::FlowStarted { flow: flow.to_owned() }, over(flow.to_owned(), Some(reason))]
}

/// The end of a flow that sent nothing.
fn over(flow: String, fault_of_tool: Option<String>) -> Event {
    Event::FlowEnded { flow, elapsed_ms: 0.0, longest: Longest::default(), fault_of_tool, ended: Vec::new() }
}

fn run_started(plan: &Plan, deployments: &dyn Deployments, settings: &Settings) -> RunStarted {
    let with_accepted = |flow: PlannedFlow| PlannedFlow {
        accepted: settings.accepted.get(&flow.id).filter(|_| settings.drift.is_some()).cloned(),
        ..flow
    };
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    RunStarted {
        format: FORMAT,
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        contract_digest: plan.contract.digest().to_owned(),
        suites_digest: plan.suites.digest.clone(),
        target: deployments.identity(),
        seed: settings.seed,
        strict: settings.strict,
        partial: plan.partial,
        started_ms: i64::try_from(now.as_millis()).unwrap_or(i64::MAX),
        waivers: settings.waivers.clone(),
        attempt: settings.attempt,
        drift: settings.drift,
        accounts_before: deployments.accounts_before(),
        flows: plan.listed().into_iter().map(with_accepted).collect(),
        part: plan.part.clone(),
    }
}

/// Milliseconds since a moment, to the microsecond: a number that JSON gives back as it was.
fn elapsed_ms(since: Instant) -> f64 {
    (since.elapsed().as_secs_f64() * 1e6).round() / 1e3
}

/// Entropy of the operating system, for what must differ between runs.
pub fn entropy() -> u64 {
    getrandom::u64().unwrap_or_else(|_| u64::from(std::process::id()))
}

#[cfg(test)]
mod tests;
