//! The certificate: one page to print, with the requirement table. A pure function of a run and its terms.
//!
//! It is for people. What a machine believes is the signed statement, which holds the digest of this page.

use minijinja::{Environment, context};

use super::{Evidence, Terms};
use crate::contract::Level;
use crate::contract::digest::sha256;
use crate::judge::result::{Conclusion, RequirementResult, RunResult, Status};
use crate::report::plain;

/// The page; it holds no rule of what is conformant.
const TEMPLATE: &str = include_str!("certificate.html");
/// Its style, named by its digest in the page's policy, so that nothing else can style or load anything.
const STYLE: &str = include_str!("certificate.css");

/// The page of a run, as HTML.
pub fn page(result: &RunResult, terms: &Terms, key: &str, evidence: &Evidence) -> String {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(minijinja::UndefinedBehavior::Strict);
    // Whoever wrote the names in it, each character stands for itself or shows as its escape.
    environment.add_filter("plain", |text: String| plain::line(&text));
    environment.add_template("certificate.html", TEMPLATE).expect("the template is part of the program");
    let template = environment.get_template("certificate.html").expect("it was just added");
    let files = evidence.iter().map(|(name, bytes)| context! { name, digest => sha256(bytes), bytes => bytes.len() });
    let counts = &result.counts;
    let values = context! {
        style => STYLE,
        style_digest => style_digest(),
        release => terms.release.as_str(),
        by => terms.by.as_str(),
        issued => moment(terms.issued),
        valid_until => moment(terms.valid_until),
        started => moment(jiff::Timestamp::from_millisecond(result.started_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH)),
        target => result.target.name.as_str(),
        url => result.target.url.as_str(),
        embedded => result.target.embedded,
        profile_digest => result.target.profile_digest.as_str(),
        summary => result.summary.as_str(),
        tool => result.tool.as_str(),
        tool_digest => terms.tool_digest.as_str(),
        contract_digest => result.contract_digest.as_str(),
        suites_digest => result.suites_digest.as_str(),
        seed => result.seed,
        key,
        requests => counts.requests,
        flows => result.flows.len(),
        checks => counts.checks.pass,
        observable => counts.requirements.observable,
        held => counts.requirements.held,
        not_applicable => counts.requirements.not_applicable,
        files => files.collect::<Vec<_>>(),
        conclusion => conclusion(result.conclusion),
        waived => waived_rows(result),
        groups => groups(result),
    };
    template.render(values).expect("every value that the template names is given")
}

/// The digest of the style as a policy wants it.
fn style_digest() -> String {
    use sha2::{Digest, Sha256};
    data_encoding::BASE64.encode(&Sha256::digest(STYLE.as_bytes()))
}

