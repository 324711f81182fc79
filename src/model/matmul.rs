//! Matrix products on plain slices.

use gemm::Parallelism;

/// A row-major matrix inside a slice.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    /// The numbers; row i starts at i·stride.
    pub data: &'a [f32],
    /// Distance between the starts of two rows, at least the number of columns.
    pub stride: usize,
}

impl<'a> Matrix<'a> {
    /// A matrix whose rows follow each other without a gap when `stride` is its width.
    pub fn new(data: &'a [f32], stride: usize) -> Self {
        Self { data, stride }
    }
}

/// What happens to the numbers that are already in the output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// They are replaced.
    Replace,
    /// The product is added to them.
    Add,
}

/// `out` (m × n, row distance `out_stride`) = or += `a` (m × k) · `b` (k × n), on one thread: for inner loops whose
/// threads work on separate chunks.
///
/// # Panics
/// When a slice is shorter than its matrix.
#[allow(unsafe_code)]
pub fn matmul(
    (m, k, n): (usize, usize, usize),
    a: Matrix,
    b: Matrix,
    out: &mut [f32],
    out_stride: usize,
    mode: Output,
) {
    if m == 0 || n == 0 || k == 0 {
        return;
    }
    assert!(
        a.stride >= k && b.stride >= n && out_stride >= n,
        "a row is longer than its stride"
    );
    assert!(a.data.len() >= (m - 1) * a.stride + k, "the left matrix is too short");
    assert!(b.data.len() >= (k - 1) * b.stride + n, "the right matrix is too short");
    assert!(out.len() >= (m - 1) * out_stride + n, "the output matrix is too short");
    let add = mode == Output::Add;
    // SAFETY: the assertions above keep every element that is read or written inside its slice, and `out` is
    // borrowed mutably, so it overlaps neither input.
    unsafe {
        gemm::gemm(
            m,
            n,
            k,
            out.as_mut_ptr(),
            1,
            out_stride as isize,
            add,
            a.data.as_ptr(),
            1,
            a.stride as isize,
            b.data.as_ptr(),
            1,
            b.stride as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            Parallelism::None,
        );
    }
}

/// `out` (rows × outputs) += `x` (rows × inputs) · `weight`ᵀ (outputs × inputs), on all threads.
///
/// # Panics
/// When a slice is shorter than its matrix.
#[allow(unsafe_code)]
pub fn affine_into((rows, inputs, outputs): (usize, usize, usize), x: &[f32], weight: &[f32], out: &mut [f32]) {
    if rows == 0 || outputs == 0 || inputs == 0 {
        return;
    }
    assert!(x.len() >= rows * inputs, "the input is too short");
    assert!(weight.len() >= outputs * inputs, "the weight is too short");
    assert!(out.len() >= rows * outputs, "the output is too short");
    // SAFETY: the assertions above keep every element that is read or written inside its slice, and `out` is
    // borrowed mutably, so it overlaps neither input.
    unsafe {
        gemm::gemm(
            rows,
            outputs,
            inputs,
            out.as_mut_ptr(),
            1,
            outputs as isize,
            true,
            x.as_ptr(),
            1,
            inputs as isize,
            weight.as_ptr(),
            inputs as isize,
            1,
            1.0,
            1.0,
            false,
            false,
            false,
            Parallelism::Rayon(0),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
