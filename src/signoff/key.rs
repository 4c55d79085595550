//! Keys of a sign-off: ed25519, as PEM that other tools read (`openssl pkey`).

use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use thiserror::Error;

use crate::contract::digest::sha256;

/// A key that signs. It does not print.
pub struct PrivateKey(SigningKey);

/// The key by which a signature is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

/// Why a key cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyError {
    /// The text is no private key.
    #[error("it is no ed25519 private key in PKCS#8 PEM, such as `conformance keygen FILE` writes: {0}")]
    NoPrivateKey(String),
    /// The text is a private key where the public one is wanted.
    #[error("it is a private key, and the public one is wanted: `conformance keygen FILE` wrote it to FILE.pub")]
    PrivateForPublic,
    /// The text is a public key where the private one is wanted.
    #[error("it is a public key, and the private one is wanted: `conformance keygen FILE` wrote it to FILE")]
    PublicForPrivate,
    /// The text is no public key.
    #[error("it is no ed25519 public key in SPKI PEM, such as `conformance keygen FILE` writes to FILE.pub: {0}")]
    NoPublicKey(String),
    /// The operating system gives no randomness, or the key cannot be written as PEM.
    #[error("a key cannot be made: {0}")]
    NotMade(String),
}

impl PrivateKey {
    /// A new key, from the operating system's randomness.
    ///
    /// # Errors
    /// There is no randomness.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| KeyError::NotMade(error.to_string()))?;
        Ok(Self(SigningKey::from_bytes(&seed)))
    }

    /// Reads PKCS#8 PEM.
    ///
    /// # Errors
    /// It is something else.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.contains("BEGIN PUBLIC KEY") {
            return Err(KeyError::PublicForPrivate);
        }
        SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|error| KeyError::NoPrivateKey(error.to_string()))
    }

    /// The key as PKCS#8 PEM: the secret itself.
    ///
    /// # Errors
    /// It cannot be encoded.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let pem = self.0.to_pkcs8_pem(LineEnding::LF).map_err(|error| KeyError::NotMade(error.to_string()))?;
        Ok(pem.to_string())
    }

    /// The key by which others check.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs bytes: 64 bytes.
    pub fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.sign(bytes).to_bytes().to_vec()
    }
}

impl PublicKey {
    /// Reads SPKI PEM.
    ///
    /// # Errors
    /// It is something else.
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        if pem.contains("PRIVATE KEY") {
            return Err(KeyError::PrivateForPublic);
        }
        VerifyingKey::from_public_key_pem(pem.trim())
            .map(Self)
            .map_err(|error| KeyError::NoPublicKey(error.to_string()))
    }

    /// The key as SPKI PEM.
    ///
    /// # Errors
    /// It cannot be encoded.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        self.0.to_public_key_pem(LineEnding::LF).map_err(|error| KeyError::NotMade(error.to_string()))
    }

    /// The key's name: SHA-256 in hex over its DER form (SPKI), as `openssl pkey -pubin -outform DER | sha256sum` says.
    ///
    /// # Errors
    /// It cannot be encoded.
    pub fn id(&self) -> Result<String, KeyError> {
        let der = self.0.to_public_key_der().map_err(|error| KeyError::NotMade(error.to_string()))?;
        Ok(sha256(der.as_bytes()))
    }

    /// Whether this key made a signature over these bytes. Forms of a signature that are not the one that signing
    /// gives are refused, too.
    pub fn made(&self, signature: &[u8], bytes: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.0.verify_strict(bytes, &signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_checks_what_it_signed() {
        let key = PrivateKey::generate().unwrap();
        let again = PrivateKey::from_pem(&key.to_pem().unwrap()).unwrap();
        let public = PublicKey::from_pem(&key.public().to_pem().unwrap()).unwrap();
        assert_eq!((&again.public(), &public), (&key.public(), &key.public()));
        let signature = again.sign(b"text");
        assert_eq!(signature.len(), 64);
        assert!(public.made(&signature, b"text"));
        assert!(!public.made(&signature, b"texs"));
        assert!(!public.made(&signature[..63], b"text"));
        assert!(!PrivateKey::generate().unwrap().public().made(&signature, b"text"));
    }

    #[test]
    fn a_key_of_the_wrong_kind_says_so() {
        let key = PrivateKey::generate().unwrap();
        let (private, public) = (key.to_pem().unwrap(), key.public().to_pem().unwrap());
        assert_eq!(PrivateKey::from_pem(&public).err(), Some(KeyError::PublicForPrivate));
        assert_eq!(PublicKey::from_pem(&private).err(), Some(KeyError::PrivateForPublic));
        assert!(matches!(PrivateKey::from_pem("hello").err(), Some(KeyError::NoPrivateKey(_))));
        assert!(matches!(PublicKey::from_pem("hello").err(), Some(KeyError::NoPublicKey(_))));
    }
}
