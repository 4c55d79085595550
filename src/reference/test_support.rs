//! What a test needs of a deployment and the API does not offer: the messages that were sent,
//! the clock, and blocking a user. It lives outside the base path and answers JSON.
//!
//! | request | answer |
//! |---|---|
//! | `GET /_test/sms?phone=+971500000001` | `{"messages": [{"phone", "code", "text", "sent_at"}]}`, oldest first |
//! | `GET /_test/mail?email=a@example.test` | `{"messages": [{"email", "link", "sent_at"}]}`, oldest first |
//! | `GET /_test/clock` | `{"now", "advanced_seconds"}` |
//! | `POST /_test/clock/advance` with `{"seconds": 61.5}` | the same |
//! | `POST /_test/users/block` with `{"phone": "+971500000001"}` | `{"blocked": 1}`, or 404 |
//! | `POST /_test/reset` | `{"status": "ok"}`: accounts, messages and clock are as at the start |
//!
//! Without its parameter, a list holds every message.

use axum::http::Method;
use serde_json::{Value, json};

use super::app::App;
use super::clock::timestamp;
use super::reply::Reply;
use super::request::Request;
use super::state::{State, same_email};

/// What `serve --help` tells of it.
pub const HELP: &str = "\
Test support, outside the base path:
  GET  /_test/sms?phone=PHONE        the text messages sent to a phone, oldest first
  GET  /_test/mail?email=EMAIL       the mails sent to an address, oldest first
  GET  /_test/clock                  the virtual time
  POST /_test/clock/advance          {\"seconds\": 61.5} moves the clock forward
  POST /_test/users/block            {\"phone\": \"+971500000001\"} blocks that user
  POST /_test/reset                  forgets everything and sets the clock back
";

/// Answers a request to test support.
pub(super) fn answer(app: &App, request: &Request) -> Reply {
    let mut state = app.state();
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    match (&request.method, request.uri.path()) {
        (&Method::GET, "/_test/sms") => messages(&state, phone_parameter(request)),
        (&Method::GET, "/_test/mail") => mails(&state, request.query("email")),
        (&Method::GET, "/_test/clock") => clock(&state),
        (&Method::POST, "/_test/clock/advance") => {
            let seconds = body.get("seconds").and_then(Value::as_f64);
            if seconds.is_some_and(|seconds| state.clock.advance(seconds)) {
                clock(&state)
            } else {
                wrong(422, "`seconds` is a number that is not negative")
            }
        }
        (&Method::POST, "/_test/users/block") => match body.get("phone").and_then(Value::as_str) {
            Some(phone) => block(&mut state, phone),
            None => wrong(422, "`phone` is a string"),
        },
        (&Method::POST, "/_test/reset") => {
            *state = State::new(app.config.seed);
            Reply::ok(json!({"status": "ok"}))
        }
        _ => wrong(404, "there is no such test support"),
    }
}

fn wrong(status: u16, message: &str) -> Reply {
    Reply::json(status, json!({"detail": message}))
}

/// The phone asked for. A plus sign that was not encoded arrives as a space.
fn phone_parameter(request: &Request) -> Option<String> {
    let phone = request.query("phone")?;
    Some(format!("+{}", phone.trim_start_matches(['+', ' '])))
}

fn messages(state: &State, phone: Option<String>) -> Reply {
    let wanted = |sent: &str| phone.as_ref().is_none_or(|phone| phone == sent);
    let messages: Vec<Value> = state
        .messages
        .iter()
        .filter(|message| wanted(&message.phone))
        .map(|message| {
            json!({
                "phone": message.phone,
                "code": message.code,
                "text": format!("Your code is {}", message.code),
                "sent_at": timestamp(message.sent_at),
            })
        })
        .collect();
    Reply::ok(json!({"messages": messages}))
}

fn mails(state: &State, email: Option<String>) -> Reply {
    let wanted = |sent: &str| email.as_ref().is_none_or(|email| same_email(Some(email), sent));
    let mails: Vec<Value> = state
        .mails
        .iter()
        .filter(|mail| wanted(&mail.email))
        .map(|mail| {
            json!({
                "email": mail.email,
                "link": mail.link,
                "sent_at": timestamp(mail.sent_at),
            })
        })
        .collect();
    Reply::ok(json!({"messages": mails}))
}

fn clock(state: &State) -> Reply {
    Reply::ok(json!({
        "now": timestamp(state.clock.now()),
        "advanced_seconds": state.clock.added().as_secs_f64(),
    }))
}

fn block(state: &mut State, phone: &str) -> Reply {
    let mut blocked = 0;
    for account in &mut state.accounts {
        if account.phone.as_deref() == Some(phone) {
            account.blocked = true;
            blocked += 1;
        }
    }
    if blocked == 0 { wrong(404, "no account has this phone") } else { Reply::ok(json!({"blocked": blocked})) }
}
