//! One deployment in use: its target, the time on its clock, and its out-of-band sources.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::Client;
use serde_json::Value;

use super::http;
use super::redact::Placeholders;
use crate::suite::template::{Piece, as_text, pieces};
use crate::target::{Clock, HttpAction, Source, Target};

/// How often an inbox is asked: first at once, then after these pauses, the last one again and again.
const PAUSES_MS: [u64; 6] = [20, 50, 100, 250, 500, 1000];
/// A difference between the clocks below this is the rounding of the Date header.
const CLOCK_TOLERANCE_MS: i64 = 3_000;

/// A deployment that flows talk to.
#[derive(Debug)]
pub struct Instance {
    /// What is known of it.
    pub target: Target,
    /// The client of all its requests.
    pub client: Client,
    /// Placeholders of the secrets met here.
    pub placeholders: Arc<Placeholders>,
    advanced_ms: AtomicI64,
    offset_ms: AtomicI64,
    offset_known: AtomicBool,
    read: Mutex<HashMap<String, Value>>,
    sms: Record,
    mail: Record,
}

/// How a source has done so far.
#[derive(Debug, Default)]
struct Record {
    worked: AtomicBool,
    misses: AtomicU32,
}

/// A source that has missed so often and never worked is not waited for any longer.
const MISSES: u32 = 3;

/// What can be read out of band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inbox {
    /// Codes by phone.
    Sms,
    /// Links by email address.
    Mail,
}

/// Why something out of band did not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// In words.
    pub reason: String,
    /// Whether the target is to blame: the source answers, and has yielded before in this run.
    pub proven: bool,
}

impl Instance {
    /// A deployment not yet talked to.
    ///
    /// # Errors
    /// Why no client can be built for it.
    pub fn new(target: Target, client: Client) -> Self {
        Self {
            target,
            client,
            placeholders: Arc::default(),
            advanced_ms: AtomicI64::new(0),
            offset_ms: AtomicI64::new(0),
            offset_known: AtomicBool::new(false),
            read: Mutex::default(),
            sms: Record::default(),
            mail: Record::default(),
        }
    }

    /// The same where what can be read out of band is known to be all that was sent, so that the target is
    /// to blame for what does not come.
    #[must_use]
    pub fn with_proven_sources(self) -> Self {
        self.sms.worked.store(true, Ordering::Relaxed);
        self.mail.worked.store(true, Ordering::Relaxed);
        self
    }

    /// Target time: milliseconds since the Unix epoch, as far as it is known.
    pub fn now_ms(&self) -> i64 {
        local_ms() + self.offset_ms.load(Ordering::Relaxed) + self.advanced_ms.load(Ordering::Relaxed)
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
            Some(Clock::Http(action)) => {
                // Whole seconds, as clocks of this kind take them.
                let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
                self.act(action, "seconds", &Value::from(seconds), false)
                    .await
                    .map_err(|error| format!("the clock was not moved: {error}"))?;
                self.advanced_ms.fetch_add(i64::try_from(seconds).unwrap_or(i64::MAX / 2000) * 1000, Ordering::Relaxed);
                Ok(())
            }
        }
    }

    /// Blocks the user of a phone.
    ///
    /// # Errors
    /// Why it cannot, in words.
    pub async fn block(&self, phone: &str) -> Result<(), String> {
        match &self.target.block {
            None => Err("the profile says no way to block a user (`[target.NAME.block]`)".to_owned()),
            Some(action) => self
                .act(action, "phone", &Value::from(phone), false)
                .await
                .map(drop)
                .map_err(|error| format!("the user was not blocked: {error}")),
        }
    }

    /// The newest value that came for an address, and none that was read before.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn read(&self, inbox: Inbox, address: &str) -> Result<String, Missing> {
        let (source, name, record, table) = match inbox {
            Inbox::Sms => (&self.target.sms, "phone", &self.sms, "sms"),
            Inbox::Mail => (&self.target.mail, "email", &self.mail, "mail"),
        };
        let blocked = |reason: String| Missing { reason, proven: false };
        match source {
            None => Err(blocked(format!("the profile gives no source for it (`[target.NAME.{table}]`)"))),
            Some(Source::Fixed(value)) => Ok(value.clone()),
            Some(Source::Http { request, path, within }) => {
                let key = format!("{table} {address}");
                let hopeless =
                    !record.worked.load(Ordering::Relaxed) && record.misses.load(Ordering::Relaxed) >= MISSES;
                let deadline = tokio::time::Instant::now() + if hopeless { Duration::ZERO } else { *within };
                let mut pauses = PAUSES_MS.iter().copied().chain(std::iter::repeat(PAUSES_MS[PAUSES_MS.len() - 1]));
                loop {
                    let answer = self.act(request, name, &Value::from(address), true).await;
                    let problem = match &answer {
                        Ok(body) => match self.newest(&key, body, path) {
                            Some(value) => {
                                record.worked.store(true, Ordering::Relaxed);
                                return Ok(value);
                            }
                            None => None,
                        },
                        Err(error) => Some(error.clone()),
                    };
                    let pause = Duration::from_millis(pauses.next().unwrap_or(1000));
                    if tokio::time::Instant::now() + pause > deadline {
                        record.misses.fetch_add(1, Ordering::Relaxed);
                        let proven = problem.is_none() && record.worked.load(Ordering::Relaxed);
                        let reason = problem.map_or_else(
                            || format!("no new message for it within {} s", within.as_secs()),
                            |error| format!("its inbox cannot be read: {error}"),
                        );
                        return Err(Missing { reason, proven });
                    }
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }

    /// The value in an inbox's answer, if that answer is another than the one read last.
    fn newest(&self, key: &str, body: &Value, path: &serde_json_path::JsonPath) -> Option<String> {
        let value = path.query(body).first().filter(|value| !value.is_null()).map(as_text)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.get(key) == Some(body) {
            return None;
        }
        read.insert(key.to_owned(), body.clone());
        Some(value)
    }

    async fn act(
        &self,
        action: &HttpAction,
        name: &str,
        value: &Value,
        empty_if_absent: bool,
    ) -> Result<Value, String> {
        let url = fill_url(&action.url, value);
        let mut headers = action.headers.clone();
        let body = action.body.as_ref().map(|body| {
            let lookup = |reference: &str| (reference == name).then(|| value.clone());
            crate::suite::Template::new(body.clone())
                .resolve(&lookup)
                .unwrap_or_else(|_| body.clone())
                .to_string()
                .into_bytes()
                .into()
        });
        if body.is_some() && !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
        }
        let answer = http::send(&self.client, &action.method, &url, &headers, body)
            .await
            .map_err(|failure| format!("{} {url}: {}", action.method, failure.message))?;
        // An inbox may not be there before its first message is.
        if answer.status == 404 && empty_if_absent {
            return Ok(Value::Null);
        }
        if !(200..300).contains(&answer.status) {
            return Err(format!("{} {url} answered {}", action.method, answer.status));
        }
        Ok(serde_json::from_slice(&answer.body).unwrap_or(Value::Null))
    }
}

/// A URL template with the value percent-encoded in the place of each reference.
fn fill_url(template: &str, value: &Value) -> String {
    let encoded: String = as_text(value)
        .bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect();
    pieces(template)
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Reference(_) => encoded.as_str(),
        })
        .collect()
}

fn local_ms() -> i64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_a_url_is_percent_encoded() {
        assert_eq!(
            fill_url("http://i/sms?phone=${phone}&x=1", &Value::from("+971 5")),
            "http://i/sms?phone=%2B971%205&x=1"
        );
    }
}
