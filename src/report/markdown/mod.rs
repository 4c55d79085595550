//! A summary in Markdown, for the page of a CI step or a comment on a pull request: conclusion, coverage, top findings.
//!
//! What came from a target stands in code only, so that no mention, link or picture comes to life.

mod sections;

use std::fmt::Write as _;

use super::group::{self, Block};
use super::{counted, curl, difference, plain, rerun};
use crate::contract::Kind;
use crate::judge::matrix;
use crate::judge::result::{Conclusion, RunResult};
use crate::judge::several;

/// How many blocks of findings are shown. A comment on GitHub may have 65,536 characters.
const BLOCKS: usize = 10;
/// Bytes after which no finding is begun any more, so that all the rest has room.
const FULL_BYTES: usize = 25_000;
/// How many characters of one line are shown.
const CHARACTERS: usize = 400;
/// How many characters of a `curl` line are shown; the other reports have it whole.
const CURL: usize = 2_000;
/// How many lines of a difference are shown.
const LINES: usize = 30;

/// A run as Markdown (CommonMark with tables and `details`, as GitHub and GitLab show it).
pub fn render(result: &RunResult) -> String {
    let mut text = String::new();
    conclusion(&mut text, result);
    sections::changed(&mut text, result);
    let groups = group::groups(&result.findings);
    let mut shown = 0;
    for block in groups.blocks.iter().take(BLOCKS) {
        if text.len() > FULL_BYTES {
            break;
        }
        if shown == 0 {
            add(&mut text, "\n### Findings\n");
        }
        finding(&mut text, block, result);
        shown += 1;
    }
    if groups.blocks.len() > shown {
        add(&mut text, &format!("\nAnd {} more: see the whole report.\n", groups.blocks.len() - shown));
    }
    if !groups.gaps.is_empty() {
        add(&mut text, "\n### Not judged\n\n");
        for gap in groups.gaps.iter().take(BLOCKS) {
            let checks = several(gap.findings.len(), "check", "checks");
            add(&mut text, &format!("- {} ({checks})\n", code(gap.reason)));
        }
        if groups.gaps.len() > BLOCKS {
            add(
                &mut text,
                &format!("- and {}\n", several(groups.gaps.len() - BLOCKS, "other reason", "other reasons")),
            );
        }
    }
    sections::waivers(&mut text, result);
    sections::attempts(&mut text, result);
    sections::drift(&mut text, result);
    coverage(&mut text, result);
    sections::rest(&mut text, result);
    text
}

fn add(text: &mut String, more: &str) {
    text.push_str(more);
}

fn conclusion(text: &mut String, result: &RunResult) {
    let mark = match result.conclusion {
        Conclusion::Conformant => "✅",
        Conclusion::NonConformant | Conclusion::Internal => "❌",
        Conclusion::ConformantWithWaivers
        | Conclusion::NothingSent
        | Conclusion::Inconclusive
        | Conclusion::Interrupted => "⚠️",
    };
    let word = result.conclusion.word();
    writeln!(text, "## {mark} Conformance: {word}\n").expect("a string takes any text");
    add(text, &format!("{}.\n\n", prose(result.summary.trim_end_matches('.'))));
    if result.partial {
        add(text, "**Only a part of the suites was run: this is no answer for the whole.**\n\n");
    }
    for remark in result.target.remarks() {
        add(text, &format!("**{}**\n\n", prose(&plain::line(&remark))));
    }
    let coverage = &result.counts.requirements;
    let mut rows = vec![("target", format!("{} {}", code(&result.target.name), code(&result.target.url)))];
    rows.extend(result.target.build().map(|build| ("build", code(&build))));
    rows.extend(result.target.certificate.as_ref().map(|print| ("certificate", code(&format!("SHA-256 {print}")))));
    rows.extend([
        (
            "requirements",
            format!(
                "{} held, {} broken, {} not judged, {} waived",
                coverage.held, coverage.broken, coverage.not_judged, coverage.waived
            ),
        ),
        ("checks", counted::tally(&result.counts.checks)),
        ("flows", counted::tally(&result.counts.flows)),
        ("requests", counted::requests(result)),
        ("started", format!("{}, took {}", plain::moment(result.started_ms), plain::duration(result.elapsed_ms))),
    ]);
    rows.extend(result.speed.as_ref().map(|speed| {
        let (chain, percent) = (plain::duration(speed.critical_path_ms), speed.efficiency * 100.0);
        ("longest chain", format!("{chain}, {percent:.0} % of the run, ended by {}", code(&speed.critical_flow)))
    }));
    rows.push(("again", code(&rerun::whole(result))));
    add(text, "| | |\n|---|---|\n");
    for (label, value) in rows {
        add(text, &format!("| {label} | {value} |\n"));
    }
}

