//! The limit: the requests of a recording, sent by the same HTTP client at the same concurrency, and nothing judged.
//!
//! Secrets are placeholders in a recording. They are filled in as the answers tell them, codes and links are read from the
//! server's inbox as the run did, sessions are ended at the end of a flow, and everything else that is secret is made up
//! once: so most requests do to the server what they did in the run. Its clock is not moved, which the run waits for.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use conformance::event::{EndedSession, Event, StepEvent};
use conformance::exchange::{Body, Exchange, Outcome, Request, SightingForm};
use conformance::expect::Test;
use conformance::runner::http;
use conformance::target::Connection;
use regex::{Captures, Regex};
use reqwest::Client;
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::recorded::events;

/// The argument by which this program is told to be the raw client.
pub const COMMAND: &str = "raw-client";

/// A secret as it stands in a recording.
static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\[([a-z_]+) \d+\]").expect("a pattern"));

/// What was known by its placeholder so far, of all flows, as flows begin with the accounts of others.
type Known = Mutex<HashMap<String, String>>;

/// What a flow does next.
enum Move {
    Send(Box<Exchange>),
    /// Reads the inbox of a phone or an address.
    Read(String),
    /// Asks for the end of all sessions at once.
    End(Vec<EndedSession>),
}

/// How many requests were sent, and how many of them were answered with the status that was recorded.
#[derive(Debug, Default)]
struct Tally {
    sent: usize,
    as_recorded: usize,
    /// Looks into inboxes and ends of sessions, of which no answer is recorded.
    aside: usize,
}

/// Sends every flow's requests one after the other, so many flows at a time.
pub fn send(recording: &Path, url: &str, secret: &str, jobs: usize) -> Result<(), Box<dyn Error>> {
    let root = url.split("/api/").next().unwrap_or(url).to_owned();
    let client = http::client(url.starts_with("https:"), &Connection::default())?;
    let known = Arc::new(Known::new(HashMap::from([("[client_secret 1]".to_owned(), secret.to_owned())])));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let flows = flows(recording)?;
    let sending = Arc::new(sending(&flows));
    let tally = runtime.block_on(async {
        let places = Arc::new(Semaphore::new(jobs));
        let mut tasks = JoinSet::new();
        for moves in flows {
            let server =
                Server { client: client.clone(), root: root.clone(), url: url.to_owned(), known: known.clone() };
            let (places, sending) = (places.clone(), sending.clone());
            tasks.spawn(async move {
                let _place = places.acquire().await;
                server.flow(moves, &sending).await
            });
        }
        tasks.join_all().await.into_iter().fold(Tally::default(), |sum, one| Tally {
            sent: sum.sent + one.sent,
            as_recorded: sum.as_recorded + one.as_recorded,
            aside: sum.aside + one.aside,
        })
    });
    let Tally { sent, as_recorded, aside } = tally;
    println!("{as_recorded} of {sent} requests were answered as in the run, and {aside} were sent on the side");
    Ok(())
}

/// What each flow of a recording did, in the order in which they began.
fn flows(recording: &Path) -> Result<Vec<Vec<Move>>, Box<dyn Error>> {
    let mut flows: Vec<(String, Vec<Move>)> = Vec::new();
    for event in events(&recording.display().to_string())? {
        let (flow, moves) = match event? {
            Event::Step(step) => (step.flow.clone(), moves(*step)),
            Event::FlowEnded { flow, ended, .. } if !ended.is_empty() => (flow, vec![Move::End(ended)]),
            _ => continue,
        };
        match flows.iter_mut().find(|(id, _)| *id == flow) {
            Some((_, known)) => known.extend(moves),
            None => flows.push((flow, moves)),
        }
    }
    Ok(flows.into_iter().map(|(_, moves)| moves).collect())
}

fn moves(step: StepEvent) -> Vec<Move> {
    // The number or the address is the last word of what came.
    let reads = step.assertions.iter().find_map(|assertion| {
        let Test::Came { what, .. } = &assertion.test else { return None };
        Some(Move::Read(what.split(' ').next_back()?.to_owned()))
    });
    step.exchanges.into_iter().map(|exchange| Move::Send(Box::new(exchange))).chain(reads).collect()
}

/// A server, and what is known of its secrets.
#[derive(Clone)]
struct Server {
    client: Client,
    root: String,
    url: String,
    known: Arc<Known>,
}

