//! The order of a proof: the clean run, then everything else side by side.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::bench::Bench;
use super::fate::{Fate, Kind, Trial};
use super::freedoms;
use super::met::Met;
use super::mutants::Mutant;
use super::proof::{FreedomTrial, Proof, guards};
use crate::event::Event;
use crate::judge::{self, RunResult};
use crate::reference::{Fault, Options, VariantSet};
use crate::runner::{self, Observer, Settings, Stop};

/// What is to be proved.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The faults.
    pub faults: Vec<&'static Fault>,
    /// The mutants.
    pub mutants: Vec<Mutant>,
    /// The sets of variants.
    pub freedoms: Vec<VariantSet>,
    /// Whether a fault meets every flow that calls its operation, those whose fixtures alone do so too.
    pub thorough: bool,
    /// Trials at a time; 1 or more.
    pub jobs: usize,
    /// Whether this is everything there is, so that every requirement is to be guarded.
    pub everything: bool,
}

/// Hears of each trial that is over.
pub trait Progress: Send + Sync {
    /// So many trials are to come.
    fn expect(&self, trials: usize);
    /// One is over.
    fn done(&self, id: &str);
}

/// One thing that was tried.
enum Tried {
    Wrong(Trial),
    Freedom(FreedomTrial),
}

/// Proves.
///
/// # Errors
/// A run cannot be judged.
pub async fn prove(bench: Arc<Bench>, wanted: Wanted, progress: Arc<dyn Progress>) -> Result<Proof, String> {
    let started = Instant::now();
    let generous: &[VariantSet] = if wanted.mutants.is_empty() { &[] } else { &freedoms::generous() };
    let total = wanted.faults.len() + wanted.mutants.len() + wanted.freedoms.len();
    progress.expect(1 + generous.len() + total);
    let mut met = Met::default();
    let clean = {
        let events = full_run(&bench, VariantSet::EMPTY, wanted.jobs).await;
        met.learn(&events, VariantSet::EMPTY);
        judged(&bench, events)?
    };
    progress.done("clean run");
    for variants in generous {
        met.learn(&full_run(&bench, *variants, wanted.jobs).await, *variants);
        progress.done("answers of freer servers");
    }
    let mut pool = Pool { tasks: JoinSet::new(), places: Arc::new(Semaphore::new(wanted.jobs.max(1))), progress };
    for fault in wanted.faults {
        let bench = bench.clone();
        pool.spawn(async move { Tried::Wrong(try_fault(&bench, fault, wanted.thorough).await) });
    }
    for variants in wanted.freedoms {
        let bench = bench.clone();
        pool.spawn(async move { Tried::Freedom(try_freedom(&bench, variants).await) });
    }
    let met = Arc::new(met);
    for mutant in wanted.mutants {
        let (bench, met) = (bench.clone(), met.clone());
        pool.spawn(async move { Tried::Wrong(try_mutant(&bench, &met, &mutant).await) });
    }
    let (tried, tool_faults) = pool.join().await;
    let (mut trials, mut freedoms) = (Vec::new(), Vec::new());
    for tried in tried {
        match tried {
            Tried::Wrong(trial) => trials.push(trial),
            Tried::Freedom(trial) => freedoms.push(trial),
        }
    }
    Ok(Proof {
        seed: bench.seed,
        contract_digest: bench.plan.contract.digest().to_owned(),
        suites_digest: bench.plan.suites.digest.clone(),
        clean_problems: problems(&clean),
        guards: guards(&bench.plan.contract, &trials),
        everything: wanted.everything,
        trials,
        freedoms,
        tool_faults,
        elapsed_ms: started.elapsed().as_secs_f64() * 1000.0,
    })
}

/// Trials side by side, so many at a time.
struct Pool {
    tasks: JoinSet<(usize, Tried)>,
    places: Arc<Semaphore>,
    progress: Arc<dyn Progress>,
}

impl Pool {
    fn spawn(&mut self, work: impl Future<Output = Tried> + Send + 'static) {
        let (index, places, progress) = (self.tasks.len(), self.places.clone(), self.progress.clone());
        self.tasks.spawn(async move {
            let _place = places.acquire().await;
            let tried = work.await;
            match &tried {
                Tried::Wrong(trial) => progress.done(&trial.id),
                Tried::Freedom(trial) => progress.done(&trial.variants.join(" ")),
            }
            (index, tried)
        });
    }

