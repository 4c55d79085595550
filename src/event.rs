//! What happened in a run, serialisable: one event is one line of a recording (`events.jsonl`).
//!
//! Events hold no verdict. What a step expected stands in its event with every reference resolved, so
//! a recording can be judged again without the suites that made it.

use serde::{Deserialize, Serialize};

use crate::exchange::{Exchange, Response};
use crate::expect::Assertion;
use crate::verdict::Place;
use crate::waiver::Waiver;

/// The version of the recording format that this tool writes and reads.
///
/// 2: every line has its number and seal, see [`crate::recording`]; digests are SHA-256.
pub const FORMAT: u32 = 2;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The first event of a recording.
    RunStarted(Box<RunStarted>),
    /// A flow begins.
    FlowStarted {
        /// The flow's id.
        flow: String,
    },
    /// A step was done, or could not be.
    Step(Box<StepEvent>),
    /// The target said 429 and was asked again later.
    Throttled {
        /// The flow's id.
        flow: String,
        /// The operation.
        operation: String,
        /// Seconds waited.
        seconds: f64,
    },
    /// There was no connection, so that nothing reached the target, and it was tried again.
    Reconnected {
        /// The flow's id.
        flow: String,
        /// The operation.
        operation: String,
        /// Why there was none.
        message: String,
    },
    /// A flow is over.
    FlowEnded {
        /// The flow's id.
        flow: String,
        /// Milliseconds from its first step to its last.
        elapsed_ms: f64,
        /// What the flow had to wait for, one thing after the other.
        #[serde(default)]
        longest: Longest,
        /// Set where the tool itself failed while running it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        fault_of_tool: Option<String>,
        /// The sessions that it held at its end and had ended, out of politeness: what came of it judges nothing.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ended: Vec<EndedSession>,
    },
    /// The last event of a recording.
    RunEnded {
        /// Whether the run was stopped before its end.
        interrupted: bool,
        /// Whether it stopped at its first failure, as it was to.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        stopped_at_failure: bool,
        /// Milliseconds.
        elapsed_ms: f64,
    },
}

/// The longest chain of requests and waits of which each had to wait for the one before.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Longest {
    /// Milliseconds. Where flows share a clock, what others did before it could be moved is a part of it.
    pub ms: f64,
    /// The flow's own requests on it, those to sources of codes and mails left out.
    pub requests: usize,
}

/// A session that was to be ended when its flow was over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndedSession {
    /// The operation that was asked for it.
    pub operation: String,
    /// Its access token, as a placeholder.
    pub token: String,
    /// The status of the answer; none where there was no answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Milliseconds.
    pub elapsed_ms: f64,
}

impl EndedSession {
    /// Whether the target took it.
    pub fn is_accepted(&self) -> bool {
        self.status.is_some_and(|status| (200..300).contains(&status))
    }
}

/// What a run set out to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// [`FORMAT`].
    pub format: u32,
    /// The tool's version.
    pub tool: String,
    /// Identity of the contract, hex.
    pub contract_digest: String,
    /// Identity of the suites, hex.
    pub suites_digest: String,
    /// What is tested.
    pub target: TargetIdentity,
    /// The seed of everything random.
    pub seed: u64,
    /// Whether broken `should` requirements fail.
    pub strict: bool,
    /// Whether flows were selected, so that not all requirements are meant to be judged.
    pub partial: bool,
    /// Milliseconds since the Unix epoch; its day in UTC is the one on which waivers must hold.
    pub started_ms: i64,
    /// The waivers of the run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waivers: Vec<Waiver>,
    /// Which attempt this is, where a run is done several times; the others follow or go before in the recording.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<Numbered>,
    /// Set where answers are compared with accepted snapshots.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drift: Option<Comparing>,
    /// The operations by which accounts came to be before the first flow, to look whether the target takes the client
    /// credentials.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accounts_before: Vec<String>,
    /// The flows, in the order of the suites.
    pub flows: Vec<PlannedFlow>,
    /// What part of a run this is, where it is not the whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Box<Part>>,
}

/// A part of a run that is done by several machines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Which parts, from 1; several where parts were joined.
    pub numbers: Vec<usize>,
    /// How many there are.
    pub of: usize,
    /// Where its flows stand among those of the whole run, from 0.
    pub places: Vec<usize>,
    /// How many flows the whole run has.
    pub flows: usize,
    /// Whether the whole run is of selected flows.
    pub selected: bool,
    /// Whether parts were joined and others are missing, so that nothing can be concluded from what holds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
}

/// How many builds are kept.
const BUILDS: usize = 8;

/// What is tested.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct TargetIdentity {
    /// The profile's name, or `embedded`.
    pub name: String,
    /// The base URL; of the embedded server without its port, which is another for each flow.
    pub url: String,
    /// Whether it is the embedded reference server.
    pub embedded: bool,
    /// Whether its codes are always the same, so that they are no secret.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fixed_codes: bool,
    /// The capabilities that its profile gives nothing for, of those by which the tool learns a secret. What was never
    /// learned is not seen in an answer.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub learns_no: Vec<String>,
    /// Whether any certificate was taken for its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub insecure: bool,
    /// What it cannot show, by its profile.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<DeclaredGap>,
    /// Identity of everything that its profile says, without the secrets, SHA-256 in hex; empty for the embedded
    /// server, which has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub profile_digest: String,
    /// The options by which a command reaches it, such as `--profile`, `staging`; none for the embedded server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reached_by: Vec<String>,
    /// SHA-256 of the certificate that it showed before the run, in hex with colons, as `openssl x509 -fingerprint`
    /// writes it; none of a target that is reached without TLS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The header of its answers that names its build, by its profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build_header: Option<String>,
    /// The values of that header, in the order of the flows. Empty in a recording, whose answers hold them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub builds: Vec<String>,
}

