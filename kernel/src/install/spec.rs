//! The files of a kernelspec.

use crate::install::{Done, Failure, failed};
use serde_json::{Value, json};
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

const PROGRAM: &str = if cfg!(windows) { "grn-kernel.exe" } else { "grn-kernel" };
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
    /// moment with half a kernel, and a running one keeps the program that it started from.
    pub fn write(&self, program: &Path) -> Result<(), Failure> {
        if self.is_foreign() {
            return Err(Failure::Foreign(self.folder.clone()));
        }
        let description = format!("{:#}\n", self.description()?);
        fs::create_dir_all(&self.folder).map_err(failed("create", &self.folder))?;
        let mut source = File::open(program).map_err(failed("read", program))?;
        self.write_file(PROGRAM, &mut source, 0o755)?;
        for (name, mut content) in LOGOS {
            self.write_file(name, &mut content, 0o644)?;
        }
        self.write_file(KERNEL_JSON, &mut description.as_bytes(), 0o644)
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
        for name in [KERNEL_JSON, PROGRAM].into_iter().chain(LOGOS.map(|(name, _)| name)) {
            let path = self.folder.join(name);
            match fs::remove_file(&path) {
                Ok(()) => removed += 1,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(failed("remove", &path)(error)),
            }
        }
        match fs::remove_dir(&self.folder) {
            Ok(()) => Ok(Done::Removed(self.folder)),
            Err(error) if error.kind() != io::ErrorKind::DirectoryNotEmpty => {
                Err(failed("remove", &self.folder)(error))
            }
            Err(_) if removed == 0 => Ok(Done::Nothing(self.folder)),
            Err(_) => Ok(Done::RemovedBut(self.folder)),
        }
    }

    /// Whether the folder holds the kernel of another language.
    fn is_foreign(&self) -> bool {
        let Ok(text) = fs::read(self.folder.join(KERNEL_JSON)) else {
            return false;
        };
        let description: Value = serde_json::from_slice(&text).unwrap_or_default();
        description.get("language").and_then(Value::as_str) != Some("grn")
    }

    /// What launchers call the kernel.
    pub fn display_name(&self) -> String {
        match self.name.as_str() {
            "grn" => "grn".to_owned(),
            other => format!("grn ({other})"),
        }
    }

    fn description(&self) -> Result<Value, Failure> {
        let program = self.folder.join(PROGRAM);
        let program = program.to_str().ok_or_else(|| Failure::NotText(self.folder.clone()))?;
        Ok(json!({
            "argv": [program, "run", "-f", "{connection_file}"],
            "display_name": self.display_name(),
            "language": "grn",
            "interrupt_mode": "message",
            "metadata": { "debugger": false },
        }))
    }

    fn write_file(&self, name: &str, content: &mut impl Read, mode: u32) -> Result<(), Failure> {
        let path = self.folder.join(name);
        let mut write = || -> io::Result<()> {
            let mut file = tempfile::Builder::new()
                .prefix(OsStr::new(".grn-"))
                .tempfile_in(&self.folder)?;
            io::copy(content, &mut file)?;
            file.flush()?;
            allow(file.as_file(), mode)?;
            // A crash of the machine after the renaming must not leave an empty file.
            file.as_file().sync_all()?;
            file.persist(&path).map(drop).map_err(|error| error.error)
        };
        write().map_err(failed("write", &path))
    }
}

/// Temporary files are for their owner alone; these are for everybody.
#[cfg(unix)]
fn allow(file: &File, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn allow(_file: &File, _mode: u32) -> io::Result<()> {
    Ok(())
}
