//! `serve`: what it prints and writes, and that it ends when it is asked to.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::command::command;

struct Server {
    child: Child,
    greeting: String,
}

impl Server {
    /// Starts a server, and reads its greeting to the end.
    fn start(arguments: &[&str]) -> Self {
        let mut child = Command::new(command(&[]).get_program())
            .arg("serve")
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.as_mut().unwrap()).lines();
        let mut greeting = String::new();
        for line in lines.by_ref().map_while(Result::ok) {
            greeting.push_str(&line);
            greeting.push('\n');
            if line.starts_with("stop it") {
                break;
            }
        }
        Self { child, greeting }
    }

    fn value(&self, label: &str) -> &str {
        let line = self.greeting.lines().find_map(|line| line.strip_prefix(label));
        line.unwrap_or_else(|| panic!("no `{label}` in {}", self.greeting)).trim()
    }

    fn get(&self, path: &str) -> String {
        let address = self.value("url").trim_start_matches("http://").split('/').next().unwrap();
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let mut complaint = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut complaint).unwrap();
        (self.child.wait().unwrap().code(), complaint)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone where the test went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn says_where_it_is_and_serves_until_it_is_stopped() {
    for signal in ["-INT", "-TERM"] {
        let server = Server::start(&["--access-life", "30s", "--variant", "text-404"]);
        let expected = format!(
            "url            {}\nclient id      {}\nclient secret  {}\nstop it with Ctrl-C\n",
            server.value("url"),
            server.value("client id"),
            server.value("client secret")
        );
        assert_eq!(server.greeting, expected);
        let base = server.value("url").to_owned();
        assert!(base.starts_with("http://127.0.0.1:") && base.ends_with("/api/v1"), "{base}");
        assert!(server.get("/nothing/here").contains("content-type: text/plain"));
        assert_eq!(server.stop(signal), (Some(0), String::new()));
    }
}

#[test]
fn writes_a_profile_without_a_secret_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("p.toml");
    let secret = folder.path().join("p.toml.secret");
    fs::write(&secret, "an older and longer secret that everybody could read").unwrap();
    let server = Server::start(&["--write-profile", &profile.to_string_lossy()]);
    let text = fs::read_to_string(&profile).unwrap();
    assert!(text.contains(server.value("url")) && text.contains(server.value("client id")), "{text}");
    assert!(text.contains(&format!("{{ file = {:?} }}", secret.to_string_lossy())), "{text}");
    assert!(!text.contains(server.value("client secret")), "{text}");
    assert_eq!(fs::read_to_string(&secret).unwrap(), server.value("client secret"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&secret).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(server.stop("-INT"), (Some(0), String::new()));
}

#[test]
fn a_profile_that_cannot_be_written_is_a_wrong_use() {
    let output = command(&["serve", "--write-profile", "nowhere/p.toml"]).output().unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(complaint.starts_with("error: cannot write `"), "{complaint}");
    assert!(complaint.contains("nowhere/p.toml.secret`: "), "{complaint}");
}
