//! Models against reference values made with PyTorch (`tests/fixtures/make_fixtures.py`), to 1e-4.
#![allow(clippy::unwrap_used)]

use candle_core::{DType, Device, Tensor, Var};
use candle_nn::Linear;
use candle_nn::var_builder::VarBuilder;
use grn::model::attention_pooler::{self, AttentionPooler, ScorerForm};
use grn::model::gene_encoder;
use grn::model::pair_scorer::{self, PairScorer};
use grn::model::pool_residual::{PackedWeights, PoolResidual};
use grn::model::residual_weights::ResidualWeights;
use grn::model::scorer::SetResidual;
use grn::model::set_transformer::{self, SetTransformer};
use grn::model::training::{softplus, weighted_bce};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

const TOLERANCE: f32 = 1e-4;
const EMBEDDING: usize = 8;

struct Fixture(Value);

impl Fixture {
    fn load(name: &str) -> Self {
        let path = format!("{}/tests/fixtures/{name}.json", env!("CARGO_MANIFEST_DIR"));
        Self(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    fn tensor(&self, part: &str, name: &str) -> Tensor {
        to_tensor(&self.0[part][name])
    }

    fn builder(&self) -> VarBuilder<'static> {
        let weights = self.0["weights"].as_object().unwrap();
        let tensors: HashMap<String, Tensor> = weights.iter().map(|(k, v)| (k.clone(), to_tensor(v))).collect();
        VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu)
    }
}

fn to_tensor(value: &Value) -> Tensor {
    fn flatten(value: &Value, depth: usize, shape: &mut Vec<usize>, data: &mut Vec<f32>) {
        if let Some(items) = value.as_array() {
            if shape.len() == depth {
                shape.push(items.len());
            }
            items.iter().for_each(|item| flatten(item, depth + 1, shape, data));
        } else {
            data.push(value.as_f64().unwrap() as f32);
        }
    }
    let (mut shape, mut data) = (Vec::new(), Vec::new());
    flatten(value, 0, &mut shape, &mut data);
    Tensor::from_vec(data, shape, &Device::Cpu).unwrap()
}

fn assert_close(actual: &Tensor, expected: &Tensor) {
    assert_eq!(actual.dims(), expected.dims());
    let difference = (actual - expected).unwrap().abs().unwrap().flatten_all().unwrap();
    let largest = difference.max(0).unwrap().to_scalar::<f32>().unwrap();
    assert!(largest < TOLERANCE, "differs by {largest}: {actual} against {expected}");
}

fn pooler(fixture: &Fixture) -> AttentionPooler {
    let encoder = gene_encoder::Config {
        features: 6,
        hidden: 5,
        depth: 1,
        embedding: EMBEDDING,
        dropout: 0.2,
    };
    let config = attention_pooler::Config {
        encoder,
        heads: 2,
        scorer_hidden: 5,
        dropout: 0.2,
    };
    AttentionPooler::new(fixture.builder(), &config).unwrap()
}

fn transformer(vb: VarBuilder) -> SetTransformer {
    let config = set_transformer::Config {
        starts_at_zero: true,
        embedding: EMBEDDING,
        heads: 2,
        layers: 3,
        feedforward: 12,
        dropout: 0.2,
    };
    SetTransformer::new(vb, &config).unwrap()
}

#[test]
fn attention_pooler_agrees_in_both_forms() {
    let fixture = Fixture::load("attention_pooler");
    let model = pooler(&fixture);
    let z = model.embed(&fixture.tensor("inputs", "x"), None).unwrap();
    assert_close(&z, &fixture.tensor("outputs", "embedding"));
    let targets = fixture.tensor("inputs", "targets").to_dtype(DType::U32).unwrap();
    assert_close(
        &model.context(&z, &targets).unwrap(),
        &fixture.tensor("outputs", "context"),
    );
    for form in [ScorerForm::Literal, ScorerForm::Factored] {
        let logits = model.logits(&z, &z, &targets, form).unwrap();
        assert_close(&logits, &fixture.tensor("outputs", "logits"));
    }
}

