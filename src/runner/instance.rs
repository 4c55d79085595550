//! One deployment in use: its target, the time on its clock, and its out-of-band sources.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::Client;
use serde_json::Value;

use super::Boxed;
use super::act::{self, Values};
use super::http::Clients;
use super::inbox::{Before, Inbox, Inboxes, Missing};
use super::secrets::{Placeholders, Secrets};
use super::wire::Wire;
use crate::target::{Block, Clock, Target};

/// From this on an answer is long on its way.
const FAR: Duration = Duration::from_millis(5);

/// A difference between the clocks below this is the rounding of the Date header.
const CLOCK_TOLERANCE_MS: i64 = 3_000;

/// Somebody who can be asked for a code or a link, at a terminal.
pub trait Asks: Send + Sync {
    /// The answer to a question; empty where there is none.
    ///
    /// The error is in words: why nobody can be asked.
    fn ask<'a>(&'a self, question: &'a str) -> Boxed<'a, Result<String, String>>;
}

/// A deployment that flows talk to.
pub struct Instance {
    /// What is known of it.
    pub target: Target,
    /// The way of all requests to the API.
    pub wire: Wire,
    /// Placeholders of the secrets met here.
    pub placeholders: Arc<Placeholders>,
    pub(super) inboxes: Inboxes,
    pub(super) asks: Option<Arc<dyn Asks>>,
    elsewhere: bool,
    far: AtomicBool,
    sessions_stay: AtomicBool,
    advanced_ms: AtomicI64,
    began_ms: i64,
    offset_ms: AtomicI64,
    offset_known: AtomicBool,
}

impl fmt::Debug for Instance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Instance").field("target", &self.target).finish_non_exhaustive()
    }
}

impl Instance {
    /// A deployment not yet talked to.
    pub fn new(target: Target, client: Client) -> Self {
        Self::reached_by(target, Clients { kept: client, single: None }, 0)
    }

    /// A deployment not yet talked to, whose connections may end at any time; where there is none, it is tried again so
    /// often.
    pub fn reached_by(target: Target, clients: Clients, reconnects: u32) -> Self {
        Self {
            wire: Wire::new(&target, clients, reconnects),
            target,
            placeholders: Arc::default(),
            inboxes: Inboxes::default(),
            asks: None,
            elsewhere: false,
            far: AtomicBool::new(false),
            sessions_stay: AtomicBool::new(false),
            advanced_ms: AtomicI64::new(0),
            began_ms: local_ms(),
            offset_ms: AtomicI64::new(0),
            offset_known: AtomicBool::new(false),
        }
    }

    /// The same where what can be read out of band is known to be all that was sent, and nothing before, so that the
    /// target is to blame for what does not come.
    #[must_use]
    pub fn with_proven_sources(mut self) -> Self {
        self.inboxes = Inboxes::proven();
        self
    }

    /// The same where it is no server of this program: its answers take their time, and it stays when the run is over.
    /// So flows prepare accounts side by side, and end the sessions that they opened.
    #[must_use]
    pub fn elsewhere(mut self) -> Self {
        self.elsewhere = true;
        self
    }

    /// Notes how long an answer is on its way.
    pub fn note_round_trip(&self, round_trip: Duration) {
        self.far.store(round_trip >= FAR, Ordering::Relaxed);
    }

    /// Whether answers are long on their way, so that it pays to wait for several at a time.
    pub fn is_far(&self) -> bool {
        self.far.load(Ordering::Relaxed)
    }

    /// Whether flows end the sessions that they opened.
    pub fn ends_sessions(&self) -> bool {
        self.elsewhere && !self.sessions_stay.load(Ordering::Relaxed)
    }

    /// No flow ends sessions any more.
    pub fn leave_sessions_open(&self) {
        self.sessions_stay.store(true, Ordering::Relaxed);
    }

    /// The client of what the profile asks for besides: inboxes, test endpoints.
    pub fn client(&self) -> &Client {
        self.wire.client(false)
    }

    /// The same with somebody who can be asked.
    #[must_use]
    pub fn asking(mut self, asks: Arc<dyn Asks>) -> Self {
        self.asks = Some(asks);
        self
    }

    /// A text without any secret that the profile declares.
    pub fn hide(&self, text: &str) -> String {
        let mut secrets = Secrets::new(self.placeholders.clone());
        secrets.learn_declared(&self.target);
        let mut hidden = text.to_owned();
        secrets.redactor().text(&mut hidden);
        hidden
    }

