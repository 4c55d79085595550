//! What a step expects, as tests of a script.

use serde_json::Value;

use super::script::Script;
use super::words::{json, path, quoted};
use crate::expect::Kind;
use crate::suite::template::as_text;
use crate::suite::{Claim, ClaimTest, Condition, Template};

/// The jq definitions that tests use.
pub(super) const JQ_DEFINITIONS: &str = r#"
def at($p): reduce $p[] as $k ([.]; if length == 0 then . else .[0] as $v | if ($v | type) == "object" then (if $v | has($k) then [$v[$k]] else [] end) elif ($v | type) == "array" then (($k | tonumber? // -1) as $i | if $i >= 0 and $i < ($v | length) then [$v[$i]] else [] end) else [] end end);
def value($p): at($p) | if length == 0 then "nothing" else .[0] end;
def pointer: map("/" + (tostring | gsub("~"; "~0") | gsub("/"; "~1"))) | join("");
def excepted($e): . as $s | any($e[]; split("*") as $x | if ($x | length) == 2 then ($s | startswith($x[0])) and ($s | endswith($x[1])) else . == $s end);
def without($e): [paths | select(pointer | excepted($e))] as $d | delpaths($d);
"#;

/// The kinds of an expectation as words of a script.
pub(super) fn kinds(kinds: &[Kind]) -> String {
    let word = |kind: &Kind| match kind {
        Kind::Model(_) | Kind::Ok => "ok".to_owned(),
        Kind::Refused | Kind::RefusedInput | Kind::Unauthorized => "refused".to_owned(),
        Kind::Validation => "validation".to_owned(),
        Kind::Error(error) => quoted(&format!("error:{error}")),
        Kind::Status(status) => format!("status:{status}"),
        Kind::Open => "open".to_owned(),
    };
    kinds.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// The same in words.
pub(super) fn expected(kinds: &[Kind]) -> String {
    quoted(&kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", or "))
}

impl Script<'_> {
    /// The tests of a claim.
    pub(super) fn claim(&mut self, label: &str, claim: &Claim) {
        let conditions = self.conditions(&claim.when);
        if let Some(conditions) = &conditions {
            self.line(&format!("if {conditions}; then"));
            self.indent += 1;
        }
        self.test(&quoted(label), &claim.test);
        if conditions.is_some() {
            self.indent -= 1;
            self.line("fi");
        }
    }

    fn test(&mut self, label: &str, test: &ClaimTest) {
        match test {
            ClaimTest::Answer(list) => self.line(&format!("expect {label} {} {}", expected(list), kinds(list))),
            ClaimTest::Is { at, value, except } if except.is_empty() => {
                self.body(label, at, value, "", &format!("at({p}) | length == 1 and .[0] == $want", p = path(at)));
            }
            ClaimTest::Is { at, value, except } => {
                let except = serde_json::to_string(except).unwrap_or_default();
                let test = format!("at({}) | length == 1 and (.[0] | without({except})) == ($want | without({except}))", path(at));
                self.body(label, at, value, " where it is compared", &test);
            }
            ClaimTest::Isnt { at, value } => {
                self.body(label, at, value, "anything but ", &format!("at({}) | length == 0 or .[0] != $want", path(at)));
            }
            ClaimTest::In { at, values } => {
                let list = Template::new(Value::Array(values.iter().map(|value| value.source().clone()).collect()));
                let test = format!("at({}) | length == 1 and (.[0] as $v | any($want[]; . == $v))", path(at));
                self.body(label, at, &list, "one of ", &test);
            }
            ClaimTest::Holds { at, value } => {
                let test = format!(
                    "at({}) | length == 1 and (.[0] as $v | ($v | type) == \"object\" and ($want | to_entries | all(.key as $k | ($v | has($k)) and $v[$k] == .value)))",
                    path(at)
                );
                self.body(label, at, value, "at least ", &test);
            }
            ClaimTest::Like { at, value } => {
                let test = format!("at({}) | length == 1 and (.[0] | type) == \"object\" and (.[0] | keys) == ($want | keys)", path(at));
                self.body(label, at, value, "the keys of ", &test);
            }
            ClaimTest::Above { at, bound } => {
                let test = format!("at({}) | length == 1 and (.[0] | type) == \"number\" and .[0] > {bound}", path(at));
                self.place(label, at, &quoted(&format!("a number above {bound}")), &test, "");
            }
            ClaimTest::Filled { at } => {
                let test = format!("at({}) | length == 1 and (.[0] | type) == \"string\" and .[0] != \"\"", path(at));
                self.place(label, at, "'a string that is not empty'", &test, "");
            }
            ClaimTest::Same(left, right) => {
                let (left, right) = (self.value(left), self.value(right));
                self.line(&format!("same {left} {right} || shows {label} {left} {right}"));
            }
            ClaimTest::Differ(left, right) => {
                let (left, right) = (self.value(left), self.value(right));
                self.line(&format!("! same {left} {right} || shows {label} 'two different values' {left}"));
            }
            ClaimTest::AcceptedAtMost { most, .. } => self.line(&format!(
                "[ \"$(accepted_at_once)\" -le {most} ] || shows {label} 'at most {most} accepted' \"$(accepted_at_once) accepted\""
            )),
        }
    }

    /// A test of one place against a value.
    fn body(&mut self, label: &str, at: &str, value: &Template, words: &str, test: &str) {
        let wanted = self.value(value);
        let shown = match words {
            "" => wanted.clone(),
            words => format!("{}{wanted}", quoted(words)),
        };
        self.place(label, at, &shown, test, &format!(" --argjson want {wanted}"));
    }

    fn place(&mut self, label: &str, at: &str, expected: &str, test: &str, more: &str) {
        let line = format!("expect_body {label} {expected} {} {}{more}", quoted(&path(at)), quoted(test));
        self.line(&line);
    }

    /// A template as a word of JSON, whose values must have been obtained.
    pub(super) fn value(&mut self, template: &Template) -> String {
        self.need(&[template]);
        json(&self.scope, template.source())
    }

    /// All of some conditions as a test of the shell; `None` where there are none.
    pub(super) fn conditions(&mut self, conditions: &[Condition]) -> Option<String> {
        let tests: Vec<String> = conditions.iter().map(|condition| self.condition(condition)).collect();
        (!tests.is_empty()).then(|| tests.join(" && "))
    }

    /// One condition as a test of the shell. What was never obtained holds no condition.
    pub(super) fn condition(&mut self, condition: &Condition) -> String {
        let known = |script: &Script<'_>, templates: &[&Template]| -> String {
            let names = script.variables(templates);
            names.iter().map(|name| format!("[ -n \"${name}\" ] && ")).collect()
        };
        match condition {
            Condition::Same(left, right) => {
                let words = (json(&self.scope, left.source()), json(&self.scope, right.source()));
                format!("{}same {} {}", known(self, &[left, right]), words.0, words.1)
            }
            Condition::Differ(left, right) => {
                let words = (json(&self.scope, left.source()), json(&self.scope, right.source()));
                format!("{}! same {} {}", known(self, &[left, right]), words.0, words.1)
            }
            Condition::Accepted(step) => format!("[ \"${}\" = accepted ]", self.said(step)),
            Condition::Refused(step) => format!("[ \"${}\" != \"${{{}#refused}}\" ]", self.said(step), self.said(step)),
            Condition::Answered { step, error } => {
                format!("[ \"${}\" = {} ]", self.said(step), quoted(&format!("refused:{error}")))
            }
            Condition::Known(value) => {
                let word = json(&self.scope, value.source());
                format!("[ -n {word} ] && [ {word} != null ]")
            }
            Condition::Begins(value, start) => {
                let text = super::words::text(&self.scope, value.source());
                let all = known(self, &[value]);
                format!("{all}[ \"$(printf '%.{}s' {text})\" = {} ]", start.len(), quoted(start))
            }
            Condition::Due { life, within } => {
                let (life, at) = self.life(life);
                let within = json(&self.scope, within.source());
                format!("is_due {life} {at} {within}")
            }
            Condition::Lasts(life) => {
                let (life, at) = self.life(life);
                format!("! is_due {life} {at} 1")
            }
        }
    }
}

/// A short text of a template, for people.
pub(super) fn shown(template: &Template) -> String {
    as_text(template.source())
}
