//! The commands and their options.

use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;
use grn::lang::catalog::ParameterKind;
use grn::lang::options::OPTIONS;
use std::path::PathBuf;

/// A small language for combinatorial gene regulation.
#[derive(Debug, Parser)]
#[command(name = "grn", version, disable_help_subcommand = true, arg_required_else_help = true)]
#[command(after_help = "Exit codes: 0 fine, 1 the run failed, 2 the script or the command line is wrong.")]
pub struct CommandLine {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a script: tables to standard output, tables and figures to an HTML page
    Run(RunArguments),
    /// Report every problem of scripts, run nothing
    Check {
        /// Scripts, or `-` for standard input
        #[arg(required = true, value_hint = ValueHint::FilePath)]
        files: Vec<PathBuf>,
    },
    /// Format scripts in place
    Fmt {
        /// Scripts, or `-` to format standard input to standard output
        #[arg(required = true, value_hint = ValueHint::FilePath)]
        files: Vec<PathBuf>,
        /// Write nothing; name the scripts that would change, with exit code 1
        #[arg(long)]
        check: bool,
    },
    /// Show a script's plan, its optimisations and its cost, run nothing
    Explain(ScriptArguments),
    /// List every stage of the catalog
    Stages {
        /// The whole reference as Markdown
        #[arg(long, conflicts_with = "json")]
        markdown: bool,
        /// The catalog as JSON, for other programs
        #[arg(long)]
        json: bool,
    },
    /// Show the catalog's page for a verb or a method
    Help {
        /// A verb, for instance `retrieve`
        verb: Option<String>,
        /// A method, for instance `attn`
        method: Option<String>,
    },
    /// List, measure, clear or verify the stages that are kept between runs
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Measure named workloads on this machine; without a name, list them
    Bench(BenchArguments),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// What to do with kept stages.
#[derive(Debug, Subcommand)]
pub enum CacheCommand {
    /// Every kept stage, the one that was used last first
    List {
        /// Where they are.
        #[command(flatten)]
        place: CachePlace,
    },
    /// How many there are, and how large
    Size {
        /// Where they are.
        #[command(flatten)]
        place: CachePlace,
    },
    /// Take all of them away
    Clear {
        /// Where they are.
        #[command(flatten)]
        place: CachePlace,
    },
    /// Read all of them and compare checksums; exit code 1 where one is damaged
    Verify {
        /// Where they are.
        #[command(flatten)]
        place: CachePlace,
    },
}

impl CacheCommand {
    /// Where the stages are.
    pub fn place(&self) -> &CachePlace {
        let (Self::List { place } | Self::Size { place } | Self::Clear { place } | Self::Verify { place }) = self;
        place
    }
}

/// A folder of kept stages.
#[derive(Args, Debug)]
pub struct CachePlace {
    /// The folder, where it isn't the one that `set cache=on` uses
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub folder: Option<PathBuf>,
}

/// Where the script comes from.
#[derive(Args, Debug)]
pub struct ScriptArguments {
    /// The script, or `-` for standard input
    #[arg(required_unless_present = "expression", value_hint = ValueHint::FilePath)]
    pub file: Option<PathBuf>,
    /// The script's text itself
    #[arg(short = 'e', long = "expression", value_name = "TEXT", conflicts_with = "file")]
    pub expression: Option<String>,
}

/// The options of `grn run`.
#[derive(Args, Debug)]
pub struct RunArguments {
    /// Where the script comes from.
    #[command(flatten)]
    pub script: ScriptArguments,
    /// Also write the results as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
    /// The folder of the HTML page; made where missing
    #[arg(long, value_name = "DIR", default_value = "out", value_hint = ValueHint::DirPath)]
    pub out: PathBuf,
    /// A session option, over the script's own `set`
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Where models run, over the script's own `set device=` and over `--set device=`
    #[arg(long, value_parser = devices())]
    pub device: Option<String>,
    /// Where finished stages are kept between runs: `on`, `off` or a folder; over `set cache=` and `--set cache=`
    #[arg(long, value_name = "WHERE", value_hint = ValueHint::DirPath)]
    pub cache: Option<String>,
    /// No progress and no notes, only results
    #[arg(long, short)]
    pub quiet: bool,
    /// Leave wall times out of the JSON
    #[arg(long)]
    pub no_timings: bool,
}

/// The values of the option `device`.
fn devices() -> PossibleValuesParser {
    let device = OPTIONS.iter().find(|option| option.name == "device");
    match device.map(|option| &option.kind) {
        Some(ParameterKind::Choice(names)) => PossibleValuesParser::new(*names),
        _ => PossibleValuesParser::new(["auto"]),
    }
}

/// The options of `grn bench`.
#[derive(Args, Debug)]
pub struct BenchArguments {
    /// Workloads, for instance `decode`
    pub workloads: Vec<String>,
    /// Timed runs of each case
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..))]
    pub repeat: u16,
    /// Also run cases that take minutes
    #[arg(long)]
    pub long: bool,
    /// Also write the measurements as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub json: Option<PathBuf>,
}
