//! YAML as a tree in which every key and value knows its bytes.
//!
//! It knows nothing of contracts and flows: what a key means is for its readers to say.

mod parser;
mod tree;

pub(crate) use parser::Mistake;
pub(crate) use tree::{Entry, Node, Tree};

use crate::embedded::{SCHEMAS, SUITES, TREES};

/// Reads one document. The tree holds what could be read; a text with a syntax error has none.
pub(crate) fn parse(text: &str) -> (Option<Node>, Vec<Mistake>) {
    carried(text).map_or_else(|| parser::parse(text), |root| (Some(root), Vec::new()))
}

/// The tree of a text that the binary carries, which was read when that was built: every start would wait for it.
fn carried(text: &str) -> Option<Node> {
    let (path, _) = SCHEMAS.iter().chain(SUITES).find(|(_, carried)| *carried == text)?;
    let (_, packed) = TREES.iter().find(|(of, _)| of == path)?;
    postcard::from_bytes(packed).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_carried_is_what_would_be_read() {
        let files = SCHEMAS.iter().chain(SUITES).filter(|(path, _)| path.ends_with(".yaml"));
        let mut trees = 0;
        for (path, text) in files {
            let (read, mistakes) = parser::parse(text);
            assert_eq!(mistakes, [], "{path}");
            assert_eq!(format!("{:?}", carried(text)), format!("{read:?}"), "{path}");
            trees += 1;
        }
        assert_eq!(trees, TREES.len());
    }

    #[test]
    fn another_text_is_read() {
        assert!(carried("a: 1").is_none());
        assert_eq!(parse("a: 1").0.map(|root| root.to_json()), Some(serde_json::json!({"a": 1})));
    }
}
