//! Every exchange of every flow, as `--verbose` shows them.

use super::super::page::{FAINT, Page, STRONG, styled, verdict_style};
use super::super::plain;
use crate::exchange::{Body, Exchange, Outcome};
use crate::judge::result::{FlowResult, RunResult, StepResult};

/// How many lines of a body are shown.
const BODY_LINES: usize = 60;

/// Every flow with its steps.
pub(super) fn flows(page: &mut Page, result: &RunResult) {
    for flow in &result.flows {
        heading(page, flow);
        for step in &flow.steps {
            shown_step(page, step);
        }
        page.blank();
    }
}

fn heading(page: &mut Page, flow: &FlowResult) {
    let name = styled(STRONG, &plain::line(&format!("{} / {}", flow.suite, flow.id)));
    let word = styled(verdict_style(flow.verdict), flow.verdict.word());
    page.line(&format!("{name}  {word}  {FAINT}suites/{}{FAINT:#}", plain::line(&flow.place.to_string())));
    page.labelled("about", &flow.about);
}

fn shown_step(page: &mut Page, step: &StepResult) {
    let word = styled(verdict_style(step.verdict), step.verdict.word());
    page.line(&format!("  {} {}  {word}", plain::line(&step.step), plain::line(&step.does)));
    if let Some(about) = &step.about {
        page.labelled("about", about);
    }
    for exchange in &step.exchanges {
        request(page, exchange);
        answer(page, exchange);
    }
    for check in &step.checks {
        let requirement = check.requirement.as_deref().map(|id| format!(" {id}")).unwrap_or_default();
        let mismatch = check.mismatch.as_ref();
        let mismatch = mismatch.map(|it| format!(": expected {}, actual {}", it.expected, it.actual));
        let note = check.note.as_ref().map(|note| format!(": {note}"));
        let detail = mismatch.or(note).unwrap_or_default();
        page.labelled("check", &format!("{}{requirement}: {}{detail}", check.check, check.verdict));
    }
}

fn request(page: &mut Page, exchange: &Exchange) {
    let request = &exchange.request;
    page.whole(">", &format!("{} {}", request.method, request.url));
    headers_and_body(page, ">", &request.headers, request.body.as_ref());
}

fn answer(page: &mut Page, exchange: &Exchange) {
    let elapsed = plain::duration(exchange.elapsed_ms);
    match &exchange.outcome {
        Outcome::Failure(failure) => page.labelled("<", &format!("no answer after {elapsed}: {}", failure.message)),
        Outcome::Answer(response) => {
            page.whole("<", &format!("{} ({elapsed})", response.status));
            headers_and_body(page, "<", &response.headers, Some(response.body()));
        }
    }
}

fn headers_and_body(page: &mut Page, mark: &str, headers: &[(String, String)], body: Option<&Body>) {
    for (name, value) in headers {
        page.whole(mark, &format!("{name}: {value}"));
    }
    if let Some(body) = body {
        for line in plain::body(body, BODY_LINES, page.text_width()) {
            page.labelled_lines(mark, [line]);
        }
    }
}
