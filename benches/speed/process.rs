//! A process, and what it cost: from `/proc`, read before it is reaped; nothing but the time where there is none.

use std::fs;
use std::io;
use std::ops::Range;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// What a process cost.
#[derive(Debug, Clone)]
pub struct Cost {
    /// From its start to its end.
    pub wall: Duration,
    /// User and system.
    pub cpu: Option<Duration>,
    /// The most memory that it held at a time.
    pub peak_bytes: Option<u64>,
}

/// How often a process is looked at: seldom enough to leave it its cores, and to within a hundredth of its time.
const PAUSE: Range<Duration> = Duration::from_micros(200)..Duration::from_millis(2);
/// Clock ticks in a second, as Linux shows them everywhere.
const TICKS: u64 = 100;

/// Runs a process to its end; one that fails is an error.
pub fn measured(program: &str, arguments: &[&str]) -> io::Result<Cost> {
    let started = Instant::now();
    let mut child = Command::new(program).args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).spawn()?;
    let mut cost = Cost { wall: Duration::ZERO, cpu: None, peak_bytes: None };
    // A process that ended keeps its times until it is waited for, and its memory no longer.
    while let Some((over, cpu)) = times(child.id()) {
        cost.cpu = Some(cpu);
        if over {
            break;
        }
        cost.peak_bytes = peak(child.id()).max(cost.peak_bytes);
        thread::sleep((started.elapsed() / 100).clamp(PAUSE.start, PAUSE.end));
    }
    if cost.cpu.is_some() {
        cost.wall = started.elapsed();
    }
    let status = child.wait()?;
    if cost.cpu.is_none() {
        cost.wall = started.elapsed();
    }
    if status.success() {
        return Ok(cost);
    }
    Err(io::Error::other(format!("`{program} {}` ended with {status}", arguments.join(" "))))
}

/// Whether a process has ended, and the time that it used.
fn times(id: u32) -> Option<(bool, Duration)> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // Its name is in parentheses and may hold anything.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some((matches!(*fields.first()?, "Z" | "X"), Duration::from_millis(ticks * 1000 / TICKS)))
}

fn peak(id: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}
