//! A mistake in a file that a person wrote: where it stands, what is wrong and what would be right.
//!
//! Plain data and its rendering as `file:line:column`, the line and a caret. It reads no files and decides nothing.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// One mistake at one place of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Name of the file as the user knows it.
    pub file: String,
    /// The whole text of the file.
    pub source: Arc<str>,
    /// The bytes of `source` to underline; an empty span marks one character.
    pub span: Range<usize>,
    /// What is wrong, in lower case and without a full stop.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A mistake without a help line.
    pub fn new(file: impl Into<String>, source: Arc<str>, span: Range<usize>, message: impl Into<String>) -> Self {
        Self { file: file.into(), source, span, message: message.into(), help: None }
    }

    /// Adds what would be right.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Line and column of the place, both counted from 1, columns in characters.
    pub fn line_column(&self) -> (usize, usize) {
        let before = &self.source[..self.clamped().start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }

    /// The rendering with colours, for a terminal.
    pub fn styled(&self) -> String {
        self.render(&Renderer::styled())
    }

    fn render(&self, renderer: &Renderer) -> String {
        let place = AnnotationKind::Primary.span(self.clamped());
        let snippet = Snippet::source(&*self.source).path(&self.file).annotation(place);
        let mut group = Level::ERROR.primary_title(&self.message).element(snippet);
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        renderer.render(&[group])
    }

    /// The span cut to whole characters inside the text.
    fn clamped(&self) -> Range<usize> {
        let boundary = |at: &usize| self.source.is_char_boundary(*at);
        let start = (0..=self.span.start.min(self.source.len())).rev().find(boundary).unwrap_or(0);
        let end = (self.span.end.max(start)..self.source.len()).find(boundary).unwrap_or(self.source.len());
        start..end
    }
}

impl std::error::Error for Diagnostic {}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(&Renderer::plain()))
    }
}

/// What to say below an unknown name: the nearest known one, else all of them if they are few.
pub fn suggest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    const FEW: usize = 12;
    let known: Vec<&str> = known.into_iter().collect();
    let nearest = known
        .iter()
        .map(|candidate| (strsim::damerau_levenshtein(&name.to_lowercase(), &candidate.to_lowercase()), *candidate))
        .min_by_key(|(distance, _)| *distance);
    match nearest {
        None => None,
        Some((distance, candidate)) if distance <= (name.chars().count() / 3).max(1) => {
            Some(format!("did you mean `{candidate}`?"))
        }
        Some((_, only)) if known.len() == 1 => Some(format!("expected `{only}`")),
        Some(_) if known.len() <= FEW => {
            let names: Vec<String> = known.iter().map(|candidate| format!("`{candidate}`")).collect();
            Some(format!("expected one of {}", names.join(", ")))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn diagnostic(source: &str, span: Range<usize>) -> Diagnostic {
        Diagnostic::new("a.yaml", source.into(), span, "unknown key `leve`")
    }

    #[test]
    fn renders_place_line_caret_and_help() {
        let shown = diagnostic("- id: a\n  leve: must\n", 10..14).help("did you mean `level`?").to_string();
        assert_eq!(
            shown,
            "error: unknown key `leve`\n --> a.yaml:2:3\n  |\n2 |   leve: must\n  |   ^^^^\n  |\n  = help: did you mean `level`?"
        );
    }

    #[rstest]
    #[case::start("abc", 0..1, (1, 1))]
    #[case::second_line("a\nbc", 3..4, (2, 2))]
    #[case::columns_are_characters("äöü x", 7..8, (1, 5))]
    #[case::inside_a_character("ä", 1..1, (1, 1))]
    #[case::past_the_end("a\n", 9..12, (2, 1))]
    #[case::empty_file("", 0..0, (1, 1))]
    fn counts_lines_and_columns(#[case] source: &str, #[case] span: Range<usize>, #[case] expected: (usize, usize)) {
        let diagnostic = diagnostic(source, span);
        assert_eq!(diagnostic.line_column(), expected);
        assert!(diagnostic.to_string().contains("a.yaml"));
    }

    #[rstest]
    #[case::near("tokn", &["token", "user"], Some("did you mean `token`?"))]
    #[case::other_case("must", &["Must"], Some("did you mean `Must`?"))]
    #[case::swapped("muts", &["must", "should"], Some("did you mean `must`?"))]
    #[case::few("xyz", &["must", "should"], Some("expected one of `must`, `should`"))]
    #[case::one("xyz", &["must"], Some("expected `must`"))]
    #[case::none("xyz", &[], None)]
    fn suggests_the_nearest_name(#[case] name: &str, #[case] known: &[&str], #[case] expected: Option<&str>) {
        assert_eq!(suggest(name, known.iter().copied()).as_deref(), expected);
    }

    #[test]
    fn lists_no_long_catalogue() {
        let known: Vec<String> = (0..20).map(|number| format!("name-{number}")).collect();
        assert_eq!(suggest("completely-different", known.iter().map(String::as_str)), None);
    }
}
