//! The kernel as an operation on tensors.

use super::layout::{KernelShape, SETS};
use super::records::RECORD;
use candle_core::backend::BackendStorage;
use candle_core::cuda_backend::cudarc::driver::sys::{CUdevice_attribute, CUfunction_attribute};
use candle_core::cuda_backend::cudarc::driver::{
    CudaSlice, CudaView, DevicePtrMut, DeviceRepr, LaunchConfig, PushKernelArg,
};
use candle_core::cuda_backend::{CudaDevice, CudaStorage, WrapErr};
use candle_core::{CpuStorage, CustomOp3, Error, Layout, Result, Shape};

/// Threads of a block, as in `score_sets.cu`.
const THREADS: u32 = 128;

/// What [`ScoreSets`] gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gives {
    /// ψ of every set, (count) in single precision.
    Scores,
    /// What each block reports, (blocks × [`RECORD`]) in double precision.
    Records,
}

/// (weights, a target's tables, base scores and C(n, k)), see [`super::layout`] → ψ of the sets of ranks
/// first..first+count, or the best of them.
pub struct ScoreSets {
    /// The model's shape.
    pub shape: KernelShape,
    /// Candidates.
    pub pool: usize,
    /// Team size R.
    pub size: usize,
    /// The first rank.
    pub first: u64,
    /// How many sets.
    pub count: u64,
    /// What comes back.
    pub gives: Gives,
}

impl CustomOp3 for ScoreSets {
    fn name(&self) -> &'static str {
        "score-sets"
    }

    fn cpu_fwd(
        &self,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
        _: &CpuStorage,
        _: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        Err(Error::Msg("the kernel `score_sets` runs on a GPU alone".into()))
    }

    fn cuda_fwd(
        &self,
        weights: &CudaStorage,
        weights_layout: &Layout,
        tables: &CudaStorage,
        tables_layout: &Layout,
        numbers: &CudaStorage,
        numbers_layout: &Layout,
    ) -> Result<(CudaStorage, Shape)> {
        let device = weights.device().clone();
        let inputs = Inputs {
            weights: whole(weights.as_cuda_slice()?, weights_layout)?,
            tables: whole(tables.as_cuda_slice()?, tables_layout)?,
            numbers: whole(numbers.as_cuda_slice()?, numbers_layout)?,
        };
        let launch = Launch::new(self, &device)?;
        let (blocks, count) = (launch.blocks as usize, self.count as usize);
        match self.gives {
            Gives::Scores => {
                let mut scores = device.alloc_zeros::<f32>(count)?;
                launch.run(self, &device, &inputs, Some(&mut scores), None)?;
                Ok((CudaStorage::wrap_cuda_slice(scores, device), Shape::from(count)))
            }
            Gives::Records => {
                let mut records = device.alloc_zeros::<f64>(blocks * RECORD)?;
                launch.run(self, &device, &inputs, None, Some(&mut records))?;
                Ok((
                    CudaStorage::wrap_cuda_slice(records, device),
                    Shape::from((blocks, RECORD)),
                ))
            }
        }
    }
}

struct Inputs<'a> {
    weights: CudaView<'a, f32>,
    tables: CudaView<'a, f32>,
    numbers: CudaView<'a, f64>,
}

/// All numbers of a contiguous tensor.
fn whole<'a, T>(slice: &'a CudaSlice<T>, layout: &Layout) -> Result<CudaView<'a, T>> {
    match layout.contiguous_offsets() {
        Some((start, end)) => Ok(slice.slice(start..end)),
        None => Err(Error::Msg("the kernel `score_sets` was given a strided tensor".into())),
    }
}

/// How the kernel is started on a device.
struct Launch {
    function: candle_core::cuda_backend::cudarc::driver::CudaFunction,
    blocks: u32,
    shared_bytes: u32,
}

impl Launch {
    fn new(op: &ScoreSets, device: &CudaDevice) -> Result<Self> {
        let (name, ptx) = match op.shape.width {
            64 => ("score_sets_64", include_str!("score_sets_64.ptx")),
            _ => ("score_sets_128", include_str!("score_sets_128.ptx")),
        };
        let function = device.get_or_load_custom_func(name, name, ptx)?.into_cuda_function();
        let shared_bytes = op.shape.shared_bytes(op.size);
        function
            .set_attribute(
                CUfunction_attribute::CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                shared_bytes as i32,
            )
            .w()?;
        let processors = processors(device)?;
        let resident = function
            .occupancy_max_active_blocks_per_multiprocessor(THREADS, shared_bytes, None)
            .w()?;
        let tiles = op.count.div_ceil(SETS as u64);
        Ok(Self {
            function,
            blocks: (processors * resident).clamp(1, u32::try_from(tiles).unwrap_or(u32::MAX).max(1)),
            shared_bytes: shared_bytes as u32,
        })
    }

    #[allow(unsafe_code)]
    fn run(
        &self,
        op: &ScoreSets,
        device: &CudaDevice,
        inputs: &Inputs,
        scores: Option<&mut CudaSlice<f32>>,
        records: Option<&mut CudaSlice<f64>>,
    ) -> Result<()> {
        let mut scratch = device.alloc_zeros::<f32>(self.blocks as usize * op.shape.scratch(op.size))?;
        let shape = op.shape;
        let sizes = [shape.d, shape.heads, shape.hidden, shape.layers, op.pool, op.size].map(|size| size as i32);
        let stream = device.cuda_stream();
        let (scores, _scores_in_use) = address(scores, &stream);
        let (records, _records_in_use) = address(records, &stream);
        let mut builder = stream.launch_builder(&self.function);
        builder.arg(&inputs.weights).arg(&inputs.tables).arg(&inputs.numbers);
        sizes.iter().for_each(|size| {
            builder.arg(size);
        });
        builder
            .arg(&op.first)
            .arg(&op.count)
            .arg(&mut scratch)
            .arg(&scores)
            .arg(&records);
        let config = LaunchConfig {
            grid_dim: (self.blocks, 1, 1),
            block_dim: (THREADS, 1, 1),
            shared_mem_bytes: self.shared_bytes,
        };
        // SAFETY: the arguments are those of `score_sets` in number, order and kind. Inputs have the lengths that
        // `layout` makes for this shape, outputs one number for each set or one record for each block, and scratch
        // `KernelShape::scratch` numbers for each block: the kernel touches nothing else, which its emulation checks.
        unsafe { builder.launch(config) }.w()?;
        Ok(())
    }
}

/// The address of an output, or zero for none; what comes with it keeps the stream's order.
fn address<'a, T: DeviceRepr>(
    slice: Option<&'a mut CudaSlice<T>>,
    stream: &'a std::sync::Arc<candle_core::cuda_backend::cudarc::driver::CudaStream>,
) -> (u64, Option<candle_core::cuda_backend::cudarc::driver::SyncOnDrop<'a>>) {
    match slice {
        Some(slice) => {
            let (address, in_use) = slice.device_ptr_mut(stream);
            (address, Some(in_use))
        }
        None => (0, None),
    }
}

fn processors(device: &CudaDevice) -> Result<u32> {
    let stream = device.cuda_stream();
    let count = stream
        .context()
        .attribute(CUdevice_attribute::CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT)
        .w()?;
    Ok(u32::try_from(count).unwrap_or(1))
}
