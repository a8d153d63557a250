//! Generations of a checkpoint: each a folder that is complete or not there, of which the two newest are kept.

use super::record::Record;
use crate::array::DistArray;
use crate::comm::{Comm, Reduction};
use crate::error::{Error, ErrorKind, Result};
use crate::io::{NpyElement, load_npy, save_npy};
use crate::numbers::{Real, Scalar};
use crate::solvers::state::State;
use num_complex::Complex;
use std::any::Any;
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of a solve, whose generations are `checkpoint-ITERATION`.
#[derive(Clone, Debug)]
pub(in crate::solvers) struct Generations {
    comm: Comm,
    folder: PathBuf,
}

const PREFIX: &str = "checkpoint-";
const RECORD: &str = "record.json";
/// How many are kept.
const KEPT: usize = 2;

impl Generations {
    /// Makes the folder, and removes what a killed job has left unfinished.
    pub(in crate::solvers) fn claim(comm: &Comm, folder: &Path) -> Result<Self> {
        let generations = Self { comm: comm.clone(), folder: folder.into() };
        generations.on_rank_0(|| {
            fs::create_dir_all(folder)?;
            for entry in fs::read_dir(folder)? {
                let entry = entry?;
                if entry.file_name().to_string_lossy().starts_with(&format!(".{PREFIX}")) {
                    fs::remove_dir_all(entry.path())?;
                }
            }
            Ok(())
        })?;
        Ok(generations)
    }

    fn on_rank_0(&self, work: impl FnOnce() -> std::io::Result<()>) -> Result<()> {
        let done = if self.comm.rank() == 0 { work() } else { Ok(()) };
        let words = |error| {
            Error::expected(ErrorKind::Io, format!("checkpoints in {}", self.folder.display()), "room to write", error)
        };
        self.comm.agree(done.map_err(words))
    }

    /// Writes one: vectors and record into a folder of another name, which gets its own when all is on the disk.
    pub(in crate::solvers) fn save(&self, iteration: usize, mut state: State<'_>, mut record: Record) -> Result<()> {
        let hidden = self.folder.join(format!(".{PREFIX}{iteration:012}"));
        let place = self.folder.join(format!("{PREFIX}{iteration:012}"));
        self.on_rank_0(|| {
            if hidden.exists() {
                fs::remove_dir_all(&hidden)?;
            }
            fs::create_dir(&hidden)
        })?;
        for (letter, vector) in &mut state.vectors {
            for_scalar(&mut **vector, Save { folder: &hidden, letter, record: &mut record })?;
        }
        self.on_rank_0(|| {
            fs::write(hidden.join(RECORD), record.to_text())?;
            fs::File::open(hidden.join(RECORD))?.sync_all()?;
            sync_folder(&hidden);
            if place.exists() {
                fs::remove_dir_all(&place)?;
            }
            fs::rename(&hidden, &place)?;
            sync_folder(&self.folder);
            let all = Self::newest_first(&self.folder)?;
            all.iter().skip(KEPT).try_for_each(fs::remove_dir_all)
        })
    }

    fn newest_first(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if name.strip_prefix(PREFIX).is_some_and(|iteration| iteration.bytes().all(|digit| digit.is_ascii_digit()))
            {
                found.push(path);
            }
        }
        found.sort();
        found.reverse();
        Ok(found)
    }

    /// The records of all generations, the newest first; what is damaged is an error of its own.
    pub(in crate::solvers) fn records(&self) -> Result<Vec<(PathBuf, Result<Record>)>> {
        let texts = (self.comm.rank() == 0).then(|| {
            let all = Self::newest_first(&self.folder)?;
            let text = |path: &PathBuf| fs::read_to_string(path.join(RECORD)).unwrap_or_default();
            Ok(all.into_iter().map(|path| (path.to_string_lossy().into_owned(), text(&path))).collect::<Vec<_>>())
        });
        let texts = texts.transpose().map_err(|error: std::io::Error| {
            let what = format!("checkpoints in {}", self.folder.display());
            Error::expected(ErrorKind::Io, what, "a folder that can be read", error)
        });
        let texts = self.comm.agree(texts)?.unwrap_or_default();
        let mut bytes = serde_json::to_vec(&texts).map_err(Error::other)?;
        let mut length = [bytes.len()];
        self.comm.broadcast(&mut length, 0);
        bytes.resize(length[0], 0);
        self.comm.broadcast(&mut bytes, 0);
        let texts: Vec<(String, String)> = serde_json::from_slice(&bytes).map_err(Error::other)?;
        Ok(texts
            .into_iter()
            .map(|(path, text)| {
                let what = format!("{path}/{RECORD}");
                (PathBuf::from(path), Record::from_text(&text, &what))
            })
            .collect())
    }

    /// Reads one: vectors, which are checked, and numbers.
    pub(in crate::solvers) fn load(path: &Path, mut state: State<'_>, record: &Record) -> Result<()> {
        for (letter, vector) in &mut state.vectors {
            for_scalar(&mut **vector, Load { folder: path, letter, record })?;
        }
        Self::set_numbers(path, state, record)
    }

    /// Sets the numbers.
    pub(in crate::solvers) fn set_numbers(path: &Path, mut state: State<'_>, record: &Record) -> Result<()> {
        for (name, number) in &mut state.numbers {
            let Some((_, bits)) = record.numbers.iter().find(|(own, _)| own == name) else {
                let what = format!("{}/{RECORD}", path.display());
                return Err(Error::expected(ErrorKind::Format, what, format!("a number \"{name}\""), "none"));
            };
            number.set(*bits);
        }
        Ok(())
    }
}

