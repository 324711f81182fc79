//! Confidence intervals of proportions.

/// The 97.5 % quantile of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The Wilson score interval of a proportion, 95 % two-sided (Wilson 1927, without continuity correction).
///
/// Gives (lower, upper), both in [0, 1]; `None` for no trials. Unlike the normal approximation it stays honest for
/// few trials and for proportions of 0 and 1. `successes` above `trials` count as `trials`.
pub fn wilson(successes: usize, trials: usize) -> Option<(f64, f64)> {
    if trials == 0 {
        return None;
    }
    let n = trials as f64;
    let p = successes.min(trials) as f64 / n;
    let centre = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    // Rounding could push the ends an ulp past the proportion where it is 0 or 1.
    let lower = ((centre - spread) / scale).clamp(0.0, p);
    let upper = ((centre + spread) / scale).clamp(p, 1.0);
    Some((lower, upper))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::wilson;
    use proptest::prelude::*;

    #[test]
    fn agrees_with_published_values() {
        // Newcombe (1998), Statistics in Medicine 17, table I, method 3.
        for (successes, trials, lower, upper) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let (low, high) = wilson(successes, trials).unwrap();
            assert!((low - lower).abs() < 5e-5, "{successes}/{trials}: {low}");
            assert!((high - upper).abs() < 5e-5, "{successes}/{trials}: {high}");
        }
    }

    #[test]
    fn no_trials_have_no_interval() {
        assert_eq!(wilson(0, 0), None);
    }

    proptest! {
        #[test]
        fn holds_the_proportion_and_narrows_with_more_trials(trials in 1_usize..400, part in 0.0_f64..=1.0) {
            let successes = (part * trials as f64).round() as usize;
            let p = successes as f64 / trials as f64;
            let (low, high) = wilson(successes, trials).unwrap();
            prop_assert!(0.0 <= low && low <= p && p <= high && high <= 1.0);
            let (low4, high4) = wilson(4 * successes, 4 * trials).unwrap();
            prop_assert!(high4 - low4 < high - low);
        }

        #[test]
        fn is_symmetric(trials in 1_usize..400, part in 0.0_f64..=1.0) {
            let successes = (part * trials as f64).round() as usize;
            let (low, high) = wilson(successes, trials).unwrap();
            let (low2, high2) = wilson(trials - successes, trials).unwrap();
            prop_assert!((low - (1.0 - high2)).abs() < 1e-12 && (high - (1.0 - low2)).abs() < 1e-12);
        }
    }
}
