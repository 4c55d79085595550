//! The steps that send nothing to the API: time that passes, codes and links that are read elsewhere.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Context, FlowRun};
use crate::event::StepEvent;
use crate::expect::{Assertion, EPOCH_SECONDS, Test};
use crate::runner::inbox::{Before, Inbox, Missing};
use crate::runner::timekeeper::Wish;
use crate::runner::{call, elapsed_ms};
use crate::suite::template::as_text;
use crate::suite::{Condition, Step, Template, Wait};
use crate::target::Clock;

/// What is added to a wait, so that the end of a period has surely come.
pub(super) const MARGIN: Duration = Duration::from_secs(1);
/// How much earlier than stated a life may end for a target that counts in whole seconds.
const WHOLE_SECOND_MS: i64 = 1_000;
/// A wait for a share of a life may be shorter by this part of that life, but not by more than a second: a clock is moved
/// by whole seconds, and what is left of one would have to pass by itself, for every such wait anew.
const MOST_EARLY_SHARE: i64 = 20;
const MOST_EARLY_MS: i64 = 1_000;
/// So near its end a life is as good as over for what is yet to be sent.
const NEAR_END_MS: i64 = 5_000;

/// What was read, unless it is a code where a link is wanted: that says nothing about where it is to be shown, and what was
/// asked with it would be held against the target. A pattern that is looked for in the HTML of a mail, or in JSON as some
/// write it, finds links whose `&` is escaped.
fn whole(inbox: Inbox, value: String) -> Result<String, Missing> {
    match inbox {
        Inbox::Mail if !value.contains(['/', '?']) => Err(Missing {
            reason:
                "what the mail source yields is no link; its `link` or `pattern` has to yield a whole URL, or all from \
                     the `?` on"
                    .to_owned(),
            proven: false,
            no_source: false,
        }),
        Inbox::Mail => Ok(value.replace("&amp;", "&").replace("\\u0026", "&")),
        Inbox::Sms => Ok(value),
    }
}

