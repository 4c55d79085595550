//! Work on many items at once, where a start waits for it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Does something with each item, on as many threads as there are cores: every start of a run waits for it. What came of
/// it stands in the order of the items.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let some = || {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(place) else { return done };
            done.push((place, each(item)));
        }
    };
    let helpers = thread::available_parallelism().map_or(0, |threads| threads.get() - 1).min(items.len());
    let mut done = thread::scope(|scope| {
        let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(some)).collect();
        let mut done = some();
        for helper in helpers {
            // A panic of a helper is one of this thread, too.
            done.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, done)| done).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_items_stands_in_their_order() {
        let items: Vec<usize> = (0..1000).collect();
        assert_eq!(in_parallel(&items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert_eq!(in_parallel(&[0; 0], |item| *item), Vec::<i32>::new());
    }

    #[test]
    #[should_panic = "of 7"]
    fn a_panic_is_one_of_who_waits() {
        in_parallel(&[1, 7, 2], |item| assert_ne!(*item, 7, "of 7"));
    }
}
