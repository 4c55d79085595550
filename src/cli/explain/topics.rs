//! Pages about what the tool does, rather than about one id: what it is for, how it is used, what it never does.

use crate::report::page::Page;

/// A topic.
pub(super) struct Topic {
    /// The word by which it is asked for.
    pub(super) id: &'static str,
    /// What it is, in a sentence.
    pub(super) says: &'static str,
    /// What to know of it, a paragraph each.
    paragraphs: &'static [&'static str],
    /// How it is used: a command or a line of a file, and what it does.
    examples: &'static [(&'static str, &'static str)],
}

/// Every topic.
pub(super) const TOPICS: [Topic; 5] = [
    Topic {
        id: "waivers",
        says: "A waiver lets a known failure through until a day, and somebody answers for it.",
        paragraphs: &[
            "What it names still runs and is judged. Where it fails, its verdict is `waived` instead of `fail`; the run can end with exit code 0, and its conclusion and every report say so. What was only not done after a waived failure is waived with it.",
            "A waiver never outlives its reason: the run fails for one that has expired, that is stale (what it names passes now) or unmatched (it names nothing that was judged), and says which lines to delete. None holds for longer than 180 days.",
            "It can let a merge through, but never a sign-off, unless `signoff --accept-waivers ID` names it; the certificate then shows it on its first page.",
        ],
        examples: &[
            (
                "conformance waive FLOW/STEP/REQUIREMENT --reason 'the proxy is replaced' --owner ann --expires 2026-12-24",
                "Writes an entry to waivers.toml. The id stands in every report.",
            ),
            (
                "waivers = \"staging-waivers.toml\"",
                "In a profile: the waivers of one target. --waivers FILE names another file.",
            ),
        ],
    },
    Topic {
        id: "drift",
        says: "Drift is what a deployment answers otherwise than it did when somebody accepted its answers.",
        paragraphs: &[
            "The contract leaves much open: an additional field, another header, one of several choices. None of it fails, but a change of it can break a client. So each flow's answers are compared with an accepted snapshot, in which tokens, times and whatever else differs from run to run are placeholders.",
            "Drift has a section of its own in every report and never hides in a pass. It fails nothing, unless `--deny drift` says so.",
            "Snapshots are files that you commit: `snapshots/NAME/FLOW.snap` beside the profile. A run leaves what is new as FLOW.snap.new, but never in CI.",
        ],
        examples: &[
            (
                "conformance run --profile staging --snapshots snapshots/staging",
                "Begins the snapshots of a target, or compares with them.",
            ),
            ("conformance accept", "Shows each new answer beside the accepted one, and asks. `--all` takes all."),
            ("conformance run --profile staging --deny drift", "Fails for any drift, as a gate does."),
            ("conformance diff OLD NEW", "What drifted between two runs, without snapshots."),
        ],
    },
    Topic {
        id: "limits",
        says: "Limits are what a run may do to a target at most, by its profile.",
        paragraphs: &[
            "`accounts` and `messages` are counted before anything is sent: flows that do not fit are left out, and what they alone would have shown is not judged, so the run is inconclusive and says why. `requests_per_second` and `in_flight` only make it slower. `body_bytes` and `header_bytes` are the longest answer that is read.",
            "A 429 is obeyed whatever the limits are, and judges nothing. Of a run in parts (--partition) each part keeps to its share.",
        ],
        examples: &[
            (
                "limits = { accounts = 50, messages = 40, requests_per_second = 20.0, in_flight = 4 }",
                "In a profile: all that a run may do to the target.",
            ),
            (
                "limits = \"only 50 accounts a day\"",
                "Below `gaps` in a profile: what does not fit is a declared gap, and not inconclusive.",
            ),
            ("conformance run --profile staging --dry-run", "What fits, and what is left out."),
        ],
    },
    Topic {
        id: "dry-run",
        says: "A dry run tells what a run would do to its target, and sends nothing.",
        paragraphs: &[
            "It counts flows, accounts, text messages and mails, and requests, each at most, and tells which flows wait and for how long. It lists what is left out and why: a source that the profile lacks, a clock that cannot be moved, a limit. And it names the requirements that nothing else would show.",
            "Secrets are read, so that a profile that cannot be used is found out; nothing is sent to the target, its inbox or its clock. `conformance doctor` looks at those.",
        ],
        examples: &[
            ("conformance run --profile staging --dry-run", "For people."),
            ("conformance run --profile staging --dry-run=json", "For other tools."),
            ("conformance run --profile staging --suite NAME --dry-run", "Of a selection."),
        ],
    },
    Topic {
        id: "side-by-side",
        says: "One command certifies several targets of a profile file and shows which requirements are not alike.",
        paragraphs: &[
            "They are run one after the other: targets may share an inbox, numbers or a clock, and their times are to be comparable. All have the same seed. One that cannot be run does not keep the others from it.",
            "Each requirement is a row and each target a column; a cell is the worst verdict of its checks there. An `observe` differs where another choice was seen. The exit code is the gravest of all.",
        ],
        examples: &[(
            "conformance run --profile staging --profile production --out report/",
            "report/matrix.html, .json and .txt, and the reports of each in report/staging/ and report/production/.",
        )],
    },
];

/// The topic of a word.
pub(super) fn find(id: &str) -> Option<&'static Topic> {
    TOPICS.iter().find(|topic| topic.id == id)
}

impl Topic {
    /// Writes all but the title and the sentence.
    pub(super) fn write(&self, page: &mut Page) {
        for paragraph in self.paragraphs {
            page.paragraph(paragraph);
            page.blank();
        }
        for (example, does) in self.examples {
            page.line(&format!("  {example}"));
            page.labelled("", does);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::catalogue::Catalogue;
    use crate::contract::Contract;
    use crate::suite::Suites;

    #[test]
    fn no_topic_hides_an_id() {
        let contract = Contract::embedded().unwrap();
        let suites = Suites::embedded(&contract).unwrap();
        let catalogue = Catalogue { contract, suites };
        let known = super::super::known(&catalogue);
        for topic in &TOPICS {
            assert_eq!(known.iter().filter(|id| **id == topic.id).count(), 1, "`{}` has another meaning", topic.id);
        }
    }
}
