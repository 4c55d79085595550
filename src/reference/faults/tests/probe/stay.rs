//! What the owners of accounts do.

use serde_json::{Value, json};

use super::{CLIENT, NEW, OLD, OTHER_CLIENT, Probe, SECRET};
use crate::reference::routes::tests::Person;

impl Probe {
    pub(super) fn sign_ins(&mut self) {
        for name in ["ann", "+971500000041", "ann@example.test"] {
            let person = self.sign_in(name, OLD);
            self.read(&person.access);
        }
        self.sign_in("ann", "wrong");
        self.sign_in("ann", "Tr0ub4dor&4");
        self.sign_in("ann", "Tr0ub4do");
        self.sign_in("nobody", OLD);
        self.sign_in("' or ''='", OLD);
        self.sign_in("constructor", OLD);
        for body in [
            json!({"username": "ann"}),
            json!({"password": OLD}),
            json!({"username": "ann", "password": OLD, "grant_type": "other"}),
            json!({"username": "ann", "password": OLD, "grant_type": "passwords"}),
            json!({"username": "ann", "password": OLD, "client_id": "no"}),
            json!({"username": "ann", "password": OLD, "client_id": OTHER_CLIENT}),
            json!({"username": "ann", "password": OLD, "client_id": CLIENT, "client_secret": "no"}),
            json!({"username": "ann", "password": OLD, "client_id": CLIENT, "client_secret": format!("{SECRET}0")}),
        ] {
            self.say("POST /auth/token", "", body);
        }
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let body = "username=ann%40example.test&password=Tr0ub4dor%263";
        self.raw("POST /auth/token", &form, body);
        self.raw("POST /auth/token", &form, "username=%FF%FE&password=x");
    }

    pub(super) fn tokens(&mut self, person: &Person) {
        let first = self.refresh(&person.refresh);
        self.read(&first.access);
        let second = self.refresh(&first.refresh);
        self.read(&second.access);
        self.refresh(&first.refresh);
        self.refresh(&person.refresh);
        let out = self.sign_in("ann", OLD);
        let refreshed = self.refresh(&out.refresh);
        self.say("POST /auth/logout", &out.access, Value::Null);
        self.refresh(&refreshed.refresh);
        let out = self.sign_in("ann", OLD);
        self.say("POST /auth/logout", &out.access, Value::Null);
        self.read(&out.access);
        self.refresh(&out.refresh);
    }

    pub(super) fn profile(&mut self, person: &Person) {
        let long = "é".repeat(1_000);
        for body in [
            json!({"gender": "female", "birthDate": "2000-07-08", "experience": 3}),
            json!({"firstName": " A<b>é😀 ", "description": long}),
            json!({"languages": ["en", "ar"], "requiresParking": true}),
            json!({"languages": [], "requiresParking": false, "experience": 0}),
            json!({"birthDate": "1899-12-31"}),
            json!({"birthDate": "2000-02-29"}),
            json!({"birthDate": "2000-13-45"}),
            json!({"birthDate": "2000-07-08T12:34:56"}),
            json!({"birthDate": "2000/07/08"}),
            json!({"experience": "three", "lastName": "Changed"}),
            json!({"experience": true}),
            json!({"languages": "en"}),
            json!({"requiresParking": "maybe"}),
            json!({"firstName": 4}),
            json!({"firstName": []}),
            json!({"lastName": null}),
            json!({"description": "", "lastName": "Null"}),
            json!({"gender": "male", "timezone": "Europe/Paris", "lastName": "Doe"}),
            json!({"verifiedEmail": true, "verified": true}),
            json!({"id": "00000000-0000-4000-8000-000000000000"}),
            json!({"type": "client"}),
            json!({"phone": "+971500000099"}),
        ] {
            self.say("PUT /auth/user", &person.access, body);
            self.read(&person.access);
        }
        let person = self.sign_in("bob", OLD);
        self.read(&person.access);
    }

    pub(super) fn mails(&mut self, person: &Person) {
        let bob = self.sign_in("bob", OLD);
        self.say("POST /auth/verify/email", &person.access, Value::Null);
        self.say("POST /auth/verify/email", &person.access, Value::Null);
        self.read(&person.access);
        self.say("GET /auth/verify/email", "", Value::Null);
        let made_up = format!("GET /auth/verify/email?code={OTHER_CLIENT}");
        self.say(&made_up, "", Value::Null);
        self.say("GET /auth/verify/email?code=", "", Value::Null);
        self.read(&person.access);
        let link = self.link();
        self.say(&link, &bob.access, Value::Null);
        self.read(&bob.access);
        self.say(&link, "", Value::Null);
        self.read(&person.access);
        self.bench.advance(60);
        self.say("POST /auth/verify/email", &person.access, Value::Null);
        for _ in 0..2 {
            self.say("POST /auth/verify/email", &bob.access, Value::Null);
            let link = self.link();
            self.bench.advance(600);
            self.say(&link, "", Value::Null);
        }
        self.read(&bob.access);
    }

