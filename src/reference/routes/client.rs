//! The client credentials that four operations take.

use crate::reference::call::Call;
use crate::reference::errors::{Documented, Refusal};
use crate::reference::faults::{self, Fault};
use crate::reference::fields::Fields;
use crate::reference::kinds;
use crate::reference::variants::Variant;

/// What a request says about its client.
pub(super) struct Client {
    id: Option<String>,
    secret: Option<String>,
}

/// The faults that concern the client of one operation.
struct Faults {
    operation: &'static str,
    any_id: &'static Fault,
    unknown: &'static Fault,
    any_secret: &'static Fault,
}

static FAULTS: [Faults; 4] = [
    Faults {
        operation: "POST /auth/token",
        any_id: &faults::TOKEN_ANY_CLIENT_ID,
        unknown: &faults::TOKEN_UNKNOWN_CLIENT_TAKEN,
        any_secret: &faults::TOKEN_ANY_SECRET_TAKEN,
    },
    Faults {
        operation: "POST /auth/signup",
        any_id: &faults::SIGNUP_ANY_CLIENT_ID,
        unknown: &faults::SIGNUP_UNKNOWN_CLIENT_TAKEN,
        any_secret: &faults::SIGNUP_ANY_SECRET_TAKEN,
    },
    Faults {
        operation: "POST /auth/guest",
        any_id: &faults::GUEST_ANY_CLIENT_ID,
        unknown: &faults::GUEST_UNKNOWN_CLIENT_TAKEN,
        any_secret: &faults::GUEST_ANY_SECRET_TAKEN,
    },
    Faults {
        operation: "POST /auth/password-reset",
        any_id: &faults::RESET_ANY_CLIENT_ID,
        unknown: &faults::RESET_UNKNOWN_CLIENT_TAKEN,
        any_secret: &faults::RESET_ANY_SECRET_TAKEN,
    },
];

/// Which of those faults is on.
#[derive(Default)]
struct Laxness {
    any_id: bool,
    unknown: bool,
    any_secret: bool,
}

fn laxness(call: &Call<'_>) -> Laxness {
    let own = FAULTS.iter().find(|own| own.operation == call.operation);
    own.map_or_else(Laxness::default, |own| Laxness {
        any_id: call.fault(own.any_id),
        unknown: call.fault(own.unknown),
        any_secret: call.fault(own.any_secret),
    })
}

impl Client {
    /// Takes `client_id`, a UUID unless `any_id`, and `client_secret`.
    pub(super) fn take(fields: &mut Fields, call: &Call<'_>, any_id: bool) -> Self {
        let any_id = any_id || laxness(call).any_id;
        Self {
            id: fields.optional("client_id", kinds::lenient(any_id, kinds::uuid)),
            secret: fields.optional("client_secret", kinds::text),
        }
    }

    /// Refuses a client never issued and a wrong secret; neither has to be given.
    pub(super) fn check(&self, call: &Call<'_>) -> Result<(), Refusal> {
        let json = call.request.media_type().is_some_and(|media_type| media_type == "application/json");
        if self.secret.is_none() && call.fault(&faults::BARE_CLIENT_TAKEN)
            || json && call.operation == "POST /auth/token" && call.fault(&faults::JSON_CLIENT_UNCHECKED)
        {
            return Ok(());
        }
        let config = call.config;
        let lax = laxness(call);
        let known = self.id.as_ref().is_none_or(|id| {
            let ignored = lax.any_id && uuid::Uuid::try_parse(id).is_err();
            *id == config.client_id || lax.unknown || ignored
        });
        let at_token = call.operation == faults::TOKEN_EMPTY_SECRET_TAKEN.operation;
        let empty_taken = at_token && call.fault(&faults::TOKEN_EMPTY_SECRET_TAKEN);
        let needed = empty_taken || at_token && call.variant(Variant::ClientSecretRequired);
        let longer_taken = at_token && call.fault(&faults::TOKEN_SECRET_BEGINNING_COMPARED);
        let right = match &self.secret {
            Some(secret) => {
                *secret == config.client_secret
                    || lax.any_secret
                    || empty_taken && secret.is_empty()
                    || longer_taken && secret.starts_with(&config.client_secret)
            }
            None => !(needed && self.id.is_some()),
        };
        if known && right { Ok(()) } else { Err(Documented::BadClientCredentials.into()) }
    }
}
