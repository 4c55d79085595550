//! Does what a profile says: a request to a test endpoint or an inbox, or a command.
//!
//! Errors name the action as the profile wrote it, so that no secret stands in them.

use std::process::Stdio;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Client;
use serde_json::Value;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use super::call::{THROTTLED_AT_MOST, retry_after};
use super::http;
use crate::exchange::FailureKind;
use crate::suite::Template;
use crate::suite::template::{Piece, as_text, pieces};
use crate::target::{HttpAction, Secret, Target, Text};

/// How much of what a command prints is taken.
const OUTPUT_LIMIT_BYTES: u64 = 1024 * 1024;

/// What the references of an action stand for.
pub(super) struct Values<'a> {
    name: &'static str,
    value: Value,
    secrets: &'a [(String, Secret)],
}

impl<'a> Values<'a> {
    /// One value by its name, and the target's secrets.
    pub(super) fn new(name: &'static str, value: Value, target: &'a Target) -> Self {
        Self { name, value, secrets: &target.secrets }
    }

    fn of(&self, reference: &str) -> Option<Value> {
        if reference == self.name {
            return Some(self.value.clone());
        }
        let wanted = reference.strip_prefix("secret.")?;
        let secret = self.secrets.iter().find(|(name, _)| name == wanted);
        secret.map(|(_, secret)| Value::from(secret.reveal()))
    }

    /// A text with every reference replaced, each value encoded.
    fn fill(&self, template: &str, encode: impl Fn(&str) -> String) -> String {
        let filled = |piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Reference(name) => self.of(name).map(|value| encode(&as_text(&value))).unwrap_or_default(),
        };
        pieces(template).into_iter().map(filled).collect()
    }

    /// A text with every reference but secrets replaced, for people.
    fn shown(&self, template: &str) -> String {
        let filled = |piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Reference(name) if name == self.name => as_text(&self.value),
            Piece::Reference(name) => format!("${{{name}}}"),
        };
        pieces(template).into_iter().map(filled).collect()
    }
}

/// A text with every reference to a secret replaced.
pub(super) fn fill_secrets(template: &str, secrets: &[(String, Secret)]) -> String {
    Values { name: "", value: Value::Null, secrets }.fill(template, str::to_owned)
}

