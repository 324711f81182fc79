//! Finished values within a limit of memory.

use crate::engine::size::Part;
use crate::engine::value::Value;
use crate::plan::graph::NodeId;
use std::collections::{BTreeMap, BTreeSet};

/// What is known of a finished value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Held {
    /// The wall time that it took.
    pub seconds: f64,
    /// The approximate heap bytes that it adds to what it was made from.
    pub bytes: usize,
}

/// Finished values by identity. Beyond its budget the value that was not used for longest goes first.
pub struct Store {
    entries: BTreeMap<NodeId, Entry>,
    /// Every shared part, by address.
    parts: BTreeMap<usize, Shared>,
    /// The sum over all parts.
    bytes: usize,
    budget: usize,
    clock: u64,
}

struct Entry {
    value: Value,
    parts: Vec<Part>,
    held: Held,
    used: u64,
}

/// A part of one value, or of several that share its memory.
struct Shared {
    bytes: usize,
    holders: BTreeSet<NodeId>,
}

impl Default for Store {
    fn default() -> Self {
        Self {
            entries: BTreeMap::new(),
            parts: BTreeMap::new(),
            bytes: 0,
            budget: usize::MAX,
            clock: 0,
        }
    }
}

impl Store {
    /// Whether a value is there.
    pub fn has(&self, id: NodeId) -> bool {
        self.entries.contains_key(&id)
    }

    /// What is known of a value that is there.
    pub fn held(&self, id: NodeId) -> Option<Held> {
        self.entries.get(&id).map(|entry| entry.held)
    }

    /// A value, which thereby is the one used last.
    pub fn value(&mut self, id: NodeId) -> Option<Value> {
        self.clock += 1;
        let entry = self.entries.get_mut(&id)?;
        entry.used = self.clock;
        Some(entry.value.clone())
    }

    /// A value, without using it.
    pub fn peek(&self, id: NodeId) -> Option<&Value> {
        self.entries.get(&id).map(|entry| &entry.value)
    }

    /// Keeps a value that took so many seconds.
    pub fn insert(&mut self, id: NodeId, value: Value, seconds: f64) {
        self.remove(id);
        self.clock += 1;
        let parts = value.parts();
        for part in &parts {
            let shared = self.parts.entry(part.address).or_insert_with(|| {
                self.bytes += part.bytes;
                Shared {
                    bytes: part.bytes,
                    holders: BTreeSet::new(),
                }
            });
            shared.holders.insert(id);
        }
        let held = Held {
            seconds,
            bytes: value.bytes(),
        };
        let used = self.clock;
        self.entries.insert(
            id,
            Entry {
                value,
                parts,
                held,
                used,
            },
        );
    }

    /// The approximate heap bytes of all values, shared parts counted once.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// The largest sum of bytes that is kept.
    pub fn set_budget(&mut self, bytes: usize) {
        self.budget = bytes;
    }