/// Something that a target cannot show, by its own profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredGap {
    /// A requirement's id, or a capability such as `clock`.
    pub name: String,
    /// Why it cannot.
    pub reason: String,
}

impl TargetIdentity {
    /// The reason of a declared gap.
    pub fn gap(&self, name: &str) -> Option<&str> {
        self.gaps.iter().find(|gap| gap.name == name).map(|gap| gap.reason.as_str())
    }

    /// Notes the build that an answer names, unless it is known. A header that is another every time names none, so
    /// only the first few are kept.
    pub fn see(&mut self, response: &Response) {
        let value = self.build_header.as_deref().and_then(|name| response.header(name));
        if let Some(value) = value.filter(|value| !self.builds.iter().any(|known| known == value))
            && self.builds.len() < BUILDS
        {
            self.builds.push(value.to_owned());
        }
    }

    /// The build in words, such as `x-build: 1.4.2`; none where the profile names no header for it.
    pub fn build(&self) -> Option<String> {
        let header = self.build_header.as_ref()?;
        let builds = if self.builds.is_empty() { "no answer had it".to_owned() } else { self.builds.join(", ") };
        Some(format!("{header}: {builds}"))
    }

    /// What nobody who reads a report may overlook, a sentence each.
    pub fn remarks(&self) -> Vec<String> {
        let mut remarks = Vec::new();
        if let (Some(header), true) = (&self.build_header, self.builds.len() > 1) {
            remarks.push(format!(
                "The answers name more than one build in `{header}`, so the results are not of one build."
            ));
        }
        if self.insecure {
            remarks.push(
                "INSECURE: any certificate was taken for the target's own, so who answered is not certain.".to_owned(),
            );
        }
        if self.fixed_codes {
            remarks.push("The target's codes never change, so what they cannot show was not judged.".to_owned());
        }
        remarks.extend(
            self.gaps.iter().map(|gap| format!("Declared gap `{}`: {}.", gap.name, gap.reason.trim_end_matches('.'))),
        );
        remarks
    }
}

/// A flow that the run set out to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedFlow {
    /// The flow's id.
    pub id: String,
    /// Its suite.
    pub suite: String,
    /// What it is about.
    pub about: String,
    /// Where it stands.
    pub place: Place,
    /// The requirements that it is to show.
    pub proves: Vec<String>,
    /// The accepted snapshot of its answers, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
}

/// One of several attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered {
    /// From 1.
    pub number: u32,
    /// How many there are to be.
    pub of: u32,
}

/// How a run takes answers that differ from accepted snapshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparing {
    /// Whether the run fails for a difference.
    pub denied: bool,
}

/// A step, with what it sent, what came back, and what was expected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepEvent {
    /// The flow's id.
    pub flow: String,
    /// Its number in the flow, from 1; `alice.2` is the second step of the fixture that makes alice,
    /// `4.round3.1` the first step in the third round of a repetition.
    pub step: String,
    /// Its id, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Why it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What it does, in a few words: `POST /auth/token`, `wait 60 s`, `code`, ….
    pub does: String,
    /// Where it stands.
    pub place: Place,
    /// What was sent and what came back. The last is the one that the assertions look at, but for
    /// concurrent calls; those before it were answered with something that was waited out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<Exchange>,
    /// What was expected, resolved. The first is the step's own expectation where it sends something.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assertions: Vec<Assertion>,
    /// Requirements that do not apply, for a choice that the target made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inapplicable: Vec<String>,
    /// Set where the step could not be done: what was missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked: Option<Blocked>,
    /// The request field that alone was wrong, in a generated case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrong_field: Option<String>,
    /// Whether the target may close the connection instead of answering.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub may_close: bool,
}

/// Why a step was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocked {
    /// What was missing, in words.
    pub reason: String,
    /// The requirements that are not judged for it.
    pub proves: Vec<String>,
    /// The step whose failure ended the flow, where that is the reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The capability that the target lacks, where that is the reason; see `CAPABILITIES` of the target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lacks: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Body;

    #[test]
    fn a_header_that_is_another_every_time_is_not_kept_for_ever() {
        let mut target = TargetIdentity { build_header: Some("x-build".to_owned()), ..TargetIdentity::default() };
        assert_eq!(target.build().as_deref(), Some("x-build: no answer had it"));
        let answer = |build: String| Response::new(200, vec![("x-build".to_owned(), build)], Body::Text(String::new()));
        for number in 0..100 {
            target.see(&answer((number / 2).to_string()));
        }
        assert_eq!(target.build().as_deref(), Some("x-build: 0, 1, 2, 3, 4, 5, 6, 7"));
        assert_eq!(target.remarks().len(), 1);
        let unnamed = TargetIdentity::default();
        assert_eq!((unnamed.build(), unnamed.remarks()), (None, Vec::new()));
    }
}