/// Sends a request of the profile; its answer is to be a success. What is not there may be empty; a 429 is waited out.
pub(super) async fn over_http(
    client: &Client,
    action: &HttpAction,
    values: &Values<'_>,
    empty_if_absent: bool,
) -> Result<String, String> {
    let url = values.fill(&action.url, percent_encoded);
    let value = |text: &Text| match text {
        Text::Plain(text) => values.fill(text, str::to_owned),
        Text::Secret(secret) => secret.reveal().to_owned(),
    };
    let mut headers: Vec<(String, String)> =
        action.headers.iter().map(|header| (header.name.clone(), value(&header.value))).collect();
    let body: Option<Bytes> = action.body.as_ref().map(|body| {
        let resolved = Template::new(body.clone()).resolve(&|name: &str| values.of(name));
        resolved.unwrap_or_else(|_| body.clone()).to_string().into_bytes().into()
    });
    if body.is_some() && !headers.iter().any(|(name, _)| name == "content-type") {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    let shown = format!("{} {}", action.method, values.shown(&action.url));
    let (mut throttled, mut broke) = (0, false);
    let answer = loop {
        let answer = match http::send(client, &action.method, &url, &headers, body.clone()).await {
            Ok(answer) => answer,
            // A connection that was kept may be ended just then, and what is only read can be read again.
            Err(failure) if failure.kind == FailureKind::Broken && action.method == "GET" && !broke => {
                broke = true;
                continue;
            }
            Err(failure) => {
                return Err(format!("{shown}: {}", failure.message.replace(&url, &values.shown(&action.url))));
            }
        };
        // An inbox has its limits, too, or stands behind those of the target.
        match retry_after(&answer.headers) {
            Some(wait) if answer.status == 429 && throttled < THROTTLED_AT_MOST => tokio::time::sleep(wait).await,
            _ => break answer,
        }
        throttled += 1;
    };
    // An inbox may not be there before its first message is.
    if answer.status == 404 && empty_if_absent {
        return Ok(String::new());
    }
    if !(200..300).contains(&answer.status) {
        return Err(format!("{shown} answered {}", answer.status));
    }
    Ok(String::from_utf8_lossy(&answer.body).into_owned())
}

/// Runs a command of the profile, which is to end well in time, and takes what it prints.
pub(super) async fn by_command(argv: &[String], values: &Values<'_>, within: Duration) -> Result<String, String> {
    let Some((program, arguments)) = argv.split_first() else { return Err("the command is empty".to_owned()) };
    let mut command = Command::new(values.fill(program, str::to_owned));
    command.args(arguments.iter().map(|argument| values.fill(argument, str::to_owned)));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn().map_err(|error| format!("`{program}` does not start: {error}"))?;
    let mut printed = Vec::new();
    let run = async {
        if let Some(output) = child.stdout.take() {
            output.take(OUTPUT_LIMIT_BYTES).read_to_end(&mut printed).await?;
        }
        child.wait().await
    };
    match tokio::time::timeout(within, run).await {
        Err(_) => Err(format!("`{program}` did not end within {} s", within.as_secs_f64())),
        Ok(Err(error)) => Err(format!("`{program}`: {error}")),
        Ok(Ok(status)) if !status.success() => {
            let code = status.code().map_or_else(|| "a signal".to_owned(), |code| format!("exit code {code}"));
            Err(format!("`{program}` ended with {code}"))
        }
        Ok(Ok(_)) => Ok(String::from_utf8_lossy(&printed).into_owned()),
    }
}

fn percent_encoded(text: &str) -> String {
    let encoded = |byte| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use url::Url;

    fn target() -> Target {
        let mut target = Target::bare("t", Url::parse("http://t.test").expect("a URL"));
        target.secrets.push(("key".to_owned(), Secret::new("s3 cret".to_owned())));
        target
    }

    #[test]
    fn a_value_in_a_url_is_percent_encoded_and_a_secret_is_not_shown() {
        let target = target();
        let values = Values::new("phone", Value::from("+971 5"), &target);
        let template = "http://i/sms?phone=${phone}&key=${secret.key}";
        assert_eq!(values.fill(template, percent_encoded), "http://i/sms?phone=%2B971%205&key=s3%20cret");
        assert_eq!(values.shown(template), "http://i/sms?phone=+971 5&key=${secret.key}");
    }

    #[tokio::test]
    async fn an_inbox_that_asks_to_wait_is_asked_again() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/sms", listener.local_addr().expect("an address"));
        let server = std::thread::spawn(move || {
            let wait = "429 Too Many Requests\r\nRetry-After: 0";
            for (status, stream) in [wait, wait, "200 OK"].into_iter().zip(listener.incoming()) {
                let mut stream = stream.expect("a connection");
                let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
                let answer = format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]");
                std::io::Write::write_all(&mut stream, answer.as_bytes()).expect("an answer");
            }
        });
        let action = HttpAction { method: "GET".to_owned(), url, headers: Vec::new(), body: None };
        let target = target();
        let client = http::client(false, &target.connection).expect("a client");
        let values = Values::new("phone", Value::from("+971"), &target);
        assert_eq!(over_http(&client, &action, &values, false).await, Ok("[]".to_owned()));
        server.join().expect("all three were asked");
    }

    #[tokio::test]
    async fn an_inbox_that_ends_a_connection_is_asked_once_more() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
        let url = format!("http://{}/sms", listener.local_addr().expect("an address"));
        let server = std::thread::spawn(move || {
            let answer = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n[]";
            for (answer, stream) in ["", answer, "", ""].into_iter().zip(listener.incoming()) {
                let mut stream = stream.expect("a connection");
                let _ = std::io::Read::read(&mut stream, &mut [0; 4096]);
                std::io::Write::write_all(&mut stream, answer.as_bytes()).expect("an answer");
            }
        });
        let target = target();
        let client = http::client(false, &target.connection).expect("a client");
        let values = Values::new("phone", Value::from("+971"), &target);
        let action = HttpAction { method: "GET".to_owned(), url, headers: Vec::new(), body: None };
        assert_eq!(over_http(&client, &action, &values, false).await, Ok("[]".to_owned()));
        over_http(&client, &action, &values, false).await.expect_err("it was ended twice");
        server.join().expect("all four were asked");
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_command_prints_or_fails_in_time() {
        let target = target();
        let values = Values::new("phone", Value::from("+971"), &target);
        let run = async |argv: &[&str], within| {
            let argv: Vec<String> = argv.iter().map(|part| (*part).to_owned()).collect();
            by_command(&argv, &values, Duration::from_millis(within)).await
        };
        assert_eq!(run(&["echo", "to ${phone}"], 10_000).await, Ok("to +971\n".to_owned()));
        assert_eq!(run(&["false"], 10_000).await, Err("`false` ended with exit code 1".to_owned()));
        assert_eq!(run(&["sleep", "30"], 10).await, Err("`sleep` did not end within 0.01 s".to_owned()));
        let missing = run(&["no-such-program-anywhere"], 10_000).await.expect_err("there is none");
        assert!(missing.starts_with("`no-such-program-anywhere` does not start: "), "{missing}");
    }
}
