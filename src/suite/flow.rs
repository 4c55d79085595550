//! The files: suites with flows, the fixtures, the stages.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::call::Standing;
use super::reader::{Fields, Reader};
use super::scope::Scope;
use super::{Call, Fixture, Flow, Given, Payload, Stage, Suite, Template};
use crate::verdict::Place;
use crate::yaml::{Node, Tree};

/// Ids that are unique, and where each stands first: files are read side by side, and each tells of its own mistakes.
#[derive(Debug, Default)]
pub(super) struct Firsts(BTreeMap<String, Place>);

impl Firsts {
    /// Takes in the ids of a list of a file, such as `flows`.
    pub(super) fn add(&mut self, reader: &Reader<'_>, root: &Node, list: &str) {
        let ids = root.get(list).map(Node::items).unwrap_or_default().iter().filter_map(|item| item.get("id"));
        for (node, id) in ids.filter_map(|node| Some((node, node.text()?))) {
            self.0.entry(id.to_owned()).or_insert_with(|| reader.place(&node.span));
        }
    }
}

impl Reader<'_> {
    /// A file of flows; `stem` is its name without `.yaml`.
    pub(super) fn suite(&self, root: &Node, stem: &str, firsts: &Firsts) -> Option<Suite> {
        let fields = self.fields(root, "a suite", &["suite", "about", "flows"])?;
        let id = fields.need(self, "suite").and_then(|node| {
            let id = self.id(node)?;
            if id != stem {
                let message = format!("the suite `{id}` is in the file `{stem}.yaml`");
                self.mistake_with(&node.span, message, format!("write `suite: {stem}`, or rename the file"));
            }
            Some(id)
        });
        let about = self.about(fields);
        let flows = fields.need(self, "flows").and_then(|node| self.list(node, "a list of flows"));
        let flows = flows.unwrap_or_default().iter().filter_map(|node| self.flow(node, stem, firsts));
        let flows = flows.map(Arc::new).collect();
        Some(Suite { id: id?, about: about?, flows })
    }

    fn flow(&self, node: &Node, suite: &str, firsts: &Firsts) -> Option<Flow> {
        let fields = self.fields(node, "a flow", &["id", "about", "given", "steps"])?;
        let id = self.unique_id(fields, "flow", firsts);
        let about = self.about(fields);
        let mut scope = Scope::new();
        let given = self.given(fields.get("given"), &mut scope);
        let steps = fields.need(self, "steps").map(|node| self.steps(node, &mut scope))?;
        self.check_relevance(&scope, &given);
        let place = self.place(&node.span);
        Some(Flow { suite: suite.to_owned(), id: id?, about: about?, given, steps, cases: None, place })
    }

    /// The file of the fixtures.
    pub(super) fn fixtures(&self, root: &Node) -> Vec<Arc<Fixture>> {
        for circle in self.index.circles() {
            self.note(circle);
        }
        let mut firsts = Firsts::default();
        firsts.add(self, root, "fixtures");
        let fields = self.fields(root, "the fixtures file", &["fixtures"]);
        let list = fields.and_then(|fields| fields.need(self, "fixtures"));
        let items = list.and_then(|node| self.list(node, "a list of fixtures")).unwrap_or_default();
        items.iter().filter_map(|node| self.fixture(node, &firsts)).map(Arc::new).collect()
    }

    fn fixture(&self, node: &Node, firsts: &Firsts) -> Option<Fixture> {
        let fields = self.fields(node, "a fixture", &["id", "about", "given", "steps", "yields"])?;
        let id = self.unique_id(fields, "fixture", firsts);
        let about = self.about(fields);
        let mut scope = Scope::new();
        let given = self.given(fields.get("given"), &mut scope);
        let steps = fields.need(self, "steps").map(|node| self.steps(node, &mut scope));
        let yields = fields.need(self, "yields").and_then(|node| self.yields(node, &scope));
        self.check_relevance(&scope, &given);
        let place = self.place(&node.span);
        Some(Fixture { id: id?, about: about?, given, steps: steps?, yields: yields?, place })
    }

    fn yields(&self, node: &Node, scope: &Scope) -> Option<Vec<(String, Template)>> {
        let entries = self.named(node, "the fields of a record, a mapping")?;
        let field = |entry: &crate::yaml::Entry| {
            self.binding(&entry.key, &entry.key_span, false);
            (entry.key.clone(), self.template(&entry.value, scope))
        };
        Some(entries.iter().map(field).collect())
    }

    /// The file of the stages.
    pub(super) fn stages(&self, root: &Node) -> Vec<Stage> {
        let mut firsts = Firsts::default();
        firsts.add(self, root, "stages");
        let fields = self.fields(root, "the stages file", &["stages"]);
        let list = fields.and_then(|fields| fields.need(self, "stages"));
        let items = list.and_then(|node| self.list(node, "a list of stages")).unwrap_or_default();
        items.iter().filter_map(|node| self.stage(node, &firsts)).collect()
    }

    fn stage(&self, node: &Node, firsts: &Firsts) -> Option<Stage> {
        let keys = ["id", "about", "given", "before", "twin", "other-token", "spends", "after"];
        let fields = self.fields(node, "a stage", &keys)?;
        let id = self.unique_id(fields, "stage", firsts);
        let about = self.about(fields);
        let mut scope = Scope::new();
        let given = self.given(fields.get("given"), &mut scope);
        let before = self.optional_steps(fields, "before", &mut scope);
        let twin = fields.need(self, "twin").and_then(|node| self.call(node, &mut scope, Standing::Twin, &[]));
        let other_token =
            fields.get("other-token").and_then(|node| self.text_template(node, "a token, which is text", &scope));
        let spends = fields.get("spends").map(|node| self.spends(node, twin.as_ref())).unwrap_or_default();
        let after = self.optional_steps(fields, "after", &mut scope);
        self.check_relevance(&scope, &given);
        let place = self.place(&node.span);
        Some(Stage { id: id?, about: about?, given, before, twin: twin?, other_token, spends, after, place })
    }

    /// Steps that may be missing or an empty list.
    fn optional_steps(&self, fields: Fields<'_>, key: &str, scope: &mut Scope) -> Vec<super::Step> {
        let some = fields.get(key).filter(|node| !matches!(&node.tree, Tree::List(items) if items.is_empty()));
        some.map(|node| self.steps(node, scope)).unwrap_or_default()
    }

    /// Names of fields of the twin's body.
    fn spends(&self, node: &Node, twin: Option<&Call>) -> Vec<String> {
        let Tree::List(items) = &node.tree else {
            self.wrong_kind(node, "a list of fields");
            return Vec::new();
        };
        let sent: Option<Vec<&str>> = twin.map(|twin| match &twin.payload {
            Payload::Json(body) | Payload::Form(body) => {
                body.source().as_object().map(|fields| fields.keys().map(String::as_str).collect()).unwrap_or_default()
            }
            Payload::None | Payload::Raw { .. } => Vec::new(),
        });
        let mut spends = Vec::new();
        for item in items {
            let Some(name) = self.text(item, "the name of a field") else { continue };
            match &sent {
                Some(sent) if !sent.contains(&name) => {
                    self.unknown(&item.span, "field of the twin", name, sent.iter().copied());
                }
                _ => spends.push(name.to_owned()),
            }
        }
        spends
    }

    fn about(&self, fields: Fields<'_>) -> Option<String> {
        let about = self.text(fields.need(self, "about")?, "a sentence, which is text")?;
        Some(about.to_owned())
    }

    fn unique_id(&self, fields: Fields<'_>, what: &str, firsts: &Firsts) -> Option<String> {
        let node = fields.need(self, "id")?;
        let id = self.id(node)?;
        let place = self.place(&node.span);
        if let Some(first) = firsts.0.get(&id).filter(|first| **first != place) {
            let message = format!("the {what} id `{id}` is here twice");
            self.mistake_with(&node.span, message, format!("the first one is at {first}"));
        }
        Some(id)
    }

    fn given(&self, node: Option<&Node>, scope: &mut Scope) -> Vec<Given> {
        let entries = node.and_then(|node| self.named(node, "names and fixture ids, a mapping")).unwrap_or_default();
        let mut given = Vec::new();
        for entry in entries {
            if !self.binding(&entry.key, &entry.key_span, false) {
                continue;
            }
            let fixture = self.text(&entry.value, "a fixture id").unwrap_or_default();
            scope.give(&entry.key, fixture, self.index);
            if !fixture.is_empty() && !self.index.has(fixture) {
                self.unknown(&entry.value.span, "fixture", fixture, self.index.ids());
            }
            given.push(Given { name: entry.key.clone(), fixture: fixture.to_owned() });
        }
        given
    }

    /// Reports a requirement about an operation that is never called on the way.
    fn check_relevance(&self, scope: &Scope, given: &[Given]) {
        let Some(own) = scope.calls() else { return };
        if given.iter().any(|given| self.index.yields(&given.fixture).is_none()) {
            return;
        }
        let mut calls: BTreeSet<&str> = own.iter().map(String::as_str).collect();
        for given in given {
            self.index.calls(&given.fixture, &mut calls);
        }
        for (id, span) in &scope.proves {
            let Some(Some(operation)) = self.names.requirements.get(id) else { continue };
            if !calls.contains(operation.as_str()) {
                self.mistake(span, format!("`{id}` is about `{operation}`, which is not called here"));
            }
        }
    }
}
