//! Small servers that a run meets: ones that answer everything alike, ones that do not answer, and the reference server.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use conformance::reference::{self, Options, Running};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A server of raw bytes, until the test ends. Its threads end with the process.
pub struct Raw {
    address: SocketAddr,
}

impl Raw {
    /// Answers whatever is asked with these bytes, and closes.
    pub fn answering(answer: &'static str) -> Self {
        Self::serving(move |mut stream, _| {
            read_request(&mut stream);
            let _ = stream.write_all(answer.as_bytes());
        })
    }

    /// Answers the first so many requests, and holds the rest without an answer; says when it holds the first.
    pub fn silent_after(answered: usize) -> (Self, Receiver<()>) {
        let (sender, held) = channel();
        let server = Self::serving(move |mut stream, number| {
            read_request(&mut stream);
            if number < answered {
                let _ = stream.write_all(html(404).as_bytes());
                return;
            }
            let _ = sender.send(());
            // Until the other side has had enough.
            let _ = stream.read_to_end(&mut Vec::new());
        });
        (server, held)
    }

    fn serving(serve: impl Fn(TcpStream, usize) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let serve = std::sync::Arc::new(serve);
        thread::spawn(move || {
            for (number, stream) in listener.incoming().map_while(Result::ok).enumerate() {
                let serve = serve.clone();
                thread::spawn(move || serve(stream, number));
            }
        });
        Self { address }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

/// Reads a head and the body that it announces, so that closing does not cut the answer off.
fn read_request(stream: &mut TcpStream) {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let head = request.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            if request.len() >= head + 4 + length.unwrap_or(0) {
                return;
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&buffer[..count]),
        }
    }
}

/// A whole answer in HTML.
pub fn html(status: u16) -> &'static str {
    match status {
        200 => {
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 15\r\nconnection: close\r\n\r\n<h1>Welcome</h1"
        }
        404 => {
            "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 4\r\nconnection: close\r\n\r\n<h1>"
        }
        _ => {
            "HTTP/1.1 502 Bad Gateway\r\ncontent-type: text/html\r\ncontent-length: 4\r\nconnection: close\r\n\r\n<h1>"
        }
    }
}

/// Where nobody listens.
pub fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// The reference server in this process, with a profile for it.
pub struct Reference {
    _running: Running,
    _runtime: Runtime,
    folder: TempDir,
    url: String,
}

impl Reference {
    /// Starts one, with a fault where one is named.
    pub fn start(fault: Option<&str>) -> Self {
        let fault = fault.map(|id| reference::faults::find(id).unwrap());
        Self::with(Options { fault, ..Options::default() })
    }

    /// Starts one with these options.
    pub fn with(options: Options) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let running = runtime.block_on(reference::start(options)).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, running.client_secret()).unwrap();
        std::fs::write(folder.path().join("p.toml"), running.profile_toml_with_secret_file(&secret)).unwrap();
        Self { url: running.base_url(), _running: running, _runtime: runtime, folder }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn profile(&self) -> PathBuf {
        self.folder.path().join("p.toml")
    }

    /// The profile without one of its tables.
    pub fn profile_without(&self, table: &str) -> PathBuf {
        let text = std::fs::read_to_string(self.profile()).unwrap();
        let tables: Vec<&str> = text.split("\n\n").collect();
        let kept: Vec<&str> = tables.iter().filter(|text| !text.contains(&format!(".{table}]"))).copied().collect();
        assert_eq!(kept.len() + 1, tables.len());
        let path = self.folder.path().join(format!("without-{table}.toml"));
        std::fs::write(&path, kept.join("\n\n")).unwrap();
        path
    }
}

/// A path as an argument.
pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
