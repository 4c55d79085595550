//! How the requests of a run reach one deployment: over which connections, how fast, what is sent again, and whether
//! anything is still there.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use reqwest::Client;

use super::elapsed_ms;
use super::http::{self, Clients, RawAnswer, Sizes};
use super::pace::Pace;
use super::reading::{self, Room};
use super::silence::Silence;
use crate::exchange::{FailureKind, Outcome, TransportFailure};
use crate::target::Target;

/// How much of an answer's body is kept whole; a longer one is no answer of this API.
const KEPT_BYTES: usize = 128 * 1024;
/// The pause before a connection is tried again; twice as long each time.
const RECONNECT: Duration = Duration::from_millis(250);
/// So soon after its answer a connection ends that is not kept.
const CLOSING: Duration = Duration::from_millis(5);
/// What is not answered for so long beside a connection that is kept waits for the end of that one.
const ALONE: Duration = Duration::from_millis(400);
/// Longer than any run.
const FOR_GOOD: Duration = Duration::from_secs(30 * 24 * 3600);
/// The longest such pause.
const RECONNECT_AT_MOST: Duration = Duration::from_secs(4);

/// The way to one deployment.
#[derive(Debug)]
pub struct Wire {
    clients: Clients,
    sizes: Sizes,
    reconnects: u32,
    patience: Duration,
    base: String,
    pace: Pace,
    /// Until when no connection is used a second time.
    wary_until: Mutex<Option<Instant>>,
    /// Whether the target still answers.
    pub silence: Silence,
    room: Room,
}

/// One request, as it is sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sending<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The whole URL.
    pub url: &'a str,
    /// Header names and values.
    pub headers: &'a [(String, String)],
    /// The body, if there is one.
    pub body: Option<&'a Bytes>,
    /// Whether the target may close the connection instead of answering, which then says nothing about it.
    pub may_close: bool,
    /// Whether it goes over a connection of its own.
    pub own_connection: bool,
    /// Whether the moment for it has come already; else it waits for one of its own.
    pub at_once: bool,
}

/// What came of sending.
#[derive(Debug)]
pub struct Sent {
    /// The answer, or why there is no usable one.
    pub outcome: Outcome,
    /// When it was sent the last time.
    pub started: Instant,
    /// Milliseconds from then.
    pub elapsed_ms: f64,
    /// Why no connection came about before, once for each time that it was tried again.
    pub reconnected: Vec<String>,
}

impl Wire {
    /// The way to a target, which is tried again so often where there is no connection.
    pub fn new(target: &Target, clients: Clients, reconnects: u32) -> Self {
        let limits = &target.limits;
        Self {
            clients,
            sizes: Sizes { body_bytes: limits.body_bytes, header_bytes: limits.header_bytes, kept_bytes: KEPT_BYTES },
            reconnects,
            patience: target.connection.connect_timeout,
            base: target.base.to_string(),
            pace: Pace::new(limits),
            wary_until: Mutex::new(None),
            silence: Silence::default(),
            room: Room::default(),
        }
    }

    /// Sends a request when it may be sent. Only what never reached the target is sent again.
    pub async fn send(&self, sending: Sending<'_>) -> Sent {
        let mut reconnected = Vec::new();
        loop {
            self.silence.pass().await;
            let under_way = match sending.at_once && reconnected.is_empty() {
                true => self.pace.place().await,
                false => self.pace.turn().await,
            };
            let started = Instant::now();
            let answer = self.once(sending).await;
            let elapsed_ms = elapsed_ms(started);
            drop(under_way);
            match answer {
                Err(TransportFailure { kind: FailureKind::Connect, message }) if self.may_reconnect(&reconnected) => {
                    tokio::time::sleep(pause_before(reconnected.len())).await;
                    reconnected.push(message);
                }
                answer => {
                    let outcome = answer.map_or_else(Outcome::Failure, |answer| reading::outcome(answer, &self.room));
                    self.note(&outcome, sending.may_close).await;
                    return Sent { outcome, started, elapsed_ms, reconnected };
                }
            }
        }
    }

