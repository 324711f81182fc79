//! The program `grn-rust-cells`.

use std::process::ExitCode;

fn main() -> ExitCode {
    grn_rust_cells::main()
}
