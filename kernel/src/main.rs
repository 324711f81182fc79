//! The program `grn-kernel`.

fn main() {}