impl FlowRun<'_> {
    pub(super) async fn wait(&mut self, wait: &Wait, event: &mut StepEvent) -> Result<(), String> {
        let instance = self.context.instance.clone();
        // What looks shortly before an end is too late afterwards.
        let mut early = None;
        let duration = match wait {
            Wait::Seconds(seconds) => seconds_of(number(&self.resolve(seconds)?)?)? + MARGIN,
            Wait::Past { life } => {
                let (end_ms, life_ms) = self.life(life)?;
                // Clocks of two machines differ a little, and a target may grant some leeway.
                let margin_ms = (life_ms / 10).clamp(2_000, 120_000);
                let left_ms = end_ms.saturating_sub(instance.now_ms()).max(self.left_by_moves(life, life_ms));
                millis(left_ms.saturating_add(margin_ms))
            }
            Wait::Share { life, share } => {
                let (end_ms, life_ms) = self.life(life)?;
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_precision_loss,
                    reason = "a life in milliseconds is far below 2^53"
                )]
                let left_ms = (life_ms as f64 * (1.0 - share)) as i64;
                let wait_ms = end_ms.saturating_sub(left_ms).saturating_sub(instance.now_ms());
                if wait_ms < -left_ms / 2 {
                    return Err("the moment to look has passed already".to_owned());
                }
                early = Some(millis((life_ms / MOST_EARLY_SHARE).min(MOST_EARLY_MS)));
                // A clock that is moved goes in whole seconds; rounding must not pass the end of a short life.
                millis(wait_ms.max(0) / 1000 * 1000)
            }
        };
        event.does = format!("wait {} s", duration.as_secs());
        self.waited = true;
        self.waits += 1;
        if duration.is_zero() {
            return Ok(());
        }
        let passed = self.pass(Wish { duration, early }).await;
        passed.inspect_err(|_| self.lacks = Some("clock"))
    }

    /// Lets time pass. Meanwhile another flow does something, where time passes for all of them.
    pub(super) async fn pass(&mut self, wish: Wish) -> Result<(), String> {
        let Context { instance, going, .. } = self.context;
        let started = Instant::now();
        let passed = match (&instance.target.clock, &going.time) {
            (Some(Clock::Http(_)), Some(time)) => {
                going.place.left_for(time.pass(instance, wish, self.longest.ms)).await
            }
            (Some(Clock::Wait { .. }), _) => {
                going.observer.waits(&self.flow.id, Some(started + wish.duration));
                let passed = going.place.left_for(instance.pass(wish.duration)).await;
                going.observer.waits(&self.flow.id, None);
                passed.map(|()| self.longest.ms + wish.duration.as_secs_f64() * 1e3)
            }
            (Some(Clock::Http(_)) | None, _) => {
                instance.pass(wish.duration).await.map(|()| self.longest.ms + elapsed_ms(started))
            }
        };
        self.longest.ms = passed?;
        Ok(())
    }

    /// What is left of a life where the target's clock stands still unless it is moved, milliseconds. Nothing where it is
    /// not moved.
    fn left_by_moves(&self, life: &Template, life_ms: i64) -> i64 {
        let instance = &self.context.instance;
        let (Some(Clock::Http(_)), Some(bound)) = (&instance.target.clock, self.bindings.whole(life)) else { return 0 };
        let stood_ms = bound.stated.at_ms - bound.stated.moved_ms - instance.began_ms();
        let moment = number(&bound.value).is_ok_and(|stated| stated >= EPOCH_SECONDS);
        left_of(life_ms, instance.moved_ms() - bound.stated.moved_ms, if moment { stood_ms } else { 0 })
    }

    /// The end of a stated life and its length, both in milliseconds.
    pub(super) fn life(&self, life: &Template) -> Result<(i64, i64), String> {
        let bound = self.bindings.whole(life).ok_or_else(|| format!("{} was never obtained", life.source()))?;
        Ok(life_of(number(&bound.value)?, bound.stated.at_ms))
    }

    /// Whether a stated life is not over, and not so near its end that the answer of a target which is as slow as when it
    /// stated that life may come too late to tell anything. A short life goes on for half of itself.
    pub(super) fn lasts(&self, life: &Template) -> Result<bool, String> {
        let took_ms = self.bindings.whole(life).map_or(0, |bound| bound.stated.took_ms);
        Ok(goes_on(self.life(life)?, self.context.instance.now_ms().saturating_add(took_ms)))
    }

    /// Until when the lives of these conditions surely last, by target time in milliseconds: the answers that stated them
    /// may have been made as early as they were asked for, and by whole seconds.
    pub(super) fn lasts_until(&self, conditions: &[Condition]) -> Option<i64> {
        let until = |condition: &Condition| match condition {
            Condition::Lasts(life) => {
                Some(surely_until(self.life(life).ok()?, self.bindings.whole(life)?.stated.took_ms))
            }
            Condition::Same(..)
            | Condition::Differ(..)
            | Condition::Accepted(_)
            | Condition::Refused(_)
            | Condition::Answered { .. }
            | Condition::Known(_)
            | Condition::Begins(..)
            | Condition::Due { .. } => None,
        };
        conditions.iter().filter_map(until).min()
    }

    pub(super) async fn code(
        &mut self,
        step: &Step,
        phone: &Template,
        keep: &str,
        proves: &[String],
        event: &mut StepEvent,
    ) -> Result<(), String> {
        let phone = as_text(&self.resolve(phone)?);
        let read = self.read(Inbox::Sms, &phone).await;
        let what = format!("a code sent to {phone}");
        let contract = &self.context.plan.contract;
        let hidden = |id: &String| {
            self.codes_are_fixed() && contract.requirement(id).is_some_and(|known| known.fixed_code.is_some())
        };
        let proves: Vec<String> = proves.iter().filter(|id| !hidden(id)).cloned().collect();
        let digits = self.came(step, what, read, &proves, event)?;
        self.bind_code(keep, digits);
        Ok(())
    }

    async fn read(&mut self, inbox: Inbox, address: &str) -> Result<String, Missing> {
        let asked = Instant::now();
        let read = self.context.instance.read(inbox, address).await.and_then(|value| whole(inbox, value));
        self.longest.ms += elapsed_ms(asked);
        self.unread = false;
        // Where the target is to blame, it lacks nothing.
        if read.as_ref().is_err_and(|missing| !missing.proven) {
            self.lacks = Some(inbox.capability());
        }
        read
    }

    /// Looks at what lies unread before the target is asked to send something else; nothing where nothing does. Mails may
    /// have come without being asked for, as at a completion.
    pub(super) async fn before_sending(&mut self, operation: &str) -> Vec<(Inbox, String, Before)> {
        let (mut found, asked) = (Vec::new(), Instant::now());
        if self.sends(operation) {
            let unread = |inbox: &Inbox| self.unread || matches!(inbox, Inbox::Mail);
            for (inbox, address) in self.addresses.iter().filter(|(inbox, _)| unread(inbox)) {
                let before = self.context.instance.look_before(*inbox, address).await;
                found.extend(before.map(|before| (*inbox, address.clone(), before)));
            }
        }
        self.longest.ms += elapsed_ms(asked);
        found
    }

    /// The target has sent something, so that what lay there before is old.
    pub(super) fn after_sending(&mut self, operation: &str, before: Vec<(Inbox, String, Before)>) {
        if self.sends(operation) {
            before.into_iter().for_each(|(inbox, address, before)| {
                self.context.instance.remember(inbox, &address, before);
            });
            self.unread = true;
        }
    }

    /// Whether an operation makes the target send a message: its error goes away after a wait, which is how sending is
    /// limited.
    fn sends(&self, operation: &str) -> bool {
        let contract = &self.context.plan.contract;
        let mut errors = contract.operation(operation).into_iter().flat_map(|operation| &operation.errors);
        errors.any(|error| contract.error(error).is_some_and(|error| error.wait))
    }

    /// Where no code came, there is none, which is as good.
    pub(super) async fn code_if_sent(&mut self, phone: &Template, keep: &str) -> Result<(), String> {
        let phone = as_text(&self.resolve(phone)?);
        match self.read(Inbox::Sms, &phone).await {
            Ok(digits) => self.bind_code(keep, digits),
            Err(missing) if missing.proven => {
                for field in ["code", "wrong", "text"] {
                    self.bindings.bind(format!("{keep}.{field}"), Value::Null);
                }
            }
            Err(missing) => return Err(missing.reason),
        }
        Ok(())
    }

    pub(super) fn bind_code(&mut self, keep: &str, digits: String) {
        if !self.codes_are_fixed() {
            self.secrets.learn("code", &digits);
        }
        let notation = self.context.instance.target.code_notation;
        let wrong = self.maker.wrong_code(&digits);
        self.bindings.bind(format!("{keep}.code"), notation.value(&digits));
        self.bindings.bind(format!("{keep}.wrong"), notation.value(&wrong));
        self.bindings.bind(format!("{keep}.text"), Value::from(digits));
    }

    pub(super) async fn mail(
        &mut self,
        step: &Step,
        email: &Template,
        keep: &str,
        proves: &[String],
        event: &mut StepEvent,
    ) -> Result<(), String> {
        let email = as_text(&self.resolve(email)?);
        let read = self.read(Inbox::Mail, &email).await;
        let what = format!("a link mailed to {email}");
        let link = self.came(step, what, read, proves, event)?;
        self.bind_link(keep, link);
        Ok(())
    }

    /// Where no link came, there is none, whether or not the source has shown yet that it works: where one must come,
    /// another step reads it.
    pub(super) async fn mail_if_sent(&mut self, email: &Template, keep: &str) -> Result<(), String> {
        let email = as_text(&self.resolve(email)?);
        match self.read(Inbox::Mail, &email).await {
            Ok(link) => self.bind_link(keep, link),
            Err(missing) if missing.no_source => return Err(missing.reason),
            Err(_) => {
                self.lacks = None;
                for field in ["link", "forged", "garbled", "emptied"] {
                    self.bindings.bind(format!("{keep}.{field}"), Value::Null);
                }
            }
        }
        Ok(())
    }

    fn bind_link(&mut self, keep: &str, link: String) {
        if let Some(forged) = self.maker.forge_uuids(&link) {
            self.bindings.bind(format!("{keep}.forged"), Value::from(forged));
            let garbled = call::uuids(&link).iter().fold(link.clone(), |link, uuid| link.replace(uuid, "no-uuid"));
            self.bindings.bind(format!("{keep}.garbled"), Value::from(garbled));
            self.bindings.bind(format!("{keep}.emptied"), Value::from(call::without_uuid(&link)));
        }
        self.learn_link(&link);
        self.links.push(link.clone());
        self.bindings.bind(format!("{keep}.link"), Value::from(link));
    }

    /// Records whether something out of band came; where it did not, the flow ends.
    pub(super) fn came(
        &mut self,
        step: &Step,
        what: String,
        read: Result<String, Missing>,
        proves: &[String],
        event: &mut StepEvent,
    ) -> Result<String, String> {
        let (missing, proven) = match &read {
            Ok(_) => (None, true),
            Err(missing) => (Some(missing.reason.clone()), missing.proven),
        };
        let test = Test::Came { what: what.clone(), missing, proven };
        event.assertions.push(Assertion::new(test, proves.to_vec(), step.place.clone()));
        read.map_err(|missing| format!("{what}: {}", missing.reason))
    }
}

