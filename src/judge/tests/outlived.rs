//! A token or code whose stated life is over before it is used, or before the answer comes: that says nothing of the
//! target.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::OnceLock;
use std::thread;

use rstest::rstest;

use super::*;
use crate::deployments::Single;
use crate::runner::Instance;
use crate::target::profile::{self, Surroundings};

const TOKEN: &str = "suite: outlived
about: A token comes to its end while the run is held up.
flows:
  - id: held-up
    about: A guest looks at the profile, too late.
    steps:
      - call: POST /auth/guest
        send: { grant_type: create }
        expect: UserSignupOut
        keep: { token: /access_token }
      - call: POST /auth/verify/phone/check
        about: meanwhile the clock of the target is moved, as for another part of the run
        as: ${token}
        expect: open
      - call: GET /auth/user
        as: ${token}
        expect: UserProfileOut
        proves: [guest-reads-profile]
";

const CODE: &str = "suite: outlived
about: A code comes to its end while the run is held up.
flows:
  - id: held-up
    about: A code is shown, too late.
    steps:
      - call: POST /auth/verify/phone
        expect: MobileOut
        keep: { sid: /sid }
      - call: POST /auth/verify/phone/check
        about: meanwhile the clock of the target is moved, as for another part of the run
        expect: open
      - call: PUT /auth/verify/phone
        send: { sid: \"${sid}\", code: 1234 }
        expect: MobileCodeOut
        proves: [verify-code-accepted]
";

/// The same, but that nothing happens before the code is shown; the clock is moved while it is looked at.
const ANSWER: &str = "suite: outlived
about: A code comes to its end while the run is held up.
flows:
  - id: held-up
    about: A wrong code is shown, and the answer comes too late to tell why it is refused.
    steps:
      - call: POST /auth/verify/phone
        expect: MobileOut
        keep: { sid: /sid }
      - call: PUT /auth/verify/phone
        send: { sid: \"${sid}\", code: 1234 }
        expect: refused
        proves: [verify-wrong-code-refused]
";

/// Answers what the suite asks; the second answer comes when the clock was moved past the life of the token. Whoever
/// comes later is refused.
fn serve(listener: &TcpListener, instance: &OnceLock<Arc<Instance>>, asked: &Mutex<Vec<String>>) {
    for stream in listener.incoming().map_while(Result::ok) {
        answer(stream, instance, asked);
    }
}

fn answer(mut stream: TcpStream, instance: &OnceLock<Arc<Instance>>, asked: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut line, mut length) = (String::new(), 0);
    reader.read_line(&mut line).unwrap();
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).unwrap();
        let header = header.trim().to_ascii_lowercase();
        length = header.strip_prefix("content-length: ").map_or(length, |value| value.parse().unwrap());
        if header.is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    asked.lock().unwrap().push(path.clone());
    let move_clock = || {
        let instance = instance.get().unwrap().clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        // It asks this very server, so another thread has to answer it.
        runtime.block_on(instance.advance(400)).unwrap();
    };
    let (status, body) = match path.as_str() {
        "/api/auth/verify/phone" if method == "POST" => {
            ("200 OK", json!({"sid": "a-sid-of-somebody", "time_expire": 300, "time_repeat": 60}))
        }
        "/api/auth/verify/phone" => {
            move_clock();
            let error = json!({"code": 400, "error": "auth_user_phone_invalid_code", "message": "Invalid code"});
            ("400 Bad Request", error)
        }
        "/api/auth/guest" => {
            let token = json!({
                "access_token": "an-access-token-of-a-guest", "refresh_token": "a-refresh-token-of-a-guest",
                "token_type": "bearer", "access_expire": 300, "refresh_expire": 3000, "scopes": "all", "type": "guest",
                "phone": null, "email": null, "verifed_phone": false, "verifed_email": false, "session": null,
            });
            ("200 OK", token)
        }
        "/api/auth/verify/phone/check" => {
            move_clock();
            ("200 OK", json!({}))
        }
        "/clock" => ("200 OK", json!({})),
        _ => {
            let error =
                json!({"code": 401, "error": "auth_bad_credentials", "message": "Could not validate credentials"});
            ("401 Unauthorized", error)
        }
    };
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncache-control: no-store\r\n\
         www-authenticate: Bearer\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
}

#[rstest]
#[case::a_token(
    TOKEN,
    &["/api/auth/guest", "/api/auth/verify/phone/check", "/clock"],
    "its token is past the life of 300 s that the target states"
)]
#[case::a_code(
    CODE,
    &["/api/auth/verify/phone", "/api/auth/verify/phone/check", "/clock"],
    "what it shows is past the life of 300 s that the target states"
)]
#[case::a_code_under_way(
    ANSWER,
    &["/api/auth/verify/phone", "/api/auth/verify/phone", "/clock"],
    "the refusal came when the stated life of the code or link was over, or as good as over"
)]
fn what_is_past_its_stated_life_blames_nobody(#[case] suite: &str, #[case] requests: &[&str], #[case] why: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = format!("http://{}", listener.local_addr().unwrap());
    let (known, asked) = (Arc::new(OnceLock::new()), Arc::new(Mutex::new(Vec::new())));
    for _ in 0..2 {
        let (listener, known, asked) = (listener.try_clone().unwrap(), known.clone(), asked.clone());
        thread::spawn(move || serve(&listener, &known, &asked));
    }
    let text = format!(
        "[target.t]\nurl = \"{at}/api\"\n[target.t.clock]\ncontrol = \"http\"\nmethod = \"POST\"\n\
         url = \"{at}/clock\"\n"
    );
    let secret = |_: &_| Ok(String::new());
    let surroundings = Surroundings { base_path: "/api", requirements: &[], secret: &secret };
    let target = profile::parse(&text, Path::new("p.toml"), None, &surroundings).unwrap();
    let single = Single::new(target).unwrap();
    known.set(single.instance().clone()).unwrap();

    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("outlived.yaml"), suite).unwrap();
    let suites = Arc::new(Suites::from_dir(folder.path(), &CONTRACT).unwrap());
    let plan = Plan::new(CONTRACT.clone(), suites, &Selection::default()).unwrap();
    let settings = Settings { jobs: 1, seed: 1, ..Settings::default() };
    let recorder = Arc::new(recordings::Recorder::default());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let run = runner::run(Arc::new(plan), Arc::new(single), settings, recorder, Arc::default());
    let result = judged(runtime.block_on(run));

    assert_eq!(*asked.lock().unwrap(), requests);
    assert_eq!((result.counts.checks.fail, result.counts.checks.warn), (0, 0), "{:#?}", result.findings);
    let last = result.flows[0].steps.last().unwrap();
    assert_eq!((last.verdict, result.conclusion), (Verdict::Blocked, Conclusion::Inconclusive));
    let reason = last.checks[0].note.as_deref().unwrap_or_default();
    assert_eq!(reason, why);
}
