//! `conformance run`: plans, runs, judges, reports.

mod args;
mod dry;
mod partition;
mod progress;
mod shrink;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

pub(super) use args::{Args, Denied};
use progress::Progress;

use super::diff;
use super::error::CliError;
use super::globals::Globals;
use super::output::{self, Reports};
use super::signals::Signals;
use super::snapshots::{self, Accepted};
use super::waivers;
use super::{doctor, target};
use crate::contract::Contract;
use crate::deployments::Embedded;
use crate::event::{Comparing, Event, Numbered};
use crate::generate::fuzz::with_random_cases;
use crate::judge::result::Conclusion;
use crate::judge::{self, RunResult, comparison};
use crate::plan::{Budget, Plan, PlanError, Selection};
use crate::recording::Chain;
use crate::reference;
use crate::runner::{self, Deployments, Observer, Settings, Stop, Why};
use crate::target::Target;
use crate::waiver::Waiver;

/// Flows at the same time, where `--jobs` does not say: at least, and at most.
const JOBS: (u128, u128) = (8, 128);

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    if let Some(form) = args.dry_run {
        let contract = Arc::new(globals.load_contract()?);
        let (plan, target) = planned(args, globals, &contract, args.seed.unwrap_or_default())?;
        return dry::show(&plan, target.as_ref(), form).map(|()| ExitCode::SUCCESS);
    }
    let baseline = args.baseline.as_ref().map(|path| diff::load(path, globals)).transpose()?;
    let result = carry_out(args, globals)?;
    match baseline {
        None => Ok(ExitCode::from(result.conclusion.exit_code())),
        Some(baseline) => gate(&baseline, &result, args.wanted.prints()),
    }
}

/// The exit code of a run that is held against an earlier one: change alone counts, where there is a whole run.
fn gate(baseline: &RunResult, result: &RunResult, aside: bool) -> Result<ExitCode, CliError> {
    let comparison = comparison::compare(baseline, result);
    diff::show(&comparison, aside)?;
    let own = result.conclusion.exit_code();
    let code = match result.conclusion {
        Conclusion::NothingSent | Conclusion::Interrupted | Conclusion::Internal => own,
        Conclusion::Conformant
        | Conclusion::ConformantWithWaivers
        | Conclusion::NonConformant
        | Conclusion::Inconclusive => u8::from(comparison.is_worse()),
    };
    let word = result.conclusion.word();
    let text = match (code, own) {
        (0, 0) => format!("nothing is worse than the baseline, and the run is {word}"),
        (0, _) => format!(
            "nothing is worse than the baseline, so the exit code is 0; the run itself is {word}: {}",
            result.summary
        ),
        (1, _) => format!("{} results are worse than the baseline; the run itself is {word}", comparison.worse.len()),
        _ => format!("the run cannot be compared: {word}"),
    };
    let line = format!("BASELINE: {text}\n");
    if aside {
        output::eprint(&line)?
    } else {
        output::print(&line)?
    }
    Ok(ExitCode::from(code))
}

/// Runs, shows and reports, and gives what the run came to.
pub(super) fn carry_out(args: &Args, globals: &Globals) -> Result<RunResult, CliError> {
    let contract = Arc::new(globals.load_contract()?);
    let seed = args.seed.unwrap_or_else(runner::entropy);
    let (plan, target) = planned(args, globals, &contract, seed)?;
    let plan = Arc::new(plan);
    let of_profile = target.as_ref().and_then(|target| target.waivers.clone());
    let waivers = waivers::load(args.waivers.clone().or(of_profile).as_deref(), waivers::today())?;
    let accepted = accepted(args, globals, target.as_ref())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::Internal(format!("cannot start a runtime: {error}")))?;
    let reports = Reports::create(&args.wanted)?;
    let recording = args.record.clone().or(args.wanted.recording()).map(|path| {
        let file = File::create(&path).map_err(|cause| CliError::Unwritable { path, cause })?;
        Ok::<_, CliError>((BufWriter::new(file), Chain::default()))
    });
    let listener = Arc::new(Listener {
        contract: contract.clone(),
        start: Mutex::default(),
        // A line that moves would write over the questions.
        progress: Progress::new(
            plan.flows.len() * usize::from(args.repeat.get()),
            args.detail.quiet || target.as_ref().is_some_and(target::asks),
        ),
        recording: Mutex::new(recording.transpose()?),
        unrecorded: Mutex::default(),
        fail_fast: args.fail_fast,
    });
    let stop = Arc::new(Stop::default());
    let deployments = runtime.block_on(async {
        heed(stop.clone())?;
        tokio::select! {
            deployments = deployments(args, target, &plan, seed) => deployments,
            _ = stop.asked() => Err(CliError::Interrupted),
        }
    })?;
    let settings = settings(args, seed, deployments.as_ref(), waivers, accepted.texts);
    let mut events = Vec::new();
    for settings in attempts(&settings, args.repeat) {
        let (all, heard) = (plan.clone(), listener.clone());
        events.extend(runtime.block_on(runner::run(all, deployments.clone(), settings, heard, stop.clone())));
        if stop.why().is_some() {
            break;
        }
    }
    listener.progress.finish();
    if let Some(error) = listener.unrecorded.lock().unwrap_or_else(PoisonError::into_inner).take() {
        return Err(CliError::Internal(format!("cannot write the recording: {error}")));
    }
    let result = judge::judge(events, &contract, args.strict).map_err(|error| CliError::Internal(error.to_string()))?;
    reports.publish(&result, args.detail)?;
    leave(&result, &accepted.pending)?;
    let shrunk = runtime.block_on(shrink::shrink(&result, &plan, &deployments, &settings));
    shrunk.iter().try_for_each(|smallest| output::eprint(&smallest.to_string()))?;
    Ok(result)
}

