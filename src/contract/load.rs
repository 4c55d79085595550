//! From files to a checked contract. Nothing is returned before everything fits together.

use std::collections::BTreeMap;

use super::cross_checks::Parts;
use super::digest::digest;
use super::error::ContractError;
use super::fields::{Secret, secrets};
use super::files::{Document, has_extension};
use super::schemas::Schemas;
use super::{Contract, Model, errors, models, openapi, requirements};

const OPENAPI: &str = "openapi.yaml";
const ERRORS: &str = "errors.yaml";
const REQUIREMENTS: &str = "requirements.yaml";
/// Folders of schemas: bodies of answers, bodies of requests.
const MODELS: &str = "models/";
const REQUESTS: &str = "requests/";
/// Schemas of what the tool itself reads and writes: no part of the contract, and nothing that a recording rests on.
const TOOL: &str = "tool/";

/// Loads a contract from files given as (path, text); what is neither YAML nor JSON, or the tool's, is none of ours.
pub(super) fn load(files: &[(String, String)]) -> Result<Contract, ContractError> {
    let ours = |path: &str| !path.starts_with(TOOL) && (has_extension(path, "yaml") || has_extension(path, "json"));
    let files: Vec<_> = files.iter().filter(|(path, _)| ours(path)).cloned().collect();
    let files = files.as_slice();
    let openapi_file = file(files, OPENAPI)?;
    let errors_file = file(files, ERRORS)?;
    let requirements_file = file(files, REQUIREMENTS)?;
    let schemas = Schemas::check(schema_files(files)?)?;
    let models = models::compile(&schemas)?;
    let errors = errors::parse(&errors_file)?;
    let requirements = requirements::parse(&requirements_file)?;
    let openapi = openapi::parse(&openapi_file, &models)?;
    let parts = Parts {
        openapi_file: &openapi_file,
        errors_file: &errors_file,
        requirements_file: &requirements_file,
        schemas: &schemas,
        openapi: &openapi,
        models: &models,
        errors: &errors,
        requirements: &requirements,
    };
    parts.check()?;
    Ok(Contract {
        digest: digest(files),
        base_path: openapi.base_path.clone(),
        bearer_refusal: openapi.bearer_refusal.name.to_string(),
        client_refusal: openapi.client_refusal.name.to_string(),
        sensitive_in_requests: sensitive(&schemas, &models, REQUESTS)?,
        sensitive_in_responses: sensitive(&schemas, &models, MODELS)?,
        operations: openapi.operations.into_iter().map(|described| described.operation).collect(),
        errors,
        requirement_places: requirements.iter().enumerate().map(|(place, rule)| (rule.id.clone(), place)).collect(),
        requirements,
        models,
    })
}

fn file(files: &[(String, String)], path: &str) -> Result<Document, ContractError> {
    let (_, text) =
        files.iter().find(|(found, _)| found == path).ok_or_else(|| ContractError::MissingFile(path.to_string()))?;
    Document::parse(path, text)
}

fn schema_files(files: &[(String, String)]) -> Result<Vec<Document>, ContractError> {
    let below = |path: &str| path.starts_with(MODELS) || path.starts_with(REQUESTS);
    let schemas = files.iter().filter(|(path, _)| below(path) && has_extension(path, "json"));
    schemas.map(|(path, text)| Document::parse(path, text)).collect()
}

/// Field name to kind of secret. A name means one kind on each side, or redaction could not tell them apart.
fn sensitive(schemas: &Schemas, models: &[Model], folder: &str) -> Result<BTreeMap<String, String>, ContractError> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let below = schemas.documents().filter(|document| document.path.starts_with(folder));
    let documents = below.filter(|document| models.iter().any(|model| model.path == document.path));
    for Secret { name, kind, document, span } in documents.flat_map(|document| secrets(schemas, document)) {
        let first = found.entry(name.to_string()).or_insert_with(|| kind.clone());
        if *first != kind {
            let message = format!("expected `{name}` to be the secret `{first}` as elsewhere, found `{kind}`");
            return Err(ContractError::Disagreement(Box::new(document.at(span, message))));
        }
    }
    Ok(found)
}
