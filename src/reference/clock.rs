//! The virtual clock: real time plus what test support added.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// A moment, as the time since the Unix epoch.
pub(super) type Moment = Duration;

/// The furthest that a clock may be moved in all; keeps every sum in range.
const FURTHEST: Duration = Duration::from_secs(1_000 * 365 * 24 * 60 * 60);

/// Starts at the real time, never runs backwards, and can be moved forward.
#[derive(Debug)]
pub(super) struct Clock {
    started: Instant,
    started_at: Moment,
    added: Duration,
}

impl Clock {
    /// A clock that shows the real time.
    pub(super) fn new() -> Self {
        Self {
            started: Instant::now(),
            started_at: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default(),
            added: Duration::ZERO,
        }
    }

    /// The time now.
    pub(super) fn now(&self) -> Moment {
        self.started_at + self.started.elapsed() + self.added
    }

    /// How far the clock has been moved.
    pub(super) const fn added(&self) -> Duration {
        self.added
    }

    /// Moves the clock by `seconds`; `false` when that is no forward step within range.
    pub(super) fn advance(&mut self, seconds: f64) -> bool {
        let Ok(step) = Duration::try_from_secs_f64(seconds) else {
            return false;
        };
        match self.added.checked_add(step) {
            Some(added) if added <= FURTHEST => {
                self.added = added;
                true
            }
            _ => false,
        }
    }
}

/// A moment as an RFC 3339 timestamp.
pub(super) fn timestamp(moment: Moment) -> String {
    i64::try_from(moment.as_millis())
        .ok()
        .and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
        .map_or_else(String::new, |timestamp| timestamp.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(60.0, true)]
    #[case(0.5, true)]
    #[case(0.0, true)]
    #[case(-1.0, false)]
    #[case(f64::NAN, false)]
    #[case(f64::INFINITY, false)]
    #[case(1e18, false)]
    fn moves_forward_only(#[case] seconds: f64, #[case] taken: bool) {
        let mut clock = Clock::new();
        let before = clock.now();
        assert_eq!(clock.advance(seconds), taken);
        let moved = clock.now() - before;
        if taken {
            assert!(moved >= Duration::from_secs_f64(seconds));
        } else {
            assert_eq!(clock.added(), Duration::ZERO);
        }
    }

    #[test]
    fn writes_rfc_3339() {
        assert_eq!(timestamp(Duration::ZERO), "1970-01-01T00:00:00Z");
    }
}
