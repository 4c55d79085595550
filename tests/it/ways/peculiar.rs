//! What is peculiar to a deployment: commands in place of inboxes, users that are blocked from the start, a leeway for
//! refresh tokens that were rotated.

use std::fs;
use std::io::Write;
use std::net::TcpStream;

use rstest::rstest;

use super::{host, run};
use crate::hostile::between::{Act, Between};
use crate::servers::Reference;

/// The profile of the reference server, with these tables in place of those of the same name.
fn with_tables(reference: &Reference, url: &str, tables: &[(&str, String)]) -> std::path::PathBuf {
    let profile = fs::read_to_string(reference.profile()).unwrap();
    let named = |text: &str, name: &str| text.contains(&format!(".{name}]"));
    let kept = profile.split("\n\n").filter(|text| !tables.iter().any(|(name, _)| named(text, name)));
    let mut text = kept.collect::<Vec<_>>().join("\n\n").replacen(&host(reference), url, 1);
    for (name, table) in tables {
        text.push_str(&format!("\n\n[target.reference.{name}]\n{table}"));
    }
    let path = reference.profile().with_file_name("peculiar.toml");
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn commands_read_codes_and_links_and_block_users() {
    let reference = Reference::start(None);
    let origin = format!("http://{}/_test", host(&reference));
    let inbox = |path: &str, address: &str, value: &str| {
        format!(
            "source = \"command\"\nargv = [\"curl\", \"-sG\", \"--data-urlencode\", \"{address}=${{{address}}}\", \
             \"{origin}/{path}\"]\n{value}\nwithin = \"5s\"\n"
        )
    };
    let block = format!(
        "action = \"command\"\nargv = [\"curl\", \"-sf\", \"-H\", \"content-type: application/json\", \"-d\", \
         \"{{\\\"phone\\\": \\\"${{phone}}\\\"}}\", \"{origin}/users/block\"]\n"
    );
    let tables = [
        ("sms", inbox("sms", "phone", "code = \"$.messages[-1].code\"")),
        ("mail", inbox("mail", "email", "link = \"$.messages[-1].link\"")),
        ("block", block),
    ];
    let profile = with_tables(&reference, &host(&reference), &tables);
    let flows = ["show-a-code-while-blocked", "verify-the-email-of-an-account"].map(|flow| ["--flow", flow]).concat();
    let (code, report, err) = run(&profile, &flows);
    assert_eq!((code, report["findings"].to_string().as_str()), (Some(0), "[]"), "{err}");
    let held = |id: &str| {
        let all = report["requirements"].as_array().unwrap();
        all.iter().any(|requirement| requirement["id"] == id && requirement["status"] == "held")
    };
    assert!(held("verify-blocked-user") && held("email-link-verifies"), "{}", report["requirements"]);
}

/// The numbers of users that are blocked before the run.
const BLOCKED: &str = "+97155000000";

#[test]
fn users_that_are_blocked_from_the_start_show_what_a_blocked_user_meets() {
    let reference = Reference::start(None);
    let upstream = host(&reference);
    let between = Between::start(upstream.clone(), |_, line| match line.contains("/auth/signup") {
        true => Act::ForwardThen(block),
        false => Act::Forward,
    });
    let phones = format!("action = \"phone\"\nphones = \"{BLOCKED}{{0..9}}\"\n");
    let profile = with_tables(&reference, &between.address().to_string(), &[("block", phones)]);
    let (code, report, err) = run(&profile, &["--flow", "ask-for-a-code-while-blocked"]);
    assert_eq!((code, report["findings"].to_string().as_str()), (Some(0), "[]"), "{err}");
    // A user that gets no code cannot come to hold one.
    let both = ["--flow", "ask-for-a-code-while-blocked", "--flow", "show-a-code-while-blocked"];
    let (code, report, err) = run(&profile, &both);
    assert_eq!((code, report["conclusion"].as_str()), (Some(3), Some("inconclusive")), "{err}");
    assert!(report["findings"].to_string().contains("gets no code to begin with"), "{}", report["findings"]);
}

/// Blocks the user that a request signs up, if its number is one of those.
fn block(upstream: &str, request: &[u8]) {
    let text = String::from_utf8_lossy(request);
    let Some(at) = text.find(BLOCKED) else { return };
    let body = format!("{{\"phone\": \"{}\"}}", &text[at..=at + BLOCKED.len()]);
    let mut stream = TcpStream::connect(upstream).unwrap();
    let head =
        format!("POST /_test/users/block HTTP/1.1\r\nhost: t\r\nconnection: close\r\ncontent-length: {}", body.len());
    stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).unwrap();
    std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
}

#[rstest]
#[case::of_a_target_that_has_none("100ms", None, "held")]
#[case::that_is_exceeded("100ms", Some("refresh-keeps-old"), "broken")]
#[case::that_is_not_waited_for("10m", Some("refresh-keeps-old"), "not-applicable")]
fn a_leeway_is_waited_out_before_a_rotated_token_is_to_be_refused(
    #[case] leeway: &str,
    #[case] fault: Option<&str>,
    #[case] expected: &str,
) {
    let reference = Reference::start(fault);
    let profile = reference.profile();
    let text = fs::read_to_string(&profile).unwrap();
    fs::write(&profile, text.replacen("\nphones", &format!("\nrefresh_leeway = \"{leeway}\"\nphones"), 1)).unwrap();
    let (_, report, err) = run(&profile, &["--requirement", "refresh-rotated-old-refused"]);
    let all = report["requirements"].as_array().unwrap_or_else(|| panic!("{err}"));
    let rule = all.iter().find(|rule| rule["id"] == "refresh-rotated-old-refused").unwrap();
    assert_eq!(rule["status"], expected, "{rule}");
}
