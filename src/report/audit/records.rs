//! An audit as one table of records: answers, tests and findings, told apart by their first column.

use crate::metrics::judged::Tally;
use crate::metrics::paired::Paired;
use crate::report::audit::comparisons::Verdict;
use crate::report::audit::{Audit, Finding, Part};
use crate::report::table::{Cell, Column, Table};

const WORDS: [&str; 4] = ["record", "question", "method", "against"];
const NUMBERS: [&str; 11] = [
    "R",
    "n",
    "right",
    "n_seen",
    "right_seen",
    "n_novel",
    "right_novel",
    "only_method",
    "only_against",
    "mcnemar",
    "by_target",
];

impl Audit {
    /// A row for each subject and team size, for each test of each size and of all, and for each finding; what a row
    /// has nothing of is missing.
    pub fn records(&self) -> Table {
        let columns = WORDS.map(Column::words).into_iter().chain(NUMBERS.map(Column::numbers));
        let columns = columns.chain([Column::words("text")]).collect();
        let mut table = Table::new(format!("Audit of {}", self.data), columns);
        for part in &self.parts {
            answers(part, &mut table);
        }
        for part in &self.parts {
            tests(part, &mut table);
        }
        self.findings
            .iter()
            .for_each(|finding| table.push(finding_row(finding)));
        table
    }
}

fn answers(part: &Part, table: &mut Table) {
    for subject in &part.subjects {
        for size in subject.sizes() {
            let Tally {
                n,
                right,
                n_seen,
                right_seen,
            } = subject.tally(Some(size));
            let kind = if subject.baseline { "baseline" } else { "answer" };
            let mut row = vec![
                Cell::words(kind),
                Cell::words(part.question.name()),
                Cell::words(&subject.name),
                Cell::missing(),
            ];
            row.extend([size, n, right, n_seen, right_seen, n - n_seen, right - right_seen].map(Cell::count));
            table.push(filled(row, None));
        }
    }
}

fn tests(part: &Part, table: &mut Table) {
    let name = |place: usize| {
        part.subjects
            .get(place)
            .map_or_else(Cell::missing, |subject| Cell::words(&subject.name))
    };
    for comparison in &part.comparisons {
        let sizes = comparison
            .per_size
            .iter()
            .map(|(&size, paired)| (Cell::count(size), paired));
        for (size, paired) in sizes.chain([(Cell::words("all"), &comparison.all)]) {
            let mut row = vec![
                Cell::words("test"),
                Cell::words(part.question.name()),
                name(comparison.first),
                name(comparison.second),
                size,
            ];
            row.extend(test_cells(paired));
            table.push(filled(row, Some(Verdict::of(paired).name())));
        }
    }
}

fn test_cells(paired: &Paired) -> Vec<Cell> {
    let mut cells = vec![Cell::count(paired.n)];
    cells.extend((0..5).map(|_| Cell::missing()));
    cells.extend([paired.first, paired.second].map(Cell::count));
    cells.extend([paired.mcnemar(), paired.by_target()].map(|p| Cell::number(Some(p), 4)));
    cells
}

fn finding_row(finding: &Finding) -> Vec<Cell> {
    let row = vec![
        Cell::words(finding.severity.name()),
        Cell::missing(),
        Cell::words(&finding.about),
    ];
    filled(row, Some(&finding.text))
}

/// A row with its text in the last column.
fn filled(mut row: Vec<Cell>, text: Option<&str>) -> Vec<Cell> {
    row.resize_with(WORDS.len() + NUMBERS.len(), Cell::missing);
    row.push(text.map_or_else(Cell::missing, Cell::words));
    row
}
