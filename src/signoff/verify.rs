//! Checks a sign-off: every file, the signature, the time, and the verdict, which is judged again from the recording.
//!
//! Nothing in the evidence is believed before the signature is checked, and nothing of its own verdict after that.

use std::collections::BTreeSet;

use jiff::Timestamp;
use thiserror::Error;

use super::envelope::{self, EnvelopeError};
use super::key::PublicKey;
use super::statement::Statement;
use super::{CERTIFICATE, Evidence, PAGE, RECORDING, REPORT, STATEMENT, WAIVERS, objection};
use crate::contract::Contract;
use crate::contract::digest::sha256;
use crate::judge::result::RunResult;
use crate::judge::{self, RecordingError};

/// Files without which nothing is a sign-off.
const WANTED: [&str; 6] = [CERTIFICATE, RECORDING, REPORT, PAGE, WAIVERS, STATEMENT];

/// Why a sign-off does not hold.
#[derive(Debug, Error)]
pub enum Refusal {
    /// A run that was not conformant leaves evidence, but nothing signed.
    #[error("it is not signed: there is no `{STATEMENT}`, as in what a run leaves that did not conform")]
    Unsigned,
    /// A file is not there.
    #[error("`{0}` is missing")]
    Missing(String),
    /// A file is there that was not signed.
    #[error("`{0}` is no part of what was signed")]
    Extra(String),
    /// A file is not as it was signed.
    #[error("`{file}` was changed after it was signed: SHA-256 {signed} was signed, and it has {found}")]
    Changed {
        /// The file.
        file: String,
        /// The digest that was signed.
        signed: String,
        /// The digest that it has.
        found: String,
    },
    /// The envelope gives nothing.
    #[error("`{STATEMENT}`: {0}")]
    Envelope(#[from] EnvelopeError),
    /// What was signed is no statement of a sign-off.
    #[error("`{STATEMENT}`: what was signed is no statement of a sign-off: {0}")]
    NoStatement(String),
    /// It was signed later than the moment that is asked about.
    #[error("it was issued at {issued}, which is after {at}")]
    NotYet {
        /// When it was issued.
        issued: Timestamp,
        /// The moment that is asked about.
        at: Timestamp,
    },
    /// Its time is over.
    #[error("it has expired: it held until {until}, and it is asked for {at}")]
    Expired {
        /// Until when it held.
        until: Timestamp,
        /// The moment that is asked about.
        at: Timestamp,
    },
    /// The recording cannot be judged.
    #[error("`{RECORDING}`: {0}")]
    Recording(#[from] RecordingError),
    /// The statement says otherwise than the recording.
    #[error("the statement says {what} `{signed}`, and the recording `{recorded}`")]
    Contradiction {
        /// What of.
        what: &'static str,
        /// As the statement says.
        signed: String,
        /// As the recording says.
        recorded: String,
    },
    /// The recording does not show that the release conforms.
    #[error("judged again, {0}")]
    NotConformant(String),
    /// The report says otherwise than the recording.
    #[error("`{REPORT}` is not the result of `{RECORDING}`, judged again")]
    OtherReport,
}

/// A sign-off that holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Verified {
    /// What was signed.
    pub statement: Statement,
    /// The recording, judged again.
    pub result: RunResult,
}

/// Checks a sign-off as of a moment.
///
/// # Errors
/// Every reason of the first kind that is found why it does not hold.
pub fn verify(
    evidence: &Evidence,
    key: &PublicKey,
    contract: &Contract,
    at: Timestamp,
) -> Result<Verified, Vec<Refusal>> {
    let sealed = evidence.get(STATEMENT).ok_or_else(|| vec![Refusal::Unsigned])?;
    let payload = envelope::open(sealed, key).map_err(|error| vec![error.into()])?;
    let statement = Statement::read(&payload).map_err(|message| vec![Refusal::NoStatement(message)])?;
    none(files(evidence, &statement))?;
    none(time(&statement, at).into_iter().collect())?;
    let result = judged(evidence, &statement, contract).map_err(|refusal| vec![refusal])?;
    Ok(Verified { statement, result })
}

fn none(refusals: Vec<Refusal>) -> Result<(), Vec<Refusal>> {
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// Whether the files are those that were signed, to the byte.
fn files(evidence: &Evidence, statement: &Statement) -> Vec<Refusal> {
    let signed: BTreeSet<&str> = statement.subject.iter().map(|subject| subject.name.as_str()).collect();
    let unsigned = WANTED.into_iter().filter(|name| *name != STATEMENT && !signed.contains(name));
    let mut refusals: Vec<Refusal> = unsigned.map(|name| Refusal::Missing(name.to_owned())).collect();
    let extra = evidence.keys().filter(|name| *name != STATEMENT && !signed.contains(name.as_str()));
    refusals.extend(extra.map(|name| Refusal::Extra(name.clone())));
    for subject in &statement.subject {
        let Some(bytes) = evidence.get(&subject.name) else {
            refusals.push(Refusal::Missing(subject.name.clone()));
            continue;
        };
        let (signed, found) = (subject.sha256().unwrap_or("none").to_owned(), sha256(bytes));
        if signed != found {
            refusals.push(Refusal::Changed { file: subject.name.clone(), signed, found });
        }
    }
    refusals
}

fn time(statement: &Statement, at: Timestamp) -> Option<Refusal> {
    let signed = &statement.predicate.signoff;
    if at < signed.issued {
        return Some(Refusal::NotYet { issued: signed.issued, at });
    }
    (at >= signed.valid_until).then_some(Refusal::Expired { until: signed.valid_until, at })
}

/// Judges the recording again, and compares.
fn judged(evidence: &Evidence, statement: &Statement, contract: &Contract) -> Result<RunResult, Refusal> {
    let file = |name: &str| evidence.get(name).map(Vec::as_slice).unwrap_or_default();
    let events = judge::read_recording(file(RECORDING), contract)?;
    let result = judge::judge(events, contract, false)?;
    let predicate = &statement.predicate;
    let signed = &predicate.signoff;
    let rests_on = |name| statement.rests_on(name).unwrap_or("nothing").to_owned();
    let profile = Some(result.target.profile_digest.clone()).filter(|digest| !digest.is_empty());
    let said = [
        ("the contract is", rests_on("contract"), result.contract_digest.clone()),
        ("the suites are", rests_on("suites"), result.suites_digest.clone()),
        ("the profile is", rests_on("profile"), profile.unwrap_or_else(|| "nothing".to_owned())),
        ("the target is", signed.target.clone(), result.target.name.clone()),
        ("the URL is", signed.url.clone(), result.target.url.clone()),
        ("the conclusion is", signed.conclusion.clone(), result.conclusion.word().to_owned()),
        ("in short", signed.summary.clone(), result.summary.clone()),
    ];
    for (what, signed, recorded) in said {
        if signed != recorded {
            return Err(Refusal::Contradiction { what, signed, recorded });
        }
    }
    if let Some(objection) = objection(&result, &predicate.warned_tests) {
        return Err(Refusal::NotConformant(objection));
    }
    let reported = serde_json::from_slice::<RunResult>(file(REPORT));
    if reported.is_ok_and(|reported| reported == result) { Ok(result) } else { Err(Refusal::OtherReport) }
}
