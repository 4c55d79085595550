//! Where accepted snapshots lie, which there are, and what a run leaves to be accepted.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::CliError;
use crate::judge::RunResult;
use crate::judge::drift;
use crate::snapshot::{self, About, EMBEDDED, ENDING, PENDING};

/// The folder of the suites in the repository of this tool.
pub(super) const SUITES: &str = "suites";
/// The folder of the snapshots of all targets of a profile, beside it.
pub(super) const BESIDE: &str = "snapshots";

/// What was accepted of a target.
#[derive(Debug, Default)]
pub(super) struct Accepted {
    /// The text of each snapshot by flow; none where nothing is compared.
    pub(super) texts: Option<BTreeMap<String, String>>,
    /// Where snapshots to be accepted are written; none where they are not.
    pub(super) pending: Option<PathBuf>,
}

/// The snapshots in a folder. One that was named need not be there yet.
pub(super) fn in_folder(folder: &Path, named: bool) -> Result<Accepted, CliError> {
    let unreadable = |path: &Path, error| CliError::usage(format!("cannot read `{}`: {error}", path.display()));
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound && named => {
            let pending = Some(folder.to_owned());
            return Ok(Accepted { texts: Some(BTreeMap::new()), pending });
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Accepted::default()),
        Err(error) => return Err(unreadable(folder, error)),
    };
    let mut texts = BTreeMap::new();
    for entry in entries {
        let path = entry.map_err(|error| unreadable(folder, error))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(flow) = name.strip_suffix(ENDING) else { continue };
        let file = fs::read_to_string(&path).map_err(|error| unreadable(&path, error))?;
        texts.insert(flow.to_owned(), text(&file, &path.to_string_lossy())?);
    }
    Ok(Accepted { texts: Some(texts), pending: Some(folder.to_owned()) })
}

/// The snapshots of the embedded server: those of the working directory, where it is that of this tool, else those
/// in this program.
pub(super) fn embedded(suites: Option<&Path>) -> Result<Accepted, CliError> {
    let folder = suites.unwrap_or(Path::new(SUITES)).join(EMBEDDED);
    if suites.is_some() || folder.is_dir() {
        return in_folder(&folder, false);
    }
    let mut texts = BTreeMap::new();
    for it in snapshot::embedded_files() {
        texts.insert(it.flow.to_owned(), text(it.file, it.path)?);
    }
    Ok(Accepted { texts: Some(texts).filter(|texts| !texts.is_empty()), pending: None })
}

fn text(file: &str, name: &str) -> Result<String, CliError> {
    let text = snapshot::contents(file).ok_or_else(|| "it has no head between lines of `---`".to_owned());
    let read = text.and_then(|text| snapshot::Snapshot::parse(text).map(|_| text.to_owned()));
    read.map_err(|error| CliError::Usage {
        message: format!("`{name}`: {error}"),
        help: Some("put it right, or delete it and accept the flow anew".to_owned()),
    })
}

/// Writes what differs beside what was accepted, and takes away what waits no more; gives the number of new files.
///
/// Only whole flows: what ended early is no answer to be accepted.
pub(super) fn leave(result: &RunResult, folder: &Path) -> Result<usize, CliError> {
    let Some(drift) = &result.drift else { return Ok(0) };
    let mut left = 0;
    for flow in result.flows.iter().filter(|flow| drift::is_whole(flow)) {
        let path = folder.join(format!("{}{PENDING}", flow.id));
        let taken = drift::taken(flow).filter(|_| drift.drifts.iter().any(|drift| drift.flow == flow.id));
        let Some(taken) = taken else {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(unwritable(path, error)),
                Ok(()) | Err(_) => continue,
            }
        };
        let source = format!("suites/{}", flow.place.file);
        let about = About { source: &source, description: &flow.about, flow: &flow.id };
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, snapshot::write(&taken, about)));
        written.map_err(|error| unwritable(path, error))?;
        left += 1;
    }
    Ok(left)
}

/// Whether this is a run of CI, which writes no snapshots.
pub(super) fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !value.is_empty() && value != "false" && value != "0")
}

fn unwritable(path: PathBuf, cause: std::io::Error) -> CliError {
    CliError::Unwritable { path, cause }
}
