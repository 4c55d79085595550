//! When a flow is over: replaces every secret in its events, and notes where answers held one.

use std::collections::BTreeSet;

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;

use super::call::uuids;
use super::redact::Redactor;
use super::secrets::Secrets;
use crate::contract::Contract;
use crate::event::Event;
use crate::exchange::{Body, Exchange, Outcome, TransportFailure};
use crate::expect::{Assertion, Test, ValueTest};

/// Redacts the events of a flow.
pub fn finish(events: &mut [Event], mut secrets: Secrets, links: &[String], contract: &Contract) {
    learn_links(events, &mut secrets, links, contract);
    let redactor = &secrets.redactor();
    for event in events {
        if let Event::Reconnected { message, .. } = event {
            redactor.text(message);
        }
        if let Event::FlowEnded { ended, .. } = event {
            ended.iter_mut().for_each(|session| redactor.text(&mut session.token));
        }
        if let Event::Step(step) = event {
            step.exchanges.iter_mut().for_each(|exchange| redact_exchange(exchange, redactor));
            step.assertions.iter_mut().for_each(|assertion| redact_assertion(assertion, redactor));
            if let Some(blocked) = &mut step.blocked {
                redactor.text(&mut blocked.reason);
            }
        }
    }
}

/// The UUID of a link proves possession of a mailbox, unless it is an id that the account has anyway.
fn learn_links(events: &[Event], secrets: &mut Secrets, links: &[String], contract: &Contract) {
    if links.is_empty() {
        return;
    }
    let fields: BTreeSet<String> = contract
        .models()
        .iter()
        .flat_map(|model| model.fields())
        .filter(|field| field.format.as_deref() == Some("uuid"))
        .map(|field| field.name.clone())
        .collect();
    let steps = events.iter().filter_map(|event| match event {
        Event::Step(step) => Some(step.as_ref()),
        _ => None,
    });
    let ids_of = |asked_for_mail: bool| -> BTreeSet<String> {
        let exchanges = steps.clone().flat_map(|step| &step.exchanges);
        let exchanges = exchanges.filter(|exchange| (mails(exchange, links, contract) == Some(true)) == asked_for_mail);
        exchanges.flat_map(|exchange| documented_ids(exchange, &fields)).collect()
    };
    let ids = ids_of(false);
    let mail_ids = ids_of(true);
    let before: Vec<String> = steps
        .flat_map(|step| &step.exchanges)
        .take_while(|exchange| mails(exchange, links, contract) == Some(false))
        .filter_map(|exchange| exchange.response()?.body().text())
        .flat_map(readable)
        .collect();
    let found = links.iter().map(|link| uuids(link));
    for (uuid, alone) in found.flat_map(|found| {
        let alone = found.len() == 1;
        found.into_iter().map(move |uuid| (uuid, alone))
    }) {
        let bare = uuid.replace('-', "").to_ascii_lowercase();
        // The answer to a request for a mail may name the mail, but not by the only UUID that is in its link.
        let id = ids.contains(&bare) || !alone && mail_ids.contains(&bare);
        if !id && !before.iter().any(|text| text.contains(&bare)) {
            secrets.learn("link", &uuid);
            // Stores and messages write the same UUID in two ways.
            secrets.learn("link", &bare);
            if let Ok(parsed) = uuid::Uuid::try_parse(&bare) {
                secrets.learn("link", &parsed.hyphenated().to_string());
            }
        }
    }
}

/// Whether an exchange may ask for what is mailed, being about the path to which the links lead: what was shown before is
/// not what is mailed. Unknown where they lead elsewhere.
fn mails(exchange: &Exchange, links: &[String], contract: &Contract) -> Option<bool> {
    let led_to = |path: &str| links.iter().any(|link| link.contains(path));
    let path =
        contract.operations().iter().map(|operation| operation.path.as_str()).filter(|path| led_to(path)).max()?;
    let operation = contract.operation(&exchange.request.operation);
    Some(operation.is_none_or(|operation| operation.path == path))
}

