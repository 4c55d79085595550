//! Places for flows that do something. A flow that only waits gives its place to another; when its wait is over it
//! comes before those that have not begun, so that what it holds does not grow old in a queue.

use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

/// So many flows may do something at a time.
#[derive(Debug)]
pub struct Places {
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    free: usize,
    back: VecDeque<oneshot::Sender<Held>>,
    new: VecDeque<oneshot::Sender<Held>>,
}

/// A place in use; it is free again when this is dropped.
#[derive(Debug)]
struct Held(Option<Arc<Places>>);

/// The place of one flow, which it may leave for a while.
#[derive(Debug)]
pub struct Place {
    places: Arc<Places>,
    held: Mutex<Option<Held>>,
}

impl Places {
    /// So many places, all free; one at least.
    pub fn new(count: usize) -> Arc<Self> {
        let state = State { free: count.max(1), back: VecDeque::new(), new: VecDeque::new() };
        Arc::new(Self { state: Mutex::new(state) })
    }

    /// Waits for a place to begin with.
    pub async fn take(self: &Arc<Self>) -> Place {
        Place { places: self.clone(), held: Mutex::new(Some(self.hold(false).await)) }
    }

    async fn hold(self: &Arc<Self>, returns: bool) -> Held {
        let (sender, granted) = oneshot::channel();
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            if state.free > 0 {
                state.free -= 1;
                return Held(Some(self.clone()));
            }
            if returns { state.back.push_back(sender) } else { state.new.push_back(sender) }
        }
        // The sender lies in the queue until it is used, and the queue lives as long as `self`.
        granted.await.expect("a queued place is granted or still queued")
    }

    fn free(self: &Arc<Self>) {
        loop {
            let next = {
                let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
                match state.back.pop_front().or_else(|| state.new.pop_front()) {
                    Some(next) => next,
                    None => {
                        state.free += 1;
                        return;
                    }
                }
            };
            // Who does not wait any longer hands it back, and the next one gets it.
            match next.send(Held(Some(self.clone()))) {
                Ok(()) => return,
                Err(mut refused) => refused.0 = None,
            }
        }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(places) = self.0.take() {
            places.free();
        }
    }
}

impl Place {
    /// Gives the place away until something is done that needs none.
    pub async fn left_for<T>(&self, away: impl Future<Output = T>) -> T {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        let had = held.is_some();
        drop(held);
        let done = away.await;
        if had {
            let held = self.places.hold(true).await;
            *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use tokio::sync::{Notify, mpsc};

    #[tokio::test]
    async fn who_waits_gives_its_place_away_and_comes_back_before_who_is_new() {
        let places = Places::new(1);
        let (sender, mut done) = mpsc::unbounded_channel();
        let over = Arc::new(Notify::new());
        let first = places.take().await;
        let waiting = tokio::spawn({
            let (sender, over) = (sender.clone(), over.clone());
            async move {
                first.left_for(over.notified()).await;
                sender.send("first").unwrap();
            }
        });
        // The only place is free while the first one waits.
        let second = places.take().await;
        let third = tokio::spawn({
            let (places, sender) = (places.clone(), sender.clone());
            async move {
                let _place = places.take().await;
                sender.send("third").unwrap();
            }
        });
        tokio::task::yield_now().await;
        over.notify_one();
        tokio::task::yield_now().await;
        sender.send("second").unwrap();
        drop(second);
        waiting.await.unwrap();
        third.await.unwrap();
        let order: Vec<_> = std::iter::from_fn(|| done.try_recv().ok()).collect();
        assert_eq!(order, ["second", "first", "third"]);
    }

    #[tokio::test]
    async fn a_place_that_nobody_waits_for_any_longer_goes_to_the_next() {
        let places = Places::new(1);
        let held = places.take().await;
        let mut gone = Box::pin(places.take());
        let mut next = Box::pin(places.take());
        let pending = |poll: std::task::Poll<Place>| poll.is_pending();
        let waker = std::task::Waker::noop();
        let mut context = std::task::Context::from_waker(waker);
        assert!(pending(gone.as_mut().poll(&mut context)) && pending(next.as_mut().poll(&mut context)));
        drop(gone);
        drop(held);
        let _next = next.await;
        let mut more = Box::pin(places.take());
        assert!(pending(more.as_mut().poll(&mut context)), "a place too many");
    }

    #[tokio::test]
    async fn a_place_that_was_granted_and_not_taken_is_free_again() {
        let places = Places::new(1);
        let held = places.take().await;
        let mut granted = Box::pin(places.take());
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(granted.as_mut().poll(&mut context).is_pending());
        drop(held);
        drop(granted);
        places.take().await;
    }
}
