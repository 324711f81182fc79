//! Positions: Jupyter counts code points, grn counts bytes.

/// The byte offset of the `count`-th code point; the end of the text where it has fewer.
pub fn byte_offset(text: &str, count: usize) -> usize {
    text.char_indices().nth(count).map_or(text.len(), |(offset, _)| offset)
}

/// The code points before byte `offset`.
pub fn code_points(text: &str, offset: usize) -> usize {
    let end = text.floor_char_boundary(offset.min(text.len()));
    text[..end].chars().count()
}

#[cfg(test)]
mod tests {
    use super::{byte_offset, code_points};
    use proptest::prelude::*;

    #[test]
    fn emoji_and_letters_count_once() {
        let text = "a🧬é b";
        assert_eq!(byte_offset(text, 2), 5);
        assert_eq!(byte_offset(text, 99), text.len());
        assert_eq!(code_points(text, 5), 2);
        assert_eq!(code_points(text, 4), 1, "within a character: the one before");
    }

    proptest! {
        #[test]
        fn there_and_back(text in "\\PC{0,40}", count in 0usize..50) {
            let offset = byte_offset(&text, count);
            prop_assert_eq!(code_points(&text, offset), count.min(text.chars().count()));
        }
    }
}
