//! The steps of a flow as lines of a script.

use super::claims::{expected, kinds, shown};
use super::script::{NOT_SHOWN, Script};
use super::sources::header_word;
use super::universal;
use super::words::{json, path, printf, quoted, text, variable};
use crate::contract::Level;
use crate::expect::Kind;
use crate::runner::Maker;
use crate::suite::{Action, Call, Claim, Condition, Fresh, Given, Payload, Recipe, Step, Template, Wait};
use crate::target::{CodeNotation, Source};

/// A body that is longer than this does not go on a command line.
const ON_A_LINE_BYTES: usize = 100_000;

impl Script<'_> {
    /// The fixtures of the flow and its steps, up to the one in question.
    pub(super) fn flow(&mut self) {
        let flow = self.case.flow.clone();
        self.given(&flow.given, "");
        if self.done() {
            return;
        }
        let wanted = self.case.step.clone();
        for (index, step) in flow.steps.iter().enumerate() {
            let label = step.id.clone().filter(|id| id.contains('/')).unwrap_or_else(|| (index + 1).to_string());
            let is_case = |index: usize| {
                flow.cases.is_some_and(|cases| (cases.first..cases.first + cases.count).contains(&index))
            };
            // Generated cases do not build on each other: each is refused, and changes nothing.
            let wants_case = wanted.as_ref().is_some_and(|wanted| wanted.contains('/'));
            if is_case(index) && wants_case && wanted.as_ref() != Some(&label) {
                self.labels.push(label);
                continue;
            }
            self.step(step, &label);
            if self.done() {
                return;
            }
        }
    }

    fn done(&self) -> bool {
        self.reached && self.case.step.is_some()
    }

    fn given(&mut self, given: &[Given], prefix: &str) {
        for given in given {
            let fixtures = &self.case.suites.fixtures;
            let Some(fixture) = fixtures.iter().find(|fixture| fixture.id == given.fixture).cloned() else { continue };
            let label = format!("{prefix}{}.", given.name);
            self.comment(&format!("--- {}: {}", given.name, fixture.about));
            let outer = self.scope.clone();
            self.scope = format!("in_{}", variable("", &label));
            self.given(&fixture.given, &label);
            for (index, step) in fixture.steps.iter().enumerate() {
                if self.done() {
                    return;
                }
                self.step(step, &format!("{label}{}", index + 1));
            }
            if self.done() {
                return;
            }
            let inner = std::mem::replace(&mut self.scope, outer);
            for (field, template) in &fixture.yields {
                let name = variable(&self.scope, &format!("{}.{field}", given.name));
                self.line(&format!("{name}={}", json(&inner, template.source())));
                if self.lives.contains(&name) {
                    let source = template.references().first().map(|name| variable(&inner, name)).unwrap_or_default();
                    self.line(&format!("{name}_at=${source}_at"));
                    self.lives.insert(source);
                }
            }
        }
    }

    /// Whether this is the step in question; rounds of a repetition are all alike.
    fn is_target(&self, label: &str) -> bool {
        let Some(wanted) = &self.case.step else { return self.scope.is_empty() };
        let mut wanted: Vec<&str> = wanted.split('.').collect();
        wanted.iter_mut().filter(|part| part.starts_with("round")).for_each(|part| *part = "round");
        wanted.join(".") == label
    }

    pub(super) fn step(&mut self, step: &Step, label: &str) {
        self.labels.push(label.to_owned());
        let target = self.is_target(label);
        self.body.push('\n');
        self.comment(&format!("{label}  (suites/{})", step.place));
        if let Some(about) = &step.about {
            self.comment(about);
        }
        let conditions = self.conditions(&step.when);
        if let Some(conditions) = &conditions {
            self.line(&format!("if {conditions}; then"));
            self.indent += 1;
        }
        self.line(&format!("step {}", quoted(label)));
        self.act(step, label, target);
        if target {
            if self.case.step.is_none() && !matches!(step.action, Action::Check(_)) {
                self.line("[ \"$fault\" = 0 ] || exit 1");
            }
            self.reached = true;
        }
        if let Some(conditions) = &conditions {
            self.indent -= 1;
            if target && self.case.step.is_some() {
                self.line("else");
                self.line(&format!(
                    "  stuck {}",
                    quoted(&format!("step {label} does not apply here: it wants {conditions}"))
                ));
            }
            self.line("fi");
        }
    }

    fn act(&mut self, step: &Step, label: &str, target: bool) {
        match &step.action {
            Action::Call(call) => self.call(step, call, label, target),
            Action::Together { calls, also } => self.together(calls, also, label, target),
            Action::Repeat { at_most, steps, until, proves } => {
                self.repeat(step, *at_most, (steps, until, proves), label, target);
            }
            Action::Wait(wait) => self.wait(wait),
            Action::Code { phone, keep, if_sent, proves } => self.code(phone, keep, *if_sent, proves, label, target),
            Action::Mail { email, keep, proves } => {
                let lost = self.lost(proves, label, target, "a mailed link");
                self.need(&[email]);
                let address = text(&self.scope, email.source());
                self.line(&format!("read_link {address} || {lost}"));
                for (field, word) in [
                    ("link", "$(string \"$found\")"),
                    ("forged", "$(other_uuids \"$found\" forged)"),
                    ("garbled", "$(other_uuids \"$found\" garbled)"),
                ] {
                    let name = variable(&self.scope, &format!("{keep}.{field}"));
                    self.line(&format!("{name}={word}"));
                }
            }
            Action::Block { phone } => {
                self.need(&[phone]);
                let phone = text(&self.scope, phone.source());
                self.line(&format!("block {phone}"));
            }
            Action::Make(recipes) => recipes.iter().for_each(|(name, recipe)| self.make(name, recipe)),
            Action::Check(claims) => {
                if target {
                    let claims =
                        claims.iter().filter(|claim| self.case.asks(&claim.proves)).cloned().collect::<Vec<_>>();
                    claims.iter().for_each(|claim| self.claim(label, claim));
                }
            }
        }
    }

    fn call(&mut self, step: &Step, call: &Call, label: &str, target: bool) {
        self.need(&templates(call));
        let words = self.request(call);
        match &call.retry {
            None => self.line(&format!("send {words}")),
            Some(retry) => {
                self.line(&format!("again={}", retry.at_most));
                self.line("while :; do");
                self.line(&format!("  send {words}"));
                let errors: Vec<String> = retry.on.iter().map(|error| quoted(error)).collect();
                self.line(&format!(
                    "  case $outcome:$error in {}) ;; *) break ;; esac",
                    errors.iter().map(|error| format!("refused:{error}")).collect::<Vec<_>>().join(" | ")
                ));
                self.line("  [ \"$again\" -gt 0 ] || stuck \"the target answered $error again and again\"");
                self.line("  again=$((again - 1))");
                let after = json(&self.scope, retry.after.source());
                self.line(&format!("  pass \"$(a_little_more {after})\""));
                self.line("done");
            }
        }
        self.keep(step, call);
        let stops = self.stops(call);
        let mut proves = call.proves.clone();
        if proves.is_empty() && accepted(&call.expect) {
            let operation = self.case.contract.operation(&call.operation);
            proves.extend(operation.and_then(|operation| operation.success_requirement.clone()));
        }
        let (words, kinds) = (expected(&call.expect), kinds(&call.expect));
        let open = call.expect.contains(&Kind::Open);
        let asked = target && !open && self.case.asks(&proves);
        if call.may_close {
            self.comment("The connection may be closed here instead of an answer.");
        }
        if asked {
            let closed = if call.may_close { "[ \"$status\" = 000 ] || " } else { "" };
            self.line(&format!("{closed}expect {} {words} {kinds}", quoted(label)));
        } else if stops && !target && !call.may_close && !label.contains('/') && !open {
            self.line(&format!("on_the_way {} {words} {kinds}", quoted(label)));
        }
        if target {
            let claims: Vec<Claim> = call.also.iter().filter(|claim| self.case.asks(&claim.proves)).cloned().collect();
            claims.iter().for_each(|claim| self.claim(label, claim));
            self.universal(call, label, asked || !claims.is_empty());
        }
    }

    /// The tests of a rule that no flow asks for, as it holds for every answer.
    fn universal(&mut self, call: &Call, label: &str, asked: bool) {
        let Some(requirement) = self.requirement().filter(|_| !asked) else { return };
        let tests = universal::tests(requirement, call, self.case.contract);
        for test in &tests {
            let actual = match &test.actual {
                Some(filter) => format!("\"$(shown_value {})\"", quoted(filter)),
                None => "\"$(answer)\"".to_owned(),
            };
            self.line(&format!("{} || shows {} {} {actual}", test.shell, quoted(label), quoted(&test.expected)));
        }
        if tests.is_empty() {
            let why = self.why_not().unwrap_or_else(|| "it is no rule for this answer".to_owned());
            self.comment(&format!("{NOT_SHOWN}{why}."));
            self.line("cat \"$dir/headers\" \"$dir/body\"");
            self.line(&format!("stuck {}", quoted(&format!(
                "above is the answer of step {label}; whether it holds `{}` ({}) is for you to see, or for `conformance run`",
                requirement.id, requirement.says
            ))));
        }
    }

    /// Why the rule in question, which is one for every answer, cannot be shown by a script.
    pub(super) fn why_not(&self) -> Option<String> {
        let requirement = self.requirement()?;
        universal::why_not(&requirement.id).map(str::to_owned)
    }

    /// Whether the runner ends a flow where this does not come out as expected.
    fn stops(&self, call: &Call) -> bool {
        let must = |id: &String| {
            self.case.contract.requirement(id).is_some_and(|requirement| requirement.level == Level::Must)
        };
        call.proves.is_empty() || call.proves.iter().any(must)
    }

    /// The arguments of curl.
    fn request(&mut self, call: &Call) -> String {
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
        let absent = |value: &serde_json::Value| match value.as_str() {
            Some("${client.id}") => target.client_id.is_none(),
            Some("${client.secret}") => target.client_secret.is_none(),
            Some(_) | None => false,
        };
        match template.source() {
            serde_json::Value::Object(fields) => {
                let kept = fields.iter().filter(|(_, value)| !absent(value));
                serde_json::Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
            }
            other => other.clone(),
        }
    }

    /// What is kept of an answer, and what later conditions ask of it.
    fn keep(&mut self, step: &Step, call: &Call) {
        for (name, pointer) in &call.keep {
            let name = variable(&self.scope, name);
            self.line(&format!("{name}=$(field {})", quoted(&path(pointer))));
            if self.lives.contains(&name) {
                self.line(&format!("{name}_at=$at"));
            }
        }
        if let Some(id) = &step.id {
            let said = self.said(id);
            self.line(&format!("{said}=$outcome; [ \"$outcome\" != refused ] || {said}=refused:$error"));
        }
    }

    fn together(&mut self, calls: &[Call], also: &[Claim], label: &str, target: bool) {
        let needed: Vec<&Template> = calls.iter().flat_map(templates).collect();
        self.need(&needed);
        self.line("rm -f \"$dir\"/status.* \"$dir\"/body.*");
        for (index, call) in calls.iter().enumerate() {
            let words = self.request(call);
            self.line(&format!("at_once {} {words} &", index + 1));
        }
        self.line("wait");
        if target {
            let claims: Vec<Claim> = also.iter().filter(|claim| self.case.asks(&claim.proves)).cloned().collect();
            claims.iter().for_each(|claim| self.claim(label, claim));
            if claims.is_empty() && self.case.requirement.is_some() {
                self.comment(
                    "Not reproducible here: only the tool judges each of several answers by the rules for all.",
                );
                self.line("stuck 'only the tool judges each of several answers by the rules for all of them'");
            }
        }
    }

    fn repeat(
        &mut self,
        step: &Step,
        at_most: u32,
        (steps, until, proves): (&[Step], &Condition, &[String]),
        label: &str,
        target: bool,
    ) {
        let name = variable("", &format!("round_{label}"));
        let fixed = matches!(self.case.target.sms, Some(Source::Fixed(_)));
        let sends = steps.iter().any(|step| matches!(step.action, Action::Code { .. }));
        let at_most = if fixed && sends && proves.is_empty() { 1 } else { at_most };
        self.line(&format!("{name}=0 came=no"));
        self.line(&format!("while [ \"${name}\" -lt {at_most} ]; do"));
        self.indent += 1;
        self.line(&format!("{name}=$(({name} + 1))"));
        let reached = self.reached;
        for (index, step) in steps.iter().enumerate() {
            self.step(step, &format!("{label}.round.{}", index + 1));
        }
        if self.reached && !reached && self.case.step.is_some() {
            self.line("[ \"$fault\" = 0 ] || exit 1");
        }
        let condition = self.condition(until);
        self.line(&format!("if {condition}; then came=yes; break; fi"));
        self.indent -= 1;
        self.line("done");
        if target && !proves.is_empty() && self.case.asks(proves) {
            let what = step.about.clone().unwrap_or_else(|| "the end of the repetition".to_owned());
            let (what, missing) = (quoted(&what), quoted(&format!("it did not come in {at_most} rounds")));
            self.line(&format!("[ \"$came\" = yes ] || shows {} {what} {missing}", quoted(label)));
        }
    }

    fn wait(&mut self, wait: &Wait) {
        match wait {
            Wait::Seconds(seconds) => {
                self.need(&[seconds]);
                let seconds = json(&self.scope, seconds.source());
                self.line(&format!("pass \"$(a_little_more {seconds})\""));
            }
            Wait::Past { life } => {
                self.need(&[life]);
                let (life, at) = self.life(life);
                self.line(&format!("pass \"$(until_past {life} {at})\""));
            }
            Wait::Share { life, share } => {
                self.need(&[life]);
                let (life, at) = self.life(life);
                self.line(&format!("pass \"$(until_share {life} {at} {share})\""));
            }
        }
    }

    /// What to do where something does not come.
    fn lost(&self, proves: &[String], label: &str, target: bool, what: &str) -> String {
        let label = quoted(label);
        if target && !proves.is_empty() && self.case.asks(proves) {
            return format!("{{ shows {label} '{what}' 'none came'; exit 1; }}");
        }
        format!("stuck {}", quoted(&format!("{what} did not come")))
    }

    fn code(&mut self, phone: &Template, keep: &str, if_sent: bool, proves: &[String], label: &str, target: bool) {
        self.need(&[phone]);
        let notation = self.notation();
        let name = |field: &str| variable(&self.scope, &format!("{keep}.{field}"));
        let (code, wrong, digits) = (name("code"), name("wrong"), name("text"));
        let phone = text(&self.scope, phone.source());
        let found = [
            format!("{code}=$(noted \"$found\" {notation})"),
            format!("{wrong}=$(noted \"$(wrong_code \"$found\")\" {notation})"),
            format!("{digits}=$(string \"$found\")"),
        ];
        if if_sent {
            self.line(&format!("if read_code {phone}; then"));
            found.iter().for_each(|line| self.line(&format!("  {line}")));
            self.line("else");
            self.line(&format!("  {code}=null {wrong}=null {digits}=null"));
            self.line("fi");
            return;
        }
        let lost = self.lost(proves, label, target, "a code");
        self.line(&format!("read_code {phone} || {lost}"));
        found.iter().for_each(|line| self.line(line));
    }

    /// How the target wants codes sent.
    fn notation(&self) -> &'static str {
        match self.case.target.code_notation {
            CodeNotation::Auto => "auto",
            CodeNotation::Integer => "integer",
            CodeNotation::String => "string",
        }
    }

    fn make(&mut self, name: &str, recipe: &Recipe) {
        let variable = variable(&self.scope, name);
        let of = |script: &mut Self, template: &Template| {
            script.need(&[template]);
            text(&script.scope, template.source())
        };
        let word = match recipe {
            Recipe::Fresh(Fresh::Phone) => {
                self.line("fresh_phone");
                "$(string \"$phone\")".to_owned()
            }
            Recipe::Fresh(Fresh::Email) => {
                format!("$(string c\"$(random_word 14)\"@{})", quoted(&self.case.target.email_domain))
            }
            Recipe::Fresh(Fresh::Username) => "$(string c\"$(random_word 14)\")".to_owned(),
            Recipe::Fresh(Fresh::Password) => "$(string 'Kq7!'\"$(random_word 16)\")".to_owned(),
            Recipe::Fresh(Fresh::Uuid) => "$(string \"$(random_uuid)\")".to_owned(),
            Recipe::Forge(value) => format!("$(forged {})", of(self, value)),
            Recipe::Tamper(value) => format!("$(tampered {})", of(self, value)),
            Recipe::Recase(value) => format!("$(recased {})", of(self, value)),
            Recipe::Shorten(value, length) => format!("$(shortened {} {length})", of(self, value)),
            Recipe::RecaseToken(value) => format!("$(recased_token {})", of(self, value)),
            Recipe::Unsign(value) => format!("$(unsigned {})", of(self, value)),
            Recipe::Code(digits) => {
                let notation = self.notation();
                format!("$(noted {} {notation})", of(self, digits))
            }
            Recipe::Text(length) => {
                let text = Maker::new(0, &self.case.flow.id).text(*length);
                quoted(&serde_json::Value::from(text).to_string())
            }
            Recipe::Value(value) => {
                self.comment(&shown(value));
                self.need(&[value]);
                json(&self.scope, value.source())
            }
        };
        self.line(&format!("{variable}={word}"));
    }
}

/// Every template of a call that must be known before it is sent.
fn templates(call: &Call) -> Vec<&Template> {
    let body = match &call.payload {
        Payload::Json(template) | Payload::Form(template) => Some(template),
        Payload::None | Payload::Raw { .. } => None,
    };
    let headers = call.headers.iter().map(|(_, value)| value);
    body.into_iter().chain(&call.bearer).chain(&call.link).chain(headers).collect()
}

fn accepted(kinds: &[Kind]) -> bool {
    kinds.iter().all(|kind| matches!(kind, Kind::Model(_) | Kind::Ok))
}
