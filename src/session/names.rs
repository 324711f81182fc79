//! The names of a session: what each stands for, and what of it is there already.

use super::Session;
use crate::engine::store::Held;
use crate::lang::checked::{Checked, CheckedKind, CheckedPipeline, CheckedStatement, Environment};
use crate::lang::given::GivenKind;
use crate::lang::keywords::DEFAULT_SOURCE;
use crate::lang::types::Type;
use crate::plan::build::build;
use crate::plan::graph::{NodeId, Plan};
use std::collections::BTreeSet;

/// A name of a session, or its default source.
#[derive(Clone, Debug)]
pub struct NameSummary {
    /// The name; `use` for the default source.
    pub name: String,
    /// What a value from outside holds; `None` for pipelines.
    pub given: Option<GivenKind>,
    /// What it gives; `None` where its definition had errors.
    pub gives: Option<Type>,
    /// The canonical text of its pipeline, names expanded and nothing implied.
    pub pipeline: String,
    /// The names that it is written with, and `use` where it begins with the default source.
    pub uses: Vec<String>,
    /// The identities of its stages, from source to last value, for each grid cell; none where a file that it reads is
    /// gone.
    pub nodes: Vec<Vec<NodeId>>,
    /// How many distinct stages it has over the whole grid.
    pub stages: usize,
    /// How many of them have been computed and are kept.
    pub finished: usize,
    /// The time and the size of those, summed.
    pub held: Held,
}

impl Session {
    /// The default source, then the names in order of the alphabet, then those of values from outside. Reads no data:
    /// what was computed from a file that has changed since counts as not there.
    pub fn names(&self) -> Vec<NameSummary> {
        let source = self.environment.default_source.as_ref();
        let is_used = self.environment.definitions.contains_key(DEFAULT_SOURCE);
        let source = is_used.then(|| self.summary(DEFAULT_SOURCE, source));
        let names = self.environment.names.iter();
        let names = names.map(|(name, pipeline)| self.summary(name, pipeline.as_ref()));
        let given = self.environment.given.iter().map(|(name, given)| NameSummary {
            name: name.clone(),
            given: Some(given.kind),
            gives: None,
            pipeline: given.kind.uses(name).replace('`', ""),
            uses: Vec::new(),
            nodes: Vec::new(),
            stages: 0,
            finished: 0,
            held: Held { seconds: 0.0, bytes: 0 },
        });
        source.into_iter().chain(names).chain(given).collect()
    }

    fn summary(&self, name: &str, pipeline: Option<&CheckedPipeline>) -> NameSummary {
        let nodes = pipeline.map(|pipeline| self.nodes(pipeline)).unwrap_or_default();
        let distinct: BTreeSet<NodeId> = nodes.iter().flatten().copied().collect();
        let held: Vec<Held> = distinct.iter().filter_map(|id| self.engine.held(*id)).collect();
        NameSummary {
            name: name.to_owned(),
            given: None,
            gives: pipeline.map(|pipeline| pipeline.gives),
            pipeline: pipeline.map(|pipeline| pipeline.text.clone()).unwrap_or_default(),
            uses: pipeline.map(|pipeline| pipeline.uses.clone()).unwrap_or_default(),
            stages: distinct.len(),
            finished: held.len(),
            held: Held {
                seconds: held.iter().map(|held| held.seconds).sum(),
                bytes: held.iter().map(|held| held.bytes).sum(),
            },
            nodes,
        }
    }

    fn nodes(&self, pipeline: &CheckedPipeline) -> Vec<Vec<NodeId>> {
        let alone = Checked {
            statements: vec![CheckedStatement {
                kind: CheckedKind::Show(pipeline.clone()),
                span: pipeline.span,
            }],
            diagnostics: Vec::new(),
            environment: Environment::default(),
        };
        match build(&alone, &|path| self.files.last_content(path)) {
            Ok(plan) => identities(&plan),
            Err(_) => Vec::new(),
        }
    }
}

fn identities(plan: &Plan) -> Vec<Vec<NodeId>> {
    let cells = plan.shows().flat_map(|show| &show.cells);
    let identities = cells.map(|cell| {
        let nodes = cell.path.iter().filter_map(|index| plan.nodes.get(*index));
        nodes.map(|node| node.id).collect()
    });
    identities.collect()
}