fn finding(text: &mut String, block: &Block<'_>, result: &RunResult) {
    let finding = block.first;
    let id = finding.requirement.as_deref().unwrap_or("no requirement");
    let more = match block.others.len() {
        0 => String::new(),
        others => format!(", and at {others} more"),
    };
    add(text, &format!("\n**{}** {}{more}\n\n", finding.verdict, code(id)));
    let known = finding.requirement.as_ref().and_then(|id| result.requirements.iter().find(|it| it.id == *id));
    if let Some(requirement) = known {
        add(text, &format!("> {} ({})\n\n", prose(&requirement.says), requirement.level));
    }
    let step = format!("{} / {}, step {}: {}", finding.suite, finding.flow, finding.step, finding.does);
    add(text, &format!("{} in {}\n\n", code(&step), code(&format!("suites/{}", finding.place))));
    if let Some(mismatch) = &finding.mismatch {
        let lines: Vec<_> = difference::of(mismatch)
            .into_iter()
            .map(|(side, line)| format!("{} {}", side.sign(), plain::shortened(&line, CHARACTERS)))
            .collect();
        let at = if mismatch.place.is_empty() { String::new() } else { format!("at {}\n\n", code(&mismatch.place)) };
        add(text, &format!("{at}{}\n", fenced("diff", &shortened(&lines))));
    }
    if let Some(reason) = &finding.reason {
        add(text, &format!("because {}\n\n", code(reason)));
    }
    add(text, "<details><summary>see it again</summary>\n\n");
    let again = rerun::flow(result, &finding.flow);
    let curl = finding.exchange.as_ref().map(|exchange| plain::shortened(&curl::line(&exchange.request), CURL));
    add(text, &fenced("sh", &std::iter::once(again).chain(curl).collect::<Vec<_>>()));
    add(text, "\n</details>\n");
}

fn shortened(lines: &[String]) -> Vec<String> {
    let mut shown = lines.iter().take(LINES).cloned().collect::<Vec<_>>();
    if lines.len() > LINES {
        shown.push(format!("  … ({})", several(lines.len() - LINES, "more line", "more lines")));
    }
    shown
}

fn coverage(text: &mut String, result: &RunResult) {
    add(text, "\n<details><summary>Coverage of the requirements</summary>\n\n| operation |");
    for kind in Kind::ALL {
        add(text, &format!(" {kind} |"));
    }
    add(text, &format!("\n|---|{}\n", "---|".repeat(Kind::ALL.len())));
    for row in matrix::of(&result.requirements) {
        add(text, &format!("| {} |", row.operation.map_or_else(|| "every operation".to_owned(), code)));
        for cell in row.cells {
            let shown = cell.map(|cell| format!("{}, {} of {} held", cell.worst.words(), cell.held, cell.all));
            add(text, &format!(" {} |", shown.unwrap_or_default()));
        }
        add(text, "\n");
    }
    add(text, "\n</details>\n");
}

/// A block of code that nothing in it can end.
fn fenced(language: &str, lines: &[String]) -> String {
    let longest = lines.iter().map(|line| longest_run(line, '`')).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", lines.join("\n"))
}

