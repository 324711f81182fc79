use super::{Engine, RunContext, RunFailure};
use crate::data::dataset::Dataset;
use crate::engine::context::{RunError, RunResult, StageContext};
use crate::engine::observer::{CancelToken, Event, Observer};
use crate::engine::value::Value;
use crate::lang::arguments::{Argument, Arguments};
use crate::lang::catalog::{Gives, StageSpec};
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::plan::graph::{Cell, Node, NodeId, Options, Plan, Request, Show, View};
use crate::stages::Stage;
use candle_core::Device;
use grn_grammar::span::Span;
use ndarray::Array2;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

type Function = fn(&StageContext, Option<Value>) -> RunResult<Value>;

pub const fn stage(verb: &'static str, takes: &'static [Type], run: Option<Function>) -> Stage {
    Stage {
        spec: StageSpec {
            verb,
            method: None,
            takes,
            gives: Gives::Value(Type::Dataset),
            summary: "",
            description: "",
            parameters: &[],
            examples: &[],
            version: 1,
            reads: &[],
            decomposes: false,
        },
        run,
    }
}

pub static ONE: Stage = stage("one", &[], Some(one));
static ADD: Stage = stage("add", &[Type::Dataset], Some(add));
static FAIL: Stage = stage("fail", &[Type::Dataset], Some(fail));
static BREAK: Stage = stage("break", &[Type::Dataset], Some(break_off));
static STOP: Stage = stage("stop", &[Type::Dataset], Some(stop));
static VIEW: Stage = stage("view", &[Type::Dataset], None);
static ALL: &[&Stage] = &[&ONE, &ADD, &FAIL, &BREAK, &STOP, &VIEW];

fn dataset(number: f32) -> Value {
    Value::Dataset(Arc::new(Dataset {
        name: "test".to_owned(),
        genes: vec!["a".to_owned()],
        expression: Arc::new(Array2::from_elem((1, 1), number)),
        cell_types: vec![0],
        network: Arc::default(),
        tf_list: None,
        steady_state: None,
        features: None,
    }))
}

fn number(value: &Value) -> f32 {
    match value {
        Value::Dataset(dataset) => dataset.expression.sum(),
        _ => f32::NAN,
    }
}

fn one(_: &StageContext, input: Option<Value>) -> RunResult<Value> {
    assert!(input.is_none());
    Ok(dataset(1.0))
}

fn add(context: &StageContext, input: Option<Value>) -> RunResult<Value> {
    Ok(dataset(
        number(&input.unwrap()) + context.arguments.integer("seed") as f32,
    ))
}

fn fail(_: &StageContext, _: Option<Value>) -> RunResult<Value> {
    Err(Diagnostic::error("test", "the file is empty").into())
}

fn break_off(_: &StageContext, _: Option<Value>) -> RunResult<Value> {
    panic!("no rows")
}

fn stop(context: &StageContext, _: Option<Value>) -> RunResult<Value> {
    context.cancel.cancel();
    context.check_cancelled()?;
    Err(RunError::Cancelled)
}

#[derive(Default)]
pub struct Log(Mutex<Vec<String>>);

impl Observer for Log {
    fn event(&self, event: &Event) {
        let line = match event {
            Event::StageStarted { label, position, total } => format!("start {position}/{total} {label}"),
            Event::StageFinished { label, cached, .. } => format!("end {label} {cached}"),
            Event::Progress { .. } | Event::Note(_) => return,
        };
        self.0.lock().unwrap().push(line);
    }
}

