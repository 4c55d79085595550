//! The accepted snapshots of the embedded server, as this program carries them.

use std::collections::BTreeMap;

use super::{ENDING, contents};
use crate::embedded;

/// Their folder, below a folder of suites.
pub const EMBEDDED: &str = "snapshots/embedded";

/// A file of an accepted snapshot.
#[derive(Debug, Clone, Copy)]
pub struct EmbeddedFile {
    /// The flow's id.
    pub flow: &'static str,
    /// Where it lies below the folder of suites.
    pub path: &'static str,
    /// All of it.
    pub file: &'static str,
}

/// Every file, by path.
pub fn embedded_files() -> impl Iterator<Item = EmbeddedFile> {
    embedded::SUITES.iter().filter_map(|(path, file)| {
        let flow = path.strip_prefix(EMBEDDED)?.strip_prefix('/')?.strip_suffix(ENDING)?;
        Some(EmbeddedFile { flow, path, file })
    })
}

/// The text of each by flow. A file without a head is left out; who takes files from elsewhere says so instead.
pub fn embedded_texts() -> BTreeMap<String, String> {
    let text = |it: EmbeddedFile| Some((it.flow.to_owned(), contents(it.file)?.to_owned()));
    embedded_files().filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Snapshot;

    #[test]
    fn every_file_is_a_snapshot() {
        assert_eq!(embedded_texts().len(), embedded_files().count());
        for (flow, text) in embedded_texts() {
            assert!(Snapshot::parse(&text).is_ok(), "{flow}");
        }
    }
}
