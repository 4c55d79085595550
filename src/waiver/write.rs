//! Adds an entry to the text of a file of waivers, which stays as it is otherwise.

use std::fmt::Write as _;

use jiff::civil::Date;

use super::file::day;

/// An entry to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The result: `flow/step/requirement`.
    pub result: String,
    /// Why this may be so for a while.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it is worked on.
    pub ticket: Option<String>,
    /// The last day on which it holds.
    pub expires: Date,
}

impl Entry {
    /// Reads a day as an entry has it, such as `2030-12-31`.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub fn day(text: &str) -> Result<Date, String> {
        day(text).ok_or_else(|| format!("`{text}` is no date, such as `2030-12-31`"))
    }
}

/// The text of a file with one entry more at its end.
pub fn append(text: &str, entry: &Entry) -> String {
    let mut whole = text.to_owned();
    if !whole.is_empty() && !whole.ends_with('\n') {
        whole.push('\n');
    }
    if !whole.trim().is_empty() {
        whole.push('\n');
    }
    let ticket = entry.ticket.as_ref().map(|ticket| format!("ticket = {}\n", quoted(ticket))).unwrap_or_default();
    write!(
        whole,
        "[[waiver]]\nresult = {}\nreason = {}\nowner = {}\n{ticket}expires = {}\n",
        quoted(&entry.result),
        quoted(&entry.reason),
        quoted(&entry.owner),
        entry.expires
    )
    .expect("a string takes any text");
    whole
}

/// A basic string of TOML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => write!(quoted, "\\u{:04X}", u32::from(c)).expect("a string takes any text"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use rstest::rstest;

    use super::super::parse;
    use super::*;

    #[rstest]
    #[case::nothing("")]
    #[case::comment("# kept, without an end of line")]
    #[case::entries("# kept\n[[waiver]] # this, too\nflow = 'x'\nreason = 'r'\nowner = 'o'\nexpires = 2026-12-01\n")]
    fn keeps_the_text_and_reads_back(#[case] text: &str) {
        let entry = Entry {
            result: "a/1/b".to_owned(),
            reason: "a \"quoted\" \\ reason\nof two lines \u{7f}\u{1b}é日".to_owned(),
            owner: "ann".to_owned(),
            ticket: Some("A-1".to_owned()),
            expires: date(2026, 12, 24),
        };
        let whole = append(text, &entry);
        assert!(whole.starts_with(text), "{whole}");
        let waivers = parse(&whole, "waivers.toml", date(2026, 11, 26)).unwrap_or_else(|error| panic!("{error}"));
        let last = waivers.last().unwrap();
        assert_eq!(last.result.as_deref(), Some("a/1/b"));
        assert_eq!((&last.reason, &last.owner, &last.ticket), (&entry.reason, &entry.owner, &entry.ticket));
        assert_eq!(last.expires, entry.expires);
        assert_eq!(waivers.len(), 1 + text.matches("[[waiver]]").count());
    }

    #[test]
    fn reads_days() {
        assert_eq!(Entry::day("2026-12-24"), Ok(date(2026, 12, 24)));
        for wrong in ["", "2026-2-1", "2026-13-01", "20261224", "2026-12-24T10:00"] {
            assert_eq!(Entry::day(wrong), Err(format!("`{wrong}` is no date, such as `2030-12-31`")));
        }
    }
}