impl Log {
    pub fn lines(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

fn node(id: u8, stage: &'static Stage, input: Option<usize>, seed: i64) -> Node {
    let mut arguments = Arguments::default();
    arguments.insert("seed", Argument::Integer(seed));
    Node {
        id: NodeId([id; 16]),
        spec: &stage.spec,
        arguments,
        input,
        gives: Type::Dataset,
        hints: BTreeSet::new(),
        implied: false,
        span: Span::new(10, 20),
    }
}

fn plan(nodes: Vec<Node>, cells: Vec<Cell>, views: Vec<View>) -> Plan {
    Plan {
        nodes,
        requests: vec![Request::Show(Show {
            pipeline: "one | add".to_owned(),
            cells,
            views,
            span: Span::default(),
        })],
        options: Options::default(),
    }
}

fn cell(seed: i64, path: &[usize]) -> Cell {
    Cell {
        axes: vec![("seed".to_owned(), Argument::Integer(seed))],
        path: path.to_vec(),
    }
}

/// `one | add seed=[2, 3]`, both cells sharing `one`, one after the other.
fn sweep() -> Plan {
    let mut plan = sweep_over(&ADD, &ADD);
    plan.options.threads = 1;
    plan
}

/// `one | {first, second}`, both cells sharing `one`.
pub fn sweep_over(first: &'static Stage, second: &'static Stage) -> Plan {
    let nodes = vec![
        node(1, &ONE, None, 0),
        node(2, first, Some(0), 2),
        node(3, second, Some(0), 3),
    ];
    plan(nodes, vec![cell(2, &[0, 1]), cell(3, &[0, 2])], Vec::new())
}

pub fn run(
    engine: &mut Engine,
    plan: &Plan,
    log: &Log,
    cancel: &CancelToken,
) -> Result<Vec<crate::engine::outcome::Outcome>, RunFailure> {
    let context = RunContext {
        device: &Device::Cpu,
        observer: log,
        cancel,
        keeper: None,
    };
    engine.run(plan, context)
}

#[test]
fn shared_nodes_run_once_and_in_order() {
    let log = Log::default();
    let outcomes = run(&mut Engine::new(ALL), &sweep(), &log, &CancelToken::default()).unwrap();
    let values: Vec<f32> = outcomes[0].cells.iter().map(|cell| number(&cell.value)).collect();
    assert_eq!(values, [3.0, 4.0]);
    let seeds: Vec<Option<u64>> = outcomes[0].cells.iter().map(|cell| cell.seed).collect();
    assert_eq!(seeds, [Some(2), Some(3)]);
    let expected = [
        "start 1/3 one",
        "end one false",
        "start 2/3 add (seed=2)",
        "end add (seed=2) false",
        "start 3/3 add (seed=3)",
        "end add (seed=3) false",
    ];
    assert_eq!(log.lines(), expected);
}

#[test]
fn the_time_of_a_shared_node_is_told_once() {
    let outcomes = run(
        &mut Engine::new(ALL),
        &sweep(),
        &Log::default(),
        &CancelToken::default(),
    )
    .unwrap();
    let [first, second] = outcomes[0].cells.as_slice() else {
        panic!("two cells");
    };
    assert!(first.seconds[0].1 > 0.0);
    assert_eq!(second.seconds[0], ("one".to_owned(), 0.0));
    assert!(second.seconds[1].1 > 0.0);
}

#[test]
fn a_second_run_has_everything_already() {
    let mut engine = Engine::new(ALL);
    let log = Log::default();
    run(&mut engine, &sweep(), &log, &CancelToken::default()).unwrap();
    log.lines();
    let again = run(&mut engine, &sweep(), &log, &CancelToken::default()).unwrap();
    assert_eq!(
        log.lines(),
        ["end one true", "end add (seed=2) true", "end add (seed=3) true"]
    );
    assert_eq!(number(&again[0].cells[1].value), 4.0);
    assert!(
        again[0]
            .cells
            .iter()
            .flat_map(|cell| &cell.seconds)
            .all(|(_, seconds)| *seconds == 0.0)
    );
}

#[test]
fn nodes_that_no_request_needs_do_not_run() {
    let mut plan = sweep();
    plan.nodes.push(node(9, &FAIL, Some(0), 0));
    let log = Log::default();
    run(&mut Engine::new(ALL), &plan, &log, &CancelToken::default()).unwrap();
    assert!(log.lines().iter().all(|line| !line.contains("fail")));
}

#[test]
fn equal_identities_run_once_even_in_an_unshared_plan() {
    let nodes = vec![
        node(1, &ONE, None, 0),
        node(2, &ADD, Some(0), 2),
        node(1, &ONE, None, 0),
        node(3, &ADD, Some(2), 3),
    ];
    let plan = plan(nodes, vec![cell(2, &[0, 1]), cell(3, &[2, 3])], Vec::new());
    let log = Log::default();
    let outcomes = run(&mut Engine::new(ALL), &plan, &log, &CancelToken::default()).unwrap();
    assert_eq!(number(&outcomes[0].cells[1].value), 4.0);
    assert_eq!(log.lines().iter().filter(|line| line.starts_with("start")).count(), 3);
}

#[test]
fn views_see_the_value_at_their_place() {
    let mut plan = sweep();
    let view = View {
        spec: &VIEW.spec,
        arguments: Arguments::default(),
        nodes: vec![0, 0],
        axes: 0,
        span: Span::default(),
        places: crate::lang::checked::ArgumentPlaces::new(),
    };
    if let Some(Request::Show(show)) = plan.requests.first_mut() {
        show.views.push(view);
    }
    let outcomes = run(&mut Engine::new(ALL), &plan, &Log::default(), &CancelToken::default()).unwrap();
    let [cell] = outcomes[0].views[0].cells.as_slice() else {
        panic!("no axis is upstream of the view, so it has one cell");
    };
    assert_eq!(number(&cell.value), 1.0);
    assert!(cell.axes.is_empty());
    assert_eq!(cell.seed, Some(0), "the seed of `one`, not of the axis further down");
    assert_eq!(cell.seconds.len(), 1);
}

/// One cell of two stages.
pub fn single(stage: &'static Stage) -> Plan {
    let nodes = vec![node(1, &ONE, None, 0), node(2, stage, Some(0), 0)];
    plan(nodes, vec![cell(0, &[0, 1])], Vec::new())
}

#[test]
fn a_failure_has_the_place_of_its_stage() {
    let failure = run(
        &mut Engine::new(ALL),
        &single(&FAIL),
        &Log::default(),
        &CancelToken::default(),
    )
    .unwrap_err();
    let RunFailure::Failed(diagnostic) = failure else {
        panic!("{failure:?}");
    };
    assert_eq!(diagnostic.message, "the file is empty");
    assert_eq!(
        diagnostic.label,
        Some((Span::new(10, 20), "while running `fail`".to_owned()))
    );
}

#[test]
fn a_panic_is_an_internal_error_of_its_stage() {
    for threads in [0, 2] {
        let mut plan = single(&BREAK);
        plan.options.threads = threads;
        let failure = run(&mut Engine::new(ALL), &plan, &Log::default(), &CancelToken::default()).unwrap_err();
        let RunFailure::Failed(diagnostic) = failure else {
            panic!("{failure:?}");
        };
        assert_eq!(diagnostic.code, "internal");
        assert!(
            diagnostic.message.contains("`break` broke off: no rows"),
            "{}",
            diagnostic.message
        );
        assert!(diagnostic.label.is_some());
    }
}

#[test]
fn a_cancelled_run_says_how_far_it_came() {
    let cancel = CancelToken::default();
    let mut engine = Engine::new(ALL);
    let failure = run(&mut engine, &single(&STOP), &Log::default(), &cancel).unwrap_err();
    let RunFailure::Cancelled(interrupted) = failure else {
        panic!("{failure:?}");
    };
    assert_eq!(interrupted.finished, ["one"]);
    assert_eq!(interrupted.running, ["stop"]);
    assert_eq!(interrupted.total, 2);
    assert!(engine.has(NodeId([1; 16])), "what is finished stays");
}

#[test]
fn a_view_in_the_place_of_a_stage_is_an_internal_error() {
    let failure = run(
        &mut Engine::new(ALL),
        &single(&VIEW),
        &Log::default(),
        &CancelToken::default(),
    )
    .unwrap_err();
    assert!(matches!(failure, RunFailure::Failed(diagnostic) if diagnostic.code == "internal"));
}

#[test]
fn a_finished_value_knows_its_time_and_size_until_it_is_forgotten() {
    let mut engine = Engine::new(ALL);
    run(&mut engine, &sweep(), &Log::default(), &CancelToken::default()).unwrap();
    let held = engine.held(NodeId([1; 16])).unwrap();
    assert!(held.seconds > 0.0 && held.bytes > 0);
    assert_eq!(engine.held(NodeId([9; 16])), None);
    assert_eq!(engine.bytes(), 3 * held.bytes, "three values of one size");
    engine.forget_all();
    assert_eq!((engine.bytes(), engine.has(NodeId([1; 16]))), (0, false));
}

#[test]
fn a_plan_larger_than_the_budget_still_runs() {
    let mut engine = Engine::new(ALL);
    engine.set_budget(0);
    let log = Log::default();
    let outcomes = run(&mut engine, &sweep(), &log, &CancelToken::default()).unwrap();
    let values: Vec<f32> = outcomes[0].cells.iter().map(|cell| number(&cell.value)).collect();
    assert_eq!(values, [3.0, 4.0]);
    assert_eq!(
        log.lines().iter().filter(|line| line.starts_with("start")).count(),
        3,
        "the shared node ran once"
    );
    assert_eq!(engine.bytes(), 0);
}

#[test]
fn nothing_upstream_of_a_finished_value_runs_again() {
    let mut engine = Engine::new(ALL);
    let nodes = vec![node(1, &ONE, None, 0), node(2, &ADD, Some(0), 2)];
    let plan = plan(nodes, vec![cell(2, &[0, 1])], Vec::new());
    run(&mut engine, &plan, &Log::default(), &CancelToken::default()).unwrap();
    engine.set_budget(engine.bytes() - 1);
    assert!(!engine.has(NodeId([1; 16])), "the one unused for longest went");
    let log = Log::default();
    let again = run(&mut engine, &plan, &log, &CancelToken::default()).unwrap();
    assert_eq!(log.lines(), ["end one true", "end add true"]);
    assert_eq!(number(&again[0].cells[0].value), 3.0);
}

#[test]
fn worker_threads_are_as_many_as_asked_for() {
    let mut engine = Engine::new(ALL);
    let pool = engine.pool(3).unwrap().unwrap();
    assert_eq!(pool.current_num_threads(), 3);
    assert!(engine.pool(0).unwrap().is_none());
}
