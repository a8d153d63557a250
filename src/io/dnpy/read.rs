//! Arrays from `.dnpy` files, on any number of ranks.

use super::super::element::NpyElement;
use super::super::header::{Header, read_error};
use super::super::npy::open_file;
use super::super::npy_shared::strided;
use super::super::progress::Progress;
use super::super::reading::read;
use super::super::runs::Runs;
use super::super::strided::Strided;
use super::super::transfer::Transfer;
use super::super::volume::room;
use super::{file_of, header};
use crate::array::DistArray;
use crate::comm::Comm;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AxisMap, Layout, Mode, Region};
use crate::numbers::DType;
use crate::protocol::{Assembly, DimData, check_dims, gather};
use std::io::BufReader;
use std::path::{Path, PathBuf};

/// The `.dnpy` files of an array: made by [`open_dnpy`]. All ranks hold the same.
#[derive(Debug)]
pub struct Dnpy {
    comm: Comm,
    name: PathBuf,
    dtype: DType,
    assembly: Assembly,
    /// In the order of their names.
    files: Vec<Part>,
}

/// What one file holds.
#[derive(Debug)]
struct Part {
    region: Region,
    /// Where in the file the elements lie that the part owns.
    strided: Strided,
}

/// What a rank sees of a file.
struct Look {
    dims: Vec<DimData>,
    strided: Strided,
}

/// The `.dnpy` files of this name, of DistArray or of [`save_dnpy`](super::save_dnpy): shape, type, and how the
/// array was cut.
///
/// `name_0.dnpy` says how many there are; the ranks look at them in turns, so that each is opened by one.
///
/// # Communication
/// One all-reduce of a number and one broadcast of one; then for every P files on P ranks one all-reduce of a
/// number and four all-gathers, of a few words for each file and dimension, and of lists of indices.
///
/// # Errors
/// On every rank [`ErrorKind::Io`] if a file is missing or cannot be read; [`ErrorKind::Format`] if one is no
/// `.dnpy` file, is shorter or longer than it says, or breaks a rule of the Distributed Array Protocol, and if
/// the files are not parts of one array: other types, sizes or grids, a part missing or twice.
///
/// # Example
/// ```
/// use lops::{DistArray, io, launch_threads, layout::Grid};
///
/// let name = std::env::temp_dir().join("lops-doc-open-dnpy");
/// launch_threads(4, |comm| {
///     let grid = Grid::parse("bc")?.over(&[2, 2]).layout(comm, &[5, 9])?;
///     let x = DistArray::from_fn(&grid, |i| (9 * i[0] + i[1]) as f32);
///     io::save_dnpy(&name, &x)?;
///     let files = io::open_dnpy(comm, &name)?;
///     assert_eq!((files.shape(), files.dtype(), files.count()), (&[5, 9][..], lops::numbers::DType::F32, 4));
///     assert_eq!(files.layout()?, grid); // as it was saved
///     assert_eq!(files.load::<f32>(&grid)?, x);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// `distarray.localapi.format` and `load_dnpy` of DistArray 0.6; the protocol's text, 0.10.0.
pub fn open_dnpy(comm: &Comm, name: impl AsRef<Path>) -> Result<Dnpy> {
    let name = name.as_ref().to_owned();
    let _operation = comm.operation("open", format_args!("{}", name.display()));
    let count = (comm.rank() == 0).then(|| {
        let dims = look(&file_of(&name, 0))?.dims;
        let count = dims.iter().try_fold(1usize, |n, dim| n.checked_mul(dim.proc_grid_size));
        count.ok_or_else(|| wrong(&file_of(&name, 0), "a process grid whose cells can be numbered"))
    });
    let mut count = [comm.agree(count.transpose())?.unwrap_or(0)];
    comm.broadcast(&mut count, 0);
    let [count] = count;
    let (mut dims, mut strided) = (vec![], vec![]);
    // A grid may claim to have any number of files: it ends at the first that is missing.
    for first in (0..count).step_by(comm.size()) {
        let own = (first + comm.rank() < count).then(|| look(&file_of(&name, first + comm.rank())));
        let own = comm.agree(own.transpose())?;
        dims.extend(gather(comm, own.as_ref().map(|own| &own.dims[..])).into_iter().flatten());
        strided.extend(all_strided(comm, own.map(|own| own.strided)));
    }
    let held: Vec<_> = dims.iter().map(|dims| &dims[..]).enumerate().collect();
    let together = Assembly::of(&held).and_then(|assembly| Ok((regions(&assembly, &dims)?, assembly)));
    let (regions, assembly) = together.map_err(|e| {
        Error::new(ErrorKind::Format, format!("{}_0.dnpy to _{}.dnpy: {}", name.display(), count - 1, e.message()))
    })?;
    let dtype = strided[0].dtype;
    if let Some(k) = strided.iter().position(|strided| strided.dtype != dtype) {
        let expected = format!("{dtype}, as in the first file");
        let file = file_of(&name, k);
        return Err(Error::expected(ErrorKind::Format, file.display(), expected, strided[k].dtype));
    }
    let files = regions.into_iter().zip(strided).map(|(region, strided)| Part { region, strided }).collect();
    Ok(Dnpy { comm: comm.clone(), name, dtype, assembly, files })
}

