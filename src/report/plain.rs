//! Text of a target, made harmless and short enough to show.
//!
//! What a target answers is not to be trusted: a control character could move the cursor, a
//! directional one could turn a line around. Nothing here looks at what a text means.

use crate::exchange::Body;
use crate::judge::several;

/// One line: every character that does not stand for itself is written as its escape.
pub(crate) fn line(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => shown.push_str("\\n"),
            '\r' => shown.push_str("\\r"),
            '\t' => shown.push_str("\\t"),
            hidden if is_hidden(hidden) => shown.extend(hidden.escape_unicode()),
            visible => shown.push(visible),
        }
    }
    shown
}

/// Lines as they are, each of them harmless; a tab becomes two spaces.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(|part| line(&part.replace('\t', "  "))).collect()
}

/// Whether a character shows nothing of itself, or changes how others are shown.
pub(super) fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// The text of at most so many characters, with `…` where something is missing.
pub(super) fn shortened(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// A body in at most so many lines of at most so many characters: JSON indented where it is too long
/// for one line, and a last line that says what is missing.
pub(super) fn body(body: &Body, at_most: usize, width: usize) -> Vec<String> {
    let (text, missing) = match body {
        Body::Text(text) => (text, None),
        Body::Binary { bytes, lossy } => (lossy, Some(format!("({bytes} bytes that are no UTF-8)"))),
        Body::Shortened { bytes, start } => (start, Some(format!("(the beginning of {bytes} bytes)"))),
    };
    let mut shown = lines(&json_indented(text, width).unwrap_or_else(|| text.clone()));
    let hidden = shown.len().saturating_sub(at_most);
    shown.truncate(at_most);
    for part in &mut shown {
        *part = shortened(part, width.max(20) * 4);
    }
    if hidden > 0 {
        shown.push(format!("… ({})", several(hidden, "more line", "more lines")));
    }
    shown.extend(missing);
    shown
}

/// JSON over several lines, where it is JSON and too long for one.
fn json_indented(text: &str, width: usize) -> Option<String> {
    if text.chars().count() <= width {
        return None;
    }
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    serde_json::to_string_pretty(&value).ok()
}

/// Words in lines of at most so many characters; a longer word gets a line of its own.
pub(super) fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut wrapped: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match wrapped.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => wrapped.push(word.to_owned()),
        }
    }
    wrapped
}

/// Milliseconds as a person reads them.
pub(super) fn duration(milliseconds: f64) -> String {
    if milliseconds < 1_000.0 {
        format!("{milliseconds:.0} ms")
    } else if milliseconds < 60_000.0 {
        format!("{:.1} s", milliseconds / 1_000.0)
    } else {
        let seconds = (milliseconds / 1_000.0).round();
        format!("{:.0} min {:.0} s", (seconds / 60.0).floor(), seconds % 60.0)
    }
}

/// Milliseconds since the Unix epoch as a person reads them; a moment that no calendar has stays a number.
pub(super) fn moment(milliseconds: i64) -> String {
    match jiff::Timestamp::from_millisecond(milliseconds) {
        Ok(moment) => moment.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => format!("{milliseconds} ms after 1970"),
    }
}

/// Several lines in one text, each of them harmless; the line breaks stay.
pub(super) fn paragraph(text: &str) -> String {
    text.split('\n').map(|part| line(&part.replace('\t', "  "))).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::as_it_is("a \"b\" ü 日本", "a \"b\" ü 日本")]
    #[case::terminal_escape("\u{1b}[2Jgone", "\\u{1b}[2Jgone")]
    #[case::eight_bit_escape("\u{9b}2J", "\\u{9b}2J")]
    #[case::several_lines("a\r\nb\tc", "a\\r\\nb\\tc")]
    #[case::turned_around("\u{202e}cod", "\\u{202e}cod")]
    #[case::invisible("a\u{200b}b\u{feff}", "a\\u{200b}b\\u{feff}")]
    fn shows_what_would_hide(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(line(text), shown);
    }

    #[rstest]
    #[case::short("{\"a\":1}", 3, 20, vec!["{\"a\":1}"])]
    #[case::long_json("{\"a\":1,\"b\":[]}", 9, 5, vec!["{", "  \"a\": 1,", "  \"b\": []", "}"])]
    #[case::too_many("{\"a\":1,\"b\":[]}", 2, 5, vec!["{", "  \"a\": 1,", "… (2 more lines)"])]
    #[case::no_json("<p>\n\u{7}</p>", 9, 5, vec!["<p>", "\\u{7}</p>"])]
    #[case::empty("", 9, 5, vec![])]
    fn shortens_bodies(#[case] text: &str, #[case] at_most: usize, #[case] width: usize, #[case] shown: Vec<&str>) {
        assert_eq!(body(&Body::Text(text.to_owned()), at_most, width), shown);
    }

    #[rstest]
    #[case(0, "1970-01-01 00:00:00 UTC")]
    #[case(1_700_000_000_999, "2023-11-14 22:13:20 UTC")]
    #[case(i64::MAX, "9223372036854775807 ms after 1970")]
    fn says_when(#[case] milliseconds: i64, #[case] expected: &str) {
        assert_eq!(moment(milliseconds), expected);
    }

    #[test]
    fn keeps_nothing_but_line_breaks() {
        assert_eq!(paragraph("a\r\n\tb\u{202e}\n"), "a\\r\n  b\\u{202e}\n");
    }

    #[test]
    fn says_what_is_missing_of_a_body() {
        let shown = body(&Body::Shortened { bytes: 9_000_000, start: "abc".to_owned() }, 5, 80);
        assert_eq!(shown, ["abc", "(the beginning of 9000000 bytes)"]);
    }

    #[rstest]
    #[case("one two three", 7, vec!["one two", "three"])]
    #[case("incomprehensible is", 5, vec!["incomprehensible", "is"])]
    #[case("", 5, vec![""])]
    fn wraps_words(#[case] text: &str, #[case] width: usize, #[case] expected: Vec<&str>) {
        assert_eq!(wrapped(text, width), expected);
    }

    #[rstest]
    #[case(0.4, "0 ms")]
    #[case(999.0, "999 ms")]
    #[case(1_250.0, "1.2 s")]
    #[case(61_000.0, "1 min 1 s")]
    #[case(119_900.0, "2 min 0 s")]
    fn says_how_long(#[case] milliseconds: f64, #[case] expected: &str) {
        assert_eq!(duration(milliseconds), expected);
    }
}
