//! What references stand for: variables that Hurl captures, and values that are known beforehand.

use serde_json::Value;

use super::text::Text;
use super::{File, Stop};
use crate::suite::template::{Piece, as_text, pieces};
use crate::suite::{Fresh, Recipe, Template};
use crate::target::{Block, CodeNotation, Phones};

/// What a reference stands for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Bound {
    /// Known beforehand.
    Fixed(Value),
    /// A text.
    Text(Text),
    /// A variable that holds a number, or whose text is JSON already.
    Json(String),
}

impl Bound {
    pub(super) fn variable(name: &str) -> Self {
        Self::Text(Text::variable(name))
    }
}

impl File<'_> {
    /// The name of a variable of Hurl.
    pub(super) fn name(&self, name: &str) -> String {
        format!("{}{name}", self.scope).chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect()
    }

    pub(super) fn bind(&mut self, name: &str, bound: Bound) {
        self.bound.insert(format!("{}{name}", self.scope), bound);
    }

    /// What a reference stands for; the credentials of the client are the same in every fixture.
    pub(super) fn bound(&self, name: &str) -> Option<&Bound> {
        let key = if name.starts_with("client.") { name.to_owned() } else { format!("{}{name}", self.scope) };
        self.bound.get(&key)
    }

    fn need(&self, name: &str) -> Result<&Bound, Stop> {
        self.bound(name).ok_or_else(|| {
            let lost = self.lost.get(&format!("{}{name}", self.scope)).cloned();
            Stop::Impossible(lost.unwrap_or_else(|| format!("`{name}` is not obtained on the way of this file")))
        })
    }

    /// A template as text.
    pub(super) fn text(&self, value: &Value) -> Result<Text, Stop> {
        let Value::String(text) = value else { return Ok(Text::literal(&as_text(value))) };
        let mut whole = Text::default();
        for piece in pieces(text) {
            whole.push(match piece {
                Piece::Text(text) => Text::literal(text),
                Piece::Reference(name) => match self.need(name)? {
                    Bound::Fixed(value) => Text::literal(&as_text(value)),
                    Bound::Text(text) => text.clone(),
                    Bound::Json(variable) => Text::variable(variable),
                },
            });
        }
        Ok(whole)
    }

    /// A template as JSON.
    pub(super) fn json(&self, value: &Value) -> Result<String, Stop> {
        Ok(match value {
            Value::String(text) => match pieces(text).as_slice() {
                [Piece::Reference(name)] => match self.need(name)? {
                    Bound::Fixed(value) => plain(value),
                    Bound::Text(text) => text.json(),
                    Bound::Json(variable) => format!("{{{{{variable}}}}}"),
                },
                _ => self.text(value)?.json(),
            },
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.json(item)).collect::<Result<_, _>>()?;
                format!("[{}]", items.join(", "))
            }
            Value::Object(fields) => {
                let field = |(key, value): (&String, &Value)| -> Result<String, Stop> {
                    Ok(format!("{}: {}", plain(&Value::from(key.as_str())), self.json(value)?))
                };
                let fields: Vec<String> = fields.iter().map(field).collect::<Result<_, _>>()?;
                format!("{{{}}}", fields.join(", "))
            }
            other => other.to_string(),
        })
    }

    /// A value that is known beforehand.
    pub(super) fn fixed(&self, value: &Value) -> Option<Value> {
        let lookup = |name: &str| match self.bound(name)? {
            Bound::Fixed(value) => Some(value.clone()),
            Bound::Text(_) | Bound::Json(_) => None,
        };
        Template::new(value.clone()).resolve(&lookup).ok()
    }

    /// A fresh random UUID, made by the first entry.
    pub(super) fn uuid(&mut self, name: &str) -> String {
        let first = &mut self.entries[0];
        // A repetition makes the same values again.
        let mut unique = name.to_owned();
        while first.options.iter().any(|line| line.starts_with(&format!("variable: {unique}="))) {
            unique.push_str("_again");
        }
        first.options.push(format!("variable: {unique}={{{{newUuid}}}}"));
        unique
    }

    /// Makes a value. One that cannot be made is missed only by a step that takes it.
    pub(super) fn make(&mut self, name: &str, recipe: &Recipe) -> Result<(), Stop> {
        match self.made(name, recipe) {
            Ok(bound) => self.bind(name, bound),
            Err(Stop::Impossible(why)) => {
                self.lost.insert(format!("{}{name}", self.scope), why);
            }
            Err(otherwise @ Stop::Otherwise(_)) => return Err(otherwise),
        }
        Ok(())
    }

    fn made(&mut self, name: &str, recipe: &Recipe) -> Result<Bound, Stop> {
        let variable = self.name(name);
        Ok(match recipe {
            Recipe::Fresh(fresh) => self.fresh(&variable, *fresh)?,
            Recipe::Forge(value) => {
                let ends = "replaceRegex /(.)(.)(.)(.)(.)(.)$/ \"${6}${5}${4}${3}${2}${1}\"";
                self.derived(&variable, value, ends, "never issued, of the same shape")?
            }
            Recipe::Tamper(value) => {
                let middle = "replaceRegex /^(.*)[1-9A-Za-z](.{6,})$/ \"${1}0${2}\"";
                self.derived(&variable, value, middle, "one character changed")?
            }
            Recipe::Shorten(value, length) => {
                self.derived(&variable, value, &format!("replaceRegex /.{{{length}}}$/ \"\""), "shortened")?
            }
            Recipe::Recase(_) | Recipe::RecaseToken(_) => {
                return Err(Stop::Impossible("Hurl has no filter that changes the case of letters".to_owned()));
            }
            Recipe::Unsign(_) => {
                return Err(Stop::Impossible("Hurl has no filter that takes a signature away".to_owned()));
            }
            Recipe::Code(digits) => match self.fixed(digits.source()) {
                Some(digits) => Bound::Fixed(self.case.target.code_notation.value(&as_text(&digits))),
                None => {
                    let text = self.text(digits.source())?;
                    let source = text.only_variable().map(str::to_owned);
                    let source = source.ok_or_else(|| Stop::Impossible("a code is put together".to_owned()))?;
                    self.noted(&variable, &format!("variable \"{source}\""))
                }
            },
            Recipe::Text(length) => Bound::Fixed(crate::runner::Maker::new(0, &self.case.flow.id).text(*length).into()),
            Recipe::Value(value) => self.value(value.source())?,
        })
    }

    /// What a template stands for as a whole.
    pub(super) fn value(&self, value: &Value) -> Result<Bound, Stop> {
        if let Some(fixed) = self.fixed(value) {
            return Ok(Bound::Fixed(fixed));
        }
        match value {
            Value::String(text) => match pieces(text).as_slice() {
                [Piece::Reference(name)] => self.need(name).cloned(),
                _ => self.text(value).map(Bound::Text),
            },
            _ => Err(Stop::Impossible("a value is put together from several".to_owned())),
        }
    }

    /// A variable that is computed from another by filters.
    fn derived(&mut self, name: &str, value: &Template, filters: &str, about: &str) -> Result<Bound, Stop> {
        let text = self.text(value.source())?;
        let Some(source) = text.only_variable().map(str::to_owned) else {
            return Err(Stop::Impossible(format!("Hurl filters only variables; this would be one {about}")));
        };
        self.last().captures.push(format!("{name}: variable \"{source}\" {filters}"));
        Ok(Bound::variable(name))
    }

    fn fresh(&mut self, variable: &str, fresh: Fresh) -> Result<Bound, Stop> {
        if fresh == Fresh::Uuid {
            return Ok(Bound::Text(Text::variable(&self.uuid(variable))));
        }
        if fresh == Fresh::Phone {
            return self.fresh_phone(variable);
        }
        let uuid = self.uuid(&format!("{variable}_uuid"));
        let name = uuid.replace("_uuid", "");
        let shape = match fresh {
            Fresh::Email => format!("\"c$0@{}\"", self.case.target.email_domain),
            Fresh::Password => "\"Kq7!$0\"".to_owned(),
            Fresh::Username | Fresh::Phone | Fresh::Uuid => "\"c$0\"".to_owned(),
        };
        let first = &mut self.entries[0];
        first.captures.push(format!(
            "{name}: variable \"{uuid}\" regex /([^-]*-[^-]*)-/ replace \"-\" \"\" replaceRegex /^.*$/ {shape}"
        ));
        Ok(Bound::variable(&name))
    }

    fn fresh_phone(&mut self, variable: &str) -> Result<Bound, Stop> {
        let blocks = self.case.flow.steps.iter().any(|step| matches!(step.action, crate::suite::Action::Block { .. }));
        let phones = match &self.case.target.block {
            Some(Block::Phones(phones)) if blocks => phones,
            Some(_) | None => &self.case.target.phones,
        };
        if let Some((before, digits, after)) = random_block(phones) {
            let uuid = self.uuid(&format!("{variable}_uuid"));
            let more = self.uuid(&format!("{variable}_more"));
            let name = uuid.replace("_uuid", "");
            let both = format!("{name}_digits");
            let first = &mut self.entries[0];
            first.options.push(format!("variable: {both}={{{{{uuid}}}}}{{{{{more}}}}}"));
            first.captures.push(format!(
                "{name}: variable \"{both}\" replaceRegex /[^0-9]/ \"\" replaceRegex /^(.{{{digits}}}).*$/ \"{before}${{1}}{after}\""
            ));
            return Ok(Bound::variable(&name));
        }
        let described = phones.described();
        let mut numbers = described.split(',').filter(|number| !number.is_empty());
        let number = numbers.nth(self.phones).map(str::to_owned);
        self.phones += 1;
        let number = number.ok_or_else(|| Stop::Impossible("the profile gives too few numbers".to_owned()))?;
        Ok(Bound::Fixed(number.into()))
    }

    /// A code as the target wants it sent; `query` is where its digits stand.
    pub(super) fn noted(&mut self, name: &str, query: &str) -> Bound {
        let (filters, bound) = match self.case.target.code_notation {
            CodeNotation::Auto => (" replaceRegex /^(0.*|.*[^0-9].*)$/ \"\\\"${1}\\\"\"", Bound::Json(name.to_owned())),
            CodeNotation::Integer => (" replaceRegex /^0+(.)/ \"${1}\"", Bound::Json(name.to_owned())),
            CodeNotation::String => ("", Bound::variable(name)),
        };
        self.last().captures.push(format!("{name}: {query} toString{filters}"));
        bound
    }
}

