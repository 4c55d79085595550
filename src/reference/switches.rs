//! Which fault and which variants a server plays; the one thing that every part of it may ask.

use super::asked::Asked;
use super::faults::Fault;
use super::variants::{Variant, VariantSet};

/// The behaviour that was switched on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Switches {
    variants: VariantSet,
    fault: Option<&'static Fault>,
    asked: Option<&'static Asked>,
}

impl Switches {
    /// The switches of a server.
    pub(super) const fn new(variants: VariantSet, fault: Option<&'static Fault>) -> Self {
        Self { variants, fault, asked: None }
    }

    /// The same, where it is noted what is asked for.
    pub(super) const fn noted_by(self, asked: Option<&'static Asked>) -> Self {
        Self { asked, ..self }
    }

    /// Whether it is noted what is asked for.
    pub(super) const fn are_noted(self) -> bool {
        self.asked.is_some()
    }

    /// Whether this legitimate freedom is taken.
    pub(super) fn variant(self, variant: Variant) -> bool {
        if let Some(asked) = self.asked {
            asked.note_variant(variant);
        }
        self.variants.contains(variant)
    }

    /// Whether this wrong is done.
    pub(super) fn fault(self, fault: &'static Fault) -> bool {
        if let Some(asked) = self.asked {
            asked.note_fault(fault);
        }
        self.fault.is_some_and(|played| std::ptr::eq(played, fault))
    }

    /// The wrong that is done, which notes nothing.
    pub(super) const fn played(self) -> Option<&'static Fault> {
        self.fault
    }
}
