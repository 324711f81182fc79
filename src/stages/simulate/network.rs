//! Where the network of `simulate sergio` comes from: files, or the generator.

use crate::data::kinetics::Kinetics;
use crate::data::network_generator::{NetworkDesign, generate};
use crate::data::sergio_files::{SergioFile, require_file};
use crate::data::sergio_network::{kinetics, read_interactions, read_master_rates};
use crate::engine::context::RunResult;
use crate::lang::arguments::Arguments;
use crate::lang::catalog::DefaultValue;
use crate::lang::diagnostics::Diagnostic;
use crate::stages::simulate::parameters::{GENERATED, PARAMETERS};
use std::path::{Path, PathBuf};

/// Cell types of a generated network, where `types` isn't given.
const TYPES: usize = 9;

/// The name of the data set, and the network with its kinetics.
pub(super) fn named_kinetics(arguments: &Arguments) -> RunResult<(String, Kinetics)> {
    match network_files(arguments)? {
        Some(files) => {
            refuse_generated(arguments)?;
            let kinetics = files.read(arguments)?;
            Ok((files.name, kinetics))
        }
        None => Ok(("simulated".to_owned(), generate(&design(arguments)?))),
    }
}

fn refuse_generated(arguments: &Arguments) -> RunResult<()> {
    let is_default = |name: &str| match PARAMETERS
        .iter()
        .find(|parameter| parameter.name == name)
        .map(|parameter| parameter.default)
    {
        Some(DefaultValue::Literal(literal)) => arguments.get(name).is_none_or(|given| given.to_string() == literal),
        _ => true,
    };
    match GENERATED.iter().find(|name| !is_default(name)) {
        None => Ok(()),
        Some(name) => Err(Diagnostic::error(
            "meaningless-parameter",
            format!("`{name}` shapes a generated network, but this network comes from files"),
        )
        .help(format!("leave out `{name}`, or the files"))
        .into()),
    }
}

fn design(arguments: &Arguments) -> RunResult<NetworkDesign> {
    let design = NetworkDesign {
        genes: arguments.count("genes"),
        regulators: arguments.count("regulators"),
        masters: arguments.count("masters"),
        team_mix: arguments.counts("team_mix"),
        repeats: arguments.float("repeats"),
        hubs: arguments.float("hubs"),
        repressors: arguments.float("repressors"),
        types: arguments.optional_count("types").unwrap_or(TYPES),
        hill: arguments.float("hill"),
        seed: arguments.seed("seed"),
    };
    let NetworkDesign {
        genes,
        regulators,
        masters,
        ..
    } = design;
    let largest = design
        .team_mix
        .iter()
        .rposition(|&share| share > 0)
        .map_or(0, |last| last + 1);
    let problem = if regulators > genes {
        format!("expected no more regulators than genes, found {regulators} regulators and {genes} genes")
    } else if masters > regulators {
        format!("expected no more masters than regulators, found {masters} masters and {regulators} regulators")
    } else if largest > masters {
        format!(
            "expected at least as many masters as the largest team has regulators, found {masters} masters and teams of {largest}"
        )
    } else if largest == 0 {
        "expected at least one team size with targets in `team_mix`, found none".to_owned()
    } else {
        return Ok(design);
    };
    Err(Diagnostic::error("impossible-network", problem)
        .help("`masters` ≤ `regulators` ≤ `genes`; the defaults are 24, 60 and 320")
        .into())
}

/// Where the network comes from.
struct NetworkFiles {
    name: String,
    interactions: PathBuf,
    master_rates: PathBuf,
}

/// The files of the network; `None` where it is to be generated.
fn network_files(arguments: &Arguments) -> RunResult<Option<NetworkFiles>> {
    let folder = arguments.text("dir").map(Path::new);
    let given = |kind: SergioFile| arguments.text(kind.parameter());
    let kinds = [SergioFile::Interactions, SergioFile::MasterRates];
    if folder.is_none() && kinds.iter().all(|&kind| given(kind).is_none()) {
        return Ok(None);
    }
    let locate = |kind: SergioFile| match (given(kind), folder) {
        (Some(path), _) => Ok(PathBuf::from(path)),
        (None, Some(folder)) => require_file(folder, kind, None),
        (None, None) => {
            let message = format!("a network from files needs `{}`, and it is missing", kind.parameter());
            let error = Diagnostic::error("incomplete-network", message);
            Err(error
                .help("give both `interactions` and `master_rates`, or the folder as `dir`")
                .into())
        }
    };
    let interactions = locate(SergioFile::Interactions)?;
    let named = folder.and_then(Path::file_name).or(interactions.file_stem());
    let source = named.map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(Some(NetworkFiles {
        name: format!("{source} (simulated)"),
        interactions,
        master_rates: locate(SergioFile::MasterRates)?,
    }))
}

impl NetworkFiles {
    fn read(&self, arguments: &Arguments) -> RunResult<Kinetics> {
        let interactions = read_interactions(&self.interactions)?;
        let masters = read_master_rates(&self.master_rates)?;
        let kinetics = kinetics(
            (&self.interactions, &interactions),
            (&self.master_rates, &masters),
            arguments.float("hill"),
        )?;
        match arguments.optional_count("types") {
            Some(types) if types != kinetics.types => {
                let found = kinetics.types;
                let message = format!("expected rates for {types} cell types as in `types={types}`, found {found}");
                Err(Diagnostic::error("types-disagree", message)
                    .in_file(&self.master_rates, Some(1), None)
                    .help(format!("leave `types` out, or write `types={found}`"))
                    .into())
            }
            _ => Ok(kinetics),
        }
    }
}
