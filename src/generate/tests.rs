//! The generated cases are what they say: the refused ones break their schema in one thing, their twins do not.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::*;
use crate::contract::{Bearer, Field, Violation};
use crate::suite::Template;
use crate::suite::template::{Piece, pieces};

static CONTRACT: LazyLock<Contract> = LazyLock::new(|| Contract::embedded().unwrap());
static SUITES: LazyLock<Suites> = LazyLock::new(|| Suites::embedded(&CONTRACT).unwrap());
static FLOWS: LazyLock<Vec<Arc<Flow>>> = LazyLock::new(|| flows(&CONTRACT, &SUITES));

/// A generated request, with the flow and stage that it belongs to.
struct Made {
    id: String,
    flow: &'static Flow,
    stage: &'static Stage,
    call: &'static Call,
}

/// Every generated request, twins included.
fn made() -> Vec<Made> {
    let mut made = Vec::new();
    for flow in FLOWS.iter() {
        for step in &flow.steps {
            let Some(id) = step.id.clone().filter(|id| id.contains('/')) else { continue };
            let Action::Call(call) = &step.action else { panic!("{id} is no request") };
            let stage = SUITES.stages.iter().find(|stage| id.starts_with(&format!("{}/", stage.id))).unwrap();
            made.push(Made { id, flow, stage, call });
        }
    }
    made
}

fn cases() -> impl Iterator<Item = Made> {
    made().into_iter().filter(|made| !is_twin(&made.id))
}

fn is_twin(id: &str) -> bool {
    id.split('/').nth(1).is_some_and(|name| name.starts_with("accepted"))
}

fn is_refused(call: &Call) -> bool {
    matches!(call.expect.as_slice(), [Kind::Refused | Kind::RefusedInput | Kind::Unauthorized])
}

impl Made {
    fn fields(&self) -> Vec<Field> {
        let operation = CONTRACT.operation(&self.stage.twin.operation).unwrap();
        let request = operation.request.as_ref();
        request
            .and_then(|request| CONTRACT.model(&request.model))
            .map(|model| model.fields().to_vec())
            .unwrap_or_default()
    }

    fn field(&self) -> Option<Field> {
        let name = self.id.split('/').nth(1).unwrap().to_owned();
        self.fields().into_iter().find(|field| field.name == name)
    }

    /// What keeps its body from being of the model; one that is no JSON has no model.
    fn violations(&self) -> Option<Vec<Violation>> {
        let operation = CONTRACT.operation(&self.stage.twin.operation).unwrap();
        let model = CONTRACT.model(&operation.request.as_ref()?.model)?;
        let body = match &self.call.payload {
            Payload::None => return None,
            Payload::Json(template) | Payload::Form(template) => self.resolved(template),
            Payload::Raw { bytes, .. } => serde_json::from_slice(bytes).ok()?,
        };
        Some(model.validate(&body))
    }

    /// A body with a value that fits in the place of each reference.
    fn resolved(&self, template: &Template) -> Value {
        let fields = self.fields();
        let twin = body(self.stage).unwrap();
        let mut values: BTreeMap<&str, Value> = BTreeMap::new();
        for (name, value) in twin {
            let pieces = value.as_str().map(pieces).unwrap_or_default();
            let [Piece::Reference(reference)] = pieces.as_slice() else { continue };
            let field = fields.iter().find(|field| field.name == *name).unwrap();
            let fitting = match field.format.as_deref() {
                Some("uuid") => json!("2f9445b3-5266-45cd-8a85-d5c3fff69781"),
                Some("phone-e164") => json!("+971501234567"),
                Some("email") => json!("ada@example.com"),
                _ if field.types.iter().any(|kind| kind == "integer") => json!("0421"),
                _ => json!("some text"),
            };
            values.insert(reference, fitting);
        }
        template.resolve(&|name| values.get(name).cloned()).unwrap_or_else(|name| panic!("{}: {name}", self.id))
    }
}

#[test]
fn there_are_many_and_each_has_an_id_of_its_own() {
    let ids: Vec<String> = made().into_iter().map(|made| made.id).collect();
    assert!(ids.len() > 400, "{}", ids.len());
    let unique: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len());
    let flows: BTreeSet<&str> = FLOWS.iter().map(|flow| flow.id.as_str()).collect();
    assert_eq!(flows.len(), FLOWS.len());
    assert!(SUITES.flows().all(|flow| !flows.contains(flow.id.as_str())));
}

