//! What a script does out of band: time that passes, codes and links that are read, users that are blocked, numbers.

use std::fmt::Write;

use super::json_path;
use super::words::{json, quoted};
use crate::suite::template::{Piece, pieces};
use crate::target::{Block, Clock, Find, HttpAction, Phones, Source, Target, secret::Text};

/// The functions of a target, and the secrets that they take from the environment.
pub(super) struct Means {
    /// Definitions.
    pub(super) text: String,
    /// Variables of the environment that must be set.
    pub(super) secrets: Vec<String>,
}

/// The functions `pass`, `read_code`, `read_link`, `block` and `fresh_phone` of a target.
pub(super) fn means(target: &Target, blocks: bool) -> Means {
    let mut means = Means { text: String::new(), secrets: Vec::new() };
    let clock = clock(target, &mut means.secrets);
    let code = reader("read_code", "code", target.sms.as_ref(), "sms", target, &mut means.secrets);
    let link = reader("read_link", "link", target.mail.as_ref(), "mail", target, &mut means.secrets);
    let block = block(target, &mut means.secrets);
    let phones = match &target.block {
        Some(Block::Phones(phones)) if blocks => phones,
        Some(_) | None => &target.phones,
    };
    means.text = [clock, code, link, block, fresh_phone(phones)].concat();
    means
}

fn clock(target: &Target, secrets: &mut Vec<String>) -> String {
    let body = match &target.clock {
        None => "  stuck 'the profile gives no clock, so nothing can be waited for'\n".to_owned(),
        Some(Clock::Wait { .. }) => "  sleep \"$1\"\n".to_owned(),
        Some(Clock::Http(action)) => format!(
            "  {} >/dev/null || stuck 'the clock of the target was not moved'\n  advanced=$((${{advanced:-0}} + $1))\n",
            curl(action, target, secrets, "\"$1\"")
        ),
    };
    format!("# So many seconds pass on the target's clock.\npass() {{\n  [ \"$1\" -gt 0 ] || return 0\n{body}}}\n\n")
}

fn block(target: &Target, secrets: &mut Vec<String>) -> String {
    let body = match &target.block {
        None => "  stuck 'the profile says no way to block a user'\n".to_owned(),
        Some(Block::Phones(_)) => "  : # these numbers are blocked from the start\n".to_owned(),
        Some(Block::Command(argv)) => format!("  {} || stuck 'the user was not blocked'\n", command(argv, secrets)),
        Some(Block::Http(action)) => {
            format!(
                "  {} >/dev/null || stuck 'the user was not blocked'\n",
                curl(action, target, secrets, "\"$(string \"$1\")\"")
            )
        }
    };
    format!("# Blocks the user of a phone.\nblock() {{\n{body}}}\n\n")
}

/// A function that puts the newest message for an address in `$found`, or fails.
fn reader(
    name: &str,
    what: &str,
    source: Option<&Source>,
    table: &str,
    target: &Target,
    secrets: &mut Vec<String>,
) -> String {
    let function =
        |body: &str| format!("# Reads the newest {what} that was sent to $1 into $found.\n{name}() {{\n{body}}}\n\n");
    let polled = |look: &str, find: &Find, within: std::time::Duration| match finder(find) {
        Some(finder) => format!(
            "# Prints the newest {what} for $1.\nlook_{table}() {{\n  address=$1\n  {look} >\"$dir/message\" || return 1\n  {finder}\n}}\n\n{}",
            function(&format!("  newest {table} \"$1\" {} look_{table}\n", within.as_secs().max(1)))
        ),
        None => format!(
            "# How the profile finds it in the inbox cannot be said in jq, so somebody is asked.\n{}",
            function(&format!("  asked \"{what} sent to $1?\"\n"))
        ),
    };
    match source {
        None => function(&format!("  stuck 'the profile gives no source for it (`[target.NAME.{table}]`)'\n")),
        Some(Source::Fixed(value)) => function(&format!("  found={}\n", quoted(value))),
        Some(Source::Prompt) => function(&format!("  asked \"{what} sent to $1?\"\n")),
        Some(Source::Http { request, find, within }) => {
            let look = curl(request, target, secrets, "\"$(string \"$1\")\"");
            polled(&look, find, *within)
        }
        Some(Source::Command { argv, find, within }) => polled(&command(argv, secrets), find, *within),
        Some(Source::File { path, find, within }) => {
            polled(&format!("cat {}", quoted(&path.display().to_string())), find, *within)
        }
    }
}

/// The command that finds the value in `$dir/message`.
fn finder(find: &Find) -> Option<String> {
    let (path, pattern, newest) = find.described();
    let choice = if newest == "first" { "first" } else { "last" };
    let pattern = match pattern {
        None => String::new(),
        Some(pattern) => format!(
            " | [match({}; \"g\")] | {choice} | if (.captures | length) > 0 then .captures[0].string else .string end",
            jq_text(pattern)
        ),
    };
    Some(match path {
        Some(path) => {
            let filter = json_path::to_jq(path)?;
            let program = format!("[{filter} | select(. != null)] | select(length > 0) | {choice} | tostring{pattern}");
            format!("jq -r --arg address \"$1\" {} \"$dir/message\"", quoted(&program))
        }
        None => format!("jq -Rrs --arg address \"$1\" {} \"$dir/message\"", quoted(&format!(".{pattern}"))),
    })
}

