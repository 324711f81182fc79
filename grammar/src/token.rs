//! Tokens: the pieces that parser, formatter, highlighter and cursor share.

use crate::span::Span;

/// One piece of a source text. Blanks and line breaks are not tokens; breaks are counted on the token after them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
    /// Line breaks between the token before and this one.
    pub breaks: usize,
}

impl Token {
    /// The token's text.
    pub fn text(self, source: &str) -> &str {
        source.get(self.span.start..self.span.end).unwrap_or_default()
    }
}

/// The kinds of token.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum TokenKind {
    /// A bare word; also the contextual keywords, `true` and `false`.
    Word,
    /// A whole number.
    Integer(i64),
    /// A finite number with a point or an exponent.
    Float(f64),
    /// A well-formed string, quotes included.
    Text,
    /// `|`
    Pipe,
    /// `=`
    Equals,
    /// `..`
    Range,
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `[`, `{` or `(`
    Open(Bracket),
    /// `]`, `}` or `)`
    Close(Bracket),
    /// `# …` to the end of the line.
    Comment,
    /// Text that is no token; the lexer has reported it, so nothing else should.
    Invalid,
}

/// The three pairs of brackets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bracket {
    /// `[…]`, a list.
    Square,
    /// `{…}`, a value for each team size.
    Curly,
    /// `(…)`, a tuple.
    Round,
}

impl Bracket {
    /// The opening character.
    pub fn open(self) -> char {
        match self {
            Self::Square => '[',
            Self::Curly => '{',
            Self::Round => '(',
        }
    }

    /// The closing character.
    pub fn close(self) -> char {
        match self {
            Self::Square => ']',
            Self::Curly => '}',
            Self::Round => ')',
        }
    }
}
