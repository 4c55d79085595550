//! A server that speaks TLS before the reference server, and notes which protocol was agreed on.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;
use tokio_rustls::TlsAcceptor;

/// An authority of its own, whose certificate is in the folder as `ca.pem`, and one of a client as `client.pem`,
/// `client-certificate.pem` and `client-key.pem`.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
}

impl Authority {
    pub fn new(folder: &Path) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        std::fs::write(folder.join("ca.pem"), certificate.pem()).unwrap();
        let it = Self { issuer: Issuer::new(params, key), certificate: certificate.der().clone() };
        let (client, key) = it.signed("a client");
        std::fs::write(folder.join("client-certificate.pem"), client.pem()).unwrap();
        std::fs::write(folder.join("client-key.pem"), key.serialize_pem()).unwrap();
        std::fs::write(folder.join("client.pem"), client.pem() + &key.serialize_pem()).unwrap();
        it
    }

    fn signed(&self, name: &str) -> (rcgen::Certificate, KeyPair) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.signed_by(&key, &self.issuer).unwrap(), key)
    }
}

/// The server.
pub struct Front {
    pub address: SocketAddr,
    /// The certificate that it shows (DER).
    pub certificate: CertificateDer<'static>,
    agreed: Arc<Mutex<BTreeSet<String>>>,
    _runtime: Runtime,
}

impl Front {
    /// Starts one that offers these protocols, and, where `asks`, wants a certificate of the authority.
    pub fn start(upstream: &str, authority: &Authority, protocols: &[&str], asks: bool) -> Self {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config =
            ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions().unwrap();
        let config = match asks {
            false => config.with_no_client_auth(),
            true => {
                let mut roots = RootCertStore::empty();
                roots.add(authority.certificate.clone()).unwrap();
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                config.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        let (certificate, key) = authority.signed("127.0.0.1");
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let shown = certificate.der().clone();
        let mut config = config.with_single_cert(vec![shown.clone()], key).unwrap();
        config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let agreed: Arc<Mutex<BTreeSet<String>>> = Arc::default();
        let (noted, upstream) = (agreed.clone(), upstream.to_owned());
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, noted, upstream) = (acceptor.clone(), noted.clone(), upstream.clone());
                tokio::spawn(async move {
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let name = stream.get_ref().1.alpn_protocol().unwrap_or(b"none");
                    noted.lock().unwrap().insert(String::from_utf8_lossy(name).into_owned());
                    let Ok(mut behind) = TcpStream::connect(upstream).await else { return };
                    behind.set_nodelay(true).unwrap();
                    let _ = copy_bidirectional(&mut stream, &mut behind).await;
                });
            }
        });
        Self { address, certificate: shown, agreed, _runtime: runtime }
    }

    /// The protocols that were agreed on so far.
    pub fn agreed(&self) -> Vec<String> {
        self.agreed.lock().unwrap().iter().cloned().collect()
    }
}
