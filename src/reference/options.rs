//! What a reference server is started with.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::asked::Asked;
use super::faults::Fault;
use super::password::PasswordCost;
use super::rewrite::Rewrite;
use super::variants::VariantSet;

/// How one reference server is to behave.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where it listens; port 0 takes any free one.
    pub listen: SocketAddr,
    /// The only client that was ever issued.
    pub client_id: String,
    /// That client's secret.
    pub client_secret: String,
    /// Lifetimes, waits and limits.
    pub settings: Settings,
    /// The one wrong that it does.
    pub fault: Option<&'static Fault>,
    /// The legitimate freedoms that it takes.
    pub variants: VariantSet,
    /// Where the verification codes come from: equal seeds send equal codes.
    pub seed: u64,
    /// The code that is always sent, instead of codes from the seed.
    pub fixed_code: Option<String>,
    /// What changes its answers on their way out.
    pub rewrite: Option<Rewrite>,
    /// Notes the faults and variants that it asks for.
    pub asked: Option<&'static Asked>,
    /// How long each request is on its way, there and back, by the real clock.
    pub latency: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            client_id: "2f9445b3-5266-45cd-8a85-d5c3fff69781".to_owned(),
            client_secret: "reference-client-secret".to_owned(),
            settings: Settings::default(),
            fault: None,
            variants: VariantSet::default(),
            seed: 0,
            fixed_code: None,
            rewrite: None,
            asked: None,
            latency: Duration::ZERO,
        }
    }
}

/// Lifetimes, waits and limits; times are of the virtual clock.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long an access token lives.
    pub access_life: Duration,
    /// How long a refresh token lives.
    pub refresh_life: Duration,
    /// How long a code that was sent can be used.
    pub code_life: Duration,
    /// How long to wait between two codes.
    pub resend_wait: Duration,
    /// How long a mailed link can be used.
    pub email_life: Duration,
    /// How long to wait between two mails.
    pub email_wait: Duration,
    /// How many codes are sent in one day before sending is blocked.
    pub send_limit: u32,
    /// How many wrong codes are taken in one day before guessing is blocked.
    pub guess_limit: u32,
    /// What hashing a password costs.
    pub password_cost: PasswordCost,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            access_life: Duration::from_secs(3_600),
            refresh_life: Duration::from_secs(30 * 24 * 3_600),
            code_life: Duration::from_secs(600),
            resend_wait: Duration::from_secs(60),
            email_life: Duration::from_secs(600),
            email_wait: Duration::from_secs(60),
            send_limit: 5,
            guess_limit: 5,
            password_cost: PasswordCost::default(),
        }
    }
}
