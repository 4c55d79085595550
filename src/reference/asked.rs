//! Which switches a server asked for: what it never asks for cannot change what it does.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::faults::Fault;
use super::variants::{Variant, VariantSet};

/// The faults and variants that a server asked for while it was used.
///
/// A server does the same with and without a switch up to the first time that it asks for it.
#[derive(Debug, Default)]
pub struct Asked(Mutex<Noted>);

#[derive(Debug, Default)]
struct Noted {
    variants: VariantSet,
    faults: BTreeSet<&'static str>,
}

impl Asked {
    /// Nothing was asked for yet. It lives as long as the program, since every part of a server may ask.
    pub fn new() -> &'static Self {
        Box::leak(Box::default())
    }

    pub(super) fn note_variant(&self, variant: Variant) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.variants = noted.variants.with(variant);
    }

    pub(super) fn note_fault(&self, fault: &'static Fault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).faults.insert(fault.id);
    }

    /// Whether it asked for any of these variants.
    pub fn any_of(&self, variants: VariantSet) -> bool {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner).variants;
        variants.iter().any(|variant| noted.contains(variant))
    }

    /// Whether it asked for this fault.
    pub fn has(&self, fault: &Fault) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).faults.contains(fault.id)
    }
}
