//! `conformance diff`: what changed between two runs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::error::CliError;
use super::globals::Globals;
use super::{output, recording};
use crate::judge::comparison::{self, Comparison};
use crate::judge::{Keep, RunResult};
use crate::report::comparison as shown;

const EXAMPLES: &str = "\
Examples:
  conformance diff monday.jsonl today.jsonl
  conformance diff baseline.json today.json --report markdown=comment.md

Worse is a result that both runs looked at and whose verdict is graver now. A failure in a flow or step that the earlier \
run did not do is told apart, and is not worse. What a run that is partial left out has not come or gone. A flow is slower where its answers took at least twice as long, and 250 ms \
longer. What drifted is what the same steps were answered otherwise, without what differs from run to run.

Exit codes: 0 nothing is worse, 1 something is worse, 2 usage. `conformance run --baseline FILE` does the same at the end \
of a run.
";

/// Compares two runs: what got worse, better, new, gone and slower, and what drifted.
///
/// Each is a recording (`run --record`) or a JSON report (`run --report json=FILE`).
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// The earlier run.
    #[arg(value_name = "OLD")]
    old: PathBuf,

    /// The later run.
    #[arg(value_name = "NEW")]
    new: PathBuf,

    /// Writes the comparison: `json=PATH` or `markdown=PATH`; `-` is standard output (repeatable).
    #[arg(long, value_name = "FORMAT=PATH", value_parser = parse)]
    report: Vec<(Format, PathBuf)>,
}

/// The formats of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Json,
    Markdown,
}

fn parse(text: &str) -> Result<(Format, PathBuf), String> {
    match text.split_once('=').filter(|(_, path)| !path.is_empty()) {
        Some(("json", path)) => Ok((Format::Json, path.into())),
        Some(("markdown", path)) => Ok((Format::Markdown, path.into())),
        _ => Err("expected `json=PATH` or `markdown=PATH`, `-` for standard output".to_owned()),
    }
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    let (old, new) = (load(&args.old, globals)?, load(&args.new, globals)?);
    let comparison = comparison::compare(&old, &new);
    let aside = args.report.iter().any(|(_, path)| path.as_os_str() == "-");
    show(&comparison, aside)?;
    for (format, path) in &args.report {
        let text = match format {
            Format::Json => shown::json(&comparison),
            Format::Markdown => shown::markdown(&comparison),
        };
        match path.as_os_str() == "-" {
            true => output::print(&text)?,
            false => std::fs::write(path, text).map_err(|cause| CliError::Unwritable { path: path.clone(), cause })?,
        }
    }
    Ok(ExitCode::from(u8::from(comparison.is_worse())))
}

/// Shows a comparison, on standard error where standard output holds something else.
pub(super) fn show(comparison: &Comparison, aside: bool) -> Result<(), CliError> {
    let text = shown::console(comparison, output::width());
    if aside { output::eprint(&text) } else { output::print(&text) }
}

/// A judged run from a JSON report or a recording.
pub(super) fn load(path: &Path, globals: &Globals) -> Result<RunResult, CliError> {
    let recorded = recording::open_run(path)?;
    if let Some(result) = recorded.reported() {
        return Ok(result);
    }
    // What was answered is needed, to tell what drifted.
    let (result, cut_off) = recorded.judged(globals, false, Keep::Everything)?;
    recorded.tell(cut_off.as_ref())?;
    Ok(result)
}
