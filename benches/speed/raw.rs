//! The limit: the requests of a recording, sent by the same HTTP client at the same concurrency, and nothing looked at.
//!
//! Secrets are placeholders in a recording, so most requests are refused, which costs the server less than it did in the
//! run: the limit is a strict one.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use conformance::event::Event;
use conformance::exchange::{Body, Request};
use conformance::runner::http;
use conformance::target::Connection;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::recorded::events;

/// The argument by which this program is told to be the raw client.
pub const COMMAND: &str = "raw-client";

/// Sends every flow's requests one after the other, so many flows at a time.
pub fn send(recording: &Path, url: &str, jobs: usize) -> Result<(), Box<dyn Error>> {
    let mut flows: Vec<(String, Vec<Request>)> = Vec::new();
    for event in events(&recording.display().to_string())? {
        if let Event::Step(step) = event? {
            let requests = step.exchanges.into_iter().map(|exchange| exchange.request);
            match flows.last_mut().filter(|(flow, _)| *flow == step.flow) {
                Some((_, known)) => known.extend(requests),
                None => flows.push((step.flow, requests.collect())),
            }
        }
    }
    let client = http::client(url.starts_with("https:"), &Connection::default())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let places = Arc::new(Semaphore::new(jobs));
        let mut tasks = JoinSet::new();
        for (_, requests) in flows {
            let (client, places) = (client.clone(), places.clone());
            tasks.spawn(async move {
                let _place = places.acquire().await;
                for request in requests {
                    let body = match request.body {
                        Some(Body::Text(text)) => Some(text.into_bytes().into()),
                        Some(Body::Binary { lossy: start, .. } | Body::Shortened { start, .. }) => {
                            Some(start.into_bytes().into())
                        }
                        None => None,
                    };
                    // Whatever comes of it.
                    let _ = http::send(&client, &request.method, &request.url, &request.headers, body).await;
                }
            });
        }
        tasks.join_all().await;
    });
    Ok(())
}
