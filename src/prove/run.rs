//! The order of a proof: the clean run, then everything else side by side.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::bench::Bench;
use super::checks::{CheckTrial, candidates, try_without};
use super::clean::CleanRun;
use super::drift::{Accepted, Drifts, drifts};
use super::expectations::Ledger;
use super::fate::{Fate, Kind, Trial};
use super::freedoms;
use super::met::Met;
use super::mutants::Mutant;
use super::pool::Pool;
use super::proof::{FreedomTrial, Proof, guards};
use super::weaknesses::weaknesses;
use crate::check::CHECKS;
use crate::deployments::{AskedByFlow, Embedded};
use crate::event::Event;
use crate::judge::{self, RunResult};
use crate::reference::{Fault, Options, VariantSet};
use crate::runner::{self, Deaf, Settings, Stop};

/// What is to be proved.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// The faults.
    pub faults: Vec<&'static Fault>,
    /// The mutants.
    pub mutants: Vec<Mutant>,
    /// The sets of variants.
    pub freedoms: Vec<VariantSet>,
    /// Whether every expectation of the suites is to be tried.
    pub expectations: bool,
    /// The accepted snapshots of the server that plays nothing, against which each freedom is held.
    pub accepted: Arc<Accepted>,
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
    Freedom(FreedomTrial, Option<Ledger>),
    Expectations(Ledger),
}

impl Tried {
    /// What it is called on the line of progress.
    fn name(&self) -> String {
        match self {
            Self::Wrong(trial) => trial.id.clone(),
            Self::Freedom(trial, _) => trial.variants.join(" "),
            Self::Expectations(_) => "expectations".to_owned(),
        }
    }
}

/// Proves.
///
/// # Errors
/// A run cannot be judged.
pub async fn prove(bench: Arc<Bench>, wanted: Wanted, progress: Arc<dyn Progress>) -> Result<Proof, String> {
    let started = Instant::now();
    let freer = !wanted.mutants.is_empty() || wanted.expectations;
    let generous: &[VariantSet] = if freer { &freedoms::generous() } else { &[] };
    let total = wanted.faults.len() + wanted.mutants.len() + wanted.freedoms.len() + usize::from(wanted.expectations);
    progress.expect(1 + generous.len() + total + if wanted.everything { CHECKS.len() } else { 0 });
    let mut met = Met::default();
    let mut recorded = Vec::new();
    let asked = Arc::new(AskedByFlow::default());
    let servers = bench.servers(Options::default()).noting(asked.clone());
    let (clean, clean_run) = {
        let events = full_run(&bench, servers, wanted.jobs).await;
        met.learn(&events, VariantSet::EMPTY);
        recorded.extend(wanted.expectations.then(|| events.clone()));
        (judged(&bench, events.clone())?, Arc::new(CleanRun::new(events, asked)))
    };
    progress.done("clean run");
    for variants in generous {
        let servers = bench.servers(Options { variants: *variants, ..Options::default() });
        let events = full_run(&bench, servers, wanted.jobs).await;
        met.learn(&events, *variants);
        recorded.extend(wanted.expectations.then_some(events));
        progress.done("answers of freer servers");
    }
    let met = Arc::new(met);
    let mut pool = Pool::new(wanted.jobs, progress.clone(), Tried::name);
    // Some expectations are for servers that take a freedom.
    let mut rest = None;
    if wanted.expectations {
        let ledger = Ledger::new(bench.plan.clone());
        rest = Some(Arc::new(ledger.rest(&recorded)));
        pool.spawn_blocking(move || Tried::Expectations(learned(ledger, recorded)));
    }
    for fault in wanted.faults {
        let (bench, clean) = (bench.clone(), clean_run.clone());
        pool.spawn(async move { Tried::Wrong(try_fault(&bench, &clean, fault).await) });
    }
    for variants in wanted.freedoms {
        let (bench, clean, rest) = (bench.clone(), clean_run.clone(), rest.clone());
        let accepted = wanted.accepted.clone();
        pool.spawn(async move { try_freedom(&bench, &clean, variants, rest.as_deref(), &accepted).await });
    }
    let mutants: Vec<Arc<Mutant>> = wanted.mutants.into_iter().map(Arc::new).collect();
    for mutant in &mutants {
        let (bench, met, mutant) = (bench.clone(), met.clone(), mutant.clone());
        pool.spawn(async move { Tried::Wrong(try_mutant(&bench, &met, &mutant).await) });
    }
    let (tried, mut tool_faults) = pool.join().await;
    let (trials, freedoms, ledger) = apart(tried);
    let mut checks = Vec::new();
    if wanted.everything {
        let mut pool = Pool::new(wanted.jobs, progress, |trial: &CheckTrial| trial.id.clone());
        for check in CHECKS {
            let candidates = candidates(check.id, &trials, &mutants, &met);
            let (bench, met) = (bench.clone(), met.clone());
            pool.spawn(async move { try_without(&bench, &met, check.id, candidates).await });
        }
        let (tried, more) = pool.join().await;
        checks = tried;
        tool_faults.extend(more);
    }
    let mut proof = Proof {
        seed: bench.seed,
        contract_digest: bench.plan.contract.digest().to_owned(),
        suites_digest: bench.plan.suites.digest.clone(),
        clean_problems: problems(&clean),
        guards: guards(&bench.plan.contract, &trials),
        everything: wanted.everything,
        trials,
        freedoms,
        expectations: ledger.map(Ledger::close).unwrap_or_default(),
        checks,
        tool_faults,
        weaknesses: Vec::new(),
        elapsed_ms: started.elapsed().as_secs_f64() * 1000.0,
    };
    proof.weaknesses = weaknesses(&proof, &bench.plan.contract);
    Ok(proof)
}

