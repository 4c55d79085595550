//! A recording that was named on the command line: read whole, judged, copied.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::error::CliError;
use super::globals::Globals;
use super::output::Wanted;
use crate::judge::{self, RunResult};

/// A recording, and where it came from.
#[derive(Debug)]
pub(super) struct Recorded {
    path: PathBuf,
    bytes: Vec<u8>,
}

/// Reads a recording whole, so that a report may take its place; `-` is standard input.
pub(super) fn read(path: &Path) -> Result<Recorded, CliError> {
    let mut bytes = Vec::new();
    let read = match path.as_os_str() == "-" {
        true => std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes),
        false => fs::read(path),
    };
    match read {
        Ok(bytes) => Ok(Recorded { path: path.to_owned(), bytes }),
        Err(error) => Err(CliError::usage(format!("`{}`: cannot be read: {error}", path.display()))),
    }
}

impl Recorded {
    /// Judges it with the contract that was chosen; `strict` also where the run was not.
    pub(super) fn judged(&self, globals: &Globals, strict: bool) -> Result<RunResult, CliError> {
        let contract = globals.load_contract()?;
        let events = judge::read_recording(self.bytes.as_slice(), &contract);
        let judged = events.and_then(|events| judge::judge(events, &contract, strict));
        judged.map_err(|error| CliError::usage(format!("`{}`: {error}", self.path.display())))
    }

    /// The run, where it is no recording but a JSON report.
    pub(super) fn reported(&self) -> Option<RunResult> {
        serde_json::from_slice(&self.bytes).ok()
    }

    /// Puts it beside the reports of a whole set.
    pub(super) fn copy(&self, wanted: &Wanted) -> Result<(), CliError> {
        match wanted.recording() {
            Some(path) => fs::write(&path, &self.bytes).map_err(|cause| CliError::Unwritable { path, cause }),
            None => Ok(()),
        }
    }
}
