//! What the language knows of a stage: the one description that drives checking, completion, help and docs.
//!
//! Each stage's file owns its [`StageSpec`]; `stages::catalog()` collects them into the one [`Catalog`].

use crate::lang::types::Type;

/// A stage method: its place in a pipeline, its parameters and its documentation.
#[derive(Debug)]
pub struct StageSpec {
    /// The verb, for instance `retrieve`.
    pub verb: &'static str,
    /// The method, for instance `attn`; `None` for verbs that have just one, such as `table`.
    pub method: Option<&'static str>,
    /// What must flow in: nothing (empty) or one of these types.
    pub takes: &'static [Type],
    /// What flows out.
    pub gives: Gives,
    /// One line, without a full stop.
    pub summary: &'static str,
    /// Markdown: what it computes, from which section or equation of which paper, and what to watch for.
    pub description: &'static str,
    /// The parameters, in the order in which they are documented.
    pub parameters: &'static [ParameterSpec],
    /// Whole scripts that use the stage on the built-in data set; each is checked by a test.
    pub examples: &'static [&'static str],
    /// Raised whenever the stage computes other numbers from the same arguments; part of a node's identity.
    pub version: u32,
    /// Parameters that name files which the stage reads; their content is part of a node's identity.
    pub reads: &'static [&'static str],
    /// Whether it gives a scorer whose score is a sum over the set's members, so that the best set is the Top-R (paper
    /// App. H).
    pub decomposes: bool,
}

impl StageSpec {
    /// `verb method`, or the verb alone.
    pub fn name(&self) -> String {
        match self.method {
            Some(method) => format!("{} {method}", self.verb),
            None => self.verb.to_owned(),
        }
    }

    /// The parameter called `name`.
    pub fn parameter(&self, name: &str) -> Option<&'static ParameterSpec> {
        self.parameters.iter().find(|p| p.name == name)
    }

    /// Whether the stage shows or writes its input and passes it on.
    pub fn is_view(&self) -> bool {
        matches!(self.gives, Gives::Input)
    }
}

/// What a stage gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// A new value of this type.
    Value(Type),
    /// Its input, unchanged: the stage only shows or writes it.
    Input,
}

/// One parameter of a stage.
#[derive(Debug)]
pub struct ParameterSpec {
    /// The key in `key=value`.
    pub name: &'static str,
    /// Its type and range.
    pub kind: ParameterKind,
    /// Whether a value for each team size may be given as `{2: 80, 3: 80, 4: 55}`.
    pub per_size: bool,
    /// What holds when it isn't given.
    pub default: DefaultValue,
    /// One sentence: what it does, its unit, where the paper says so.
    pub doc: &'static str,
}

/// The seed where none is given upstream.
pub const DEFAULT_SEED: i64 = 42;

/// What holds when a parameter isn't given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum DefaultValue {
    /// The parameter must be given.
    Required,
    /// This literal, in the language's own notation.
    Literal(&'static str),
    /// Nothing: the stage goes without it; the words say what then happens.
    Absent(&'static str),
    /// The nearest seed given upstream in the pipeline, otherwise 42.
    UpstreamSeed,
}

/// The type and range of a parameter. Bounds are inclusive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ParameterKind {
    /// A whole number.
    Integer {
        /// Smallest allowed value.
        min: i64,
        /// Largest allowed value.
        max: i64,
    },
    /// A finite number; integers are accepted.
    Float {
        /// Smallest allowed value.
        min: f64,
        /// Largest allowed value.
        max: f64,
    },
    /// `true` or `false`.
    Boolean,
    /// One of these words.
    Choice(&'static [&'static str]),
    /// Any string or bare name.
    Text,
    /// The path of a file.
    File,
    /// The path of a folder.
    Folder,
    /// One of these words, or the path of a folder as a string.
    ChoiceOrFolder(&'static [&'static str]),
    /// A tuple of whole numbers, such as `(2, 3, 4)`; a lone number is a tuple of one.
    Integers {
        /// Smallest allowed element.
        min: i64,
        /// Largest allowed element.
        max: i64,
    },
}

/// All stages, in the order in which they are documented.
#[derive(Clone, Debug)]
pub struct Catalog {
    specs: Vec<&'static StageSpec>,
}

impl Catalog {
    /// A catalog of these stages.
    pub fn new(specs: Vec<&'static StageSpec>) -> Self {
        Self { specs }
    }

    /// Every stage in order.
    pub fn specs(&self) -> impl Iterator<Item = &'static StageSpec> + '_ {
        self.specs.iter().copied()
    }

    /// The distinct verbs in order.
    pub fn verbs(&self) -> Vec<&'static str> {
        let mut verbs: Vec<&'static str> = Vec::new();
        for spec in &self.specs {
            if !verbs.contains(&spec.verb) {
                verbs.push(spec.verb);
            }
        }
        verbs
    }

    /// The stages of one verb in order.
    pub fn methods(&self, verb: &str) -> Vec<&'static StageSpec> {
        self.specs().filter(|spec| spec.verb == verb).collect()
    }

    /// The stage with this verb and method.
    pub fn find(&self, verb: &str, method: Option<&str>) -> Option<&'static StageSpec> {
        self.specs().find(|spec| spec.verb == verb && spec.method == method)
    }
}
