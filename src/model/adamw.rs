//! AdamW (Loshchilov & Hutter, "Decoupled weight decay regularization", ICLR 2019) as PyTorch computes it, in one pass
//! over each parameter.

use crate::interruption;
use crate::model::ops::{CHUNK, is_fused};
use crate::vectorised::vectorised;
use candle_core::backprop::GradStore;
use candle_core::{CpuStorage, InplaceOp2, Layout, Result, Tensor, Var};
use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

/// The settings of a step.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The learning rate.
    pub learning_rate: f64,
    /// The decoupled weight decay λ: θ ← θ·(1 − rate·λ).
    pub weight_decay: f64,
}

const BETA1: f64 = 0.9;
const BETA2: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// The optimiser's state: two moments for each variable.
pub struct AdamW {
    parameters: Vec<Parameter>,
    /// Steps taken so far.
    pub steps: i32,
}

/// One variable with the running means of its gradient and of the gradient's square.
pub struct Parameter {
    /// What is trained.
    pub variable: Var,
    /// Its moments.
    pub moments: Moments,
}

/// Where moments are kept: beside the parameter.
pub enum Moments {
    /// Plain numbers, for parameters on the CPU.
    Host(Vec<f32>, Vec<f32>),
    /// Tensors, for parameters on another device.
    Device(Tensor, Tensor),
}

/// A step's numbers, the same for all parameters: θ ← decay·θ − rate·m/(√v·root + ε).
#[derive(Clone, Copy)]
struct Factors {
    decay: f32,
    /// The learning rate with the bias correction of the first moment.
    rate: f32,
    /// The bias correction of the second moment, beneath the root.
    root: f32,
}

impl AdamW {
    /// Moments of zero.
    pub fn new(variables: Vec<Var>) -> Result<Self> {
        let parameter = |variable: Var| -> Result<Parameter> {
            let count = variable.elem_count();
            let moments = match is_fused(&variable) {
                true => Moments::Host(vec![0.0; count], vec![0.0; count]),
                false => Moments::Device(variable.zeros_like()?, variable.zeros_like()?),
            };
            Ok(Parameter { variable, moments })
        };
        Ok(Self {
            parameters: variables.into_iter().map(parameter).collect::<Result<_>>()?,
            steps: 0,
        })
    }

    /// The variables with their moments.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// One step along these gradients; variables without one stay.
    pub fn step(&mut self, gradients: &GradStore, settings: Settings) -> Result<()> {
        self.steps += 1;
        let rate = settings.learning_rate;
        let factors = Factors {
            decay: (1.0 - rate * settings.weight_decay) as f32,
            rate: (rate / (1.0 - BETA1.powi(self.steps))) as f32,
            root: (1.0 / (1.0 - BETA2.powi(self.steps)).sqrt()) as f32,
        };
        for parameter in &mut self.parameters {
            if let Some(gradient) = gradients.get(&parameter.variable) {
                parameter.step(&gradient.contiguous()?, factors)?;
            }
        }
        Ok(())
    }
}

impl Parameter {
    fn step(&mut self, gradient: &Tensor, factors: Factors) -> Result<()> {
        match &mut self.moments {
            Moments::Host(first, second) => {
                let moments = Mutex::new((first.as_mut_slice(), second.as_mut_slice()));
                self.variable.inplace_op2(gradient, &Update { moments, factors })
            }
            Moments::Device(first, second) => {
                *first = ((&*first * BETA1)? + (gradient * (1.0 - BETA1))?)?;
                *second = ((&*second * BETA2)? + (gradient.sqr()? * (1.0 - BETA2))?)?;
                let root = ((second.sqrt()? * f64::from(factors.root))? + EPSILON)?;
                let step = (first.div(&root)? * f64::from(factors.rate))?;
                let kept = (self.variable.as_tensor() * f64::from(factors.decay))?;
                self.variable.set(&(kept - step)?)
            }
        }
    }
}

struct Update<'a> {
    moments: Mutex<(&'a mut [f32], &'a mut [f32])>,
    factors: Factors,
}