#[test]
fn ids_are_stable() {
    let made: Vec<String> = made().iter().map(|made| format!("{} {}", what(made), made.id)).collect();
    let part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
    };
    for id in made.iter().filter_map(|line| line.split_once(' ')).map(|(_, id)| id) {
        let parts: Vec<&str> = id.split('/').collect();
        assert!((2..=3).contains(&parts.len()) && parts.iter().all(|it| part(it)), "{id}");
        assert!(!parts[parts.len() - 1].contains(|c: char| c == '_' || c.is_ascii_uppercase()), "{id}");
    }
    insta::assert_snapshot!("cases", made.join("\n"));
}

fn what(made: &Made) -> &'static str {
    match made {
        Made { id, .. } if is_twin(id) => "accepted",
        Made { call, .. } if is_refused(call) => "refused",
        _ => "open",
    }
}

#[test]
fn every_operation_with_something_to_get_wrong_has_a_stage() {
    let staged: BTreeSet<&str> = SUITES.stages.iter().map(|stage| stage.twin.operation.as_str()).collect();
    let missing: Vec<&str> = CONTRACT
        .operations()
        .iter()
        .filter(|operation| operation.request.is_some() || operation.bearer != Bearer::Open)
        .map(|operation| operation.id.as_str())
        .filter(|id| !staged.contains(id))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn every_field_that_a_schema_lists_has_cases_somewhere() {
    let ids: BTreeSet<String> =
        cases().filter_map(|made| Some(format!("{}: {}", made.stage.twin.operation, made.field()?.name))).collect();
    let mut missing = BTreeSet::new();
    for operation in CONTRACT.operations() {
        let Some(request) = &operation.request else { continue };
        let fields = CONTRACT.model(&request.model).unwrap().fields();
        missing.extend(
            fields.iter().map(|field| format!("{}: {}", operation.id, field.name)).filter(|id| !ids.contains(id)),
        );
    }
    // It is for replacing an account, which its stage does not do; the stage says so.
    assert_eq!(missing.into_iter().collect::<Vec<_>>(), ["PUT /auth/complete: oldPassword"]);
}

#[test]
fn a_twin_is_of_its_model_and_has_every_reason_to_be_accepted() {
    let twins: Vec<Made> = made().into_iter().filter(|made| is_twin(&made.id)).collect();
    assert_eq!(twins.len(), FLOWS.iter().filter(|flow| flow.cases.is_some()).count());
    for twin in twins {
        assert_eq!(twin.violations().unwrap_or_default(), [], "{}", twin.id);
        let accepted = twin.call.expect.iter().all(|kind| matches!(kind, Kind::Model(_) | Kind::Ok));
        // What an operation answers without a documented success is open.
        let open = CONTRACT.operation(&twin.call.operation).unwrap().success_requirement.is_none();
        assert!(accepted || (open && twin.call.expect == [Kind::Open]), "{}", twin.id);
        assert!(!twin.call.proves.is_empty(), "{}", twin.id);
    }
}

#[test]
fn a_refused_field_breaks_its_schema_and_nothing_else_does() {
    let mut count = 0;
    for case in cases().filter(|case| is_refused(case.call)) {
        let Some(field) = case.field() else { continue };
        let violations = case.violations().unwrap();
        assert!(!violations.is_empty(), "{} is of its model", case.id);
        let own = |violation: &Violation| {
            violation.pointer == format!("/{}", field.name)
                || (violation.pointer.is_empty() && violation.expected == format!("key `{}` present", field.name))
        };
        assert!(violations.iter().all(own), "{}: {violations:?}", case.id);
        assert_eq!(case.call.wrong_field.as_deref(), Some(field.name.as_str()), "{}", case.id);
        count += 1;
    }
    assert!(count > 100, "{count}");
}

#[test]
fn a_refused_body_is_no_json_or_not_of_its_model() {
    let mut count = 0;
    for case in cases().filter(|case| is_refused(case.call) && case.id.contains("/body/")) {
        assert!(case.violations().is_none_or(|violations| !violations.is_empty()), "{} is of its model", case.id);
        count += 1;
    }
    assert!(count > 50, "{count}");
}

#[test]
fn a_refused_bearer_or_method_is_wrong_in_that_alone() {
    for case in cases().filter(|case| case.id.contains("/bearer/")) {
        let same = |payload: &Payload| format!("{payload:?}");
        assert_eq!(same(&case.call.payload), same(&case.stage.twin.payload), "{}", case.id);
        assert_eq!(case.call.operation, case.stage.twin.operation, "{}", case.id);
        assert!(case.call.bearer.is_none() || case.call.bearer != case.stage.twin.bearer, "{}", case.id);
    }
    for case in cases().filter(|case| case.id.contains("/method/")) {
        assert!(CONTRACT.operation(&case.call.operation).is_none(), "{}", case.id);
        assert_eq!(case.call.bearer, case.stage.twin.bearer, "{}", case.id);
    }
}

/// What the contract leaves open is what `x-open` lists by these names.
fn aspect(keyword: &str) -> &str {
    match keyword {
        "enum" | "const" => "values",
        other => other,
    }
}

#[test]
fn nothing_that_the_contract_leaves_open_is_to_be_refused() {
    for case in cases().filter(|case| is_refused(case.call)) {
        let Some(field) = case.field() else { continue };
        for violation in case.violations().unwrap() {
            let left_open = super::fields::is_open(&field, aspect(&violation.keyword));
            assert!(!left_open, "{} is to be refused for its {}, which is open", case.id, violation.keyword);
        }
    }
}

#[test]
fn what_is_open_shows_no_must() {
    for case in cases().filter(|case| !is_refused(case.call)) {
        let levels = case.call.proves.iter().chain(case.call.also.iter().flat_map(|claim| &claim.proves));
        for id in levels {
            assert_ne!(CONTRACT.requirement(id).unwrap().level, Level::Must, "{}: {id}", case.id);
        }
        assert_eq!(case.call.wrong_field, None, "{}", case.id);
    }
}

#[test]
fn a_plainly_wrong_value_is_open_only_where_the_contract_says_so() {
    let plain = |id: &str| {
        let formats = ["uuid", "email", "date", "phone-e164"].map(|format| super::fields::wrong_formats(Some(format)));
        id.starts_with("wrong-type-")
            || ["missing", "outside-its-values"].contains(&id)
            || formats.iter().flat_map(|wrong| wrong.iter()).any(|(name, _)| *name == id)
    };
    let mut open = Vec::new();
    for case in cases().filter(|case| !is_refused(case.call)) {
        let (Some(field), Some(wrong)) = (case.field(), case.id.split('/').nth(2)) else { continue };
        if plain(wrong) {
            let listed = ["type", "format", "values"].iter().any(|aspect| super::fields::is_open(&field, aspect));
            assert!(listed, "{} is open, and the contract does not say so", case.id);
            open.push(case.id);
        }
    }
    assert!(!open.is_empty());
}

#[test]
fn every_requirement_that_a_case_shows_is_one_of_the_contract() {
    for made in made() {
        let shown = made.call.proves.iter().chain(made.call.also.iter().flat_map(|claim| &claim.proves));
        for id in shown {
            assert!(CONTRACT.requirement(id).is_some(), "{}: {id}", made.id);
        }
        assert!(!is_refused(made.call) || !made.call.proves.is_empty(), "{} shows nothing", made.id);
    }
}

#[test]
fn the_refused_come_first_then_the_accepted_one_then_what_is_open() {
    for flow in FLOWS.iter().filter(|flow| flow.cases.is_some()) {
        let order: Vec<(&str, &str)> = made()
            .iter()
            .filter(|made| made.flow.id == flow.id)
            .map(|made| (what(made), if made.call.wrong_field.is_some() { "field" } else { "" }))
            .collect();
        let twin = order.iter().position(|(what, _)| *what == "accepted").unwrap();
        assert!(order[..twin].iter().all(|(what, _)| *what == "refused"), "{}", flow.id);
        assert!(order[twin + 1..].iter().all(|(what, field)| *what != "accepted" && field.is_empty()), "{}", flow.id);
        assert_eq!(flow.cases.map(|cases| cases.count), Some(twin), "{}", flow.id);
        assert!(order.len() <= CASES_PER_FLOW + 2, "{}: {}", flow.id, order.len());
    }
    let stages = SUITES.stages.iter().map(|stage| format!("cases-{}", stage.id));
    assert!(stages.into_iter().all(|id| FLOWS.iter().any(|flow| flow.id == id)));
}

#[test]
fn what_may_use_up_the_state_gets_a_state_of_its_own() {
    let apart: Vec<Made> = cases().filter(|case| case.flow.cases.is_none()).collect();
    assert!(!apart.is_empty());
    for case in &apart {
        let field = case.field().unwrap().name;
        assert!(case.stage.spends.contains(&field), "{}", case.id);
        assert_eq!(apart.iter().filter(|other| other.flow.id == case.flow.id).count(), 1, "{}", case.id);
    }
    let spending = cases().filter(|case| {
        is_refused(case.call) && case.field().is_some_and(|field| case.stage.spends.contains(&field.name))
    });
    assert_eq!(spending.count(), apart.len());
}
