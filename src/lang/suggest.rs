//! The nearest right name for a wrong one, or silence.

/// Bytes of the longest name that is compared: the time goes with the square of the length.
const LONGEST: usize = 256;

/// The candidate that is most probably meant by `found`; `None` when nothing is near. Ties go to the first.
///
/// Near means: equal without regard to case, or at most one edit for every three characters
/// (Damerau–Levenshtein), or a beginning of at least three characters that only one candidate has.
pub fn nearest<'a>(found: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if found.len() > LONGEST {
        return None;
    }
    let candidates: Vec<&str> = candidates.into_iter().collect();
    let wanted = found.to_lowercase();
    let allowed = wanted.chars().count() / 3;
    let length = wanted.chars().count();
    let by_distance = candidates
        .iter()
        .filter(|candidate| !candidate.is_ascii() || candidate.len().abs_diff(length) <= allowed)
        .map(|candidate| {
            (
                strsim::damerau_levenshtein(&wanted, &candidate.to_lowercase()),
                *candidate,
            )
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate);
    by_distance.or_else(|| only_completion(&wanted, &candidates))
}

fn only_completion<'a>(wanted: &str, candidates: &[&'a str]) -> Option<&'a str> {
    if wanted.chars().count() < 3 {
        return None;
    }
    let mut completions = candidates.iter().filter(|c| c.to_lowercase().starts_with(wanted));
    let first = completions.next()?;
    completions.next().is_none().then_some(*first)
}

/// `a`, `b` or `c`, each in backquotes.
pub fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    join_with(&names, "or")
}

/// `first, second WORD third`.
pub fn join_with(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [init @ .., last] => format!("{} {word} {last}", init.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const METHODS: [&str; 5] = ["stage1", "pairs2", "deep_pairs2", "residual_hos2", "pure_hos2"];

    #[test]
    fn near_misses_are_named() {
        assert_eq!(nearest("residual_hos", METHODS), Some("residual_hos2"));
        assert_eq!(nearest("Pairs2", METHODS), Some("pairs2"));
        assert_eq!(nearest("stgae1", METHODS), Some("stage1"));
        assert_eq!(nearest("resid", METHODS), Some("residual_hos2"));
        assert_eq!(nearest("retreive", ["load", "retrieve"]), Some("retrieve"));
    }

    #[test]
    fn far_names_stay_unanswered() {
        for found in ["foo", "", "x", "s", "hos", "transformer", "éé", "p2"] {
            assert_eq!(nearest(found, METHODS), None, "{found}");
        }
        assert_eq!(nearest("k", ["m", "p"]), None);
        let endless = "a".repeat(5_000_000);
        assert_eq!(nearest(&endless, [endless.as_str()]), None);
    }
}
