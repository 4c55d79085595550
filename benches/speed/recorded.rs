//! What a recording tells of the speed of its run.

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};

use conformance::event::Event;

/// What a recording tells.
#[derive(Debug, Default)]
pub struct Recorded {
    /// Requests that were sent.
    pub requests: usize,
    /// Milliseconds that the run took, without starting the program.
    pub elapsed_ms: f64,
    /// The longest chain of requests and waits.
    pub longest_ms: f64,
    /// The requests at its end.
    pub longest_requests: usize,
}

impl Recorded {
    /// Reads a recording.
    pub fn read(path: &str) -> Result<Self, Box<dyn Error>> {
        let mut recorded = Self::default();
        for event in events(path)? {
            match event? {
                Event::Step(step) => recorded.requests += step.exchanges.len(),
                Event::FlowEnded { longest, .. } if longest.ms > recorded.longest_ms => {
                    (recorded.longest_ms, recorded.longest_requests) = (longest.ms, longest.requests);
                }
                Event::RunEnded { elapsed_ms, .. } => recorded.elapsed_ms = elapsed_ms,
                Event::RunStarted(_)
                | Event::FlowStarted { .. }
                | Event::Throttled { .. }
                | Event::Reconnected { .. }
                | Event::FlowEnded { .. } => {}
            }
        }
        Ok(recorded)
    }
}

/// The events of a recording, one after the other.
pub fn events(path: &str) -> Result<impl Iterator<Item = Result<Event, Box<dyn Error>>>, Box<dyn Error>> {
    let lines = BufReader::new(File::open(path)?).lines();
    Ok(lines.map(|line| Ok(serde_json::from_str(&line?)?)))
}
