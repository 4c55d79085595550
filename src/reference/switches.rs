//! Which fault and which variants a server plays; the one thing that every part of it may ask.

use super::faults::Fault;
use super::variants::{Variant, VariantSet};

/// The behaviour that was switched on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Switches {
    variants: VariantSet,
    fault: Option<&'static Fault>,
}

impl Switches {
    /// The switches of a server.
    pub(super) const fn new(variants: VariantSet, fault: Option<&'static Fault>) -> Self {
        Self { variants, fault }
    }

    /// Whether this legitimate freedom is taken.
    pub(super) const fn variant(self, variant: Variant) -> bool {
        self.variants.contains(variant)
    }

    /// Whether this wrong is done.
    pub(super) fn fault(self, fault: &'static Fault) -> bool {
        self.fault.is_some_and(|played| std::ptr::eq(played, fault))
    }

    /// The wrong that is done.
    pub(super) const fn played(self) -> Option<&'static Fault> {
        self.fault
    }
}
