//! Trainable parameters, initialised from a seed.
//!
//! candle's own initialisers draw from a thread-local generator that can't be seeded on the CPU; this backend for
//! [`VarBuilder`] draws every parameter from the stream of its own name, so that the order of creation is irrelevant.

use crate::interruption;
use crate::random::Random;
use candle_core::{DType, Device, Error, Result, Shape, Tensor, Var};
use candle_nn::Init;
use candle_nn::var_builder::{SimpleBackend, VarBuilder};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The parameters of one model, by name.
#[derive(Clone)]
pub struct Parameters {
    seed: u64,
    label: String,
    variables: Arc<Mutex<BTreeMap<String, Var>>>,
}

impl Parameters {
    /// No parameters yet; they are made as a model asks for them. `label` keeps models with one seed apart.
    pub fn new(seed: u64, label: &str) -> Self {
        Self {
            seed,
            label: label.to_owned(),
            variables: Arc::default(),
        }
    }

    /// Where a model's `new` takes its parameters from. Single precision.
    pub fn builder(&self, device: &Device) -> VarBuilder<'static> {
        VarBuilder::from_backend(Box::new(self.clone()), DType::F32, device.clone())
    }

    /// All variables in order of name, for the optimiser.
    pub fn variables(&self) -> Vec<Var> {
        let variables = self.variables.lock().unwrap_or_else(PoisonError::into_inner);
        variables.values().cloned().collect()
    }

    /// The parameters of one part of the model, in order of name.
    pub fn below(&self, part: &str) -> BTreeMap<String, Tensor> {
        let variables = self.variables.lock().unwrap_or_else(PoisonError::into_inner);
        let within = variables
            .iter()
            .filter(|(name, _)| name.starts_with(&format!("{part}.")));
        within
            .map(|(name, variable)| (name.clone(), variable.as_tensor().clone()))
            .collect()
    }

    /// How many numbers are trained.
    pub fn count(&self) -> usize {
        self.variables().iter().map(|variable| variable.elem_count()).sum()
    }

    /// Takes over the values of the parameters below `prefix` from `other`, which has them in the same shapes.
    pub fn copy(&self, other: &Self, prefix: &str) -> Result<()> {
        let from = other.variables.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let variables = self.variables.lock().unwrap_or_else(PoisonError::into_inner);
        for (name, variable) in variables
            .iter()
            .filter(|(name, _)| name.starts_with(&format!("{prefix}.")))
        {
            let Some(value) = from.get(name) else {
                return Err(Error::Msg(format!("there is no parameter `{name}` to start from")));
            };
            variable.set(&value.as_tensor().copy()?)?;
        }
        Ok(())
    }

    fn initial(&self, shape: &Shape, name: &str, init: Init, device: &Device) -> Result<Tensor> {
        interruption::check()?;
        let mut random = Random::new(self.seed, &format!("{}/{name}", self.label));
        let count = shape.elem_count();
        let values: Vec<f32> = match init {
            Init::Const(value) => vec![value as f32; count],
            Init::Uniform { lo, up } => (0..count).map(|_| (lo + (up - lo) * random.uniform()) as f32).collect(),
            Init::Randn { mean, stdev } => (0..count).map(|_| (mean + stdev * random.normal()) as f32).collect(),
            Init::Kaiming { .. } => {
                return Err(Error::Msg(
                    "Kaiming initialisation is spelled out as Uniform here".into(),
                ));
            }
        };
        Tensor::from_vec(values, shape, device)
    }
}

impl SimpleBackend for Parameters {
    fn get(&self, shape: Shape, name: &str, init: Init, _dtype: DType, device: &Device) -> Result<Tensor> {
        let mut variables = self.variables.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(variable) = variables.get(name) {
            return Ok(variable.as_tensor().clone());
        }
        let variable = Var::from_tensor(&self.initial(&shape, name, init, device)?)?;
        let tensor = variable.as_tensor().clone();
        variables.insert(name.to_owned(), variable);
        Ok(tensor)
    }

    fn get_unchecked(&self, name: &str, _dtype: DType, _device: &Device) -> Result<Tensor> {
        Err(Error::Msg(format!("parameter `{name}` has no shape yet")))
    }

    fn contains_tensor(&self, name: &str) -> bool {
        let variables = self.variables.lock().unwrap_or_else(PoisonError::into_inner);
        variables.contains_key(name)
    }
}
