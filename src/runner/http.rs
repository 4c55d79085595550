//! The only user of the HTTP client: builds it, sends one request, reads one answer within limits.

use std::error::Error;
use std::fmt::Write as _;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, Identity, Method, Proxy, redirect, retry};

use crate::exchange::{FailureKind, TransportFailure};
use crate::target::Connection;

/// An answer longer than this is no answer of this API.
pub const BODY_LIMIT_BYTES: usize = 4 * 1024 * 1024;

/// A connection that was idle for longer is not used again: many servers end theirs after five seconds, and a
/// request that meets the end is lost.
const IDLE: Duration = Duration::from_secs(2);

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// The status code.
    pub status: u16,
    /// Header names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// Builds the client: redirects are not followed, nothing is sent twice, no proxy is taken from the
/// environment.
///
/// # Errors
/// Why the client cannot be built, such as a machine without certificates where the target wants TLS.
pub fn client(https: bool, connection: &Connection) -> Result<Client, String> {
    // A second installation fails, and then there is a provider already: either way there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let own = connection.ca.as_deref().map(certificates).transpose()?.unwrap_or_default();
    let built = |builder: ClientBuilder| {
        builder.build().map_err(|error| format!("cannot build the HTTP client: {}", chain(&error)))
    };
    // No store of certificates is needed, and some machines have none.
    if !https || connection.insecure {
        return built(builder(connection)?.tls_certs_only(own));
    }
    match built(builder(connection)?.tls_certs_merge(own.clone())) {
        Err(_) if !own.is_empty() => built(builder(connection)?.tls_certs_only(own)),
        client => client,
    }
}

fn builder(connection: &Connection) -> Result<ClientBuilder, String> {
    let mut builder = Client::builder()
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_proxy()
        .connect_timeout(connection.connect_timeout)
        .timeout(connection.timeout)
        .tcp_nodelay(true)
        .pool_idle_timeout(IDLE)
        .user_agent(concat!("conformance/", env!("CARGO_PKG_VERSION")));
    if connection.insecure {
        builder = builder.tls_danger_accept_invalid_certs(true);
    }
    if let Some(pem) = &connection.client_certificate {
        let identity = Identity::from_pem(pem.reveal().as_bytes())
            .map_err(|_| "the client certificate is no certificate with its key in PEM".to_owned())?;
        builder = builder.identity(identity);
    }
    if let Some(proxy) = &connection.proxy {
        builder = builder.proxy(through(proxy)?);
    }
    Ok(builder)
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate>, String> {
    match Certificate::from_pem_bundle(pem) {
        Ok(own) if !own.is_empty() => Ok(own),
        Ok(_) => Err("the file of `ca` holds no certificate in PEM".to_owned()),
        Err(error) => Err(format!("the file of `ca` holds no certificates in PEM: {}", chain(&error))),
    }
}

fn through(proxy: &crate::target::Proxy) -> Result<Proxy, String> {
    let through = Proxy::all(proxy.url.as_str()).map_err(|error| format!("the proxy: {}", chain(&error)))?;
    Ok(match &proxy.credentials {
        Some((user, password)) => through.basic_auth(user, password.reveal()),
        None => through,
    })
}

/// Sends one request and reads its answer to the end.
///
/// # Errors
/// The kind of failure and its causes.
pub async fn send(
    client: &Client,
    method: &str,
    url: &str,
    headers: &[(String, String)],
    body: Option<Bytes>,
) -> Result<RawAnswer, TransportFailure> {
    let unsendable = |message: String| TransportFailure { kind: FailureKind::Unsendable, message };
    let method = Method::from_bytes(method.as_bytes()).map_err(|error| unsendable(error.to_string()))?;
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(|error| unsendable(error.to_string()))?;
        let value = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| unsendable(format!("the value of header `{name}` cannot be sent")))?;
        map.append(name, value);
    }
    let mut request = client.request(method, url).headers(map);
    if let Some(body) = body {
        request = request.body(body);
    }
    let mut response = request.send().await.map_err(|error| failure(&error))?;
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let status = response.status().as_u16();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        if body.len() + chunk.len() > BODY_LIMIT_BYTES {
            let message = format!("the body is longer than {} MiB", BODY_LIMIT_BYTES / 1024 / 1024);
            return Err(TransportFailure { kind: FailureKind::TooLarge, message });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(RawAnswer { status, headers, body })
}

fn failure(error: &reqwest::Error) -> TransportFailure {
    let kind = if error.is_connect() {
        FailureKind::Connect
    } else if error.is_timeout() {
        FailureKind::Timeout
    } else if error.is_builder() {
        FailureKind::Unsendable
    } else {
        FailureKind::Broken
    };
    TransportFailure { kind, message: chain(error) }
}

/// The causes of an error, outermost first; a cause that only repeats the one before is left out.
fn chain(error: &dyn Error) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !message.contains(&text) {
            let _ = write!(message, ": {text}");
        }
        cause = error.source();
    }
    message
}
