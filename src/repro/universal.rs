//! Rules for every answer, as tests of a script.
//!
//! What a rule looks at in one answer is here. What looks at several answers, or at secrets that a script does not keep,
//! has a reason instead, which stands in the head of the script.

use serde_json::{Value, json};

use super::words::{path, quoted, variable_in_text};
use crate::contract::keywords::{ABOVE_ZERO, TOKEN};
use crate::contract::{Bearer, Contract, Field, Message, Requirement, Success};
use crate::exchange::HASH_BEGINNINGS;
use crate::suite::template::{Piece, pieces};
use crate::suite::{Call, Payload};

/// Keys that are made for secrets, without `_` and in lower case.
const SECRET_KEYS: [&str; 5] = ["password", "passwordhash", "hash", "salt", "secret"];
/// From here on an expiry is a moment.
const EPOCH_SECONDS: u32 = 1_000_000_000;
/// By so much the clock of the target may be wrong.
const TOLERANCE_SECONDS: u32 = 120;

/// Something that an answer must hold: in words, as a test of the shell, and what to show of the answer (a jq filter).
pub(super) struct Test {
    pub(super) expected: String,
    pub(super) shell: String,
    pub(super) actual: Option<String>,
}

/// Why a rule for every answer cannot be tested by a script; `None` where it can, or is no such rule.
pub(super) fn why_not(requirement: &str) -> Option<&'static str> {
    match requirement {
        "tokens-unique" | "session-values-unique" | "sids-never-shared" => {
            Some("it compares all values that a whole run was given, over many accounts")
        }
        "code-never-shown" => Some("four digits stand anywhere by chance: it compares the answers to several codes"),
        "response-fields-extra" | "expiry-notation" => Some("it is only observed, and never broken"),
        _ => None,
    }
}

/// The tests of a rule for every answer; none where it cannot be said of this one.
pub(super) fn tests(requirement: &Requirement, call: &Call, contract: &Contract) -> Vec<Test> {
    let of = Of { call, contract };
    match requirement.id.as_str() {
        "no-server-error" => vec![status("no 5xx, whatever is sent", "case $status in 5* | 000) false ;; esac")],
        "success-status-200" => vec![status("200", "case $status in 200 | [!2]*) ;; *) false ;; esac")],
        "validation-status-422" => vec![status("422", "[ \"$status\" = 422 ]")],
        "bearer-refusal-status-401" => vec![status("401", "[ \"$status\" = 401 ]")],
        "bearer-refusal-challenge" => vec![header("www-authenticate", "a challenge, such as `Bearer`", ".")],
        "token-no-store" => vec![header("cache-control", "`no-store`", "\\(^\\|,\\) *no-store *\\(,\\|$\\)")],
        "json-content-type" => vec![header("content-type", "`application/json`", "^application/json *\\(;\\|$\\)")],
        "bearer-refusal-error" => {
            let error = contract.bearer_refusal();
            vec![body(&format!("`{error}`"), &format!(".error == {}", json!(error)), ".error")]
        }
        "error-code-equals-status" => vec![Test {
            expected: "the HTTP status".to_owned(),
            shell: "holds '(has(\"error\") | not) or (.code | tostring) == $status' --arg status \"$status\""
                .to_owned(),
            actual: Some(".code".to_owned()),
        }],
        "refusal-body-documented" => {
            let test =
                "type == \"object\" and (has(\"detail\") or has(\"error\") or has(\"message\") or has(\"code\"))";
            vec![body("a body of one of the two documented notations", test, ".")]
        }
        "error-known"
        | "error-status-as-documented"
        | "error-message-as-documented"
        | "error-at-documented-operation" => of.catalogue(&requirement.id),
        "token-type-bearer" => of.token("type", "`bearer`", "(ascii_downcase? // .) == \"bearer\""),
        "token-type-lower-case" => of.token("type", "`bearer` in lower case", ". == \"bearer\""),
        "access-expire-in-future" => of.in_future("access-expiry"),
        "refresh-expire-in-future" => of.in_future("refresh-expiry"),
        "refresh-expires-not-before-access" => of.not_before(),
        "password-hash-never-shown" => {
            let beginnings = HASH_BEGINNINGS.map(|text| format!("startswith({})", json!(text))).join(" or ");
            let filter = format!("[.. | strings | select({beginnings})]");
            vec![body("no password hash", &format!("{filter} | length == 0"), "\"a text that begins like one\"")]
        }
        "secret-keys-absent" => {
            let keys = json!(SECRET_KEYS);
            let filter = format!("[.. | objects | keys[] | select(gsub(\"_\"; \"\") | ascii_downcase | IN({keys}[]))]");
            vec![body("no key made for secrets", &format!("{filter} | length == 0"), &filter)]
        }
        "validation-loc-names-field" => of.misnamed(),
        "password-never-shown" => of.repeated("password"),
        "client-secret-never-shown" => of.repeated("client_secret"),
        "link-uuid-never-shown" => of.repeated("link"),
        id => of.above_zero(id).into_iter().chain(of.model(id)).collect(),
    }
}

