//! `explain`.

use insta::assert_snapshot;
use rstest::rstest;

use crate::command::{conformance, library};

#[rstest]
#[case::requirement("loan-given")]
#[case::requirement_for_all_operations("loan-model")]
#[case::unobservable_requirement("list-answers")]
#[case::requirement_without_a_flow("shelves-tidy")]
#[case::operation("POST /loans")]
#[case::operation_without_input("GET /loans")]
#[case::error("book_lent")]
#[case::model("Loan")]
#[case::model_of_a_request("LoanRequest")]
#[case::suite("loans")]
#[case::flow("borrow-a-book")]
#[case::fixture("reader")]
#[case::variant("text-404")]
#[case::unknown_id("loan-givn")]
#[case::nothing_near("something-else-altogether")]
fn explain(#[case] id: &str) {
    let name = format!("explain {id}").replace(['/', ' '], "-").replace("--", "-");
    assert_snapshot!(name, library(&["explain", id]));
}

#[rstest]
#[case("waivers")]
#[case("drift")]
#[case("limits")]
#[case("dry-run")]
#[case("side-by-side")]
fn a_topic_is_explained(#[case] topic: &str) {
    assert_snapshot!(format!("topic-{topic}"), library(&["explain", topic]));
}

#[test]
fn an_operation_may_be_two_words() {
    assert_eq!(library(&["explain", "POST", "/loans"]), library(&["explain", "POST /loans"]));
}

#[test]
fn the_embedded_contract_is_explained() {
    for (kind, id) in [("requirement", "no-server-error"), ("check", "server-error"), ("fault", "token-without-scopes")]
    {
        let page = conformance(&["explain", id]);
        assert!(page.starts_with(&format!("exit code: 0\n--- stdout\n{kind} {id}\n")), "{page}");
    }
}