    /// What came of them, in the order of spawning, and those that the tool failed at.
    async fn join(mut self) -> (Vec<Tried>, Vec<String>) {
        let (mut tried, mut failed) = (Vec::new(), Vec::new());
        while let Some(done) = self.tasks.join_next().await {
            match done {
                Ok(trial) => tried.push(trial),
                Err(error) => failed.push(error.to_string()),
            }
        }
        tried.sort_by_key(|(index, _)| *index);
        (tried.into_iter().map(|(_, tried)| tried).collect(), failed)
    }
}

/// Runs all the flows that can meet the fault: also what it does not name may turn red.
async fn try_fault(bench: &Bench, fault: &'static Fault, thorough: bool) -> Trial {
    let servers = bench.servers(Options { fault: Some(fault), ..Options::default() });
    let mut trial = Trial {
        id: fault.id.to_owned(),
        kind: Kind::Fault,
        area: fault.area.id().to_owned(),
        operation: fault.operation.to_owned(),
        about: fault.sentence.to_owned(),
        names: fault.breaks.iter().map(|&name| name.to_owned()).collect(),
        fate: Fate::NeverMet,
        flows: 0,
        changed: 0,
        red: BTreeMap::new(),
    };
    for flow in bench.calling(fault.operation, fault.breaks, thorough) {
        trial.flows += 1;
        trial.take(bench.reds(&servers, flow).await);
    }
    trial.decide();
    trial
}

/// Runs the flows that get an answer which the mutant changes, until one turns red what it names.
pub(super) async fn try_mutant(bench: &Bench, met: &Met, mutant: &Mutant) -> Trial {
    let mut trial = Trial {
        id: mutant.id.clone(),
        kind: Kind::Mutant,
        area: mutant.area.to_owned(),
        operation: mutant.operation.clone(),
        about: mutant.about.clone(),
        names: mutant.names.clone(),
        fate: Fate::NeverMet,
        flows: 0,
        changed: 0,
        red: BTreeMap::new(),
    };
    if let Some(meeting) = met.get(&mutant.operation, &mutant.when) {
        let changed = Arc::new(AtomicUsize::new(0));
        for flow in bench.meeting(meeting, &mutant.names) {
            // What it remembers, it remembers of one server.
            let rewrite = Some(mutant.rewrite(changed.clone()));
            let servers = bench.servers(Options { rewrite, variants: meeting.variants, ..Options::default() });
            trial.flows += 1;
            trial.take(bench.reds(&servers, flow).await);
            if mutant.names.iter().any(|named| trial.red.contains_key(named)) {
                break;
            }
        }
        trial.changed = changed.load(Ordering::Relaxed);
    }
    trial.decide();
    trial
}

/// Runs everything against a server with these freedoms: nothing may be wrong.
async fn try_freedom(bench: &Bench, variants: VariantSet) -> FreedomTrial {
    let events = full_run(bench, variants, 1).await;
    let problems = match judged(bench, events) {
        Ok(result) => problems(&result),
        Err(error) => vec![error],
    };
    FreedomTrial { variants: variants.iter().map(|variant| variant.id().to_owned()).collect(), problems }
}

/// One run of all flows.
async fn full_run(bench: &Bench, variants: VariantSet, jobs: usize) -> Vec<Event> {
    let servers = Arc::new(bench.servers(Options { variants, ..Options::default() }));
    let settings = Settings { jobs, seed: bench.seed, fail_fast: false, strict: true, ..Settings::default() };
    let never = Arc::new(Stop::default());
    runner::run(bench.plan.clone(), servers, settings, Arc::new(Deaf), never).await
}

/// A run, judged as strictly as can be.
fn judged(bench: &Bench, events: Vec<Event>) -> Result<RunResult, String> {
    judge::judge(events, &bench.plan.contract, true).map_err(|error| error.to_string())
}

/// Everything that is not as it should be.
fn problems(result: &RunResult) -> Vec<String> {
    let mut problems: Vec<String> = result
        .findings
        .iter()
        .map(|finding| {
            let why =
                finding.mismatch.as_ref().map(|wrong| format!("expected {}, found {}", wrong.expected, wrong.actual));
            format!("{} {}: {}", finding.verdict, finding.id, why.or(finding.reason.clone()).unwrap_or_default())
        })
        .collect();
    if problems.is_empty() && result.conclusion != judge::result::Conclusion::Conformant {
        problems.push(result.summary.clone());
    }
    problems
}

/// Nobody listens.
struct Deaf;

impl Observer for Deaf {
    fn heard(&self, _: &[Event]) -> bool {
        true
    }
}
