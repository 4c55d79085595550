//! Servers whose certificate is wrong in one thing.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rstest::rstest;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::{Ran, run};
use crate::servers::{html, text};

/// A certificate for some names, and who signed it.
struct Shown {
    names: &'static [&'static str],
    expired: bool,
    /// By the authority that the profile trusts; else by itself.
    signed: bool,
}

/// A server that shows a certificate, with a folder that holds a profile for it and the authority's certificate.
fn serving(shown: &Shown, folder: &Path) -> SocketAddr {
    let key = KeyPair::generate().unwrap();
    let mut certificate =
        CertificateParams::new(shown.names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
    if shown.expired {
        certificate.not_before = date_time_ymd(2019, 1, 1);
        certificate.not_after = date_time_ymd(2020, 1, 1);
    }
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let pem = authority.self_signed(&authority_key).unwrap().pem();
    std::fs::write(folder.join("ca.pem"), pem).unwrap();
    let certificate = match shown.signed {
        true => certificate.signed_by(&key, &Issuer::new(authority, authority_key)).unwrap(),
        false => certificate.self_signed(&key).unwrap(),
    };
    std::fs::write(folder.join("shown.der"), certificate.der()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let trusted = if shown.signed { "ca = \"ca.pem\"\n" } else { "" };
    let profile = format!("[target.tls]\nurl = \"https://{address}\"\nconnect_timeout = \"5s\"\n{trusted}");
    std::fs::write(folder.join("p.toml"), profile).unwrap();
    serve(listener, certificate.der().clone(), PrivateKeyDer::try_from(key.serialize_der()).unwrap());
    address
}

fn serve(listener: TcpListener, certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let config = config.clone();
            thread::spawn(move || {
                let mut stream = StreamOwned::new(ServerConnection::new(config).unwrap(), stream);
                // One short request comes in one piece.
                if stream.read(&mut [0; 4096]).is_ok() {
                    let _ = stream.write_all(html(404).as_bytes());
                    stream.conn.send_close_notify();
                    let _ = stream.flush();
                }
            });
        }
    });
}

fn certified(shown: &Shown) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    serving(shown, folder.path());
    certified_in(folder.path())
}

fn certified_in(folder: &Path) -> Ran {
    run(&["--profile-file", text(&folder.join("p.toml")), "--flow", "come-in-as-a-guest"])
}

#[rstest]
#[case::expired(Shown { names: &["127.0.0.1"], expired: true, signed: true }, "expired")]
#[case::self_signed(Shown { names: &["127.0.0.1"], expired: false, signed: false }, "UnknownIssuer")]
#[case::for_another_name(Shown { names: &["other.test"], expired: false, signed: true }, "not valid for name")]
fn a_wrong_certificate_is_no_answer(#[case] shown: Shown, #[case] words: &str) {
    let ran = certified(&shown);
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    assert!(ran.err.contains(words), "{}", ran.err);
}

/// What the others have wrong is right here, so that they were refused for it.
#[test]
fn a_right_certificate_is_an_answer() {
    let folder = tempfile::tempdir().unwrap();
    serving(&Shown { names: &["127.0.0.1"], expired: false, signed: true }, folder.path());
    let ran = certified_in(folder.path());
    assert!(ran.requests() > 0, "{}", ran.err);
    // The report says which one it was.
    let digest = conformance::contract::digest::sha256(&std::fs::read(folder.path().join("shown.der")).unwrap());
    let shown = ran.report["target"]["certificate"].as_str().unwrap_or_default().replace(':', "").to_lowercase();
    assert_eq!(shown, digest, "{}", ran.report["target"]);
}
