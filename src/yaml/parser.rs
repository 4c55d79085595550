//! Reads YAML, which guesses nothing: of the plain scalars only JSON's own notations are more than text, and what YAML
//! readers read differently is a mistake.

use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Span, StrInput, StructureStyle};
use serde_json::Number;

use super::tree::{Entry, Node, Tree};

/// What is wrong with the text as YAML, or as the part of YAML that is understood here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mistake {
    pub(crate) span: Range<usize>,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

impl Mistake {
    fn new(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: Some(help.into()) }
    }
}

/// Reads one document. The tree holds what could be read; a text with a syntax error has none.
pub(crate) fn parse(text: &str) -> (Option<Node>, Vec<Mistake>) {
    let options = granit_parser::options! { emit_anchor_events: true, emit_unresolved_aliases: true };
    let parser = Parser::new_from_str_with_options(text, options);
    let mut builder = Builder { text, parser, mistakes: Vec::new() };
    match builder.document() {
        Ok(node) => (Some(node), builder.mistakes),
        Err(error) => {
            let at = error.marker().byte_offset().unwrap_or(text.len());
            let mistake = Mistake { span: at..at, message: format!("broken YAML: {}", error.info()), help: None };
            builder.mistakes.push(mistake);
            (None, builder.mistakes)
        }
    }
}

struct Builder<'t> {
    text: &'t str,
    parser: Parser<'t, StrInput<'t>>,
    mistakes: Vec<Mistake>,
}

impl<'t> Builder<'t> {
    /// The next event that is content, with its bytes.
    fn next(&mut self) -> Result<(Event<'t>, Span), ScanError> {
        loop {
            match self.parser.next().transpose()? {
                None => return Ok((Event::StreamEnd, Span::default())),
                Some((Event::Anchor(..), span)) => {
                    let help = "write the value where it is needed; shared beginnings are fixtures";
                    self.mistakes.push(Mistake::new(bytes(span), "anchors are not part of the language", help));
                }
                Some((Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd, _)) => {}
                Some(event) => return Ok(event),
            }
        }
    }

    fn document(&mut self) -> Result<Node, ScanError> {
        let (event, span) = self.next()?;
        if matches!(event, Event::StreamEnd) {
            return Ok(Node { tree: Tree::Null, span: 0..0 });
        }
        let root = self.node(event, span)?;
        if let (event, span) = self.next()?
            && !matches!(event, Event::StreamEnd)
        {
            let help = "a file is one document";
            self.mistakes.push(Mistake::new(bytes(span), "a second document begins here", help));
        }
        Ok(root)
    }

