//! The contract as data: operations, models, errors and requirements, read from `schemas/` and checked as a whole.
//!
//! It knows how a contract is written, and none of the names that one contains. It sends nothing and judges nothing.

mod cross_checks;
pub mod digest;
mod error;
mod errors;
mod fields;
mod files;
mod formats;
pub mod keywords;
mod kind;
mod level;
mod load;
mod models;
mod openapi;
mod operation;
mod operations;
mod requirements;
mod schemas;
mod tree;
mod violations;

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use hashbrown::HashMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use error::ContractError;
pub use errors::{ErrorSpec, Message};
pub use fields::Field;
pub use kind::Kind;
pub use level::Level;
pub use models::Model;
pub use operation::{Bearer, JSON, Operation, RequestBody, Success};
pub use violations::Violation;

use crate::embedded;

/// A contract whose parts fit together.
#[derive(Debug, Clone)]
pub struct Contract {
    digest: String,
    base_path: String,
    bearer_refusal: String,
    client_refusal: String,
    operations: Vec<Operation>,
    errors: Vec<ErrorSpec>,
    requirements: Vec<Requirement>,
    /// Where each requirement stands in the list, by its id: every check of every answer asks.
    requirement_places: HashMap<String, usize>,
    models: Vec<Model>,
    sensitive_in_requests: BTreeMap<String, String>,
    sensitive_in_responses: BTreeMap<String, String>,
}

/// One rule of the contract.
#[derive(Debug, Clone)]
pub struct Requirement {
    /// Stable kebab-case id.
    pub id: String,
    /// How hard the rule is.
    pub level: Level,
    /// What the rule is about.
    pub kind: Kind,
    /// Id of the operation that it is about; none if it is about all of them.
    pub operation: Option<String>,
    /// The rule in one sentence.
    pub says: String,
    /// Where the documentation says so.
    pub source: Source,
    /// Standards that it rests on: `RFC 6749 5.1`.
    pub refs: Vec<String>,
    /// Why HTTP cannot show it, for the few where it cannot.
    pub unobservable: Option<String>,
    /// Why it cannot be shown on a target whose codes are always the same.
    pub fixed_code: Option<String>,
    /// Why it does not hold at once on a target that grants a rotated token some leeway.
    pub leeway: Option<String>,
}

/// A place of the published documentation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The heading above it.
    pub heading: String,
    /// Line of the published text, counted from 1.
    pub line: u32,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, line {} of the published text", self.heading, self.line)
    }
}

impl Contract {
    /// The contract that the binary carries.
    pub fn embedded() -> Result<Self, ContractError> {
        let owned = |(path, text): &(&str, &str)| ((*path).to_string(), (*text).to_string());
        load::load(&embedded::SCHEMAS.iter().map(owned).collect::<Vec<_>>())
    }

    /// The contract in a folder that is laid out like `schemas/`.
    pub fn from_dir(dir: &Path) -> Result<Self, ContractError> {
        load::load(&files::read_folder(dir)?)
    }

    /// The path of the published base URL, without a slash at its end: `/api/v1`.
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// The operations in the order of the file.
    pub fn operations(&self) -> &[Operation] {
        &self.operations
    }

    /// The operation with an id such as `POST /auth/token`.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// What to ask an operation, documented or not, for as the type of its answer.
    pub fn accept(&self, id: &str) -> &'static str {
        self.operation(id).map_or(JSON, |operation| operation.success.accept())
    }

    /// The operation that ends the session of the access token that it is sent, if it wants nothing else.
    pub fn ending_operation(&self) -> Option<&Operation> {
        let ends = |operation: &&Operation| {
            operation.ends_session && operation.bearer == Bearer::Access && operation.request.is_none()
        };
        self.operations.iter().find(ends)
    }

    /// The error catalogue in the order of the file.
    pub fn errors(&self) -> &[ErrorSpec] {
        &self.errors
    }

    /// The catalogue error of a name.
    pub fn error(&self, name: &str) -> Option<&ErrorSpec> {
        self.errors.iter().find(|spec| spec.error == name)
    }

    /// The catalogue error that the JSON body of an answer names.
    pub fn error_named(&self, body: Option<&Value>) -> Option<&ErrorSpec> {
        self.error(body?.get("error")?.as_str()?)
    }

    /// The requirements in the order of the file.
    pub fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    /// The requirement with an id.
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirement_places.get(id).and_then(|&place| self.requirements.get(place))
    }

    /// The model of a name.
    pub fn model(&self, name: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.name == name)
    }

    /// The documented fields of an operation's request.
    pub fn request_fields(&self, operation: &Operation) -> &[Field] {
        let model = operation.request.as_ref().and_then(|request| self.model(&request.model));
        model.map_or(&[], Model::fields)
    }

    /// All models: bodies of answers and refusals, then bodies of requests, each sorted by name.
    pub fn models(&self) -> &[Model] {
        &self.models
    }

    /// The error that answers a bad bearer token.
    pub fn bearer_refusal(&self) -> &str {
        &self.bearer_refusal
    }

    /// The error that answers bad client credentials.
    pub fn client_refusal(&self) -> &str {
        &self.client_refusal
    }

    /// Names the exact text of all files: 32 hexadecimal digits, an identity and no protection against forgery.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// Request fields that hold a secret: field name to kind of secret.
    pub fn sensitive_in_requests(&self) -> &BTreeMap<String, String> {
        &self.sensitive_in_requests
    }

    /// Response fields that hold a secret: field name to kind of secret.
    pub fn sensitive_in_responses(&self) -> &BTreeMap<String, String> {
        &self.sensitive_in_responses
    }
}

#[cfg(test)]
mod tests;
