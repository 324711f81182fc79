//! Reads SERGIO's two network files: interactions, and the production rates of master regulators.

use crate::data::file::read_text;
use crate::data::kinetics::{Interaction, Kinetics, Rule};
use crate::data::numeric_lines::{Fields, lines};
use crate::engine::context::{RunError, RunResult};
use crate::lang::diagnostics::Diagnostic;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

/// One line of an interaction file: `target, n, n regulators, n strengths K, n Hill coefficients`.
#[derive(Clone, Debug, PartialEq)]
pub struct InteractionRow {
    /// Its line, counted from 1.
    pub line: usize,
    /// The regulated gene.
    pub target: u64,
    /// Its regulators.
    pub regulators: Vec<InteractionEntry>,
}

/// One regulator of a target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InteractionEntry {
    /// The regulator.
    pub gene: u64,
    /// The field on the line, counted from 1, where it stands.
    pub column: usize,
    /// K: negative for a repressor, never 0.
    pub strength: f64,
    /// The Hill coefficient; `None` where the file has no such fields.
    pub hill: Option<f64>,
}

/// One line of a master regulator file: `gene, one production rate for each cell type`.
#[derive(Clone, Debug, PartialEq)]
pub struct MasterRow {
    /// Its line, counted from 1.
    pub line: usize,
    /// The master regulator.
    pub gene: u64,
    /// Production rates, at least one.
    pub rates: Vec<f64>,
}

