//! An audit for people.

use crate::metrics::paired::Paired;
use crate::metrics::summary::summarise;
use crate::report::audit::comparisons::Verdict;
use crate::report::audit::subjects::{COPYING, POPULARITY, Subject};
use crate::report::audit::words::{p_value, percent};
use crate::report::audit::{Audit, Part, Question};
use crate::report::table::{Cell, Column, Table};
use std::collections::BTreeSet;

impl Audit {
    /// Targets, answers with baselines, paired tests, crowding genes, and findings.
    pub fn tables(&self) -> Vec<Table> {
        let mut tables = vec![self.targets_table()];
        tables.extend(self.parts.iter().map(|part| self.answers_table(part)));
        tables.extend(self.comparisons_table());
        tables.push(self.crowding_table());
        tables.push(self.findings_table());
        tables
    }

    fn targets_table(&self) -> Table {
        let several = self.targets.iter().any(|targets| targets.of.is_some());
        let mut columns: Vec<Column> = several.then(|| Column::words("of").key()).into_iter().collect();
        columns.push(Column::numbers("R").key());
        let names = [
            "n",
            "targets",
            "teams",
            "team seen in training",
            "every regulator seen",
            "one target is",
            "least difference",
        ];
        columns.extend(names.map(Column::numbers));
        let mut table = Table::new(format!("Audit of {}: the test targets", self.data), columns);
        for row in &self.targets {
            let mut cells: Vec<Cell> = several
                .then(|| row.of.as_ref().map_or_else(Cell::missing, Cell::words))
                .into_iter()
                .collect();
            cells.extend([
                Cell::count(row.size),
                Cell::count(row.n),
                Cell::count(row.targets),
                Cell::count(row.teams),
            ]);
            let seen = format!("{} ({}/{})", percent(row.seen()), row.n_seen, row.n);
            cells.push(Cell::shown(seen, row.seen()));
            let known = format!("{} ({}/{})", percent(row.known()), row.n_known, row.n);
            cells.push(Cell::shown(known, row.known()));
            cells.push(Cell::number(Some(row.replicates as f64 / row.n.max(1) as f64), 3));
            cells.push(Cell::number(Some(row.least_difference()), 3));
            table.push(cells);
        }
        table.note(&self.protocol);
        table.note(
            "n: trials over all seeds; targets, teams: distinct ones; every regulator seen: each regulates \
             some training target; one target is: what it weighs in one seed; least \
             difference: two methods that differ in fewer than six targets can't be told apart",
        );
        table
    }

    fn answers_table(&self, part: &Part) -> Table {
        let question = part.question.name();
        let title = match part.question {
            Question::Exact => "Exact match beside baselines",
            Question::Coverage => "Coverage of whole teams beside the baseline",
        };
        let names = ["R", "n", question, "95 % interval", "seen", "novel"];
        let columns = std::iter::once(Column::words("method").key());
        let columns = columns.chain(names.iter().enumerate().map(|(index, name)| match index {
            0 => Column::numbers(*name).key(),
            _ => Column::numbers(*name),
        }));
        let mut table = Table::new(title, columns.collect());
        for subject in &part.subjects {
            for size in subject.sizes() {
                table.push(answers_row(subject, size));
            }
        }
        for note in notes(part) {
            table.note(note);
        }
        table
    }

    fn comparisons_table(&self) -> Option<Table> {
        let all = || {
            self.parts
                .iter()
                .flat_map(|part| part.comparisons.iter().map(move |found| (part, found)))
        };
        let sizes: BTreeSet<usize> = all().flat_map(|(_, found)| found.per_size.keys().copied()).collect();
        let mut columns = vec![
            Column::words("of").key(),
            Column::words("method").key(),
            Column::words("against").key(),
        ];
        columns.extend(
            sizes
                .iter()
                .map(|size| Column::numbers(format!("R\u{a0}=\u{a0}{size}"))),
        );
        columns.extend(["all R", "McNemar p", "p by target"].map(Column::numbers));
        columns.push(Column::words("verdict"));
        let mut table = Table::new("Paired tests on the same targets", columns);
        for (part, found) in all() {
            let name = |place: usize| part.subjects.get(place).map_or_else(Cell::missing, label);
            let mut row = vec![Cell::words(part.question.name()), name(found.first), name(found.second)];
            row.extend(
                sizes
                    .iter()
                    .map(|size| found.per_size.get(size).map_or_else(Cell::missing, test_cell)),
            );
            row.push(Cell::words(counts(&found.all)));
            row.extend([found.all.mcnemar(), found.all.by_target()].map(|p| Cell::shown(p_value(p), p)));
            row.push(Cell::words(Verdict::of(&found.all).name()));
            table.push(row);
        }
        let tests = table.rows.len() * (sizes.len() + 1);
        test_notes(tests).into_iter().for_each(|note| table.note(note));
        (!table.rows.is_empty()).then_some(table)
    }

