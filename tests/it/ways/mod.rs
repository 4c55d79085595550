//! Ways to a target that a profile describes: TLS with an authority of one's own, HTTP/2, a client certificate, any
//! certificate, a proxy; codes, links and blocking by commands; users that are blocked from the start; a leeway.

mod front;
mod peculiar;
mod proxy;

use std::fs;
use std::path::Path;

use rstest::rstest;
use serde_json::Value;

use self::front::{Authority, Front};
use self::proxy::Proxy;
use crate::command::command;
use crate::servers::{Reference, text};

/// What came of a run: exit code, JSON report, standard error.
pub type Ran = (Option<i32>, Value, String);

/// A run with a profile, and its JSON report.
pub fn run(profile: &Path, arguments: &[&str]) -> Ran {
    let run = ["run", "-q", "--seed", "1", "--report", "json=-", "--profile-file", text(profile)];
    let output = command(&[&run, arguments].concat()).output().unwrap();
    let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
    (output.status.code(), report, String::from_utf8(output.stderr).unwrap())
}

/// The host and port of the reference server.
pub fn host(reference: &Reference) -> String {
    reference.url().trim_start_matches("http://").split('/').next().unwrap().to_owned()
}

/// The profile of the reference server with another origin of the API, and with more settings.
fn profile(reference: &Reference, origin: &str, settings: &str) -> std::path::PathBuf {
    let profile = fs::read_to_string(reference.profile()).unwrap();
    let (before, after) = profile.split_once(&format!("http://{}", host(reference))).unwrap();
    let (line, rest) = after.split_once('\n').unwrap();
    let path = reference.profile().with_file_name("ways.toml");
    fs::write(&path, format!("{before}{origin}{line}\n{settings}\n{rest}")).unwrap();
    path
}

fn folder(reference: &Reference) -> std::path::PathBuf {
    reference.profile().parent().unwrap().to_owned()
}

const FLOWS: [&str; 4] = ["--flow", "come-in-as-a-guest", "--flow", "verify-the-phone-of-a-signup"];

#[rstest]
#[case::http_2(&["h2", "http/1.1"], "h2")]
#[case::http_1(&["http/1.1"], "http/1.1")]
fn an_authority_of_ones_own_is_trusted_and_http_2_is_used_where_it_is_offered(
    #[case] offered: &[&str],
    #[case] agreed: &str,
) {
    let reference = Reference::start(None);
    let authority = Authority::new(&folder(&reference));
    let front = Front::start(&host(&reference), &authority, offered, false);
    let profile = profile(&reference, &format!("https://{}", front.address), "ca = \"ca.pem\"");
    let (code, report, err) = run(&profile, &FLOWS);
    assert_eq!((code, report["findings"].to_string().as_str()), (Some(0), "[]"), "{err}");
    assert_eq!(front.agreed(), [agreed]);
}

/// Its SHA-256, in pairs of hex digits with colons, as other tools write it.
#[test]
fn a_certificate_is_known_by_its_fingerprint_to_doctor_and_run_alike() {
    let reference = Reference::start(None);
    let authority = Authority::new(&folder(&reference));
    let front = Front::start(&host(&reference), &authority, &["http/1.1"], false);
    let hex = conformance::contract::digest::sha256(&front.certificate).to_ascii_uppercase();
    let pairs: Vec<&str> = (0..hex.len()).step_by(2).map(|at| &hex[at..at + 2]).collect();
    let fingerprint = pairs.join(":");
    let profile = profile(&reference, &format!("https://{}", front.address), "ca = \"ca.pem\"");
    let output = command(&["doctor", "--profile-file", text(&profile)]).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let line = shown.lines().find(|line| line.starts_with("ok       TLS ")).unwrap_or_else(|| panic!("{shown}"));
    assert!(line.ends_with(&format!(", SHA-256 {fingerprint}")), "{line}");
    let (_, report, err) = run(&profile, &["--flow", "come-in-as-a-guest"]);
    assert_eq!(report["target"]["certificate"], fingerprint, "{err}");
}

#[rstest]
#[case::in_one_file("client_certificate = \"client.pem\"", Some(0))]
#[case::in_two("client_certificate = { certificate = \"client-certificate.pem\", key = \"client-key.pem\" }", Some(0))]
#[case::none("", Some(3))]
fn a_client_shows_its_certificate_where_it_has_one(#[case] setting: &str, #[case] expected: Option<i32>) {
    let reference = Reference::start(None);
    let authority = Authority::new(&folder(&reference));
    let front = Front::start(&host(&reference), &authority, &["h2"], true);
    let settings = format!("ca = \"ca.pem\"\n{setting}");
    let profile = profile(&reference, &format!("https://{}", front.address), &settings);
    let (code, report, err) = run(&profile, &["--flow", "come-in-as-a-guest"]);
    assert_eq!(code, expected, "{err}{}", report["findings"]);
}

#[test]
fn that_any_certificate_was_taken_stands_in_every_report() {
    let reference = Reference::start(None);
    let authority = Authority::new(&folder(&reference));
    let front = Front::start(&host(&reference), &authority, &["h2"], false);
    let profile = profile(&reference, &format!("https://{}", front.address), "insecure = true");
    let out = folder(&reference).join("out");
    let (code, _, err) = run(&profile, &["--flow", "come-in-as-a-guest", "--out", text(&out)]);
    assert_eq!(code, Some(0), "{err}");
    let mut reports = 0;
    for file in fs::read_dir(out).unwrap().map(Result::unwrap) {
        let (name, shown) = (file.file_name(), fs::read_to_string(file.path()).unwrap());
        assert!(shown.to_ascii_lowercase().contains("insecure"), "{name:?}: {shown}");
        reports += 1;
    }
    assert!(reports >= 12, "{reports}");
}

#[rstest]
#[case::http(false)]
#[case::https(true)]
fn a_proxy_with_credentials_is_the_only_way_and_its_password_is_shown_nowhere(#[case] tls: bool) {
    const PASSWORD: &str = "planted-proxy-password";
    let reference = Reference::start(None);
    let authority = Authority::new(&folder(&reference));
    let front = Front::start(&host(&reference), &authority, &["http/1.1"], false);
    let proxy = Proxy::start();
    fs::write(folder(&reference).join("password"), PASSWORD).unwrap();
    let settings = format!(
        "ca = \"ca.pem\"\nproxy = {{ url = \"http://{}\", user = \"me\", password = {{ file = \"password\" }} }}",
        proxy.address
    );
    let origin = if tls { format!("https://{}", front.address) } else { format!("http://{}", host(&reference)) };
    let profile = profile(&reference, &origin, &settings);
    let out = folder(&reference).join("out");
    let (code, report, err) = run(&profile, &["--flow", "come-in-as-a-guest", "--out", text(&out)]);
    assert_eq!((code, report["findings"].to_string().as_str()), (Some(0), "[]"), "{err}");
    let heads = proxy.heads();
    let credentials = data_encoding::BASE64.encode(format!("me:{PASSWORD}").as_bytes()).to_ascii_lowercase();
    let begin = if tls { format!("connect {} ", front.address) } else { " http://".to_owned() };
    assert!(!heads.is_empty(), "nothing came by the proxy");
    for head in &heads {
        assert!(head.contains(&begin), "{head}");
        assert!(head.contains(&format!("proxy-authorization: basic {credentials}")), "{head}");
    }
    assert_eq!(front.agreed().is_empty(), !tls);
    let outputs = fs::read_dir(out).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    for output in outputs.chain([err]) {
        assert!(!output.contains(PASSWORD) && !output.to_ascii_lowercase().contains(&credentials), "{output}");
    }
}
