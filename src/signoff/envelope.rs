//! The signed envelope of a statement: DSSE (Dead Simple Signing Envelope, version 1).
//!
//! What is signed are the bytes of the payload as they are stored, never a value that was written again.

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::key::{KeyError, PrivateKey, PublicKey};

/// The type of the payload: an in-toto statement.
const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";

/// Why an envelope gives nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EnvelopeError {
    /// It is no envelope, or not written as this tool writes one.
    #[error("it is not the envelope that was written: {0}")]
    Malformed(String),
    /// It was signed with another key.
    #[error("it was signed with another key: key {found}, and not {wanted}")]
    ForeignKey {
        /// The key that is asked for.
        wanted: String,
        /// The key that it names.
        found: String,
    },
    /// The signature is not of this text.
    #[error("its signature does not fit: the statement, or the signature, was changed after it was signed")]
    WrongSignature,
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Envelope {
    payload_type: String,
    payload: String,
    signatures: Vec<EnvelopeSignature>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EnvelopeSignature {
    keyid: String,
    sig: String,
}

/// Signs a payload: the text of the envelope.
///
/// # Errors
/// The key cannot be used.
pub fn seal(payload: &[u8], key: &PrivateKey) -> Result<String, EnvelopeError> {
    let signature = key.sign(&encoded(PAYLOAD_TYPE, payload));
    Ok(written(&Envelope {
        payload_type: PAYLOAD_TYPE.to_owned(),
        payload: BASE64.encode(payload),
        signatures: vec![EnvelopeSignature { keyid: key.public().id()?, sig: BASE64.encode(&signature) }],
    }))
}

/// The payload of an envelope that was signed with this key, and of no other.
///
/// # Errors
/// Why it is not to be believed.
pub fn open(text: &[u8], key: &PublicKey) -> Result<Vec<u8>, EnvelopeError> {
    let malformed = |message: String| EnvelopeError::Malformed(message);
    let envelope: Envelope = serde_json::from_slice(text).map_err(|error| malformed(error.to_string()))?;
    // Blanks and escapes that mean the same would be a change that no signature sees.
    if written(&envelope).as_bytes() != text {
        return Err(malformed("it says the same in other bytes".to_owned()));
    }
    let [signature] = envelope.signatures.as_slice() else {
        return Err(malformed(format!("it has {} signatures, and one is wanted", envelope.signatures.len())));
    };
    if envelope.payload_type != PAYLOAD_TYPE {
        return Err(malformed(format!("its payload is of the type `{}`", envelope.payload_type)));
    }
    let wanted = key.id()?;
    if signature.keyid != wanted {
        return Err(EnvelopeError::ForeignKey { wanted, found: signature.keyid.clone() });
    }
    let decoded = |base64: &str| BASE64.decode(base64.as_bytes()).map_err(|error| malformed(error.to_string()));
    let payload = decoded(&envelope.payload)?;
    let made = key.made(&decoded(&signature.sig)?, &encoded(PAYLOAD_TYPE, &payload));
    if made { Ok(payload) } else { Err(EnvelopeError::WrongSignature) }
}

fn written(envelope: &Envelope) -> String {
    let text = serde_json::to_string_pretty(envelope).expect("strings are always JSON");
    format!("{text}\n")
}

/// What is signed: type and payload with their lengths (DSSE's pre-authentication encoding).
fn encoded(payload_type: &str, payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {payload_type} {} ", payload_type.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the DSSE protocol.
    #[test]
    fn type_and_payload_are_encoded_as_published() {
        let encoded = encoded("http://example.com/HelloWorld", b"hello world");
        assert_eq!(encoded, b"DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }

    #[test]
    fn what_was_sealed_is_opened_with_its_key_alone() {
        let key = PrivateKey::generate().unwrap();
        let text = seal(b"{}", &key).unwrap();
        assert_eq!(open(text.as_bytes(), &key.public()), Ok(b"{}".to_vec()));
        let foreign = PrivateKey::generate().unwrap().public();
        assert!(matches!(open(text.as_bytes(), &foreign), Err(EnvelopeError::ForeignKey { .. })));
    }

    #[test]
    fn every_change_of_one_byte_is_refused() {
        let key = PrivateKey::generate().unwrap();
        let text = seal(b"{\"a\": \"payload\"}", &key).unwrap();
        for at in 0..text.len() {
            for change in [1, 2, 0x20] {
                let mut changed = text.clone().into_bytes();
                changed[at] ^= change;
                assert!(open(&changed, &key.public()).is_err(), "byte {at} of {text}");
            }
        }
    }

    #[test]
    fn a_key_that_is_named_but_did_not_sign_is_refused() {
        let (one, other) = (PrivateKey::generate().unwrap(), PrivateKey::generate().unwrap());
        let text = seal(b"{}", &one).unwrap();
        let renamed = text.replace(&one.public().id().unwrap(), &other.public().id().unwrap());
        assert_eq!(open(renamed.as_bytes(), &other.public()), Err(EnvelopeError::WrongSignature));
    }
}
