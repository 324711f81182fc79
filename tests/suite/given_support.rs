//! A session that gives values away and takes others in.

use grn::data::columns::encode;
use grn::data::pools::Pools;
use grn::data::teams::Teams;
use grn::engine::observer::{CancelToken, Silent};
use grn::engine::value::Value;
use grn::report::columns::columns;
use grn::{Failure, Session, Source};
use grn_nb::Frame;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

const DATA: &str = "use simulate sergio genes=80 types=3 cells=20 regulators=20 masters=8 team_mix=(10, 20, 20, 20)";

/// A session with a folder for what it is given.
pub struct Notebook {
    pub session: Session,
    folder: TempDir,
}

impl Notebook {
    pub fn new() -> Self {
        let mut notebook = Self {
            session: Session::new(BTreeMap::new()),
            folder: tempfile::tempdir().unwrap(),
        };
        notebook.run(DATA).unwrap();
        notebook
    }

    pub fn run(&mut self, text: &str) -> Result<(), Failure> {
        let cancel = CancelToken::default();
        let prepared = self.session.prepare(&Source::cell("cell", text), &cancel)?;
        self.session.run(prepared, &Silent, &cancel, &mut |_| {}).map(drop)
    }

    /// The value of a pipeline.
    pub fn value(&mut self, pipeline: &str) -> Result<Value, Failure> {
        self.run(&format!("let value = {pipeline}"))?;
        self.session.value("value", &Silent, &CancelToken::default())
    }

    pub fn pools(&mut self, pipeline: &str) -> Arc<Pools> {
        Arc::clone(self.value(pipeline).unwrap().pools().unwrap())
    }

    pub fn teams(&mut self, pipeline: &str) -> Arc<Teams> {
        Arc::clone(self.value(pipeline).unwrap().teams().unwrap())
    }

    pub fn frame(&mut self, pipeline: &str) -> Frame {
        let value = self.value(pipeline).unwrap();
        Frame::decode(&encode(&columns(&value))).unwrap()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.grn-columns"))
    }

    pub fn give(&mut self, name: &str, frame: impl Into<Frame>) {
        let path = self.path(name);
        frame.into().write(&path).unwrap();
        self.session.give(name, &path).unwrap();
    }

    pub fn problem(&mut self, pipeline: &str) -> (&'static str, String, String) {
        match self.value(pipeline) {
            Err(Failure::Run(problem)) => (problem.code, problem.message, problem.help.unwrap_or_default()),
            other => panic!("expected a stage to fail, found {other:?}"),
        }
    }
}
