//! Runs the tests in `tests/python`: Jupyter's own clients against the built programs. They need a Python with
//! `tests/requirements.txt`; `GRN_PYTHON` names it, for instance `.venv/bin/python`.

use std::path::Path;
use std::process::Command;

#[test]
fn jupyter_clients_are_content() {
    let Some(python) = std::env::var_os("GRN_PYTHON") else {
        println!("skipped: GRN_PYTHON names no Python with jupyter_client");
        return;
    };
    let programs = Path::new(env!("CARGO_BIN_EXE_grn-kernel")).parent();
    let status = Command::new(python)
        .args([
            "-B",
            "-m",
            "unittest",
            "test_protocol",
            "test_kernel",
            "test_highlight",
            "test_rust_cells",
        ])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python"))
        .env("GRN_BUILD", programs.expect("a program is in a folder"))
        .status()
        .expect("GRN_PYTHON is a program");
    assert!(status.success(), "see the report of unittest above");
}
