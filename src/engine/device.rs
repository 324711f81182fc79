//! Where tensors live: `set device=cpu|cuda|auto`.

use candle_core::Device;

/// The device for an option value, and a remark where it isn't the one that was asked for. `auto` takes CUDA where
/// it works and otherwise, silently, the CPU.
pub fn resolve(option: &str) -> (Device, Option<String>) {
    match option {
        "cpu" => (Device::Cpu, None),
        "auto" => (Device::new_cuda(0).unwrap_or(Device::Cpu), None),
        _ => match Device::new_cuda(0) {
            Ok(device) => (device, None),
            Err(error) => (Device::Cpu, Some(unavailable(&error))),
        },
    }
}

/// The device's name in results: `cpu` or `cuda`.
pub fn name(device: &Device) -> &'static str {
    match device {
        Device::Cpu => "cpu",
        Device::Cuda(_) => "cuda",
        Device::Metal(_) => "metal",
    }
}

fn unavailable(error: &candle_core::Error) -> String {
    let text = error.to_string();
    let reason = text.lines().next().unwrap_or("no reason given");
    format!("device=cuda is not available here ({reason}): running on the CPU")
}

#[cfg(test)]
mod tests {
    use super::{name, resolve};

    #[test]
    fn the_cpu_is_always_there() {
        let (device, remark) = resolve("cpu");
        assert_eq!(name(&device), "cpu");
        assert_eq!(remark, None);
    }

    #[test]
    fn auto_never_complains() {
        assert_eq!(resolve("auto").1, None);
    }

    #[test]
    fn a_missing_gpu_is_one_line_and_the_cpu() {
        let (device, remark) = resolve("cuda");
        match remark {
            Some(remark) => {
                assert_eq!(name(&device), "cpu");
                assert_eq!(remark.lines().count(), 1, "{remark}");
            }
            None => assert_eq!(name(&device), "cuda"),
        }
    }
}
