//! The texts of a session, so that a place in any of them can be told from a place in another.

use crate::lang::diagnostics::Diagnostic;
use crate::source::Source;
use grn_grammar::span::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every text of a session in a row: a place of the session is a place in its text plus the text's offset. The first
/// text has offset 0.
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

    /// Keeps a text for good: names that it binds point into it.
    pub fn keep(&mut self, placed: Placed) {
        if self.passing == Some(placed.offset) {
            self.passing = None;
        }
        self.texts.insert(placed.offset, placed.source);
    }

    /// Forgets every text; places that are out there then lie nowhere.
    pub fn clear(&mut self) {
        self.texts.clear();
        self.passing = None;
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
    use crate::source::Source;
    use grn_grammar::span::Span;

    #[test]
    fn places_lie_in_their_own_text() {
        let mut places = Places::default();
        let first = places.enter(&Source::cell("[1]", "abc"));
        places.keep(first.clone());
        let second = places.enter(&Source::cell("[2]", "de"));
        assert_eq!((first.offset, second.offset), (0, 4));
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
        places.keep(second);
        assert_eq!(found(&places, 4, 6), Some(("[2]".to_owned(), 0, 2)));
    }
}
