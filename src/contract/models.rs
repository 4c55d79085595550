//! Models: one schema each, compiled, with its fields.

use std::fmt;
use std::sync::Arc;

use jsonschema::{Registry, Validator};
use serde_json::{Map, Value};

use super::error::ContractError;
use super::fields::{Field, fields};
use super::files::Document;
use super::formats;
use super::keywords::REQUIREMENT;
use super::schemas::Schemas;
use super::violations::{Violation, violation};

/// A documented body: of an answer, a refusal or a request.
#[derive(Clone)]
pub struct Model {
    /// The name of its file without folder and extension.
    pub name: String,
    /// Its schema as written.
    pub schema: Value,
    /// The requirement that an instance breaks which is not of this model.
    pub requirement: Option<String>,
    /// Path of its file below the contract's folder.
    pub(super) path: String,
    fields: Vec<Field>,
    validator: Arc<Validator>,
}

impl Model {
    /// Everything that keeps a value from being of this model; empty if it is one.
    pub fn validate(&self, instance: &Value) -> Vec<Violation> {
        let mut found: Vec<Violation> = Vec::new();
        for error in self.validator.iter_errors(instance) {
            let violation = violation(&error);
            // Schemas that are built upon one another say the same thing twice.
            if !found.contains(&violation) {
                found.push(violation);
            }
        }
        found
    }

    /// The top-level keys, those of included schemas first.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("name", &self.name)
            .field("requirement", &self.requirement)
            .finish_non_exhaustive()
    }
}

/// Compiles every file that is a model. One that only holds `$defs` is a store of definitions.
pub(super) fn compile(schemas: &Schemas) -> Result<Vec<Model>, ContractError> {
    let values: Vec<(&Document, Value)> = schemas.documents().map(|doc| (doc, doc.root.to_json())).collect();
    let Some((first, _)) = values.first() else { return Ok(Vec::new()) };
    let resources = values.iter().map(|(document, value)| (uri(&document.path), value));
    let registry = Registry::new()
        .draft(jsonschema::Draft::Draft202012)
        .extend(resources)
        .and_then(jsonschema::RegistryBuilder::prepare)
        .map_err(|error| broken(first, &error.to_string()))?;
    let models = values.iter().filter(|(_, value)| !only_definitions(value));
    models.map(|(document, value)| model(schemas, &registry, document, value)).collect()
}

fn model(
    schemas: &Schemas,
    registry: &Registry<'_>,
    document: &Document,
    schema: &Value,
) -> Result<Model, ContractError> {
    let options = formats::options().with_registry(registry).with_base_uri(uri(&document.path));
    let validator = options.build(schema).map_err(|error| broken(document, &error.to_string()))?;
    let file = document.path.rsplit('/').next().unwrap_or(&document.path);
    Ok(Model {
        name: file.strip_suffix(".json").unwrap_or(file).to_string(),
        schema: schema.clone(),
        requirement: schema.get(REQUIREMENT).and_then(Value::as_str).map(str::to_string),
        path: document.path.clone(),
        fields: fields(schemas, document),
        validator: Arc::new(validator),
    })
}

fn uri(path: &str) -> String {
    format!("conformance:///{path}")
}

fn only_definitions(schema: &Value) -> bool {
    let keys =
        |map: &Map<String, Value>| map.keys().all(|key| matches!(key.as_str(), "$schema" | "$comment" | "$defs"));
    schema.as_object().is_some_and(|map| map.contains_key("$defs") && keys(map))
}

fn broken(document: &Document, message: &str) -> ContractError {
    ContractError::BrokenSchema(Box::new(document.at(&document.root.span, message)))
}
