//! No answer shows a password hash, or a key that is made for secrets.

use serde_json::Value;

use super::{Check, Judged, Looked, judged};
use crate::exchange::{HASH_BEGINNINGS, HASH_KIND};
use crate::pointer;
use crate::verdict::Mismatch;

/// A password hash, or a key for one.
pub const CHECK: Check = Check {
    id: "shown-hash",
    about: "Looks at every JSON answer: no text begins like a password hash, nor does one in the claims of a signed token, and no key is password, passwordHash, hashedPassword, hash, salt or secret.",
    requirements: &["password-hash-never-shown", "secret-keys-absent"],
    look: Some(look),
};

/// Keys that no answer should have, compared without case and underscores.
const KEYS: [&str; 6] = ["password", "passwordhash", "hashedpassword", "hash", "salt", "secret"];

fn look<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    let Some(body) = looked.body else { return Vec::new() };
    let (mut hash, mut key) = (None, None);
    walk(body, &mut String::new(), &mut |place, name, value| {
        if let Some(text) = value.as_str()
            && HASH_BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
        {
            hash.get_or_insert_with(|| Mismatch::new(place, "no password hash", "a text that begins like one"));
        }
        if KEYS.iter().any(|key| is_named(name, key)) {
            key.get_or_insert_with(|| Mismatch::new(place, "no key made for secrets", format!("`{name}`")));
        }
    });
    let claim = looked.exchange.sightings.iter().find(|sighting| sighting.kind == HASH_KIND);
    let in_claim =
        || claim.map(|seen| Mismatch::new(seen.place.clone(), "no password hash", "a claim that begins like one"));
    let hash = hash.or_else(in_claim);
    vec![judged("password-hash-never-shown", hash), judged("secret-keys-absent", key)]
}

/// Whether a name is a key, without case and underscores.
fn is_named(name: &str, key: &str) -> bool {
    let letters = name.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase());
    letters.eq(key.bytes())
}

fn walk(value: &Value, place: &mut String, visit: &mut impl FnMut(&str, &str, &Value)) {
    let length = place.len();
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                pointer::push(place, name);
                visit(place, name, field);
                walk(field, place, visit);
                place.truncate(length);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointer::push(place, &index.to_string());
                visit(place, "", item);
                walk(item, place, visit);
                place.truncate(length);
            }
        }
        _ => {}
    }
}
