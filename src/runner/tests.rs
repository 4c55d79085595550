//! Whole runs of small suites, with no target behind them.

use std::sync::Mutex;
use std::time::Duration;

use url::Url;

use super::*;
use crate::contract::Contract;
use crate::plan::Selection;
use crate::suite::Suites;
use crate::target::{Clock, Target};

const WAITING: &str = "suite: waiting
about: Flows that wait.
flows:
  - id: one
    about: One waits.
    steps:
      - wait: { seconds: 0.01 }
  - id: two
    about: The other waits.
    steps:
      - wait: { seconds: 0.01 }
";

/// A target that nothing is sent to, with a clock.
struct Nowhere(Clockwork);

impl Deployments for Nowhere {
    fn clock(&self) -> Clockwork {
        self.0
    }

    fn identity(&self) -> TargetIdentity {
        TargetIdentity { name: "nowhere".to_owned(), url: String::new(), ..TargetIdentity::default() }
    }

    fn open<'a>(&'a self, _flow: &'a Flow) -> Boxed<'a, Result<Lease, String>> {
        let mut target = Target::bare("nowhere", Url::parse("http://127.0.0.1:1").unwrap());
        target.clock = Some(Clock::Wait { max_wait: Duration::from_secs(5) });
        let client = http::client(false, &target.connection).unwrap();
        let instance = Arc::new(Instance::new(target, client));
        Box::pin(async { Ok(Lease { instance, guard: Box::new(()) }) })
    }
}

/// Notes who began to wait and who went on.
#[derive(Default)]
struct Notes(Mutex<Vec<&'static str>>);

impl Observer for Notes {
    fn heard(&self, _events: &[Event]) -> bool {
        true
    }

    fn waits(&self, _flow: &str, until: Option<Instant>) {
        self.0.lock().unwrap().push(if until.is_some() { "waits" } else { "goes on" });
    }
}

async fn notes(clock: Clockwork) -> Vec<&'static str> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("waiting.yaml"), WAITING).unwrap();
    let contract = Arc::new(Contract::embedded().unwrap());
    let suites = Arc::new(Suites::from_dir(folder.path(), &contract).unwrap());
    let plan = Arc::new(Plan::new(contract, suites, &Selection::default()).unwrap());
    let settings = Settings { jobs: 1, seed: 1, fail_fast: false, strict: false, ..Settings::default() };
    let notes = Arc::new(Notes::default());
    run(plan, Arc::new(Nowhere(clock)), settings, notes.clone(), Arc::new(Stop::default())).await;
    notes.0.lock().unwrap().clone()
}

#[tokio::test]
async fn real_waits_overlap_also_where_only_one_flow_may_do_something() {
    assert_eq!(notes(Clockwork::Real).await, ["waits", "waits", "goes on", "goes on"]);
}
