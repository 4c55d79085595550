//! Conditions: when a step applies, and when a repetition ends.

use super::Condition;
use super::reader::{Fields, Reader};
use super::scope::Scope;
use crate::yaml::Node;

const WHAT: &str = "a condition";
const KINDS: [&str; 9] = ["same", "differ", "accepted", "refused", "answered", "known", "begins", "due", "lasts"];
const KEYS: [&str; 10] =
    ["same", "differ", "accepted", "refused", "answered", "known", "begins", "due", "within", "lasts"];

impl Reader<'_> {
    /// The list below `when`.
    pub(super) fn when(&self, node: Option<&Node>, scope: &mut Scope) -> Vec<Condition> {
        let items = node.and_then(|node| self.list(node, "a list of conditions")).unwrap_or_default();
        items.iter().filter_map(|item| self.condition(item, scope)).collect()
    }

    /// One condition.
    pub(super) fn condition(&self, node: &Node, scope: &mut Scope) -> Option<Condition> {
        let fields = self.fields(node, WHAT, &KEYS)?;
        let (kind, value) = fields.one_of(self, &KINDS)?;
        if kind != "due" && fields.get("within").is_some() {
            self.mistake(fields.key_span("within"), "`within` belongs to `due`");
        }
        match kind {
            "same" | "differ" => {
                let (left, right) = self.pair(value, "two values to compare")?;
                let (left, right) = (self.template(left, scope), self.template(right, scope));
                Some(if kind == "same" { Condition::Same(left, right) } else { Condition::Differ(left, right) })
            }
            "accepted" => Some(Condition::Accepted(self.step_id(value, scope)?)),
            "refused" => Some(Condition::Refused(self.step_id(value, scope)?)),
            "answered" => self.answered(value, scope),
            "known" => Some(Condition::Known(self.asked(value, scope)?)),
            "begins" => {
                let (whole, start) = self.pair(value, "a value and the text that it begins with")?;
                let template = self.template(whole, scope);
                Some(Condition::Begins(template, self.text(start, "text that a value begins with")?.to_owned()))
            }
            "due" => self.due(fields, value, scope),
            _ => Some(Condition::Lasts(self.reference(value, "a stated life", scope)?)),
        }
    }

    fn step_id(&self, node: &Node, scope: &mut Scope) -> Option<String> {
        let id = self.text(node, "the id of a step")?;
        scope.ask_step(self, id, &node.span);
        Some(id.to_owned())
    }

    fn answered(&self, node: &Node, scope: &mut Scope) -> Option<Condition> {
        let (step, error) = self.pair(node, "the id of a step and an error")?;
        let step = self.step_id(step, scope)?;
        let operation = scope.operation_of(&step).and_then(|id| self.names.operations.get(id));
        let error = self.error(error, operation)?;
        Some(Condition::Answered { step, error })
    }

    fn due(&self, fields: Fields<'_>, life: &Node, scope: &Scope) -> Option<Condition> {
        let life = self.reference(life, "a stated life", scope);
        let within = self.seconds(fields.need(self, "within")?, scope)?;
        Some(Condition::Due { life: life?, within })
    }
}