impl InplaceOp2 for Update<'_> {
    fn name(&self) -> &'static str {
        "adamw"
    }

    fn cpu_fwd(&self, values: &mut CpuStorage, layout: &Layout, gradient: &CpuStorage, from: &Layout) -> Result<()> {
        let gradient = crate::model::ops::values(gradient, from)?;
        let (CpuStorage::F32(values), Some((start, end))) = (values, layout.contiguous_offsets()) else {
            return Err(candle_core::Error::Msg(
                "a parameter isn't contiguous single precision".into(),
            ));
        };
        let mut moments = self.moments.lock().unwrap_or_else(PoisonError::into_inner);
        let (first, second) = &mut *moments;
        let watch = interruption::watch();
        let state = first.par_chunks_mut(CHUNK).zip(second.par_chunks_mut(CHUNK));
        let pairs = values[start..end].par_chunks_mut(CHUNK).zip(gradient.par_chunks(CHUNK));
        pairs.zip(state).for_each(|((values, gradient), (first, second))| {
            if watch.is_requested() {
                return;
            }
            vectorised(
                #[inline(always)]
                || self.factors.update(values, gradient, first, second),
            );
        });
        Ok(watch.check()?)
    }
}

impl Factors {
    #[inline(always)]
    fn update(self, values: &mut [f32], gradient: &[f32], first: &mut [f32], second: &mut [f32]) {
        const KEPT: [f32; 2] = [BETA1 as f32, BETA2 as f32];
        const NEW: [f32; 2] = [(1.0 - BETA1) as f32, (1.0 - BETA2) as f32];
        let state = first.iter_mut().zip(second);
        for ((value, gradient), (first, second)) in values.iter_mut().zip(gradient).zip(state) {
            *first = KEPT[0] * *first + NEW[0] * gradient;
            *second = KEPT[1] * *second + NEW[1] * gradient * gradient;
            let root = second.sqrt() * self.root + EPSILON as f32;
            *value = self.decay * *value - self.rate * *first / root;
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use candle_core::Device;
    use candle_nn::Optimizer;

    fn numbers(count: usize, phase: f32) -> Tensor {
        let values: Vec<f32> = (0..count).map(|i| (i as f32 * 0.37 + phase).sin()).collect();
        Tensor::from_vec(values, count, &Device::Cpu).unwrap()
    }

    /// Twenty steps of Σ(xᵀc)² + Σ x⁴ with rising rates, beside candle's optimiser, whose formula is PyTorch's.
    #[test]
    fn agrees_with_candles() {
        let count = 40_000;
        let (ours, theirs) = (Var::from_tensor(&numbers(count, 0.0)).unwrap(), numbers(count, 0.0));
        let theirs = Var::from_tensor(&theirs.copy().unwrap()).unwrap();
        let settings = candle_nn::ParamsAdamW {
            weight_decay: 0.1,
            ..Default::default()
        };
        let mut reference = candle_nn::AdamW::new(vec![theirs.clone()], settings).unwrap();
        let mut optimizer = AdamW::new(vec![ours.clone()]).unwrap();
        for step in 1..=20 {
            let learning_rate = 1e-3 * f64::from(step);
            let loss = |x: &Tensor| {
                let linear = x.mul(&numbers(count, step as f32)).unwrap().sum_all().unwrap();
                (linear + x.powf(4.0).unwrap().sum_all().unwrap()).unwrap()
            };
            reference.set_learning_rate(learning_rate);
            reference.backward_step(&loss(&theirs)).unwrap();
            let weight_decay = 0.1;
            let settings = Settings {
                learning_rate,
                weight_decay,
            };
            optimizer.step(&loss(&ours).backward().unwrap(), settings).unwrap();
        }
        let start = (ours.as_tensor() - numbers(count, 0.0)).unwrap().abs().unwrap();
        assert!(start.max(0).unwrap().to_scalar::<f32>().unwrap() > 0.05);
        let difference = (ours.as_tensor() - theirs.as_tensor()).unwrap().abs().unwrap();
        let largest: f32 = difference.max(0).unwrap().to_scalar().unwrap();
        assert!(largest < 2e-6, "{largest}");
        let Moments::Host(first, second) = &optimizer.parameters()[0].moments else {
            panic!("moments of a CPU parameter stand beside it");
        };
        assert_eq!((first.len(), second.len(), optimizer.steps), (count, count, 20));
    }
}
