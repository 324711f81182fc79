//! What a session has shown, for its report.

use grn::report::page::Section;

/// Results beyond this many are left out of a report, the oldest first.
const MOST: usize = 200;

/// The last result of each pipeline, in the order in which they were last run.
#[derive(Default)]
pub struct ShownResults(Vec<Section>);

impl ShownResults {
    /// Adds a result; an earlier one of the same pipeline gives way.
    pub fn add(&mut self, section: Section) {
        self.0.retain(|known| known.heading != section.heading);
        if self.0.len() >= MOST {
            self.0.remove(0);
        }
        self.0.push(section);
    }

    /// All of them.
    pub fn sections(&self) -> &[Section] {
        &self.0
    }

    /// Starts over.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, ShownResults};
    use grn::report::page::Section;

    fn section(heading: &str) -> Section {
        Section {
            heading: heading.to_owned(),
            items: Vec::new(),
        }
    }

    #[test]
    fn a_pipeline_stands_once_and_the_oldest_go() {
        let mut shown = ShownResults::default();
        for heading in ["a", "b", "a"] {
            shown.add(section(heading));
        }
        let headings: Vec<&str> = shown
            .sections()
            .iter()
            .map(|section| section.heading.as_str())
            .collect();
        assert_eq!(headings, ["b", "a"]);
        (0..MOST).for_each(|index| shown.add(section(&index.to_string())));
        assert_eq!(shown.sections().len(), MOST);
        assert!(shown.sections().iter().all(|section| section.heading != "a"));
    }
}
