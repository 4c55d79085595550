//! One line on standard error while a run goes on; none where standard error is no terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};

use crate::event::Event;

/// How often a countdown is drawn again.
const TICK: Duration = Duration::from_millis(500);

/// The progress line of a run.
pub(super) struct Progress {
    bar: ProgressBar,
    waits: Arc<Mutex<BTreeMap<String, Instant>>>,
}

impl Progress {
    /// A line for so many flows.
    pub(super) fn new(flows: usize, quiet: bool) -> Self {
        let waits: Arc<Mutex<BTreeMap<String, Instant>>> = Arc::default();
        if quiet {
            return Self { bar: ProgressBar::hidden(), waits };
        }
        let bar = ProgressBar::new(flows as u64);
        let style = ProgressStyle::with_template("{spinner} {pos}/{len} flows  {wide_bar}  {elapsed}  {msg}{waits}");
        let known = waits.clone();
        let countdown = move |_: &ProgressState, line: &mut dyn std::fmt::Write| {
            let waits = known.lock().unwrap_or_else(PoisonError::into_inner);
            // Nothing is lost where a progress line cannot be written.
            let _ = line.write_str(&counted_down(&waits, Instant::now()));
        };
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).with_key("waits", countdown));
        bar.enable_steady_tick(TICK);
        Self { bar, waits }
    }

    /// A flow is over.
    pub(super) fn heard(&self, events: &[Event]) {
        if let Some(Event::FlowEnded { flow, .. }) = events.last() {
            self.bar.set_message(flow.clone());
            self.bar.inc(1);
        }
    }

    /// A flow waits until a moment, or goes on.
    pub(super) fn waits(&self, flow: &str, until: Option<Instant>) {
        let mut waits = self.waits.lock().unwrap_or_else(PoisonError::into_inner);
        match until {
            Some(until) => {
                waits.insert(flow.to_owned(), until);
            }
            None => {
                waits.remove(flow);
            }
        }
    }

    /// Takes the line away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// What is waited for, in a few words: how many flows, and how long the last of them.
fn counted_down(waits: &BTreeMap<String, Instant>, now: Instant) -> String {
    let Some((flow, until)) = waits.iter().max_by_key(|(_, until)| **until) else { return String::new() };
    let left = until.saturating_duration_since(now).as_secs();
    let mut line = String::from("  ");
    let _ = match waits.len() {
        1 => write!(line, "{flow} waits"),
        several => write!(line, "{several} flows wait, {flow} longest:"),
    };
    let _ = write!(line, " {}:{:02} more", left / 60, left % 60);
    line
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nobody(&[], "")]
    #[case::one(&[("one", 75)], "  one waits 1:15 more")]
    #[case::several(&[("one", 5), ("two", 600), ("three", 60)], "  3 flows wait, two longest: 10:00 more")]
    fn a_countdown_is_of_the_longest_wait(#[case] waits: &[(&str, u64)], #[case] line: &str) {
        let now = Instant::now();
        let waits = waits.iter().map(|(flow, seconds)| ((*flow).to_owned(), now + Duration::from_secs(*seconds)));
        assert_eq!(counted_down(&waits.collect(), now), line);
    }
}
