//! Moves the clock of a deployment that flows share, and only while every one of them waits for it.
//!
//! A flow that waits says until when. When no flow is at work any more, the clock is moved to the first of these
//! moments, and the flows that wait for it go on. So no flow sees more time pass than it waits for, as if each had a
//! deployment of its own, and flows that wait for the same length share one move. Whether a clock that is moved goes on
//! by itself in between is up to the target: so real time does not shorten a wait, but counts where nobody may be late.
//! Decides nothing but when to move.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::elapsed_ms;
use super::instance::Instance;

/// The most that a wait which may be longer is made longer, so that it ends with another one.
const MOST_SLACK_MS: i64 = 5_000;

/// How long a flow waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// The wait.
    pub duration: Duration,
    /// Where it must not be longer, because something is over soon after: how much shorter will do.
    pub early: Option<Duration>,
}

/// The clock that the flows of a run share.
#[derive(Debug)]
pub struct Timekeeper {
    state: Mutex<State>,
    changed: watch::Sender<()>,
}

#[derive(Debug)]
struct State {
    /// Flows that are at work or are yet to begin.
    at_work: usize,
    moving: bool,
    next: u64,
    waiting: BTreeMap<u64, Waiting>,
    /// Those whose wait is over and who have not noticed: the length of the chain that led there, or why not.
    woken: HashMap<u64, Result<f64, String>>,
    /// The longest chain of requests that led to where every flow stood still, milliseconds.
    frontier_ms: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Waiting {
    /// The end of the wait in milliseconds, by the clock that it goes by.
    until_ms: i64,
    /// How much later will do.
    slack_ms: i64,
    /// How much earlier will do.
    early_ms: i64,
    /// Whether real time counts as well: something is over soon after the wait.
    exact: bool,
}

impl Waiting {
    fn new(now: Now, wish: Wish) -> Self {
        let millis = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4);
        let length_ms = millis(wish.duration);
        let (start_ms, slack_ms, early_ms) = match wish.early {
            Some(early) => (now.ms, 0, millis(early)),
            None => (now.moved_ms, (length_ms / 20).min(MOST_SLACK_MS), 0),
        };
        Self { until_ms: start_ms.saturating_add(length_ms), slack_ms, early_ms, exact: wish.early.is_some() }
    }

    /// What is left of the wait, in milliseconds.
    const fn left_ms(self, now: Now) -> i64 {
        self.until_ms.saturating_sub(if self.exact { now.ms } else { now.moved_ms })
    }

    /// How long the wait has to go on at least, in milliseconds.
    const fn needed_ms(self, now: Now) -> i64 {
        self.left_ms(now).saturating_sub(self.early_ms)
    }
}

/// A moment of the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Now {
    /// As its clock would show it if it went on by itself, milliseconds since the Unix epoch.
    ms: i64,
    /// How far it was moved in all, milliseconds.
    moved_ms: i64,
}

impl Now {
    fn of(instance: &Instance) -> Self {
        Self { ms: instance.now_ms(), moved_ms: instance.moved_ms() }
    }
}

/// What a waiting flow does next.
enum Next {
    GoOn(Result<f64, String>),
    Move { seconds: u64, for_ms: i64 },
    Sleep(Duration),
}

impl Timekeeper {
    /// The clock of so many flows.
    pub fn new(flows: usize) -> Self {
        let state = State {
            at_work: flows,
            moving: false,
            next: 0,
            waiting: BTreeMap::new(),
            woken: HashMap::new(),
            frontier_ms: 0.0,
        };
        Self { state: Mutex::new(state), changed: watch::Sender::new(()) }
    }

    /// A flow is over, after a chain of requests and waits of this length.
    fn leave(&self, chain_ms: f64) {
        let mut state = self.state();
        state.at_work = state.at_work.saturating_sub(1);
        state.frontier_ms = state.frontier_ms.max(chain_ms);
        let all_wait = state.at_work == 0;
        drop(state);
        if all_wait {
            self.changed.send_replace(());
        }
    }

