//! What the script of the page shows when it is asked for: every flow with its exchanges, as compact JSON.
//!
//! Texts stand once each in a table and are named by their number, as answers repeat themselves. Every text is
//! harmless before it gets here (see [`plain`]); the script only ever writes it as text.

use std::collections::HashMap;

use serde::Serialize;

use super::super::{curl, difference, plain, rerun};
use super::view::class;
use crate::contract::Level;
use crate::exchange::{Body, Exchange, FailureKind, Outcome, Request};
use crate::judge::result::{CheckResult, FlowResult, RequirementResult, RunResult, StepResult};
use crate::verdict::{Mismatch, Verdict};

/// The number of a text in [`Island::texts`].
type Text = u32;
/// The number of a list of headers in [`Island::headers`].
type Headers = u32;

/// All that the script knows. Keys are short, as they are repeated for each of thousands of exchanges.
#[derive(Debug, Serialize)]
struct Island {
    /// Words of the verdicts, the best first; elsewhere a verdict is its place here.
    verdicts: Vec<&'static str>,
    texts: Vec<String>,
    headers: Vec<Vec<(Text, Text)>>,
    requirements: Vec<Rule>,
    flows: Vec<Flow>,
}

#[derive(Debug, Serialize)]
struct Rule {
    id: String,
    level: &'static str,
    kind: &'static str,
    operation: Option<String>,
    says: String,
    source: String,
    refs: Vec<String>,
    status: &'static str,
    class: &'static str,
    note: Option<String>,
    /// Numbers of its checks in the order of `verdicts`.
    checks: Vec<usize>,
    rerun: String,
}

#[derive(Debug, Serialize)]
struct Flow {
    id: String,
    suite: Text,
    about: String,
    place: String,
    v: usize,
    ms: f64,
    checks: Vec<usize>,
    rerun: String,
    steps: Vec<Step>,
}

#[derive(Debug, Serialize)]
struct Step {
    /// Its number in the flow.
    n: Text,
    /// What it does.
    d: Text,
    /// Why it is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    a: Option<Text>,
    /// Where it stands.
    p: Text,
    v: usize,
    /// Its exchanges.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    x: Vec<Sent>,
    /// Its checks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    c: Vec<Check>,
}

#[derive(Debug, Serialize)]
struct Check {
    /// The check.
    k: Text,
    /// The requirement.
    #[serde(skip_serializing_if = "Option::is_none")]
    r: Option<Text>,
    v: usize,
    /// Where the answer is not as it should be.
    #[serde(skip_serializing_if = "Option::is_none")]
    w: Option<Text>,
    /// Expected against actual: signs and lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    d: Vec<(&'static str, Text)>,
    /// A note.
    #[serde(skip_serializing_if = "Option::is_none")]
    n: Option<Text>,
}

/// An exchange.
#[derive(Debug, Serialize)]
struct Sent {
    /// Operation, method and URL.
    o: Text,
    m: Text,
    u: Text,
    h: Headers,
    #[serde(skip_serializing_if = "Option::is_none")]
    b: Option<Content>,
    ms: f64,
    /// Words of the `curl` line.
    c: Vec<Text>,
    /// Status, headers and body of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    s: Option<u16>,
    #[serde(rename = "H", skip_serializing_if = "Option::is_none")]
    answer_headers: Option<Headers>,
    #[serde(rename = "B", skip_serializing_if = "Option::is_none")]
    answer_body: Option<Content>,
    /// Why there is no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    f: Option<Text>,
}

