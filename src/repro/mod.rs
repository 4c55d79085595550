//! The way to a failure without this tool: a flow, up to a step, as a shell script of `curl` calls or a file for Hurl.
//!
//! What a flow does is data, so it can be written down for another program to do. What that program cannot do is named
//! in a comment with its reason, and never left out in silence. Nothing here sends or judges, and no secret of a
//! target is written: scripts take secrets from the environment.

mod claims;
mod functions;
mod hurl;
mod json_path;
pub mod recorded;
mod requests;
mod script;
mod sources;
mod steps;
mod universal;
mod values;
mod words;

use std::sync::Arc;

use thiserror::Error;

use crate::contract::{Contract, Level};
use crate::diagnostic::suggest;
use crate::suite::{Flow, Suites};
use crate::target::Target;

pub use hurl::hurl;
pub use recorded::Recorded;
pub use script::script;

/// What is to be shown, and where.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The suites.
    pub suites: &'a Suites,
    /// The flow.
    pub flow: Arc<Flow>,
    /// The step that shows it, as in a result's id; the whole flow where there is none.
    pub step: Option<String>,
    /// The requirement that is broken there; everything that the step shows where there is none.
    pub requirement: Option<String>,
    /// Where it is shown.
    pub target: &'a Target,
    /// Whether that is the embedded server, which has to be started first.
    pub embedded: bool,
    /// The command that made the script, for its head.
    pub command: String,
    /// What a run did in this flow, where it is known.
    pub recorded: Option<&'a Recorded>,
}

impl Case<'_> {
    /// Whether what shows these requirements is in question.
    fn asks(&self, proves: &[String]) -> bool {
        let observed =
            |id: &String| self.contract.requirement(id).is_some_and(|requirement| requirement.level == Level::Observe);
        match &self.requirement {
            Some(wanted) => proves.contains(wanted),
            // What is only observed is never wrong.
            None => proves.is_empty() || !proves.iter().all(observed),
        }
    }
}

/// Why there is nothing to write down.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReproError {
    /// There is no such flow.
    #[error("there is no flow `{name}`")]
    NoFlow {
        /// What was asked for.
        name: String,
        /// The nearest that there is.
        help: Option<String>,
    },
    /// The flow has no such step.
    #[error("the flow `{flow}` has no step `{step}`")]
    NoStep {
        /// The flow.
        flow: String,
        /// What was asked for.
        step: String,
        /// The steps there are.
        help: Option<String>,
    },
    /// A file for Hurl cannot do what leads there.
    #[error("step `{step}` cannot be said in a file for Hurl: {why}")]
    NotInHurl {
        /// The step that cannot.
        step: String,
        /// Why.
        why: String,
    },
}

fn no_step(case: &Case<'_>, labels: &[String]) -> ReproError {
    ReproError::NoStep {
        flow: case.flow.id.clone(),
        step: case.step.clone().unwrap_or_default(),
        help: Some(format!("its steps are {}", labels.join(", "))),
    }
}

/// A result by its id: the flow, the step, the requirement.
pub type Place = (Arc<Flow>, Option<String>, Option<String>);

/// Finds what an id names: `flow`, `flow/step` or `flow/step/requirement`. The step of a generated case has slashes of
/// its own.
///
/// # Errors
/// There is no such flow.
pub fn find(id: &str, suites: &Suites, contract: &Contract) -> Result<Place, ReproError> {
    let (name, rest) = id.split_once('/').map_or((id, None), |(name, rest)| (name, Some(rest)));
    let flow = suites.flows().find(|flow| flow.id == name).cloned().ok_or_else(|| ReproError::NoFlow {
        name: name.to_owned(),
        help: suggest(name, suites.flows().map(|flow| flow.id.as_str())),
    })?;
    let Some(rest) = rest else { return Ok((flow, None, None)) };
    let (step, last) = rest.rsplit_once('/').map_or((rest, None), |(step, last)| (step, Some(last)));
    Ok(match last {
        // What a result is called that shows no requirement.
        Some("step") => (flow, Some(step.to_owned()), None),
        Some(last) if contract.requirement(last).is_some() => (flow, Some(step.to_owned()), Some(last.to_owned())),
        Some(_) | None => (flow, Some(rest.to_owned()), None),
    })
}
