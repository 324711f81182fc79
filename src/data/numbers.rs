//! Many numbers in single precision, written and read in one piece.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::fmt;

/// Bytes of a number.
const WIDTH: usize = size_of::<f32>();

/// Numbers whose bytes, lowest first, stand one after the other: matrices are copied, not gone through.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers<'a>(pub Cow<'a, [f32]>);

impl Serialize for Numbers<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = vec![0; self.0.len() * WIDTH];
        for (place, number) in bytes.chunks_exact_mut(WIDTH).zip(self.0.iter()) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        serializer.serialize_bytes(&bytes)
    }
}

impl<'de> Deserialize<'de> for Numbers<'static> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_bytes(Bytes)
    }
}

struct Bytes;

impl Visitor<'_> for Bytes {
    type Value = Numbers<'static>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("the bytes of numbers in single precision")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Self::Value, E> {
        let (numbers, rest) = bytes.as_chunks::<WIDTH>();
        match rest.is_empty() {
            true => Ok(Numbers(
                numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect(),
            )),
            false => Err(E::invalid_length(bytes.len(), &self)),
        }
    }
}
