//! Rows of a result: grid cells that differ only in their seed belong together.

use crate::engine::outcome::GridCell;
use crate::engine::value::Value;
use crate::lang::arguments::Argument;
use crate::report::table::Cell;

/// The axis of replicates (design of the language: results are aggregated over it).
pub const SEED_AXIS: &str = "seed";

/// The grid cells of one combination of axis values, without the seed.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// Axis names and values, without the seed.
    pub axes: Vec<(String, Argument)>,
    /// Its cells in grid order; at least one.
    pub cells: Vec<&'a GridCell>,
}

/// Groups cells over their seed axis, in order of first appearance. With `per_seed`, each cell is its own group and
/// the seed stays an axis.
pub fn group(cells: &[GridCell], per_seed: bool) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for cell in cells {
        let axes: Vec<(String, Argument)> = cell
            .axes
            .iter()
            .filter(|(name, _)| per_seed || name != SEED_AXIS)
            .cloned()
            .collect();
        match groups.iter_mut().find(|group| group.axes == axes) {
            Some(group) => group.cells.push(cell),
            None => groups.push(Group {
                axes,
                cells: vec![cell],
            }),
        }
    }
    groups
}

/// Merges groups with equal keys, for instance rows that share their pools: the first one's cells stay, and the axes on
/// which all of them agree.
pub fn merge_by<'a, K: PartialEq>(groups: Vec<Group<'a>>, key: impl Fn(&Group<'a>) -> K) -> Vec<Group<'a>> {
    let mut merged: Vec<(K, Group<'a>)> = Vec::new();
    for group in groups {
        let key = key(&group);
        match merged.iter_mut().find(|(other, _)| *other == key) {
            Some((_, first)) => first.axes.retain(|axis| group.axes.contains(axis)),
            None => merged.push((key, group)),
        }
    }
    merged.into_iter().map(|(_, group)| group).collect()
}

/// The names of all axes that occur, in order of first appearance.
pub fn axis_names(groups: &[Group<'_>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (name, _) in groups.iter().flat_map(|group| &group.axes) {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// An axis value as people read it: text without quotes.
pub fn shown(argument: &Argument) -> String {
    match argument {
        Argument::Text(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Group<'_> {
    /// How a legend calls it: its axis values, or the methods of its pipeline where nothing is swept.
    pub fn label(&self) -> String {
        let methods = self.cells.first().map(|cell| methods(&cell.value));
        self.label_or(&methods.unwrap_or_default())
    }

    /// How a legend calls it: its axis values, or `name` where nothing is swept.
    pub fn label_or(&self, name: &str) -> String {
        if self.axes.is_empty() {
            return name.to_owned();
        }
        let parts = self.axes.iter().map(|(name, value)| match value {
            Argument::Text(text) => text.clone(),
            other => format!("{name}={other}"),
        });
        parts.collect::<Vec<_>>().join(" · ")
    }

    /// The value of an axis, where this group has it.
    pub fn axis(&self, name: &str) -> Option<&Argument> {
        self.axes.iter().find(|(axis, _)| axis == name).map(|(_, value)| value)
    }

    /// One table cell for each of `axes`; missing where this group lacks the axis.
    pub fn axis_cells(&self, axes: &[String]) -> Vec<Cell> {
        let cell = |axis: &String| {
            self.axis(axis)
                .map_or_else(Cell::missing, |value| Cell::words(shown(value)))
        };
        axes.iter().map(cell).collect()
    }

    /// The distinct seeds of its cells, ascending.
    pub fn seeds(&self) -> Vec<u64> {
        seeds(self.cells.iter().copied())
    }
}

/// The distinct seeds of `cells`, ascending.
pub fn seeds<'a>(cells: impl IntoIterator<Item = &'a GridCell>) -> Vec<u64> {
    let mut seeds: Vec<u64> = cells.into_iter().filter_map(|cell| cell.seed).collect();
    seeds.sort_unstable();
    seeds.dedup();
    seeds
}

/// Seeds in words: `seed 42`, `seeds 42–44`, `seeds 1, 5, 9`; `None` without any.
pub fn seeds_in_words(seeds: &[u64]) -> Option<String> {
    match seeds {
        [] => None,
        [seed] => Some(format!("seed {seed}")),
        [first, .., last] if last - first == seeds.len() as u64 - 1 => Some(format!("seeds {first}–{last}")),
        seeds => {
            let seeds: Vec<String> = seeds.iter().map(u64::to_string).collect();
            Some(format!("seeds {}", seeds.join(", ")))
        }
    }
}

fn methods(value: &Value) -> String {
    let mut parts: Vec<&str> = Vec::new();
    parts.extend(value.pools().map(|pools| pools.method.as_str()));
    match value {
        Value::Scorer(scorer) => parts.push(&scorer.method),
        other => parts.extend(other.teams().map(|teams| teams.scorer.as_str())),
    }
    parts.join(" · ")
}

#[cfg(test)]
mod tests {
    use super::{axis_names, group, merge_by, seeds_in_words};
    use crate::report::fixtures;

    #[test]
    fn cells_that_differ_in_seed_belong_together() {
        let cells = fixtures::sweep();
        let groups = group(&cells, false);
        let labels: Vec<String> = groups.iter().map(super::Group::label).collect();
        assert_eq!(labels, ["pairs2", "residual_hos2"]);
        assert_eq!(groups[0].seeds(), [42, 43, 44]);
        assert_eq!(axis_names(&groups), ["select"]);
        assert_eq!(group(&cells, true).len(), 6);
        assert_eq!(axis_names(&group(&cells, true)), ["select", "seed"]);
    }

    #[test]
    fn a_lone_cell_is_called_by_its_methods() {
        assert_eq!(group(&[fixtures::cell()], false)[0].label(), "attn · residual_hos2");
    }

    #[test]
    fn merged_groups_keep_what_they_agree_on() {
        let cells = fixtures::sweep();
        let merged = merge_by(group(&cells, true), |group| group.axis("seed").cloned());
        let labels: Vec<String> = merged.iter().map(super::Group::label).collect();
        assert_eq!(labels, ["seed=42", "seed=43", "seed=44"]);
    }

    #[test]
    fn seeds_read_well() {
        assert_eq!(seeds_in_words(&[]), None);
        assert_eq!(seeds_in_words(&[42]).as_deref(), Some("seed 42"));
        assert_eq!(seeds_in_words(&[42, 43, 44]).as_deref(), Some("seeds 42–44"));
        assert_eq!(seeds_in_words(&[1, 5, 9]).as_deref(), Some("seeds 1, 5, 9"));
    }
}