    pub(super) fn resets(&mut self) {
        let older = self.account("+971500000051", "cat");
        self.sign_in("cat", OLD);
        let body = json!({"grant_type": "reset", "client_id": CLIENT, "client_secret": SECRET,
            "phone": "+971500000051"});
        let reset = Person::from(&self.say("POST /auth/password-reset", "", body.clone()));
        let newer = self.sign_in("cat", OLD);
        let again = Person::from(&self.say("POST /auth/password-reset", "", body));
        let again = self.refresh(&again.refresh);
        let new = json!({"password": NEW});
        self.say("PUT /auth/password-reset", &again.access, new.clone());
        self.read(&reset.access);
        self.say("PUT /auth/user", &reset.access, json!({"lastName": "Changed"}));
        self.say("PUT /auth/password-reset", &reset.access, new.clone());
        let sid = self.start(&reset);
        let code = self.code();
        self.enter(&reset, &sid, json!(code));
        self.say("PUT /auth/password-reset", &reset.access, json!({}));
        let done = self.say("PUT /auth/password-reset", &reset.access, new.clone());
        let done = Person::from(&done);
        self.read(&done.access);
        self.refresh(&done.refresh);
        for dropped in [&older, &newer] {
            self.read(&dropped.access);
            self.refresh(&dropped.refresh);
        }
        self.say("PUT /auth/password-reset", &reset.access, new);
        self.sign_in("cat", OLD);
        self.sign_in("cat", NEW);
        for more in [
            json!({"grant_type": "other"}),
            json!({"phone": null}),
            json!({"phone": "0501234567"}),
            json!({"client_id": "no"}),
            json!({"client_id": OTHER_CLIENT}),
            json!({"client_secret": "no"}),
            json!({"phone": "+971509999999"}),
        ] {
            let mut body = json!({"grant_type": "reset", "phone": "+971500000051"});
            for (name, value) in more.as_object().into_iter().flatten() {
                body[name] = value.clone();
            }
            self.say("POST /auth/password-reset", "", body);
        }
    }

    pub(super) fn changes(&mut self) {
        let person = self.account("+971500000061", "dan");
        let other = self.sign_in("dan", OLD);
        for body in [
            json!({"password": NEW}),
            json!({"password": NEW, "old_password": "wrong"}),
            json!({"password": NEW, "old_password": OLD}),
        ] {
            self.say("PUT /auth/password-reset", &person.access, body);
            self.sign_in("dan", OLD);
            self.sign_in("dan", NEW);
        }
        self.read(&other.access);
        self.refresh(&other.refresh);
    }

    pub(super) fn long_passwords(&mut self) {
        let person = self.account("+971500000062", "fay");
        let long = "x".repeat(100);
        let change = json!({"password": format!("{long}1"), "old_password": OLD});
        self.say("PUT /auth/password-reset", &person.access, change);
        self.sign_in("fay", &format!("{long}2"));
        self.sign_in("fay", &format!("{long}1"));
        let reset = json!({"grant_type": "reset", "client_id": CLIENT, "client_secret": SECRET,
            "phone": "+971500000062"});
        let reset = Person::from(&self.say("POST /auth/password-reset", "", reset));
        let sid = self.start(&reset);
        let code = self.code();
        self.enter(&reset, &sid, json!(code));
        self.say("PUT /auth/password-reset", &reset.access, json!({"password": format!("{long}3")}));
        self.sign_in("fay", &format!("{long}3"));
    }

    pub(super) fn blocked(&mut self) {
        let phone = "+971500000071";
        let person = self.signup(json!({"phone": phone, "email": "eve@example.test"}));
        let sid = self.start(&person);
        let code = self.code();
        let body = json!({"phone": phone});
        self.bench.call("POST /_test/users/block", "", body);
        self.bench.advance(60);
        self.start(&person);
        self.enter(&person, &sid, json!(code));
        self.say("PUT /auth/complete", &person.access, json!({"password": NEW}));
        self.say("POST /auth/verify/email", &person.access, Value::Null);
    }

    pub(super) fn expiry(&mut self) {
        self.sign_in("bob", OLD);
        let person = self.signup(json!({"phone": "+971500000081"}));
        let late = self.signup(json!({"phone": "+971500000082"}));
        let complete =
            [("+971500000083", "pat"), ("+971500000084", "quin")].map(|(phone, name)| self.account(phone, name));
        let new = json!({"old_password": OLD, "password": NEW});
        let changed = [("+971500000085", "roy"), ("+971500000086", "sue")].map(|(phone, name)| {
            let person = self.account(phone, name);
            Person::from(&self.say("PUT /auth/password-reset", &person.access, new.clone()))
        });
        self.bench.advance(3_300);
        self.read(&person.access);
        self.bench.advance(300);
        self.read(&person.access);
        self.say("POST /auth/logout", &person.access, Value::Null);
        let person = self.refresh(&person.refresh);
        self.bench.advance(20 * 24 * 3_600);
        let person = self.refresh(&person.refresh);
        self.refresh(&complete[0].refresh);
        self.refresh(&changed[0].refresh);
        self.bench.advance(30 * 24 * 3_600);
        self.refresh(&person.refresh);
        self.refresh(&late.refresh);
        self.refresh(&complete[1].refresh);
        self.refresh(&changed[1].refresh);
    }
}
