//! The keywords that the contract's schemas may use: JSON Schema 2020-12 and our own `x-…` keys.
//!
//! A validator ignores a keyword that it does not know, so a misspelt one would silently allow everything.

/// What the value of a keyword is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Plain data.
    Data,
    /// One schema.
    Schema,
    /// A list of schemas.
    Schemas,
    /// A map of names to schemas.
    Named,
}

/// `$id`, anchors and dynamic references are left out: a schema is found by its file alone.
pub(super) const KEYWORDS: &[(&str, Holds)] = &[
    ("$schema", Holds::Data),
    ("$ref", Holds::Data),
    ("$comment", Holds::Data),
    ("$defs", Holds::Named),
    ("type", Holds::Data),
    ("const", Holds::Data),
    ("enum", Holds::Data),
    ("format", Holds::Data),
    ("title", Holds::Data),
    ("description", Holds::Data),
    ("default", Holds::Data),
    ("deprecated", Holds::Data),
    ("readOnly", Holds::Data),
    ("writeOnly", Holds::Data),
    ("examples", Holds::Data),
    ("multipleOf", Holds::Data),
    ("maximum", Holds::Data),
    ("exclusiveMaximum", Holds::Data),
    ("minimum", Holds::Data),
    ("exclusiveMinimum", Holds::Data),
    ("maxLength", Holds::Data),
    ("minLength", Holds::Data),
    ("pattern", Holds::Data),
    ("contentEncoding", Holds::Data),
    ("contentMediaType", Holds::Data),
    ("contentSchema", Holds::Schema),
    ("items", Holds::Schema),
    ("prefixItems", Holds::Schemas),
    ("unevaluatedItems", Holds::Schema),
    ("contains", Holds::Schema),
    ("maxContains", Holds::Data),
    ("minContains", Holds::Data),
    ("maxItems", Holds::Data),
    ("minItems", Holds::Data),
    ("uniqueItems", Holds::Data),
    ("properties", Holds::Named),
    ("patternProperties", Holds::Named),
    ("additionalProperties", Holds::Schema),
    ("unevaluatedProperties", Holds::Schema),
    ("propertyNames", Holds::Schema),
    ("dependentSchemas", Holds::Named),
    ("dependentRequired", Holds::Data),
    ("maxProperties", Holds::Data),
    ("minProperties", Holds::Data),
    ("required", Holds::Data),
    ("allOf", Holds::Schemas),
    ("anyOf", Holds::Schemas),
    ("oneOf", Holds::Schemas),
    ("not", Holds::Schema),
    ("if", Holds::Schema),
    ("then", Holds::Schema),
    ("else", Holds::Schema),
    (REQUIREMENT, Holds::Data),
    (SENSITIVE, Holds::Data),
    (OPEN, Holds::Data),
    (OPEN_VALUES, Holds::Data),
    (CLIENT_CREDENTIAL, Holds::Data),
    (TOKEN, Holds::Data),
    (UNIQUE, Holds::Data),
    (UNIQUE_PER, Holds::Data),
    (ACCOUNT, Holds::Data),
    (IDENTITY, Holds::Data),
    (LIFE_OF, Holds::Data),
    (ABOVE_ZERO, Holds::Data),
];

/// The requirement that an instance breaks when it is not of the model.
pub(super) const REQUIREMENT: &str = "x-requirement";
/// What kind of secret a field holds.
pub(super) const SENSITIVE: &str = "x-sensitive";
/// What the contract leaves open about a request field: a list of [`OPEN_ASPECTS`].
pub(super) const OPEN: &str = "x-open";
/// Values outside the documented list whose acceptance the contract leaves open.
pub(super) const OPEN_VALUES: &str = "x-open-values";
/// Which part of the client credentials a request field holds: one of [`CLIENT_CREDENTIALS`].
pub(super) const CLIENT_CREDENTIAL: &str = "x-client-credential";

/// Which part of an issued token a response field holds: `access`, `refresh`, `type`,
/// `access-expiry` or `refresh-expiry`.
pub const TOKEN: &str = "x-token";
/// The requirement that is broken when a value of this response field is given out twice.
pub const UNIQUE: &str = "x-unique";
/// `account`: the value may be given out again to the same account.
pub const UNIQUE_PER: &str = "x-unique-per";
/// Set on the response field by which two answers are seen to be of one account.
pub const ACCOUNT: &str = "x-account";

/// Set on the fields by which people know an account, and which a request gives it.
pub const IDENTITY: &str = "x-identity";

/// What a response field states the life of, in seconds: `link`, the one that is mailed, or else the field of this name
/// beside it, whose value is shown together with what was sent.
pub const LIFE_OF: &str = "x-life-of";

/// The requirement that is broken when the number in this response field is not above zero.
pub const ABOVE_ZERO: &str = "x-above-zero";

/// What [`OPEN`] may list. `null` for an optional field is always open and need not be listed.
pub(super) const OPEN_ASPECTS: &[&str] = &["null", "values", "type", "format", "items", "range"];
/// What [`CLIENT_CREDENTIAL`] may say.
pub(super) const CLIENT_CREDENTIALS: &[&str] = &["id", "secret"];

/// What a keyword holds, if it is one.
pub(super) fn holds(keyword: &str) -> Option<Holds> {
    KEYWORDS.iter().find(|(name, _)| *name == keyword).map(|(_, holds)| *holds)
}
