//! The JSON Schema of the suite files, with which editors complete and check: it takes every suite that
//! the loader takes, refuses what it refuses where a schema can, and names what the contract names.
//!
//! After a change of the contract: `BLESS=1 cargo test --test suite_schema`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::{env, fs};

use conformance::contract::{Contract, Success};
use conformance::embedded::SUITES;
use jsonschema::Validator;
use rstest::rstest;
use serde_json::{Value, json};

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("schemas/tool/suite.schema.json")
}

fn schema() -> Value {
    serde_json::from_str(&fs::read_to_string(path()).unwrap()).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft202012::meta::validate(&schema()).unwrap_or_else(|error| panic!("{error}"));
    jsonschema::draft202012::new(&schema()).unwrap()
}

fn yaml(text: &str) -> Value {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
    };
    serde_saphyr::from_str_with_options(text, options).unwrap()
}

fn mistakes(validator: &Validator, instance: &Value) -> Vec<String> {
    validator.iter_errors(instance).map(|error| format!("{} at `{}`", error, error.instance_path())).collect()
}

#[test]
fn takes_every_embedded_suite() {
    let validator = validator();
    let suites = SUITES.iter().filter(|(name, _)| name.ends_with(".yaml") && !name.contains('/'));
    for (name, text) in suites {
        assert_eq!(mistakes(&validator, &yaml(text)), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn names_what_the_contract_names() {
    let contract = Contract::embedded().unwrap();
    let model = |success: &Success| match success {
        Success::Model(model) => Some(model.clone()),
        Success::Free => None,
    };
    let mut models: Vec<String> = Vec::new();
    for name in contract.operations().iter().filter_map(|operation| model(&operation.success)) {
        if !models.contains(&name) {
            models.push(name);
        }
    }
    let names: [(&str, Vec<String>); 4] = [
        ("operation", contract.operations().iter().map(|operation| operation.id.clone()).collect()),
        ("model", models),
        ("error", contract.errors().iter().map(|error| error.error.clone()).collect()),
        ("requirement", contract.requirements().iter().map(|requirement| requirement.id.clone()).collect()),
    ];
    let mut wanted = schema();
    for (name, values) in names {
        wanted["$defs"][name]["enum"] = json!(values);
    }
    if env::var_os("BLESS").is_some() {
        fs::write(path(), format!("{}\n", serde_json::to_string_pretty(&wanted).unwrap())).unwrap();
    }
    assert!(wanted == schema(), "the names of the contract changed: BLESS=1 cargo test --test suite_schema");
}

/// One step in a flow in a suite.
fn suite(step: &str) -> Value {
    let flow =
        "suite: one\nabout: One.\nflows:\n  - id: one-flow\n    about: One.\n    given: { alice: guest }\n    steps:\n";
    yaml(&format!("{flow}      - {step}\n"))
}

const GOOD: &str = "{ call: POST /auth/logout, as: \"${alice.access}\", expect: ok }";

#[rstest]
#[case::call(GOOD)]
#[case::any_of("{ call: POST /auth/refresh, expect: [unauthorized, auth_bad_credentials], proves: [refresh-works] }")]
#[case::keep("{ call: POST /auth/refresh, expect: Token, keep: { alice.access: /access_token, whole: \"\" } }")]
#[case::make("{ make: { a: { fresh: phone }, b: { forge: \"${alice.access}\" }, c: { text: 10 } } }")]
#[case::wait("{ wait: { life: \"${alice.access_expire}\", share: 0.5 } }")]
#[case::check("{ check: [{ same: [1, 1], proves: [refresh-works] }] }")]
#[case::race(
    "{ together: [{ call: POST /auth/logout, expect: open }, { call: POST /auth/logout, expect: open }], also: [{ accepted-at-most: 1, proves: [refresh-works] }] }"
)]
fn takes(#[case] step: &str) {
    assert_eq!(mistakes(&validator(), &suite(step)), Vec::<String>::new());
}

#[rstest]
#[case::unknown_operation("{ call: POST /auth/tokn, expect: ok }")]
#[case::unknown_key("{ call: POST /auth/logout, expct: ok }")]
#[case::missing_expect("{ call: POST /auth/logout }")]
#[case::unknown_kind("{ call: POST /auth/logout, expect: fine }")]
#[case::unknown_requirement("{ call: POST /auth/logout, expect: ok, proves: [nothing-at-all] }")]
#[case::two_actions("{ block: \"1\", wait: { seconds: 1 } }")]
#[case::no_action("{ about: Nothing. }")]
#[case::two_bodies("{ call: POST /auth/logout, expect: ok, send: {}, raw: x }")]
#[case::type_without_raw("{ call: POST /auth/logout, expect: ok, type: text/plain }")]
#[case::race_that_keeps(
    "{ together: [{ call: POST /auth/logout, expect: ok, keep: { a: /a } }, { call: POST /auth/logout, expect: ok }] }"
)]
#[case::claim_without_proves("{ check: [{ same: [1, 1] }] }")]
#[case::claim_about_an_answer_in_a_check("{ check: [{ at: /a, is: 1, proves: [refresh-works] }] }")]
#[case::value_without_a_place("{ call: POST /auth/logout, expect: ok, also: [{ is: 1, proves: [refresh-works] }] }")]
#[case::no_pointer("{ call: POST /auth/refresh, expect: Token, keep: { a: access_token } }")]
#[case::client_is_taken("{ call: POST /auth/refresh, expect: Token, keep: { client: /access_token } }")]
#[case::no_repetition("{ repeat: { at-most: 0, until: { known: \"${a}\" }, steps: [{ block: \"1\" }] } }")]
#[case::share_over_one("{ wait: { life: \"${a}\", share: 1.5 } }")]
#[case::life_without_an_end("{ wait: { life: \"${a}\" } }")]
#[case::two_conditions("{ block: \"1\", when: [{ same: [1, 1], differ: [1, 1] }] }")]
#[case::within_alone("{ block: \"1\", when: [{ same: [1, 1], within: 1 }] }")]
#[case::recipe_that_is_text("{ make: { a: open } }")]
#[case::id_in_capitals("{ id: First, block: \"1\" }")]
fn refuses(#[case] step: &str) {
    assert_ne!(mistakes(&validator(), &suite(step)), Vec::<String>::new());
}

#[rstest]
#[case::no_flows("suite: one\nabout: One.\nflows: []\n")]
#[case::no_suite("about: One.\n")]
#[case::fixture_without_yields("fixtures:\n  - { id: a, about: A., steps: [{ block: \"1\" }] }\n")]
#[case::stage_without_twin("stages:\n  - { id: a, about: A. }\n")]
#[case::two_kinds_of_file("suite: one\nabout: One.\nflows: []\nfixtures: []\n")]
fn refuses_the_file(#[case] text: &str) {
    assert_ne!(mistakes(&validator(), &yaml(text)), Vec::<String>::new());
}

#[test]
fn every_definition_is_used() {
    let text = schema().to_string();
    let schema = schema();
    let defined: BTreeSet<&str> = schema["$defs"].as_object().unwrap().keys().map(String::as_str).collect();
    let unused: Vec<&str> = defined.into_iter().filter(|name| !text.contains(&format!("\"#/$defs/{name}\""))).collect();
    assert_eq!(unused, Vec::<&str>::new());
}
