//! The `curl` line that sends a request again.
//!
//! Every word is quoted for a shell. A placeholder such as `[access_token 3]` becomes a variable
//! (`"$ACCESS_TOKEN_3"`), so that the line works as soon as the variable is set, and holds no secret.

use super::plain::is_hidden;
use crate::exchange::{Body, Request};

/// Headers that `curl` makes itself.
const OWN_HEADERS: [&str; 4] = ["host", "content-length", "user-agent", "connection"];

/// One line for a POSIX shell; a body with control characters needs one that knows `$'…'`.
pub fn line(request: &Request) -> String {
    words(request).join(" ")
}

/// The words of that line, each quoted.
pub(super) fn words(request: &Request) -> Vec<String> {
    let mut words = vec!["curl".to_owned(), "-i".to_owned()];
    match request.method.as_str() {
        "GET" => {}
        "HEAD" => words.push("--head".to_owned()),
        method => words.extend(["-X".to_owned(), quoted(method)]),
    }
    if literal_parts(&request.url).any(|part| part.contains(['[', ']', '{', '}'])) {
        words.push("--globoff".to_owned());
    }
    words.push(quoted(&request.url));
    for (name, value) in &request.headers {
        if OWN_HEADERS.contains(&name.as_str()) || (name == "accept" && value == "*/*") {
            continue;
        }
        let header = if value.is_empty() { format!("{name};") } else { format!("{name}: {value}") };
        words.extend(["-H".to_owned(), quoted(&header)]);
    }
    if let Some(body) = &request.body {
        if request.header("content-type").is_none() {
            words.extend(["-H".to_owned(), "content-type:".to_owned()]);
        }
        words.extend(data(body, request.header("content-type").is_some_and(is_form)));
    }
    words
}

fn is_form(content_type: &str) -> bool {
    content_type.starts_with("application/x-www-form-urlencoded")
}

fn data(body: &Body, form: bool) -> Vec<String> {
    match body {
        Body::Text(text) if form && pieces(text).any(|piece| matches!(piece, Piece::Variable(_))) => {
            text.split('&').flat_map(form_field).collect()
        }
        Body::Text(text) => vec!["--data-raw".to_owned(), quoted(text)],
        Body::Binary { bytes, .. } | Body::Shortened { bytes, .. } => {
            vec!["--data-binary".to_owned(), quoted(&format!("@body-of-{bytes}-bytes"))]
        }
    }
}

/// The value of a variable is not yet encoded for a form, so `curl` has to.
fn form_field(field: &str) -> Vec<String> {
    let whole = field.split_once('=').filter(|(_, value)| {
        let mut pieces = pieces(value);
        matches!(pieces.next(), Some(Piece::Variable(_))) && pieces.next().is_none()
    });
    let option = if whole.is_some() { "--data-urlencode" } else { "--data-raw" };
    vec![option.to_owned(), quoted(field)]
}

enum Piece<'a> {
    Literal(&'a str),
    Variable(String),
}

/// Splits a text at its placeholders.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some((start, end, name)) = next_placeholder(rest) else {
            return Some(Piece::Literal(std::mem::take(&mut rest)));
        };
        if start > 0 {
            let (literal, after) = rest.split_at(start);
            rest = after;
            return Some(Piece::Literal(literal));
        }
        rest = &rest[end..];
        Some(Piece::Variable(name))
    })
}

fn literal_parts(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).filter_map(|piece| match piece {
        Piece::Literal(literal) => Some(literal),
        Piece::Variable(_) => None,
    })
}

/// The first `[kind number]`: where it begins and ends, and its variable.
fn next_placeholder(text: &str) -> Option<(usize, usize, String)> {
    text.match_indices('[').find_map(|(start, _)| {
        let length = text[start..].find(']')?;
        let (kind, number) = text[start + 1..start + length].split_once(' ')?;
        let named = kind.starts_with(|first: char| first.is_ascii_lowercase())
            && kind.chars().all(|character| character.is_ascii_lowercase() || "_-".contains(character));
        let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let variable = || format!("{}_{number}", kind.replace('-', "_").to_uppercase());
        (named && numbered).then(|| (start, start + length + 1, variable()))
    })
}

/// One word of a shell.
fn quoted(text: &str) -> String {
    if text.is_empty() {
        return "''".to_owned();
    }
    pieces(text)
        .map(|piece| match piece {
            Piece::Variable(name) => format!("\"${name}\""),
            Piece::Literal(literal) if literal.chars().any(is_hidden) => escaped(literal),
            Piece::Literal(literal) => shlex::try_quote(literal).map_or_else(|_| escaped(literal), Into::into),
        })
        .collect()
}