impl Server {
    async fn flow(&self, moves: Vec<Move>, sending: &HashSet<String>) -> Tally {
        let mut tally = Tally::default();
        // What was read last, a code or a link; whose inbox is read; and whether something may lie there.
        let (mut read, mut of, mut unread) = (None, None, false);
        for it in moves {
            match it {
                Move::Read(whose) => {
                    read = self.inbox(&mut tally, &whose).await.or(read);
                    (of, unread) = (Some(whose), false);
                }
                Move::Send(exchange) => {
                    let sends = sending.contains(&exchange.request.operation);
                    // The run looks what is there before a message is asked for.
                    if let Some(whose) = of.as_ref().filter(|_| unread && sends) {
                        let _ = self.inbox(&mut tally, whose).await;
                    }
                    let accepted = self.send(&exchange, read.as_deref(), &mut tally).await;
                    unread |= accepted && sends;
                }
                Move::End(sessions) => self.end(sessions, &mut tally).await,
            }
        }
        tally
    }

    /// Sends a request, and tells whether it was accepted.
    async fn send(&self, exchange: &Exchange, read: Option<&str>, tally: &mut Tally) -> bool {
        let Request { method, url, headers, body, .. } = &exchange.request;
        let filled = |text: &str| filled(text, &self.known, read);
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.clone(), filled(value))).collect();
        let body = body.as_ref().map(|body| match body {
            Body::Text(text) => filled(text).into(),
            Body::Binary { lossy: start, .. } | Body::Shortened { start, .. } => start.clone().into(),
        });
        tally.sent += 1;
        // Whatever comes of it.
        let Ok(answer) = http::send(&self.client, method, &filled(url), &headers, body).await else { return false };
        if matches!(&exchange.outcome, Outcome::Answer(recorded) if recorded.status == answer.status) {
            tally.as_recorded += 1;
        }
        learn(exchange, &answer.body, &self.known);
        (200..300).contains(&answer.status)
    }

    /// The newest code or the code of the newest link.
    async fn inbox(&self, tally: &mut Tally, of: &str) -> Option<String> {
        let (url, key) = match of.strip_prefix('+') {
            Some(digits) => (format!("{}/_test/sms?phone=%2B{digits}", self.root), "code"),
            None => (format!("{}/_test/mail?email={of}", self.root), "link"),
        };
        tally.aside += 1;
        let answer = http::send(&self.client, "GET", &url, &[], None).await.ok()?;
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        let value = body.pointer("/messages")?.as_array()?.last()?.get(key)?;
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        Some(text.rsplit("code=").next().unwrap_or_default().to_owned())
    }

    async fn end(&self, sessions: Vec<EndedSession>, tally: &mut Tally) {
        tally.aside += sessions.len();
        let mut tasks = JoinSet::new();
        for EndedSession { operation, token, .. } in sessions {
            let server = self.clone();
            tasks.spawn(async move {
                let (method, path) = operation.split_once(' ').unwrap_or_default();
                let bearer = format!("Bearer {}", filled(&token, &server.known, None));
                let headers = [("accept", "application/json".to_owned()), ("authorization", bearer)];
                let headers = headers.map(|(name, value)| (name.to_owned(), value));
                let _ = http::send(&server.client, method, &format!("{}{path}", server.url), &headers, None).await;
            });
        }
        tasks.join_all().await;
    }
}

/// The operations that make the server send a message: after them an inbox is read.
fn sending(flows: &[Vec<Move>]) -> HashSet<String> {
    let pairs = flows.iter().flat_map(|moves| moves.windows(2));
    let sends = pairs.filter_map(|pair| match pair {
        [Move::Send(exchange), Move::Read(_)] => Some(exchange.request.operation.clone()),
        _ => None,
    });
    sends.collect()
}

/// Takes from an answer what the run found at the same place.
fn learn(exchange: &Exchange, body: &[u8], known: &Known) {
    let whole = || exchange.sightings.iter().filter(|sighting| sighting.form == SightingForm::Whole);
    if whole().next().is_none() {
        return;
    }
    let Ok(body) = serde_json::from_slice::<Value>(body) else { return };
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    for sighting in whole() {
        if let Some(value) = body.pointer(&sighting.place).and_then(Value::as_str) {
            known.insert(sighting.placeholder.clone(), value.to_owned());
        }
    }
}

/// A text with every placeholder filled in: known, read last, or made up.
fn filled(text: &str, known: &Known, read: Option<&str>) -> String {
    if !text.contains('[') {
        return text.to_owned();
    }
    let known = known.lock().unwrap_or_else(PoisonError::into_inner);
    let value = |found: &Captures| match (known.get(&found[0]).map(String::as_str), &found[1], read) {
        (Some(value), _, _) | (None, "code" | "link", Some(value)) => value.to_owned(),
        _ => found[0].replace(['[', ']', ' '], "-"),
    };
    PLACEHOLDER.replace_all(text, value).into_owned()
}
