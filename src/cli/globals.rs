//! Flags that every subcommand has: where contract and suites come from, and colours.

use std::path::PathBuf;

use clap::ValueEnum;

use super::error::CliError;
use crate::contract::Contract;
use crate::generate::with_generated;
use crate::suite::Suites;

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

    /// The suites that were chosen.
    ///
    /// # Errors
    /// What is wrong with their files.
    pub fn load_suites(&self, contract: &Contract) -> Result<Suites, CliError> {
        let suites = match &self.suites {
            Some(folder) => Suites::from_dir(folder, contract)?,
            None => Suites::embedded(contract)?,
        };
        Ok(with_generated(suites, contract))
    }
}
