//! `conformance run`.

mod args;

use std::process::ExitCode;

pub(super) use args::Args;

use super::error::CliError;
use super::globals::Globals;

pub(super) fn execute(_args: &Args, _globals: &Globals) -> Result<ExitCode, CliError> {
    Err(CliError::Internal("`run` is not here yet".to_owned()))
}
