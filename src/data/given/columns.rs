//! Scores in a `.grn-columns` file.

use super::genes::Genes;
use super::pairs::Pairs;
use super::set_order::SetOrder;
use super::sets::{SetScores, TargetSets, shown};
use super::{File, Given};
use crate::data::columns::{Column, Columns, Data, Texts};
use crate::data::teams::LARGEST_TEAM;
use crate::engine::context::{RunError, RunResult};
use crate::interruption;
use crate::lang::given::GivenKind;

/// What the columns hold.
pub(super) fn kind(columns: &Columns) -> GivenKind {
    let has = |names: &[&str]| names.iter().all(|name| columns.find(name).is_some());
    if has(&["target", "size", "pool", "scores"]) {
        GivenKind::Sets
    } else if has(&["target", "regulator", "score"]) || has(&["target", "regulators", "scores"]) {
        GivenKind::Pairs
    } else {
        GivenKind::Other
    }
}

pub(super) fn read(file: File, columns: Columns, genes: &Genes) -> RunResult<Given> {
    let source = Source { file, columns };
    match kind(&source.columns) {
        GivenKind::Pairs => source.pairs(genes).map(Given::Pairs),
        GivenKind::Sets => source.sets(genes).map(Given::Sets),
        GivenKind::Other => {
            let names = source.columns.columns.iter().map(|column| format!("`{}`", column.name));
            let names: Vec<String> = names.collect();
            let message = format!(
                "the {} with the columns {} holds no scores",
                source.columns.kind,
                names.join(", ")
            );
            let help = "expected `target`, `regulator` and `score`, or a ranking or set scores as `grn_nb` makes them";
            Err(file.wrong("unknown-columns", message, help))
        }
    }
}

struct Source<'a> {
    file: File<'a>,
    columns: Columns,
}

