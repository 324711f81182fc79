//! Fast, correctly rounded reading of decimal numbers.

/// Powers of ten that single precision holds exactly.
const POWERS: [f32; 11] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10];

/// The number that `text` spells, rounded to nearest; infinite or NaN where it says so or is too large; `None` where it
/// is no number. Spaces and double quotes around it are ignored.
pub fn parse_f32(text: &[u8]) -> Option<f32> {
    short_decimal(text).or_else(|| general(text))
}

/// Up to nine digits with an optional point and sign. A digit string below 2²⁴ and a power of ten up to 10¹⁰ are both
/// exact in single precision, so that their quotient is the correctly rounded result (Clinger 1990).
fn short_decimal(text: &[u8]) -> Option<f32> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || digits.len() > 10 {
        return None;
    }
    let mut mantissa: u64 = 0;
    let mut point = None;
    for (position, &byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => mantissa = mantissa * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(position),
            _ => return None,
        }
    }
    let decimals = point.map_or(0, |position| digits.len() - position - 1);
    if mantissa > 1 << 24 || (point.is_some() && digits.len() == 1) {
        return None;
    }
    let value = mantissa as f32 / POWERS.get(decimals)?;
    Some(if negative { -value } else { value })
}

fn general(text: &[u8]) -> Option<f32> {
    let text = std::str::from_utf8(text).ok()?;
    text.trim().trim_matches('"').trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::parse_f32;
    use proptest::prelude::*;

    fn bits(text: &str) -> Option<u32> {
        parse_f32(text.as_bytes()).map(f32::to_bits)
    }

    proptest! {
        #[test]
        fn agrees_with_the_standard_library(text in "-?[0-9]{0,9}(\\.[0-9]{0,9})?(e-?[0-9]{1,2})?") {
            prop_assert_eq!(bits(&text), text.parse::<f32>().ok().map(f32::to_bits), "{}", text);
        }

        #[test]
        fn reads_back_every_number(number in any::<f32>().prop_filter("finite", |x| x.is_finite())) {
            prop_assert_eq!(bits(&number.to_string()), Some(number.to_bits()));
        }
    }

    #[test]
    fn refuses_what_is_no_number() {
        for text in [
            "", "-", ".", "-.", "1.2.3", "NANOG", "INF2", "1,2", "0x10", "--1", "1 2",
        ] {
            assert_eq!(parse_f32(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse_f32(b" \"1.5\" "), Some(1.5));
    }
}