/// What is to be done, within what the target allows: the parts of a run share its limits.
fn planned(
    args: &Args,
    globals: &Globals,
    contract: &Arc<Contract>,
    seed: u64,
) -> Result<(Plan, Option<Target>), CliError> {
    let suites = Arc::new(with_random_cases(globals.load_suites(contract)?, seed, args.fuzz));
    let plan = Plan::new(contract.clone(), suites, &selection(args)).map_err(unplanned)?;
    let target = target::named(&args.at, contract)?;
    let limits = target.as_ref().map(|target| &target.limits);
    let budget =
        limits.map_or_else(Budget::default, |limits| Budget { accounts: limits.accounts, messages: limits.messages });
    let whole = plan.within(&budget);
    let plan = match args.partition {
        None => whole,
        Some(part) => whole.part(part.number, part.of).map_err(unplanned)?,
    };
    Ok((plan, target))
}

/// What flows are run on. A deployment is looked at first: what is surely a matter of the profile or of the network
/// is told as that, and not by hundreds of failed flows.
async fn deployments(
    args: &Args,
    target: Option<Target>,
    plan: &Arc<Plan>,
    seed: u64,
) -> Result<Arc<dyn Deployments>, CliError> {
    let Some(mut target) = target else {
        let embedded = Embedded::new(reference::Options::default(), seed, args.timeout).map_err(CliError::Internal)?;
        return Ok(Arc::new(embedded));
    };
    target.connection.timeout = args.timeout.unwrap_or(target.connection.timeout);
    // The parts of one run never meet each other's numbers.
    if let Some(part) = args.partition {
        target.phones = target.phones.beginning_at(seed).for_part(part.number, part.of);
    }
    let single = target::single(&args.at, target, args.retry_connect)?;
    let single = Arc::new(if let Some(part) = args.partition { single.for_part(part.number) } else { single });
    doctor::before_a_run(&single, plan).await?;
    Ok(single)
}

/// Where answers take long, more flows run at a time: so many that about as many requests are sent in a second as eight
/// flows send to a target that is near.
fn settings(
    args: &Args,
    seed: u64,
    deployments: &dyn Deployments,
    waivers: Vec<Waiver>,
    accepted: Option<BTreeMap<String, String>>,
) -> Settings {
    let adapted = || {
        let millis = deployments.round_trip().unwrap_or_default().as_millis();
        usize::try_from((4 * millis).clamp(JOBS.0, JOBS.1)).unwrap_or(1)
    };
    let jobs = args.jobs.map_or_else(adapted, std::num::NonZeroUsize::get);
    let drift = accepted.as_ref().map(|_| Comparing { denied: args.deny.contains(&Denied::Drift) });
    let accepted = Arc::new(accepted.unwrap_or_default());
    Settings { jobs, seed, fail_fast: args.fail_fast, strict: args.strict, waivers, attempt: None, drift, accepted }
}

/// The settings of each attempt: each has a seed of its own, so that order and values differ.
fn attempts(settings: &Settings, repeat: NonZeroU16) -> Vec<Settings> {
    let of = u32::from(repeat.get());
    let attempt = |number: u32| Settings {
        seed: settings.seed.wrapping_add(u64::from(number) - 1),
        attempt: (of > 1).then_some(Numbered { number, of }),
        ..settings.clone()
    };
    (1..=of).map(attempt).collect()
}

