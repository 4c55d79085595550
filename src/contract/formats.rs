//! The formats that schemas may name, all of them asserted.

use jsonschema::{ValidationOptions, Validator};
use serde_json::json;

/// Every format that the contract's schemas may name, and what it is called in a finding.
pub(super) const FORMATS: &[(&str, &str)] = &[
    ("date", "a date as YYYY-MM-DD"),
    ("date-time", "a date and time as in RFC 3339"),
    ("email", "an email address"),
    (PHONE, "a phone number in international format (E.164)"),
    ("uri", "a URI"),
    ("uuid", "a UUID"),
];

const PHONE: &str = "phone-e164";

/// Validator settings with all formats asserted and nothing fetched from anywhere.
pub(super) fn options<'i>() -> ValidationOptions<'i> {
    jsonschema::options()
        .with_draft(jsonschema::Draft::Draft202012)
        .offline()
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        .with_format(PHONE, is_e164)
}

/// A validator of texts that match a regular expression; none if it is not one.
///
/// JSON Schema brings regular expressions along, so that no other crate is needed for the few that a contract has.
pub(super) fn regex(pattern: &str) -> Option<Validator> {
    options().build(&json!({ "type": "string", "pattern": pattern })).ok()
}

/// A plus sign and 7 to 15 digits of which the first is not zero.
fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::date("date", &["2000-07-08", "2024-02-29"], &["2000-13-45", "2023-02-29", "2000-7-8", "08.07.2000", "2000-07-08T00:00:00Z", ""])]
    #[case::date_time("date-time", &["2000-07-08T10:00:00Z"], &["2000-07-08", "2000-07-08T10:00:00"])]
    #[case::email("email", &["a@example.test", "first.last+tag@example.test"], &["example.test", "a@", "@example.test", "a b@example.test", ""])]
    #[case::phone(PHONE, &["+97100000000", "+1234567", "+123456789012345"], &["97100000000", "+0971000000", "+123456", "+1234567890123456", "+9710000000x", "+971 0000000", "+", ""])]
    #[case::uri("uri", &["https://example.test/a"], &["example.test/a", "a b"])]
    #[case::uuid("uuid", &["2f9445b3-5266-45cd-8a85-d5c3fff69781"], &["2f9445b3526645cd8a85d5c3fff69781", "not-a-uuid", ""])]
    fn formats_are_asserted(#[case] format: &str, #[case] right: &[&str], #[case] wrong: &[&str]) {
        assert!(FORMATS.iter().any(|(name, _)| *name == format));
        let validator = options().build(&json!({ "format": format })).unwrap();
        for text in right {
            assert!(validator.is_valid(&json!(text)), "{format} takes {text:?}");
        }
        for text in wrong {
            assert!(!validator.is_valid(&json!(text)), "{format} refuses {text:?}");
        }
    }

    #[test]
    fn every_format_is_known_to_the_validator() {
        for (name, _) in FORMATS {
            assert!(options().build(&json!({ "format": name })).is_ok(), "{name}");
        }
        assert!(options().build(&json!({ "format": "emial" })).is_err());
    }
}
