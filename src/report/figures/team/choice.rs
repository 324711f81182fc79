//! Which genes the figure shows.

use crate::data::dataset::Dataset;
use crate::report::figures::expression::{Source, WrongArgument, gene};
use crate::report::figures::panels::MOST_PANELS;
use crate::report::figures::quadrants::{Pair, balanced_target, strongest};

/// The genes that the arguments name.
#[derive(Clone, Copy, Debug, Default)]
pub struct Chosen<'a> {
    /// The target.
    pub target: Option<&'a str>,
    /// The regulator on the horizontal axis.
    pub x: Option<&'a str>,
    /// The regulator on the vertical axis.
    pub y: Option<&'a str>,
}

/// One pair of panels.
pub struct Team<'a> {
    pub label: &'a str,
    pub dataset: &'a Dataset,
    pub pair: Pair,
}

/// Rows after the first show the genes of the first where they have the same network.
pub fn teams<'a>(sources: &'a [Source<'a>], chosen: Chosen<'_>) -> Result<Vec<Team<'a>>, WrongArgument> {
    let mut teams: Vec<Team<'a>> = Vec::new();
    for source in sources.iter().take(MOST_PANELS / 2) {
        let dataset = source.dataset;
        let like_first = teams
            .first()
            .filter(|first| first.dataset.genes == dataset.genes && first.dataset.network == dataset.network);
        let pair = match like_first {
            Some(first) => first.pair.with_thresholds_of(dataset),
            None => pair(source, chosen)?,
        };
        teams.push(Team {
            label: &source.label,
            dataset,
            pair,
        });
    }
    Ok(teams)
}

fn pair(source: &Source<'_>, chosen: Chosen<'_>) -> Result<Pair, WrongArgument> {
    let dataset = source.dataset;
    let named = |name: Option<&str>, parameter| name.map(|name| gene(dataset, name, parameter)).transpose();
    let (x, y) = (named(chosen.x, "x")?, named(chosen.y, "y")?);
    let target = match named(chosen.target, "target")? {
        Some(target) => target,
        None => balanced_target(dataset, &source.targets).ok_or_else(|| {
            let message = format!("no target of {} has two known regulators", dataset.name);
            WrongArgument::new(
                "target",
                "no-team",
                message,
                "expected `target=…`, `x=…` and `y=…`".to_owned(),
            )
        })?,
    };
    for (parameter, gene, others) in [("x", x, [Some(target), None]), ("y", y, [Some(target), x])] {
        if gene.is_some() && others.contains(&gene) {
            let message = format!("`{parameter}` names a gene that is shown already");
            let label = "expected another gene".to_owned();
            return Err(WrongArgument::new(parameter, "same-gene", message, label));
        }
    }
    let mut rest = strongest(dataset, target)
        .into_iter()
        .filter(|&regulator| Some(regulator) != x && Some(regulator) != y);
    match (x.or_else(|| rest.next()), y.or_else(|| rest.next())) {
        (Some(x), Some(y)) => Ok(Pair::new(dataset, target, x, y)),
        _ => Err(too_few(source, target)),
    }
}

fn too_few(source: &Source<'_>, target: usize) -> WrongArgument {
    let dataset = source.dataset;
    let (name, known) = (&dataset.genes[target], dataset.network.team(target).len());
    let message = match known {
        0 => format!("no regulator of `{name}` is known, and a team has two"),
        _ => format!("`{name}` has one known regulator, and a team has two"),
    };
    let label = "expected a target with two or more regulators".to_owned();
    let error = WrongArgument::new("target", "no-team", message, label);
    match balanced_target(dataset, &source.targets) {
        Some(other) => error.help(format!(
            "`{}` has two; or `x` and `y` name any two genes",
            dataset.genes[other]
        )),
        None => error.help("`x` and `y` may name any two genes".to_owned()),
    }
}
