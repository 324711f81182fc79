//! Which entries go first where there are too many.

use crate::cache::folder::Listed;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

/// Entries in the order in which they are to go: damaged ones first, then those that were not used for longest. Whoever uses
/// an entry uses its base as well, so a base is as young as the youngest that needs it, and goes after it.
pub fn order(entries: &[Listed]) -> Vec<&Listed> {
    let key = |entry: &Listed, node: &[u8; 16]| {
        let header = entry.header.as_ref().ok()?;
        Some((*node, header.machine.clone(), header.version.clone()))
    };
    let places: BTreeMap<_, usize> = entries
        .iter()
        .enumerate()
        .filter_map(|(place, entry)| Some((key(entry, &entry.header.as_ref().ok()?.node)?, place)))
        .collect();
    let base = |place: usize| {
        let entry = entries.get(place)?;
        let base = entry.header.as_ref().ok()?.base?;
        places.get(&key(entry, &base)?).copied()
    };
    let mut ages: Vec<(SystemTime, Reverse<usize>)> = entries
        .iter()
        .map(|entry| match entry.header {
            Ok(_) => (entry.used, Reverse(0)),
            Err(_) => (UNIX_EPOCH, Reverse(0)),
        })
        .collect();
    for (place, entry) in entries.iter().enumerate() {
        let mut depth = 0;
        let mut next = base(place);
        // No chain is longer than there are entries, even where forged ones run in a circle.
        while let Some(below) = next.filter(|_| depth < entries.len()) {
            depth += 1;
            if let Some((used, _)) = ages.get_mut(below) {
                *used = entry.used.max(*used);
            }
            next = base(below);
        }
        if let Some((_, own)) = ages.get_mut(place) {
            *own = Reverse(depth);
        }
    }
    let mut order: Vec<_> = entries.iter().zip(ages).collect();
    order.sort_by_key(|(_, age)| *age);
    order.into_iter().map(|(entry, _)| entry).collect()
}
