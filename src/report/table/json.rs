//! Tables as JSON, for programs.

use crate::report::table::Table;
use serde_json::{Map, Value, json};

impl Table {
    /// `{"title", "columns", "rows": [{column: value, …}], "notes"}`; missing values are `null`.
    pub fn to_json(&self) -> Value {
        let names: Vec<&str> = self.columns.iter().map(|column| column.name.as_str()).collect();
        let rows = self.rows.iter().map(|row| {
            let fields = names
                .iter()
                .zip(row)
                .map(|(name, cell)| ((*name).to_owned(), cell.value.clone()));
            Value::Object(fields.collect::<Map<_, _>>())
        });
        json!({ "title": self.title, "columns": names, "rows": rows.collect::<Vec<_>>(), "notes": self.notes })
    }
}

#[cfg(test)]
mod tests {
    use crate::report::table::tests::hostile;
    use serde_json::json;

    #[test]
    fn rows_are_objects_of_values() {
        let value = hostile().to_json();
        assert_eq!(
            value["rows"][1],
            json!({"target": "基因", "exact match": null, "team": "=1+1"})
        );
        assert_eq!(value["rows"][0]["exact match"], json!(0.25));
    }
}