#[test]
fn pair_scorer_agrees() {
    let fixture = Fixture::load("pair_scorer");
    let config = pair_scorer::Config {
        embedding: EMBEDDING,
        hidden: 5,
        depth: 1,
        dropout: 0.2,
    };
    let model = PairScorer::new(fixture.builder(), &config).unwrap();
    let (z_r, z_t) = (fixture.tensor("inputs", "z_r"), fixture.tensor("inputs", "z_t"));
    assert_close(
        &model.forward(&z_r, &z_t, None).unwrap(),
        &fixture.tensor("outputs", "scores"),
    );
}

#[test]
fn set_transformer_agrees() {
    let fixture = Fixture::load("set_transformer");
    let model = transformer(fixture.builder());
    let (z_t, members) = (fixture.tensor("inputs", "z_t"), fixture.tensor("inputs", "members"));
    assert_close(
        &model.forward(&z_t, &members, None).unwrap(),
        &fixture.tensor("outputs", "psi"),
    );
}

/// The tables that decoding scores with, against PyTorch, for 1, 2 and 3 layers (the model itself for 1 and 2).
#[test]
fn shared_projections_agree_with_the_model() {
    let fixture = Fixture::load("set_transformer");
    let (z_t, members) = (fixture.tensor("inputs", "z_t"), fixture.tensor("inputs", "members"));
    for layers in 1..=3 {
        let mut model = transformer(fixture.builder());
        model.layers.truncate(layers);
        let expected = model.forward(&z_t, &members, None).unwrap();
        let weights = PackedWeights::new(ResidualWeights::new(&model).unwrap());
        let mut psi = Vec::new();
        for (target, members) in z_t
            .to_vec2::<f32>()
            .unwrap()
            .iter()
            .zip(members.to_vec3::<f32>().unwrap())
        {
            let pool = PoolResidual::new(&weights, target, &members.concat());
            let mut score = [0.0];
            pool.score(&[0, 1, 2, 3], 4, &mut score);
            assert!(score[0] <= pool.upper_bound(), "{score:?} exceeds the bound");
            psi.push(score[0]);
        }
        assert_close(&Tensor::from_vec(psi, 6, &Device::Cpu).unwrap(), &expected);
    }
}

/// Attention so sharp that all but the largest of a pool's exponentials vanish.
#[test]
fn sharp_attention_is_scored_like_any_other() {
    let fixture = Fixture::load("set_transformer");
    let mut model = transformer(fixture.builder());
    let query = &model.layers[0].query;
    let sharp = |tensor: &Tensor| (tensor * 2000.0).unwrap();
    model.layers[0].query = Linear::new(sharp(query.weight()), query.bias().map(sharp));
    let (z_t, members) = (fixture.tensor("inputs", "z_t"), fixture.tensor("inputs", "members"));
    let expected: Vec<f32> = model.forward(&z_t, &members, None).unwrap().to_vec1().unwrap();
    let weights = PackedWeights::new(ResidualWeights::new(&model).unwrap());
    // One pool of all sets' members, so that a set's own exponentials are small beside the pool's largest.
    let pool: Vec<f32> = members.flatten_all().unwrap().to_vec1().unwrap();
    for (row, target) in z_t.to_vec2::<f32>().unwrap().iter().enumerate() {
        let residual = PoolResidual::new(&weights, target, &pool);
        let first = 4 * row as u16;
        let mut score = [0.0];
        residual.score(&[first, first + 1, first + 2, first + 3], 4, &mut score);
        assert!(
            (score[0] - expected[row]).abs() < 1e-3,
            "{} against {}",
            score[0],
            expected[row]
        );
    }
}

