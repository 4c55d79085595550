//! Reads codes and links out of band: the newest message only, and none from before the request.

use std::collections::HashMap;
use std::io::SeekFrom;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::act::{self, Values};
use super::instance::Instance;
use crate::target::find::Found;
use crate::target::{Find, Source};

/// How often an inbox is asked: first at once, then after these pauses, the last one again and again.
const PAUSES_MS: [u64; 6] = [20, 50, 100, 250, 500, 1000];
/// A source that has missed so often and never worked is not waited for any longer.
const MISSES: u32 = 3;
/// How long another message is waited for where one says what the last one said: some inboxes are given a message twice.
const TWICE: Duration = Duration::from_secs(1);
/// How much of the end of a file is looked at.
const TAIL_BYTES: u64 = 4 * 1024 * 1024;

/// What can be read out of band.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inbox {
    /// Codes by phone.
    Sms,
    /// Links by email address.
    Mail,
}

impl Inbox {
    /// The capability that reading it is.
    pub fn capability(self) -> &'static str {
        match self {
            Inbox::Sms => "sms",
            Inbox::Mail => "mail",
        }
    }

    fn address(self) -> &'static str {
        match self {
            Inbox::Sms => "phone",
            Inbox::Mail => "email",
        }
    }
}

/// Why something out of band did not come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// In words.
    pub reason: String,
    /// Whether the target is to blame: the source answers, and has yielded before in this run.
    pub proven: bool,
    /// Whether the profile has no source at all.
    pub no_source: bool,
}

