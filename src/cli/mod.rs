//! The command line: one file per subcommand.
//!
//! Only here are the environment read, exit codes chosen and anything printed.

mod accept;
mod catalogue;
mod diff;
mod doctor;
mod error;
mod explain;
mod globals;
mod init;
mod judge;
mod keygen;
mod list;
mod merge;
mod names;
mod output;
mod panics;
mod prove;
mod recording;
mod render;
mod repro;
mod run;
mod serve;
mod signals;
mod signoff;
mod target;
mod terminal;
mod verify;
mod snapshots;
mod waive;
mod waivers;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use error::CliError;
pub use globals::Globals;

const EXAMPLES: &str = "\
Examples:
  conformance run
      Certifies the target of the conformance.toml here; without one, the reference server in this program.
  conformance run --target https://staging.example.test
      Certifies a deployment. What needs codes from text messages is then inconclusive.
  conformance run --profile staging --strict --report junit=report.xml
      Certifies the deployment that conformance.toml calls `staging`, for CI.
  conformance run --suite NAME -v
      Runs one suite and shows every exchange.
  conformance explain ID
      Tells what a rule, flow, check, operation, error or model is, and what covers it.

Exit codes:
  0    conformant      every selected rule was judged and held; a waived failure is named
  1    non-conformant  at least one failed, or a waiver is expired, stale or unmatched
  2    usage           bad flag, profile, suite, schema, waiver or name; nothing selected or sent
  3    inconclusive    none failed, but something that counts could not be judged
  4    internal        a bug in this tool
  130  interrupted     what was done so far is written and marked partial
";

/// Decides whether a deployment of the auth API may be released.
///
/// It drives every flow of the API's contract against a deployment over HTTP, checks every answer, and says which
/// rule is broken, where, and how to see it again. Green means tested: what could not be judged is never a pass.
#[derive(Debug, Parser)]
#[command(name = "conformance", version, after_long_help = EXAMPLES, max_term_width = 100)]
#[command(arg_required_else_help = true, subcommand_required = true, infer_subcommands = false)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Run(Box<run::Args>),
    Init(init::Args),
    Doctor(doctor::Args),
    Serve(serve::Args),
    List(list::Args),
    Explain(explain::Args),
    Judge(judge::Args),
    Render(render::Args),
    Merge(merge::Args),
    Prove(prove::Args),
    Waive(waive::Args),
    Repro(repro::Args),
    Keygen(keygen::Args),
    Signoff(Box<signoff::Args>),
    Verify(verify::Args),
    Accept(accept::Args),
    Diff(diff::Args),
}

/// Runs the command of this process.
pub fn main() -> ExitCode {
    panics::guarded(|| {
        let cli = match Cli::try_parse() {
            Ok(cli) => cli,
            Err(error) => return parsed_otherwise(&error),
        };
        cli.globals.choose_colors();
        execute(&cli).unwrap_or_else(|error| error.report())
    })
}

fn execute(cli: &Cli) -> Result<ExitCode, CliError> {
    match &cli.command {
        Command::Run(args) => run::execute(args, &cli.globals),
        Command::Init(args) => init::execute(args, &cli.globals),
        Command::Doctor(args) => doctor::execute(args, &cli.globals),
        Command::Serve(args) => serve::execute(args),
        Command::List(args) => list::execute(args, &cli.globals),
        Command::Explain(args) => explain::execute(args, &cli.globals),
        Command::Judge(args) => judge::execute(args, &cli.globals),
        Command::Render(args) => render::execute(args, &cli.globals),
        Command::Merge(args) => merge::execute(args, &cli.globals),
        Command::Prove(args) => prove::execute(args, &cli.globals),
        Command::Waive(args) => waive::execute(args, &cli.globals),
        Command::Repro(args) => repro::execute(args, &cli.globals),
        Command::Keygen(args) => keygen::execute(args),
        Command::Signoff(args) => signoff::execute(args, &cli.globals),
        Command::Verify(args) => verify::execute(args, &cli.globals),
        Command::Accept(args) => accept::execute(args),
        Command::Diff(args) => diff::execute(args, &cli.globals),
    }
}

/// Help and version were asked for, or the command line is wrong.
fn parsed_otherwise(error: &clap::Error) -> ExitCode {
    // Nobody is left to be told where this cannot be written.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(error::USAGE) } else { ExitCode::SUCCESS }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_argument_is_described() {
        for command in Cli::command().get_subcommands() {
            assert!(command.get_about().is_some(), "`{}` is not described", command.get_name());
            for argument in command.get_arguments() {
                let described = argument.get_help().is_some();
                assert!(described, "`{} {}` is not described", command.get_name(), argument.get_id());
            }
        }
    }
}