/// Reads an interaction file.
///
/// # Errors
/// A field that is no number of its kind; a wrong count of fields; a self-loop; a regulator or a target that stands
/// twice; a file without any line; each with line and column.
pub fn read_interactions(path: &Path) -> RunResult<Vec<InteractionRow>> {
    let text = read_text(path)?;
    let mut rows = Vec::new();
    let mut targets: BTreeMap<u64, usize> = BTreeMap::new();
    for fields in lines(path, &text) {
        let row = interaction_row(&fields)?;
        if let Some(first) = targets.insert(row.target, row.line) {
            let message = format!(
                "target {} stands on line {first} and again on line {}",
                row.target, row.line
            );
            return Err(fields.error(
                "duplicate-target",
                message,
                1,
                "one line lists all regulators of a target",
            ));
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Err(empty(path, "target, n, n regulators, n strengths, n Hill coefficients"));
    }
    Ok(rows)
}

/// Reads a master regulator file.
///
/// # Errors
/// A field that is no number of its kind; lines of different length; a gene that stands twice; a file without any line.
pub fn read_master_rates(path: &Path) -> RunResult<Vec<MasterRow>> {
    let text = read_text(path)?;
    let mut rows: Vec<MasterRow> = Vec::new();
    let mut genes: BTreeMap<u64, usize> = BTreeMap::new();
    for fields in lines(path, &text) {
        let row = master_row(&fields)?;
        let types = rows.first().map_or(row.rates.len(), |first| first.rates.len());
        if row.rates.len() != types || types == 0 {
            let (expected, found) = (types.max(1) + 1, row.rates.len() + 1);
            let message = format!("expected {expected} fields, found {found}");
            return Err(fields.error(
                "ragged-row",
                message,
                found.min(expected),
                "each line: a gene, then one production rate for each cell type",
            ));
        }
        if let Some(first) = genes.insert(row.gene, row.line) {
            let message = format!(
                "gene {} stands on line {first} and again on line {}",
                row.gene, row.line
            );
            return Err(fields.error("duplicate-gene", message, 1, "keep one line for each master regulator"));
        }
        rows.push(row);
    }
    if rows.is_empty() {
        return Err(empty(path, "master regulator, one production rate for each cell type"));
    }
    Ok(rows)
}

/// Puts both files together. Genes are all that occur in them, ascending; `hill` stands in for missing coefficients.
///
/// # Errors
/// A gene with both an interaction line and master rates; a regulator with neither.
pub fn kinetics(
    (interactions_path, interactions): (&Path, &[InteractionRow]),
    (masters_path, masters): (&Path, &[MasterRow]),
    hill: f64,
) -> RunResult<Kinetics> {
    let mut rows: BTreeMap<u64, Option<&InteractionRow>> = BTreeMap::new();
    rows.extend(masters.iter().map(|row| (row.gene, None)));
    for row in interactions {
        if rows.insert(row.target, Some(row)).is_some() {
            let message = format!("gene {} is a target and also a master regulator", row.target);
            let help = format!(
                "drop its line in `{}` or in `{}`",
                interactions_path.display(),
                masters_path.display()
            );
            let error = Diagnostic::error("master-with-regulators", message);
            return Err(error
                .in_file(interactions_path, Some(row.line), Some(1))
                .help(help)
                .into());
        }
    }
    let index: HashMap<u64, usize> = rows.keys().enumerate().map(|(i, &gene)| (gene, i)).collect();
    let mut rates: BTreeMap<u64, &MasterRow> = masters.iter().map(|row| (row.gene, row)).collect();
    let mut rules = Vec::with_capacity(rows.len());
    for (gene, row) in &rows {
        rules.push(match row {
            Some(row) => Rule::Regulated(resolve(interactions_path, masters_path, row, &index, hill)?),
            None => Rule::Master(rates.remove(gene).map(|row| row.rates.clone()).unwrap_or_default()),
        });
    }
    Ok(Kinetics {
        genes: rows.keys().map(u64::to_string).collect(),
        types: masters.first().map_or(1, |row| row.rates.len()),
        rules,
    })
}

fn resolve(
    path: &Path,
    masters_path: &Path,
    row: &InteractionRow,
    index: &HashMap<u64, usize>,
    hill: f64,
) -> RunResult<Vec<Interaction>> {
    let entries = row.regulators.iter().map(|entry| {
        let regulator = index.get(&entry.gene).copied().ok_or_else(|| {
            let message = format!("regulator {} is neither a target nor a master regulator", entry.gene);
            let help = format!("add its production rates to `{}`", masters_path.display());
            Diagnostic::error("regulator-without-rate", message)
                .in_file(path, Some(row.line), Some(entry.column))
                .help(help)
        })?;
        Ok(Interaction {
            regulator,
            strength: entry.strength,
            hill: entry.hill.unwrap_or(hill),
        })
    });
    entries.collect()
}

fn interaction_row(fields: &Fields) -> RunResult<InteractionRow> {
    let target = fields.gene(1, "the number of the target gene")?;
    let n = usize::try_from(fields.whole(2, "the number of regulators", 1.0)?).unwrap_or(usize::MAX);
    let found = fields.fields.len();
    let with_hill = n.saturating_mul(3).saturating_add(2);
    let without_hill = n.saturating_mul(2).saturating_add(2);
    if found != with_hill && found != without_hill {
        let regulators = if n == 1 { "regulator" } else { "regulators" };
        let message = format!("expected {with_hill} fields for {n} {regulators}, found {found}");
        let help = "each line: target, n, n regulators, n strengths K, n Hill coefficients";
        return Err(fields.error("wrong-field-count", message, 2, help));
    }
    let mut seen = BTreeSet::new();
    let mut regulators = Vec::with_capacity(n);
    for i in 0..n {
        let entry = interaction_entry(fields, i, n)?;
        if entry.gene == target {
            let message = format!("gene {target} regulates itself");
            return Err(fields.error(
                "self-loop",
                message,
                entry.column,
                "SERGIO's steady-state model has no self-regulation: drop this regulator",
            ));
        }
        if !seen.insert(entry.gene) {
            let message = format!("regulator {} stands twice among those of target {target}", entry.gene);
            return Err(fields.error(
                "duplicate-regulator",
                message,
                entry.column,
                "keep it once, with one strength",
            ));
        }
        regulators.push(entry);
    }
    Ok(InteractionRow {
        line: fields.line,
        target,
        regulators,
    })
}

fn interaction_entry(fields: &Fields, i: usize, n: usize) -> RunResult<InteractionEntry> {
    let column = 3 + i;
    let gene = fields.gene(column, "the number of a regulator")?;
    let strength = fields.number(column + n, "the strength K of a regulator")?;
    if strength == 0.0 {
        let help = "K is positive for an activator and negative for a repressor; drop a regulator without effect";
        return Err(fields.error(
            "zero-strength",
            "expected a strength K other than 0".to_owned(),
            column + n,
            help,
        ));
    }
    let hill = if fields.fields.len() > 2 + 2 * n {
        let hill = fields.number(column + 2 * n, "a Hill coefficient")?;
        if hill <= 0.0 {
            let message = format!("expected a Hill coefficient above 0, found `{hill}`");
            return Err(fields.error("out-of-range", message, column + 2 * n, "SERGIO's authors use 2"));
        }
        Some(hill)
    } else {
        None
    };
    Ok(InteractionEntry {
        gene,
        column,
        strength,
        hill,
    })
}

fn master_row(fields: &Fields) -> RunResult<MasterRow> {
    let gene = fields.gene(1, "the number of a master regulator")?;
    let mut rates = Vec::with_capacity(fields.fields.len());
    for column in 2..=fields.fields.len() {
        let rate = fields.number(column, "a production rate")?;
        if rate < 0.0 {
            let message = format!("expected a production rate of 0 or more, found `{rate}`");
            return Err(fields.error("out-of-range", message, column, "production can't be negative"));
        }
        rates.push(rate);
    }
    Ok(MasterRow {
        line: fields.line,
        gene,
        rates,
    })
}

fn empty(path: &Path, layout: &str) -> RunError {
    Diagnostic::error("empty-file", format!("`{}` is empty", path.display()))
        .in_file(path, None, None)
        .help(format!("expected lines of: {layout}"))
        .into()
}
