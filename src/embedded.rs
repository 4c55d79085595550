//! The contract and the suites that the binary carries with it: (path relative to the folder, text), sorted by path.
//!
//! Only text: what it means is for `contract` and `suite` to say.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

#[cfg(test)]
mod tests {
    use super::{SCHEMAS, SUITES};

    #[test]
    fn tables_are_sorted_and_relative() {
        for table in [SCHEMAS, SUITES] {
            assert!(table.is_sorted_by(|a, b| a.0 < b.0));
            assert!(table.iter().all(|(path, _)| !path.starts_with('/') && !path.contains('\\')));
        }
        assert!(SCHEMAS.iter().any(|(path, _)| *path == "models/Token.json"));
    }
}
