//! What was sent and what came back, harmless and hostile.

use crate::exchange::{Body, Exchange, FailureKind, Outcome, Request, Response, TransportFailure};
use crate::verdict::Place;

pub(super) fn place(line: u32) -> Place {
    Place { file: "things.yaml".to_owned(), line, column: 9 }
}

fn exchange(answer: Outcome) -> Exchange {
    Exchange {
        request: Request {
            operation: "POST /things".to_owned(),
            method: "POST".to_owned(),
            url: "https://staging.example.test/api/v1/things".to_owned(),
            headers: vec![
                ("authorization".to_owned(), "Bearer [access_token 3]".to_owned()),
                ("content-type".to_owned(), "application/json".to_owned()),
            ],
            body: Some(Body::Text(r#"{"owner":"it's <me>","password":"[password 1]"}"#.to_owned())),
        },
        outcome: answer,
        sightings: Vec::new(),
        elapsed_ms: 12.4,
        at_ms: 1_700_000_001_000,
    }
}

pub(super) fn answer(status: u16, content_type: &str, body: &str) -> Exchange {
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    exchange(Outcome::Answer(Response::new(status, headers, Body::Text(body.to_owned()))))
}

pub(super) fn refused() -> Exchange {
    exchange(Outcome::Failure(TransportFailure {
        kind: FailureKind::Connect,
        message: "connection refused (os error 111)".to_owned(),
    }))
}

pub(super) const LONG: &str = concat!(
    r#"{"id":"7b0e1f6c-0000-4000-8000-000000000001","owner":"me","state":"fresh","tags":["a","b"],"#,
    r#""nested":{"deep":{"deeper":null}},"note":"[code 4]"}"#
);
