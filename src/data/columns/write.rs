//! The bytes of a `.grn-columns` file.

use super::{Column, Columns, Data, MAGIC, Texts, VERSION};

/// The bytes of a file with these columns.
pub fn encode(columns: &Columns) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64 + columns.columns.iter().map(size).sum::<usize>());
    bytes.extend_from_slice(MAGIC);
    bytes.extend(VERSION.to_le_bytes());
    let length_at = bytes.len();
    bytes.extend(0_u64.to_le_bytes());
    text(&mut bytes, &columns.kind);
    count(&mut bytes, columns.attributes.len());
    for (key, value) in &columns.attributes {
        text(&mut bytes, key);
        text(&mut bytes, value);
    }
    bytes.extend((columns.rows as u64).to_le_bytes());
    count(&mut bytes, columns.columns.len());
    columns.columns.iter().for_each(|c| column(&mut bytes, c));
    let length = (bytes.len() as u64).to_le_bytes();
    if let Some(place) = bytes.get_mut(length_at..length_at + length.len()) {
        place.copy_from_slice(&length);
    }
    bytes
}

/// About how many bytes a column takes.
fn size(column: &Column) -> usize {
    let offsets = column.offsets.as_ref().map_or(0, Vec::len);
    let values = match &column.data {
        Data::Text(texts) => texts.all.len() + 8 * texts.offsets.len(),
        data => 8 * data.len(),
    };
    32 + column.name.len() + 8 * offsets + values
}

fn count(bytes: &mut Vec<u8>, count: usize) {
    bytes.extend((count as u32).to_le_bytes());
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    count(bytes, text.len());
    bytes.extend_from_slice(text.as_bytes());
}

fn offsets(bytes: &mut Vec<u8>, offsets: &[usize]) {
    bytes.extend(offsets.iter().flat_map(|offset| (*offset as u64).to_le_bytes()));
}

fn column(bytes: &mut Vec<u8>, column: &Column) {
    text(bytes, &column.name);
    let code = match column.data {
        Data::Bool(_) => 0,
        Data::U32(_) => 1,
        Data::I64(_) => 2,
        Data::F32(_) => 3,
        Data::F64(_) => 4,
        Data::Text(_) => 5,
    };
    bytes.push(code);
    bytes.push(u8::from(column.offsets.is_some()));
    if let Some(starts) = &column.offsets {
        offsets(bytes, starts);
    }
    match &column.data {
        Data::Bool(values) => bytes.extend(values.iter().map(|value| u8::from(*value))),
        Data::U32(values) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        Data::I64(values) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        Data::F32(values) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        Data::F64(values) => bytes.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        Data::Text(texts) => texts_of(bytes, texts),
    }
}

fn texts_of(bytes: &mut Vec<u8>, texts: &Texts) {
    offsets(bytes, &texts.offsets);
    bytes.extend_from_slice(texts.all.as_bytes());
}
