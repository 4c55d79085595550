//! Whether a target is still there: so many requests in a row without a usable answer, and it is not.
//!
//! A run against a target that has gone ends at once: what is not judged for it has one reason, not a thousand.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::{RwLock, watch};

/// So many requests in a row without a usable answer, and the target is looked at.
const SUSPICIOUS: u32 = 3;
/// So many, and it is given up, even where it answers the look.
const HOPELESS: u32 = 12;
/// Pauses between two looks, the last one again and again.
const PAUSES_MS: [u64; 4] = [100, 250, 500, 1000];

/// What is known of a target's silence.
#[derive(Debug)]
pub struct Silence {
    in_a_row: AtomicU32,
    gone: watch::Sender<Option<String>>,
    /// Nothing is sent while the target is looked at.
    gate: RwLock<()>,
}

impl Default for Silence {
    fn default() -> Self {
        Self { in_a_row: AtomicU32::new(0), gone: watch::Sender::new(None), gate: RwLock::new(()) }
    }
}

impl Silence {
    /// Waits while the target is looked at.
    pub async fn pass(&self) {
        drop(self.gate.read().await);
    }

    /// A usable answer came.
    pub fn broken(&self) {
        self.in_a_row.store(0, Ordering::Relaxed);
    }

    /// No usable answer came to a request, for this reason. After some in a row the target is looked at, again and
    /// again for so long: it may come back.
    pub async fn goes_on<F>(&self, reason: &str, patience: Duration, look: impl Fn() -> F)
    where
        F: Future<Output = Result<(), String>>,
    {
        let in_a_row = self.in_a_row.fetch_add(1, Ordering::Relaxed) + 1;
        if in_a_row == SUSPICIOUS {
            let _closed = self.gate.write().await;
            match looked(patience, look).await {
                // What failed meanwhile says nothing about a target that is back.
                Ok(()) => self.in_a_row.store(SUSPICIOUS, Ordering::Relaxed),
                Err(look) => self.give_up(format!(
                    "the target is gone: {in_a_row} requests in a row had no usable answer, and then nothing answered \
                     for {} s: {look}",
                    patience.as_secs()
                )),
            }
        } else if in_a_row >= HOPELESS {
            self.pass().await;
            if self.in_a_row.load(Ordering::Relaxed) >= HOPELESS {
                self.give_up(format!(
                    "the target does not answer: {in_a_row} requests in a row had no usable answer; the last: {reason}"
                ));
            }
        }
    }

    /// Why the target counts as gone, if it does.
    pub fn gone(&self) -> Option<String> {
        self.gone.borrow().clone()
    }

    /// Waits until the target counts as gone, and says why.
    pub async fn noticed(&self) -> String {
        let mut gone = self.gone.subscribe();
        match gone.wait_for(Option::is_some).await.map(|reason| reason.clone()) {
            Ok(Some(reason)) => reason,
            // The sender is `self`, so it is there for as long as this waits.
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }

    fn give_up(&self, reason: String) {
        self.gone.send_if_modified(|known| {
            let news = known.is_none();
            known.get_or_insert(reason);
            news
        });
    }
}

/// Looks until the target answers, for so long.
async fn looked<F>(patience: Duration, look: impl Fn() -> F) -> Result<(), String>
where
    F: Future<Output = Result<(), String>>,
{
    let started = Instant::now();
    let mut pauses = PAUSES_MS.into_iter().chain(std::iter::repeat(PAUSES_MS[PAUSES_MS.len() - 1]));
    loop {
        let Err(reason) = look().await else { return Ok(()) };
        let pause = Duration::from_millis(pauses.next().unwrap_or_default());
        if started.elapsed() + pause > patience {
            return Err(reason);
        }
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_TIME: Duration = Duration::ZERO;

    async fn dead() -> Result<(), String> {
        Err("refused".to_owned())
    }

    async fn alive() -> Result<(), String> {
        Ok(())
    }

    #[tokio::test]
    async fn a_target_that_does_not_answer_a_look_is_gone() {
        let silence = Silence::default();
        for _ in 1..SUSPICIOUS {
            silence.goes_on("refused", NO_TIME, dead).await;
        }
        assert_eq!(silence.gone(), None);
        silence.goes_on("refused", NO_TIME, dead).await;
        let reason = silence.noticed().await;
        assert_eq!(
            reason,
            "the target is gone: 3 requests in a row had no usable answer, and then nothing answered for 0 s: refused"
        );
    }

    #[tokio::test]
    async fn a_target_that_answers_a_look_has_some_more_time() {
        let silence = Silence::default();
        for _ in 1..HOPELESS {
            silence.goes_on("reset", NO_TIME, alive).await;
        }
        assert_eq!(silence.gone(), None);
        silence.goes_on("reset", NO_TIME, alive).await;
        assert_eq!(
            silence.gone().as_deref(),
            Some("the target does not answer: 12 requests in a row had no usable answer; the last: reset")
        );
    }

    #[tokio::test]
    async fn an_answer_in_between_breaks_the_silence() {
        let silence = Silence::default();
        for _ in 0..HOPELESS {
            silence.goes_on("reset", NO_TIME, dead).await;
            silence.broken();
        }
        assert_eq!(silence.gone(), None);
    }

    #[tokio::test]
    async fn a_target_that_comes_back_is_not_gone() {
        let silence = Silence::default();
        let looks = AtomicU32::new(0);
        let back = || {
            let look = looks.fetch_add(1, Ordering::Relaxed);
            async move { if look < 1 { Err("refused".to_owned()) } else { Ok(()) } }
        };
        for _ in 0..SUSPICIOUS {
            silence.goes_on("refused", Duration::from_secs(60), back).await;
        }
        assert_eq!((silence.gone(), looks.into_inner()), (None, 2));
    }
}