impl Source<'_> {
    fn wrong_type(&self, column: &Column, expected: &str) -> RunError {
        let message = format!(
            "column `{}` holds {}, expected {expected}",
            column.name,
            column.type_name()
        );
        self.file
            .wrong("column-type", message, "`docs/columns.md` lists the columns of scores")
    }

    fn find(&self, name: &str, lists: bool, expected: &str) -> RunResult<&Column> {
        let missing = || {
            self.file
                .wrong("unknown-columns", format!("there is no column `{name}`"), "")
        };
        let column = self.columns.find(name).ok_or_else(missing)?;
        match column.offsets.is_some() == lists {
            true => Ok(column),
            false => Err(self.wrong_type(column, expected)),
        }
    }

    fn texts(&self, name: &str, lists: bool) -> RunResult<(&Column, &Texts)> {
        let expected = if lists { "list of text" } else { "text" };
        let column = self.find(name, lists, expected)?;
        match &column.data {
            Data::Text(texts) => Ok((column, texts)),
            _ => Err(self.wrong_type(column, expected)),
        }
    }

    fn numbers(&self, name: &str, lists: bool) -> RunResult<Numbers<'_>> {
        let expected = if lists { "list of f32" } else { "f32" };
        let column = self.find(name, lists, expected)?;
        match &column.data {
            Data::F32(values) => Ok(Numbers::Single(column, values)),
            Data::F64(values) => Ok(Numbers::Double(column, values)),
            _ => Err(self.wrong_type(column, expected)),
        }
    }

    fn pairs(&self, genes: &Genes) -> RunResult<super::PairScores> {
        let are_lists = self.columns.find("regulator").is_none();
        let (regulators, scores) = match are_lists {
            true => ("regulators", "scores"),
            false => ("regulator", "score"),
        };
        let (_, targets) = self.texts("target", false)?;
        let (column, regulators) = self.texts(regulators, are_lists)?;
        let scores = self.numbers(scores, are_lists)?;
        let mut pairs = Pairs::new(self.file, genes);
        for (row, target) in targets.iter().enumerate() {
            interruption::check()?;
            let (members, scored) = (column.row(row), scores.column().row(row));
            self.same_length(members.len(), scored.len(), "regulators", row)?;
            let target = genes.find(target, self.file, row + 1)?;
            for (regulator, score) in members.zip(scored) {
                pairs.add(target, regulators.get(regulator), scores.get(score), row + 1)?;
            }
        }
        pairs.finish()
    }

    fn same_length(&self, members: usize, scores: usize, what: &str, row: usize) -> RunResult<()> {
        if members == scores {
            return Ok(());
        }
        let message = format!("expected a score for each of {members} {what}, found {scores}");
        let error = self.file.error("uneven-lists", message, row + 1);
        Err(error.help("`scores` has one value for each").into())
    }

    fn sets(&self, genes: &Genes) -> RunResult<SetScores> {
        let (_, targets) = self.texts("target", false)?;
        let column = self.find("size", false, "u32")?;
        let Data::U32(sizes) = &column.data else {
            return Err(self.wrong_type(column, "u32"));
        };
        let mut sets = SetScores::default();
        for (row, (name, size)) in targets.iter().zip(sizes).enumerate() {
            interruption::check()?;
            let target = genes.find(name, self.file, row + 1)?;
            let scored = self.target_sets(row, target, *size as usize, genes)?;
            if sets.of.insert((target, *size as usize), scored).is_some() {
                let message = format!("the sets of {size} of target `{name}` are scored twice");
                let error = self.file.error("scored-twice", message, row + 1);
                return Err(error.help("keep one row for each target and size").into());
            }
        }
        Ok(sets)
    }

    fn target_sets(&self, row: usize, target: usize, size: usize, genes: &Genes) -> RunResult<TargetSets> {
        let entry = row + 1;
        let name = genes.name(target);
        let wrong =
            |code, message: String, help: &str| -> RunError { self.file.error(code, message, entry).help(help).into() };
        if !(1..=LARGEST_TEAM).contains(&size) {
            let message = format!("target `{name}` has sets of {size}, expected 1 to {LARGEST_TEAM} members");
            return Err(wrong("team-size", message, "`size` is the number of members of a set"));
        }
        let pool = self.pool(row, target, genes)?;
        let scores = self.numbers("scores", true)?;
        let places = scores.column().row(row);
        let order = SetOrder::new(pool.len(), size);
        let Some(order) = order.filter(|order| order.count() == places.len() as u64) else {
            let message = format!(
                "expected a score for every set of {size} out of {} candidates of target `{name}`, found {}",
                pool.len(),
                places.len()
            );
            return Err(wrong(
                "set-not-scored",
                message,
                "sets stand in the order of Python's `itertools.combinations`",
            ));
        };
        let checked = places.enumerate().map(|(rank, place)| {
            let what = || {
                let set = order.set(rank as u64);
                let members = set.iter().filter_map(|position| pool.get(*position));
                format!("{} for target `{name}`", shown(members.map(|gene| genes.name(*gene))))
            };
            self.file.score(scores.get(place), what, entry)
        });
        let scores = checked.collect::<RunResult<_>>()?;
        Ok(TargetSets { pool, order, scores })
    }

    /// The regulators that a target's sets are made of.
    fn pool(&self, row: usize, target: usize, genes: &Genes) -> RunResult<Vec<usize>> {
        let entry = row + 1;
        let (column, names) = self.texts("pool", true)?;
        let members = column
            .row(row)
            .map(|place| genes.find(names.get(place), self.file, entry));
        let pool = members.collect::<RunResult<Vec<usize>>>()?;
        let mut distinct = pool.clone();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() == pool.len() && !pool.contains(&target) {
            return Ok(pool);
        }
        let name = genes.name(target);
        let message = format!("the pool of target `{name}` has a gene twice, or the target itself");
        let error = self.file.error("member-twice", message, entry);
        Err(error.help("a pool has each candidate once").into())
    }
}

/// A column of numbers in either precision.
enum Numbers<'a> {
    Single(&'a Column, &'a [f32]),
    Double(&'a Column, &'a [f64]),
}

impl Numbers<'_> {
    fn column(&self) -> &Column {
        match self {
            Self::Single(column, _) | Self::Double(column, _) => column,
        }
    }

    /// The value at a place; not a number beyond the last.
    fn get(&self, place: usize) -> f64 {
        match self {
            Self::Single(_, values) => values.get(place).map_or(f64::NAN, |value| f64::from(*value)),
            Self::Double(_, values) => values.get(place).copied().unwrap_or(f64::NAN),
        }
    }
}
