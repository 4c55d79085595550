//! Records and shows what happens in a run.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::mem;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::progress::Progress;
use crate::cli::error::CliError;
use crate::contract::Contract;
use crate::event::Event;
use crate::judge::{self, Told};
use crate::recording::Chain;
use crate::runner::Observer;

/// The file of a recording, and what was written to it.
pub(super) type Recording = (BufWriter<File>, Chain);

/// Records and shows what happens.
pub(super) struct Listener {
    contract: &'static Contract,
    start: Mutex<Vec<Event>>,
    told: Mutex<Told<'static>>,
    progress: Progress,
    recording: Mutex<Option<Recording>>,
    unrecorded: Mutex<Option<std::io::Error>>,
    fail_fast: bool,
}

impl Listener {
    /// Somebody who listens to one run.
    pub(super) fn new(
        contract: &'static Contract,
        progress: Progress,
        recording: Option<Recording>,
        fail_fast: bool,
    ) -> Self {
        let recording = Mutex::new(recording);
        Self {
            contract,
            start: Mutex::default(),
            told: Mutex::default(),
            progress,
            recording,
            unrecorded: Mutex::default(),
            fail_fast,
        }
    }

    /// Takes the progress away, and gives what was told of the steps of the run.
    ///
    /// # Errors
    /// What could not be recorded.
    pub(super) fn finish(&self) -> Result<Told<'static>, CliError> {
        self.progress.finish();
        match self.unrecorded.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(error) => Err(CliError::Internal(format!("cannot write the recording: {error}"))),
            None => Ok(mem::take(&mut *self.told.lock().unwrap_or_else(PoisonError::into_inner))),
        }
    }

    /// Each flow is on disk when it is over, so that a run that is killed leaves what it knew.
    fn record(&self, events: &[Event]) -> std::io::Result<()> {
        let mut recording = self.recording.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((file, chain)) = recording.as_mut() else { return Ok(()) };
        for event in events {
            writeln!(file, "{}", chain.seal(event)?)?;
        }
        file.flush()
    }

    fn failed(&self, events: &[Event]) -> bool {
        let mut all = self.start.lock().unwrap_or_else(PoisonError::into_inner).clone();
        all.extend_from_slice(events);
        judge::judge(all, self.contract, false).is_ok_and(|result| result.counts.checks.fail > 0)
    }
}

impl Observer for Listener {
    fn heard(&self, events: &[Event]) -> bool {
        if let Err(error) = self.record(events) {
            self.unrecorded.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
        }
        self.progress.heard(events);
        // While other flows wait for answers there is time for it; when the run is over everybody waits.
        let told = Told::of(events, self.contract);
        self.told.lock().unwrap_or_else(PoisonError::into_inner).append(told);
        if let Some(Event::RunStarted(_)) = events.first() {
            *self.start.lock().unwrap_or_else(PoisonError::into_inner) = events.to_vec();
        }
        !(self.fail_fast && self.failed(events))
    }

    fn waits(&self, flow: &str, until: Option<Instant>) {
        self.progress.waits(flow, until);
    }
}