    fn node(&mut self, event: Event<'t>, span: Span) -> Result<Node, ScanError> {
        if let Some(tag) = span.tag_span() {
            let help = "quote the value if it is text that begins with `!`";
            self.mistakes.push(Mistake::new(bytes(tag), "tags are not part of the language", help));
        }
        let span = bytes(span);
        Ok(match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) => Node { tree: self.plain(&text, &span), span },
            Event::Scalar(text, ..) => Node { tree: Tree::Text(text.into_owned()), span: self.first_line(span) },
            Event::SequenceStart(style, ..) => self.list(style, span)?,
            Event::MappingStart(style, ..) => self.map(style, span)?,
            // Aliases; nothing else stands for a value.
            _ => {
                let help = "write the value where it is needed; shared beginnings are fixtures";
                self.mistakes.push(Mistake::new(span.clone(), "aliases are not part of the language", help));
                Node { tree: Tree::Broken, span }
            }
        })
    }

    fn list(&mut self, style: StructureStyle, start: Range<usize>) -> Result<Node, ScanError> {
        let mut items = Vec::new();
        let end = loop {
            match self.next()? {
                (Event::SequenceEnd, span) => break bytes(span).end,
                (event, span) => items.push(self.node(event, span)?),
            }
        };
        let span = match style {
            StructureStyle::Flow => self.first_line(start.start..end),
            StructureStyle::Block => start.start..start.start + 1,
        };
        Ok(Node { tree: Tree::List(items), span })
    }

    fn map(&mut self, style: StructureStyle, start: Range<usize>) -> Result<Node, ScanError> {
        let mut entries: Vec<Entry> = Vec::new();
        let end = loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                break bytes(span).end;
            }
            let (key, key_span) = self.key(event, span)?;
            let (event, span) = self.next()?;
            let block = matches!(
                event,
                Event::SequenceStart(StructureStyle::Block, ..) | Event::MappingStart(StructureStyle::Block, ..)
            );
            let mut value = self.node(event, span)?;
            if block || value.span.is_empty() {
                value.span = key_span.clone();
            }
            let Some(key) = key else { continue };
            match entries.iter().find(|entry| entry.key == key) {
                Some(first) => {
                    let line = self.text[..first.key_span.start].matches('\n').count() + 1;
                    let help = format!("the first one is in line {line}");
                    self.mistakes.push(Mistake::new(key_span, format!("the key `{key}` is here twice"), help));
                }
                None => entries.push(Entry { key, key_span, value }),
            }
        };
        let span = match (style, entries.first()) {
            (StructureStyle::Block, Some(first)) => first.key_span.clone(),
            (StructureStyle::Block | StructureStyle::Flow, _) => self.first_line(start.start..end),
        };
        Ok(Node { tree: Tree::Map(entries), span })
    }

    fn key(&mut self, event: Event<'t>, span: Span) -> Result<(Option<String>, Range<usize>), ScanError> {
        if let Event::Scalar(text, _, _, None) = event {
            return Ok((Some(text.into_owned()), bytes(span)));
        }
        let node = self.node(event, span)?;
        self.mistakes.push(Mistake::new(node.span.clone(), "a key is plain text", "expected a name before the `:`"));
        Ok((None, node.span))
    }

    /// What a scalar without quotes is.
    fn plain(&mut self, text: &str, span: &Range<usize>) -> Tree {
        match text {
            "" | "~" | "null" => return Tree::Null,
            "true" => return Tree::Bool(true),
            "false" => return Tree::Bool(false),
            _ => {}
        }
        if text.starts_with('+') && text.chars().skip(1).all(|c| c.is_ascii_digit() || "._eE+-".contains(c)) {
            let message = format!("`{text}` without quotes is a number to YAML");
            self.mistakes.push(Mistake::new(span.clone(), message, format!("quote it: `\"{text}\"`")));
            return Tree::Broken;
        }
        if ambiguous(text) {
            let message = format!("YAML readers disagree on `{text}` without quotes");
            let help = format!(
                "quote it if it is text: `\"{text}\"`; write `true`, `false`, `null` or a decimal number if not"
            );
            self.mistakes.push(Mistake::new(span.clone(), message, help));
            return Tree::Broken;
        }
        match serde_json::from_str::<Number>(text) {
            Ok(number) if number.is_f64() && text.chars().all(|c| c.is_ascii_digit() || c == '-') => {
                let message = format!("`{text}` is too large for a number");
                self.mistakes.push(Mistake::new(
                    span.clone(),
                    message,
                    format!("quote it if it is text: `\"{text}\"`"),
                ));
                Tree::Broken
            }
            Ok(number) => Tree::Number(number),
            Err(_) => Tree::Text(text.to_owned()),
        }
    }

    fn first_line(&self, span: Range<usize>) -> Range<usize> {
        let end = self.text[span.clone()].find('\n').map_or(span.end, |length| span.start + length);
        span.start..end
    }
}

/// Whether YAML 1.1, YAML 1.2 and this reader would not all see the same.
fn ambiguous(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let unsigned = lower.strip_prefix('-').unwrap_or(&lower);
    let based = |prefix: &str, radix: u32| {
        let digits = unsigned.strip_prefix(prefix);
        digits.is_some_and(|digits| !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix)))
    };
    matches!(unsigned, "true" | "false" | "null" | ".inf" | ".nan") || based("0x", 16) || based("0o", 8)
}

