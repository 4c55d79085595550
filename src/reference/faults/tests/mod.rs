//! The tables are sound, and every fault shows in a long conversation.

mod probe;

use std::collections::HashSet;

use super::{Area, CODE_ZEROS_LOST, Fault, MAIL_RACE, REFRESH_RACE, SEND_RACE, VERIFY_RACE, WRITE_RACE, all, find};
use crate::reference::operation::OPERATIONS;
use rstest::rstest;

#[test]
fn the_tables_are_sound() {
    let mut ids = HashSet::new();
    for fault in all() {
        assert!(ids.insert(fault.id), "{} is there twice", fault.id);
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(fault.id.chars().all(kebab), "{}", fault.id);
        assert!(fault.sentence.ends_with('.'), "{}", fault.id);
        let known = OPERATIONS.iter().any(|operation| operation.name == fault.operation);
        assert!(known || fault.operation == "all", "{}", fault.id);
        let rules: HashSet<&&str> = fault.breaks.iter().collect();
        assert_eq!(rules.len(), fault.breaks.len(), "{}", fault.id);
    }
    assert!(ids.len() >= 120, "{} faults", ids.len());
}

#[test]
fn sentences_are_told_once() {
    let sentences: HashSet<&str> = all().map(|fault| fault.sentence).collect();
    assert_eq!(sentences.len(), all().count());
}

#[test]
fn faults_are_found_by_id() {
    assert_eq!(find("code-zeros-lost"), Some(&CODE_ZEROS_LOST));
    assert_eq!(find("nothing"), None);
}

#[test]
fn the_conversation_is_the_same_every_time() {
    assert_eq!(probe::transcript(None), probe::transcript(None));
}

#[rstest]
#[case(Area::Responses)]
#[case(Area::Statuses)]
#[case(Area::Validation)]
#[case(Area::Authentication)]
#[case(Area::Verification)]
#[case(Area::Accounts)]
#[case(Area::Tokens)]
#[case(Area::Leaks)]
#[case(Area::Conditional)]
fn every_fault_shows(#[case] area: Area) {
    let clean = probe::transcript(None);
    let races = [&REFRESH_RACE, &VERIFY_RACE, &SEND_RACE, &MAIL_RACE, &WRITE_RACE];
    let hidden: Vec<&str> = all()
        .filter(|fault: &&'static Fault| fault.area == area && !races.contains(fault))
        .filter(|fault| probe::transcript(Some(fault)) == clean)
        .map(|fault| fault.id)
        .collect();
    assert!(hidden.is_empty(), "not seen: {hidden:?}");
}
