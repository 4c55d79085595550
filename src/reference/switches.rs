//! Which variants a server plays; the one thing that every part of it may ask.

use super::variants::{Variant, VariantSet};

/// The behaviour that was switched on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Switches {
    variants: VariantSet,
}

impl Switches {
    /// The switches of a server.
    pub(super) const fn new(variants: VariantSet) -> Self {
        Self { variants }
    }

    /// Whether this legitimate freedom is taken.
    pub(super) const fn variant(self, variant: Variant) -> bool {
        self.variants.contains(variant)
    }
}