fn bytes(span: Span) -> Range<usize> {
    span.byte_range().unwrap_or(0..0)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::*;

    fn mistakes(text: &str) -> Vec<(&str, String)> {
        let found = parse(text).1;
        found.into_iter().map(|mistake| (&text[mistake.span], mistake.message)).collect()
    }

    #[rstest]
    #[case::null("~", json!(null))]
    #[case::nothing("", json!(null))]
    #[case::boolean("true", json!(true))]
    #[case::yes_is_text("yes", json!("yes"))]
    #[case::off_is_text("off", json!("off"))]
    #[case::integer("-12", json!(-12))]
    #[case::float("1.50", json!(1.5))]
    #[case::leading_zero_is_text("007123", json!("007123"))]
    #[case::underscore_is_text("1_000", json!("1_000"))]
    #[case::date_is_text("2020-02-03", json!("2020-02-03"))]
    #[case::time_is_text("12:30:45", json!("12:30:45"))]
    #[case::version_is_text("1.2.3", json!("1.2.3"))]
    #[case::quoted_number_is_text("\"12\"", json!("12"))]
    #[case::single_quoted_plus("'+971'", json!("+971"))]
    #[case::nested("{a: [1, {b: x}], c: ''}", json!({"a": [1, {"b": "x"}], "c": ""}))]
    fn scalars_are_json_or_text(#[case] text: &str, #[case] expected: Value) {
        let (node, mistakes) = parse(text);
        assert_eq!((node.map(|node| node.to_json()), mistakes), (Some(expected), Vec::new()));
    }

    #[rstest]
    #[case::plus("{phone: +971500000001}", "+971500000001", "`+971500000001` without quotes is a number to YAML")]
    #[case::capital_true("[True]", "True", "YAML readers disagree on `True` without quotes")]
    #[case::hexadecimal("[0x1F]", "0x1F", "YAML readers disagree on `0x1F` without quotes")]
    #[case::large(
        "[12345678901234567890123]",
        "12345678901234567890123",
        "`12345678901234567890123` is too large for a number"
    )]
    #[case::anchor("{a: &x 1}", "&x", "anchors are not part of the language")]
    #[case::unbound_alias("{a: *x}", "*x", "aliases are not part of the language")]
    #[case::tag("{a: !x 1}", "!x", "tags are not part of the language")]
    #[case::twice("a: {b: 1, c: 2, b: 3}", "b", "the key `b` is here twice")]
    #[case::key("{[a]: 1}", "[a]", "a key is plain text")]
    #[case::documents("a: 1\n---\nb: 1\n", "", "a second document begins here")]
    fn refuses(#[case] text: &str, #[case] marked: &str, #[case] message: &str) {
        assert_eq!(mistakes(text), [(marked, message.to_owned())]);
    }

    #[test]
    fn reports_every_duplicate() {
        let all = mistakes("a: 1\nb: {x: 1, x: 2}\na: 2\n");
        assert_eq!(all.iter().map(|(marked, _)| *marked).collect::<Vec<_>>(), ["x", "a"]);
    }

    #[test]
    fn a_syntax_error_has_no_tree() {
        let (node, mistakes) = parse("a: [1, 2\nb: 3\n");
        assert!(node.is_none());
        assert_eq!(mistakes.len(), 1);
        assert!(mistakes[0].message.starts_with("broken YAML: "), "{mistakes:?}");
    }

    #[test]
    fn places_are_those_of_a_reader() {
        let text = "a:\n  - b: \"é\"\n    c: {d: 1}\n";
        let root = parse(text).0.unwrap();
        let list = root.get("a").unwrap();
        let item = &list.items()[0];
        let marks = [&root, list, item, item.get("b").unwrap(), item.get("c").unwrap()];
        assert_eq!(marks.map(|node| &text[node.span.clone()]), ["a", "a", "b", "\"é\"", "{d: 1}"]);
    }
}
