//! Ways around what is guarded: a part of a secret, the secret of another, a token of another kind.

use serde_json::{Value, json};

use super::{CLIENT, NEW, OLD, Person, Probe, SECRET};

impl Probe {
    pub(super) fn detours(&mut self) {
        self.parts_of_tokens();
        self.codes_of_others();
        self.resets_again();
        self.visitors();
        self.waits();
        self.early_and_late();
        self.odd_values();
        self.verified_for_good();
        self.names_of_others();
        self.begun_by_others();
        self.as_others_ask();
        self.two_ways_at_once();
        self.what_was_not_asked_for();
        self.older_sessions();
    }

    fn what_was_not_asked_for(&mut self) {
        let all = json!({"phone": "+971500000291", "verifiedPhone": true, "verifiedEmail": true});
        let person = self.signup(all);
        self.say("PUT /auth/complete", &person.access, json!({"password": OLD}));
        self.say("POST /auth/guest", "", json!({"grant_type": "create", "type": "coach"}));
        self.signup(json!({"phone": "+971500000295", "email": "hal@example.test"}));
        let person = self.signup(json!({"phone": "+971500000292"}));
        let sid = self.start(&person);
        let code = self.code();
        self.enter(&person, &sid, json!(code));
        let more = json!({"password": OLD, "verifiedEmail": true, "type": "studio", "phone": "+971500000293"});
        let person = Person::from(&self.say("PUT /auth/complete", &person.access, more));
        self.read(&person.access);
    }

    fn older_sessions(&mut self) {
        let older = self.account("+971500000294", "gina");
        self.sign_in("gina", OLD);
        self.say("POST /auth/logout", &older.access, Value::Null);
        self.read(&older.access);
    }

    fn parts_of_tokens(&mut self) {
        let person = self.account("+971500000101", "fern");
        let swapped = |c: char| if c.is_ascii_lowercase() { c.to_ascii_uppercase() } else { c.to_ascii_lowercase() };
        let recased: String = person.access.chars().map(swapped).collect();
        let beginning: String = person.access.chars().take(30).collect();
        self.read(&beginning);
        self.read(&recased);
        let other = self.sign_in("fern", OLD);
        self.say("PUT /auth/password-reset", &other.access, json!({"password": NEW, "old_password": "wrong"}));
        self.say("PATCH /auth/password-reset", &other.access, json!({"password": NEW, "old_password": OLD}));
        self.read(&person.access);
    }

    fn codes_of_others(&mut self) {
        for (index, spoil) in
            [|code: &str| code.chars().take(3).collect(), |code: &str| format!("{code}7")].iter().enumerate()
        {
            let person = self.signup(json!({"phone": format!("+97150000011{index}")}));
            let sid = self.start(&person);
            let code = self.code();
            self.enter(&person, &sid, json!(spoil(&code)));
        }
        let ann = self.signup(json!({"phone": "+971500000121"}));
        let ann_sid = self.start(&ann);
        let ann_code = self.code();
        let ben = self.signup(json!({"phone": "+971500000122"}));
        let ben_sid = self.start(&ben);
        self.enter(&ben, &ann_sid, json!(ann_code.clone()));
        self.say("PUT /auth/complete", &ann.access, json!({"gender": "male"}));
        self.enter(&ben, &ben_sid, json!(ann_code));
        let cid = self.signup(json!({"phone": "+971500000123"}));
        let older = self.start(&cid);
        self.bench.advance(60);
        self.start(&cid);
        let newer = self.code();
        self.enter(&cid, &older, json!(newer));
    }

    fn resets_again(&mut self) {
        self.account("+971500000131", "gus");
        let body = json!({"grant_type": "reset", "client_id": CLIENT, "client_secret": SECRET,
            "phone": "+971500000131"});
        let guessed = Person::from(&self.say("POST /auth/password-reset", "", body.clone()));
        let sid = self.start(&guessed);
        let code = self.code();
        self.enter(&guessed, &sid, json!("99999"));
        self.enter(&guessed, &sid, json!(code));
        let given_up = Person::from(&self.say("POST /auth/password-reset", "", body.clone()));
        self.say("POST /auth/logout", &given_up.access, Value::Null);
        self.refresh(&given_up.refresh);
        let late = Person::from(&self.say("POST /auth/password-reset", "", body));
        let sid = self.start(&late);
        let code = self.code();
        self.bench.advance(1_200);
        self.enter(&late, &sid, json!(code));
    }

