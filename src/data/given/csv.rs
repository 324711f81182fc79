//! Scores in a text file: comma- or tab-separated, its columns named in the first line.

use super::genes::Genes;
use super::pairs::Pairs;
use super::sets::ListedSets;
use super::{File, Given};
use crate::data::matrix_row::printable;
use crate::data::teams::LARGEST_TEAM;
use crate::engine::context::RunResult;
use crate::interruption;
use csv::{ReaderBuilder, StringRecord};

/// Lines between two looks at the user's wish to stop.
const LINES: usize = 1 << 14;

const FORMS: &str = "expected `target,regulator,score`, or for sets `target,regulator_1,regulator_2,…,score`";

/// Where what is wanted stands in a line.
struct Layout {
    target: usize,
    score: usize,
    /// The members of a set; for pairs the one regulator.
    regulators: Vec<usize>,
    are_pairs: bool,
}

pub(super) fn read(file: File, bytes: &[u8], genes: &Genes) -> RunResult<Given> {
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let first = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let delimiter = if first.contains(&b'\t') { b'\t' } else { b',' };
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let layout = layout(file, reader.headers().map_err(|error| unreadable(file, bytes, &error))?)?;
    let mut scores = Scores {
        file,
        genes,
        layout,
        pairs: Pairs::new(file, genes),
        sets: ListedSets::new(file, genes),
    };
    let mut record = StringRecord::new();
    let mut count = 0_usize;
    while reader
        .read_record(&mut record)
        .map_err(|error| unreadable(file, bytes, &error))?
    {
        count += 1;
        if count.is_multiple_of(LINES) {
            interruption::check()?;
        }
        let line = record.position().map_or(count + 1, |position| line(bytes, position));
        scores.add(&record, line)?;
    }
    if count == 0 {
        return Err(file.wrong(
            "nothing-scored",
            "the file scores nothing",
            "one line for each score follows the first",
        ));
    }
    match scores.layout.are_pairs {
        true => scores.pairs.finish().map(Given::Pairs),
        false => scores.sets.finish().map(Given::Sets),
    }
}

/// What the lines so far hold.
struct Scores<'a> {
    file: File<'a>,
    genes: &'a Genes<'a>,
    layout: Layout,
    pairs: Pairs<'a>,
    sets: ListedSets<'a>,
}

impl Scores<'_> {
    /// Takes in a line.
    fn add(&mut self, record: &StringRecord, line: usize) -> RunResult<()> {
        let (file, layout) = (self.file, &self.layout);
        let field = |place: usize| record.get(place).unwrap_or_default();
        let score = score(file, field(layout.score), line)?;
        let regulators = layout.regulators.iter().map(|place| field(*place));
        if layout.are_pairs {
            let target = self.genes.find(field(layout.target), file, line)?;
            for regulator in regulators {
                self.pairs.add(target, regulator, score, line)?;
            }
            return Ok(());
        }
        // A smaller team leaves its last members empty.
        let members: Vec<&str> = regulators.filter(|name| !name.is_empty()).collect();
        if members.is_empty() {
            let error = file.error("empty-set", "the line names no regulator", line);
            return Err(error.help("a set has at least one member").into());
        }
        self.sets.add(field(layout.target), &members, score, line)
    }
}

/// The line of a record: blank lines before it belong to its position.
fn line(bytes: &[u8], position: &csv::Position) -> usize {
    let from = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = bytes.get(from..).unwrap_or_default();
    let blank = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    position.line() as usize + blank.filter(|byte| **byte == b'\n').count()
}

fn layout(file: File, names: &StringRecord) -> RunResult<Layout> {
    let place = |wanted: &str| names.iter().position(|name| name == wanted);
    let found: Vec<String> = names.iter().map(|name| format!("`{}`", printable(name))).collect();
    let wrong = |message: String| file.error("unknown-columns", message, 1).help(FORMS);
    let required = |name: &str| {
        let missing = || {
            wrong(format!(
                "there is no column `{name}`: the first line names {}",
                found.join(", ")
            ))
        };
        place(name).ok_or_else(missing)
    };
    let (target, score) = (required("target")?, required("score")?);
    let layout = |regulators, are_pairs| Layout {
        target,
        score,
        regulators,
        are_pairs,
    };
    // `save` calls the regulators of pools candidates.
    if let Some(regulator) = place("regulator").or_else(|| place("candidate")) {
        return Ok(layout(vec![regulator], true));
    }
    let members = (1..).map_while(|number| place(&format!("regulator_{number}")));
    let regulators: Vec<usize> = members.collect();
    if regulators.len() > LARGEST_TEAM {
        return Err(wrong(format!(
            "sets have at most {LARGEST_TEAM} members, found `regulator_{}`",
            regulators.len()
        ))
        .into());
    }
    match regulators.is_empty() {
        true => Err(required("regulator")
            .map_or_else(|error| error, |_| wrong(String::new()))
            .into()),
        false => Ok(layout(regulators, false)),
    }
}

fn score(file: File, text: &str, line: usize) -> RunResult<f64> {
    text.parse::<f64>().map_err(|_| {
        let message = match text.is_empty() {
            true => "expected a score, found an empty field".to_owned(),
            false => format!("expected a score, found `{}`", printable(text)),
        };
        let error = file.error("not-a-number", message, line);
        error
            .help("a score is a number such as `0.25` or `-1e-3`; leave out what has none")
            .into()
    })
}

fn unreadable(file: File, bytes: &[u8], error: &csv::Error) -> crate::engine::context::RunError {
    let line = error.position().map(|position| line(bytes, position));
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            let message = format!("expected {expected_len} fields as in the first line, found {len}");
            let error = file.error("uneven-lines", message, line.unwrap_or(1));
            error
                .help("names that contain the separator stand in double quotes")
                .into()
        }
        csv::ErrorKind::Utf8 { .. } => {
            let error = file.error("not-text", "the line isn't text in UTF-8", line.unwrap_or(1));
            error
                .help("expected a comma-separated text file, plain or gzip, or `.grn-columns`")
                .into()
        }
        _ => file.wrong("unreadable-file", format!("the file can't be read: {error}"), FORMS),
    }
}
