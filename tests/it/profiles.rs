//! Profiles as a new user writes them: `init`, `doctor`, a whole run; and secrets, which are in no output.

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Output;
use std::thread;
use std::time::Duration;

use conformance::reference::{self, Options, Running, Settings};
use rstest::rstest;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::command::command;

const SECRET: &str = "reference-client-secret";

/// A reference server and a folder for its profile.
struct Deployment {
    running: Running,
    _runtime: Runtime,
    folder: TempDir,
}

impl Deployment {
    fn start(options: Options) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let running = runtime.block_on(reference::start(options)).unwrap();
        Self { running, _runtime: runtime, folder: tempfile::tempdir().unwrap() }
    }

    fn origin(&self) -> String {
        format!("http://{}", self.running.address())
    }

    fn profile(&self) -> std::path::PathBuf {
        self.folder.path().join("conformance.toml")
    }

    /// Writes a profile by `init`, with these tables after it.
    fn init(&self, source: &[&str], tables: &str) {
        let url = self.running.base_url();
        let known = ["--url", &url, "--client-id", self.running.client_id(), "--client-secret-env", "SECRET"];
        let phones = ["--phones", "+97150{0000000..9999999}"];
        let output = self.ran(&[&["init"], &known[..], &phones[..], source].concat(), SECRET);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let written = fs::read_to_string(self.profile()).unwrap();
        fs::write(self.profile(), written + tables).unwrap();
    }

    /// Runs the command in the folder of the profile.
    fn ran(&self, arguments: &[&str], secret: &str) -> Output {
        command(arguments).current_dir(self.folder.path()).env("SECRET", secret).output().unwrap()
    }

    fn run(&self, arguments: &[&str]) -> (Output, Value) {
        let report = self.folder.path().join("report.json");
        let wanted = format!("json={}", report.display());
        let output = self.ran(&[&["run", "-q", "--report", &wanted], arguments].concat(), SECRET);
        let report = fs::read_to_string(&report).unwrap_or_default();
        (output, serde_json::from_str(&report).unwrap_or_default())
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_deployment_with_an_inbox_and_a_clock_is_certified_as_a_whole() {
    let it = Deployment::start(Options::default());
    let origin = it.origin();
    let inbox = format!("{origin}/_test/sms?phone=${{phone}}");
    let tables = format!(
        "[target.staging.mail]\nsource = \"http\"\nurl = \"{origin}/_test/mail?email=${{email}}\"\n\
         link = \"$.messages[-1].link\"\nwithin = \"2s\"\n\
         [target.staging.clock]\ncontrol = \"http\"\nurl = \"{origin}/_test/clock/advance\"\n\
         body = {{ seconds = \"${{seconds}}\" }}\n\
         [target.staging.block]\naction = \"http\"\nurl = \"{origin}/_test/users/block\"\n\
         body = {{ phone = \"${{phone}}\" }}\n"
    );
    it.init(&["--source", "http", "--inbox", &inbox], &tables);
    let doctor = it.ran(&["doctor"], SECRET);
    assert_eq!(doctor.status.code(), Some(0), "{}{}", text(&doctor.stdout), text(&doctor.stderr));
    assert!(text(&doctor.stdout).contains("ok       code"), "{}", text(&doctor.stdout));
    let (output, report) = it.run(&[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(text(&output.stderr).starts_with("target `staging` of conformance.toml: http://127.0.0.1:"));
    assert_eq!((&report["conclusion"], &report["counts"]["checks"]["blocked"]), (&"conformant".into(), &0.into()));
    assert_eq!(report["counts"]["checks"]["skipped"], 0);
}

#[test]
fn a_deployment_with_one_code_and_short_times_is_certified_but_for_what_is_declared() {
    let seconds = Duration::from_secs;
    let settings = Settings {
        access_life: seconds(40),
        refresh_life: seconds(60),
        code_life: seconds(20),
        resend_wait: seconds(2),
        email_life: seconds(8),
        email_wait: seconds(2),
        ..Settings::default()
    };
    let it = Deployment::start(Options { settings, fixed_code: Some("0000".to_owned()), ..Options::default() });
    let tables = "[target.staging.clock]\ncontrol = \"wait\"\nmax_wait = \"2m\"\n[target.staging.gaps]\n\
                  fixed-code = \"staging sends one code always\"\nmail = \"nobody reads mails\"\n\
                  block = \"nobody blocks\"\n";
    it.init(&["--source", "fixed", "--inbox", "0000"], tables);
    let (output, report) = it.run(&["--jobs", "32"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(text(&output.stdout).contains("the profile declares block, fixed-code, mail to be out of reach"));
    let checks = &report["counts"]["checks"];
    assert_eq!((&checks["blocked"], &checks["fail"], &checks["broken"]), (&0.into(), &0.into(), &0.into()));
    assert!(checks["skipped"].as_u64().unwrap() > 50, "{checks}");
    let undeclared = fs::read_to_string(it.profile()).unwrap().replace("fixed-code = ", "#fixed-code = ");
    fs::write(it.profile(), undeclared).unwrap();
    let (output, _) = it.run(&["--suite", "verify-phone", "--jobs", "32"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stdout));
}

#[test]
fn a_wrong_secret_or_base_path_is_a_wrong_use_and_no_failure_of_the_target() {
    let it = Deployment::start(Options::default());
    it.init(&["--source", "fixed", "--inbox", "0000"], "");
    let refused = it.ran(&["run"], "another-client-secret");
    assert_eq!((refused.status.code(), text(&refused.stdout).as_str()), (Some(2), ""));
    assert!(text(&refused.stderr).contains("refuses the client credentials of the profile"));
    assert!(!text(&refused.stderr).contains("another-client-secret"));
    let doctor = it.ran(&["doctor"], "another-client-secret");
    assert_eq!(doctor.status.code(), Some(2));
    assert!(text(&doctor.stdout).contains("problem  client"), "{}", text(&doctor.stdout));

    let wrong = format!("{}/api/v2", it.origin());
    let elsewhere = it.ran(&["run", "--target", &wrong], SECRET);
    assert_eq!((elsewhere.status.code(), text(&elsewhere.stdout).as_str()), (Some(2), ""));
    let right = format!("write `url = \"{}\"`", it.running.base_url());
    assert!(text(&elsewhere.stderr).contains(&right), "{}", text(&elsewhere.stderr));
}

#[test]
fn an_existing_profile_is_kept_unless_it_is_forced() {
    let it = Deployment::start(Options::default());
    it.init(&[], "# mine\n");
    let again = ["init", "--url", "https://staging.example.test"];
    let kept = it.ran(&again, SECRET);
    assert_eq!(kept.status.code(), Some(2));
    assert!(text(&kept.stderr).starts_with("error: `conformance.toml` is there already\n"));
    assert!(fs::read_to_string(it.profile()).unwrap().ends_with("# mine\n"));
    assert_eq!(it.ran(&[&again[..], &["--force"]].concat(), SECRET).status.code(), Some(0));
    assert!(!fs::read_to_string(it.profile()).unwrap().contains("# mine"));
}

#[test]
fn nobody_is_asked_where_there_is_no_terminal() {
    let it = Deployment::start(Options::default());
    it.init(&["--source", "prompt"], "");
    let output = it.ran(&["run"], SECRET);
    assert_eq!((output.status.code(), text(&output.stdout).as_str()), (Some(2), ""));
    assert!(text(&output.stderr).contains("nobody can be asked here"), "{}", text(&output.stderr));
}

/// A server that gives back all that it was sent, in many forms, in every place of its answers.
fn echo(secrets: &'static [&'static str], status: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || answer(stream, secrets, status));
        }
    });
    format!("http://{address}")
}

