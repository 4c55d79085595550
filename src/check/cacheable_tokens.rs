//! Answers with tokens are not to be stored (RFC 6749 section 5.1).

use super::{Check, Judged, Looked, judged};
use crate::verdict::Mismatch;

/// Tokens in an answer that a cache may keep.
pub const CHECK: Check = Check {
    id: "cacheable-tokens",
    about: "Looks at every answer that carries tokens: its Cache-Control says no-store.",
    requirements: &["token-no-store"],
    look: Some(look),
};

fn look<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    if looked.token_part("access").is_none() && looked.token_part("refresh").is_none() {
        return Vec::new();
    }
    let headers = looked.response.headers.iter().filter(|(name, _)| name == "cache-control");
    let values: Vec<&str> = headers.map(|(_, value)| value.as_str()).collect();
    let said =
        values.iter().flat_map(|value| value.split(',')).any(|part| part.trim().eq_ignore_ascii_case("no-store"));
    let wrong = (!said).then(|| {
        let actual = if values.is_empty() { "no such header".to_owned() } else { format!("`{}`", values.join(", ")) };
        Mismatch::new("header cache-control", "`no-store`", actual)
    });
    vec![judged("token-no-store", wrong)]
}