/// More sets than fit one block, several sizes, in any grouping: each set's score depends on the set alone.
#[test]
fn set_scores_do_not_depend_on_their_neighbours_or_the_order_of_members() {
    let fixture = Fixture::load("set_transformer");
    let model = transformer(fixture.builder());
    let weights = PackedWeights::new(ResidualWeights::new(&model).unwrap());
    let target = fixture.tensor("inputs", "z_t").to_vec2::<f32>().unwrap()[0].clone();
    let tokens: Vec<f32> = fixture
        .tensor("inputs", "members")
        .flatten_all()
        .unwrap()
        .to_vec1()
        .unwrap();
    let pool = PoolResidual::new(&weights, &target, &tokens);
    let sets: Vec<[u16; 3]> = (0..200u16).map(|i| [i % 8, 8 + i % 7, 15 + i % 9]).collect();
    let mut together = vec![0.0; sets.len()];
    pool.score(sets.as_flattened(), 3, &mut together);
    for (set, expected) in sets.iter().zip(&together) {
        let (mut alone, mut reversed) = ([0.0], [0.0]);
        pool.score(set, 3, &mut alone);
        pool.score(&[set[2], set[1], set[0]], 3, &mut reversed);
        assert_eq!(alone[0], *expected);
        assert!((reversed[0] - expected).abs() < 1e-5 * expected.abs().max(1.0));
    }
}

#[test]
fn losses_agree_and_stay_finite() {
    let fixture = Fixture::load("losses");
    let (logits, labels) = (fixture.tensor("inputs", "logits"), fixture.tensor("inputs", "labels"));
    let loss = weighted_bce(&logits, &labels, &labels.ones_like().unwrap(), 20.0).unwrap();
    let expected = fixture.tensor("outputs", "weighted_bce");
    assert!((loss.to_scalar::<f32>().unwrap() / expected.to_scalar::<f32>().unwrap() - 1.0).abs() < 1e-5);
    assert_close(&softplus(&logits).unwrap(), &fixture.tensor("outputs", "softplus"));
}

/// Every parameter's gradient against central differences: candle has operations that silently pass none.
#[test]
fn gradients_match_finite_differences() {
    let fixture = Fixture::load("set_transformer");
    let weights = fixture.0["weights"].as_object().unwrap();
    let variables: BTreeMap<String, Var> = weights
        .iter()
        .map(|(k, v)| (k.clone(), Var::from_tensor(&to_tensor(v)).unwrap()))
        .collect();
    let tensors = variables
        .iter()
        .map(|(k, v)| (k.clone(), v.as_tensor().clone()))
        .collect();
    let model = transformer(VarBuilder::from_tensors(tensors, DType::F32, &Device::Cpu));
    let (z_t, members) = (fixture.tensor("inputs", "z_t"), fixture.tensor("inputs", "members"));
    let loss = |model: &SetTransformer| model.forward(&z_t, &members, None).unwrap().sum_all().unwrap();
    let gradients = loss(&model).backward().unwrap();
    for (name, variable) in &variables {
        let gradient = gradients
            .get(variable)
            .unwrap_or_else(|| panic!("`{name}` has no gradient"));
        let gradient: Vec<f32> = gradient.flatten_all().unwrap().to_vec1().unwrap();
        let values: Vec<f32> = variable.flatten_all().unwrap().to_vec1().unwrap();
        for index in [0, values.len() / 2, values.len() - 1] {
            let at = |step: f32| {
                let mut values = values.clone();
                values[index] += step;
                variable
                    .set(&Tensor::from_vec(values, variable.shape(), &Device::Cpu).unwrap())
                    .unwrap();
                f64::from(loss(&model).to_scalar::<f32>().unwrap())
            };
            let difference = (at(1e-2) - at(-1e-2)) / 2e-2;
            at(0.0);
            let error = (difference - f64::from(gradient[index])).abs();
            assert!(
                error < 0.02 * difference.abs().max(1.0),
                "`{name}`[{index}]: {difference} against {}",
                gradient[index]
            );
        }
    }
}

#[test]
fn psi_is_exactly_zero_at_initialisation() {
    let parameters = grn::model::parameters::Parameters::new(1, "test");
    let model = transformer(parameters.builder(&Device::Cpu));
    let fixture = Fixture::load("set_transformer");
    let psi = model
        .forward(
            &fixture.tensor("inputs", "z_t"),
            &fixture.tensor("inputs", "members"),
            None,
        )
        .unwrap();
    assert!(psi.to_vec1::<f32>().unwrap().iter().all(|x| *x == 0.0));
    let weights = PackedWeights::new(ResidualWeights::new(&model).unwrap());
    assert_eq!(weights.plain.upper_bound(), 0.0);
}
