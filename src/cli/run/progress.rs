//! One line on standard error while a run goes on; none where standard error is no terminal.

use indicatif::{ProgressBar, ProgressStyle};

use crate::event::Event;

/// The progress line of a run.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// A line for so many flows.
    pub(super) fn new(flows: usize, quiet: bool) -> Self {
        if quiet {
            return Self(ProgressBar::hidden());
        }
        let bar = ProgressBar::new(flows as u64);
        let style = ProgressStyle::with_template("{spinner} {pos}/{len} flows  {wide_bar}  {elapsed}  {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self(bar)
    }

    /// A flow is over.
    pub(super) fn heard(&self, events: &[Event]) {
        if let Some(Event::FlowEnded { flow, .. }) = events.last() {
            self.0.set_message(flow.clone());
            self.0.inc(1);
        }
    }

    /// Takes the line away.
    pub(super) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
