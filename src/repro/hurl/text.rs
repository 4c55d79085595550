//! Text for Hurl: literal parts, which are escaped for where they stand, and variables.

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Variable(String),
}

/// A text with variables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text(Vec<Part>);

impl Text {
    pub(super) fn variable(name: &str) -> Self {
        Self(vec![Part::Variable(name.to_owned())])
    }

    pub(super) fn literal(text: &str) -> Self {
        Self(vec![Part::Literal(text.to_owned())])
    }

    pub(super) fn push(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// The variable, where it is nothing else.
    pub(super) fn only_variable(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Part::Variable(name)] => Some(name),
            _ => None,
        }
    }

    /// Between double quotes, as asserts and captures want it.
    pub(super) fn quoted(&self) -> String {
        format!("\"{}\"", self.escaped(|c| matches!(c, '"' | '\\')))
    }

    /// Without quotes, as the values of headers, forms and addresses are written.
    pub(super) fn bare(&self) -> String {
        self.escaped(|c| matches!(c, '#' | '\\'))
    }

    /// As a JSON text.
    pub(super) fn json(&self) -> String {
        let part = |part: &Part| match part {
            Part::Literal(text) => {
                let json = serde_json::Value::from(text.as_str()).to_string();
                json[1..json.len() - 1].replace("{{", "\\u007b{")
            }
            Part::Variable(name) => format!("{{{{{name}}}}}"),
        };
        format!("\"{}\"", self.0.iter().map(part).collect::<String>())
    }

    fn escaped(&self, special: impl Fn(char) -> bool) -> String {
        let mut text = String::new();
        for (index, part) in self.0.iter().enumerate() {
            match part {
                Part::Variable(name) => text.push_str(&format!("{{{{{name}}}}}")),
                Part::Literal(literal) => {
                    let last = literal.chars().count().saturating_sub(1);
                    for (at, c) in literal.chars().enumerate() {
                        let edge = (index == 0 && at == 0) || (index + 1 == self.0.len() && at == last);
                        match c {
                            c if special(c) => text.extend(['\\', c]),
                            ' ' if edge => text.push_str("\\u{20}"),
                            '{' => text.push_str("\\u{7b}"),
                            c if c.is_control() => text.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
                            c => text.push(c),
                        }
                    }
                }
            }
        }
        text
    }
}

/// A regular expression between slashes.
pub(super) fn pattern(regex: &str) -> String {
    let mut text = String::from("/");
    let mut escaped = false;
    for c in regex.chars() {
        if c == '/' && !escaped {
            text.push('\\');
        }
        escaped = c == '\\' && !escaped;
        text.push(c);
    }
    text + "/"
}

/// The key of a form or header field.
pub(super) fn key(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.[]@$".contains(c);
    let part = |c: char| if plain(c) { c.to_string() } else { format!("\\u{{{:x}}}", u32::from(c)) };
    name.chars().map(part).collect()
}

/// A JSON Pointer as a JSONPath query.
pub(super) fn jsonpath(pointer: &str) -> String {
    let mut path = String::from("$");
    for part in pointer.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")) {
        let plain = part.starts_with(|c: char| c.is_ascii_alphabetic())
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if plain {
            path.push_str(&format!(".{part}"));
        } else if part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty() {
            path.push_str(&format!("[{part}]"));
        } else {
            path.push_str(&format!("['{}']", part.replace('\\', "\\\\").replace('\'', "\\'")));
        }
    }
    format!("jsonpath {}", Text::literal(&path).quoted())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_for_where_it_stands() {
        let mut text = Text::literal("a\"#\\ {{b}} ");
        text.push(Text::variable("v"));
        text.push(Text::literal("\n "));
        assert_eq!(text.quoted(), "\"a\\\"#\\\\ \\u{7b}\\u{7b}b}} {{v}}\\u{a}\\u{20}\"");
        assert_eq!(text.bare(), "a\"\\#\\\\ \\u{7b}\\u{7b}b}} {{v}}\\u{a}\\u{20}");
        assert_eq!(text.json(), "\"a\\\"#\\\\ \\u007b{b}} {{v}}\\n \"");
    }

    #[test]
    fn a_pointer_becomes_a_query() {
        assert_eq!(jsonpath("/detail/0/loc"), "jsonpath \"$.detail[0].loc\"");
        assert_eq!(jsonpath("/a b~1c"), "jsonpath \"$['a b/c']\"");
        assert_eq!(jsonpath(""), "jsonpath \"$\"");
        assert_eq!(pattern("a/b\\/c"), "/a\\/b\\/c/");
    }
}
