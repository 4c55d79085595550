//! What flows may name: operations, models, errors and requirements, as the loader needs to know them.

use std::collections::BTreeMap;

use crate::contract::{self, Bearer, Contract, Success};

/// The names of a contract.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    /// Documented operations by id.
    pub(super) operations: BTreeMap<String, Operation>,
    /// Errors of the catalogue.
    pub(super) errors: Vec<String>,
    /// Requirements by id, with their operation; `None` stands for all.
    pub(super) requirements: BTreeMap<String, Option<String>>,
}

/// What an operation may answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Operation {
    /// The id.
    pub(super) id: String,
    /// The model of its success; `None` where the body is free.
    pub(super) success: Option<String>,
    /// Every error that it may answer, those for bad tokens and client credentials included.
    pub(super) errors: Vec<String>,
    /// Whether it looks at a bearer token.
    pub(super) bearer: bool,
}

impl Names {
    /// The names of a contract.
    pub(super) fn of(contract: &Contract) -> Self {
        let operation = |operation: &contract::Operation| Operation::of(operation, contract);
        let operations = contract.operations().iter().map(operation);
        let requirements = contract.requirements().iter();
        Self {
            operations: operations.map(|operation| (operation.id.clone(), operation)).collect(),
            errors: contract.errors().iter().map(|error| error.error.clone()).collect(),
            requirements: requirements.map(|rule| (rule.id.clone(), rule.operation.clone())).collect(),
        }
    }

    /// Every documented success model.
    pub(super) fn models(&self) -> impl Iterator<Item = &str> {
        self.operations.values().filter_map(|operation| operation.success.as_deref())
    }
}

impl Operation {
    fn of(operation: &contract::Operation, contract: &Contract) -> Self {
        let bearer = operation.bearer != Bearer::None;
        let mut errors = operation.errors.clone();
        // Every operation that looks at a token or at client credentials may refuse them.
        let refusals = [(bearer, contract.bearer_refusal()), (operation.client_credentials, contract.client_refusal())];
        for (applies, refusal) in refusals {
            if applies && errors.iter().all(|error| error != refusal) {
                errors.push(refusal.to_owned());
            }
        }
        let success = match &operation.success {
            Success::Model(model) => Some(model.clone()),
            Success::Free => None,
        };
        Self { id: operation.id.clone(), success, errors, bearer }
    }
}
