//! Stated expiries lie in the future, and in the right order.

use super::reused_values::bearer;
use super::{Check, Judged, Looked, judged, observed};
use crate::expect::EPOCH_SECONDS;
use crate::verdict::Mismatch;

/// Tokens that are dead at birth, or a refresh token that dies before its access token.
pub const CHECK: Check = Check {
    id: "dead-at-birth",
    about: "Looks at every answer that carries tokens: both expiries are in the future, read as epoch seconds from \
            1,000,000,000 on and as seconds to live below, not as milliseconds, and refresh is not before access, unless it \
            is an older one that a refresh left in place. Which of the two notations it is, is noted.",
    requirements: &[
        "access-expire-in-future",
        "refresh-expire-in-future",
        "refresh-expires-not-before-access",
        "expiry-notation",
    ],
    look: Some(look),
};

/// Clocks of two machines differ a little.
const TOLERANCE_SECONDS: f64 = 120.0;
/// Lives that are alike are counted one after the other, in whole seconds, of which one may begin in between.
const ROUNDING_SECONDS: f64 = 1.0;

const DAY_SECONDS: f64 = 24.0 * 3600.0;
const CENTURY_SECONDS: f64 = 100.0 * 365.0 * DAY_SECONDS;

fn look<'a>(looked: &Looked<'a, '_>) -> Vec<Judged<'a>> {
    let mut all = Vec::new();
    let access = left(looked, "access-expiry", "access-expire-in-future", &mut all);
    let refresh = left(looked, "refresh-expiry", "refresh-expire-in-future", &mut all);
    // A refresh that leaves its token in place issues none, and what is left of that one's life grows shorter.
    let refresh_token = looked.token_part("refresh").and_then(|(_, value)| value.as_str());
    let kept = refresh_token.is_some() && refresh_token == bearer(looked.exchange);
    if let (Some(access), Some(refresh)) = (access, refresh.filter(|_| !kept)) {
        // One may be a moment and the other a length, so the clocks' tolerance counts here too.
        let early = refresh + if access.1 == refresh.1 { ROUNDING_SECONDS } else { TOLERANCE_SECONDS } < access.0;
        all.push(judged(
            "refresh-expires-not-before-access",
            early.then(|| {
                Mismatch::new(
                    "",
                    format!("at least the {} s of the access token", access.0),
                    format!("{} s for the refresh token", refresh.0),
                )
            }),
        ));
    }
    all
}

/// Whether it is a moment of these decades in milliseconds; in seconds it would be one of the year 50,000.
fn is_in_milliseconds(stated: f64, now: f64) -> bool {
    (-DAY_SECONDS..CENTURY_SECONDS).contains(&(stated / 1000.0 - now))
}

/// Seconds left and whether they were stated as a moment.
#[derive(Clone, Copy)]
struct Left(f64, bool);

impl std::ops::Add<f64> for Left {
    type Output = f64;
    fn add(self, seconds: f64) -> f64 {
        self.0 + seconds
    }
}

fn left<'a>(looked: &Looked<'a, '_>, part: &str, requirement: &'a str, all: &mut Vec<Judged<'a>>) -> Option<Left> {
    let (pointer, value) = looked.token_part(part)?;
    let stated = value.as_f64()?;
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far below 2^53")]
    let now = looked.exchange.at_ms as f64 / 1000.0;
    if is_in_milliseconds(stated, now) {
        let wrong =
            Mismatch::new(pointer.as_str(), "epoch seconds, or seconds to live", format!("{value}, in milliseconds"));
        all.push(judged(requirement, Some(wrong)));
        return None;
    }
    let moment = stated >= EPOCH_SECONDS;
    let left = if moment { stated - now } else { stated };
    let future = if moment { left > -TOLERANCE_SECONDS } else { left > 0.0 };
    all.push(judged(
        requirement,
        (!future).then(|| Mismatch::new(pointer.as_str(), "a moment in the future", value.to_string())),
    ));
    let notation = if moment { "epoch seconds" } else { "seconds to live" };
    all.push(observed("expiry-notation", format!("{} in {notation}", pointer.trim_start_matches('/'))));
    Some(Left(left, moment))
}