/// The conclusion as a heading has it.
fn conclusion(conclusion: Conclusion) -> String {
    let word = conclusion.word();
    let mut characters = word.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

/// Every requirement that is waived, once for each waiver that does so.
fn waived_rows(result: &RunResult) -> Vec<minijinja::Value> {
    let mut rows = Vec::new();
    for waiver in &result.waivers {
        let mut requirements: Vec<&str> = Vec::new();
        for id in waiver.results.iter().filter_map(|result| result.rsplit('/').next()) {
            if !requirements.contains(&id) {
                requirements.push(id);
            }
        }
        let level = |id: &str| result.requirements.iter().find(|requirement| requirement.id == id);
        rows.extend(requirements.into_iter().map(|id| {
            context! {
                id,
                level => level(id).map(|requirement| requirement.level.to_string()).unwrap_or_default(),
                reason => waiver.waiver.reason.as_str(),
                ticket => waiver.waiver.ticket.as_deref().unwrap_or_default(),
                owner => waiver.waiver.owner.as_str(),
                expires => waiver.waiver.expires.to_string(),
            }
        }));
    }
    rows
}

fn moment(moment: jiff::Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M UTC").to_string()
}

/// The requirements by operation, those of every operation first.
fn groups(result: &RunResult) -> Vec<minijinja::Value> {
    let mut operations: Vec<Option<&str>> = vec![None];
    for requirement in &result.requirements {
        let operation = requirement.operation.as_deref();
        if !operations.contains(&operation) {
            operations.push(operation);
        }
    }
    let group = |operation: Option<&str>| {
        let of_it = result.requirements.iter().filter(|requirement| requirement.operation.as_deref() == operation);
        let rows: Vec<_> = of_it.map(row).collect();
        context! { operation => operation.unwrap_or("Every operation"), rows }
    };
    operations.into_iter().map(group).collect()
}

fn row(requirement: &RequirementResult) -> minijinja::Value {
    let judged = match requirement.status {
        Status::Held | Status::Broken | Status::Waived => requirement.checks.pass.to_string(),
        Status::NotJudged
        | Status::Gap
        | Status::NotApplicable
        | Status::NoOccasion
        | Status::NotSelected
        | Status::Unobservable
        | Status::Observed => String::new(),
    };
    context! {
        id => requirement.id.as_str(),
        level => requirement.level.to_string(),
        must => requirement.level == Level::Must,
        says => requirement.says.as_str(),
        status => requirement.status.words(),
        held => requirement.status == Status::Held,
        note => requirement.note.clone().filter(|_| requirement.status != Status::Held).unwrap_or_default(),
        judged,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn terms(by: &str) -> Terms {
        Terms {
            release: "2.4.0".to_owned(),
            by: by.to_owned(),
            issued: "2026-01-02T03:04:05Z".parse().unwrap(),
            valid_until: "2026-04-02T03:04:05Z".parse().unwrap(),
            accepted: Vec::new(),
            tool_digest: "ab".repeat(32),
        }
    }

    fn shown(result: &RunResult, by: &str) -> String {
        page(result, &terms(by), "key-id", &Evidence::from([("report.json".to_owned(), b"{}".to_vec())]))
    }

    #[test]
    fn says_who_what_and_until_when_and_names_every_requirement() {
        let result = sample::clean();
        let page = shown(&result, "Ada Lovelace");
        for said in ["2.4.0", "Ada Lovelace", "2026-04-02 03:04 UTC", "key-id", &sha256(b"{}")] {
            assert!(page.contains(said), "{said}");
        }
        for requirement in &result.requirements {
            assert!(page.contains(&format!("<td class=\"code\">{}</td>", requirement.id)), "{}", requirement.id);
        }
    }

    #[test]
    fn what_is_waived_stands_before_everything_that_is_not_said_of_the_run() {
        let result = sample::every_verdict();
        let page = shown(&result, "Ada Lovelace");
        let waiver = result.waivers.iter().find(|waiver| !waiver.results.is_empty()).unwrap();
        let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("no {text}"));
        assert!(at(&waiver.waiver.owner) < at("How to check it"));
        assert!(at("Broken, and accepted for this release") < at("Every rule, and what became of it"));
        assert!(!shown(&sample::clean(), "Ada").contains("Broken, and accepted"));
    }

    /// The page loads nothing, runs nothing, and is styled by nothing but its own style.
    #[test]
    fn hostile_names_stay_text() {
        let mut result = sample::clean();
        result.target.name = "</style><script>alert(1)</script>".to_owned();
        let page = shown(&result, "<img src=x onerror=alert(1)>\u{202e}\u{1b}[2J\" onload=\"x");
        assert!(!page.contains("<script") && !page.contains("<img") && !page.contains("onload=\"x"), "{page}");
        assert!(!page.contains(['\u{202e}', '\u{1b}']));
        assert_eq!(page.matches("</style>").count(), 1);
        let policy = format!("default-src 'none'; style-src 'sha256-{}'", style_digest());
        assert!(page.contains(&policy) && page.contains(&format!("<style>{STYLE}</style>")));
    }
}
