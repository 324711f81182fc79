//! The one training loop: AdamW over shuffled batches, with progress, interruption and a check for divergence.

use crate::data::pools::TrainingCurve;
use crate::engine::context::{RunResult, StageContext};
use crate::lang::diagnostics::Diagnostic;
use crate::model::adamw::{AdamW, Settings};
use crate::random::Random;
use candle_core::{Tensor, Var};

/// How long and how fast (paper App. D).
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// Passes over the training targets.
    pub epochs: usize,
    /// Targets a step.
    pub batch: usize,
    /// AdamW's learning rate.
    pub learning_rate: f64,
    /// AdamW's decoupled weight decay.
    pub weight_decay: f64,
    /// Steps over which the learning rate rises to `learning_rate`.
    pub warmup: usize,
}

impl Schedule {
    /// What the optimiser does in a step, counted from 1.
    fn settings(&self, step: usize) -> Settings {
        let share = step as f64 / self.warmup.max(1) as f64;
        Settings {
            learning_rate: self.learning_rate * share.min(1.0),
            weight_decay: self.weight_decay,
        }
    }
}

/// One step's place in the schedule.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// 0-based.
    pub epoch: usize,
    /// Progress through all epochs, from 0 at the first epoch to 1 at the last.
    pub progress: f64,
}

/// Minimises `loss` over batches of targets. `batches` gives an epoch's batches; `loss` a scalar.
pub fn train(
    context: &StageContext,
    name: &str,
    variables: Vec<Var>,
    schedule: Schedule,
    random: &mut Random,
    batches: impl Fn(&mut Random) -> Vec<Vec<usize>>,
    mut loss: impl FnMut(&[usize], Step, &mut Random) -> RunResult<Tensor>,
) -> RunResult<TrainingCurve> {
    let mut optimizer = AdamW::new(variables)?;
    let mut curve = TrainingCurve {
        name: name.to_owned(),
        loss: Vec::with_capacity(schedule.epochs),
    };
    for epoch in 0..schedule.epochs {
        let step = Step {
            epoch,
            progress: epoch as f64 / (schedule.epochs.max(2) - 1) as f64,
        };
        let batches = batches(&mut random.fork("epoch"));
        let mut total = 0.0;
        for (index, batch) in batches.iter().enumerate() {
            let value = loss(batch, step, &mut random.fork("step"))?;
            let done = epoch * batches.len() + index + 1;
            optimizer.step(&value.backward()?, schedule.settings(done))?;
            let value = f64::from(value.to_scalar::<f32>()?);
            check_finite(value, name, epoch)?;
            total += value;
            let mean = total / (index + 1) as f64;
            let detail = format!("epoch {}/{}, loss {mean:.4}", epoch + 1, schedule.epochs);
            context.training_progress(done as u64, (schedule.epochs * batches.len()) as u64, detail, mean)?;
        }
        curve.loss.push(total / batches.len().max(1) as f64);
    }
    Ok(curve)
}

fn check_finite(loss: f64, name: &str, epoch: usize) -> RunResult<()> {
    if loss.is_finite() {
        return Ok(());
    }
    let message = format!(
        "training of `{name}` diverged: the loss is {loss} in epoch {}",
        epoch + 1
    );
    Err(Diagnostic::error("diverged", message)
        .help("expected a finite loss; a smaller learning rate (`lr`) usually helps")
        .into())
}

/// `targets` in random order, in batches of `size`.
pub fn shuffled_batches(targets: &[usize], size: usize, random: &mut Random) -> Vec<Vec<usize>> {
    let mut order = targets.to_vec();
    random.shuffle(&mut order);
    order.chunks(size.max(1)).map(<[usize]>::to_vec).collect()
}

/// Weighted binary cross-entropy with logits (paper eq. 10), averaged over the entries where `mask` is 1:
/// (1−y)·x + (1+(w−1)·y)·softplus(−x), which stays finite for any logit. All (rows × columns).
pub fn weighted_bce(
    logits: &Tensor,
    labels: &Tensor,
    mask: &Tensor,
    positive_weight: f64,
) -> candle_core::Result<Tensor> {
    let negative = labels.affine(-1.0, 1.0)?;
    let weight = labels.affine(positive_weight - 1.0, 1.0)?;
    let loss = (negative.mul(logits)? + weight.mul(&softplus(&logits.neg()?)?)?)?;
    loss.mul(mask)?.sum_all()? / f64::from(mask.sum_all()?.to_scalar::<f32>()?)
}

/// log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|).
pub fn softplus(x: &Tensor) -> candle_core::Result<Tensor> {
    x.relu()? + (x.abs()?.neg()?.exp()? + 1.0)?.log()?
}
