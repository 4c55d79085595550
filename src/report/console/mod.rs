//! The console report: findings first, then a table per suite, then the conclusion.
//!
//! The text always holds colours; the stream that it is written to strips them where they are not wanted.

mod attempts;
mod conclusion;
mod drift;
mod exchanges;
mod finding;
mod tables;
mod waivers;

use super::group;
use super::page::Page;
use crate::judge::result::RunResult;

/// How much is shown, and how wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Shows every exchange of every flow, and lists what is otherwise cut.
    pub verbose: bool,
    /// Shows only one line for each finding, and the conclusion.
    pub quiet: bool,
    /// Characters in a line; what must stay whole (a URL, a `curl` line) is longer.
    pub width: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { verbose: false, quiet: false, width: 100 }
    }
}

/// A run for people.
pub fn render(result: &RunResult, options: &Options) -> String {
    let mut page = Page::new(options.width);
    let groups = group::groups(&result.findings);
    if options.quiet {
        for block in &groups.blocks {
            finding::headline(&mut page, result, block);
        }
        for gap in &groups.gaps {
            finding::gap_headline(&mut page, gap);
        }
        for aftermath in &groups.aftermaths {
            finding::aftermath(&mut page, aftermath, options.verbose);
        }
        waivers::wrong(&mut page, result);
        drift::headlines(&mut page, result);
        attempts::headlines(&mut page, result);
        conclusion::sentence(&mut page, result);
        return page.into_text();
    }
    if options.verbose {
        exchanges::flows(&mut page, result);
    }
    let before = std::iter::once(None).chain(groups.blocks.iter().map(Some));
    for (block, before) in groups.blocks.iter().zip(before) {
        finding::block(&mut page, result, block, before, options.verbose);
    }
    for gap in &groups.gaps {
        finding::gap(&mut page, gap, options.verbose);
    }
    for aftermath in &groups.aftermaths {
        finding::aftermath(&mut page, aftermath, options.verbose);
    }
    if !groups.aftermaths.is_empty() {
        page.blank();
    }
    tables::suites(&mut page, result);
    conclusion::whole(&mut page, result, options.verbose);
    page.into_text()
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use rstest::rstest;

    use super::super::sample;
    use super::*;

    #[rstest]
    #[case::normal("console", Options::default())]
    #[case::quiet("console-quiet", Options { quiet: true, ..Options::default() })]
    #[case::verbose("console-verbose", Options { verbose: true, ..Options::default() })]
    #[case::narrow("console-narrow", Options { width: 60, ..Options::default() })]
    fn shows_every_verdict(#[case] name: &str, #[case] options: Options) {
        let shown = render(&sample::every_verdict(), &options);
        insta::assert_snapshot!(name, strip_str(&shown).to_string());
    }

    #[test]
    fn shows_a_clean_run() {
        let shown = render(&sample::clean(), &Options::default());
        insta::assert_snapshot!("console-clean", strip_str(&shown).to_string());
    }

    #[test]
    fn colours_are_nothing_but_colours() {
        let shown = render(&sample::every_verdict(), &Options { verbose: true, ..Options::default() });
        let plain = strip_str(&shown).to_string();
        assert!(shown.contains('\u{1b}'), "no colours at all");
        assert!(!plain.contains("\\u{1b}[31m") && !plain.contains("\\u{1b}[0m"), "a colour is shown as text: {plain}");
        let hidden = plain.chars().find(|character| *character != '\n' && super::super::plain::is_hidden(*character));
        assert_eq!(hidden, None, "a hidden character of the target came through");
    }
}
