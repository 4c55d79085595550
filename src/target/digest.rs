//! The identity of a target: a digest of all that its profile says, but for the secrets.
//!
//! Every field is named here, so that a new one cannot be left out by accident. Of headers only the names count, as
//! their values may be secrets; of the client secret only whether there is one.

use serde_json::{Value, json};

use super::{Block, Clock, CodeNotation, Connection, Header, HttpAction, Limits, Source, Target};
use crate::contract::digest::sha256;

impl Target {
    /// SHA-256 in hex over the canonical form of the profile; changing a secret does not change it.
    pub fn digest(&self) -> String {
        sha256(self.canonical().to_string().as_bytes())
    }

    /// Everything that a run depends on, without the secrets.
    fn canonical(&self) -> Value {
        let Target {
            name,
            base,
            client_id,
            client_secret,
            headers,
            secrets,
            connection,
            phones,
            email_domain,
            code_notation,
            refresh_leeway,
            sms,
            mail,
            clock,
            block,
            limits,
            gaps,
            waivers,
            build_header,
        } = self;
        json!({
            "name": name,
            "url": base.as_str(),
            "client_id": client_id,
            "client_secret": client_secret.is_some(),
            "headers": header_names(headers),
            "secrets": secrets.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(),
            "connection": canonical_connection(connection),
            "phones": phones.described(),
            "email_domain": email_domain,
            "code": match code_notation {
                CodeNotation::Auto => "auto",
                CodeNotation::Integer => "integer",
                CodeNotation::String => "string",
            },
            "leeway_ms": refresh_leeway.as_millis(),
            "sms": sms.as_ref().map(source),
            "mail": mail.as_ref().map(source),
            "clock": clock.as_ref().map(|clock| match clock {
                Clock::Wait { max_wait } => json!({ "max_wait_ms": max_wait.as_millis() }),
                Clock::Http(request) => action(request),
            }),
            "block": block.as_ref().map(|block| match block {
                Block::Http(request) => action(request),
                Block::Command(argv) => json!({ "argv": argv }),
                Block::Phones(phones) => json!({ "phones": phones.described() }),
            }),
            "limits": canonical_limits(limits),
            "gaps": gaps.iter().map(|gap| json!([gap.name, gap.reason])).collect::<Vec<_>>(),
            "build_header": build_header,
            "waivers": waivers.as_ref().map(|path| path.display().to_string()),
        })
    }
}

fn canonical_connection(connection: &Connection) -> Value {
    let Connection { connect_timeout, timeout, proxy, ca, client_certificate, insecure } = connection;
    json!({
        "connect_timeout_ms": connect_timeout.as_millis(),
        "timeout_ms": timeout.as_millis(),
        "proxy": proxy.as_ref().map(|proxy| proxy.url.as_str()),
        "ca": ca.as_deref().map(sha256),
        "client_certificate": client_certificate.is_some(),
        "insecure": insecure,
    })
}

fn canonical_limits(limits: &Limits) -> Value {
    let Limits { accounts, messages, requests_per_second, in_flight, body_bytes, header_bytes } = limits;
    json!({
        "accounts": accounts,
        "messages": messages,
        "requests_per_second": requests_per_second,
        "in_flight": in_flight,
        "body_bytes": body_bytes,
        "header_bytes": header_bytes,
    })
}

fn source(source: &Source) -> Value {
    match source {
        Source::Fixed(value) => json!({ "fixed": value }),
        Source::Http { request, find, within } => {
            json!({ "http": action(request), "find": find.described(), "within_ms": within.as_millis() })
        }
        Source::Command { argv, find, within } => {
            json!({ "argv": argv, "find": find.described(), "within_ms": within.as_millis() })
        }
        Source::File { path, find, within } => {
            json!({ "file": path.display().to_string(), "find": find.described(), "within_ms": within.as_millis() })
        }
        Source::Prompt => json!("prompt"),
    }
}

fn action(action: &HttpAction) -> Value {
    let HttpAction { method, url, headers, body } = action;
    json!({ "method": method, "url": url, "headers": header_names(headers), "body": body })
}

fn header_names(headers: &[Header]) -> Vec<&str> {
    let mut names: Vec<&str> = headers.iter().map(|header| header.name.as_str()).collect();
    names.sort_unstable();
    names
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::target::{Target, profile};

    fn target(text: &str, secret: &str) -> Target {
        let secret = |_: &profile::SecretSource| Ok(secret.to_owned());
        let surroundings = profile::Surroundings { base_path: "/api", requirements: &[], secret: &secret };
        profile::parse(text, Path::new("p.toml"), None, &surroundings).unwrap()
    }

    const PROFILE: &str = r#"
[target.a]
url = "https://a.test"
client_id = "1"
client_secret = { env = "X" }
phones = "+9715{00..99}0000"
[target.a.sms]
source = "http"
url = "https://a.test/sms?to=${phone}"
code = "$.code"
headers = { x-team = "abc", authorization = { env = "Y" } }
"#;

    #[test]
    fn a_changed_profile_has_another_digest_and_a_changed_secret_has_not() {
        let digest = target(PROFILE, "one").digest();
        assert_eq!(digest.len(), 64);
        assert_eq!(digest, target(PROFILE, "two").digest());
        assert_eq!(digest, target(&PROFILE.replace("\"abc\"", "\"xyz\""), "one").digest());
        for (old, new) in [("a.test", "b.test"), ("{00..99}", "{00..98}"), ("$.code", "$.text"), ("\"1\"", "\"2\"")] {
            assert_ne!(digest, target(&PROFILE.replace(old, new), "one").digest(), "{new}");
        }
    }

    #[test]
    fn which_numbers_were_used_does_not_count() {
        let used = target(PROFILE, "one");
        used.phones.next();
        let phones = used.phones.clone().beginning_at(7);
        assert_eq!(Target { phones, ..used }.digest(), target(PROFILE, "one").digest());
    }
}
