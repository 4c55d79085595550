//! The order of a proof: the clean run, then everything else side by side.

use std::sync::Arc;
use std::time::Instant;

use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::bench::Bench;
use super::fate::{Fate, Kind, Trial};
use crate::event::Event;
use crate::judge::{self, RunResult};
use crate::reference::{Fault, Options};
use crate::runner::{self, Observer, Settings};

/// What is to be proved.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The faults.
    pub faults: Vec<&'static Fault>,
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

/// What was proved.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Proof {
    /// Faults and mutants, in the order of their tables.
    pub trials: Vec<Trial>,
    /// What is not as it should be in the clean run.
    pub clean_problems: Vec<String>,
    /// Trials that the tool could not do, and why.
    pub tool_faults: Vec<String>,
    /// Milliseconds.
    pub elapsed_ms: f64,
}

/// Proves.
///
/// # Errors
/// The clean run cannot be judged.
pub async fn prove(bench: Arc<Bench>, wanted: Wanted, progress: Arc<dyn Progress>) -> Result<Proof, String> {
    let started = Instant::now();
    let total = wanted.faults.len();
    progress.expect(total + 1);
    let clean = full_run(&bench, Options::default(), wanted.jobs).await?;
    progress.done("clean run");
    let mut tasks: JoinSet<(usize, Trial)> = JoinSet::new();
    let places = Arc::new(Semaphore::new(wanted.jobs.max(1)));
    for (index, fault) in wanted.faults.iter().copied().enumerate() {
        let (bench, places, progress) = (bench.clone(), places.clone(), progress.clone());
        tasks.spawn(async move {
            let _place = places.acquire().await;
            let trial = try_fault(&bench, fault).await;
            progress.done(&trial.id);
            (index, trial)
        });
    }
    let mut trials = Vec::with_capacity(total);
    let mut tool_faults = Vec::new();
    while let Some(done) = tasks.join_next().await {
        match done {
            Ok(trial) => trials.push(trial),
            Err(error) => tool_faults.push(error.to_string()),
        }
    }
    trials.sort_by_key(|(index, _)| *index);
    Ok(Proof {
        trials: trials.into_iter().map(|(_, trial)| trial).collect(),
        clean_problems: problems(&clean),
        tool_faults,
        elapsed_ms: started.elapsed().as_secs_f64() * 1000.0,
    })
}

/// Runs all the flows that call the fault's operation: also what it does not name may turn red.
async fn try_fault(bench: &Bench, fault: &'static Fault) -> Trial {
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
        red: std::collections::BTreeMap::new(),
    };
    for flow in bench.calling(fault.operation, fault.breaks) {
        trial.flows += 1;
        for (requirement, places) in bench.reds(&servers, flow).await {
            trial.red.entry(requirement).or_default().extend(places);
        }
    }
    trial.decide();
    trial
}

/// One run of all flows, judged as strictly as can be.
async fn full_run(bench: &Bench, options: Options, jobs: usize) -> Result<RunResult, String> {
    let servers = Arc::new(bench.servers(options));
    let settings = Settings { jobs, seed: bench.seed, fail_fast: false, strict: true };
    let events = runner::run(bench.plan.clone(), servers, settings, Arc::new(Deaf), Arc::default()).await;
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
