//! The files of a kernelspec.

use crate::install::{Done, Failure, failed, file};
use crate::rust::places as worker;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

const PROGRAM: &str = if cfg!(windows) { "grn-kernel.exe" } else { "grn-kernel" };

/// The same program among those of the prefix whose `share/jupyter/kernels/grn` a kernelspec is. Jupyter replaces
/// `{resource_dir}` by the kernelspec's folder; a bare name would be found in an activated environment only.
const PROGRAM_OF_PREFIX: &str = if cfg!(windows) {
    r"{resource_dir}\..\..\..\..\Scripts\grn-kernel.exe"
} else {
    "{resource_dir}/../../../../bin/grn-kernel"
};

const KERNEL_JSON: &str = "kernel.json";

/// The pictures that launchers show.
const LOGOS: [(&str, &[u8]); 3] = [
    ("logo-svg.svg", include_bytes!("../../assets/logo-svg.svg")),
    ("logo-64x64.png", include_bytes!("../../assets/logo-64x64.png")),
    ("logo-32x32.png", include_bytes!("../../assets/logo-32x32.png")),
];

/// One kernel's folder.
pub struct Spec {
    /// Where it is.
    pub folder: PathBuf,
    /// The kernel's name in Jupyter.
    pub name: String,
}

impl Spec {
    /// The folder of the kernel called `name`, inside the folder of all kernels.
    pub fn new(kernels: PathBuf, name: &str) -> Result<Self, Failure> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        if name.is_empty() || name.starts_with('.') || !name.bytes().all(allowed) {
            return Err(Failure::Name(name.to_owned()));
        }
        Ok(Self {
            folder: kernels.join(name),
            name: name.to_owned(),
        })
    }

    /// Writes all files. Each is replaced as a whole, and kernel.json, which Jupyter looks for, comes last: there is no
    /// moment with half a kernel, and a running one keeps the program that it started from. `worker` is the program that
    /// runs Rust cells; without it, one of an earlier kernel goes, since it may not understand this one.
    pub fn write(&self, program: &Path, worker: Option<&Path>) -> Result<(), Failure> {
        if self.is_foreign() {
            return Err(Failure::Foreign(self.folder.clone()));
        }
        let installed = self.folder.join(PROGRAM);
        let installed = installed.to_str();
        let installed = installed.ok_or_else(|| Failure::NotText(self.folder.clone()))?;
        file::create_folder(&self.folder)?;
        self.copy(program, PROGRAM)?;
        match worker {
            Some(worker) => self.copy(worker, worker::FILE)?,
            None => drop(file::remove(&self.folder.join(worker::FILE))?),
        }
        self.write_description(installed)
    }

    fn copy(&self, program: &Path, name: &str) -> Result<(), Failure> {
        let mut source = File::open(program).map_err(failed("read", program))?;
        file::write(&self.folder, name, &mut source, 0o755)
    }

    /// Writes all files but the programs, which the installer of a package puts among those of its prefix.
    pub fn write_for_package(&self) -> Result<(), Failure> {
        file::create_folder(&self.folder)?;
        self.write_description(PROGRAM_OF_PREFIX)
    }

    /// Writes the pictures and kernel.json, which names the program.
    fn write_description(&self, program: &str) -> Result<(), Failure> {
        for (name, mut content) in LOGOS {
            file::write(&self.folder, name, &mut content, 0o644)?;
        }
        let description = format!("{:#}\n", self.description(program));
        file::write(&self.folder, KERNEL_JSON, &mut description.as_bytes(), 0o644)
    }

    /// Removes what [`Spec::write`] writes, kernel.json first.
    pub fn remove(self) -> Result<Done, Failure> {
        if self.is_foreign() {
            return Err(Failure::Foreign(self.folder));
        }
        if !self.folder.is_dir() {
            return Ok(Done::Nothing(self.folder));
        }
        let mut removed = 0;
        for name in [KERNEL_JSON, PROGRAM, worker::FILE]
            .into_iter()
            .chain(LOGOS.map(|(name, _)| name))
        {
            removed += usize::from(file::remove(&self.folder.join(name))?);
        }
        Ok(match file::remove_folder(&self.folder)? {
            true => Done::Removed(self.folder),
            false if removed == 0 => Done::Nothing(self.folder),
            false => Done::RemovedBut(self.folder),
        })
    }

    /// Whether the folder holds the kernel of another language.
    fn is_foreign(&self) -> bool {
        language(&self.folder).is_some_and(|language| language != "grn")
    }

    /// What launchers call the kernel.
    pub fn display_name(&self) -> String {
        match self.name.as_str() {
            "grn" => "grn".to_owned(),
            other => format!("grn ({other})"),
        }
    }

    fn description(&self, program: &str) -> Value {
        json!({
            "argv": [program, "run", "-f", "{connection_file}"],
            "display_name": self.display_name(),
            "language": "grn",
            "interrupt_mode": "message",
            "metadata": { "debugger": false },
        })
    }
}

/// Whether any kernel of grn is among these.
pub fn any_in(kernels: &Path) -> bool {
    let entries = fs::read_dir(kernels).into_iter().flatten().flatten();
    entries
        .map(|entry| language(&entry.path()))
        .any(|language| language.as_deref() == Some("grn"))
}

/// The language of the kernel in a folder, empty where kernel.json does not say; `None` where there is no kernel.
fn language(folder: &Path) -> Option<String> {
    let text = fs::read(folder.join(KERNEL_JSON)).ok()?;
    let description: Value = serde_json::from_slice(&text).unwrap_or_default();
    let language = description.get("language").and_then(Value::as_str);
    Some(language.unwrap_or_default().to_owned())
}