fn status(expected: &str, shell: &str) -> Test {
    Test { expected: expected.to_owned(), shell: shell.to_owned(), actual: None }
}

fn header(name: &str, expected: &str, pattern: &str) -> Test {
    Test {
        expected: format!("header {name}: {expected}"),
        shell: format!("header {name} | grep -iq {}", quoted(pattern)),
        actual: None,
    }
}

fn body(expected: &str, test: &str, actual: &str) -> Test {
    Test { expected: expected.to_owned(), shell: format!("holds {}", quoted(test)), actual: Some(actual.to_owned()) }
}

/// A call, and the contract that its answer is held to.
struct Of<'a> {
    call: &'a Call,
    contract: &'a Contract,
}

impl Of<'_> {
    /// The documented fields of a success.
    fn fields(&self) -> &[Field] {
        let operation = self.contract.operation(&self.call.operation);
        match operation.map(|operation| &operation.success) {
            Some(Success::Model(name)) => self.contract.model(name).map_or(&[], |model| model.fields()),
            Some(Success::Free) | None => &[],
        }
    }

    /// The key of a part of issued tokens.
    fn part(&self, part: &str) -> Option<Value> {
        let is = |field: &&Field| field.extension.get(TOKEN).and_then(Value::as_str) == Some(part);
        self.fields().iter().find(is).map(|field| Value::from(field.name.as_str()))
    }

    fn token(&self, part: &str, expected: &str, test: &str) -> Vec<Test> {
        let key = self.part(part);
        key.iter().map(|key| body(expected, &format!(".[{key}] | {test}"), &format!(".[{key}]"))).collect()
    }

    fn in_future(&self, part: &str) -> Vec<Test> {
        let test = format!("if . >= {EPOCH_SECONDS} then . - $now > -{TOLERANCE_SECONDS} else . > 0 end");
        let key = self.part(part);
        key.iter()
            .map(|key| Test {
                expected: "a moment in the future".to_owned(),
                shell: format!("holds {} --argjson now \"$at\"", quoted(&format!(".[{key}] | {test}"))),
                actual: Some(format!(".[{key}]")),
            })
            .collect()
    }

    fn not_before(&self) -> Vec<Test> {
        let (Some(access), Some(refresh)) = (self.part("access-expiry"), self.part("refresh-expiry")) else {
            return Vec::new();
        };
        let left = |key: &Value| {
            format!("(.[{key}] | if . >= {EPOCH_SECONDS} then . - $now + {TOLERANCE_SECONDS} else . end)")
        };
        let both = format!("(.[{access}] >= {EPOCH_SECONDS}) == (.[{refresh}] >= {EPOCH_SECONDS})");
        let test =
            format!("if {both} then .[{refresh}] + 1 >= .[{access}] else {} >= {} end", left(&refresh), left(&access));
        vec![Test {
            expected: "a refresh token that lives as long as the access token".to_owned(),
            shell: format!("holds {} --argjson now \"$at\"", quoted(&test)),
            actual: Some(format!("[.[{access}], .[{refresh}]]")),
        }]
    }

    /// Rules about the error of a refusal, as tables of the errors that are documented.
    fn catalogue(&self, requirement: &str) -> Vec<Test> {
        let errors = self.contract.errors();
        let operation = self.contract.operation(&self.call.operation);
        match requirement {
            "error-known" => {
                let known: Vec<&str> = errors.iter().map(|spec| spec.error.as_str()).collect();
                vec![body("a documented error", &format!(".error as $e | any({}[]; . == $e)", json!(known)), ".error")]
            }
            "error-status-as-documented" => {
                let table: Value =
                    errors.iter().map(|spec| (spec.error.clone(), json!(spec.status.to_string()))).collect();
                vec![Test {
                    expected: "the status that is documented for the error".to_owned(),
                    shell: format!(
                        "holds {} --arg status \"$status\"",
                        quoted(&format!("{table} as $t | .error as $e | ($t | has($e) | not) or $t[$e] == $status"))
                    ),
                    actual: None,
                }]
            }
            "error-message-as-documented" => {
                let pattern = |message: &Message| match message {
                    Message::Exact(text) => format!("^{}$", regex::escape(text)),
                    Message::Pattern(pattern) => format!("^({pattern})$"),
                };
                let table: Value =
                    errors.iter().map(|spec| (spec.error.clone(), json!(pattern(&spec.message)))).collect();
                let test = format!(
                    "{table} as $t | .error as $e | ($t | has($e) | not) or (.message | type) != \"string\" or (.message | test($t[$e]))"
                );
                vec![body("the message that is documented for the error", &test, ".message")]
            }
            _ => {
                let Some(operation) = operation else { return Vec::new() };
                let mut listed = operation.errors.clone();
                if operation.bearer != Bearer::None || operation.client_credentials {
                    listed
                        .extend([self.contract.bearer_refusal().to_owned(), self.contract.client_refusal().to_owned()]);
                }
                let expected = format!("an error that {} lists", operation.id);
                vec![body(&expected, &format!(".error as $e | any({}[]; . == $e)", json!(listed)), ".error")]
            }
        }
    }

    /// The numbers that a requirement wants above zero.
    fn above_zero(&self, requirement: &str) -> Vec<Test> {
        let wanted = |field: &&Field| field.extension.get(ABOVE_ZERO).and_then(Value::as_str) == Some(requirement);
        let test = |field: &Field| {
            let name = json!(field.name);
            body("seconds above zero", &format!(".[{name}] | type != \"number\" or . > 0"), &format!(".[{name}]"))
        };
        self.fields().iter().filter(wanted).map(test).collect()
    }

    /// The validation error of a case in which one field alone is wrong names it, where it names fields.
    fn misnamed(&self) -> Vec<Test> {
        let field = self.call.wrong_field.as_ref().map(|field| Value::from(field.as_str()));
        let parts = json!(["body", "query", "path", "header", "form", "cookie"]);
        let spelt = "ascii_downcase | gsub(\"_\"; \"\")";
        let words = format!("map(strings | {spelt} | splits(\"[^0-9a-z]+\") | select(. != \"\"))");
        let named =
            format!("[.detail[]?.loc? | arrays | {words} | if first | IN({parts}[]) then .[1:] else . end | .[]]");
        let fields =
            self.contract.operation(&self.call.operation).map(|operation| self.contract.request_fields(operation));
        let documented: Vec<&str> = fields.into_iter().flatten().map(|field| field.name.as_str()).collect();
        let documented = format!("({} | map({spelt}))", json!(documented));
        field
            .iter()
            .map(|field| {
                let holds = format!(". as $name | . == ({field} | {spelt}) or ({documented} | index($name) | not)");
                body(
                    &format!("a loc that names {field}"),
                    &format!("{named} | length == 0 or any(.[]; {holds})"),
                    &named,
                )
            })
            .collect()
    }

    /// No secret that the request itself carried is repeated, in the headers or the body.
    fn repeated(&self, kind: &str) -> Vec<Test> {
        let mut words: Vec<String> = Vec::new();
        let mut add = |text: &str| {
            for piece in pieces(text) {
                if let Piece::Reference(name) = piece {
                    words.push(variable_in_text("", name));
                }
            }
        };
        if let Payload::Json(template) | Payload::Form(template) = &self.call.payload {
            let fields = template.source().as_object().into_iter().flatten();
            let sensitive = self.contract.sensitive_in_requests();
            let secret = fields.filter(|(key, _)| sensitive.get(*key).is_some_and(|secret| secret == kind));
            secret.filter_map(|(_, value)| value.as_str()).for_each(&mut add);
        }
        if kind == "link" {
            self.call.link.iter().filter_map(|link| link.source().as_str()).for_each(add);
        }
        let expected = format!("no {} in an answer", kind.replace('_', " "));
        let shows = |name: &String| Test {
            expected: expected.clone(),
            shell: match kind {
                "link" => format!("! repeats \"$(text \"${name}\" | grep -Eo '[0-9a-fA-F-]{{32,36}}' | head -n 1)\""),
                _ => format!("! repeats \"$(text \"${name}\")\""),
            },
            actual: None,
        };
        words.iter().map(shows).collect()
    }

    /// The model that a requirement is about, field by field.
    fn model(&self, requirement: &str) -> Vec<Test> {
        let model = self.contract.models().iter().find(|model| model.requirement.as_deref() == Some(requirement));
        let Some(model) = model else { return Vec::new() };
        let items = requirement == "validation-item-shape";
        let mut tests = vec![match items {
            true => body("items of a validation error", ".detail | type == \"array\"", ".detail"),
            false => body(&format!("{} as JSON", model.name), "type == \"object\"", "."),
        }];
        for field in model.fields() {
            let place = path(&format!("/{}", field.name));
            let mut conditions = vec![format!("length == {}", if field.required { "1" } else { "1 or length == 0" })];
            conditions.extend(types(field).map(|test| format!("all(.[]; {test})")));
            let one = format!("at({place}) | ({})", conditions.join(") and ("));
            let expected = format!("{} of {}: {}", field.name, model.name, described(field));
            tests.push(match items {
                true => body(&expected, &format!(".detail | all(.[]; {one})"), ".detail"),
                false => body(&expected, &one, &format!("value({place})")),
            });
        }
        tests
    }
}

