//! Steps: what each does, one thing each.

use super::call::{ALONE, ALWAYS, Standing};
use super::claim::Subject;
use super::reader::{Fields, Reader, or};
use super::scope::Scope;
use super::{Action, Fresh, Recipe, Step, Wait};
use crate::diagnostic::suggest;
use crate::yaml::{Entry, Node, Tree};

const ACTIONS: [&str; 9] = ["call", "together", "repeat", "wait", "code", "mail", "block", "make", "check"];
const COMMON: [&str; 3] = ["id", "about", "when"];
const RECIPES: [&str; 8] = ["fresh", "forge", "tamper", "shorten", "recase", "code", "text", "value"];
const FRESH: [(&str, Fresh); 5] = [
    ("phone", Fresh::Phone),
    ("email", Fresh::Email),
    ("username", Fresh::Username),
    ("password", Fresh::Password),
    ("uuid", Fresh::Uuid),
];

impl Reader<'_> {
    /// A list of steps.
    pub(super) fn steps(&self, node: &Node, scope: &mut Scope) -> Vec<Step> {
        let items = self.list(node, "a list of steps").unwrap_or_default();
        items.iter().filter_map(|item| self.step(item, scope)).collect()
    }

    fn step(&self, node: &Node, scope: &mut Scope) -> Option<Step> {
        let Some((action, fields)) = self.action_of(node) else {
            scope.lose_track();
            return None;
        };
        let id = fields.get("id").and_then(|node| self.id(node));
        let about = fields.get("about").and_then(|node| self.text(node, "a sentence, which is text"));
        let when = self.when(fields.get("when"), scope);
        // Known before the action is read: its claims may ask what became of this very step.
        if let Some(id) = &id {
            let first = fields.get("together").and_then(|calls| calls.items().first()?.get("call"));
            let operation = fields.get("call").or(first).and_then(Node::text);
            let span = fields.get("id").map_or(&node.span, |node| &node.span);
            scope.took(self, id, operation, span);
        }
        let read = self.action(action, node, fields, scope);
        Some(Step { id, about: about.map(str::to_owned), when, action: read?, place: self.place(&node.span) })
    }

    /// The one action of a step.
    fn action_of<'n>(&self, node: &'n Node) -> Option<(&'static str, Fields<'n>)> {
        let entries = self.named(node, "a step, which is a mapping")?;
        let found: Vec<&'static str> =
            ACTIONS.into_iter().filter(|action| entries.iter().any(|entry| entry.key == *action)).collect();
        match found.as_slice() {
            [action] => {
                // A call checks its keys itself.
                let own: &[&str] = match *action {
                    "call" => return Some((action, Fields::unchecked(node, "a call"))),
                    "together" => &["also"],
                    _ => &[],
                };
                let fields = self.fields(node, "a step", &[&[*action], own, &COMMON[..]].concat())?;
                Some((action, fields))
            }
            [] => {
                self.no_action(node, entries);
                None
            }
            [first, second, ..] => {
                let fields = Fields::unchecked(node, "a step");
                let (first, second) = if fields.key_span(first).start < fields.key_span(second).start {
                    (first, second)
                } else {
                    (second, first)
                };
                let message = format!("a step does one thing, found `{first}` and `{second}`");
                self.mistake_with(fields.key_span(second), message, "make them two steps");
                None
            }
        }
    }

    /// Reports the misspelt key that was meant to be an action, else that there is none.
    fn no_action(&self, node: &Node, entries: &[Entry]) {
        let known = [&ACTIONS[..], &COMMON, &ALWAYS, &ALONE].concat();
        let mut misspelt = entries.iter().filter(|entry| !known.contains(&entry.key.as_str())).peekable();
        if misspelt.peek().is_none() {
            self.mistake_with(&node.span, "this step does nothing", format!("expected one of {}", or(&ACTIONS)));
        }
        for entry in misspelt {
            let message = format!("unknown key `{}` in a step", entry.key);
            self.report(entry.key_span.clone(), message, suggest(&entry.key, ACTIONS.into_iter().chain(COMMON)));
        }
    }

    fn action(&self, action: &str, node: &Node, fields: Fields<'_>, scope: &mut Scope) -> Option<Action> {
        let value = fields.get(action)?;
        match action {
            "call" => Some(Action::Call(Box::new(self.call(node, scope, Standing::Step, &COMMON)?))),
            "together" => self.together(value, fields.get("also"), scope),
            "repeat" => self.repeat(value, scope),
            "wait" => self.wait(value, scope).map(Action::Wait),
            "code" => {
                let (phone, keep, proves) = self.reading(value, "phone", scope)?;
                scope.bind_record(&keep, &["code", "text", "wrong"]);
                let if_sent = self.if_sent(value, "a code", &proves);
                Some(Action::Code { phone: phone?, keep, if_sent, proves })
            }
            "mail" => {
                let (email, keep, proves) = self.reading(value, "email", scope)?;
                scope.bind_record(&keep, &["link", "forged", "garbled", "emptied"]);
                let if_sent = self.if_sent(value, "a mail", &proves);
                Some(Action::Mail { email: email?, keep, if_sent, proves })
            }
            "block" => Some(Action::Block { phone: self.text_template(value, "a phone, which is text", scope)? }),
            "make" => self.make(value, scope),
            _ => Some(Action::Check(self.claims(value, scope, Subject::Kept))),
        }
    }

    /// Whether a message needs not come; what it would show is then nothing.
    fn if_sent(&self, node: &Node, what: &str, proves: &[String]) -> bool {
        let if_sent = node.get("if-sent").is_some_and(|node| self.yes(node).is_some());
        if if_sent && !proves.is_empty() {
            let message = format!("{what} that needs not come shows nothing: leave out `proves` or `if-sent`");
            self.mistake(&node.span, message);
        }
        if_sent
    }

    fn together(&self, node: &Node, also: Option<&Node>, scope: &mut Scope) -> Option<Action> {
        let items = self.list(node, "a list of calls")?;
        if items.len() == 1 {
            self.mistake(&node.span, "expected two calls or more to send together, found one");
        }
        let calls: Vec<_> = items.iter().map(|item| self.call(item, scope, Standing::Race, &[])).collect();
        let also = also.map(|node| self.claims(node, scope, Subject::Race)).unwrap_or_default();
        Some(Action::Together { calls: calls.into_iter().collect::<Option<_>>()?, also })
    }

    fn repeat(&self, node: &Node, scope: &mut Scope) -> Option<Action> {
        let fields = self.fields(node, "`repeat`", &["at-most", "until", "proves", "steps"])?;
        let at_most = fields.need(self, "at-most").and_then(|node| self.count(node));
        scope.begin_round();
        let steps = fields.need(self, "steps").map(|node| self.steps(node, scope)).unwrap_or_default();
        let until = fields.need(self, "until").and_then(|node| self.condition(node, scope));
        scope.end_round(self);
        let proves = fields.get("proves").map(|node| self.proves(node, scope)).unwrap_or_default();
        Some(Action::Repeat { at_most: at_most?, steps, until: until?, proves })
    }

    fn wait(&self, node: &Node, scope: &Scope) -> Option<Wait> {
        let fields = self.fields(node, "`wait`", &["seconds", "life", "share", "past"])?;
        match fields.one_of(self, &["seconds", "life"])? {
            ("seconds", seconds) => {
                for key in ["share", "past"].into_iter().filter(|key| fields.get(key).is_some()) {
                    self.mistake(fields.key_span(key), format!("`{key}` belongs to `life`"));
                }
                self.seconds(seconds, scope).map(Wait::Seconds)
            }
            (_, life) => {
                let life = self.reference(life, "a stated life", scope);
                match fields.one_of(self, &["share", "past"])? {
                    ("share", share) => Some(Wait::Share { share: self.share(share)?, life: life? }),
                    (_, past) => {
                        self.yes(past)?;
                        Some(Wait::Past { life: life? })
                    }
                }
            }
        }
    }

    fn share(&self, node: &Node) -> Option<f64> {
        let share = self.number(node)?;
        if !(0.0..=1.0).contains(&share) {
            self.mistake(&node.span, format!("expected a share from 0 to 1, found {share}"));
            return None;
        }
        Some(share)
    }

    /// The parts of a step that reads what the target sent: the addressee, the name, the requirements.
    fn reading(
        &self,
        node: &Node,
        addressee: &'static str,
        scope: &mut Scope,
    ) -> Option<(Option<super::Template>, String, Vec<String>)> {
        let what = if addressee == "phone" { "`code`" } else { "`mail`" };
        let Some(fields) = self.fields(node, what, &[addressee, "keep", "if-sent", "proves"]) else {
            scope.lose_track();
            return None;
        };
        let to = fields.need(self, addressee);
        let to = to.and_then(|node| self.text_template(node, "an addressee, which is text", scope));
        let proves = fields.get("proves").map(|node| self.proves(node, scope)).unwrap_or_default();
        let keep = fields.need(self, "keep")?;
        let name = self.text(keep, "a name")?;
        self.binding(name, &keep.span, false).then(|| (to, name.to_owned(), proves))
    }

    fn make(&self, node: &Node, scope: &mut Scope) -> Option<Action> {
        let entries = self.named(node, "names and recipes, a mapping")?;
        let mut made = Vec::new();
        for entry in entries {
            let recipe = self.recipe(entry, scope);
            if self.bind(&entry.key, &entry.key_span, scope) {
                made.extend(recipe.map(|recipe| (entry.key.clone(), recipe)));
            }
        }
        Some(Action::Make(made))
    }

    fn recipe(&self, entry: &Entry, scope: &Scope) -> Option<Recipe> {
        if let Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) = entry.value.tree {
            let message = format!("expected a recipe, which is a mapping, found {}", entry.value.kind());
            let help = format!("write `{{ value: {} }}`", self.written(&entry.value.span));
            self.mistake_with(&entry.value.span, message, help);
            return None;
        }
        let fields = self.fields(&entry.value, "a recipe", &RECIPES)?;
        let (kind, value) = fields.one_of(self, &RECIPES)?;
        match kind {
            "fresh" => {
                let name = self.text(value, "a kind of fresh value")?;
                let known = FRESH.iter().find(|(known, _)| *known == name);
                if known.is_none() {
                    self.unknown(&value.span, "kind of fresh value", name, FRESH.iter().map(|(known, _)| *known));
                }
                known.map(|(_, fresh)| Recipe::Fresh(*fresh))
            }
            "forge" => Some(Recipe::Forge(self.reference(value, "a value of the shape", scope)?)),
            "tamper" => Some(Recipe::Tamper(self.reference(value, "a value to change", scope)?)),
            "shorten" => Some(Recipe::Shorten(self.reference(value, "a value to shorten", scope)?, 1)),
            "recase" => Some(Recipe::Recase(self.reference(value, "a value to change", scope)?)),
            "code" => {
                self.text(value, "the digits of a code, in quotes")?;
                Some(Recipe::Code(self.template(value, scope)))
            }
            "text" => Some(Recipe::Text(usize::try_from(self.count(value)?).unwrap_or(usize::MAX))),
            _ => Some(Recipe::Value(self.template(value, scope))),
        }
    }
}