/// The end of a life that was stated in an answer of this moment, and its length, both in milliseconds.
pub(super) fn life_of(stated: f64, at_ms: i64) -> (i64, i64) {
    #[expect(clippy::cast_possible_truncation, reason = "saturates, which is what is wanted")]
    let stated_ms = (stated * 1000.0) as i64;
    if stated >= EPOCH_SECONDS {
        (stated_ms, stated_ms.saturating_sub(at_ms))
    } else {
        (at_ms.saturating_add(stated_ms), stated_ms)
    }
}

/// What is left of a life for a clock that was moved so far since it was stated. Where its end was stated as a moment, it
/// is longer by the time for which that clock had stood still.
const fn left_of(life_ms: i64, moved_ms: i64, stood_ms: i64) -> i64 {
    let stood_ms = if stood_ms > 0 { stood_ms } else { 0 };
    life_ms.saturating_add(stood_ms).saturating_sub(moved_ms)
}

const fn goes_on((end_ms, life_ms): (i64, i64), now_ms: i64) -> bool {
    let margin_ms = if life_ms / 2 < NEAR_END_MS { life_ms / 2 } else { NEAR_END_MS };
    end_ms.saturating_sub(now_ms) > margin_ms
}

pub(super) const fn surely_until((end_ms, _): (i64, i64), took_ms: i64) -> i64 {
    end_ms.saturating_sub(took_ms).saturating_sub(WHOLE_SECOND_MS)
}