/// A jq test of a field's value.
fn types(field: &Field) -> Option<String> {
    let mut tests = Vec::new();
    if !field.types.is_empty() {
        let one = |name: &String| match name.as_str() {
            "integer" => "(type == \"number\" and . == floor)".to_owned(),
            name => format!("type == {}", json!(name)),
        };
        tests.push(format!("({})", field.types.iter().map(one).collect::<Vec<_>>().join(" or ")));
    }
    if !field.values.is_empty() {
        tests.push(format!("(. as $v | any({}[]; . == $v))", json!(field.values)));
    }
    match field.format.as_deref() {
        Some("uuid") => {
            tests.push(
                "(strings | test(\"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$\")) // (type != \"string\")"
                    .to_owned(),
            );
        }
        Some("date") => {
            tests.push("(strings | test(\"^[0-9]{4}-[0-9]{2}-[0-9]{2}$\")) // (type != \"string\")".to_owned())
        }
        Some(_) | None => {}
    }
    (!tests.is_empty()).then(|| tests.iter().map(|test| format!("({test})")).collect::<Vec<_>>().join(" and "))
}

fn described(field: &Field) -> String {
    let mut words = match field.types.as_slice() {
        [] => "anything".to_owned(),
        types => types.join(" or "),
    };
    if !field.values.is_empty() {
        words.push_str(&format!(", one of {}", json!(field.values)));
    }
    if let Some(format) = &field.format {
        words.push_str(&format!(", a {format}"));
    }
    if !field.required {
        words.push_str(", or nothing");
    }
    words
}
