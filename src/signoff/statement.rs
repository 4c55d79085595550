//! What is signed: an in-toto statement (version 1) with a test result (version 0.1) as its predicate.
//!
//! The subjects are the files of the evidence, so the signature covers each byte of them. What the predicate's own
//! fields do not hold (who, which release, until when) stands below `signoff`.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Evidence, Terms, waived};
use crate::contract::digest::sha256;
use crate::judge::result::{RunResult, Status};

/// The type of a statement.
const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
/// The type of its predicate.
const PREDICATE_TYPE: &str = "https://in-toto.io/attestation/test-result/v0.1";

/// An in-toto statement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Statement {
    /// [`STATEMENT_TYPE`].
    #[serde(rename = "_type")]
    pub kind: String,
    /// The files of the evidence.
    pub subject: Vec<Descriptor>,
    /// [`PREDICATE_TYPE`].
    pub predicate_type: String,
    /// What is said of them.
    pub predicate: Predicate,
}

/// Something with a digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Descriptor {
    /// Its name; of a subject, its file.
    pub name: String,
    /// By algorithm, hex; always `sha256`.
    pub digest: BTreeMap<String, String>,
}

/// A test result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Predicate {
    /// `PASSED`, or `WARNED` where a waiver was accepted.
    pub result: String,
    /// What the result rests on: contract, suites, tool, profile.
    pub configuration: Vec<Descriptor>,
    /// The requirements that held.
    pub passed_tests: Vec<String>,
    /// The requirements whose failures were waived.
    pub warned_tests: Vec<String>,
    /// The requirements that failed: none.
    pub failed_tests: Vec<String>,
    /// Who, for which release, until when.
    pub signoff: Signed,
}

/// Who says so, for which release, and until when it holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Signed {
    /// The release.
    pub release: String,
    /// Who signs it off.
    pub by: String,
    /// When.
    pub issued: Timestamp,
    /// Until when it holds.
    pub valid_until: Timestamp,
    /// The target's name.
    pub target: String,
    /// Its base URL.
    pub url: String,
    /// Whether it is the embedded reference server.
    pub embedded: bool,
    /// The conclusion of the run.
    pub conclusion: String,
    /// The conclusion in a sentence.
    pub summary: String,
}

impl Statement {
    /// What is said of a run and its evidence.
    pub fn new(result: &RunResult, terms: &Terms, evidence: &Evidence) -> Self {
        let of_status = |status| {
            let with_it = result.requirements.iter().filter(move |requirement| requirement.status == status);
            with_it.map(|requirement| requirement.id.clone()).collect::<Vec<_>>()
        };
        let waived: Vec<String> = waived(result).into_iter().map(str::to_owned).collect();
        let mut configuration = vec![
            described("contract", &result.contract_digest),
            described("suites", &result.suites_digest),
            described(&format!("conformance {}", result.tool), &terms.tool_digest),
        ];
        if !result.target.profile_digest.is_empty() {
            configuration.push(described("profile", &result.target.profile_digest));
        }
        Self {
            kind: STATEMENT_TYPE.to_owned(),
            subject: evidence.iter().map(|(name, bytes)| described(name, &sha256(bytes))).collect(),
            predicate_type: PREDICATE_TYPE.to_owned(),
            predicate: Predicate {
                result: if waived.is_empty() { "PASSED" } else { "WARNED" }.to_owned(),
                configuration,
                passed_tests: of_status(Status::Held),
                warned_tests: waived,
                failed_tests: of_status(Status::Broken),
                signoff: Signed {
                    release: terms.release.clone(),
                    by: terms.by.clone(),
                    issued: terms.issued,
                    valid_until: terms.valid_until,
                    target: result.target.name.clone(),
                    url: result.target.url.clone(),
                    embedded: result.target.embedded,
                    conclusion: result.conclusion.word().to_owned(),
                    summary: result.summary.clone(),
                },
            },
        }
    }

    /// The bytes that are signed.
    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and moments are always JSON")
    }

    /// Reads what was signed.
    ///
    /// # Errors
    /// It is no such statement, in words.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let statement: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if statement.kind != STATEMENT_TYPE || statement.predicate_type != PREDICATE_TYPE {
            return Err(format!("it is a `{}` about a `{}`", statement.kind, statement.predicate_type));
        }
        Ok(statement)
    }

    /// The digest of something that the result rests on.
    pub fn rests_on(&self, name: &str) -> Option<&str> {
        let found = self.predicate.configuration.iter().find(|descriptor| descriptor.name == name)?;
        found.sha256()
    }
}

impl Descriptor {
    /// Its SHA-256, in hex.
    pub fn sha256(&self) -> Option<&str> {
        self.digest.get("sha256").map(String::as_str)
    }
}

fn described(name: &str, digest: &str) -> Descriptor {
    Descriptor { name: name.to_owned(), digest: BTreeMap::from([("sha256".to_owned(), digest.to_owned())]) }
}
