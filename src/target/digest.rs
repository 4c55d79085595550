//! The identity of a target: a digest of all that its profile says, but for the secrets.
//!
//! Every field is named here, so that a new one cannot be left out by accident. Of headers only the names count, as
//! their values may be secrets; of the client secret only whether there is one.

use serde_json::{Value, json};

use super::{Clock, CodeNotation, HttpAction, Source, Target};
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
            phones,
            email_domain,
            code_notation,
            sms,
            mail,
            clock,
            block,
            connect_timeout,
            timeout,
        } = self;
        json!({
            "name": name,
            "url": base.as_str(),
            "client_id": client_id,
            "client_secret": client_secret.is_some(),
            "phones": phones.described(),
            "email_domain": email_domain,
            "code": match code_notation {
                CodeNotation::Auto => "auto",
                CodeNotation::Integer => "integer",
                CodeNotation::String => "string",
            },
            "sms": sms.as_ref().map(source),
            "mail": mail.as_ref().map(source),
            "clock": clock.as_ref().map(|clock| match clock {
                Clock::Wait { max_wait } => json!({ "max_wait_ms": max_wait.as_millis() }),
                Clock::Http(request) => action(request),
            }),
            "block": block.as_ref().map(action),
            "connect_timeout_ms": connect_timeout.as_millis(),
            "timeout_ms": timeout.as_millis(),
        })
    }
}

fn source(source: &Source) -> Value {
    match source {
        Source::Fixed(value) => json!({ "fixed": value }),
        Source::Http { request, path, within } => {
            json!({ "http": action(request), "path": path.to_string(), "within_ms": within.as_millis() })
        }
    }
}

fn action(action: &HttpAction) -> Value {
    let HttpAction { method, url, headers, body } = action;
    let mut names: Vec<String> = headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    json!({ "method": method, "url": url, "headers": names, "body": body })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::target::{Target, profile};

    fn target(text: &str, secret: &str) -> Target {
        profile::parse(text, Path::new("p.toml"), None, "/api", &|_| Ok(secret.to_owned())).unwrap()
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
headers = { authorization = "Bearer abc" }
"#;

    #[test]
    fn a_changed_profile_has_another_digest_and_a_changed_secret_has_not() {
        let digest = target(PROFILE, "one").digest();
        assert_eq!(digest.len(), 64);
        assert_eq!(digest, target(PROFILE, "two").digest());
        assert_eq!(digest, target(&PROFILE.replace("Bearer abc", "Bearer xyz"), "one").digest());
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
