//! `conformance prove`: shows that the checks bite, and that nothing legitimate is refused.

use std::num::NonZeroUsize;
use std::process::ExitCode;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use super::error::CliError;
use super::globals::Globals;
use super::names;
use super::output;
use crate::deployments::Embedded;
use crate::prove::{self, Bench, Fate, Progress, Proof, Wanted};
use crate::reference::{Options, faults};

const EXAMPLES: &str = "\
Examples:
  conformance prove
  conformance prove --area leaks
  conformance prove --fault second-sms-not-sent

Exit codes: 0 all caught, 1 a survivor, 2 usage, 4 internal.
";

/// Shows that the checks bite, on the reference server.
///
/// A clean run, then one run for each fault of the reference server: the requirement that it breaks must turn red, and
/// nothing else that does not follow from it.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Only this fault (repeatable); see `conformance list faults`.
    #[arg(long, value_name = "ID")]
    fault: Vec<String>,

    /// Only faults of this area (repeatable).
    #[arg(long, value_name = "AREA")]
    area: Vec<String>,

    /// How many are tried at the same time.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    jobs: Option<NonZeroUsize>,

    /// Seed of everything random, to repeat a proof.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Writes everything that was found to this file, as JSON.
    #[arg(long, value_name = "PATH")]
    matrix: Option<std::path::PathBuf>,

    /// Shows only what survived.
    #[arg(long)]
    only_survivors: bool,
}

/// Trials at the same time, where `--jobs` does not say.
const JOBS: usize = 8;

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    let wanted = wanted(args)?;
    let contract = Arc::new(globals.load_contract()?);
    let suites = Arc::new(globals.load_suites(&contract)?);
    let servers = Embedded::new(Options::default(), args.seed, None).map_err(CliError::Internal)?;
    let bench = Bench::new(contract, suites, servers, args.seed).map_err(|error| CliError::usage(error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::Internal(format!("cannot start a runtime: {error}")))?;
    let line = Arc::new(Line(ProgressBar::new(0)));
    let proof = runtime.block_on(prove::prove(Arc::new(bench), wanted, line.clone())).map_err(CliError::Internal)?;
    line.0.finish_and_clear();
    if let Some(path) = &args.matrix {
        let text = format!("{:#}\n", serde_json::json!(proof));
        std::fs::write(path, text).map_err(|cause| CliError::Unwritable { path: path.clone(), cause })?;
    }
    output::print(&prove::text(&proof, prove::Detail { only_survivors: args.only_survivors }))?;
    conclude(&proof)
}

fn wanted(args: &Args) -> Result<Wanted, CliError> {
    let jobs = args.jobs.map_or(JOBS, NonZeroUsize::get);
    for id in &args.fault {
        names::require("fault", id, faults::all().map(|fault| fault.id))?;
    }
    for area in &args.area {
        names::require("area", area, faults::all().map(|fault| fault.area.id()))?;
    }
    let wanted = |list: &[String], id: &str| list.is_empty() || list.iter().any(|wanted| wanted == id);
    let chosen = faults::all().filter(|fault| wanted(&args.fault, fault.id) && wanted(&args.area, fault.area.id()));
    let faults: Vec<_> = chosen.collect();
    if faults.is_empty() {
        return Err(CliError::usage("no fault is selected: nothing matches all of the given filters"));
    }
    Ok(Wanted { faults, jobs, everything: args.fault.is_empty() && args.area.is_empty() })
}

fn conclude(proof: &Proof) -> Result<ExitCode, CliError> {
    if let Some(fault) = proof.tool_faults.first() {
        return Err(CliError::Internal(fault.clone()));
    }
    let held = proof.clean_problems.is_empty() && proof.trials.iter().all(|trial| trial.fate == Fate::Caught);
    Ok(ExitCode::from(u8::from(!held)))
}

/// One line on standard error while a proof goes on.
struct Line(ProgressBar);

impl Progress for Line {
    fn expect(&self, trials: usize) {
        let style = ProgressStyle::with_template("{spinner} {pos}/{len} tried  {wide_bar}  {elapsed}  {msg}");
        self.0.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.0.set_length(trials as u64);
    }

    fn done(&self, id: &str) {
        self.0.set_message(id.to_owned());
        self.0.inc(1);
    }
}