/// The array of `.dnpy` files, in a layout of its shape: every rank reads what it holds.
///
/// # Communication
/// That of [`open_dnpy`] and of [`Dnpy::load`].
///
/// # Errors
/// Those of [`open_dnpy`] and of [`Dnpy::load`].
///
/// # Example
/// See [`save_dnpy`](super::save_dnpy).
pub fn load_dnpy<T: NpyElement>(layout: &Layout, name: impl AsRef<Path>) -> Result<DistArray<T>> {
    open_dnpy(layout.comm(), name)?.load(layout)
}

impl Dnpy {
    /// The shape of the array.
    pub fn shape(&self) -> &[usize] {
        &self.assembly.shape
    }

    /// The type of its elements.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// The number of files.
    pub fn count(&self) -> usize {
        self.files.len()
    }

    /// The layout in which the array was saved, file k on rank k. Local.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if there are more files than ranks.
    pub fn layout(&self) -> Result<Layout> {
        let (files, ranks) = (self.count(), self.comm.size());
        if files > ranks {
            let what = format!("ranks for {}_….dnpy as saved", self.name.display());
            return Err(Error::expected(ErrorKind::Layout, what, format!("{files} or more"), ranks));
        }
        self.assembly.layout(&self.comm)
    }

    /// The array, in a layout of its shape: every rank reads what it holds, from whichever files have it.
    ///
    /// Where that is in runs shorter than 4 KiB on average, the files are read whole, in turns, and their
    /// contents redistributed.
    ///
    /// # Communication
    /// Two all-reduces, of three numbers and of one; one redistribution where runs are short.
    ///
    /// # Errors
    /// Those of [`Volume::load`](crate::io::Volume::load).
    pub fn load<T: NpyElement>(&self, layout: &Layout) -> Result<DistArray<T>> {
        self.comm.same_as(layout.comm(), "layout to load into")?;
        let told = format_args!("{}, {}, {layout:#}", self.name.display(), T::DTYPE);
        let _operation = self.comm.operation("load", told);
        let what = || format!("{}_….dnpy", self.name.display());
        if layout.shape() != self.shape() {
            let expected = format!("{:?}, the shape of the layout", layout.shape());
            return Err(Error::expected(ErrorKind::Shape, what(), expected, format!("{:?}", self.shape())));
        }
        if T::DTYPE != self.dtype {
            return Err(Error::expected(ErrorKind::Format, what(), T::DTYPE, self.dtype));
        }
        layout.mode().identity::<T>()?;
        let whole_files = self.whole_files()?;
        if self.runs(layout).are_worse_than(self.runs(&whole_files), layout) {
            return self.read(&whole_files)?.redistribute(layout);
        }
        let array = self.read(layout)?;
        Ok(DistArray::from_parts(layout.into(), layout.keep_first(array.into_vec())?))
    }

    /// Every file on one rank, in turns.
    fn whole_files(&self) -> Result<Layout> {
        let ranks = self.comm.size();
        let of_rank = |rank| self.files.iter().skip(rank).step_by(ranks).map(|part| part.region.clone()).collect();
        Layout::in_chunks(&self.comm, self.shape(), (0..ranks).map(of_rank).collect(), Mode::Replica)
    }

    fn runs(&self, layout: &Layout) -> Runs {
        let mut runs = Runs::default();
        for wanted in &*layout.regions(self.comm.rank()) {
            self.files.iter().for_each(|part| runs.add(&part.strided, &part.region, wanted));
        }
        runs
    }

