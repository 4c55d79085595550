//! `conformance prove`: shows that the checks bite, and that nothing legitimate is refused.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Arc;

use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};

use super::error::CliError;
use super::globals::Globals;
use super::names;
use super::output;
use super::snapshots;
use crate::contract::Contract;
use crate::deployments::Embedded;
use crate::judge::result::Conclusion;
use crate::prove::mutants::{self, Mutant};
use crate::prove::{self, Bench, Floor, Progress, Proof, Wanted, drift, freedoms};
use crate::reference::{Fault, Options, VariantSet, faults};
use crate::suite::Suites;

const EXAMPLES: &str = "\
Examples:
  conformance prove
  conformance prove --only faults --area leaks
  conformance prove --fault second-sms-not-sent
  conformance prove --drift .ci/variant-drift.txt
  conformance prove --floor FILE --report html=proof.html --report json=proof.json

Exit codes: 0 everything holds, 1 a survivor, an unguarded rule, a refused variant or a fallen score, 2 usage, 4 \
internal.
";

/// Shows that the checks bite, and that nothing legitimate is refused, on the reference server.
///
/// A clean run must be all green. Then one run for each fault of the server, and for each way in which an answer can
/// differ from what is documented (a mutant): a rule that it breaks must turn red, and of a fault all that it lists, and
/// nothing else that does not follow from it. Every rule must be turned red by something. Then runs with the freedoms that the documentation
/// leaves open (variants), alone and in combinations: nothing may turn red.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Only one kind of trial.
    #[arg(long, value_enum, value_name = "KIND", help_heading = "Selection")]
    only: Option<Only>,

    /// Only this fault (repeatable); see `conformance list faults`.
    #[arg(long, value_name = "ID", help_heading = "Selection")]
    fault: Vec<String>,

    /// Only this mutant (repeatable); see `conformance list mutants`.
    #[arg(long, value_name = "ID", help_heading = "Selection")]
    mutant: Vec<String>,

    /// Only faults and mutants of this area (repeatable).
    #[arg(long, value_name = "AREA", help_heading = "Selection")]
    area: Vec<String>,

    /// How many are tried at the same time.
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    jobs: Option<NonZeroUsize>,

    /// Seed of everything random, to repeat a proof.
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,

    /// Fails where the score is lower than in this file, which is that of one seed.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["only", "fault", "mutant", "area"])]
    floor: Option<PathBuf>,

    /// Fails where a variant changes other answers than this table says; `--report drift=FILE` writes it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["fault", "mutant", "area"])]
    drift: Option<PathBuf>,

    /// Writes everything that was found, html or json, or where each variant differs, drift (repeatable).
    #[arg(long, value_name = "FORMAT=PATH", help_heading = "Output")]
    report: Vec<Report>,

    /// Shows only what is not as it should be.
    #[arg(long, help_heading = "Output")]
    only_survivors: bool,
}

/// The kinds of trials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Only {
    /// Faults in what the server does.
    Faults,
    /// Answers changed on the wire.
    Mutants,
    /// Legitimate freedoms.
    Variants,
    /// Answers changed in a recording, for each expectation of the flows.
    Expectations,
}

/// A report that is asked for: `FORMAT=PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Report {
    format: Format,
    path: PathBuf,
}

/// How a proof is written to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    /// One page with the whole matrix.
    Html,
    /// Everything that is known.
    Json,
    /// The table of where each variant differs from the accepted snapshots.
    Drift,
}

impl FromStr for Report {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let Some((format, path)) = text.split_once('=').filter(|(_, path)| !path.is_empty()) else {
            return Err("expected FORMAT=PATH, such as `html=proof.html`".to_owned());
        };
        let format = match format {
            "html" => Format::Html,
            "json" => Format::Json,
            "drift" => Format::Drift,
            other => return Err(format!("there is no format `{other}`; expected html, json or drift")),
        };
        Ok(Self { format, path: PathBuf::from(path) })
    }
}

/// Trials at the same time, where `--jobs` does not say.
const JOBS: usize = 8;

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    if args.drift.is_some() && args.only.is_some_and(|only| only != Only::Variants) {
        return Err(CliError::usage("--drift is about variants, which --only leaves out"));
    }
    let floor = args.floor.as_deref().map(read_floor).transpose()?;
    if let Some(floor) = floor.as_ref().filter(|floor| floor.seed != args.seed) {
        return Err(CliError::Usage {
            message: format!("the floor is that of seed {}, and the proof has seed {}", floor.seed, args.seed),
            help: Some(format!("prove it with `--seed {}`, or leave `--floor` out", floor.seed)),
        });
    }
    let accepted_drift = args.drift.as_deref().map(read_drift).transpose()?;
    let (contract, suites) = globals.load()?;
    let accepted = snapshots::embedded(globals.suites.as_deref())?.texts.unwrap_or_default();
    let wanted = Wanted { accepted: Arc::new(accepted), ..wanted(args, &contract)? };
    let proof = prove(wanted, args.seed, Arc::new(contract), Arc::new(suites))?;
    for Report { format, path } in &args.report {
        let text = match format {
            Format::Html => prove::html(&proof).map_err(CliError::Internal)?,
            Format::Json => format!("{:#}\n", serde_json::json!(proof)),
            Format::Drift => drift::table(&proof),
        };
        std::fs::write(path, text).map_err(|cause| CliError::Unwritable { path: path.clone(), cause })?;
    }
    let drifted = accepted_drift.map(|accepted| drift::changed(&accepted, &drift::table(&proof))).unwrap_or_default();
    let against = prove::Against { floor: floor.as_ref(), drifted: &drifted };
    let detail = prove::Detail { only_survivors: args.only_survivors };
    output::print(&prove::text(&proof, &against, detail))?;
    if let Some(fault) = proof.tool_faults.first() {
        return Err(CliError::Internal(fault.clone()));
    }
    Ok(ExitCode::from(u8::from(!against.holds(&proof))))
}

