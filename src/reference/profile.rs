//! The profile by which a tool reaches a running server: codes, mails, clock and blocking.

/// The variable that a profile reads the client secret from.
const SECRET_VARIABLE: &str = "CONFORMANCE_CLIENT_SECRET";

/// A profile that reads the secret from the environment.
pub(super) fn with_secret_variable(origin: &str, base_url: &str, client_id: &str) -> String {
    let secret = format!("{{ env = \"{SECRET_VARIABLE}\" }}");
    let comment = format!("# Export {SECRET_VARIABLE} before use.\n");
    comment + &profile(origin, base_url, client_id, &secret)
}

/// A profile that reads the secret from a file.
pub(super) fn with_secret_file(origin: &str, base_url: &str, client_id: &str, path: &str) -> String {
    let secret = format!("{{ file = {} }}", quoted(path));
    profile(origin, base_url, client_id, &secret)
}

fn profile(origin: &str, base_url: &str, client_id: &str, secret: &str) -> String {
    let client_id = quoted(client_id);
    format!(
        r#"[target.reference]
url = "{base_url}"
client_id = {client_id}
client_secret = {secret}
phones = "+97150{{0000000..9999999}}"

[target.reference.sms]
source = "http"
url = "{origin}/_test/sms?phone=${{phone}}"
code = "$.messages[-1].code"
within = "50ms"

[target.reference.mail]
source = "http"
url = "{origin}/_test/mail?email=${{email}}"
link = "$.messages[-1].link"
within = "50ms"

[target.reference.clock]
control = "http"
method = "POST"
url = "{origin}/_test/clock/advance"
body = {{ seconds = "${{seconds}}" }}

[target.reference.block]
action = "http"
method = "POST"
url = "{origin}/_test/users/block"
body = {{ phone = "${{phone}}" }}
"#
    )
}

/// A TOML basic string; a JSON string is one.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_toml_without_a_secret() {
        let origin = "http://127.0.0.1:1";
        let text = with_secret_variable(origin, "http://127.0.0.1:1/api/v1", "an-id");
        let profile: toml::Table = text.parse().unwrap();
        let target = &profile["target"]["reference"];
        assert_eq!(target["phones"].as_str(), Some("+97150{0000000..9999999}"));
        assert_eq!(target["client_secret"]["env"].as_str(), Some(SECRET_VARIABLE));
        assert_eq!(target["sms"]["url"].as_str(), Some("http://127.0.0.1:1/_test/sms?phone=${phone}"));
        assert_eq!(target["block"]["body"]["phone"].as_str(), Some("${phone}"));
    }

    #[test]
    fn a_file_path_is_quoted() {
        let text = with_secret_file("http://h", "http://h/api/v1", "id", "C:\\a \"b\"");
        let profile: toml::Table = text.parse().unwrap();
        let secret = &profile["target"]["reference"]["client_secret"]["file"];
        assert_eq!(secret.as_str(), Some("C:\\a \"b\""));
    }
}
