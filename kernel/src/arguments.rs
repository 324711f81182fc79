//! The command line.

use clap::{Args, Parser, Subcommand};
use grn_kernel::install::Target;
use std::path::PathBuf;

/// The Jupyter kernel of grn.
#[derive(Parser)]
#[command(name = "grn-kernel", version, about)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Make the kernel known to Jupyter
    Install(Place),
    /// Remove what `install` wrote
    Uninstall(Place),
    /// Write the files that packages for other installers hold
    #[command(hide = true)]
    Assets {
        /// `share/jupyter` is made here: JupyterLab's extension, and the kernelspec of a program in `bin` beside `share`
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
    /// Run the kernel; Jupyter does this
    Run {
        /// Ports and key, as Jupyter writes them
        #[arg(short = 'f', long, value_name = "FILE")]
        connection_file: PathBuf,
    },
}

/// Where the kernel is installed.
#[derive(Args)]
pub struct Place {
    /// For the present user
    #[arg(long, group = "target")]
    user: bool,
    /// Into the active virtual or conda environment, or else that of `python3` [default where one is active]
    #[arg(long, group = "target")]
    sys_prefix: bool,
    /// Into share/jupyter of this folder
    #[arg(long, value_name = "PATH", group = "target")]
    prefix: Option<PathBuf>,
    /// The kernel's name in Jupyter
    #[arg(long, default_value = "grn")]
    name: String,
}

impl Place {
    /// The place that the options name.
    pub fn target_and_name(&self) -> (Target, &str) {
        let target = match (&self.prefix, self.sys_prefix, self.user) {
            (Some(prefix), _, _) => Target::Prefix(prefix.clone()),
            (_, true, _) => Target::SysPrefix,
            (_, _, true) => Target::User,
            _ => Target::Usual,
        };
        (target, &self.name)
    }
}
