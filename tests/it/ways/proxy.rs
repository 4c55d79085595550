//! A proxy: it opens tunnels (`CONNECT`) and passes on requests for whole URLs.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// The proxy.
pub struct Proxy {
    pub address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
    _runtime: Runtime,
}

impl Proxy {
    pub fn start() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let heads: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = heads.clone();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(pass_on(stream, noted.clone()));
            }
        });
        Self { address, heads, _runtime: runtime }
    }

    /// The first head of each connection, in lower case.
    pub fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

/// Reads the first head, and from then on only passes bytes on: all requests of a connection are for one server.
async fn pass_on(mut stream: TcpStream, noted: Arc<Mutex<Vec<String>>>) {
    let (mut read, mut buffer) = (Vec::new(), [0; 4096]);
    while !read.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(count) => read.extend_from_slice(&buffer[..count]),
        }
    }
    let head = String::from_utf8_lossy(&read).to_ascii_lowercase();
    noted.lock().unwrap().push(head.clone());
    let wanted = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
    let tunnel = head.starts_with("connect ");
    let host = wanted.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let Ok(mut behind) = TcpStream::connect(host).await else { return };
    let begun = match tunnel {
        true => stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await,
        false => behind.write_all(&read).await,
    };
    if begun.is_ok() {
        let _ = copy_bidirectional(&mut stream, &mut behind).await;
    }
}
