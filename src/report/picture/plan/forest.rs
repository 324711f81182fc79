//! The stages of a plan as a forest in which branches that differ in values alone are one.

use crate::lang::arguments::Argument;
use crate::plan::explain::{Explanation, StageRow};
use std::collections::BTreeMap;

/// More siblings than this are one where they differ in values alone.
const MOST_SIBLINGS: usize = 4;
/// In plans of more stages, so are fewer siblings.
const MOST_STAGES: usize = 24;

/// A stage, or several that differ in some of their arguments, and what follows.
#[derive(Clone, Debug, PartialEq)]
pub struct Branch {
    /// The rows of the explanation that it stands for; never empty.
    pub rows: Vec<usize>,
    /// The arguments in which they differ, with their values in order.
    pub differing: Vec<(&'static str, Vec<String>)>,
    pub children: Vec<Branch>,
}

/// The forest of an explanation.
pub fn forest(explanation: &Explanation) -> Vec<Branch> {
    let mut children: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
    for (index, row) in explanation.stages.iter().enumerate() {
        // Inputs come before their users, so that there is no circle.
        children
            .entry(row.input.filter(|input| *input < index))
            .or_default()
            .push(index);
    }
    let most = if explanation.stages.len() > MOST_STAGES {
        1
    } else {
        MOST_SIBLINGS
    };
    let grower = Grower {
        explanation,
        children,
        most,
    };
    grower.grow(None)
}

struct Grower<'a> {
    explanation: &'a Explanation,
    children: BTreeMap<Option<usize>, Vec<usize>>,
    most: usize,
}

impl Grower<'_> {
    fn grow(&self, parent: Option<usize>) -> Vec<Branch> {
        let own = self.children.get(&parent).map(Vec::as_slice).unwrap_or_default();
        let branches = own.iter().map(|&index| Branch {
            rows: vec![index],
            differing: Vec::new(),
            children: self.grow(Some(index)),
        });
        let mut alike: Vec<Vec<Branch>> = Vec::new();
        for branch in branches {
            match alike.iter_mut().find(|group| self.are_alike(&group[0], &branch)) {
                Some(group) => group.push(branch),
                None => alike.push(vec![branch]),
            }
        }
        let merged = alike.into_iter().flat_map(|group| match group.len() > self.most {
            true => self.merge(group),
            false => group,
        });
        merged.collect()
    }

    fn row(&self, branch: &Branch) -> Option<&StageRow> {
        branch
            .rows
            .first()
            .and_then(|index| self.explanation.stages.get(*index))
    }

    /// Whether two branches are of the same stages, whatever the arguments of the first.
    fn are_alike(&self, one: &Branch, other: &Branch) -> bool {
        let same_name = self.row(one).map(|row| &row.name) == self.row(other).map(|row| &row.name);
        same_name && self.follow_alike(one, other)
    }

    fn follow_alike(&self, one: &Branch, other: &Branch) -> bool {
        one.children.len() == other.children.len()
            && one.children.iter().zip(&other.children).all(|(one, other)| {
                one.rows.len() == other.rows.len()
                    && one.differing == other.differing
                    && self.row(one).zip(self.row(other)).is_some_and(|(one, other)| {
                        // Seeds follow those upstream.
                        let given = |row: &StageRow| -> Vec<(&'static str, Argument)> {
                            let own = row.arguments.iter().filter(|(name, _)| row.given.contains(name));
                            own.cloned().collect()
                        };
                        one.name == other.name && (given(one) == given(other))
                    })
                    && self.follow_alike(one, other)
            })
    }

    /// One branch for `group`, if it holds every combination of the values in which it differs.
    fn merge(&self, group: Vec<Branch>) -> Vec<Branch> {
        let rows: Vec<&StageRow> = group.iter().filter_map(|branch| self.row(branch)).collect();
        let Some(first) = rows.first() else { return group };
        let mut differing: Vec<(&'static str, Vec<String>)> = Vec::new();
        for (position, (name, _)) in first.arguments.iter().enumerate() {
            let mut values: Vec<String> = Vec::new();
            for row in &rows {
                let value = row.arguments.get(position).map(|(_, value)| value.to_string());
                let value = value.unwrap_or_default();
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            if values.len() > 1 {
                differing.push((name, values));
            }
        }
        let combinations: usize = differing.iter().map(|(_, values)| values.len()).product();
        if combinations != group.len() {
            return group;
        }
        let mut all = group.into_iter();
        let Some(mut merged) = all.next() else {
            return Vec::new();
        };
        merged.differing = differing;
        for other in all {
            absorb(&mut merged, other);
        }
        vec![merged]
    }
}

fn absorb(branch: &mut Branch, other: Branch) {
    branch.rows.extend(other.rows);
    for (own, theirs) in branch.children.iter_mut().zip(other.children) {
        absorb(own, theirs);
    }
}
