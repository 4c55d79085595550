//! How fast requests are sent to one deployment: so many a second, so many at a time, and none while it asks to be
//! left alone.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use crate::target::Limits;

/// When the next request may be sent.
#[derive(Debug)]
pub struct Pace {
    /// Time between two requests; zero for no limit.
    between: Duration,
    in_flight: Option<Semaphore>,
    moments: Mutex<Moments>,
}

#[derive(Debug, Clone, Copy)]
struct Moments {
    /// Before this no request is sent.
    next: Option<Instant>,
    /// Before this no request is sent either, also none that had its moment already.
    held_until: Option<Instant>,
}

impl Pace {
    /// The pace that limits allow.
    pub fn new(limits: &Limits) -> Self {
        let between = limits.requests_per_second.and_then(|rate| Duration::try_from_secs_f64(1.0 / rate).ok());
        Self {
            between: between.unwrap_or(Duration::ZERO),
            in_flight: limits.in_flight.map(|most| Semaphore::new(most.max(1))),
            moments: Mutex::new(Moments { next: None, held_until: None }),
        }
    }

    /// Waits until a request may be sent. It is under way until what is returned is dropped.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        let under_way = match &self.in_flight {
            // It is never closed.
            Some(in_flight) => in_flight.acquire().await.ok(),
            None => None,
        };
        let now = Instant::now();
        let own = self.moments().next_after(now, self.between);
        if own > now {
            sleep_until(own).await;
        }
        while let Some(held) = self.held() {
            sleep_until(held).await;
        }
        under_way
    }

    /// Sends nothing for so long.
    pub fn hold(&self, wait: Duration) {
        let until = Instant::now() + wait;
        let mut moments = self.moments();
        moments.held_until = Some(moments.held_until.map_or(until, |known| known.max(until)));
    }

    fn held(&self) -> Option<Instant> {
        self.moments().held_until.filter(|held| *held > Instant::now())
    }

    fn moments(&self) -> std::sync::MutexGuard<'_, Moments> {
        self.moments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Moments {
    /// The moment of one request, which is then taken.
    fn next_after(&mut self, now: Instant, between: Duration) -> Instant {
        let own = self.next.map_or(now, |next| next.max(now));
        self.next = Some(own + between);
        own
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_keep_their_distance_and_save_up_no_credit() {
        let begin = Instant::now();
        let second = Duration::from_secs(1);
        let mut moments = Moments { next: None, held_until: None };
        let mut at = |after: Duration| moments.next_after(begin + after, second) - begin;
        assert_eq!([at(Duration::ZERO), at(Duration::ZERO), at(Duration::ZERO)], [0, 1, 2].map(Duration::from_secs));
        assert_eq!([at(second * 60), at(second * 60)], [60, 61].map(Duration::from_secs));
    }

    #[tokio::test]
    async fn only_so_many_are_under_way() {
        let pace = Pace::new(&Limits { in_flight: Some(2), ..Limits::default() });
        let (first, _second) = (pace.turn().await, pace.turn().await);
        let mut third = Box::pin(pace.turn());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(third.as_mut().poll(&mut context).is_pending());
        drop(first);
        assert!(third.await.is_some());
    }

    #[tokio::test]
    async fn a_target_that_asks_for_it_is_left_alone_for_the_longest_time_asked_for() {
        let pace = Pace::new(&Limits::default());
        let begin = Instant::now();
        pace.hold(Duration::from_millis(30));
        pace.hold(Duration::from_millis(10));
        pace.turn().await;
        assert!(begin.elapsed() >= Duration::from_millis(30));
    }
}
