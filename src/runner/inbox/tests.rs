//! Inboxes of several kinds, as they are read.

use std::io::Write;

use url::Url;

use super::*;
use crate::runner::http;
use crate::target::{Connection, Newest, Target};

fn instance(path: &Path) -> Instance {
    let find = Find::new(None, Some("to ${phone}: (\\d+)".to_owned()), Newest::Last).expect("right");
    let mut target = Target::bare("t", Url::parse("http://t.test").expect("a URL"));
    let within = Duration::from_millis(1);
    target.sms = Some(Source::File { path: path.to_owned(), find, within });
    Instance::new(target, http::client(false, &Connection::default()).expect("a client"))
}

#[cfg(unix)]
#[tokio::test]
async fn a_message_that_is_given_once_and_was_seen_before_a_request_is_read_after_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("inbox");
    let mut instance = instance(&path);
    let find = Find::new(None, Some("(\\d+)".to_owned()), Newest::Last).expect("right");
    let script = format!("cat {0} 2>/dev/null; rm -f {0}", path.display());
    let argv = ["sh", "-c", &script].map(str::to_owned).to_vec();
    instance.target.sms = Some(Source::Command { argv, find, within: Duration::from_millis(1) });
    std::fs::write(&path, "1111").expect("written");
    let before = instance.look_before(Inbox::Sms, "+1").await;
    assert!(matches!(before, Some(Before::Message(_))));
    assert_eq!(instance.read(Inbox::Sms, "+1").await, Ok("1111".to_owned()));
    instance.read(Inbox::Sms, "+1").await.expect_err("it was read");
    std::fs::write(&path, "2222").expect("written");
    let before = instance.look_before(Inbox::Sms, "+1").await;
    instance.remember(Inbox::Sms, "+1", before.expect("a message"));
    instance.read(Inbox::Sms, "+1").await.expect_err("it is from before what was sent");
}

#[tokio::test]
async fn a_message_that_comes_twice_is_not_taken_for_the_next_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sms.log");
    let mut instance = instance(&path);
    if let Some(Source::File { within, .. }) = &mut instance.target.sms {
        *within = Duration::from_secs(30);
    }
    let write = |text: &str| {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path).expect("a file");
        file.write_all(text.as_bytes()).expect("written");
    };
    write("to +1: 1111\n");
    assert_eq!(instance.read(Inbox::Sms, "+1").await, Ok("1111".to_owned()));
    write("to +1: 1111\n");
    let (read, ()) = tokio::join!(instance.read(Inbox::Sms, "+1"), async {
        tokio::task::yield_now().await;
        write("to +1: 2222\n");
    });
    assert_eq!(read, Ok("2222".to_owned()));
    write("to +1: 2222\n");
    assert_eq!(instance.read(Inbox::Sms, "+1").await, Ok("2222".to_owned()), "it may be the next one after all");
}

#[tokio::test]
async fn a_log_yields_the_newest_whole_line_from_after_the_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sms.log");
    let write = |text: &str| {
        let mut file = std::fs::OpenOptions::new().create(true).append(true).open(&path).expect("a file");
        file.write_all(text.as_bytes()).expect("written");
    };
    let instance = instance(&path);
    let read = async || instance.read(Inbox::Sms, "+1").await;
    assert_eq!(read().await.expect_err("no file yet").reason, "no new message for it within 0.001 s");
    write("to +1: 1111\nto +2: 2222\n");
    instance.empty(Inbox::Sms, "+1").await;
    let missing = read().await.expect_err("only an old message");
    assert!(!missing.proven, "it never worked yet");
    write("to +1: 3333\nto +1: 44");
    assert_eq!(read().await, Ok("3333".to_owned()));
    assert!(read().await.expect_err("only half a line").proven);
    write("44\n");
    assert_eq!(read().await, Ok("4444".to_owned()));
}
