//! Rows of a table by index, with a gradient.

use crate::interruption;
use crate::model::ops::{ROWS, filled, is_fused, values};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use std::sync::Arc;

/// table (rows × width), an index into its rows → (index × width).
pub fn gather(table: &Tensor, index: &[usize]) -> Result<Tensor> {
    let (rows, _) = table.dims2()?;
    if let Some(beyond) = index.iter().find(|row| **row >= rows) {
        let message = format!("row {beyond} of a table of {rows} rows was asked for");
        return Err(candle_core::Error::Msg(message));
    }
    if !is_fused(table) {
        let index: Vec<u32> = index.iter().map(|row| *row as u32).collect();
        let count = index.len();
        return table.index_select(&Tensor::from_vec(index, count, table.device())?, 0);
    }
    let index = Arc::from(index);
    table.contiguous()?.apply_op1(Gather { index, rows })
}

struct Gather {
    index: Arc<[usize]>,
    rows: usize,
}

impl CustomOp1 for Gather {
    fn name(&self) -> &'static str {
        "gather"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, width) = layout.shape().dims2()?;
        let table = values(storage, layout)?;
        let watch = interruption::watch();
        let output = filled(self.index.len() * width, ROWS * width, |chunk, output| {
            let index = &self.index[chunk * ROWS..];
            if !watch.is_requested() {
                for (output, row) in output.chunks_exact_mut(width).zip(index) {
                    output.copy_from_slice(&table[row * width..][..width]);
                }
            }
        });
        watch.check()?;
        Ok((CpuStorage::F32(output), Shape::from((self.index.len(), width))))
    }

    fn bwd(&self, _table: &Tensor, _output: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let op = Scatter {
            index: Arc::clone(&self.index),
            rows: self.rows,
        };
        Ok(Some(gradient.contiguous()?.apply_op1_no_bwd(&op)?))
    }
}

/// Adds up, for each row of the table, the gradients of its copies, in their order.
struct Scatter {
    index: Arc<[usize]>,
    rows: usize,
}

/// Where each row's places in an index begin, and all places, row after row.
pub fn places_by_row(index: &[usize], rows: usize) -> (Vec<usize>, Vec<usize>) {
    let mut starts = vec![0; rows + 1];
    index.iter().for_each(|row| starts[row + 1] += 1);
    for row in 0..rows {
        starts[row + 1] += starts[row];
    }
    let (mut next, mut places) = (starts.clone(), vec![0; index.len()]);
    for (place, row) in index.iter().enumerate() {
        places[next[*row]] = place;
        next[*row] += 1;
    }
    (starts, places)
}

impl CustomOp1 for Scatter {
    fn name(&self) -> &'static str {
        "gather-gradient"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (_, width) = layout.shape().dims2()?;
        let gradient = values(storage, layout)?;
        let (starts, copies) = places_by_row(&self.index, self.rows);
        let watch = interruption::watch();
        let output = filled(self.rows * width, width, |row, sum| {
            if !watch.is_requested() {
                for copy in &copies[starts[row]..starts[row + 1]] {
                    let copy = &gradient[copy * width..][..width];
                    sum.iter_mut().zip(copy).for_each(|(sum, x)| *sum += x);
                }
            }
        });
        watch.check()?;
        Ok((CpuStorage::F32(output), Shape::from((self.rows, width))))
    }
}
