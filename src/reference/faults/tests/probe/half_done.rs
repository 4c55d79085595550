//! What a refusal leaves behind, and what a change takes along.

use serde_json::{Value, json};

use super::{CLIENT, NEW, OLD, Person, Probe, SECRET};

impl Probe {
    pub(super) fn half_done(&mut self) {
        self.refused_completions();
        self.replaced_passwords();
        self.used_resets();
        self.resets_of_others();
        self.long_ways();
        self.left_behind();
        self.many_codes();
    }

    /// A code of before for the sid of now, and more codes than there are to be had.
    fn many_codes(&mut self) {
        let person = self.signup(json!({"phone": "+971500000914"}));
        self.start(&person);
        let older = self.code();
        self.say("POST /auth/verify/phone/check", &person.access, Value::Null);
        self.say("PUT /auth/complete", &person.access, json!({"password": OLD}));
        self.bench.advance(60);
        let sid = self.start(&person);
        self.enter(&person, &sid, json!(older));
        for _ in 0..8 {
            self.bench.advance(60);
            self.start(&person);
        }
        let renewed = Person { session: person.session.clone(), ..self.refresh(&person.refresh) };
        self.start(&renewed);
    }

    /// Sessions that were left long ago, and lists that are alike.
    fn left_behind(&mut self) {
        let one = self.account("+971500000905", "vic");
        let other = self.sign_in("vic", OLD);
        let one = Person { session: one.session.clone(), ..self.refresh(&one.refresh) };
        self.read(&other.access);
        self.refresh(&other.refresh);
        let other = self.sign_in("vic", OLD);
        self.say("POST /auth/logout", &one.access, Value::Null);
        self.read(&one.access);
        let next = self.refresh(&other.refresh);
        self.bench.advance(3_700);
        self.refresh(&one.refresh);
        self.refresh(&other.refresh);
        let next = self.refresh(&next.refresh);
        let list = json!({"languages": ["en", "fr"]});
        self.say("PUT /auth/user", &next.access, list);
        let neighbour = self.account("+971500000906", "wes");
        self.say("PUT /auth/user", &neighbour.access, json!({"languages": ["ar", "ru"]}));
        self.read(&next.access);
        self.say("PUT /auth/user", &neighbour.access, json!({"experience": 7}));
        let body = json!({"grant_type": "reset", "client_id": CLIENT, "client_secret": SECRET,
            "phone": "+971500000906"});
        let reset = Person::from(&self.say("POST /auth/password-reset", "", body));
        self.bench.advance(2_000);
        self.say("POST /auth/verify/phone/check", &reset.access, Value::Null);
        self.read("a.b");
        self.read("a.b.c");
    }

    fn refused_completions(&mut self) {
        let phone = "+971500000901";
        let refreshing = self.signup(json!({"phone": phone, "email": "uma@example.test"}));
        let person = Person { access: refreshing.refresh.clone(), ..refreshing.clone() };
        let sid = self.start(&refreshing);
        let code = self.code();
        self.enter(&person, &sid, json!(code.clone()));
        self.enter(&refreshing, &sid, json!(code));
        self.say("PUT /auth/complete", &refreshing.refresh, json!({"gender": "male"}));
        self.account("+971500000902", "zoe");
        self.say("PUT /auth/complete", &refreshing.access, json!({"password": OLD, "username": "zoe"}));
        self.sign_in(phone, OLD);
        self.say("PUT /auth/complete", &refreshing.access, json!({"password": "Ünïcode-密-123", "username": "ZOE"}));
        self.sign_in(phone, "Änöcode-密-123");
        self.sign_in(phone, "Ünïcode-暗-123");
    }

    fn replaced_passwords(&mut self) {
        let person = self.account("+971500000903", "una");
        let wrong = json!({"password": NEW, "oldPassword": "wrong", "firstName": "Mallory"});
        self.say("PUT /auth/complete", &person.access, wrong);
        self.read(&person.access);
        self.say("PUT /auth/complete", &person.access, json!({"password": NEW, "oldPassword": OLD}));
        let again = self.sign_in("una", NEW);
        let changed = json!({"password": OLD, "old_password": NEW});
        let changed = Person::from(&self.say("PUT /auth/password-reset", &again.access, changed));
        self.read(&changed.access);
    }

