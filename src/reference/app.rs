//! One server without its socket: a request in, a reply out.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::Method;
use serde_json::json;

use super::BASE_PATH;
use super::call::Call;
use super::dressing;
use super::errors::{Documented, Refusal};
use super::faults;
use super::operation::{OPERATIONS, Operation};
use super::options::{Options, Settings};
use super::reply::{Body, Reply};
use super::request::Request;
use super::rewrite::Rewrite;
use super::session::TokenKind;
use super::state::State;
use super::switches::Switches;
use super::test_support;
use super::variants::Variant;

/// What does not change while a server runs.
pub(super) struct Config {
    pub(super) client_id: String,
    pub(super) client_secret: String,
    pub(super) settings: Settings,
    pub(super) switches: Switches,
    pub(super) seed: u64,
    pub(super) fixed_code: Option<String>,
    pub(super) rewrite: Option<Rewrite>,
    pub(super) latency: Duration,
}

/// A server.
pub(super) struct App {
    pub(super) config: Config,
    state: Mutex<State>,
    racing: AtomicUsize,
}

impl App {
    /// A server that nobody has used.
    pub(super) fn new(options: Options) -> Self {
        let switches = Switches::new(options.variants, options.fault).noted_by(options.asked);
        Self {
            state: Mutex::new(State::new(options.seed)),
            racing: AtomicUsize::new(0),
            config: Config {
                client_id: options.client_id.to_ascii_lowercase(),
                client_secret: options.client_secret,
                settings: adjusted(options.settings, switches),
                switches,
                seed: options.seed,
                fixed_code: options.fixed_code,
                rewrite: options.rewrite,
                latency: options.latency,
            },
        }
    }

