//! SARIF 2.1.0, for code scanning: a requirement is a rule, a finding a result, at its place in the suites.
//!
//! What could not be judged is an error like what failed: a reader of SARIF takes the absence of results for green.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::drift::{self, Group};
use super::{case, plain};
use crate::contract::Level;
use crate::exchange::{Body, Exchange, Outcome};
use crate::judge::result::{Conclusion, Finding, RequirementResult, RunResult, Unstable, WaiverResult};
use crate::verdict::{Place, Verdict};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The rule of what is about no requirement: a step that could not be done.
const NO_RULE: &str = "step";
/// The rule of answers that differ from the accepted ones.
const DRIFT: &str = "drift";
/// The rule of results that are not the same in all attempts.
const UNSTABLE: &str = "unstable";
/// How many places of one drift are named.
const PLACES: usize = 20;
/// How many characters of a text of the target are shown.
const CHARACTERS: usize = 600;

/// A run as SARIF.
pub fn render(result: &RunResult) -> String {
    let log = json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run(result)] });
    let mut text = serde_json::to_string_pretty(&log).expect("a log is plain data with string keys");
    text.push('\n');
    text
}

fn run(result: &RunResult) -> Value {
    let mut rules: Vec<Value> = result.requirements.iter().map(rule).collect();
    rules.push(json!({
        "id": NO_RULE,
        "shortDescription": { "text": "A step of a flow could be done and answered." },
        "defaultConfiguration": { "level": "error" },
    }));
    rules.push(json!({
        "id": DRIFT,
        "shortDescription": { "text": "An answer is as it was when it was accepted." },
        "defaultConfiguration": { "level": "warning" },
    }));
    rules.push(json!({
        "id": UNSTABLE,
        "shortDescription": { "text": "A result is the same in all attempts." },
        "defaultConfiguration": { "level": "error" },
    }));
    let numbers: HashMap<&str, usize> =
        result.requirements.iter().enumerate().map(|(number, it)| (it.id.as_str(), number)).collect();
    let count = numbers.len();
    let mut results: Vec<Value> = result.findings.iter().map(|finding| shown(finding, result, &numbers)).collect();
    if let Some(drift) = &result.drift {
        results.extend(drift::groups(drift).iter().map(|group| drifted(group, drift.denied, count + 1)));
    }
    results.extend(result.unstable.iter().map(|it| unstable(it, count + 2)));
    json!({
        "tool": { "driver": { "name": "conformance", "version": plain::line(&result.tool), "rules": rules } },
        "invocations": [invocation(result)],
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {
            "conclusion": result.conclusion.word(),
            "target": plain::line(&result.target.name),
            "url": plain::line(&result.target.url),
            "build": result.target.build().as_deref().map(plain::line),
            "certificate": result.target.certificate.as_deref().map(plain::line),
            "contractDigest": plain::line(&result.contract_digest),
            "suitesDigest": plain::line(&result.suites_digest),
            // 64 bits are more than a number of JSON keeps.
            "seed": result.seed.to_string(),
            "strict": result.strict,
            "partial": result.partial,
        },
    })
}

fn rule(requirement: &RequirementResult) -> Value {
    let level = match requirement.level {
        Level::Must => "error",
        Level::Should => "warning",
        Level::Observe => "none",
    };
    let refs = requirement.refs.iter().map(|reference| format!("; {reference}")).collect::<String>();
    json!({
        "id": plain::line(&requirement.id),
        "shortDescription": { "text": plain::line(&requirement.says) },
        "help": { "text": plain::line(&format!("{}{refs}", requirement.source)) },
        "defaultConfiguration": { "level": level },
        "properties": {
            "level": requirement.level.name(),
            "operation": requirement.operation.as_deref().map(plain::line),
            "status": requirement.status.words(),
        },
    })
}

