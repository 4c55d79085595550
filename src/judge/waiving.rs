//! Applies waivers to the checks of a run, and says of each what became of it.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Timestamp, tz::TimeZone};

use super::result::{WaiverResult, WaiverState};
use crate::event::RunStarted;
use crate::verdict::Verdict;
use crate::waiver::Waiver;

/// The waivers of a run, and what each has met so far.
#[derive(Debug, Default)]
pub struct Waiving {
    waivers: Vec<(Waiver, Met)>,
    today: Date,
}

/// What one waiver has met.
#[derive(Debug, Default)]
struct Met {
    /// Ids of failed results that it waives, in the order in which they came.
    results: Vec<String>,
    /// Checks that it names and that passed, or did not apply.
    fine: usize,
    /// Checks that it names and that could not be judged.
    undecided: usize,
    /// Checks that it names and that failed after it had expired.
    late: usize,
}

/// How much of the suites a run did.
#[derive(Debug, Clone, Copy)]
pub struct Extent<'a> {
    /// What it set out to do.
    pub start: &'a RunStarted,
    /// Whether it ended before it was through.
    pub cut_short: bool,
}

impl Waiving {
    /// The waivers that a run began with, on the day on which it began.
    pub fn new(start: &RunStarted) -> Self {
        let waivers = start.waivers.iter().map(|waiver| (waiver.clone(), Met::default())).collect();
        Self { waivers, today: day_of(start.started_ms) }
    }

    /// The verdict that a check has under the waivers, and the words of the waiver that changed it.
    pub fn verdict(
        &mut self,
        flow: &str,
        step: &str,
        requirement: &str,
        verdict: Verdict,
    ) -> (Verdict, Option<String>) {
        let failed = matches!(verdict, Verdict::Fail | Verdict::Warn);
        let mut by = None;
        for (waiver, met) in self.waivers.iter_mut().filter(|(waiver, _)| waiver.names(flow, step, requirement)) {
            match verdict {
                Verdict::Fail | Verdict::Warn if waiver.expires < self.today => met.late += 1,
                Verdict::Fail | Verdict::Warn => {
                    met.add(format!("{flow}/{step}/{requirement}"));
                    by.get_or_insert_with(|| waiver.words());
                }
                Verdict::Blocked | Verdict::Broken | Verdict::Waived => met.undecided += 1,
                Verdict::Pass | Verdict::NotApplicable | Verdict::Skipped => met.fine += 1,
            }
        }
        if failed && by.is_some() { (Verdict::Waived, by) } else { (verdict, None) }
    }

    /// Counts what was not done because of a failure that is waived as waived, too, by the same waivers.
    pub fn follow(&mut self, waived: &str, id: String) {
        for (_, met) in self.waivers.iter_mut().filter(|(_, met)| met.results.iter().any(|known| known == waived)) {
            met.add(id.clone());
        }
    }

    /// What became of each waiver, in the order of the file.
    pub fn results(self, extent: Extent<'_>) -> Vec<WaiverResult> {
        let planned: BTreeSet<&str> = extent.start.flows.iter().map(|flow| flow.id.as_str()).collect();
        let today = self.today;
        let result = |(waiver, met): (Waiver, Met)| {
            let state = state(&waiver, &met, today, extent, &planned);
            WaiverResult { advice: advice(&waiver, state), results: met.results, state, waiver }
        };
        self.waivers.into_iter().map(result).collect()
    }
}

impl Met {
    fn add(&mut self, id: String) {
        if !self.results.contains(&id) {
            self.results.push(id);
        }
    }
}

fn state(waiver: &Waiver, met: &Met, today: Date, extent: Extent<'_>, planned: &BTreeSet<&str>) -> WaiverState {
    // What a part of the suites does not fail may fail in the rest.
    let whole = !extent.start.partial || waiver.only_flow().is_some_and(|flow| planned.contains(flow));
    if waiver.expires < today {
        WaiverState::Expired
    } else if !met.results.is_empty() {
        WaiverState::Applied
    } else if met.undecided > 0 || extent.cut_short || !whole {
        WaiverState::Untold
    } else if met.fine > 0 {
        WaiverState::Stale
    } else {
        WaiverState::Unmatched
    }
}

fn advice(waiver: &Waiver, state: WaiverState) -> String {
    let lines = if waiver.place.first == waiver.place.last { "line" } else { "lines" };
    let place = &waiver.place;
    match state {
        WaiverState::Applied => format!("holds until {}", waiver.expires),
        WaiverState::Untold => "this run cannot tell whether it is still needed".to_owned(),
        WaiverState::Expired => {
            format!("it expired on {}: delete {lines} {place}, or decide anew", waiver.expires)
        }
        WaiverState::Stale => format!("nothing that it names fails any more: delete {lines} {place}"),
        WaiverState::Unmatched => format!("it names nothing that this run judged: correct or delete {lines} {place}"),
    }
}

/// The day in UTC of a moment in milliseconds since the Unix epoch.
fn day_of(moment_ms: i64) -> Date {
    let moment = Timestamp::from_millisecond(moment_ms).unwrap_or_default();
    moment.to_zoned(TimeZone::UTC).date()
}
