use super::*;
use crate::interruption::CancelToken;
use crate::random::Random;

fn numbers(count: usize, label: &str) -> Vec<f32> {
    let mut random = Random::new(1, label);
    (0..count).map(|_| random.normal_f32()).collect()
}

fn product(sizes: (usize, usize, usize), transposed: bool, most: usize) -> Vec<u32> {
    let (m, k, n) = sizes;
    let (a, b) = (numbers(m * k, "a"), numbers(k * n, "b"));
    let strided = |data, width, height| match transposed {
        false => Strided {
            data,
            row: width,
            column: 1,
        },
        true => Strided {
            data,
            row: 1,
            column: height,
        },
    };
    let mut out = numbers(m * n, "out");
    product_in_pieces(sizes, strided(&a, k, m), strided(&b, n, k), &mut out, Output::Add, most).unwrap();
    out.iter().map(|x| x.to_bits()).collect()
}

#[test]
fn pieces_make_the_very_same_product() {
    for sizes in [
        (1300, 70, 33),
        (33, 70, 1300),
        (1100, 700, 1),
        (2, 1030, 1200),
        (600, 1, 90),
    ] {
        for transposed in [false, true] {
            let whole = product(sizes, transposed, usize::MAX);
            assert!(product(sizes, transposed, 1) == whole, "{sizes:?} {transposed}");
        }
    }
}

#[test]
fn a_long_product_stops_between_pieces() {
    let (a, b) = (numbers(2000, "a"), numbers(1, "b"));
    let strided = |data| Strided {
        data,
        row: 1,
        column: 1,
    };
    let mut out = vec![0.0; 2000];
    let token = CancelToken::after(3);
    let result = interruption::scope(&token, || {
        product_in_pieces((2000, 1, 1), strided(&a), strided(&b), &mut out, Output::Replace, 1)
    });
    assert!(result.is_err());
    assert!(out[..1024].iter().all(|x| *x != 0.0) && out[1024..].iter().all(|x| *x == 0.0));
}

#[test]
fn multiplies_and_adds_with_strides() {
    let a = [1.0, 2.0, 9.0, 3.0, 4.0, 9.0];
    let b = [5.0, 6.0, 7.0, 8.0];
    let mut out = [1.0; 4];
    matmul(
        (2, 2, 2),
        Matrix::new(&a, 3),
        Matrix::new(&b, 2),
        &mut out,
        2,
        Output::Replace,
    );
    assert_eq!(out, [19.0, 22.0, 43.0, 50.0]);
    matmul(
        (2, 2, 2),
        Matrix::new(&a, 3),
        Matrix::new(&b, 2),
        &mut out,
        2,
        Output::Add,
    );
    assert_eq!(out, [38.0, 44.0, 86.0, 100.0]);
}
