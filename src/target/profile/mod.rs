//! Reads a profile (`conformance.toml`): which target, its credentials, sources, clock and limits.
//!
//! Every mistake is told with its place. Nothing here sends, and no secret is taken from the file itself.

mod document;
mod secrets;
mod settings;
mod sources;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

use super::Target;
use crate::diagnostic::{Diagnostic, suggest};
use document::Document;
pub use secrets::SecretSource;
pub use settings::{KEYS, LIMITS};

/// How long a source is asked for a new message, where the profile does not say.
pub const WITHIN: Duration = Duration::from_secs(10);
/// The longest single wait, where the profile does not say.
pub const MAX_WAIT: Duration = Duration::from_secs(120);
/// Time for a connection, where the profile does not say.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time for an exchange, where the profile does not say.
pub const TIMEOUT: Duration = Duration::from_secs(30);
/// Reserved for such uses (RFC 2606).
pub const EMAIL_DOMAIN: &str = "example.com";

/// Why a profile cannot be used.
#[derive(Debug, Error)]
pub enum ProfileError {
    /// The file cannot be read.
    #[error("cannot read the profile `{}`: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no TOML, has an unknown key, or a value that is not what it should be.
    #[error("{0}")]
    Mistake(Box<Diagnostic>),
    /// A target of another name was asked for.
    #[error("{}: no target `{wanted}`{}", path.display(), known(names, wanted))]
    UnknownTarget {
        /// The file.
        path: PathBuf,
        /// What was asked for.
        wanted: String,
        /// The targets there are.
        names: Vec<String>,
    },
    /// The file describes several targets and none was chosen.
    #[error("{}: it describes {} targets ({}): choose one with `--profile NAME`", path.display(), names.len(), names.join(", "))]
    Ambiguous {
        /// The file.
        path: PathBuf,
        /// The targets there are.
        names: Vec<String>,
    },
    /// The file describes no target.
    #[error("{}: it describes no target: it wants a table `[target.NAME]`", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

impl ProfileError {
    /// The place, where there is one.
    pub fn diagnostic(&self) -> Option<&Diagnostic> {
        match self {
            Self::Mistake(mistake) => Some(mistake),
            Self::Unreadable { .. } | Self::UnknownTarget { .. } | Self::Ambiguous { .. } | Self::Empty { .. } => None,
        }
    }
}

fn known(names: &[String], wanted: &str) -> String {
    match suggest(wanted, names.iter().map(String::as_str)) {
        Some(help) => format!("; {help}"),
        None => format!("; there are: {}", names.join(", ")),
    }
}

/// What a profile may name, and what turns its secrets into texts.
pub struct Surroundings<'a> {
    /// The base path of a URL that has none.
    pub base_path: &'a str,
    /// Every requirement that may be declared a gap.
    pub requirements: &'a [String],
    /// Turns a source into the secret, or says why it cannot.
    pub secret: &'a dyn Fn(&SecretSource) -> Result<String, String>,
}

/// Reads one target from a profile file.
///
/// # Errors
/// Every way in which the file cannot be used, with its place.
pub fn load(path: &Path, name: Option<&str>, surroundings: &Surroundings<'_>) -> Result<Target, ProfileError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| ProfileError::Unreadable { path: path.to_owned(), source })?;
    parse(&text, path, name, surroundings)
}

/// Reads one target from the text of a profile; `path` is where it came from.
///
/// # Errors
/// As [`load`].
pub fn parse(
    text: &str,
    path: &Path,
    name: Option<&str>,
    surroundings: &Surroundings<'_>,
) -> Result<Target, ProfileError> {
    let document = Document::parse(path, text)?;
    let root = document.table(&document.root, "a profile", &["target"])?;
    let targets = match root.get("target") {
        Some(node) => document.open(node, "`target`")?.entries,
        None => &[],
    };
    let names: Vec<String> = targets.iter().map(|entry| entry.key.clone()).collect();
    let name = match (name, names.as_slice()) {
        (Some(name), _) => name.to_owned(),
        (None, []) => return Err(ProfileError::Empty { path: path.to_owned() }),
        (None, [only]) => only.clone(),
        (None, _) => return Err(ProfileError::Ambiguous { path: path.to_owned(), names }),
    };
    let Some(entry) = targets.iter().find(|entry| entry.key == name) else {
        return Err(ProfileError::UnknownTarget { path: path.to_owned(), wanted: name, names });
    };
    // The others are looked at as well: a mistake in one of them is a mistake in the file.
    for other in targets {
        settings::check(&document, other)?;
    }
    let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
    settings::target(&document, entry, &folder, surroundings)
}

/// Parses a length of time such as `10s`, `2m` or `1h30m`.
///
/// # Errors
/// What is wrong with it, in words.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no length of time, such as `10s` or `2m`");
    let span: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(span).ok().filter(|duration| !duration.is_zero()).ok_or_else(wrong)
}