    fn visitors(&mut self) {
        let body = json!({"grant_type": "create", "client_id": CLIENT, "client_secret": SECRET});
        let guest = Person::from(&self.say("POST /auth/guest", "", body));
        self.say("PUT /auth/complete", &guest.access, json!({"password": NEW}));
        self.say("POST /auth/verify/phone", &guest.access, json!({"session": "made-up"}));
        self.say("PUT /auth/verify/phone", &guest.access, json!({"sid": "made-up", "code": 1234}));
        let person = self.account("+971500000296", "ivan");
        self.say("POST /auth/verify/phone", &person.access, json!({"session": "made-up"}));
        self.say("PUT /auth/verify/phone", &person.access, json!({"sid": "made-up", "code": 1234}));
        self.bench.advance(2_000);
        self.read(&guest.access);
        self.say("POST /auth/logout", &guest.access, Value::Null);
        self.read(&guest.access);
    }

    fn waits(&mut self) {
        let person = self.signup(json!({"phone": "+971500000141"}));
        self.start(&person);
        self.bench.advance(31);
        self.start(&person);
        let session = person.session.clone();
        let person = Person { session, ..self.refresh(&person.refresh) };
        self.start(&person);
        self.bench.advance(60);
        self.start(&person);
        self.start(&person);
        let first = self.signup(json!({"phone": "+971500000144"}));
        let sid = self.start(&first);
        let code = self.code();
        self.enter(&first, &sid, json!(code));
        let second = self.signup(json!({"phone": "+971500000144"}));
        self.say("PUT /auth/complete", &second.access, json!({"password": NEW}));
        let guesser = self.signup(json!({"phone": "+971500000142"}));
        let sid = self.start(&guesser);
        self.enter(&guesser, &sid, json!("99999"));
        self.start(&guesser);
        let owner = self.account("+971500000143", "jil");
        self.say("POST /auth/verify/email", &owner.access, Value::Null);
        self.bench.advance(31);
        self.say("POST /auth/verify/email", &owner.access, Value::Null);
        self.bench.advance(31);
        self.say("POST /auth/verify/email", &owner.access, Value::Null);
        let link = self.link();
        self.bench.advance(420);
        self.say(&link, "", Value::Null);
    }

    /// Asks too early, and comes back too late.
    fn early_and_late(&mut self) {
        let person = self.signup(json!({"phone": "+971500000161"}));
        self.start(&person);
        self.bench.advance(40);
        self.start(&person);
        self.bench.advance(30);
        let sid = self.start(&person);
        let code = self.code();
        self.enter(&person, &sid, json!(code));
        let body = json!({"password": OLD, "email": "kay@example.test"});
        let access = Person::from(&self.say("PUT /auth/complete", &person.access, body)).access;
        self.bench.advance(60);
        self.start(&Person { access: access.clone(), ..person });
        for wait in [0, 40, 30] {
            self.bench.advance(wait);
            self.say("POST /auth/verify/email", &access, Value::Null);
        }
        let session = self.sign_in("kay@example.test", OLD);
        let refreshed = self.refresh(&session.refresh);
        self.say("POST /auth/logout", &refreshed.access, Value::Null);
        self.read(&session.access);
        let body = json!({"grant_type": "reset", "client_id": CLIENT, "client_secret": SECRET,
            "phone": "+971500000161"});
        let reset = Person::from(&self.say("POST /auth/password-reset", "", body));
        self.bench.advance(4_000);
        self.say("POST /auth/verify/phone/check", &reset.access, Value::Null);
    }

    /// Values that are taken, and that many servers have no room for.
    fn odd_values(&mut self) {
        let complete = [
            json!({"username": "u".repeat(300), "password": OLD}),
            json!({"username": "jan", "password": format!("{OLD}\0{OLD}")}),
            json!({"password": NEW}),
        ];
        let emails = [Value::Null, Value::Null, json!("kay@example.test")];
        for (index, body) in complete.into_iter().enumerate() {
            let person = self.signup(json!({"phone": format!("+97150000017{index}"), "email": emails[index]}));
            let sid = self.start(&person);
            let code = self.code();
            self.enter(&person, &sid, json!(code));
            self.say("PUT /auth/complete", &person.access, body);
        }
        self.sign_in("jan", OLD);
        self.sign_in("kay@example.test", OLD);
    }

    fn verified_for_good(&mut self) {
        let owner = self.account("+971500000151", "ida");
        self.say("POST /auth/verify/email", &owner.access, Value::Null);
        let link = self.link();
        self.say(&link, "", Value::Null);
        self.sign_in("ida", OLD);
        self.say("PUT /auth/user", &owner.access, json!({"firstName": "Ida"}));
        self.say("PUT /auth/password-reset", &owner.access, json!({"password": "", "old_password": OLD}));
        let body = json!({"grant_type": "reset", "client_id": CLIENT, "client_secret": SECRET,
            "phone": "+971500000151"});
        let reset = Person::from(&self.say("POST /auth/password-reset", "", body));
        self.say("PUT /auth/complete", &reset.access, json!({"firstName": "Eve"}));
        self.bench.advance(60);
        let sid = self.start(&reset);
        self.start(&reset);
        let code = self.code();
        self.enter(&reset, &sid, json!(code));
        self.bench.advance(60);
        self.start(&reset);
        let owner = self.sign_in("ida", OLD);
        let change = json!({"password": NEW, "old_password": OLD});
        let changed = Person::from(&self.say("PUT /auth/password-reset", &owner.access, change));
        self.read(&changed.access);
    }

