//! What a step may refer to: the names bound and the steps taken before it.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::index::Index;
use super::reader::Reader;
use crate::diagnostic::suggest;

/// The record of client credentials that every flow has.
pub(super) const CLIENT: &str = "client";
const CLIENT_FIELDS: [&str; 2] = ["id", "secret"];

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Shape {
    /// A value.
    Value,
    /// A record of such fields.
    Record(BTreeSet<String>),
    /// A record that could not be read.
    Unknown,
}

/// A reference to something that may yet come, in a later round of a repetition.
#[derive(Debug, Clone)]
enum Later {
    Reference(String, Range<usize>),
    Step(String, Range<usize>),
}

/// The names and steps of one flow so far.
#[derive(Debug, Clone)]
pub(super) struct Scope {
    names: BTreeMap<String, Shape>,
    /// The steps by id, with the operation of those that call one.
    steps: BTreeMap<String, (Option<String>, Range<usize>)>,
    rounds: u32,
    later: Vec<Later>,
    /// Set when a step could not be read: it may have bound anything.
    uncertain: bool,
    /// The requirements that its steps show, and where they say so.
    pub(super) proves: Vec<(String, Range<usize>)>,
    /// The operations that its steps call; none if one of them could not be read.
    calls: Option<BTreeSet<String>>,
}

impl Scope {
    pub(super) fn new() -> Self {
        let client = Shape::Record(CLIENT_FIELDS.iter().map(ToString::to_string).collect());
        Self {
            names: BTreeMap::from([(CLIENT.to_owned(), client)]),
            steps: BTreeMap::new(),
            rounds: 0,
            later: Vec::new(),
            uncertain: false,
            proves: Vec::new(),
            calls: Some(BTreeSet::new()),
        }
    }

    /// Binds a name to what a fixture yields.
    pub(super) fn give(&mut self, name: &str, fixture: &str, index: &Index) {
        let shape = index.yields(fixture).map_or(Shape::Unknown, |fields| Shape::Record(fields.clone()));
        self.names.insert(name.to_owned(), shape);
    }

    /// Binds a name to a record.
    pub(super) fn bind_record(&mut self, name: &str, fields: &[&str]) {
        self.names.insert(name.to_owned(), Shape::Record(fields.iter().map(ToString::to_string).collect()));
    }

    /// Binds a name, or a field of a record, which begins with its first field.
    pub(super) fn bind(&mut self, reader: &Reader<'_>, path: &str, span: &Range<usize>) {
        let Some((name, field)) = path.split_once('.') else {
            match self.names.get(path) {
                Some(Shape::Record(_)) => {
                    let help = format!("name a field of it, such as `{path}.field`, or take another name");
                    reader.mistake_with(span, format!("`{path}` is a record already"), help);
                }
                Some(Shape::Value | Shape::Unknown) => {}
                None => {
                    self.names.insert(path.to_owned(), Shape::Value);
                }
            }
            return;
        };
        match self.names.get_mut(name) {
            Some(Shape::Record(fields)) => {
                fields.insert(field.to_owned());
            }
            Some(Shape::Unknown) => {}
            Some(Shape::Value) => {
                reader.mistake(span, format!("`{name}` is a value and has no field `{field}`"));
            }
            None => self.bind_record(name, &[field]),
        }
    }

    /// Reports a reference to what was never bound.
    pub(super) fn refer(&self, reader: &Reader<'_>, path: &str, span: &Range<usize>) {
        let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
        match (self.names.get(name), rest) {
            (None, _) if self.uncertain => {}
            (None, _) => reader.report_unbound(span, name, self.names.keys().map(String::as_str)),
            (Some(Shape::Value | Shape::Unknown), _) => {}
            (Some(Shape::Record(fields)), None) => {
                let known: Vec<String> = fields.iter().map(|field| format!("`{name}.{field}`")).collect();
                let help = format!("refer to one of its fields: {}", known.join(", "));
                reader.mistake_with(span, format!("`{name}` is a record"), help);
            }
            (Some(Shape::Record(fields)), Some(rest)) => {
                let field = rest.split('.').next().unwrap_or(rest);
                if !fields.contains(field) && !fields.contains(rest) {
                    let message = format!("`{name}` has no field `{field}`");
                    match suggest(field, fields.iter().map(String::as_str)) {
                        Some(help) => reader.mistake_with(span, message, help),
                        None => reader.mistake(span, message),
                    }
                }
            }
        }
    }

