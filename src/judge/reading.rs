//! Reads recordings line by line, and judges them without holding them in memory.

use std::io::{BufRead, Read, Seek, SeekFrom};
use std::ops::Range;

use super::attempts::{self, Attempts};
use super::{Judge, Keep, Places, RecordingError, RunResult};
use crate::contract::Contract;
use crate::event::{Event, FORMAT, RunStarted};
use crate::recording::{Chain, ChainError};

/// Where a recording was cut off in the middle of a line: the run was killed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutOff {
    /// The line, from 1.
    pub line: usize,
    /// The last flow of which something is there.
    pub flow: Option<String>,
}

/// Reads the events of a recording, one JSON document a line, each sealed to the line before (see
/// [`crate::recording`]). A last line that was cut off is left out.
///
/// # Errors
/// What is wrong with it, with the line.
pub fn read_recording(reader: impl BufRead, contract: &Contract) -> Result<Vec<Event>, RecordingError> {
    let mut lines = Lines::new(reader, contract);
    let mut events = Vec::new();
    while let Some((event, _)) = lines.next()? {
        events.push(event);
    }
    if events.is_empty() { Err(RecordingError::NoStart) } else { Ok(events) }
}

/// Judges a recording flow by flow, in the order of the plan; `strict` also where the run was not.
///
/// Held in memory are the result, where each flow stands, and what answers gave out that must not come twice: it grows
/// with the number of steps, and with `Keep::Findings` not with what was sent and answered. Of a run that was done several
/// times one attempt at a time is held with all that was sent and answered.
///
/// # Errors
/// What is wrong with it, with the line.
pub fn judge_recording(
    mut recording: impl BufRead + Seek,
    contract: &Contract,
    strict: bool,
    keep: Keep,
) -> Result<(RunResult, Option<CutOff>), RecordingError> {
    let (surveyed, cut_off) = survey(&mut recording, contract)?;
    let Some(first) = surveyed.first() else { return Err(RecordingError::NoStart) };
    let mut all = Attempts::new(attempts::wanted(&first.start), surveyed.len(), keep);
    for surveyed in surveyed {
        all.add(judge_attempt(&mut recording, surveyed, contract, strict, all.needed())?);
    }
    Ok((all.together().ok_or(RecordingError::NoStart)?, cut_off))
}

/// Judges one attempt, in the order of its plan.
fn judge_attempt(
    mut recording: impl BufRead + Seek,
    surveyed: Surveyed,
    contract: &Contract,
    strict: bool,
    keep: Keep,
) -> Result<RunResult, RecordingError> {
    let Surveyed { start, mut stretches, .. } = surveyed;
    stretches.sort_by_key(|stretch| stretch.place);
    let mut judge = Judge::new(start, contract, strict, keep);
    let mut text = Vec::new();
    for Stretch { bytes, .. } in stretches {
        recording.seek(SeekFrom::Start(bytes.start))?;
        let mut left = Read::take(&mut recording, bytes.end - bytes.start);
        loop {
            text.clear();
            if left.read_until(b'\n', &mut text)? == 0 {
                break;
            }
            // Every line of it was an event before.
            if let Ok(event) = serde_json::from_slice(&text) {
                judge.take(event);
            }
        }
    }
    Ok(judge.conclude())
}

/// Lines one after the other that belong to the same place.
struct Stretch {
    place: usize,
    bytes: Range<u64>,
}

/// One attempt, and where its events stand.
struct Surveyed {
    start: RunStarted,
    places: Places,
    stretches: Vec<Stretch>,
}

impl Surveyed {
    fn new(start: RunStarted) -> Self {
        Self { places: Places::new(&start), start, stretches: Vec::new() }
    }

    fn add(&mut self, event: &Event, bytes: Range<u64>) {
        let place = self.places.of(event);
        match self.stretches.last_mut().filter(|last| last.place == place && last.bytes.end == bytes.start) {
            Some(last) => last.bytes.end = bytes.end,
            None => self.stretches.push(Stretch { place, bytes }),
        }
    }
}