/// A body, and what stands in it as base64, as the claims of a token do; without hyphens, in lower case.
fn readable(body: &str) -> Vec<String> {
    let pieces = body.split(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
    let hidden =
        pieces.filter(|piece| piece.len() > 32).filter_map(|piece| BASE64URL_NOPAD.decode(piece.as_bytes()).ok());
    let hidden = hidden.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    hidden.chain([body.to_owned()]).map(|text| text.replace('-', "").to_ascii_lowercase()).collect()
}

fn documented_ids(exchange: &Exchange, fields: &BTreeSet<String>) -> Vec<String> {
    let Some(body) = exchange.response().and_then(|response| response.json()) else {
        return Vec::new();
    };
    let id = |field: &String| Some(body.get(field)?.as_str()?.replace('-', "").to_ascii_lowercase());
    fields.iter().filter_map(id).collect()
}

fn redact_exchange(exchange: &mut Exchange, redactor: &Redactor) {
    let request = &mut exchange.request;
    redactor.text(&mut request.url);
    request.headers.iter_mut().for_each(|(_, value)| redactor.text(value));
    if let Some(body) = &mut request.body {
        redactor.request(text_of(body));
    }
    match &mut exchange.outcome {
        Outcome::Answer(response) => {
            let text = response.body().text().unwrap_or_default();
            exchange.sightings = redactor.sightings(&response.headers, text, response.json());
            response.headers.iter_mut().for_each(|(_, value)| redactor.text(value));
            response.change_body(|body, json| redactor.body(text_of(body), json));
        }
        Outcome::Failure(TransportFailure { message, .. }) => redactor.text(message),
    }
}

/// The text of a body that is kept.
fn text_of(body: &mut Body) -> &mut String {
    match body {
        Body::Text(text) => text,
        Body::Binary { lossy, .. } => lossy,
        Body::Shortened { start, .. } => start,
    }
}

fn redact_assertion(assertion: &mut Assertion, redactor: &Redactor) {
    let redact = |value: &mut Value| redactor.value(value, false);
    match &mut assertion.test {
        Test::At { value, .. } => match value {
            ValueTest::Is { value, .. } | ValueTest::Isnt(value) | ValueTest::Holds(value) => redact(value),
            ValueTest::In(values) => values.iter_mut().for_each(redact),
            ValueTest::Keys(_) | ValueTest::Above(_) | ValueTest::Filled => {}
        },
        Test::Same(left, right) | Test::Differ(left, right) => {
            redact(left);
            redact(right);
        }
        Test::Came { what, missing, .. } => {
            redactor.text(what);
            missing.iter_mut().for_each(|reason| redactor.text(reason));
        }
        Test::Answer(_) | Test::AcceptedAtMost(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::event::StepEvent;
    use crate::exchange::{Request, Response};
    use crate::verdict::Place;

    const LINK: &str = "http://t/auth/verify/email?user=2f9445b3-5266-45cd-8a85-d5c3fff69781&code=cf6e0f9c-ae94-4d72-8faf-cdc90394c261";
    const ID: &str = "2F9445B3-5266-45CD-8A85-D5C3FFF69781";
    const CODE: &str = "cf6e0f9c-ae94-4d72-8faf-cdc90394c261";

    fn step(body: &Value) -> Event {
        let request = Request {
            operation: "GET /things".to_owned(),
            method: "GET".to_owned(),
            url: LINK.to_owned(),
            headers: Vec::new(),
            body: None,
        };
        let outcome = Outcome::Answer(Response::new(200, Vec::new(), Body::Text(body.to_string())));
        let exchange = Exchange { request, outcome, sightings: Vec::new(), elapsed_ms: 1.0, at_ms: 0 };
        let same = Test::Same(Value::from(CODE), Value::from("x"));
        let assertion = Assertion::new(same, Vec::new(), Place::default());
        Event::Step(Box::new(StepEvent {
            flow: "f".to_owned(),
            step: "1".to_owned(),
            id: None,
            about: None,
            does: String::new(),
            place: Place::default(),
            exchanges: vec![exchange],
            assertions: vec![assertion],
            inapplicable: Vec::new(),
            blocked: None,
            wrong_field: None,
            may_close: false,
        }))
    }

    #[rstest]
    #[case::id_and_code(json!({"id": ID, "echo": CODE}), &["/echo"])]
    #[case::id_elsewhere(json!({"id": ID, "echo": ID.to_lowercase()}), &[])]
    #[case::code_in_a_text(json!({"id": ID, "echo": format!("see {CODE}!")}), &["/echo"])]
    #[case::undocumented_id(json!({"number": ID.to_lowercase()}), &["/number"])]
    fn the_uuid_of_a_link_is_a_secret_unless_it_is_a_documented_id(#[case] body: Value, #[case] places: &[&str]) {
        let contract = Contract::embedded().unwrap();
        let mut events = [step(&body)];
        let secrets = Secrets::new(std::sync::Arc::default());
        finish(&mut events, secrets, &[LINK.to_owned()], &contract);
        let Event::Step(step) = &events[0] else { unreachable!() };
        let exchange = &step.exchanges[0];
        let seen: Vec<&str> = exchange.sightings.iter().map(|sighting| sighting.place.as_str()).collect();
        assert_eq!(seen, places);
        assert!(exchange.sightings.iter().all(|sighting| sighting.kind == "link"));
        let text = serde_json::to_string(&events).unwrap();
        assert!(!text.contains(CODE), "{text}");
        assert_eq!(text.contains("user=2f9445b3"), body.get("id").is_some(), "{text}");
    }

    #[rstest]
    #[case::shown_before(&["POST /auth/signup", "POST /auth/verify/email"], &[])]
    #[case::shown_since(&["POST /auth/verify/email", "GET /auth/user"], &["/token", "/user"])]
    fn what_was_shown_before_a_mail_was_asked_for_is_no_secret_of_it(
        #[case] operations: &[&str],
        #[case] seen: &[&str],
    ) {
        let contract = Contract::embedded().unwrap();
        let claims = BASE64URL_NOPAD.encode(json!({"sub": ID.to_lowercase()}).to_string().as_bytes());
        let bodies = [json!({"user": ID.to_lowercase()}), json!({"token": format!("e30.{claims}.c2ln")})];
        let mut events: Vec<Event> = bodies.iter().map(step).collect();
        for (event, operation) in events.iter_mut().zip(operations) {
            let Event::Step(step) = event else { unreachable!() };
            (*operation).clone_into(&mut step.exchanges[0].request.operation);
        }
        let secrets = Secrets::new(std::sync::Arc::default());
        finish(&mut events, secrets, &[LINK.to_owned()], &contract);
        let mut places: Vec<String> = Vec::new();
        for event in &events {
            let Event::Step(step) = event else { unreachable!() };
            places.extend(step.exchanges[0].sightings.iter().map(|sighting| sighting.place.clone()));
        }
        places.sort();
        assert_eq!(places, seen);
    }

    #[test]
    fn without_a_link_nothing_is_a_link() {
        let mut events = [step(&json!({"echo": CODE}))];
        let secrets = Secrets::new(std::sync::Arc::default());
        finish(&mut events, secrets, &[], &Contract::embedded().unwrap());
        assert_eq!(events, [step(&json!({"echo": CODE}))]);
    }
}
