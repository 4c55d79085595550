//! Universal rules, one file each: what every exchange must hold, whatever the flow wanted of it.
//!
//! A check is pure: it looks at one exchange and the contract, without clock, network or randomness. A
//! check is named for the wrong that it finds.

mod answers;
mod birth_dates;
mod cacheable_tokens;
mod catalogue;
mod hashes;
mod misnamed_field;
mod refusals;
mod refused_bearers;
mod repeated_secrets;
pub mod reused_values;
pub mod shown_codes;
mod token_type;
mod validation;
mod waits;
mod wrong_model;

use serde_json::Value;

use crate::contract::{Bearer, Contract, Field, Operation};
use crate::exchange::{Exchange, Response};
use crate::verdict::Mismatch;

/// One exchange with an answer, and what is known about it.
#[derive(Debug)]
pub struct Looked<'a, 'e> {
    /// The contract.
    pub contract: &'a Contract,
    /// The documented operation; `None` for a method that is not documented for its path.
    pub operation: Option<&'a Operation>,
    /// What was sent and what came back.
    pub exchange: &'e Exchange,
    /// The answer.
    pub response: &'e Response,
    /// Its body, where it is JSON.
    pub body: Option<&'e Value>,
    /// What the flow says of the bearer token that it sent.
    pub sent: Sent,
    /// The request field that alone was wrong, in a generated case.
    pub wrong_field: Option<&'e str>,
    /// Errors that the flow says may come here, whatever the operation lists.
    pub let_in: Vec<&'e str>,
}

/// What a flow says of the bearer token of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// It is missing or bad, and is to be refused.
    Bad,
    /// It is good, and what is refused is what else the request says.
    Good,
    /// Nothing.
    Either,
}

/// One requirement looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged<'a> {
    /// The requirement.
    pub requirement: &'a str,
    /// What is wrong; `None` where it holds.
    pub mismatch: Option<Mismatch>,
    /// What was seen of an `observe`, which is never wrong.
    pub seen: Option<String>,
}

/// A universal check.
#[derive(Debug, Clone, Copy)]
pub struct Check {
    /// Stable kebab-case id, named for the wrong that it finds.
    pub id: &'static str,
    /// What it looks at and when, for `explain`.
    pub about: &'static str,
    /// The requirements that it can judge; of models, those that the schemas name.
    pub requirements: &'static [&'static str],
    /// Looks at one exchange; `None` for a check that needs several, see [`reused_values`] and [`shown_codes`].
    pub look: Option<for<'a> fn(&Looked<'a, '_>) -> Vec<Judged<'a>>>,
}

/// Every universal check.
pub const CHECKS: &[Check] = &[
    answers::SERVER_ERROR,
    answers::OTHER_SUCCESS_STATUS,
    answers::WRONG_CONTENT_TYPE,
    wrong_model::CHECK,
    refusals::UNDOCUMENTED_BODY,
    refusals::CODE_DIFFERS,
    catalogue::UNKNOWN_ERROR,
    catalogue::MISPLACED_ERROR,
    validation::CHECK,
    misnamed_field::CHECK,
    refused_bearers::CHECK,
    token_type::CHECK,
    birth_dates::CHECK,
    waits::CHECK,
    cacheable_tokens::CHECK,
    repeated_secrets::CHECK,
    hashes::CHECK,
    reused_values::CHECK,
    shown_codes::CHECK,
];

/// Whether a universal check looks at it whenever there is an occasion, so that no flow needs to.
pub fn is_universal(requirement: &str) -> bool {
    CHECKS.iter().any(|check| check.requirements.contains(&requirement))
}

/// The capability of a profile by which the secret is learned that a requirement forbids to show, or comes to be. Without
/// it, that is seen in no answer: no account has a password before its phone is verified.
pub fn learned_by(requirement: &str) -> Option<&'static str> {
    match requirement {
        shown_codes::REQUIREMENT | "password-hash-never-shown" => Some("sms"),
        "link-uuid-never-shown" => Some("mail"),
        "client-secret-never-shown" => Some("client"),
        _ => None,
    }
}

