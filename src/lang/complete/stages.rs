//! Stages that fit what flows: verbs, methods, and the names of pipelines.

use super::{Candidate, CandidateKind, Completer};
use crate::lang::catalog::StageSpec;
use crate::lang::checked::CheckedPipeline;
use crate::lang::implied;

/// Characters of a pipeline in the detail of its name.
const LONGEST: usize = 72;

impl Completer<'_> {
    /// Names and verbs that can begin a pipeline.
    pub(super) fn starts(&self) -> Vec<Candidate> {
        let names = self.upstream.environment.names.iter();
        let names = names
            .map(|(name, pipeline)| Candidate::new(name.as_str(), CandidateKind::Name, name_detail(pipeline.as_ref())));
        names.chain(self.verbs()).collect()
    }

    /// The verbs with a method that fits.
    pub(super) fn verbs(&self) -> Vec<Candidate> {
        let verbs = self.catalog.verbs().into_iter();
        let fitting = verbs.filter(|verb| self.catalog.methods(verb).iter().any(|spec| self.upstream.fits(spec)));
        fitting.map(|verb| self.verb(verb)).collect()
    }

    /// Every verb.
    pub(super) fn help_verbs(&self) -> Vec<Candidate> {
        self.catalog.verbs().into_iter().map(|verb| self.verb(verb)).collect()
    }

    fn verb(&self, verb: &str) -> Candidate {
        let methods = self.catalog.methods(verb);
        let detail = match methods[..] {
            [only] => only.summary.to_owned(),
            _ => {
                let names: Vec<&str> = methods.iter().filter_map(|spec| spec.method).collect();
                names.join(", ")
            }
        };
        Candidate::new(verb, CandidateKind::Verb, detail)
    }

    /// The methods that fit and are not listed yet. A verb without methods, or with a default one, goes on with its
    /// parameters.
    pub(super) fn methods_or_keys(&self, verb: &str, listed: &[String]) -> Vec<Candidate> {
        let specs = self.catalog.methods(verb);
        let misfits: Vec<&StageSpec> = specs.iter().copied().filter(|spec| !self.upstream.fits(spec)).collect();
        // Where no method fits, the verb itself is wrong here, and any may be meant.
        let hidden = if misfits.len() == specs.len() {
            &[][..]
        } else {
            &misfits[..]
        };
        let mut candidates = self.named_methods(verb, listed);
        candidates.retain(|candidate| !hidden.iter().any(|spec| spec.method == Some(candidate.text.as_str())));
        match implied::default_method(self.catalog, verb) {
            Some(spec) if listed.is_empty() && !self.in_list() => {
                candidates.extend(self.keys(spec.parameters, &[]));
                candidates
            }
            _ => candidates,
        }
    }

    /// The methods of a verb that are not listed yet.
    pub(super) fn named_methods(&self, verb: &str, listed: &[String]) -> Vec<Candidate> {
        let specs = self.catalog.methods(verb).into_iter();
        let named = specs.filter_map(|spec| Some((spec.method?, spec.summary.to_owned())));
        let given = self.upstream.environment.given_for(self.catalog, verb);
        let given = given.map(|(name, kind)| (name, format!("{kind}, given to the session")));
        named
            .chain(given)
            .filter(|(method, _)| !listed.iter().any(|other| other == method))
            .map(|(method, summary)| Candidate::new(method, CandidateKind::Method, summary))
            .collect()
    }

    /// Whether the cursor stands right after `[`.
    fn in_list(&self) -> bool {
        let left = self.source.get(..self.context.word.span.start).unwrap_or_default();
        left.trim_end().ends_with('[')
    }
}

/// `Pools, retrieve attn k=80`.
fn name_detail(pipeline: Option<&CheckedPipeline>) -> String {
    let Some(pipeline) = pipeline else {
        return "a pipeline with errors".to_owned();
    };
    let text = &pipeline.text;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}, {}…", pipeline.gives, &text[..end]),
        None => format!("{}, {text}", pipeline.gives),
    }
}
