use rstest::rstest;

use super::*;

#[rstest]
#[case::one(&[(61_000, 3_000)], (61, 61_000))]
#[case::a_begun_second_counts(&[(60_200, 3_000)], (61, 60_200))]
#[case::those_that_are_near_go_on_together(&[(61_000, 3_000), (63_500, 3_000)], (64, 63_500))]
#[case::nobody_waits_much_longer(&[(61_000, 3_000), (65_000, 3_000)], (61, 61_000))]
#[case::nobody_is_late(&[(27_700, 0)], (27, 27_700))]
#[case::not_for_the_sake_of_others(&[(27_000, 0), (26_900, 1_000)], (27, 27_000))]
#[case::the_rest_is_waited_for(&[(700, 0), (60_000, 3_000)], (0, 700))]
#[case::nobody(&[], (0, 0))]
fn the_clock_is_moved_as_far_as_suits_everybody(#[case] waiting: &[(i64, i64)], #[case] expected: (u64, i64)) {
    let waiting: Vec<Waiting> = waiting.iter().map(|&(until_ms, slack_ms)| waiting_for(until_ms, slack_ms)).collect();
    assert_eq!(step(at(0, 0), waiting.iter()), expected);
}

fn waiting_for(until_ms: i64, slack_ms: i64) -> Waiting {
    Waiting { until_ms, slack_ms, early_ms: 0, exact: slack_ms == 0 }
}

fn at(ms: i64, moved_ms: i64) -> Now {
    Now { ms, moved_ms }
}

fn wish(seconds: u64) -> Wish {
    Wish { duration: Duration::from_secs(seconds), early: None }
}

#[test]
fn what_is_left_of_a_second_is_not_waited_for_where_it_is_little() {
    let early =
        |millis, early| Wish { duration: Duration::from_millis(millis), early: Some(Duration::from_millis(early)) };
    let timekeeper = Timekeeper::new(2);
    let (one, other) =
        (timekeeper.wait(at(0, 0), early(8_700, 1_000), 0.0), timekeeper.wait(at(0, 0), early(8_000_700, 1_000), 0.0));
    assert!(matches!(timekeeper.next(one.id, at(0, 0), 0.0), Next::Move { seconds: 8, .. }));
    timekeeper.moved(Ok(()), 8_700, at(8_000, 8_000), 0.0);
    assert!(matches!(timekeeper.next(one.id, at(8_000, 8_000), 0.0), Next::GoOn(Ok(_))));
    drop((one, other));
    // Of a short life it would be much.
    let timekeeper = Timekeeper::new(1);
    let short = timekeeper.wait(at(0, 0), early(8_700, 435), 0.0);
    assert!(matches!(timekeeper.next(short.id, at(0, 0), 0.0), Next::Move { seconds: 8, .. }));
    timekeeper.moved(Ok(()), 8_700, at(8_000, 8_000), 0.0);
    drop(Moving(&timekeeper));
    assert!(matches!(timekeeper.next(short.id, at(8_000, 8_000), 0.0), Next::Sleep(left) if left.as_millis() == 265));
}

#[test]
fn a_wait_of_a_moment_moves_the_clock_where_it_may_be_longer() {
    // Real time does not shorten it, so it would never end.
    let timekeeper = Timekeeper::new(1);
    let moment = timekeeper.wait(at(0, 0), Wish { duration: Duration::from_millis(6), early: None }, 0.0);
    assert!(matches!(timekeeper.next(moment.id, at(400, 0), 0.0), Next::Move { seconds: 1, for_ms: 6 }));
}

#[test]
fn nothing_moves_while_a_flow_is_at_work() {
    let timekeeper = Timekeeper::new(2);
    let waiter = timekeeper.wait(at(0, 0), wish(60), 5.0);
    assert!(matches!(timekeeper.next(waiter.id, at(0, 0), 5.0), Next::Sleep(_)));
    timekeeper.leave(7.0);
    assert!(matches!(timekeeper.next(waiter.id, at(0, 0), 5.0), Next::Move { seconds: 60, for_ms: 60_000 }));
    // Whoever asks while it is moved sleeps on.
    assert!(matches!(timekeeper.next(waiter.id, at(0, 0), 5.0), Next::Sleep(_)));
    let later = at(60_000, 60_000);
    timekeeper.moved(Ok(()), 60_000, later, 2.0);
    assert!(matches!(timekeeper.next(waiter.id, later, 5.0), Next::GoOn(Ok(chain)) if (chain - 9.0).abs() < 1e-9));
    assert_eq!(timekeeper.state().at_work, 1);
}

#[test]
fn only_those_whose_moment_has_come_go_on_and_count_as_at_work() {
    let timekeeper = Timekeeper::new(3);
    let start = at(0, 0);
    let (short, long) = (timekeeper.wait(start, wish(60), 0.0), timekeeper.wait(start, wish(3_600), 0.0));
    timekeeper.leave(0.0);
    assert!(matches!(timekeeper.next(long.id, start, 0.0), Next::Move { seconds: 60, .. }));
    let later = at(60_000, 60_000);
    timekeeper.moved(Ok(()), 60_000, later, 0.0);
    drop(Moving(&timekeeper));
    assert!(matches!(timekeeper.next(long.id, later, 0.0), Next::Sleep(_)));
    assert!(matches!(timekeeper.next(short.id, later, 0.0), Next::GoOn(Ok(_))));
    timekeeper.leave(0.0);
    assert!(matches!(timekeeper.next(long.id, later, 0.0), Next::Move { seconds: 3_540, .. }));
}

#[test]
fn a_clock_that_is_not_moved_is_told_to_those_who_wanted_it() {
    let timekeeper = Timekeeper::new(2);
    let start = at(0, 0);
    let (short, long) = (timekeeper.wait(start, wish(60), 0.0), timekeeper.wait(start, wish(3_600), 0.0));
    timekeeper.moved(Err("gone".to_owned()), 60_000, start, 0.0);
    assert!(matches!(timekeeper.next(short.id, start, 0.0), Next::GoOn(Err(reason)) if reason == "gone"));
    assert!(matches!(timekeeper.next(long.id, start, 0.0), Next::Sleep(_)));
}

#[test]
fn a_wait_that_is_given_up_holds_nobody() {
    let timekeeper = Timekeeper::new(2);
    let one = timekeeper.wait(at(0, 0), wish(60), 0.0);
    drop(one);
    assert_eq!(timekeeper.state().at_work, 2);
}

#[test]
fn real_time_makes_nobody_late_and_shortens_no_other_wait() {
    // A target's clock may stand still between two moves: all of a wait has to be moved.
    let timekeeper = Timekeeper::new(2);
    let start = at(0, 0);
    let long = timekeeper.wait(start, wish(60), 0.0);
    let exact = timekeeper.wait(start, Wish { early: Some(Duration::ZERO), ..wish(30) }, 0.0);
    let later = at(20_000, 0);
    assert!(matches!(timekeeper.next(exact.id, later, 4.0), Next::Move { seconds: 10, .. }));
    drop(Moving(&timekeeper));
    let much_later = at(70_000, 0);
    assert!(matches!(timekeeper.next(exact.id, much_later, 4.0), Next::GoOn(Ok(_))));
    assert!(matches!(timekeeper.next(long.id, much_later, 4.0), Next::Sleep(_)));
    timekeeper.leave(0.0);
    assert!(matches!(timekeeper.next(long.id, much_later, 4.0), Next::Move { seconds: 60, .. }));
}
