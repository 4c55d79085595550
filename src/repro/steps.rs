//! The steps of a flow as lines of a script.

use super::claims::{expected, kinds};
use super::requests::templates;
use super::script::{NOT_SHOWN, Script};
use super::universal;
use super::words::{json, path, quoted, text, variable};
use crate::contract::Level;
use crate::expect::Kind;
use crate::suite::{Action, Call, Claim, Condition, Given, Step, Template};
use crate::target::Source;

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
            Action::Together { calls, also } => {
                self.together(calls, also, label, target);
                if let Some(id) = &step.id {
                    let said = self.said(id);
                    self.line(&format!("{said}=; [ \"$(accepted_at_once)\" != {} ] || {said}=accepted", calls.len()));
                }
            }
            Action::Repeat { at_most, steps, until, proves } => {
                self.repeat(step, *at_most, (steps, until, proves), label, target);
            }
            Action::Wait(wait) => self.wait(wait),
            Action::Code { phone, keep, if_sent, proves } => self.code(phone, keep, *if_sent, proves, label, target),
            Action::Mail { email, keep, if_sent, proves } => {
                let lost =
                    if *if_sent { "found=".to_owned() } else { self.lost(proves, label, target, "a mailed link") };
                self.need(&[email]);
                let address = text(&self.scope, email.source());
                self.line(&format!("read_link {address} || {lost}"));
                for (field, word) in [
                    ("link", "$(string \"$found\")"),
                    ("forged", "$(other_uuids \"$found\" forged)"),
                    ("garbled", "$(other_uuids \"$found\" garbled)"),
                    ("emptied", "$(without_uuid \"$found\")"),
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

    /// What to do where something does not come.
    pub(super) fn lost(&self, proves: &[String], label: &str, target: bool, what: &str) -> String {
        let label = quoted(label);
        if target && !proves.is_empty() && self.case.asks(proves) {
            return format!("{{ shows {label} '{what}' 'none came'; exit 1; }}");
        }
        format!("stuck {}", quoted(&format!("{what} did not come")))
    }
}

fn accepted(kinds: &[Kind]) -> bool {
    kinds.iter().all(|kind| matches!(kind, Kind::Model(_) | Kind::Ok))
}
