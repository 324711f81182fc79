//! The texts of a session, so that a place in any of them can be told from a place in another.

use crate::lang::diagnostics::Diagnostic;
use crate::source::Source;
use grn_grammar::span::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The texts of a session in a row: a place of the session is a place in its text plus the text's offset. The first
/// text has offset 0. Those that nothing points into any more are let go.
#[derive(Default)]
pub(super) struct Places {
    texts: BTreeMap<usize, Arc<Source>>,
    next: usize,
    /// A text that is only looked at; the next one takes its place.
    passing: Option<usize>,
}

/// A text with its offset.
#[derive(Clone)]
pub(super) struct Placed {
    pub source: Arc<Source>,
    pub offset: usize,
}

impl Places {
    /// Takes in a text, which stays until the next one comes.
    pub fn enter(&mut self, source: &Source) -> Placed {
        if let Some(passing) = self.passing.take() {
            self.texts.remove(&passing);
        }
        let placed = Placed {
            source: Arc::new(source.clone()),
            offset: self.next,
        };
        // One byte between texts tells the end of one from the start of the next.
        self.next += source.text.len() + 1;
        self.passing = Some(placed.offset);
        self.texts.insert(placed.offset, Arc::clone(&placed.source));
        placed
    }

    /// Keeps a text that runs, and of those before it only the ones that any of `pointed` lies in.
    pub fn keep(&mut self, placed: Placed, pointed: impl Iterator<Item = Span>) {
        if self.passing == Some(placed.offset) {
            self.passing = None;
        }
        let mut kept: BTreeSet<usize> = pointed.filter_map(|span| self.offset(span)).collect();
        kept.extend(self.passing);
        kept.insert(placed.offset);
        self.texts.insert(placed.offset, placed.source);
        self.texts.retain(|offset, _| kept.contains(offset));
    }

    /// Forgets every text; places that are out there then lie nowhere.
    pub fn clear(&mut self) {
        self.texts.clear();
        self.passing = None;
    }

    /// The offset of the last text that begins at or before a place.
    fn offset(&self, span: Span) -> Option<usize> {
        self.texts.range(..=span.start).next_back().map(|(offset, _)| *offset)
    }

    /// The text that a place of the session lies in, and where in it.
    pub fn find(&self, span: Span) -> Option<(&Source, Span)> {
        let (offset, source) = self.texts.range(..=span.start).next_back()?;
        let local = Span::new(span.start - offset, span.end.checked_sub(*offset)?);
        (local.start <= source.text.len()).then_some((source.as_ref(), local))
    }

    /// A diagnostic with its place in the text that it lies in.
    pub fn place(&self, diagnostic: &Diagnostic) -> (Option<&Source>, Diagnostic) {
        let mut placed = diagnostic.clone();
        let found = placed.label.as_ref().and_then(|(span, _)| self.find(*span));
        match (found, &mut placed.label) {
            (Some((source, local)), Some((span, _))) => {
                *span = local;
                (Some(source), placed)
            }
            _ => (None, placed),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Places;
    use crate::engine::observer::{CancelToken, Silent};
    use crate::session::{Failure, Session};
    use crate::source::Source;
    use grn_grammar::span::Span;
    use std::collections::BTreeMap;

    #[test]
    fn places_lie_in_their_own_text() {
        let mut places = Places::default();
        let first = places.enter(&Source::cell("[1]", "abc"));
        places.keep(first, std::iter::empty());
        let second = places.enter(&Source::cell("[2]", "de"));
        assert_eq!(second.offset, 4);
        let found = |places: &Places, start, end| {
            let (source, span) = places.find(Span::new(start, end))?;
            Some((source.name.clone(), span.start, span.end))
        };
        assert_eq!(found(&places, 1, 3), Some(("[1]".to_owned(), 1, 3)));
        assert_eq!(found(&places, 3, 3), Some(("[1]".to_owned(), 3, 3)));
        assert_eq!(found(&places, 4, 6), Some(("[2]".to_owned(), 0, 2)));
        assert_eq!(found(&places, 7, 8), None);
        let third = places.enter(&Source::cell("[3]", "f"));
        assert_eq!(third.offset, 7);
        assert_eq!(found(&places, 4, 6), None, "a text that was only looked at is gone");
        places.keep(second, [Span::new(1, 2)].into_iter());
        assert_eq!(found(&places, 4, 6), Some(("[2]".to_owned(), 0, 2)));
        assert_eq!(
            found(&places, 1, 3),
            Some(("[1]".to_owned(), 1, 3)),
            "something points at it"
        );
        assert_eq!(found(&places, 7, 8), Some(("[3]".to_owned(), 0, 1)), "it may still run");
        places.keep(third, [Span::new(4, 4)].into_iter());
        assert_eq!(found(&places, 1, 3), None, "nothing points at it any more");
        assert_eq!(places.texts.len(), 2);
    }

    fn run(session: &mut Session, number: usize, text: &str) -> Result<(), Failure> {
        let cancel = CancelToken::default();
        let source = Source::cell(format!("[{number}]"), text);
        let prepared = session.prepare(&source, &cancel)?;
        session.run(prepared, &Silent, &cancel, &mut |_| {}).map(drop)
    }

    #[test]
    fn a_long_session_keeps_the_texts_of_its_names_alone() {
        let folder = tempfile::tempdir().unwrap();
        let load = format!("load sergio dir=\"{}\"", folder.path().display());
        let mut session = Session::new(BTreeMap::new());
        run(&mut session, 1, &format!("use {load}")).unwrap();
        run(&mut session, 2, "let pools = retrieve popularity k=80").unwrap();
        for number in 3..=1000 {
            run(&mut session, number, &format!("# again\nlet data = {load}")).unwrap();
        }
        run(&mut session, 1001, "help").unwrap();
        let known: Vec<&str> = session.places.texts.values().map(|text| text.name.as_str()).collect();
        assert_eq!(known, ["[1]", "[2]", "[1000]", "[1001]"]);

        for (text, cell, line) in [("data | table", "[1000]", 2), ("pools | table", "[1]", 1)] {
            let Err(Failure::Run(problem)) = run(&mut session, 1002, text) else {
                panic!("the folder is empty, so `{text}` can't run");
            };
            let (source, local) = session.place(&problem);
            let source = source.unwrap();
            let (span, _) = local.label.unwrap();
            assert_eq!(
                (source.name.as_str(), source.text.get(span.start..span.end)),
                (cell, Some(load.as_str()))
            );
            assert!(
                session.draw(&[*problem], false).contains(&format!("{cell}:{line}:")),
                "{text}"
            );
        }
    }
}
