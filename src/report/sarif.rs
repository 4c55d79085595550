//! SARIF 2.1.0, for code scanning: a requirement is a rule, a finding a result, at its place in the suites.
//!
//! What could not be judged is an error like what failed: a reader of SARIF takes the absence of results for green.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{case, plain};
use crate::contract::Level;
use crate::exchange::{Body, Exchange, Outcome};
use crate::judge::result::{Conclusion, Finding, RequirementResult, RunResult, WaiverResult};
use crate::verdict::{Place, Verdict};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The rule of what is about no requirement: a step that could not be done.
const NO_RULE: &str = "step";

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
    let numbers: HashMap<&str, usize> =
        result.requirements.iter().enumerate().map(|(number, it)| (it.id.as_str(), number)).collect();
    json!({
        "tool": { "driver": { "name": "conformance", "version": plain::line(&result.tool), "rules": rules } },
        "invocations": [invocation(result)],
        "columnKind": "unicodeCodePoints",
        "results": result.findings.iter().map(|finding| shown(finding, result, &numbers)).collect::<Vec<_>>(),
        "properties": {
            "conclusion": result.conclusion.word(),
            "target": plain::line(&result.target.name),
            "url": plain::line(&result.target.url),
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
        "locations": [location(finding)],
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

fn message(finding: &Finding) -> String {
    let what = match (&finding.mismatch, &finding.reason) {
        (Some(mismatch), _) => format!("expected {}, actual {}", mismatch.expected, mismatch.actual),
        (None, Some(reason)) => format!("could not be judged: {reason}"),
        (None, None) => "could not be judged".to_owned(),
    };
    plain::line(&format!("{} in {}, step {}: {what}", finding.does, finding.flow, finding.step))
}

fn location(finding: &Finding) -> Value {
    let logical = json!([{
        "fullyQualifiedName": plain::line(&format!("{}/{}/{}", finding.suite, finding.flow, finding.step)),
        "kind": "member",
    }]);
    match physical(&finding.place) {
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
            "body": { "text": body(&response.body) },
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