/// Looks at every line once: how each attempt began, where what stands, and whether the recording is whole.
fn survey(recording: impl BufRead, contract: &Contract) -> Result<(Vec<Surveyed>, Option<CutOff>), RecordingError> {
    let mut lines = Lines::new(recording, contract);
    let mut attempts: Vec<Surveyed> = Vec::new();
    while let Some((event, bytes)) = lines.next()? {
        match (event, attempts.last_mut()) {
            (Event::RunStarted(start), _) => attempts.push(Surveyed::new(start)),
            (event, Some(attempt)) => attempt.add(&event, bytes),
            (_, None) => return Err(RecordingError::NoStart),
        }
    }
    Ok((attempts, lines.cut_off()))
}

/// The events of a recording, one after the other.
struct Lines<'a, R> {
    reader: R,
    contract: &'a Contract,
    chain: Chain,
    text: Vec<u8>,
    /// Lines read so far.
    number: usize,
    /// Bytes read so far.
    offset: u64,
    flow: Option<String>,
    cut_off: bool,
}

impl<'a, R: BufRead> Lines<'a, R> {
    fn new(reader: R, contract: &'a Contract) -> Self {
        let (chain, text) = (Chain::default(), Vec::new());
        Self { reader, contract, chain, text, number: 0, offset: 0, flow: None, cut_off: false }
    }

    fn cut_off(self) -> Option<CutOff> {
        self.cut_off.then_some(CutOff { line: self.number, flow: self.flow })
    }

    /// The next event and where it stands.
    fn next(&mut self) -> Result<Option<(Event, Range<u64>)>, RecordingError> {
        loop {
            self.text.clear();
            let read = self.reader.read_until(b'\n', &mut self.text)? as u64;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            let bytes = self.offset..self.offset + read;
            self.offset = bytes.end;
            if !self.text.trim_ascii().is_empty() {
                return Ok(self.event()?.map(|event| (event, bytes)));
            }
        }
    }

    fn event(&mut self) -> Result<Option<Event>, RecordingError> {
        let (line, text) = (self.number, self.text.as_slice());
        let first = self.chain.events() == 0;
        match self.chain.open(text) {
            Ok(event) if first || matches!(event, Event::RunStarted(_)) => usable(event, self.contract).map(Some),
            Ok(event) => {
                if let Some(flow) = flow_of(&event).filter(|flow| self.flow.as_deref() != Some(flow)) {
                    self.flow = Some(flow.to_owned());
                }
                Ok(Some(event))
            }
            Err(_) if first && format_of(text).is_some_and(|found| found != FORMAT) => {
                Err(RecordingError::Format { found: format_of(text).unwrap_or_default() })
            }
            // A run that was killed leaves the beginning of a line, which may end within a character.
            Err(ChainError::NoEvent(_)) if !first && !text.ends_with(b"\n") => {
                self.cut_off = true;
                Ok(None)
            }
            Err(ChainError::NoEvent(message)) => Err(RecordingError::Malformed { line, message }),
            Err(_) if first && !matches!(serde_json::from_slice(text), Ok(Event::RunStarted(_))) => {
                Err(RecordingError::NoStart)
            }
            Err(cause) => Err(RecordingError::Chain { line, cause }),
        }
    }
}

fn flow_of(event: &Event) -> Option<&str> {
    match event {
        Event::FlowStarted { flow }
        | Event::Throttled { flow, .. }
        | Event::Reconnected { flow, .. }
        | Event::FlowEnded { flow, .. } => Some(flow),
        Event::Step(step) => Some(&step.flow),
        Event::RunStarted(_) | Event::RunEnded { .. } => None,
    }
}

/// The first event of an attempt, if what follows can be judged here.
fn usable(first: Event, contract: &Contract) -> Result<Event, RecordingError> {
    match &first {
        Event::RunStarted(start) if start.format != FORMAT => Err(RecordingError::Format { found: start.format }),
        Event::RunStarted(start) if start.contract_digest != contract.digest() => Err(RecordingError::OtherContract {
            found: start.contract_digest.clone(),
            here: contract.digest().to_owned(),
        }),
        Event::RunStarted(_) => Ok(first),
        _ => Err(RecordingError::NoStart),
    }
}

/// The format that a first line states, also one of another version that is no event here.
fn format_of(line: &[u8]) -> Option<u32> {
    let start = serde_json::from_slice::<serde_json::Value>(line).ok()?;
    u32::try_from(start.get("format")?.as_u64()?).ok()
}
