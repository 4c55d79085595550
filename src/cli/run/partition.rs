//! Which part of a run one machine does, as it is written on the command line.

use std::str::FromStr;

/// One of several parts: `2/3`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::cli) struct Partition {
    /// From 1.
    pub(super) number: usize,
    /// How many there are.
    pub(super) of: usize,
}

impl FromStr for Partition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected K/N, such as `2/3` for the second of three parts".to_owned();
        let number = |text: &str| text.parse::<usize>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        let (number, of) = text.split_once('/').and_then(|(k, n)| number(k).zip(number(n))).ok_or_else(wrong)?;
        if number == 0 || number > of || of > 10_000 {
            return Err(format!("there is no part {number} of {of}: parts are numbered from 1, up to 10000 of them"));
        }
        Ok(Self { number, of })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("1/1", Ok((1, 1)))]
    #[case("2/3", Ok((2, 3)))]
    #[case("3", Err("expected K/N"))]
    #[case("+1/3", Err("expected K/N"))]
    #[case("1/", Err("expected K/N"))]
    #[case("0/3", Err("there is no part 0 of 3"))]
    #[case("4/3", Err("there is no part 4 of 3"))]
    fn reads_a_part(#[case] text: &str, #[case] expected: Result<(usize, usize), &str>) {
        match (text.parse::<Partition>(), expected) {
            (Ok(part), Ok((number, of))) => assert_eq!(part, Partition { number, of }),
            (Err(message), Err(start)) => assert!(message.starts_with(start), "{message}"),
            (parsed, expected) => panic!("expected {expected:?}, got {parsed:?}"),
        }
    }
}
