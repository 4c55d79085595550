//! Waits of a flow in a file for Hurl: time is moved by an entry, or passes before one.

use super::values::Bound;
use super::{File, Stop};
use crate::suite::{Action, Wait};
use crate::target::Clock;

impl File<'_> {
    /// The wait of the step under way.
    pub(super) fn wait(&mut self, wait: &Wait) -> Result<(), Stop> {
        match wait {
            Wait::Seconds(seconds) => {
                let bound = self.value(seconds.source())?;
                self.pass(&bound, 1)
            }
            Wait::Past { life } => {
                let bound = self.value(life.source())?;
                if let Bound::Json(name) = &bound {
                    // A moment would be moved far too far; this file takes lives as seconds to live.
                    let line = format!("variable \"{name}\" < 1000000000");
                    self.last().assert(line);
                }
                self.pass(&bound, 120)
            }
            // What lives for its life also lives without the wait, and a later one is only longer.
            Wait::Share { .. } if self.waits_later() => {
                self.comments.push("(The wait for a share of its life is left out: Hurl does not compute.)".to_owned());
                Ok(())
            }
            Wait::Share { .. } => {
                Err(Stop::Impossible("Hurl does not compute, and this waits for a share of a life".to_owned()))
            }
        }
    }

    /// Whether a life is waited out to its end between the step under way and the one in question.
    fn waits_later(&self) -> bool {
        let number = |label: &str| label.parse::<usize>().ok();
        let (Some(now), Some(end)) = (number(&self.label), self.case.step.as_deref().and_then(number)) else {
            return false;
        };
        let steps = self.case.flow.steps.iter().take(end).skip(now);
        steps.filter(|step| matches!(step.action, Action::Wait(Wait::Past { .. }))).count() > 0
    }

    /// So many seconds pass on the target's clock, and a few more.
    fn pass(&mut self, seconds: &Bound, more: u64) -> Result<(), Stop> {
        let fixed = match seconds {
            Bound::Fixed(value) => value.as_f64().or_else(|| value.as_str()?.parse().ok()),
            Bound::Text(_) | Bound::Json(_) => None,
        };
        match &self.case.target.clock {
            None => Err(Stop::Impossible("the profile gives no clock, so nothing can be waited for".to_owned())),
            Some(Clock::Http(action)) => {
                let action = action.clone();
                if let Bound::Json(name) = seconds {
                    self.action(&action, &Bound::Json(name.clone()));
                }
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "waits are a few days at most"
                )]
                let rest = fixed.map_or(more, |seconds| seconds.max(0.0).ceil() as u64 + more);
                self.action(&action, &Bound::Fixed(rest.into()));
                Ok(())
            }
            Some(Clock::Wait { .. }) => {
                self.delay = Some(match (seconds, fixed) {
                    (Bound::Json(name), _) => {
                        let (name, wait) = (name.clone(), format!("{name}_wait_{}", self.entries.len()));
                        // So many milliseconds, and nearly one second more.
                        let line = format!("{wait}: variable \"{name}\" toString replaceRegex /$/ \"999\" toInt");
                        self.last().captures.push(line);
                        format!("delay: {{{{{wait}}}}}")
                    }
                    (_, Some(seconds)) => format!("delay: {}s", seconds.max(0.0).ceil() as u64 + more),
                    (_, None) => return Err(Stop::Impossible("a wait is no number".to_owned())),
                });
                Ok(())
            }
        }
    }
}
