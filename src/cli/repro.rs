//! `conformance repro`: a script that shows a failure without this tool.

use std::process::ExitCode;
use std::sync::Arc;

use super::error::CliError;
use super::globals::Globals;
use super::output;
use super::target::{self, TargetArgs};
use crate::repro::{self, Case, ReproError};

/// Where the embedded server is to listen.
const LISTEN: &str = "127.0.0.1:8080";

const EXAMPLES: &str = "\
Examples:
  conformance repro FLOW --profile staging > repro.sh
  conformance repro FLOW/STEP/REQUIREMENT --profile staging | sh
      Every failure on the console names this line. Set CONFORMANCE_CLIENT_SECRET first.
  conformance repro FLOW
      For the embedded server: start `conformance serve --listen 127.0.0.1:8080` first.

The script needs sh, curl and jq. It ends with 1 where the fault shows, with 0 where it does not, and with 2 where
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

    #[command(flatten, next_help_heading = "Target")]
    at: TargetArgs,
}

pub(super) fn execute(args: &Args, globals: &Globals) -> Result<ExitCode, CliError> {
    let contract = globals.load_contract()?;
    let suites = Arc::new(globals.load_suites(&contract)?);
    let (flow, step, requirement) = repro::find(&args.id, &suites, &contract).map_err(wrong_use)?;
    let named = target::described(&args.at, &contract)?;
    let embedded = named.is_none();
    let reached = match named {
        Some(target) => target,
        None => target::served(LISTEN)?,
    };
    let options = if embedded { Vec::new() } else { target::options(&args.at) };
    let options = options.into_iter().map(|option| format!(" {option}")).collect::<String>();
    let command = format!("conformance repro {}{options}", args.id);
    let case =
        Case { contract: &contract, suites: &suites, flow, step, requirement, target: &reached, embedded, command };
    output::print(&repro::script(&case).map_err(wrong_use)?)?;
    Ok(ExitCode::SUCCESS)
}

fn wrong_use(error: ReproError) -> CliError {
    let help = match &error {
        ReproError::NoFlow { help, .. } | ReproError::NoStep { help, .. } => help.clone(),
    };
    CliError::Usage { message: error.to_string(), help }
}
