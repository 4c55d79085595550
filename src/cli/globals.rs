//! Flags that every subcommand has: where contract and suites come from, and colours.

use std::path::PathBuf;
use std::thread;

use clap::ValueEnum;

use super::error::CliError;
use crate::contract::Contract;
use crate::generate::with_generated;
use crate::suite::{Parsed, Suites};

/// Flags that every subcommand has.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Globals {
    /// Reads the contract from this folder instead of the one in this program.
    #[arg(long, value_name = "DIR", global = true)]
    pub contract: Option<PathBuf>,

    /// Reads the suites from this folder instead of those in this program.
    #[arg(long, value_name = "DIR", global = true)]
    pub suites: Option<PathBuf>,

    /// When to colour; `auto` heeds NO_COLOR and pipes.
    #[arg(long, value_enum, default_value_t = Color::Auto, value_name = "WHEN", global = true)]
    pub color: Color,
}

/// When output is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Globals {
    /// Makes every stream that is written to from here on follow `--color`.
    pub(super) fn choose_colors(&self) {
        let choice = match self.color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }

    /// The contract that was chosen.
    ///
    /// # Errors
    /// What is wrong with its files.
    pub fn load_contract(&self) -> Result<Contract, CliError> {
        Ok(match &self.contract {
            Some(folder) => Contract::from_dir(folder)?,
            None => Contract::embedded()?,
        })
    }

    /// The contract and the suites that were chosen: the suites are parsed while the contract is read.
    ///
    /// # Errors
    /// What is wrong with the files of the contract, else of the suites.
    pub fn load(&self) -> Result<(Contract, Suites), CliError> {
        let parse = || match &self.suites {
            Some(folder) => Parsed::from_dir(folder),
            None => Ok(Parsed::embedded()),
        };
        let (contract, parsed) = thread::scope(|scope| {
            let parsing = scope.spawn(parse);
            (self.load_contract(), parsing.join())
        });
        let contract = contract?;
        // A panic of the thread is one of this thread, too.
        let parsed = parsed.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let suites = with_generated(parsed.read(&contract)?, &contract);
        Ok((contract, suites))
    }
}