    /// Lets everything go.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.parts.clear();
        self.bytes = 0;
    }

    /// Drops values until the budget holds, but none that `is_needed`. A value that others were made from shares its
    /// memory with them, so that it goes only after them. Tells whether the budget holds then.
    pub fn shrink(&mut self, is_needed: impl Fn(NodeId) -> bool) -> bool {
        if self.bytes <= self.budget {
            return true;
        }
        let all: Vec<NodeId> = self.entries.keys().copied().collect();
        self.shrink_from(all, is_needed)
    }

    /// As [`Store::shrink`], where only these values may have come to be droppable since it last ran.
    pub fn shrink_from(&mut self, ids: Vec<NodeId>, is_needed: impl Fn(NodeId) -> bool) -> bool {
        if self.bytes <= self.budget {
            return true;
        }
        let free = |store: &Self, id: NodeId| {
            let entry = store.entries.get(&id).filter(|_| !is_needed(id))?;
            store.frees(entry).then_some((entry.used, id))
        };
        let mut droppable: BTreeSet<(u64, NodeId)> = ids.into_iter().filter_map(|id| free(self, id)).collect();
        while self.bytes > self.budget
            && let Some((_, oldest)) = droppable.pop_first()
        {
            let alone = self.remove(oldest);
            droppable.extend(alone.into_iter().filter_map(|id| free(self, id)));
        }
        self.bytes <= self.budget
    }

    /// Whether any part of an entry is held by nobody else here.
    fn frees(&self, entry: &Entry) -> bool {
        let shared = |part: &Part| self.parts.get(&part.address);
        entry
            .parts
            .iter()
            .filter_map(shared)
            .any(|shared| shared.holders.len() == 1)
    }

    /// Drops a value; gives those that are now the only holders of something that they shared with it.
    fn remove(&mut self, id: NodeId) -> BTreeSet<NodeId> {
        let mut alone = BTreeSet::new();
        let Some(entry) = self.entries.remove(&id) else {
            return alone;
        };
        for part in &entry.parts {
            let Some(shared) = self.parts.get_mut(&part.address) else {
                continue;
            };
            shared.holders.remove(&id);
            match shared.holders.len() {
                0 => {
                    self.bytes -= shared.bytes;
                    self.parts.remove(&part.address);
                }
                1 => alone.extend(shared.holders.iter().copied()),
                _ => {}
            }
        }
        alone
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Store;
    use crate::data::dataset::Dataset;
    use crate::data::split::Split;
    use crate::engine::value::Value;
    use crate::plan::graph::NodeId;
    use ndarray::Array2;
    use std::sync::Arc;

    fn dataset(cells: usize) -> Arc<Dataset> {
        Arc::new(Dataset {
            name: "test".to_owned(),
            genes: vec!["a".to_owned()],
            expression: Arc::new(Array2::zeros((1, cells))),
            cell_types: Vec::new(),
            network: Arc::default(),
            tf_list: None,
            steady_state: None,
            features: None,
        })
    }

    fn split(dataset: &Arc<Dataset>) -> Value {
        Value::Split(Arc::new(Split {
            dataset: Arc::clone(dataset),
            method: "test",
            seed: 1,
            sizes: vec![2; 10_000],
            train: Vec::new(),
            test: Vec::new(),
            validation: false,
        }))
    }

    fn id(byte: u8) -> NodeId {
        NodeId([byte; 16])
    }

    fn held(store: &Store) -> Vec<u8> {
        (0..10).filter(|byte| store.has(id(*byte))).collect()
    }

    #[test]
    fn the_value_unused_for_longest_goes_first() {
        let mut store = Store::default();
        for byte in 0..4 {
            store.insert(id(byte), Value::Dataset(dataset(10_000)), 1.0);
        }
        store.value(id(0)).unwrap();
        store.set_budget(100_000);
        store.shrink(|_| false);
        assert_eq!(held(&store), [0, 3]);
        assert!(store.bytes() <= 100_000);
    }

    #[test]
    fn what_is_needed_stays_beyond_the_budget() {
        let mut store = Store::default();
        for byte in 0..3 {
            store.insert(id(byte), Value::Dataset(dataset(10_000)), 1.0);
        }
        store.set_budget(0);
        store.shrink(|needed| needed == id(1));
        assert_eq!(held(&store), [1]);
    }

    #[test]
    fn shared_parts_count_once_and_go_with_their_last_holder() {
        let mut store = Store::default();
        let source = dataset(10_000);
        store.insert(id(0), Value::Dataset(Arc::clone(&source)), 1.0);
        let alone = store.bytes();
        store.insert(id(1), split(&source), 1.0);
        let both = store.bytes();
        assert_eq!(both, alone + store.held(id(1)).unwrap().bytes);
        // Dropping the data set alone would free nothing, so the split goes although it is younger.
        store.set_budget(both - 1);
        store.shrink(|_| false);
        assert_eq!(held(&store), [0]);
        assert_eq!(store.bytes(), alone);
        store.set_budget(0);
        store.shrink(|_| false);
        assert_eq!((held(&store).len(), store.bytes()), (0, 0));
        assert_eq!(Arc::strong_count(&source), 1, "nothing else holds it");
    }

    #[test]
    fn a_value_put_in_again_counts_once() {
        let mut store = Store::default();
        store.insert(id(0), Value::Dataset(dataset(10_000)), 1.0);
        let once = store.bytes();
        store.insert(id(0), Value::Dataset(dataset(10_000)), 1.0);
        assert_eq!(store.bytes(), once);
        store.clear();
        assert_eq!((store.bytes(), held(&store).len()), (0, 0));
    }
}