    /// As [`Scope::refer`], for a condition that asks whether there is such a value: in a repetition it
    /// may be bound by a later step of an earlier round.
    pub(super) fn ask(&mut self, reader: &Reader<'_>, path: &str, span: &Range<usize>) {
        if self.rounds > 0 {
            self.later.push(Later::Reference(path.to_owned(), span.clone()));
        } else {
            self.refer(reader, path, span);
        }
    }

    /// Reports a step that does not come before.
    pub(super) fn ask_step(&mut self, reader: &Reader<'_>, id: &str, span: &Range<usize>) {
        if self.steps.contains_key(id) {
            self.check_step(reader, id, span);
        } else if self.rounds > 0 {
            self.later.push(Later::Step(id.to_owned(), span.clone()));
        } else {
            self.check_step(reader, id, span);
        }
    }

    fn check_step(&self, reader: &Reader<'_>, id: &str, span: &Range<usize>) {
        match self.steps.get(id) {
            None if self.uncertain => {}
            None => {
                let message = format!("no step before this one has the id `{id}`");
                let help = suggest(id, self.steps.keys().map(String::as_str));
                match help {
                    Some(help) => reader.mistake_with(span, message, help),
                    None => reader.mistake_with(span, message, "give the step an `id`"),
                }
            }
            Some((None, _)) => reader.mistake(span, format!("the step `{id}` sends no request")),
            Some((Some(_), _)) => {}
        }
    }

    /// The operation that a step calls.
    pub(super) fn operation_of(&self, step: &str) -> Option<&str> {
        self.steps.get(step).and_then(|(operation, _)| operation.as_deref())
    }

    /// Takes in a step with an id.
    pub(super) fn took(&mut self, reader: &Reader<'_>, id: &str, operation: Option<&str>, span: &Range<usize>) {
        match self.steps.get(id) {
            Some((_, first)) => {
                let help = format!("the first one is in line {}", reader.place(first).line);
                reader.mistake_with(span, format!("the step id `{id}` is here twice"), help);
            }
            None => {
                self.steps.insert(id.to_owned(), (operation.map(str::to_owned), span.clone()));
            }
        }
    }

    /// A step that could not be read may have bound anything.
    pub(super) fn lose_track(&mut self) {
        self.uncertain = true;
        self.calls = None;
    }

    /// Takes in a call of an operation, or of one that could not be read.
    pub(super) fn called(&mut self, operation: Option<&str>) {
        match (operation, &mut self.calls) {
            (Some(operation), Some(calls)) => {
                calls.insert(operation.to_owned());
            }
            (Some(_), None) => {}
            (None, _) => self.calls = None,
        }
    }

    /// The operations that its steps call, if all of them could be read.
    pub(super) fn calls(&self) -> Option<&BTreeSet<String>> {
        self.calls.as_ref()
    }

    /// Begins the steps of a repetition.
    pub(super) fn begin_round(&mut self) {
        self.rounds += 1;
    }

    /// Ends them; what they asked for must be there now.
    pub(super) fn end_round(&mut self, reader: &Reader<'_>) {
        self.rounds -= 1;
        if self.rounds == 0 {
            for later in std::mem::take(&mut self.later) {
                match later {
                    Later::Reference(path, span) => self.refer(reader, &path, &span),
                    Later::Step(id, span) => self.check_step(reader, &id, &span),
                }
            }
        }
    }
}

impl Reader<'_> {
    fn report_unbound<'n>(&self, span: &Range<usize>, name: &str, known: impl Iterator<Item = &'n str>) {
        let message = format!("nothing before this is named `{name}`");
        match suggest(name, known) {
            Some(help) => self.mistake_with(span, message, help),
            None => self.mistake_with(span, message, "names are bound by given, make, keep, code and mail"),
        }
    }
}
