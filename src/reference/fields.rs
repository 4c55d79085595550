//! The fields of one operation, taken from its input while every problem is collected.

use serde_json::Value;

use super::errors::{Problem, Refusal};
use super::faults;
use super::input::Input;
use super::kinds::{Flaw, Rules};
use super::switches::Switches;
use super::variants::Variant;

/// An input that is being taken apart.
pub(super) struct Fields {
    input: Input,
    rules: Rules,
    known: Vec<&'static str>,
    problems: Vec<Problem>,
}

impl Fields {
    /// The fields of `input`.
    pub(super) fn new(input: Input, switches: Switches) -> Self {
        let rules = Rules { form: input.form, switches };
        Self { input, rules, known: Vec::new(), problems: Vec::new() }
    }

    /// A field that has to be there and may be null if its kind takes that.
    pub(super) fn required<T: Default>(
        &mut self,
        name: &'static str,
        kind: impl Fn(&Value, Rules) -> Result<T, Flaw>,
    ) -> T {
        self.known.push(name);
        let Some(value) = self.input.values.get(name) else {
            self.problem(Problem::field(name, "missing", "Field required"));
            return T::default();
        };
        match kind(value, self.rules) {
            Ok(value) => value,
            Err(flaw) => {
                self.flaw(name, flaw);
                T::default()
            }
        }
    }

    /// A field that may be left out; null is the same.
    pub(super) fn optional<T>(
        &mut self,
        name: &'static str,
        kind: impl Fn(&Value, Rules) -> Result<T, Flaw>,
    ) -> Option<T> {
        self.change(name, kind).flatten()
    }

    /// A field that may be left out (`None`) or null (`Some(None)`).
    #[expect(clippy::option_option, reason = "left out, null and a value are three cases")]
    pub(super) fn change<T>(
        &mut self,
        name: &'static str,
        kind: impl Fn(&Value, Rules) -> Result<T, Flaw>,
    ) -> Option<Option<T>> {
        self.known.push(name);
        match self.input.values.get(name)? {
            Value::Null if self.rules.switches.variant(Variant::NullOptionalRefused) => {
                self.flaw(name, ("none_forbidden", "Input should not be null"));
                None
            }
            Value::Null => Some(None),
            value => match kind(value, self.rules) {
                Ok(value) => Some(Some(value)),
                Err((kind, _))
                    if kind.ends_with("_type") && self.rules.switches.fault(&faults::WRONG_TYPES_IGNORED) =>
                {
                    None
                }
                Err(flaw) => {
                    self.flaw(name, flaw);
                    None
                }
            },
        }
    }

    /// Whether a field is there and not null.
    pub(super) fn gives(&self, name: &str) -> bool {
        let value = self.input.values.get(name);
        value.is_some_and(|value| !value.is_null())
    }

    /// Adds a problem that the checks of single fields do not find.
    pub(super) fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn flaw(&mut self, name: &'static str, (kind, message): Flaw) {
        self.problem(Problem::field(name, kind, message));
    }

    /// Refuses the input if anything is wrong with it.
    pub(super) fn finish(mut self) -> Result<(), Refusal> {
        let unknown = |name: &String| !self.known.contains(&name.as_str());
        if self.rules.switches.variant(Variant::UnknownRequestFieldsRefused) && self.input.values.keys().any(unknown) {
            let problem = Problem::body("extra_forbidden", "Extra inputs are not permitted");
            self.problem(problem);
        }
        if self.problems.is_empty() { Ok(()) } else { Err(Refusal::Invalid(self.problems)) }
    }
}
