//! The evidence as one file: a ZIP that is the same, byte for byte, whenever it is made of the same files.
//!
//! So a change of any byte of it shows, also of those that unpacking would not look at (times, attributes, comments).

use std::io::{Cursor, Read, Write};

use thiserror::Error;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use super::Evidence;

/// The largest file that is unpacked, bytes.
const LARGEST: u64 = 1024 * 1024 * 1024;

/// Why an archive gives no evidence.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// It is no ZIP, or a damaged one.
    #[error("it is no ZIP that can be read: {0}")]
    Unreadable(String),
    /// It holds what a sign-off never holds.
    #[error("it holds `{0}`, which is no plain file of a sign-off")]
    Foreign(String),
    /// Its files are right, and other bytes of it are not.
    #[error("it is not the ZIP that was written: bytes outside its files were changed")]
    Changed,
}

/// Packs the files, in the order of their names.
///
/// # Errors
/// They cannot be packed.
pub fn pack(evidence: &Evidence) -> Result<Vec<u8>, ArchiveError> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let unreadable = |error: zip::result::ZipError| ArchiveError::Unreadable(error.to_string());
    for (name, bytes) in evidence {
        writer.start_file(name.as_str(), options).map_err(unreadable)?;
        writer.write_all(bytes).map_err(|error| ArchiveError::Unreadable(error.to_string()))?;
    }
    Ok(writer.finish().map_err(unreadable)?.into_inner())
}

/// Unpacks an archive, if every byte of it is as [`pack`] writes it.
///
/// # Errors
/// It is something else.
pub fn unpack(bytes: &[u8]) -> Result<Evidence, ArchiveError> {
    let unreadable = |error: zip::result::ZipError| ArchiveError::Unreadable(error.to_string());
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut evidence = Evidence::new();
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(unreadable)?;
        let name = file.name().map_err(unreadable)?.into_owned();
        let plain = file.is_file() && file.compression() == CompressionMethod::Stored && file.size() <= LARGEST;
        if !plain || name.contains(['/', '\\']) || evidence.contains_key(&name) {
            return Err(ArchiveError::Foreign(name));
        }
        let mut content = Vec::new();
        file.take(LARGEST).read_to_end(&mut content).map_err(|error| ArchiveError::Unreadable(error.to_string()))?;
        evidence.insert(name, content);
    }
    if pack(&evidence)? == bytes { Ok(evidence) } else { Err(ArchiveError::Changed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evidence() -> Evidence {
        let files = [("a.json", "{}"), ("b.html", "<p>"), ("empty", "")];
        files.map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec())).into()
    }

    #[test]
    fn the_same_files_make_the_same_archive_and_come_out_again() {
        let packed = pack(&evidence()).unwrap();
        assert_eq!(packed, pack(&evidence()).unwrap());
        assert_eq!(unpack(&packed).unwrap(), evidence());
    }

    /// Whatever is not refused has other files, which have digests of their own.
    #[test]
    fn no_change_of_a_byte_passes_for_the_same_files() {
        let packed = pack(&evidence()).unwrap();
        for at in 0..packed.len() {
            let mut changed = packed.clone();
            changed[at] ^= 1;
            assert!(!unpack(&changed).is_ok_and(|files| files == evidence()), "byte {at}");
        }
    }

    #[test]
    fn what_is_no_archive_of_plain_files_is_refused() {
        assert!(matches!(unpack(b"hello"), Err(ArchiveError::Unreadable(_))));
        let below = Evidence::from([("../a".to_owned(), Vec::new())]);
        assert!(matches!(unpack(&pack(&below).unwrap()), Err(ArchiveError::Foreign(name)) if name == "../a"));
        let longer = [pack(&evidence()).unwrap(), b"more".to_vec()].concat();
        assert!(unpack(&longer).is_err());
    }
}
