//! The kinds of values that fields take, each a pure check of one value.

use serde_json::{Number, Value};

use super::faults;
use super::switches::Switches;
use super::variants::Variant;

/// What is wrong with a value: a kind for programs, a message for readers.
pub(super) type Flaw = (&'static str, &'static str);

/// What a check may depend on besides the value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    /// The value came from a form, where everything is text.
    pub(super) form: bool,
    pub(super) switches: Switches,
}

/// Any text.
pub(super) fn text(value: &Value, rules: Rules) -> Result<String, Flaw> {
    let value = match value {
        Value::Array(repeated) if rules.form => repeated.last().unwrap_or(&Value::Null),
        value => value,
    };
    let mut text = value.as_str().map(str::to_owned);
    if value.is_number() && rules.switches.fault(&faults::NUMBERS_AS_TEXT) {
        text = Some(value.to_string());
    }
    text.ok_or(("string_type", "Input should be a valid string"))
}

/// A kind that takes what `fallback` makes of a flawed value, when a fault is `on`.
pub(super) fn forgiving<T>(
    on: bool,
    kind: impl Fn(&Value, Rules) -> Result<T, Flaw>,
    fallback: impl Fn(&Value) -> Option<T>,
) -> impl Fn(&Value, Rules) -> Result<T, Flaw> {
    move |value, rules| {
        let result = kind(value, rules);
        if on && result.is_err() { fallback(value).map_or(result, Ok) } else { result }
    }
}

/// A kind of text that takes any text, when a fault is `on`.
pub(super) fn lenient(
    on: bool,
    kind: impl Fn(&Value, Rules) -> Result<String, Flaw>,
) -> impl Fn(&Value, Rules) -> Result<String, Flaw> {
    forgiving(on, kind, |value| value.as_str().map(str::to_owned))
}

/// Text of at least one character.
pub(super) fn filled_text(value: &Value, rules: Rules) -> Result<String, Flaw> {
    let text = text(value, rules)?;
    if text.is_empty() {
        return Err(("string_too_short", "String should have at least 1 character"));
    }
    Ok(text)
}

/// One of the listed words.
pub(super) fn one_of(words: &'static [&'static str]) -> impl Fn(&Value, Rules) -> Result<String, Flaw> {
    move |value, rules| {
        let word = text(value, rules)?;
        if words.contains(&word.as_str()) {
            Ok(word)
        } else {
            Err(("enum", "Input should be one of the documented values"))
        }
    }
}

/// A phone number in E.164.
pub(super) fn phone(value: &Value, rules: Rules) -> Result<String, Flaw> {
    let phone = text(value, rules)?;
    let digits = phone.strip_prefix('+').unwrap_or_default();
    let international = (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    if international { Ok(phone) } else { Err(("value_error", "value is not a phone number in international format")) }
}

/// An email address.
pub(super) fn email(value: &Value, rules: Rules) -> Result<String, Flaw> {
    let email = text(value, rules)?;
    if is_email(&email) { Ok(email) } else { Err(("value_error", "value is not a valid email address")) }
}

fn is_email(email: &str) -> bool {
    let Some((local, domain)) = email.rsplit_once('@') else {
        return false;
    };
    let local_char = |c: char| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    email.len() <= 254
        && !local.is_empty()
        && local.len() <= 64
        && local.split('.').all(|part| !part.is_empty())
        && local.chars().all(local_char)
        && domain.contains('.')
        && domain.split('.').all(label)
}

/// A UUID in its hyphenated form, lower case.
pub(super) fn uuid(value: &Value, rules: Rules) -> Result<String, Flaw> {
    let text = text(value, rules)?;
    match uuid::Uuid::try_parse(&text) {
        Ok(uuid) if text.len() == 36 => Ok(uuid.to_string()),
        _ => Err(("uuid_parsing", "Input should be a valid UUID")),
    }
}

/// A calendar date as `YYYY-MM-DD`.
pub(super) fn date(value: &Value, rules: Rules) -> Result<String, Flaw> {
    let text = text(value, rules)?;
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(
            |(at, byte)| {
                if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() }
            },
        );
    if shaped && text.parse::<jiff::civil::Date>().is_ok() {
        Ok(text)
    } else {
        Err(("date_parsing", "Input should be a valid date"))
    }
}

/// The name of a time zone.
pub(super) fn timezone(value: &Value, rules: Rules) -> Result<String, Flaw> {
    let name = text(value, rules)?;
    if rules.switches.variant(Variant::TimezoneChecked) && jiff::tz::db().get(&name).is_err() {
        return Err(("value_error", "value is not the name of a time zone"));
    }
    Ok(name)
}

/// A gender; any word unless the listed ones are asked for.
pub(super) fn gender(value: &Value, rules: Rules) -> Result<String, Flaw> {
    if rules.switches.variant(Variant::GenderListed) {
        one_of(&["male", "female", "other"])(value, rules)
    } else {
        text(value, rules)
    }
}

/// A whole number.
pub(super) fn integer(value: &Value, rules: Rules) -> Result<i64, Flaw> {
    let integer = match value {
        Value::Number(number) => whole(number, rules.switches),
        Value::String(text) if rules.form => text.parse().ok(),
        _ => None,
    };
    integer.ok_or(("int_type", "Input should be a valid integer"))
}

fn whole(number: &Number, switches: Switches) -> Option<i64> {
    if let Some(integer) = number.as_i64() {
        return Some(integer);
    }
    let float = number.as_f64()?;
    let taken = switches.variant(Variant::IntegralFloatsTaken) && float.fract() == 0.0 && float.abs() < 9e15;
    // Within 2^53 a whole f64 prints as that integer, so nothing is cut off.
    taken.then(|| format!("{float:.0}").parse().ok()).flatten()
}

