//! The steps of a flow as entries of a file for Hurl.

use serde_json::Value;

use super::entry::Entry;
use super::text::{Text, jsonpath, key};
use super::values::Bound;
use super::way::Outcome;
use super::{File, Stop};
use crate::expect::Kind;
use crate::suite::template::without;
use crate::suite::{Action, Call, Claim, Given, Payload, Step, Wait};

/// A longer body is not written into a file.
const LONGEST_BODY_BYTES: usize = 100_000;

impl File<'_> {
    /// The fixtures of the flow and its steps, up to the one in question.
    pub(super) fn flow(&mut self) -> Result<(), Stop> {
        let flow = self.case.flow.clone();
        self.given(&flow.given, "")?;
        let wants_case = self.case.step.as_ref().is_some_and(|wanted| wanted.contains('/'));
        for (index, step) in flow.steps.iter().enumerate() {
            if self.done() {
                break;
            }
            let label = step.id.clone().filter(|id| id.contains('/')).unwrap_or_else(|| (index + 1).to_string());
            let is_case = flow.cases.is_some_and(|cases| (cases.first..cases.first + cases.count).contains(&index));
            // Generated cases do not build on each other: each is refused, and changes nothing.
            if is_case && wants_case && self.case.step.as_ref() != Some(&label) {
                self.labels.push(label);
                continue;
            }
            self.step(step, &label)?;
        }
        Ok(())
    }

    fn done(&self) -> bool {
        self.reached && self.case.step.is_some()
    }

    fn given(&mut self, given: &[Given], prefix: &str) -> Result<(), Stop> {
        for given in given {
            let fixture = self.case.suites.fixtures.iter().find(|fixture| fixture.id == given.fixture).cloned();
            let Some(fixture) = fixture else { continue };
            self.comments.push(format!("--- {}: {}", given.name, fixture.about));
            let inner = format!("{prefix}{}.", given.name);
            let outer = std::mem::replace(&mut self.scope, inner.clone());
            // A record of a fixture is bound under its own name within the scope that uses it.
            self.given(&fixture.given, &inner)?;
            for (index, step) in fixture.steps.iter().enumerate() {
                if self.done() {
                    return Ok(());
                }
                self.step(step, &format!("{inner}{}", index + 1))?;
            }
            if self.done() {
                return Ok(());
            }
            let fields: Vec<(String, Bound)> = fixture
                .yields
                .iter()
                .filter_map(|(field, template)| Some((field.clone(), self.value(template.source()).ok()?)))
                .collect();
            self.scope = outer;
            for (field, bound) in fields {
                self.bind(&format!("{}.{field}", given.name), bound);
            }
        }
        Ok(())
    }

    fn is_target(&self, label: &str) -> bool {
        match &self.case.step {
            Some(wanted) => wanted == label,
            None => self.scope.is_empty(),
        }
    }

    fn step(&mut self, step: &Step, label: &str) -> Result<(), Stop> {
        self.labels.push(label.to_owned());
        label.clone_into(&mut self.label);
        let target = self.is_target(label);
        let exact = target && self.case.step.is_some();
        if !self.applies(step)? {
            if exact {
                return Err(self.otherwise(&step.when));
            }
            return Ok(());
        }
        self.comments.push(format!("{label}  (suites/{})", step.place));
        self.comments.extend(step.about.clone());
        self.act(step, label, target)?;
        self.reached |= target;
        Ok(())
    }

    fn act(&mut self, step: &Step, label: &str, target: bool) -> Result<(), Stop> {
        match &step.action {
            Action::Call(call) => self.call(step, call, target)?,
            Action::Together { .. } => {
                return Err(Stop::Impossible("Hurl sends one request at a time, and this is a race".to_owned()));
            }
            Action::Repeat { steps, .. } => {
                let Some(recorded) = self.case.recorded else {
                    let why = "how often it repeats is only known while it runs; give a recording, which says it";
                    return Err(Stop::Impossible(why.to_owned()));
                };
                let rounds = (1..).take_while(|round| {
                    let start = format!("{label}.round{round}.");
                    recorded.answers.keys().any(|label| label.starts_with(&start))
                });
                for round in rounds.collect::<Vec<usize>>() {
                    for (index, step) in steps.iter().enumerate() {
                        if self.done() {
                            return Ok(());
                        }
                        self.step(step, &format!("{label}.round{round}.{}", index + 1))?;
                    }
                }
            }
            Action::Wait(wait) => self.wait(wait)?,
            Action::Code { phone, keep, .. } => {
                let phone = self.text(phone.source())?;
                self.read_code(&phone, keep)?;
            }
            Action::Mail { email, keep, .. } => {
                let email = self.text(email.source())?;
                self.read_link(&email, keep)?;
            }
            Action::Block { phone } => {
                let phone = self.text(phone.source())?;
                self.block(&phone)?;
            }
            Action::Make(recipes) => recipes.iter().try_for_each(|(name, recipe)| self.make(name, recipe))?,
            Action::Check(claims) => {
                if target {
                    self.claims(claims)?;
                }
            }
        }
        Ok(())
    }

    /// Adds what is in question of some claims; tells whether anything was.
    fn claims(&mut self, claims: &[Claim]) -> Result<bool, Stop> {
        let asked: Vec<&Claim> = claims.iter().filter(|claim| self.case.asks(&claim.proves)).collect();
        asked.iter().try_for_each(|claim| self.claim(claim))?;
        Ok(!asked.is_empty())
    }

    fn call(&mut self, step: &Step, call: &Call, target: bool) -> Result<(), Stop> {
        let outcome = self.outcome(step.id.as_ref(), call);
        if let Some(id) = &step.id {
            self.outcomes.insert(format!("{}{id}", self.scope), outcome.clone());
        }
        self.sent_before(call)?;
        let request = self.request(call)?;
        self.add(request);
        self.keep(call, &outcome);
        let mut proves = call.proves.clone();
        if proves.is_empty() && call.expect.iter().all(|kind| matches!(kind, Kind::Model(_) | Kind::Ok)) {
            let operation = self.case.contract.operation(&call.operation);
            proves.extend(operation.and_then(|operation| operation.success_requirement.clone()));
        }
        let open = call.expect.contains(&Kind::Open);
        if !target {
            // What was expected, unless the step's answer decides the way.
            match open || step.id.is_some() {
                true if step.id.as_ref().is_some_and(|id| id.contains('/')) => {}
                true => self.assert_outcome(&outcome),
                false => self.assert_kinds(&call.expect),
            }
            return Ok(());
        }
        let asked = !open && self.case.asks(&proves);
        if asked {
            self.assert_kinds(&call.expect);
        }
        let claimed = self.claims(&call.also)?;
        if !asked && !claimed {
            self.universal(call)?;
        }
        Ok(())
    }

    /// The same request, where the recording shows that it was sent before and waited out.
    fn sent_before(&mut self, call: &Call) -> Result<(), Stop> {
        let times = self.case.recorded.and_then(|run| run.answers.get(&self.label)).map_or(1, Vec::len);
        let Some(retry) = &call.retry else { return Ok(()) };
        for _ in 1..times {
            let request = self.request(call)?;
            self.add(request);
            let wait = Wait::Seconds(retry.after.clone());
            self.wait(&wait)?;
        }
        Ok(())
    }

    fn request(&mut self, call: &Call) -> Result<Entry, Stop> {
        let (method, path) = call.operation.split_once(' ').unwrap_or(("GET", call.operation.as_str()));
        let url = match &call.link {
            None => format!("{{{{target}}}}{}", Text::literal(path).bare()),
            Some(link) => {
                let link = self.text(link.source())?.bare();
                match link.starts_with('?') {
                    true => format!("{{{{target}}}}{}{link}", Text::literal(path).bare()),
                    false => link,
                }
            }
        };
        let mut entry = Entry::new(method, &url);
        if self.case.target.connection.insecure {
            entry.options.push("insecure: true".to_owned());
        }
        if let Some(proxy) = &self.case.target.connection.proxy {
            entry.options.push(format!("proxy: {}", proxy.url));
        }
        entry.headers.push(format!("Accept: {}", self.case.contract.accept(&call.operation)));
        let target = self.case.target;
        for header in &target.headers {
            let value = self.header_value(header);
            entry.headers.push(format!("{}: {value}", key(&header.name)));
        }
        let replaced = |name: &str| call.headers.iter().any(|(header, _)| header.eq_ignore_ascii_case(name));
        if let Some(bearer) = call.bearer.as_ref().filter(|_| !replaced("authorization")) {
            entry.headers.push(format!("Authorization: Bearer {}", self.text(bearer.source())?.bare()));
        }
        for (name, value) in &call.headers {
            entry.headers.push(format!("{}: {}", key(name), self.text(value.source())?.bare()).trim_end().to_owned());
        }
        self.payload(&call.payload, replaced("content-type"), &mut entry)?;
        Ok(entry)
    }

    fn payload(&self, payload: &Payload, typed: bool, entry: &mut Entry) -> Result<(), Stop> {
        let content_type = |entry: &mut Entry, value: &str| {
            if !typed {
                entry.headers.push(format!("Content-Type: {value}").trim_end().to_owned());
            }
        };
        match payload {
            Payload::None => {}
            Payload::Json(template) => {
                content_type(entry, "application/json");
                entry.body = Some(as_body(&self.json(&self.present(template.source()))?)?);
            }
            Payload::Form(template) => {
                for (name, value) in self.present(template.source()).as_object().into_iter().flatten() {
                    entry.form.push(format!("{}: {}", key(name), self.text(value)?.bare()));
                }
                if entry.form.is_empty() {
                    content_type(entry, "application/x-www-form-urlencoded");
                }
            }
            Payload::Raw { bytes, content_type: value } => {
                content_type(entry, value.as_deref().unwrap_or_default());
                short(bytes.len())?;
                entry.body = Some(match std::str::from_utf8(bytes) {
                    Ok(text) if is_plain(text) => format!("`{text}`"),
                    Ok(_) | Err(_) => format!("base64,{};", data_encoding::BASE64.encode(bytes)),
                });
            }
        }
        Ok(())
    }

    /// A body without the client credentials that this target does not have.
    fn present(&self, body: &Value) -> Value {
        without(body, &|name: &str| matches!(name, "client.id" | "client.secret") && self.bound(name).is_none())
    }

    /// Captures what later steps take of the answer.
    fn keep(&mut self, call: &Call, outcome: &Outcome) {
        let recorded = self.case.recorded.and_then(|run| run.answers.get(&self.label)?.last());
        for (name, pointer) in &call.keep {
            let there = match recorded.and_then(|answer| answer.body.as_ref()) {
                Some(body) => body.pointer(pointer).is_some(),
                // Only the whole of a refusal is sure to be there.
                None => outcome.is_accepted() || pointer.is_empty(),
            };
            if !there {
                continue;
            }
            let variable = self.name(name);
            let types = self.types(&call.operation, pointer).unwrap_or_default();
            let text = types.is_empty() || types.iter().any(|name| name == "string");
            let bound = if text { Bound::variable(&variable) } else { Bound::Json(variable.clone()) };
            self.last().captures.push(format!("{variable}: {}", jsonpath(pointer)));
            self.bind(name, bound);
        }
    }
}

fn short(bytes: usize) -> Result<(), Stop> {
    match bytes > LONGEST_BODY_BYTES {
        true => Err(Stop::Impossible(format!("a body of {bytes} bytes makes no file to read"))),
        false => Ok(()),
    }
}

/// Whether a text needs no escapes between backticks.
fn is_plain(text: &str) -> bool {
    !text.is_empty() && !text.contains("{{") && text.chars().all(|c| !c.is_control() && c != '`' && c != '\\')
}

/// JSON as a body: as it is where Hurl reads it as JSON, else as lines that it takes as they are.
pub(super) fn as_body(json: &str) -> Result<String, Stop> {
    short(json.len())?;
    let bare = json.match_indices("{{").any(|(at, _)| !json[..at].ends_with('"'));
    Ok(match json.starts_with('{') && !json.contains('\\') && !bare {
        true => json.to_owned(),
        false => format!("```\n{json}\n```"),
    })
}
