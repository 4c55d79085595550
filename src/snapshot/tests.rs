//! Snapshots of answers made by hand: taken, compared, written and read, also by insta.

use rstest::rstest;

use super::*;
use crate::exchange::{Body, Request, Response};

fn exchange(status: u16, headers: &[(&str, &str)], body: &str) -> Exchange {
    let owned = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let request = Request {
        operation: "POST /things".to_owned(),
        method: "POST".to_owned(),
        url: "http://t/things".to_owned(),
        headers: Vec::new(),
        body: Some(Body::Text(r#"{"name":"made up"}"#.to_owned())),
    };
    let outcome = Outcome::Answer(Response::new(status, owned, Body::Text(body.to_owned())));
    Exchange { request, outcome, sightings: Vec::new(), elapsed_ms: 1.0, at_ms: 0 }
}

fn snapshot(status: u16, headers: &[(&str, &str)], body: &str) -> Snapshot {
    let exchanges = [exchange(429, &[], ""), exchange(status, headers, body)];
    Snapshot::of(&[Step { label: "1", does: "POST /things", exchanges: &exchanges }])
}

const BODY: &str = r#"{"id":"2f9445b3-5266-45cd-8a85-d5c3fff69781","name":"made up","tags":[1,"a"],"note":null}"#;

#[test]
fn what_differs_from_run_to_run_does_not_show() {
    let one = snapshot(200, &[("date", "Thu"), ("x", "a")], BODY);
    let other = BODY.replace("2f94", "3f94").replace(r#","note":null}"#, "}").replace('{', r#"{"note":null,"#);
    assert_eq!(snapshot(200, &[("x", "a"), ("date", "Fri")], &other), one);
    assert_eq!(compare(&one, &snapshot(200, &[("x", "a")], &other)), []);
}

#[rstest]
#[case::status(404, &[("x", "a")], BODY.to_owned(), &["status status: 200 -> 404"])]
#[case::new_field(200, &[("x", "a")], BODY.replace("null", "null,\"m/n\":2"), &["new-field /m~1n:  -> 2"])]
#[case::gone_field(200, &[("x", "a")], BODY.replace(",\"note\":null", ""), &["gone-field /note: null -> "])]
#[case::kind(200, &[("x", "a")], BODY.replace("null", "\"n\""), &["type /note: null -> \"n\""])]
#[case::value(200, &[("x", "a")], BODY.replace("\"a\"", "\"b\""), &["value /tags/1: \"a\" -> \"b\""])]
#[case::items(200, &[("x", "a")], BODY.replace("1,\"a\"", "1"), &["gone-field /tags/1: \"a\" -> "])]
#[case::header(200, &[("x", "b")], BODY.to_owned(), &["header header x: \"a\" -> \"b\""])]
#[case::headers(200, &[("y", "b")], BODY.to_owned(), &["new-header header y:  -> \"b\"", "gone-header header x: \"a\" -> "])]
#[case::empty(200, &[("x", "a")], String::new(), &["type : {\"id\":\"[uuid]\",\"name\":\"[as sent]\",\"note\":null,\"tags\":[1,\"a\"]} -> null"])]
fn each_difference_is_named(
    #[case] status: u16,
    #[case] headers: &[(&str, &str)],
    #[case] body: String,
    #[case] expected: &[&str],
) {
    let found = compare(&snapshot(200, &[("x", "a")], BODY), &snapshot(status, headers, &body));
    let shown: Vec<String> = found
        .iter()
        .map(|it| {
            let kind = serde_json::to_value(it.kind).unwrap();
            let text = |value: &Option<String>| value.clone().unwrap_or_default();
            format!("{} {}: {} -> {}", kind.as_str().unwrap(), it.at, text(&it.accepted), text(&it.actual))
        })
        .collect();
    assert_eq!(shown, expected);
    assert!(found.iter().all(|it| (it.step.as_str(), it.does.as_str()) == ("1", "POST /things")));
}

#[test]
fn steps_come_and_go_and_races_are_left_out() {
    let exchanges = [exchange(200, &[], "{}")];
    let taken = |labels: &[&str]| {
        let steps: Vec<Step<'_>> =
            labels.iter().map(|label| Step { label, does: "POST /things", exchanges: &exchanges }).collect();
        Snapshot::of(&steps)
    };
    let kinds = |left: &Snapshot, right: &Snapshot| compare(left, right).iter().map(|it| it.kind).collect::<Vec<_>>();
    assert_eq!(kinds(&taken(&["1", "2"]), &taken(&["1", "3"])), [DriftKind::NewStep, DriftKind::GoneStep]);
    let race = Step { label: "1", does: "at once: POST /things, POST /things", exchanges: &exchanges };
    assert!(Snapshot::of(&[race]).is_empty());
    assert!(Snapshot::of(&[Step { exchanges: &[], ..race }]).is_empty());
}

#[test]
fn a_file_is_read_back_also_by_insta() {
    let taken = snapshot(200, &[("x", "a \"quoted\" é")], BODY);
    let about = About { source: "suites/things.yaml", description: "What: \"it\" is.", flow: "make-a-thing" };
    let file = write(&taken, about);
    assert_eq!(Snapshot::parse(contents(&file).unwrap()).unwrap(), taken);
    assert_eq!(contents("no head"), None);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("make-a-thing.snap");
    std::fs::write(&path, &file).unwrap();
    let read = insta::Snapshot::from_file(&path).unwrap();
    assert_eq!(read.metadata().source(), Some("suites/things.yaml"));
    assert_eq!(read.metadata().expression(), Some("make-a-thing"));
    assert_eq!(read.as_text().unwrap().to_string().trim(), taken.text());
}
