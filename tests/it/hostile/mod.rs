//! Targets that no run should trip over: each behaviour with the verdict that it must give, in bounded time and memory.

pub mod between;
mod memory;
mod tls;

use std::collections::HashSet;
use std::path::PathBuf;
use std::process::Command;

use rstest::rstest;
use serde_json::Value;

use self::between::{Act, Between, head_end, slowly, without_end};
use crate::command::command;
use crate::servers::{Reference, text};

/// What a run may ask the system for, in KiB, a part of which the allocator sets aside and never touches. Where it asks
/// for more, it is killed before it takes the machine with it, and no exit code is as expected.
const MEMORY_KIB: u32 = 600 * 1024;
/// What a run may hold in memory at a time, the program's own text included.
const PEAK_BYTES: u64 = 150_000_000;

/// What came of a run.
pub struct Ran {
    code: Option<i32>,
    report: Value,
    err: String,
}

impl Ran {
    fn requests(&self) -> u64 {
        self.report["counts"]["requests"].as_u64().unwrap_or_default()
    }

    fn checks(&self, verdict: &str) -> u64 {
        self.report["counts"]["checks"][verdict].as_u64().unwrap_or_default()
    }

    /// Every reason, expectation and message of the findings.
    fn findings(&self) -> String {
        self.report["findings"].to_string()
    }
}

/// A run within the memory that is allowed, with its JSON report.
fn run(arguments: &[&str]) -> Ran {
    let program = command(&[]).get_program().to_owned();
    let mut limited = match cfg!(target_os = "linux") {
        true => {
            let mut shell = Command::new("sh");
            shell.args(["-c", &format!("ulimit -d {MEMORY_KIB}; exec \"$0\" \"$@\"")]).arg(program);
            shell
        }
        false => Command::new(program),
    };
    limited.args(["run", "-q", "--report", "json=-", "--seed", "1"]).args(arguments);
    let (output, peak_bytes) = memory::watched(&mut limited);
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(peak_bytes.is_none_or(|bytes| bytes < PEAK_BYTES), "{peak_bytes:?} bytes at a time: {err}");
    // Shown with `--nocapture`.
    println!("peak {:.1} MB", peak_bytes.unwrap_or_default() as f64 / 1e6);
    Ran { code: output.status.code(), report: serde_json::from_slice(&output.stdout).unwrap_or_default(), err }
}

/// The reference server, and between it and a run a server that does this.
struct Hostile {
    reference: Reference,
    between: Between,
    settings: String,
}

impl Hostile {
    fn that(act: impl Fn(usize, &str) -> Act + Send + Sync + 'static) -> Self {
        let reference = Reference::start(None);
        let upstream = reference.url().trim_start_matches("http://").split('/').next().unwrap().to_owned();
        let between = Between::start(upstream, act);
        let settings = "timeout = \"2s\"\nconnect_timeout = \"1s\"\n".to_owned();
        Self { reference, between, settings }
    }

    /// More settings of the profile.
    fn with(mut self, settings: &str) -> Self {
        self.settings.push_str(settings);
        self
    }

    /// The profile of the reference server, with only the API behind what is between.
    fn profile(&self) -> PathBuf {
        let profile = std::fs::read_to_string(self.reference.profile()).unwrap();
        let host = self.reference.url().trim_start_matches("http://").split('/').next().unwrap();
        let (before, after) = profile.split_once(host).unwrap();
        let (line, rest) = after.split_once('\n').unwrap();
        let text = format!("{before}{}{line}\n{}{rest}", self.between.address(), self.settings);
        let path = self.reference.profile().with_file_name("hostile.toml");
        std::fs::write(&path, text).unwrap();
        path
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let profile = self.profile();
        run(&[&["--profile-file", text(&profile)], arguments].concat())
    }
}

fn json(body: &str) -> Vec<u8> {
    with_header("content-type: application/json", body.as_bytes())
}

