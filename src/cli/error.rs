//! What can go wrong with a command, and the exit code of each.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};
use thiserror::Error;

use crate::contract::ContractError;
use crate::diagnostic::Diagnostic;
use crate::judge::result::Conclusion;
use crate::suite::SuiteErrors;
use crate::target::ProfileError;

/// Bad flag, file or name; nothing selected or sent.
pub(super) const USAGE: u8 = 2;
/// Something that counts could not be judged.
pub(super) const INCONCLUSIVE: u8 = 3;
/// A bug in the tool.
pub(super) const INTERNAL: u8 = 4;

/// Why a command came to no result.
#[derive(Debug, Error)]
pub enum CliError {
    /// What was asked for cannot be done.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What would be right.
        help: Option<String>,
    },
    /// The contract cannot be used.
    #[error("{0}")]
    Contract(#[from] ContractError),
    /// The suites cannot be used.
    #[error("{0}")]
    Suites(#[from] SuiteErrors),
    /// The profile cannot be used.
    #[error("{0}")]
    Profile(#[from] ProfileError),
    /// A file has a mistake.
    #[error("{0}")]
    Mistake(#[from] Box<Diagnostic>),
    /// A file that was named cannot be written.
    #[error("cannot write `{}`: {cause}", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// The operating system's answer.
        cause: io::Error,
    },
    /// Nothing can be told of the target.
    #[error("{message}")]
    Inconclusive {
        /// Why not.
        message: String,
        /// What would help.
        help: Option<String>,
    },
    /// It was stopped before there was anything to tell.
    #[error("stopped before anything was sent")]
    Interrupted,
    /// The tool's own fault.
    #[error("{0}")]
    Internal(String),
}

impl CliError {
    /// A wrong use without advice.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: None }
    }

    /// The exit code of the process.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. }
            | Self::Contract(_)
            | Self::Suites(_)
            | Self::Profile(_)
            | Self::Mistake(_)
            | Self::Unwritable { .. } => USAGE,
            Self::Inconclusive { .. } => INCONCLUSIVE,
            Self::Interrupted => Conclusion::Interrupted.exit_code(),
            Self::Internal(_) => INTERNAL,
        }
    }

    /// What would be right, where that is known.
    pub fn help(&self) -> Option<&str> {
        match self {
            Self::Usage { help, .. } | Self::Inconclusive { help, .. } => help.as_deref(),
            Self::Internal(_) => Some("this is a bug in the tool, and tells nothing of the target"),
            Self::Contract(_)
            | Self::Suites(_)
            | Self::Profile(_)
            | Self::Mistake(_)
            | Self::Unwritable { .. }
            | Self::Interrupted => None,
        }
    }

    /// Prints the error, and gives its exit code.
    pub(super) fn report(&self) -> ExitCode {
        anstream::eprint!("{}", self.shown());
        ExitCode::from(self.exit_code())
    }

    fn shown(&self) -> String {
        const ERROR: Style = AnsiColor::Red.on_default().bold();
        const HELP: Style = AnsiColor::Cyan.on_default().bold();
        let text = self.styled().unwrap_or_else(|| self.to_string());
        // A diagnostic with line and caret has its own beginning.
        let mut shown = match anstream::adapter::strip_str(&text).to_string().starts_with("error: ") {
            true => format!("{text}\n"),
            false => format!("{ERROR}error:{ERROR:#} {text}\n"),
        };
        if let Some(help) = self.help() {
            shown.push_str(&format!("{HELP}help:{HELP:#} {help}\n"));
        }
        shown
    }

    /// Mistakes in files with the colours of their lines and carets.
    fn styled(&self) -> Option<String> {
        match self {
            Self::Contract(error) => error.diagnostic().map(Diagnostic::styled),
            Self::Profile(error) => error.diagnostic().map(Diagnostic::styled),
            Self::Suites(error) if !error.diagnostics().is_empty() => {
                let mistakes: String = error.diagnostics().iter().map(|mistake| mistake.styled() + "\n\n").collect();
                let whole = error.to_string();
                Some(mistakes + whole.lines().last().unwrap_or_default())
            }
            Self::Mistake(mistake) => Some(mistake.styled()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(CliError::usage("no such thing"), 2, "error: no such thing\n")]
    #[case(
        CliError::Usage { message: "no `a`".to_owned(), help: Some("did you mean `b`?".to_owned()) },
        2,
        "error: no `a`\nhelp: did you mean `b`?\n"
    )]
    #[case(
        CliError::Unwritable { path: "a/b".into(), cause: io::Error::other("disk full") },
        2,
        "error: cannot write `a/b`: disk full\n"
    )]
    #[case(CliError::Interrupted, 130, "error: stopped before anything was sent\n")]
    #[case(CliError::Inconclusive { message: "nobody there".to_owned(), help: None }, 3, "error: nobody there\n")]
    #[case(
        CliError::Internal("oops".to_owned()),
        4,
        "error: oops\nhelp: this is a bug in the tool, and tells nothing of the target\n"
    )]
    fn has_a_code_and_a_message(#[case] error: CliError, #[case] code: u8, #[case] shown: &str) {
        assert_eq!(error.exit_code(), code);
        assert_eq!(anstream::adapter::strip_str(&error.shown()).to_string(), shown);
    }
}
