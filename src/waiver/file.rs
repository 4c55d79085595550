//! Reads `waivers.toml`: every mistake has its line, its column and a caret.

use std::ops::Range;
use std::sync::Arc;

use jiff::Span;
use jiff::civil::Date;
use serde::Deserialize;
use toml::Spanned;

use super::{LONGEST_DAYS, Lines, Waiver};
use crate::diagnostic::{Diagnostic, suggest};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    waiver: Vec<Spanned<RawWaiver>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawWaiver {
    requirement: Option<Spanned<String>>,
    flow: Option<Spanned<String>>,
    result: Option<Spanned<String>>,
    reason: Spanned<String>,
    owner: Spanned<String>,
    ticket: Option<Spanned<String>>,
    expires: Spanned<RawDate>,
}

/// A date of TOML, or the same in quotes.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum RawDate {
    Bare(toml::value::Datetime),
    Quoted(String),
    Other(serde::de::IgnoredAny),
}

/// Reads the text of a file of waivers; `today` is the day in UTC on which they are to hold.
///
/// A waiver that has expired is read like any other: that it has is for the judge to say.
///
/// # Errors
/// The first mistake, with its place.
pub fn parse(text: &str, file: &str, today: Date) -> Result<Vec<Waiver>, Box<Diagnostic>> {
    let source: Arc<str> = text.into();
    let read: File = toml::from_str(text).map_err(|error| malformed(file, &source, &error))?;
    let reading = Reading { source, file, today };
    read.waiver.into_iter().map(|raw| reading.waiver(raw)).collect()
}

struct Reading<'a> {
    source: Arc<str>,
    file: &'a str,
    today: Date,
}

impl Reading<'_> {
    fn waiver(&self, raw: Spanned<RawWaiver>) -> Result<Waiver, Box<Diagnostic>> {
        let header = raw.span();
        let raw = raw.into_inner();
        let texts = [Some(&raw.reason), Some(&raw.owner), raw.requirement.as_ref(), raw.flow.as_ref()];
        let texts: Vec<&Spanned<String>> =
            texts.into_iter().chain([raw.result.as_ref(), raw.ticket.as_ref()]).flatten().collect();
        let spans: Vec<Range<usize>> = texts.iter().map(|text| text.span()).chain([raw.expires.span()]).collect();
        if let Some(text) = texts.iter().find(|text| text.get_ref().trim().is_empty()) {
            return Err(self.wrong(text.span(), "expected some text, found none"));
        }
        let subjects: Vec<_> = [&raw.requirement, &raw.flow, &raw.result].into_iter().flatten().collect();
        if subjects.is_empty() {
            let help = "name a `requirement`, a `flow` or a `result`; `*` stands for any text";
            return Err(Box::new(self.wrong(header, "this waiver does not say what it waives").help(help)));
        }
        if subjects.iter().all(|subject| subject.get_ref().chars().all(|c| matches!(c, '*' | '?' | '/'))) {
            let message = "this waives everything, which no waiver may";
            return Err(self.wrong(subjects[0].span(), message));
        }
        let expires = self.date(&raw.expires)?;
        let place = self.lines(&header, &spans);
        let inner = |text: Option<Spanned<String>>| text.map(Spanned::into_inner);
        Ok(Waiver {
            requirement: inner(raw.requirement),
            flow: inner(raw.flow),
            result: inner(raw.result),
            reason: raw.reason.into_inner(),
            owner: raw.owner.into_inner(),
            ticket: inner(raw.ticket),
            expires,
            place,
        })
    }

    fn date(&self, raw: &Spanned<RawDate>) -> Result<Date, Box<Diagnostic>> {
        let text = match raw.get_ref() {
            RawDate::Bare(datetime) => datetime.to_string(),
            RawDate::Quoted(text) => text.clone(),
            RawDate::Other(_) => String::new(),
        };
        let date = day(&text).ok_or_else(|| self.wrong(raw.span(), "expected a date, such as 2030-12-31"))?;
        let longest = self.today.checked_add(Span::new().days(LONGEST_DAYS)).unwrap_or(Date::MAX);
        if date > longest {
            let message = format!("a waiver holds for {LONGEST_DAYS} days at most: expected {longest} or earlier");
            return Err(self.wrong(raw.span(), message));
        }
        Ok(date)
    }

    /// From the line of the header to the last line with a value.
    fn lines(&self, header: &Range<usize>, spans: &[Range<usize>]) -> Lines {
        let line = |at: usize| {
            let before = self.source.get(..at).unwrap_or(&self.source);
            u32::try_from(before.matches('\n').count() + 1).unwrap_or(u32::MAX)
        };
        let last = spans.iter().map(|span| span.end.saturating_sub(1)).max().unwrap_or(header.start);
        Lines { file: self.file.to_owned(), first: line(header.start), last: line(last.max(header.start)) }
    }

    fn wrong(&self, span: Range<usize>, message: impl Into<String>) -> Box<Diagnostic> {
        Box::new(Diagnostic::new(self.file, self.source.clone(), span, message))
    }
}

