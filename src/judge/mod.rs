//! Turns events into a [`RunResult`]; the only place that counts.
//!
//! The same events always give the same result, so a recording can be judged again, offline.

mod attempts;
pub mod comparison;
mod conclusion;
pub mod drift;
pub mod matrix;
mod ledger;
mod places;
mod reading;
mod requirements;
pub mod result;
mod run;
pub mod side_by_side;
mod steps;
mod waiving;

use std::iter;

use thiserror::Error;

use attempts::Attempts;
pub use conclusion::several;
pub use places::Places;
pub use reading::{CutOff, judge_recording, read_recording};
pub use result::RunResult;
use run::TOGETHER;
pub use run::{Judge, Keep};
use steps::Alone;
pub use steps::{EXPECT, Told};

use crate::contract::Contract;
use crate::event::{Event, FORMAT, StepEvent};
use crate::judge::result::StepResult;
use crate::recording::ChainError;

/// Why a recording cannot be judged.
#[derive(Debug, Error)]
pub enum RecordingError {
    /// It cannot be read.
    #[error("cannot read the recording: {0}")]
    Unreadable(#[from] std::io::Error),
    /// A line is no event.
    #[error("line {line} of the recording is no event: {message}")]
    Malformed {
        /// From 1.
        line: usize,
        /// Why.
        message: String,
    },
    /// It was written by another version of the tool.
    #[error("the recording has format {found}, and this tool reads format {FORMAT}")]
    Format {
        /// The format it has.
        found: u32,
    },
    /// A line is not the one that was written after the line before.
    #[error("line {line} of the recording was not written by this tool in this place: {cause}")]
    Chain {
        /// From 1.
        line: usize,
        /// What is wrong with it.
        cause: ChainError,
    },
    /// Its first event is not the start of a run.
    #[error("the recording does not begin with the start of a run")]
    NoStart,
    /// It was made against another contract, so its requirements are not these.
    #[error(
        "the recording was made with another contract ({found}) than this one ({here}): judge it with the tool that made it"
    )]
    OtherContract {
        /// The digest in the recording.
        found: String,
        /// The digest of the contract at hand.
        here: String,
    },
}

/// Judges the events of a run, or of all its attempts; `strict` also where the run was not.
///
/// # Errors
/// The events do not begin with the start of a run.
pub fn judge(events: Vec<Event>, contract: &Contract, strict: bool) -> Result<RunResult, RecordingError> {
    judge_told(events, Told::default(), contract, strict)
}

/// As [`judge`], of events of which something was told while they came.
///
/// # Errors
/// As there.
pub fn judge_told<'a>(
    events: Vec<Event>,
    mut told: Told<'a>,
    contract: &'a Contract,
    strict: bool,
) -> Result<RunResult, RecordingError> {
    let Some(Event::RunStarted(start)) = events.first() else { return Err(RecordingError::NoStart) };
    let wanted = attempts::wanted(start);
    let apart = attempts::apart(events);
    let mut all = Attempts::new(wanted, apart.len(), Keep::Everything);
    for events in apart {
        all.add(judge_one(events, &mut told, contract, strict)?);
    }
    all.together().ok_or(RecordingError::NoStart)
}

/// Judges one attempt.
fn judge_one<'a>(
    events: Vec<Event>,
    told: &mut Told<'a>,
    contract: &'a Contract,
    strict: bool,
) -> Result<RunResult, RecordingError> {
    let mut events = events;
    let Some(Event::RunStarted(start)) = events.first().cloned() else { return Err(RecordingError::NoStart) };
    // A recording has the flows as they ended; the result has them as they were planned.
    let places = Places::new(&start);
    events.sort_by_cached_key(|event| places.of(event));
    let mut judge = Judge::new(*start, contract, strict, Keep::Everything);
    let mut events = events.into_iter();
    let some = || Some(events.by_ref().take(TOGETHER).collect::<Vec<_>>());
    judge.take_all(iter::from_fn(some).take_while(|some| !some.is_empty()), told);
    Ok(judge.conclude())
}

/// Judges the steps of one flow by themselves, as strictly as can be: for who needs no whole result.
pub fn judge_flow(events: Vec<Event>, contract: &Contract) -> Vec<StepResult> {
    let mut judging = steps::Judging::new(contract, true, true);
    let judged = |event| match event {
        Event::Step(step) => {
            let alone = Alone::of(&step, contract);
            Some(judging.step(*step, alone))
        }
        Event::FlowEnded { fault_of_tool, .. } => fault_of_tool.map(steps::fault),
        Event::RunStarted(_)
        | Event::FlowStarted { .. }
        | Event::Throttled { .. }
        | Event::Reconnected { .. }
        | Event::RunEnded { .. } => None,
    };
    events.into_iter().filter_map(judged).collect()
}

/// Judges one step by itself, as strictly as can be: what it gave or sent is compared with no other step.
///
/// The checks of what it expected come first, in order: one for each requirement that an expectation shows, or one where
/// it shows none.
pub fn judge_step(event: StepEvent, contract: &Contract) -> StepResult {
    let alone = Alone::of(&event, contract);
    steps::Judging::new(contract, true, true).step(event, alone)
}

#[cfg(test)]
mod tests;
