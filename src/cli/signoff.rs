//! `conformance signoff`: a strict run, its evidence, and a signed certificate where it conforms.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use jiff::Timestamp;

use super::error::CliError;
use super::globals::Globals;
use super::names;
use super::output;
use super::run;
use super::target::TargetArgs;
use crate::contract::digest::sha256;
use crate::judge::RunResult;
use crate::judge::result::Conclusion;
use crate::signoff::key::PrivateKey;
use crate::signoff::{self, Evidence, RECORDING, Terms, archive};
use crate::target::profile::parse_duration;

const EXAMPLES: &str = "\
Examples:
  conformance keygen release.key
  conformance signoff --profile staging --release 2.4.0 --by 'Ada Lovelace' --key release.key \\
    --out signoff-2.4.0
  conformance verify signoff-2.4.0 --key release.key.pub

What is in the directory, and in the ZIP beside it:
  certificate.html     to print or to keep as a PDF: who, which release, until when, and every rule
  report.html          the whole run, to look into
  report.json          the same for other tools
  waivers.json         the waivers that were in force
  recording.jsonl      every request and answer; secrets are placeholders
  statement.dsse.json  the signature: an in-toto statement in a DSSE envelope, over all of the above

Exit codes are those of a run: only 0 leaves a certificate. Whatever else comes of it, the evidence is kept, unsigned.
";

/// Signs a release off: runs everything strictly, keeps all of it, and signs it where the release conforms.
///
/// Takes the target as `run` does. Nobody needs to believe the certificate: `conformance verify` judges the recording
/// again. A run that does not conform, is inconclusive or stops early is kept as evidence, but not signed.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// The release that is signed off, such as `2.4.0`.
    #[arg(long, value_name = "VERSION", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    release: String,

    /// Who signs it off.
    #[arg(long, value_name = "WHO", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    by: String,

    /// The private key, as `conformance keygen` writes it.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,

    /// Directory to make for the evidence; DIR.zip is the same in one file. Neither may be there yet.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,

    /// How long the certificate holds, at most 366d.
    #[arg(long, value_name = "DURATION", default_value = "90d", value_parser = validity)]
    valid_for: Duration,

    /// Accepts the waivers of these requirements for this release: the certificate shows them on its first page.
    #[arg(long, value_name = "ID", num_args = 1.., value_delimiter = ',')]
    accept_waivers: Vec<String>,

    /// Waivers, as of `run`. [default: those of the profile, else waivers.toml]
    #[arg(long, value_name = "FILE")]
    waivers: Option<PathBuf>,

    #[command(flatten, next_help_heading = "Target")]
    at: TargetArgs,

    /// How many flows run at the same time.
    #[arg(long, value_name = "N")]
    jobs: Option<std::num::NonZeroUsize>,

    /// Seed of everything random. [default: a fresh one, which is shown]
    #[arg(long, value_name = "N")]
    seed: Option<u64>,

    /// Shows only one line for each finding, and the conclusion.
    #[arg(short, long)]
    quiet: bool,
}

/// The longest that a certificate holds.
const LONGEST: Duration = Duration::from_secs(366 * DAY_SECONDS);
const DAY_SECONDS: u64 = 24 * 60 * 60;

fn validity(text: &str) -> Result<Duration, String> {
    let days = text.strip_suffix('d').and_then(|days| days.trim().parse::<u32>().ok());
    let duration = match days {
        Some(days) => Duration::from_secs(u64::from(days) * DAY_SECONDS),
        None => parse_duration(text)?,
    };
    match duration {
        Duration::ZERO => Err("a certificate that holds for no time says nothing".to_owned()),
        duration if duration > LONGEST => Err("a certificate holds for at most 366d: sign off anew then".to_owned()),
        duration => Ok(duration),
    }
}

/// The flags of `run`, read as from a command line.
#[derive(Parser)]
struct Running {
    #[command(flatten)]
    args: run::Args,
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    if globals.contract.is_some() || globals.suites.is_some() {
        return Err(CliError::Usage {
            message: "a release is signed off by the contract and the suites in this program".to_owned(),
            help: Some("leave out --contract and --suites".to_owned()),
        });
    }
    let key = read_key(&args.key)?;
    let contract = globals.load_contract()?;
    let known: Vec<&str> = contract.requirements().iter().map(|rule| rule.id.as_str()).collect();
    for name in &args.accept_waivers {
        names::require("requirement", name, known.iter().copied())?;
    }
    let zip = PathBuf::from(format!("{}.zip", args.out.display()));
    make_room(&args.out, &zip)?;
    let recording = args.out.join(RECORDING);
    let result = run::carry_out(&running(args, &recording)?, globals)?;
    let recorded =
        fs::read(&recording).map_err(|error| CliError::Internal(format!("the recording is gone: {error}")))?;
    let evidence = signoff::evidence(&result, recorded);
    let (evidence, said) = match signoff::objection(&result, &args.accept_waivers) {
        Some(objection) => (evidence, refused(&objection, &result, args)),
        None => {
            let terms = terms(args)?;
            let signed = signoff::sign(evidence, &result, &terms, &key);
            (signed.map_err(|error| CliError::Internal(error.to_string()))?, granted(args, &terms))
        }
    };
    write(&evidence, &args.out, &zip)?;
    output::print(&said)?;
    Ok(exit_code(&result, &args.accept_waivers))
}

