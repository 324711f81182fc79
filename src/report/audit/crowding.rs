//! Which genes take the place of true regulators.

use crate::data::network::Network;
use crate::engine::outcome::GridCell;
use crate::engine::value::Value;
use crate::metrics::confusers::{Confusers, HubCounts};
use crate::report::groups::Group;
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The confusers of one row of the result for one team size.
#[derive(Debug)]
pub struct Crowding {
    /// The row.
    pub name: String,
    /// The team size R.
    pub size: usize,
    /// Evaluated targets, over all replicates.
    pub targets: usize,
    /// How many confusers and true members are hubs, over all replicates.
    pub hubs: HubCounts,
    /// The genes that are confusers most often: name, targets that each confuses, and training targets that it
    /// regulates in the first replicate. Over the replicates of one network.
    pub genes: Vec<(String, usize, usize)>,
}

/// The confusers of every row and team size; the `most` frequent ones by name.
pub fn crowding(groups: &[Group<'_>], most: usize) -> Vec<Crowding> {
    groups.iter().flat_map(|group| of_group(group, most)).collect()
}

fn of_group(group: &Group<'_>, most: usize) -> Vec<Crowding> {
    let splits = group.cells.iter().filter_map(|cell| cell.value.split());
    let sizes: BTreeSet<usize> = splits.flat_map(|split| split.sizes.iter().copied()).collect();
    let rows = sizes.into_iter().filter_map(|size| of_size(group, size, most));
    rows.filter(|row| row.targets > 0).collect()
}

fn of_size(group: &Group<'_>, size: usize, most: usize) -> Option<Crowding> {
    let all: Vec<Confusers> = group.cells.iter().filter_map(|cell| confusers(cell, size)).collect();
    let first = network(group.cells.first()?);
    let same = group.cells.iter().zip(&all).filter(|(cell, _)| network(cell) == first);
    let pooled = same
        .map(|(_, confusers)| confusers.clone())
        .reduce(|all, more| all.pooled(&more))?;
    let genes = &group.cells.first()?.value.dataset()?.genes;
    let mut order: Vec<usize> = (0..pooled.confused.len())
        .filter(|&gene| pooled.confused[gene] > 0)
        .collect();
    order.sort_by_key(|&gene| (Reverse(pooled.confused[gene]), gene));
    order.truncate(most);
    let named = |gene: usize| {
        let name = genes.get(gene)?.clone();
        Some((name, pooled.confused[gene], pooled.popularity.count(gene)))
    };
    Some(Crowding {
        name: group.label(),
        size,
        targets: all.iter().map(|confusers| confusers.targets).sum(),
        hubs: all
            .iter()
            .map(Confusers::hub_counts)
            .fold(HubCounts::default(), HubCounts::and),
        genes: order.into_iter().filter_map(named).collect(),
    })
}

fn confusers(cell: &GridCell, size: usize) -> Option<Confusers> {
    match &cell.value {
        Value::Pools(pools) => Some(Confusers::of_pools_for(pools, Some(size))),
        value => value.teams().map(|teams| Confusers::of_teams_for(teams, Some(size))),
    }
}

fn network(cell: &GridCell) -> Option<&Network> {
    cell.value.dataset().map(|dataset| &*dataset.network)
}