    /// Sends a request once, when it may be sent, and gives the moment. What comes of it says nothing about whether the target answers.
    pub async fn aside(&self, sending: Sending<'_>) -> (Result<RawAnswer, TransportFailure>, Instant) {
        let under_way = self.pace.turn().await;
        let started = Instant::now();
        let answer = self.once(sending).await;
        drop(under_way);
        (answer, started)
    }

    /// Whether anything answers at the base URL, where a connection is tried again as for any request. Gives how long
    /// the answer took, without the times before that there was no connection.
    ///
    /// # Errors
    /// Why nothing does, in words.
    pub async fn reach(&self) -> Result<Duration, String> {
        let mut tries = 0;
        loop {
            let asked = Instant::now();
            match self.look_once(false).await {
                Err(failure) if failure.kind == FailureKind::Connect && tries < self.reconnects => {
                    tokio::time::sleep(pause_before(usize::try_from(tries).unwrap_or(usize::MAX))).await;
                    tries += 1;
                }
                Err(failure) => return Err(failure.message),
                Ok(answer) => {
                    let took = asked.elapsed();
                    self.learn_whether_kept(&answer, took).await;
                    return Ok(took);
                }
            }
        }
    }

    /// Looks again, over the same connection if the target kept it, and over another one beside it. Some targets end
    /// each connection without saying so, and now and then a request would meet the end and be lost; some serve one after
    /// the other, and whoever keeps one lets all others wait. For both, none is used a second time.
    async fn learn_whether_kept(&self, first: &RawAnswer, took: Duration) {
        let again = async {
            tokio::time::sleep(CLOSING).await;
            self.look_once(false).await.is_ok_and(|second| second.from == first.from)
        };
        let beside = tokio::time::timeout(ALONE.max(took * 3), self.look_once(true));
        let (kept, beside) = tokio::join!(again, beside);
        if !kept || beside.is_err() {
            self.be_wary(FOR_GOOD);
        }
    }

    async fn look(&self) -> Result<(), String> {
        self.look_once(false).await.map(drop).map_err(|failure| failure.message)
    }

    async fn look_once(&self, own_connection: bool) -> Result<RawAnswer, TransportFailure> {
        http::send_within(self.client(own_connection), self.sizes, "GET", &self.base, &[], None).await
    }

    /// Waits until so many requests may be sent at once.
    pub async fn moment_for(&self, requests: usize) {
        self.pace.moment_for(u32::try_from(requests).unwrap_or(u32::MAX)).await;
    }

    /// Sends nothing for so long, as the target answers to a request that was sent at a moment.
    pub fn hold(&self, wait: Duration, sent: Instant) {
        self.pace.hold(wait, sent.into());
    }

    async fn once(&self, sending: Sending<'_>) -> Result<RawAnswer, TransportFailure> {
        let Sending { method, url, headers, body, own_connection, .. } = sending;
        let client = self.client(own_connection);
        let answer = http::send_within(client, self.sizes, method, url, headers, body.cloned()).await;
        // A server that fails often ends the connection without saying so, and the next request on it would be lost.
        // One that has done so is not trusted again.
        let wary_for = match &answer {
            Ok(answer) if answer.http1 && answer.status >= 500 => http::IDLE,
            Ok(_) => return answer,
            Err(failure) => match failure.kind {
                FailureKind::Broken => FOR_GOOD,
                FailureKind::Connect | FailureKind::Timeout | FailureKind::TooLarge | FailureKind::Unreadable => {
                    http::IDLE
                }
                FailureKind::Unsendable => return answer,
            },
        };
        self.be_wary(wary_for);
        answer
    }

    /// Uses no connection a second time for so long.
    fn be_wary(&self, wary_for: Duration) {
        let until = Instant::now() + wary_for;
        let mut wary = self.wary_until.lock().unwrap_or_else(PoisonError::into_inner);
        *wary = Some(wary.map_or(until, |known| known.max(until)));
    }

    /// The client for the next request: for one that is to have a connection of its own, and for as long as a connection
    /// that ended may lie among those kept, a new connection is made.
    pub fn client(&self, own_connection: bool) -> &Client {
        let wary = self.wary_until.lock().unwrap_or_else(PoisonError::into_inner);
        match &self.clients.single {
            Some(single) if own_connection || wary.is_some_and(|until| Instant::now() < until) => single,
            Some(_) | None => &self.clients.kept,
        }
    }

