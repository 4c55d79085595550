//! An account: who it is, what it wrote into its profile, how its own body looks.

use serde_json::{Value, json};
use uuid::Uuid;

use super::clock::Moment;
use super::password::StoredPassword;
use super::switches::Switches;
use super::variants::Variant;

/// Where an account stands in the list of its server.
pub(super) type AccountId = usize;

/// One account: a guest, an unfinished signup, a completed one, or a decoy.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) id: Uuid,
    /// The type that was asked for; `guest` for a guest.
    pub(super) kind: String,
    pub(super) completed: bool,
    /// Stands for a phone that has no account: never found, never completed.
    pub(super) decoy: bool,
    pub(super) blocked: bool,
    pub(super) username: Option<String>,
    pub(super) password: Option<StoredPassword>,
    /// The password itself; only faults keep it.
    pub(super) clear_password: Option<String>,
    /// The password before this one; only a fault keeps it.
    pub(super) former_password: Option<StoredPassword>,
    pub(super) phone: Option<String>,
    pub(super) phone_verified: bool,
    pub(super) email: Option<String>,
    pub(super) email_verified: bool,
    /// When the last verification mail was sent.
    pub(super) mailed_at: Option<Moment>,
    pub(super) profile: Profile,
}

/// The nine values that their owner can write; null until then.
#[derive(Debug, Clone, Default)]
pub(super) struct Profile {
    pub(super) gender: Value,
    pub(super) birth_date: Value,
    pub(super) timezone: Value,
    pub(super) first_name: Value,
    pub(super) last_name: Value,
    pub(super) description: Value,
    pub(super) languages: Value,
    pub(super) experience: Value,
    pub(super) requires_parking: Value,
}

impl Account {
    /// An account that has nothing yet but a type.
    pub(super) fn new(id: Uuid, kind: &str) -> Self {
        Self {
            id,
            kind: kind.to_owned(),
            completed: false,
            decoy: false,
            blocked: false,
            username: None,
            password: None,
            clear_password: None,
            former_password: None,
            phone: None,
            phone_verified: false,
            email: None,
            email_verified: false,
            mailed_at: None,
            profile: Profile::default(),
        }
    }

    /// The type as it is shown.
    pub(super) fn shown_type(&self, switches: Switches) -> &str {
        if switches.variant(Variant::TypeGuestUntilCompletion) && !self.completed { "guest" } else { &self.kind }
    }

    /// The profile as its owner reads it.
    pub(super) fn body(&self, switches: Switches) -> Value {
        let profile = &self.profile;
        let or = |value: &Value, default: Value| {
            if value.is_null() && switches.variant(Variant::FilledProfile) { default } else { value.clone() }
        };
        let text = |value: &Value| or(value, json!(""));
        json!({
            "gender": or(&profile.gender, json!("other")),
            "birthDate": or(&profile.birth_date, json!("1970-01-01")),
            "timezone": or(&profile.timezone, json!("UTC")),
            "firstName": text(&profile.first_name),
            "lastName": text(&profile.last_name),
            "description": text(&profile.description),
            "languages": or(&profile.languages, json!([])),
            "experience": or(&profile.experience, json!(0)),
            "requiresParking": or(&profile.requires_parking, json!(false)),
            "id": self.id.to_string(),
            "type": self.shown_type(switches),
            "username": text(&json!(self.username)),
            "phone": self.phone,
            "email": self.email,
            "verifiedPhone": self.phone_verified,
            "verifiedEmail": self.email_verified,
            "available": false,
            "verified": false,
            "avatarUrl": or(&Value::Null, json!("https://media.example.test/avatar.png")),
            "mediaType": or(&Value::Null, json!("image/png")),
            "mediaUrl": or(&Value::Null, json!("https://media.example.test/media.png")),
            "mediaPreviewUrl": or(&Value::Null, json!("https://media.example.test/small.png")),
            "sessionCount": or(&Value::Null, json!(0)),
            "totalPayment": or(&Value::Null, json!(0.5)),
            "totalPaymentCurrency": or(&Value::Null, json!("AED")),
            "profileCompletion": self.completion(switches),
        })
    }

    fn completion(&self, switches: Switches) -> Value {
        let percent = self.profile.filled() * 100 / 9;
        if switches.variant(Variant::ProfileCompletionObject) {
            json!({"percent": percent, "missing": 9 - self.profile.filled()})
        } else if switches.variant(Variant::ProfileCompletionString) {
            json!(format!("{percent}%"))
        } else if switches.variant(Variant::ProfileCompletionNull) {
            Value::Null
        } else {
            json!(percent)
        }
    }
}

impl Profile {
    fn filled(&self) -> usize {
        let values = [
            &self.gender,
            &self.birth_date,
            &self.timezone,
            &self.first_name,
            &self.last_name,
            &self.description,
            &self.languages,
            &self.experience,
            &self.requires_parking,
        ];
        values.iter().filter(|value| !value.is_null()).count()
    }
}