fn with_header(header: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{header}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n";

// --- what says nothing about conformance: broken, inconclusive

#[rstest]
#[case::reset_in_mid_body(|| Act::Reset, "")]
#[case::closed_without_an_answer(|| Act::Close, "")]
#[case::silent(|| Act::Silence, "timed out")]
#[case::one_byte_after_another(|| Act::Wrong(|stream| slowly(stream, &format!("{HEAD}content-length: 999\r\n\r\n{{"))), "timed out")]
#[case::head_byte_by_byte(|| Act::Wrong(|stream| slowly(stream, "HTTP/1.1 200 OK\r\nx-slow:")), "timed out")]
#[case::headers_without_end(|| Act::Wrong(|stream| without_end(stream, HEAD, "x-more: and more\r\n")), "")]
#[case::one_header_without_end(|| Act::Wrong(|stream| without_end(stream, HEAD, "x")), "")]
#[case::large_headers(|| Act::Answer(with_header(&format!("x-large: {}", "x".repeat(70_000)), b"{}")), "the headers are longer than 64 KiB")]
#[case::body_without_end(|| Act::Wrong(|stream| without_end(stream, &format!("{HEAD}\r\n"), "x")), "longer than 4 MiB")]
#[case::chunks_without_end(
    || Act::Wrong(|stream| without_end(stream, &format!("{HEAD}transfer-encoding: chunked\r\n\r\n"), &format!("400\r\n{}\r\n", "x".repeat(0x400)))),
    "longer than 4 MiB"
)]
#[case::ten_gigabytes_declared(
    || Act::Wrong(|stream| without_end(stream, &format!("{HEAD}content-length: 10737418240\r\n\r\n"), "x")),
    "longer than 4 MiB"
)]
#[case::gzip(|| Act::Answer(with_header("content-encoding: gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\xff")), "coded (`content-encoding: gzip`)")]
#[case::brotli(|| Act::Answer(with_header("content-encoding: br", &[0xce; 4096])), "coded (`content-encoding: br`)")]
#[case::shorter_than_it_says(|| Act::Answer(format!("{HEAD}content-length: 999\r\n\r\n{{}}").into_bytes()), "")]
#[case::deep(|| Act::Answer(json(&"[".repeat(100_000))), "nested deeper than 128 levels")]
#[case::deep_and_closed(|| Act::Answer(json(&format!("{}{}", "{\"a\":".repeat(100_000), "}".repeat(100_000)))), "longer than what is looked at")]
#[case::huge_number(|| Act::Answer(json("{\"access_expire\":1e999}")), "a number that is out of range")]
#[case::garbage(|| Act::Answer(b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03 no HTTP at all\r\n\r\n".to_vec()), "")]
fn an_unusable_answer_is_broken(#[case] act: fn() -> Act, #[case] words: &str) {
    let server = Hostile::that(move |_, _| act());
    let ran = server.run(&["--suite", "guest"]);
    assert_eq!((ran.code, ran.report["conclusion"].as_str()), (Some(3), Some("inconclusive")), "{}", ran.err);
    assert!(ran.checks("broken") > 0 && ran.checks("fail") == 0, "{}", ran.report["counts"]);
    assert!(ran.findings().contains(words), "{}", ran.findings());
}

// --- what breaks the contract: fail

#[rstest]
#[case::html(|_| with_header("content-type: text/html", b"<h1>Welcome</h1>"))]
#[case::longer_than_it_says(|_| format!("{HEAD}content-length: 1\r\n\r\n{{}}").into_bytes())]
#[case::wrong_charset(|_| with_header("content-type: application/json; charset=utf-16", b"\xff\xfe{\0}\0"))]
#[case::invalid_utf8(|_| with_header("content-type: application/json", b"{\"scopes\":\"caf\xe9\"}"))]
#[case::redirect(|_| b"HTTP/1.1 302 Found\r\nlocation: /api/v1/auth/guest\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec())]
#[case::a_name_twice(twice)]
fn an_answer_that_breaks_the_contract_fails(#[case] change: fn(Vec<u8>) -> Vec<u8>) {
    let server =
        Hostile::that(move |_, line| if line.contains("/auth/guest") { Act::Changed(change) } else { Act::Forward });
    let ran = server.run(&["--suite", "guest"]);
    assert_eq!((ran.code, ran.report["conclusion"].as_str()), (Some(1), Some("non-conformant")), "{}", ran.err);
    assert_eq!(ran.checks("broken"), 0, "{}", ran.findings());
}

