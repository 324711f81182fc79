//! The form of an entry's file: what it holds, in a few bytes that can be read alone, and the content, each with its
//! checksum.
//!
//! | bytes | what |
//! | --- | --- |
//! | 8 | `grnstage` |
//! | 4 | the length of the header, lowest byte first |
//! | … | the [`Header`] |
//! | 32 | BLAKE3 of all before |
//! | … | the content |
//! | 32 | BLAKE3 of the content |

use crate::interruption::Interruptible;
use crate::lang::types::Type;
use crate::plan::graph::NodeId;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

const MAGIC: &[u8; 8] = b"grnstage";
const LENGTH_BYTES: usize = 4;
const SUM_BYTES: usize = 32;
/// No header is longer.
const MOST_HEADER_BYTES: usize = 64 << 10;

/// What an entry holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// The node's identity.
    pub node: [u8; 16],
    /// The stage, for instance `retrieve attn`.
    pub stage: String,
    /// The name of the value's type.
    kind: String,
    /// The node whose value it shares memory with.
    pub base: Option<[u8; 16]>,
    /// The wall time that making it took.
    pub seconds: f64,
    /// The device and the processor that it was made on.
    pub machine: String,
    /// The version of the program.
    pub version: String,
    /// Bytes of content.
    pub length: u64,
}

impl Header {
    /// What will hold a value of this type; its length isn't known yet.
    pub fn new(node: NodeId, stage: String, kind: Type, seconds: f64, machine: String) -> Self {
        Self {
            node: node.0,
            stage,
            kind: kind.name().to_owned(),
            base: None,
            seconds,
            machine,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            length: 0,
        }
    }

    /// The value's type; `None` for one that there isn't.
    pub fn kind(&self) -> Option<Type> {
        Type::ALL.into_iter().find(|kind| kind.name() == self.kind)
    }
}

/// Why an entry can't be read.
#[derive(Debug)]
pub enum Problem {
    /// There is no such file, or none that can be opened.
    Missing(io::Error),
    /// Its bytes are not an entry, or not any more.
    Damaged(String),
    /// The user's wish to stop.
    Stopped,
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            _ if crate::interruption::is_requested() => Self::Stopped,
            io::ErrorKind::UnexpectedEof => damaged("it is cut off"),
            _ => Self::Damaged(error.to_string()),
        }
    }
}

fn damaged(reason: &str) -> Problem {
    Problem::Damaged(reason.to_owned())
}

/// The bytes of a file before its content, and after it.
pub fn frame(header: &Header, content: &[u8]) -> Option<(Vec<u8>, [u8; SUM_BYTES])> {
    let header = postcard::to_stdvec(header).ok()?;
    let length = u32::try_from(header.len()).ok()?;
    let mut before = MAGIC.to_vec();
    before.extend(length.to_le_bytes());
    before.extend(header);
    before.extend(blake3::hash(&before).as_bytes());
    Some((before, *blake3::hash(content).as_bytes()))
}

/// An entry that is open, with its header read.
pub struct Entry {
    file: Interruptible<File>,
    /// What it holds.
    pub header: Header,
}

impl Entry {
    /// Opens an entry and reads its header.
    ///
    /// # Errors
    /// No file; a header that isn't one, a file of another length than it says.
    pub fn open(path: &Path) -> Result<Self, Problem> {
        let mut file = Interruptible(File::open(path).map_err(Problem::Missing)?);
        let mut before = [0; MAGIC.len() + LENGTH_BYTES];
        file.read_exact(&mut before)?;
        let (magic, length) = before.split_at(MAGIC.len());
        if magic != MAGIC {
            return Err(damaged("it has another format"));
        }
        let length = length
            .iter()
            .rev()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        if length > MOST_HEADER_BYTES {
            return Err(damaged("its header is too long"));
        }
        let mut header = vec![0; length];
        file.read_exact(&mut header)?;
        let mut sum = [0; SUM_BYTES];
        file.read_exact(&mut sum)?;
        let found = blake3::Hasher::new().update(&before).update(&header).finalize();
        if found != sum {
            return Err(damaged("its header has another checksum"));
        }
        let header: Header = postcard::from_bytes(&header).map_err(|_| damaged("it has another format"))?;
        let others = (before.len() + length + 2 * SUM_BYTES) as u64;
        if file.0.metadata()?.len().checked_sub(others) != Some(header.length) {
            return Err(damaged("it has another length than it says"));
        }
        Ok(Self { file, header })
    }

    /// Reads the content.
    ///
    /// # Errors
    /// Content of another checksum; the user's wish to stop.
    pub fn content(mut self) -> Result<Vec<u8>, Problem> {
        let length = usize::try_from(self.header.length).map_err(|_| damaged("it is too long"))?;
        let mut content = vec![0; length];
        self.file.read_exact(&mut content)?;
        let mut sum = [0; SUM_BYTES];
        self.file.read_exact(&mut sum)?;
        match blake3::hash(&content) == sum {
            true => Ok(content),
            false => Err(damaged("its content has another checksum")),
        }
    }
}
