//! The values that flow through a pipeline, and where they come from. Plain vectors and arrays, no tensors.

pub mod columns;
pub mod correlation;
pub mod dataset;
pub mod delimited;
pub mod edge_list;
pub mod file;
pub mod gene_names;
pub mod given;
pub mod kinetics;
pub mod langevin;
pub mod matrix_csv;
mod matrix_row;
pub mod named_files;
pub mod network;
pub mod network_generator;
pub mod number;
pub mod numbers;
mod numeric_lines;
pub mod pools;
pub mod response;
pub mod sergio_files;
pub mod sergio_network;
pub mod split;
pub mod teams;
