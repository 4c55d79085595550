//! The command line that runs a part of a run again.

use super::plain;
use crate::event::TargetIdentity;
use crate::judge::result::RunResult;

/// The name of a target that was given by its URL alone, without a profile.
const BY_URL: &str = "target";

/// Runs one flow again, against the same target and with the same seed.
pub fn flow(result: &RunResult, flow: &str) -> String {
    command(result, &["--flow", flow])
}

/// Runs every flow that shows a requirement again, against the same target and with the same seed.
pub fn requirement(result: &RunResult, requirement: &str) -> String {
    command(result, &["--requirement", requirement])
}

/// Runs everything again, against the same target and with the same seed.
pub fn whole(result: &RunResult) -> String {
    command(result, &[])
}

/// Prints a script that shows a result without this tool.
pub fn repro(result: &RunResult, id: &str) -> String {
    let words = ["conformance".to_owned(), "repro".to_owned(), id.to_owned()];
    line(&words.into_iter().chain(target(&result.target)).collect::<Vec<_>>())
}

fn line(words: &[String]) -> String {
    let quoted = words.iter().map(|word| plain::line(&shlex::try_quote(word).unwrap_or_default()));
    quoted.collect::<Vec<_>>().join(" ")
}

fn command(result: &RunResult, selection: &[&str]) -> String {
    let mut words = vec!["conformance".to_owned(), "run".to_owned()];
    words.extend(target(&result.target));
    words.extend(selection.iter().map(|word| (*word).to_owned()));
    words.extend(["--seed".to_owned(), result.seed.to_string()]);
    if result.strict {
        words.push("--strict".to_owned());
    }
    line(&words)
}

/// The flags that name a target. The embedded server is named, too: a profile in the working directory would be taken
/// instead. A recording that does not say them has a name and a URL.
fn target(target: &TargetIdentity) -> Vec<String> {
    if target.embedded {
        vec!["--embedded".to_owned()]
    } else if !target.reached_by.is_empty() {
        target.reached_by.clone()
    } else if target.name == BY_URL {
        vec!["--target".to_owned(), target.url.clone()]
    } else {
        vec!["--profile".to_owned(), target.name.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn names_the_target_as_it_was_named() {
        let mut result = RunResult { seed: 7, ..sample::every_verdict() };
        assert_eq!(flow(&result, "a-flow"), "conformance run --profile staging --flow a-flow --seed 7");
        result.target.name = "target".to_owned();
        assert_eq!(
            requirement(&result, "it's"),
            "conformance run --target https://staging.example.test/api/v1 --requirement \"it's\" --seed 7"
        );
        result.target.embedded = true;
        result.strict = true;
        assert_eq!(whole(&result), "conformance run --embedded --seed 7 --strict");
    }
}
