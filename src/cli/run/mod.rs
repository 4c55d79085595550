//! `conformance run`: plans, runs, judges, reports.

mod args;
mod dry;
mod listener;
mod partition;
mod perform;
mod prepared;
mod progress;
mod several;
mod shrink;

use std::mem::ManuallyDrop;
use std::process::ExitCode;

pub(super) use args::Args;
use perform::{Opened, Shown};
use prepared::Prepared;

use super::diff;
use super::error::CliError;
use super::globals::Globals;
use super::output;
use crate::judge::RunResult;
use crate::judge::comparison::Comparison;
use crate::judge::result::Conclusion;
use crate::judge::several;

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    if args.at.profile.len() > 1 {
        return several::execute(args, globals);
    }
    if let Some(form) = args.dry_run {
        return output::print(&dry::shown(&Prepared::outlined(args, globals)?, form)?).map(|()| ExitCode::SUCCESS);
    }
    // As with what the run held: the end of the program gives it back at once.
    let result = ManuallyDrop::new(carry_out(args, globals)?);
    match &result.changed {
        None => Ok(ExitCode::from(result.conclusion.exit_code())),
        Some(changed) => gate(changed, &result, args.wanted.prints()),
    }
}

/// Runs, shows and reports, and gives what the run came to.
pub(super) fn carry_out(args: &Args, globals: &Globals) -> Result<RunResult, CliError> {
    let prepared = Prepared::new(args, globals)?;
    let opened = Opened::create(args)?;
    perform::perform(prepared, args, opened, Shown::Whole)
}

/// The exit code of a run that is held against an earlier one: change alone counts, where there is a whole run.
fn gate(comparison: &Comparison, result: &RunResult, aside: bool) -> Result<ExitCode, CliError> {
    diff::show(comparison, aside)?;
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
        (1, _) => {
            let results = several(comparison.worse.len(), "result is", "results are");
            format!("{results} worse than the baseline; the run itself is {word}")
        }
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
