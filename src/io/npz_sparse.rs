//! Sparse matrices of `.npz` archives, as SciPy's `save_npz` writes them: every rank reads a share of the entries.

use super::element::NpyElement;
use super::header::{Header, read_word};
use super::npy::read_elements;
use super::npz::{check_end, npz_names, with_entry};
use super::npz_shared::open_npz;
use super::volume::Volume;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Bounds, Chunk, Layout, Mode};
use crate::library::Index;
use crate::numbers::DType;
use std::ops::Range;
use std::path::Path;

/// Entries of a sparse matrix that this rank has read, and the shape that all ranks know.
#[derive(Clone, Debug, PartialEq)]
pub struct Triplets<T> {
    /// Rows and columns of the whole matrix.
    pub shape: [usize; 2],
    /// Row, column and value; a place may stand more than once, also on several ranks.
    pub entries: Vec<(usize, usize, T)>,
}

/// The entries of a sparse matrix that `scipy.sparse.save_npz` has saved, dealt out to the ranks; each reads its share.
///
/// What `SparseMatrix::from_triplets` takes. All formats that SciPy saves: `csr` and `csc` (even blocks of rows or columns to the
/// ranks), `bsr` (of rows of blocks), `coo` (of entries), and `dia` (of columns; its zeros are no entries, as in SciPy). Indices
/// are of 32 or 64 bits. Values are not converted. Compressed archives, which are SciPy's own choice, are unpacked
/// by every rank, up to the end of its share; of others a rank reads its share alone.
///
/// # Communication
/// That of [`open_npz`] and [`Volume::load`] for each array of the archive; a broadcast, an all-gather of a number, and small
/// all-reduces.
///
/// # Errors
/// On every rank: [`ErrorKind::Io`] if the file cannot be read; [`ErrorKind::Format`] if it is no such archive or a damaged one, of another
/// type of values, of an unknown format, or of more or fewer axes than two; if the lengths of its arrays do not fit, or an index is
/// beyond the shape.
///
/// # Example
/// ```no_run
/// use lops::{Layout, io, launch_threads, operators::SparseMatrix};
///
/// launch_threads(2, |comm| {
///     let read = io::load_sparse_npz::<f64>(comm, "matrix.npz")?;
///     let a = SparseMatrix::from_triplets(comm, read.shape, read.entries)?;
///     let op = a.on(&Layout::scatter(comm, &[read.shape[1]], 0)?)?;
///     op.dot_test(1)?;
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// SciPy, `scipy.sparse.save_npz`.
pub fn load_sparse_npz<T: NpyElement>(comm: &Comm, path: impl AsRef<Path>) -> Result<Triplets<T>> {
    let path = path.as_ref();
    let _operation = comm.operation("load_sparse_npz", format_args!("{}, {}", path.display(), T::DTYPE));
    let seen = comm.agree((comm.rank() == 0).then(|| Head::read(path)).transpose())?;
    let mut told = seen.map_or([0; 4], Head::numbers);
    comm.broadcast(&mut told, 0);
    let head = Head::of_numbers(told);
    let archive = Archive { comm, path };
    let entries = match head.format {
        Format::Csr | Format::Csc | Format::Bsr => archive.compressed(&head)?,
        Format::Coo => archive.coordinates(&head)?,
        Format::Dia => archive.diagonals(&head)?,
    };
    Ok(Triplets { shape: head.shape, entries })
}

/// How the entries are written.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Format {
    Csr,
    Csc,
    Bsr,
    Coo,
    Dia,
}

