//! Durations in words.

/// `0.42 s`, `4.2 s`, `42 s`, `3 min 20 s`, `2 h 05 min`.
pub fn words(seconds: f64) -> String {
    let whole = seconds.round().max(0.0) as u64;
    match seconds {
        s if s < 0.995 => format!("{s:.2} s"),
        s if s < 9.95 => format!("{s:.1} s"),
        _ if whole < 60 => format!("{whole} s"),
        _ if whole < 3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole / 60 % 60),
    }
}

/// `about 40 s`, `about 16 min`, `about 2 h`: an estimate, no more exact than it is.
pub fn about(seconds: f64) -> String {
    let rounded = |unit: f64| (seconds / unit).round().max(1.0);
    match seconds {
        s if s < 55.0 => format!("about {:.0} s", rounded(1.0)),
        s if s < 5400.0 => format!("about {:.0} min", rounded(60.0)),
        _ => format!("about {:.0} h", rounded(3600.0)),
    }
}

/// The time that is left when `done` of `total` took `elapsed` seconds; `None` where nothing can be said yet.
pub fn left(elapsed: f64, done: u64, total: u64) -> Option<f64> {
    let left = total.checked_sub(done)?;
    (done > 0 && elapsed >= 0.5).then(|| elapsed / done as f64 * left as f64)
}

#[cfg(test)]
mod tests {
    use super::{about, left, words};

    #[test]
    fn estimates_are_coarse() {
        let cases = [
            (0.2, "about 1 s"),
            (43.0, "about 43 s"),
            (58.0, "about 1 min"),
            (938.0, "about 16 min"),
            (7000.0, "about 2 h"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(about(seconds), expected);
        }
    }

    #[test]
    fn words_grow_coarser() {
        let cases = [
            (0.0, "0.00 s"),
            (0.42, "0.42 s"),
            (0.996, "1.0 s"),
            (9.94, "9.9 s"),
            (9.96, "10 s"),
            (59.4, "59 s"),
            (59.6, "1 min 00 s"),
            (200.0, "3 min 20 s"),
            (7500.0, "2 h 05 min"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(words(seconds), expected);
        }
    }

    #[test]
    fn what_is_left_is_in_proportion() {
        assert_eq!(left(10.0, 1, 5), Some(40.0));
        assert_eq!(left(10.0, 5, 5), Some(0.0));
        assert_eq!(left(10.0, 0, 5), None);
        assert_eq!(left(10.0, 6, 5), None);
        assert_eq!(left(0.1, 1, 5), None);
    }
}