/// Best effort: not all systems can.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = fs::File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// What is done with a vector of any scalar type.
trait Visit {
    fn visit<T: Scalar + NpyElement>(self, vector: &mut DistArray<T>) -> Result<()>;
}

fn for_scalar(vector: &mut dyn Any, visit: impl Visit) -> Result<()> {
    if let Some(vector) = vector.downcast_mut::<DistArray<f64>>() {
        visit.visit(vector)
    } else if let Some(vector) = vector.downcast_mut::<DistArray<f32>>() {
        visit.visit(vector)
    } else if let Some(vector) = vector.downcast_mut::<DistArray<Complex<f64>>>() {
        visit.visit(vector)
    } else if let Some(vector) = vector.downcast_mut::<DistArray<Complex<f32>>>() {
        visit.visit(vector)
    } else {
        Ok(())
    }
}

struct Save<'a> {
    folder: &'a Path,
    letter: &'a str,
    record: &'a mut Record,
}

impl Visit for Save<'_> {
    fn visit<T: Scalar + NpyElement>(self, vector: &mut DistArray<T>) -> Result<()> {
        let mut start = 0;
        for (k, layout) in vector.space().layouts().into_iter().enumerate() {
            let name = format!("{}-{k}", self.letter);
            let end = start + layout.local_len();
            let member = DistArray::from_local(layout, vector.as_slice()[start..end].to_vec())?;
            save_npy(self.folder.join(format!("{name}.npy")), &member)?;
            self.record.checksums.push((name, checksum(&member)));
            start = end;
        }
        Ok(())
    }
}

struct Load<'a> {
    folder: &'a Path,
    letter: &'a str,
    record: &'a Record,
}

impl Visit for Load<'_> {
    fn visit<T: Scalar + NpyElement>(self, vector: &mut DistArray<T>) -> Result<()> {
        let mut start = 0;
        let space = vector.space().clone();
        for (k, layout) in space.layouts().into_iter().enumerate() {
            let name = format!("{}-{k}", self.letter);
            let path = self.folder.join(format!("{name}.npy"));
            let member: DistArray<T> = load_npy(layout, &path)?;
            let expected = self.record.checksums.iter().find(|(own, _)| *own == name).map(|(_, sum)| *sum);
            if expected != Some(checksum(&member)) {
                let expected = "the numbers that were written";
                return Err(Error::expected(ErrorKind::Format, path.display(), expected, "others: it is damaged"));
            }
            let end = start + member.as_slice().len();
            vector.as_mut_slice()[start..end].copy_from_slice(member.as_slice());
            start = end;
        }
        Ok(())
    }
}

/// A sum over the bits of all elements, the same in any layout.
fn checksum<T: Scalar>(x: &DistArray<T>) -> u64 {
    let space = x.space();
    let mut sum = 0i64;
    space.for_each_stretch(space.is_replicated() || space.group().rank() == 0, |range, counted| {
        if counted {
            let parts = x.as_slice()[range].iter().flat_map(|x| [x.re(), x.im()]).map(|part| part.to_f64().to_bits());
            // 24 bits of each: no vector is so long that their sum overflows.
            sum += parts.map(|bits| (bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as i64).sum::<i64>();
        }
    });
    let mut sum = [sum];
    if !space.is_replicated() && space.group().size() > 1 {
        space.group().all_reduce(&mut sum, Reduction::Sum);
    }
    sum[0] as u64
}
