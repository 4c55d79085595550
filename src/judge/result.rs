//! What a run came to: the one value that every report is a function of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::comparison::Comparison;
use crate::contract::{Kind, Level, Source};
use crate::event::TargetIdentity;
use crate::exchange::Exchange;
use crate::snapshot::DriftKind;
use crate::verdict::{Mismatch, Place, Verdict};
use crate::waiver::Waiver;

/// The version of the JSON report.
pub const FORMAT: u32 = 1;

/// A judged run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// [`FORMAT`].
    pub format: u32,
    /// The tool's version.
    pub tool: String,
    /// Identity of the contract, hex.
    pub contract_digest: String,
    /// Identity of the suites, hex.
    pub suites_digest: String,
    /// What was tested.
    pub target: TargetIdentity,
    /// The seed of everything random.
    pub seed: u64,
    /// Whether broken `should` requirements fail.
    pub strict: bool,
    /// Whether flows were selected, or the run ended early.
    pub partial: bool,
    /// Milliseconds since the Unix epoch.
    pub started_ms: i64,
    /// Milliseconds.
    pub elapsed_ms: f64,
    /// How near the run came to the shortest time that was possible; nothing, where a recording does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<Speed>,
    /// The verdict on the whole.
    pub conclusion: Conclusion,
    /// The conclusion in a sentence.
    pub summary: String,
    /// What was counted.
    pub counts: Counts,
    /// Every requirement of the contract, in the order of the contract.
    pub requirements: Vec<RequirementResult>,
    /// Everything that is not as it should be: failures first, then warnings, broken, blocked, waived.
    pub findings: Vec<Finding>,
    /// The waivers that the run began with, in the order of their file, and what became of each.
    #[serde(default)]
    pub waivers: Vec<WaiverResult>,
    /// The accounts that the run created on its target; none of the embedded server, whose accounts end with it.
    #[serde(default)]
    pub accounts: Vec<AccountResult>,
    /// In what the answers differ from the accepted snapshots; null where they were not compared.
    #[serde(default)]
    pub drift: Option<DriftResult>,
    /// Each attempt, where the run was done several times; everything else is of the worst of them.
    #[serde(default)]
    pub attempts: Vec<Attempt>,
    /// Results that passed in some attempts and not in others. They are never green.
    #[serde(default)]
    pub unstable: Vec<Unstable>,
    /// What changed since an earlier run; nothing where it was held against none, which a recording does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Box<Comparison>>,
    /// The flows, in the order of the suites.
    pub flows: Vec<FlowResult>,
}

/// An account that the run created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountResult {
    /// The flow that created it; `doctor` where it was made before the first one.
    pub flow: String,
    /// The operation that did.
    pub operation: String,
    /// What it is known as, by the names of fields: its phone, its email, its username.
    pub known_as: BTreeMap<String, String>,
    /// Sessions that were opened for it, by signing up, signing in and the like.
    #[serde(default)]
    pub sessions: u32,
    /// Those of them that the run had ended.
    #[serde(default)]
    pub sessions_ended: u32,
}

/// How near a run came to the shortest time that was possible.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Speed {
    /// The longest chain of requests and waits of which each had to wait for the one before, milliseconds.
    pub critical_path_ms: f64,
    /// The flow at its end.
    pub critical_flow: String,
    /// That flow's requests on it.
    pub critical_requests: usize,
    /// The critical path as a share of the time that the run took, at most 1.
    pub efficiency: f64,
}

/// The verdict on a run; each has its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conclusion {
    /// Every selected `must` (and `should` under `--strict`) was judged and held.
    Conformant,
    /// As conformant, but for failures that are waived: nothing that may be signed off without naming them.
    ConformantWithWaivers,
    /// At least one failed, or a waiver is no longer right.
    NonConformant,
    /// Nothing was sent, so nothing is known: a usage error.
    NothingSent,
    /// None failed, but something that counts could not be judged.
    Inconclusive,
    /// The run was stopped before its end.
    Interrupted,
    /// The tool itself failed.
    Internal,
}

impl Conclusion {
    /// The exit code of the process.
    pub fn exit_code(self) -> u8 {
        match self {
            Conclusion::Conformant | Conclusion::ConformantWithWaivers => 0,
            Conclusion::NonConformant => 1,
            Conclusion::NothingSent => 2,
            Conclusion::Inconclusive => 3,
            Conclusion::Internal => 4,
            Conclusion::Interrupted => 130,
        }
    }

    /// The word that stands for it in every report.
    pub fn word(self) -> &'static str {
        match self {
            Conclusion::Conformant => "conformant",
            Conclusion::ConformantWithWaivers => "conformant with waivers",
            Conclusion::NonConformant => "non-conformant",
            Conclusion::NothingSent => "nothing sent",
            Conclusion::Inconclusive => "inconclusive",
            Conclusion::Interrupted => "interrupted",
            Conclusion::Internal => "internal error",
        }
    }
}

