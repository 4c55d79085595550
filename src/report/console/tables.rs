//! A table for each suite: what became of its flows.

use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Style};

use super::super::page::{Page, STRONG, styled, verdict_style};
use super::super::plain;
use crate::judge::result::{FlowResult, RunResult};
use crate::verdict::Verdict;

/// One table for each suite, in the order of the suites.
pub(super) fn suites(page: &mut Page, result: &RunResult) {
    for flows in result.flows.chunk_by(|left, right| left.suite == right.suite) {
        if let Some(first) = flows.first() {
            page.line(&styled(STRONG, &plain::line(&first.suite)));
            for line in table(flows).lines() {
                page.line(line);
            }
            page.blank();
        }
    }
}

fn table(flows: &[FlowResult]) -> String {
    let mut builder = Builder::default();
    builder.push_record(["flow", "verdict", "steps", "pass", "warn", "fail", "blocked", "broken", "ms"]);
    for flow in flows {
        let count = |verdict| flow.checks.get(verdict).to_string();
        builder.push_record([
            // Never cut: it is what `--flow` and `explain` want.
            plain::line(&flow.id),
            styled(verdict_style(flow.verdict), flow.verdict.word()),
            flow.steps.len().to_string(),
            count(Verdict::Pass),
            count(Verdict::Warn),
            count(Verdict::Fail),
            count(Verdict::Blocked),
            count(Verdict::Broken),
            format!("{:.0}", flow.elapsed_ms),
        ]);
    }
    let mut table = builder.build();
    table.with(Style::psql()).modify(Columns::new(2..), Alignment::right());
    table.to_string()
}