/// JSON without two braces in a row, which would be a variable.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => Text::literal(text).json(),
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        Value::Object(fields) => {
            let field = |(key, value): (&String, &Value)| format!("{}: {}", Text::literal(key).json(), plain(value));
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// The largest part of a range whose last digits are free: what stands before them, how many, what stands after.
fn random_block(phones: &Phones) -> Option<(String, usize, String)> {
    let described = phones.described();
    let (before, rest) = described.split_once('{')?;
    let (range, after) = rest.split_once('}')?;
    let (first, last) = range.split_once("..")?;
    let (low, high) = (first.parse::<u64>().ok()?, last.parse::<u64>().ok()?);
    let width = first.len();
    (1..=width.min(9)).rev().find_map(|digits| {
        let size = 10_u64.pow(u32::try_from(digits).ok()?);
        let start = low.div_ceil(size);
        ((start + 1) * size - 1 <= high).then(|| {
            let fixed = width - digits;
            let prefix = if fixed == 0 { String::new() } else { format!("{start:0fixed$}") };
            (format!("{before}{prefix}"), digits, after.to_owned())
        })
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("+97150{0000000..9999999}", Some(("+97150", 7, "")))]
    #[case("+971{500..789}00", Some(("+9715", 2, "00")))]
    #[case("+971505{995..999}", None)]
    #[case("+971500000001", None)]
    fn random_digits_stay_in_the_range(#[case] range: &str, #[case] expected: Option<(&str, usize, &str)>) {
        let block = random_block(&Phones::pattern(range).unwrap());
        let expected = expected.map(|(before, digits, after)| (before.to_owned(), digits, after.to_owned()));
        assert_eq!(block, expected);
    }
}
