//! The rows of each kind: every field that is known, by name.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::check::CHECKS;
use crate::cli::catalogue::{Catalogue, checked_by};
use crate::cli::error::CliError;
use crate::contract::{Bearer, Level, Message, Source, Success};
use crate::prove;
use crate::reference::{Variant, faults};
use crate::suite::needs::{calls, proves};

/// One thing; the keys in the order of the JSON.
pub(super) type Row = Map<String, Value>;

fn row(value: Value) -> Row {
    match value {
        Value::Object(row) => row,
        other => Row::from_iter([("value".to_owned(), other)]),
    }
}

pub(super) fn flows(catalogue: &Catalogue, operation: Option<&str>) -> Vec<Row> {
    let wanted = |called: &std::collections::BTreeSet<String>| operation.is_none_or(|id| called.contains(id));
    let flows = catalogue.suites.flows().map(|flow| (flow, calls(flow, &catalogue.suites)));
    flows
        .filter(|(_, called)| wanted(called))
        .map(|(flow, called)| {
            row(json!({
                "id": flow.id,
                "suite": flow.suite,
                "about": flow.about,
                "needs": catalogue.needs_of(flow),
                "operations": called,
                "requirements": proves(flow),
                "place": format!("suites/{}", flow.place),
            }))
        })
        .collect()
}

pub(super) fn operations(catalogue: &Catalogue) -> Vec<Row> {
    let operations = catalogue.contract.operations().iter().map(|operation| {
        row(json!({
            "id": operation.id,
            "summary": operation.summary,
            "bearer": bearer(operation.bearer),
            "client_credentials": operation.client_credentials,
            "request": operation.request.as_ref().map(|request| &request.model),
            "success": success(&operation.success),
            "errors": operation.errors,
            "source": source(&operation.source),
        }))
    });
    operations.collect()
}

pub(super) fn requirements(catalogue: &Catalogue, level: Option<Level>, operation: Option<&str>) -> Vec<Row> {
    let requirements = catalogue.contract.requirements().iter();
    requirements
        .filter(|requirement| level.is_none_or(|level| requirement.level == level))
        .filter(|requirement| operation.is_none_or(|operation| requirement.operation.as_deref() == Some(operation)))
        .map(|requirement| {
            let shown_by = catalogue.shown_by(&requirement.id);
            row(json!({
                "id": requirement.id,
                "level": requirement.level,
                "kind": requirement.kind,
                "operation": requirement.operation.as_deref().unwrap_or("all"),
                "says": requirement.says,
                "source": source(&requirement.source),
                "refs": requirement.refs,
                "unobservable": requirement.unobservable,
                "flows": shown_by.iter().map(|flow| &flow.id).collect::<Vec<_>>(),
                "checks": checked_by(&requirement.id).iter().map(|check| check.id).collect::<Vec<_>>(),
            }))
        })
        .collect()
}

pub(super) fn errors(catalogue: &Catalogue, operation: Option<&str>) -> Vec<Row> {
    let errors = catalogue.contract.errors().iter();
    errors
        .filter(|error| operation.is_none_or(|operation| error.operations.iter().any(|known| known == operation)))
        .map(|error| {
            row(json!({
                "id": error.error,
                "status": error.status,
                "message": match &error.message { Message::Exact(text) | Message::Pattern(text) => text },
                "pattern": matches!(error.message, Message::Pattern(_)),
                "wait": error.wait,
                "operations": error.operations,
            }))
        })
        .collect()
}

pub(super) fn checks() -> Vec<Row> {
    let checks = CHECKS.iter();
    checks
        .map(|check| row(json!({ "id": check.id, "about": check.about, "requirements": check.requirements })))
        .collect()
}

pub(super) fn faults(operation: Option<&str>) -> Vec<Row> {
    let faults = faults::all().filter(|fault| operation.is_none_or(|operation| fault.operation == operation));
    faults
        .map(|fault| {
            row(json!({
                "id": fault.id,
                "area": fault.area.id(),
                "operation": fault.operation,
                "about": fault.sentence,
                "breaks": fault.breaks,
            }))
        })
        .collect()
}

pub(super) fn variants() -> Vec<Row> {
    let variants = Variant::ALL.iter();
    variants.map(|variant| row(json!({ "id": variant.id(), "about": variant.sentence() }))).collect()
}

pub(super) fn mutants(catalogue: &Catalogue, operation: Option<&str>) -> Vec<Row> {
    let mutants = prove::mutants::all(&catalogue.contract).into_iter();
    mutants
        .filter(|mutant| operation.is_none_or(|operation| mutant.operation == operation))
        .map(|mutant| {
            row(json!({
                "id": mutant.id,
                "area": mutant.area,
                "operation": mutant.operation,
                "about": mutant.about,
                "names": mutant.names,
            }))
        })
        .collect()
}

/// What HTTP cannot show, and what a proof shows of the rest.
pub(super) fn weaknesses(catalogue: &Catalogue) -> Result<Vec<Row>, CliError> {
    /// So that two lists are the same.
    const SEED: u64 = 0;
    let contract = Arc::new(catalogue.contract.clone());
    let wanted = crate::cli::prove::everything(SEED, &contract);
    let proof = crate::cli::prove::prove(wanted, SEED, contract, Arc::new(catalogue.suites.clone()))?;
    let found = proof.weaknesses.into_iter();
    Ok(found.map(|found| row(json!({ "id": found.id, "weakness": found.kind, "why": found.why }))).collect())
}

pub(super) fn suites(catalogue: &Catalogue) -> Vec<Row> {
    let suites = catalogue.suites.suites.iter();
    suites.map(|suite| row(json!({ "id": suite.id, "about": suite.about, "flows": suite.flows.len() }))).collect()
}

/// Which bearer token an operation wants, in words.
pub(in crate::cli) fn bearer(bearer: Bearer) -> &'static str {
    match bearer {
        Bearer::None => "none",
        Bearer::Access => "access token",
        Bearer::Refresh => "refresh token",
        Bearer::Open => "left open",
    }
}

/// What a success answers, in words.
pub(in crate::cli) fn success(success: &Success) -> &str {
    match success {
        Success::Model(model) => model,
        Success::Free => "anything",
    }
}

fn source(source: &Source) -> Value {
    json!({ "heading": source.heading, "line": source.line })
}
