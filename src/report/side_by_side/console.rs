//! The matrix for a terminal: a table of what differs, why, and a line for each target.

use tabled::builder::Builder;
use tabled::settings::Style;

use super::super::page::{FAINT, Page, STRONG, conclusion_style, styled, verdict_style};
use super::super::plain;
use super::{Options, shown};
use crate::judge::side_by_side::{Cell, Column, Fate, Row, SideBySide};
use crate::verdict::Verdict;

/// How many requirements that differ are explained.
const EXPLAINED: usize = 20;

/// The table, then the targets, then the sentence.
pub(super) fn render(matrix: &SideBySide, options: &Options) -> String {
    let mut page = Page::new(options.width);
    if !options.quiet {
        rows(&mut page, matrix, options.verbose);
        for column in &matrix.targets {
            page.labelled(&plain::line(&column.name), &column.url);
            if let Some(folder) = &column.folder {
                page.whole("", &format!("its reports: {folder}/"));
            }
        }
        page.blank();
    }
    for column in &matrix.targets {
        page.line(&target(column));
    }
    page.line(&format!("{}: {}", styled(STRONG, "SIDE BY SIDE"), plain::line(&matrix.summary)));
    page.into_text()
}

fn rows(page: &mut Page, matrix: &SideBySide, verbose: bool) {
    let rows: Vec<&Row> = matrix.requirements.iter().filter(|row| verbose || row.differs).collect();
    if rows.is_empty() {
        return;
    }
    let title = if verbose { "all requirements" } else { "requirements that differ (-v shows all)" };
    page.line(&styled(STRONG, title));
    for line in table(matrix, &rows).lines() {
        page.line(line);
    }
    page.blank();
    // What was not reached because of something else explains nothing.
    let differing = matrix.requirements.iter().filter(|row| row.differs);
    let telling: Vec<&Row> = differing.filter(|row| row.cells.iter().flatten().any(tells)).collect();
    for row in telling.iter().take(EXPLAINED) {
        explained(page, matrix, row);
    }
    if telling.len() > EXPLAINED {
        page.line(&format!("… and {} more, which the HTML and the JSON explain", telling.len() - EXPLAINED));
        page.blank();
    }
}

fn table(matrix: &SideBySide, rows: &[&Row]) -> String {
    let mut builder = Builder::default();
    let names = matrix.targets.iter().map(|column| plain::line(&column.name));
    builder.push_record(["requirement".to_owned(), "level".to_owned()].into_iter().chain(names));
    for row in rows {
        let cells = row.cells.iter().map(|cell| {
            let (verdict, word) = shown(cell.as_ref());
            styled(verdict.map_or(FAINT, verdict_style), word)
        });
        builder.push_record([plain::line(&row.id), row.level.to_string()].into_iter().chain(cells));
    }
    builder.build().with(Style::psql()).to_string()
}

fn tells(cell: &Cell) -> bool {
    cell.why.is_some() && !cell.aftermath
}

/// What was found where it is not simply right.
fn explained(page: &mut Page, matrix: &SideBySide, row: &Row) {
    page.line(&styled(STRONG, &plain::line(&row.id)));
    for (column, cell) in matrix.targets.iter().zip(&row.cells) {
        let Some((cell, why)) = cell.as_ref().and_then(|cell| Some((cell, cell.why.as_ref()?))) else { continue };
        page.labelled("", &plain::shortened(&format!("{}: {}: {why}", column.name, cell.word()), 600));
        if let Some(finding) = &cell.finding {
            page.whole("", &format!("  {finding}"));
        }
    }
    page.blank();
}

fn target(column: &Column) -> String {
    let style = match &column.fate {
        Fate::Judged(judged) => conclusion_style(judged.conclusion),
        Fate::NotRun { .. } => verdict_style(Verdict::Broken),
    };
    let word = styled(style, &column.word().to_uppercase());
    format!("{}: {word}: {}", plain::line(&column.name), plain::line(column.sentence()))
}