/// The same answer, with its first name a second time.
fn twice(answer: Vec<u8>) -> Vec<u8> {
    let body = head_end(&answer).unwrap();
    let Some(json) = std::str::from_utf8(&answer[body..]).unwrap().strip_prefix('{') else { return answer };
    let head = String::from_utf8_lossy(&answer[..body]).to_string();
    let status = head.lines().next().unwrap();
    let body = format!("{{\"access_token\":\"x\",{json}");
    let more = "content-type: application/json\r\ncache-control: no-store\r\nconnection: close";
    format!("{status}\r\n{more}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

#[test]
fn a_name_that_stands_twice_is_named() {
    let server = Hostile::that(|_, line| if line.contains("/auth/guest") { Act::Changed(twice) } else { Act::Forward });
    let ran = server.run(&["--flow", "come-in-as-a-guest"]);
    let twice =
        ran.report["findings"].as_array().unwrap().iter().find(|it| it["requirement"] == "user-signup-out-model");
    let mismatch = &twice.unwrap()["mismatch"];
    assert_eq!(
        (&mismatch["place"], &mismatch["expected"]),
        (&"/access_token".into(), &"a name that stands once".into())
    );
}

#[test]
fn a_target_that_fails_every_fourth_time_fails_and_nothing_is_lost() {
    let gone = b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
    let server = Hostile::that(move |number, _| match number % 4 {
        0 => Act::Answer(gone.to_vec()),
        _ => Act::Forward,
    });
    let ran = server.run(&["--suite", "guest", "--suite", "logout"]);
    assert_eq!((ran.code, ran.checks("broken")), (Some(1), 0), "{}", ran.findings());
}

// --- what is unusual and legitimate

#[rstest]
#[case::http_1_0(|answer| {
    let text = String::from_utf8(answer).unwrap();
    text.replacen("HTTP/1.1", "HTTP/1.0", 1).into_bytes()
})]
#[case::identity(|answer| {
    let text = String::from_utf8(answer).unwrap();
    text.replacen("\r\n", "\r\ncontent-encoding: identity\r\n", 1).into_bytes()
})]
#[case::closed_after_each_answer(|answer| answer)]
fn what_is_unusual_and_legitimate_is_conformant(#[case] change: fn(Vec<u8>) -> Vec<u8>) {
    let server = Hostile::that(move |_, _| Act::Changed(change));
    let ran = server.run(&["--suite", "guest", "--suite", "logout"]);
    assert_eq!((ran.code, ran.report["findings"].to_string().as_str()), (Some(0), "[]"), "{}", ran.err);
}

/// Whether a connection still stands, nobody can know beforehand; so the first request may be lost, and no other.
#[test]
fn a_target_that_closes_connections_without_a_word_costs_one_request_at_most() {
    let server = Hostile::that(|_, _| Act::Cut);
    let ran = server.run(&["--suite", "guest", "--suite", "logout", "--jobs", "1"]);
    assert!(ran.checks("fail") == 0 && ran.requests() > 20, "{}", ran.report["counts"]);
    match ran.code {
        Some(0) => assert_eq!(ran.checks("broken"), 0, "{}", ran.findings()),
        code => assert_eq!((code, lost(&ran)), (Some(3), 1), "{}", ran.findings()),
    }
}

/// Requests without a usable answer.
fn lost(ran: &Ran) -> usize {
    let findings = ran.report["findings"].as_array().unwrap().iter();
    let broken = findings.filter(|finding| finding["verdict"] == "broken");
    broken.map(|finding| (finding["flow"].to_string(), finding["step"].to_string())).collect::<HashSet<_>>().len()
}

// --- a target that goes away

#[test]
fn a_dead_target_ends_a_run_early_with_one_reason() {
    let server = Hostile::that(|number, _| if number > 20 { Act::Close } else { Act::Forward });
    let ran = server.run(&["--jobs", "2"]);
    assert!(matches!(ran.code, Some(1 | 3)), "{:?}: {}", ran.code, ran.err);
    assert_ne!(ran.report["conclusion"], "conformant");
    assert!(ran.findings().contains("the target does not answer: 12 requests in a row had no usable answer"));
    assert!(server.between.asked() < 20 + 20, "{} requests", server.between.asked());
    assert!(ran.checks("broken") < 30 && ran.checks("blocked") > 1_000, "{}", ran.report["counts"]);
}

#[test]
fn a_target_that_comes_back_is_tested_on_and_the_run_is_inconclusive() {
    let server = Hostile::that(|number, _| if (9..=10).contains(&number) { Act::Reset } else { Act::Forward });
    let ran = server.run(&["--suite", "guest", "--suite", "logout"]);
    assert_eq!(ran.code, Some(3), "{}{}", ran.err, ran.findings());
    assert!(ran.checks("broken") > 0 && ran.checks("pass") > 50, "{}", ran.report["counts"]);
    assert!(ran.requests() > 12, "{}", ran.requests());
}