impl Format {
    const ALL: [(Self, &'static str); 5] =
        [(Self::Csr, "csr"), (Self::Csc, "csc"), (Self::Bsr, "bsr"), (Self::Coo, "coo"), (Self::Dia, "dia")];
}

/// What rank 0 looks up.
struct Head {
    format: Format,
    shape: [usize; 2],
    /// Whether rows and columns stand in one array, `coords`.
    is_joined: bool,
}

impl Head {
    fn read(path: &Path) -> Result<Self> {
        let format = with_entry(path, "format", |mut entry, what, _| {
            let word = read_word(&mut entry, what)?;
            check_end(&mut entry, what)?;
            let known = Format::ALL.iter().find(|(_, name)| *name == word);
            known.map(|(format, _)| *format).ok_or_else(|| {
                let names = Format::ALL.map(|(_, name)| name).join(", ");
                Error::expected(ErrorKind::Format, what, format!("one of {names}"), format!("\"{word}\""))
            })
        })?;
        let shape = with_entry(path, "shape", |mut entry, what, _| {
            let header = Header::read(&mut entry, what)?;
            header.check_length(entry.size(), what)?;
            if header.shape != [2] {
                let found = format!("shape {:?}", header.shape);
                return Err(Error::expected(ErrorKind::Format, what, "two lengths, of a matrix", found));
            }
            let lengths: Vec<i64> = match header.dtype {
                DType::I32 => read_elements::<i32>(&header, &mut entry, what, 2)?.into_iter().map(i64::from).collect(),
                _ => read_elements(&header, &mut entry, what, 2)?,
            };
            check_end(&mut entry, what)?;
            let negative = || Error::expected(ErrorKind::Format, what, "lengths from 0 on", format!("{lengths:?}"));
            let length = |k: usize| usize::try_from(lengths[k]).map_err(|_| negative());
            Ok([length(0)?, length(1)?])
        })?;
        let is_joined = format == Format::Coo && npz_names(path)?.iter().any(|name| name == "coords");
        Ok(Self { format, shape, is_joined })
    }

    fn numbers(self) -> [usize; 4] {
        let code = Format::ALL.iter().position(|&(format, _)| format == self.format).unwrap_or(0);
        [code, self.shape[0], self.shape[1], usize::from(self.is_joined)]
    }

    fn of_numbers([code, rows, columns, is_joined]: [usize; 4]) -> Self {
        Self { format: Format::ALL[code].0, shape: [rows, columns], is_joined: is_joined == 1 }
    }
}

/// Where the arrays are.
struct Archive<'a> {
    comm: &'a Comm,
    path: &'a Path,
}

type Entries<T> = Vec<(usize, usize, T)>;

impl Archive<'_> {
    /// The array `name`, which must have this shape.
    fn open(&self, name: &str, shape: &[usize]) -> Result<Volume> {
        let volume = open_npz(self.comm, self.path, name)?;
        if volume.shape() == shape {
            return Ok(volume);
        }
        let (expected, found) = (format!("shape {shape:?}"), format!("{:?}", volume.shape()));
        Err(self.wrong(name, expected, found))
    }

    /// The array `name`, which must have so many axes.
    fn open_of_axes(&self, name: &str, axes: usize) -> Result<Volume> {
        let volume = open_npz(self.comm, self.path, name)?;
        if volume.shape().len() == axes {
            return Ok(volume);
        }
        let (expected, found) = (format!("{axes} axes"), format!("shape {:?}", volume.shape()));
        Err(self.wrong(name, expected, found))
    }

    fn wrong(&self, name: &str, expected: impl std::fmt::Display, found: impl std::fmt::Display) -> Error {
        let what = format!("{}, array \"{name}\"", self.path.display());
        Error::expected(ErrorKind::Format, what, expected, found)
    }

    /// Integers of 32 or 64 bits, as `i64`.
    fn integers(&self, name: &str, volume: &Volume, layout: &Layout) -> Result<Vec<i64>> {
        match volume.dtype() {
            DType::I32 => Ok(volume.load::<i32>(layout)?.into_vec().into_iter().map(i64::from).collect()),
            DType::I64 => Ok(volume.load::<i64>(layout)?.into_vec()),
            other => Err(self.wrong(name, "integers of 32 or 64 bits", other)),
        }
    }

    /// Indices, each of which must be below `n`. All ranks call it.
    fn indices(&self, name: &str, volume: &Volume, layout: &Layout, n: usize) -> Result<Vec<usize>> {
        let read = self.integers(name, volume, layout)?;
        let index = |&k: &i64| usize::try_from(k).ok().filter(|&k| k < n);
        let indices: Vec<_> = read.iter().map_while(index).collect();
        let beyond = read.get(indices.len());
        self.comm.agree(beyond.map_or(Ok(()), |k| Err(self.wrong(name, format!("indices below {n}"), k))))?;
        Ok(indices)
    }

