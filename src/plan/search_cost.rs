//! How many sets the decoders that look at some sets only will score.

use crate::plan::cost::{binomial, grouped};

/// Sets of `size` out of `pool` candidates that a beam of `width` scores at most: each partial set that is kept grows by
/// every other candidate.
pub fn beam_sets(pool: usize, size: usize, width: usize) -> u128 {
    let grown = (1..=size).map(|members| {
        let kept = binomial(pool, members - 1).min(width as u128);
        let children = kept.saturating_mul((pool + 1).saturating_sub(members) as u128);
        children.min(binomial(pool, members))
    });
    grown.fold(0, u128::saturating_add)
}

/// Sets that differ from a set of `size` out of `pool` candidates in one member.
pub fn swap_step_sets(pool: usize, size: usize) -> u128 {
    (size as u128).saturating_mul(pool.saturating_sub(size) as u128)
}

/// What a stage scores of C(pool, size) sets, in words; `None` for stages that may have to score all of them. `count`
/// knows the stage's arguments.
pub fn scored_sets(stage: &str, count: impl Fn(&str) -> usize, pool: usize, size: usize) -> Option<String> {
    match stage {
        "decode beam" => {
            let sets = beam_sets(pool, size, count("width"));
            Some(format!("at most {}", grouped(sets)))
        }
        "decode swap" => {
            let (step, starts) = (swap_step_sets(pool, size), count("starts"));
            Some(format!("{} a step from each of {starts} starts", grouped(step)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{beam_sets, swap_step_sets};

    #[test]
    fn counts_by_hand() {
        // One member: 5; two: the 3 kept grow by 4 each, but there are just 10 sets; three: 3 kept grow by 3 each.
        assert_eq!(beam_sets(5, 3, 3), 5 + 10 + 9);
        assert_eq!(beam_sets(80, 1, 32), 80);
        assert_eq!(
            beam_sets(500, 8, 32),
            500 + 32 * (499 + 498 + 497 + 496 + 495 + 494 + 493)
        );
        assert_eq!(swap_step_sets(500, 8), 8 * 492);
        assert_eq!(swap_step_sets(4, 4), 0);
    }
}
