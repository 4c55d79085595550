//! A panic anywhere is a bug in the tool: exit code 4, whatever else came of the run.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

use super::error::{CliError, INTERNAL};

static PANICKED: AtomicBool = AtomicBool::new(false);

/// Runs the command; a panic in it, or in any thread or task that it started, makes its exit code 4.
pub(super) fn guarded(command: impl FnOnce() -> ExitCode) -> ExitCode {
    set_hook(Box::new(|panic| {
        PANICKED.store(true, Ordering::SeqCst);
        let place = panic.location().map(|place| format!(" at {place}")).unwrap_or_default();
        let payload = panic.payload();
        let text = payload.downcast_ref::<&str>().copied();
        // What was formatted may hold data of the run, and so a token or a code.
        let formatted = payload.downcast_ref::<String>().map(|message| masked(message));
        let message = text.map(str::to_owned).or(formatted).unwrap_or_else(|| "no message".to_owned());
        CliError::Internal(format!("the tool panicked{place}: {message}")).report();
    }));
    let code = catch_unwind(AssertUnwindSafe(command));
    match code {
        Ok(code) if !PANICKED.load(Ordering::SeqCst) => code,
        Ok(_) | Err(_) => ExitCode::from(INTERNAL),
    }
}

/// A message without anything that may be a secret: what stands in quotes, numbers, and long words.
fn masked(message: &str) -> String {
    let mut shown = String::new();
    for (number, part) in message.split('"').enumerate() {
        if number % 2 == 1 {
            shown.push_str("\"…\"");
            continue;
        }
        let secret = |word: &str| word.len() >= 12 || word.bytes().filter(u8::is_ascii_digit).count() >= 4;
        let words = part.split_inclusive(char::is_whitespace);
        words.for_each(|word| match secret(word.trim_end()) {
            true => shown.push_str("… "),
            false => shown.push_str(word),
        });
    }
    shown.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_shows_nothing_that_may_be_a_secret() {
        let message = "byte 3 is no boundary of \"tok-abcdef\" (code 0421, Kq7!secretword99)";
        assert_eq!(masked(message), "byte 3 is no boundary of \"…\" (code … …");
    }

    // One test, because the hook and the flag belong to the whole process.
    #[test]
    fn a_panic_in_any_thread_is_an_internal_error() {
        let before = std::panic::take_hook();
        let quiet = guarded(|| ExitCode::from(1));
        let elsewhere = guarded(|| {
            let _ = std::thread::spawn(|| panic!("elsewhere")).join();
            ExitCode::SUCCESS
        });
        PANICKED.store(false, Ordering::SeqCst);
        let here = guarded(|| panic!("here"));
        PANICKED.store(false, Ordering::SeqCst);
        std::panic::set_hook(before);
        assert_eq!(quiet, ExitCode::from(1));
        assert_eq!(elsewhere, ExitCode::from(INTERNAL));
        assert_eq!(here, ExitCode::from(INTERNAL));
    }
}
