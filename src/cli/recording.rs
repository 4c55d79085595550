//! A recording that was named on the command line: opened, judged, copied.

use std::fs::{self, File};
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::{Path, PathBuf};

use super::error::CliError;
use super::globals::Globals;
use super::output::{self, Wanted};
use crate::judge::{self, CutOff, Keep, RunResult};

/// Which recording is judged, and how.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Named {
    /// What `run --record` wrote; `-` is standard input.
    #[arg(value_name = "RECORDING")]
    pub(super) recording: PathBuf,

    /// A broken `should` fails, too.
    #[arg(long)]
    pub(super) strict: bool,
}

/// A recording, and where it came from.
#[derive(Debug)]
pub(super) struct Recorded {
    path: PathBuf,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// In memory, where it came from a pipe or is to be copied: a report may take its place.
    Bytes(Vec<u8>),
    /// On disk, however long it is.
    File(File),
}

/// Opens a recording; `-` is standard input. A copy of it may be wanted beside the reports.
pub(super) fn open(path: &Path, wanted: &Wanted) -> Result<Recorded, CliError> {
    opened(path, wanted.recording().is_some())
}

/// Opens a recording, or a JSON report, that is only to be read; `-` is standard input.
pub(super) fn open_run(path: &Path) -> Result<Recorded, CliError> {
    opened(path, false)
}

fn opened(path: &Path, copied: bool) -> Result<Recorded, CliError> {
    let content = match path.as_os_str() == "-" {
        true => all(io::stdin().lock()),
        false if copied => fs::read(path).map(Content::Bytes),
        // Only a file can be read twice.
        false => File::open(path).and_then(|file| match file.metadata()?.is_file() {
            true => Ok(Content::File(file)),
            false => all(file),
        }),
    };
    match content {
        Ok(content) => Ok(Recorded { path: path.to_owned(), content }),
        Err(error) => Err(CliError::usage(format!("`{}`: cannot be read: {error}", path.display()))),
    }
}

fn all(mut reader: impl Read) -> io::Result<Content> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes)?;
    Ok(Content::Bytes(bytes))
}

impl Recorded {
    /// Judges it with the contract that was chosen; `strict` also where the run was not.
    pub(super) fn judged(
        &self,
        globals: &Globals,
        strict: bool,
        keep: Keep,
    ) -> Result<(RunResult, Option<CutOff>), CliError> {
        let contract = globals.load_contract()?;
        let judged = match &self.content {
            Content::Bytes(bytes) => judge::judge_recording(Cursor::new(bytes), &contract, strict, keep),
            Content::File(file) => judge::judge_recording(BufReader::new(file), &contract, strict, keep),
        };
        judged.map_err(|error| CliError::usage(format!("`{}`: {error}", self.path.display())))
    }

    /// The run, where it is no recording but a JSON report.
    pub(super) fn reported(&self) -> Option<RunResult> {
        match &self.content {
            Content::Bytes(bytes) => serde_json::from_slice(bytes).ok(),
            Content::File(file) => {
                let reported = serde_json::from_reader(BufReader::new(file)).ok();
                // What is no report is read again as a recording; that it cannot be is told then.
                let mut again = file;
                again.rewind().ok();
                reported
            }
        }
    }

    /// Puts it beside the reports of a whole set.
    pub(super) fn copy(&self, wanted: &Wanted) -> Result<(), CliError> {
        match (wanted.recording(), &self.content) {
            (Some(path), Content::Bytes(bytes)) => {
                fs::write(&path, bytes).map_err(|cause| CliError::Unwritable { path, cause })
            }
            (Some(_) | None, _) => Ok(()),
        }
    }

    /// Says where it was cut off, if it was.
    pub(super) fn tell(&self, cut_off: Option<&CutOff>) -> Result<(), CliError> {
        let Some(CutOff { line, flow }) = cut_off else { return Ok(()) };
        let flow = flow.as_ref().map(|flow| format!(", in or after the flow `{flow}`")).unwrap_or_default();
        output::eprint(&format!(
            "note: `{}` is cut off in line {line}{flow}: the run was killed, and what it did not record is not judged\n",
            self.path.display()
        ))
    }
}
