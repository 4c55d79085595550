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
    drawn: u64,
}

/// One code in so many begins with a zero, by turns: whoever waits for one waits as long with every seed.
const ZERO_AFTER: u64 = 3;

impl Random {
    /// Generators whose codes are a function of `seed`.
    pub(super) fn new(seed: u64) -> Self {
        let mut entropy = [0; 32];
        if getrandom::fill(&mut entropy).is_err() {
            // Without an entropy source the address of a fresh allocation still differs.
            let place = std::ptr::from_ref(Box::new(0_u8).as_ref()) as usize;
            entropy[..8].copy_from_slice(&(place as u64).to_le_bytes());
        }
        Self { unique: ChaCha12Rng::from_seed(entropy), codes: ChaCha12Rng::seed_from_u64(seed), drawn: 0 }
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

    /// Four digits, `0000` to `9999`.
    pub(super) fn code(&mut self) -> String {
        self.drawn += 1;
        let word = self.codes.next_u64();
        let code = if self.drawn.is_multiple_of(ZERO_AFTER) { word % 1_000 } else { 1_000 + word % 9_000 };
        format!("{code:04}")
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
    fn every_third_code_begins_with_zero() {
        let mut random = Random::new(1);
        for turn in 1..=300 {
            let code = random.code();
            assert!(code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
            assert_eq!(code.starts_with('0'), turn % 3 == 0, "{turn}: {code}");
        }
    }
}
