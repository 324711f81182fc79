//! The identity of a node: what its numbers depend on, and nothing else.

use crate::lang::arguments::{Argument, Arguments};
use crate::lang::catalog::StageSpec;
use crate::lang::diagnostics::Diagnostic;
use crate::plan::graph::NodeId;
use std::io;
use std::path::Path;

/// Raised whenever identities are computed in another way.
pub const FORMAT_VERSION: u32 = 1;

/// Gives the content hash of a file or folder.
pub type Fingerprint<'a> = dyn Fn(&Path) -> io::Result<[u8; 32]> + 'a;

/// Hashes format version, stage, its version, its arguments, the content of the files it reads and its input.
///
/// Of a file that is read, the content and the last part of the path count, not where it lies: an identity is the
/// same on every machine.
///
/// Fails with a diagnostic without a place in the script when a file can't be read.
pub fn identify(
    spec: &StageSpec,
    arguments: &Arguments,
    input: Option<NodeId>,
    fingerprint: &Fingerprint,
) -> Result<NodeId, Box<Diagnostic>> {
    let mut hasher = blake3::Hasher::new();
    field(&mut hasher, &FORMAT_VERSION.to_le_bytes());
    field(&mut hasher, spec.name().as_bytes());
    field(&mut hasher, &spec.version.to_le_bytes());
    for (name, value) in arguments.iter() {
        field(&mut hasher, name.as_bytes());
        match value {
            Argument::Text(path) if spec.reads.contains(&name) => {
                let path = Path::new(path);
                field(&mut hasher, path.file_name().unwrap_or_default().as_encoded_bytes());
                field(
                    &mut hasher,
                    &fingerprint(path).map_err(|error| unreadable(path, &error))?,
                );
            }
            value => field(&mut hasher, value.to_string().as_bytes()),
        }
    }
    if let Some(input) = input {
        field(&mut hasher, &input.0);
    }
    let mut id = [0; 16];
    id.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    Ok(NodeId(id))
}

/// Lengths keep neighbouring fields apart.
fn field(hasher: &mut blake3::Hasher, bytes: &[u8]) {
    hasher.update(&(bytes.len() as u64).to_le_bytes());
    hasher.update(bytes);
}

fn unreadable(path: &Path, error: &io::Error) -> Box<Diagnostic> {
    let diagnostic = Diagnostic::error(
        "unreadable-file",
        format!("`{}` can't be read: {error}", path.display()),
    )
    .in_file(path, None, None)
    .help("check that it exists and that its permissions allow reading");
    Box::new(diagnostic)
}
