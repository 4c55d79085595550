//! The way to the target: DNS, TCP, TLS, HTTP, base path, clock. Nothing on the target changes.

use super::line::{Line, Whose};
use crate::contract::Contract;
use crate::exchange::{FailureKind, TransportFailure};
use crate::runner::Instance;
use crate::runner::probe::{self, Greeting, Place};

/// A certificate that ends sooner is told.
const SOON_SECONDS: i64 = 14 * 24 * 3_600;
/// Clocks that differ by more make stated lives of tokens hard to judge.
const SKEW_SECONDS: i64 = 30;

/// Looks at the way, as far as it goes. With the answer of the target, where there is one.
pub(super) async fn look(instance: &Instance, contract: &Contract) -> (Vec<Line>, Option<Greeting>) {
    let mut lines = Vec::new();
    let target = &instance.target;
    let way = target.connection.proxy.as_ref().map_or(&target.base, |proxy| &proxy.url);
    let within = target.connection.connect_timeout;
    let (host, port) = (way.host_str().unwrap_or_default(), way.port_or_known_default().unwrap_or(443));
    let through = if target.connection.proxy.is_some() { " (the proxy)" } else { "" };
    let addresses = match probe::resolve(host, port, within).await {
        Ok(addresses) => addresses,
        Err(error) => {
            let advice =
                "check the host in `url` (or `proxy`), and whether this machine is in the right network or VPN";
            lines.push(Line::problem(
                "DNS",
                Whose::Profile,
                format!("{host}{through} has no address: {error}"),
                advice,
            ));
            return (lines, None);
        }
    };
    let several = if addresses.len() > 1 { format!(", and {} more", addresses.len() - 1) } else { String::new() };
    lines.push(Line::ok("DNS", format!("{host}{through} is {}{several}", addresses[0].ip())));
    match probe::connect(&addresses, within).await {
        Ok(address) => lines.push(Line::ok("TCP", format!("{address} takes connections"))),
        Err(error) => {
            let advice = "check the port, that the deployment is up, and that no firewall stands between";
            lines.push(Line::problem("TCP", Whose::Network, format!("no connection: {error}"), advice));
            return (lines, None);
        }
    }
    match probe::greet(instance).await {
        Ok(greeting) => {
            lines.push(tls(instance, &greeting));
            lines.push(Line::ok("HTTP", format!("it answers {}", greeting.status)));
            lines.push(base_path(instance, contract).await);
            lines.push(clock(&greeting));
            (lines, Some(greeting))
        }
        Err(failure) => {
            lines.push(unanswered(&instance.hide(&failure.message), &failure, target.base.scheme() == "https"));
            (lines, None)
        }
    }
}

fn tls(instance: &Instance, greeting: &Greeting) -> Line {
    let insecure = instance.target.connection.insecure;
    let Some(certificate) = &greeting.certificate else {
        let says =
            if instance.target.base.scheme() == "https" { "no certificate was seen" } else { "none, as `url` is http" };
        return Line::left_out("TLS", says);
    };
    let now = jiff::Timestamp::now().as_second();
    let day = jiff::Timestamp::from_second(certificate.ends).map(|end| end.strftime("%Y-%m-%d").to_string());
    let mut says = format!("issued by {}, ends {}", certificate.issuer, day.unwrap_or_else(|_| "never".to_owned()));
    // As every report of a run has it, so that the two can be held against each other.
    if let Some(fingerprint) = &greeting.fingerprint {
        says.push_str(&format!(", SHA-256 {fingerprint}"));
    }
    if certificate.ends < now + SOON_SECONDS {
        return Line::problem("TLS", Whose::Target, says, "have the certificate renewed");
    }
    if insecure {
        let advice = "give the `ca` that issued it instead of `insecure = true`: every report says so";
        return Line::problem(
            "TLS",
            Whose::Profile,
            format!("{says}; not checked, as the profile says `insecure`"),
            advice,
        );
    }
    Line::ok("TLS", says)
}

/// No answer: what the causes say.
fn unanswered(message: &str, failure: &TransportFailure, https: bool) -> Line {
    let text = message.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if https && has(&["expired"]) {
        return Line::problem(
            "TLS",
            Whose::Target,
            format!("its certificate is over: {message}"),
            "have the certificate renewed",
        );
    }
    if https
        && has(&[
            "unknownissuer",
            "unknown issuer",
            "caused as end entity",
            "causedasendentity",
            "self-signed",
            "self signed",
        ])
    {
        let advice = "give the certificate of its issuer: `ca = \"ca.pem\"`";
        return Line::problem(
            "TLS",
            Whose::Profile,
            format!("nobody trusted issued its certificate: {message}"),
            advice,
        );
    }
    if https && has(&["notvalidforname", "not valid for name"]) {
        let advice = "check the host in `url`: the certificate is for another one";
        return Line::problem("TLS", Whose::Profile, message.to_owned(), advice);
    }
    if https && has(&["certificate required", "certificaterequired", "handshake"]) {
        let advice = "it may want a `client_certificate`, or speak another version of TLS";
        return Line::problem("TLS", Whose::Profile, message.to_owned(), advice);
    }
    match failure.kind {
        FailureKind::Timeout => Line::problem(
            "HTTP",
            Whose::Target,
            "it takes the connection and does not answer in time",
            "check that the deployment is up, or set a longer `timeout`",
        ),
        FailureKind::Connect => Line::problem(
            "HTTP",
            Whose::Network,
            message.to_owned(),
            "check that the deployment is up and can be reached from here",
        ),
        FailureKind::Broken | FailureKind::TooLarge | FailureKind::Unreadable | FailureKind::Unsendable => {
            let advice = "check the scheme and the port in `url`: what answers there may be no web server";
            Line::problem("HTTP", Whose::Target, message.to_owned(), advice)
        }
    }
}

async fn base_path(instance: &Instance, contract: &Contract) -> Line {
    let base = instance.target.base.as_str();
    match probe::find(instance, contract).await {
        Place::Here => Line::ok("base path", format!("the operations are below {base}")),
        Place::Elsewhere(other) => {
            let says = format!("no operation is below {base}, and they are below {other}");
            Line::problem("base path", Whose::Profile, says, &format!("write `url = \"{other}\"`"))
        }
        Place::Nowhere => {
            let says = format!("every operation is answered 404 below {base}");
            let advice = "check the path of `url`, and whether this API is deployed there at all";
            Line::problem("base path", Whose::Target, says, advice)
        }
        Place::Unknown => Line::left_out("base path", "it answers no operation in a usable way"),
    }
}

fn clock(greeting: &Greeting) -> Line {
    match greeting.ahead_seconds {
        None => Line::left_out("clock", "it states no `Date`"),
        Some(ahead) if ahead.abs() <= SKEW_SECONDS => Line::ok("clock", format!("{ahead} s ahead of this machine")),
        Some(ahead) => {
            let advice = "set both clocks by NTP: how long tokens and codes live is judged by them";
            Line::problem("clock", Whose::Target, format!("{ahead} s ahead of this machine"), advice)
        }
    }
}
