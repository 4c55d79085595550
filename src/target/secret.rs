//! Texts that no output shows, and how one is told from a text that may be shown.

use std::fmt;

/// A text that no output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The secret itself, for the request that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// A text that may be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// It may be shown. It may hold references.
    Plain(String),
    /// It may not be shown.
    Secret(Secret),
}

/// A header that a profile gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name, in lower case.
    pub name: String,
    /// Its value.
    pub value: Text,
}

impl Header {
    /// Its value, where that is a secret as a whole.
    pub fn secret(&self) -> Option<&Secret> {
        match &self.value {
            Text::Secret(secret) => Some(secret),
            Text::Plain(_) => None,
        }
    }
}

/// Parts of names that say that a value is a secret.
const TELLING: [&str; 9] =
    ["authorization", "password", "passwd", "secret", "token", "apikey", "accesskey", "credential", "cookie"];

/// Whether the name of a header or setting says that its value is a secret.
pub fn is_telling(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    TELLING.iter().any(|part| plain.contains(part)) || plain.ends_with("key") || plain.ends_with("auth")
}

/// Where a text has the credentials of a URL: the bytes between `//` and `@`.
pub fn credentials_in(text: &str) -> Option<std::ops::Range<usize>> {
    let start = text.find("://")? + 3;
    let authority = text[start..].find(['/', '?', '#', '"', '\'', ' ']).map_or(text.len(), |end| start + end);
    let at = text[start..authority].rfind('@')?;
    Some(start..start + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_secret_does_not_print() {
        assert_eq!(format!("{:?}", Secret::new("hunter2".to_owned())), "[secret]");
    }

    #[rstest]
    #[case("Authorization", true)]
    #[case("x-api-key", true)]
    #[case("X-Gateway-Key", true)]
    #[case("proxy_password", true)]
    #[case("x-auth", true)]
    #[case("x-team", false)]
    #[case("accept", false)]
    #[case("keyboard", false)]
    fn names_tell_secrets(#[case] name: &str, #[case] telling: bool) {
        assert_eq!(is_telling(name), telling);
    }

    #[rstest]
    #[case("https://me:pw@x.test/a", Some("me:pw"))]
    #[case("https://x.test/a?mail=me@x", None)]
    #[case("x.test", None)]
    fn credentials_of_a_url_are_found(#[case] text: &str, #[case] found: Option<&str>) {
        assert_eq!(credentials_in(text).map(|range| &text[range]), found);
    }
}