/// That of the run; but what is not signed is never a success.
fn exit_code(result: &RunResult, accepted: &[String]) -> ExitCode {
    match (signoff::objection(result, accepted), result.conclusion.exit_code()) {
        (Some(_), 0) => ExitCode::from(super::error::INCONCLUSIVE),
        (_, code) => ExitCode::from(code),
    }
}

fn read_key(path: &Path) -> Result<PrivateKey, CliError> {
    let unusable = |message: String| CliError::Usage {
        message: format!("--key `{}`: {message}", path.display()),
        help: Some("`conformance keygen FILE` makes one".to_owned()),
    };
    let pem = fs::read_to_string(path).map_err(|error| unusable(format!("it cannot be read: {error}")))?;
    PrivateKey::from_pem(&pem).map_err(|error| unusable(error.to_string()))
}

/// Makes the directory, before anything is sent.
fn make_room(out: &Path, zip: &Path) -> Result<(), CliError> {
    if let Some(there) = [out, zip].into_iter().find(|path| path.symlink_metadata().is_ok()) {
        return Err(CliError::Usage {
            message: format!("`{}` is there already, and evidence is never overwritten", there.display()),
            help: Some("name another directory with --out".to_owned()),
        });
    }
    fs::create_dir_all(out).map_err(|cause| CliError::Unwritable { path: out.to_owned(), cause })
}

/// The run of a sign-off: everything, strictly, recorded.
fn running(args: &Args, recording: &Path) -> Result<run::Args, CliError> {
    let mut words = vec!["run".into(), "--strict".into(), "--record".into(), recording.as_os_str().to_owned()];
    let mut give = |name: &str, value: Option<std::ffi::OsString>| {
        words.extend(value.into_iter().flat_map(|value| [name.into(), value]));
    };
    give("--target", args.at.target.as_ref().map(Into::into));
    give("--profile", args.at.profile.first().map(Into::into));
    give("--profile-file", args.at.profile_file.as_ref().map(Into::into));
    give("--waivers", args.waivers.as_ref().map(Into::into));
    give("--jobs", args.jobs.map(|jobs| jobs.to_string().into()));
    give("--seed", args.seed.map(|seed| seed.to_string().into()));
    if args.at.embedded {
        words.push("--embedded".into());
    }
    if args.quiet {
        words.push("--quiet".into());
    }
    let running = Running::try_parse_from(words).map_err(|error| CliError::Internal(error.to_string()))?;
    Ok(running.args)
}

fn terms(args: &Args) -> Result<Terms, CliError> {
    let program = std::env::current_exe().and_then(fs::read);
    let program = program.map_err(|error| CliError::Internal(format!("this program cannot be read: {error}")))?;
    // Whole seconds, as they are shown.
    let issued = Timestamp::from_second(Timestamp::now().as_second());
    let issued = issued.map_err(|error| CliError::Internal(error.to_string()))?;
    let valid_until = issued.checked_add(args.valid_for).map_err(|error| CliError::Internal(error.to_string()))?;
    Ok(Terms {
        release: args.release.clone(),
        by: args.by.clone(),
        accepted: args.accept_waivers.clone(),
        issued,
        valid_until,
        tool_digest: sha256(&program),
    })
}

fn write(evidence: &Evidence, out: &Path, zip: &Path) -> Result<(), CliError> {
    let put = |path: &Path, bytes: &[u8]| {
        fs::write(path, bytes).map_err(|cause| CliError::Unwritable { path: path.to_owned(), cause })
    };
    for (name, bytes) in evidence.iter().filter(|(name, _)| *name != RECORDING) {
        put(&out.join(name), bytes)?;
    }
    let packed = archive::pack(evidence).map_err(|error| CliError::Internal(error.to_string()))?;
    put(zip, &packed)
}

fn granted(args: &Args, terms: &Terms) -> String {
    let out = args.out.display();
    format!(
        "signed off: release {} by {}, until {}\n  certificate  {out}/{}\n  the same     {out}.zip\n  to check it  conformance verify {out} --key {}.pub\n",
        crate::report::plain::line(&terms.release),
        crate::report::plain::line(&terms.by),
        terms.valid_until,
        signoff::CERTIFICATE,
        args.key.display(),
    )
}

fn refused(objection: &str, result: &RunResult, args: &Args) -> String {
    let help = match result.conclusion {
        Conclusion::ConformantWithWaivers if !result.partial => {
            format!("  to accept them for this release  --accept-waivers {}\n", signoff::waived(result).join(","))
        }
        _ => String::new(),
    };
    format!("not signed off: {objection}\n{help}  evidence  {0}, unsigned; the same in {0}.zip\n", args.out.display())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("90d", Some(90 * DAY_SECONDS))]
    #[case("12h", Some(12 * 60 * 60))]
    #[case("366d", Some(366 * DAY_SECONDS))]
    #[case("367d", None)]
    #[case("0d", None)]
    #[case("-1d", None)]
    #[case("soon", None)]
    fn a_certificate_holds_for_a_while(#[case] text: &str, #[case] seconds: Option<u64>) {
        assert_eq!(validity(text).ok(), seconds.map(Duration::from_secs));
    }
}
