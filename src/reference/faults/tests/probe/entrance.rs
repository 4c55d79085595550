//! From strangers to completed accounts.

use serde_json::{Value, json};

use super::{CLIENT, OLD, OTHER_CLIENT, Probe, SECRET};
use crate::reference::routes::tests::Person;

impl Probe {
    pub(super) fn strangers(&mut self) {
        for name in ["GET /auth/user", "DELETE /auth/user", "PATCH /auth/user", "PUT /auth/signup", "GET /auth/nothing"]
        {
            self.say(name, "", Value::Null);
        }
        let guest = json!({"grant_type": "create", "client_id": CLIENT, "client_secret": SECRET});
        let first = Person::from(&self.say("POST /auth/guest", "", guest.clone()));
        let second = Person::from(&self.say("POST /auth/guest", "", guest));
        self.read(&first.access);
        self.read(&second.access);
        self.say("POST /auth/verify/email", &first.access, Value::Null);
        for operation in &crate::reference::operation::OPERATIONS {
            self.say(operation.name, "", json!({"firstName": "Eve"}));
        }
        let guest = Person::from(&self.say("POST /auth/guest", "", json!({"grant_type": "create", "timezone": null})));
        let other = if guest.access.ends_with('A') { "B" } else { "A" };
        let cut = guest.access.len().saturating_sub(1);
        let tampered = format!("{}{other}", &guest.access[..cut]);
        for header in [
            format!("Basic {}", guest.access),
            format!("Token {}", guest.access),
            format!("Digest {}", guest.access),
            guest.access.clone(),
            "Bearer".to_owned(),
            "Bearer never-issued".to_owned(),
            format!("Bearer {tampered}"),
            format!("Bearer {}", guest.refresh),
        ] {
            self.raw("GET /auth/user", &[("authorization", &header)], "");
        }
        self.refresh(&guest.access);
        self.refresh("garbage");
        for (operation, body) in [
            ("POST /auth/guest", json!({"grant_type": "other"})),
            ("POST /auth/guest", json!({})),
            ("POST /auth/guest", json!({"grant_type": "create", "client_id": "no"})),
            ("POST /auth/guest", json!({"grant_type": "create", "client_id": OTHER_CLIENT})),
            ("POST /auth/guest", json!({"grant_type": "create", "client_secret": "no"})),
        ] {
            self.say(operation, "", body);
        }
    }

    pub(super) fn signups(&mut self) {
        for more in [
            json!({"grant_type": "other"}),
            json!({"grant_type": 4}),
            json!({"type": "member"}),
            json!({"type": "CLIENT"}),
            json!({"type": "clients"}),
            json!({"grant_type": "created"}),
            json!({"type": null}),
            json!({"phone": "0501234567"}),
            json!({"email": "nobody"}),
            json!({"email": ["a@example.test"]}),
            json!({"timezone": 4}),
            json!({"client_id": "no"}),
            json!({"client_id": OTHER_CLIENT}),
            json!({"client_secret": "no"}),
            json!({"type": "studio"}),
            json!({"phone": "+971500000090", "type": "member"}),
            json!({"phone": "+971500000090"}),
        ] {
            self.signup(more);
        }
        self.say("POST /auth/signup", "", json!({"grant_type": "create"}));
        let json_type = [("content-type", "application/json")];
        let body = r#"{"grant_type": "create", "type": "client""#;
        self.raw("POST /auth/signup", &json_type, body);
        self.raw("POST /auth/signup", &json_type, &format!("[{body}}}]"));
        let form = [("content-type", "application/x-www-form-urlencoded")];
        self.raw("POST /auth/signup", &form, "grant_type=create&type=client");
    }

    pub(super) fn codes(&mut self) {
        let person = self.signup(json!({"phone": "+971500000011", "email": "a@example.test"}));
        let other = self.signup(json!({"phone": "+971500000012", "type": "client"}));
        self.read(&person.access);
        self.read(&other.access);
        self.say("PUT /auth/complete", &person.access, json!({"gender": "male"}));
        self.say("PUT /auth/complete", &other.access, json!({"gender": "male"}));
        for body in [
            json!({"session": other.session}),
            json!({"session": "never issued"}),
            json!({"session": person.session, "channel": "pigeon"}),
        ] {
            self.say("POST /auth/verify/phone", &person.access, body);
        }
        self.bench.advance(1_000);
        let sid = self.start(&person);
        self.start(&person);
        let code = self.code();
        self.enter(&person, "never issued", json!(code));
        self.enter(&other, &sid, json!(code));
        self.read(&other.access);
        self.enter(&person, &sid, json!("abcd"));
        self.enter(&person, &sid, json!(code));
        self.say("POST /auth/verify/phone/check", &person.access, Value::Null);
        self.enter(&person, &sid, json!(code));
        self.start(&person);
        self.read(&person.access);
        let odd = [json!(""), json!(null), json!([1]), json!(1.5)];
        for (index, code) in odd.into_iter().enumerate() {
            let fresh = self.signup(json!({"phone": format!("+97150000002{index}")}));
            let sid = self.start(&fresh);
            self.enter(&fresh, &sid, code);
            self.read(&fresh.access);
        }
    }

    pub(super) fn guesses(&mut self) {
        let person = self.signup(json!({"phone": "+971500000031"}));
        let digit = |code: &str| (code.as_bytes()[3] - b'0' + 1) % 10;
        for round in 0..7_u64 {
            let sid = self.start(&person);
            let code = self.code();
            let near = format!("{}{}", &code[..3], digit(&code));
            self.enter(&person, &sid, json!(near));
            self.enter(&person, &sid, json!(code));
            self.bench.advance(60 + round);
        }
        let person = self.signup(json!({"phone": "+971500000033"}));
        let sid = self.start(&person);
        let longer = format!("{}0", self.code());
        self.enter(&person, &sid, json!(longer));
        let person = self.signup(json!({"phone": "+971500000032"}));
        for wait in [600, 630, 400, 61] {
            let sid = self.start(&person);
            let code = self.code();
            self.bench.advance(wait);
            self.enter(&person, &sid, json!(code));
        }
    }

    pub(super) fn completion(&mut self) -> Person {
        let person = self.account("+971500000041", "ann");
        self.read(&person.access);
        self.refresh(&person.refresh.clone());
        let other = self.account("+971500000042", "bob");
        for body in [
            json!({"username": "ann"}),
            json!({"email": "ann@example.test"}),
            json!({"password": "taken over"}),
            json!({"password": "taken over", "oldPassword": "wrong"}),
            json!({"password": "taken over", "oldPassword": "x".repeat(100)}),
            json!({"password": "taken over", "oldPassword": {"$ne": ""}}),
        ] {
            self.say("PUT /auth/complete", &other.access, body);
            self.sign_in("bob", OLD);
        }
        let known = self.signup(json!({"phone": "+971500000041"}));
        self.read(&known.access);
        let sid = self.start(&known);
        let code = self.code();
        self.enter(&known, &sid, json!(code));
        let body = json!({"password": "taken over"});
        self.say("PUT /auth/complete", &known.access, body);
        self.sign_in("+971500000041", OLD);
        self.sign_in("ann", OLD)
    }
}
