//! What the faults of the profile take, and what they make of it.

use serde_json::{Value, json};

use super::accounts::*;
use super::validation::*;
use crate::reference::kinds::{self, Flaw, Rules};
use crate::reference::switches::Switches;

/// A birth date, or what faults take for one.
pub(in crate::reference) fn birth_date(switches: Switches) -> impl Fn(&Value, Rules) -> Result<String, Flaw> {
    let any = switches.fault(&PROFILE_ANY_DATE);
    let lenient = switches.fault(&PROFILE_LENIENT_DATE);
    let shifted = switches.fault(&PROFILE_DATE_SHIFTED);
    let (time, slashes) = (switches.fault(&PROFILE_DATE_WITH_TIME), switches.fault(&PROFILE_DATE_WITH_SLASHES));
    let odd = any || lenient || time || slashes;
    let kind = kinds::forgiving(odd, kinds::date, move |value| {
        let text = value.as_str()?;
        if time || slashes {
            let text = if slashes { text.replace('/', "-") } else { text.split('T').next()?.to_owned() };
            return text.parse::<jiff::civil::Date>().is_ok().then_some(text);
        }
        if any {
            return Some(text.to_owned());
        }
        let year = text.get(..4)?;
        let digits = year.bytes().all(|byte| byte.is_ascii_digit());
        (digits && text.len() == 10).then(|| format!("{year}-01-01"))
    });
    move |value, rules| {
        let date = kind(value, rules)?;
        if switches.fault(&PROFILE_DATE_BEFORE_1970) && date.as_str() < "1970" {
            return Ok("1970-01-01".to_owned());
        }
        if switches.fault(&PROFILE_LEAP_DAY_OF_CENTURY) && date == "2000-02-29" {
            return Ok("2000-03-01".to_owned());
        }
        let parsed = date.parse::<jiff::civil::Date>();
        Ok(match parsed.map(|date| date.yesterday()) {
            Ok(Ok(yesterday)) if shifted && yesterday.year() >= 0 => yesterday.to_string(),
            _ => date,
        })
    }
}

/// A list of languages, or what faults take for one.
pub(in crate::reference) fn languages(switches: Switches) -> impl Fn(&Value, Rules) -> Result<Vec<String>, Flaw> {
    let single = switches.fault(&PROFILE_SINGLE_LANGUAGE);
    kinds::forgiving(single, kinds::languages, |value| Some(vec![value.as_str()?.to_owned()]))
}

/// Years of experience, or what faults take for them.
pub(in crate::reference) fn experience(switches: Switches) -> impl Fn(&Value, Rules) -> Result<i64, Flaw> {
    let any = switches.fault(&PROFILE_ANY_EXPERIENCE);
    let boolean = switches.fault(&PROFILE_EXPERIENCE_BOOLEAN);
    kinds::forgiving(any || boolean, kinds::experience, move |value| match value.as_bool() {
        Some(value) if boolean => Some(i64::from(value)),
        _ => any.then_some(0),
    })
}

/// A boolean, or what faults take for one.
pub(in crate::reference) fn parking(switches: Switches) -> impl Fn(&Value, Rules) -> Result<bool, Flaw> {
    let any = switches.fault(&PROFILE_ANY_PARKING);
    kinds::forgiving(any, kinds::boolean, |_| Some(true))
}

/// Whether a fault does not store this field of a profile update.
pub(in crate::reference) fn loses(switches: Switches, name: &str) -> bool {
    let lost = [
        ("gender", &PROFILE_GENDER_LOST),
        ("birthDate", &PROFILE_BIRTH_DATE_LOST),
        ("timezone", &PROFILE_TIMEZONE_LOST),
        ("lastName", &PROFILE_LAST_NAME_LOST),
        ("languages", &PROFILE_LANGUAGES_LOST),
        ("experience", &PROFILE_EXPERIENCE_LOST),
        ("requiresParking", &PROFILE_PARKING_LOST),
    ];
    lost.into_iter().any(|(field, fault)| field == name && switches.fault(fault))
}

/// A value as it is stored.
pub(in crate::reference) fn stored(value: Value, switches: Switches) -> Value {
    match value {
        Value::String(text) if text.is_empty() && switches.fault(&PROFILE_EMPTY_TEXT_NULL) => Value::Null,
        Value::String(text) if text.eq_ignore_ascii_case("null") && switches.fault(&PROFILE_NULL_WORD) => Value::Null,
        Value::String(text)
            if text.bytes().all(|byte| byte.is_ascii_digit()) && switches.fault(&PROFILE_TEXT_NUMBERS) =>
        {
            json!(text.trim_start_matches('0'))
        }
        Value::String(text) => json!(stored_text(&text, switches)),
        Value::Number(years) if switches.fault(&PROFILE_EXPERIENCE_WRAPS) => {
            json!(years.as_i64().unwrap_or_default() % (1 << 32))
        }
        Value::Null if switches.fault(&PROFILE_NULL_PRINTED) => json!("None"),
        Value::Array(mut items) if switches.fault(&PROFILE_LANGUAGES_CUT) => {
            items.truncate(10);
            Value::Array(items)
        }
        Value::Array(mut items) if switches.fault(&PROFILE_LANGUAGES_SORTED) => {
            items.reverse();
            Value::Array(items)
        }
        value => value,
    }
}

fn stored_text(text: &str, switches: Switches) -> String {
    let narrowed = |wide: fn(char) -> bool| -> String { text.chars().map(|c| if wide(c) { '?' } else { c }).collect() };
    if switches.fault(&PROFILE_TEXT_TRIMMED) {
        text.trim().to_owned()
    } else if switches.fault(&PROFILE_TEXT_ESCAPED) {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    } else if switches.fault(&PROFILE_TEXT_ASCII) {
        narrowed(|c| !c.is_ascii())
    } else if switches.fault(&PROFILE_TEXT_BMP) {
        narrowed(|c| c.len_utf8() == 4)
    } else if switches.fault(&PROFILE_TEXT_CUT) {
        text.chars().take(255).collect()
    } else if switches.fault(&PROFILE_TEXT_CUT_BYTES) {
        text.char_indices().take_while(|(at, c)| at + c.len_utf8() <= 1000).map(|(_, c)| c).collect()
    } else {
        text.to_owned()
    }
}
