//! `retrieve given`: pools from scores that another program computed.

use crate::data::given::{Given, PairScores, read};
use crate::data::pools::{Pools, TrainingCurve};
use crate::data::split::Split;
use crate::engine::context::{RunResult, StageContext};
use crate::engine::value::Value;
use crate::lang::arguments::Arguments;
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::stages::Stage;
use crate::stages::parameters::{K, SCORES, SCORES_NAME};
use crate::stages::retrieve::candidates::{CANDIDATES, Candidates};
use crate::stages::retrieve::input_split;
use crate::stages::select::some_genes;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The stage.
pub static STAGE: Stage = Stage {
    spec: StageSpec {
        verb: "retrieve",
        method: Some("given"),
        takes: &[Type::Split],
        gives: Gives::Value(Type::Pools),
        summary: "Candidate pools by scores from a file: any other program's ranking",
        description: "\
Reads a score for each (target, regulator) and keeps the K best of every target; ties go to the gene that comes first \
in the data set. The file is CSV, with genes by the names that the data set has:

    target,regulator,score
    17,4,0.93
    17,120,0.88

or `.grn-columns`, as a `%%rust` cell of a notebook writes it with `grn_nb::put`. A score of a gene as its own \
regulator is passed over.

Nothing is made up: only genes with a score become candidates, and a test target with fewer than K of them is an error. \
Test targets must all be scored. Other genes need not be; but a Stage 2 that learns (`select pairs2`, `select \
residual_hos2`) needs the pools of the training targets, and says so.

Scores that were made with knowledge of the test targets' regulators make every later figure worthless; nothing here \
can tell.",
        parameters: &[SCORES, K, CANDIDATES, SCORES_NAME],
        examples: &["retrieve given file=\"genie3.csv\" k=80 | plot coverage"],
        version: 1,
        reads: &["file"],
        decomposes: false,
    },
    run: Some(run),
};

fn run(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    let split = input_split(input)?;
    let k = context.arguments.count("k");
    let candidates = Candidates::of(context.arguments, &split.dataset)?;
    let path = file(context.arguments);
    let Given::Pairs(mut scores) = read(&path, &split.dataset.genes)? else {
        return Err(
            Diagnostic::error("set-scores", "the file scores sets, which `retrieve` can't rank by")
                .in_file(path, None, None)
                .help("`select given` takes set scores; `retrieve` takes a score for each single regulator")
                .into(),
        );
    };
    for scored in &mut scores.of {
        scored.retain(|(regulator, _)| candidates.contains(*regulator));
    }
    let missing = |target: &&usize| scores.of.get(**target).is_none_or(|scored| scored.len() < k);
    let short: Vec<usize> = split.test.iter().filter(missing).copied().collect();
    if !short.is_empty() {
        return Err(too_few(&path, &split, &scores, &short, k).into());
    }
    let (ranked, scores) = scores.of.into_iter().map(|scored| best(scored, k)).unzip();
    Ok(Value::Pools(Arc::new(Pools {
        method: name(context.arguments),
        k,
        ranked,
        scores,
        training: TrainingCurve::default(),
        split,
    })))
}

/// The file that is named.
pub fn file(arguments: &Arguments) -> PathBuf {
    PathBuf::from(arguments.text("file").unwrap_or_default())
}

/// How the scores are called: by the name that is given, otherwise by their file's.
pub fn name(arguments: &Arguments) -> String {
    let of_file = || {
        let path = Path::new(arguments.text("file").unwrap_or_default());
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.split('.').next().unwrap_or_default().to_owned()
    };
    arguments.text("name").map_or_else(of_file, str::to_owned)
}

/// The `k` best in descending order of score, ties by gene; nothing where there aren't so many.
fn best(mut scored: Vec<(usize, f32)>, k: usize) -> (Vec<usize>, Vec<f32>) {
    if scored.len() < k {
        return Default::default();
    }
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    scored.truncate(k);
    scored.into_iter().unzip()
}

fn too_few(path: &Path, split: &Split, scores: &PairScores, short: &[usize], k: usize) -> Diagnostic {
    let count = |target: &usize| scores.of.get(*target).map_or(0, Vec::len);
    let unscored: Vec<usize> = short.iter().copied().filter(|target| count(target) == 0).collect();
    let tests = split.test.len();
    if !unscored.is_empty() {
        let genes = some_genes(&split.dataset, &unscored);
        let message = format!("{} of the {tests} test targets have no score: {genes}", unscored.len());
        let help = "score every test target; `table` after a `split` lists them";
        return Diagnostic::error("target-not-scored", message)
            .in_file(path, None, None)
            .help(help);
    }
    let least = short.iter().map(count).min().unwrap_or(0);
    let message = format!(
        "{} of the {tests} test targets have fewer than k={k} scored regulators: {}",
        short.len(),
        some_genes(&split.dataset, short)
    );
    Diagnostic::error("pool-too-small", message)
        .in_file(path, None, None)
        .help(format!("score more regulators, or write `k={least}`"))
}