fn answer(mut stream: TcpStream, secrets: &[&str], status: &str) {
    let (mut request, mut buffer) = (Vec::new(), [0; 65_536]);
    while !request.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(count) => request.extend_from_slice(&buffer[..count]),
        }
    }
    let forms: Vec<String> = secrets.iter().flat_map(|secret| forms(secret)).collect();
    let body =
        serde_json::json!({ "code": 400, "error": "echo", "message": forms, "nested": { "a": [forms.join(" ")] } });
    let escaped: String =
        secrets.iter().flat_map(|secret| secret.chars()).map(|c| format!("\\u{:04x}", u32::from(c))).collect();
    let body = format!("{}, \"escaped\": \"{escaped}\"}}", body.to_string().trim_end_matches('}').to_owned() + "}");
    let header = forms.join(", ");
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\nx-echo: {header}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all((head + &body).as_bytes());
}

/// What a secret may be written as.
fn forms(secret: &str) -> Vec<String> {
    use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
    let percent: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let mut forms =
        vec![secret.to_owned(), percent, HEXLOWER.encode(secret.as_bytes()), HEXUPPER.encode(secret.as_bytes())];
    for before in ["", "a", "ab"] {
        let text = format!("{before}{secret}:tail");
        forms.extend([BASE64.encode(text.as_bytes()), BASE64URL_NOPAD.encode(text.as_bytes())]);
    }
    forms
}