    fn used_resets(&mut self) {
        let body = json!({"grant_type": "reset", "client_id": CLIENT, "client_secret": SECRET,
            "phone": "+971500000903"});
        self.bench.advance(3_600);
        let reset = Person::from(&self.say("POST /auth/password-reset", "", body));
        let sid = self.start(&reset);
        let code = self.code();
        self.enter(&reset, &sid, json!(code));
        self.say("PUT /auth/password-reset", &reset.access, json!({"password": NEW}));
        let renewed = self.refresh(&reset.refresh);
        self.say("PUT /auth/password-reset", &renewed.access, json!({"password": OLD}));
        self.say("POST /auth/verify/phone/check", &renewed.access, Value::Null);
    }

    /// A reset of a phone that has no account yet, and one after another.
    fn resets_of_others(&mut self) {
        let reset = |phone: &str| json!({"grant_type": "reset", "phone": phone});
        let signup = self.signup(json!({"phone": "+971500000911"}));
        let sid = self.start(&signup);
        let code = self.code();
        self.enter(&signup, &sid, json!(code));
        let begun = Person::from(&self.say("POST /auth/password-reset", "", reset("+971500000911")));
        self.say("PUT /auth/complete", &begun.access, json!({"password": NEW}));
        let owner = self.account("+971500000912", "yan");
        let mut older = owner.clone();
        for password in [NEW, OLD] {
            self.bench.advance(60);
            let reset = Person::from(&self.say("POST /auth/password-reset", "", reset("+971500000912")));
            let sid = self.start(&reset);
            let code = self.code();
            self.enter(&reset, &sid, json!(code));
            let done =
                Person::from(&self.say("PUT /auth/password-reset", &reset.access, json!({"password": password})));
            self.read(&older.access);
            older = done;
        }
        self.bench.advance(3_700);
        self.read(&older.access);
    }

    /// What comes only after something else, or beside it.
    fn long_ways(&mut self) {
        let signup = self.signup(json!({"phone": "+971500000907"}));
        self.say("PUT /auth/complete", &signup.access, json!({"password": OLD, "lastName": "Malone"}));
        let sid = self.start(&signup);
        let code = self.code();
        self.enter(&signup, &sid, json!(code));
        let person = Person::from(&self.say("PUT /auth/complete", &signup.access, json!({"password": OLD})));
        self.read(&person.access);
        self.say("PUT /auth/complete", &person.access, json!({"password": NEW, "username": "xan"}));
        self.bench.advance(3_600);
        let body = json!({"grant_type": "reset", "client_id": CLIENT, "client_secret": SECRET,
            "phone": "+971500000907"});
        let reset = Person::from(&self.say("POST /auth/password-reset", "", body));
        self.say("PUT /auth/password-reset", &reset.access, json!({"password": NEW, "old_password": "wrong"}));
        let sid = self.start(&reset);
        let code = self.code();
        self.enter(&reset, &sid, json!(code));
        let person = Person::from(&self.say("PUT /auth/password-reset", &reset.access, json!({"password": NEW})));
        self.say("PUT /auth/password-reset", &person.access, json!({"password": OLD}));
        self.say("PUT /auth/password-reset", &person.refresh, json!({"password": NEW, "old_password": NEW}));
        self.say("PUT /auth/user", &person.access, json!({"phone": "+971500000909", "email_verified": true}));
        self.say("PUT /auth/user", &person.access, json!({"experience": 5_000_000_000_i64}));
        let guesser = self.signup(json!({"phone": "+971500000908", "type": "coach"}));
        let sid = self.start(&guesser);
        for _ in 0..21 {
            self.enter(&guesser, &sid, json!("0"));
        }
        self.say("PUT /auth/complete", &guesser.access, json!({"password": OLD}));
    }
}
