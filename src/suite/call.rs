//! One request: where it goes, what it carries, what its answer must hold, what is kept from it.

use std::ops::Range;
use std::sync::Arc;

use super::answer::is_refusal;
use super::claim::Subject;
use super::names::Operation;
use super::reader::{Fields, Reader};
use super::scope::Scope;
use super::template::{Piece, pieces};
use super::{Call, Payload, Retry, Template};
use crate::yaml::{Node, Tree};

/// The keys of every request.
pub(super) const ALWAYS: [&str; 12] =
    ["call", "as", "headers", "send", "form", "raw", "type", "link", "may-close", "expect", "proves", "also"];
/// The keys of a request that is a step of its own.
pub(super) const ALONE: [&str; 2] = ["keep", "retry"];

/// Where a request stands, which decides what it can do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// A step of its own, with the keys of a step.
    Step,
    /// One of several that are sent at once: its answer is not kept.
    Race,
    /// The accepted twin of generated cases.
    Twin,
}

impl Standing {
    fn what(self) -> &'static str {
        match self {
            Standing::Step => "a call",
            Standing::Race => "a call of `together`",
            Standing::Twin => "a twin",
        }
    }
}

impl Reader<'_> {
    /// A request. `common` are the keys that were read already.
    pub(super) fn call(&self, node: &Node, scope: &mut Scope, standing: Standing, common: &[&str]) -> Option<Call> {
        let alone: &[&str] = if standing == Standing::Race { &[] } else { &ALONE };
        let fields = self.fields(node, standing.what(), &[&ALWAYS, alone, common].concat())?;
        let operation = fields.need(self, "call").and_then(|node| self.operation(node));
        scope.called(operation.map(|operation| operation.id.as_str()));
        let bearer = fields.get("as").map(|node| self.text_template(node, "a bearer token, which is text", scope));
        let headers = fields.get("headers").map(|node| self.headers(node, scope)).unwrap_or_default();
        let payload = self.payload(fields, scope);
        let link = fields.get("link").map(|node| self.text_template(node, "a URL, which is text", scope));
        let may_close = fields.get("may-close").is_some_and(|node| self.yes(node).is_some());
        let expect = fields.need(self, "expect").and_then(|node| self.kinds(node, operation));
        if standing == Standing::Race {
            self.check_race(fields, expect.as_deref());
        }
        let proves = fields.get("proves").map(|node| self.proves(node, scope)).unwrap_or_default();
        if standing != Standing::Race {
            self.check_refusal(fields, expect.as_deref(), standing);
        }
        let subject = Subject::Answer(operation);
        let also = fields.get("also").map(|node| self.claims(node, scope, subject)).unwrap_or_default();
        let retry = fields.get("retry").map(|node| self.retry(node, operation, scope));
        let keep = fields.get("keep").map(|node| self.keep(node, scope)).unwrap_or_default();
        Some(Call {
            operation: operation?.id.clone(),
            bearer: bearer.flatten(),
            headers,
            payload: payload?,
            link: link.flatten(),
            expect: expect?,
            proves,
            also,
            keep,
            retry: retry.flatten(),
            may_close,
            own_connection: false,
            wrong_field: None,
            place: self.place(&node.span),
        })
    }

    fn operation(&self, node: &Node) -> Option<&Operation> {
        let id = self.text(node, "an operation")?;
        let operation = self.names.operations.get(id);
        if operation.is_none() {
            self.unknown(&node.span, "operation", id, self.names.operations.keys().map(String::as_str));
        }
        operation
    }

    fn headers(&self, node: &Node, scope: &Scope) -> Vec<(String, Template)> {
        let entries = self.named(node, "headers, a mapping of names to text").unwrap_or_default();
        let header = |entry: &crate::yaml::Entry| {
            let token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
            if entry.key.is_empty() || !entry.key.chars().all(token) {
                self.mistake(&entry.key_span, format!("`{}` is no header name", entry.key));
            }
            if !matches!(entry.value.tree, Tree::Text(_)) {
                self.wrong_kind(&entry.value, "the text of a header");
                return None;
            }
            Some((entry.key.clone(), self.template(&entry.value, scope)))
        };
        entries.iter().filter_map(header).collect()
    }

    fn payload(&self, fields: Fields<'_>, scope: &Scope) -> Option<Payload> {
        let bodies = ["send", "form", "raw"];
        if fields.get("type").is_some() && fields.get("raw").is_none() {
            let help = "`send` is JSON and `form` is urlencoded by themselves";
            self.mistake_with(fields.key_span("type"), "`type` belongs to `raw`", help);
        }
        if bodies.iter().all(|key| fields.get(key).is_none()) {
            return Some(Payload::None);
        }
        match fields.one_of(self, &bodies)? {
            ("send", node) => Some(Payload::Json(self.template(node, scope))),
            ("form", node) => self.form(node, scope),
            (_, node) => self.raw(node, fields.get("type")),
        }
    }

    fn form(&self, node: &Node, scope: &Scope) -> Option<Payload> {
        let entries = self.named(node, "form fields, a mapping")?;
        for entry in entries {
            match entry.value.tree {
                Tree::List(_) | Tree::Map(_) | Tree::Null => {
                    let message = format!("expected a flat value of the form field `{}`, found", entry.key);
                    self.mistake(&entry.value.span, format!("{message} {}", entry.value.kind()));
                }
                Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) | Tree::Broken => {}
            }
        }
        Some(Payload::Form(self.template(node, scope)))
    }

    fn raw(&self, node: &Node, content_type: Option<&Node>) -> Option<Payload> {
        let content_type = content_type.map(|node| self.text(node, "a content type, which is text").map(str::to_owned));
        let Tree::Text(text) = &node.tree else {
            self.wrong_kind(node, "the text of a body");
            return None;
        };
        if pieces(text).iter().any(|piece| matches!(piece, Piece::Reference(_))) {
            let help = "use `send` or `form`, or write the value itself";
            self.mistake_with(&node.span, "`raw` is sent as it is: no reference in it is replaced", help);
            return None;
        }
        Some(Payload::Raw { bytes: Arc::from(text.as_bytes()), content_type: content_type.flatten() })
    }

    /// Which of several answers comes from whom is open, so nothing that one call of `together` expects is ever judged.
    fn check_race(&self, fields: Fields<'_>, expect: Option<&[crate::expect::Kind]>) {
        let help = "write `also` beside `together`, or look at what became of it in a step that follows";
        for key in ["proves", "also"].into_iter().filter(|key| fields.get(key).is_some()) {
            let message = format!("`{key}` is never judged for one call of `together`");
            self.mistake_with(fields.key_span(key), message, help);
        }
        if let (Some(node), Some(expect)) = (fields.get("expect"), expect)
            && *expect != [crate::expect::Kind::Open]
        {
            let message = "what one call of `together` expects is never judged: expected `open`";
            self.mistake_with(&node.span, message, help);
        }
    }

    fn check_refusal(&self, fields: Fields<'_>, expect: Option<&[crate::expect::Kind]>, standing: Standing) {
        let (Some(node), Some(expect)) = (fields.get("expect"), expect) else { return };
        let refusal = is_refusal(expect);
        if standing == Standing::Twin && (refusal || expect.contains(&crate::expect::Kind::Open)) {
            self.mistake(&node.span, "a twin is a request that is accepted");
        } else if refusal && fields.get("proves").is_none() {
            let help = "name the requirement that it shows: `proves: [...]`";
            self.mistake_with(&node.span, "an expected refusal without `proves` shows nothing", help);
        }
    }

    fn retry(&self, node: &Node, operation: Option<&Operation>, scope: &Scope) -> Option<Retry> {
        let fields = self.fields(node, "`retry`", &["on", "after", "at-most"])?;
        let on = fields.need(self, "on").and_then(|node| {
            let items = self.list(node, "a list of errors")?;
            items.iter().map(|item| self.error(item, operation)).collect::<Vec<_>>().into_iter().collect()
        });
        let after = fields.need(self, "after").and_then(|node| self.seconds(node, scope));
        let at_most = fields.need(self, "at-most").and_then(|node| self.count(node));
        Some(Retry { on: on?, after: after?, at_most: at_most? })
    }

    fn keep(&self, node: &Node, scope: &mut Scope) -> Vec<(String, String)> {
        let entries = self.named(node, "names and JSON Pointers, a mapping").unwrap_or_default();
        let mut keep = Vec::new();
        for entry in entries {
            let pointer = self.pointer(&entry.value);
            if self.bind(&entry.key, &entry.key_span, scope) {
                keep.extend(pointer.map(|pointer| (entry.key.clone(), pointer)));
            }
        }
        keep
    }

    /// Binds a name or a field of a record.
    pub(super) fn bind(&self, name: &str, span: &Range<usize>, scope: &mut Scope) -> bool {
        let usable = self.binding(name, span, true);
        if usable {
            scope.bind(self, name, span);
        }
        usable
    }
}
