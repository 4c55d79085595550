//! A long conversation with a server, written down so that two servers can be compared.

mod about_right;
mod detours;
mod entrance;
mod half_done;
mod stay;

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::reference::app::App;
use crate::reference::faults::Fault;
use crate::reference::options::Options;
use crate::reference::reply::{Body, Reply};
use crate::reference::routes::tests::{Bench, CLIENT, Person};

const OTHER_CLIENT: &str = "00000000-0000-4000-8000-000000000000";
const SECRET: &str = "reference-client-secret";
const OLD: &str = "Tr0ub4dor&3";
const NEW: &str = "correct horse battery";

/// A conversation, and what was said in it.
struct Probe {
    bench: Bench,
    lines: Vec<String>,
    names: HashMap<String, usize>,
}

/// Everything that a server with this fault says.
pub(super) fn transcript(fault: Option<&'static Fault>) -> Vec<String> {
    let app = App::new(Options { fault, ..Options::default() });
    let mut probe = Probe { bench: Bench(app), lines: Vec::new(), names: HashMap::new() };
    probe.strangers();
    probe.signups();
    probe.codes();
    probe.guesses();
    let person = probe.completion();
    probe.sign_ins();
    probe.tokens(&person);
    probe.profile(&person);
    probe.mails(&person);
    probe.resets();
    probe.changes();
    probe.long_passwords();
    probe.blocked();
    probe.detours();
    probe.about_right();
    probe.half_done();
    probe.expiry();
    probe.lines
}

impl Probe {
    /// Replaces what is random by the order in which it first appeared.
    pub(super) fn named(&mut self, value: &mut Value) {
        match value {
            Value::String(text) if matches!(text.len(), 32 | 36 | 43) && !text.contains(' ') => {
                let next = self.names.len();
                let number = *self.names.entry(text.clone()).or_insert(next);
                *text = format!("#{number}");
            }
            Value::String(text) if text.contains("?code=") || text.starts_with("$argon2") => {
                text.truncate(20);
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.named(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.named(field)),
            _ => {}
        }
    }

    pub(super) fn note(&mut self, name: &str, mut reply: Reply) -> Value {
        let answer = match &mut reply.body {
            Body::Json(body) => {
                let answer = body.clone();
                self.named(body);
                answer
            }
            Body::Empty | Body::Text(..) => Value::Null,
        };
        let name = name.split('?').next().unwrap_or_default();
        self.lines.push(format!("{name} {reply:?}"));
        answer
    }

    pub(super) fn say(&mut self, name: &str, token: &str, body: Value) -> Value {
        let reply = self.bench.reply(name, token, &body);
        self.note(name, reply)
    }

    pub(super) fn raw(&mut self, name: &str, headers: &[(&'static str, &str)], body: &str) -> Value {
        let reply = self.bench.raw(name, headers, body.as_bytes());
        self.note(name, reply)
    }

    pub(super) fn last(&self, list: &str, key: &str) -> String {
        let (_, sent) = self.bench.call(&format!("GET /_test/{list}"), "", Value::Null);
        let message = sent["messages"].as_array().and_then(|all| all.last());
        let value = message.map(|message| message[key].clone());
        let text = value.unwrap_or_default();
        text.as_str().unwrap_or("0000").to_owned()
    }

    pub(super) fn code(&self) -> String {
        self.last("sms", "code")
    }

    pub(super) fn link(&self) -> String {
        let link = self.last("mail", "link");
        link.strip_prefix("http://h/api/v1")
            .map_or_else(|| "GET /auth/verify/email?code=none".to_owned(), |path| format!("GET {path}"))
    }

    pub(super) fn signup(&mut self, more: Value) -> Person {
        let mut body = json!({"grant_type": "create", "client_id": CLIENT,
            "client_secret": SECRET, "timezone": "Asia/Dubai", "type": "coach"});
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        Person::from(&self.say("POST /auth/signup", "", body))
    }

    pub(super) fn start(&mut self, person: &Person) -> String {
        let body = json!({"session": person.session, "channel": "sms"});
        let answer = self.say("POST /auth/verify/phone", &person.access, body);
        answer["sid"].as_str().unwrap_or("none").to_owned()
    }

    pub(super) fn enter(&mut self, person: &Person, sid: &str, code: Value) {
        let body = json!({"sid": sid, "code": code});
        self.say("PUT /auth/verify/phone", &person.access, body);
    }

    pub(super) fn read(&mut self, token: &str) {
        self.say("GET /auth/user", token, Value::Null);
    }

    pub(super) fn sign_in(&mut self, username: &str, password: &str) -> Person {
        let body = json!({"grant_type": "password", "username": username,
            "password": password, "client_id": CLIENT, "client_secret": SECRET});
        Person::from(&self.say("POST /auth/token", "", body))
    }

    pub(super) fn refresh(&mut self, token: &str) -> Person {
        Person::from(&self.say("POST /auth/refresh", token, Value::Null))
    }

    /// A completed account.
    pub(super) fn account(&mut self, phone: &str, name: &str) -> Person {
        let person = self.signup(json!({"phone": phone, "type": "studio"}));
        let sid = self.start(&person);
        let code = self.code();
        self.enter(&person, &sid, json!(code));
        let body = json!({"password": OLD, "username": name, "gender": "female",
            "email": format!("{name}@example.test"), "firstName": "Ann", "lastName": "Lee"});
        Person::from(&self.say("PUT /auth/complete", &person.access, body))
    }
}
