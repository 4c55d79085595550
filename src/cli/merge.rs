//! `conformance merge`: joins the recordings of the parts of a run into one result.

use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::error::CliError;
use super::globals::Globals;
use super::output::{Detail, Reports, Wanted};
use crate::contract::Contract;
use crate::event::Event;
use crate::judge;
use crate::merge::{Merged, Recorded, merge};
use crate::recording::Chain;

const EXAMPLES: &str = "\
Examples:
  conformance run --partition 1/3 --seed 7 --record 1.jsonl     (one on each of three machines)
  conformance merge 1.jsonl 2.jsonl 3.jsonl --report junit=report.xml

Exit codes are those of a run; a part that is missing makes it inconclusive, and parts of different runs are a wrong \
use. See `conformance --help`.
";

/// Joins what the parts of a run recorded into the result of the whole run.
///
/// The recordings are those of `run --partition K/N --record`, in any order, all with the same N, seed, target, contract
/// and suites.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// What the parts recorded.
    #[arg(value_name = "RECORDING", required = true)]
    recordings: Vec<PathBuf>,

    /// A broken `should` fails, too.
    #[arg(long)]
    strict: bool,

    /// Writes the recording of the whole run, for `conformance judge`.
    #[arg(long, value_name = "PATH", help_heading = "Output")]
    record: Option<PathBuf>,

    #[command(flatten, next_help_heading = "Output")]
    wanted: Wanted,

    #[command(flatten, next_help_heading = "Output")]
    detail: Detail,
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    let contract = globals.load_contract()?;
    let recorded = args.recordings.iter().map(|path| read(path, &contract)).collect::<Result<Vec<_>, _>>()?;
    let Merged { events, .. } = merge(recorded).map_err(|error| CliError::Usage {
        message: error.to_string(),
        help: Some("give every part of one run once; the parts have the same N, --seed and target".to_owned()),
    })?;
    let reports = Reports::create(&args.wanted)?;
    for path in args.record.clone().into_iter().chain(args.wanted.recording()) {
        record(&path, &events)?;
    }
    let result = judge::judge(events, &contract, args.strict).map_err(|error| CliError::Internal(error.to_string()))?;
    reports.publish(&result, args.detail)?;
    Ok(ExitCode::from(result.conclusion.exit_code()))
}

fn read(path: &Path, contract: &Contract) -> Result<Recorded, CliError> {
    let name = path.display().to_string();
    let unusable = |message: String| CliError::usage(format!("`{name}`: {message}"));
    let file = File::open(path).map_err(|error| unusable(format!("cannot be read: {error}")))?;
    let events = judge::read_recording(BufReader::new(file), contract).map_err(|error| unusable(error.to_string()))?;
    Ok(Recorded { name, events })
}

fn record(path: &Path, events: &[Event]) -> Result<(), CliError> {
    let unwritable = |cause| CliError::Unwritable { path: path.to_owned(), cause };
    let mut file = BufWriter::new(File::create(path).map_err(unwritable)?);
    let mut chain = Chain::default();
    for event in events {
        let line = chain.seal(event).map_err(|error| CliError::Internal(format!("cannot write an event: {error}")))?;
        writeln!(file, "{line}").map_err(unwritable)?;
    }
    file.flush().map_err(unwritable)
}
