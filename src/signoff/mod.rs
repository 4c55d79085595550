//! The sign-off of a release: evidence, a statement about it, a signature, and how somebody else checks all three.
//!
//! Evidence is files by name; where they lie is not known here, nor what time it is, nor which run made them. Nothing
//! here decides what is conformant: that is judged from the recording.

pub mod archive;
pub mod certificate;
pub mod envelope;
pub mod key;
pub mod statement;
pub mod verify;

use std::collections::BTreeMap;

use jiff::Timestamp;
use thiserror::Error;

use crate::judge::result::{Conclusion, RunResult};
use crate::report::Format;
use crate::verdict::Verdict;
use envelope::EnvelopeError;
use key::{KeyError, PrivateKey};
use statement::Statement;

/// Files by name.
pub type Evidence = BTreeMap<String, Vec<u8>>;

/// The recording, with every attempt.
pub const RECORDING: &str = "recording.jsonl";
/// The page that is printed.
pub const CERTIFICATE: &str = "certificate.html";
/// The result, for other tools.
pub const REPORT: &str = "report.json";
/// The result, to look into.
pub const PAGE: &str = "report.html";
/// The waivers that were in force; an empty list for none.
pub const WAIVERS: &str = "waivers.json";
/// The signed statement.
pub const STATEMENT: &str = "statement.dsse.json";

/// The reports that are part of the evidence.
const REPORTS: [(&str, Format); 2] = [(REPORT, Format::Json), (PAGE, Format::Html)];

/// What a sign-off is given, beyond the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// The release.
    pub release: String,
    /// Who signs it off.
    pub by: String,
    /// When.
    pub issued: Timestamp,
    /// Until when it holds.
    pub valid_until: Timestamp,
    /// The requirements whose waivers are accepted.
    pub accepted: Vec<String>,
    /// SHA-256 of the program that ran, hex.
    pub tool_digest: String,
}

/// Why nothing can be signed.
#[derive(Debug, Error)]
pub enum SignoffError {
    /// The run does not show that the release conforms.
    #[error("{0}")]
    NotConformant(String),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The statement cannot be sealed.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
}

/// What a run leaves behind, signed or not: the recording, reports of it, and the waivers that were in force.
pub fn evidence(result: &RunResult, recording: Vec<u8>) -> Evidence {
    let reports = REPORTS.map(|(name, format)| (name.to_owned(), format.render(result).into_bytes()));
    let waivers = serde_json::to_string_pretty(&result.waivers).expect("texts and days are always JSON");
    let files = [(WAIVERS.to_owned(), format!("{waivers}\n").into_bytes()), (RECORDING.to_owned(), recording)];
    reports.into_iter().chain(files).collect()
}

/// The requirements of everything that is waived, each once, in the order of the findings.
pub fn waived(result: &RunResult) -> Vec<&str> {
    let mut waived = Vec::new();
    for finding in result.findings.iter().filter(|finding| finding.verdict == Verdict::Waived) {
        // A step that shows no requirement is named as in its id.
        let name = finding.requirement.as_deref().unwrap_or("step");
        if !waived.contains(&name) {
            waived.push(name);
        }
    }
    waived
}

/// Why a run makes no certificate; `None` where it does. `accepted` are the requirements whose waivers whoever signs
/// takes upon themselves.
pub fn objection(result: &RunResult, accepted: &[String]) -> Option<String> {
    let run = || format!("the run is {}: {}", result.conclusion.word(), result.summary);
    match result.conclusion {
        Conclusion::Conformant => {}
        Conclusion::ConformantWithWaivers => {
            let waived = waived(result);
            let refused: Vec<&str> =
                waived.into_iter().filter(|name| !accepted.iter().any(|accepted| accepted == name)).collect();
            if !refused.is_empty() {
                return Some(format!(
                    "a waiver lets a merge through, and no release: {} is waived",
                    refused.join(", ")
                ));
            }
        }
        Conclusion::NonConformant
        | Conclusion::NothingSent
        | Conclusion::Inconclusive
        | Conclusion::Interrupted
        | Conclusion::Internal => return Some(run()),
    }
    if result.partial {
        return Some("only a part was run, and a release is signed off on a whole run".to_owned());
    }
    if !result.strict {
        return Some("the run was not strict, and a release is signed off on a strict run".to_owned());
    }
    None
}

/// The evidence with a certificate and a signed statement.
///
/// # Errors
/// The run shows no conformance, or the key cannot be used.
pub fn sign(
    mut evidence: Evidence,
    result: &RunResult,
    terms: &Terms,
    key: &PrivateKey,
) -> Result<Evidence, SignoffError> {
    if let Some(objection) = objection(result, &terms.accepted) {
        return Err(SignoffError::NotConformant(objection));
    }
    let page = certificate::page(result, terms, &key.public().id()?, &evidence);
    evidence.insert(CERTIFICATE.to_owned(), page.into_bytes());
    let statement = Statement::new(result, terms, &evidence);
    evidence.insert(STATEMENT.to_owned(), envelope::seal(&statement.bytes(), key)?.into_bytes());
    Ok(evidence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn with_waiver() -> RunResult {
        let mut result = RunResult { strict: true, partial: false, ..sample::every_verdict() };
        result.conclusion = Conclusion::ConformantWithWaivers;
        result
    }

    #[test]
    fn a_waiver_is_accepted_by_its_name_alone() {
        let result = with_waiver();
        let names: Vec<String> = waived(&result).into_iter().map(str::to_owned).collect();
        assert!(!names.is_empty());
        let objected = objection(&result, &[]).unwrap();
        assert!(objected.starts_with("a waiver lets a merge through, and no release: "), "{objected}");
        assert!(objection(&result, &["another".to_owned()]).is_some());
        assert_eq!(objection(&result, &names), None);
    }

    #[test]
    fn only_a_whole_strict_run_that_conforms_is_signed() {
        let clean = RunResult { strict: true, partial: false, ..sample::clean() };
        assert_eq!(objection(&clean, &[]), None);
        assert!(objection(&RunResult { partial: true, ..clean.clone() }, &[]).is_some());
        assert!(objection(&RunResult { strict: false, ..clean.clone() }, &[]).is_some());
        let green = |it: &Conclusion| it.exit_code() == 0;
        for conclusion in Conclusion::ALL.into_iter().filter(|it| !green(it)) {
            assert!(objection(&RunResult { conclusion, ..clean.clone() }, &[]).is_some(), "{conclusion:?}");
        }
    }
}