/// A regular expression as a jq text, in which the address stands for itself.
fn jq_text(pattern: &str) -> String {
    let part = |piece: &Piece<'_>| match piece {
        Piece::Text(text) => serde_json::Value::from(*text).to_string(),
        Piece::Reference(_) => "($address | gsub(\"(?<c>[^A-Za-z0-9])\"; \"\\\\\" + .c))".to_owned(),
    };
    let parts: Vec<String> = pieces(pattern).iter().map(part).collect();
    format!("({})", parts.join(" + "))
}

/// A request of the profile; `value` is the word of the value that it is about, as JSON.
fn curl(action: &HttpAction, target: &Target, secrets: &mut Vec<String>, value: &str) -> String {
    let mut line = format!("curl -sSf -X {} {}", quoted(&action.method), url(&action.url, target, secrets));
    let mut typed = false;
    for header in &action.headers {
        typed |= header.name.eq_ignore_ascii_case("content-type");
        let _ = write!(line, " -H {}", header_word(&header.name, &header.value, secrets));
    }
    if let Some(body) = &action.body {
        if !typed {
            line.push_str(" -H 'content-type: application/json'");
        }
        // Whatever the reference is called, it is the one value.
        let word = json("", body);
        let word = ["phone_", "phone", "email", "seconds"]
            .into_iter()
            .fold(word, |word, name| word.replace(&format!("\"${name}\""), value));
        let _ = write!(line, " --data-binary {word}");
    }
    line
}

fn url(template: &str, target: &Target, secrets: &mut Vec<String>) -> String {
    let origin = target.base.origin().ascii_serialization();
    let (start, rest) = match template.strip_prefix(&origin) {
        Some(rest) => ("\"$origin\"", rest),
        None => ("", template),
    };
    let part = |piece| match piece {
        Piece::Text(text) => quoted(text),
        Piece::Reference(name) => match name.strip_prefix("secret.") {
            Some(secret) => format!("\"$(encoded \"${}\")\"", wanted(&format!("secret {secret}"), secrets)),
            None => "\"$(encoded \"$1\")\"".to_owned(),
        },
    };
    let parts: Vec<String> = pieces(rest).into_iter().map(part).collect();
    format!("{start}{}", parts.concat())
}

fn command(argv: &[String], secrets: &mut Vec<String>) -> String {
    let mut words = Vec::new();
    for argument in argv {
        let part = |piece| match piece {
            Piece::Text(text) => quoted(text),
            Piece::Reference(name) => match name.strip_prefix("secret.") {
                Some(secret) => format!("\"${}\"", wanted(&format!("secret {secret}"), secrets)),
                None => "\"$1\"".to_owned(),
            },
        };
        words.push(pieces(argument).into_iter().map(part).collect::<Vec<_>>().concat());
    }
    words.join(" ")
}

/// A header; its secret comes from the environment, and so does every value that may be one.
pub(super) fn header_word(name: &str, value: &Text, secrets: &mut Vec<String>) -> String {
    match value {
        Text::Plain(text) if !crate::target::secret::is_telling(name) && !text.contains("${") => {
            quoted(&format!("{name}: {text}"))
        }
        Text::Plain(_) | Text::Secret(_) => {
            format!("\"{name}: ${}\"", wanted(&format!("header {name}"), secrets))
        }
    }
}

/// The variable of the environment that holds a secret.
fn wanted(name: &str, secrets: &mut Vec<String>) -> String {
    let variable: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' }).collect();
    if !secrets.contains(&variable) {
        secrets.push(variable.clone());
    }
    variable
}

/// A function that puts a number into `$phone` that the script has not used.
fn fresh_phone(phones: &Phones) -> String {
    let described = phones.described();
    let range = described.split_once('{').and_then(|(before, rest)| {
        let (range, after) = rest.split_once('}')?;
        let (first, last) = range.split_once("..")?;
        let (low, high) = (first.parse::<u64>().ok()?, last.parse::<u64>().ok()?);
        Some((before, after, low, high - low + 1, first.len()))
    });
    let body = match range {
        Some((before, after, first, count, width)) => format!(
            "  [ -n \"${{phones_used-}}\" ] || phones_used=$(random_below {count})\n  phones_used=$(((phones_used + 1) % {count}))\n  \
             phone={}$(printf '%0{width}d' $(({first} + phones_used))){}\n",
            quoted(before),
            if after.is_empty() { String::new() } else { quoted(after) }
        ),
        None if described.is_empty() => "  stuck 'no phone may be used: a profile gives the numbers'\n".to_owned(),
        None => format!(
            "  phones_used=$((${{phones_used:-0}} + 1))\n  phone=$(printf '%s' {} | cut -d , -f \"$phones_used\")\n  \
             [ -n \"$phone\" ] || stuck 'all phones of the profile are used up'\n",
            quoted(&described)
        ),
    };
    format!("# A number of the profile into $phone.\nfresh_phone() {{\n{body}}}\n\n")
}