    fn may_reconnect(&self, reconnected: &[String]) -> bool {
        reconnected.len() < usize::try_from(self.reconnects).unwrap_or(usize::MAX) && self.silence.gone().is_none()
    }

    async fn note(&self, outcome: &Outcome, may_close: bool) {
        match outcome {
            Outcome::Answer(_) => self.silence.broken(),
            Outcome::Failure(failure) if may_close || failure.kind == FailureKind::Unsendable => {}
            Outcome::Failure(failure) => self.silence.goes_on(&failure.message, self.patience, || self.look()).await,
        }
    }
}

fn pause_before(tries: usize) -> Duration {
    let doublings = u32::try_from(tries).unwrap_or(u32::MAX).min(10);
    RECONNECT.saturating_mul(1 << doublings).min(RECONNECT_AT_MOST)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// Where nobody listens.
    fn nowhere() -> Target {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        Target::bare("nowhere", format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap())
    }

    #[tokio::test]
    async fn only_a_connection_is_tried_again_and_each_time_is_told() {
        let target = nowhere();
        let clients = Clients { kept: http::client(false, &target.connection).unwrap(), single: None };
        let wire = Wire::new(&target, clients, 1);
        let url = target.base.to_string();
        let sent = wire.send(Sending { method: "GET", url: &url, ..Sending::default() }).await;
        assert_eq!(sent.reconnected.len(), 1);
        let Outcome::Failure(failure) = sent.outcome else { panic!("an answer from nowhere") };
        assert_eq!((failure.kind, &failure.message), (FailureKind::Connect, &sent.reconnected[0]));
    }

    /// A server that ends each connection after so many answers without saying so, or serves one after the other; an
    /// answer tells which connection it came over.
    async fn numbering(answers: usize, one_after_the_other: bool) -> (Target, Wire) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let target = Target::bare("numbering", format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap());
        tokio::spawn(async move {
            for number in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let served = tokio::spawn(async move {
                    let mut request = [0; 1024];
                    for _ in 0..answers {
                        if stream.read(&mut request).await.unwrap() == 0 {
                            return;
                        }
                        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\n{number}");
                        stream.write_all(answer.as_bytes()).await.unwrap();
                    }
                });
                if one_after_the_other {
                    served.await.unwrap();
                }
            }
        });
        let (kept, single) = (http::client(false, &target.connection), http::single_use(false, &target.connection));
        let wire = Wire::new(&target, Clients { kept: kept.unwrap(), single: Some(single.unwrap()) }, 0);
        (target, wire)
    }

    #[tokio::test]
    async fn a_connection_of_its_own_is_used_for_one_request() {
        let (target, wire) = numbering(usize::MAX, false).await;
        let url = target.base.to_string();
        let mut came_over = Vec::new();
        for own_connection in [false, true, false] {
            let sending = Sending { method: "GET", url: &url, own_connection, ..Sending::default() };
            let Outcome::Answer(answer) = wire.send(sending).await.outcome else { panic!("no answer") };
            came_over.push(answer.json().cloned().unwrap());
        }
        assert_eq!(came_over, [0, 1, 0]);
    }

    #[rstest]
    #[case::ends_each(1, false, true)]
    #[case::serves_one_after_the_other(usize::MAX, true, true)]
    #[case::keeps_them(usize::MAX, false, false)]
    #[tokio::test]
    async fn where_none_can_be_kept_no_connection_is_used_again(
        #[case] answers: usize,
        #[case] one_after_the_other: bool,
        #[case] wary: bool,
    ) {
        let (_, wire) = numbering(answers, one_after_the_other).await;
        wire.reach().await.unwrap();
        let single: *const Client = wire.clients.single.as_ref().unwrap();
        assert_eq!(std::ptr::eq(wire.client(false), single), wary);
    }

    #[test]
    fn pauses_grow_and_end_growing() {
        assert_eq!(
            [0, 1, 2, 3, 4, 99].map(pause_before).map(|pause| pause.as_millis()),
            [250, 500, 1000, 2000, 4000, 4000]
        );
    }
}
