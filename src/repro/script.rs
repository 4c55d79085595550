//! The whole script: its head, the functions that it uses, the steps, and the verdict.

use std::collections::BTreeSet;

use super::claims::JQ_DEFINITIONS;
use super::words::{quoted, variable, variable_in_text};
use super::{Case, ReproError, functions, sources};
use crate::contract::Requirement;
use crate::suite::{Action, Template};

/// How the comment begins where a rule cannot be shown.
pub(super) const NOT_SHOWN: &str = "Not shown here: ";

/// A script that grows, step by step.
pub(super) struct Script<'a> {
    pub(super) case: &'a Case<'a>,
    /// The lines so far.
    pub(super) body: String,
    /// How deep lines stand.
    pub(super) indent: usize,
    /// The prefix of the variables of the fixture under way.
    pub(super) scope: String,
    /// Variables whose moment is asked for later.
    pub(super) lives: BTreeSet<String>,
    /// Labels of the steps that were written down.
    pub(super) labels: Vec<String>,
    /// Whether the step in question was written down.
    pub(super) reached: bool,
    /// Variables of the environment that must be set.
    pub(super) secrets: Vec<String>,
}

/// A shell script that leads to the step in question, prints expected and actual there, and tells by its exit status
/// whether the fault shows: 1 it does, 0 it does not, 2 nothing can be told.
///
/// # Errors
/// The flow has no such step.
pub fn script(case: &Case<'_>) -> Result<String, ReproError> {
    // The moment of a value is kept only where a later step asks for it, which is known at the end.
    let mut lives = BTreeSet::new();
    loop {
        let mut script = Script {
            case,
            body: String::new(),
            indent: 0,
            scope: String::new(),
            lives: lives.clone(),
            labels: Vec::new(),
            reached: case.step.is_none(),
            secrets: Vec::new(),
        };
        script.flow();
        if !script.reached {
            return Err(super::no_step(case, &script.labels));
        }
        if script.lives == lives {
            return Ok(script.whole());
        }
        lives = script.lives;
    }
}

impl<'a> Script<'a> {
    /// Adds a line.
    pub(super) fn line(&mut self, line: &str) {
        self.body.push_str(&"  ".repeat(self.indent));
        self.body.push_str(line);
        self.body.push('\n');
    }

    /// Adds a comment, which no text can end.
    pub(super) fn comment(&mut self, text: &str) {
        for line in text.lines() {
            self.line(&format!("# {}", crate::report::plain::line(line)));
        }
    }

    /// The variables that templates refer to, each once.
    pub(super) fn variables(&self, templates: &[&Template]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in templates.iter().flat_map(|template| template.references()) {
            let variable = variable_in_text(&self.scope, name);
            if !names.contains(&variable) && !name.starts_with("client.") {
                names.push(variable);
            }
        }
        names
    }

    /// Goes on only where all that templates refer to was obtained.
    pub(super) fn need(&mut self, templates: &[&Template]) {
        let names = self.variables(templates);
        let last = self.body.lines().last().unwrap_or_default().trim().to_owned();
        let line = format!("need {}", names.join(" "));
        if !names.is_empty() && last != line {
            self.line(&line);
        }
    }

    /// The variable that says what a step was answered.
    pub(super) fn said(&self, step: &str) -> String {
        variable(&format!("said_{}", self.scope), step)
    }

    /// The words of a stated life and of its moment, which is kept from now on.
    pub(super) fn life(&mut self, template: &Template) -> (String, String) {
        let names = self.variables(&[template]);
        let name = names.first().cloned().unwrap_or_default();
        self.lives.insert(name.clone());
        (format!("\"${name}\""), format!("\"${name}_at\""))
    }

