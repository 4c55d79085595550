//! Carries out a run that was prepared: sends, listens, judges, writes.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufWriter;
use std::mem;
use std::num::NonZeroU16;
use std::path::PathBuf;
use std::sync::Arc;

use super::args::{Args, Denied};
use super::listener::{Listener, Recording};
use super::prepared::Prepared;
use super::progress::Progress;
use super::shrink;
use crate::cli::error::CliError;
use crate::cli::output::{self, Reports};
use crate::cli::signals::Signals;
use crate::cli::{doctor, snapshots, target};
use crate::contract::Contract;
use crate::deployments::Embedded;
use crate::event::{Comparing, Numbered};
use crate::judge::result::Conclusion;
use crate::judge::{self, RunResult, comparison};
use crate::plan::Plan;
use crate::recording::Chain;
use crate::reference;
use crate::runner::{self, Deployments, Settings, Stop, Why};
use crate::target::Target;
use crate::waiver::Waiver;

/// Flows at the same time, where `--jobs` does not say: at least, and at most.
const JOBS: (u128, u128) = (8, 128);

/// The files that a run writes, open.
pub(super) struct Opened {
    reports: Reports,
    recording: Option<Recording>,
}

impl Opened {
    /// Empties or makes them.
    pub(super) fn create(args: &Args) -> Result<Self, CliError> {
        let reports = Reports::create(&args.wanted)?;
        let recording = args.record.clone().or(args.wanted.recording()).map(|path| {
            let file = File::create(&path).map_err(|cause| CliError::Unwritable { path, cause })?;
            Ok::<_, CliError>((BufWriter::new(file), Chain::default()))
        });
        Ok(Self { reports, recording: recording.transpose()? })
    }
}

/// How much of a run is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// All that `--verbose` and `--quiet` leave.
    Whole,
    /// Nothing: only its files are written.
    Files,
}

/// Runs, shows and reports, and gives what the run came to.
pub(super) fn perform(prepared: Prepared, args: &Args, opened: Opened, shown: Shown) -> Result<RunResult, CliError> {
    let Prepared { plan, target, waivers, accepted, seed, baseline } = prepared;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::Internal(format!("cannot start a runtime: {error}")))?;
    // A line that moves would write over the questions.
    let hidden = args.detail.quiet || target.as_ref().is_some_and(target::asks);
    let progress = Progress::new(plan.flows.len() * usize::from(args.repeat.get()), hidden);
    // What is told of a run while it goes on is told in the terms of the contract, which is needed to the end anyway.
    let contract: &'static Contract = Box::leak(Box::new(plan.contract.clone()));
    let listener = Arc::new(Listener::new(contract, progress, opened.recording, args.fail_fast));
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
    let told = listener.finish()?;
    let judged = judge::judge_told(events, told, contract, args.strict);
    let mut result = judged.map_err(|error| CliError::Internal(error.to_string()))?;
    result.changed = baseline.map(|baseline| Box::new(comparison::compare(&baseline, &result)));
    match shown {
        Shown::Whole => opened.reports.publish(&result, args.detail)?,
        Shown::Files => opened.reports.write(&result).map(|_| ())?,
    }
    leave(&result, &accepted.pending)?;
    let shrunk = runtime.block_on(shrink::shrink(&result, &plan, &deployments, &settings));
    shrunk.iter().try_for_each(|smallest| output::eprint(&smallest.to_string()))?;
    // The program ends soon: to give back piece by piece what a run held would take a twentieth of its time.
    runtime.shutdown_background();
    mem::forget((plan, deployments, settings, listener));
    Ok(result)
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
    if let Some((says, advice)) = doctor::few_phones(&target) {
        output::eprint(&format!("note: {says}; {advice}\n"))?;
    }
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

/// Leaves new answers to be accepted, and says so.
fn leave(result: &RunResult, pending: &Option<PathBuf>) -> Result<(), CliError> {
    let Some(folder) = pending.as_ref().filter(|_| !snapshots::is_ci()) else { return Ok(()) };
    match snapshots::leave(result, folder)? {
        0 => Ok(()),
        left => {
            let (folder, wait) = (folder.display(), judge::several(left, "new snapshot waits", "new snapshots wait"));
            output::eprint(&format!("{wait} in {folder}: `conformance accept` takes them\n"))
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
                std::process::exit(i32::from(Conclusion::Interrupted.exit_code()));
            }
            stop.ask(Why::Interrupted);
        }
    });
    Ok(())
}
