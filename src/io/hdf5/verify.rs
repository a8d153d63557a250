//! Whether a file can be read without harm.

use super::pieces::Pieces;
use super::values::stretch;
use super::{attributes, dataset, failed, listing, opening, transfer, tree, types};
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::io::npy::open_file;
use crate::io::volume::room;
use hdf5::Location;
use std::path::Path;

/// Values are read so many bytes at a time.
const PIECE_BYTES: usize = 4 << 20;
/// Deflate cannot do better than 1032 to 1.
const MOST_DEFLATED: u64 = 1032;
/// The process that looks lives no longer than this and a second more for each so many bytes of the file.
#[cfg(unix)]
const SECONDS: u64 = 10;
#[cfg(unix)]
const BYTES_A_SECOND: u64 = 10 << 20;

impl super::Hdf5File {
    /// Whether a file is sound: rank 0 looks at all that is in it (links, groups, attributes, types, chunks and values)
    /// in a process of its own, so that one that crashes the HDF5 library does not take the job with it.
    ///
    /// The other methods judge what they can before they ask the library: names, types, shapes, sizes, where values lie,
    /// what a kept layout claims. But the library (1.10 and 2.0 were tried) trusts much of what is inside of a file, such as
    /// heaps, the trees of groups and of chunks, and messages in headers; one that is damaged there, or made to do harm,
    /// may end the process by SIGSEGV or SIGABRT, take memory, or go round in circles. **A file that you do not trust
    /// should be verified before it is opened.** What remains: the file must not change afterwards; harm that depends on
    /// what was in memory before, or shows only later (of 4,878 damaged files that were found sound, read one after the
    /// other by one process, the 1,076th crashed it, and did not when it was read alone); parts that nobody reads, such
    /// as types that are not [`Element`](crate::Element)s; and code of the file's choice where the library loads filters (`HDF5_PLUGIN_PATH`). On Windows there are no such
    /// processes, and the file is looked at in this one.
    ///
    /// # Communication
    /// One all-reduce of a number. The file is read once, by rank 0.
    ///
    /// # Errors
    /// On every rank [`ErrorKind::Io`] if the file or what is in it cannot be read, [`ErrorKind::Format`] if it is
    /// damaged, crashes the library, or takes longer to look at than ten seconds and one more for every 10 MiB.
    ///
    /// # Example
    /// ```
    /// use lops::io::{Hdf5File, save_hdf5};
    /// use lops::{Comm, DistArray, Layout};
    ///
    /// let path = std::env::temp_dir().join("lops-doc-verify.h5");
    /// let comm = Comm::solo();
    /// save_hdf5(&path, "x", &DistArray::full(&Layout::scatter(&comm, &[100], 0)?, 0.5))?;
    /// Hdf5File::verify(&comm, &path)?;
    /// let mut bytes = std::fs::read(&path)?;
    /// bytes.truncate(bytes.len() / 2);
    /// std::fs::write(&path, bytes)?;
    /// assert!(Hdf5File::verify(&comm, &path).is_err());
    /// # Ok::<(), lops::Error>(())
    /// ```
    pub fn verify(comm: &Comm, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let _operation = comm.operation("verify", format_args!("{}", path.display()));
        let looked = if comm.rank() == 0 { looked_at(path) } else { Ok(()) };
        comm.agree(looked)
    }
}

fn looked_at(path: &Path) -> Result<()> {
    let length = open_file(path)?.1;
    let what = path.display().to_string();
    #[cfg(unix)]
    {
        let seconds = (SECONDS + length / BYTES_A_SECOND).min(u32::MAX.into()) as u32;
        super::child::in_child(&what, seconds, || look(path, &what))
    }
    #[cfg(not(unix))]
    {
        let _ = length;
        look(path, &what)
    }
}

/// Looks at everything.
fn look(path: &Path, what: &str) -> Result<()> {
    let words = || failed(what, "an HDF5 file that can be read");
    let file = opening::open(path, opening::Mode::Read).map_err(words())?;
    let (groups, datasets) = tree::objects(&file).map_err(words())?;
    look_at_attributes(&file, what)?;
    for name in groups {
        let group = file.group(&name).map_err(words())?;
        look_at_attributes(&group, &format!("{what}, \"{name}\""))?;
    }
    for name in datasets {
        let what = format!("{what}, \"{name}\"");
        let set = file.dataset(&name).map_err(failed(&what, "a dataset that can be read"))?;
        look_at_attributes(&set, &what)?;
        look_at_values(&file, &set, &name, &what)?;
    }
    file.close().map_err(words())
}

fn look_at_attributes(object: &Location, what: &str) -> Result<()> {
    for name in listing::attributes(object).map_err(failed(what, "attributes that can be read"))? {
        match attributes::read(object, &name, &format!("{what}, attribute \"{name}\"")) {
            Err(error) if error.kind() != ErrorKind::Format => return Err(error),
            _ => {} // a kind that we do not have is no damage
        }
    }
    Ok(())
}

fn look_at_values(file: &hdf5::File, set: &hdf5::Dataset, name: &str, what: &str) -> Result<()> {
    let words = || failed(what, "a dataset that can be read");
    let stored = set.dtype().map_err(words())?;
    let Some(dtype) = types::dtype_of(&stored) else { return Ok(()) };
    let found = match dataset::judged(file, name, what) {
        // What is refused is not read.
        Err(error) if error.kind() == ErrorKind::Format => return Ok(()),
        other => other?,
    };
    let (shape, chunks) = found[2..].split_at(found[1]);
    let memory = types::memory_of(&stored, dtype).map_err(words())?;
    let pieces = Pieces { size: dtype.size(), most: PIECE_BYTES, chunk: (!chunks.is_empty()).then_some(chunks) };
    let ranges: Vec<_> = shape.iter().map(|&n| 0..n).collect();
    if shape.contains(&0) {
        return Ok(());
    }
    let count = pieces.count(&ranges);
    // Of what was never written there may be any number of values: some are enough.
    let bytes = shape.iter().fold(dtype.size() as u64, |bytes, &n| bytes.saturating_mul(n as u64));
    let most = (set.storage_size().saturating_mul(MOST_DEFLATED) / PIECE_BYTES as u64 + 16) as usize;
    let step = if bytes / PIECE_BYTES as u64 > most as u64 { count.div_ceil(most) } else { 1 };
    for k in (0..count).step_by(step.max(1)) {
        let piece = pieces.get(&ranges, k);
        let elements = piece.ranges.iter().map(std::ops::Range::len).product::<usize>();
        let mut values = room::<u8>(elements * dtype.size(), what)?;
        let read = transfer::read(set, &memory, &stretch(&piece.ranges), &mut values);
        read.map_err(|e| Error::expected(ErrorKind::Format, what, "values that can be read", e))?;
    }
    Ok(())
}