/// What is known of the inboxes of one deployment.
#[derive(Debug, Default)]
pub(super) struct Inboxes {
    /// By inbox and address: what was there already.
    before: Mutex<HashMap<(&'static str, String), Before>>,
    /// By inbox and address: what was seen before a request and is not read yet. Some inboxes give each message once.
    unread: Mutex<HashMap<(&'static str, String), Found>>,
    /// By inbox and address: what was read last.
    last: Mutex<HashMap<(&'static str, String), String>>,
    sms: Record,
    mail: Record,
    /// Nothing was in them at the start.
    were_empty: bool,
}

/// What was in an inbox already.
#[derive(Debug, Clone)]
pub enum Before {
    /// The message that was read last, or stood there before.
    Message(String),
    /// The end of a file, in bytes.
    End(u64),
    /// It could not be read, so that an old message cannot be told from a new one.
    Unknown(String),
}

/// How a source has done so far.
#[derive(Debug, Default)]
struct Record {
    worked: AtomicBool,
    misses: AtomicU32,
}

impl Record {
    /// Notes that nothing came, and says why.
    fn miss(&self, error: Option<String>, within: Duration) -> Missing {
        self.misses.fetch_add(1, Ordering::Relaxed);
        let proven = error.is_none() && self.worked.load(Ordering::Relaxed);
        let reason = match error {
            None => format!("no new message for it within {} s", within.as_secs_f64()),
            Some(error) => format!("its inbox cannot be read: {error}"),
        };
        Missing { reason, proven, no_source: false }
    }
}

impl Inboxes {
    /// Inboxes that hold all that was sent, and nothing else.
    pub(super) fn proven() -> Self {
        let inboxes = Self { were_empty: true, ..Self::default() };
        inboxes.sms.worked.store(true, Ordering::Relaxed);
        inboxes.mail.worked.store(true, Ordering::Relaxed);
        inboxes
    }

    fn record(&self, inbox: Inbox) -> &Record {
        match inbox {
            Inbox::Sms => &self.sms,
            Inbox::Mail => &self.mail,
        }
    }

    fn before(&self, inbox: Inbox, address: &str) -> Option<Before> {
        let before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        before.get(&(inbox.capability(), address.to_owned())).cloned()
    }

    /// What is there counts as old from now on.
    pub(super) fn remember(&self, inbox: Inbox, address: &str, what: Before) {
        let mut before = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        before.insert((inbox.capability(), address.to_owned()), what);
        self.take_unread(inbox, address);
    }

    fn is_last(&self, inbox: Inbox, address: &str, value: &str) -> bool {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.get(&(inbox.capability(), address.to_owned())).is_some_and(|last| last == value)
    }

    fn note_last(&self, inbox: Inbox, address: &str, value: &str) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.insert((inbox.capability(), address.to_owned()), value.to_owned());
    }

    fn take_unread(&self, inbox: Inbox, address: &str) -> Option<Found> {
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        unread.remove(&(inbox.capability(), address.to_owned()))
    }

    /// Notes a message that nobody asked for yet, unless it was read already.
    fn keep_unread(&self, inbox: Inbox, address: &str, found: &Found) {
        if matches!(self.before(inbox, address), Some(Before::Message(mark)) if mark == found.mark) {
            return;
        }
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        unread.insert((inbox.capability(), address.to_owned()), found.clone());
    }

    /// What is there before the target is asked to send something; `None` where that need not be known.
    pub(super) async fn look_before(&self, instance: &Instance, inbox: Inbox, address: &str) -> Option<Before> {
        if self.were_empty {
            return None;
        }
        match source(instance, inbox)? {
            Source::Fixed(_) | Source::Prompt => None,
            Source::File { path, .. } => Some(Before::End(end_of(path).await)),
            source @ (Source::Http { .. } | Source::Command { .. }) => {
                match look(source, instance, inbox, address).await {
                    Ok(found) => found.map(|found| {
                        self.keep_unread(inbox, address, &found);
                        Before::Message(found.mark)
                    }),
                    Err(reason) => Some(Before::Unknown(reason)),
                }
            }
        }
    }

    /// The newest value that came for an address, and none that was there or read before.
    pub(super) async fn read(&self, instance: &Instance, inbox: Inbox, address: &str) -> Result<String, Missing> {
        let missing = |reason: String| Missing { reason, proven: false, no_source: false };
        let Some(source) = source(instance, inbox) else {
            let table = inbox.capability();
            let reason = format!("the profile gives no source for it (`[target.NAME.{table}]`)");
            return Err(Missing { no_source: true, ..missing(reason) });
        };
        let within = match source {
            Source::Fixed(value) => return Ok(value.clone()),
            Source::Prompt => return ask(instance, inbox, address).await.map_err(missing),
            Source::Http { within, .. } | Source::Command { within, .. } | Source::File { within, .. } => *within,
        };
        if let Some(Before::Unknown(reason)) = self.before(inbox, address) {
            return Err(missing(format!(
                "its inbox could not be read before the request, so a new message cannot be told from an old one: {reason}"
            )));
        }
        self.poll(source, instance, (inbox, address), within).await
    }

    /// Looks again and again until something new is there. One that says what the last one said is taken only when
    /// nothing else comes.
    async fn poll(
        &self,
        source: &Source,
        instance: &Instance,
        (inbox, address): (Inbox, &str),
        within: Duration,
    ) -> Result<String, Missing> {
        let record = self.record(inbox);
        let hopeless = !record.worked.load(Ordering::Relaxed) && record.misses.load(Ordering::Relaxed) >= MISSES;
        let deadline = tokio::time::Instant::now() + if hopeless { Duration::ZERO } else { within };
        let mut pauses = PAUSES_MS.iter().copied().chain(std::iter::repeat(PAUSES_MS[PAUSES_MS.len() - 1]));
        let mut repeated: Option<(String, tokio::time::Instant)> = None;
        loop {
            let looked = self.look_after(source, instance, inbox, address).await;
            let now = tokio::time::Instant::now();
            match (&looked, &repeated) {
                (Ok(Some(value)), _) if self.is_last(inbox, address, value) => {
                    repeated = Some((value.clone(), now + TWICE));
                }
                (Ok(Some(value)), _) => {
                    record.worked.store(true, Ordering::Relaxed);
                    self.note_last(inbox, address, value);
                    return Ok(value.clone());
                }
                (_, Some((value, until))) if now >= *until => return Ok(value.clone()),
                _ => {}
            }
            let pause = Duration::from_millis(pauses.next().unwrap_or(1000));
            let pause = if repeated.is_some() { pause.min(TWICE / 10) } else { pause };
            if tokio::time::Instant::now() + pause > deadline {
                if let Some((value, _)) = repeated {
                    return Ok(value);
                }
                return Err(record.miss(looked.err(), within));
            }
            tokio::time::sleep(pause).await;
        }
    }

    /// The newest value, if its message is another than the one that was there.
    async fn look_after(
        &self,
        source: &Source,
        instance: &Instance,
        inbox: Inbox,
        address: &str,
    ) -> Result<Option<String>, String> {
        let before = self.before(inbox, address);
        if let Source::File { path, find, .. } = source {
            let start = if let Some(Before::End(end)) = before { end } else { 0 };
            let Some((appended, end)) =
                tail(path, start).await.map_err(|error| format!("`{}`: {error}", path.display()))?
            else {
                return Ok(None);
            };
            let found = find.newest(&appended, address).map(|found| found.value);
            if found.is_some() {
                self.remember(inbox, address, Before::End(end));
            }
            return Ok(found);
        }
        let found = look(source, instance, inbox, address).await?;
        let Some(found) = found.or_else(|| self.take_unread(inbox, address)) else { return Ok(None) };
        if matches!(before, Some(Before::Message(mark)) if mark == found.mark) {
            return Ok(None);
        }
        self.remember(inbox, address, Before::Message(found.mark));
        Ok(Some(found.value))
    }
}

fn source(instance: &Instance, inbox: Inbox) -> Option<&Source> {
    match inbox {
        Inbox::Sms => instance.target.sms.as_ref(),
        Inbox::Mail => instance.target.mail.as_ref(),
    }
}

async fn look(source: &Source, instance: &Instance, inbox: Inbox, address: &str) -> Result<Option<Found>, String> {
    let values = Values::new(inbox.address(), Value::from(address), &instance.target);
    let (text, find): (String, &Find) = match source {
        Source::Http { request, find, .. } => (act::over_http(instance.client(), request, &values, true).await?, find),
        Source::Command { argv, find, .. } => {
            (act::by_command(argv, &values, instance.target.connection.timeout).await?, find)
        }
        Source::Fixed(_) | Source::File { .. } | Source::Prompt => return Ok(None),
    };
    Ok(find.newest(&text, address))
}

async fn ask(instance: &Instance, inbox: Inbox, address: &str) -> Result<String, String> {
    let Some(asks) = &instance.asks else { return Err("nobody can be asked: this is no terminal".to_owned()) };
    let what = match inbox {
        Inbox::Sms => "the code sent to",
        Inbox::Mail => "the link mailed to",
    };
    let answer = asks.ask(&format!("{what} {address}")).await?;
    if answer.is_empty() { Err("nobody answered".to_owned()) } else { Ok(answer) }
}

/// The length of a file; 0 where there is none yet.
async fn end_of(path: &Path) -> u64 {
    tokio::fs::metadata(path).await.map_or(0, |metadata| metadata.len())
}

/// The whole lines of a file from a place on, and where they end. A file that became shorter is a new one.
async fn tail(path: &Path, start: u64) -> std::io::Result<Option<(String, u64)>> {
    let mut file = match tokio::fs::File::open(path).await {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let length = file.metadata().await?.len();
    let start = if length < start { 0 } else { start };
    let start = start.max(length.saturating_sub(TAIL_BYTES));
    file.seek(SeekFrom::Start(start)).await?;
    let mut bytes = Vec::new();
    file.take(TAIL_BYTES).read_to_end(&mut bytes).await?;
    // A line may be half written yet.
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    bytes.truncate(whole);
    Ok(Some((String::from_utf8_lossy(&bytes).into_owned(), start + whole as u64)))
}

#[cfg(test)]
mod tests;
