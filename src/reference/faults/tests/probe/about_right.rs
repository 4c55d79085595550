//! What is about right, and not right: a part of a password, more than a token, somebody else's code.

use serde_json::{Value, json};

use super::{CLIENT, OLD, Person, Probe, SECRET};

impl Probe {
    pub(super) fn about_right(&mut self) {
        self.bench.advance(24 * 3_600);
        self.ways_in();
        self.verifications();
        self.blocked_accounts();
    }

    fn ways_in(&mut self) {
        let person = self.account("+971500000201", "hal");
        let other = self.account("+971500000202", "joy");
        self.raw("GET /auth/user", &[("authorization", &format!("Bearer {},more", person.access))], "");
        let shown = self.say("GET /auth/user", &other.access, Value::Null);
        let address = format!("GET /auth/user?id={}", shown["id"].as_str().unwrap_or_default());
        self.say(&address, &person.access, Value::Null);
        self.sign_in("hal", &OLD[..OLD.len() - 1]);
        self.sign_in("hal", &format!("{OLD}x"));
        let body = json!({"username": "hal", "password": OLD, "client_id": CLIENT});
        self.say("POST /auth/token", "", body);
        let bare = self.signup(json!({"phone": "+971500000203"}));
        let sid = self.start(&bare);
        let code = self.code();
        self.enter(&bare, &sid, json!(code));
        let twin = self.signup(json!({"phone": "+971500000203"}));
        self.say("PUT /auth/complete", &twin.access, json!({"gender": "male"}));
        self.say("PUT /auth/complete", &bare.access, json!({"gender": "male"}));
        self.sign_in("+971500000203", "");
    }

    fn verifications(&mut self) {
        let person = self.signup(json!({"phone": "+971500000211"}));
        let sid = self.start(&person);
        self.enter(&person, &sid, json!("314159265358"));
        for (phone, code) in [("+971500000212", "9999"), ("+971500000213", "1234")] {
            let person = self.signup(json!({"phone": phone}));
            let sid = self.start(&person);
            self.enter(&person, &sid, json!(code));
        }
        let body = json!({"grant_type": "reset", "client_id": CLIENT, "client_secret": SECRET,
            "phone": "+971500000202"});
        let reset = Person::from(&self.say("POST /auth/password-reset", "", body));
        for _ in 0..7 {
            self.bench.advance(60);
            self.start(&reset);
        }
    }

    fn blocked_accounts(&mut self) {
        for (phone, name) in [("+971500000221", "kim"), ("+971500000222", "lou")] {
            let person = self.account(phone, name);
            self.bench.call("POST /_test/users/block", "", json!({"phone": phone}));
            let person = if name == "kim" { self.refresh(&person.refresh) } else { self.sign_in(name, OLD) };
            self.say("POST /auth/verify/email", &person.access, Value::Null);
        }
    }
}
