//! JSON that is right and that this program cannot read: halves of surrogate pairs, numbers beyond all range, and what is
//! nested very deep. A server that repeats odd input sends it.

use std::cmp::Ordering;

/// So deep a refusal is read.
const DEEP: usize = 100;

/// JSON in which each escaped half of a surrogate pair is the replacement character. JSON may hold one, as a server that
/// gives back what it was sent does (RFC 8259 section 8.2), but no text of this program can.
pub(super) fn without_halves(text: String) -> String {
    if !text.contains("\\u") || !text.trim_start().starts_with(['{', '[', '"']) {
        return text;
    }
    let mut whole = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find('\\') {
        whole.push_str(&rest[..at]);
        rest = &rest[at..];
        let (kept, length) = match (unit(rest), rest.get(6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => (&rest[..12], 12),
            (Some(0xD800..=0xDFFF), _) => ("\\ufffd", 6),
            (Some(_), _) => (&rest[..6], 6),
            (None, _) => {
                let length = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                (&rest[..length], length)
            }
        };
        whole.push_str(kept);
        rest = &rest[length..];
    }
    whole.push_str(rest);
    whole
}

/// JSON without what this tool does not read: what is nested very deep is null, and a number beyond all range a large one.
pub(super) fn tamed(text: &str) -> String {
    let mut tamed = String::new();
    let (mut depth, mut rest) = (0_usize, text);
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '"' => string_length(rest),
            '-' | '0'..='9' => {
                rest.find(|c| !matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E')).unwrap_or(rest.len())
            }
            _ => c.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        rest = behind;
        if matches!(c, '[' | '{') {
            depth += 1;
        }
        match depth.cmp(&DEEP) {
            Ordering::Greater if matches!(c, '[' | '{') && depth == DEEP + 1 => tamed.push_str("null"),
            Ordering::Greater => {}
            Ordering::Less | Ordering::Equal => match token.parse::<f64>() {
                Ok(number) if number.is_infinite() => tamed.push_str(if c == '-' { "-1e308" } else { "1e308" }),
                Ok(_) | Err(_) => tamed.push_str(token),
            },
        }
        if matches!(c, ']' | '}') {
            depth = depth.saturating_sub(1);
        }
    }
    tamed
}

/// The length of the JSON string with which a text begins, or of all that there is of it, in bytes.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The UTF-16 code unit of an escape with which a text begins.
fn unit(text: &str) -> Option<u16> {
    let digits =
        text.strip_prefix("\\u")?.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::none(r#"{"a":"b\u00e9\n"}"#, r#"{"a":"b\u00e9\n"}"#)]
    #[case::pair(r#"{"a":"\ud83d\uDE00"}"#, r#"{"a":"\ud83d\uDE00"}"#)]
    #[case::first_half(r#"{"a":"x\ud800y"}"#, r#"{"a":"x\ufffdy"}"#)]
    #[case::second_half(r#"["\uDC00"]"#, r#"["\ufffd"]"#)]
    #[case::first_half_twice(r#"["\ud800\ud83d\ude00"]"#, r#"["\ufffd\ud83d\ude00"]"#)]
    #[case::half_before_another_escape(r#"["\ud800\n\u0041"]"#, r#"["\ufffd\n\u0041"]"#)]
    #[case::backslash_and_letters(r#"["\\ud800"]"#, r#"["\\ud800"]"#)]
    #[case::cut_off(r#"["\ud8"#, r#"["\ud8"#)]
    #[case::backslash_at_the_end("[\"é\\", "[\"é\\")]
    #[case::no_json(r"x \ud800", r"x \ud800")]
    fn half_a_pair_is_replaced(#[case] text: &str, #[case] wanted: &str) {
        assert_eq!(without_halves(text.to_owned()), wanted);
    }

    #[rstest]
    #[case::plain(r#"{"a":[1,-2.5e3,"b"]}"#, r#"{"a":[1,-2.5e3,"b"]}"#)]
    #[case::huge(r#"{"a":1e999,"b":[-1e999]}"#, r#"{"a":1e308,"b":[-1e308]}"#)]
    #[case::in_a_text(r#"{"a":"1e999 \" [","b":1e999}"#, r#"{"a":"1e999 \" [","b":1e308}"#)]
    #[case::cut_off(r#"{"a":1e999,"b"#, r#"{"a":1e308,"b"#)]
    fn what_is_beyond_this_tool_is_tamed(#[case] text: &str, #[case] wanted: &str) {
        assert_eq!(tamed(text), wanted);
    }
}
