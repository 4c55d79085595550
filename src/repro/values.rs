//! What a flow has besides answers: codes that are read, values that are made, and waits.

use super::claims::shown;
use super::script::Script;
use super::words::{json, quoted, text, variable};
use crate::runner::Maker;
use crate::suite::{Fresh, Recipe, Template, Wait};
use crate::target::CodeNotation;

impl Script<'_> {
    pub(super) fn code(
        &mut self,
        phone: &Template,
        keep: &str,
        if_sent: bool,
        proves: &[String],
        label: &str,
        target: bool,
    ) {
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

    pub(super) fn make(&mut self, name: &str, recipe: &Recipe) {
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

    pub(super) fn wait(&mut self, wait: &Wait) {
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
}