pub(super) fn number(value: &Value) -> Result<f64, String> {
    let text = value.as_str().and_then(|text| text.parse().ok());
    value.as_f64().or(text).ok_or_else(|| format!("`{value}` is no number"))
}

pub(super) fn seconds_of(seconds: f64) -> Result<Duration, String> {
    Duration::try_from_secs_f64(seconds.max(0.0)).map_err(|_| format!("`{seconds}` is no number of seconds"))
}

pub(super) fn millis(milliseconds: i64) -> Duration {
    Duration::from_millis(u64::try_from(milliseconds).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    /// A life of so many milliseconds that was stated at 5,000.
    fn life(life_ms: i64) -> (i64, i64) {
        (5_000 + life_ms, life_ms)
    }

    #[rstest]
    #[case::just_begun(60_000, 5_000, true)]
    #[case::five_seconds_left(60_000, 60_000, false)]
    #[case::more_than_that_left(60_000, 59_999, true)]
    #[case::over(60_000, 65_000, false)]
    #[case::a_life_of_a_second(1_000, 5_001, true)]
    #[case::half_of_it_left(1_000, 5_500, false)]
    #[case::no_life_at_all(0, 5_000, false)]
    #[case::a_life_that_was_over(-10_000, 5_000, false)]
    fn a_life_lasts_until_it_is_near_its_end(#[case] life_ms: i64, #[case] now_ms: i64, #[case] lasts: bool) {
        assert_eq!(goes_on(life(life_ms), now_ms), lasts);
    }

    #[rstest]
    #[case::nothing_moved(60_000, 0, 0, 60_000)]
    #[case::moved(60_000, 36_000, 0, 24_000)]
    #[case::moved_past_its_end(60_000, 61_000, 0, -1_000)]
    #[case::stood_still_before(60_000, 36_000, 5_000, 29_000)]
    #[case::began_later(60_000, 36_000, -5_000, 24_000)]
    fn a_clock_that_stands_still_has_all_of_a_life_left(
        #[case] life_ms: i64,
        #[case] moved_ms: i64,
        #[case] stood_ms: i64,
        #[case] left_ms: i64,
    ) {
        assert_eq!(left_of(life_ms, moved_ms, stood_ms), left_ms);
    }

    #[rstest]
    #[case::plain("https://x.test/v?a=1&b=2", Some("https://x.test/v?a=1&b=2"))]
    #[case::of_html("https://x.test/v?a=1&amp;b=2&amp;c=3", Some("https://x.test/v?a=1&b=2&c=3"))]
    #[case::of_json(r"https://x.test/v?a=1\u0026b=2", Some("https://x.test/v?a=1&b=2"))]
    #[case::code_alone("cf6e0f9c-ae94-4d72-8faf-cdc90394c261", None)]
    fn a_mail_yields_a_link(#[case] value: &str, #[case] link: Option<&str>) {
        assert_eq!(whole(Inbox::Mail, value.to_owned()).ok().as_deref(), link);
        assert_eq!(whole(Inbox::Sms, value.to_owned()).ok().as_deref(), Some(value));
    }

    #[test]
    fn a_life_may_have_begun_as_early_as_it_was_asked_for() {
        assert_eq!(surely_until(life(60_000), 300), 63_700);
        assert_eq!(surely_until(life(1_000), 0), 5_000);
    }
}
