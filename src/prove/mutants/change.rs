//! What is done to an answer.

use serde_json::{Value, json};

use crate::reference::Answer;

/// One change of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Another status.
    Status(u16),
    /// A header with another value, or without one.
    Header(&'static str, Option<&'static str>),
    /// No body.
    Empty,
    /// The first half of the body.
    Truncated,
    /// The body as the only item of an array.
    Listed,
    /// Another body.
    Whole(Value),
    /// A key with another value.
    Set(String, Value),
    /// A key less.
    Remove(String),
    /// A key with another name.
    Rename(String, String),
    /// A key with the value that the first such answer of the server had.
    Again(String),
    /// A key less in each item of a list.
    RemoveOfItems(&'static str, &'static str),
    /// A key with another value in each item of a list.
    SetOfItems(&'static str, &'static str, Value),
    /// Each item of a list as its text alone.
    ItemsAsText(&'static str),
}

impl Change {
    /// Changes an answer; `given` is what the first one of this server gave.
    pub fn apply(&self, answer: &mut Answer, given: &mut Option<Value>) {
        match self {
            Self::Status(status) => {
                answer.status = *status;
                // An answer without content has no place for it.
                if *status == 204 {
                    answer.body.clear();
                    answer.headers.retain(|(name, _)| name != "content-type");
                }
            }
            Self::Header(name, value) => {
                let here = answer.headers.iter().position(|(known, _)| known == name);
                match (here, value) {
                    (Some(here), Some(value)) => answer.headers[here].1 = (*value).to_owned(),
                    (None, Some(value)) => answer.headers.push(((*name).to_owned(), (*value).to_owned())),
                    (Some(here), None) => drop(answer.headers.remove(here)),
                    (None, None) => {}
                }
            }
            Self::Empty => answer.body.clear(),
            Self::Truncated => answer.body.truncate(answer.body.len() / 2),
            _ => self.apply_to_body(answer, given),
        }
    }

    fn apply_to_body(&self, answer: &mut Answer, given: &mut Option<Value>) {
        let Ok(mut body) = serde_json::from_slice::<Value>(&answer.body) else { return };
        self.edit(&mut body, given);
        answer.body = body.to_string().into_bytes();
    }

    /// Changes a body.
    pub fn edit(&self, body: &mut Value, given: &mut Option<Value>) {
        if let Self::Listed = self {
            *body = json!([body.take()]);
        } else if let Self::Whole(other) = self {
            body.clone_from(other);
        }
        let Value::Object(object) = body else { return };
        match self {
            Self::Set(name, value) => drop(object.insert(name.clone(), value.clone())),
            Self::Remove(name) => drop(object.shift_remove(name)),
            Self::Rename(name, other) => {
                if let Some(value) = object.shift_remove(name) {
                    object.insert(other.clone(), value);
                }
            }
            Self::Again(name) => {
                if let Some(value) = object.get_mut(name) {
                    *value = given.get_or_insert_with(|| value.clone()).clone();
                }
            }
            Self::RemoveOfItems(list, name) => each_item(object.get_mut(*list), |item| {
                if let Value::Object(item) = item {
                    item.shift_remove(*name);
                }
            }),
            Self::SetOfItems(list, name, value) => each_item(object.get_mut(*list), |item| {
                if let Value::Object(item) = item {
                    item.insert((*name).to_owned(), value.clone());
                }
            }),
            Self::ItemsAsText(list) => each_item(object.get_mut(*list), |item| *item = json!(item.to_string())),
            Self::Status(_) | Self::Header(..) | Self::Empty | Self::Truncated | Self::Listed | Self::Whole(_) => {}
        }
    }
}

fn each_item(list: Option<&mut Value>, change: impl FnMut(&mut Value)) {
    if let Some(Value::Array(items)) = list {
        items.iter_mut().for_each(change);
    }
}
