//! Ends a run before its end.

use tokio::sync::watch;

/// Why a run ends early.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Somebody asked for it.
    Interrupted,
    /// A check failed, and the run was to stop at the first failure.
    Failure,
}

impl Why {
    /// Why what was not done any more was not done.
    pub fn reason(self) -> &'static str {
        match self {
            Why::Interrupted => "the run was interrupted",
            Why::Failure => "the run was to stop at the first failure",
        }
    }
}

/// Whether a run is to end early. What is under way is given up.
#[derive(Debug, Default)]
pub struct Stop(watch::Sender<Option<Why>>);

impl Stop {
    /// Ends the run; an interruption outweighs a failure.
    pub fn ask(&self, why: Why) {
        self.0.send_if_modified(|asked| {
            let news = asked.is_none() || why == Why::Interrupted;
            if news {
                *asked = Some(why);
            }
            news
        });
    }

    /// Why the run is to end, if it is.
    pub fn why(&self) -> Option<Why> {
        *self.0.borrow()
    }

    /// Waits until the run is to end.
    pub async fn asked(&self) -> Why {
        let mut asked = self.0.subscribe();
        match asked.wait_for(Option::is_some).await.map(|why| *why) {
            Ok(Some(why)) => why,
            // The sender is `self`, so it is there for as long as this waits.
            Ok(None) | Err(_) => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whoever_waits_hears_of_it_and_an_interruption_outweighs_a_failure() {
        let stop = Stop::default();
        assert_eq!(stop.why(), None);
        let (heard, ()) = tokio::join!(stop.asked(), async { stop.ask(Why::Failure) });
        assert_eq!((heard, stop.asked().await), (Why::Failure, Why::Failure));
        stop.ask(Why::Interrupted);
        stop.ask(Why::Failure);
        assert_eq!(stop.why(), Some(Why::Interrupted));
    }
}
