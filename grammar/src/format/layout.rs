//! The layout of one stage: blanks between tokens, brackets on one line or several.

use crate::text;
use crate::token::{Bracket, Token, TokenKind};

/// The tokens between two brackets, or of a whole stage, as lines that end at commas or comments.
#[derive(Default)]
pub(super) struct Group {
    bracket: Option<Bracket>,
    /// The comment right after the opening bracket.
    beside: Option<Token>,
    lines: Vec<Line>,
}

/// An item of a group with its comment, or a comment alone.
#[derive(Default)]
struct Line {
    item: Vec<Node>,
    comment: Option<Token>,
}

enum Node {
    Token(Token),
    Group(Group),
}

impl Group {
    fn has_comment(&self) -> bool {
        let inside = |node: &Node| matches!(node, Node::Group(group) if group.has_comment());
        let in_line = |line: &Line| line.comment.is_some() || line.item.iter().any(inside);
        self.beside.is_some() || self.lines.iter().any(in_line)
    }
}

/// Builds the group of a stage from its tokens, which have matching brackets.
pub(super) fn tree(tokens: &[Token]) -> Group {
    let mut open = Vec::new();
    let mut group = Builder::default();
    for token in tokens {
        match token.kind {
            TokenKind::Open(bracket) => open.push(std::mem::replace(&mut group, Builder::new(bracket))),
            TokenKind::Close(_) => {
                if let Some(outer) = open.pop() {
                    let inner = std::mem::replace(&mut group, outer).finish();
                    group.add(Node::Group(inner));
                }
            }
            TokenKind::Comma => group.end_item(),
            TokenKind::Comment => group.comment(*token),
            _ => group.add(Node::Token(*token)),
        }
    }
    group.finish()
}

#[derive(Default)]
struct Builder {
    group: Group,
    line: Line,
    /// Whether the item of `line` has met its comma.
    ended: bool,
    /// Comments inside an item after its first one; they follow it.
    later: Vec<Token>,
}

impl Builder {
    fn new(bracket: Bracket) -> Self {
        let group = Group {
            bracket: Some(bracket),
            ..Group::default()
        };
        Self {
            group,
            ..Self::default()
        }
    }

    fn add(&mut self, node: Node) {
        if self.ended {
            self.end_line();
        }
        self.line.item.push(node);
    }

    fn end_item(&mut self) {
        self.ended = true;
    }

    fn comment(&mut self, comment: Token) {
        let own_line = comment.breaks > 0;
        if self.line.item.is_empty() {
            match (own_line, self.group.lines.is_empty() && self.group.beside.is_none()) {
                (false, true) => self.group.beside = Some(comment),
                _ => self.comment_line(comment),
            }
        } else if self.line.comment.is_none() && !(own_line && self.ended) {
            self.line.comment = Some(comment);
        } else if self.ended {
            self.end_line();
            self.comment_line(comment);
        } else {
            self.later.push(comment);
        }
    }

    fn comment_line(&mut self, comment: Token) {
        self.group.lines.push(Line {
            item: Vec::new(),
            comment: Some(comment),
        });
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.item.is_empty() {
            self.group.lines.push(line);
        }
        for comment in std::mem::take(&mut self.later) {
            self.comment_line(comment);
        }
        self.ended = false;
    }

    fn finish(mut self) -> Group {
        self.end_line();
        self.group
    }
}

/// The text of a stage whose text begins at column `indent`.
pub(super) fn render(source: &str, stage: &Group, indent: usize) -> String {
    let mut text = String::new();
    for line in &stage.lines {
        // Only the first stage can hold `let name =`, and only it begins at column 0.
        render_item(
            source,
            &line.item,
            indent,
            indent == 0 && is_binding(source, &line.item),
            &mut text,
        );
    }
    text
}

fn render_item(source: &str, item: &[Node], indent: usize, binding: bool, text: &mut String) {
    let mut glued = true;
    for (index, node) in item.iter().enumerate() {
        match node {
            Node::Group(group) => {
                blank(text, glued);
                render_group(source, group, indent, text);
                glued = false;
            }
            Node::Token(token) => {
                let spaced = token.kind == TokenKind::Equals && binding && index == 2;
                let tight = matches!(token.kind, TokenKind::Equals | TokenKind::Range) && !spaced;
                let close = tight || token.kind == TokenKind::Colon;
                blank(text, glued || close);
                match token.kind {
                    TokenKind::Text => text.push_str(&text::quote(&text::unquote(token.text(source)))),
                    _ => text.push_str(token.text(source)),
                }
                glued = tight;
            }
        }
    }
}

fn blank(text: &mut String, glued: bool) {
    if !glued {
        text.push(' ');
    }
}

/// Whether an item begins with `let name =`.
fn is_binding(source: &str, item: &[Node]) -> bool {
    match item {
        [Node::Token(first), Node::Token(name), Node::Token(equals), ..] => {
            let kinds = (name.kind, equals.kind);
            first.text(source) == "let" && kinds == (TokenKind::Word, TokenKind::Equals)
        }
        _ => false,
    }
}

fn render_group(source: &str, group: &Group, indent: usize, text: &mut String) {
    let Some(bracket) = group.bracket else { return };
    text.push(bracket.open());
    if group.has_comment() {
        render_lines(source, group, indent, text);
    } else {
        for (index, line) in group.lines.iter().enumerate() {
            text.push_str(if index > 0 { ", " } else { "" });
            render_item(source, &line.item, indent, false, text);
        }
        if bracket == Bracket::Round && group.lines.len() == 1 {
            text.push(',');
        }
    }
    text.push(bracket.close());
}

/// One item a line, each with a comma, so that comments keep their places.
fn render_lines(source: &str, group: &Group, indent: usize, text: &mut String) {
    if let Some(comment) = group.beside {
        text.push(' ');
        text.push_str(comment.text(source));
    }
    let inner = indent + 2;
    for line in &group.lines {
        text.push('\n');
        text.push_str(&" ".repeat(inner));
        if !line.item.is_empty() {
            render_item(source, &line.item, inner, false, text);
            text.push(',');
        }
        if let Some(comment) = line.comment {
            blank(text, line.item.is_empty());
            text.push_str(comment.text(source));
        }
    }
    text.push('\n');
    text.push_str(&" ".repeat(indent));
}
