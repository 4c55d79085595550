//! Somebody at the terminal who can be asked.

use std::io::{IsTerminal, Write};
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::runner::{Asks, Boxed};

/// A terminal; it asks one thing at a time.
#[derive(Debug, Clone)]
pub(super) struct Terminal(Arc<Mutex<()>>);

impl Terminal {
    /// The terminal of this process, where there is one and this is no CI.
    pub(super) fn open() -> Option<Self> {
        let ci = std::env::var_os("CI").is_some_and(|ci| !ci.is_empty() && ci != "false");
        let terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        (terminal && !ci).then(|| Self(Arc::default()))
    }

    /// A line from whoever sits there; empty at the end of the input.
    pub(super) fn line(question: &str) -> Result<String, String> {
        let mut stream = std::io::stderr().lock();
        let _ = write!(stream, "{question}: ");
        let _ = stream.flush();
        drop(stream);
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map_err(|error| error.to_string())?;
        Ok(line.trim().to_owned())
    }
}

impl Asks for Terminal {
    fn ask<'a>(&'a self, question: &'a str) -> Boxed<'a, Result<String, String>> {
        Box::pin(async move {
            let _turn = self.0.lock().await;
            let question = question.to_owned();
            let asked = tokio::task::spawn_blocking(move || Self::line(&question)).await;
            asked.map_err(|error| error.to_string())?
        })
    }
}
