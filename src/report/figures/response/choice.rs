//! Which genes the figure shows.

use crate::report::figures::expression::{Source, WrongArgument, gene};
use crate::report::figures::panels::MOST_PANELS;
use crate::report::figures::quadrants::balanced_target;

/// One regulator of a target in one data set.
pub struct Response<'a> {
    pub source: &'a Source<'a>,
    pub target: usize,
    pub regulator: usize,
}

/// The panels, and how many don't fit. Rows share the room evenly; those after the first show the target of the first
/// where they have the same network.
pub fn responses<'a>(
    sources: &'a [Source<'a>],
    name: Option<&str>,
) -> Result<(Vec<Response<'a>>, usize), WrongArgument> {
    let mut responses: Vec<Response<'_>> = Vec::new();
    let mut left_out = 0;
    let room = (MOST_PANELS / sources.len().max(1)).max(1);
    for source in sources {
        let network = &source.dataset.network;
        let like_first = responses
            .first()
            .filter(|first| first.source.dataset.network == *network);
        let target = match like_first {
            Some(first) => first.target,
            None => target_of(source, name)?,
        };
        let team = network.team(target);
        let shown = team.len().min(room).min(MOST_PANELS - responses.len());
        left_out += team.len() - shown;
        responses.extend(team.iter().take(shown).map(|&regulator| Response {
            source,
            target,
            regulator,
        }));
    }
    Ok((responses, left_out))
}

fn target_of(source: &Source<'_>, name: Option<&str>) -> Result<usize, WrongArgument> {
    let network = &source.dataset.network;
    let default = balanced_target(source.dataset, &source.targets).or_else(|| source.targets.first().copied());
    let (target, name) = match (name, default) {
        (Some(name), _) => (gene(source.dataset, name, "target")?, name),
        (None, Some(target)) => return Ok(target),
        (None, None) => {
            let message = format!("no target of {} has a known regulator", source.dataset.name);
            return Err(WrongArgument::new(
                "target",
                "no-known-regulators",
                message,
                String::new(),
            ));
        }
    };
    if !network.team(target).is_empty() {
        return Ok(target);
    }
    let message = format!("no regulator of `{name}` is known");
    let label = "expected a gene with known regulators".to_owned();
    let error = WrongArgument::new("target", "no-known-regulators", message, label);
    Err(match default {
        Some(other) => error.help(format!("`{}` has known regulators", source.dataset.genes[other])),
        None => error,
    })
}
