//! The matrix as a page: no script, and nothing from elsewhere but links to the reports of the targets beside it.

use serde::Serialize;
use url::form_urlencoded::byte_serialize;

use super::super::html::{HEAD, STYLE, filled, policy};
use super::super::{counted, plain};
use super::shown;
use crate::judge::result::Conclusion;
use crate::judge::side_by_side::{Cell, Column, Fate, Row, SideBySide};
use crate::report::Format;
use crate::verdict::Verdict;

const TEMPLATES: [(&str, &str); 2] = [("page.html", include_str!("page.html")), HEAD];

/// What the template is filled with.
#[derive(Debug, Serialize)]
struct Filling {
    policy: String,
    style: &'static str,
    title: String,
    tone: &'static str,
    summary: String,
    differing: usize,
    all: usize,
    columns: Vec<Target>,
    rows: Vec<Requirement>,
    footer: String,
}

/// A target.
#[derive(Debug, Serialize)]
struct Target {
    name: String,
    url: String,
    word: &'static str,
    tone: &'static str,
    sentence: String,
    facts: Vec<(&'static str, String)>,
    report: Option<String>,
}

/// A requirement.
#[derive(Debug, Serialize)]
struct Requirement {
    id: String,
    level: &'static str,
    operation: String,
    says: String,
    source: String,
    differs: bool,
    cells: Vec<Shown>,
}

/// A requirement at a target.
#[derive(Debug, Serialize)]
struct Shown {
    word: &'static str,
    class: &'static str,
    why: Option<String>,
    checks: Option<String>,
    href: Option<String>,
}

/// The page.
pub(super) fn render(matrix: &SideBySide) -> String {
    filled(&TEMPLATES, &filling(matrix))
}

fn filling(matrix: &SideBySide) -> Filling {
    let names: Vec<String> = matrix.targets.iter().map(|column| plain::line(&column.name)).collect();
    Filling {
        policy: policy(STYLE, None),
        style: STYLE,
        title: names.join(", "),
        tone: if matrix.exit_code == 0 { "good" } else { "bad" },
        summary: plain::line(&matrix.summary),
        differing: matrix.requirements.iter().filter(|row| row.differs).count(),
        all: matrix.requirements.len(),
        columns: matrix.targets.iter().map(target).collect(),
        rows: matrix.requirements.iter().map(|row| requirement(row, matrix)).collect(),
        footer: format!(
            "conformance {} · seed {} · contract {}",
            plain::line(&matrix.tool),
            matrix.seed,
            plain::line(&matrix.contract_digest)
        ),
    }
}

fn target(column: &Column) -> Target {
    let (tone, facts) = match &column.fate {
        Fate::Judged(judged) => {
            let it = &judged.counts.requirements;
            let requirements = format!("{} held, {} broken, {} not judged", it.held, it.broken, it.not_judged);
            let facts = vec![
                ("requirements", requirements),
                ("checks", counted::tally(&judged.counts.checks)),
                ("started", plain::moment(judged.started_ms)),
                ("took", plain::duration(judged.elapsed_ms)),
            ];
            (super::super::html::tone(judged.conclusion), facts)
        }
        Fate::NotRun { .. } => (super::super::html::tone(Conclusion::Inconclusive), Vec::new()),
    };
    Target {
        name: plain::line(&column.name),
        url: plain::line(&column.url),
        word: column.word(),
        tone,
        sentence: plain::line(column.sentence()),
        facts,
        report: report(column),
    }
}

/// The address of a target's own page; a name of a profile may hold anything that a folder's name may.
fn report(column: &Column) -> Option<String> {
    let encoded = |part: &str| byte_serialize(part.as_bytes()).collect::<String>().replace('+', "%20");
    let folder = column.folder.as_ref()?;
    Some(format!("{}/{}", encoded(folder), Format::Html.file()))
}

fn requirement(row: &Row, matrix: &SideBySide) -> Requirement {
    let cell = |(cell, column): (&Option<Cell>, &Column)| {
        let (verdict, word) = shown(cell.as_ref());
        Shown {
            word,
            class: verdict.map_or(Verdict::Skipped.word(), Verdict::word),
            why: cell.as_ref().and_then(|cell| cell.why.as_deref()).map(|why| plain::line(&plain::shortened(why, 600))),
            checks: cell.as_ref().map(|cell| counted::tally(&cell.checks)),
            href: report(column).map(|report| format!("{report}#r={}", plain::line(&row.id))),
        }
    };
    Requirement {
        id: plain::line(&row.id),
        level: row.level.name(),
        operation: row.operation.as_deref().map_or_else(|| "every operation".to_owned(), plain::line),
        says: plain::line(&row.says),
        source: plain::line(&row.source.to_string()),
        differs: row.differs,
        cells: row.cells.iter().zip(&matrix.targets).map(cell).collect(),
    }
}
