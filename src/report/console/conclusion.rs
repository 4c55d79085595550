//! The end of the page: what was covered, what was counted, and the conclusion.

use super::super::page::{Page, STRONG, conclusion_style, styled};
use super::super::{counted, plain};
use super::{attempts, drift, waivers};
use crate::contract::Level;
use crate::judge::result::{RequirementResult, RunResult, Speed, Status, Tally};
use crate::judge::several;
use crate::verdict::Verdict;

/// Coverage, counts, conditions of the run, conclusion.
pub(super) fn whole(page: &mut Page, result: &RunResult, verbose: bool) {
    coverage(page, result, verbose);
    waivers::all(page, result);
    drift::all(page, result, verbose);
    attempts::all(page, result);
    page.labelled("checks", &tally(&result.counts.checks));
    page.labelled("flows", &tally(&result.counts.flows));
    page.labelled("requests", &counted::requests(result));
    accounts(page, result, verbose);
    page.labelled("target", &format!("{}, {}", result.target.name, result.target.url));
    result.target.build().iter().for_each(|build| page.labelled("build", build));
    result.target.certificate.iter().for_each(|print| page.whole("TLS", &format!("SHA-256 {print}")));
    result.target.remarks().iter().for_each(|remark| page.labelled("note", &plain::line(remark)));
    page.labelled("run", &conditions(result));
    if let Some(speed) = result.speed.as_ref().filter(|_| verbose) {
        page.labelled("speed", &critical(speed));
    }
    page.blank();
    sentence(page, result);
}

/// The conclusion in one line.
pub(super) fn sentence(page: &mut Page, result: &RunResult) {
    let word = styled(conclusion_style(result.conclusion), &result.conclusion.word().to_uppercase());
    page.line(&format!("{word}: {}", plain::line(&result.summary)));
}

/// What the run left behind on its target.
fn accounts(page: &mut Page, result: &RunResult, verbose: bool) {
    if result.accounts.is_empty() {
        return;
    }
    let more = if verbose { "" } else { "; -v and the JSON report list them" };
    let (all, ended) = result
        .accounts
        .iter()
        .fold((0, 0), |(all, ended), account| (all + account.sessions, ended + account.sessions_ended));
    let created = several(result.accounts.len(), "was created", "were created");
    let text = format!("{created}, and {ended} of {} ended{more}", several(all as usize, "session", "sessions"));
    page.labelled("accounts", &text);
    for account in result.accounts.iter().filter(|_| verbose) {
        let (known_as, sessions) = (counted::known_as(account), counted::sessions(account));
        page.labelled("", &plain::line(&format!("{known_as} ({}, {}, {sessions})", account.flow, account.operation)));
    }
}

fn coverage(page: &mut Page, result: &RunResult, verbose: bool) {
    let coverage = &result.counts.requirements;
    let waived = if coverage.waived == 0 { String::new() } else { format!(", {} waived", coverage.waived) };
    let gaps = if coverage.gaps > 0 { format!(", {} declared gaps", coverage.gaps) } else { String::new() };
    page.line(&styled(STRONG, "requirements"));
    page.labelled(
        "",
        &format!(
            "{} that HTTP can show: {} judged ({} held, {} broken{}), {} not judged ({} of them not applicable{gaps})",
            coverage.observable,
            coverage.judged,
            coverage.held,
            coverage.broken,
            waived,
            coverage.not_judged,
            coverage.not_applicable
        ),
    );
    // An `observe` counts for nothing, so without it the list holds what the line above counts.
    let counts = |requirement: &RequirementResult| verbose || requirement.level != Level::Observe;
    for status in [Status::NotJudged, Status::Gap, Status::NoOccasion, Status::NotApplicable, Status::Unobservable] {
        unjudged(page, result, status, &counts);
    }
    if verbose {
        unjudged(page, result, Status::NotSelected, &counts);
        unjudged(page, result, Status::Observed, &counts);
    } else if result.requirements.iter().any(|requirement| requirement.status == Status::NotSelected) {
        page.line("  not selected: the selection of this run left out the others; -v lists them");
    }
    page.blank();
}

/// The requirements of one status, those with the same reason together.
fn unjudged(page: &mut Page, result: &RunResult, status: Status, counts: &dyn Fn(&RequirementResult) -> bool) {
    let mut reasons: Vec<(Option<&str>, Vec<&RequirementResult>)> = Vec::new();
    let of_status = result.requirements.iter().filter(|requirement| requirement.status == status);
    for requirement in of_status.filter(|requirement| counts(requirement)) {
        let reason = requirement.note.as_deref();
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, requirements)) => requirements.push(requirement),
            None => reasons.push((reason, vec![requirement])),
        }
    }
    for (reason, requirements) in reasons {
        let reason = reason.map(|reason| format!(": {reason}")).unwrap_or_default();
        for line in plain::wrapped(&plain::line(&format!("{}{reason}", status.words())), page.width() - 2) {
            page.line(&format!("  {line}"));
        }
        let ids = requirements.iter().map(|requirement| plain::line(&requirement.id)).collect::<Vec<_>>();
        page.labelled("", &ids.join(", "));
    }
}

/// The verdicts that occurred, the worst last; `pass` always.
fn tally(tally: &Tally) -> String {
    let occurred = Verdict::ALL.into_iter().filter(|verdict| *verdict == Verdict::Pass || tally.get(*verdict) > 0);
    occurred.map(|verdict| format!("{} {verdict}", tally.get(verdict))).collect::<Vec<_>>().join(", ")
}

fn critical(speed: &Speed) -> String {
    format!(
        "the longest chain took {}, {} at the end of it by {}: {:.0} % of the run",
        plain::duration(speed.critical_path_ms),
        several(speed.critical_requests, "request", "requests"),
        plain::line(&speed.critical_flow),
        speed.efficiency * 100.0
    )
}

fn conditions(result: &RunResult) -> String {
    let strict = if result.strict { ", strict" } else { "" };
    let partial = if result.partial { ", only a part" } else { "" };
    format!("seed {}, {}{strict}{partial}", result.seed, plain::duration(result.elapsed_ms))
}