/// `$'…'`, in which nothing is hidden. A NUL cannot be part of a word in any shell: it stays visible.
fn escaped(literal: &str) -> String {
    let mut word = String::from("$'");
    for character in literal.chars() {
        match character {
            '\'' | '\\' => word.extend(['\\', character]),
            '\n' => word.push_str("\\n"),
            '\r' => word.push_str("\\r"),
            '\t' => word.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                let mut bytes = [0; 4];
                word.extend(hidden.encode_utf8(&mut bytes).bytes().map(|byte| format!("\\x{byte:02x}")));
            }
            visible => word.push(visible),
        }
    }
    word.push('\'');
    word
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn request(method: &str, url: &str, headers: &[(&str, &str)], body: Option<Body>) -> Request {
        Request {
            operation: format!("{method} /thing"),
            method: method.to_owned(),
            url: url.to_owned(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            body,
        }
    }

    fn text(text: &str) -> Option<Body> {
        Some(Body::Text(text.to_owned()))
    }

    const JSON: &[(&str, &str)] = &[("content-type", "application/json")];
    const FORM: &[(&str, &str)] = &[("content-type", "application/x-www-form-urlencoded")];

    #[rstest]
    #[case::get(request("GET", "http://h/a", &[("accept", "*/*")], None), "curl -i http://h/a")]
    #[case::head(request("HEAD", "http://h/a", &[], None), "curl -i --head http://h/a")]
    #[case::bearer(
        request("PUT", "http://h/a?b=1", &[("authorization", "Bearer [access_token 3]")], None),
        r#"curl -i -X PUT 'http://h/a?b=1' -H 'authorization: Bearer '"$ACCESS_TOKEN_3""#
    )]
    #[case::json(
        request("POST", "http://h/", JSON, text(r#"{"code":"[code 1]","it":"isn't"}"#)),
        concat!(
            r#"curl -i -X POST http://h/ -H 'content-type: application/json' "#,
            r#"--data-raw '{"code":"'"$CODE_1""\",\"it\":\"isn't\"}""#
        )
    )]
    #[case::form(
        request("POST", "http://h/", FORM, text("user=a%20b&password=[password 2]")),
        concat!(
            "curl -i -X POST http://h/ -H 'content-type: application/x-www-form-urlencoded' ",
            r#"--data-raw 'user=a%20b' --data-urlencode 'password='"$PASSWORD_2""#
        )
    )]
    #[case::no_content_type(
        request("POST", "http://h/", &[], text("x")),
        "curl -i -X POST http://h/ -H content-type: --data-raw x"
    )]
    #[case::empty_header(request("GET", "http://h/", &[("authorization", "")], None), "curl -i http://h/ -H 'authorization;'")]
    #[case::control(request("POST", "http://h/", JSON, text("a\n'\u{1b}[2J\\")), concat!(
        "curl -i -X POST http://h/ -H 'content-type: application/json' ",
        r"--data-raw $'a\n\'\x1b[2J\\'"
    ))]
    #[case::brackets(request("GET", "http://h/?a[]=1", &[], None), "curl -i --globoff 'http://h/?a[]=1'")]
    #[case::link(request("GET", "[link 1]", &[], None), "curl -i \"$LINK_1\"")]
    #[case::injection(request("GET", "http://h/$(rm -r ~)", &[], None), "curl -i 'http://h/$(rm -r ~)'")]
    #[case::bytes(
        request("POST", "http://h/", JSON, Some(Body::Shortened { bytes: 70_000, start: "aaa".to_owned() })),
        "curl -i -X POST http://h/ -H 'content-type: application/json' --data-binary @body-of-70000-bytes"
    )]
    fn reproduces_a_request(#[case] request: Request, #[case] expected: &str) {
        assert_eq!(line(&request), expected);
    }

    #[test]
    fn a_shell_reads_the_words_back() {
        let body = r#"{"a":"it's","b":"$(x) `y` \\ ! ^","c":"[code 7]"}"#;
        let line = line(&request("POST", "http://h/?q=a b&c='", JSON, text(body)));
        let words = shlex::split(&line).unwrap();
        let json = body.replace("[code 7]", "$CODE_7");
        let header = "content-type: application/json";
        assert_eq!(words, ["curl", "-i", "-X", "POST", "http://h/?q=a b&c='", "-H", header, "--data-raw", &json]);
    }

    #[rstest]
    #[case("[]")]
    #[case("[1, 2]")]
    #[case("[a b]")]
    #[case("[ 1]")]
    #[case("[A 1]")]
    #[case("[a 1")]
    fn takes_nothing_else_for_a_placeholder(#[case] text: &str) {
        assert!(next_placeholder(text).is_none());
    }
}