/// What was tried by its kind, and all expectations in one ledger.
fn apart(tried: Vec<Tried>) -> (Vec<Trial>, Vec<FreedomTrial>, Option<Ledger>) {
    let (mut trials, mut freedoms, mut ledger) = (Vec::new(), Vec::new(), None);
    for tried in tried {
        match tried {
            Tried::Wrong(trial) => trials.push(trial),
            Tried::Freedom(trial, more) => {
                freedoms.push(trial);
                if let (Some(ledger), Some(more)) = (&mut ledger, more) {
                    Ledger::merge(ledger, more);
                }
            }
            Tried::Expectations(all) => ledger = Some(all),
        }
    }
    (trials, freedoms, ledger)
}

/// Runs all the flows that can meet the fault: also what it does not name may turn red.
async fn try_fault(bench: &Bench, clean: &CleanRun, fault: &'static Fault) -> Trial {
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
    for flow in bench.calling(fault.operation).filter(|flow| clean.meets(&flow.id, fault)) {
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

/// What came of the expectations in these runs, none of which had any wrong.
fn learned(mut ledger: Ledger, recorded: Vec<Vec<Event>>) -> Ledger {
    for events in recorded {
        ledger.learn(&events);
    }
    ledger
}

/// Runs everything that can differ against a server with these freedoms: nothing may be wrong.
///
/// Of the expectations that are for such servers alone, it tells what came of them.
async fn try_freedom(
    bench: &Bench,
    clean: &CleanRun,
    variants: VariantSet,
    rest: Option<&Ledger>,
    accepted: &Accepted,
) -> Tried {
    let servers = bench.servers(Options { variants, ..Options::default() });
    let mut differing = HashMap::new();
    for flow in bench.plan.flows.iter().filter(|flow| clean.differs(&flow.id, variants)) {
        differing.insert(flow.id.clone(), bench.events(&servers, flow).await);
    }
    let flows: HashSet<String> = differing.keys().cloned().collect();
    let events = clean.with(differing);
    let mut ledger = rest.cloned();
    ledger.iter_mut().for_each(|ledger| ledger.learn_rest(&events));
    let alone = variants.iter().count() == 1;
    let (problems, drifts) = match judged(bench, events) {
        Ok(result) if alone => (problems(&result), drifts(&result, &flows, accepted)),
        Ok(result) => (problems(&result), Drifts::new()),
        Err(error) => (vec![error], Drifts::new()),
    };
    let variants: Vec<String> = variants.iter().map(|variant| variant.id().to_owned()).collect();
    Tried::Freedom(FreedomTrial { variants, problems, drifts }, ledger)
}

/// One run of all flows.
async fn full_run(bench: &Bench, servers: Embedded, jobs: usize) -> Vec<Event> {
    let settings = Settings { jobs, seed: bench.seed, fail_fast: false, strict: true, ..Settings::default() };
    let never = Arc::new(Stop::default());
    runner::run(bench.plan.clone(), Arc::new(servers), settings, Arc::new(Deaf), never).await
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
