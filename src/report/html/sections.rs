//! The parts of the page that not every run has: what changed, waivers, attempts, drift, accounts, time.

use serde::Serialize;

use super::super::drift::{self, Group};
use super::super::{comparison, counted, difference, plain};
use super::links::{Link, step_address};
use crate::judge::comparison::{Change, Comparison};
use crate::judge::result::{
    AccountResult, Attempt, DriftResult, RunResult, Speed, Status, Unstable, WaiverResult, WaiverState,
};
use crate::judge::several;
use crate::verdict::Verdict;

/// How many lines of a list are written out.
const LISTED: usize = 30;
/// How many other places are listed.
const PLACES: usize = 10;
/// How many accounts are written out.
const ACCOUNTS: usize = 500;
/// How many characters of one text are shown.
const CHARACTERS: usize = 600;

/// Those parts; nothing where the run has none.
#[derive(Debug, Serialize)]
pub(super) struct Sections {
    /// What must not be overlooked, each with the part that tells of it.
    notes: Vec<Link>,
    changed: Option<Changed>,
    waivers: Vec<Waiver>,
    attempts: Option<Attempts>,
    drift: Option<Drift>,
    accounts: Option<Accounts>,
    time: Option<Time>,
}

/// What changed since an earlier run.
#[derive(Debug, Serialize)]
struct Changed {
    is_worse: bool,
    summary: String,
    against: String,
    results: Vec<Changes>,
    lists: Vec<List>,
}

#[derive(Debug, Serialize)]
struct Changes {
    title: &'static str,
    changes: Vec<Shown>,
    more: usize,
}

/// A result with another verdict.
#[derive(Debug, Serialize)]
struct Shown {
    id: String,
    href: String,
    does: String,
    was: Option<&'static str>,
    is: Option<&'static str>,
    why: String,
}

#[derive(Debug, Serialize)]
struct List {
    title: &'static str,
    lines: Vec<String>,
    more: usize,
}

#[derive(Debug, Serialize)]
struct Waiver {
    state: &'static str,
    fails: bool,
    subject: String,
    advice: String,
    words: String,
    place: String,
    results: Vec<Link>,
    more: usize,
}

#[derive(Debug, Serialize)]
struct Attempts {
    all: Vec<OneAttempt>,
    unstable: Vec<Changing>,
    more_unstable: usize,
}

#[derive(Debug, Serialize)]
struct OneAttempt {
    number: u32,
    conclusion: &'static str,
    class: &'static str,
    checks: String,
    seed: String,
    took: String,
}

