//! A server with its socket: starting, reaching and stopping it.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request as HttpRequest, State as Shared};
use axum::response::Response;
use axum::serve::ListenerExt;
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::BASE_PATH;
use super::app::App;
use super::options::Options;
use super::profile;
use super::reply::Reply;
use super::request::Request;
use super::rewrite::Answer;

/// The longest request body that is taken.
const BODY_LIMIT_BYTES: usize = 2 * 1024 * 1024;

/// How much of a longer body is read, so that its sender gets to see the answer.
const DRAIN_LIMIT_BYTES: usize = 8 * BODY_LIMIT_BYTES;

/// A server that listens until it is shut down or dropped.
#[derive(Debug)]
pub struct Running {
    host: Arc<Host>,
    address: SocketAddr,
    client_id: String,
    client_secret: String,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<io::Result<()>>,
}

/// Starts a server.
///
/// # Errors
/// When the address cannot be listened on.
pub async fn start(options: Options) -> io::Result<Running> {
    let listener = TcpListener::bind(options.listen).await?;
    let address = listener.local_addr()?;
    let (client_id, client_secret) = (options.client_id.clone(), options.client_secret.clone());
    let (stop, stopped) = oneshot::channel::<()>();
    let host = Arc::new(Host::new(options));
    let router = Router::new().fallback(handle).with_state(host.clone());
    let listener = listener.tap_io(|stream: &mut TcpStream| {
        // Only slower without it.
        let _ = stream.set_nodelay(true);
    });
    let task = tokio::spawn(async move {
        let served = axum::serve(listener, router);
        served
            .with_graceful_shutdown(async move {
                // Dropping the other end stops the server as well.
                let _ = stopped.await;
            })
            .await
    });
    Ok(Running { host, address, client_id, client_secret, stop: Some(stop), task })
}

/// A server without a socket.
pub fn router(options: Options) -> Router {
    Router::new().fallback(handle).with_state(Arc::new(Host::new(options)))
}

/// What a socket leads to: one server after another.
struct Host(RwLock<Arc<App>>);

impl Host {
    fn new(options: Options) -> Self {
        Self(RwLock::new(Arc::new(App::new(options))))
    }

    fn app(&self) -> Arc<App> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Host")
    }
}

