//! What flows may name: operations, models, errors and requirements, as the loader needs to know them.

use std::collections::BTreeMap;

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
    /// Every documented success model.
    pub(super) fn models(&self) -> impl Iterator<Item = &str> {
        self.operations.values().filter_map(|operation| operation.success.as_deref())
    }
}
