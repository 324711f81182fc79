//! Text in HTML.

/// `text` with everything escaped that HTML could take for markup, in content and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // HTML has no notation for these characters.
            c if c.is_control() && !matches!(c, '\n' | '\t') => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// `json` for a `<script>` element: no text in it can end the element or open a comment.
pub fn escape_json(json: &str) -> String {
    // Outside of strings JSON has none of these characters, so the escapes land only in strings.
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{escape, escape_json};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_markup_survives(text in any::<String>()) {
            let escaped = escape(&text);
            prop_assert!(!escaped.contains(['<', '>', '"', '\'']));
        }

        #[test]
        fn json_means_the_same(text in "[<>&/a-z!\\-\u{2028}\"\\\\]*") {
            let escaped = escape_json(&serde_json::to_string(&text).unwrap());
            prop_assert!(!escaped.contains(['<', '>', '&']));
            prop_assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
        }
    }
}
