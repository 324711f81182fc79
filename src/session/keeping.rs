//! Stages that are kept between runs.

use super::Session;
use crate::cache::{DiskCache, Folder};
use crate::lang::options::Options;
use candle_core::Device;
use std::path::{Path, PathBuf};

/// What of a session's values outlives it.
#[derive(Default)]
pub(super) struct Keeping {
    /// Where `set cache=on` keeps them; `None`, nowhere.
    folder: Option<PathBuf>,
    /// Whether also values are kept that are made in no time.
    everything: bool,
}

impl Keeping {
    /// What keeps values of a device, under these options.
    pub fn keeper(&self, options: &Options, device: &Device) -> Option<DiskCache> {
        let folder = match options.cache.as_str() {
            "off" => return None,
            "on" => self.folder.as_deref()?,
            folder => Path::new(folder),
        };
        let limit = (options.cache_limit as u64).saturating_mul(1 << 20);
        let keeper = DiskCache::new(Folder::new(folder), device, limit);
        Some(match self.everything {
            true => keeper.keeping_everything(),
            false => keeper,
        })
    }
}

impl Session {
    /// Where `set cache=on`, which is the default, keeps finished stages for later sessions. A session that wasn't told of a
    /// folder keeps none, except where a script names one.
    pub fn keep_stages_in(&mut self, folder: Option<PathBuf>) {
        self.keeping.folder = folder;
    }

    /// Keeps also what is made in no time: for tests.
    pub fn keep_everything(&mut self) {
        self.keeping.everything = true;
    }
}