    fn crowding_table(&self) -> Table {
        let mut columns = vec![Column::words("method").key(), Column::numbers("R").key()];
        columns.extend(["targets", "wrong", "hubs among wrong", "hubs among true"].map(Column::numbers));
        columns.push(Column::words("most often"));
        let mut table = Table::new("Genes that take the place of true regulators", columns);
        let share = |share: Option<f64>| match share {
            Some(share) => Cell::shown(percent(share), share),
            None => Cell::missing(),
        };
        for row in &self.crowding {
            let genes = row
                .genes
                .iter()
                .map(|(name, confused, known)| format!("{name}\u{a0}({confused};\u{a0}{known})"));
            table.push(vec![
                Cell::words(&row.name),
                Cell::count(row.size),
                Cell::count(row.targets),
                Cell::count(row.hubs.wrong),
                share(row.hubs.wrong_share()),
                share(row.hubs.true_share()),
                Cell::words(genes.collect::<Vec<_>>().join(" ")),
            ]);
        }
        table.note(
            "wrong: members of answers that are no true regulators; hubs: the tenth of regulators with the most training \
             targets; gene (targets of which it is a wrong member; training targets that it regulates)",
        );
        table
    }

    fn findings_table(&self) -> Table {
        let columns = ["", "about", "finding"].map(Column::words).to_vec();
        let mut table = Table::new("Findings", columns);
        for finding in &self.findings {
            table.push(vec![
                Cell::words(finding.severity.name()),
                Cell::words(&finding.about),
                Cell::words(&finding.text),
            ]);
        }
        table
    }
}

fn label(subject: &Subject) -> Cell {
    match subject.baseline {
        true => Cell::shown(format!("{} (baseline)", subject.name), subject.name.clone()),
        false => Cell::words(&subject.name),
    }
}

fn answers_row(subject: &Subject, size: usize) -> Vec<Cell> {
    let tally = subject.tally(Some(size));
    let fraction = |part: usize, whole: usize| match whole {
        0 => Cell::missing(),
        _ => Cell::shown(format!("{part}/{whole}"), part as f64 / whole as f64),
    };
    let share = match subject.runs.len() {
        1 => Cell::ratio(tally.right, tally.n),
        _ => Cell::deviating(summarise(subject.shares(size))),
    };
    let interval = match tally.interval() {
        Some((lower, upper)) => Cell::words(format!("{lower:.2}–{upper:.2}")),
        None => Cell::missing(),
    };
    vec![
        label(subject),
        Cell::count(size),
        Cell::count(tally.n),
        share,
        interval,
        fraction(tally.right_seen, tally.n_seen),
        fraction(tally.right_novel(), tally.n_novel()),
    ]
}

fn notes(part: &Part) -> Vec<String> {
    let mut notes = vec![match part.question {
        Question::Exact => "exact: the predicted team is the true one; R is given".to_owned(),
        Question::Coverage => {
            "coverage: the candidates that count, M_R of decoded teams, K of pools, hold the whole true \
                               team; rows that share their pools are one"
                .to_owned()
        }
    }];
    let popularity = "genes ranked by how many training targets they regulate, without looking at expression";
    notes.push(match part.question {
        Question::Exact => format!(
            "{POPULARITY}: {popularity}, the first R of them; {COPYING}: the team of the training target of the same R \
             whose expression is most alike, whatever the pool"
        ),
        Question::Coverage => format!("{POPULARITY}: {popularity}"),
    });
    notes.push("seen, novel: some, no training target has the same team".to_owned());
    if part.subjects.iter().any(|subject| subject.runs.len() > 1) {
        notes.push(
            "mean ± standard deviation over seeds; n, seen, novel and Wilson's 95 % interval from the counts of all seeds"
                .to_owned(),
        );
    }
    notes
}

/// How to read so many tests.
fn test_notes(tests: usize) -> Vec<String> {
    let mut notes = vec![
        "a:b p – a targets that only the method has right, b that only the other has, and p by target".to_owned(),
        "McNemar: exact, two-sided, over the trials on which the two differ; by target: all trials of a target keep \
         together, as seeds test targets again (exact sign flips); verdict: by target, over all R, at 0.05"
            .to_owned(),
    ];
    if tests > 1 {
        let chance = (tests as f64 * 0.05).round();
        notes.push(format!(
            "{tests} tests, not corrected for their number: about {chance} would be below 0.05 by chance alone"
        ));
    }
    notes
}

/// `12:34`.
fn counts(paired: &Paired) -> String {
    format!("{}:{}", paired.first, paired.second)
}

/// `12:34 0.010`.
fn test_cell(paired: &Paired) -> Cell {
    let p = paired.by_target();
    Cell::shown(format!("{} {}", counts(paired), p_value(p)), p)
}
