//! A long recording: the flows of a run again and again, each time under other names.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use conformance::event::Event;
use conformance::recording::Chain;

use crate::recorded::events;

/// Writes a recording of at least so many exchanges, and gives how many they are.
pub fn write(run: &Path, long: &Path, exchanges: usize) -> Result<usize, Box<dyn Error>> {
    let all = events(&run.display().to_string())?.collect::<Result<Vec<Event>, _>>()?;
    let (Some(Event::RunStarted(start)), Some(end)) = (all.first(), all.last()) else {
        return Err("the run is not whole".into());
    };
    let count = |event: &Event| match event {
        Event::Step(step) => step.exchanges.len(),
        _ => 0,
    };
    let each: usize = all.iter().map(count).sum();
    let times = exchanges.div_ceil(each.max(1));
    let mut whole = start.clone();
    whole.flows.clear();
    for time in 1..=times {
        whole.flows.extend(start.flows.iter().cloned().map(|mut flow| {
            flow.id = renamed(&flow.id, time);
            flow
        }));
    }
    let (mut file, mut chain) = (BufWriter::new(File::create(long)?), Chain::default());
    writeln!(file, "{}", chain.seal(&Event::RunStarted(whole))?)?;
    for time in 1..=times {
        for event in &all[1..all.len() - 1] {
            let mut event = event.clone();
            match &mut event {
                Event::FlowStarted { flow }
                | Event::Throttled { flow, .. }
                | Event::Reconnected { flow, .. }
                | Event::FlowEnded { flow, .. } => {
                    *flow = renamed(flow, time);
                }
                Event::Step(step) => step.flow = renamed(&step.flow, time),
                Event::RunStarted(_) | Event::RunEnded { .. } => {}
            }
            writeln!(file, "{}", chain.seal(&event)?)?;
        }
    }
    writeln!(file, "{}", chain.seal(end)?)?;
    file.flush()?;
    Ok(each * times)
}

fn renamed(flow: &str, time: usize) -> String {
    format!("{flow}-time-{time}")
}
