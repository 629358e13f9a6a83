//! How the client is built: TLS, and everything that must be switched off.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{NoProxy, Proxy};
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

/// Below every vendor's time-out, so that an unreachable vendor is told from a slow one.
pub(crate) const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Vendors close idle connections after a minute or more; ours go first, so that none is written to as it dies.
const IDLE_TIMEOUT: Duration = Duration::from_secs(45);

/// The client cannot be built.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be built: {0}")]
pub struct BuildError(String);

/// Builds the client; also says whether the machine had certificates to trust.
pub(crate) fn build(connect_timeout: Duration) -> Result<(reqwest::Client, bool), BuildError> {
    let (tls, has_roots) = tls()?;
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .no_proxy()
        .redirect(Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .user_agent(concat!("leadsink/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect_timeout)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .tcp_nodelay(true);
    if let Some(proxy) = https_proxy()? {
        builder = builder.proxy(proxy);
    }
    let client = builder.build().map_err(failed)?;
    Ok((client, has_roots))
}

/// The machine's proxy, for `https` only: there it forwards what it cannot read. Plain `http` stays on this machine, and a
/// proxy would be handed credentials and leads in clear text.
fn https_proxy() -> Result<Option<Proxy>, BuildError> {
    let named = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let Some(address) = named
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
    else {
        return Ok(None);
    };
    let proxy = Proxy::https(address).map_err(|_| BuildError("the address in `HTTPS_PROXY` cannot be read".into()))?;
    Ok(Some(proxy.no_proxy(NoProxy::from_env())))
}

fn failed(error: reqwest::Error) -> BuildError {
    BuildError(error.without_url().to_string())
}

fn tls() -> Result<(ClientConfig, bool), BuildError> {
    let provider = || Arc::new(rustls::crypto::ring::default_provider());
    let versions = || {
        ClientConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .map_err(|error| BuildError(error.to_string()))
    };
    // Without certificates on the machine, plain http to this machine must still work; https then fails and says why.
    Ok(match versions()?.with_platform_verifier() {
        Ok(verified) => (verified.with_no_client_auth(), true),
        Err(_) => (
            versions()?
                .with_root_certificates(RootCertStore::empty())
                .with_no_client_auth(),
            false,
        ),
    })
}