/// Years of experience.
pub(super) fn experience(value: &Value, rules: Rules) -> Result<i64, Flaw> {
    let years = integer(value, rules)?;
    if rules.switches.variant(Variant::ExperienceLimited) && !(0..=80).contains(&years) {
        return Err(("value_error", "value is not between 0 and 80"));
    }
    Ok(years)
}

/// `true` or `false`.
pub(super) fn boolean(value: &Value, rules: Rules) -> Result<bool, Flaw> {
    let boolean = match value {
        Value::Bool(boolean) => Some(*boolean),
        Value::String(text) if rules.form => text.parse().ok(),
        _ => None,
    };
    boolean.ok_or(("bool_type", "Input should be a valid boolean"))
}

/// A list of languages.
pub(super) fn languages(value: &Value, rules: Rules) -> Result<Vec<String>, Flaw> {
    let items = match value {
        Value::Array(items) => items.clone(),
        Value::String(_) if rules.form => vec![value.clone()],
        _ => return Err(("list_type", "Input should be a valid list")),
    };
    let mut languages = Vec::with_capacity(items.len());
    for item in &items {
        let language = text(item, rules)?;
        let code = (2..=3).contains(&language.len()) && language.bytes().all(|byte| byte.is_ascii_lowercase());
        if rules.switches.variant(Variant::LanguageCodesOnly) && !code {
            return Err(("value_error", "value is not a language code"));
        }
        languages.push(language);
    }
    Ok(languages)
}

/// A verification code as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Code {
    /// `""` or null.
    #[default]
    Empty,
    /// Digits, an integer filled up to four.
    Digits(String),
}

/// A verification code: an integer, digits, or nothing.
pub(super) fn code(value: &Value, rules: Rules) -> Result<Code, Flaw> {
    let flaw = ("int_parsing", "Input should be a valid integer");
    match value {
        Value::Null if rules.switches.variant(Variant::NullCodeInvalid) => Err(flaw),
        Value::Null => Ok(Code::Empty),
        Value::Number(_) => match integer(value, rules) {
            Ok(number) if number >= 0 => Ok(Code::Digits(format!("{number:04}"))),
            _ => Err(flaw),
        },
        _ => {
            let text = text(value, rules).map_err(|_| flaw)?;
            if text.is_empty() {
                Ok(Code::Empty)
            } else if text.bytes().all(|byte| byte.is_ascii_digit()) {
                Ok(Code::Digits(text))
            } else {
                Err(flaw)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::json;

    const JSON: Rules = Rules { form: false, switches: Switches::new(super::super::variants::VariantSet::EMPTY, None) };
    const FORM: Rules = Rules { form: true, ..JSON };

    #[rstest]
    #[case("+97100000000", true)]
    #[case("+971500000001", true)]
    #[case("97100000000", false)]
    #[case("+071500000001", false)]
    #[case("+9715000000011111", false)]
    #[case("+97150 000001", false)]
    #[case("+٩٧١٥٠٠٠٠٠٠", false)]
    #[case("", false)]
    fn phones(#[case] given: &str, #[case] taken: bool) {
        assert_eq!(phone(&json!(given), JSON).is_ok(), taken);
    }

    #[rstest]
    #[case("a@example.test", true)]
    #[case("a.b+c@sub.example.test", true)]
    #[case("a", false)]
    #[case("a@b", false)]
    #[case("@example.test", false)]
    #[case("a@@example.test", false)]
    #[case("a b@example.test", false)]
    #[case("a@example..test", false)]
    #[case(".a@example.test", false)]
    fn emails(#[case] given: &str, #[case] taken: bool) {
        assert_eq!(email(&json!(given), JSON).is_ok(), taken);
    }

    #[rstest]
    #[case("2000-07-08", true)]
    #[case("2000-02-29", true)]
    #[case("2001-02-29", false)]
    #[case("2000-13-45", false)]
    #[case("08.07.2000", false)]
    #[case("2000-7-8", false)]
    #[case("2000-07-08T00:00:00", false)]
    fn dates(#[case] given: &str, #[case] taken: bool) {
        assert_eq!(date(&json!(given), JSON).is_ok(), taken);
    }

    #[rstest]
    #[case(json!(42), Ok(Code::Digits("0042".to_owned())))]
    #[case(json!("0042"), Ok(Code::Digits("0042".to_owned())))]
    #[case(json!("42"), Ok(Code::Digits("42".to_owned())))]
    #[case(json!(""), Ok(Code::Empty))]
    #[case(json!(null), Ok(Code::Empty))]
    #[case(json!("12a4"), Err(()))]
    #[case(json!(-1), Err(()))]
    #[case(json!(1.5), Err(()))]
    #[case(json!(true), Err(()))]
    #[case(json!([1]), Err(()))]
    fn codes(#[case] given: Value, #[case] expected: Result<Code, ()>) {
        assert_eq!(code(&given, JSON).map_err(|_| ()), expected);
    }

    #[rstest]
    #[case(json!("3"), false, true)]
    #[case(json!(3), true, true)]
    #[case(json!(3.0), false, false)]
    #[case(json!(true), false, false)]
    fn only_forms_write_numbers_as_text(#[case] given: Value, #[case] in_json: bool, #[case] in_form: bool) {
        assert_eq!(integer(&given, JSON).is_ok(), in_json);
        assert_eq!(integer(&given, FORM).is_ok(), in_form);
    }
}
