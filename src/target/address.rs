//! URLs as people write them.

use url::{Host, Url};

use super::secret;

/// Parses a base URL; one without a path gets `default_path`.
///
/// # Errors
/// What is wrong with it, in words; a password in it is not repeated.
pub fn base_url(text: &str, default_path: &str) -> Result<Url, String> {
    let mut url = web_url(text)?;
    if url.host_str().is_none() || url.query().is_some() || url.fragment().is_some() {
        return Err(format!("`{text}` is no base URL: it wants a host, and neither query nor fragment"));
    }
    let path = match url.path().trim_end_matches('/') {
        "" => default_path.to_owned(),
        path => path.to_owned(),
    };
    url.set_path(&path);
    Ok(url)
}

/// Parses an http or https URL without credentials in it.
///
/// # Errors
/// What is wrong with it, in words; a password in it is not repeated.
pub fn web_url(text: &str) -> Result<Url, String> {
    if secret::credentials_in(text).is_some() {
        return Err("a URL with a user name or a password in it would stand in every report: leave them out".to_owned());
    }
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => {
            format!("`{text}` is no URL: it wants a scheme, such as `https://{text}`")
        }
        other => format!("`{text}` is no URL: {other}"),
    })?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{text}` is no http or https URL"));
    }
    Ok(url)
}

/// Whether a URL leads to this machine, so that nobody is reached by what is sent there.
pub fn is_local(url: &Url) -> bool {
    url.host().is_some_and(|host| match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("http://127.0.0.1:8080", Ok("http://127.0.0.1:8080/api/v1"))]
    #[case("https://x.test/", Ok("https://x.test/api/v1"))]
    #[case("https://x.test/v2/", Ok("https://x.test/v2"))]
    #[case("x.test", Err("`x.test` is no URL: it wants a scheme, such as `https://x.test`"))]
    #[case(
        "http://me:hunter2@x.test",
        Err("a URL with a user name or a password in it would stand in every report: leave them out")
    )]
    #[case(
        "http://me:hunter2@x.test:99999999",
        Err("a URL with a user name or a password in it would stand in every report: leave them out")
    )]
    #[case("ftp://x.test", Err("`ftp://x.test` is no http or https URL"))]
    fn a_base_url_without_a_path_gets_the_documented_one(#[case] text: &str, #[case] wanted: Result<&str, &str>) {
        let got = base_url(text, "/api/v1");
        assert_eq!(got.as_ref().map(Url::as_str).map_err(String::as_str), wanted);
    }
}
