//! `conformance waive`: answers for a failure until a day.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use jiff::civil::Date;

use super::catalogue::Catalogue;
use super::error::CliError;
use super::globals::Globals;
use super::{names, output, waivers};
use crate::waiver::{self, Entry, LONGEST_DAYS};

const EXAMPLES: &str = "\
Examples:
  conformance waive sign-in/3/token-no-store --reason 'the proxy is replaced' --owner ann \\
    --ticket API-7 --expires 2026-12-24
      Adds an entry to waivers.toml, which the next `conformance run` heeds.

A waived check still runs. Where it fails, its verdict is `waived`, the run can end with exit code 0, and its conclusion \
and every report say so. The run fails for a waiver that has expired, that is stale (what it names passes now) or that \
names nothing, and says which lines to delete. In the file, `requirement`, `flow` and `result` take `*` and `?`.
";

/// Answers for failures until a day: writes them to waivers.toml.
///
/// The id of a result is `flow/step/requirement`, as reports show it. Whatever stands in the file stays as it is.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Results to waive: `flow/step/requirement`.
    #[arg(required = true, num_args = 1.., value_name = "RESULT-ID")]
    results: Vec<String>,

    /// Why this may be so for a while.
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// Who answers for it.
    #[arg(long, value_name = "WHO")]
    owner: String,

    /// The last day on which it holds, in UTC; at most 180 days ahead.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = Entry::day)]
    expires: Date,

    /// Where it is worked on.
    #[arg(long, value_name = "ID")]
    ticket: Option<String>,

    /// The file of waivers; made where there is none.
    #[arg(long, value_name = "FILE", default_value = waivers::FILE)]
    waivers: PathBuf,
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    let catalogue = Catalogue::load(globals)?;
    let today = waivers::today();
    if args.expires < today {
        return Err(CliError::usage(format!("--expires: {} is over: a waiver holds from today on", args.expires)));
    }
    let file = args.waivers.to_string_lossy();
    let before = match fs::read_to_string(&args.waivers) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
        Err(error) => return Err(CliError::usage(format!("cannot read the waivers `{file}`: {error}"))),
    };
    let known = waiver::parse(&before, &file, today)?;
    let mut text = before;
    for result in &args.results {
        check(result, &catalogue)?;
        let entry = Entry {
            result: result.clone(),
            reason: args.reason.clone(),
            owner: args.owner.clone(),
            ticket: args.ticket.clone(),
            expires: args.expires,
        };
        if let Some(there) = known.iter().find(|waiver| waiver.result.as_ref() == Some(result)) {
            return Err(CliError::usage(format!("`{result}` is waived already, at {}", there.place)));
        }
        text = waiver::append(&text, &entry);
    }
    // An empty reason, or a day too far ahead, is a mistake in the entry, whose lines do not exist yet.
    if let Err(mistake) = waiver::parse(&text, &file, today) {
        let message = format!("this makes no waiver: {}", mistake.message);
        return Err(CliError::Usage {
            message,
            help: Some(format!(
                "a waiver has a reason, an owner, and a last day that is at most {LONGEST_DAYS} days ahead"
            )),
        });
    }
    replace(&args.waivers, &text)?;
    let count = args.results.len();
    let entries = if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
    output::print(&format!("added {entries} to {file}, until {}\n", args.expires))?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses what can be no result: the flow and the requirement must exist.
fn check(result: &str, catalogue: &Catalogue) -> Result<(), CliError> {
    let parts = result.split_once('/').and_then(|(flow, rest)| Some((flow, rest.rsplit_once('/')?)));
    let Some((flow, (_, requirement))) = parts else {
        let message = format!("`{result}` is no id of a result: expected `flow/step/requirement`");
        return Err(CliError::Usage { message, help: Some("reports show the id of each result".to_owned()) });
    };
    names::require("flow", flow, catalogue.suites.flows().map(|flow| flow.id.as_str()))?;
    let requirements = catalogue.contract.requirements().iter().map(|requirement| requirement.id.as_str());
    names::require("requirement", requirement, requirements)
}

/// Writes a file anew in one step, so that it is never there in part.
fn replace(path: &Path, text: &str) -> Result<(), CliError> {
    let unwritable = |cause| CliError::Unwritable { path: path.to_owned(), cause };
    // A link stays a link to the file that it names.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let mut name = target.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = target.with_file_name(name);
    let written = fs::File::create(&part).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&part, &target)).map_err(|cause| {
        // What was begun is of no use to anybody.
        let _ = fs::remove_file(&part);
        unwritable(cause)
    })
}
