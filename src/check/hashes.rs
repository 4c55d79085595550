//! No answer shows a password hash, or a key that is made for secrets.

use super::{Check, Judged, Looked, judged};
use crate::exchange::{HASH_BEGINNINGS, HASH_KIND};
use crate::pointer::walk;
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
    walk(body, &mut |path, value| {
        if let Some(text) = value.as_str()
            && HASH_BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
        {
            hash.get_or_insert_with(|| {
                Mismatch::new(path.to_string(), "no password hash", "a text that begins like one")
            });
        }
        if KEYS.iter().any(|key| is_named(path.key(), key)) {
            let named = || Mismatch::new(path.to_string(), "no key made for secrets", format!("`{}`", path.key()));
            key.get_or_insert_with(named);
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
