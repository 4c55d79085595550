//! Numbers that the tool may use: a pattern with a range, or a list.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use url::Url;

/// A pool of phone numbers in international format. Each is given out once a run.
#[derive(Debug, Clone)]
pub struct Phones {
    numbers: Numbers,
    given: Arc<AtomicU64>,
    offset: u64,
    /// How many of the numbers are for somebody else, first and last.
    others: (u64, u64),
}

/// A run takes some hundreds of numbers, from anywhere in the range: of fewer than this, one in a thousand runs or more
/// meets an earlier one.
const FEW: u64 = 1_000_000;

#[derive(Debug, Clone)]
enum Numbers {
    Range { before: String, after: String, first: u64, count: u64, width: usize },
    List(Vec<String>),
}

impl Phones {
    /// Parses a pattern such as `+9715{0000000..9999999}`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn pattern(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no phone range: it wants one like `+9715{{0000000..9999999}}`");
        let Some((before, rest)) = text.split_once('{') else { return Self::list(vec![text.to_owned()]) };
        let (range, after) = rest.split_once('}').ok_or_else(wrong)?;
        let (first, last) = range.split_once("..").ok_or_else(wrong)?;
        if first.len() != last.len() || first.is_empty() {
            return Err(format!("`{text}`: both ends of the range want the same number of digits"));
        }
        let width = first.len();
        let (low, high): (u64, u64) = (first.parse().map_err(|_| wrong())?, last.parse().map_err(|_| wrong())?);
        if low > high {
            return Err(format!("`{text}`: the range ends before it begins"));
        }
        international(&format!("{before}{first}{after}"))?;
        let numbers = Numbers::Range {
            before: before.to_owned(),
            after: after.to_owned(),
            first: low,
            count: high - low + 1,
            width,
        };
        Ok(Self { numbers, given: Arc::default(), offset: 0, others: (0, 0) })
    }

    /// Takes a list of numbers.
    ///
    /// # Errors
    /// The first that is not in international format, or that there are none.
    pub fn list(numbers: Vec<String>) -> Result<Self, String> {
        if numbers.is_empty() {
            return Err("`phones` is empty: it wants at least one number".to_owned());
        }
        numbers.iter().try_for_each(|number| international(number))?;
        Ok(Self { numbers: Numbers::List(numbers), given: Arc::default(), offset: 0, others: (0, 0) })
    }

    /// The pool of a target for which nobody said which numbers may be sent messages: numbers on a server of this
    /// machine, which reaches nobody, and none anywhere else.
    pub fn unasked(base: &Url) -> Self {
        let numbers = if super::is_local(base) {
            Numbers::Range { before: "+97150".to_owned(), after: String::new(), first: 0, count: 10_000_000, width: 7 }
        } else {
            Numbers::List(Vec::new())
        };
        Self { numbers, given: Arc::default(), offset: 0, others: (0, 0) }
    }

    /// The same pool beginning elsewhere, so that runs against one target seldom meet each other's numbers. That of one
    /// part of a run stays where it is.
    #[must_use]
    pub fn beginning_at(mut self, entropy: u64) -> Self {
        self.offset = match &self.numbers {
            _ if self.others != (0, 0) => self.offset,
            Numbers::Range { count, .. } => entropy % count,
            Numbers::List(_) => 0,
        };
        self
    }

    /// The numbers as a profile writes them, whichever were used.
    pub fn described(&self) -> String {
        match &self.numbers {
            Numbers::Range { before, after, first, count, width } => {
                let last = first + count - 1;
                format!("{before}{{{first:0width$}..{last:0width$}}}{after}")
            }
            Numbers::List(numbers) => numbers.join(","),
        }
    }

    /// The numbers that one of several parts of a run may use: no other part may.
    #[must_use]
    pub fn for_part(mut self, number: usize, of: usize) -> Self {
        let (number, of, count) = (number as u64, of as u64, u128::from(self.count()));
        let share = |parts: u64| u64::try_from(count * u128::from(parts) / u128::from(of.max(1))).unwrap_or(u64::MAX);
        self.others = (share(number.saturating_sub(1)), self.count() - share(number.min(of)));
        self
    }

    /// Whether there are numbers, and so few that a run is likely to meet those of an earlier one, which have accounts.
    pub fn are_few(&self) -> bool {
        (1..FEW).contains(&self.count())
    }

    /// How many numbers there are.
    pub fn count(&self) -> u64 {
        match &self.numbers {
            Numbers::Range { count, .. } => *count,
            Numbers::List(numbers) => numbers.len() as u64,
        }
    }

    /// The next number; `None` when all were given out.
    pub fn next(&self) -> Option<String> {
        let (before, after) = self.others;
        let index = self.given.fetch_add(1, Ordering::Relaxed).checked_add(before)?;
        if index >= self.count() - after {
            return None;
        }
        Some(match &self.numbers {
            Numbers::Range { before, after, first, count, width } => {
                let number = first + (self.offset + index) % count;
                format!("{before}{number:0width$}{after}")
            }
            Numbers::List(numbers) => numbers.get(usize::try_from(index).ok()?)?.clone(),
        })
    }
}

