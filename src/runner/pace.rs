//! How fast requests are sent to one deployment: so many a second, so many at a time, and none while it asks to be
//! left alone.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use crate::target::Limits;

/// The longest time between two requests that a limit of the target teaches.
const LEARNED_AT_MOST: Duration = Duration::from_millis(250);
/// What was learned wears off by this part with each request.
const WEARS_OFF: u32 = 256;

/// When the next request may be sent.
#[derive(Debug)]
pub struct Pace {
    /// Time between two requests; zero for no limit.
    between: Duration,
    in_flight: Option<Semaphore>,
    /// Requests leave in the order in which they came.
    queue: tokio::sync::Mutex<()>,
    moments: Mutex<Moments>,
}

#[derive(Debug, Clone, Copy)]
struct Moments {
    /// Before this no request is sent.
    next: Instant,
    /// Before this no request is sent either, as the target asked for it.
    held_until: Instant,
    /// Time between two requests that the target's limits taught, so that it need not ask again.
    learned: Duration,
    /// Requests since it asked last.
    sent: u32,
}

impl Pace {
    /// The pace that limits allow.
    pub fn new(limits: &Limits) -> Self {
        let between = limits.requests_per_second.and_then(|rate| Duration::try_from_secs_f64(1.0 / rate).ok());
        Self {
            between: between.unwrap_or(Duration::ZERO),
            in_flight: limits.in_flight.map(|most| Semaphore::new(most.max(1))),
            queue: tokio::sync::Mutex::new(()),
            moments: Mutex::new(Moments::new(Instant::now())),
        }
    }

    /// Waits until a request may be sent. It is under way until what is returned is dropped.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        let under_way = match &self.in_flight {
            // It is never closed.
            Some(in_flight) => in_flight.acquire().await.ok(),
            None => None,
        };
        let _first = self.queue.lock().await;
        while let Some(later) = self.take() {
            sleep_until(later).await;
        }
        under_way
    }

    /// Sends nothing for so long, and then no faster than what the target took until now.
    pub fn hold(&self, wait: Duration) {
        self.moments().hold(Instant::now(), wait);
    }

    /// Takes this moment for a request, or tells when to ask again.
    fn take(&self) -> Option<Instant> {
        self.moments().take(Instant::now(), self.between)
    }

    fn moments(&self) -> std::sync::MutexGuard<'_, Moments> {
        self.moments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Moments {
    fn new(now: Instant) -> Self {
        Self { next: now, held_until: now, learned: Duration::ZERO, sent: 0 }
    }

    /// Takes this moment for a request, or tells when to ask again.
    fn take(&mut self, now: Instant, between: Duration) -> Option<Instant> {
        let own = self.next.max(self.held_until);
        if own > now {
            return Some(own);
        }
        self.next = now + between.max(self.learned);
        self.learned -= self.learned / WEARS_OFF;
        self.sent += 1;
        None
    }

    fn hold(&mut self, now: Instant, wait: Duration) {
        let until = now + wait;
        // Those that were under way when it asked first say the same once more.
        if self.held_until <= now {
            let since = until - self.held_until;
            self.learned = (since / self.sent.max(1)).min(LEARNED_AT_MOST);
            self.sent = 0;
        }
        self.held_until = self.held_until.max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_keep_their_distance_and_save_up_no_credit() {
        let begin = Instant::now();
        let second = Duration::from_secs(1);
        let mut moments = Moments::new(begin);
        let mut at = |after| moments.take(begin + second * after, second).map(|later| later - begin);
        assert_eq!([at(0), at(0), at(1), at(1)], [None, Some(second), None, Some(second * 2)]);
        assert_eq!([at(60), at(60)], [None, Some(second * 61)]);
    }

    #[test]
    fn a_limit_of_the_target_is_learned() {
        let begin = Instant::now();
        let mut moments = Moments::new(begin);
        let at_once = (0..20).all(|_| moments.take(begin, Duration::ZERO).is_none());
        assert!(at_once);
        let second = Duration::from_secs(1);
        moments.hold(begin, second);
        moments.hold(begin, second / 2);
        let mut at = |after| moments.take(begin + after, Duration::ZERO).map(|later| later - begin);
        let twentieth = second / 20;
        assert_eq!([at(second / 2), at(second), at(second)], [Some(second), None, Some(second + twentieth)]);
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
