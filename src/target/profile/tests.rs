//! Profiles that are right, and what is said of those that are not.

use rstest::rstest;

use super::*;
use crate::target::{Block, Clock, Secret, Source, Text};

fn read(text: &str) -> Result<Target, String> {
    let requirements = ["thing-made".to_owned(), "thing-gone".to_owned()];
    let secret = |source: &SecretSource| match source {
        SecretSource::Env(name) if name == "UNSET" => Err("the environment variable `UNSET` is not set".to_owned()),
        _ => Ok("s3cret".to_owned()),
    };
    let surroundings = Surroundings { base_path: "/api/v1", requirements: &requirements, secret: &secret };
    parse(text, Path::new("p.toml"), None, &surroundings).map_err(|error| error.to_string())
}

/// A profile with these lines in its target, which begin at line 3.
fn with(lines: &str) -> Result<Target, String> {
    read(&format!("[target.a]\nurl = \"http://x\"\n{lines}"))
}

#[test]
fn the_documented_example_is_read() {
    let text = r#"
[target.staging]
url = "https://staging.example.test/api/v1"
client_id = "2f9445b3-5266-45cd-8a85-d5c3fff69781"
client_secret = { env = "STAGING_CLIENT_SECRET" }
phones = "+9715{0000000..9999999}"
[target.staging.sms]
source = "http"
url = "https://inbox.example.test/sms?phone=${phone}"
code = "$.messages[-1].code"
[target.staging.mail]
source = "http"
url = "https://inbox.example.test/mail?email=${email}"
link = "$.messages[-1].link"
[target.staging.clock]
control = "http"
method = "POST"
url = "https://staging.example.test/_test/clock/advance"
body = { seconds = "${seconds}" }
[target.staging.block]
action = "http"
method = "POST"
url = "https://staging.example.test/_test/users/block"
body = { phone = "${phone}" }
"#;
    let target = read(text).expect("a profile");
    assert_eq!(target.base.as_str(), "https://staging.example.test/api/v1");
    assert_eq!(target.client_secret.as_ref().map(Secret::reveal), Some("s3cret"));
    assert!(matches!(target.clock, Some(Clock::Http(_))) && matches!(target.block, Some(Block::Http(_))));
    assert!(matches!(target.sms, Some(Source::Http { .. })) && matches!(target.mail, Some(Source::Http { .. })));
}

#[test]
fn every_setting_is_read() {
    let text = r#"
headers = { X-Gateway-Key = { env = "KEY" }, x-team = "auth", authorization = "Bearer ${secret.inbox}" }
secrets = { inbox = { command = ["pass", "show", "inbox"] } }
proxy = { url = "http://proxy.test:3128", user = "me", password = { file = "pw" } }
insecure = true
connect_timeout = "1s"
timeout = "2s"
phones = ["+97150000001", "+97150000002"]
email_domain = "mail.test"
code = "string"
refresh_leeway = "10s"
waivers = "waivers.yaml"
build_header = "X-Build"
sms = { source = "command", argv = ["sms", "${phone}", "${secret.inbox}"], pattern = "(\\d+)" }
mail = { source = "file", path = "mail.log", pattern = "${email} (\\S+)", within = "1s", newest = "first" }
clock = { control = "wait", max_wait = "3s" }
block = { action = "phone", phones = ["+97150000009"] }
limits = { accounts = 1, messages = 0, requests_per_second = 0.5, in_flight = 2, body_bytes = 2048, header_bytes = 4096 }
gaps = { block = "nobody may", thing-made = "ticket 7" }
"#;
    let target = with(text).expect("a profile");
    let header = |name: &str| target.headers.iter().find(|header| header.name == name).map(|header| &header.value);
    assert!(matches!(header("x-gateway-key"), Some(Text::Secret(secret)) if secret.reveal() == "s3cret"));
    assert_eq!(header("authorization"), Some(&Text::Plain("Bearer ${secret.inbox}".to_owned())));
    let kinds: Vec<String> = target.declared_secrets().into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, ["secret", "proxy_password", "header"]);
    assert_eq!(target.build_header.as_deref(), Some("x-build"));
    assert!(target.connection.insecure && target.connection.timeout == Duration::from_secs(2));
    assert_eq!((target.refresh_leeway, target.phones.count()), (Duration::from_secs(10), 2));
    assert!(matches!(&target.sms, Some(Source::Command { argv, .. }) if argv.len() == 3));
    assert!(matches!(&target.mail, Some(Source::File { .. })));
    assert!(matches!(&target.clock, Some(Clock::Wait { max_wait }) if max_wait.as_secs() == 3));
    assert_eq!((target.limits.messages, target.limits.requests_per_second), (Some(0), Some(0.5)));
    assert_eq!((target.limits.in_flight, target.limits.header_bytes), (Some(2), 4096));
    assert_eq!((target.gap("block"), target.gap("thing-made")), (Some("nobody may"), Some("ticket 7")));
}

