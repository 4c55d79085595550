//! Issuer, end and fingerprint of a certificate, read from its DER (X.509, RFC 5280). Pure, and no check of anything.

use crate::contract::digest::sha256;

/// What is read of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// The common name of the issuer, else its organisation.
    pub issuer: String,
    /// When it ends, seconds since the Unix epoch.
    pub ends: i64,
}

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
/// 2.5.4.3 and 2.5.4.10.
const NAMES: [[u8; 3]; 2] = [[0x55, 0x04, 0x03], [0x55, 0x04, 0x0a]];

/// Reads a certificate; `None` where it is none.
pub fn read(der: &[u8]) -> Option<Certificate> {
    let (_, certificate, _) = element(der)?;
    let (_, mut rest, _) = element(certificate)?;
    if *rest.first()? == VERSION {
        rest = element(rest)?.2;
    }
    // The serial number and the algorithm.
    rest = element(element(rest)?.2)?.2;
    let (_, issuer, rest) = element(rest)?;
    let (_, validity, _) = element(rest)?;
    let (_, _, end) = element(validity)?;
    let (tag, end, _) = element(end)?;
    Some(Certificate {
        issuer: name(issuer).unwrap_or_else(|| "an issuer without a name".to_owned()),
        ends: time(tag, end)?,
    })
}

/// SHA-256 of a certificate, in hex with colons, as `openssl x509 -noout -fingerprint -sha256` writes it.
pub fn fingerprint(der: &[u8]) -> String {
    let hex = sha256(der).to_ascii_uppercase();
    let pairs: Vec<&str> = (0..hex.len()).step_by(2).map(|at| &hex[at..at + 2]).collect();
    pairs.join(":")
}

/// The tag and the content of the first element, and what comes after it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, first) = (*der.first()?, usize::from(*der.get(1)?));
    let (length, start) = match first {
        0..=0x7f => (first, 2),
        0x81..=0x84 => {
            let bytes = der.get(2..2 + (first - 0x80))?;
            (bytes.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte)), 2 + (first - 0x80))
        }
        _ => return None,
    };
    let end = start.checked_add(length)?;
    Some((tag, der.get(start..end)?, der.get(end..)?))
}

fn name(mut sets: &[u8]) -> Option<String> {
    let mut found: [Option<String>; 2] = [None, None];
    while let Some((_, set, rest)) = element(sets) {
        sets = rest;
        let Some((SEQUENCE, pair, _)) = element(set) else { continue };
        let Some((_, kind, value)) = element(pair) else { continue };
        let at = NAMES.iter().position(|known| known == kind);
        if let (Some(at), Some((_, text, _))) = (at, element(value)) {
            found[at] = Some(String::from_utf8_lossy(text).into_owned());
        }
    }
    let [common, organisation] = found;
    common.or(organisation)
}

fn time(tag: u8, text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let text = match tag {
        // Years from 1950 to 2049.
        UTC_TIME => format!("{}{text}", if text.get(..2)?.parse::<u8>().ok()? < 50 { "20" } else { "19" }),
        _ => text.to_owned(),
    };
    let moment = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", &text).ok()?;
    Some(moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuer_and_end_are_read() {
        let mut parameters = rcgen::CertificateParams::new(vec!["staging.test".to_owned()]).unwrap();
        parameters.distinguished_name.push(rcgen::DnType::OrganizationName, "Nobody");
        parameters.distinguished_name.push(rcgen::DnType::CommonName, "A private CA");
        parameters.not_after = rcgen::date_time_ymd(2031, 2, 3);
        let key = rcgen::KeyPair::generate().unwrap();
        let certificate = parameters.self_signed(&key).unwrap();
        let wanted = Certificate { issuer: "A private CA".to_owned(), ends: 1_927_843_200 };
        assert_eq!(read(certificate.der()), Some(wanted));
    }

    #[test]
    fn what_is_no_certificate_is_none() {
        for der in [&b""[..], b"\x30", b"\x30\x82\xff\xff", b"\x30\x03\x30\x01\x00"] {
            assert_eq!(read(der), None);
        }
    }
}