fn international(number: &str) -> Result<(), String> {
    let digits = number.strip_prefix('+').unwrap_or_default();
    let right = (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    if right {
        Ok(())
    } else {
        Err(format!("`{number}` is no phone in international format (E.164), such as `+97150000000`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_range_gives_each_number_once_and_then_none() {
        let phones = Phones::pattern("+97150000{08..10}").expect("a range").beginning_at(5);
        let given: Vec<_> = std::iter::from_fn(|| phones.next()).collect();
        assert_eq!(given, ["+9715000010", "+9715000008", "+9715000009"]);
    }

    #[rstest]
    #[case(Phones::pattern("+97150000{01..10}").expect("a range").beginning_at(7))]
    #[case(Phones::list((1..=10).map(|number| format!("+97150000{number:02}")).collect()).expect("a list"))]
    fn the_parts_of_a_run_share_the_numbers_out(#[case] phones: Phones) {
        let of_part = |number| {
            let part = phones.clone().for_part(number, 3);
            let part = Phones { given: Arc::default(), ..part };
            std::iter::from_fn(|| part.next()).collect::<Vec<_>>()
        };
        let parts: Vec<Vec<String>> = (1..=3).map(of_part).collect();
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [3, 3, 4]);
        let unique: std::collections::BTreeSet<&String> = parts.iter().flatten().collect();
        assert_eq!(unique.len(), 10);
    }

    #[rstest]
    #[case::none(Phones::unasked(&Url::parse("https://staging.example.test").expect("a URL")), false)]
    #[case::one(Phones::pattern("+971500000000").expect("a number"), true)]
    #[case::short(Phones::pattern("+971500{000000..999998}").expect("a range"), true)]
    #[case::long_enough(Phones::pattern("+971500{000000..999999}").expect("a range"), false)]
    fn few_numbers_are_told_from_enough(#[case] phones: Phones, #[case] few: bool) {
        assert_eq!(phones.are_few(), few);
    }

    #[rstest]
    #[case("http://127.0.0.1:80/api", true)]
    #[case("http://localhost/api", true)]
    #[case("http://[::1]/api", true)]
    #[case("https://staging.example.test/api", false)]
    #[case("http://127.0.0.1.example.test/api", false)]
    fn nobody_is_sent_a_message_unasked(#[case] base: &str, #[case] some: bool) {
        let phones = Phones::unasked(&Url::parse(base).expect("a URL"));
        assert_eq!(phones.next().is_some(), some);
    }

    #[rstest]
    #[case("+9715{9..1}", "`+9715{9..1}`: the range ends before it begins")]
    #[case("+9715{01..1}", "`+9715{01..1}`: both ends of the range want the same number of digits")]
    #[case("0501234567", "`0501234567` is no phone in international format (E.164), such as `+97150000000`")]
    fn a_wrong_pattern_says_why(#[case] text: &str, #[case] message: &str) {
        assert_eq!(Phones::pattern(text).map(|_| ()), Err(message.to_owned()));
    }
}
