//! Values kept in a folder.

use crate::cache::address::{machine, name};
use crate::cache::content::{decode, encode};
use crate::cache::entry::{Header, Problem};
use crate::cache::folder::Folder;
use crate::engine::kept::{Keeper, Kept};
use crate::engine::observer::{Event, Observer};
use crate::engine::value::Value;
use crate::interruption;
use crate::plan::fingerprint;
use crate::plan::graph::{Node, NodeId};
use crate::plan::identity::identify;
use candle_core::Device;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A value that was made faster than this isn't kept.
const LEAST_SECONDS: f64 = 0.02;
/// Bytes that are encoded, checked and written, and later read again, in a second; a value that was made faster than that
/// isn't kept.
const BYTES_PER_SECOND: f64 = 200e6;
/// What took longer is flushed to the disk: it is worth the wait.
const DURABLE_SECONDS: f64 = 1.0;

/// Keeps the values of one run in a folder.
pub struct DiskCache {
    folder: Folder,
    device: Device,
    machine: String,
    limit: u64,
    /// Whether also values are kept that are made in no time.
    everything: bool,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The size of the folder when it was last looked at.
    size: Option<u64>,
    /// Bytes that were written since.
    written: u64,
    /// Whether nothing is written any more: writing has failed, or what would be written may be wrong.
    stopped: bool,
}

impl DiskCache {
    /// Keeps values of a device in `folder`, about `limit` bytes at most: beyond it, those go that were not used for
    /// longest.
    pub fn new(folder: Folder, device: &Device, limit: u64) -> Self {
        Self {
            folder,
            device: device.clone(),
            machine: machine(device),
            limit,
            everything: false,
            state: Mutex::default(),
        }
    }

    /// Keeps also values that are made in no time.
    pub fn keeping_everything(self) -> Self {
        Self {
            everything: true,
            ..self
        }
    }

    fn name(&self, node: NodeId) -> String {
        name(node, &self.machine)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a value is slower to make than to write and read.
    fn is_worth(&self, seconds: f64, bytes: usize) -> bool {
        self.everything || seconds > LEAST_SECONDS + bytes as f64 / BYTES_PER_SECOND
    }

    /// What to do about an entry that can't be read: a damaged one is told of, and taken away.
    fn unreadable(&self, name: &str, problem: Problem, observer: &dyn Observer) {
        if let Problem::Damaged(reason) = problem {
            let file = self.folder.file(name);
            let text = format!(
                "the kept stage `{}` is damaged ({reason}): it is made again",
                file.display()
            );
            observer.event(&Event::Note(text));
            let _ = self.folder.remove(name);
        }
    }

    fn write(&self, header: &Header, content: &[u8]) -> io::Result<()> {
        let name = self.name(NodeId(header.node));
        let written = self
            .folder
            .write(&name, header, content, header.seconds > DURABLE_SECONDS)?;
        let mut state = self.state();
        state.written += written;
        // Other processes may write as well: the folder is looked at again after each sixteenth of the limit.
        let is_known = state.size.is_some_and(|size| size + state.written <= self.limit);
        if !is_known || state.written > self.limit / 16 {
            // Room for a while, so that this isn't done for each entry.
            let mut size = self.folder.size()?.1;
            if size > self.limit || state.size.is_none() {
                size = self.folder.shrink(if size > self.limit {
                    self.limit / 10 * 9
                } else {
                    self.limit
                })?;
            }
            (state.size, state.written) = (Some(size), 0);
        }
        Ok(())
    }

    fn cannot_write(&self, error: &io::Error, observer: &dyn Observer) {
        let reason = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "the disk is full".to_owned(),
            io::ErrorKind::PermissionDenied => "no permission to write there".to_owned(),
            _ => error.to_string(),
        };
        self.stop(&reason, observer);
    }

    /// Writes nothing any more, and says so once.
    fn stop(&self, reason: &str, observer: &dyn Observer) {
        if !std::mem::replace(&mut self.state().stopped, true) {
            let path = self.folder.path().display();
            let text = format!("stages are not kept in `{path}` ({reason}): the run goes on without");
            observer.event(&Event::Note(text));
        }
    }
}

impl Keeper for DiskCache {
    fn find(&self, node: NodeId, observer: &dyn Observer) -> Option<Kept> {
        let name = self.name(node);
        let problem = match self.folder.open(&name) {
            Ok(entry) if entry.header.node == node.0 && entry.header.machine == self.machine => {
                return Some(Kept {
                    seconds: entry.header.seconds,
                    base: entry.header.base.map(NodeId),
                });
            }
            Ok(_) => Problem::Damaged("it is that of another stage".to_owned()),
            Err(problem) => problem,
        };
        self.unreadable(&name, problem, observer);
        None
    }

    fn get(&self, node: NodeId, base: Option<&Value>, observer: &dyn Observer) -> Option<Value> {
        let name = self.name(node);
        let read = || {
            let entry = self.folder.open(&name)?;
            let kind = entry.header.kind().ok_or("it holds nothing that is known".to_owned());
            let content = entry.content()?;
            kind.and_then(|kind| decode(kind, &content, base, &self.device))
                .map_err(|reason| match interruption::is_requested() {
                    true => Problem::Stopped,
                    false => Problem::Damaged(reason),
                })
        };
        match read() {
            Ok(value) => {
                self.folder.touch(&name);
                Some(value)
            }
            Err(problem) => {
                self.unreadable(&name, problem, observer);
                None
            }
        }
    }

    fn put(&self, node: &Node, value: &Value, upstream: &[(NodeId, Value)], seconds: f64, observer: &dyn Observer) {
        if self.state().stopped {
            return;
        }
        // Values of files that changed after they were hashed belong to other identities, and so does all that is made of them.
        let input = upstream.first().map(|(id, _)| *id).filter(|_| node.input.is_some());
        let reads = !node.spec.reads.is_empty();
        if reads && identify(node.spec, &node.arguments, input, &fingerprint::content).ok() != Some(node.id) {
            return self.stop("a file changed while it was read", observer);
        }
        if !self.is_worth(seconds, value.bytes()) {
            return;
        }
        let Some(content) = encode(value, upstream).filter(|content| (content.bytes.len() as u64) < self.limit) else {
            return;
        };
        let mut header = Header::new(node.id, node.name(), value.kind(), seconds, self.machine.clone());
        header.base = content.base.map(|base| base.0);
        header.length = content.bytes.len() as u64;
        if let Err(error) = self.write(&header, &content.bytes) {
            self.cannot_write(&error, observer);
        }
    }
}
