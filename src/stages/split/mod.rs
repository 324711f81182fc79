//! Who trains, and who is evaluated.

pub mod stratified;
