//! Values that are kept while a flow runs, each with the moment of the answer that stated it.

use std::collections::HashMap;

use serde_json::Value;

use crate::suite::Template;
use crate::suite::template::{Piece, pieces};

/// A kept value.
#[derive(Debug, Clone, PartialEq)]
pub struct Bound {
    /// The value.
    pub value: Value,
    /// When it was stated.
    pub stated: Moment,
}

/// When a value was stated. All zeros for what no answer stated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moment {
    /// Target time of the answer that it came from, milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// How long that answer was under way, milliseconds: it may have been made so much earlier.
    pub took_ms: i64,
    /// How far the target's clock had been moved by then, milliseconds.
    pub moved_ms: i64,
}

/// Kept values by dotted name.
#[derive(Debug, Clone, Default)]
pub struct Bindings {
    values: HashMap<String, Bound>,
    absent: Vec<String>,
}

impl Bindings {
    /// Keeps a value that no answer stated.
    pub fn bind(&mut self, name: impl Into<String>, value: Value) {
        self.bind_stated(name, value, Moment::default());
    }

    /// Keeps a value of an answer.
    pub fn bind_stated(&mut self, name: impl Into<String>, value: Value, stated: Moment) {
        self.values.insert(name.into(), Bound { value, stated });
    }

    /// Keeps all that others keep.
    pub fn take_in(&mut self, others: Self) {
        self.values.extend(others.values);
    }

    /// Forgets a value, so that what refers to it is blocked.
    pub fn forget(&mut self, name: &str) {
        self.values.remove(name);
    }

    /// Declares a name that stands for nothing: fields whose whole value it is are left out.
    pub fn bind_absent(&mut self, name: &str) {
        self.absent.push(name.to_owned());
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Bound> {
        self.values.get(name)
    }

    /// The value of a template that is one whole reference.
    pub fn whole(&self, template: &Template) -> Option<&Bound> {
        let text = template.source().as_str()?;
        match pieces(text).as_slice() {
            [Piece::Reference(name)] => self.get(name),
            _ => None,
        }
    }

    /// A template with every reference replaced; fields that refer to something absent are left out.
    ///
    /// # Errors
    /// The first name that was never bound.
    pub fn resolve(&self, template: &Template) -> Result<Value, String> {
        let stripped = if self.absent.is_empty() { None } else { self.without_absent(template.source()) };
        let lookup = |name: &str| self.get(name).map(|bound| bound.value.clone());
        match stripped {
            Some(value) => Template::new(value).resolve(&lookup),
            None => template.resolve(&lookup),
        }
    }

    fn without_absent(&self, value: &Value) -> Option<Value> {
        let Value::Object(fields) = value else { return None };
        let refers_to_absent = |value: &Value| {
            value.as_str().is_some_and(|text| {
                matches!(pieces(text).as_slice(), [Piece::Reference(name)] if self.absent.iter().any(|absent| absent == name))
            })
        };
        Some(Value::Object(
            fields
                .iter()
                .filter(|(_, value)| !refers_to_absent(value))
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_that_refer_to_something_absent_are_left_out() {
        let mut bindings = Bindings::default();
        bindings.bind_stated("a.b", json!(1), Moment { at_ms: 5, took_ms: 1, moved_ms: 0 });
        bindings.bind_absent("client.id");
        let template = Template::new(json!({"id": "${client.id}", "b": "${a.b}"}));
        assert_eq!(bindings.resolve(&template), Ok(json!({"b": 1})));
        assert_eq!(bindings.resolve(&Template::new(json!("${a.c}"))), Err("a.c".to_owned()));
        assert_eq!(bindings.whole(&Template::new(json!("${a.b}"))).map(|bound| bound.stated.at_ms), Some(5));
    }
}
