//! Requirements by operation and kind: how many there are, how many held, and the worst that became of them.

use super::result::{RequirementResult, Status};
use crate::contract::{Kind, Level};

/// The requirements of one operation, or of all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<'a> {
    /// The operation; `None` for what holds at every operation.
    pub operation: Option<&'a str>,
    /// One for each of [`Kind::ALL`], in that order; `None` where there is no requirement.
    pub cells: Vec<Option<Cell>>,
}

/// The requirements of one operation and kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The worst that became of one of them.
    pub worst: Status,
    /// The hardest level of those that it became of.
    pub level: Level,
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
        let cell = |kind: Kind| {
            let is_here = |it: &&RequirementResult| it.operation.as_deref() == operation && it.kind == kind;
            cell(requirements.iter().filter(is_here))
        };
        Kind::ALL.map(cell).to_vec()
    };
    operations.into_iter().map(|operation| Row { operation, cells: row(operation) }).collect()
}

fn cell<'a>(requirements: impl Iterator<Item = &'a RequirementResult>) -> Option<Cell> {
    requirements.fold(None, |cell: Option<Cell>, requirement| {
        let held = usize::from(matches!(requirement.status, Status::Held | Status::Observed));
        let this = Cell { worst: requirement.status, level: requirement.level, all: 1, held };
        Some(cell.map_or(this, |cell| {
            let worse = if gravity(&this) > gravity(&cell) { &this } else { &cell };
            Cell { worst: worse.worst, level: worse.level, all: cell.all + 1, held: cell.held + held }
        }))
    })
}

/// What counts against a release most, the most; what merely does not concern it, least.
fn gravity(cell: &Cell) -> (u8, Level) {
    let status = match cell.worst {
        Status::Unobservable => 0,
        Status::Observed => 1,
        Status::Held => 2,
        Status::NotApplicable => 3,
        Status::NotSelected => 4,
        Status::NoOccasion => 5,
        Status::Gap => 6,
        Status::NotJudged => 7,
        Status::Waived => 8,
        Status::Broken => 9,
    };
    (status, cell.level)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Source;
    use crate::judge::result::Tally;

    fn requirement(operation: Option<&str>, kind: Kind, level: Level, status: Status) -> RequirementResult {
        RequirementResult {
            id: "id".to_owned(),
            level,
            kind,
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
            requirement(None, Kind::Answers, Level::Should, Status::Held),
            requirement(Some("POST /a"), Kind::Behaviour, Level::Must, Status::Held),
            requirement(Some("POST /a"), Kind::Behaviour, Level::Should, Status::Broken),
            requirement(Some("POST /a"), Kind::Behaviour, Level::Must, Status::Broken),
            requirement(Some("POST /a"), Kind::Behaviour, Level::Must, Status::NotJudged),
            requirement(Some("GET /b"), Kind::Limits, Level::Observe, Status::Observed),
        ];
        let rows = of(&requirements);
        let shown: Vec<_> = rows.iter().map(|row| (row.operation, row.cells.clone())).collect();
        let row = |place: usize, worst, level, all, held| {
            let mut cells = vec![None; Kind::ALL.len()];
            cells[place] = Some(Cell { worst, level, all, held });
            cells
        };
        assert_eq!(
            shown,
            [
                (None, row(1, Status::Held, Level::Should, 1, 1)),
                (Some("POST /a"), row(0, Status::Broken, Level::Must, 4, 1)),
                (Some("GET /b"), row(4, Status::Observed, Level::Observe, 1, 1)),
            ]
        );
    }
}
