//! Numbers as Plotly labels them: by a d3 format where one is given, otherwise short, with SI suffixes.

/// U+2212, as long as a plus sign.
const MINUS: char = '−';

/// `value` in d3's notation `[,][.precision][~]type` with type `f`, `%`, `e`, `d`, `g` or `s`; `None` where the format
/// is another.
pub fn d3(value: f64, format: &str) -> Option<String> {
    let (grouped, format) = format.strip_prefix(',').map_or((false, format), |rest| (true, rest));
    let kind = format.chars().last()?;
    let rest = format.get(..format.len() - kind.len_utf8())?;
    let (trimmed, rest) = rest.strip_suffix('~').map_or((false, rest), |rest| (true, rest));
    let precision: Option<usize> = match rest.strip_prefix('.') {
        Some(digits) => Some(digits.parse().ok()?),
        None if rest.is_empty() => None,
        None => return None,
    };
    let size = value.abs();
    let digits = precision.unwrap_or(6).min(20);
    let text = match kind {
        'f' => fixed(size, digits, trimmed, grouped),
        'd' => fixed(size, 0, false, grouped),
        '%' => fixed(size * 100.0, digits, trimmed, grouped) + "%",
        'e' => exponential(size, digits, trimmed),
        'g' => significant(size, digits.max(1)),
        's' => si(size, digits.max(1)),
        _ => return None,
    };
    Some(signed(value, text))
}

/// `value` rounded to `decimals`, times 10^-`exponent` with its SI suffix, as on an axis without a format.
pub fn tick(value: f64, decimals: i32, exponent: i32) -> String {
    let scaled = value.abs() / 10f64.powi(exponent);
    let decimals = usize::try_from(decimals + exponent).unwrap_or(0).min(20);
    let text = fixed(scaled, decimals, true, false);
    let suffix = match exponent {
        _ if text == "0" => String::new(),
        0 => String::new(),
        exponent => match prefix(exponent) {
            Some(prefix) => prefix.to_owned(),
            None => format!("e{exponent}"),
        },
    };
    signed(value, text + &suffix)
}

fn prefix(exponent: i32) -> Option<&'static str> {
    Some(match exponent {
        12 => "T",
        9 => "B",
        6 => "M",
        3 => "k",
        -3 => "m",
        -6 => "μ",
        -9 => "n",
        -12 => "p",
        _ => return None,
    })
}

fn signed(value: f64, text: String) -> String {
    let zero = !text.chars().any(|c| c.is_ascii_digit() && c != '0');
    if value < 0.0 && !zero {
        format!("{MINUS}{text}")
    } else {
        text
    }
}

fn fixed(size: f64, digits: usize, trimmed: bool, grouped: bool) -> String {
    let mut text = format!("{size:.digits$}");
    if trimmed && text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    if grouped {
        text = group(&text);
    }
    text
}

fn group(text: &str) -> String {
    let (whole, part) = text.split_at(text.find('.').unwrap_or(text.len()));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + part
}

fn exponential(size: f64, digits: usize, trimmed: bool) -> String {
    let text = format!("{size:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text.as_str(), "0"));
    let mantissa = match trimmed && mantissa.contains('.') {
        true => mantissa.trim_end_matches('0').trim_end_matches('.'),
        false => mantissa,
    };
    let exponent = exponent
        .strip_prefix('-')
        .map_or_else(|| format!("+{exponent}"), |e| format!("{MINUS}{e}"));
    format!("{mantissa}e{exponent}")
}

fn significant(size: f64, digits: usize) -> String {
    if size == 0.0 {
        return "0".to_owned();
    }
    let exponent = size.log10().floor() as i32;
    if exponent < -5 || exponent >= digits as i32 {
        return exponential(size, digits - 1, true);
    }
    fixed(size, (digits as i32 - 1 - exponent).max(0) as usize, true, false)
}

fn si(size: f64, digits: usize) -> String {
    if size == 0.0 {
        return "0".to_owned();
    }
    let exponent = (size.log10() / 3.0).floor() as i32 * 3;
    let text = significant(size / 10f64.powi(exponent), digits.max(3));
    match exponent {
        0 => text,
        9 => text + "G",
        exponent => text + prefix(exponent).unwrap_or(""),
    }
}

#[cfg(test)]
mod tests {
    use super::{d3, tick};

    #[test]
    fn formats_as_d3() {
        let cases = [
            (0.2, ".1f", "0.2"),
            (0.25, ".0%", "25%"),
            (-1234.5, ",.1f", "−1,234.5"),
            (1234567.0, ",d", "1,234,567"),
            (0.5, ".3~f", "0.5"),
            (1500.0, "~s", "1.5k"),
            (0.000012, ".1e", "1.2e−5"),
            (0.5, ".3g", "0.5"),
            (-0.0, ".1f", "0.0"),
        ];
        for (value, format, text) in cases {
            assert_eq!(d3(value, format).as_deref(), Some(text), "{value} {format}");
        }
        for format in ["", "x", "%b %d", "+.1f", ".f"] {
            assert_eq!(d3(1.0, format), None, "{format}");
        }
    }

    #[test]
    fn ticks_are_short() {
        assert_eq!(tick(0.30000000000000004, 3, 0), "0.3");
        assert_eq!(tick(20_000.0, -2, 3), "20k");
        assert_eq!(tick(-0.5, 3, 0), "−0.5");
        assert_eq!(tick(0.0, -2, 3), "0");
    }
}