/// Proves what is wanted, with a line of progress.
pub(super) fn prove(
    wanted: Wanted,
    seed: u64,
    contract: Arc<Contract>,
    suites: Arc<Suites>,
) -> Result<Proof, CliError> {
    let servers = Embedded::new(Options::default(), seed, None).map_err(CliError::Internal)?;
    let bench = Bench::new(contract, suites, servers, seed).map_err(|error| CliError::usage(error.to_string()))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| CliError::Internal(format!("cannot start a runtime: {error}")))?;
    let line = Arc::new(Line(ProgressBar::new(0)));
    let proof = runtime.block_on(async {
        tokio::spawn(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                std::process::exit(i32::from(Conclusion::Interrupted.exit_code()));
            }
        });
        prove::prove(Arc::new(bench), wanted, line.clone()).await
    });
    line.0.finish_and_clear();
    proof.map_err(CliError::Internal)
}

/// Everything that there is to prove.
pub(super) fn everything(seed: u64, contract: &Contract) -> Wanted {
    let mut freedoms = freedoms::alone();
    freedoms.extend(freedoms::combinations(seed, freedoms::COMBINATIONS));
    Wanted {
        faults: faults::all().collect(),
        mutants: mutants::all(contract),
        freedoms,
        expectations: true,
        jobs: JOBS,
        accepted: Arc::default(),
        everything: true,
    }
}

fn wanted(args: &Args, contract: &Contract) -> Result<Wanted, CliError> {
    let all = everything(args.seed, contract);
    for id in &args.fault {
        names::require("fault", id, all.faults.iter().map(|fault| fault.id))?;
    }
    for id in &args.mutant {
        names::require("mutant", id, all.mutants.iter().map(|mutant| mutant.id.as_str()))?;
    }
    let areas = all.faults.iter().map(|fault| fault.area.id()).chain(all.mutants.iter().map(|mutant| mutant.area));
    for area in &args.area {
        names::require("area", area, areas.clone())?;
    }
    let chosen = !args.fault.is_empty() || !args.mutant.is_empty();
    let fault = |fault: &&'static Fault| {
        of_kind(args, Only::Faults)
            && (!chosen || args.fault.iter().any(|id| id == fault.id))
            && (args.area.is_empty() || args.area.iter().any(|area| area == fault.area.id()))
    };
    let mutant = |mutant: &Mutant| {
        of_kind(args, Only::Mutants)
            && (!chosen || args.mutant.contains(&mutant.id))
            && (args.area.is_empty() || args.area.iter().any(|area| area == mutant.area))
    };
    let all_of = |kind| of_kind(args, kind) && !chosen && args.area.is_empty();
    let (free, expectations) = (all_of(Only::Variants), all_of(Only::Expectations));
    // Some expectations are for servers that take a freedom.
    let alone = if args.only == Some(Only::Expectations) { freedoms::alone() } else { Vec::new() };
    let wanted = Wanted {
        faults: all.faults.iter().copied().filter(fault).collect(),
        mutants: all.mutants.iter().filter(|wanted| mutant(wanted)).cloned().collect(),
        freedoms: all.freedoms.iter().copied().filter(|_: &VariantSet| free).chain(alone).collect(),
        expectations,
        jobs: args.jobs.map_or(JOBS, NonZeroUsize::get),
        accepted: Arc::default(),
        everything: args.only.is_none() && !chosen && args.area.is_empty(),
    };
    if wanted.faults.is_empty() && wanted.mutants.is_empty() && wanted.freedoms.is_empty() && !wanted.expectations {
        return Err(CliError::usage("nothing is selected: nothing matches all of the given filters"));
    }
    Ok(wanted)
}

fn of_kind(args: &Args, kind: Only) -> bool {
    args.only.is_none_or(|only| only == kind)
}

fn read_drift(path: &Path) -> Result<String, CliError> {
    std::fs::read_to_string(path).map_err(|error| CliError::Usage {
        message: format!("cannot use `{}`: {error}", path.display()),
        help: Some("`--report drift=FILE` writes such a table".to_owned()),
    })
}

fn read_floor(path: &Path) -> Result<Floor, CliError> {
    let usage = |error: String| CliError::usage(format!("cannot use `{}`: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| usage(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| usage(error.to_string()))
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
