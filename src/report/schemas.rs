//! The public schemas of the formats, for their tests (see `tests/schemas/README.md`).

use jsonschema::{Registry, Validator};
use serde_json::Value;

fn schema(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// SARIF 2.1.0.
pub(super) fn sarif() -> Validator {
    build(&schema(include_str!("../../tests/schemas/sarif-2.1.0.json")))
}

/// The JSON matrix, which refers to the JSON report.
pub(super) fn matrix() -> Validator {
    let report = schema(include_str!("../../schemas/tool/report.schema.json"));
    let matrix = schema(include_str!("../../schemas/tool/matrix.schema.json"));
    let id = report["$id"].as_str().unwrap().to_owned();
    let registry = Registry::new().add(id, report).unwrap().prepare().unwrap();
    jsonschema::options().with_registry(&registry).build(&matrix).unwrap()
}

/// CTRF.
pub(super) fn ctrf() -> Validator {
    build(&schema(include_str!("../../tests/schemas/ctrf.json")))
}

fn build(schema: &Value) -> Validator {
    jsonschema::options().should_validate_formats(true).build(schema).unwrap()
}

macro_rules! har {
    ($($name:literal),*) => {
        [$(($name, include_str!(concat!("../../tests/schemas/har/", $name)))),*]
    };
}

/// The parts of the schema of HAR 1.2, which refer to each other by file.
const HAR: [(&str, &str); 18] = har!(
    "afterRequest.json",
    "beforeRequest.json",
    "browser.json",
    "cache.json",
    "content.json",
    "cookie.json",
    "creator.json",
    "entry.json",
    "har.json",
    "header.json",
    "log.json",
    "page.json",
    "pageTimings.json",
    "postData.json",
    "query.json",
    "request.json",
    "response.json",
    "timings.json"
);

/// HAR 1.2.
pub(super) fn har() -> Validator {
    let address = |name: &str| format!("https://har.example/{name}");
    let part = |(name, text): (&str, &str)| {
        let mut part = schema(text);
        part["$id"] = address(name).into();
        (address(name), part)
    };
    let parts: Vec<(String, Value)> = HAR.into_iter().map(part).collect();
    let mut registry = Registry::new();
    for (address, part) in parts {
        registry = registry.add(address, part).unwrap();
    }
    let registry = registry.prepare().unwrap();
    let whole = serde_json::json!({
        "$schema": "http://json-schema.org/draft-06/schema#",
        "$ref": address("har.json"),
    });
    jsonschema::options().with_registry(&registry).should_validate_formats(true).build(&whole).unwrap()
}

/// What is wrong with a report, and where.
pub(super) fn violations(validator: &Validator, report: &Value) -> Vec<String> {
    validator.iter_errors(report).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn each_schema_refuses_something() {
    for (validator, report) in [
        (
            sarif(),
            r#"{"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "a"}}, "results": [{"level": "bad"}]}]}"#,
        ),
        (ctrf(), r#"{"reportFormat": "CTRF", "specVersion": "0.0.0", "results": {"tool": {}}}"#),
        (har(), r#"{"log": {"version": "1.2", "creator": {"name": "a", "version": "1"}, "entries": [{"time": "x"}]}}"#),
    ] {
        assert_ne!(violations(&validator, &schema(report)), Vec::<String>::new(), "{report}");
    }
}
