//! `conformance judge`: judges a recording again, offline, with the same result.

use std::process::ExitCode;

use super::error::CliError;
use super::globals::Globals;
use super::output::{Detail, Reports, Wanted};
use super::recording;

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
    #[command(flatten)]
    named: recording::Named,

    #[command(flatten, next_help_heading = "Output")]
    wanted: Wanted,

    #[command(flatten, next_help_heading = "Output")]
    detail: Detail,
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    let recorded = recording::open(&args.named.recording, &args.wanted)?;
    let (result, cut_off) = recorded.judged(globals, args.named.strict, args.wanted.kept(args.detail))?;
    let reports = Reports::create(&args.wanted)?;
    recorded.copy(&args.wanted)?;
    reports.publish(&result, args.detail)?;
    recorded.tell(cut_off.as_ref())?;
    Ok(ExitCode::from(result.conclusion.exit_code()))
}