/// A day, written as `2030-12-31` and in no other way.
pub(super) fn day(text: &str) -> Option<Date> {
    let date: Date = text.parse().ok()?;
    (date.to_string() == text).then_some(date)
}

/// A mistake that TOML itself, or a missing or unknown key, makes.
fn malformed(file: &str, source: &Arc<str>, error: &toml::de::Error) -> Box<Diagnostic> {
    let message = error.message().trim_end().to_owned();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let help = match (message.starts_with("unknown field"), quoted.next()) {
        (true, Some(wrong)) => suggest(wrong, quoted.collect::<Vec<_>>()),
        _ => None,
    };
    let message = match message.split_once(", expected") {
        Some((what, _)) if help.is_some() => what.to_owned(),
        _ => message,
    };
    let diagnostic = Diagnostic::new(file, source.clone(), error.span().unwrap_or(0..0), message);
    Box::new(match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rstest::rstest;

    use super::*;

    const WHOLE: &str = "# known\n[[waiver]]\nrequirement = \"token-*\"\nflow = \"sign-in\"\nreason = \"old\"\n\
                         owner = \"ann\"\nticket = \"A-1\"\nexpires = 2026-12-24\n\n[[waiver]]\n\
                         result = \"a/1/b\"\nreason = \"\"\"two\nlines\"\"\"\nowner = \"bob\"\nexpires = \"2026-11-01\"\n";

    fn read(text: &str) -> Result<Vec<Waiver>, String> {
        parse(text, "waivers.toml", date(2026, 11, 26)).map_err(|error| error.to_string())
    }

    #[test]
    fn reads_what_it_says_and_where() {
        let waivers = read(WHOLE).unwrap();
        let [first, second] = waivers.as_slice() else { panic!("{waivers:?}") };
        assert_eq!(first.requirement.as_deref(), Some("token-*"));
        assert_eq!((first.flow.as_deref(), first.ticket.as_deref()), (Some("sign-in"), Some("A-1")));
        assert_eq!((first.expires, first.place.to_string().as_str()), (date(2026, 12, 24), "waivers.toml:2-8"));
        assert_eq!((second.result.as_deref(), second.reason.as_str()), (Some("a/1/b"), "two\nlines"));
        assert_eq!((second.expires, second.place.to_string().as_str()), (date(2026, 11, 1), "waivers.toml:10-15"));
        assert_eq!(read("").unwrap(), []);
    }

    #[rstest]
    #[case::unknown_key("ownr = \"b\"", "unknown field `ownr`", "9:1", "did you mean `owner`?")]
    #[case::no_date("expires = \"soon\"", "expected a date, such as 2030-12-31", "8:11", "")]
    #[case::a_time("expires = 2026-12-24T00:00:00Z", "expected a date, such as 2030-12-31", "8:11", "")]
    #[case::a_number("expires = 20261224", "expected a date, such as 2030-12-31", "8:11", "")]
    #[case::too_far("expires = 2027-05-26", "180 days at most: expected 2027-05-25 or earlier", "8:11", "")]
    #[case::farthest("expires = 2027-05-25", "", "", "")]
    #[case::empty("reason = \" \"", "expected some text, found none", "5:10", "")]
    #[case::everything("requirement = \"*\"\nflow = \"**\"", "this waives everything", "3:15", "")]
    #[case::number("owner = 3", "invalid type: integer `3`, expected a string", "6:9", "")]
    fn a_mistake_has_its_place(#[case] line: &str, #[case] message: &str, #[case] place: &str, #[case] help: &str) {
        let keys: Vec<&str> = line.lines().filter_map(|line| line.split(' ').next()).collect();
        let mut text = String::new();
        let mut fresh = line.lines();
        for old in WHOLE.lines().take(8) {
            let replaced = keys.contains(&old.split(' ').next().unwrap());
            text.push_str(if replaced { fresh.next().unwrap() } else { old });
            text.push('\n');
        }
        text.extend(fresh.map(|line| format!("{line}\n")));
        match read(&text) {
            Ok(_) => assert_eq!(message, ""),
            Err(error) => {
                assert!(!message.is_empty() && error.contains(message), "{error}");
                assert!(error.contains(&format!("--> waivers.toml:{place}")) && error.contains('^'), "{error}");
                assert!(error.contains(help), "{error}");
            }
        }
    }

    #[rstest]
    #[case("reason")]
    #[case("owner")]
    #[case("expires")]
    fn what_is_missing_is_named(#[case] key: &str) {
        let text: String =
            WHOLE.lines().take(8).filter(|line| !line.starts_with(key)).map(|l| format!("{l}\n")).collect();
        let error = read(&text).unwrap_err();
        assert!(error.contains(&format!("missing field `{key}`")) && error.contains("waivers.toml:2:1"), "{error}");
    }

    #[test]
    fn a_waiver_of_nothing_is_none() {
        let error = read("[[waiver]]\nreason = \"r\"\nowner = \"o\"\nexpires = 2026-12-01\n").unwrap_err();
        assert!(error.contains("does not say what it waives") && error.contains("waivers.toml:1:1"), "{error}");
    }
}