/// Looks at one exchange with every check; each result with the id of its check.
pub fn look<'a>(looked: &Looked<'a, '_>) -> Vec<(&'static str, Judged<'a>)> {
    let checks = CHECKS.iter().filter_map(|check| Some((check.id, check.look?)));
    checks.flat_map(|(id, look)| look(looked).into_iter().map(move |judged| (id, judged))).collect()
}

impl<'a, 'e> Looked<'a, 'e> {
    /// An exchange as checks see it; `None` where there was no answer, or one that judges nothing: a 429, unless it names
    /// an error of the catalogue, and so comes from the application itself.
    pub fn new(
        contract: &'a Contract,
        exchange: &'e Exchange,
        sent: Sent,
        wrong_field: Option<&'e str>,
    ) -> Option<Self> {
        let response = exchange.response()?;
        if response.status == 429 && contract.error_named(response.json()).is_none() {
            return None;
        }
        let operation = contract.operation(&exchange.request.operation);
        Some(Self {
            contract,
            operation,
            exchange,
            response,
            body: response.json(),
            sent,
            wrong_field,
            let_in: Vec::new(),
        })
    }

    /// The same, where the flow says that these errors may come, whatever the operation lists.
    pub fn letting_in(self, errors: Vec<&'e str>) -> Self {
        Self { let_in: errors, ..self }
    }

    /// A text in the body.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.body?.get(key)?.as_str()
    }

    /// A documented name that stands more than once: which of its values counts, depends on who reads them (RFC 8259
    /// section 4), so the body is of no model.
    fn repeated(&self, fields: &[Field]) -> Option<Mismatch> {
        let documented = |pointer: &&String| {
            let name = pointer.split('/').nth(1).unwrap_or_default();
            fields.iter().any(|field| field.name == name)
        };
        let pointer = self.response.repeated.iter().find(documented)?;
        Some(Mismatch::new(pointer.clone(), "a name that stands once", "it stands more than once in its object"))
    }

    /// Whether the operation wants a bearer token.
    pub fn wants_bearer(&self) -> bool {
        self.operation.is_some_and(|operation| operation.bearer != Bearer::None)
    }

    /// Whether this is a refused bearer: 401 or 403 of an operation that wants one, but for an answer with another error
    /// that this operation documents, and but for any other than the documented error where the bearer is good.
    pub fn is_refused_bearer(&self) -> bool {
        let refusal = self.contract.bearer_refusal();
        let documented =
            |error: &str| self.operation.is_some_and(|operation| operation.errors.iter().any(|known| known == error));
        let of_another = match self.text("error") {
            Some(error) if error == refusal => false,
            Some(error) => self.sent == Sent::Good || documented(error),
            None => self.sent == Sent::Good,
        };
        self.wants_bearer() && matches!(self.response.status, 401 | 403) && !of_another
    }

    /// Whether a framework or gateway may have answered, so that the body is free. It does not know the API's errors.
    pub fn is_free_refusal(&self) -> bool {
        (matches!(self.response.status, 408 | 413 | 414 | 415 | 429 | 431)
            && self.contract.error_named(self.body).is_none())
            || (self.operation.is_none() && matches!(self.response.status, 401 | 403 | 404 | 405))
            || self.exchange.request.method == "HEAD"
    }
}

/// A requirement that holds, or does not.
fn judged(requirement: &str, mismatch: Option<Mismatch>) -> Judged<'_> {
    Judged { requirement, mismatch, seen: None }
}

/// An `observe`, and what was seen of it.
fn observed(requirement: &str, seen: String) -> Judged<'_> {
    Judged { requirement, mismatch: None, seen: Some(seen) }
}

/// A JSON value by its type, without the value.
fn kind_of(value: Option<&Value>) -> &'static str {
    match value {
        None => "nothing",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "a boolean",
        Some(Value::Number(_)) => "a number",
        Some(Value::String(_)) => "a string",
        Some(Value::Array(_)) => "an array",
        Some(Value::Object(_)) => "an object",
    }
}

#[cfg(test)]
mod tests;
