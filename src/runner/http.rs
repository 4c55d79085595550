//! The only user of the HTTP client: builds it, sends one request, reads one answer within limits.

use std::error::Error;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use hyper_util::client::legacy::connect::HttpInfo;
use reqwest::header::{ACCEPT_ENCODING, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Certificate, Client, ClientBuilder, Identity, Method, Proxy, Response, Version, redirect, retry};

use crate::exchange::{FailureKind, TransportFailure};
use crate::target::{Connection, Limits};

/// How much of an answer is taken.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// A longer body is no answer.
    pub body_bytes: usize,
    /// Longer headers are none, either.
    pub header_bytes: usize,
    /// So much of a body is kept; the rest is only counted.
    pub kept_bytes: usize,
}

impl Default for Sizes {
    fn default() -> Self {
        let Limits { body_bytes, header_bytes, .. } = Limits::default();
        Self { body_bytes, header_bytes, kept_bytes: body_bytes }
    }
}

/// A connection that was idle for longer is not used again: servers end theirs after a while, some after one second,
/// and a request that meets the end is lost.
pub const IDLE: Duration = Duration::from_millis(700);

/// The clients of one deployment.
#[derive(Debug, Clone)]
pub struct Clients {
    /// Uses connections again.
    pub kept: Client,
    /// Makes a new connection for each request; none where the target is known to keep its connections.
    pub single: Option<Client>,
}

/// An answer as it came.
#[derive(Debug, Clone)]
pub struct RawAnswer {
    /// The status code.
    pub status: u16,
    /// Header names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it was to be kept.
    pub body: Vec<u8>,
    /// Its whole length in bytes.
    pub length: usize,
    /// Whether it came over HTTP/1, where a connection has one answer at a time and can end with it.
    pub http1: bool,
    /// This side of the connection that it came over, where that is known.
    pub from: Option<SocketAddr>,
}

/// Builds the client: redirects are not followed, nothing is sent twice, no proxy is taken from the
/// environment.
///
/// # Errors
/// Why the client cannot be built, such as a machine without certificates where the target wants TLS.
pub fn client(https: bool, connection: &Connection) -> Result<Client, String> {
    built(https, connection, &|| builder(connection))
}

/// Builds a client that makes a new connection for each request, else like [`client`].
///
/// # Errors
/// As [`client`].
pub fn single_use(https: bool, connection: &Connection) -> Result<Client, String> {
    built(https, connection, &|| Ok(builder(connection)?.pool_max_idle_per_host(0)))
}

fn built(
    https: bool,
    connection: &Connection,
    builder: &dyn Fn() -> Result<ClientBuilder, String>,
) -> Result<Client, String> {
    // A second installation fails, and then there is a provider already: either way there is one.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let own = connection.ca.as_deref().map(certificates).transpose()?.unwrap_or_default();
    let built = |builder: ClientBuilder| {
        builder.build().map_err(|error| format!("cannot build the HTTP client: {}", chain(&error)))
    };
    // No store of certificates is needed, and some machines have none.
    if !https || connection.insecure {
        return built(builder()?.tls_certs_only(own));
    }
    match built(builder()?.tls_certs_merge(own.clone())) {
        Err(_) if !own.is_empty() => built(builder()?.tls_certs_only(own)),
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
        .tls_info(true)
        .pool_idle_timeout(IDLE)
        // Without it every coding would be acceptable (RFC 9110 section 12.5.3).
        .default_headers(HeaderMap::from_iter([(ACCEPT_ENCODING, HeaderValue::from_static("identity"))]))
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

/// Sends one request and reads its answer to the end, whatever is usual for a test endpoint or an inbox.
///
/// # Errors
/// As [`send_within`].
pub async fn send(
    client: &Client,
    method: &str,
    url: &str,
    headers: &[(String, String)],
    body: Option<Bytes>,
) -> Result<RawAnswer, TransportFailure> {
    send_within(client, Sizes::default(), method, url, headers, body).await
}

/// Sends one request and reads its answer to the end.
///
/// # Errors
/// The kind of failure and its causes.
pub async fn send_within(
    client: &Client,
    sizes: Sizes,
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
    // Some servers answer 411 to such a request that does not say how long its body is (RFC 9110 section 8.6).
    let empty = body.as_ref().is_none_or(Bytes::is_empty);
    if empty && [Method::POST, Method::PUT, Method::PATCH].contains(&method) {
        map.entry(CONTENT_LENGTH).or_insert(HeaderValue::from_static("0"));
    }
    let mut request = client.request(method, url).headers(map);
    if let Some(body) = body {
        request = request.body(body);
    }
    read(request.send().await.map_err(|error| failure(&error))?, sizes).await
}

async fn read(mut response: Response, sizes: Sizes) -> Result<RawAnswer, TransportFailure> {
    let status = response.status().as_u16();
    let too_large = |what: &str, bytes: usize| {
        let most = if bytes.is_multiple_of(1024 * 1024) {
            format!("{} MiB", bytes / 1024 / 1024)
        } else if bytes.is_multiple_of(1024) {
            format!("{} KiB", bytes / 1024)
        } else {
            format!("{bytes} bytes")
        };
        let message = format!("status {status}, and {what} longer than {most}");
        Err(TransportFailure { kind: FailureKind::TooLarge, message })
    };
    let http1 = response.version() < Version::HTTP_2;
    let from = response.extensions().get::<HttpInfo>().map(HttpInfo::local_addr);
    let head: usize = response.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if head > sizes.header_bytes {
        return too_large("the headers are", sizes.header_bytes);
    }
    let headers = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    if response.content_length().is_some_and(|length| usize::try_from(length).map_or(true, |it| it > sizes.body_bytes))
    {
        return too_large("the body is", sizes.body_bytes);
    }
    let (mut body, mut length) = (Vec::new(), 0);
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        length += chunk.len();
        if length > sizes.body_bytes {
            return too_large("the body is", sizes.body_bytes);
        }
        let room = sizes.kept_bytes.saturating_sub(body.len());
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
    }
    Ok(RawAnswer { status, headers, body, length, http1, from })
}

pub(super) fn failure(error: &reqwest::Error) -> TransportFailure {
    let kind = if error.is_connect() {
        FailureKind::Connect
    } else if error.is_timeout() {
        FailureKind::Timeout
    } else if error.is_builder() {
        FailureKind::Unsendable
    } else {
        FailureKind::Broken
    };
    let message = chain(error);
    // The client has a limit of its own for heads, and says so only in words.
    let kind = if message.contains("message head is too large") { FailureKind::TooLarge } else { kind };
    TransportFailure { kind, message }
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
