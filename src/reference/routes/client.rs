//! The client credentials that four operations take.

use crate::reference::call::Call;
use crate::reference::errors::{Documented, Refusal};
use crate::reference::fields::Fields;
use crate::reference::kinds;

/// What a request says about its client.
pub(super) struct Client {
    pub(super) id: Option<String>,
    pub(super) secret: Option<String>,
}

impl Client {
    /// Takes `client_id`, a UUID, and `client_secret`.
    pub(super) fn take(fields: &mut Fields) -> Self {
        Self { id: fields.optional("client_id", kinds::uuid), secret: fields.optional("client_secret", kinds::text) }
    }

    /// Refuses a client never issued and a wrong secret; neither has to be given.
    pub(super) fn check(&self, call: &Call<'_>) -> Result<(), Refusal> {
        let config = call.config;
        let known = self.id.as_ref().is_none_or(|id| *id == config.client_id);
        let right = self.secret.as_ref().is_none_or(|secret| *secret == config.client_secret);
        if known && right { Ok(()) } else { Err(Documented::BadClientCredentials.into()) }
    }
}
