//! Requirements by operation and level: how many there are, how many held, and the worst that became of them.

use super::result::{RequirementResult, Status};
use crate::contract::Level;

/// The requirements of one operation, or of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// The operation; `None` for what holds at every operation.
    pub operation: Option<&'a str>,
    /// One for each of [`Level::ALL`], in that order; `None` where there is no requirement.
    pub cells: Vec<Option<Cell>>,
}

/// The requirements of one operation and level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The worst that became of one of them.
    pub worst: Status,
    /// How many there are.
    pub all: usize,
    /// How many held, or were observed.
    pub held: usize,
}

/// A row for each operation in the order in which the contract first names it.
pub fn of(requirements: &[RequirementResult]) -> Vec<Row<'_>> {
    let mut operations: Vec<Option<&str>> = Vec::new();
    for requirement in requirements {
        if !operations.contains(&requirement.operation.as_deref()) {
            operations.push(requirement.operation.as_deref());
        }
    }
    let row = |operation: Option<&'_ str>| {
        let cell = |level: Level| {
            let is_here = |it: &&RequirementResult| it.operation.as_deref() == operation && it.level == level;
            cell(requirements.iter().filter(is_here))
        };
        Level::ALL.map(cell).to_vec()
    };
    operations.into_iter().map(|operation| Row { operation, cells: row(operation) }).collect()
}

fn cell<'a>(requirements: impl Iterator<Item = &'a RequirementResult>) -> Option<Cell> {
    requirements.fold(None, |cell: Option<Cell>, requirement| {
        let held = usize::from(matches!(requirement.status, Status::Held | Status::Observed));
        Some(match cell {
            None => Cell { worst: requirement.status, all: 1, held },
            Some(cell) => {
                Cell { worst: worse(cell.worst, requirement.status), all: cell.all + 1, held: cell.held + held }
            }
        })
    })
}

fn worse(left: Status, right: Status) -> Status {
    if gravity(right) > gravity(left) { right } else { left }
}

/// What counts against a release most, the most; what merely does not concern it, least.
fn gravity(status: Status) -> u8 {
    match status {
        Status::Unobservable => 0,
        Status::Observed => 1,
        Status::Held => 2,
        Status::NotApplicable => 3,
        Status::NotSelected => 4,
        Status::NoOccasion => 5,
        Status::NotJudged => 6,
        Status::Waived => 7,
        Status::Broken => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Source;
    use crate::judge::result::Tally;

    fn requirement(operation: Option<&str>, level: Level, status: Status) -> RequirementResult {
        RequirementResult {
            id: "id".to_owned(),
            level,
            operation: operation.map(str::to_owned),
            says: String::new(),
            source: Source { heading: String::new(), line: 1 },
            refs: Vec::new(),
            status,
            note: None,
            checks: Tally::default(),
        }
    }

    #[test]
    fn each_requirement_is_in_one_cell() {
        let requirements = [
            requirement(None, Level::Should, Status::Held),
            requirement(Some("POST /a"), Level::Must, Status::Held),
            requirement(Some("POST /a"), Level::Must, Status::Broken),
            requirement(Some("POST /a"), Level::Must, Status::NotJudged),
            requirement(Some("GET /b"), Level::Observe, Status::Observed),
            requirement(Some("POST /a"), Level::Should, Status::Unobservable),
        ];
        let rows = of(&requirements);
        let shown: Vec<_> = rows.iter().map(|row| (row.operation, row.cells.clone())).collect();
        let cell = |worst, all, held| Some(Cell { worst, all, held });
        assert_eq!(
            shown,
            [
                (None, vec![None, cell(Status::Held, 1, 1), None]),
                (Some("POST /a"), vec![cell(Status::Broken, 3, 1), cell(Status::Unobservable, 1, 0), None]),
                (Some("GET /b"), vec![None, None, cell(Status::Observed, 1, 1)]),
            ]
        );
        let all: usize = rows.iter().flat_map(|row| row.cells.iter().flatten()).map(|cell| cell.all).sum();
        assert_eq!(all, requirements.len());
    }
}
