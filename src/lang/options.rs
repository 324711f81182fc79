//! Session options: `set key=value`.

use crate::lang::arguments::Argument;
use crate::lang::catalog::{DefaultValue, ParameterKind, ParameterSpec};

/// Session options (`set key=value`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// `cpu`, `cuda` or `auto`.
    pub device: String,
    /// Worker threads; 0 means one for each core.
    pub threads: usize,
    /// Numbers of models: `f32`.
    pub precision: String,
    /// Where finished stages are kept between runs: `on`, in the user's folder for that; `off`, nowhere; otherwise in this
    /// folder.
    pub cache: String,
    /// The most MiB that kept stages take.
    pub cache_limit: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            device: "auto".to_owned(),
            threads: 0,
            precision: "f32".to_owned(),
            cache: "on".to_owned(),
            cache_limit: 4096,
        }
    }
}

/// Every option, described as parameters are.
pub static OPTIONS: &[ParameterSpec] = &[
    ParameterSpec {
        name: "device",
        kind: ParameterKind::Choice(&["auto", "cpu", "cuda"]),
        per_size: false,
        default: DefaultValue::Literal("auto"),
        doc: "Where models run; `auto` takes the GPU where there is one.",
    },
    ParameterSpec {
        name: "threads",
        kind: ParameterKind::Integer { min: 0, max: 1024 },
        per_size: false,
        default: DefaultValue::Literal("0"),
        doc: "Worker threads; 0 means one for each core, and cells of a grid at once. Results do not depend on it.",
    },
    ParameterSpec {
        name: "precision",
        kind: ParameterKind::Choice(&["f32"]),
        per_size: false,
        default: DefaultValue::Literal("f32"),
        doc: "The numbers that models compute with; `f32` is single precision.",
    },
    ParameterSpec {
        name: "cache",
        kind: ParameterKind::ChoiceOrFolder(&["on", "off"]),
        per_size: false,
        default: DefaultValue::Literal("on"),
        doc: "Where finished stages are kept between runs: `on` in the user's cache folder, or in the folder that is given; \
            `off` keeps them for the session alone.",
    },
    ParameterSpec {
        name: "cache_limit",
        kind: ParameterKind::Integer {
            min: 1,
            max: 1_000_000_000,
        },
        per_size: false,
        default: DefaultValue::Literal("4096"),
        doc: "The most MiB that kept stages take on the disk; what was not used for longest goes first.",
    },
];

impl Options {
    /// Sets a checked option; an unknown name changes nothing.
    pub fn assign(&mut self, name: &str, value: &Argument) {
        match (name, value) {
            ("device", Argument::Text(device)) => self.device.clone_from(device),
            ("precision", Argument::Text(precision)) => self.precision.clone_from(precision),
            ("cache", Argument::Text(cache)) => self.cache.clone_from(cache),
            ("cache_limit", Argument::Integer(limit)) => self.cache_limit = usize::try_from(*limit).unwrap_or(1),
            ("threads", Argument::Integer(threads)) => self.threads = usize::try_from(*threads).unwrap_or(0),
            _ => {}
        }
    }
}
