//! What a highlighter in another language must know to cut text into the same tokens: keywords, signs, character
//! classes and patterns, asked of the lexer and the parser themselves.
//!
//! Patterns are regular expressions that ECMAScript and Python read alike, once `{blank}`, `{letter}` and `{follow}`
//! are replaced by the ranges of [`Lexicon::characters`].

use crate::highlight::{Tag, tag_of_kind};
use crate::is_name;
use crate::lexer::{is_delimiter, lex};
use crate::parser::{KEYWORDS, LOOK_AHEAD, may_hold};
use crate::token::{Bracket, TokenKind};
use crate::word::is_name_character;

/// See [`lexicon`].
#[derive(Clone, Debug, PartialEq)]
pub struct Lexicon {
    /// The words that can open a statement.
    pub keywords: Vec<&'static str>,
    /// The words that are booleans where a value stands.
    pub booleans: Vec<&'static str>,
    /// Signs of one character with the kind of their token.
    pub signs: Vec<(char, &'static str)>,
    /// Opening brackets with the closing ones.
    pub brackets: Vec<(char, char)>,
    /// The brackets that may open directly inside others; `None` is outside any.
    pub nesting: Vec<(Option<char>, String)>,
    /// How many tokens are looked at to find a closing bracket after a line that lacks a comma.
    pub look_ahead: usize,
    /// The smallest and the largest integer.
    pub integers: [i64; 2],
    /// Classes of characters by name, as ascending inclusive ranges.
    pub characters: Vec<(&'static str, Vec<(char, char)>)>,
    /// Patterns by name: those that text is cut by, tried in the order `break`, `blank`, `comment`, `text`, `sign`,
    /// `chunk`; and what a whole chunk or text must match.
    pub patterns: Vec<(&'static str, String)>,
    /// The tag of each kind of token where the tree doesn't say otherwise.
    pub tags: Vec<(&'static str, Tag)>,
}

const BRACKETS: [Bracket; 3] = [Bracket::Square, Bracket::Curly, Bracket::Round];

/// One token of each kind.
const KINDS: [TokenKind; 13] = [
    TokenKind::Word,
    TokenKind::Integer(0),
    TokenKind::Float(0.0),
    TokenKind::Text,
    TokenKind::Pipe,
    TokenKind::Equals,
    TokenKind::Range,
    TokenKind::Comma,
    TokenKind::Colon,
    TokenKind::Open(Bracket::Square),
    TokenKind::Close(Bracket::Square),
    TokenKind::Comment,
    TokenKind::Invalid,
];

/// What lexer and parser know of characters and words.
pub fn lexicon() -> Lexicon {
    let signs = signs();
    let all_signs: String = signs.iter().map(|(sign, _)| escaped(*sign)).collect();
    let patterns = [
        ("break", "\\n".to_owned()),
        ("blank", "[{blank}]+".to_owned()),
        ("comment", "#[^\\n]*".to_owned()),
        ("text", r#""(?:[^"\\\n]|\\[^\n]?)*"?"#.to_owned()),
        ("sign", format!("[{all_signs}]")),
        ("chunk", format!("[^{{blank}}\\n\"#{all_signs}]+")),
        ("wellFormedText", r#""(?:[^"\\\n]|\\["\\nt])*""#.to_owned()),
        ("name", "[{letter}][{follow}]*(?:[-.][{follow}]+)*".to_owned()),
        ("integer", "-?[0-9]+".to_owned()),
        ("float", r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?".to_owned()),
    ];
    Lexicon {
        keywords: KEYWORDS.to_vec(),
        booleans: vec!["true", "false"],
        signs,
        brackets: BRACKETS.map(|bracket| (bracket.open(), bracket.close())).to_vec(),
        nesting: nesting(),
        look_ahead: LOOK_AHEAD,
        integers: [i64::MIN, i64::MAX],
        characters: vec![
            ("blank", ranges(|c| c.is_whitespace() && c != '\n')),
            ("letter", ranges(|c| is_name(c.encode_utf8(&mut [0; 4])))),
            ("follow", ranges(is_name_character)),
        ],
        patterns: patterns.to_vec(),
        tags: KINDS.map(|kind| (kind_name(kind), tag_of_kind(kind))).to_vec(),
    }
}

/// Every delimiter that is a token by itself.
fn signs() -> Vec<(char, &'static str)> {
    let delimiters = ('!'..='~').filter(|c| is_delimiter(*c) && !matches!(c, '"' | '#'));
    let token = |sign: char| lex(sign.encode_utf8(&mut [0; 4])).tokens.first().copied();
    delimiters
        .filter_map(|sign| Some((sign, kind_name(token(sign)?.kind))))
        .collect()
}

fn nesting() -> Vec<(Option<char>, String)> {
    let inside = |outer| BRACKETS.into_iter().filter(move |inner| may_hold(outer, *inner));
    let outers = [None].into_iter().chain(BRACKETS.map(Some));
    outers
        .map(|outer| (outer.map(Bracket::open), inside(outer).map(Bracket::open).collect()))
        .collect()
}

fn ranges(belongs: impl Fn(char) -> bool) -> Vec<(char, char)> {
    let mut ranges: Vec<(char, char)> = Vec::new();
    for character in ('\0'..=char::MAX).filter(|c| belongs(*c)) {
        match ranges.last_mut() {
            Some((_, last)) if u32::from(*last) + 1 == u32::from(character) => *last = character,
            _ => ranges.push((character, character)),
        }
    }
    ranges
}

/// For the inside of a class of characters.
fn escaped(sign: char) -> String {
    match sign {
        '[' | ']' | '\\' | '^' | '-' => format!("\\{sign}"),
        _ => sign.to_string(),
    }
}

fn kind_name(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Word => "word",
        TokenKind::Integer(_) => "integer",
        TokenKind::Float(_) => "float",
        TokenKind::Text => "text",
        TokenKind::Pipe => "pipe",
        TokenKind::Equals => "equals",
        TokenKind::Range => "range",
        TokenKind::Comma => "comma",
        TokenKind::Colon => "colon",
        TokenKind::Open(_) => "open",
        TokenKind::Close(_) => "close",
        TokenKind::Comment => "comment",
        TokenKind::Invalid => "invalid",
    }
}

#[cfg(test)]
mod tests {
    use super::lexicon;
    use crate::is_name;

    #[test]
    fn ranges_hold_just_the_characters_of_names() {
        let lexicon = lexicon();
        let class = |name: &str| {
            let found = lexicon.characters.iter().find(|(class, _)| *class == name);
            found.map(|(_, ranges)| ranges.clone()).unwrap_or_default()
        };
        let (letters, follow) = (class("letter"), class("follow"));
        let within =
            |ranges: &[(char, char)], c: char| ranges.iter().any(|(first, last)| (*first..=*last).contains(&c));
        for c in "aZ_0- éγ\u{301}²遺\u{1F9EC}".chars() {
            assert_eq!(within(&letters, c), is_name(&c.to_string()), "{c}");
            assert_eq!(within(&follow, c), is_name(&format!("a{c}")), "{c}");
        }
    }

    #[test]
    fn every_delimiter_but_quote_and_comment_is_a_sign() {
        let signs: String = lexicon().signs.iter().map(|(sign, _)| *sign).collect();
        assert_eq!(signs, "(),:;=[]{|}");
    }
}
