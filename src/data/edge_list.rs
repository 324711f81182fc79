//! Reads a list of directed edges: regulator, target, and columns that aren't used.

use crate::data::delimited::{Row, read_rows};
use crate::engine::context::RunResult;
use crate::lang::diagnostics::Diagnostic;
use std::collections::HashMap;
use std::path::Path;

/// What a header calls the column of regulators, in small letters.
const REGULATOR_COLUMNS: [&str; 6] = ["regulator", "tf", "gene1", "source", "from", "regulatorgene"];
/// What a header calls the column of targets, in small letters.
const TARGET_COLUMNS: [&str; 6] = ["target", "gene2", "to", "targetgene", "gene", "regulated"];

/// Directed edges between names, each name once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EdgeList {
    /// Every name that occurs, in the order in which it is met.
    pub names: Vec<String>,
    /// Each edge as (regulator, target), by place in `names`; as in the file, repeated ones too.
    pub edges: Vec<(usize, usize)>,
}

/// Reads the edges in `path`, plain or gzip: on each line a regulator, its target, and possibly more, which isn't used.
///
/// The first line is a header where it names both columns (`Gene1`/`Gene2`, `TF`/`target`, `regulator`/`target`,
/// `source`/`target`, `from`/`to`, in any case and order), or where neither of its first two fields is a gene by `is_gene` and
/// the first one doesn't begin another line.
///
/// # Errors
/// Everything that [`read_rows`] reports; a line without two names; no edge at all.
pub fn read_edges(path: &Path, is_gene: impl Fn(&str) -> bool) -> RunResult<EdgeList> {
    let rows = read_rows(path)?;
    let (places, has_header) = layout(&rows, is_gene);
    let mut list = EdgeList::default();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for row in rows.iter().skip(usize::from(has_header)) {
        let [regulator, target] = [places.0, places.1].map(|place| row.fields.get(place).map_or("", String::as_str));
        if regulator.is_empty() || target.is_empty() {
            return Err(incomplete(path, row).into());
        }
        let [regulator, target] = [regulator, target].map(|name| {
            *known.entry(name).or_insert_with(|| {
                list.names.push(name.to_owned());
                list.names.len() - 1
            })
        });
        list.edges.push((regulator, target));
    }
    match list.edges.is_empty() {
        true => Err(
            Diagnostic::error("no-edges", format!("`{}` holds a header and no edge", path.display()))
                .in_file(path, None, None)
                .help("expected a regulator and its target on each line")
                .into(),
        ),
        false => Ok(list),
    }
}

/// Where regulator and target stand, and whether the first row is a header.
fn layout(rows: &[Row], is_gene: impl Fn(&str) -> bool) -> ((usize, usize), bool) {
    let Some(first) = rows.first() else {
        return ((0, 1), false);
    };
    if let Some(places) = named_columns(&first.fields) {
        return (places, true);
    }
    let is_unknown = !first.fields.iter().take(2).any(|field| is_gene(field));
    let mut others = rows.iter().skip(1).peekable();
    let is_header =
        is_unknown && others.peek().is_some() && others.all(|row| row.fields.first() != first.fields.first());
    ((0, 1), is_header)
}

/// The columns of regulators and targets, where a header names both.
fn named_columns(header: &[String]) -> Option<(usize, usize)> {
    let simple = |field: &String| field.to_lowercase().replace(['_', ' ', '.', '-'], "");
    let header: Vec<String> = header.iter().map(simple).collect();
    let find = |names: &[&str]| header.iter().position(|field| names.contains(&field.as_str()));
    Some((find(&REGULATOR_COLUMNS)?, find(&TARGET_COLUMNS)?))
}

fn incomplete(path: &Path, row: &Row) -> Diagnostic {
    let found = row.fields.iter().filter(|field| !field.is_empty()).count();
    let message = match found {
        1 => "expected a regulator and its target, found one name".to_owned(),
        _ => "expected a regulator and its target, found an empty field".to_owned(),
    };
    Diagnostic::error("incomplete-edge", message)
        .in_file(path, Some(row.line), Some(1))
        .help("each line: regulator, target, separated by a tab, a comma, a semicolon or a space")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{EdgeList, read_edges};
    use crate::engine::context::RunError;
    use std::fs;

    fn read(text: &str) -> Result<Vec<(String, String)>, RunError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("edges.txt");
        fs::write(&path, text).unwrap();
        let EdgeList { names, edges } = read_edges(&path, |name| ["a", "b", "c"].contains(&name))?;
        let named = edges.into_iter().map(|(r, t)| (names[r].clone(), names[t].clone()));
        Ok(named.collect())
    }

    fn pairs(text: &str) -> Vec<(String, String)> {
        text.split(' ')
            .map(|pair| pair.split_once('>').unwrap())
            .map(|(r, t)| (r.to_owned(), t.to_owned()))
            .collect()
    }

    #[test]
    fn every_common_layout_gives_the_same_edges() {
        for text in [
            "Gene1,Gene2,Type\na,b,+\na,c,-\n",
            "a\tb\na\tc\n",
            "\u{feff}a b\na   c",
            "# from a paper\ntarget;TF;importance\nb;a;1.5\nc;a;0.5\n",
            ",TF,Target\n0,a,b\n1,a,c\n",
            "\"from\",\"to\"\r\n\"a\",\"b\"\r\n\r\n\"a\",\"c\"\r\n",
            "one,two\na,b\na,c",
        ] {
            assert_eq!(read(text).unwrap(), pairs("a>b a>c"), "{text}");
        }
        assert_eq!(
            read("x,y\nx,a").unwrap(),
            pairs("x>y x>a"),
            "a name that comes again is no header"
        );
        assert_eq!(
            read("a,x\na,x\nx,x").unwrap(),
            pairs("a>x a>x x>x"),
            "a gene in the first line is no header"
        );
    }

    #[test]
    fn incomplete_files_are_told_apart() {
        for (text, code, line) in [
            ("", "empty-file", None),
            ("Gene1,Gene2\n", "no-edges", None),
            ("a,b\nc\n", "incomplete-edge", Some(2)),
            ("a,b\n\nc,\n", "incomplete-edge", Some(3)),
        ] {
            let Err(RunError::Failed(error)) = read(text) else {
                panic!("`{text}` was read");
            };
            assert_eq!(
                (error.code, error.file.and_then(|file| file.line)),
                (code, line),
                "{text}"
            );
        }
    }
}
