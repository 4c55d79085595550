//! `conformance repro`: a script that shows a failure without this tool.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use super::error::CliError;
use super::globals::Globals;
use super::output;
use super::recording;
use super::target::{self, TargetArgs};
use crate::generate::fuzz::with_random_cases;
use crate::judge::{Keep, RunResult};
use crate::repro::{self, Case, Recorded, ReproError, recorded};
use crate::suite::Suites;
use crate::target::Target;

/// Where the embedded server is to listen.
const LISTEN: &str = "127.0.0.1:8080";

const EXAMPLES: &str = "\
Examples:
  conformance repro FLOW --profile staging > repro.sh
  conformance repro FLOW/STEP/REQUIREMENT --profile staging | sh
      Every failure on the console names this line. Set CONFORMANCE_CLIENT_SECRET first.
  conformance repro FLOW
      For the embedded server: start `conformance serve --listen 127.0.0.1:8080` first.

  conformance repro FLOW/STEP/REQUIREMENT --recording run.jsonl
      From what a run of CI left alone: target, client and way are taken from its recording.
  conformance repro FLOW/STEP/REQUIREMENT --profile staging --format hurl > repro.hurl
      For Hurl (https://hurl.dev): `hurl --test repro.hurl`, with the options that the file names.

The script needs sh, curl and jq. It ends with 1 where the fault shows, with 0 where it does not, and with 2 where \
nothing can be told. CONFORMANCE_TARGET names another deployment, TRACE=1 shows every answer.
";

/// Prints a shell script of `curl` calls that leads to a failure and shows it.
///
/// Values of answers are passed on, codes and links are read where the profile says, the clock is moved as it says.
/// No secret stands in the script.
#[derive(Debug, Clone, clap::Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Args {
    /// A flow, a step of it (`flow/step`), or a result (`flow/step/requirement`).
    #[arg(value_name = "FLOW|RESULT-ID")]
    id: String,

    /// Recording of the run that failed: it says which target, which way the flow took, and which random cases there were.
    ///
    /// Its profile is taken where it lies here unchanged. Without it the script asks for codes and really waits.
    #[arg(long, value_name = "FILE")]
    recording: Option<PathBuf>,

    /// What is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Shell)]
    format: Format,

    #[command(flatten, next_help_heading = "Target")]
    at: TargetArgs,
}

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A shell script of `curl` calls.
    Shell,
    /// A file for Hurl.
    Hurl,
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    let (contract, mut suites) = globals.load()?;
    let run = args.recording.as_deref().map(|path| read(path, &suites, globals)).transpose()?;
    if let Some(run) = &run {
        suites = with_random_cases(suites, run.seed, recorded::random_cases(run));
    }
    let suites = Arc::new(suites);
    let (flow, step, requirement) = repro::find(&args.id, &suites, &contract).map_err(wrong_use)?;
    let way = run.as_ref().and_then(|run| Recorded::of(run, &flow.id));
    if let (None, Some(path)) = (&way, &args.recording) {
        return Err(CliError::usage(format!("`{}`: the run did not come to `{}`", path.display(), flow.id)));
    }
    let at = run.as_ref().map_or_else(|| args.at.clone(), |run| reached(&args.at, run));
    let (target, embedded) = match (target::described(&at, &contract), &run) {
        (Ok(Some(target)), Some(run)) if unnamed(&args.at) && target.digest() != run.target.profile_digest => {
            (from_recording(run, &suites, &flow.id)?, false)
        }
        (Err(_), Some(run)) if unnamed(&args.at) => (from_recording(run, &suites, &flow.id)?, false),
        (named, _) => match named? {
            Some(target) => (target, false),
            None => (target::served(LISTEN)?, true),
        },
    };
    let command = command(args, embedded && run.is_none());
    let case = Case {
        contract: &contract,
        suites: &suites,
        flow,
        step,
        requirement,
        target: &target,
        embedded,
        command,
        recorded: way.as_ref(),
    };
    let text = match args.format {
        Format::Shell => repro::script(&case),
        Format::Hurl => repro::hurl(&case),
    };
    output::print(&text.map_err(wrong_use)?)?;
    Ok(ExitCode::SUCCESS)
}

/// The command that is being carried out, for whoever reads the script.
fn command(args: &Args, embedded: bool) -> String {
    let mut words = vec!["conformance".to_owned(), "repro".to_owned(), args.id.clone()];
    words.extend(args.recording.iter().flat_map(|path| ["--recording".to_owned(), path.display().to_string()]));
    if args.format == Format::Hurl {
        words.extend(["--format".to_owned(), "hurl".to_owned()]);
    }
    if embedded {
        words.push("--embedded".to_owned());
    } else if args.recording.is_none() || !unnamed(&args.at) {
        words.extend(target::options(&args.at));
    }
    words.join(" ")
}

/// The recorded run, of which every exchange is kept.
fn read(path: &Path, suites: &Suites, globals: &Globals) -> Result<RunResult, CliError> {
    let (run, _) = recording::open_run(path)?.judged(globals, false, Keep::Everything)?;
    if run.suites_digest != suites.digest {
        output::eprint("note: the run was made with other suites: what its steps are called may be another now\n")?;
    }
    Ok(run)
}

fn unnamed(at: &TargetArgs) -> bool {
    at.target.is_none() && at.profile.is_empty() && at.profile_file.is_none() && !at.embedded
}

/// The options by which the run reached its target, unless others are given.
fn reached(at: &TargetArgs, run: &RunResult) -> TargetArgs {
    if !unnamed(at) {
        return at.clone();
    }
    let option = |name: &str| run.target.reached_by.iter().skip_while(|word| *word != name).nth(1).cloned();
    TargetArgs {
        target: option("--target"),
        profile: option("--profile").into_iter().collect(),
        profile_file: option("--profile-file").map(PathBuf::from),
        embedded: run.target.embedded,
    }
}

fn from_recording(run: &RunResult, suites: &Suites, flow: &str) -> Result<Target, CliError> {
    output::eprint(
        "note: the profile of the run is not here unchanged: the script asks for codes and links, really waits, and \
         blocks nobody\n",
    )?;
    recorded::target(run, suites, flow).map_err(CliError::usage)
}

fn wrong_use(error: ReproError) -> CliError {
    let help = match &error {
        ReproError::NoFlow { help, .. } | ReproError::NoStep { help, .. } => help.clone(),
        ReproError::NotInHurl { .. } => Some("`--format shell` prints a script of curl calls, which can".to_owned()),
    };
    CliError::Usage { message: error.to_string(), help }
}
