//! Turns a claim of a flow into an assertion, with every reference resolved.

use super::bindings::Bindings;
use crate::expect::{Assertion, Test, ValueTest};
use crate::suite::{Claim, ClaimTest};

/// Resolves a claim.
///
/// # Errors
/// The first name that was never bound.
pub fn resolve(claim: &Claim, bindings: &Bindings) -> Result<Assertion, String> {
    let at = |pointer: &String, value: ValueTest| Test::At { pointer: pointer.clone(), value };
    let test = match &claim.test {
        ClaimTest::Answer(kinds) => Test::Answer(kinds.clone()),
        ClaimTest::Is { at: pointer, value, except } => {
            at(pointer, ValueTest::Is { value: bindings.resolve(value)?, except: except.clone() })
        }
        ClaimTest::Isnt { at: pointer, value } => at(pointer, ValueTest::Isnt(bindings.resolve(value)?)),
        ClaimTest::In { at: pointer, values } => {
            let values = values.iter().map(|value| bindings.resolve(value)).collect::<Result<_, _>>()?;
            at(pointer, ValueTest::In(values))
        }
        ClaimTest::Holds { at: pointer, value } => at(pointer, ValueTest::Holds(bindings.resolve(value)?)),
        ClaimTest::Like { at: pointer, value } => {
            let value = bindings.resolve(value)?;
            let keys = value.as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default();
            at(pointer, ValueTest::Keys(keys))
        }
        ClaimTest::Above { at: pointer, bound } => at(pointer, ValueTest::Above(*bound)),
        ClaimTest::Filled { at: pointer } => at(pointer, ValueTest::Filled),
        ClaimTest::Same(left, right) => Test::Same(bindings.resolve(left)?, bindings.resolve(right)?),
        ClaimTest::Differ(left, right) => Test::Differ(bindings.resolve(left)?, bindings.resolve(right)?),
        ClaimTest::AcceptedAtMost { most, .. } => Test::AcceptedAtMost(*most),
    };
    Ok(Assertion::new(test, claim.proves.clone(), claim.place.clone()))
}
