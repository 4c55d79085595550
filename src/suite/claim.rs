//! Claims: more that an answer, a race or the values kept so far must hold.

use super::names::Operation;
use super::reader::{Fields, Reader, or};
use super::scope::Scope;
use super::value::is_pointer;
use super::{Claim, ClaimTest};
use crate::yaml::{Node, Tree};

const WHAT: &str = "an assertion";
const TESTS: [&str; 5] = ["expect", "at", "same", "differ", "accepted-at-most"];
const VALUE_TESTS: [&str; 7] = ["is", "isnt", "in", "holds", "like", "above", "filled"];
const KEYS: [&str; 16] = [
    "expect",
    "at",
    "same",
    "differ",
    "accepted-at-most",
    "within",
    "is",
    "isnt",
    "in",
    "holds",
    "like",
    "above",
    "filled",
    "except",
    "proves",
    "when",
];

/// What claims can look at.
#[derive(Clone, Copy)]
pub(super) enum Subject<'o> {
    /// The answer to one request.
    Answer(Option<&'o Operation>),
    /// The answers to concurrent requests.
    Race,
    /// The values that were kept.
    Kept,
}

impl Subject<'_> {
    fn tests(self) -> &'static [&'static str] {
        match self {
            Subject::Answer(_) => &["expect", "at", "same", "differ"],
            Subject::Race => &["accepted-at-most", "same", "differ"],
            Subject::Kept => &["same", "differ"],
        }
    }

    fn name(self) -> &'static str {
        match self {
            Subject::Answer(_) => "the answer to one request",
            Subject::Race => "requests sent together",
            Subject::Kept => "kept values",
        }
    }
}

impl Reader<'_> {
    /// A list of claims.
    pub(super) fn claims(&self, node: &Node, scope: &mut Scope, subject: Subject<'_>) -> Vec<Claim> {
        let items = self.list(node, "a list of assertions").unwrap_or_default();
        items.iter().filter_map(|item| self.claim(item, scope, subject)).collect()
    }

    fn claim(&self, node: &Node, scope: &mut Scope, subject: Subject<'_>) -> Option<Claim> {
        let fields = self.fields(node, WHAT, &KEYS)?;
        let when = self.when(fields.get("when"), scope);
        let proves = fields.need(self, "proves").map(|node| self.proves(node, scope)).unwrap_or_default();
        let test = self.claim_test(fields, scope, subject)?;
        Some(Claim { test, proves, when, place: self.place(&node.span) })
    }

    fn claim_test(&self, fields: Fields<'_>, scope: &mut Scope, subject: Subject<'_>) -> Option<ClaimTest> {
        let of_value: Vec<&str> = VALUE_TESTS.into_iter().filter(|key| fields.get(key).is_some()).collect();
        if let (Some(first), None) = (of_value.first(), fields.get("at")) {
            let message = format!("missing key `at` in {WHAT}: `{first}` looks at one place of the body");
            self.mistake_with(fields.key_span(first), message, "`at: \"\"` is the whole body");
            return None;
        }
        let (test, value) = fields.one_of(self, &TESTS)?;
        if test != "accepted-at-most" && fields.get("within").is_some() {
            self.mistake(fields.key_span("within"), "`within` belongs to `accepted-at-most`");
        }
        if !subject.tests().contains(&test) {
            let message = format!("`{test}` says nothing about {}", subject.name());
            self.mistake_with(fields.key_span(test), message, format!("expected one of {}", or(subject.tests())));
            return None;
        }
        match (test, subject) {
            ("expect", Subject::Answer(operation)) => Some(ClaimTest::Answer(self.kinds(value, operation)?)),
            ("same" | "differ", _) => {
                let (left, right) = self.pair(value, "two values to compare")?;
                let (left, right) = (self.template(left, scope), self.template(right, scope));
                Some(if test == "same" { ClaimTest::Same(left, right) } else { ClaimTest::Differ(left, right) })
            }
            ("accepted-at-most", _) => {
                let within = fields.get("within").map(|node| self.pointer(node));
                let most = usize::try_from(self.whole(value)?).unwrap_or(usize::MAX);
                Some(ClaimTest::AcceptedAtMost { most, within: within.flatten() })
            }
            _ => self.value_test(fields, value, scope),
        }
    }

    fn value_test(&self, fields: Fields<'_>, at: &Node, scope: &Scope) -> Option<ClaimTest> {
        let pointer = self.pointer(at);
        let (test, node) = fields.one_of(self, &VALUE_TESTS)?;
        let except = fields.get("except").map(|node| self.exceptions(node)).unwrap_or_default();
        if test != "is" && fields.get("except").is_some() {
            self.mistake(fields.key_span("except"), "`except` belongs to `is`");
        }
        let at = pointer?;
        Some(match test {
            "is" => ClaimTest::Is { at, value: self.template(node, scope), except },
            "isnt" => ClaimTest::Isnt { at, value: self.template(node, scope) },
            "in" => {
                let items = self.list(node, "a list of allowed values")?;
                ClaimTest::In { at, values: items.iter().map(|item| self.template(item, scope)).collect() }
            }
            "holds" => {
                let value = self.template(node, scope);
                if !matches!(&node.tree, Tree::Map(_) | Tree::Text(_)) {
                    self.wrong_kind(node, "keys and values that are there, a mapping");
                    return None;
                }
                ClaimTest::Holds { at, value }
            }
            "like" => ClaimTest::Like { at, value: self.template(node, scope) },
            "above" => ClaimTest::Above { at, bound: self.number(node)? },
            _ => {
                self.yes(node)?;
                ClaimTest::Filled { at }
            }
        })
    }

    /// JSON Pointers, each with at most one `*`.
    fn exceptions(&self, node: &Node) -> Vec<String> {
        let items = self.list(node, "a list of JSON Pointers").unwrap_or_default();
        let pattern = |item: &Node| {
            let text = self.text(item, "a JSON Pointer, which is text")?;
            if !is_pointer(text) || text.matches('*').count() > 1 {
                let help = "write `/key`, with one `*` for any text";
                self.mistake_with(&item.span, format!("`{text}` is no pattern of JSON Pointers"), help);
                return None;
            }
            Some(text.to_owned())
        };
        items.iter().filter_map(pattern).collect()
    }
}