    fn names_of_others(&mut self) {
        let phone = "+971500000301";
        self.account(phone, "Lea");
        for name in ["Lea", "Le_", "Lea@example.test"] {
            self.sign_in(name, OLD);
        }
        self.signup(json!({"phone": phone}));
        let lea = self.sign_in("Lea", OLD);
        self.read(&lea.access);
    }

    fn begun_by_others(&mut self) {
        let phone = "+971500000303";
        let early = self.signup(json!({"phone": phone}));
        self.account(phone, "mia");
        self.say("PUT /auth/complete", &early.access, json!({"gender": "male"}));
        self.read(&early.access);
        let body = json!({"grant_type": "reset", "client_id": CLIENT, "client_secret": SECRET, "phone": phone});
        let early = Person::from(&self.say("POST /auth/password-reset", "", body.clone()));
        let late = Person::from(&self.say("POST /auth/password-reset", "", body));
        self.bench.advance(60);
        let sid = self.start(&late);
        let code = self.code();
        self.enter(&late, &sid, json!(code));
        self.say("PUT /auth/password-reset", &early.access, json!({"password": NEW}));
    }

    /// Callers that ask as the samples of the documentation do, and in a form of their own.
    fn as_others_ask(&mut self) {
        let person = self.account("+971500000821", "thea");
        let bearer = format!("Bearer {}", person.access);
        self.raw(
            "PUT /auth/user",
            &[("content-type", "application/json; charset=utf-8"), ("authorization", &bearer)],
            "{}",
        );
        let form = format!("grant_type=password&username=thea&password%5B%24ne%5D=x&client_id={CLIENT}");
        self.raw("POST /auth/token", &[("content-type", "application/x-www-form-urlencoded")], &form);
        let other = self.account("+971500000822", "theo");
        let body = json!({"username": "theo", "password": OLD, "client_id": CLIENT, "client_secret": SECRET});
        let signed_in = Person::from(&self.say("POST /auth/token", &person.access, body));
        self.read(&signed_in.access);
        self.read(&other.access);
        let body = json!({"grant_type": "create", "client_id": CLIENT, "client_secret": SECRET, "type": "client",
            "phone": "+971500000802"});
        for name in ["POST /auth/signup", "POST /auth/guest"] {
            let joined = Person::from(&self.say(name, &person.access, body.clone()));
            self.read(&joined.access);
        }
        let languages: Vec<String> = (0..12).map(|number| format!("l{number}")).collect();
        let body = json!({"description": "0070", "languages": languages, "experience": 4});
        self.say("PUT /auth/user", &person.access, body);
        self.say("PUT /auth/user", &person.access, json!({"languages": ["x".repeat(256)]}));
        self.say("PUT /auth/complete", &person.access, json!({"email": "jörg@bücher.example"}));
    }

    /// What is begun once more: a signup with a known phone, a reset beside another, a code after another, a session.
    fn two_ways_at_once(&mut self) {
        let person = self.account("+971500000811", "ulla");
        self.signup(json!({"phone": "+971500000811"}));
        self.sign_in("+971500000811", OLD);
        let body = json!({"grant_type": "reset", "client_id": CLIENT, "client_secret": SECRET,
            "phone": "+971500000811"});
        let asked = Person::from(&self.say("POST /auth/password-reset", &person.access, body.clone()));
        self.say("PUT /auth/password-reset", &asked.access, json!({"password": NEW}));
        let reset = Person::from(&self.say("POST /auth/password-reset", "", body.clone()));
        let sid = self.start(&reset);
        let code = self.code();
        self.enter(&reset, &sid, json!(code));
        self.say("PUT /auth/password-reset", &person.access, json!({"password": NEW}));
        let later = Person::from(&self.say("POST /auth/password-reset", "", body));
        self.say("PUT /auth/password-reset", &later.access, json!({"password": NEW}));
        let vera = self.signup(json!({"phone": "+971500000812"}));
        let older = self.start(&vera);
        let code = self.code();
        self.bench.advance(61);
        self.start(&vera);
        self.enter(&vera, &older, json!(code));
        let other = self.sign_in("thea", OLD);
        self.say("POST /auth/logout", &other.access, Value::Null);
        self.bench.advance(180);
        self.read(&other.access);
    }
}
