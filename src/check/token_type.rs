//! The type of issued tokens (RFC 6750 section 4).

use super::{Check, Judged, Looked, judged};
use crate::contract::keywords::TOKEN;
use crate::verdict::Mismatch;

/// A token of another type than bearer.
pub const CHECK: Check = Check {
    id: "other-token-type",
    about: "Looks at every answer that carries tokens: their type is bearer, and it is spelt in lower case.",
    requirements: &["token-type-bearer", "token-type-lower-case"],
    look: Some(look),
};

fn look<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    let Some((pointer, value)) = looked.token_part("type") else { return Vec::new() };
    let Some(value) = value.as_str() else { return Vec::new() };
    let bearer = value.eq_ignore_ascii_case("bearer");
    let wrong = |expected: &str| Some(Mismatch::new(pointer.clone(), expected, format!("`{value}`")));
    let mut all = vec![judged("token-type-bearer", if bearer { None } else { wrong("`bearer`") })];
    if bearer {
        all.push(judged(
            "token-type-lower-case",
            if value == "bearer" { None } else { wrong("`bearer` in lower case") },
        ));
    }
    all
}

impl<'a, 'e> Looked<'a, 'e> {
    /// The part of issued tokens in a success, with its JSON Pointer; which field holds it, the schemas say.
    pub(super) fn token_part(&self, part: &str) -> Option<(String, &serde_json::Value)> {
        let fields = self.success_fields()?;
        let field =
            fields.iter().find(|field| field.extension.get(TOKEN).and_then(|value| value.as_str()) == Some(part))?;
        Some((format!("/{}", field.name), self.body?.get(&field.name)?))
    }

    /// The documented fields of a success.
    pub(super) fn success_fields(&self) -> Option<&'a [crate::contract::Field]> {
        match &self.operation?.success {
            crate::contract::Success::Model(name) if self.response.is_success() => {
                Some(self.contract.model(name)?.fields())
            }
            _ => None,
        }
    }
}
