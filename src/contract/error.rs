//! What can be wrong with the files of a contract. Every variant says file and place.

use std::path::PathBuf;

use thiserror::Error;

use crate::diagnostic::Diagnostic;

/// Why a contract is not usable; nothing is sent before it is mended.
#[derive(Debug, Error)]
pub enum ContractError {
    /// A folder or file of `--contract` cannot be read.
    #[error("cannot read `{}`: {cause}", path.display())]
    Unreadable {
        /// The folder or file.
        path: PathBuf,
        /// The operating system's answer.
        cause: std::io::Error,
    },
    /// A file that every contract has is not there.
    #[error("expected the file `{0}` in the contract, found none")]
    MissingFile(String),
    /// The text is no YAML or JSON, or has the same key twice.
    #[error("{0}")]
    Syntax(Box<Diagnostic>),
    /// A key that this kind of file does not have.
    #[error("{0}")]
    UnknownKey(Box<Diagnostic>),
    /// A value of the wrong type, outside a list of values, or missing.
    #[error("{0}")]
    WrongValue(Box<Diagnostic>),
    /// Something that is no JSON Schema 2020-12: wrong keyword, keyword value or format.
    #[error("{0}")]
    BrokenSchema(Box<Diagnostic>),
    /// A `$ref` that leads nowhere.
    #[error("{0}")]
    DanglingReference(Box<Diagnostic>),
    /// The name of an operation, model, error or requirement that does not exist.
    #[error("{0}")]
    UnknownName(Box<Diagnostic>),
    /// An id that is there twice.
    #[error("{0}")]
    Duplicate(Box<Diagnostic>),
    /// Two files say different things about the same fact.
    #[error("{0}")]
    Disagreement(Box<Diagnostic>),
}

impl ContractError {
    /// File and place, where the mistake is in a text.
    pub fn diagnostic(&self) -> Option<&Diagnostic> {
        match self {
            Self::Unreadable { .. } | Self::MissingFile(_) => None,
            Self::Syntax(diagnostic)
            | Self::UnknownKey(diagnostic)
            | Self::WrongValue(diagnostic)
            | Self::BrokenSchema(diagnostic)
            | Self::DanglingReference(diagnostic)
            | Self::UnknownName(diagnostic)
            | Self::Duplicate(diagnostic)
            | Self::Disagreement(diagnostic) => Some(diagnostic),
        }
    }
}