/// A whole run in which every answer is long, and all of them together would not fit.
#[test]
fn long_answers_do_not_pile_up() {
    let server = Hostile::that(|_, _| Act::Answer(with_header("content-type: text/html", &[b'x'; 100_000])));
    let ran = server.run(&[]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
}

// --- a target that asks to be left alone, and limits that the profile sets

const SLOW_DOWN: &str =
    "HTTP/1.1 429 Too Many Requests\r\nretry-after: 0\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

#[test]
fn a_target_that_asks_to_be_left_alone_is_asked_again_and_the_report_says_so() {
    let server = Hostile::that(|number, _| match number % 3 {
        0 => Act::Answer(SLOW_DOWN.as_bytes().to_vec()),
        _ => Act::Forward,
    });
    let ran = server.run(&["--suite", "guest"]);
    assert_eq!((ran.code, ran.report["findings"].to_string().as_str()), (Some(0), "[]"), "{}", ran.err);
    assert!(ran.report["counts"]["throttled"].as_u64().unwrap() > 0, "{}", ran.report["counts"]);
    let again = server.run(&["--suite", "guest", "--report", "console=/dev/stderr"]);
    assert!(again.err.contains(" answers with 429 were waited out ("), "{}", again.err);
}

#[test]
fn a_target_that_asks_for_an_hour_judges_nothing() {
    let later = SLOW_DOWN.replace("retry-after: 0", "retry-after: 3600");
    let server = Hostile::that(move |_, _| Act::Answer(later.as_bytes().to_vec()));
    let ran = server.run(&["--suite", "guest"]);
    assert_eq!((ran.code, ran.checks("fail")), (Some(3), 0), "{}", ran.findings());
    assert!(ran.findings().contains("429: the target limits the rate of requests"), "{}", ran.findings());
}

#[test]
fn the_sizes_of_answers_are_settings() {
    let server = Hostile::that(|_, _| Act::Answer(json(&format!("{{\"a\":\"{}\"}}", "x".repeat(2000)))))
        .with("limits = { body_bytes = 1024 }\n");
    let ran = server.run(&["--suite", "guest"]);
    assert_eq!(ran.code, Some(3), "{}{}", ran.err, ran.findings());
    assert!(ran.findings().contains("and the body is longer than 1 KiB"), "{}", ran.findings());
}

#[test]
fn what_the_limits_leave_no_room_for_is_blocked_and_never_a_pass() {
    let server = Hostile::that(|_, _| Act::Forward)
        .with("limits = { accounts = 2, requests_per_second = 200.0, in_flight = 2 }\n");
    let ran = server.run(&["--suite", "guest"]);
    assert_eq!((ran.code, ran.checks("fail"), ran.checks("broken")), (Some(3), 0, 0), "{}", ran.findings());
    assert!(ran.findings().contains("the limits of the profile leave no room for it: it takes "), "{}", ran.findings());
    assert!(ran.checks("pass") > 0 && ran.checks("blocked") > 0, "{}", ran.report["counts"]);
}

#[test]
fn the_accounts_that_a_run_leaves_behind_are_listed() {
    let server = Hostile::that(|_, _| Act::Forward);
    let ran = server.run(&["--flow", "come-in-twice-as-a-guest", "--flow", "sign-in-by-username"]);
    let accounts = ran.report["accounts"].as_array().unwrap();
    assert_eq!((ran.code, accounts.len()), (Some(0), 4), "{}", ran.report["accounts"]);
    // Before the first flow it was looked whether the client credentials are taken.
    assert_eq!(accounts[0]["flow"], "doctor");
    let named = accounts.iter().find(|account| account["flow"] == "sign-in-by-username").unwrap();
    let names: Vec<&String> = named["known_as"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["email", "phone", "username"]);
}

// --- what is not one target

/// An answer with one header more.
fn with_build(mut answer: Vec<u8>, build: &str) -> Vec<u8> {
    let end = answer.windows(2).position(|bytes| bytes == b"\r\n").unwrap();
    answer.splice(end..end, format!("\r\nX-Build: {build}").into_bytes());
    answer
}

#[test]
fn the_builds_behind_one_address_are_told() {
    let old: fn(Vec<u8>) -> Vec<u8> = |answer| with_build(answer, "1.4.2");
    let new: fn(Vec<u8>) -> Vec<u8> = |answer| with_build(answer, "1.4.3");
    let one = Hostile::that(move |_, _| Act::Changed(old)).with("build_header = \"x-build\"\n");
    let ran = one.run(&["--flow", "come-in-as-a-guest"]);
    assert_eq!(ran.report["target"]["builds"], serde_json::json!(["1.4.2"]), "{}", ran.err);
    let both = Hostile::that(move |number, _| Act::Changed(if number % 2 == 0 { old } else { new }));
    let both = both.with("build_header = \"X-Build\"\n");
    let profile = both.profile();
    let output = command(&["run", "--profile-file", text(&profile), "--flow", "come-in-as-a-guest"]).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("build      x-build: 1.4."), "{shown}");
    assert!(shown.contains("The answers name more than one build in `x-build`"), "{shown}");
    let none = Hostile::that(|_, _| Act::Forward).with("build_header = \"x-build\"\n");
    let ran = none.run(&["--flow", "come-in-as-a-guest"]);
    assert_eq!(ran.report["target"]["build_header"], "x-build");
    assert!(ran.report["target"]["builds"].is_null(), "{}", ran.report["target"]);
}
