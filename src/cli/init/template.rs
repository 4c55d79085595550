//! The text of a new profile. A setting that is off is a line that begins with `#` and no blank; prose has the blank.

use super::{Answers, SourceKind};

/// A TOML text; a JSON text is one.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The text of a profile.
pub(super) fn profile(answers: &Answers) -> String {
    let name = &answers.name;
    let mut text = head(answers);
    text.push_str(&sms(answers));
    text.push_str(&TABLES.replace("NAME", name));
    text
}

/// A setting that is on where it is known.
fn setting(key: &str, value: Option<String>, example: &str) -> String {
    match value {
        Some(value) => format!("{key} = {value}\n"),
        None => format!("#{key} = {example}\n"),
    }
}

fn head(answers: &Answers) -> String {
    let mut text = format!(
        "# A profile of `conformance`: everything that a run depends on. `conformance doctor` looks whether it works.\n\
         # Secrets never stand here: {{ env = \"NAME\" }}, {{ file = \"path\" }} or {{ command = [\"prog\", \"arg\"] }} say where\n\
         # they come from. Lines that begin with `#` and no blank are settings that are off, with their default or an example.\n\n\
         [target.{}]\n# Where the API is; without a path, the documented base path.\nurl = {}\n\n# The client that the tool is.\n",
        answers.name,
        quoted(&answers.url)
    );
    text.push_str(&setting(
        "client_id",
        answers.client_id.as_deref().map(quoted),
        "\"2f9445b3-5266-45cd-8a85-d5c3fff69781\"",
    ));
    let secret = answers.secret_variable.as_deref().map(|name| format!("{{ env = {} }}", quoted(name)));
    text.push_str(&setting("client_secret", secret, "{ env = \"CLIENT_SECRET\" }"));
    text.push_str("\n# Numbers that the tool may use: a range, or a list. They are sent text messages.\n");
    text.push_str(&setting("phones", answers.phones.as_deref().map(quoted), "\"+9715{0000000..9999999}\""));
    text.push_str(REST);
    text
}

const REST: &str = "\
# Domain of the mail addresses that the tool makes up.
#email_domain = \"example.com\"
# How codes are sent: integer, string, or auto (an integer, unless the code begins with a zero).
#code = \"auto\"
# How long a rotated refresh token may go on working. Without it, not at all.
#refresh_leeway = \"10s\"

# Time for a connection, and for one whole exchange.
#connect_timeout = \"10s\"
#timeout = \"30s\"
# Headers of every request to the target, such as the key of a gateway.
#headers = { x-gateway-key = { env = \"GATEWAY_KEY\" } }
# A proxy; none is taken from the environment. With credentials: { url = \"…\", user = \"…\", password = { env = \"…\" } }
#proxy = \"http://proxy.example.test:3128\"
# Certificates (PEM) that are trusted besides the system's.
#ca = \"ca.pem\"
# A certificate and its key (PEM) that the tool shows: one file, or { certificate = \"…\", key = \"…\" }.
#client_certificate = \"client.pem\"
# Takes any certificate. Every report says so loudly.
#insecure = false
# A header of the answers that names the build of the target. Every report shows what it says, and whether it was the
# same in all answers.
#build_header = \"x-build\"
# A file of waivers.
#waivers = \"waivers.yaml\"

# Secrets that sources and actions refer to as ${secret.NAME}.
#secrets = { inbox_token = { env = \"INBOX_TOKEN\" } }

";