const PLANTED: [&str; 3] = ["planted-client-secret-7", "planted-gateway-key-8", "planted-inbox-token-9"];

#[rstest]
#[case::refusing("400 Bad Request")]
#[case::accepting("200 OK")]
fn a_planted_secret_is_in_no_byte_of_any_output(#[case] status: &'static str) {
    let url = echo(&PLANTED, status);
    let folder = tempfile::tempdir().unwrap();
    let profile = format!(
        "[target.echo]\nurl = \"{url}/api\"\nclient_id = \"an-id\"\nclient_secret = {{ env = \"ONE\" }}\n\
         headers = {{ x-gateway-key = {{ env = \"TWO\" }} }}\nsecrets = {{ inbox = {{ env = \"THREE\" }} }}\n\
         phones = \"+97150{{0000000..9999999}}\"\n\
         sms = {{ source = \"http\", url = \"{url}/sms?p=${{phone}}&t=${{secret.inbox}}\", code = \"$.message[0]\", within = \"20ms\" }}\n"
    );
    fs::write(folder.path().join("conformance.toml"), profile).unwrap();
    let planted = |arguments: &[&str]| {
        let mut command = command(arguments);
        command.current_dir(folder.path()).env("ONE", PLANTED[0]).env("TWO", PLANTED[1]).env("THREE", PLANTED[2]);
        command.output().unwrap()
    };
    let suites = ["--suite", "signup", "--suite", "token", "--suite", "verify-phone"];
    let reports = ["json", "junit", "html", "markdown", "sarif", "har", "ctrf", "tap", "console"]
        .map(|format| ["--report".to_owned(), format!("{format}=out.{format}")]);
    let reports: Vec<&str> = reports.iter().flatten().map(String::as_str).collect();
    let ran = planted(&[&["run", "-v", "--record", "run.jsonl"], &suites[..], &reports].concat());
    assert!(ran.status.code().is_some_and(|code| code != 0), "{}", text(&ran.stderr));
    let doctor = planted(&["doctor"]);
    let mut outputs = vec![("stdout".to_owned(), ran.stdout), ("stderr".to_owned(), ran.stderr)];
    outputs.extend([("doctor".to_owned(), doctor.stdout), ("doctor's errors".to_owned(), doctor.stderr)]);
    for file in fs::read_dir(folder.path()).unwrap().map(Result::unwrap) {
        if file.file_name() != "conformance.toml" {
            outputs.push((file.file_name().to_string_lossy().into_owned(), fs::read(file.path()).unwrap()));
        }
    }
    assert!(outputs.len() >= 14, "not every report was written");
    for (name, bytes) in outputs {
        for secret in PLANTED {
            // What its neighbours do not decide of the encoded forms.
            let kept =
                forms(secret).into_iter().map(|form| if form.len() > 40 { form[4..28].to_owned() } else { form });
            for form in kept {
                let at = bytes.windows(form.len()).position(|window| window == form.as_bytes());
                let shown = at.map(|at| text(&bytes[at.saturating_sub(60)..(at + 60).min(bytes.len())]));
                assert_eq!(shown, None, "{name} holds {secret} as {form}");
            }
        }
    }
}

#[test]
fn a_literal_secret_is_refused_and_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let profile = "[target.a]\nurl = \"http://127.0.0.1:1\"\nclient_secret = \"planted-literal\"\n";
    fs::write(folder.path().join("conformance.toml"), profile).unwrap();
    let output = command(&["run"]).current_dir(folder.path()).output().unwrap();
    let complaint = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(complaint.starts_with("error: a secret does not stand in a profile"), "{complaint}");
    assert!(complaint.contains("conformance.toml:3:17") && !complaint.contains("planted-literal"), "{complaint}");
    assert!(Path::new(folder.path()).exists());
}
