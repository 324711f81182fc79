//! What can't be searched is refused before anything is scored.

use crate::data::pools::Pools;
use crate::engine::context::{RunResult, StageContext};
use crate::lang::diagnostics::Diagnostic;
use crate::plan::limits::scoring_time;
use crate::stages::decode::subsets::count_sets;
use crate::stages::decode::{Method, cap};

/// Candidates that sets are searched among at most: their positions are `u16`.
pub const MOST_CANDIDATES: usize = 1 << 16;

/// Fails before anything is scored when a team doesn't fit its pool or there are too many sets.
pub(super) fn check_sizes(
    context: &StageContext,
    pools: &Pools,
    targets: &[(usize, usize)],
    method: Method,
) -> RunResult<()> {
    let mut sizes: Vec<usize> = targets.iter().map(|(_, size)| *size).collect();
    sizes.sort_unstable();
    sizes.dedup();
    for size in sizes {
        let cap = cap(context, pools, size);
        if size > cap {
            let message = format!("a team of R={size} regulators doesn't fit a pool of {cap} candidates");
            return Err(Diagnostic::error("team-larger-than-pool", message)
                .help(format!("`k` and `cap` must be at least {size}"))
                .into());
        }
        if method != Method::TopR {
            check_candidates(size, cap)?;
        }
        if matches!(method, Method::Bounded | Method::Full | Method::Verified) {
            check_count(context, size, cap)?;
        }
    }
    Ok(())
}

fn check_candidates(size: usize, cap: usize) -> RunResult<()> {
    if cap <= MOST_CANDIDATES {
        return Ok(());
    }
    let message =
        format!("teams of R={size} are searched among {cap} candidates, expected at most {MOST_CANDIDATES} of them");
    Err(Diagnostic::error("too-many-candidates", message)
        .help(format!(
            "`cap={{{size}: {MOST_CANDIDATES}}}` or less searches fewer; `decode topr` has no such limit"
        ))
        .into())
}

fn check_count(context: &StageContext, size: usize, cap: usize) -> RunResult<()> {
    let limit = context.arguments.count("limit") as u64;
    let count = count_sets(cap, size);
    if count.is_some_and(|count| count <= limit) {
        return Ok(());
    }
    let (count, time) = match count {
        None => ("more than 10¹⁹".to_owned(), "longer than any patience".to_owned()),
        Some(count) => (count.to_string(), scoring_time(count.into())),
    };
    let message = format!(
        "exact decoding of R={size} in pools of {cap} candidates means up to {count} sets a target ({time} without \
         pruning on two cores), expected at most `limit={limit}`"
    );
    Err(Diagnostic::error("too-many-sets", message)
        .help(format!(
            "a smaller `cap={{{size}: …}}` needs less, and `decode beam` finds good sets without a proof; a larger `limit` allows it"
        ))
        .into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{MOST_CANDIDATES, check_sizes};
    use crate::engine::context::{RunError, RunResult, alone};
    use crate::lang::arguments::{Argument, Arguments};
    use crate::metrics::fixtures;
    use crate::stages::decode::{LIMIT, Method};

    /// Checks teams of one in pools of `k`.
    fn check(k: usize, method: Method) -> RunResult<()> {
        let mut arguments = Arguments::default();
        arguments.insert(LIMIT.name, Argument::Integer(i64::MAX));
        let mut pools = fixtures::pools();
        pools.k = k;
        alone(&arguments, |context| check_sizes(context, &pools, &[(7, 1)], method))
    }

    #[test]
    fn more_candidates_than_positions_are_refused() {
        check(MOST_CANDIDATES, Method::Full).unwrap();
        check(MOST_CANDIDATES + 1, Method::TopR).unwrap();
        for method in [Method::Bounded, Method::Full, Method::Verified] {
            let Err(RunError::Failed(problem)) = check(MOST_CANDIDATES + 1, method) else {
                panic!("{method:?}");
            };
            assert_eq!(problem.code, "too-many-candidates");
            assert_eq!(
                problem.message,
                "teams of R=1 are searched among 65537 candidates, expected at most 65536 of them"
            );
            assert!(problem.help.unwrap().contains("`cap={1: 65536}`"));
        }
    }
}
