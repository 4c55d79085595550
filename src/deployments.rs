//! Where flows are run: one deployment for all of them, or an embedded server for each.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use reqwest::Client;

use crate::event::{DeclaredGap, TargetIdentity};
use crate::reference::{self, Asked, Options, Running};
use crate::runner::http::Clients;
use crate::runner::{Asks, Boxed, Clockwork, Deployments, Instance, Lease, Maker, Placeholders, http, probe};
use crate::suite::Flow;
use crate::target::profile::{self, SecretSource, Surroundings};
use crate::target::{Clock, Connection, Gap, Source, Target};

/// One deployment that every flow meets.
#[derive(Debug)]
pub struct Single {
    instance: Arc<Instance>,
    reached_by: Vec<String>,
    round_trip: OnceLock<Duration>,
    /// The operations by which accounts came to be there before the run.
    accounts_before: Mutex<Vec<String>>,
    certificate: OnceLock<String>,
}

impl Single {
    /// A deployment by its target.
    ///
    /// # Errors
    /// Why no HTTP client can be built for it.
    pub fn new(target: Target) -> Result<Self, String> {
        Self::reconnecting(target, 0)
    }

    /// A deployment by its target; where there is no connection, it is tried again so often.
    ///
    /// # Errors
    /// As [`Single::new`].
    pub fn reconnecting(target: Target, reconnects: u32) -> Result<Self, String> {
        let kept = http::client(target.wants_tls(), &target.connection)?;
        let single = http::single_use(target.wants_tls(), &target.connection)?;
        let clients = Clients { kept, single: Some(single) };
        let instance = Arc::new(Instance::reached_by(target, clients, reconnects).elsewhere());
        Ok(Self {
            instance,
            reached_by: Vec::new(),
            round_trip: OnceLock::new(),
            accounts_before: Mutex::default(),
            certificate: OnceLock::new(),
        })
    }

    /// The same, with the options of the command line that name it.
    #[must_use]
    pub fn reached_by(self, options: Vec<String>) -> Self {
        Self { reached_by: options, ..self }
    }

    /// The same, with somebody who can be asked for codes and links.
    #[must_use]
    pub fn asking(self, asks: Arc<dyn Asks>) -> Self {
        let instance = match Arc::try_unwrap(self.instance) {
            Ok(instance) => Arc::new(instance.asking(asks)),
            // Somebody talks to it already, and goes on as before.
            Err(instance) => instance,
        };
        Self { instance, ..self }
    }

    /// The deployment itself.
    pub fn instance(&self) -> &Arc<Instance> {
        &self.instance
    }

    /// Notes that an account came to be there before the run, and by which operation.
    pub fn made_before(&self, operation: &str) {
        self.accounts_before.lock().unwrap_or_else(PoisonError::into_inner).push(operation.to_owned());
    }

    /// The same for one part of a run: its placeholders differ from those of the other parts.
    #[must_use]
    pub fn for_part(mut self, number: usize) -> Self {
        if let Some(instance) = Arc::get_mut(&mut self.instance) {
            instance.placeholders = Arc::new(Placeholders::of_part(number));
        }
        self
    }

    /// Whether anything answers there, and how fast.
    ///
    /// # Errors
    /// Why nothing does, in words.
    pub async fn reach(&self) -> Result<(), String> {
        let took = self.instance.wire.reach().await.map_err(|reason| self.instance.hide(&reason))?;
        // A part of it was for the connection, which is made once.
        let trips = if self.instance.target.wants_tls() { 3 } else { 2 };
        self.instance.note_round_trip(*self.round_trip.get_or_init(|| took / trips));
        // Only a certificate is looked for; what is wrong otherwise shows by itself.
        if self.instance.target.wants_tls()
            && let Ok(greeting) = probe::greet(&self.instance).await
            && let Some(fingerprint) = greeting.fingerprint
        {
            self.certificate.get_or_init(|| fingerprint);
        }
        Ok(())
    }
}

impl Deployments for Single {
    fn clock(&self) -> Clockwork {
        match &self.instance.target.clock {
            Some(Clock::Http(_)) => Clockwork::Moved,
            Some(Clock::Wait { .. }) | None => Clockwork::Real,
        }
    }

    fn identity(&self) -> TargetIdentity {
        let target = &self.instance.target;
        TargetIdentity {
            name: target.name.clone(),
            url: target.base.to_string(),
            embedded: false,
            fixed_codes: matches!(target.sms, Some(Source::Fixed(_))),
            learns_no: learns_no(target),
            insecure: target.connection.insecure,
            gaps: target.gaps.iter().map(declared).collect(),
            profile_digest: target.digest(),
            reached_by: self.reached_by.clone(),
            certificate: self.certificate.get().cloned(),
            build_header: target.build_header.clone(),
            builds: Vec::new(),
        }
    }

    fn round_trip(&self) -> Option<Duration> {
        self.round_trip.get().copied()
    }

