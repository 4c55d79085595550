//! The limit: the requests of a recording, sent by the same HTTP client at the same concurrency, and nothing judged.
//!
//! Secrets are placeholders in a recording. They are filled in as the answers tell them, codes and links are read from the
//! server's inbox as the run did, sessions are ended at the end of a flow, and everything else that is secret is made up
//! once: so most requests do to the server what they did in the run. Its clock is moved as in the run, each time when every
//! flow has come so far.

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

/// So long nothing is sent in a run but where the clock was moved, milliseconds.
const MOVED_MS: i64 = 900;

/// So many of a hundred requests must be answered as in the run, or they cost the server something else.
const AS_RECORDED_PERCENT: usize = 95;

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
    /// Looks into inboxes, ends of sessions and moves of the clock, of which no answer is recorded.
    aside: usize,
}

/// Sends every flow's requests one after the other, so many flows at a time.
pub fn send(recording: &Path, url: &str, secret: &str, jobs: usize) -> Result<(), Box<dyn Error>> {
    let root = url.split("/api/").next().unwrap_or(url).to_owned();
    let client = http::client(url.starts_with("https:"), &Connection::default())?;
    let known = Known::new(HashMap::from([("[client_secret 1]".to_owned(), secret.to_owned())]));
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let flows = flows(recording, url)?;
    let sending = sending(&flows);
    let stages = stages(flows);
    let server = Arc::new(Server { client, root, url: url.to_owned(), known, sending });
    let Tally { sent, as_recorded, aside } = runtime.block_on(server.stages(stages, jobs));
    println!("{as_recorded} of {sent} requests were answered as in the run, and {aside} were sent on the side");
    if as_recorded * 100 < sent * AS_RECORDED_PERCENT {
        return Err(
            format!("only {as_recorded} of {sent} requests were answered as in the run: no measure of it").into()
        );
    }
    Ok(())
}

