//! `conformance verify`: whether a sign-off holds.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::error::CliError;
use super::globals::Globals;
use super::output;
use crate::report::plain;
use crate::signoff::key::PublicKey;
use crate::signoff::verify::{self, Verified};
use crate::signoff::{Evidence, archive};

const EXAMPLES: &str = "\
Examples:
  conformance verify signoff-2.4.0 --key release.key.pub
  conformance verify signoff-2.4.0.zip --key release.key.pub
  conformance verify signoff-2.4.0 --key release.key.pub --at 2026-03-31
      For an audit: whether it held on that day.

Exit codes: 0 it holds, 1 it does not, 2 usage: there is nothing to check, or no key.
";

/// Checks a sign-off, offline: each file, the signature, the time, and the verdict.
///
/// The recording is judged again by the contract in this program. The public key comes from whoever signed, by another
/// way than the files: whoever could change the files could also put a key beside them.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// What `conformance signoff` made: the directory, or its ZIP.
    #[arg(value_name = "DIR|ZIP")]
    evidence: PathBuf,

    /// The public key of whoever signed: FILE.pub of `conformance keygen`.
    #[arg(long, value_name = "PUB")]
    key: PathBuf,

    /// The moment to check for: a date (its beginning, in UTC) or a moment such as 2026-03-31T12:00:00Z.
    /// [default: now]
    #[arg(long, value_name = "DATE", value_parser = moment)]
    at: Option<Timestamp>,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let of_day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp());
    let moment = text.parse::<Timestamp>().ok().or_else(of_day);
    moment.ok_or_else(|| "expected a date such as 2026-03-31, or a moment such as 2026-03-31T12:00:00Z".to_owned())
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    let key = read_key(&args.key)?;
    let contract = globals.load_contract()?;
    let verified = read_evidence(&args.evidence)?.map_err(|reason| vec![reason]).and_then(|evidence| {
        let at = args.at.unwrap_or_else(Timestamp::now);
        verify::verify(&evidence, &key, &contract, at)
            .map_err(|refusals| refusals.iter().map(ToString::to_string).collect())
    });
    match verified {
        Ok(verified) => output::print(&yes(&verified)).map(|()| ExitCode::SUCCESS),
        Err(reasons) => output::print(&no(&reasons)).map(|()| ExitCode::FAILURE),
    }
}

fn read_key(path: &Path) -> Result<PublicKey, CliError> {
    let unusable = |message: String| CliError::usage(format!("--key `{}`: {message}", path.display()));
    let pem = fs::read_to_string(path).map_err(|error| unusable(format!("it cannot be read: {error}")))?;
    PublicKey::from_pem(&pem).map_err(|error| unusable(error.to_string()))
}

/// The files of a directory or a ZIP; the inner error is a reason why it is no sign-off.
fn read_evidence(path: &Path) -> Result<Result<Evidence, String>, CliError> {
    let unreadable = |error: io::Error| CliError::usage(format!("`{}` cannot be read: {error}", path.display()));
    if !fs::metadata(path).map_err(unreadable)?.is_dir() {
        let bytes = fs::read(path).map_err(unreadable)?;
        return Ok(archive::unpack(&bytes).map_err(|error| error.to_string()));
    }
    let mut evidence = Evidence::new();
    for entry in fs::read_dir(path).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // A link could show another file to whoever looks later.
        if !entry.file_type().map_err(unreadable)?.is_file() {
            return Ok(Err(format!("`{name}` is no plain file")));
        }
        evidence.insert(name, fs::read(entry.path()).map_err(unreadable)?);
    }
    Ok(Ok(evidence))
}

fn yes(verified: &Verified) -> String {
    const YES: Style = AnsiColor::Green.on_default().bold();
    let signed = &verified.statement.predicate.signoff;
    let counts = &verified.result.counts;
    let waived: String = verified
        .statement
        .predicate
        .warned_tests
        .iter()
        .map(|rule| format!("  WAIVED      {}: broken, and accepted for this release\n", plain::line(rule)))
        .collect();
    format!(
        "{YES}VALID{YES:#}: release {} is signed off by {}, from {} until {}\n  deployment  {}, {}\n  judged again  {}: {}\n{waived}  files       {}, each as it was signed\n  recording   {} requests, in an unbroken chain\n",
        plain::line(&signed.release),
        plain::line(&signed.by),
        signed.issued,
        signed.valid_until,
        plain::line(&signed.target),
        plain::line(&signed.url),
        verified.result.conclusion.word(),
        plain::line(&verified.result.summary),
        verified.statement.subject.len() + 1,
        counts.requests,
    )
}

fn no(reasons: &[String]) -> String {
    const NO: Style = AnsiColor::Red.on_default().bold();
    let lines = reasons.iter().map(|reason| format!("  {}\n", plain::line(reason)));
    format!("{NO}NOT VALID{NO:#}\n{}", lines.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight() {
        assert_eq!(moment("2026-03-31"), moment("2026-03-31T00:00:00Z"));
        assert!(moment("31.3.2026").is_err());
    }
}
