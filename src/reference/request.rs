//! A request as plain data, read completely and not yet judged.

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri, header};

/// One request.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) uri: Uri,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// It came while another of its kind was being answered; noticed only for faults of races.
    pub(super) overlapped: bool,
}

impl Request {
    /// The only `Authorization` header; `None` when there is none, `Some(None)` when there are
    /// several or it is no text.
    pub(super) fn authorization(&self) -> Option<Option<&str>> {
        let mut values = self.headers.get_all(header::AUTHORIZATION).iter();
        let first = values.next()?;
        if values.next().is_some() {
            return Some(None);
        }
        Some(first.to_str().ok())
    }

    /// The token after the scheme `Bearer`, whose case matters only when `exact`.
    pub(super) fn bearer(&self, exact: bool) -> Option<&str> {
        let (scheme, token) = self.authorization()??.split_once(' ')?;
        let named = if exact { scheme == "Bearer" } else { scheme.eq_ignore_ascii_case("bearer") };
        (named && !token.is_empty() && !token.contains([' ', ','])).then_some(token)
    }

    /// The media type, lower case and without parameters; `None` when no type is named.
    pub(super) fn media_type(&self) -> Option<String> {
        let value = self.headers.get(header::CONTENT_TYPE)?;
        let text = String::from_utf8_lossy(value.as_bytes());
        let media_type = text.split(';').next().unwrap_or_default();
        Some(media_type.trim().to_ascii_lowercase())
    }

    /// Whether the media type has a parameter.
    pub(super) fn names_parameter(&self) -> bool {
        self.headers.get(header::CONTENT_TYPE).is_some_and(|value| value.as_bytes().contains(&b';'))
    }

    /// Whether the caller says that it wants JSON.
    pub(super) fn wants_json(&self) -> bool {
        let wanted = self.headers.get(header::ACCEPT);
        wanted.is_some_and(|value| String::from_utf8_lossy(value.as_bytes()).contains("json"))
    }

    /// Whether the caller takes a page.
    pub(super) fn takes_html(&self) -> bool {
        let taken =
            self.headers.get(header::ACCEPT).map_or("*/*".into(), |value| String::from_utf8_lossy(value.as_bytes()));
        ["text/html", "text/*", "*/*"].iter().any(|range| taken.contains(range))
    }

    /// Whether it says how long its body is, where its method has one.
    pub(super) fn says_its_length(&self) -> bool {
        let says = |name| self.headers.contains_key(name);
        ![Method::POST, Method::PUT].contains(&self.method)
            || says(header::CONTENT_LENGTH)
            || says(header::TRANSFER_ENCODING)
    }

    /// The first query parameter of this name.
    pub(super) fn query(&self, name: &str) -> Option<String> {
        let query = self.uri.query().unwrap_or_default();
        url::form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The host and port by which the caller reached this server.
    pub(super) fn host(&self) -> Option<String> {
        if let Some(authority) = self.uri.authority() {
            return Some(authority.to_string());
        }
        let host = self.headers.get(header::HOST)?.to_str().ok()?;
        Some(host.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(&["Bearer abc"], Some("abc"))]
    #[case(&["bearer abc"], Some("abc"))]
    #[case(&["Basic abc"], None)]
    #[case(&["Bearer"], None)]
    #[case(&["Bearer "], None)]
    #[case(&["Bearer a b"], None)]
    #[case(&["Bearer abc", "Bearer abc"], None)]
    #[case(&[], None)]
    fn finds_the_token(#[case] values: &[&str], #[case] expected: Option<&str>) {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, value.parse().unwrap());
        }
        let request =
            Request { method: Method::GET, uri: Uri::from_static("/"), headers, body: Bytes::new(), overlapped: false };
        assert_eq!(request.bearer(false), expected);
    }
}
