//! Values: made, claimed and asked about.

use serde_json::Value;

use super::elsewhere::{number, seconds_of};
use super::{Answer, FlowRun};
use crate::event::StepEvent;
use crate::expect::{Assertion, Test, equal};
use crate::runner::inbox::Inbox;
use crate::runner::{claim, make};
use crate::suite::template::as_text;
use crate::suite::{Claim, Condition, Fresh, Recipe, Template};
use crate::target::Block;

impl FlowRun<'_> {
    pub(super) async fn make(&mut self, name: &str, recipe: &Recipe) -> Result<(), String> {
        self.made += 1;
        let value = match recipe {
            Recipe::Fresh(fresh) => Value::String(self.fresh(*fresh).await?),
            Recipe::Forge(of) => {
                let value = self.resolve(of)?;
                Value::String(self.maker.forge(&as_text(&value)))
            }
            Recipe::Tamper(of) => {
                let value = self.resolve(of)?;
                Value::String(self.maker.tamper(&as_text(&value)))
            }
            Recipe::Shorten(of, by) => Value::String(make::shorten(&as_text(&self.resolve(of)?), *by)),
            Recipe::Recase(of) => Value::String(make::recase(&as_text(&self.resolve(of)?))),
            Recipe::RecaseToken(of) => match make::recase_token(&as_text(&self.resolve(of)?)) {
                Some(recased) => Value::String(recased),
                None => return Ok(()),
            },
            Recipe::Unsign(of) => match make::unsign(&as_text(&self.resolve(of)?)) {
                Some(unsigned) => Value::String(unsigned),
                None => return Ok(()),
            },
            Recipe::Code(digits) => {
                let digits = as_text(&self.resolve(digits)?);
                self.context.instance.target.code_notation.value(&digits)
            }
            Recipe::Text(length) => Value::String(self.maker.text(*length)),
            Recipe::Value(of) => self.resolve(of)?,
        };
        self.bindings.bind(name, value);
        Ok(())
    }

    pub(super) async fn fresh(&mut self, fresh: Fresh) -> Result<String, String> {
        let instance = self.context.instance.clone();
        let target = &instance.target;
        Ok(match fresh {
            Fresh::Phone => {
                let pool = match &target.block {
                    Some(Block::Phones(blocked)) if self.makes_blocked => blocked,
                    _ => &target.phones,
                };
                let Some(phone) = pool.next() else {
                    self.lacks = Some("phones");
                    return Err(match pool.count() {
                        0 => "no phone may be used: a profile gives the numbers (`phones`)".to_owned(),
                        count => format!("all {count} phones of the profile are used up: give it a wider range"),
                    });
                };
                // A run before this one may have used the number.
                instance.empty(Inbox::Sms, &phone).await;
                self.addresses.push((Inbox::Sms, phone.clone()));
                phone
            }
            Fresh::Email => {
                let email = format!("c{}{}@{}", self.context.going.nonce, self.maker.word(8), target.email_domain);
                self.addresses.push((Inbox::Mail, email.clone()));
                email
            }
            Fresh::Username => format!("c{}{}", self.context.going.nonce, self.maker.word(8)),
            Fresh::Password => self.maker.password(),
            Fresh::Uuid => self.maker.uuid(),
        })
    }

    /// Resolves claims. One that refers to what was never obtained is blocked by itself: the others, and the step's
    /// own expectation, are judged all the same.
    pub(super) fn claims(&self, claims: &[Claim], event: &mut StepEvent) {
        for claim in claims {
            let resolved = match self.all_hold(&claim.when) {
                Ok(true) => {
                    claim::resolve(claim, &self.bindings).map_err(|name| format!("`${{{name}}}` was never obtained"))
                }
                Ok(false) => {
                    event.inapplicable.extend(claim.proves.iter().cloned());
                    continue;
                }
                Err(reason) => Err(reason),
            };
            let until_ms = self.race_until(&claim.test, event);
            let resolved = resolved.map(|assertion| Assertion { until_ms, ..assertion });
            event.assertions.push(resolved.unwrap_or_else(|reason| {
                let what = "what the claim refers to".to_owned();
                let test = Test::Came { what, missing: Some(reason), proven: false };
                Assertion::new(test, claim.proves.clone(), claim.place.clone())
            }));
        }
    }

    pub(super) fn all_hold(&self, conditions: &[Condition]) -> Result<bool, String> {
        for condition in conditions {
            if !self.condition(condition)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn condition(&self, condition: &Condition) -> Result<bool, String> {
        let answer = |step: &String| self.answers.get(step).unwrap_or(&Answer::NotDone);
        Ok(match condition {
            Condition::Same(left, right) => equal(&self.resolve(left)?, &self.resolve(right)?),
            Condition::Differ(left, right) => !equal(&self.resolve(left)?, &self.resolve(right)?),
            Condition::Accepted(step) => *answer(step) == Answer::Accepted,
            Condition::Refused(step) => matches!(answer(step), Answer::Refused(_)),
            Condition::Answered { step, error } => *answer(step) == Answer::Refused(Some(error.clone())),
            Condition::Known(value) => self.bindings.resolve(value).is_ok_and(|value| !value.is_null()),
            Condition::Begins(value, start) => as_text(&self.resolve(value)?).starts_with(start.as_str()),
            Condition::Due { life, within } => {
                let (end_ms, _) = self.life(life)?;
                end_ms.saturating_sub(self.context.instance.now_ms())
                    <= seconds_of(number(&self.resolve(within)?)?)?.as_millis().try_into().unwrap_or(i64::MAX)
            }
            Condition::Lasts(life) => self.lasts(life)?,
        })
    }

    pub(super) fn resolve(&self, template: &Template) -> Result<Value, String> {
        self.bindings.resolve(template).map_err(|name| format!("`${{{name}}}` was never obtained"))
    }
}