    /// What each rank holds, chunks without regard to their mode.
    fn read<T: NpyElement>(&self, layout: &Layout) -> Result<DistArray<T>> {
        let words = format!("reading {}_….dnpy", self.name.display());
        let mut data = vec![];
        let mut all = || {
            data = room(layout.local_len(), &words)?;
            let mut progress = Progress::new(&self.comm, &words, size_of_val(&data[..]) as u64);
            for (cell, part) in self.files.iter().enumerate() {
                let (mut file, mut at) = (None, 0);
                for wanted in &*layout.regions(self.comm.rank()) {
                    let into = &mut data[at..at + wanted.len()];
                    at += wanted.len();
                    let Some(transfer) = Transfer::new(&part.strided, &part.region, wanted) else { continue };
                    let path = file_of(&self.name, cell);
                    if file.is_none() {
                        file = Some(open_file(&path)?.0);
                    }
                    let done = file.as_ref().map_or(Ok(()), |mut file| {
                        read(&mut file, &transfer, part.strided.big_endian, into, &mut progress)
                    });
                    done.map_err(|e| read_error(&e, &path.display().to_string(), "all of its data"))?;
                }
            }
            Ok(())
        };
        let done = all();
        self.comm.agree(done)?;
        Ok(DistArray::from_parts(layout.into(), data))
    }
}

/// What a file says, held against its length.
fn look(path: &Path) -> Result<Look> {
    let (file, length) = open_file(path)?;
    let what = path.display().to_string();
    let mut reader = BufReader::new(file);
    let (dims, before) = header::read(&mut reader, &what)?;
    let header = Header::read(&mut reader, &what)?;
    header.check_length(length.saturating_sub(before), &what)?;
    let whole = |(axis, dim): (usize, Option<DimData>)| {
        dim.unwrap_or_else(|| DimData::whole(header.shape.get(axis).copied().unwrap_or(0)))
    };
    let dims: Vec<_> = dims.into_iter().enumerate().map(whole).collect();
    check_dims(&dims, &header.shape).map_err(|e| Error::new(ErrorKind::Format, format!("{what}: {}", e.message())))?;
    let mut strided = strided(&header, before + header.offset);
    for (axis, dim) in dims.iter().enumerate() {
        let owned = dim.owned_cells(); // communication padding is another part's
        strided.shape[axis] = owned.len();
        strided.offset += owned.start as i64 * strided.strides[axis];
    }
    Ok(Look { dims, strided })
}

/// The part of the array that each file has.
fn regions(assembly: &Assembly, files: &[Vec<DimData>]) -> Result<Vec<Region>> {
    let axes = assembly.cuts.iter().zip(&assembly.grid).zip(&assembly.shape).enumerate();
    let axes = axes.map(|(axis, ((cut, &p), &n))| AxisMap::new(axis, cut, p, n)).collect::<Result<Vec<_>>>()?;
    let region = |dims: &Vec<DimData>| {
        Region::new(axes.iter().zip(dims).map(|(map, dim)| map.set(dim.proc_grid_rank)).collect())
    };
    Ok(files.iter().map(region).collect())
}

/// Where the elements lie in the files of all ranks that have one now, in the order of ranks.
fn all_strided(comm: &Comm, own: Option<Strided>) -> Vec<Strided> {
    let mut words = vec![];
    if let Some(own) = own {
        words.extend([own.shape.len() as i64, own.dtype.code() as i64, i64::from(own.big_endian), own.offset]);
        words.extend(own.shape.iter().map(|&n| n as i64).chain(own.strides));
    }
    let (all, _) = comm.all_gather_uneven(&words);
    let (mut rest, mut found) = (&all[..], vec![]);
    while let [ndim, dtype, big_endian, offset, more @ ..] = rest {
        let (shape, more) = more.split_at(*ndim as usize);
        let (strides, more) = more.split_at(*ndim as usize);
        let shape = shape.iter().map(|&n| n as usize).collect();
        let (dtype, big_endian) = (DType::ALL[*dtype as usize], *big_endian == 1);
        found.push(Strided { shape, strides: strides.to_vec(), offset: *offset, dtype, big_endian });
        rest = more;
    }
    found
}

fn wrong(path: &Path, expected: &str) -> Error {
    Error::expected(ErrorKind::Format, path.display(), expected, "one that is too large")
}
