//! From edges by name to the network among the genes of a matrix, with what is left out told.

use super::tables::Matching;
use crate::data::edge_list::EdgeList;
use crate::data::gene_names::listed;
use crate::data::network::Network;
use crate::engine::context::RunResult;
use crate::lang::diagnostics::Diagnostic;
use crate::plan::cost::grouped;
use std::collections::{BTreeSet, HashSet};
use std::path::Path;

/// What became of the edges of a file.
#[derive(Default)]
struct Tally {
    kept: usize,
    /// Edges with a gene that the matrix lacks.
    unknown: usize,
    to_itself: usize,
    repeated: usize,
    /// Targets in the matrix that have a regulator which it lacks.
    incomplete: BTreeSet<usize>,
}

/// The network of the edges whose genes are in the matrix. Self-edges are left out, repeated edges count once; a note says
/// how many.
///
/// # Errors
/// No edge is left.
pub(super) fn network(files: &Matching, path: &Path, list: &EdgeList) -> RunResult<Network> {
    let places: Vec<Option<usize>> = list.names.iter().map(|name| files.genes.find(name)).collect();
    let place = |name: usize| places.get(name).copied().flatten();
    let mut teams = vec![Vec::new(); files.matrix.rows.len()];
    let mut seen: HashSet<(usize, usize)> = HashSet::with_capacity(list.edges.len());
    let mut tally = Tally::default();
    for (regulator, target) in &list.edges {
        match (place(*regulator), place(*target)) {
            _ if regulator == target => tally.to_itself += 1,
            _ if !seen.insert((*regulator, *target)) => tally.repeated += 1,
            (Some(regulator), Some(target)) => {
                teams[target].push(regulator);
                tally.kept += 1;
            }
            (None, Some(target)) => {
                tally.unknown += 1;
                tally.incomplete.insert(target);
            }
            (_, None) => tally.unknown += 1,
        }
    }
    let unknown = list.names.iter().zip(&places).filter(|(_, place)| place.is_none());
    let unknown: Vec<&str> = unknown.map(|(name, _)| name.as_str()).collect();
    if tally.kept == 0 {
        return Err(nothing_left(files, path, list, &unknown, &tally).into());
    }
    if tally.kept < list.edges.len() {
        files.context.note(note(files, path, list, &unknown, &tally));
    }
    Ok(Network::new(teams))
}

fn nothing_left(files: &Matching, path: &Path, list: &EdgeList, unknown: &[&str], tally: &Tally) -> Diagnostic {
    if tally.unknown > 0 {
        return files.nothing_matches(path, ["no edge in", "joins two genes of"], unknown);
    }
    let message = format!(
        "all {} edges of `{}` lead from a gene to itself",
        grouped(list.edges.len() as u128),
        path.display()
    );
    Diagnostic::error("only-self-edges", message)
        .in_file(path, None, None)
        .help("the first column names the regulator, the second its target; are these the right columns?")
}

fn note(files: &Matching, path: &Path, list: &EdgeList, unknown: &[&str], tally: &Tally) -> String {
    let number = |count: usize| grouped(count as u128);
    let mut left_out = Vec::new();
    if tally.unknown > 0 {
        left_out.push(format!(
            "{} with a gene that has no expression ({} such genes: {})",
            number(tally.unknown),
            number(unknown.len()),
            listed(unknown.iter().copied())
        ));
    }
    if tally.repeated > 0 {
        left_out.push(format!("{} repeated", number(tally.repeated)));
    }
    if tally.to_itself > 0 {
        left_out.push(format!("{} from a gene to itself", number(tally.to_itself)));
    }
    let mut note = format!(
        "`{}`: {} of {} edges kept; left out: {}",
        path.display(),
        number(tally.kept),
        number(list.edges.len()),
        left_out.join(", ")
    );
    if !tally.incomplete.is_empty() {
        let noun = if tally.incomplete.len() == 1 {
            "target counts"
        } else {
            "targets count"
        };
        note += &format!(
            "; {} {noun} only part of the known regulators in R",
            number(tally.incomplete.len())
        );
    }
    if 2 * unknown.len() > list.names.len() {
        let cause = files
            .genes
            .cause(unknown, &files.matrix.columns, files.tables.when_transposed);
        note += &format!("; most names of the network are unknown: {cause}");
    }
    note
}
