//! `conformance judge`: judges a recording again, offline, with the same result.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::ExitCode;

use super::error::CliError;
use super::globals::Globals;
use super::output::{Detail, ReportOption, Reports};
use crate::judge::{self, RunResult};

const EXAMPLES: &str = "\
Examples:
  conformance run --profile staging --record run.jsonl
  conformance judge run.jsonl --strict --report junit=report.xml

Exit codes are those of the run: see `conformance --help`.
";

/// Judges a recording and renders it again, offline.
///
/// Nothing is sent. The same recording and contract always give the same result; --strict may be added later.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// What `run --record` wrote; `-` is standard input.
    #[arg(value_name = "RECORDING")]
    recording: PathBuf,

    /// A broken `should` fails, too.
    #[arg(long)]
    strict: bool,

    /// Writes a report: console, json or junit; `-` is standard output (repeatable).
    #[arg(long, value_name = "FORMAT=PATH", help_heading = "Output")]
    report: Vec<ReportOption>,

    #[command(flatten, next_help_heading = "Output")]
    detail: Detail,
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    let result = judged(args, globals)?;
    Reports::create(&args.report)?.publish(&result, args.detail)?;
    Ok(ExitCode::from(result.conclusion.exit_code()))
}

fn judged(args: &Args, globals: &Globals) -> Result<RunResult, CliError> {
    let contract = globals.load_contract()?;
    let unusable = |message: String| CliError::usage(format!("`{}`: {message}", args.recording.display()));
    let events = if args.recording.as_os_str() == "-" {
        judge::read_recording(std::io::stdin().lock(), &contract)
    } else {
        let file = File::open(&args.recording).map_err(|error| unusable(format!("cannot be read: {error}")))?;
        judge::read_recording(BufReader::new(file), &contract)
    };
    let judged = events.and_then(|events| judge::judge(events, &contract, args.strict));
    judged.map_err(|error| unusable(error.to_string()))
}