/// Code within a line or a cell of a table, in which nothing comes to life.
pub(super) fn code(text: &str) -> String {
    let line = plain::shortened(&plain::line(text), CHARACTERS).replace('|', "\\|");
    let ticks = "`".repeat(longest_run(&line, '`') + 1);
    // A space on each side is taken off again, where the code begins or ends with a tick or is blank.
    let apart = if line.starts_with('`') || line.ends_with('`') || line.trim().is_empty() { " " } else { "" };
    format!("{ticks}{apart}{line}{apart}{ticks}")
}

fn longest_run(text: &str, character: char) -> usize {
    text.split(|other| other != character).map(|run| run.chars().count()).max().unwrap_or_default()
}

/// Words of this tool or its contract, in which no mark means anything but itself.
fn prose(text: &str) -> String {
    let mut shown = String::new();
    for character in plain::line(text).chars() {
        match character {
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '&' => shown.push_str("&amp;"),
            '@' => shown.push_str("&#64;"),
            '\\' | '*' | '_' | '[' | ']' | '#' | '|' | '`' | '~' | '!' => shown.extend(['\\', character]),
            other => shown.push(other),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::sample;
    use super::*;

    #[test]
    fn holds_every_verdict() {
        insta::assert_snapshot!("markdown", render(&sample::every_verdict()));
    }

    #[test]
    fn a_clean_run_is_short() {
        insta::assert_snapshot!("markdown-clean", render(&sample::clean()));
    }

    #[rstest]
    #[case::plain("a b", "`a b`")]
    #[case::tick("a`b", "``a`b``")]
    #[case::edge("`a", "`` `a ``")]
    #[case::table("a|b", "`a\\|b`")]
    #[case::hidden("a\u{202e}b\n", "`a\\u{202e}b\\n`")]
    fn code_stays_code(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(code(text), expected);
    }

    #[test]
    fn nothing_ends_a_fence() {
        assert_eq!(fenced("", &["a".to_owned(), "````".to_owned()]), "`````\na\n````\n`````\n");
    }

    #[test]
    fn prose_has_no_marks() {
        assert_eq!(prose("<b> @all #1 *x*"), "&lt;b&gt; &#64;all \\#1 \\*x\\*");
    }

    #[test]
    fn tells_what_changed_before_what_failed() {
        let mut result = sample::every_verdict();
        result.changed = Some(Box::new(sample::changed()));
        let text = render(&result);
        let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("no `{part}` in {text}"));
        assert!(place("## ❌ Conformance") < place("### What changed\n\n**❌ Worse**: "));
        assert!(place("### What changed") < place("#### Worse (") && place("#### Worse (") < place("### Findings"));
    }

    #[test]
    fn stays_below_what_a_comment_may_hold() {
        let mut result = sample::every_verdict();
        let first = result.findings[3].clone();
        result.findings = (0..500)
            .map(|number| {
                let mut finding = first.clone();
                finding.requirement = Some(format!("rule-{number}"));
                finding.mismatch.as_mut().unwrap().actual = "x`".repeat(100_000);
                let document = format!("[{}1]", "\"long enough to be cut\",".repeat(1_000));
                finding.mismatch.as_mut().unwrap().expected = document.clone();
                if number % 2 == 0 {
                    finding.mismatch.as_mut().unwrap().actual = document.replace("cut", &"cut".repeat(200));
                }
                finding
            })
            .collect();
        let more = |times: usize| "a-long-name-of-a-result".repeat(times);
        result.unstable = vec![result.unstable.remove(0); 300];
        result.unstable.iter_mut().for_each(|it| it.id = more(100));
        result.waivers.truncate(1);
        result.accounts = vec![result.accounts.remove(0); 3_000];
        result.changed = Some(Box::new(sample::changed()));
        result.changed.as_mut().unwrap().worse = vec![result.changed.as_mut().unwrap().worse.remove(0); 300];
        result.changed.as_mut().unwrap().worse.iter_mut().for_each(|it| it.why = more(1_000));
        assert!(render(&result).chars().count() < 65_536);
    }
}
