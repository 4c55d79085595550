//! `cargo bench`: one table of what runs, judging and starting cost. It measures processes of the release binary, asserts
//! nothing, and writes only to a temporary folder.

mod long;
mod process;
mod raw;
mod recorded;
mod server;

use std::error::Error;
use std::path::Path;

use process::{Cost, measured};
use recorded::Recorded;
use server::Server;

/// The binary that is measured.
const BINARY: &str = env!("CARGO_BIN_EXE_conformance");
/// Exchanges of the recording that is judged.
const LONG: usize = 100_000;
/// Flows at the same time in the runs that are compared with the raw client.
const JOBS: usize = 8;
/// How often the run and the raw client are done; the middle one of each counts.
const TURNS: usize = 9;
/// How often a short command is started; the middle one counts.
const STARTS: usize = 21;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // The raw client is a process of its own, so that it is measured as the others are.
    if let [command, recording, url, secret, jobs] = arguments.as_slice()
        && command == raw::COMMAND
    {
        return raw::send(Path::new(recording), url, secret, jobs.parse()?);
    }
    let folder = tempfile::tempdir()?;
    let file = |name: &str| folder.path().join(name).display().to_string();
    println!("{}", Row::HEAD);

    let embedded = file("embedded.jsonl");
    let cost = measured(BINARY, &["run", "-q", "--seed", "1", "--record", &embedded])?;
    Row::of_run("full run, embedded server", &cost, &Recorded::read(&embedded)?).print();

    // What the raw client sends.
    let profile = file("near.toml");
    let near = Server::start(BINARY, &profile, None)?;
    let recording = file("near.jsonl");
    let jobs = JOBS.to_string();
    let served = ["run", "-q", "--seed", "1", "--jobs", &jobs, "--profile-file", &profile];
    measured(BINARY, &[&served[..], &["--record", &recording]].concat())?;
    let recorded = Recorded::read(&recording)?;
    drop(near);
    let own = std::env::current_exe()?.display().to_string();
    let (mut runs, mut raws) = (Vec::new(), Vec::new());
    // In turns, so that both meet what else the machine does; each has a server that knows none of the accounts yet.
    for _ in 0..TURNS {
        let near = Server::start(BINARY, &profile, None)?;
        runs.push(measured(BINARY, &served)?);
        drop(near);
        let near = Server::start(BINARY, &profile, None)?;
        raws.push(measured(&own, &[raw::COMMAND, &recording, &near.url, &near.secret, &jobs])?);
    }
    let (run, raw) = (middle(runs)?, middle(raws)?);
    Row::of_run("full run, served, 8 flows at a time", &run, &recorded).print();
    let name = format!("raw client, the same requests ({:.2} x)", run.wall.as_secs_f64() / raw.wall.as_secs_f64());
    Row { requests: Some(recorded.requests), ..Row::of(&name, &raw) }.print();

    for latency in ["20ms", "100ms"] {
        let far = Server::start(BINARY, &file("far.toml"), Some(latency))?;
        let recording = file("far.jsonl");
        let arguments = ["run", "-q", "--seed", "1", "--profile-file", &far.profile, "--record", &recording];
        let cost = measured(BINARY, &arguments)?;
        Row::of_run(&format!("full run, served, {latency} away"), &cost, &Recorded::read(&recording)?).print();
    }

    let long = file("long.jsonl");
    let exchanges = long::write(Path::new(&embedded), Path::new(&long), LONG)?;
    let cost = measured(BINARY, &["judge", "-q", &long])?;
    Row { requests: Some(exchanges), ..Row::of("judge a long recording", &cost) }.print();
    let report = format!("json={}", file("long.json"));
    let cost = measured(BINARY, &["judge", "-q", &long, "--report", &report])?;
    Row { requests: Some(exchanges), ..Row::of("judge it, with a report of everything", &cost) }.print();

    for arguments in [&["--version"][..], &["list", "flows"]] {
        let costs = (0..STARTS).map(|_| measured(BINARY, arguments)).collect::<Result<Vec<Cost>, _>>()?;
        Row::of(&arguments.join(" "), &middle(costs)?).print();
    }
    Ok(())
}

/// The one of which as many took longer as took less.
fn middle(mut costs: Vec<Cost>) -> Result<Cost, Box<dyn Error>> {
    costs.sort_by_key(|cost| cost.wall);
    let middle = costs.len() / 2;
    costs.into_iter().nth(middle).ok_or_else(|| "nothing was measured".into())
}

/// One line of the table.
struct Row<'a> {
    name: &'a str,
    cost: &'a Cost,
    requests: Option<usize>,
    /// The longest chain in milliseconds and in requests, and its share of the run.
    critical: Option<(f64, usize, f64)>,
}

impl<'a> Row<'a> {
    const HEAD: &'static str = "what                                              wall       CPU     memory  requests  per second  longest chain           of the run";

    fn of(name: &'a str, cost: &'a Cost) -> Self {
        Self { name, cost, requests: None, critical: None }
    }

    fn of_run(name: &'a str, cost: &'a Cost, recorded: &Recorded) -> Self {
        let share = recorded.longest_ms / recorded.elapsed_ms;
        let critical = Some((recorded.longest_ms, recorded.longest_requests, share));
        Self { name, cost, requests: Some(recorded.requests), critical }
    }

    fn print(&self) {
        let Row { name, cost, requests, critical } = self;
        let wall = cost.wall.as_secs_f64();
        let optional = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        let cpu = optional(cost.cpu.map(|cpu| format!("{:.2} s", cpu.as_secs_f64())));
        let memory = optional(cost.peak_bytes.map(|bytes| format!("{:.1} MB", bytes as f64 / 1e6)));
        let count = optional(requests.map(|requests| requests.to_string()));
        let rate = optional(requests.map(|requests| format!("{:.0}", requests as f64 / wall)));
        let (chain, share) = critical.map_or(("-".to_owned(), "-".to_owned()), |(ms, requests, share)| {
            (format!("{:.2} s, {requests} requests", ms / 1e3), format!("{:.0} %", share * 100.0))
        });
        println!("{name:<44}{:>8.3} s{cpu:>10}{memory:>11}{count:>10}{rate:>12}  {chain:<24}{share:>10}", wall);
    }
}