    /// Lets a flow wait; gives the length of the chain that led to the end of the wait.
    ///
    /// # Errors
    /// Why the clock cannot be moved, in words.
    async fn pass(&self, instance: &Instance, wish: Wish, chain_ms: f64) -> Result<f64, String> {
        let started = Instant::now();
        let waiter = self.wait(Now::of(instance), wish, chain_ms);
        let mut changed = self.changed.subscribe();
        loop {
            changed.mark_unchanged();
            match self.next(waiter.id, Now::of(instance), chain_ms + elapsed_ms(started)) {
                Next::GoOn(passed) => return passed,
                Next::Move { seconds, for_ms } => {
                    let moving = Moving(self);
                    let asked = Instant::now();
                    let moved = instance.advance(seconds).await;
                    self.moved(moved, for_ms, Now::of(instance), elapsed_ms(asked));
                    drop(moving);
                }
                Next::Sleep(duration) => {
                    tokio::select! {
                        () = tokio::time::sleep(duration) => {}
                        _ = changed.changed() => {}
                    }
                }
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait(&self, now: Now, wish: Wish, chain_ms: f64) -> Waiter<'_> {
        let mut state = self.state();
        let id = state.next;
        state.next += 1;
        state.waiting.insert(id, Waiting::new(now, wish));
        state.at_work = state.at_work.saturating_sub(1);
        state.frontier_ms = state.frontier_ms.max(chain_ms);
        // Nobody need be told: if it is the last one, it moves the clock itself.
        Waiter { timekeeper: self, id }
    }

    fn next(&self, id: u64, now: Now, slept_chain_ms: f64) -> Next {
        let mut state = self.state();
        if let Some(passed) = state.woken.remove(&id) {
            return Next::GoOn(passed);
        }
        let needed_ms = state.waiting.get(&id).map_or(0, |waiting| waiting.needed_ms(now));
        if needed_ms <= 0 {
            // It is over already: by real time, or by a move that was meant for others.
            state.waiting.remove(&id);
            state.at_work += 1;
            return Next::GoOn(Ok(slept_chain_ms));
        }
        let sleep = Next::Sleep(Duration::from_millis(u64::try_from(needed_ms).unwrap_or(0)));
        if state.at_work > 0 || state.moving {
            return sleep;
        }
        let (seconds, for_ms) = step(now, state.waiting.values());
        if seconds == 0 {
            return sleep;
        }
        state.moving = true;
        Next::Move { seconds, for_ms }
    }

    /// The clock was moved, or was to be: whoever waited for that goes on.
    fn moved(&self, moved: Result<(), String>, for_ms: i64, now: Now, took_ms: f64) {
        let mut state = self.state();
        state.frontier_ms += took_ms;
        let most_ms = if moved.is_ok() { 0 } else { for_ms };
        let passed = moved.map(|()| state.frontier_ms);
        let due: Vec<u64> =
            state.waiting.iter().filter(|(_, waiting)| waiting.needed_ms(now) <= most_ms).map(|(id, _)| *id).collect();
        for id in due {
            state.waiting.remove(&id);
            state.woken.insert(id, passed.clone());
            state.at_work += 1;
        }
    }
}

/// How many seconds the clock is moved, and how much was wanted in milliseconds: as far as nobody waits much longer than
/// wanted, so that many go on at once. Nothing where less than a second is left for somebody who must not be late.
fn step<'a>(now: Now, waiting: impl Iterator<Item = &'a Waiting> + Clone) -> (u64, i64) {
    let most_ms = waiting.clone().map(|one| one.left_ms(now).saturating_add(one.slack_ms)).min().unwrap_or(0);
    let for_ms = waiting.clone().map(|one| one.left_ms(now)).filter(|left_ms| *left_ms <= most_ms).max();
    let for_ms = for_ms.unwrap_or(0);
    // Whole seconds, as clocks of this kind take them: one that is begun counts, unless that makes somebody late.
    let strict_ms = waiting.filter(|one| one.exact).map(|one| one.left_ms(now)).min().unwrap_or(i64::MAX);
    let up = for_ms.saturating_add(999) / 1000;
    (u64::try_from(up.min(strict_ms / 1000)).unwrap_or(0), for_ms)
}

/// A flow's share in the clock; when it is dropped, the flow is over.
#[derive(Debug)]
pub struct Share {
    timekeeper: Arc<Timekeeper>,
    chain_ms: Mutex<f64>,
}

impl Share {
    /// The share of a flow that is at work or yet to begin.
    pub fn new(timekeeper: Arc<Timekeeper>) -> Self {
        Self { timekeeper, chain_ms: Mutex::new(0.0) }
    }

    /// The flow did all that it does, after a chain of requests and waits of this length.
    pub fn over(&self, chain_ms: f64) {
        *self.chain_ms.lock().unwrap_or_else(PoisonError::into_inner) = chain_ms;
    }

    /// Lets the flow wait; gives the length of the chain that led to the end of the wait.
    ///
    /// # Errors
    /// Why the clock cannot be moved, in words.
    pub async fn pass(&self, instance: &Instance, wish: Wish, chain_ms: f64) -> Result<f64, String> {
        self.timekeeper.pass(instance, wish, chain_ms).await
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.timekeeper.leave(*self.chain_ms.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// A flow that waits; when it is given up, nobody waits for it any more.
struct Waiter<'a> {
    timekeeper: &'a Timekeeper,
    id: u64,
}

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        let mut state = self.timekeeper.state();
        if state.waiting.remove(&self.id).is_some() {
            state.at_work += 1;
        }
        state.woken.remove(&self.id);
    }
}

/// Says that the clock is being moved, also where that is given up half-way.
struct Moving<'a>(&'a Timekeeper);

impl Drop for Moving<'_> {
    fn drop(&mut self) {
        self.0.state().moving = false;
        self.0.changed.send_replace(());
    }
}

#[cfg(test)]
mod tests;
