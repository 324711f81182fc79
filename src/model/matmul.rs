//! Matrix products on plain slices.

use crate::interruption;
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

/// A matrix of any layout inside a slice: element (i, j) stands at i·row + j·column.
#[derive(Clone, Copy)]
pub struct Strided<'a> {
    /// The numbers.
    pub data: &'a [f32],
    /// Distance between two rows.
    pub row: usize,
    /// Distance between two columns.
    pub column: usize,
}

impl<'a> Strided<'a> {
    /// A matrix of this width whose rows follow each other.
    pub fn rows(data: &'a [f32], width: usize) -> Self {
        let (row, column) = (width, 1);
        Self { data, row, column }
    }

    /// The transpose of a matrix of this width whose rows follow each other.
    pub fn columns(data: &'a [f32], width: usize) -> Self {
        let (row, column) = (1, width);
        Self { data, row, column }
    }

    fn holds(&self, rows: usize, columns: usize) -> bool {
        self.data.len() > (rows - 1) * self.row + (columns - 1) * self.column
    }
}

/// Products of numbers between two looks at the user's wish to stop: some 10 ms of one core.
const PRODUCTS_PER_PIECE: usize = 1 << 28;
/// Rows or columns of the smallest piece: `gemm` has short cuts for small results, which round differently.
const SMALLEST_PIECE: usize = 512;

/// `out` (m × n, row-major) = or += `a` (m × k) · `b` (k × n), on all threads. Long products can be interrupted; they
/// are cut along rows or columns of the result, which leaves every number as it is.
///
/// # Errors
/// The user's wish to stop.
///
/// # Panics
/// When a slice is shorter than its matrix.
pub fn product_into(
    sizes: (usize, usize, usize),
    a: Strided,
    b: Strided,
    out: &mut [f32],
    mode: Output,
) -> candle_core::Result<()> {
    product_in_pieces(sizes, a, b, out, mode, PRODUCTS_PER_PIECE)
}

fn product_in_pieces(
    (m, k, n): (usize, usize, usize),
    a: Strided,
    b: Strided,
    out: &mut [f32],
    mode: Output,
    most: usize,
) -> candle_core::Result<()> {
    interruption::check()?;
    if m == 0 || n == 0 || k == 0 {
        return Ok(());
    }
    let piece = (most / (m.min(n) * k) / 64 * 64).max(SMALLEST_PIECE);
    if m >= n {
        for (first, rows) in pieces(m, piece) {
            interruption::check()?;
            let a = Strided {
                data: &a.data[first * a.row..],
                ..a
            };
            gemm_into((rows, k, n), a, b, &mut out[first * n..], n, mode, ALL_THREADS);
        }
    } else {
        for (first, columns) in pieces(n, piece) {
            interruption::check()?;
            let b = Strided {
                data: &b.data[first * b.column..],
                ..b
            };
            gemm_into((m, k, columns), a, b, &mut out[first..], n, mode, ALL_THREADS);
        }
    }
    Ok(())
}

/// First rows or columns and lengths of pieces of `piece`, the last one shorter or up to [`SMALLEST_PIECE`] longer.
fn pieces(length: usize, piece: usize) -> impl Iterator<Item = (usize, usize)> {
    let starts = (0..length).step_by(piece);
    let starts = starts.filter(move |start| *start == 0 || length - start >= SMALLEST_PIECE);
    starts.map(move |start| match length - start < piece + SMALLEST_PIECE {
        true => (start, length - start),
        false => (start, piece),
    })
}

const ALL_THREADS: Parallelism = Parallelism::Rayon(0);

/// `out` (m × n, row-major) = or += `a` (m × k) · `b` (k × n) of any layout, on one thread: for inner loops whose threads
/// work on separate chunks.
///
/// # Panics
/// When a slice is shorter than its matrix.
pub fn product_on_one_thread((m, k, n): (usize, usize, usize), a: Strided, b: Strided, out: &mut [f32], mode: Output) {
    if m > 0 && n > 0 && k > 0 {
        gemm_into((m, k, n), a, b, out, n, mode, Parallelism::None);
    }
}

/// One product.
#[allow(unsafe_code)]
fn gemm_into(
    (m, k, n): (usize, usize, usize),
    a: Strided,
    b: Strided,
    out: &mut [f32],
    out_stride: usize,
    mode: Output,
    parallelism: Parallelism,
) {
    assert!(a.holds(m, k), "the left matrix is too short");
    assert!(b.holds(k, n), "the right matrix is too short");
    assert!(out_stride >= n, "a row is longer than its stride");
    assert!(out.len() >= (m - 1) * out_stride + n, "the output is too short");
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
            mode == Output::Add,
            a.data.as_ptr(),
            a.column as isize,
            a.row as isize,
            b.data.as_ptr(),
            b.column as isize,
            b.row as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            parallelism,
        );
    }
}

#[cfg(test)]
#[path = "matmul_tests.rs"]
#[allow(clippy::unwrap_used)]
mod tests;
