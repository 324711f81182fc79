//! The program as its users meet it: the real binary, its output, its files and its exit codes.

#![allow(clippy::unwrap_used)]

mod cache;
mod commands;
mod device;
mod given;
#[cfg(unix)]
mod interrupt;
mod run;
mod scripts;
mod support;
