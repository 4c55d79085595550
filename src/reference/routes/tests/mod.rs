//! The operations, called without a socket.

mod accounts;
mod inputs;
mod resets;
mod sessions;
mod switched;
mod verifications;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri};
use serde_json::{Value, json};

use crate::reference::app::App;
use crate::reference::options::Options;
use crate::reference::reply::{Body, Reply};
use crate::reference::request::Request;
use crate::reference::variants::{Variant, VariantSet};

pub(crate) const CLIENT: &str = "2f9445b3-5266-45cd-8a85-d5c3fff69781";
pub(crate) const PHONE: &str = "+971500000001";
pub(crate) const PASSWORD: &str = "Tr0ub4dor&3";

/// A server, and the ways in which tests use it.
pub(crate) struct Bench(pub(crate) App);

/// Someone with tokens.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) access: String,
    pub(crate) refresh: String,
    pub(crate) session: String,
}

/// Status and JSON body; null for any other body.
pub(crate) type Answer = (u16, Value);

impl Bench {
    pub(crate) fn new() -> Self {
        Self(App::new(Options::default()))
    }

    pub(crate) fn with(variants: &[Variant]) -> Self {
        let variants: VariantSet = variants.iter().copied().collect();
        Self(App::new(Options { variants, ..Options::default() }))
    }

    pub(crate) fn raw(&self, name: &str, headers: &[(&'static str, &str)], body: &[u8]) -> Reply {
        let (method, path) = name.split_once(' ').unwrap();
        let path = if path.starts_with("/auth") { format!("/api/v1{path}") } else { path.to_owned() };
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        map.entry("content-length").or_insert(body.len().into());
        self.0.answer(&Request {
            method: method.parse::<Method>().unwrap(),
            uri: path.parse::<Uri>().unwrap(),
            headers: map,
            body: Bytes::copy_from_slice(body),
            overlapped: false,
        })
    }

    pub(crate) fn reply(&self, name: &str, token: &str, body: &Value) -> Reply {
        let bearer = format!("Bearer {token}");
        let mut headers = vec![("content-type", "application/json"), ("host", "h")];
        if !token.is_empty() {
            headers.push(("authorization", &bearer));
        }
        let text = if body.is_null() { String::new() } else { body.to_string() };
        self.raw(name, &headers, text.as_bytes())
    }

    pub(crate) fn call(&self, name: &str, token: &str, body: Value) -> Answer {
        let reply = self.reply(name, token, &body);
        match reply.body {
            Body::Json(value) => (reply.status, value),
            _ => (reply.status, Value::Null),
        }
    }

    pub(crate) fn ok(&self, name: &str, token: &str, body: Value) -> Value {
        let (status, answer) = self.call(name, token, body);
        assert_eq!(status, 200, "{name}: {answer}");
        answer
    }

    pub(crate) fn status(&self, name: &str, token: &str, body: Value) -> u16 {
        self.call(name, token, body).0
    }

    /// The `error` of a refusal.
    pub(crate) fn error(&self, name: &str, token: &str, body: Value) -> String {
        let (status, answer) = self.call(name, token, body);
        assert!((400..500).contains(&status), "{name}: {status} {answer}");
        answer["error"].as_str().unwrap_or("422").to_owned()
    }

    pub(crate) fn advance(&self, seconds: u64) {
        self.ok("POST /_test/clock/advance", "", json!({"seconds": seconds}));
    }

    pub(crate) fn last_code(&self, phone: &str) -> String {
        let phone = phone.replace('+', "%2B");
        let sent = self.ok(&format!("GET /_test/sms?phone={phone}"), "", Value::Null);
        let messages = sent["messages"].as_array().unwrap();
        messages.last().unwrap()["code"].as_str().unwrap().to_owned()
    }

    /// Four digits that are not the last code.
    pub(crate) fn wrong_code(&self, phone: &str) -> String {
        let right: u32 = self.last_code(phone).parse().unwrap();
        format!("{:04}", (right + 1) % 10_000)
    }

    pub(crate) fn last_link(&self) -> String {
        let sent = self.ok("GET /_test/mail", "", Value::Null);
        let messages = sent["messages"].as_array().unwrap();
        let link = messages.last().unwrap()["link"].as_str().unwrap();
        link.strip_prefix("http://h/api/v1").unwrap().to_owned()
    }

    pub(crate) fn signup(&self, phone: &str) -> Person {
        let body = json!({"grant_type": "create", "client_id": CLIENT, "phone": phone,
            "type": "client", "timezone": "Asia/Dubai"});
        Person::from(&self.ok("POST /auth/signup", "", body))
    }

    pub(crate) fn reset(&self, phone: &str) -> Person {
        let body = json!({"grant_type": "reset", "client_id": CLIENT, "phone": phone});
        Person::from(&self.ok("POST /auth/password-reset", "", body))
    }

    pub(crate) fn sid(&self, person: &Person) -> String {
        let body = json!({"session": person.session});
        let sent = self.ok("POST /auth/verify/phone", &person.access, body);
        sent["sid"].as_str().unwrap().to_owned()
    }

    pub(crate) fn verify(&self, person: &Person, phone: &str) {
        let sid = self.sid(person);
        let body = json!({"sid": sid, "code": self.last_code(phone)});
        self.ok("PUT /auth/verify/phone", &person.access, body);
    }

    pub(crate) fn complete(&self, phone: &str, more: Value) -> Person {
        let person = self.signup(phone);
        self.verify(&person, phone);
        let mut body = json!({"password": PASSWORD});
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        let tokens = self.ok("PUT /auth/complete", &person.access, body);
        Person { session: person.session, ..Person::from(&tokens) }
    }

    pub(crate) fn sign_in(&self, username: &str, password: &str) -> Answer {
        let body = json!({"grant_type": "password", "username": username, "password": password,
            "client_id": CLIENT, "client_secret": "reference-client-secret"});
        self.call("POST /auth/token", "", body)
    }

    pub(crate) fn profile(&self, token: &str) -> Value {
        self.ok("GET /auth/user", token, Value::Null)
    }

    pub(crate) fn works(&self, token: &str) -> bool {
        self.status("GET /auth/user", token, Value::Null) == 200
    }
}

impl From<&Value> for Person {
    fn from(body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token"), session: text("session") }
    }
}
