//! Values against candle's composed operations, gradients against central differences.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::random::Random;
use candle_core::{Device, Tensor, Var};

fn random_tensor(shape: &[usize], label: &str) -> Tensor {
    let mut random = Random::new(3, label);
    let values: Vec<f32> = (0..shape.iter().product()).map(|_| random.normal_f32()).collect();
    Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
}

fn assert_close(a: &Tensor, b: &Tensor) {
    let difference = (a - b).unwrap().abs().unwrap().flatten_all().unwrap().max(0).unwrap();
    assert!(difference.to_scalar::<f32>().unwrap() < 1e-4, "{a} against {b}");
}

/// Compares the gradient of Σ f(x)⊙c with central differences at some elements of every variable.
fn check_gradient(variables: &[Var], f: impl Fn() -> Tensor) {
    let c = random_tensor(f().dims(), "c");
    let loss = || f().mul(&c).unwrap().sum_all().unwrap();
    let gradients = loss().backward().unwrap();
    for (number, variable) in variables.iter().enumerate() {
        let gradient: Vec<f32> = gradients
            .get(variable)
            .unwrap()
            .flatten_all()
            .unwrap()
            .to_vec1()
            .unwrap();
        let values: Vec<f32> = variable.flatten_all().unwrap().to_vec1().unwrap();
        for index in (0..values.len()).step_by(values.len() / 7 + 1) {
            let at = |step: f32| {
                let mut values = values.clone();
                values[index] += step;
                variable
                    .set(&Tensor::from_vec(values, variable.shape(), &Device::Cpu).unwrap())
                    .unwrap();
                f64::from(loss().to_scalar::<f32>().unwrap())
            };
            let difference = (at(5e-3) - at(-5e-3)) / 1e-2;
            at(0.0);
            let error = (difference - f64::from(gradient[index])).abs();
            assert!(
                error < 0.02 * difference.abs().max(1.0),
                "variable {number}[{index}]: {difference} {}",
                gradient[index]
            );
        }
    }
}

#[test]
fn affine_agrees_and_has_gradients() {
    let x = Var::from_tensor(&random_tensor(&[3, 70, 5], "x")).unwrap();
    let (w, b) = (random_tensor(&[4, 5], "w"), random_tensor(&[4], "b"));
    let (w, b) = (Var::from_tensor(&w).unwrap(), Var::from_tensor(&b).unwrap());
    let layer = candle_nn::Linear::new(w.as_tensor().clone(), Some(b.as_tensor().clone()));
    assert_close(
        &affine(&layer, &x).unwrap(),
        &candle_nn::Module::forward(&layer, &x).unwrap(),
    );
    check_gradient(&[x.clone(), w, b], || affine(&layer, &x).unwrap());
}

#[test]
fn layer_norm_agrees_and_has_gradients() {
    let x = Var::from_tensor(&random_tensor(&[2, 70, 24], "x")).unwrap();
    let scale = Var::from_tensor(&random_tensor(&[24], "scale")).unwrap();
    let shift = Var::from_tensor(&random_tensor(&[24], "shift")).unwrap();
    let composed = candle_nn::ops::layer_norm_slow(&x, &scale, &shift, 1e-5).unwrap();
    assert_close(&layer_norm(&x, &scale, &shift).unwrap(), &composed);
    check_gradient(&[x.clone(), scale.clone(), shift.clone()], || {
        layer_norm(&x, &scale, &shift).unwrap()
    });
}

#[test]
fn relu_dropout_and_dropout_have_gradients() {
    let x = Var::from_tensor(&random_tensor(&[40_000], "x")).unwrap();
    for f in [relu_dropout, dropout] {
        check_gradient(std::slice::from_ref(&x), || {
            f(&x, 0.3, Some(&mut Random::new(1, "mask"))).unwrap()
        });
    }
    let y = relu_dropout(&x, 0.3, Some(&mut Random::new(1, "mask"))).unwrap();
    assert_close(
        &y,
        &dropout(&x.relu().unwrap(), 0.3, Some(&mut Random::new(1, "mask"))).unwrap(),
    );
}

#[test]
fn dropout_keeps_the_mean_and_drops_nothing_in_evaluation() {
    let x = Tensor::ones(200_000, candle_core::DType::F32, &Device::Cpu).unwrap();
    let y: Vec<f32> = dropout(&x, 0.2, Some(&mut Random::new(1, "test")))
        .unwrap()
        .to_vec1()
        .unwrap();
    let zeros = y.iter().filter(|v| **v == 0.0).count() as f64 / y.len() as f64;
    assert!((zeros - 0.2).abs() < 0.005, "{zeros}");
    assert!((y.iter().sum::<f32>() / y.len() as f32 - 1.0).abs() < 0.01);
    assert_close(&dropout(&x, 0.9, None).unwrap(), &x);
}

