//! Scorers as plain data, so that another session can score the same way.

use crate::data::dataset::Dataset;
use crate::data::given::{PairScores, SetScores};
use crate::data::numbers::Numbers;
use crate::model::given_scorer::{GivenPairs, GivenSets};
use crate::model::pair_scorer::{self, PairScorer};
use crate::model::scorer::SetScorer;
use crate::model::set_model::{PAIR, RESIDUAL};
use crate::model::set_transformer::{self, SetTransformer};
use crate::model::trained_scorer::{ResidualForm, Scoring, TrainedScorer};
use candle_core::{DType, Device, Error, Result, Tensor};
use candle_nn::var_builder::VarBuilder;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A scorer without its pools.
#[derive(Serialize, Deserialize)]
pub enum KeptScorer<'a> {
    /// A [`TrainedScorer`].
    #[serde(bound(deserialize = "KeptModel: Deserialize<'de>"))]
    Trained(KeptModel),
    /// A [`GivenPairs`].
    GivenPairs {
        /// How the scores are called.
        name: Cow<'a, str>,
        /// The scores.
        scores: Cow<'a, PairScores>,
    },
    /// A [`GivenSets`].
    GivenSets {
        /// How the scores are called.
        name: Cow<'a, str>,
        /// The scores.
        scores: Cow<'a, SetScores>,
    },
}

impl KeptScorer<'_> {
    /// The scorer for the genes of `dataset`, on a device.
    ///
    /// # Errors
    /// Parameters that don't fit each other, or as many genes as the data set doesn't have.
    pub fn restore(self, dataset: &Arc<Dataset>, device: &Device) -> Result<Box<dyn SetScorer>> {
        let dataset = Arc::clone(dataset);
        Ok(match self {
            Self::Trained(model) => Box::new(model.restore(dataset.gene_count(), device)?),
            Self::GivenPairs { name, scores } => {
                Box::new(GivenPairs::new(name.into_owned(), dataset, scores.into_owned()))
            }
            Self::GivenSets { name, scores } => {
                Box::new(GivenSets::new(name.into_owned(), dataset, scores.into_owned()))
            }
        })
    }
}

/// A trained model: its shape, its parameters, and the embeddings of all genes.
#[derive(Serialize, Deserialize)]
pub struct KeptModel {
    pair: Option<pair_scorer::Config>,
    residual: Option<set_transformer::Config>,
    parameters: BTreeMap<String, KeptTensor>,
    embeddings: KeptTensor,
    form: ResidualForm,
}

impl KeptModel {
    /// `z` are the embeddings, (genes × width).
    pub fn new(scoring: &Scoring, z: &Tensor, form: ResidualForm) -> Result<Self> {
        let parameters = scoring.parameters.iter();
        let parameters = parameters.map(|(name, tensor)| Ok((name.clone(), KeptTensor::new(tensor)?)));
        Ok(Self {
            pair: scoring.pair.as_ref().map(|pair| pair.config.clone()),
            residual: scoring.residual.as_ref().map(|residual| residual.config.clone()),
            parameters: parameters.collect::<Result<_>>()?,
            embeddings: KeptTensor::new(z)?,
            form,
        })
    }

    fn restore(self, genes: usize, device: &Device) -> Result<TrainedScorer> {
        let z = self.embeddings.restore(device)?;
        let (rows, width) = z.dims2()?;
        let widths = [
            self.pair.as_ref().map(|pair| pair.embedding),
            self.residual.as_ref().map(|residual| residual.embedding),
        ];
        let divides = |config: &set_transformer::Config| config.heads > 0 && width.is_multiple_of(config.heads);
        let depths = [
            self.pair.as_ref().map(|pair| pair.depth),
            self.residual.as_ref().map(|residual| residual.layers),
        ];
        if rows != genes
            || width == 0
            || widths.into_iter().flatten().any(|other| other != width)
            || depths.into_iter().flatten().any(|depth| depth > self.parameters.len())
            || !self.residual.as_ref().is_none_or(divides)
        {
            return Err(Error::Msg("the parts of the model don't fit each other".to_owned()));
        }
        let parameters = self.parameters.into_iter();
        let parameters = parameters.map(|(name, tensor)| Ok((name, tensor.restore(device)?)));
        let parameters = parameters.collect::<Result<BTreeMap<String, Tensor>>>()?;
        let named: HashMap<String, Tensor> = parameters.clone().into_iter().collect();
        let vb = VarBuilder::from_tensors(named, DType::F32, device);
        let scoring = Scoring {
            pair: self
                .pair
                .map(|config| PairScorer::new(vb.pp(PAIR), &config))
                .transpose()?,
            residual: self
                .residual
                .map(|config| SetTransformer::new(vb.pp(RESIDUAL), &config))
                .transpose()?,
            parameters,
        };
        Ok(TrainedScorer::of_embeddings(scoring, z)?.with_form(self.form))
    }
}

#[derive(Serialize, Deserialize)]
struct KeptTensor {
    shape: Vec<usize>,
    numbers: Numbers<'static>,
}

impl KeptTensor {
    fn new(tensor: &Tensor) -> Result<Self> {
        Ok(Self {
            shape: tensor.dims().to_vec(),
            numbers: Numbers(tensor.flatten_all()?.to_vec1()?.into()),
        })
    }

    fn restore(self, device: &Device) -> Result<Tensor> {
        let count = self
            .shape
            .iter()
            .try_fold(1_usize, |count, size| count.checked_mul(*size));
        match count == Some(self.numbers.0.len()) {
            true => Tensor::from_vec(self.numbers.0.into_owned(), self.shape, device),
            false => Err(Error::Msg("a tensor has another size than its shape".to_owned())),
        }
    }
}
