use crate::engine::context::{RunError, RunResult, StageContext};
use crate::engine::executor::tests::{Log, ONE, run, single, stage, sweep_over};
use crate::engine::executor::{Engine, RunFailure};
use crate::engine::observer::CancelToken;
use crate::engine::value::Value;
use crate::lang::diagnostics::Diagnostic;
use crate::lang::types::Type;
use crate::stages::Stage;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Whether cells run at once here; says so where they don't.
fn has_lanes() -> bool {
    let has = rayon::current_num_threads() > 1;
    if !has {
        println!("skipped: one core runs one cell at a time");
    }
    has
}

/// Waits for what another stage says.
fn wait_until(is_so: impl Fn() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed().as_secs() < 60, "the other stage doesn't run");
        thread::yield_now();
    }
}

#[test]
fn cells_run_at_once() {
    static MEETING: Stage = stage("meet", &[Type::Dataset], Some(meet));
    static ARRIVED: AtomicUsize = AtomicUsize::new(0);
    fn meet(_: &StageContext, input: Option<Value>) -> RunResult<Value> {
        ARRIVED.fetch_add(1, Ordering::SeqCst);
        wait_until(|| ARRIVED.load(Ordering::SeqCst) == 2);
        Ok(input.unwrap())
    }
    if !has_lanes() {
        return;
    }
    let log = Log::default();
    let mut engine = Engine::new(vec![&ONE, &MEETING].leak());
    let plan = sweep_over(&MEETING, &MEETING);
    let outcomes = run(&mut engine, &plan, &log, &CancelToken::default()).unwrap();
    assert_eq!(outcomes[0].cells.len(), 2);
    let lines = log.lines();
    assert_eq!(
        lines[..4],
        [
            "start 1/3 one",
            "end one false",
            "start 2/3 meet (seed=2)",
            "start 3/3 meet (seed=3)"
        ]
    );
    assert_eq!(lines[4..].iter().filter(|line| line.starts_with("end meet")).count(), 2);
}

#[test]
fn a_stage_runs_on_a_worker_alone_and_beside_the_workers_in_company() {
    static ASKING: Stage = stage("ask", &[Type::Dataset], Some(ask));
    static ON_WORKERS: AtomicUsize = AtomicUsize::new(0);
    static BESIDE: AtomicUsize = AtomicUsize::new(0);
    fn ask(_: &StageContext, input: Option<Value>) -> RunResult<Value> {
        let place = match rayon::current_thread_index() {
            Some(_) => &ON_WORKERS,
            None => &BESIDE,
        };
        place.fetch_add(1, Ordering::SeqCst);
        Ok(input.unwrap())
    }
    let engine = || Engine::new(vec![&ONE, &ASKING].leak());
    // While another test has a stage on the workers, this one's is beside them.
    wait_until(|| {
        run(
            &mut engine(),
            &single(&ASKING),
            &Log::default(),
            &CancelToken::default(),
        )
        .unwrap();
        ON_WORKERS.load(Ordering::SeqCst) == 1
    });
    if !has_lanes() {
        return;
    }
    let before = BESIDE.load(Ordering::SeqCst);
    run(
        &mut engine(),
        &sweep_over(&ASKING, &ASKING),
        &Log::default(),
        &CancelToken::default(),
    )
    .unwrap();
    assert_eq!(ON_WORKERS.load(Ordering::SeqCst), 1);
    assert_eq!(BESIDE.load(Ordering::SeqCst), before + 2);
}

#[test]
fn of_two_failures_the_earlier_cell_has_the_word() {
    static LATE: Stage = stage("late", &[Type::Dataset], Some(late));
    static AT_ONCE: Stage = stage("early", &[Type::Dataset], Some(at_once));
    static FAILED: AtomicUsize = AtomicUsize::new(0);
    fn late(context: &StageContext, _: Option<Value>) -> RunResult<Value> {
        wait_until(|| FAILED.load(Ordering::SeqCst) == 1);
        // The engine may take note of the other failure meanwhile, which is no reason to stop this stage.
        thread::sleep(Duration::from_millis(20));
        context.check_cancelled()?;
        Err(Diagnostic::error("test", "the first cell").into())
    }
    fn at_once(_: &StageContext, _: Option<Value>) -> RunResult<Value> {
        FAILED.store(1, Ordering::SeqCst);
        Err(Diagnostic::error("test", "the second cell").into())
    }
    if !has_lanes() {
        return;
    }
    let mut engine = Engine::new(vec![&ONE, &LATE, &AT_ONCE].leak());
    let plan = sweep_over(&LATE, &AT_ONCE);
    let failure = run(&mut engine, &plan, &Log::default(), &CancelToken::default()).unwrap_err();
    assert!(matches!(failure, RunFailure::Failed(diagnostic) if diagnostic.message == "the first cell"));
}

#[test]
fn a_failure_stops_the_cells_behind_it() {
    static FAILING: Stage = stage("failing", &[Type::Dataset], Some(failing));
    static ENDLESS: Stage = stage("endless", &[Type::Dataset], Some(endless));
    static STARTED: AtomicUsize = AtomicUsize::new(0);
    fn failing(_: &StageContext, _: Option<Value>) -> RunResult<Value> {
        wait_until(|| STARTED.load(Ordering::SeqCst) == 1);
        Err(Diagnostic::error("test", "the first cell").into())
    }
    fn endless(context: &StageContext, _: Option<Value>) -> RunResult<Value> {
        STARTED.store(1, Ordering::SeqCst);
        wait_until(|| context.check_cancelled().is_err());
        Err(RunError::Cancelled)
    }
    if !has_lanes() {
        return;
    }
    let mut engine = Engine::new(vec![&ONE, &FAILING, &ENDLESS].leak());
    let plan = sweep_over(&FAILING, &ENDLESS);
    let failure = run(&mut engine, &plan, &Log::default(), &CancelToken::default()).unwrap_err();
    assert!(matches!(failure, RunFailure::Failed(diagnostic) if diagnostic.message == "the first cell"));
}

#[test]
fn an_interrupt_stops_all_that_runs() {
    static STOPPING: Stage = stage("stopping", &[Type::Dataset], Some(stopping));
    static RUNNING: AtomicUsize = AtomicUsize::new(0);
    fn stopping(context: &StageContext, _: Option<Value>) -> RunResult<Value> {
        RUNNING.fetch_add(1, Ordering::SeqCst);
        wait_until(|| context.check_cancelled().is_err());
        Err(RunError::Cancelled)
    }
    if !has_lanes() {
        return;
    }
    let cancel = CancelToken::default();
    let mut engine = Engine::new(vec![&ONE, &STOPPING].leak());
    let failure = thread::scope(|scope| {
        scope.spawn(|| {
            wait_until(|| RUNNING.load(Ordering::SeqCst) == 2);
            cancel.cancel();
        });
        run(&mut engine, &sweep_over(&STOPPING, &STOPPING), &Log::default(), &cancel).unwrap_err()
    });
    let RunFailure::Cancelled(mut interrupted) = failure else {
        panic!("{failure:?}");
    };
    interrupted.running.sort();
    assert_eq!(interrupted.running, ["stopping (seed=2)", "stopping (seed=3)"]);
    assert_eq!(interrupted.finished, ["one"]);
}
