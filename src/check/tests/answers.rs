//! Answers for the table, right ones to begin with, and the ways in which a row changes them.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::check::Sent;
use crate::contract::Contract;
use crate::exchange::{Body, Exchange, Outcome, Request, Response, Sighting, SightingForm};

/// 2023-11-14, the moment of every answer.
pub const NOW_SECONDS: i64 = 1_700_000_000;

pub static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::embedded().unwrap());

/// One answer, and what the flow knew of its request.
pub struct Answer {
    pub exchange: Exchange,
    pub sent: Sent,
    pub wrong_field: Option<&'static str>,
}

impl Answer {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.response().headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, header: &str) -> Self {
        self.response().headers.retain(|(name, _)| name != header);
        self
    }

    pub fn typed(self, content_type: &str) -> Self {
        self.without("content-type").header("content-type", content_type)
    }

    pub fn status(mut self, status: u16) -> Self {
        self.response().status = status;
        self
    }

    pub fn bearer(mut self, token: &str) -> Self {
        self.exchange.request.headers.push(("authorization".to_owned(), format!("Bearer {token}")));
        self
    }

    pub fn bad_bearer(self) -> Self {
        Self { sent: Sent::Bad, ..self }
    }

    pub fn good_bearer(self) -> Self {
        Self { sent: Sent::Good, ..self }
    }

    pub fn wrong_field(mut self, field: &'static str) -> Self {
        self.wrong_field = Some(field);
        self
    }

    pub fn shows(mut self, kind: &str, number: u32, place: &str, form: SightingForm) -> Self {
        let placeholder = format!("[{kind} {number}]");
        self.exchange.sightings.push(Sighting { kind: kind.to_owned(), placeholder, place: place.to_owned(), form });
        self
    }

    /// The body with a key set.
    pub fn with(self, key: &str, value: Value) -> Self {
        self.changed(|fields| {
            fields.insert(key.to_owned(), value);
        })
    }

    /// The body with a key left out.
    pub fn lacking(self, key: &str) -> Self {
        self.changed(|fields| {
            fields.shift_remove(key);
        })
    }

    pub fn changed(mut self, change: impl FnOnce(&mut Map<String, Value>)) -> Self {
        let mut body = self.response().json().unwrap().clone();
        change(body.as_object_mut().unwrap());
        self.response().replace_body(Body::Text(body.to_string()));
        self
    }

    fn response(&mut self) -> &mut Response {
        match &mut self.exchange.outcome {
            Outcome::Answer(response) => response,
            Outcome::Failure(_) => unreachable!("every row is about an answer"),
        }
    }
}

pub fn text(operation: &str, status: u16, content_type: &str, body: &str) -> Answer {
    let (method, path) = operation.split_once(' ').unwrap();
    let request = Request {
        operation: operation.to_owned(),
        method: method.to_owned(),
        url: format!("http://127.0.0.1/api/v1{path}"),
        headers: Vec::new(),
        body: None,
    };
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    let outcome = Outcome::Answer(Response::new(status, headers, Body::Text(body.to_owned())));
    let exchange = Exchange { request, outcome, sightings: Vec::new(), elapsed_ms: 1.0, at_ms: NOW_SECONDS * 1000 };
    Answer { exchange, sent: Sent::Either, wrong_field: None }
}

pub fn answer(operation: &str, status: u16, body: Value) -> Answer {
    text(operation, status, "application/json", &body.to_string())
}

pub fn html(operation: &str, status: u16) -> Answer {
    text(operation, status, "text/html", "<h1>Sorry</h1>")
}

pub fn empty(operation: &str, status: u16) -> Answer {
    text(operation, status, "text/plain", "").without("content-type")
}

pub fn tokens(number: u32) -> Value {
    json!({
        "access_token": format!("a{number}"), "refresh_token": format!("r{number}"), "token_type": "bearer",
        "access_expire": 900, "refresh_expire": 3600, "scopes": "user",
    })
}

pub fn token(number: u32) -> Answer {
    answer("POST /auth/token", 200, tokens(number)).header("cache-control", "no-store")
}

pub fn refresh(number: u32) -> Answer {
    answer("POST /auth/refresh", 200, tokens(number)).header("cache-control", "no-store")
}

pub fn signup(number: u32, phone: &str) -> Answer {
    let mut body = tokens(number);
    let more = json!({
        "type": "client", "phone": phone, "email": null, "verifed_phone": false, "verifed_email": false,
        "session": format!("s{number}"),
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    answer("POST /auth/signup", 200, body).header("cache-control", "no-store")
}

pub fn sent_code(sid: &str) -> Answer {
    answer("POST /auth/verify/phone", 200, json!({"sid": sid, "time_expire": 300, "time_repeat": 60}))
}

pub fn verified() -> Answer {
    answer("PUT /auth/verify/phone", 200, json!({"status": "approved"}))
}

pub fn sent_link() -> Answer {
    answer("POST /auth/verify/email", 200, json!({"time_expire": 3600, "time_repeat": 60}))
}

pub fn profile() -> Answer {
    let keys = [
        "gender",
        "birthDate",
        "timezone",
        "firstName",
        "lastName",
        "description",
        "languages",
        "experience",
        "requiresParking",
        "username",
        "phone",
        "email",
        "avatarUrl",
        "mediaType",
        "mediaUrl",
        "mediaPreviewUrl",
        "sessionCount",
        "totalPayment",
        "totalPaymentCurrency",
        "profileCompletion",
    ];
    let mut body: Map<String, Value> = keys.iter().map(|key| ((*key).to_owned(), Value::Null)).collect();
    let more = json!({
        "id": "2f9445b3-5266-45cd-8a85-d5c3fff69781", "type": "client", "verifiedPhone": true, "verifiedEmail": false,
        "available": true, "verified": false,
    });
    body.extend(more.as_object().unwrap().clone());
    answer("GET /auth/user", 200, Value::Object(body))
}

/// A refusal with an error of the catalogue, as documented but for its message where that varies.
pub fn refused(operation: &str, error: &str, message: &str) -> Answer {
    let status = CONTRACT.error(error).unwrap().status;
    answer(operation, status, json!({"code": status, "error": error, "message": message}))
}

pub fn blocked(operation: &str) -> Answer {
    refused(operation, "auth_user_blocked", "User blocked")
}

/// A missing or bad bearer token, refused as the standards say.
pub fn refused_bearer() -> Answer {
    refused("GET /auth/user", "auth_bad_credentials", "Could not validate credentials")
        .header("www-authenticate", "Bearer")
        .bad_bearer()
}

pub fn invalid(loc: Value) -> Answer {
    answer("POST /auth/signup", 422, json!({"detail": [{"loc": loc, "msg": "Field required", "type": "missing"}]}))
}