/// A body, and what is missing of it.
#[derive(Debug, Serialize)]
struct Content(Text, #[serde(skip_serializing_if = "Option::is_none")] Option<Text>);

/// The JSON of a run, fit to stand in a script element.
pub(super) fn json(result: &RunResult) -> String {
    let mut table = Table::default();
    let flows = result.flows.iter().map(|flow| table.flow(flow, result)).collect();
    let island = Island {
        verdicts: Verdict::ALL.map(Verdict::word).to_vec(),
        requirements: result.requirements.iter().map(|requirement| rule(requirement, result)).collect(),
        flows,
        texts: table.texts,
        headers: table.headers,
    };
    let json = serde_json::to_string(&island).expect("the island is plain data with string keys");
    fit_for_a_script(&json)
}

/// These five only ever stand within JSON strings, where an escape means the same.
fn fit_for_a_script(json: &str) -> String {
    let mut fit = String::with_capacity(json.len());
    for character in json.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => fit.push_str(&format!("\\u{:04x}", u32::from(character))),
            other => fit.push(other),
        }
    }
    fit
}

fn rule(requirement: &RequirementResult, result: &RunResult) -> Rule {
    Rule {
        id: plain::line(&requirement.id),
        level: Level::name(requirement.level),
        kind: requirement.kind.name(),
        operation: requirement.operation.as_deref().map(plain::line),
        says: plain::line(&requirement.says),
        source: plain::line(&requirement.source.to_string()),
        refs: requirement.refs.iter().map(|reference| plain::line(reference)).collect(),
        status: requirement.status.words(),
        class: class(requirement.status, requirement.level, result.strict),
        note: requirement.note.as_deref().map(plain::line),
        checks: Verdict::ALL.map(|verdict| requirement.checks.get(verdict)).to_vec(),
        rerun: rerun::requirement(result, &requirement.id),
    }
}

/// The place of a verdict among all.
fn verdict(verdict: Verdict) -> usize {
    Verdict::ALL.iter().position(|known| *known == verdict).expect("every verdict is among all")
}

/// A tenth of a millisecond is more than a network shows.
fn rounded(milliseconds: f64) -> f64 {
    (milliseconds * 10.0).round() / 10.0
}

#[derive(Debug, Default)]
struct Table {
    texts: Vec<String>,
    numbers: HashMap<String, Text>,
    headers: Vec<Vec<(Text, Text)>>,
    header_numbers: HashMap<Vec<(Text, Text)>, Headers>,
}

impl Table {
    /// A text of several lines.
    fn paragraph(&mut self, text: &str) -> Text {
        self.number(plain::paragraph(text))
    }

    /// A text of one line.
    fn line(&mut self, text: &str) -> Text {
        self.number(plain::line(text))
    }

    fn number(&mut self, text: String) -> Text {
        if let Some(number) = self.numbers.get(&text) {
            return *number;
        }
        let number = Text::try_from(self.texts.len()).expect("a page holds no 4,294,967,296 texts");
        self.texts.push(text.clone());
        self.numbers.insert(text, number);
        number
    }