/// What was counted; checks by verdict, requirements by status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Requests that were sent.
    pub requests: usize,
    /// Answers with 429 that were waited out.
    pub throttled: usize,
    /// Milliseconds of these waits together; those of flows side by side are counted each.
    #[serde(default)]
    pub throttled_ms: u64,
    /// Requests that were sent again because there had been no connection, once for each time.
    #[serde(default)]
    pub reconnected: usize,
    /// Checks by verdict: one check is one requirement looked at on one step or answer.
    pub checks: Tally,
    /// Flows by their worst verdict.
    pub flows: Tally,
    /// `must` and `should` requirements by status.
    pub requirements: Coverage,
}

/// Numbers by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tally {
    /// Passed.
    pub pass: usize,
    /// Broken `must`, or `should` under `--strict`.
    pub fail: usize,
    /// Broken `should`.
    pub warn: usize,
    /// What it needs was never obtained.
    pub blocked: usize,
    /// No usable answer.
    pub broken: usize,
    /// Not selected, or a declared gap.
    pub skipped: usize,
    /// Waived failures.
    pub waived: usize,
    /// Does not apply to this target.
    pub not_applicable: usize,
}

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, verdict: Verdict) {
        *self.slot(verdict) += 1;
    }

    /// The number for a verdict.
    pub fn get(&self, verdict: Verdict) -> usize {
        let mut copy = *self;
        *copy.slot(verdict)
    }

    fn slot(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Warn => &mut self.warn,
            Verdict::Blocked => &mut self.blocked,
            Verdict::Broken => &mut self.broken,
            Verdict::Skipped => &mut self.skipped,
            Verdict::Waived => &mut self.waived,
            Verdict::NotApplicable => &mut self.not_applicable,
        }
    }
}

/// `must` and `should` requirements by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Coverage {
    /// All of them that HTTP can show.
    pub observable: usize,
    /// Judged: held, broken or waived.
    pub judged: usize,
    /// Judged, and held.
    pub held: usize,
    /// Judged, and broken.
    pub broken: usize,
    /// Broken, or not judged after what is broken, and waived.
    pub waived: usize,
    /// Not judged, for whatever reason.
    pub not_judged: usize,
    /// Of those not judged: do not apply to a choice that the target made.
    pub not_applicable: usize,
    /// Of those not judged: declared gaps of the profile.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub gaps: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is that of serde")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// What became of one requirement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequirementResult {
    /// The requirement's id.
    pub id: String,
    /// Its level.
    pub level: Level,
    /// What it is about.
    pub kind: Kind,
    /// Its operation; `None` for all.
    pub operation: Option<String>,
    /// Its sentence.
    pub says: String,
    /// Where the documentation says so.
    pub source: Source,
    /// Standards that it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refs: Vec<String>,
    /// What became of it.
    pub status: Status,
    /// Why it was not judged, or what was seen of an `observe`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its checks by verdict.
    pub checks: Tally,
}

/// What became of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Judged, and every check held.
    Held,
    /// Judged, and at least one check failed.
    Broken,
    /// Broken, or not judged after what is broken, and all of that is waived.
    Waived,
    /// No check could be judged, or one that counts could not.
    NotJudged,
    /// It could not be judged, wholly or in part, and the profile says so and why.
    Gap,
    /// It does not apply to a choice that the target made.
    NotApplicable,
    /// Nothing in the run gave an occasion to look at it.
    NoOccasion,
    /// The run's selection left it out.
    NotSelected,
    /// HTTP cannot show it.
    Unobservable,
    /// An `observe`: recorded, never judged.
    Observed,
}

impl Status {
    /// All of them.
    pub const ALL: [Status; 10] = [
        Status::Held,
        Status::Broken,
        Status::Waived,
        Status::NotJudged,
        Status::Gap,
        Status::NotApplicable,
        Status::NoOccasion,
        Status::NotSelected,
        Status::Unobservable,
        Status::Observed,
    ];

    /// The words that stand for it in every report.
    pub fn words(self) -> &'static str {
        match self {
            Status::Held => "held",
            Status::Broken => "broken",
            Status::Waived => "waived",
            Status::NotJudged => "not judged",
            Status::Gap => "declared gap",
            Status::NotApplicable => "not applicable",
            Status::NoOccasion => "no occasion",
            Status::NotSelected => "not selected",
            Status::Unobservable => "unobservable",
            Status::Observed => "observed",
        }
    }
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable id: `flow/step/requirement`.
    pub id: String,
    /// Fail, warn, broken, blocked or waived.
    pub verdict: Verdict,
    /// The requirement; `None` where a step is blocked or broken that shows none.
    pub requirement: Option<String>,
    /// The suite.
    pub suite: String,
    /// The flow's id.
    pub flow: String,
    /// The step.
    pub step: String,
    /// Why the step is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What the step does.
    pub does: String,
    /// Where it stands in the suite.
    pub place: Place,
    /// Expected and actual, for a failure or warning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mismatch: Option<Mismatch>,
    /// Why it could not be judged, for what is broken or blocked; by whom it is waived, for what is waived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The earlier step of the flow whose failure is the only reason why this one was not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The exchange that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Exchange>,
}

