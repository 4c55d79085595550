//! Identities of exact texts: SHA-256, in hex.
//!
//! A recording names the contract and the suites by them, and a sign-off rests on them: two texts that differ in
//! anything have different digests, also where somebody wants them not to.

use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

/// The digest of some bytes, 64 hex digits.
pub fn sha256(bytes: &[u8]) -> String {
    HEXLOWER.encode(&Sha256::digest(bytes))
}

/// The digest of files given as (path, text), whatever their order.
pub(crate) fn digest(files: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = files.iter().collect();
    sorted.sort();
    let mut hash = Sha256::new();
    for part in sorted.into_iter().flat_map(|(path, text)| [path, text]) {
        // The length keeps the end of one part from passing for the beginning of the next.
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    HEXLOWER.encode(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[(&str, &str)]) -> Vec<(String, String)> {
        files.iter().map(|(path, text)| ((*path).to_string(), (*text).to_string())).collect()
    }

    #[test]
    fn names_the_text_and_not_the_order() {
        let one = digest(&files(&[("a", "1"), ("b", "2")]));
        assert_eq!(one, digest(&files(&[("b", "2"), ("a", "1")])));
        assert_eq!(one.len(), 64);
        for other in [&[("a", "1"), ("b", "3")][..], &[("a", "12"), ("b", "")], &[("a", "1b2")], &[]] {
            assert_ne!(one, digest(&files(other)), "{other:?}");
        }
    }

    /// The digest of nothing, and FIPS 180-4's own example.
    #[test]
    fn is_the_published_algorithm() {
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(digest(&[]), nothing);
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