    fn headers(&mut self, headers: &[(String, String)]) -> Headers {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (self.line(name), self.line(value))).collect();
        if let Some(number) = self.header_numbers.get(&headers) {
            return *number;
        }
        let number = Headers::try_from(self.headers.len()).expect("a page holds no 4,294,967,296 lists of headers");
        self.headers.push(headers.clone());
        self.header_numbers.insert(headers, number);
        number
    }

    fn flow(&mut self, flow: &FlowResult, result: &RunResult) -> Flow {
        Flow {
            id: plain::line(&flow.id),
            suite: self.line(&flow.suite),
            about: plain::line(&flow.about),
            place: plain::line(&format!("suites/{}", flow.place)),
            v: verdict(flow.verdict),
            ms: rounded(flow.elapsed_ms),
            checks: Verdict::ALL.map(|verdict| flow.checks.get(verdict)).to_vec(),
            rerun: rerun::flow(result, &flow.id),
            steps: flow.steps.iter().map(|step| self.step(step)).collect(),
        }
    }

    fn step(&mut self, step: &StepResult) -> Step {
        Step {
            n: self.line(&step.step),
            d: self.line(&step.does),
            a: step.about.as_deref().map(|about| self.line(about)),
            p: self.line(&format!("suites/{}", step.place)),
            v: verdict(step.verdict),
            x: step.exchanges.iter().map(|exchange| self.exchange(exchange)).collect(),
            c: step.checks.iter().map(|check| self.check(check)).collect(),
        }
    }

    fn check(&mut self, check: &CheckResult) -> Check {
        Check {
            k: self.line(&check.check),
            r: check.requirement.as_deref().map(|id| self.line(id)),
            v: verdict(check.verdict),
            w: self.place(check.mismatch.as_ref()),
            d: check.mismatch.as_ref().map(|mismatch| self.difference(mismatch)).unwrap_or_default(),
            n: check.note.as_deref().map(|note| self.line(note)),
        }
    }

    fn place(&mut self, mismatch: Option<&Mismatch>) -> Option<Text> {
        let place = mismatch.map(|mismatch| mismatch.place.as_str()).filter(|place| !place.is_empty());
        place.map(|place| self.line(place))
    }

    fn difference(&mut self, mismatch: &Mismatch) -> Vec<(&'static str, Text)> {
        difference::of(mismatch).into_iter().map(|(side, line)| (side.sign(), self.number(line))).collect()
    }

    fn exchange(&mut self, exchange: &Exchange) -> Sent {
        let Request { operation, method, url, headers, body } = &exchange.request;
        let mut sent = Sent {
            o: self.line(operation),
            m: self.line(method),
            u: self.line(url),
            h: self.headers(headers),
            b: body.as_ref().map(|body| self.content(body)),
            ms: rounded(exchange.elapsed_ms),
            c: curl::words(&exchange.request).iter().map(|word| self.line(word)).collect(),
            s: None,
            answer_headers: None,
            answer_body: None,
            f: None,
        };
        match &exchange.outcome {
            Outcome::Answer(response) => {
                sent.s = Some(response.status);
                sent.answer_headers = Some(self.headers(&response.headers));
                sent.answer_body = (!response.body().is_empty()).then(|| self.content(response.body()));
            }
            Outcome::Failure(failure) => {
                sent.f = Some(self.line(&format!("{}: {}", kind(failure.kind), failure.message)));
            }
        }
        sent
    }

    fn content(&mut self, body: &Body) -> Content {
        let (text, missing) = match body {
            Body::Text(text) => (text, None),
            Body::Binary { bytes, lossy } => (lossy, Some(format!("{bytes} bytes that are no UTF-8"))),
            Body::Shortened { bytes, start } => (start, Some(format!("the beginning of {bytes} bytes"))),
        };
        Content(self.paragraph(text), missing.map(|missing| self.number(missing)))
    }
}

fn kind(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Connect => "no connection",
        FailureKind::Timeout => "no answer in time",
        FailureKind::Broken => "no whole answer",
        FailureKind::TooLarge => "an answer that is too large",
        FailureKind::Unreadable => "an answer in a form that is not read",
        FailureKind::Unsendable => "no request that can be sent",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::super::super::sample;
    use super::*;

    #[test]
    fn holds_every_flow_step_and_exchange_once() {
        let result = sample::every_verdict();
        let island: Value = serde_json::from_str(&json(&result)).unwrap();
        let flows = island["flows"].as_array().unwrap();
        assert_eq!(flows.len(), result.flows.len());
        for (shown, flow) in flows.iter().zip(&result.flows) {
            assert_eq!(
                (&shown["id"], &shown["steps"].as_array().unwrap().len()),
                (&flow.id.as_str().into(), &flow.steps.len())
            );
            assert_eq!(island["verdicts"][shown["v"].as_u64().unwrap() as usize], flow.verdict.word());
        }
        let mut texts: Vec<&str> = island["texts"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
        let all = texts.len();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), all, "a text stands twice");
    }

    #[test]
    fn nothing_in_it_ends_the_script_or_hides() {
        let json = json(&sample::every_verdict());
        let bad = json.chars().find(|it| matches!(it, '<' | '>' | '&') || plain::is_hidden(*it));
        assert_eq!(bad, None);
        assert!(json.contains("\\u003cscript\\u003e"), "the sample has no markup any more");
        assert!(json.contains("\\\\u{202e}"), "the sample has no directional mark any more");
    }
}
