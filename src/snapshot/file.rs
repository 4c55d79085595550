//! The file of a snapshot: a head between lines of `---`, then the text, as `cargo insta` reads and reviews it.

use super::Snapshot;

/// How the name of a file of an accepted snapshot ends.
pub const ENDING: &str = ".snap";
/// How the name of a file of one that waits to be accepted ends.
pub const PENDING: &str = ".snap.new";

/// What the head of a file says.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The file of the suite.
    pub source: &'a str,
    /// What the flow is about.
    pub description: &'a str,
    /// The flow's id.
    pub flow: &'a str,
}

/// A whole file.
pub fn write(snapshot: &Snapshot, about: About<'_>) -> String {
    // A JSON string is a double-quoted scalar of YAML.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    format!(
        "---\nsource: {}\ndescription: {}\nexpression: {}\n---\n{}\n",
        about.source,
        quoted(about.description),
        about.flow,
        snapshot.text()
    )
}

/// The text of a file below its head; `None` where it has no head.
pub fn contents(file: &str) -> Option<&str> {
    let rest = file.strip_prefix("---\n").or_else(|| file.strip_prefix("---\r\n"))?;
    let (head, text) = rest.split_once("\n---").map(|(head, text)| (head, text.trim_start_matches('\r')))?;
    (!head.is_empty()).then(|| text.trim_start_matches('\n').trim_end())
}
