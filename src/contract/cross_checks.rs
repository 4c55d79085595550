//! What the files say about each other: every name leads somewhere, and two files never contradict each other.

use super::error::ContractError;
use super::files::{Document, Named, with_help};
use super::keywords::REQUIREMENT;
use super::models::Model;
use super::openapi::OpenApi;
use super::schemas::Schemas;
use super::{ErrorSpec, Requirement};
use crate::diagnostic::{Diagnostic, suggest};
use crate::yaml::Node;

/// Everything that was read, side by side.
pub(super) struct Parts<'a> {
    pub(super) openapi_file: &'a Document,
    pub(super) errors_file: &'a Document,
    pub(super) requirements_file: &'a Document,
    pub(super) schemas: &'a Schemas,
    pub(super) openapi: &'a OpenApi<'a>,
    pub(super) models: &'a [Model],
    pub(super) errors: &'a [ErrorSpec],
    pub(super) requirements: &'a [Requirement],
}

impl Parts<'_> {
    /// The first contradiction, if there is one.
    pub(super) fn check(&self) -> Result<(), ContractError> {
        self.model_names()?;
        self.operations_of_requirements()?;
        self.operations_of_errors()?;
        self.documented_errors()?;
        self.requirements_of_models()?;
        self.requirements_of_operations()?;
        self.refusal(&self.openapi.bearer_refusal)?;
        self.refusal(&self.openapi.client_refusal)
    }

    fn operation_ids(&self) -> impl Iterator<Item = &str> {
        self.openapi.operations.iter().map(|described| described.operation.id.as_str())
    }

    fn requirement_ids(&self) -> impl Iterator<Item = &str> {
        self.requirements.iter().map(|requirement| requirement.id.as_str())
    }

    fn error_names(&self) -> impl Iterator<Item = &str> {
        self.errors.iter().map(|spec| spec.error.as_str())
    }

    fn model_names(&self) -> Result<(), ContractError> {
        for (index, model) in self.models.iter().enumerate() {
            if let Some(first) = self.models[..index].iter().find(|first| first.name == model.name) {
                let message = format!("the model `{}` is here and in {}", model.name, first.path);
                return Err(ContractError::Duplicate(self.at_model(model, message)));
            }
        }
        Ok(())
    }

    fn operations_of_requirements(&self) -> Result<(), ContractError> {
        for (requirement, node) in self.requirements.iter().zip(self.requirements_file.root.items()) {
            let Some(operation) = &requirement.operation else { continue };
            if self.operation_ids().all(|id| id != operation) {
                let known = self.operation_ids().chain(["all"]);
                let span = &place(node, "operation").span;
                return Err(self.requirements_file.unknown(span, "operation", operation, known));
            }
        }
        Ok(())
    }

    fn operations_of_errors(&self) -> Result<(), ContractError> {
        for (spec, node) in self.errors.iter().zip(self.errors_file.root.items()) {
            for (operation, item) in spec.operations.iter().zip(place(node, "operations").items()) {
                let described = self.openapi.operations.iter().find(|described| described.operation.id == *operation);
                let Some(described) = described else {
                    return Err(self.errors_file.unknown(&item.span, "operation", operation, self.operation_ids()));
                };
                if !described.operation.errors.contains(&spec.error) {
                    let message = format!("`{}` is not among the x-errors of {operation}", spec.error);
                    return Err(ContractError::Disagreement(Box::new(self.errors_file.at(&item.span, message))));
                }
            }
        }
        Ok(())
    }

    fn documented_errors(&self) -> Result<(), ContractError> {
        for described in &self.openapi.operations {
            let operation = &described.operation.id;
            for documented in &described.errors {
                let Named { name, span } = &documented.error;
                let Some(spec) = self.errors.iter().find(|spec| spec.error == *name) else {
                    return Err(self.openapi_file.unknown(span, "error", name, self.error_names()));
                };
                let disagree =
                    |message: String| Err(ContractError::Disagreement(Box::new(self.openapi_file.at(span, message))));
                if !spec.operations.contains(operation) {
                    return disagree(format!("{} does not list {operation} for `{name}`", self.errors_file.path));
                }
                if spec.status != documented.status {
                    let (expected, found) = (spec.status, documented.status);
                    return disagree(format!("expected the status {expected} for `{name}`, found {found}"));
                }
            }
        }
        Ok(())
    }

    fn requirements_of_models(&self) -> Result<(), ContractError> {
        for model in self.models {
            let Some(id) = &model.requirement else { continue };
            if self.requirement_ids().all(|known| known != id) {
                let message = format!("no requirement is named `{id}`");
                return Err(ContractError::UnknownName(self.at_model_requirement(model, message, id)));
            }
        }
        Ok(())
    }

    fn requirements_of_operations(&self) -> Result<(), ContractError> {
        for described in &self.openapi.operations {
            let Some(Named { name, span }) = &described.success_requirement else { continue };
            let Some(requirement) = self.requirements.iter().find(|requirement| requirement.id == *name) else {
                return Err(self.openapi_file.unknown(span, "requirement", name, self.requirement_ids()));
            };
            let here = &described.operation.id;
            if let Some(elsewhere) = requirement.operation.as_ref().filter(|operation| *operation != here) {
                let message = format!("expected a requirement of {here}, `{name}` is one of {elsewhere}");
                return Err(ContractError::Disagreement(Box::new(self.openapi_file.at(span, message))));
            }
        }
        Ok(())
    }

    fn refusal(&self, refusal: &Named<'_>) -> Result<(), ContractError> {
        if self.error_names().any(|name| name == refusal.name) {
            return Ok(());
        }
        Err(self.openapi_file.unknown(&refusal.span, "error", refusal.name, self.error_names()))
    }

    fn at_model(&self, model: &Model, message: String) -> Box<Diagnostic> {
        let document = self.document(model);
        Box::new(document.at(&document.root.span, message))
    }

    fn at_model_requirement(&self, model: &Model, message: String, id: &str) -> Box<Diagnostic> {
        let document = self.document(model);
        let help = suggest(id, self.requirement_ids());
        Box::new(with_help(document.at(&place(&document.root, REQUIREMENT).span, message), help))
    }

    fn document(&self, model: &Model) -> &Document {
        let found = self.schemas.documents().find(|document| document.path == model.path);
        found.expect("every model was compiled from a file")
    }
}

/// The value of a key, or the map itself if the key is not there.
fn place<'a>(node: &'a Node, key: &str) -> &'a Node {
    node.get(key).unwrap_or(node)
}
