//! The reference server as a process of its own, as far away as wanted.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A server; it ends when this is dropped.
pub struct Server {
    /// The file of the profile that reaches it.
    pub profile: String,
    /// Its base URL.
    pub url: String,
    /// The secret of its client.
    pub secret: String,
    child: Child,
}

impl Server {
    /// Starts a server that answers so much later, or as soon as it can.
    pub fn start(binary: &str, profile: &str, latency: Option<&str>) -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new(binary);
        command.args(["serve", "--write-profile", profile]);
        if let Some(latency) = latency {
            command.args(["--latency", latency]);
        }
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let out = child.stdout.take().ok_or("the server has no output")?;
        // It says where it is, and for whom, once it can be reached.
        let mut greeting = BufReader::new(out).lines();
        let mut told = |what: &str| -> Result<String, Box<dyn Error>> {
            let line = greeting.next().ok_or("the server did not start")??;
            let told = line.strip_prefix(what).ok_or_else(|| format!("the server says `{line}`, not its {what}"))?;
            Ok(told.trim().to_owned())
        };
        let (url, _, secret) = (told("url")?, told("client id")?, told("client secret")?);
        Ok(Self { profile: profile.to_owned(), url, secret, child })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
