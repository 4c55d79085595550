//! The lines of a recording: one event each, sealed into a chain.
//!
//! Each line ends with its number and a SHA-256 over the line before and its own text, so that a line that was
//! changed, left out, added or moved is noticed by whoever reads the recording. The chain alone protects against
//! nobody who writes all of it anew: that is what the signature of a sign-off is for. Nothing here judges.

use serde::Deserialize;
use thiserror::Error;

use crate::contract::digest::sha256;
use crate::event::{Event, RunStarted};

/// Where a chain stands: the next line's number, and what it builds on.
///
/// A recording begins with a fresh chain, and so does one that was put together of several: their events are read
/// with a chain each, and sealed with one anew.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    /// How many lines there were.
    lines: u64,
    /// The seal of the last line; empty before the first.
    last: String,
}

/// Why a line is not the next one of a recording.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ChainError {
    /// It is no event.
    #[error("it is no event: {0}")]
    NoEvent(String),
    /// It does not end with a number and a seal.
    #[error("it has no number and seal at its end, as every line that this tool writes")]
    Unsealed,
    /// It is another event than the next.
    #[error("event {expected} is expected here, and this is event {found}: events were left out, added or moved")]
    OutOfOrder {
        /// The number that should come.
        expected: u64,
        /// The number that came.
        found: u64,
    },
    /// Its text, or the line before, is not what was sealed.
    #[error("event {number} or one before it was changed after it was written")]
    Changed {
        /// Its number.
        number: u64,
    },
}

/// What is seen of an event at first sight.
#[derive(Debug, Clone, PartialEq)]
pub enum Glimpse {
    /// A run starts.
    Start(Box<RunStarted>),
    /// Something happened in this flow.
    Flow(String),
    /// A run ends.
    End,
}

/// The beginning of the lines of steps, of which there are most.
const STEP: &[u8] = br#"{"event":"step","#;

/// The event of a line of a recording, number and seal included.
///
/// # Errors
/// It is no event.
pub fn parse(line: &[u8]) -> serde_json::Result<Event> {
    // An enum that is told by a tag is read twice, which would be half of all the time that judging takes.
    if line.starts_with(STEP) {
        return serde_json::from_slice(line).map(Event::Step);
    }
    serde_json::from_slice(line)
}

fn glimpsed(line: &[u8]) -> serde_json::Result<Glimpse> {
    #[derive(Deserialize)]
    struct OfFlow {
        flow: String,
    }
    if line.starts_with(STEP) {
        return serde_json::from_slice(line).map(|OfFlow { flow }| Glimpse::Flow(flow));
    }
    Ok(match serde_json::from_slice(line)? {
        Event::RunStarted(start) => Glimpse::Start(start),
        Event::RunEnded { .. } => Glimpse::End,
        Event::Step(step) => Glimpse::Flow(step.flow),
        Event::FlowStarted { flow }
        | Event::Throttled { flow, .. }
        | Event::Reconnected { flow, .. }
        | Event::FlowEnded { flow, .. } => Glimpse::Flow(flow),
    })
}

/// What ends a line.
#[derive(Deserialize)]
struct End {
    seq: u64,
}

impl Chain {
    /// The line of the next event, without the end of the line.
    ///
    /// # Errors
    /// The event cannot be written as JSON.
    pub fn seal(&mut self, event: &Event) -> Result<String, serde_json::Error> {
        let mut line = serde_json::to_string(event)?;
        // Always an object with at least its tag.
        line.pop();
        let end = self.end(line.as_bytes());
        line.push_str(&end);
        Ok(line)
    }

    /// The event of the next line; the end of the line may be on it or not.
    ///
    /// # Errors
    /// Why it is not the next line of this recording. The chain then stays where it was.
    pub fn open(&mut self, line: &[u8]) -> Result<Event, ChainError> {
        self.opened(line, parse)
    }

    /// Whose the next line is, with its whole event only where a run starts: quicker than [`Chain::open`]. That the line
    /// is an event is known from its seal, which only this tool writes, or who means to deceive: whoever goes on to use
    /// the event sees.
    ///
    /// # Errors
    /// As [`Chain::open`].
    pub fn glimpse(&mut self, line: &[u8]) -> Result<Glimpse, ChainError> {
        self.opened(line, glimpsed)
    }

