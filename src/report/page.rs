//! The page that text for people is written on: labelled lines with hanging indents.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::plain;
use crate::judge::result::Conclusion;
use crate::verdict::Verdict;

/// Where the text beside a label begins.
pub(crate) const INDENT: usize = 13;
/// What is said beside the point.
pub(crate) const FAINT: Style = Style::new().dimmed();
/// What a block is about.
pub(crate) const STRONG: Style = Style::new().bold();
/// What is there too much.
pub(crate) const REMOVED: Style = AnsiColor::Red.on_default();
/// What is missing.
pub(crate) const ADDED: Style = AnsiColor::Green.on_default();

/// The style of a verdict's word.
pub(crate) const fn verdict_style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Pass => AnsiColor::Green.on_default(),
        Verdict::Fail => AnsiColor::Red.on_default().bold(),
        Verdict::Warn | Verdict::Waived => AnsiColor::Yellow.on_default(),
        Verdict::Broken => AnsiColor::Magenta.on_default(),
        Verdict::Blocked => AnsiColor::Cyan.on_default(),
        Verdict::Skipped | Verdict::NotApplicable => FAINT,
    }
}

/// The style of a conclusion's word.
pub(crate) const fn conclusion_style(conclusion: Conclusion) -> Style {
    match conclusion {
        Conclusion::Conformant => AnsiColor::Green.on_default().bold(),
        Conclusion::NonConformant | Conclusion::Internal => AnsiColor::Red.on_default().bold(),
        Conclusion::ConformantWithWaivers
        | Conclusion::NothingSent
        | Conclusion::Inconclusive
        | Conclusion::Interrupted => AnsiColor::Yellow.on_default().bold(),
    }
}

/// A text in a style.
pub(crate) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Text that grows downwards.
pub(crate) struct Page {
    text: String,
    width: usize,
}

impl Page {
    /// An empty page; below 40 characters nothing is readable.
    pub(crate) fn new(width: usize) -> Self {
        Self { text: String::new(), width: width.max(40) }
    }

    /// Characters in a line.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Characters beside a label.
    pub(crate) fn text_width(&self) -> usize {
        self.width - INDENT
    }

    /// What was written.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// An empty line.
    pub(crate) fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A line as it is, which may hold styles.
    pub(crate) fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// Text over the whole width, wrapped.
    pub(crate) fn paragraph(&mut self, text: &str) {
        for line in plain::wrapped(&plain::line(text), self.width) {
            self.line(&line);
        }
    }

    /// Text of one paragraph beside a label, wrapped.
    pub(crate) fn labelled(&mut self, label: &str, text: &str) {
        self.labelled_lines(label, plain::wrapped(&plain::line(text), self.text_width()));
    }

    /// Text beside a label that must stay on one line.
    pub(crate) fn whole(&mut self, label: &str, text: &str) {
        self.labelled_lines(label, [plain::line(text)]);
    }

    /// Lines beside a label, which may hold styles.
    pub(crate) fn labelled_lines(&mut self, label: &str, lines: impl IntoIterator<Item = String>) {
        for (number, line) in lines.into_iter().enumerate() {
            let label = if number == 0 { label } else { "" };
            let line = format!("  {FAINT}{label:<width$}{FAINT:#}{line}", width = INDENT - 2);
            writeln!(self.text, "{}", line.trim_end()).expect("a string takes any text");
        }
    }
}
