//! Trials side by side, so many at a time.

use std::future::Future;
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::run::Progress;

/// Trials under way.
pub(super) struct Pool<T> {
    tasks: JoinSet<(usize, T)>,
    places: Arc<Semaphore>,
    progress: Arc<dyn Progress>,
    name: fn(&T) -> String,
}

impl<T: Send + 'static> Pool<T> {
    /// Nothing is under way; what is over is told by its name.
    pub(super) fn new(jobs: usize, progress: Arc<dyn Progress>, name: fn(&T) -> String) -> Self {
        Self { tasks: JoinSet::new(), places: Arc::new(Semaphore::new(jobs.max(1))), progress, name }
    }

    /// Tries something, as soon as there is a place for it.
    pub(super) fn spawn(&mut self, work: impl Future<Output = T> + Send + 'static) {
        let (index, places, progress) = (self.tasks.len(), self.places.clone(), self.progress.clone());
        let name = self.name;
        self.tasks.spawn(async move {
            let _place = places.acquire().await;
            let tried = work.await;
            progress.done(&name(&tried));
            (index, tried)
        });
    }

    /// Does something that only computes.
    pub(super) fn spawn_blocking(&mut self, work: impl FnOnce() -> T + Send + 'static) {
        let (index, progress, name) = (self.tasks.len(), self.progress.clone(), self.name);
        self.tasks.spawn_blocking(move || {
            let tried = work();
            progress.done(&name(&tried));
            (index, tried)
        });
    }

    /// What came of them, in the order of spawning, and those that the tool failed at.
    pub(super) async fn join(mut self) -> (Vec<T>, Vec<String>) {
        let (mut tried, mut failed) = (Vec::new(), Vec::new());
        while let Some(done) = self.tasks.join_next().await {
            match done {
                Ok(trial) => tried.push(trial),
                Err(error) => failed.push(error.to_string()),
            }
        }
        tried.sort_by_key(|(index, _)| *index);
        (tried.into_iter().map(|(_, tried)| tried).collect(), failed)
    }
}
