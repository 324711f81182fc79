//! From ranked pairs to areas, early precision, and what stands among the first K.

/// Pairs of one score together: how many, and how many of them are true.
pub(super) fn groups(pairs: &[(f32, bool)]) -> Vec<(usize, usize)> {
    let equal = pairs.chunk_by(|one, other| one.0 == other.0);
    equal
        .map(|group| (group.len(), group.iter().filter(|(_, is_true)| *is_true).count()))
        .collect()
}

/// The area under the precision–recall curve with a point after each group: by trapezoids from (0, 1) on, and by steps.
pub(super) fn areas(groups: impl Iterator<Item = (usize, usize)>, edges: usize) -> (Option<f64>, Option<f64>) {
    if edges == 0 {
        return (None, None);
    }
    let (mut taken, mut right) = (0, 0);
    let (mut recall, mut precision) = (0.0, 1.0);
    let (mut trapezoids, mut steps) = (0.0, 0.0);
    for (count, of_them_right) in groups.filter(|(count, _)| *count > 0) {
        taken += count;
        right += of_them_right;
        let next = (right as f64 / edges as f64, right as f64 / taken as f64);
        trapezoids += (next.0 - recall) * (next.1 + precision) / 2.0;
        steps += (next.0 - recall) * next.1;
        (recall, precision) = next;
    }
    (Some(trapezoids), Some(steps))
}

/// The first pairs, whole groups, until there are as many as true edges: how many, and how many of them are true.
pub(super) fn early(groups: &[(usize, usize)], edges: usize) -> (usize, usize) {
    let (mut taken, mut right) = (0, 0);
    for (count, of_them_right) in groups {
        if taken >= edges {
            break;
        }
        taken += count;
        right += of_them_right;
    }
    (taken, right)
}

/// At which places true regulators stand, over targets.
pub(super) struct Depths {
    /// Targets with regulators.
    targets: usize,
    /// `complete[p]`: targets whose last regulator stands at place p.
    complete: Vec<usize>,
    /// `found[p]`: the summed shares of regulators that stand at place p.
    found: Vec<f64>,
}

impl Depths {
    pub fn new(places: usize) -> Self {
        Self {
            targets: 0,
            complete: vec![0; places],
            found: vec![0.0; places],
        }
    }

    /// A target's regulators stand at `places`, ascending; `all` is how many it has.
    pub fn add(&mut self, places: &[usize], all: usize) {
        if all == 0 {
            return;
        }
        self.targets += 1;
        for &place in places {
            if let Some(found) = self.found.get_mut(place) {
                *found += 1.0 / all as f64;
            }
        }
        if let (true, Some(last)) = (places.len() == all, places.last())
            && let Some(complete) = self.complete.get_mut(*last)
        {
            *complete += 1;
        }
    }

    /// The shares of complete targets and the mean shares of regulators within the first K, for every K.
    pub fn curves(&self) -> (Vec<f64>, Vec<f64>) {
        let targets = self.targets.max(1) as f64;
        let mut complete = 0;
        let strict = self.complete.iter().map(|count| {
            complete += count;
            complete as f64 / targets
        });
        let mut found = 0.0;
        let recall = self.found.iter().map(|share| {
            found += share;
            found / targets
        });
        (strict.collect(), recall.collect())
    }
}
