//! A request of a flow as the arguments of curl.

use super::script::Script;
use super::sources::header_word;
use super::words::{json, printf, quoted, text};
use crate::contract::JSON;
use crate::suite::template::without;
use crate::suite::{Call, Payload, Template};

/// A body that is longer than this does not go on a command line.
const ON_A_LINE_BYTES: usize = 100_000;

impl Script<'_> {
    /// The arguments of curl.
    pub(super) fn request(&mut self, call: &Call) -> String {
        let (method, path) = call.operation.split_once(' ').unwrap_or(("GET", call.operation.as_str()));
        let url = match &call.link {
            None => format!("\"$base\"{}", quoted(path)),
            Some(link) => format!("\"$(link_url {} {})\"", text(&self.scope, link.source()), quoted(path)),
        };
        let mut words =
            vec![if method == "HEAD" { "--head".to_owned() } else { format!("-X {}", quoted(method)) }, url];
        if self.case.target.connection.insecure {
            words.push("--insecure".to_owned());
        }
        if let Some(proxy) = &self.case.target.connection.proxy {
            words.push(format!("--proxy {}", quoted(proxy.url.as_str())));
        }
        for header in &self.case.target.headers {
            words.push(format!("-H {}", header_word(&header.name, &header.value, &mut self.secrets)));
        }
        let accept = self.case.contract.accept(&call.operation);
        if accept != JSON {
            words.push(format!("-H {}", quoted(&format!("accept: {accept}"))));
        }
        let replaced = |name: &str| call.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name));
        let (content_type, data) = self.payload(&call.payload);
        if let Some(content_type) = content_type.filter(|_| !replaced("content-type")) {
            words.push(format!("-H {}", quoted(&content_type)));
        }
        if let Some(bearer) = call.bearer.as_ref().filter(|_| !replaced("authorization")) {
            words.push(format!("-H 'authorization: Bearer '{}", text(&self.scope, bearer.source())));
        }
        for (name, value) in &call.headers {
            let empty = value.source().as_str() == Some("");
            words.push(match empty {
                true => format!("-H {}", quoted(&format!("{name};"))),
                false => format!("-H {}{}", quoted(&format!("{name}: ")), text(&self.scope, value.source())),
            });
        }
        words.extend(data);
        words.join(" ")
    }

    /// The content type of a body, and the arguments that send it.
    fn payload(&mut self, payload: &Payload) -> (Option<String>, Vec<String>) {
        let json_type = Some("content-type: application/json".to_owned());
        match payload {
            Payload::None => (None, Vec::new()),
            Payload::Json(template) => {
                let word = json(&self.scope, &self.present(template));
                if template.source().to_string().len() > ON_A_LINE_BYTES {
                    self.line(&format!("printf '%s' {word} >\"$dir/request\""));
                    return (json_type, vec!["--data-binary @\"$dir/request\"".to_owned()]);
                }
                (json_type, vec![format!("--data-binary {word}")])
            }
            Payload::Form(template) => {
                let present = self.present(template);
                let fields = present.as_object().into_iter().flatten();
                let data: Vec<String> = fields
                    .map(|(name, value)| {
                        format!("--data-urlencode {}{}", quoted(&format!("{name}=")), text(&self.scope, value))
                    })
                    .collect();
                let data = if data.is_empty() { vec!["--data-raw ''".to_owned()] } else { data };
                (Some("content-type: application/x-www-form-urlencoded".to_owned()), data)
            }
            Payload::Raw { bytes, content_type } => {
                let content_type = content_type
                    .as_ref()
                    .map_or_else(|| "content-type:".to_owned(), |value| format!("content-type: {value}"));
                match std::str::from_utf8(bytes) {
                    Ok(text) if !text.contains('\0') => {
                        self.line(&format!("printf '%s' {} >\"$dir/request\"", quoted(text)))
                    }
                    Ok(_) | Err(_) => self.line(&format!("printf {} >\"$dir/request\"", printf(bytes))),
                }
                (Some(content_type), vec!["--data-binary @\"$dir/request\"".to_owned()])
            }
        }
    }

    /// A template without the fields that this target does not have: client credentials that its profile does not give.
    fn present(&self, template: &Template) -> serde_json::Value {
        let target = self.case.target;
        without(template.source(), &|name: &str| match name {
            "client.id" => target.client_id.is_none(),
            "client.secret" => target.client_secret.is_none(),
            _ => false,
        })
    }
}

/// Every template of a call that must be known before it is sent.
pub(super) fn templates(call: &Call) -> Vec<&Template> {
    let body = match &call.payload {
        Payload::Json(template) | Payload::Form(template) => Some(template),
        Payload::None | Payload::Raw { .. } => None,
    };
    let headers = call.headers.iter().map(|(_, value)| value);
    body.into_iter().chain(&call.bearer).chain(&call.link).chain(headers).collect()
}