    /// The requirement in question.
    pub(super) fn requirement(&self) -> Option<&'a Requirement> {
        self.case.contract.requirement(self.case.requirement.as_deref()?)
    }

    fn whole(mut self) -> String {
        let case = self.case;
        let blocks = case.flow.steps.iter().any(|step| matches!(step.action, Action::Block { .. }));
        let means = sources::means(case.target, blocks);
        let body = std::mem::take(&mut self.body);
        let own = functions_of(&means.text);
        let mut chosen = String::new();
        // A function of the target may use another one only from the prelude, so one look is enough.
        for (name, text) in &own {
            let called = body.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(|word| word == *name);
            let looked = name.starts_with("look_");
            let reader = if *name == "look_sms" { "read_code" } else { "read_link" };
            if called || (looked && body.contains(reader)) {
                chosen.push_str(text);
            }
        }
        let used = functions::used(&format!("{body}{chosen} stuck send shows"));
        let secrets = means.secrets.iter().filter(|secret| chosen.contains(secret.as_str())).chain(&self.secrets);
        let head = self.head(&secrets.cloned().collect::<Vec<_>>(), body.contains(NOT_SHOWN));
        format!("{head}{used}{chosen}{body}\n{}", self.end())
    }

    fn head(&self, secrets: &[String], not_shown: bool) -> String {
        let case = self.case;
        let mut head = String::from("#!/bin/sh\n");
        let mut say = |text: &str| head.push_str(&format!("# {}\n", crate::report::plain::line(text)));
        say(&format!("{} / {}: {}", case.flow.suite, case.flow.id, case.flow.about));
        if let Some(step) = &case.step {
            say(&format!("up to step {step}"));
        }
        if let Some(requirement) = self.requirement() {
            say(&format!("{}: {}", requirement.id, requirement.says));
            say(&format!("source: {}", requirement.source));
        }
        say("");
        say(&format!("Made by: {}", case.command));
        say("Needs sh, curl and jq (1.6 or newer). TRACE=1 shows every answer.");
        say("Exit status: 1 the fault shows, 0 it does not, 2 nothing can be told.");
        if let (true, Some(why), Some(requirement)) = (not_shown, self.why_not(), self.requirement()) {
            say(&format!("Not shown by a script: `{}`, for {why}.", requirement.id));
            say("It leads to the answer, prints it, and ends with 2.");
        }
        if case.embedded {
            say("The reference server is to be started first, in another shell, and says its client secret:");
            say("  conformance serve --listen 127.0.0.1:8080");
        }
        let base = case.target.base.as_str().trim_end_matches('/').to_owned();
        head.push_str(&format!(
            "\nfor tool in curl jq; do\n  command -v \"$tool\" >/dev/null || {{ echo \"this script needs $tool\" >&2; exit 2; }}\ndone\n\
             base=${{CONFORMANCE_TARGET:-{}}}\norigin=$(printf '%s' \"$base\" | sed 's|^\\([a-z]*://[^/]*\\).*|\\1|')\n",
            quoted(&base)
        ));
        if let Some(id) = &case.target.client_id {
            head.push_str(&format!("client_id={}\n", quoted(&serde_json::Value::from(id.as_str()).to_string())));
        }
        let mut wanted: Vec<String> = secrets.to_vec();
        if case.target.client_secret.is_some() {
            wanted.insert(0, "CONFORMANCE_CLIENT_SECRET".to_owned());
        }
        for secret in &wanted {
            head.push_str(&format!(
                "[ -n \"${{{secret}-}}\" ] || {{ echo 'export {secret} first: no secret stands in this script' >&2; exit 2; }}\n"
            ));
        }
        if case.target.client_secret.is_some() {
            head.push_str("client_secret=$(jq -cn '$ENV.CONFORMANCE_CLIENT_SECRET')\n");
        }
        head.push_str(&format!(
            "dir=$(mktemp -d) || exit 2\ntrap 'rm -rf \"$dir\"' EXIT\ntrap 'exit 2' INT TERM\nfault=0\njq_definitions={}\n\n",
            quoted(JQ_DEFINITIONS)
        ));
        head
    }

    fn end(&self) -> String {
        "[ \"$fault\" = 0 ] || exit 1\necho 'NO FAULT SHOWN: it was answered as expected'\n".to_owned()
    }
}

/// The functions in a text, by name; each ends with a blank line.
fn functions_of(text: &str) -> Vec<(&str, String)> {
    let blocks = text.split("\n\n").filter(|block| !block.trim().is_empty());
    let named = |block: &'_ str| -> Option<(usize, usize)> {
        let line = block.lines().find(|line| line.ends_with("() {"))?;
        let start = block.find(line)?;
        Some((start, start + line.len() - "() {".len()))
    };
    blocks.filter_map(|block| named(block).map(|(start, end)| (&block[start..end], format!("{block}\n\n")))).collect()
}
