//! A server that stands between a run and the reference server, and does to some requests what no server should.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// What becomes of one request.
pub enum Act {
    /// It is answered by the reference server, and the connection stays.
    Forward,
    /// It is answered by the reference server, and before the answer is passed on this is done, with the address of the
    /// server and the request.
    ForwardThen(fn(&str, &[u8])),
    /// It is answered by the reference server, whose answer is changed, and the connection is closed, as it says.
    Changed(fn(Vec<u8>) -> Vec<u8>),
    /// It is answered by the reference server, and the connection is closed without a word.
    Cut,
    /// It is answered by these bytes, and the connection is closed.
    Answer(Vec<u8>),
    /// It is answered by whatever this writes, and the connection is closed.
    Wrong(fn(&mut TcpStream)),
    /// Half an answer comes, then the connection is reset.
    Reset,
    /// Nothing comes, for as long as the other side holds the connection.
    Silence,
    /// The connection is closed without an answer.
    Close,
}

/// The server; its threads end with the process.
pub struct Between {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Between {
    /// Starts one before the server at an address. `act` gets the number of a request to the API, from 1, and its
    /// first line; what is no such request is forwarded.
    pub fn start(upstream: String, act: impl Fn(usize, &str) -> Act + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let (act, count) = (Arc::new(act), asked.clone());
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (act, count, upstream) = (act.clone(), count.clone(), upstream.clone());
                thread::spawn(move || serve(stream, &upstream, &count, act.as_ref()));
            }
        });
        Self { address, asked }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Requests to the API so far.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn serve(mut stream: TcpStream, upstream: &str, asked: &AtomicUsize, act: &(dyn Fn(usize, &str) -> Act + Sync)) {
    while let Some(line) = first_line(&stream) {
        let act = match line.contains("/auth/") {
            true => act(asked.fetch_add(1, Ordering::SeqCst) + 1, &line),
            false => Act::Forward,
        };
        if let Act::Reset = act {
            let half =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{\"access_token\":";
            let _ = stream.write_all(half.as_bytes());
            // What was not read makes the closing a reset.
            return;
        }
        let Some(request) = read_request(&mut stream) else { return };
        match act {
            Act::Forward | Act::ForwardThen(_) => {
                let Some(answer) = forward(upstream, &request) else { return };
                if let Act::ForwardThen(more) = act {
                    more(upstream, &request);
                }
                if stream.write_all(&answer).is_err() {
                    return;
                }
            }
            Act::Changed(change) => {
                let answer = forward(upstream, &request).map(|answer| change(closing(answer))).unwrap_or_default();
                let _ = stream.write_all(&answer);
                return;
            }
            Act::Cut => {
                let _ = stream.write_all(&forward(upstream, &request).unwrap_or_default());
                return;
            }
            Act::Answer(bytes) => {
                let _ = stream.write_all(&bytes);
                return;
            }
            Act::Wrong(write) => return write(&mut stream),
            Act::Silence => {
                let _ = stream.read_to_end(&mut Vec::new());
                return;
            }
            Act::Reset | Act::Close => return,
        }
    }
}

/// The first line of the next request, which is left where it is.
fn first_line(stream: &TcpStream) -> Option<String> {
    let mut buffer = [0; 4096];
    loop {
        let count = stream.peek(&mut buffer).ok().filter(|count| *count > 0)?;
        if let Some(end) = buffer[..count].windows(2).position(|bytes| bytes == b"\r\n") {
            return Some(String::from_utf8_lossy(&buffer[..end]).into_owned());
        }
        thread::yield_now();
    }
}

fn read_request(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        if let Some(head) = head_end(&request) {
            let text = String::from_utf8_lossy(&request[..head]).to_ascii_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            if request.len() >= head + length.unwrap_or(0) {
                return Some(request);
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(count) => request.extend_from_slice(&buffer[..count]),
        }
    }
}

/// Where the body begins.
pub fn head_end(message: &[u8]) -> Option<usize> {
    message.windows(4).position(|bytes| bytes == b"\r\n\r\n").map(|at| at + 4)
}

/// The answer of the server behind, without the word that it closes the connection.
fn forward(upstream: &str, request: &[u8]) -> Option<Vec<u8>> {
    let mut stream = TcpStream::connect(upstream).ok()?;
    let line = request.windows(2).position(|bytes| bytes == b"\r\n")? + 2;
    let asked = [&request[..line], b"connection: close\r\n", &request[line..]].concat();
    stream.write_all(&asked).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let closing = b"connection: close\r\n";
    let at = answer.windows(closing.len()).position(|bytes| bytes == closing);
    if let Some(at) = at {
        answer.drain(at..at + closing.len());
    }
    Some(answer)
}

/// The answer with the word that it closes the connection.
fn closing(mut answer: Vec<u8>) -> Vec<u8> {
    let line = answer.windows(2).position(|bytes| bytes == b"\r\n").map_or(0, |at| at + 2);
    answer.splice(line..line, *b"connection: close\r\n");
    answer
}

/// Writes without an end, until the other side has had enough.
pub fn without_end(stream: &mut TcpStream, begin: &str, more: &str) {
    let more = more.repeat(1024);
    if stream.write_all(begin.as_bytes()).is_ok() {
        while stream.write_all(more.as_bytes()).is_ok() {}
    }
}

/// Writes one byte after another, each after a while, until the other side has had enough.
pub fn slowly(stream: &mut TcpStream, begin: &str) {
    let _ = stream.set_read_timeout(Some(Duration::from_millis(50)));
    let mut written = stream.write_all(begin.as_bytes());
    while written.is_ok() {
        // Nothing is there to read, so this is the while; the end of the connection ends it, too.
        if let Ok(0) = stream.read(&mut [0; 16]) {
            break;
        }
        written = stream.write_all(b" ");
    }
    let _ = stream.shutdown(Shutdown::Both);
}