/// A result that was not the same in all attempts.
#[derive(Debug, Serialize)]
struct Changing {
    id: String,
    href: String,
    passes: usize,
    judged: usize,
    waived: bool,
    verdicts: Vec<Option<&'static str>>,
    difference: Vec<(&'static str, String)>,
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct Drift {
    sentence: String,
    denied: bool,
    groups: Vec<OneDrift>,
    more_groups: usize,
}

#[derive(Debug, Serialize)]
struct OneDrift {
    title: String,
    difference: Vec<(&'static str, String)>,
    places: Vec<Link>,
    more_places: usize,
}

#[derive(Debug, Serialize)]
struct Accounts {
    all: usize,
    rows: Vec<Account>,
    more: usize,
}

#[derive(Debug, Serialize)]
struct Account {
    known_as: String,
    operation: String,
    flow: String,
    sessions: String,
    href: String,
}

#[derive(Debug, Serialize)]
struct Time {
    sentence: String,
    flow: String,
    href: String,
    requests: usize,
    percent: String,
}

/// The parts that a run has.
pub(super) fn of(result: &RunResult) -> Sections {
    Sections {
        notes: notes(result),
        changed: result.changed.as_deref().map(changed),
        waivers: result.waivers.iter().map(waiver).collect(),
        attempts: (!result.attempts.is_empty()).then(|| attempts(result)),
        drift: result.drift.as_ref().map(drifts),
        accounts: (!result.accounts.is_empty()).then(|| accounts(&result.accounts)),
        time: result.speed.as_ref().map(|speed| time(speed, result)),
    }
}

fn notes(result: &RunResult) -> Vec<Link> {
    let mut notes = Vec::new();
    let mut note = |part: &str, text: String| notes.push(Link { href: format!("#{part}"), text: plain::line(&text) });
    if let Some(changed) = &result.changed {
        note("changed", format!("Since the baseline: {}", changed.summary));
    }
    for waiver in &result.waivers {
        note("waivers", format!("Waiver ({}) of {}: {}", waiver.state.word(), waiver.waiver.subject(), waiver.advice));
    }
    if !result.unstable.is_empty() {
        let (count, be) = (result.unstable.len(), if result.unstable.len() == 1 { "result is" } else { "results are" });
        note("attempts", format!("Unstable: {count} {be} not the same in all attempts"));
    }
    if let Some(drift) = result.drift.as_ref().filter(|drift| !drift.drifts.is_empty()) {
        note("drift", format!("Drift: {}", drift_sentence(drift)));
    }
    notes
}

fn changed(comparison: &Comparison) -> Changed {
    let results = comparison::results(comparison).into_iter().filter(|(_, changes)| !changes.is_empty());
    let lists = comparison::lists(comparison).into_iter().filter(|(_, lines)| !lines.is_empty());
    Changed {
        is_worse: comparison.is_worse(),
        summary: plain::line(&comparison.summary),
        against: plain::line(&comparison::against(comparison)),
        results: results
            .map(|(title, changes)| Changes {
                title,
                changes: changes.iter().take(LISTED).map(shown).collect(),
                more: changes.len().saturating_sub(LISTED),
            })
            .collect(),
        lists: lists
            .map(|(title, lines)| List {
                title,
                lines: lines.iter().take(LISTED).map(|line| short(line)).collect(),
                more: lines.len().saturating_sub(LISTED),
            })
            .collect(),
    }
}

fn shown(change: &Change) -> Shown {
    Shown {
        id: plain::line(&change.id),
        href: result_address(&change.id),
        does: plain::line(&change.does),
        was: change.was.map(Verdict::word),
        is: change.is.map(Verdict::word),
        why: short(&change.why),
    }
}

fn waiver(result: &WaiverResult) -> Waiver {
    let link = |id: &String| Link { href: result_address(id), text: plain::line(id) };
    Waiver {
        state: result.state.word(),
        fails: result.state.fails(),
        subject: plain::line(&result.waiver.subject()),
        advice: plain::line(&result.advice),
        words: match result.state {
            WaiverState::Applied | WaiverState::Untold | WaiverState::Stale | WaiverState::Unmatched => {
                plain::line(&result.waiver.words())
            }
            WaiverState::Expired => plain::line(&format!("it was {}", result.waiver.words())),
        },
        place: plain::line(&result.waiver.place.to_string()),
        results: result.results.iter().take(PLACES).map(link).collect(),
        more: result.results.len().saturating_sub(PLACES),
    }
}

fn attempts(result: &RunResult) -> Attempts {
    Attempts {
        all: result.attempts.iter().map(attempt).collect(),
        unstable: result.unstable.iter().take(LISTED).map(unstable).collect(),
        more_unstable: result.unstable.len().saturating_sub(LISTED),
    }
}

fn attempt(attempt: &Attempt) -> OneAttempt {
    OneAttempt {
        number: attempt.number,
        conclusion: attempt.conclusion.word(),
        class: match super::view::tone(attempt.conclusion) {
            "good" => "pass",
            "bad" => "fail",
            _ => "blocked",
        },
        checks: counted::tally(&attempt.checks),
        seed: attempt.seed.to_string(),
        took: plain::duration(attempt.elapsed_ms),
    }
}

fn unstable(result: &Unstable) -> Changing {
    let finding = result.finding.as_ref();
    Changing {
        id: plain::line(&result.id),
        href: result_address(&result.id),
        passes: result.passes,
        judged: result.judged,
        waived: result.waived,
        verdicts: result.verdicts.iter().map(|verdict| verdict.map(Verdict::word)).collect(),
        difference: finding.and_then(|it| it.mismatch.as_ref()).map(super::view::signed).unwrap_or_default(),
        reason: finding.and_then(|it| it.reason.as_deref()).map(plain::line),
    }
}

fn drifts(drift: &DriftResult) -> Drift {
    let groups = drift::groups(drift);
    Drift {
        sentence: drift_sentence(drift),
        denied: drift.denied,
        groups: groups.iter().take(LISTED).map(one_drift).collect(),
        more_groups: groups.len().saturating_sub(LISTED),
    }
}

fn drift_sentence(drift: &DriftResult) -> String {
    if drift.drifts.is_empty() {
        return format!("None: {} answered as accepted.", several(drift.compared, "flow was", "flows were"));
    }
    let denied = if drift.denied { "which is denied" } else { "which fails nothing without --deny drift" };
    format!("{} from the accepted ones, {denied}.", several(drift.drifts.len(), "answer differs", "answers differ"))
}

fn one_drift(group: &Group<'_>) -> OneDrift {
    let part = |value: &Option<String>| value.as_deref().map_or_else(|| "nothing".to_owned(), short);
    let first = group.first;
    let difference = match (&first.accepted, &first.actual) {
        (None, None) => Vec::new(),
        (Some(accepted), Some(actual)) => difference::of_documents(accepted, actual)
            .map(|lines| lines.into_iter().map(|(side, line)| (side.sign(), line)).collect())
            .unwrap_or_else(|| vec![("-", short(accepted)), ("+", short(actual))]),
        (accepted, actual) => vec![("-", part(accepted)), ("+", part(actual))],
    };
    let link = |drift: &&crate::judge::result::Drift| Link {
        href: step_address(&drift.flow, &drift.step),
        text: plain::line(&format!("{} step {} (suites/{})", drift.flow, drift.step, drift.place)),
    };
    OneDrift {
        title: plain::line(&group.title()),
        difference,
        places: group.places.iter().take(PLACES).map(link).collect(),
        more_places: group.places.len().saturating_sub(PLACES),
    }
}

fn accounts(accounts: &[AccountResult]) -> Accounts {
    let row = |account: &AccountResult| Account {
        known_as: plain::line(&counted::known_as(account)),
        operation: plain::line(&account.operation),
        flow: plain::line(&account.flow),
        sessions: counted::sessions(account),
        href: super::links::flow_address(&account.flow),
    };
    Accounts {
        all: accounts.len(),
        rows: accounts.iter().take(ACCOUNTS).map(row).collect(),
        more: accounts.len().saturating_sub(ACCOUNTS),
    }
}

fn time(speed: &Speed, result: &RunResult) -> Time {
    Time {
        sentence: format!(
            "The longest chain of requests and waits that had to wait for one another took {} of {}.",
            plain::duration(speed.critical_path_ms),
            plain::duration(result.elapsed_ms)
        ),
        flow: plain::line(&speed.critical_flow),
        href: super::links::flow_address(&speed.critical_flow),
        requests: speed.critical_requests,
        percent: format!("{:.0}", speed.efficiency * 100.0),
    }
}

/// Where the step of a result (`flow/step/requirement`) is; a step may have slashes in its name, the others have none.
fn result_address(id: &str) -> String {
    let (flow, rest) = id.split_once('/').unwrap_or((id, ""));
    let step = rest.rsplit_once('/').map_or(rest, |(step, _)| step);
    step_address(flow, step)
}

fn short(text: &str) -> String {
    plain::line(&plain::shortened(text, CHARACTERS))
}

/// Every status that a requirement can have, in words.
pub(super) fn statuses() -> Vec<&'static str> {
    Status::ALL.map(Status::words).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_leads_to_its_step() {
        assert_eq!(result_address("log-out/3/logout-ends-access"), "#f=log-out&s=3");
        assert_eq!(result_address("bad-requests/a/fuzz/2/rule"), "#f=bad-requests&s=a%2Ffuzz%2F2");
    }
}
