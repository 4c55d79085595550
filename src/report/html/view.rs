//! What stands in the page before any script runs: conclusion, failures, coverage, requirements.

use serde::Serialize;

use super::super::group::{self, Block, Gap};
use super::super::{counted, curl, difference, plain, rerun};
use super::links::{Link, encoded, step_address};
use super::sections::{self, Sections};
use crate::contract::{Kind, Level};
use crate::exchange::{Exchange, Outcome};
use crate::judge::matrix;
use crate::judge::result::{Conclusion, Finding, RequirementResult, RunResult, Status};
use crate::verdict::Verdict;

/// How many blocks are written out; the script shows all.
const BLOCKS: usize = 100;
/// How many other places of a block are listed.
const PLACES: usize = 10;

/// The page.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    title: String,
    conclusion: &'static str,
    /// Class of the conclusion: `good`, `bad` or `open`.
    tone: &'static str,
    summary: String,
    warnings: Vec<String>,
    facts: Vec<(&'static str, String)>,
    rerun: String,
    counts: Vec<(&'static str, String)>,
    blocks: Vec<Shown>,
    more_blocks: usize,
    gaps: Vec<Lack>,
    aftermaths: Vec<Lack>,
    levels: Vec<&'static str>,
    kinds: Vec<&'static str>,
    matrix: Vec<Row>,
    requirements: Vec<Rule>,
    verdicts: Vec<&'static str>,
    operations: Vec<String>,
    statuses: Vec<&'static str>,
    sections: Sections,
    footer: String,
}

/// A finding, and those that say the same.
#[derive(Debug, Serialize)]
struct Shown {
    verdict: &'static str,
    requirement: Option<String>,
    rule: Option<Rule>,
    suite: String,
    flow: String,
    step: String,
    does: String,
    about: Option<String>,
    place: String,
    href: String,
    at: String,
    difference: Vec<(&'static str, String)>,
    reason: Option<String>,
    request: Option<String>,
    answer: Option<String>,
    curl: Option<String>,
    rerun: String,
    others: Vec<Link>,
    more_others: usize,
}

/// What could not be judged for one reason.
#[derive(Debug, Serialize)]
struct Lack {
    reason: String,
    requirements: Vec<String>,
    places: Vec<Link>,
    more_places: usize,
}

/// A row of the matrix.
#[derive(Debug, Serialize)]
struct Row {
    operation: String,
    cells: Vec<Option<Cell>>,
}

/// A cell of the matrix.
#[derive(Debug, Serialize)]
struct Cell {
    words: &'static str,
    class: &'static str,
    held: usize,
    all: usize,
    href: String,
}

/// A requirement.
#[derive(Debug, Serialize)]
struct Rule {
    id: String,
    level: &'static str,
    kind: &'static str,
    operation: String,
    says: String,
    source: String,
    refs: Vec<String>,
    status: &'static str,
    class: &'static str,
    note: Option<String>,
    checks: String,
}

/// The view of a run.
pub(super) fn page(result: &RunResult) -> Page {
    let groups = group::groups(&result.findings);
    let aftermaths = groups
        .aftermaths
        .iter()
        .map(|it| lack(&format!("{}: ended early after step {}", it.flow, it.after), &it.findings));
    let mut operations: Vec<String> = Vec::new();
    for exchange in result.flows.iter().flat_map(|flow| &flow.steps).flat_map(|step| &step.exchanges) {
        let operation = plain::line(&exchange.request.operation);
        if !operations.contains(&operation) {
            operations.push(operation);
        }
    }
    operations.sort();
    Page {
        title: format!("{}: {}", result.conclusion.word(), plain::line(&result.target.name)),
        conclusion: result.conclusion.word(),
        tone: tone(result.conclusion),
        summary: plain::line(&result.summary),
        warnings: warnings(result),
        facts: facts(result),
        rerun: rerun::whole(result),
        counts: counts(result),
        blocks: groups.blocks.iter().take(BLOCKS).map(|block| shown(block, result)).collect(),
        more_blocks: groups.blocks.len().saturating_sub(BLOCKS),
        gaps: groups.gaps.iter().map(|Gap { reason, findings }| lack(reason, findings)).collect(),
        aftermaths: aftermaths.collect(),
        levels: Level::ALL.map(Level::name).to_vec(),
        kinds: Kind::ALL.map(Kind::name).to_vec(),
        matrix: matrix::of(&result.requirements).iter().map(|it| row(it, result.strict)).collect(),
        requirements: result.requirements.iter().map(|it| rule(it, result.strict)).collect(),
        verdicts: Verdict::ALL.iter().rev().map(|verdict| verdict.word()).collect(),
        operations,
        statuses: sections::statuses(),
        sections: sections::of(result),
        footer: plain::line(&format!(
            "conformance {} · {} · {}",
            result.tool,
            plain::moment(result.started_ms),
            result.target.url
        )),
    }
}

/// The tone of a conclusion: `good`, `bad` or `open`.
pub(in crate::report) fn tone(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Conformant => "good",
        Conclusion::NonConformant | Conclusion::Internal => "bad",
        Conclusion::ConformantWithWaivers
        | Conclusion::NothingSent
        | Conclusion::Inconclusive
        | Conclusion::Interrupted => "open",
    }
}

/// What a reader must not overlook.
fn warnings(result: &RunResult) -> Vec<String> {
    let mut warnings = Vec::new();
    if result.partial {
        warnings.push("Only a part of the suites was run: this is no answer for the whole.".to_owned());
    }
    if result.target.embedded {
        warnings.push("The target was the tool's own reference server, not a deployment.".to_owned());
    }
    warnings.extend(result.target.remarks().iter().map(|remark| plain::line(remark)));
    warnings
}

fn facts(result: &RunResult) -> Vec<(&'static str, String)> {
    let strict = if result.strict { "yes: a broken should fails" } else { "no: a broken should is a warning" };
    let mut facts = vec![("target", plain::line(&result.target.name)), ("URL", plain::line(&result.target.url))];
    facts.extend(result.target.build().map(|build| ("build", plain::line(&build))));
    facts.extend(
        result.target.certificate.as_ref().map(|print| ("certificate", plain::line(&format!("SHA-256 {print}")))),
    );
    facts.extend([
        ("started", plain::moment(result.started_ms)),
        ("took", plain::duration(result.elapsed_ms)),
        ("strict", strict.to_owned()),
        ("seed", result.seed.to_string()),
        ("tool", format!("conformance {}", plain::line(&result.tool))),
        ("contract digest", plain::line(&result.contract_digest)),
        ("suites digest", plain::line(&result.suites_digest)),
    ]);
    if !result.target.profile_digest.is_empty() {
        facts.push(("profile digest", plain::line(&result.target.profile_digest)));
    }
    facts
}

fn counts(result: &RunResult) -> Vec<(&'static str, String)> {
    let it = &result.counts.requirements;
    let requirements = format!(
        "{} held, {} broken, {} not judged, of {} that HTTP can show",
        it.held, it.broken, it.not_judged, it.observable
    );
    vec![
        ("requirements", requirements),
        ("checks", counted::tally(&result.counts.checks)),
        ("flows", counted::tally(&result.counts.flows)),
        ("requests", counted::requests(result)),
    ]
}

fn shown(block: &Block<'_>, result: &RunResult) -> Shown {
    let finding = block.first;
    let id = finding.requirement.as_ref();
    let known = id.and_then(|id| result.requirements.iter().find(|requirement| requirement.id == *id));
    let exchange = finding.exchange.as_ref();
    Shown {
        verdict: finding.verdict.word(),
        requirement: id.map(|id| plain::line(id)),
        rule: known.map(|known| rule(known, result.strict)),
        suite: plain::line(&finding.suite),
        flow: plain::line(&finding.flow),
        step: plain::line(&finding.step),
        does: plain::line(&finding.does),
        about: finding.about.as_deref().map(plain::line),
        place: plain::line(&format!("suites/{}", finding.place)),
        href: step_link(finding),
        at: finding.mismatch.as_ref().map(|mismatch| plain::line(&mismatch.place)).unwrap_or_default(),
        difference: finding.mismatch.as_ref().map(signed).unwrap_or_default(),
        reason: finding.reason.as_deref().map(plain::line),
        request: exchange.map(|it| plain::line(&format!("{} {}", it.request.method, it.request.url))),
        answer: exchange.map(answer),
        curl: exchange.map(|exchange| curl::line(&exchange.request)),
        rerun: rerun::flow(result, &finding.flow),
        others: block.others.iter().take(PLACES).map(|other| link(other)).collect(),
        more_others: block.others.len().saturating_sub(PLACES),
    }
}

/// Expected against actual: signs and lines.
pub(super) fn signed(mismatch: &crate::verdict::Mismatch) -> Vec<(&'static str, String)> {
    difference::of(mismatch).into_iter().map(|(side, line)| (side.sign(), line)).collect()
}

fn answer(exchange: &Exchange) -> String {
    let elapsed = plain::duration(exchange.elapsed_ms);
    match &exchange.outcome {
        Outcome::Failure(failure) => plain::line(&format!("none after {elapsed}: {}", failure.message)),
        Outcome::Answer(response) => {
            let kind = response.header("content-type").unwrap_or("no content type");
            plain::line(&format!("{}, {kind}, {elapsed}", response.status))
        }
    }
}

fn lack(reason: &str, findings: &[&Finding]) -> Lack {
    let mut requirements: Vec<String> = Vec::new();
    for id in findings.iter().filter_map(|finding| finding.requirement.as_deref()).map(plain::line) {
        if !requirements.contains(&id) {
            requirements.push(id);
        }
    }
    Lack {
        reason: plain::line(reason),
        requirements,
        places: findings.iter().take(PLACES).map(|finding| link(finding)).collect(),
        more_places: findings.len().saturating_sub(PLACES),
    }
}

fn link(finding: &Finding) -> Link {
    let text = format!("{} step {}: {}", finding.flow, finding.step, finding.does);
    Link { href: step_link(finding), text: plain::line(&text) }
}

fn step_link(finding: &Finding) -> String {
    step_address(&finding.flow, &finding.step)
}

fn row(row: &matrix::Row<'_>, strict: bool) -> Row {
    let operation = plain::line(row.operation.unwrap_or(EVERYWHERE));
    let cell = |(cell, kind): (&Option<matrix::Cell>, Kind)| {
        cell.map(|cell| Cell {
            words: cell.worst.words(),
            class: class(cell.worst, cell.level, strict),
            held: cell.held,
            all: cell.all,
            href: format!("#rules&o={}&k={kind}", encoded(&operation)),
        })
    };
    Row { cells: row.cells.iter().zip(Kind::ALL).map(cell).collect(), operation }
}

/// How a requirement that holds at every operation is shown.
const EVERYWHERE: &str = "every operation";

fn rule(requirement: &RequirementResult, strict: bool) -> Rule {
    Rule {
        id: plain::line(&requirement.id),
        level: requirement.level.name(),
        kind: requirement.kind.name(),
        operation: plain::line(requirement.operation.as_deref().unwrap_or(EVERYWHERE)),
        says: plain::line(&requirement.says),
        source: plain::line(&requirement.source.to_string()),
        refs: requirement.refs.iter().map(|reference| plain::line(reference)).collect(),
        status: requirement.status.words(),
        class: class(requirement.status, requirement.level, strict),
        note: requirement.note.as_deref().map(plain::line),
        checks: counted::tally(&requirement.checks),
    }
}

/// The class of what became of a requirement; also its colour, which is never all that tells.
pub(super) fn class(status: Status, level: Level, strict: bool) -> &'static str {
    match (status, level) {
        (Status::Broken, Level::Must) => "fail",
        (Status::Broken, Level::Should) if strict => "fail",
        (Status::Broken, Level::Should | Level::Observe) => "warn",
        (Status::Held, _) => "pass",
        (Status::Waived, _) => "waived",
        (Status::NotJudged | Status::NoOccasion, _) => "blocked",
        (Status::Gap | Status::NotApplicable | Status::NotSelected | Status::Unobservable | Status::Observed, _) => {
            "skipped"
        }
    }
}
