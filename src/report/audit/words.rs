//! Numbers in the words of an audit.

/// `R = 2`, `R = 2, 3`.
pub fn sizes(sizes: &[usize]) -> String {
    let sizes: Vec<String> = sizes.iter().map(usize::to_string).collect();
    format!("R = {}", sizes.join(", "))
}

/// `0.281`; a dash where it is undefined.
pub fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| format!("{share:.3}"))
}

/// `81 %`.
pub fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

/// `0.031`, `4e-5`, `<1e-12`.
pub fn p_value(p: f64) -> String {
    match p {
        p if p >= 0.001 => format!("{p:.3}"),
        p if p < 1e-12 => "<1e-12".to_owned(),
        p => format!("{p:.0e}"),
    }
}

/// `p = 0.031`, `p < 1e-12`.
pub fn p_is(p: f64) -> String {
    match p_value(p).strip_prefix('<') {
        Some(bound) => format!("p < {bound}"),
        None => format!("p = {}", p_value(p)),
    }
}