/// A source of codes by its kind, each line of it.
fn source(kind: SourceKind, inbox: Option<&str>) -> Vec<String> {
    let or = |example: &str| quoted(inbox.unwrap_or(example));
    let lines: &[String] = &match kind {
        SourceKind::None => Vec::new(),
        SourceKind::Fixed => vec!["source = \"fixed\"".to_owned(), format!("code = {}", or("0000"))],
        SourceKind::Http => vec![
            "source = \"http\"".to_owned(),
            format!("url = {}", or("https://inbox.example.test/sms?phone=${phone}")),
            "code = \"$.messages[-1].code\"".to_owned(),
        ],
        SourceKind::Command => vec![
            "source = \"command\"".to_owned(),
            "argv = [\"read-sms\", \"${phone}\"]".to_owned(),
            "pattern = '\\b(\\d{4,8})\\b'".to_owned(),
        ],
        SourceKind::File => vec![
            "source = \"file\"".to_owned(),
            format!("path = {}", or("/var/log/sms.log")),
            "pattern = '${phone}.*\\b(\\d{4,8})\\b'".to_owned(),
        ],
        SourceKind::Prompt => vec!["source = \"prompt\"".to_owned()],
    };
    lines.to_vec()
}

fn sms(answers: &Answers) -> String {
    let name = &answers.name;
    let about = [
        (
            SourceKind::Http,
            "an inbox over HTTP; `code` is a JSONPath (RFC 9535) and `pattern` a regular expression, of which one will do.\n# Also method, headers, body, newest = \"last\" (or \"first\"), within = \"10s\" (how long a new message is waited for)",
        ),
        (SourceKind::Command, "what a command prints; also newest and within"),
        (
            SourceKind::File,
            "what is appended to a log; the pattern names the phone, as the log has messages to others, too",
        ),
        (SourceKind::Prompt, "somebody at the terminal; refused in CI"),
        (
            SourceKind::Fixed,
            "the same code always; it shows neither expiry nor attempts nor reuse, which are then not judged",
        ),
    ];
    let mut text = "# Where codes are read: one of these tables.\n".to_owned();
    for (kind, about) in about {
        let on = kind == answers.source;
        let mark = if on { "" } else { "#" };
        let inbox = answers.inbox.as_deref().filter(|_| on);
        text.push_str(&format!("# {about}.\n{mark}[target.{name}.sms]\n"));
        source(kind, inbox).iter().for_each(|line| text.push_str(&format!("{mark}{line}\n")));
        text.push('\n');
    }
    text
}

const TABLES: &str = "\
# Where mailed links are read: as codes, with `link` for `code` and ${email} for ${phone}.
#[target.NAME.mail]
#source = \"http\"
#url = \"https://inbox.example.test/mail?email=${email}\"
#link = \"$.messages[-1].link\"

# How time passes: really waiting, at most so long at once …
#[target.NAME.clock]
#control = \"wait\"
#max_wait = \"2m\"

# … or a test endpoint that moves the clock of the target.
#[target.NAME.clock]
#control = \"http\"
#method = \"POST\"
#url = \"https://staging.example.test/_test/clock/advance\"
#body = { seconds = \"${seconds}\" }

# How a user is blocked: a test endpoint …
#[target.NAME.block]
#action = \"http\"
#method = \"POST\"
#url = \"https://staging.example.test/_test/users/block\"
#body = { phone = \"${phone}\" }

# … a command …
#[target.NAME.block]
#action = \"command\"
#argv = [\"block-user\", \"${phone}\"]

# … or numbers that are blocked from the start (they show less).
#[target.NAME.block]
#action = \"phone\"
#phones = [\"+971500000009\"]

# What a run may do to the target at most. Without these, there is no limit but the sizes of an answer in bytes.
#[target.NAME.limits]
#accounts = 1000
#messages = 1000
#requests_per_second = 20
#in_flight = 8
#body_bytes = 4194304
#header_bytes = 65536