    /// Target time: milliseconds since the Unix epoch, as far as it is known.
    pub fn now_ms(&self) -> i64 {
        local_ms() + self.offset_ms.load(Ordering::Relaxed) + self.advanced_ms.load(Ordering::Relaxed)
    }

    /// Target time before the first request: where its clock goes on by moves alone, it is not later than this and the moves.
    pub fn began_ms(&self) -> i64 {
        self.began_ms + self.offset_ms.load(Ordering::Relaxed)
    }

    /// How far the target's clock was moved in all, milliseconds.
    pub fn moved_ms(&self) -> i64 {
        self.advanced_ms.load(Ordering::Relaxed)
    }

    /// Learns the offset of the target's clock from the first Date header, before anything moved it.
    pub fn learn_date(&self, headers: &[(String, String)]) {
        if self.offset_known.swap(true, Ordering::Relaxed) {
            return;
        }
        let date = headers.iter().find(|(name, _)| name == "date").map(|(_, value)| value.as_str());
        let parsed = date.and_then(|date| jiff::fmt::rfc2822::parse(date).ok());
        if let Some(date) = parsed {
            let offset = date.timestamp().as_millisecond() - local_ms();
            if offset.abs() > CLOCK_TOLERANCE_MS {
                self.offset_ms.store(offset, Ordering::Relaxed);
            }
        }
    }

    /// Lets time pass on the target's clock.
    ///
    /// # Errors
    /// Why it cannot, in words.
    pub async fn pass(&self, duration: Duration) -> Result<(), String> {
        match &self.target.clock {
            None => Err("the profile gives no clock (`[target.NAME.clock]`), so nothing can be waited for".to_owned()),
            Some(Clock::Wait { max_wait }) if duration > *max_wait => Err(format!(
                "a wait of {} s is longer than the profile's `clock.max_wait` of {} s",
                duration.as_secs(),
                max_wait.as_secs()
            )),
            Some(Clock::Wait { .. }) => {
                tokio::time::sleep(duration).await;
                Ok(())
            }
            // Whole seconds, as clocks of this kind take them.
            Some(Clock::Http(_)) => self.advance(duration.as_secs() + u64::from(duration.subsec_nanos() > 0)).await,
        }
    }

    /// Moves the target's clock for everybody, where the profile says how; elsewhere time has to pass by itself.
    ///
    /// # Errors
    /// Why it was not moved, in words.
    pub async fn advance(&self, seconds: u64) -> Result<(), String> {
        if let Some(Clock::Http(action)) = &self.target.clock {
            let values = Values::new("seconds", Value::from(seconds), &self.target);
            act::over_http(self.client(), action, &values, false)
                .await
                .map_err(|error| format!("the clock was not moved: {error}"))?;
            self.advanced_ms.fetch_add(i64::try_from(seconds).unwrap_or(i64::MAX / 2000) * 1000, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Blocks the user of a phone.
    ///
    /// # Errors
    /// Why it cannot, in words.
    pub async fn block(&self, phone: &str) -> Result<(), String> {
        let values = Values::new("phone", Value::from(phone), &self.target);
        let blocked = match &self.target.block {
            None => return Err("the profile says no way to block a user (`[target.NAME.block]`)".to_owned()),
            Some(Block::Http(action)) => act::over_http(self.client(), action, &values, false).await.map(drop),
            Some(Block::Command(argv)) => {
                act::by_command(argv, &values, self.target.connection.timeout).await.map(drop)
            }
            // It was blocked before the run.
            Some(Block::Phones(_)) => Ok(()),
        };
        blocked.map_err(|error| format!("the user was not blocked: {error}"))
    }

    /// The newest value that came for an address, and none that was read before.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn read(&self, inbox: Inbox, address: &str) -> Result<String, Missing> {
        self.inboxes.read(self, inbox, address).await
    }

    /// What is in an inbox before the target is asked to send something.
    pub async fn look_before(&self, inbox: Inbox, address: &str) -> Option<Before> {
        self.inboxes.look_before(self, inbox, address).await
    }

    /// Takes what was in an inbox for old.
    pub fn remember(&self, inbox: Inbox, address: &str, before: Before) {
        self.inboxes.remember(inbox, address, before);
    }

    /// Takes all that is in an inbox for old.
    pub async fn empty(&self, inbox: Inbox, address: &str) {
        if let Some(before) = self.look_before(inbox, address).await {
            self.remember(inbox, address, before);
        }
    }
}

fn local_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX / 2))
}
