//! The most memory that a process holds at a time, from `/proc`; nothing where there is none.

use std::fs;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::Duration;

/// How often a process is looked at. The kernel keeps its peak, so only what comes after the last look is missed.
const PAUSE: Duration = Duration::from_millis(1);

/// Runs a process to its end, and watches its peak in bytes.
pub fn watched(command: &mut Command) -> (Output, Option<u64>) {
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let id = child.id();
    let ended = thread::spawn(move || child.wait_with_output());
    let mut peak_bytes = None;
    while !ended.is_finished() {
        peak_bytes = peak(id).max(peak_bytes);
        thread::sleep(PAUSE);
    }
    (ended.join().unwrap().unwrap(), peak_bytes)
}

fn peak(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}
