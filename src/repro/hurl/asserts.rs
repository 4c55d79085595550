//! What a step expects, as asserts of Hurl.

use serde_json::Value;

use super::text::{Text, jsonpath, pattern};
use super::values::Bound;
use super::way::Outcome;
use super::{File, Stop};
use crate::contract::Success;
use crate::expect::Kind;
use crate::pointer::below;
use crate::suite::{Claim, ClaimTest, Template};

const ACCEPTED: [&str; 2] = ["status >= 200", "status < 300"];
const REFUSED: [&str; 2] = ["status >= 400", "status < 500"];

impl File<'_> {
    /// The way of the file is one on which the last entry is answered so.
    pub(super) fn assert_outcome(&mut self, outcome: &Outcome) {
        let range = if outcome.is_accepted() { ACCEPTED } else { REFUSED };
        range.iter().for_each(|line| self.last().assert(*line));
        if let Outcome::Error(error) = outcome {
            let line = format!("{} == {}", jsonpath("/error"), Text::literal(error).quoted());
            self.last().assert(line);
        }
    }

    /// The last entry is answered by one of these kinds.
    pub(super) fn assert_kinds(&mut self, kinds: &[Kind]) {
        if kinds.contains(&Kind::Open) {
            return;
        }
        let taken = kinds.iter().any(|kind| matches!(kind, Kind::Model(_) | Kind::Ok));
        let refused = kinds.iter().any(|kind| !matches!(kind, Kind::Model(_) | Kind::Ok | Kind::Status(_)));
        let statuses: Vec<u16> = kinds
            .iter()
            .filter_map(|kind| match kind {
                Kind::Status(status) => Some(*status),
                Kind::Model(_)
                | Kind::Ok
                | Kind::Refused
                | Kind::RefusedInput
                | Kind::Unauthorized
                | Kind::Validation
                | Kind::Error(_)
                | Kind::Open => None,
            })
            .collect();
        match (taken, refused, statuses.as_slice()) {
            (true, false, []) => ACCEPTED.iter().for_each(|line| self.last().assert(*line)),
            (false, true, []) => REFUSED.iter().for_each(|line| self.last().assert(*line)),
            (false, false, [status]) => self.last().assert(format!("status == {status}")),
            _ => self.last().assert("status < 500"),
        }
        let parts: Option<Vec<String>> = kinds.iter().map(|kind| self.sign(kind)).collect();
        match parts.as_deref() {
            None => {}
            Some([_]) => match &kinds[0] {
                Kind::Error(error) => {
                    let line = format!("{} == {}", jsonpath("/error"), Text::literal(error).quoted());
                    self.last().assert(line);
                }
                Kind::Validation => self.last().assert(format!("{} exists", jsonpath("/detail"))),
                Kind::Model(_)
                | Kind::Ok
                | Kind::Refused
                | Kind::RefusedInput
                | Kind::Unauthorized
                | Kind::Status(_)
                | Kind::Open => {}
            },
            Some(parts) => self.last().assert(format!("body matches {}", pattern(&parts.join("|")))),
        }
    }

    /// A regular expression by which a body is known to be of a kind; `None` where any body will do.
    fn sign(&self, kind: &Kind) -> Option<String> {
        let key = |name: &str| format!("\"{}\"\\s*:", regex::escape(name));
        match kind {
            Kind::Error(error) => Some(format!("{}\\s*\"{}\"", key("error"), regex::escape(error))),
            Kind::Validation => Some(key("detail")),
            Kind::Model(name) => {
                let model = self.case.contract.model(name)?;
                Some(key(&model.fields().iter().find(|field| field.required)?.name))
            }
            Kind::Ok | Kind::Refused | Kind::RefusedInput | Kind::Unauthorized | Kind::Status(_) | Kind::Open => None,
        }
    }

    /// Adds what a claim wants of the last entry.
    pub(super) fn claim(&mut self, claim: &Claim) -> Result<(), Stop> {
        if !self.is_made(claim)? {
            return Ok(());
        }
        match &claim.test {
            ClaimTest::Answer(kinds) => self.assert_kinds(kinds),
            ClaimTest::Is { at, value, except } if except.is_empty() => self.is(at, value.source())?,
            ClaimTest::Is { .. } => return Err(impossible("Hurl compares no objects but for some of their fields")),
            ClaimTest::Isnt { at, value } => self.isnt(at, value)?,
            ClaimTest::In { at, values } => self.is_one_of(at, values)?,
            ClaimTest::Holds { at, value } => {
                let Value::Object(fields) = value.source() else {
                    return Err(impossible("Hurl compares no objects that are only known while it runs"));
                };
                for (key, value) in fields {
                    self.is(&below(at, key), value)?;
                }
            }
            ClaimTest::Like { .. } => return Err(impossible("Hurl compares no keys of objects")),
            ClaimTest::Above { at, bound } => self.last().assert(format!("{} > {bound}", jsonpath(at))),
            ClaimTest::Filled { at } => {
                self.last().assert(format!("{} isString", jsonpath(at)));
                self.last().assert(format!("{} not isEmpty", jsonpath(at)));
            }
            ClaimTest::Same(left, right) => self.compare(left, right, "==")?,
            ClaimTest::Differ(left, right) => self.compare(left, right, "!=")?,
            ClaimTest::AcceptedAtMost { .. } => return Err(impossible("Hurl sends one request at a time")),
        }
        Ok(())
    }

    fn compare(&mut self, left: &Template, right: &Template, operator: &str) -> Result<(), Stop> {
        let (left, right) = (self.value(left.source())?, self.value(right.source())?);
        let (variable, value) =
            variable_and_value(&left, &right).ok_or_else(|| impossible("Hurl compares only variables"))?;
        self.last().assert(format!("variable \"{variable}\" {operator} {value}"));
        Ok(())
    }

    /// One place is equal to a value; of objects, each field.
    fn is(&mut self, at: &str, value: &Value) -> Result<(), Stop> {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    self.is(&below(at, key), value)?;
                }
            }
            Value::Array(items) => {
                self.last().assert(format!("{} count == {}", jsonpath(at), items.len()));
                for (index, item) in items.iter().enumerate() {
                    self.is(&format!("{at}/{index}"), item)?;
                }
            }
            value => match self.value(value)? {
                Bound::Fixed(fixed @ (Value::Object(_) | Value::Array(_))) => self.is(at, &fixed)?,
                bound => self.last().assert(format!("{} == {}", jsonpath(at), operand(&bound))),
            },
        }
        Ok(())
    }

    fn isnt(&mut self, at: &str, value: &Template) -> Result<(), Stop> {
        match self.value(value.source())? {
            // Where the place is missing, it is not that value either, and `!=` would want it there.
            Bound::Text(text) => self.last().assert(format!("body not contains {}", text.quoted())),
            Bound::Fixed(Value::String(text)) => {
                self.last().assert(format!("body not contains {}", Text::literal(&text).quoted()));
            }
            bound @ (Bound::Fixed(_) | Bound::Json(_)) => {
                self.last().assert(format!("{} != {}", jsonpath(at), operand(&bound)));
            }
        }
        Ok(())
    }

    fn is_one_of(&mut self, at: &str, values: &[Template]) -> Result<(), Stop> {
        let texts: Option<Vec<String>> =
            values.iter().map(|value| Some(regex::escape(self.fixed(value.source())?.as_str()?))).collect();
        let texts = texts.ok_or_else(|| impossible("Hurl knows only alternatives of text"))?;
        self.last().assert(format!("{} matches {}", jsonpath(at), pattern(&format!("^({})$", texts.join("|")))));
        Ok(())
    }

    /// The types of a field of an operation's success, by its JSON Pointer.
    pub(super) fn types(&self, operation: &str, pointer: &str) -> Option<&[String]> {
        let Success::Model(model) = &self.case.contract.operation(operation)?.success else { return None };
        let name = pointer.strip_prefix('/')?;
        let field = self.case.contract.model(model)?.fields().iter().find(|field| field.name == name)?;
        Some(&field.types)
    }
}

/// A variable and what it is compared with; `None` where neither is one.
pub(super) fn variable_and_value(left: &Bound, right: &Bound) -> Option<(String, String)> {
    let variable = |bound: &Bound| match bound {
        Bound::Text(text) => text.only_variable().map(str::to_owned),
        Bound::Json(name) => Some(name.clone()),
        Bound::Fixed(_) => None,
    };
    match (variable(left), variable(right)) {
        (Some(name), _) => Some((name, operand(right))),
        (None, Some(name)) => Some((name, operand(left))),
        (None, None) => None,
    }
}

/// The right side of a comparison.
fn operand(bound: &Bound) -> String {
    match bound {
        Bound::Fixed(Value::String(text)) => Text::literal(text).quoted(),
        Bound::Fixed(value) => value.to_string(),
        // As a whole it keeps the type that it was captured with.
        Bound::Text(text) => text.only_variable().map_or_else(|| text.quoted(), |name| format!("{{{{{name}}}}}")),
        Bound::Json(name) => format!("{{{{{name}}}}}"),
    }
}

fn impossible(why: &str) -> Stop {
    Stop::Impossible(why.to_owned())
}