#[test]
fn set_attention_has_gradients_with_and_without_dropout() {
    for queries in [3, 1] {
        let q = Var::from_tensor(&random_tensor(&[40, queries, 24], "q")).unwrap();
        let kv = Var::from_tensor(&random_tensor(&[40, 3, 48], "kv")).unwrap();
        for probability in [0.0, 0.4] {
            check_gradient(&[q.clone(), kv.clone()], || {
                set_attention(&q, &kv, 2, probability, Some(&mut Random::new(1, "mask"))).unwrap()
            });
        }
    }
}

#[test]
fn gather_agrees_and_has_gradients() {
    let table = Var::from_tensor(&random_tensor(&[50, 6], "table")).unwrap();
    let index: Vec<usize> = (0..400).map(|place| place * place % 47).collect();
    let rows = Tensor::from_iter(index.iter().map(|row| *row as u32), &Device::Cpu).unwrap();
    assert_close(&gather(&table, &index).unwrap(), &table.index_select(&rows, 0).unwrap());
    check_gradient(std::slice::from_ref(&table), || gather(&table, &index).unwrap());
    assert!(gather(&table, &[50]).is_err());
}

#[test]
fn add_dropout_agrees_and_has_gradients() {
    let x = Var::from_tensor(&random_tensor(&[30_000], "x")).unwrap();
    let h = Var::from_tensor(&random_tensor(&[30_000], "h")).unwrap();
    let y = || add_dropout(&x, &h, 0.3, Some(&mut Random::new(1, "mask"))).unwrap();
    let dropped = dropout(&h, 0.3, Some(&mut Random::new(1, "mask"))).unwrap();
    assert_close(&y(), &(x.as_tensor() + dropped).unwrap());
    check_gradient(&[x.clone(), h.clone()], y);
    assert_close(
        &add_dropout(&x, &h, 0.3, None).unwrap(),
        &(x.as_tensor() + h.as_tensor()).unwrap(),
    );
}

#[test]
fn noise_is_standard_normal_and_differs_between_draws() {
    let x = random_tensor(&[70_000], "x");
    let mut random = Random::new(1, "noise");
    let draw = |random: &mut Random| ((add_noise(&x, 0.5, random).unwrap() - &x).unwrap() / 0.5).unwrap();
    let (first, second) = (draw(&mut random), draw(&mut random));
    let mean = |x: &Tensor| x.mean_all().unwrap().to_scalar::<f32>().unwrap();
    assert!(mean(&first).abs() < 0.02 && (mean(&first.sqr().unwrap()) - 1.0).abs() < 0.03);
    assert!(
        mean(&first.mul(&second).unwrap()).abs() < 0.02,
        "two draws depend on each other"
    );
}

#[test]
fn pair_features_agree_and_have_gradients() {
    let z = Var::from_tensor(&random_tensor(&[30, 5], "z")).unwrap();
    let regulators: Vec<usize> = (0..200).map(|pair| pair * pair % 29).collect();
    let targets: Vec<usize> = (0..200).map(|pair| pair / 50).collect();
    let (z_r, z_t) = (gather(&z, &regulators).unwrap(), gather(&z, &targets).unwrap());
    let product = z_r.mul(&z_t).unwrap();
    let dot = product.sum_keepdim(1).unwrap();
    let composed = Tensor::cat(&[&z_r, &z_t, &product, &dot], 1).unwrap();
    assert_close(&pair_features(&z, &regulators, &targets).unwrap(), &composed);
    check_gradient(std::slice::from_ref(&z), || {
        pair_features(&z, &regulators, &targets).unwrap()
    });
    assert!(pair_features(&z, &[30], &[0]).is_err());
}

#[test]
fn every_place_of_a_filled_output_is_zero_until_it_is_filled() {
    let fill = |number: usize, place: &mut [f32]| {
        assert!(place.iter().all(|x| *x == 0.0));
        place.iter_mut().step_by(2).for_each(|x| *x = number as f32 + 1.0);
    };
    for _ in 0..3 {
        let found = filled(1000, 64, fill);
        let expected = |place: usize| {
            if place % 64 % 2 == 0 {
                (place / 64) as f32 + 1.0
            } else {
                0.0
            }
        };
        assert_eq!(found, (0..1000).map(expected).collect::<Vec<_>>());
    }
    assert_eq!(filled(0, 0, |_, _| unreachable!()), Vec::<f32>::new());
}