/// What became of a flow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlowResult {
    /// Its suite.
    pub suite: String,
    /// Its id.
    pub id: String,
    /// What it is about.
    pub about: String,
    /// Where it stands.
    pub place: Place,
    /// Its worst verdict.
    pub verdict: Verdict,
    /// Milliseconds.
    pub elapsed_ms: f64,
    /// Its checks by verdict, with the universal ones that passed.
    pub checks: Tally,
    /// Its steps.
    pub steps: Vec<StepResult>,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepResult {
    /// Its number, see [`crate::event::StepEvent::step`].
    pub step: String,
    /// Why it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What it does.
    pub does: String,
    /// Where it stands in the suite.
    pub place: Place,
    /// Its worst verdict.
    pub verdict: Verdict,
    /// What was sent and what came back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<Exchange>,
    /// Its checks: all that the flow asked for, and of the universal ones those that did not pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckResult>,
}

/// One requirement looked at on one step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The check's id: `expect` for what a flow asked for, else a universal check.
    pub check: String,
    /// The requirement; `None` for an expectation that shows none.
    pub requirement: Option<String>,
    /// What became of it.
    pub verdict: Verdict,
    /// Expected and actual, where it did not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mismatch: Option<Mismatch>,
    /// Why it could not be judged, what was observed, or by whom it is waived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What became of a waiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverResult {
    /// The waiver.
    #[serde(flatten)]
    pub waiver: Waiver,
    /// What became of it.
    pub state: WaiverState,
    /// The ids of the results that it waives (`flow/step/requirement`), in the order of the flows: failures, and what
    /// was not done after them.
    pub results: Vec<String>,
    /// What is to be done about it, in words.
    pub advice: String,
}

/// What became of a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaiverState {
    /// It waives at least one failure.
    Applied,
    /// Its last day is over, so it waives nothing. It fails the run.
    Expired,
    /// What it names does not fail any more. It fails the run.
    Stale,
    /// It names nothing that the run judged. It fails the run.
    Unmatched,
    /// The run did not do, or could not judge, all that it names.
    Untold,
}

impl WaiverState {
    /// The word that stands for it in every report.
    pub fn word(self) -> &'static str {
        match self {
            WaiverState::Applied => "applied",
            WaiverState::Expired => "expired",
            WaiverState::Stale => "stale",
            WaiverState::Unmatched => "unmatched",
            WaiverState::Untold => "untold",
        }
    }

    /// Whether a run fails for it.
    pub fn fails(self) -> bool {
        match self {
            WaiverState::Expired | WaiverState::Stale | WaiverState::Unmatched => true,
            WaiverState::Applied | WaiverState::Untold => false,
        }
    }
}

/// In what the answers of a run differ from the accepted snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftResult {
    /// Whether the run fails for it.
    pub denied: bool,
    /// Flows that were compared.
    pub compared: usize,
    /// What differs, in the order of the flows.
    pub drifts: Vec<Drift>,
}

/// One thing in which an answer differs from the accepted one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// The suite.
    pub suite: String,
    /// The flow's id.
    pub flow: String,
    /// The step.
    pub step: String,
    /// What the step does.
    pub does: String,
    /// Where the step stands in the suite.
    pub place: Place,
    /// How it differs.
    pub kind: DriftKind,
    /// Where: `status`, `header NAME`, a JSON Pointer into the body, or empty for the whole.
    pub at: String,
    /// What was accepted, as compact JSON in its normal form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
    /// What is there now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
}

/// One of several attempts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// The seed of everything random.
    pub seed: u64,
    /// The verdict on this attempt.
    pub conclusion: Conclusion,
    /// Its checks by verdict.
    pub checks: Tally,
    /// Milliseconds.
    pub elapsed_ms: f64,
}

/// A result that was not the same in all attempts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unstable {
    /// `flow/step/requirement`.
    pub id: String,
    /// Attempts in which it passed.
    pub passes: usize,
    /// Attempts in which it was looked at.
    pub judged: usize,
    /// Whether every attempt in which it did not pass is waived.
    pub waived: bool,
    /// Its verdict in each attempt; null where it was not looked at.
    pub verdicts: Vec<Option<Verdict>>,
    /// The gravest finding among the attempts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
}
