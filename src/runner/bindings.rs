//! Values that are kept while a flow runs, each with the moment of the answer that stated it.

use hashbrown::HashMap;
use serde_json::Value;

use crate::suite::Template;
use crate::suite::template::{whole, without};

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

    /// Declares a name that stands for nothing: fields and items that are nothing but it are left out.
    pub fn bind_absent(&mut self, name: &str) {
        self.absent.push(name.to_owned());
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&Bound> {
        self.values.get(name)
    }

    /// The value of a template that is one whole reference.
    pub fn whole(&self, template: &Template) -> Option<&Bound> {
        self.get(whole(template.source())?)
    }

    /// A template with every reference replaced; fields and items that refer to something absent are left out, at any
    /// depth.
    ///
    /// # Errors
    /// The first name that was never bound.
    pub fn resolve(&self, template: &Template) -> Result<Value, String> {
        let lookup = |name: &str| self.get(name).map(|bound| bound.value.clone());
        if self.absent.is_empty() {
            return template.resolve(&lookup);
        }
        Template::new(without(template.source(), &|name: &str| self.is_absent(name))).resolve(&lookup)
    }

    /// Whether a name stands for nothing.
    pub fn is_absent(&self, name: &str) -> bool {
        self.absent.iter().any(|absent| absent == name)
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
        let nested = Template::new(json!([{"id": ["${client.id}"], "b": "${a.b}"}]));
        assert_eq!(bindings.resolve(&nested), Ok(json!([{"id": [], "b": 1}])));
        assert_eq!(bindings.resolve(&Template::new(json!("${a.c}"))), Err("a.c".to_owned()));
        assert_eq!(bindings.whole(&Template::new(json!("${a.b}"))).map(|bound| bound.stated.at_ms), Some(5));
    }
}
