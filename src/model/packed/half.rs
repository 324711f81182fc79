//! Products of numbers that are rounded to bfloat16, summed in single precision: half the bytes, and twice the rate where
//! the processor has an instruction for it.
//!
//! Inputs stand in pairs, two of them in 32 bits, the first in the lower half. Sums go from the first pair to the last.

use crate::model::packed::PANEL;

/// One output tile's sums.
pub(super) type Sums<const ROWS: usize> = [[f32; PANEL]; ROWS];

/// A number of single precision as bfloat16, rounded to the nearest, ties to even; not for numbers that aren't finite.
pub(super) fn rounded(x: f32) -> u32 {
    let bits = x.to_bits();
    (bits + 0x7fff + (bits >> 16 & 1)) >> 16
}

/// Neighbouring numbers in pairs; a last one without a neighbour meets zero.
pub(super) fn pairs(row: &[f32], out: &mut Vec<u32>) {
    let (whole, rest) = row.as_chunks::<2>();
    out.extend(whole.iter().map(|[low, high]| rounded(*low) | rounded(*high) << 16));
    out.extend(rest.iter().map(|last| rounded(*last)));
}

/// Weights (inputs × PANEL) of a panel in pairs of inputs, (pairs × PANEL).
pub(super) fn paired_panel(panel: &[f32], out: &mut Vec<u32>) {
    for rows in panel.chunks(2 * PANEL) {
        let (low, high) = rows.split_at(PANEL);
        let high = high.iter().chain(std::iter::repeat(&0.0));
        out.extend(
            low.iter()
                .zip(high)
                .map(|(low, high)| rounded(*low) | rounded(*high) << 16),
        );
    }
}

/// ROWS rows of pairs times one panel.
#[inline]
pub(super) fn tile<const ROWS: usize>(rows: [&[u32]; ROWS], panel: &[u32]) -> Sums<ROWS> {
    #[cfg(target_arch = "x86_64")]
    if native::is_there() {
        return native::tile_there(rows, panel);
    }
    emulated(rows, panel)
}

/// The same in single precision: products of bfloat16 are exact there, sums may round elsewhere.
fn emulated<const ROWS: usize>(rows: [&[u32]; ROWS], panel: &[u32]) -> Sums<ROWS> {
    let mut sums = [[0f32; PANEL]; ROWS];
    for (pair, weights) in panel.chunks_exact(PANEL).enumerate() {
        for (sums, row) in sums.iter_mut().zip(rows) {
            let (low, high) = halves(row[pair]);
            for (sum, weight) in sums.iter_mut().zip(weights) {
                let (first, second) = halves(*weight);
                *sum += low * first + high * second;
            }
        }
    }
    sums
}

#[inline(always)]
fn halves(pair: u32) -> (f32, f32) {
    (f32::from_bits(pair << 16), f32::from_bits(pair & 0xffff_0000))
}

#[cfg(target_arch = "x86_64")]
mod native {
    use super::Sums;
    use crate::model::packed::PANEL;
    use std::arch::x86_64::{__m512bh, _mm512_dpbf16_ps, _mm512_set1_epi32, _mm512_setzero_ps, _mm512_storeu_ps};

    pub(super) fn is_there() -> bool {
        is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bf16")
    }

    /// Only after [`is_there`].
    #[allow(unsafe_code)]
    pub(super) fn tile_there<const ROWS: usize>(rows: [&[u32]; ROWS], panel: &[u32]) -> Sums<ROWS> {
        // SAFETY: the caller has seen that the processor knows these instructions.
        unsafe { tile(rows, panel) }
    }

    #[target_feature(enable = "avx512f,avx512bf16")]
    #[allow(unsafe_code)]
    fn tile<const ROWS: usize>(rows: [&[u32]; ROWS], panel: &[u32]) -> Sums<ROWS> {
        let count = panel.len() / PANEL;
        let mut known: [&[u32]; ROWS] = [&[]; ROWS];
        for (known, row) in known.iter_mut().zip(rows) {
            *known = &row[..count];
        }
        let mut sums = [[_mm512_setzero_ps(); 2]; ROWS];
        for (pair, weights) in panel.as_chunks::<PANEL>().0.iter().enumerate().take(count) {
            // SAFETY: 32 numbers of 32 bits are two registers, and any bits are numbers.
            let weights: [__m512bh; 2] = unsafe { std::mem::transmute(*weights) };
            for row in 0..ROWS {
                // SAFETY: registers of the same size, and any bits are numbers.
                let x: __m512bh = unsafe { std::mem::transmute(_mm512_set1_epi32(known[row][pair] as i32)) };
                sums[row][0] = _mm512_dpbf16_ps(sums[row][0], x, weights[0]);
                sums[row][1] = _mm512_dpbf16_ps(sums[row][1], x, weights[1]);
            }
        }
        let mut out = [[0f32; PANEL]; ROWS];
        for (out, sums) in out.iter_mut().zip(sums) {
            // SAFETY: a row of the result holds two registers.
            unsafe {
                _mm512_storeu_ps(out.as_mut_ptr(), sums[0]);
                _mm512_storeu_ps(out.as_mut_ptr().add(PANEL / 2), sums[1]);
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{emulated, paired_panel, pairs, rounded, tile};
    use crate::model::packed::PANEL;
    use crate::random::Random;

    #[test]
    fn rounding_goes_to_the_nearest_and_on_ties_to_even() {
        let back = |x: f32| f32::from_bits(rounded(x) << 16);
        assert_eq!(back(1.0), 1.0);
        assert_eq!(back(-3.140_625), -3.140_625);
        let step = 2f32.powi(-7);
        assert_eq!(back(1.0 + 0.5 * step), 1.0);
        assert_eq!(back(1.0 + 1.5 * step), 1.0 + 2.0 * step);
        assert_eq!(back(1.0 + 0.51 * step), 1.0 + step);
    }

    #[test]
    fn the_instruction_gives_what_single_precision_gives() {
        let mut random = Random::new(4, "half");
        let inputs = 37;
        let mut numbers = |count: usize| (0..count).map(|_| random.normal_f32()).collect::<Vec<f32>>();
        let (weights, rows) = (numbers(inputs * PANEL), numbers(3 * inputs));
        let mut panel = Vec::new();
        paired_panel(&weights, &mut panel);
        let rows: Vec<Vec<u32>> = rows
            .chunks(inputs)
            .map(|row| {
                let mut out = Vec::new();
                pairs(row, &mut out);
                out
            })
            .collect();
        let rows = [&rows[0][..], &rows[1], &rows[2]];
        let (fast, slow) = (tile(rows, &panel), emulated(rows, &panel));
        for (fast, slow) in fast.as_flattened().iter().zip(slow.as_flattened()) {
            assert!((fast - slow).abs() < 1e-4, "{fast} against {slow}");
        }
        assert!(slow.as_flattened().iter().any(|x| x.abs() > 1.0));
    }
}
