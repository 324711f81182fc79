//! evcxr's session: compiles and runs one cell after another.

use crate::cell::{Cell, Told};
use crate::panic::{Cells, Panic};
use crate::problems::problem;
use crate::protocol::Events;
use crate::relay;
use evcxr::{CommandContext, Error, EvalContext, EvalOutputs};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

/// `print!` shows at once: a cell that counts up is watched while it does.
const PRINT: &str = "#[allow(unused_macros)] macro_rules! print { ($($words:tt)*) => {{ ::std::print!($($words)*); \
                     let _ = ::std::io::Write::flush(&mut ::std::io::stdout()); }} }";

/// Compiles and runs cells.
pub struct Session {
    context: CommandContext,
    cell: Cell,
    events: Arc<Events>,
    /// The text of the cells so far.
    cells: Cells,
}

impl Session {
    /// Starts evcxr; `dependencies` are written as in a Cargo.toml and known to every cell.
    pub fn start(dependencies: &[String], cell: Cell, events: Arc<Events>) -> Result<Self, String> {
        let command = relay::command().map_err(|error| error.to_string())?;
        let (context, outputs) = EvalContext::with_subprocess_command(command).map_err(|error| error.to_string())?;
        let mut context = CommandContext::with_eval_context(context);
        let hears = cell.clone();
        thread::spawn(move || {
            for line in &outputs.stdout {
                hears.pace(outputs.stdout.len());
                hears.hear(&line);
            }
        });
        thread::spawn(move || outputs.stderr.iter().for_each(|line| eprintln!("{line}")));
        let mut first = String::new();
        for dependency in dependencies {
            first.push_str(&format!(":dep {dependency}\n"));
        }
        first.push_str(PRINT);
        context.execute(&first).map_err(|error| error.to_string())?;
        Ok(Self {
            context,
            cell,
            events,
            cells: Cells::default(),
        })
    }

    /// Runs a cell. False where evcxr itself failed, and its state can't be trusted any more.
    pub fn execute(&mut self, number: u64, code: &str, ask: &dyn Fn(&str, bool) -> String) -> bool {
        let began = Instant::now();
        let before = self.variables();
        self.cells.push(number, code);
        let is_wanted = self.cell.begin();
        let mut callbacks = evcxr::EvalCallbacks {
            input_reader: &|request| ask(&request.prompt, request.is_password),
        };
        let run = || match is_wanted {
            true => self.context.execute_with_callbacks(code, &mut callbacks),
            false => Ok(EvalOutputs::default()),
        };
        let ran = catch_unwind(AssertUnwindSafe(run));
        let told = self.cell.finish(!code.trim_end().ends_with(';'));
        let is_sound = ran.is_ok();
        let outcome = match ran {
            Ok(ran) => self.outcome(ran, &told),
            Err(_) => json!({ "kind": "defect" }),
        };
        let variables = if is_sound { self.variables() } else { BTreeMap::new() };
        let lost: Vec<&String> = before.keys().filter(|name| !variables.contains_key(*name)).collect();
        let done = json!({
            "cell": number,
            "outcome": outcome,
            "lost": lost,
            "variables": variables,
            "seconds": began.elapsed().as_secs_f64(),
        });
        self.events.send("done", done);
        is_sound
    }

    fn outcome(&self, ran: Result<EvalOutputs, Error>, told: &Told) -> Value {
        if told.interrupted {
            return json!({ "kind": "interrupted", "ran": told.ran });
        }
        match ran {
            Ok(outputs) => {
                let contents = outputs.content_by_mime_type;
                if !contents.is_empty() {
                    self.cell.show(contents);
                }
                match &told.panicked {
                    Some(panicked) => self.panicked(panicked),
                    None if told.returned_error => json!({ "kind": "returned", "message": told.last_error.trim() }),
                    None => json!({ "kind": "ok" }),
                }
            }
            Err(Error::CompilationErrors(errors)) => {
                let all_warn = errors.iter().all(|error| error.level() == "warning");
                let told = errors.iter().filter(|error| all_warn || error.level() != "warning");
                let problems: Vec<Value> = told.map(problem).collect();
                json!({ "kind": "errors", "problems": problems })
            }
            Err(Error::SubprocessTerminated(_)) => {
                let how = told.ended.as_deref().unwrap_or("it ended");
                json!({ "kind": "ended", "message": how })
            }
            Err(Error::TypeRedefinedVariablesLost(names)) => json!({ "kind": "redefined", "names": names }),
            Err(Error::Message(message)) => json!({ "kind": "message", "message": message }),
        }
    }

    fn panicked(&self, told: &str) -> Value {
        let panic = Panic::read(told);
        let place = panic.place.and_then(|(file, line, column)| {
            let generated = self.context.last_source().ok().filter(|_| file == "src/lib.rs")?;
            self.cells.find(&generated, line, column)
        });
        json!({ "kind": "panic", "message": panic.message, "place": place })
    }

    /// Names and types.
    fn variables(&self) -> BTreeMap<String, String> {
        let variables = self.context.variables_and_types();
        variables
            .map(|(name, kind)| (name.to_owned(), kind.to_owned()))
            .collect()
    }
}