fn invocation(result: &RunResult) -> Value {
    let (done, level) = match result.conclusion {
        Conclusion::Conformant => (true, "note"),
        Conclusion::ConformantWithWaivers => (true, "warning"),
        Conclusion::NonConformant | Conclusion::Inconclusive => (true, "error"),
        Conclusion::NothingSent | Conclusion::Interrupted | Conclusion::Internal => (false, "error"),
    };
    let notification = |level, text: &str| json!({ "level": level, "message": { "text": plain::line(text) } });
    let mut notifications = vec![notification(level, &result.summary)];
    notifications.extend(result.waivers.iter().map(|waiver| {
        let level = if waiver.state.fails() { "error" } else { "note" };
        notification(level, &format!("waiver of {}: {}", waiver.waiver.subject(), waiver.advice))
    }));
    let mut invocation = json!({
        "executionSuccessful": done,
        "exitCode": result.conclusion.exit_code(),
        "toolExecutionNotifications": notifications,
    });
    let ended = result.started_ms.saturating_add(result.elapsed_ms.max(0.0) as i64);
    for (key, moment) in [("startTimeUtc", result.started_ms), ("endTimeUtc", ended)] {
        if let Ok(moment) = jiff::Timestamp::from_millisecond(moment) {
            invocation[key] = moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string().into();
        }
    }
    invocation
}

fn shown(finding: &Finding, result: &RunResult, numbers: &HashMap<&str, usize>) -> Value {
    let id = finding.requirement.as_deref();
    let number = id.and_then(|id| numbers.get(id).copied());
    let level = match finding.verdict {
        Verdict::Fail | Verdict::Broken | Verdict::Blocked => "error",
        Verdict::Warn => "warning",
        Verdict::Pass | Verdict::NotApplicable | Verdict::Skipped | Verdict::Waived => "note",
    };
    let mut shown = json!({
        "ruleId": plain::line(id.unwrap_or(NO_RULE)),
        "level": level,
        "message": { "text": message(finding) },
        "locations": [at(&finding.place, &finding.suite, &finding.flow, &finding.step)],
        // The same finding of the next run has the same.
        "partialFingerprints": { "findingId/v1": plain::line(&finding.id) },
        "properties": {
            "verdict": finding.verdict.word(),
            "flow": plain::line(&finding.flow),
            "step": plain::line(&finding.step),
            "details": case::paragraph(finding),
        },
    });
    if finding.verdict == Verdict::Waived {
        let waives = |waiver: &&WaiverResult| waiver.results.contains(&finding.id);
        let why = result.waivers.iter().find(waives).map(|waiver| plain::line(&waiver.waiver.words()));
        shown["suppressions"] = json!([{ "kind": "external", "justification": why.unwrap_or_default() }]);
    }
    match (id, number) {
        (_, Some(number)) => shown["ruleIndex"] = number.into(),
        (None, None) => shown["ruleIndex"] = numbers.len().into(),
        (Some(_), None) => {}
    }
    if let Some(exchange) = &finding.exchange {
        shown["webRequest"] = request(exchange);
        shown["webResponse"] = response(exchange);
    }
    shown
}

/// Answers that differ alike from the accepted ones: one result with all their places.
fn drifted(group: &Group<'_>, denied: bool, rule: usize) -> Value {
    let first = group.first;
    let text = group.title() + &group.became();
    let locations: Vec<Value> =
        group.places.iter().take(PLACES).map(|it| at(&it.place, &it.suite, &it.flow, &it.step)).collect();
    json!({
        "ruleId": DRIFT,
        "ruleIndex": rule,
        "level": if denied { "error" } else { "warning" },
        "message": { "text": plain::line(&plain::shortened(&text, CHARACTERS)) },
        "locations": locations,
        "partialFingerprints": { "driftId/v1": plain::line(&format!("{}/{}/{}", first.flow, first.step, first.at)) },
        "properties": { "kind": first.kind.words(), "times": group.places.len() },
    })
}

