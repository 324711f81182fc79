//! Where tensors live: `set device=cpu|cuda|auto`.

use candle_core::Device;

/// The device for an option value, and a remark where it isn't the one that was asked for. `auto` takes CUDA where
/// it works and otherwise, silently, the CPU.
pub fn resolve(option: &str) -> (Device, Option<String>) {
    match option {
        "cpu" => (Device::Cpu, None),
        "auto" => (open_gpu().unwrap_or(Device::Cpu), None),
        _ => match open_gpu() {
            Ok(device) => (device, None),
            Err(error) => (Device::Cpu, Some(unavailable(&error))),
        },
    }
}

/// The first GPU. Its one stream is shared by all threads: `Device::new_cuda` would give each thread its own, and stages,
/// which run on whatever thread is free, would read what another thread's stream has not yet written.
fn open_gpu() -> candle_core::Result<Device> {
    Device::new_cuda_with_stream(0)
}

/// The devices of a session. A GPU is opened once: what one run has computed there, a later run can use.
#[derive(Default)]
pub struct Devices {
    opened: Option<Device>,
}

impl Devices {
    /// As [`resolve`], with the GPU that is already open.
    pub fn resolve(&mut self, option: &str) -> (Device, Option<String>) {
        if let Some(opened) = self.opened.as_ref().filter(|_| option != "cpu") {
            return (opened.clone(), None);
        }
        let (device, remark) = resolve(option);
        if !device.is_cpu() {
            self.opened = Some(device.clone());
        }
        (device, remark)
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
    let reason = match text.lines().next() {
        _ if cfg!(not(feature = "cuda")) => "this program was built without CUDA",
        Some(line) if line.contains("CUDA_ERROR_NO_DEVICE") => "there is no NVIDIA GPU, or no driver for it",
        Some(line) if line.contains("NOT_INITIALIZED") => "cuBLAS or cuRAND of CUDA 13 can't be loaded",
        Some(line) => line,
        None => "no reason given",
    };
    format!("device=cuda is not available here ({reason}): running on the CPU")
}

#[cfg(test)]
mod tests {
    use super::{Devices, name, resolve};

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

    #[test]
    fn a_session_stays_on_one_gpu() {
        let mut devices = Devices::default();
        for option in ["cpu", "auto", "cpu", "auto"] {
            let (device, remark) = devices.resolve(option);
            assert_eq!((name(&device), remark), (name(&resolve(option).0), None), "{option}");
        }
        let (first, second) = (devices.resolve("cuda"), devices.resolve("cuda"));
        assert!(first.0.same_device(&second.0));
        assert_eq!(first.1, second.1);
    }
}
