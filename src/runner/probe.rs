//! Looks whether a target can be reached, step by step, so that who is to blame can be told. Judges nothing.

use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::Method;
use reqwest::tls::TlsInfo;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::certificate::{self, Certificate};
use super::http;
use super::instance::Instance;
use crate::contract::{Bearer, Contract};
use crate::exchange::TransportFailure;

/// Requests without a token that tell whether the API is at a base.
const ASKED: usize = 3;

/// The addresses of a host.
///
/// # Errors
/// Why there are none, in words.
pub async fn resolve(host: &str, port: u16, within: Duration) -> Result<Vec<SocketAddr>, String> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match timeout(within, lookup_host((host, port))).await {
        Err(_) => Err(format!("no answer within {} s", within.as_secs_f64())),
        Ok(Err(error)) => Err(error.to_string()),
        Ok(Ok(addresses)) => {
            let addresses: Vec<SocketAddr> = addresses.collect();
            if addresses.is_empty() { Err("no address".to_owned()) } else { Ok(addresses) }
        }
    }
}

/// The first address that takes a connection.
///
/// # Errors
/// Why none does, in words.
pub async fn connect(addresses: &[SocketAddr], within: Duration) -> Result<SocketAddr, String> {
    let mut last = "no address".to_owned();
    for address in addresses {
        match timeout(within, TcpStream::connect(address)).await {
            Ok(Ok(_)) => return Ok(*address),
            Ok(Err(error)) => last = format!("{address}: {error}"),
            Err(_) => last = format!("{address}: no connection within {} s", within.as_secs_f64()),
        }
    }
    Err(last)
}

/// What an answer tells of the target beside its body.
#[derive(Debug, Clone)]
pub struct Greeting {
    /// The status code.
    pub status: u16,
    /// Header names in lower case.
    pub headers: Vec<(String, String)>,
    /// The certificate that it showed.
    pub certificate: Option<Certificate>,
    /// SHA-256 of it, in hex with colons.
    pub fingerprint: Option<String>,
    /// By how many seconds its clock is ahead, by its `Date`.
    pub ahead_seconds: Option<i64>,
}

/// Sends one request without a token to the base.
///
/// # Errors
/// Why there is no answer.
pub async fn greet(instance: &Instance) -> Result<Greeting, TransportFailure> {
    let request = instance.client().request(Method::GET, instance.target.base.as_str());
    let response = request.send().await.map_err(|error| http::failure(&error))?;
    let shown = response.extensions().get::<TlsInfo>().and_then(|info| info.peer_certificate().map(<[u8]>::to_vec));
    let headers: Vec<(String, String)> = response
        .headers()
        .iter()
        .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect();
    let date = headers.iter().find(|(name, _)| name == "date");
    let date = date.and_then(|(_, date)| jiff::fmt::rfc2822::parse(date).ok());
    let here = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs());
    let ahead = date.map(|date| date.timestamp().as_second() - i64::try_from(here).unwrap_or(0));
    Ok(Greeting {
        status: response.status().as_u16(),
        headers,
        fingerprint: shown.as_deref().map(certificate::fingerprint),
        certificate: shown.and_then(|der| certificate::read(&der)),
        ahead_seconds: ahead,
    })
}

/// Where the API is, seen from a base URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Something answers at its operations.
    Here,
    /// Not here: every operation that was asked for is unknown, and at this other base every one refuses as it should.
    Elsewhere(String),
    /// Every operation that was asked for is unknown here, and it is at no other base that was tried.
    Nowhere,
    /// It cannot be told.
    Unknown,
}

/// Looks for the API: the base of the profile, and, where it is not there, the likely others of the same server.
pub async fn find(instance: &Instance, contract: &Contract) -> Place {
    let base = &instance.target.base;
    match statuses(instance, contract, base.as_str()).await {
        None => return Place::Unknown,
        Some(statuses) if statuses.iter().any(|status| *status != 404) => return Place::Here,
        Some(_) => {}
    }
    let origin = base.origin().ascii_serialization();
    let path = base.path().trim_end_matches('/').to_owned();
    let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent).to_owned();
    let documented = contract.base_path();
    let paths = [documented.to_owned(), String::new(), parent, format!("{path}{documented}")];
    for candidate in paths.into_iter().filter(|candidate| *candidate != path) {
        let candidate = format!("{origin}{candidate}");
        let found = statuses(instance, contract, &candidate).await;
        if found.is_some_and(|statuses| statuses.iter().all(|status| matches!(status, 401 | 403))) {
            return Place::Elsewhere(candidate);
        }
    }
    Place::Nowhere
}

/// What some operations that want a token answer without one, which changes nothing.
async fn statuses(instance: &Instance, contract: &Contract, base: &str) -> Option<Vec<u16>> {
    let wants_token = contract.operations().iter().filter(|operation| operation.bearer == Bearer::Access);
    let mut statuses = Vec::new();
    let headers = super::call::target_headers(&instance.target, base);
    for operation in wants_token.take(ASKED) {
        let url = format!("{}{}", base.trim_end_matches('/'), operation.path);
        let answer = http::send(instance.client(), &operation.method, &url, &headers, None).await.ok()?;
        statuses.push(answer.status);
    }
    (!statuses.is_empty()).then_some(statuses)
}