#[rstest]
#[case::no_toml("= 1", "p.toml:3:1", "", "")]
#[case::unknown_key("phonez = \"+1\"", "p.toml:3:1", "target `a` has no key `phonez`", "did you mean `phones`?")]
#[case::literal_secret(
    "client_secret = \"hunter2\"",
    "p.toml:3:17",
    "a secret does not stand in a profile",
    "{ env = "
)]
#[case::literal_header(
    "headers = { x-api-key = \"hunter2\" }",
    "p.toml:3:25",
    "a secret does not stand in a profile",
    "{ env = "
)]
#[case::secret_from_nowhere(
    "client_secret = { env = \"UNSET\" }",
    "p.toml:3:17",
    "the environment variable `UNSET` is not set",
    ""
)]
#[case::secret_from_two(
    "client_secret = { env = \"A\", file = \"b\" }",
    "p.toml:3:17",
    "wants one of env, file and command",
    ""
)]
#[case::misspelt_source("client_secret = { enw = \"A\" }", "p.toml:3:19", "has no key `enw`", "did you mean `env`?")]
#[case::named_literal("secrets = { inbox = \"hunter2\" }", "p.toml:3:21", "a secret does not stand in a profile", "")]
#[case::password_in_url(
    "proxy = \"http://me:hunter2@proxy\"",
    "p.toml:3:9",
    "a URL with a user name or a password",
    ""
)]
#[case::duration("timeout = \"5\"", "p.toml:3:11", "`5` is no length of time", "")]
#[case::notation("code = \"integr\"", "p.toml:3:8", "codes are not sent as `integr`", "did you mean `integer`?")]
#[case::flag("insecure = \"yes\"", "p.toml:3:12", "`insecure` is `true` or `false`", "")]
#[case::phones("phones = 5", "p.toml:3:10", "or a list of numbers, and this is a number", "")]
#[case::no_phones("phones = []", "p.toml:3:10", "`phones` is empty", "")]
#[case::domain("email_domain = \"me@x\"", "p.toml:3:16", "`me@x` is no domain", "")]
#[case::header_name("build_header = \"x build\"", "p.toml:3:16", "`x build` is no name of a header", "")]
#[case::limit("limits = { in_flight = 0 }", "p.toml:3:24", "`in_flight` is a whole number from 1 on", "")]
#[case::limit_key(
    "limits = { acounts = 1 }",
    "p.toml:3:12",
    "`limits` has no key `acounts`",
    "did you mean `accounts`?"
)]
#[case::gap(
    "gaps = { thing-mad = \"x\" }",
    "p.toml:3:10",
    "there is no requirement or capability `thing-mad`",
    "did you mean `thing-made`?"
)]
#[case::gap_without_reason("gaps = { block = \" \" }", "p.toml:3:18", "a gap wants a reason", "")]
#[case::source(
    "[target.a.sms]\nsource = \"htp\"",
    "p.toml:4:10",
    "`sms` knows no source `htp`",
    "did you mean `http`?"
)]
#[case::key_of_a_source(
    "[target.a.sms]\nsource = \"http\"\nurl = \"http://i\"\ncodee = \"$\"",
    "p.toml:6:1",
    "`sms` with source `http` has no key `codee`",
    "did you mean `code`?"
)]
#[case::key_of_another_source(
    "[target.a.sms]\nsource = \"fixed\"\ncode = \"1\"\nwithin = \"1s\"",
    "p.toml:6:1",
    "`sms` with source `fixed` has no key `within`",
    ""
)]
#[case::missing_key("[target.a.sms]\nsource = \"fixed\"", "p.toml:3:1", "`sms` wants the key `code`", "")]
#[case::reference(
    "[target.a.sms]\nsource = \"http\"\nurl = \"http://i?p=${mail}\"\ncode = \"$\"",
    "p.toml:5:7",
    "unknown reference `${mail}`; there is `${phone}`",
    ""
)]
#[case::unknown_secret(
    "[target.a.sms]\nsource = \"http\"\nurl = \"http://i\"\nheaders = { a = \"${secret.x}\" }\ncode = \"$\"",
    "p.toml:6:17",
    "unknown reference `${secret.x}`",
    ""
)]
#[case::secret_in_a_query(
    "[target.a.sms]\nsource = \"http\"\nurl = \"http://i?api_key=hunter2\"\ncode = \"$\"",
    "p.toml:5:7",
    "a secret does not stand in a profile",
    ""
)]
#[case::json_path(
    "[target.a.sms]\nsource = \"http\"\nurl = \"http://i\"\ncode = \"x\"",
    "p.toml:6:8",
    "`x` is no JSONPath",
    ""
)]
#[case::pattern(
    "[target.a.sms]\nsource = \"http\"\nurl = \"http://i\"\npattern = \"(\"",
    "p.toml:6:11",
    "`(` is no regular expression",
    ""
)]
#[case::neither(
    "[target.a.sms]\nsource = \"http\"\nurl = \"http://i\"",
    "p.toml:3:1",
    "`sms` wants `code` (a JSONPath), `pattern`",
    ""
)]
#[case::log_of_everybody(
    "[target.a.sms]\nsource = \"file\"\npath = \"l\"\npattern = \"\\\\d+\"",
    "p.toml:6:11",
    "wants `${phone}` in its pattern",
    ""
)]
#[case::clock(
    "[target.a.clock]\ncontrol = \"wait\"\nmax = \"1s\"",
    "p.toml:5:1",
    "`clock` with control `wait` has no key `max`",
    ""
)]
#[case::block("[target.a.block]\naction = \"phone\"", "p.toml:3:1", "`block` wants the key `phones`", "")]
fn a_wrong_profile_says_where_and_why(
    #[case] lines: &str,
    #[case] place: &str,
    #[case] message: &str,
    #[case] help: &str,
) {
    let error = with(lines).expect_err("it is wrong");
    assert!(error.contains(&format!("--> {place}\n")) && error.contains(message) && error.contains(help), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[test]
fn a_mistake_in_a_target_that_is_not_chosen_is_one_in_the_file() {
    let surroundings = Surroundings { base_path: "", requirements: &[], secret: &|_| Ok("s3cret".to_owned()) };
    let text = "[target.a]\nurl = \"http://x\"\n[target.b]\nurll = \"http://y\"\n";
    let read = |name| parse(text, Path::new("p.toml"), Some(name), &surroundings).map_err(|error| error.to_string());
    assert!(read("a").expect_err("b is wrong").contains("--> p.toml:4:1\n"));
    let unknown = read("quite-other").expect_err("there is none");
    assert_eq!(unknown, "p.toml: no target `quite-other`; expected one of `a`, `b`");
}

#[test]
fn a_profile_without_a_target_is_empty() {
    assert_eq!(
        read("").expect_err("nothing there"),
        "p.toml: it describes no target: it wants a table `[target.NAME]`"
    );
}
