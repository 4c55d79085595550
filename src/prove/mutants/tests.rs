use std::collections::{BTreeSet, HashSet};

use rstest::rstest;
use serde_json::{Map, Value, json};

use super::fields::{allows, broken};
use super::*;
use crate::contract::{Field, Level, Model};

fn contract() -> Contract {
    Contract::embedded().unwrap()
}

/// The models of answers that accept.
fn answered(contract: &Contract) -> Vec<&Model> {
    let names: BTreeSet<&str> = contract
        .operations()
        .iter()
        .filter_map(|operation| match &operation.success {
            Success::Model(name) => Some(name.as_str()),
            Success::Free => None,
        })
        .collect();
    names.into_iter().filter_map(|name| contract.model(name)).collect()
}

/// A value that the field may have.
fn sample(field: &Field) -> Value {
    if let Some(value) = field.values.first() {
        return value.clone();
    }
    let main = field.types.iter().find(|name| *name != "null").map_or("", String::as_str);
    match (main, field.format.as_deref()) {
        ("string", Some("date")) => json!("2000-07-08"),
        ("string", Some("uuid")) => json!("2f9445b3-5266-45cd-8a85-d5c3fff69781"),
        ("string", _) => json!("text"),
        ("integer", _) => json!(600),
        ("number", _) => json!(1.5),
        ("boolean", _) => json!(true),
        ("array", _) => json!([]),
        _ => json!({}),
    }
}

fn body(model: &Model) -> Value {
    let fields = model.fields().iter();
    let body = Value::Object(fields.map(|field| (field.name.clone(), sample(field))).collect::<Map<_, _>>());
    assert_eq!(model.validate(&body), [], "{}", model.name);
    body
}

fn changed(body: &Value, change: &Change) -> Value {
    let mut body = body.clone();
    change.edit(&mut body, &mut None);
    body
}

#[test]
fn mutants_are_many_and_sound() {
    let contract = contract();
    let mutants = all(&contract);
    assert!(mutants.len() >= 500, "{}", mutants.len());
    let ids: HashSet<&str> = mutants.iter().map(|mutant| mutant.id.as_str()).collect();
    assert_eq!(ids.len(), mutants.len(), "ids are unique");
    for mutant in &mutants {
        assert!(!mutant.changes.is_empty(), "{}", mutant.id);
        assert!(mutant.about.ends_with('.'), "{}", mutant.about);
        for name in &mutant.names {
            let rule = contract.requirement(name).unwrap_or_else(|| panic!("{}: {name}", mutant.id));
            assert!(rule.unobservable.is_none(), "{}: {name}", mutant.id);
        }
        let judged = |name: &String| contract.requirement(name).is_some_and(|rule| rule.level != Level::Observe);
        assert!(mutant.names.iter().any(judged), "{}", mutant.id);
    }
    let operations: HashSet<&str> = mutants.iter().map(|mutant| mutant.operation.as_str()).collect();
    assert_eq!(operations.len(), contract.operations().len(), "every operation has some");
}

#[test]
fn every_change_of_a_field_breaks_its_model() {
    let contract = contract();
    for model in answered(&contract) {
        let body = body(model);
        for field in model.fields() {
            for (id, _, change) in broken(field) {
                let wrong = model.validate(&changed(&body, &change));
                assert!(!wrong.is_empty(), "{} {} {id} is allowed", model.name, field.name);
            }
        }
    }
}

#[test]
fn what_the_contract_allows_is_not_generated() {
    let contract = contract();
    let values = [Value::Null, json!(true), json!(7), json!(1.5), json!("text"), json!([]), json!({}), json!("coach")];
    let mut allowed = 0;
    for model in answered(&contract) {
        let body = body(model);
        for field in model.fields() {
            let generated: Vec<Change> = broken(field).into_iter().map(|(_, _, change)| change).collect();
            // A format is checked by itself.
            for value in values.iter().filter(|_| field.format.is_none()) {
                let change = Change::Set(field.name.clone(), value.clone());
                let valid = model.validate(&changed(&body, &change)).is_empty();
                assert_eq!(allows(field, value), valid, "{} {} {value}", model.name, field.name);
                assert!(!valid || !generated.contains(&change), "{} {} {value}", model.name, field.name);
                allowed += usize::from(valid);
            }
            let without = Change::Remove(field.name.clone());
            let valid = model.validate(&changed(&body, &without)).is_empty();
            assert_eq!(valid, !field.required && !generated.contains(&without), "{} {}", model.name, field.name);
        }
    }
    assert!(allowed > 50, "{allowed}");
}

#[rstest]
#[case(Change::Status(201), 201, "{\"a\":[{\"b\":1}]}")]
#[case(Change::Status(204), 204, "")]
#[case(Change::Empty, 200, "")]
#[case(Change::Truncated, 200, "{\"a\":[{")]
#[case(Change::Listed, 200, "[{\"a\":[{\"b\":1}]}]")]
#[case(Change::Whole(Value::Null), 200, "null")]
#[case(Change::Set("a".to_owned(), json!(2)), 200, "{\"a\":2}")]
#[case(Change::Remove("a".to_owned()), 200, "{}")]
#[case(Change::Rename("a".to_owned(), "c".to_owned()), 200, "{\"c\":[{\"b\":1}]}")]
#[case(Change::RemoveOfItems("a", "b"), 200, "{\"a\":[{}]}")]
#[case(Change::SetOfItems("a", "b", json!(2)), 200, "{\"a\":[{\"b\":2}]}")]
#[case(Change::ItemsAsText("a"), 200, "{\"a\":[\"{\\\"b\\\":1}\"]}")]
#[case(Change::Header("content-type", None), 200, "{\"a\":[{\"b\":1}]}")]
fn changes_act(#[case] change: Change, #[case] status: u16, #[case] body: &str) {
    let mut answer = crate::reference::Answer {
        status: 200,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: b"{\"a\":[{\"b\":1}]}".to_vec(),
    };
    change.apply(&mut answer, &mut None);
    assert_eq!((answer.status, String::from_utf8(answer.body).unwrap().as_str()), (status, body));
    let declared = !matches!(change, Change::Header(..) | Change::Status(204));
    assert_eq!(!answer.headers.is_empty(), declared);
}

#[rstest]
#[case(200, r#"{"a": 1}"#, Some(When::Accepted))]
#[case(204, "", Some(When::Accepted))]
#[case(400, r#"{"error": "no"}"#, Some(When::Error("no".to_owned())))]
#[case(422, r#"{"detail": []}"#, Some(When::Invalid))]
#[case(422, r#"{"detail": "no"}"#, None)]
#[case(405, "", None)]
#[case(500, r#"{"error": "no"}"#, None)]
fn kinds_of_answers(#[case] status: u16, #[case] body: &str, #[case] expected: Option<When>) {
    assert_eq!(When::of(status, serde_json::from_str(body).ok().as_ref()), expected);
}
