mod auth;
mod library;
mod mistakes;
mod models;

use std::fs;
use std::sync::LazyLock;

use super::*;

/// The contract that the binary carries, loaded once for all tests.
fn auth() -> &'static Contract {
    static AUTH: LazyLock<Contract> = LazyLock::new(|| Contract::embedded().unwrap_or_else(|error| panic!("{error}")));
    &AUTH
}

fn library() -> Vec<(String, String)> {
    library::FILES.iter().map(|(path, text)| ((*path).to_string(), (*text).to_string())).collect()
}

#[test]
fn a_contract_of_any_domain_loads() {
    let contract = load::load(&library()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(contract.base_path(), "/v2");
    assert_eq!(contract.bearer_refusal(), "bad_card");
    assert_eq!(contract.client_refusal(), "bad_desk");
    let names: Vec<&str> = contract.models().iter().map(|model| model.name.as_str()).collect();
    assert_eq!(names, ["Loan", "Refusal", "LoanRequest"], "a file of definitions is no model");

    let borrow = contract.operation("POST /loans").unwrap();
    assert_eq!((borrow.method.as_str(), borrow.path.as_str()), ("POST", "/loans"));
    assert_eq!((borrow.bearer, borrow.client_credentials), (Bearer::Access, true));
    assert_eq!(borrow.errors, ["book_lent", "bad_card", "bad_desk"]);
    assert_eq!(borrow.success, Success::Model("Loan".to_string()));
    assert_eq!(borrow.source.to_string(), "Loans, line 3 of the published text");
    let list = contract.operation("GET /loans").unwrap();
    assert_eq!((list.bearer, list.client_credentials, &list.success), (Bearer::Open, false, &Success::Free));
    assert_eq!((&list.request, &list.success_requirement), (&None, &None));

    let open = contract.requirement("list-answers").unwrap();
    assert_eq!((open.level, open.unobservable.as_deref()), (Level::Observe, Some("nobody looks")));
    assert_eq!(contract.requirement("loan-model").unwrap().refs, ["ISO 2789"]);
    assert!(contract.operation("POST /loan").is_none() && contract.error("lent").is_none());
}

#[test]
fn a_schema_of_the_tool_is_no_part_of_the_contract() {
    let mut files = library();
    let alone = load::load(&files).unwrap().digest().to_owned();
    files.push((
        "tool/report.schema.json".to_string(),
        "{ \"title\": \"no schema that a contract may have\" }".to_string(),
    ));
    assert_eq!(load::load(&files).unwrap().digest(), alone);
}

#[test]
fn secrets_are_found_at_any_depth_and_through_references() {
    let contract = load::load(&library()).unwrap();
    let names = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(contract.sensitive_in_requests()), ["key", "pin"]);
    assert_eq!(names(contract.sensitive_in_responses()), ["ticket"]);
}

#[test]
fn a_folder_is_the_same_contract_as_its_files() {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in library() {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::write(folder.path().join(".hidden.json"), "no JSON").unwrap();
    fs::write(folder.path().join("README.md"), "not of the contract").unwrap();
    let read = Contract::from_dir(folder.path()).unwrap();
    let mut given = library();
    given.push(("README.md".to_string(), "not of the contract".to_string()));
    assert_eq!(read.digest(), load::load(&given).unwrap().digest());

    let path = folder.path().join("models/Loan.json");
    fs::write(&path, fs::read_to_string(&path).unwrap().replace("due", "until")).unwrap();
    assert_ne!(Contract::from_dir(folder.path()).unwrap().digest(), read.digest());
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap().path().join("gone");
    let error = Contract::from_dir(&folder).unwrap_err();
    assert!(matches!(error, ContractError::Unreadable { .. }) && error.diagnostic().is_none());
    assert!(error.to_string().contains("gone`: No such file"), "{error}");
}

#[test]
fn messages_are_exact_or_match_from_end_to_end() {
    let contract = load::load(&library()).unwrap();
    let lent = &contract.error("book_lent").unwrap().message;
    assert!(lent.matches("Lent until 12") && !lent.matches("Lent until 12 or so") && !lent.matches("Lent until "));
    assert_eq!(lent.to_string(), "a text like `^Lent until [0-9]+$`");
    let card = &contract.error("bad_card").unwrap().message;
    assert!(card.matches("No such card") && !card.matches("no such card"));
    assert_eq!(card.to_string(), "`No such card`");
}

#[test]
fn a_text_cut_anywhere_never_panics() {
    for (index, (_, text)) in library().iter().enumerate() {
        for (at, _) in text.char_indices().filter(|(at, _)| at % 11 == 0) {
            let mut files = library();
            files[index].1.truncate(at);
            if let Err(error) = load::load(&files) {
                assert!(error.diagnostic().is_some_and(|diagnostic| !diagnostic.to_string().is_empty()), "{error}");
            }
        }
        for line in text.lines() {
            let mut files = library();
            files[index].1 = text.replacen(&format!("{line}\n"), "", 1);
            drop(load::load(&files).map_err(|error| error.to_string()));
        }
    }
}
