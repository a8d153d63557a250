//! Where results go: places are tried before anything is computed, files appear whole or not at all.

use lops::io::{self, NpyElement};
use lops::prelude::*;
use serde_json::{Value, json};
use std::fmt::Display;
use std::fs::{self, File};
use std::io::{ErrorKind as IoKind, Write};
use std::path::{Path, PathBuf};

/// The folder for pictures and models and the file for figures.
#[derive(Debug)]
pub struct Outputs {
    folder: PathBuf,
    json: Option<PathBuf>,
}

impl Outputs {
    /// Makes the folder and tries to write to it, and to where the figures go.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] on every rank where that fails; then all is as it was.
    pub fn claim(comm: &Comm, folder: &Path, json: Option<&Path>) -> Result<Self> {
        let outputs = Self { folder: folder.into(), json: json.map(Path::to_path_buf) };
        on_rank_0(comm, || {
            let missing: Vec<_> = outputs.folder.ancestors().take_while(|folder| !folder.exists()).collect();
            let tried = outputs.try_all();
            if tried.is_err() {
                for folder in missing {
                    // Best effort: the first error is the one to tell.
                    let _ = fs::remove_dir(folder);
                }
            }
            tried
        })?;
        Ok(outputs)
    }

    fn try_all(&self) -> Result<()> {
        let words = |error| {
            Error::expected(
                ErrorKind::Io,
                format!("--out {}", self.folder.display()),
                "a folder that can be written to",
                error,
            )
        };
        fs::create_dir_all(&self.folder).map_err(words)?;
        try_file(&self.folder.join("model.npy")).map_err(words)?;
        let Some(json) = &self.json else { return Ok(()) };
        let tried = if json.is_dir() { Err(IoKind::IsADirectory.into()) } else { try_file(json) };
        tried.map_err(|error| {
            Error::expected(ErrorKind::Io, format!("--json {}", json.display()), "a file that can be written", error)
        })
    }

    /// Where pictures and models go.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes an array to `name`.npy in the folder: each rank its part. All ranks call it.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] on every rank.
    pub fn save_array<T: NpyElement>(&self, name: &str, array: &DistArray<T>) -> Result<()> {
        io::save_npy(self.folder.join(format!("{name}.npy")), array)
    }

    /// Writes the figures, where they are wanted.
    ///
    /// # Errors
    /// [`ErrorKind::Io`].
    pub fn save_json(&self, figures: &Value) -> Result<()> {
        let Some(path) = &self.json else { return Ok(()) };
        let words = |error| Error::expected(ErrorKind::Io, path.display(), "a file that can be written", error);
        let temporary = beside(path).map_err(words)?;
        let text = format!("{figures:#}\n");
        let written = fs::write(&temporary, text).and_then(|()| fs::rename(&temporary, path));
        if written.is_err() {
            let _ = fs::remove_file(&temporary);
        }
        written.map_err(words)
    }
}

/// What every program tells of a run, and figures of its own. A number that is not finite is `null`, as JSON knows none.
pub fn figures_of_run<const N: usize>(solver: impl Display, report: &Report<f64>, own: [(&str, Value); N]) -> Value {
    let common = [
        ("solver", json!(solver.to_string())),
        ("iterations", json!(report.iterations)),
        ("seconds", json!(report.time.as_secs_f64())),
        ("cost", json!(report.cost())),
        ("reason", json!(report.reason.to_string())),
    ];
    common.into_iter().chain(own).map(|(name, figure)| (name.to_owned(), figure)).collect()
}

/// Makes a folder, where it is not there.
///
/// # Errors
/// [`ErrorKind::Io`].
pub fn make_folder(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)
        .map_err(|error| Error::expected(ErrorKind::Io, folder.display(), "a folder that can be made", error))
}

/// Writes rows of figures to a file.
///
/// # Errors
/// [`ErrorKind::Io`].
pub fn write_rows(path: &Path, rows: &Value) -> Result<()> {
    fs::write(path, format!("{rows:#}\n"))
        .map_err(|error| Error::expected(ErrorKind::Io, path.display(), "a place to write a file", error))
}

/// Does on rank 0 what only it does. One small reduction: an error there is one on every rank.
///
/// # Errors
/// Those of the work.
pub fn on_rank_0(comm: &Comm, work: impl FnOnce() -> Result<()>) -> Result<()> {
    comm.agree(if comm.rank() == 0 { work() } else { Ok(()) })
}

/// Writes a byte beside where the file will be, and takes it away again.
fn try_file(path: &Path) -> std::io::Result<()> {
    let temporary = beside(path)?;
    let written = File::create(&temporary).and_then(|mut file| file.write_all(b"?"));
    fs::remove_file(&temporary).and(written)
}

/// A name in the same folder that nobody else takes.
fn beside(path: &Path) -> std::io::Result<PathBuf> {
    let name = path.file_name().ok_or(IoKind::InvalidInput)?;
    Ok(path.with_file_name(format!(".{}.{}.part", name.to_string_lossy(), std::process::id())))
}
