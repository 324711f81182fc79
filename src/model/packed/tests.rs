use super::{Packed, Rows, Start};
use crate::random::Random;
use pulp::{Arch, Simd, WithSimd};

struct Product<'a> {
    packed: &'a Packed,
    rows: Rows<'a>,
    out: &'a mut [f32],
    stride: usize,
    how: (Start, bool),
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.packed.multiply(simd, self.rows, self.out, self.stride, self.how);
    }
}

fn numbers(count: usize, label: &str) -> Vec<f32> {
    let mut random = Random::new(5, label);
    (0..count).map(|_| random.normal_f32()).collect()
}

/// With every register width that this machine has.
fn product(packed: &Packed, rows: Rows, out: &[f32], stride: usize, how: (Start, bool)) -> Vec<f32> {
    let run = |narrow: bool| {
        let mut out = out.to_vec();
        let product = Product {
            packed,
            rows,
            out: &mut out,
            stride,
            how,
        };
        match narrow {
            true => product.with_simd(pulp::Scalar),
            false => Arch::new().dispatch(product),
        }
        out
    };
    let (wide, narrow) = (run(false), run(true));
    for (a, b) in wide.iter().zip(&narrow) {
        assert!((a - b).abs() < 1e-4, "{a} against {b}");
    }
    wide
}

#[test]
fn products_of_any_shape_are_the_sums_of_their_terms() {
    for (count, inputs, outputs) in [(1, 1, 1), (12, 32, 32), (25, 7, 33), (13, 64, 70), (6, 20, 100)] {
        let weight = numbers(inputs * outputs, "weight");
        let (bias, x) = (numbers(outputs, "bias"), numbers(count * (inputs + 3), "x"));
        let before = numbers(count * (outputs + 2), "out");
        let packed = Packed::new(&weight, outputs, inputs, &bias);
        let rows = Rows {
            data: &x,
            stride: inputs + 3,
            count,
        };
        for start in [Start::Bias, Start::Zero, Start::Output] {
            for relu in [false, true] {
                let out = product(&packed, rows, &before, outputs + 2, (start, relu));
                for row in 0..count {
                    for column in 0..outputs + 2 {
                        let at = row * (outputs + 2) + column;
                        let expected = if column >= outputs {
                            before[at]
                        } else {
                            let terms = (0..inputs)
                                .map(|i| x[row * (inputs + 3) + i] * weight[i * outputs + column])
                                .sum::<f32>();
                            let sum = terms
                                + match start {
                                    Start::Bias => bias[column],
                                    Start::Zero => 0.0,
                                    Start::Output => before[at],
                                };
                            if relu { sum.max(0.0) } else { sum }
                        };
                        assert!((out[at] - expected).abs() < 1e-4, "{start:?} {row} {column}");
                    }
                }
            }
        }
    }
}

#[test]
fn rounded_products_are_near_and_depend_on_the_row_alone() {
    let (inputs, outputs, count) = (65, 40, 14);
    let packed = Packed::new(&numbers(inputs * outputs, "w"), outputs, inputs, &numbers(outputs, "b"));
    let x = numbers(count * inputs, "x");
    let rows = Rows {
        data: &x,
        stride: inputs,
        count,
    };
    let zero = vec![0.0; count * outputs];
    let exact = product(&packed, rows, &zero, outputs, (Start::Bias, false));
    let rounded = product(&packed.rounded(), rows, &zero, outputs, (Start::Bias, false));
    let largest = exact
        .iter()
        .zip(&rounded)
        .map(|(a, b)| (a - b).abs())
        .fold(0f32, f32::max);
    assert!(largest > 1e-4 && largest < 0.2, "{largest}");
    let last = Rows {
        data: &x[(count - 1) * inputs..],
        stride: inputs,
        count: 1,
    };
    let alone = product(&packed.rounded(), last, &zero, outputs, (Start::Bias, false));
    assert_eq!(alone[..outputs], rounded[(count - 1) * outputs..]);
}

#[test]
fn a_row_does_not_depend_on_its_neighbours() {
    let (inputs, outputs) = (40, 48);
    let packed = Packed::new(&numbers(inputs * outputs, "w"), outputs, inputs, &numbers(outputs, "b"));
    let x = numbers(30 * inputs, "x");
    let all = product(
        &packed,
        Rows {
            data: &x,
            stride: inputs,
            count: 30,
        },
        &vec![0.0; 30 * outputs],
        outputs,
        (Start::Bias, true),
    );
    for row in 0..30 {
        let one = Rows {
            data: &x[row * inputs..],
            stride: inputs,
            count: 1,
        };
        let one = product(&packed, one, &vec![0.0; outputs], outputs, (Start::Bias, true));
        assert_eq!(one, all[row * outputs..][..outputs]);
    }
}
