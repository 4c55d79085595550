//! `conformance render`: makes any report of a recording, later and elsewhere.

use std::path::PathBuf;
use std::process::ExitCode;

use super::error::CliError;
use super::globals::Globals;
use super::output::{self, Reports, Wanted};
use super::{diff, recording};
use crate::judge::{Keep, comparison};

const EXAMPLES: &str = "\
Examples:
  conformance run --profile staging --record run.jsonl
  conformance render run.jsonl --report html=report.html --report sarif=results.sarif
  conformance render run.jsonl --out report/
  conformance render run.jsonl --baseline main.jsonl --report markdown=comment.md

The exit code is 0 where the reports were written, whatever they say: `conformance judge` gives that of the run.
";

/// Makes reports of a recording, offline.
///
/// Nothing is sent. The same recording and contract always give the same reports.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    #[command(flatten)]
    named: recording::Named,

    /// Tells in the reports what changed since this recording or JSON report.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,

    #[command(flatten, next_help_heading = "Output")]
    wanted: Wanted,
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    if args.wanted.report.is_empty() && args.wanted.out.is_none() {
        return Err(CliError::Usage {
            message: "no report is asked for".to_owned(),
            help: Some("add `--report FORMAT=PATH`, or `--out DIR` for every format".to_owned()),
        });
    }
    let recorded = recording::open(&args.named.recording, &args.wanted)?;
    let baseline = args.baseline.as_ref().map(|path| diff::load(path, globals)).transpose()?;
    let (mut result, cut_off) = recorded.judged(globals, args.named.strict, Keep::Everything)?;
    result.changed = baseline.map(|baseline| Box::new(comparison::compare(&baseline, &result)));
    let reports = Reports::create(&args.wanted)?;
    recorded.copy(&args.wanted)?;
    for path in reports.write(&result)? {
        output::eprint(&format!("wrote {}\n", path.display()))?;
    }
    recorded.tell(cut_off.as_ref())?;
    Ok(ExitCode::SUCCESS)
}