# What this target cannot show, each with its reason: a requirement (`conformance list requirements`) or one of sms,
# mail, clock, block, phones, limits, client, fixed-code. It is skipped instead of blocked, and every report says so.
#[target.NAME.gaps]
#block = \"nobody can block a user on staging\"
";

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rstest::rstest;

    use super::*;
    use crate::target::profile::{self, SecretSource, Surroundings};
    use crate::target::{Source, Target};

    fn answers(source: SourceKind, inbox: Option<&str>) -> Answers {
        Answers {
            name: "staging".to_owned(),
            url: "https://staging.example.test/api/v1".to_owned(),
            client_id: Some("an \"id\"".to_owned()),
            secret_variable: Some("SECRET".to_owned()),
            phones: Some("+9715{0000000..9999999}".to_owned()),
            source,
            inbox: inbox.map(str::to_owned),
        }
    }

    fn read(text: &str, folder: &Path) -> Result<Target, String> {
        let secret = |_: &SecretSource| Ok("s3cret".to_owned());
        let surroundings = Surroundings { base_path: "", requirements: &[], secret: &secret };
        profile::parse(text, &folder.join("p.toml"), None, &surroundings).map_err(|error| error.to_string())
    }

    #[rstest]
    #[case(SourceKind::None, None)]
    #[case(SourceKind::Fixed, Some("4711"))]
    #[case(SourceKind::Http, Some("http://i.test/?p=${phone}"))]
    #[case(SourceKind::Command, None)]
    #[case(SourceKind::File, Some("sms.log"))]
    #[case(SourceKind::Prompt, None)]
    fn what_was_answered_is_read_back(#[case] source: SourceKind, #[case] inbox: Option<&str>) {
        let target = read(&profile(&answers(source, inbox)), Path::new("")).expect("a profile");
        assert_eq!((target.client_id.as_deref(), target.phones.count()), (Some("an \"id\""), 10_000_000));
        let right = match (&target.sms, source) {
            (None, SourceKind::None) | (Some(Source::Command { .. }), SourceKind::Command) => true,
            (Some(Source::Prompt), SourceKind::Prompt) => true,
            (Some(Source::Fixed(code)), SourceKind::Fixed) => code == "4711",
            (Some(Source::Http { request, .. }), SourceKind::Http) => request.url == "http://i.test/?p=${phone}",
            (Some(Source::File { path, .. }), SourceKind::File) => path == Path::new("sms.log"),
            _ => false,
        };
        assert!(right, "{:?}", target.sms);
    }

    /// Every setting that is off is right when it is switched on: those of the target all at once, and each table.
    #[test]
    fn every_setting_that_is_off_can_be_switched_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = rcgen::CertificateParams::default().self_signed(&key).expect("a certificate").pem();
        std::fs::write(folder.path().join("ca.pem"), &certificate).expect("written");
        std::fs::write(folder.path().join("client.pem"), certificate + &key.serialize_pem()).expect("written");
        let bare = Answers { client_id: None, secret_variable: None, phones: None, ..answers(SourceKind::None, None) };
        let text = profile(&bare);
        let off = |line: &&str| line.starts_with('#') && !line.starts_with("# ");
        let (mut settings, mut tables): (Vec<&str>, Vec<Vec<&str>>) = (Vec::new(), Vec::new());
        for line in text.lines().filter(off).map(|line| &line[1..]) {
            match (line.starts_with('['), tables.last_mut()) {
                (true, _) => tables.push(vec![line]),
                (false, Some(table)) => table.push(line),
                (false, None) => settings.push(line),
            }
        }
        assert!(settings.len() >= 15 && tables.len() >= 12, "{} and {}", settings.len(), tables.len());
        let head = format!("[target.staging]\nurl = \"https://staging.example.test\"\n{}\n", settings.join("\n"));
        for table in [Vec::new()].into_iter().chain(tables) {
            let whole = format!("{head}{}\n", table.join("\n"));
            if let Err(error) = read(&whole, folder.path()) {
                panic!("{error}");
            }
        }
        for key in profile::KEYS.iter().filter(|key| **key != "url") {
            let named = text.contains(&format!("\n#{key} = ")) || text.contains(&format!("\n#[target.staging.{key}]"));
            assert!(named, "`{key}` is not explained");
        }
        for key in profile::LIMITS {
            assert!(text.contains(&format!("\n#{key} = ")), "`{key}` is not explained");
        }
    }
}