async fn handle(Shared(host): Shared<Arc<Host>>, request: HttpRequest) -> Response {
    let app = host.app();
    let (head, body) = request.into_parts();
    if !app.config.latency.is_zero() {
        tokio::time::sleep(app.config.latency).await;
    }
    let operation = app.rewritten(&head.method, head.uri.path());
    let races = app.races(&head.method, head.uri.path());
    let overlapped = races && app.begin_race();
    if races {
        // Long enough for the other one to arrive.
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
    let reply = match to_bytes(body, DRAIN_LIMIT_BYTES).await {
        Ok(body) if body.len() <= BODY_LIMIT_BYTES => {
            app.answer(&Request { method: head.method, uri: head.uri, headers: head.headers, body, overlapped })
        }
        _ => Reply::json(413, json!({"detail": "Content Too Large"})),
    };
    if races {
        app.end_race();
    }
    let mut answer = Answer::from(reply);
    if let (Some(rewrite), Some(operation)) = (&app.config.rewrite, operation) {
        rewrite.apply(operation, &mut answer);
    }
    answer.into()
}

impl Running {
    /// Becomes another server, which remembers nothing, at the same address. No request may be under way.
    pub fn restart(&mut self, options: Options) {
        (self.client_id, self.client_secret) = (options.client_id.clone(), options.client_secret.clone());
        *self.host.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(App::new(options));
    }

    /// The address that it listens on.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where its operations are, `http://127.0.0.1:PORT/api/v1`.
    pub fn base_url(&self) -> String {
        format!("{}{BASE_PATH}", self.origin())
    }

    fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The client that it knows.
    pub fn client_id(&self) -> &str {
        &self.client_id
    }

    /// That client's secret.
    pub fn client_secret(&self) -> &str {
        &self.client_secret
    }

    /// A profile named `reference` that reaches it; the secret is to be in the environment.
    pub fn profile_toml(&self) -> String {
        profile::with_secret_variable(&self.origin(), &self.base_url(), &self.client_id)
    }

    /// The same profile, with the secret in a file.
    pub fn profile_toml_with_secret_file(&self, path: &Path) -> String {
        let path = path.display().to_string();
        profile::with_secret_file(&self.origin(), &self.base_url(), &self.client_id, &path)
    }

    /// Stops listening, and waits until the open requests are answered.
    pub async fn shutdown(mut self) {
        drop(self.stop.take());
        // A server that already ended has nothing left to wait for.
        let _ = (&mut self.task).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The connections see the other end gone, and close.
        drop(self.stop.take());
        self.task.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reference::faults::{Fault, REFRESH_RACE};
    use std::time::Instant;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// Sends one request by hand and reads until the server closes.
    async fn exchange(running: &Running, head: &str, body: &[u8]) -> String {
        let mut stream = TcpStream::connect(running.address()).await.unwrap();
        let length = body.len();
        let head = format!(
            "{head} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n",
            running.address()
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn answers_on_its_base_url_until_it_is_shut_down() {
        let running = start(Options::default()).await.unwrap();
        let address = running.address();
        assert_eq!(running.base_url(), format!("http://{address}/api/v1"));
        let body = br#"{"grant_type": "create"}"#;
        let answer = exchange(&running, "POST /api/v1/auth/guest", body).await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert!(answer.contains("content-type: application/json\r\n"));
        assert!(answer.contains("cache-control: no-store\r\n"));
        running.shutdown().await;
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn a_body_over_two_mebibytes_is_too_large() {
        let running = start(Options::default()).await.unwrap();
        for (length, status) in [(BODY_LIMIT_BYTES, "422"), (BODY_LIMIT_BYTES + 1, "413")] {
            let body = vec![b' '; length];
            let answer = exchange(&running, "POST /api/v1/auth/guest", &body).await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
        }
    }

    #[tokio::test]
    async fn a_restart_forgets_everything_and_plays_something_else() {
        let mut running = start(Options::default()).await.unwrap();
        let body = br#"{"grant_type": "create"}"#;
        let guest = exchange(&running, "POST /api/v1/auth/guest", body).await;
        let (_, rest) = guest.split_once("access_token\":\"").unwrap();
        let head = format!(
            "GET /api/v1/auth/user HTTP/1.1\r\nauthorization: Bearer {}\r\nx:",
            rest.split_once('"').unwrap().0
        );
        assert!(exchange(&running, &head, b"").await.starts_with("HTTP/1.1 200 "));
        let address = running.address();
        running.restart(Options { fault: crate::reference::faults::find("profile-id-number"), ..Options::default() });
        assert_eq!(running.address(), address);
        assert!(exchange(&running, &head, b"").await.starts_with("HTTP/1.1 401 "));
    }

    #[tokio::test]
    async fn starting_is_cheap() {
        let started = Instant::now();
        for _ in 0..100 {
            drop(start(Options::default()).await.unwrap());
        }
        assert!(started.elapsed() < Duration::from_secs(1));
    }

    #[tokio::test]
    async fn idle_connections_do_not_hold_up_a_shutdown() {
        let running = start(Options::default()).await.unwrap();
        let silent = TcpStream::connect(running.address()).await.unwrap();
        let mut idle = TcpStream::connect(running.address()).await.unwrap();
        let request = b"GET /_test/clock HTTP/1.1\r\nhost: h\r\n\r\n";
        idle.write_all(request).await.unwrap();
        let mut answer = [0; 12];
        idle.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"HTTP/1.1 200");
        let stopped = tokio::time::timeout(Duration::from_secs(5), running.shutdown());
        assert!(stopped.await.is_ok());
        drop((silent, idle));
    }

    /// How many of two requests at a time succeed.
    async fn race(fault: Option<&'static Fault>) -> usize {
        let options = Options { fault, ..Options::default() };
        let running = start(options).await.unwrap();
        let body = br#"{"grant_type": "create"}"#;
        let guest = exchange(&running, "POST /api/v1/auth/guest", body).await;
        let (_, rest) = guest.split_once("refresh_token\":\"").unwrap();
        let (token, _) = rest.split_once('"').unwrap();
        let head = "POST /api/v1/auth/refresh HTTP/1.1\r\nauthorization: Bearer ";
        let head = format!("{head}{token}\r\nx:");
        let (one, two) = tokio::join!(exchange(&running, &head, b""), exchange(&running, &head, b""));
        let won = |answer: &&String| answer.starts_with("HTTP/1.1 200 ");
        [one, two].iter().filter(won).count()
    }

    #[tokio::test]
    async fn only_a_fault_lets_two_refreshes_win() {
        assert_eq!(race(None).await, 1);
        assert_eq!(race(Some(&REFRESH_RACE)).await, 2);
    }
}
