//! Stored passwords: argon2id with a salt of its own for each.

use argon2::{Algorithm, Argon2, Params, Version};

/// The cost of one hash. The default is the least that argon2 takes: the server proves
/// behaviour, it does not guard anything.
#[derive(Debug, Clone, Copy)]
pub struct PasswordCost {
    /// Memory in KiB, at least 8.
    pub memory_kib: u32,
    /// Passes over that memory, at least 1.
    pub iterations: u32,
}

impl Default for PasswordCost {
    fn default() -> Self {
        Self { memory_kib: Params::MIN_M_COST, iterations: Params::MIN_T_COST }
    }
}

/// A salted hash of a password.
#[derive(Clone)]
pub(super) struct StoredPassword {
    salt: [u8; 16],
    hash: [u8; 32],
}

impl StoredPassword {
    /// Hashes `password`.
    pub(super) fn new(password: &str, salt: [u8; 16], cost: PasswordCost) -> Self {
        Self { salt, hash: digest(password, &salt, cost) }
    }

    /// The hash as it is usually written down; only faults show it.
    pub(super) fn written(&self) -> String {
        let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
        format!("$argon2id$v=19$m=8,t=1,p=1${}${}", hex(&self.salt), hex(&self.hash))
    }

    /// Whether this was made from `password`.
    pub(super) fn matches(&self, password: &str, cost: PasswordCost) -> bool {
        digest(password, &self.salt, cost) == self.hash
    }
}

fn digest(password: &str, salt: &[u8; 16], cost: PasswordCost) -> [u8; 32] {
    let params = Params::new(cost.memory_kib.max(Params::MIN_M_COST), cost.iterations.max(Params::MIN_T_COST), 1, None)
        .expect("a cost at or above the minimum is a valid one");
    let mut hash = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut hash)
        .expect("a password within the body limit and a salt of 16 bytes can be hashed");
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_password_matches() {
        let cost = PasswordCost::default();
        let stored = StoredPassword::new("correct horse", [1; 16], cost);
        assert!(stored.matches("correct horse", cost));
        assert!(!stored.matches("Correct horse", cost));
        assert!(!stored.matches("", cost));
    }
}
