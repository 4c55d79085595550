//! The functions of a script, of which each script holds those that it uses.

use std::collections::BTreeSet;

/// Every function, in the order in which scripts hold them.
const PRELUDE: &str = include_str!("prelude.sh");

/// The functions that a text uses, and those that they use, each with the comment above it.
pub(super) fn used(text: &str) -> String {
    let all = functions();
    let mut wanted: BTreeSet<usize> = BTreeSet::new();
    let mut texts = vec![text.to_owned()];
    while let Some(text) = texts.pop() {
        let words: BTreeSet<&str> = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
        for (index, (name, body)) in all.iter().enumerate() {
            if words.contains(name) && wanted.insert(index) {
                texts.push((*body).to_owned());
            }
        }
    }
    wanted.into_iter().map(|index| format!("{}\n\n", all[index].1)).collect()
}

fn functions() -> Vec<(&'static str, &'static str)> {
    let named = |block: &'static str| {
        let line = block.lines().find(|line| line.ends_with("() {"))?;
        Some((line.trim_end_matches("() {"), block))
    };
    // A blank line stands between functions, and nowhere else.
    PRELUDE.split("\n\n").map(str::trim_end).filter_map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_is_one_function() {
        let functions = functions();
        assert_eq!(functions.len(), PRELUDE.matches("() {\n").count());
        assert_eq!(functions.len(), PRELUDE.split("\n\n").count());
        assert!(functions.iter().all(|(_, body)| body.ends_with("\n}")), "{functions:?}");
    }

    #[test]
    fn a_script_holds_what_it_uses_and_no_more() {
        let used = used("need a; x=$(noted 0123 auto)");
        for name in ["stuck() {", "need() {", "string() {", "noted() {"] {
            assert!(used.contains(name), "{name}");
        }
        assert!(!used.contains("send() {") && !used.contains("random_uuid() {"));
    }
}
