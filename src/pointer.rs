//! JSON Pointers (RFC 6901) to the places of a value. Looking one up is left to `serde_json`.

use std::fmt;

use serde_json::Value;

/// The place of a value within a whole one. It is written down, as a pointer, only where somebody wants to read it.
#[derive(Debug, Clone, Copy)]
pub enum Path<'p> {
    /// The whole.
    Top,
    /// Below a key of an object.
    Key(&'p Path<'p>, &'p str),
    /// Below an index of an array.
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    /// The key under which the value stands; empty where it stands under none.
    pub fn key(&self) -> &str {
        match self {
            Self::Key(_, key) => key,
            Self::Top | Self::Index(..) => "",
        }
    }

    fn write(&self, pointer: &mut String) {
        match self {
            Self::Top => {}
            Self::Key(above, key) => {
                above.write(pointer);
                push(pointer, key);
            }
            Self::Index(above, index) => {
                above.write(pointer);
                push(pointer, &index.to_string());
            }
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut pointer = String::new();
        self.write(&mut pointer);
        f.pad(&pointer)
    }
}

/// Visits a value and every value in it, each before those in it, in their order.
pub fn walk(value: &Value, visit: &mut impl FnMut(&Path<'_>, &Value)) {
    walk_below(&Path::Top, value, visit);
}

fn walk_below(path: &Path<'_>, value: &Value, visit: &mut impl FnMut(&Path<'_>, &Value)) {
    visit(path, value);
    match value {
        Value::Object(fields) => fields.iter().for_each(|(key, it)| walk_below(&Path::Key(path, key), it, visit)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, it)| walk_below(&Path::Index(path, index), it, visit));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

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

    #[test]
    fn every_value_is_visited_at_its_pointer() {
        let value = json!({"a/b": [{"~": 7}, []], "c": null});
        let mut seen = Vec::new();
        walk(&value, &mut |path, it| {
            assert_eq!(value.pointer(&path.to_string()), Some(it));
            seen.push((path.to_string(), path.key().to_owned()));
        });
        let wanted = [("", ""), ("/a~1b", "a/b"), ("/a~1b/0", ""), ("/a~1b/0/~0", "~"), ("/a~1b/1", ""), ("/c", "c")];
        assert_eq!(seen, wanted.map(|(place, key)| (place.to_owned(), key.to_owned())));
    }
}