/// What was accepted of the target.
fn accepted(args: &Args, globals: &Globals, target: Option<&Target>) -> Result<Accepted, CliError> {
    let accepted = match (&args.snapshots, target) {
        (Some(folder), _) => snapshots::in_folder(folder, true)?,
        (None, None) => snapshots::embedded(globals.suites.as_deref())?,
        (None, Some(target)) => match target::profile_folder(&args.at) {
            Some(folder) => snapshots::in_folder(&folder.join(snapshots::BESIDE).join(&target.name), false)?,
            None => Accepted::default(),
        },
    };
    if accepted.texts.is_none() && args.deny.contains(&Denied::Drift) {
        return Err(CliError::Usage {
            message: "--deny drift: there are no accepted snapshots of this target to compare with".to_owned(),
            help: Some("`--snapshots DIR` begins them, and `conformance accept` takes them".to_owned()),
        });
    }
    Ok(accepted)
}

/// Leaves new answers to be accepted, and says so.
fn leave(result: &RunResult, pending: &Option<PathBuf>) -> Result<(), CliError> {
    let Some(folder) = pending.as_ref().filter(|_| !snapshots::is_ci()) else { return Ok(()) };
    match snapshots::leave(result, folder)? {
        0 => Ok(()),
        left => {
            let folder = folder.display();
            output::eprint(&format!("{left} new snapshots wait in {folder}: `conformance accept` takes them\n"))
        }
    }
}

/// Ends the run when somebody asks for it, and the program when somebody asks twice.
fn heed(stop: Arc<Stop>) -> Result<(), CliError> {
    let deaf = |error| CliError::Internal(format!("cannot wait for Ctrl-C: {error}"));
    let mut signals = Signals::listen().map_err(deaf)?;
    tokio::spawn(async move {
        while signals.next().await.is_ok() {
            if stop.why() == Some(Why::Interrupted) {
                std::process::exit(i32::from(judge::result::Conclusion::Interrupted.exit_code()));
            }
            stop.ask(Why::Interrupted);
        }
    });
    Ok(())
}

fn selection(args: &Args) -> Selection {
    Selection {
        suites: args.suite.clone(),
        flows: args.flow.clone(),
        operations: args.operation.clone(),
        requirements: args.requirement.clone(),
    }
}

fn unplanned(error: PlanError) -> CliError {
    let help = match &error {
        PlanError::Unknown { kind, .. } => format!("`conformance list {kind}s` shows all there are"),
        PlanError::NothingLeft { .. } => "make fewer parts".to_owned(),
        PlanError::Nothing => "filters of several kinds must all match: leave one out".to_owned(),
    };
    CliError::Usage { message: error.to_string(), help: Some(help) }
}

/// Records and shows what happens.
struct Listener {
    contract: Arc<Contract>,
    start: Mutex<Vec<Event>>,
    progress: Progress,
    recording: Mutex<Option<(BufWriter<File>, Chain)>>,
    unrecorded: Mutex<Option<std::io::Error>>,
    fail_fast: bool,
}

impl Listener {
    /// Each flow is on disk when it is over, so that a run that is killed leaves what it knew.
    fn record(&self, events: &[Event]) -> std::io::Result<()> {
        let mut recording = self.recording.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((file, chain)) = recording.as_mut() else { return Ok(()) };
        for event in events {
            writeln!(file, "{}", chain.seal(event)?)?;
        }
        file.flush()
    }

    fn failed(&self, events: &[Event]) -> bool {
        let mut all = self.start.lock().unwrap_or_else(PoisonError::into_inner).clone();
        all.extend_from_slice(events);
        judge::judge(all, &self.contract, false).is_ok_and(|result| result.counts.checks.fail > 0)
    }
}

impl Observer for Listener {
    fn heard(&self, events: &[Event]) -> bool {
        if let Err(error) = self.record(events) {
            self.unrecorded.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
        self.progress.heard(events);
        if let Some(Event::RunStarted(_)) = events.first() {
            *self.start.lock().unwrap_or_else(PoisonError::into_inner) = events.to_vec();
        }
        !(self.fail_fast && self.failed(events))
    }

    fn waits(&self, flow: &str, until: Option<Instant>) {
        self.progress.waits(flow, until);
    }
}
