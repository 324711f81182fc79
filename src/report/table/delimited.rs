//! Tables as CSV and TSV, for programs: values instead of shown text, no title, no notes.

use crate::report::table::Table;
use serde_json::Value;

impl Table {
    /// RFC 4180 with `delimiter` (`b','` or `b'\t'`), a header line, `\n` line ends. Missing values are empty;
    /// numbers have as many digits as it takes to read the same number back.
    ///
    /// # Errors
    /// None that a table can cause: the writer is a vector.
    pub fn to_delimited(&self, delimiter: u8) -> Result<Vec<u8>, csv::Error> {
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        writer.write_record(self.columns.iter().map(|column| column.name.as_str()))?;
        for row in &self.rows {
            writer.write_record(row.iter().map(|cell| field(&cell.value)))?;
        }
        writer
            .into_inner()
            .map_err(|error| csv::Error::from(error.into_error()))
    }
}

fn field(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(field).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::report::table::tests::hostile;
    use crate::report::table::{Cell, Column, Table};
    use proptest::prelude::*;

    #[test]
    fn quotes_what_must_be_quoted() {
        let csv = String::from_utf8(hostile().to_delimited(b',').unwrap()).unwrap();
        assert_eq!(
            csv,
            "target,exact match,team\n</script>,0.25,\"a|b, \"\"c\"\"\"\n基因,,=1+1\n"
        );
    }

    #[test]
    fn lists_are_joined_by_semicolons() {
        let mut table = Table::new("", vec![Column::words("team")]);
        table.push(vec![Cell::shown("a, b", vec!["a", "b"])]);
        assert_eq!(table.to_delimited(b'\t').unwrap(), b"team\na;b\n");
    }

    proptest! {
        #[test]
        fn reads_back(names in prop::collection::vec(any::<String>(), 1..6), number in any::<f64>()) {
            prop_assume!(number.is_finite());
            let mut table = Table::new("", vec![Column::words("gene"), Column::numbers("score")]);
            for name in &names {
                table.push(vec![Cell::words(name), Cell::number(Some(number), 2)]);
            }
            let bytes = table.to_delimited(b'\t').unwrap();
            let mut reader = csv::ReaderBuilder::new().delimiter(b'\t').from_reader(bytes.as_slice());
            let read: Vec<(String, f64)> = reader.deserialize().map(Result::unwrap).collect();
            let written: Vec<(String, f64)> = names.into_iter().map(|name| (name, number)).collect();
            prop_assert_eq!(read, written);
        }
    }
}
