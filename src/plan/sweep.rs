//! Sweep axes: from the settings of a stage to every choice of arguments, and from the axes to the grid.

use crate::lang::arguments::{Argument, Arguments};
pub use crate::lang::catalog::DEFAULT_SEED;
use crate::lang::catalog::StageSpec;
use crate::lang::checked::{CheckedMethod, CheckedPipeline, CheckedStage, Setting};
use crate::lang::given::{METHOD, NAME};

/// The axis over which results are aggregated, never shown as rows unless asked.
pub const REPLICATE_AXIS: &str = "seed";

/// One point of a stage's own axes.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The stage.
    pub spec: &'static StageSpec,
    /// Its complete arguments.
    pub arguments: Arguments,
    /// The values of the stage's axes, in order of appearance.
    pub axes: Vec<(&'static str, Argument)>,
    /// The seed that this choice gives to the stages downstream; `None` where it gives none.
    pub seed: Option<i64>,
}

/// Every choice of `stage`, the first axis varying slowest; `seed` is the nearest one given upstream.
pub fn choices(stage: &CheckedStage, seed: Option<i64>) -> Vec<Choice> {
    stage
        .methods
        .iter()
        .flat_map(|method| choices_of(stage, method, seed))
        .collect()
}

fn choices_of(stage: &CheckedStage, method: &CheckedMethod, seed: Option<i64>) -> Vec<Choice> {
    let mut start = Choice {
        spec: method.spec,
        arguments: Arguments::default(),
        axes: Vec::new(),
        seed: None,
    };
    if stage.sweeps_methods {
        let name = called(method);
        start.axes.push((method.spec.verb, Argument::Text(name.to_owned())));
    }
    let mut choices = vec![start];
    for (name, setting) in &method.settings {
        choices = match setting {
            Setting::Axis(values) => choices
                .iter()
                .flat_map(|c| values.iter().map(|v| on_axis(c, name, v)))
                .collect(),
            Setting::Given(value) => choices.into_iter().map(|c| given(c, name, value)).collect(),
            Setting::Default(value) => choices.into_iter().map(|c| with(c, name, value.clone())).collect(),
            Setting::UpstreamSeed => {
                let seed = Argument::Integer(seed.unwrap_or(DEFAULT_SEED));
                choices.into_iter().map(|c| with(c, name, seed.clone())).collect()
            }
        };
    }
    choices
}

/// The method as a value of its axis; scores from a file by the name that they are given.
fn called(method: &CheckedMethod) -> &str {
    let is_given = method.spec.method == Some(METHOD);
    let name = method.settings.iter().find(|(name, _)| is_given && *name == NAME);
    match name {
        Some((_, Setting::Given(Argument::Text(name)))) => name,
        _ => method.name(),
    }
}

fn with(mut choice: Choice, name: &'static str, value: Argument) -> Choice {
    choice.arguments.insert(name, value);
    choice
}

fn given(mut choice: Choice, name: &'static str, value: &Argument) -> Choice {
    if let (REPLICATE_AXIS, Argument::Integer(seed)) = (name, value) {
        choice.seed = Some(*seed);
    }
    with(choice, name, value.clone())
}

fn on_axis(choice: &Choice, name: &'static str, value: &Argument) -> Choice {
    let mut choice = choice.clone();
    choice.axes.push((name, value.clone()));
    given(choice, name, value)
}

/// The names of a pipeline's axes in order of appearance.
pub fn axis_names(pipeline: &CheckedPipeline) -> Vec<&'static str> {
    pipeline.stages.iter().flat_map(CheckedStage::axis_names).collect()
}