    fn opened<T>(&mut self, line: &[u8], read: fn(&[u8]) -> serde_json::Result<T>) -> Result<T, ChainError> {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let (mut next, expected) = (self.clone(), self.lines + 1);
        let length = tail(expected, &"0".repeat(SEAL_DIGITS)).len();
        let text = line.len().checked_sub(length).map(|at| &line[..at]);
        if text.is_some_and(|text| line.ends_with(next.end(text).as_bytes())) {
            let read = read(line).map_err(|error| ChainError::NoEvent(error.to_string()))?;
            *self = next;
            return Ok(read);
        }
        Err(match (parse(line), serde_json::from_slice(line)) {
            (Err(error), _) => ChainError::NoEvent(error.to_string()),
            (Ok(_), Ok(End { seq })) if seq != expected => ChainError::OutOfOrder { expected, found: seq },
            (Ok(_), Ok(End { seq })) if text.is_some() => ChainError::Changed { number: seq },
            (Ok(_), _) => ChainError::Unsealed,
        })
    }

    /// How many events there were so far.
    pub fn events(&self) -> u64 {
        self.lines
    }

    /// Number and seal of the next line, which from then on is the last.
    fn end(&mut self, text: &[u8]) -> String {
        self.lines += 1;
        let sealed = [self.last.as_bytes(), b"\n", self.lines.to_string().as_bytes(), b"\n", text].concat();
        self.last = sha256(&sealed);
        tail(self.lines, &self.last)
    }
}

/// Digits of a seal.
const SEAL_DIGITS: usize = 64;

fn tail(number: u64, seal: &str) -> String {
    format!(",\"seq\":{number},\"chain\":\"{seal}\"}}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(flow: &str) -> Event {
        Event::FlowStarted { flow: flow.to_owned() }
    }

    fn lines(flows: &[&str]) -> Vec<String> {
        let mut chain = Chain::default();
        flows.iter().map(|flow| chain.seal(&event(flow)).unwrap()).collect()
    }

    fn read(lines: &[String]) -> Result<Vec<Event>, ChainError> {
        let mut chain = Chain::default();
        lines.iter().map(|line| chain.open(line.as_bytes())).collect()
    }

    #[test]
    fn what_was_sealed_is_read_again() {
        let flows = ["a", "b", "c"];
        assert_eq!(read(&lines(&flows)), Ok(flows.map(event).to_vec()));
        assert!(lines(&["a"])[0].starts_with(r#"{"event":"flow-started","flow":"a","seq":1,"chain":""#));
    }

    #[test]
    fn at_first_sight_a_line_tells_whose_it_is() {
        let lines = lines(&["a", "b"]);
        let mut chain = Chain::default();
        let seen: Vec<_> = lines.iter().map(|line| chain.glimpse(line.as_bytes())).collect();
        assert_eq!(seen, ["a", "b"].map(|flow| Ok(Glimpse::Flow(flow.to_owned()))));
        assert_eq!(chain.glimpse(lines[0].as_bytes()), Err(ChainError::OutOfOrder { expected: 3, found: 1 }));
    }

    #[test]
    fn a_line_left_out_moved_or_doubled_is_noticed() {
        let whole = lines(&["a", "b", "c", "d"]);
        let out_of_order = |expected, found| Err(ChainError::OutOfOrder { expected, found });
        assert_eq!(read(&[&whole[..1], &whole[2..]].concat()), out_of_order(2, 3));
        assert_eq!(read(&[&whole[..2], &whole[1..]].concat()), out_of_order(3, 2));
        let moved = [whole[0].clone(), whole[2].clone(), whole[1].clone(), whole[3].clone()];
        assert_eq!(read(&moved), out_of_order(2, 3));
    }

    #[test]
    fn a_line_of_another_recording_is_noticed() {
        let mut mixed = lines(&["a", "b", "c"]);
        mixed[1] = lines(&["z", "b"])[1].clone();
        assert_eq!(read(&mixed), Err(ChainError::Changed { number: 2 }));
    }

    #[test]
    fn a_line_that_was_numbered_anew_is_noticed() {
        let mut left_out = lines(&["a", "b", "c"]);
        left_out.remove(1);
        left_out[1] = left_out[1].replace("\"seq\":3", "\"seq\":2");
        assert_eq!(read(&left_out), Err(ChainError::Changed { number: 2 }));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let line = lines(&["some-flow"]).remove(0);
        for at in 0..line.len() {
            let mut changed = line.clone().into_bytes();
            changed[at] ^= 1;
            assert!(Chain::default().open(&changed).is_err(), "byte {at} of {line}");
        }
    }

    #[test]
    fn a_line_without_a_seal_is_no_line_of_a_recording() {
        let bare = serde_json::to_string(&event("a")).unwrap();
        assert_eq!(read(&[bare]), Err(ChainError::Unsealed));
        let short = r#"{"event":"flow-started","flow":"a","seq":1}"#.to_owned();
        assert!(read(&[short]).is_err());
    }
}
