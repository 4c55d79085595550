//! Words of a POSIX shell: quoted text, names of variables, and templates whose references are variables that hold JSON.

use serde_json::Value;

use crate::suite::template::{Piece, pieces};

/// So many equal characters in a row are written as their number.
const RUN: usize = 1000;

/// Names that the functions of a script use themselves.
const TAKEN: [&str; 40] = [
    "accepted", "address", "advanced", "after", "answer", "at", "base", "by", "curl", "digits", "dir", "encoded",
    "error", "expected", "fault", "field", "found", "header", "json", "kind", "link", "name", "need", "now", "number",
    "origin", "outcome", "phone", "place", "same", "seen", "send", "status", "step", "text", "tries", "value",
    "waited", "what", "where",
];

/// Text as one word, or a part of one.
pub(super) fn quoted(text: &str) -> String {
    if text.is_empty() {
        return "''".to_owned();
    }
    runs(text)
        .into_iter()
        .map(|(part, times)| match times {
            1 if plain(&part) => part,
            1 => format!("'{}'", part.replace('\'', "'\\''")),
            times => format!("\"$(repeated {times} '{}')\"", part.replace('\'', "'\\''")),
        })
        .collect()
}

fn plain(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:,+@%".contains(c))
}

/// Parts of a text, each with how often it comes.
fn runs(text: &str) -> Vec<(String, usize)> {
    let mut parts: Vec<(String, usize)> = Vec::new();
    let (mut literal, mut rest) = (String::new(), text);
    while let Some(first) = rest.chars().next() {
        let same = rest.chars().take_while(|c| *c == first).count();
        let bytes = same * first.len_utf8();
        if same >= RUN && first.is_ascii() {
            if !literal.is_empty() {
                parts.push((std::mem::take(&mut literal), 1));
            }
            parts.push((first.to_string(), same));
        } else {
            literal.push_str(&rest[..bytes]);
        }
        rest = &rest[bytes..];
    }
    if !literal.is_empty() {
        parts.push((literal, 1));
    }
    parts
}

/// The variable of a kept value; those within a fixture have its prefix.
pub(super) fn variable(scope: &str, name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let taken = scope.is_empty() && TAKEN.contains(&plain.as_str());
    format!("{scope}{plain}{}", if taken { "_" } else { "" })
}

/// A word that is the JSON of a template.
pub(super) fn json(scope: &str, value: &Value) -> String {
    let mut word = Word::default();
    add_json(&mut word, scope, value);
    word.done()
}

fn add_json(word: &mut Word, scope: &str, value: &Value) {
    match value {
        Value::String(text) => match pieces(text).as_slice() {
            [Piece::Reference(name)] => word.shell(&format!("\"${}\"", variable_in_text(scope, name))),
            parts if parts.iter().any(|part| matches!(part, Piece::Reference(_))) => {
                let parts: Vec<String> = parts.iter().map(|part| part_as_text(scope, part)).collect();
                word.shell(&format!("\"$(string {})\"", parts.join(" ")));
            }
            _ => word.literal(&value.to_string()),
        },
        Value::Array(items) => {
            word.literal("[");
            for (index, item) in items.iter().enumerate() {
                word.literal(if index > 0 { "," } else { "" });
                add_json(word, scope, item);
            }
            word.literal("]");
        }
        Value::Object(fields) => {
            word.literal("{");
            for (index, (key, field)) in fields.iter().enumerate() {
                let comma = if index > 0 { "," } else { "" };
                word.literal(&format!("{comma}{}:", Value::from(key.as_str())));
                add_json(word, scope, field);
            }
            word.literal("}");
        }
        other => word.literal(&other.to_string()),
    }
}

/// A word that is the text of a template.
pub(super) fn text(scope: &str, value: &Value) -> String {
    match value {
        Value::String(text) => {
            let parts: Vec<String> = pieces(text).iter().map(|part| part_as_text(scope, part)).collect();
            if parts.is_empty() { "''".to_owned() } else { parts.concat() }
        }
        other => quoted(&other.to_string()),
    }
}

fn part_as_text(scope: &str, part: &Piece<'_>) -> String {
    match part {
        Piece::Text(text) => quoted(text),
        Piece::Reference(name) => format!("\"$(text \"${}\")\"", variable_in_text(scope, name)),
    }
}

/// The client's credentials are the same in every fixture.
pub(super) fn variable_in_text(scope: &str, name: &str) -> String {
    if name.starts_with("client.") { variable("", name) } else { variable(scope, name) }
}

/// A word that grows from text and shell.
#[derive(Default)]
struct Word {
    whole: String,
    literal: String,
}

impl Word {
    fn literal(&mut self, text: &str) {
        self.literal.push_str(text);
    }

    fn shell(&mut self, text: &str) {
        self.flush();
        self.whole.push_str(text);
    }

    fn flush(&mut self) {
        if !self.literal.is_empty() {
            let text = std::mem::take(&mut self.literal);
            self.whole.push_str(&quoted(&text));
        }
    }

    fn done(mut self) -> String {
        self.flush();
        self.whole
    }
}

/// A jq literal of a JSON Pointer's parts.
pub(super) fn path(pointer: &str) -> String {
    let part = |part: &str| Value::from(part.replace("~1", "/").replace("~0", "~"));
    Value::Array(pointer.split('/').skip(1).map(part).collect()).to_string()
}

/// Bytes as the format of `printf`.
pub(super) fn printf(bytes: &[u8]) -> String {
    let escaped: String = bytes
        .iter()
        .map(|byte| match byte {
            b'\'' | b'\\' | b'%' => format!("\\{byte:03o}"),
            b' '..=b'~' => char::from(*byte).to_string(),
            _ => format!("\\{byte:03o}"),
        })
        .collect();
    format!("'{escaped}'")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case(json!({"a": "${n}", "b": ["it's", 1]}), r#"'{"a":'"$n"',"b":["it'\''s",1]}'"#)]
    #[case(json!("${alice.phone}"), r#""$alice_phone""#)]
    #[case(json!("Bearer ${status}"), r#""$(string 'Bearer ' "$(text "$status_")")""#)]
    fn a_template_becomes_a_word(#[case] value: Value, #[case] word: &str) {
        assert_eq!(json("", &value), word);
    }

    #[test]
    fn what_is_long_and_all_the_same_is_counted() {
        assert_eq!(quoted(&format!("a{}", "x".repeat(5000))), "a\"$(repeated 5000 'x')\"");
    }

    #[test]
    fn bytes_survive_printf() {
        assert_eq!(printf(b"a'%\\\x00\xff"), r"'a\047\045\134\000\377'");
    }

    #[test]
    fn a_pointer_becomes_the_parts_of_a_path() {
        assert_eq!(path("/a/b~1c/0"), r#"["a","b/c","0"]"#);
        assert_eq!(path(""), "[]");
    }
}