    /// What the server remembers. Nobody panics half way through a change, so that a poisoned
    /// lock is taken all the same.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The operation of a request whose answer may be rewritten.
    pub(super) fn rewritten(&self, method: &Method, path: &str) -> Option<&'static str> {
        self.config.rewrite.as_ref()?;
        let path = path.strip_prefix(BASE_PATH)?;
        let here = OPERATIONS.iter().find(|operation| operation.path == path && operation.method == *method);
        here.map(|operation| operation.name)
    }

    /// Whether a fault of races concerns this request, so that it is to be held back a little.
    pub(super) fn races(&self, method: &Method, path: &str) -> bool {
        let switches = self.config.switches;
        let faults =
            [&faults::REFRESH_RACE, &faults::VERIFY_RACE, &faults::SEND_RACE, &faults::MAIL_RACE, &faults::WRITE_RACE];
        let races = faults.into_iter().any(|fault| switches.fault(fault));
        let operation = switches.played().map_or("", |fault| fault.operation);
        races && operation == format!("{method} {}", path.trim_start_matches(BASE_PATH))
    }

    /// Notes that a racing request begins; whether another one has not ended yet.
    pub(super) fn begin_race(&self) -> bool {
        self.racing.fetch_add(1, Ordering::SeqCst) > 0
    }

    /// Notes that a racing request ended.
    pub(super) fn end_race(&self) {
        self.racing.fetch_sub(1, Ordering::SeqCst);
    }

    /// Answers one request.
    pub(super) fn answer(&self, request: &Request) -> Reply {
        let path = request.uri.path();
        if path.starts_with("/_test/") {
            return test_support::answer(self, request);
        }
        let reply = match path.strip_prefix(BASE_PATH) {
            Some(_) if self.config.switches.variant(Variant::LengthRequired) && !request.says_its_length() => {
                Reply::new(411, Body::Empty)
            }
            Some(path) if OPERATIONS.iter().any(|operation| operation.path == path) => self.answer_at(path, request),
            _ => self.unknown_path(),
        };
        let switches = self.config.switches;
        if reply.status >= 400 && !request.wants_json() && switches.fault(&faults::PLAIN_CALLERS_GET_PAGES) {
            let page = "<!doctype html><title>Error</title>\n";
            return Reply::new(reply.status, Body::Text("text/html; charset=utf-8", page.to_owned()));
        }
        dressing::dress(reply, switches)
    }

    fn answer_at(&self, path: &str, request: &Request) -> Reply {
        let here = || OPERATIONS.iter().filter(|operation| operation.path == path);
        let allow = || {
            let methods: Vec<&str> = here().map(|entry| entry.method.as_str()).collect();
            methods.join(", ")
        };
        // A link that is only probed is not followed.
        let as_get = request.method == Method::HEAD
            && path != "/auth/verify/email"
            && !self.config.switches.variant(Variant::HeadRefused);
        let method = if as_get { &Method::GET } else { &request.method };
        let delete = *method == Method::DELETE && path == "/auth/user";
        if delete && self.config.switches.fault(&faults::UNKNOWN_METHOD_TAKEN) {
            return Reply::ok(json!({"status": "ok"}));
        }
        let signs_up = path == "/auth/signup" && [Method::PUT, Method::PATCH].contains(method);
        let as_post = signs_up && self.config.switches.fault(&faults::OTHER_METHODS_SIGN_UP);
        let method = if as_post { &Method::POST } else { method };
        let patches = path == "/auth/password-reset" && *method == Method::PATCH;
        let as_put = patches && self.config.switches.fault(&faults::PATCH_CHANGES_PASSWORDS);
        let method = if as_put { &Method::PUT } else { method };
        if let Some(operation) = here().find(|operation| operation.method == *method) {
            self.perform(operation, request)
        } else if *method == Method::OPTIONS && !self.config.switches.variant(Variant::OptionsRefused) {
            Reply::new(204, Body::Empty).header("allow", allow())
        } else if self.config.switches.variant(Variant::GuardBeforeRouting) && !self.is_let_in(path, request) {
            Refusal::from(Documented::BadCredentials).into()
        } else {
            self.not_allowed().header("allow", allow())
        }
    }

    fn is_let_in(&self, path: &str, request: &Request) -> bool {
        let state = self.state();
        let known = |token| state.sessions.find(token, TokenKind::Access, state.clock.now()).is_some();
        ["/auth/token", "/auth/signup", "/auth/guest"].contains(&path) || request.bearer(false).is_some_and(known)
    }

    fn perform(&self, operation: &Operation, request: &Request) -> Reply {
        let mut state = self.state();
        let now = state.clock.now();
        let performed = state.performed.entry(operation.name).or_default();
        *performed += 1;
        let nth = *performed;
        let mut call = Call { config: &self.config, state: &mut state, request, operation: operation.name, nth, now };
        let reply = (operation.answer)(&mut call).unwrap_or_else(Reply::from);
        faults::spoil(reply, &call)
    }

    fn unknown_path(&self) -> Reply {
        if self.config.switches.variant(Variant::Text404) {
            Reply::new(404, Body::Text("text/plain", "not found\n".to_owned()))
        } else {
            Reply::json(404, json!({"detail": "Not Found"}))
        }
    }

    fn not_allowed(&self) -> Reply {
        if self.config.switches.fault(&faults::UNKNOWN_METHOD_404) {
            self.unknown_path()
        } else if self.config.switches.fault(&faults::UNKNOWN_METHOD_500) {
            Refusal::Crash.into()
        } else if self.config.switches.variant(Variant::Free405Body) {
            let page = "<!doctype html><title>405</title><h1>Method Not Allowed</h1>\n";
            Reply::new(405, Body::Text("text/html; charset=utf-8", page.to_owned()))
        } else {
            Reply::json(405, json!({"detail": "Method Not Allowed"}))
        }
    }
}

/// The settings, with the variants that are nothing but other numbers.
fn adjusted(mut settings: Settings, switches: Switches) -> Settings {
    if switches.variant(Variant::ShortAccess) {
        settings.access_life = Duration::from_secs(300);
    }
    if switches.variant(Variant::LongWaits) {
        settings.resend_wait = Duration::from_secs(600);
        settings.email_wait = Duration::from_secs(600);
    }
    if switches.variant(Variant::MailAnHourApart) {
        settings.email_wait = Duration::from_secs(3_600);
    }
    if switches.variant(Variant::ShortLinks) {
        settings.email_life = Duration::from_secs(240);
        settings.email_wait = Duration::from_secs(600);
    }
    if switches.variant(Variant::GuessesForgotten) {
        settings.resend_wait = Duration::from_secs(600);
        settings.code_life = Duration::from_secs(480);
    }
    if switches.variant(Variant::LowLimits) {
        (settings.send_limit, settings.guess_limit) = (2, 2);
    }
    if switches.variant(Variant::HighLimits) {
        (settings.send_limit, settings.guess_limit) = (20, 20);
    }
    settings
}
