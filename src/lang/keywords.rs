//! The words that begin a statement, with what they do: for the checker, completion and help.

/// A word that begins a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keyword {
    /// The word itself.
    pub word: &'static str,
    /// The statement's form.
    pub form: &'static str,
    /// What it does, without a full stop.
    pub summary: &'static str,
    /// A script that shows it.
    pub example: &'static str,
}

/// Every keyword, in the order of the documentation.
pub const KEYWORDS: [Keyword; 5] = [
    Keyword {
        word: "let",
        form: "let name = pipeline",
        summary: "name a pipeline; it runs when something shows it",
        example: "let pools = retrieve attn k=80\npools | plot coverage",
    },
    Keyword {
        word: "use",
        form: "use pipeline",
        summary: "the default source of the pipelines below",
        example: "use simulate sergio genes=200 | split stratified seed=42..44\nretrieve popularity k=80",
    },
    Keyword {
        word: "set",
        form: "set key=value …",
        summary: "session options",
        example: "set device=cpu threads=2",
    },
    Keyword {
        word: "explain",
        form: "explain pipeline",
        summary: "show the plan, its optimisations and its cost; run nothing",
        example: "explain retrieve attn k=80 | select pairs2 | decode exact",
    },
    Keyword {
        word: "help",
        form: "help [verb [method]]",
        summary: "the language and its stages, a verb or a method",
        example: "help retrieve attn",
    },
];

/// The word that gives pipelines their default source; what begins with it depends on it as on a name.
pub const DEFAULT_SOURCE: &str = "use";

/// Whether `name` begins a statement.
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.iter().any(|keyword| keyword.word == name)
}