/// A result that was not the same in all attempts.
fn unstable(result: &Unstable, rule: usize) -> Value {
    let location = result.finding.as_ref().map(|it| at(&it.place, &it.suite, &it.flow, &it.step));
    let mut shown = json!({
        "ruleId": UNSTABLE,
        "ruleIndex": rule,
        "level": if result.waived { "note" } else { "error" },
        "message": { "text": case::changing(result).trim_end() },
        "locations": location.into_iter().collect::<Vec<_>>(),
        "partialFingerprints": { "unstableId/v1": plain::line(&result.id) },
        "properties": { "passes": result.passes, "judged": result.judged },
    });
    if result.waived {
        shown["suppressions"] = json!([{ "kind": "external", "justification": "waived where it does not pass" }]);
    }
    shown
}

fn message(finding: &Finding) -> String {
    let what = match (&finding.mismatch, &finding.reason) {
        (Some(mismatch), _) => format!("expected {}, actual {}", mismatch.expected, mismatch.actual),
        (None, Some(reason)) => format!("could not be judged: {reason}"),
        (None, None) => "could not be judged".to_owned(),
    };
    plain::line(&format!("{} in {}, step {}: {what}", finding.does, finding.flow, finding.step))
}

fn at(place: &Place, suite: &str, flow: &str, step: &str) -> Value {
    let logical = json!([{
        "fullyQualifiedName": plain::line(&format!("{suite}/{flow}/{step}")),
        "kind": "member",
    }]);
    match physical(place) {
        Some(physical) => json!({ "physicalLocation": physical, "logicalLocations": logical }),
        None => json!({ "logicalLocations": logical }),
    }
}

/// A place in the suites; what the tool itself did has none.
fn physical(place: &Place) -> Option<Value> {
    let region = json!({ "startLine": place.line, "startColumn": place.column.max(1) });
    (!place.file.is_empty() && place.line > 0)
        .then(|| json!({ "artifactLocation": { "uri": uri(&format!("suites/{}", place.file)) }, "region": region }))
}

/// A relative path as a URI.
fn uri(path: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes().map(|byte| if kept(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn request(exchange: &Exchange) -> Value {
    let request = &exchange.request;
    json!({
        "method": plain::line(&request.method),
        "target": plain::line(&request.url),
        "headers": headers(&request.headers),
        "body": { "text": request.body.as_ref().map(body).unwrap_or_default() },
    })
}

fn response(exchange: &Exchange) -> Value {
    match &exchange.outcome {
        Outcome::Answer(response) => json!({
            "statusCode": response.status,
            "headers": headers(&response.headers),
            "body": { "text": body(response.body()) },
        }),
        Outcome::Failure(failure) => {
            json!({ "noResponseReceived": true, "reasonPhrase": plain::line(&failure.message) })
        }
    }
}

/// A repeated header has its values in one, as HTTP reads them.
fn headers(headers: &[(String, String)]) -> Value {
    let mut shown = serde_json::Map::new();
    for (name, value) in headers {
        let value = plain::line(value);
        let joined = match shown.get(name).and_then(Value::as_str) {
            Some(before) => format!("{before}, {value}"),
            None => value,
        };
        shown.insert(plain::line(name), joined.into());
    }
    Value::Object(shown)
}

fn body(body: &Body) -> String {
    plain::paragraph(match body {
        Body::Text(text) => text,
        Body::Binary { lossy, .. } => lossy,
        Body::Shortened { start, .. } => start,
    })
}

#[cfg(test)]
mod tests {
    use super::super::{sample, schemas};
    use super::*;

    #[test]
    fn holds_every_verdict() {
        insta::assert_snapshot!("sarif", render(&sample::every_verdict()));
    }

    #[test]
    fn is_valid() {
        let validator = schemas::sarif();
        for result in [sample::every_verdict(), sample::clean()] {
            let log: Value = serde_json::from_str(&render(&result)).unwrap();
            assert_eq!(schemas::violations(&validator, &log), Vec::<String>::new());
        }
    }

    #[test]
    fn every_result_names_its_rule() {
        let log: Value = serde_json::from_str(&render(&sample::every_verdict())).unwrap();
        let run = &log["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let number = result["ruleIndex"].as_u64().unwrap() as usize;
            assert_eq!(run["tool"]["driver"]["rules"][number]["id"], result["ruleId"]);
        }
    }
}
