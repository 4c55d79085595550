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
        let message = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("no message");
        CliError::Internal(format!("the tool panicked{place}: {message}")).report();
    }));
    let code = catch_unwind(AssertUnwindSafe(command));
    match code {
        Ok(code) if !PANICKED.load(Ordering::SeqCst) => code,
        Ok(_) | Err(_) => ExitCode::from(INTERNAL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
