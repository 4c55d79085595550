//! `conformance accept`: takes new answers as those that are expected from now on.

use std::fs;
use std::io::{BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use similar::{ChangeTag, TextDiff};

use super::error::CliError;
use super::{output, snapshots};
use crate::judge::several;
use crate::report::page::{ADDED, REMOVED, STRONG, styled};
use crate::snapshot::{ENDING, PENDING};

const EXAMPLES: &str = "\
Examples:
  conformance run --profile staging --snapshots snapshots/staging
      Begins the snapshots of a target: leaves a file for each flow, to be accepted.
  conformance accept
      Shows each new answer beside the accepted one, and asks.
  conformance accept --all --snapshots snapshots/staging
      Takes all of them.

A snapshot is what one flow was answered, without what differs from run to run. `conformance run` tells what differs \
from it as drift, which fails a run only under --deny drift, and leaves the new answers as FLOW.snap.new (not where the \
environment variable CI is set). The files are those of insta: `cargo insta review` takes them, too.
";

/// Accepts new answers: from now on they are what is expected.
///
/// Without --all it asks for each, on a terminal. What is accepted replaces the snapshot; what is rejected is deleted.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// Only these flows.
    #[arg(value_name = "FLOW")]
    flows: Vec<String>,

    /// Accepts without asking.
    #[arg(long)]
    all: bool,

    /// Folder of the snapshots. [default: those below `snapshots` and `suites/snapshots`]
    #[arg(long, value_name = "DIR")]
    snapshots: Option<PathBuf>,
}

pub(super) fn execute(args: &Args) -> Result<ExitCode, CliError> {
    if snapshots::is_ci() {
        return Err(CliError::Usage {
            message: "CI accepts nothing: the environment variable `CI` is set".to_owned(),
            help: Some("accept on your own machine, and commit the snapshots".to_owned()),
        });
    }
    let pending = pending(args)?;
    if pending.is_empty() {
        output::print("nothing waits to be accepted\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let can_ask = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if !args.all && !can_ask {
        return Err(CliError::Usage {
            message: {
                let wait = several(pending.len(), "snapshot waits", "snapshots wait");
                format!("{wait} to be accepted, and this is no terminal to ask on")
            },
            help: Some("`--all` accepts without asking".to_owned()),
        });
    }
    let (mut accepted, mut rejected) = (0, 0);
    for (number, file) in pending.iter().enumerate() {
        let answer = if args.all { Answer::Accept } else { ask(file, number + 1, pending.len())? };
        match answer {
            Answer::Accept => {
                let kept = kept(file);
                fs::rename(file, &kept).map_err(|cause| CliError::Unwritable { path: kept, cause })?;
                accepted += 1;
            }
            Answer::Reject => {
                fs::remove_file(file).map_err(|cause| CliError::Unwritable { path: file.clone(), cause })?;
                rejected += 1;
            }
            Answer::Skip => {}
            Answer::Quit => break,
        }
    }
    let waiting = pending.len() - accepted - rejected;
    output::print(&format!("{accepted} accepted, {rejected} rejected, {waiting} left\n"))?;
    Ok(ExitCode::SUCCESS)
}

/// The files that wait, sorted.
fn pending(args: &Args) -> Result<Vec<PathBuf>, CliError> {
    let folders = match &args.snapshots {
        Some(folder) => vec![folder.clone()],
        None => [Path::new(snapshots::BESIDE).to_owned(), Path::new(snapshots::SUITES).join(snapshots::BESIDE)]
            .iter()
            .filter_map(|folder| fs::read_dir(folder).ok())
            .flat_map(|entries| entries.filter_map(Result::ok).map(|entry| entry.path()))
            .filter(|path| path.is_dir())
            .collect(),
    };
    let mut files = Vec::new();
    for folder in folders {
        let unreadable = |error| CliError::usage(format!("cannot read `{}`: {error}", folder.display()));
        for entry in fs::read_dir(&folder).map_err(unreadable)? {
            files.extend(flow_of(&entry.map_err(unreadable)?.path()));
        }
    }
    files.sort();
    if let Some(unknown) = args.flows.iter().find(|flow| !files.iter().any(|(known, _)| known == *flow)) {
        return Err(super::names::unknown("pending snapshot", unknown, files.iter().map(|(flow, _)| flow.as_str())));
    }
    let wanted = |flow: &String| args.flows.is_empty() || args.flows.contains(flow);
    Ok(files.into_iter().filter(|(flow, _)| wanted(flow)).map(|(_, path)| path).collect())
}

fn flow_of(path: &Path) -> Option<(String, PathBuf)> {
    let flow = path.file_name()?.to_str()?.strip_suffix(PENDING)?;
    Some((flow.to_owned(), path.to_owned()))
}

/// The file of the accepted snapshot beside one that waits.
fn kept(pending: &Path) -> PathBuf {
    let name = pending.file_name().unwrap_or_default().to_string_lossy();
    pending.with_file_name(format!("{}{ENDING}", name.strip_suffix(PENDING).unwrap_or(&name)))
}

enum Answer {
    Accept,
    Reject,
    Skip,
    Quit,
}

fn ask(file: &Path, number: usize, all: usize) -> Result<Answer, CliError> {
    let unreadable = |error| CliError::usage(format!("cannot read `{}`: {error}", file.display()));
    let new = fs::read_to_string(file).map_err(unreadable)?;
    let old = fs::read_to_string(kept(file)).unwrap_or_default();
    output::print(&format!("{}  {number} of {all}\n{}", styled(STRONG, &file.to_string_lossy()), shown(&old, &new)))?;
    loop {
        output::print("[a]ccept, [r]eject, [s]kip, [q]uit? ")?;
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        let read = read.map_err(|error| CliError::Internal(format!("cannot read the answer: {error}")))?;
        match line.trim().to_lowercase().as_str() {
            _ if read == 0 => return Ok(Answer::Quit),
            "a" | "accept" => return Ok(Answer::Accept),
            "r" | "reject" => return Ok(Answer::Reject),
            "s" | "skip" => return Ok(Answer::Skip),
            "q" | "quit" => return Ok(Answer::Quit),
            _ => {}
        }
    }
}

/// The lines that differ, with some around them.
fn shown(old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let mut text = String::new();
    for (number, group) in diff.grouped_ops(2).iter().enumerate() {
        if number > 0 {
            text.push_str("  …\n");
        }
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let line: String = change.value().trim_end().chars().filter(|c| !c.is_control()).collect();
            let line = match change.tag() {
                ChangeTag::Equal => format!("  {line}"),
                ChangeTag::Delete => styled(REMOVED, &format!("- {line}")),
                ChangeTag::Insert => styled(ADDED, &format!("+ {line}")),
            };
            text.push_str(&line);
            text.push('\n');
        }
    }
    text
}
