//! Tokens, ids and codes. Codes come from the seed of the options; everything that has to be
//! unique across servers comes from the operating system.

use rand_chacha::ChaCha12Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use uuid::Uuid;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The two generators of a server.
#[derive(Debug)]
pub(super) struct Random {
    unique: ChaCha12Rng,
    codes: ChaCha12Rng,
}

impl Random {
    /// Generators whose codes are a function of `seed`.
    pub(super) fn new(seed: u64) -> Self {
        let mut entropy = [0; 32];
        if getrandom::fill(&mut entropy).is_err() {
            // Without an entropy source the address of a fresh allocation still differs.
            let place = std::ptr::from_ref(Box::new(0_u8).as_ref()) as usize;
            entropy[..8].copy_from_slice(&(place as u64).to_le_bytes());
        }
        Self { unique: ChaCha12Rng::from_seed(entropy), codes: ChaCha12Rng::seed_from_u64(seed) }
    }

    /// `length` characters of the base64url alphabet.
    pub(super) fn text(&mut self, length: usize) -> String {
        let mut bytes = vec![0; length];
        self.unique.fill_bytes(&mut bytes);
        bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 64)])).collect()
    }

    /// A random UUID.
    pub(super) fn uuid(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        self.unique.fill_bytes(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// Sixteen random bytes.
    pub(super) fn salt(&mut self) -> [u8; 16] {
        let mut bytes = [0; 16];
        self.unique.fill_bytes(&mut bytes);
        bytes
    }

    /// Four digits, `0000` to `9999`, each as likely as any other.
    pub(super) fn code(&mut self) -> String {
        format!("{:04}", self.codes.next_u64() % 10_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_follow_the_seed_and_tokens_do_not() {
        let (mut one, mut two) = (Random::new(7), Random::new(7));
        assert_eq!(one.code(), two.code());
        assert_ne!(one.text(43), two.text(43));
        assert_ne!(one.uuid(), two.uuid());
    }

    #[test]
    fn some_codes_begin_with_zero() {
        let mut random = Random::new(1);
        let codes: Vec<String> = (0..1_000).map(|_| random.code()).collect();
        assert!(codes.iter().all(|code| code.len() == 4));
        let zeros = codes.iter().filter(|code| code.starts_with('0')).count();
        assert!((50..200).contains(&zeros), "{zeros} of 1000");
    }
}
