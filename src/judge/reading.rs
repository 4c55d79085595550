//! Reads recordings line by line, and judges them without holding them in memory.

use std::io::{BufRead, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use super::attempts::{self, Attempts};
use super::run::{AHEAD, TOGETHER};
use super::steps::Told;
use super::{Judge, Keep, Places, RecordingError, RunResult};
use crate::contract::Contract;
use crate::event::{Event, FORMAT, RunStarted};
use crate::exchange::Exchange;
use crate::recording::{self, Chain, ChainError, Glimpse};

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
    while let Some((event, _)) = lines.next(Chain::open)? {
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
    mut recording: impl BufRead + Seek + Send,
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

/// Judges one attempt, in the order of its plan. One thread reads, others judge.
fn judge_attempt(
    mut recording: impl BufRead + Seek + Send,
    surveyed: Surveyed,
    contract: &Contract,
    strict: bool,
    keep: Keep,
) -> Result<RunResult, RecordingError> {
    let Surveyed { start, mut stretches, .. } = surveyed;
    stretches.sort_by_key(|stretch| stretch.place);
    let mut judge = Judge::new(start, contract, strict, keep);
    thread::scope(|scope| {
        let (sender, receiver) = sync_channel(AHEAD);
        let reader = scope.spawn(move || read_stretches(&mut recording, &stretches, &sender));
        judge.take_all(receiver.into_iter(), &mut Told::default());
        // A panic of the reader is one of this thread, too.
        reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    Ok(judge.conclude())
}

/// Reads stretch after stretch, and hands on the events of some lines at a time.
fn read_stretches(
    recording: &mut (impl BufRead + Seek),
    stretches: &[Stretch],
    sender: &SyncSender<Vec<Event>>,
) -> Result<(), RecordingError> {
    let (mut text, mut events) = (Vec::new(), Vec::with_capacity(TOGETHER));
    for Stretch { bytes, line, .. } in stretches {
        recording.seek(SeekFrom::Start(bytes.start))?;
        let mut left = Read::take(&mut *recording, bytes.end - bytes.start);
        for line in *line.. {
            text.clear();
            if left.read_until(b'\n', &mut text)? == 0 {
                break;
            }
            if text.trim_ascii().is_empty() {
                continue;
            }
            let event = recording::parse(&text);
            let mut event = event.map_err(|error| RecordingError::Malformed { line, message: error.to_string() })?;
            // What is held to the end of a long run has no room to spare: lists grow to several times of what most hold.
            if let Event::Step(step) = &mut event {
                step.exchanges.shrink_to_fit();
                step.exchanges.iter_mut().for_each(Exchange::shrink);
            }
            events.push(event);
            if events.len() == TOGETHER
                && sender.send(std::mem::replace(&mut events, Vec::with_capacity(TOGETHER))).is_err()
            {
                // Nobody judges any more.
                return Ok(());
            }
        }
    }
    // As before.
    let _ = sender.send(events);
    Ok(())
}

/// Lines one after the other that belong to the same place.
struct Stretch {
    place: usize,
    bytes: Range<u64>,
    /// The first line, from 1.
    line: usize,
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

    fn add(&mut self, place: usize, bytes: Range<u64>, line: usize) {
        match self.stretches.last_mut().filter(|last| last.place == place && last.bytes.end == bytes.start) {
            Some(last) => last.bytes.end = bytes.end,
            None => self.stretches.push(Stretch { place, bytes, line }),
        }
    }
}

/// Looks at every line once: how each attempt began, where what stands, and whether the recording is whole.
fn survey(recording: impl BufRead, contract: &Contract) -> Result<(Vec<Surveyed>, Option<CutOff>), RecordingError> {
    let mut lines = Lines::new(recording, contract);
    let mut attempts: Vec<Surveyed> = Vec::new();
    while let Some((seen, bytes)) = lines.next(Chain::glimpse)? {
        let (line, last) = (lines.number, attempts.last_mut());
        match (seen, last) {
            (Glimpse::Start(start), _) => attempts.push(Surveyed::new(*start)),
            (Glimpse::Flow(flow), Some(attempt)) => attempt.add(attempt.places.of_flow(&flow), bytes, line),
            (Glimpse::End, Some(attempt)) => attempt.add(usize::MAX, bytes, line),
            (Glimpse::Flow(_) | Glimpse::End, None) => return Err(RecordingError::NoStart),
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

    /// What is read of the next line, and where it stands.
    fn next<T: Seen>(
        &mut self,
        read: fn(&mut Chain, &[u8]) -> Result<T, ChainError>,
    ) -> Result<Option<(T, Range<u64>)>, RecordingError> {
        loop {
            self.text.clear();
            let length = self.reader.read_until(b'\n', &mut self.text)? as u64;
            if length == 0 {
                return Ok(None);
            }
            self.number += 1;
            let bytes = self.offset..self.offset + length;
            self.offset = bytes.end;
            if !self.text.trim_ascii().is_empty() {
                return Ok(self.seen(read)?.map(|seen| (seen, bytes)));
            }
        }
    }

    fn seen<T: Seen>(
        &mut self,
        read: fn(&mut Chain, &[u8]) -> Result<T, ChainError>,
    ) -> Result<Option<T>, RecordingError> {
        let (line, text) = (self.number, self.text.as_slice());
        let first = self.chain.events() == 0;
        match read(&mut self.chain, text) {
            Ok(seen) => {
                match seen.start() {
                    Some(start) => usable(start, self.contract)?,
                    None if first => return Err(RecordingError::NoStart),
                    None => {}
                }
                if let Some(flow) = seen.flow().filter(|flow| self.flow.as_deref() != Some(flow)) {
                    self.flow = Some(flow.to_owned());
                }
                Ok(Some(seen))
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
            Err(_) if first && !matches!(recording::parse(text), Ok(Event::RunStarted(_))) => {
                Err(RecordingError::NoStart)
            }
            Err(cause) => Err(RecordingError::Chain { line, cause }),
        }
    }
}

/// What is read of a line: its event, or a glimpse of it.
trait Seen {
    /// The start of a run, where it is one.
    fn start(&self) -> Option<&RunStarted>;
    /// The flow that it is of.
    fn flow(&self) -> Option<&str>;
}

impl Seen for Event {
    fn start(&self) -> Option<&RunStarted> {
        match self {
            Self::RunStarted(start) => Some(start),
            _ => None,
        }
    }

    fn flow(&self) -> Option<&str> {
        match self {
            Self::FlowStarted { flow }
            | Self::Throttled { flow, .. }
            | Self::Reconnected { flow, .. }
            | Self::FlowEnded { flow, .. } => Some(flow),
            Self::Step(step) => Some(&step.flow),
            Self::RunStarted(_) | Self::RunEnded { .. } => None,
        }
    }
}

impl Seen for Glimpse {
    fn start(&self) -> Option<&RunStarted> {
        match self {
            Self::Start(start) => Some(start),
            Self::Flow(_) | Self::End => None,
        }
    }

    fn flow(&self) -> Option<&str> {
        match self {
            Self::Flow(flow) => Some(flow),
            Self::Start(_) | Self::End => None,
        }
    }
}

/// Whether what follows the start of an attempt can be judged here.
fn usable(start: &RunStarted, contract: &Contract) -> Result<(), RecordingError> {
    if start.format != FORMAT {
        return Err(RecordingError::Format { found: start.format });
    }
    if start.contract_digest != contract.digest() {
        let (found, here) = (start.contract_digest.clone(), contract.digest().to_owned());
        return Err(RecordingError::OtherContract { found, here });
    }
    Ok(())
}

/// The format that a first line states, also one of another version that is no event here.
fn format_of(line: &[u8]) -> Option<u32> {
    let start = serde_json::from_slice::<serde_json::Value>(line).ok()?;
    u32::try_from(start.get("format")?.as_u64()?).ok()
}
