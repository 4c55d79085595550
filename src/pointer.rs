//! JSON Pointers (RFC 6901) to the places of a value. Looking one up is left to `serde_json`.

/// Appends a key or an index to a pointer, escaped (RFC 6901 section 3).
pub fn push(pointer: &mut String, key: &str) {
    pointer.push('/');
    for character in key.chars() {
        match character {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            other => pointer.push(other),
        }
    }
}

/// The pointer to a key or an index below another one.
pub fn below(pointer: &str, key: &str) -> String {
    let mut below = String::with_capacity(pointer.len() + 1 + key.len());
    below.push_str(pointer);
    push(&mut below, key);
    below
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_pointer_leads_to_the_key_that_it_was_made_for() {
        let value = json!({"a/b": {"~": {"~1": 7}}});
        let pointer = below(&below(&below("", "a/b"), "~"), "~1");
        assert_eq!((pointer.as_str(), value.pointer(&pointer)), ("/a~1b/~0/~01", Some(&json!(7))));
    }
}