    fn accounts_before(&self) -> Vec<String> {
        self.accounts_before.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn open<'a>(&'a self, _flow: &'a Flow) -> Boxed<'a, Result<Lease, String>> {
        Box::pin(async { Ok(Lease { instance: self.instance.clone(), guard: Box::new(()) }) })
    }
}

/// The capabilities without which secrets of this target stay unknown.
fn learns_no(target: &Target) -> Vec<String> {
    let lacks =
        [("sms", target.sms.is_none()), ("mail", target.mail.is_none()), ("client", target.client_secret.is_none())];
    lacks.into_iter().filter(|(_, lacks)| *lacks).map(|(name, _)| name.to_owned()).collect()
}

fn declared(gap: &Gap) -> DeclaredGap {
    DeclaredGap { name: gap.name.clone(), reason: gap.reason.clone() }
}

/// The embedded reference server: each flow gets one of its own, with a clock of its own.
///
/// It is reached by its own profile, over the same seam as any other deployment.
#[derive(Debug)]
pub struct Embedded {
    options: Options,
    client: Client,
    seed: u64,
    idle: Idle,
    asked: Option<Arc<AskedByFlow>>,
}

/// What the server of each flow asked of its switches, by the flow's id.
#[derive(Debug, Default)]
pub struct AskedByFlow(Mutex<BTreeMap<String, &'static Asked>>);

impl AskedByFlow {
    fn of(&self, flow: &str) -> &'static Asked {
        let mut by_flow = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        by_flow.entry(flow.to_owned()).or_insert_with(Asked::new)
    }

    /// Whether the server of a flow asked for something; where it is not known, it may have.
    pub fn any(&self, flow: &str, asked: impl FnOnce(&Asked) -> bool) -> bool {
        let by_flow = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        by_flow.get(flow).is_none_or(|noted| asked(noted))
    }
}

/// A server, and the target that its profile describes.
type Known = (Running, Target);

/// Servers that nobody uses.
type Idle = Arc<Mutex<Vec<Known>>>;

/// A server in use; it is used again when it is given back, so that neither ports nor connections run out.
struct Borrowed {
    known: Option<Known>,
    idle: Idle,
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).extend(self.known.take());
    }
}

impl Embedded {
    /// Servers that are started with these options.
    ///
    /// # Errors
    /// Why no HTTP client can be built.
    pub fn new(options: Options, seed: u64, timeout: Option<Duration>) -> Result<Self, String> {
        let connection = Connection { timeout: timeout.unwrap_or(profile::TIMEOUT), ..Connection::default() };
        let client = http::client(false, &connection)?;
        Ok(Self { options, client, seed, idle: Arc::default(), asked: None })
    }

    /// Servers that are started with other options, reached by the same client.
    #[must_use]
    pub fn playing(&self, options: Options) -> Self {
        Self { options, client: self.client.clone(), seed: self.seed, idle: self.idle.clone(), asked: None }
    }

    /// The same, noting what the servers ask for.
    #[must_use]
    pub fn noting(self, asked: Arc<AskedByFlow>) -> Self {
        Self { asked: Some(asked), ..self }
    }

    async fn start(&self, flow: &Flow) -> Result<Lease, String> {
        // Each flow's server draws other codes and tokens.
        let word = Maker::new(self.seed, &flow.id).below(usize::MAX);
        let asked = self.asked.as_ref().map(|asked| asked.of(&flow.id));
        let options = Options { seed: u64::try_from(word).unwrap_or(self.seed), asked, ..self.options.clone() };
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let same_client = |(server, _): &Known| {
            server.client_id() == options.client_id && server.client_secret() == options.client_secret
        };
        let known = match idle.filter(same_client) {
            // Its address stays the same as well, and so does its profile.
            Some((mut server, target)) => {
                server.restart(options);
                (server, target)
            }
            None => {
                let started = reference::start(options).await;
                let server = started.map_err(|error| format!("the embedded server does not start: {error}"))?;
                let target = target_of(&server)?;
                (server, target)
            }
        };
        // Its inboxes are in this program: what is not in them was not sent.
        let instance = Arc::new(Instance::new(known.1.clone(), self.client.clone()).with_proven_sources());
        Ok(Lease { instance, guard: Box::new(Borrowed { known: Some(known), idle: self.idle.clone() }) })
    }
}

/// What the profile of a server describes.
fn target_of(server: &Running) -> Result<Target, String> {
    let secret = |_: &SecretSource| Ok(server.client_secret().to_owned());
    let surroundings = Surroundings { base_path: "", requirements: &[], secret: &secret };
    let read = profile::parse(&server.profile_toml(), Path::new("embedded"), None, &surroundings);
    read.map_err(|error| format!("the embedded server's profile is wrong: {error}"))
}

impl Deployments for Embedded {
    fn clock(&self) -> Clockwork {
        Clockwork::Apart
    }

    fn identity(&self) -> TargetIdentity {
        let url = format!("http://127.0.0.1{}", reference::BASE_PATH);
        TargetIdentity {
            name: "embedded reference server".to_owned(),
            url,
            embedded: true,
            ..TargetIdentity::default()
        }
    }

    fn open<'a>(&'a self, flow: &'a Flow) -> Boxed<'a, Result<Lease, String>> {
        Box::pin(self.start(flow))
    }
}