/// What each flow of a recording did, in the order in which they began, and now does at another base URL.
fn flows(recording: &Path, url: &str) -> Result<Vec<Vec<Move>>, Box<dyn Error>> {
    let mut flows: Vec<(String, Vec<Move>)> = Vec::new();
    let mut base = String::new();
    for event in events(&recording.display().to_string())? {
        let (flow, moves) = match event? {
            Event::RunStarted(start) => {
                base = start.target.url;
                continue;
            }
            Event::Step(mut step) => {
                for exchange in &mut step.exchanges {
                    if let Some(rest) = exchange.request.url.strip_prefix(&base) {
                        exchange.request.url = format!("{url}{rest}");
                    }
                }
                (step.flow.clone(), moves(*step))
            }
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

/// What is done at one time of the server's clock.
struct Stage {
    /// How far the clock is moved before, seconds.
    seconds: i64,
    /// The flows that do something, by their numbers.
    flows: Vec<(usize, Vec<Move>)>,
}

/// Parts what flows did by the moments at which the clock was moved: times of the target tell of them.
fn stages(flows: Vec<Vec<Move>>) -> Vec<Stage> {
    let at_ms = |it: &Move| match it {
        Move::Send(exchange) => Some(exchange.at_ms),
        Move::Read(_) | Move::End(_) => None,
    };
    let mut times: Vec<i64> = flows.iter().flatten().filter_map(at_ms).collect();
    times.sort_unstable();
    let moves = times.windows(2).filter(|pair| pair[1] - pair[0] >= MOVED_MS);
    let (begins, seconds): (Vec<i64>, Vec<i64>) = moves.map(|pair| (pair[1], (pair[1] - pair[0]) / 1000)).unzip();
    let mut stages: Vec<Stage> =
        [0].into_iter().chain(seconds).map(|seconds| Stage { seconds, flows: Vec::new() }).collect();
    for (number, moves) in flows.into_iter().enumerate() {
        let mut stage = 0;
        for it in moves {
            stage = at_ms(&it).map_or(stage, |at_ms| begins.partition_point(|begin| *begin <= at_ms));
            match stages[stage].flows.last_mut().filter(|(flow, _)| *flow == number) {
                Some((_, moves)) => moves.push(it),
                None => stages[stage].flows.push((number, vec![it])),
            }
        }
    }
    stages
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
struct Server {
    client: Client,
    root: String,
    url: String,
    known: Known,
    /// The operations that make it send a message.
    sending: HashSet<String>,
}

/// What a flow knows of its inbox.
#[derive(Debug, Default)]
struct Post {
    /// A code or a link, which was read last.
    read: Option<String>,
    /// Whose inbox is read.
    of: Option<String>,
    /// Whether something may lie there.
    unread: bool,
}

impl Server {
    /// Does one stage after the other, so many flows at a time.
    async fn stages(self: &Arc<Self>, stages: Vec<Stage>, jobs: usize) -> Tally {
        let places = Arc::new(Semaphore::new(jobs));
        let mut posts: HashMap<usize, Post> = HashMap::new();
        let mut sum = Tally::default();
        for Stage { seconds, flows } in stages {
            if seconds > 0 {
                self.advance(seconds, &mut sum).await;
            }
            let mut tasks = JoinSet::new();
            for (flow, moves) in flows {
                let (server, places, post) = (self.clone(), places.clone(), posts.remove(&flow).unwrap_or_default());
                tasks.spawn(async move {
                    let _place = places.acquire().await;
                    (flow, server.flow(moves, post).await)
                });
            }
            for (flow, (post, tally)) in tasks.join_all().await {
                posts.insert(flow, post);
                sum.sent += tally.sent;
                sum.as_recorded += tally.as_recorded;
                sum.aside += tally.aside;
            }
        }
        sum
    }

    async fn flow(self: &Arc<Self>, moves: Vec<Move>, mut post: Post) -> (Post, Tally) {
        let mut tally = Tally::default();
        for it in moves {
            match it {
                Move::Read(whose) => {
                    let read = self.inbox(&mut tally, &whose).await.or(post.read);
                    post = Post { read, of: Some(whose), unread: false };
                }
                Move::Send(exchange) => {
                    let sends = self.sending.contains(&exchange.request.operation);
                    // The run looks what is there before a message is asked for.
                    if let Some(whose) = post.of.as_ref().filter(|_| post.unread && sends) {
                        let _ = self.inbox(&mut tally, whose).await;
                    }
                    let accepted = self.send(&exchange, post.read.as_deref(), &mut tally).await;
                    post.unread |= accepted && sends;
                }
                Move::End(sessions) => self.end(sessions, &mut tally).await,
            }
        }
        (post, tally)
    }

    async fn advance(&self, seconds: i64, tally: &mut Tally) {
        tally.aside += 1;
        let url = format!("{}/_test/clock/advance", self.root);
        let headers = [("content-type".to_owned(), "application/json".to_owned())];
        let body = format!("{{\"seconds\":{seconds}}}");
        let _ = http::send(&self.client, "POST", &url, &headers, Some(body.into())).await;
    }

    /// Sends a request, and tells whether it was accepted.
    async fn send(&self, exchange: &Exchange, read: Option<&str>, tally: &mut Tally) -> bool {
        let Request { method, url, headers, body, .. } = &exchange.request;
        let filled = |text: &str| filled(text, &self.known, read);
        let headers: Vec<_> = headers.iter().map(|(name, value)| (name.clone(), filled(value))).collect();
        let body = body.as_ref().map(|body| match body {
            Body::Text(text) => filled(text).into(),
            Body::Binary { lossy, .. } => lossy.clone().into(),
            // The rest is not recorded; as much is sent.
            Body::Shortened { bytes, start } => [start, "x".repeat(bytes - start.len()).as_str()].concat().into(),
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

    async fn end(self: &Arc<Self>, sessions: Vec<EndedSession>, tally: &mut Tally) {
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
