//! Which sets of variants are tried: each alone, and seeded combinations of what fits together.

use crate::reference::{Variant, VariantSet};
use crate::runner::shuffle;

/// How many combinations are tried.
pub const COMBINATIONS: usize = 50;

/// Each variant alone.
pub fn alone() -> Vec<VariantSet> {
    Variant::ALL.iter().map(|variant| VariantSet::EMPTY.with(*variant)).collect()
}

/// So many sets; the first ones small, the last ones as large as they get.
pub fn combinations(seed: u64, count: usize) -> Vec<VariantSet> {
    let one = |index: usize| {
        let mut order: Vec<usize> = (0..Variant::ALL.len()).collect();
        shuffle(&mut order, seed.wrapping_mul(0x9e37_79b9).wrapping_add(index as u64));
        let size = 2 + index * Variant::ALL.len() / count.max(1);
        fitting(order.into_iter().map(|at| Variant::ALL[at]), size)
    };
    (0..count).map(one).collect()
}

/// Two sets that hold every variant between them, as far as conflicts let.
pub fn generous() -> [VariantSet; 2] {
    let all = || Variant::ALL.iter().copied();
    [fitting(all(), usize::MAX), fitting(all().rev(), usize::MAX)]
}

/// The first so many that fit together.
fn fitting(variants: impl Iterator<Item = Variant>, size: usize) -> VariantSet {
    let mut set = VariantSet::EMPTY;
    for variant in variants {
        let more = set.with(variant);
        if set.iter().count() < size && more.check().is_ok() {
            set = more;
        }
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn combinations_fit_together_and_grow() {
        let sets = combinations(7, COMBINATIONS);
        assert_eq!(sets.len(), COMBINATIONS);
        assert!(sets.iter().all(|set| set.check().is_ok()));
        assert_eq!(sets[0].iter().count(), 2);
        assert!(sets[COMBINATIONS - 1].iter().count() > Variant::ALL.len() / 2);
        assert_eq!(sets, combinations(7, COMBINATIONS), "a seed decides");
        assert_ne!(sets, combinations(8, COMBINATIONS));
    }

    #[test]
    fn every_variant_is_in_a_generous_set() {
        let sets = generous();
        let missing = |variant: &&Variant| sets.iter().all(|set| !set.contains(**variant));
        let missing: Vec<_> = Variant::ALL.iter().filter(missing).collect();
        assert!(missing.len() <= 4, "{missing:?}");
    }
}
