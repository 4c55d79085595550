//! Tells in one pass over a text that none of many others stands in it, which is what nearly every text comes to.

use std::collections::HashSet;

/// The length of a beginning, in bytes.
const LENGTH: usize = 4;
/// Beginnings are told apart by so many bits first.
const BITS: u32 = 16;

/// How the texts that are looked for begin.
#[derive(Debug)]
pub struct Starts {
    exact: HashSet<[u8; LENGTH]>,
    seen: Vec<bool>,
}

impl Default for Starts {
    fn default() -> Self {
        Self { exact: HashSet::new(), seen: vec![false; 1 << BITS] }
    }
}

impl Starts {
    /// Looks for one more text, of four bytes or more.
    pub fn add(&mut self, text: &str) {
        if let Some(start) = text.as_bytes().first_chunk() {
            self.exact.insert(*start);
            self.seen[slot(*start)] = true;
        }
    }

    /// Whether the beginning of one stands in a text. Where none does, none of the texts stands in it.
    pub fn any_in(&self, text: &str) -> bool {
        let mut windows = text.as_bytes().windows(LENGTH).filter_map(<[u8]>::first_chunk);
        windows.any(|start| self.seen[slot(*start)] && self.exact.contains(start))
    }
}

/// Fibonacci hashing: the high bits of a product by the golden ratio.
fn slot(start: [u8; LENGTH]) -> usize {
    (u32::from_le_bytes(start).wrapping_mul(0x9e37_79b1) >> (u32::BITS - BITS)) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("a secret-word here", true)]
    #[case("secr", true)]
    #[case("sec ret", false)]
    #[case("", false)]
    #[case("ecret-word", false)]
    #[case("päss", true)]
    fn what_begins_nowhere_is_not_there(#[case] text: &str, #[case] there: bool) {
        let mut starts = Starts::default();
        ["secret-word", "päss", "abc"].iter().for_each(|text| starts.add(text));
        assert_eq!(starts.any_in(text), there);
    }
}
