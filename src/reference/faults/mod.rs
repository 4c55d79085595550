//! The faults: one table for each area, of wrongs that a real deployment does.
//!
//! A fault breaks exactly one thing, and says which requirements may turn red for it, the one it
//! is about first. Each is one small branch where it acts, or an edit of a response.

mod accounts;
mod authentication;
mod conditional;
mod leaks;
mod profile_values;
mod responses;
mod spoiled_statuses;
mod spoiling;
mod statuses;
mod tokens;
mod validation;
mod verification;

pub(super) use accounts::*;
pub(super) use authentication::*;
pub(super) use conditional::*;
pub(super) use leaks::*;
pub(super) use profile_values::{birth_date, experience, languages, loses, parking, stored};
pub(super) use spoiling::spoil;
pub(super) use statuses::*;
pub(super) use tokens::*;
pub(super) use validation::*;
pub(super) use verification::*;

/// What a fault is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// Values of successful answers.
    Responses,
    /// Which status, error or header is answered.
    Statuses,
    /// Input that should be refused, or taken.
    Validation,
    /// Who is let in.
    Authentication,
    /// Codes and mailed links.
    Verification,
    /// Accounts, passwords and profiles.
    Accounts,
    /// Issuing, rotating and ending tokens.
    Tokens,
    /// Secrets in answers.
    Leaks,
    /// Wrongs that come only now and then.
    Conditional,
}

impl Area {
    /// The stable name.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Responses => "responses",
            Self::Statuses => "statuses",
            Self::Validation => "validation",
            Self::Authentication => "authentication",
            Self::Verification => "verification",
            Self::Accounts => "accounts",
            Self::Tokens => "tokens",
            Self::Leaks => "leaks",
            Self::Conditional => "conditional",
        }
    }
}

/// One wrong that a server can be told to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault {
    /// The stable name.
    pub id: &'static str,
    /// What a server that has it does.
    pub sentence: &'static str,
    /// The operation that shows it, or `all`.
    pub operation: &'static str,
    /// What it is about.
    pub area: Area,
    /// The requirements that turn red for it, all of them; what it is about comes first.
    pub breaks: &'static [&'static str],
}

/// Declares the faults of an area, each a static, and their table.
macro_rules! faults {
    ($area:ident; $($name:ident $id:literal at $operation:literal
        breaks [$($rule:literal),+ $(,)?] $sentence:literal)*) => {
        $(
            #[doc = $sentence]
            pub(in crate::reference) static $name: $crate::reference::faults::Fault =
                $crate::reference::faults::Fault {
                    id: $id,
                    sentence: $sentence,
                    operation: $operation,
                    area: $crate::reference::faults::Area::$area,
                    breaks: &[$($rule),+],
                };
        )*
        /// The faults of this area.
        pub(super) static TABLE: &[&$crate::reference::faults::Fault] = &[$(&$name),*];
    };
}
use faults;

/// Every fault, by area.
pub fn all() -> impl Iterator<Item = &'static Fault> {
    let tables = [
        responses::TABLE,
        statuses::TABLE,
        validation::TABLE,
        authentication::TABLE,
        verification::TABLE,
        accounts::TABLE,
        tokens::TABLE,
        leaks::TABLE,
        conditional::TABLE,
    ];
    tables.into_iter().flatten().copied()
}

/// The fault of this id.
pub fn find(id: &str) -> Option<&'static Fault> {
    all().find(|fault| fault.id == id)
}

#[cfg(test)]
mod tests;
