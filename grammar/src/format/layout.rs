//! The layout of one stage: blanks between tokens, brackets on one line or several.

use super::WIDTH;
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

/// The text of a stage that begins at column `indent`. Long brackets of a stage that doesn't fit are filled line by
/// line.
pub(super) fn render(source: &str, stage: &Group, indent: usize) -> String {
    let text = render_stage(source, stage, indent, false);
    let fits = indent + text.chars().count() <= WIDTH || text.contains('\n');
    if fits {
        text
    } else {
        render_stage(source, stage, indent, true)
    }
}

fn render_stage(source: &str, stage: &Group, indent: usize, fill: bool) -> String {
    let mut writer = Writer {
        source,
        text: String::new(),
        fill,
    };
    for line in &stage.lines {
        // Only the first stage can hold `let name =`, and only it begins at column 0.
        let binding = indent == 0 && is_binding(source, &line.item);
        writer.item(&line.item, indent, binding);
    }
    writer.text
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

struct Writer<'a> {
    source: &'a str,
    text: String,
    /// Whether long groups take several lines.
    fill: bool,
}

impl Writer<'_> {
    fn item(&mut self, item: &[Node], indent: usize, binding: bool) {
        let mut glued = true;
        for (index, node) in item.iter().enumerate() {
            match node {
                Node::Group(group) => {
                    self.blank_unless(glued);
                    self.group(group, indent);
                    glued = false;
                }
                Node::Token(token) => {
                    let spaced = token.kind == TokenKind::Equals && binding && index == 2;
                    let tight = matches!(token.kind, TokenKind::Equals | TokenKind::Range) && !spaced;
                    self.blank_unless(glued || tight || token.kind == TokenKind::Colon);
                    self.token(*token);
                    glued = tight;
                }
            }
        }
    }

    fn token(&mut self, token: Token) {
        let text = token.text(self.source);
        match token.kind {
            TokenKind::Text => self.text.push_str(&text::quote(&text::unquote(text))),
            _ => self.text.push_str(text),
        }
    }

    fn blank_unless(&mut self, glued: bool) {
        if !glued {
            self.text.push(' ');
        }
    }

    fn new_line(&mut self, indent: usize) {
        self.text.push('\n');
        self.text.push_str(&" ".repeat(indent));
    }

    fn group(&mut self, group: &Group, indent: usize) {
        let Some(bracket) = group.bracket else { return };
        self.text.push(bracket.open());
        if group.has_comment() {
            self.commented(group, indent);
        } else {
            let items: Vec<String> = group.lines.iter().map(|line| self.flat(&line.item)).collect();
            let width: usize = items.iter().map(|item| item.chars().count() + 2).sum();
            if self.fill && width > WIDTH / 2 {
                self.filled(&items, indent);
            } else {
                self.text.push_str(&items.join(", "));
                let lone = bracket == Bracket::Round && items.len() == 1;
                self.text.push_str(if lone { "," } else { "" });
            }
        }
        self.text.push(bracket.close());
    }

    fn flat(&self, item: &[Node]) -> String {
        let mut writer = Writer {
            source: self.source,
            text: String::new(),
            fill: false,
        };
        writer.item(item, 0, false);
        writer.text
    }

    /// As many items a line as fit.
    fn filled(&mut self, items: &[String], indent: usize) {
        let mut column = WIDTH;
        for item in items {
            let width = item.chars().count() + 2;
            if column + width > WIDTH {
                self.new_line(indent + 2);
                column = indent + 1;
            } else {
                self.text.push(' ');
            }
            self.text.push_str(item);
            self.text.push(',');
            column += width;
        }
        self.new_line(indent);
    }

    /// One item a line, each with a comma, so that comments keep their places.
    fn commented(&mut self, group: &Group, indent: usize) {
        if let Some(comment) = group.beside {
            self.text.push(' ');
            self.token(comment);
        }
        for line in &group.lines {
            self.new_line(indent + 2);
            if !line.item.is_empty() {
                self.item(&line.item, indent + 2, false);
                self.text.push(',');
            }
            if let Some(comment) = line.comment {
                self.blank_unless(line.item.is_empty());
                self.token(comment);
            }
        }
        self.new_line(indent);
    }
}
