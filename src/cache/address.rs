//! Under which name a node's value is kept: all that its bytes depend on.

use crate::engine::device;
use crate::plan::graph::NodeId;
use candle_core::Device;

/// Raised whenever values are written in another form.
const FORMAT: u32 = 1;

/// What numbers depend on beside a node's identity: the kind of device, and the instructions of the processor.
pub fn machine(device: &Device) -> String {
    format!("{} {}", device::name(device), processor())
}

/// Widest registers that models compute with; others round differently.
fn processor() -> String {
    #[cfg(target_arch = "x86_64")]
    let registers = match () {
        () if is_x86_feature_detected!("avx512f") => "avx512",
        () if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") => "avx2",
        () => "sse2",
    };
    #[cfg(not(target_arch = "x86_64"))]
    let registers = std::env::consts::OS;
    format!("{} {registers}", std::env::consts::ARCH)
}

/// The name of a node's file, without its ending. Another format, another version of the program, another kind of device or
/// processor is another name.
pub fn name(node: NodeId, machine: &str) -> String {
    let mut hasher = blake3::Hasher::new();
    for field in [
        FORMAT.to_le_bytes().as_slice(),
        env!("CARGO_PKG_VERSION").as_bytes(),
        machine.as_bytes(),
        &node.0,
    ] {
        hasher.update(&(field.len() as u64).to_le_bytes());
        hasher.update(field);
    }
    let mut name = hasher.finalize().to_hex().to_string();
    name.truncate(32);
    name
}

#[cfg(test)]
mod tests {
    use super::name;
    use crate::plan::graph::NodeId;

    #[test]
    fn node_and_machine_make_the_name() {
        let first = name(NodeId([1; 16]), "cpu x86_64 avx2");
        assert_eq!(first.len(), 32);
        assert_eq!(first, name(NodeId([1; 16]), "cpu x86_64 avx2"));
        assert_ne!(first, name(NodeId([2; 16]), "cpu x86_64 avx2"));
        assert_ne!(first, name(NodeId([1; 16]), "cuda x86_64 avx2"));
    }
}
