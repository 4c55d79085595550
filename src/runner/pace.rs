//! How fast requests are sent to one deployment: so many a second, so many at a time, none while it asks to be left
//! alone, and more slowly for some time after it did.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::{Instant, sleep_until};

use crate::target::Limits;

/// The least time between two requests of a target that asked to be left alone.
const SPACED: Duration = Duration::from_millis(10);
/// The most that is learned; slower targets say so in the profile.
const SPACED_AT_MOST: Duration = Duration::from_millis(100);
/// By such a part of it the time between two requests shrinks with each request.
const WEARS_OFF: u32 = 128;

/// When the next request may be sent.
#[derive(Debug)]
pub struct Pace {
    /// Time between two requests that the profile wants; zero for no limit.
    between: Duration,
    in_flight: Option<Semaphore>,
    moments: Mutex<Moments>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    /// Before this no request is sent.
    next: Option<Instant>,
    /// Before this no request is sent either, also none that had its moment already.
    held_until: Option<Instant>,
    /// Time between two requests that the target made it learn.
    learned: Duration,
    /// When it did so last.
    learned_at: Option<Instant>,
}

impl Pace {
    /// The pace that limits allow.
    pub fn new(limits: &Limits) -> Self {
        let between = limits.requests_per_second.and_then(|rate| Duration::try_from_secs_f64(1.0 / rate).ok());
        Self {
            between: between.unwrap_or(Duration::ZERO),
            in_flight: limits.in_flight.map(|most| Semaphore::new(most.max(1))),
            moments: Mutex::default(),
        }
    }

    /// Waits until a request may be sent. It is under way until what is returned is dropped.
    pub async fn turn(&self) -> Option<SemaphorePermit<'_>> {
        let under_way = self.place().await;
        self.moment_for(1).await;
        under_way
    }

    /// Waits until a request is not one too many at a time. It is under way until what is returned is dropped.
    pub async fn place(&self) -> Option<SemaphorePermit<'_>> {
        match &self.in_flight {
            // It is never closed.
            Some(in_flight) => in_flight.acquire().await.ok(),
            None => None,
        }
    }

    /// Waits until so many requests may be sent in one moment; those after them wait for as long as if they had been sent
    /// one by one.
    pub async fn moment_for(&self, requests: u32) {
        let now = Instant::now();
        let own = self.moments().next_after(now, self.between, requests);
        if own > now {
            sleep_until(own).await;
        }
        while let Some(held) = self.held() {
            sleep_until(held).await;
        }
    }

    /// Sends nothing for so long, as the target answers to a request that was sent at a moment, and more slowly then.
    pub fn hold(&self, wait: Duration, sent: Instant) {
        self.moments().hold(wait, sent, Instant::now());
    }

    fn held(&self) -> Option<Instant> {
        self.moments().held_until.filter(|held| *held > Instant::now())
    }

    fn moments(&self) -> std::sync::MutexGuard<'_, Moments> {
        self.moments.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Moments {
    /// The moment of so many requests, which is then taken.
    fn next_after(&mut self, now: Instant, between: Duration, requests: u32) -> Instant {
        let own = self.next.map_or(now, |next| next.max(now));
        self.next = Some(own + between.max(self.learned) * requests);
        self.learned = self.learned * WEARS_OFF.saturating_sub(requests) / WEARS_OFF;
        own
    }

    /// Twice the time between two requests, unless this one was sent before it was learned last.
    fn hold(&mut self, wait: Duration, sent: Instant, now: Instant) {
        let until = now + wait;
        let later = |known: Option<Instant>| Some(known.map_or(until, |known| known.max(until)));
        self.held_until = later(self.held_until);
        // Nor do those go all at once that come meanwhile.
        self.next = later(self.next);
        if self.learned_at.is_none_or(|learned_at| learned_at <= sent) {
            self.learned = (self.learned * 2).clamp(SPACED, SPACED_AT_MOST);
            self.learned_at = Some(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_keep_their_distance_and_save_up_no_credit() {
        let begin = Instant::now();
        let second = Duration::from_secs(1);
        let mut moments = Moments::default();
        let mut at = |after: Duration| moments.next_after(begin + after, second, 1) - begin;
        assert_eq!([at(Duration::ZERO), at(Duration::ZERO), at(Duration::ZERO)], [0, 1, 2].map(Duration::from_secs));
        assert_eq!([at(second * 60), at(second * 60)], [60, 61].map(Duration::from_secs));
    }

    #[test]
    fn those_of_one_moment_make_the_next_wait_for_all_of_them() {
        let begin = Instant::now();
        let second = Duration::from_secs(1);
        let mut moments = Moments::default();
        assert_eq!(
            [3, 2, 1].map(|requests| (moments.next_after(begin, second, requests) - begin).as_secs()),
            [0, 3, 5]
        );
    }

    #[test]
    fn a_target_that_asks_for_it_is_sent_requests_more_slowly_for_some_time() {
        let (begin, second) = (Instant::now(), Duration::from_secs(1));
        let mut moments = Moments::default();
        // Those that were under way when the first was held up teach nothing new.
        (1..4).for_each(|millis| moments.hold(second, begin, begin + Duration::from_millis(millis)));
        let mut spaced = |requests: usize| -> Vec<u128> {
            let mut at = || moments.next_after(begin, Duration::ZERO, 1) - begin;
            let times: Vec<_> = (0..=requests).map(|_| at()).collect();
            times.windows(2).map(|pair| (pair[1] - pair[0]).as_micros()).collect()
        };
        assert_eq!(spaced(2), [10_000, 9_921]);
        assert_eq!(spaced(20_000).last(), Some(&0));
        for _ in 0..9 {
            let now = moments.learned_at.unwrap() + second;
            moments.hold(second, now, now);
        }
        assert_eq!(moments.learned, SPACED_AT_MOST);
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
        pace.hold(Duration::from_millis(30), begin);
        pace.hold(Duration::from_millis(10), begin);
        pace.turn().await;
        assert!(begin.elapsed() >= Duration::from_millis(30));
    }
}
