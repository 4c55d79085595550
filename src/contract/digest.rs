//! A short name for the exact text of a contract, to tell in a recording which one was used.
//!
//! FNV-1a with 128 bits: an identity, not a protection against anyone who wants two texts to look the same.

const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// The digest of files given as (path, text), whatever their order.
pub(crate) fn digest(files: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = files.iter().collect();
    sorted.sort();
    let mut hash = OFFSET;
    for part in sorted.into_iter().flat_map(|(path, text)| [path, text]) {
        // The length keeps the end of one part from passing for the beginning of the next.
        for byte in (part.len() as u64).to_be_bytes().into_iter().chain(part.bytes()) {
            hash = (hash ^ u128::from(byte)).wrapping_mul(PRIME);
        }
    }
    format!("{hash:032x}")
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
        assert_eq!(one.len(), 32);
        for other in [&[("a", "1"), ("b", "3")][..], &[("a", "12"), ("b", "")], &[("a", "1b2")], &[]] {
            assert_ne!(one, digest(&files(other)), "{other:?}");
        }
    }

    #[test]
    fn no_file_is_the_offset_of_the_algorithm() {
        assert_eq!(digest(&[]), "6c62272e07bb014262b821756295c58d");
    }
}
