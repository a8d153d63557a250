//! What a process leaves when it ends before its time: files that are begun and not finished are removed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

static BEGUN: Mutex<Vec<(u64, PathBuf)>> = Mutex::new(vec![]);

/// A file that is begun: removed if the job is aborted while this is there.
#[derive(Debug)]
pub(crate) struct Leftover(u64);

impl Leftover {
    /// All ranks that know of the file may have one: whichever ends the job removes it.
    pub(crate) fn new(path: &Path) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        begun().push((number, path.to_owned()));
        Self(number)
    }
}

impl Drop for Leftover {
    fn drop(&mut self) {
        begun().retain(|(number, _)| *number != self.0);
    }
}

/// Removes the files that are begun. For those who end the process without unwinding.
pub(super) fn remove() {
    for (_, path) in begun().drain(..) {
        // Best effort, and others may have been faster: there is nobody to tell.
        let _ = fs::remove_file(path);
    }
}

fn begun() -> MutexGuard<'static, Vec<(u64, PathBuf)>> {
    BEGUN.lock().unwrap_or_else(PoisonError::into_inner)
}
