use super::*;

#[test]
fn the_embedded_contract_loads() {
    let contract = Contract::embedded().unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(contract.operations().len(), 15);
    assert_eq!(contract.errors().len(), 11);
}