    /// Those of csr: `indptr[i]..indptr[i + 1]` are the entries of row i, in `indices` their columns. csc is the same with rows and
    /// columns exchanged; bsr has blocks for entries.
    fn compressed<T: NpyElement>(&self, head: &Head) -> Result<Entries<T>> {
        let comm = self.comm;
        let data = self.open_of_axes("data", if head.format == Format::Bsr { 3 } else { 1 })?;
        let (count, block) = match *data.shape() {
            [count, rows, columns] => (count, [rows, columns]),
            _ => (data.shape()[0], [1, 1]),
        };
        let [rows, columns] = head.shape;
        if block.contains(&0) || rows % block[0] != 0 || columns % block[1] != 0 {
            let expected = format!("blocks of which whole ones make {rows} × {columns}");
            return Err(self.wrong("data", expected, format!("shape {:?}", data.shape())));
        }
        let blocks = [rows / block[0], columns / block[1]];
        let [outer, inner] = if head.format == Format::Csc { [blocks[1], blocks[0]] } else { blocks };
        let indptr = self.open("indptr", &[outer + 1])?;
        let indices = self.open("indices", &[count])?;

        let own = Bounds::even(outer, comm.size());
        // A rank's rows end where the next one's begin.
        let with_end = |rows: Range<usize>| vec![Chunk::from(rows.start..rows.end + 1)];
        let ends: Vec<_> = (0..comm.size()).map(|rank| with_end(own.block(rank))).collect();
        let ends = Layout::chunked(comm, &[outer + 1], &ends, Mode::Replica)?;
        let bounds = self.integers("indptr", &indptr, &ends)?;
        let own = own.block(comm.rank());
        let first = comm.agree(self.check_bounds(&bounds, own.start == 0, count))?;

        let firsts = comm.all_gather(&[first]);
        let end = |rank: usize| *firsts.get(rank + 1).unwrap_or(&count);
        let sizes: Vec<_> = (0..comm.size()).map(|rank| end(rank).saturating_sub(firsts[rank])).collect();
        let shares = Layout::scatter_sizes(comm, &[count], 0, &sizes)?;
        let inner = self.indices("indices", &indices, &shares, inner)?;
        let values = data.load::<T>(&Layout::scatter_sizes(comm, data.shape(), 0, &sizes)?)?;

        let (length, mut entries) = (block[0] * block[1], vec![]);
        let mut stored = inner.into_iter().zip(values.as_slice().chunks_exact(length));
        for (row, ends) in own.zip(bounds.windows(2)) {
            for (column, values) in stored.by_ref().take((ends[1] - ends[0]) as usize) {
                let [i, k] = if head.format == Format::Csc { [column, row] } else { [row, column] };
                let place =
                    |(j, &value): (usize, &T)| (i * block[0] + j / block[1], k * block[1] + j % block[1], value);
                entries.extend(values.iter().enumerate().map(place));
            }
        }
        Ok(entries)
    }

    /// The first bound, if bounds rise from 0 to no more than there are entries.
    fn check_bounds(&self, bounds: &[i64], is_first: bool, count: usize) -> Result<usize> {
        let rising = bounds.is_sorted() && (!is_first || bounds.first() == Some(&0));
        let ends = [bounds.first(), bounds.last()].map(|end| end.and_then(|&end| usize::try_from(end).ok()));
        match ends {
            [Some(first), Some(last)] if rising && last <= count => Ok(first),
            _ => {
                let least = bounds.iter().min().copied().unwrap_or(0);
                let most = bounds.iter().max().copied().unwrap_or(0);
                let found = format!("{} from {least} to {most}", if rising { "those" } else { "no order" });
                Err(self.wrong("indptr", format!("numbers that rise from 0 to at most {count}"), found))
            }
        }
    }

    /// Those of coo: in `row` and `col`, or in the rows of `coords`, their places.
    fn coordinates<T: NpyElement>(&self, head: &Head) -> Result<Entries<T>> {
        let data = self.open_of_axes("data", 1)?;
        let count = data.shape()[0];
        let shares = Layout::scatter(self.comm, &[count], 0)?;
        let joined = if head.is_joined { Some(self.open("coords", &[2, count])?) } else { None };
        let along = |axis: usize| {
            let name = if joined.is_some() { "coords" } else { ["row", "col"][axis] };
            let volume = match &joined {
                Some(both) => both.slice(&[Index::from(axis)])?,
                None => self.open(name, &[count])?,
            };
            self.indices(name, &volume, &shares, head.shape[axis])
        };
        let (rows, columns) = (along(0)?, along(1)?);
        let values = data.load::<T>(&shares)?.into_vec();
        Ok(rows.into_iter().zip(columns).zip(values).map(|((i, k), value)| (i, k, value)).collect())
    }

    /// Those of dia: `data[d, k]` is in column k, `offsets[d]` above the main diagonal.
    fn diagonals<T: NpyElement>(&self, head: &Head) -> Result<Entries<T>> {
        let data = self.open_of_axes("data", 2)?;
        let &[count, _] = data.shape() else { return Ok(vec![]) };
        let everywhere = Layout::replicated(self.comm, &[count])?;
        let offsets = self.integers("offsets", &self.open("offsets", &[count])?, &everywhere)?;
        let mut sorted = offsets.clone();
        sorted.sort_unstable();
        let twice = sorted.iter().zip(&sorted[1.min(count)..]).find(|(one, next)| one == next);
        if let Some((twice, _)) = twice {
            return Err(self.wrong("offsets", "each diagonal once", format!("{twice} twice")));
        }
        let columns = Layout::scatter(self.comm, data.shape(), 1)?;
        let own = columns.range(self.comm.rank());
        let values = data.load::<T>(&columns)?;
        let mut entries = vec![];
        for (offset, values) in offsets.iter().zip(values.as_slice().chunks(own.len().max(1))) {
            for (k, &value) in own.clone().zip(values) {
                let row = i64::try_from(k).ok().and_then(|k| k.checked_sub(*offset));
                let row = row.and_then(|row| usize::try_from(row).ok()).filter(|&row| row < head.shape[0]);
                if let Some(row) = row.filter(|_| k < head.shape[1] && value != T::default()) {
                    entries.push((row, k, value));
                }
            }
        }
        Ok(entries)
    }
}
