//! A dataset of a file: what it is, and its values.

use super::super::volume::check_room;
use super::attributes::Attribute;
use super::file::Hdf5File;
use super::opening::{self, Mode};
use super::slabs::{box_of, slabs};
use super::transfer::Hyperslab;
use super::{broadcast, failed, saved_layout, tree, types, values, wrong};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::library::{Index, Pick, Selection, Steps};
use crate::numbers::{DType, Element};
use hdf5::LocationType;
use hdf5::dataset::Layout as Storage;
use ndarray::{ArrayViewMutD, Axis, IxDyn, Slice};
use std::ops::Range;

/// Deflate cannot do better than 1032 to 1.
const MOST_DEFLATED: u64 = 1032;

/// A dataset of an [`Hdf5File`].
#[derive(Debug)]
pub struct Hdf5Dataset<'f> {
    file: &'f Hdf5File,
    name: String,
    dtype: DType,
    shape: Vec<usize>,
    chunks: Option<Vec<usize>>,
}

impl Hdf5File {
    /// The dataset of a name.
    ///
    /// # Communication
    /// One all-reduce of a number and two small broadcasts.
    ///
    /// # Errors
    /// [`ErrorKind::Format`] if there is none (the words list what there is), if its values lie in other
    /// files, are of no type that [`Element`] has, or do not fit into the file.
    pub fn dataset(&self, name: &str) -> Result<Hdf5Dataset<'_>> {
        let _operation = self.comm().operation("dataset", format_args!("{}", self.what(name)));
        tree::check_name(name)?;
        let found = self.on_root(|file| judged(file, name, &self.what(name)))?;
        let words = broadcast::values(self.comm(), found);
        let (dtype, rest) = (DType::ALL.get(words[0]).copied(), &words[2..]);
        let Some(dtype) = dtype else { return wrong(self.what(name), "a known type", words[0]) };
        let (shape, chunks) = rest.split_at(words[1]);
        let chunks = (!chunks.is_empty()).then(|| chunks.to_vec());
        Ok(Hdf5Dataset { file: self, name: name.into(), dtype, shape: shape.to_vec(), chunks })
    }
}

impl Hdf5Dataset<'_> {
    /// The name in the file.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The global shape.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The type of the elements.
    pub fn dtype(&self) -> DType {
        self.dtype
    }

    /// The shape of the chunks in which it is stored, if it is.
    pub fn chunks(&self) -> Option<&[usize]> {
        self.chunks.as_deref()
    }

    /// An attribute, as [`Hdf5File::attribute`].
    ///
    /// # Errors
    /// Those of [`Hdf5File::attribute`].
    pub fn attribute(&self, name: &str) -> Result<Attribute> {
        self.file.attribute(&self.name, name)
    }

    /// All of it, in this layout.
    ///
    /// Every rank reads one box of the file, a whole number of chunks where it is in chunks, and the rest is
    /// an exchange. Values are what they are in the file: the order of bytes is converted, floats of 16 bits become
    /// `f32`, pairs of floats complex numbers, bits unsigned integers. Of chunks that are summed or multiplied the
    /// first one that covers an element has its value.
    ///
    /// # Communication
    /// That of [`DistArray::redistribute`] from those boxes to the layout: none where an array in rows without
    /// chunks is read into rows. Three all-reduces of a number.
    ///
    /// # Errors
    /// On all ranks, [`ErrorKind::Format`] if the type is another, or the values are damaged;
    /// [`ErrorKind::Shape`] if the shape is another; [`ErrorKind::Communicator`] if the ranks are others;
    /// [`ErrorKind::Io`] if the file cannot be read, or there is no memory for the array;
    /// [`ErrorKind::Parameter`] if the mode of chunks is not defined for the type.
    pub fn load<T: Element>(&self, layout: &Layout) -> Result<DistArray<T>> {
        self.load_slice(layout, &[])
    }

    /// A part of it, which NumPy's expressions pick as they do of an array: see [`Index`]. Every rank reads
    /// what it holds and no more.
    ///
    /// # Communication
    /// That of [`load`](Self::load).
    ///
    /// # Errors
    /// Those of [`load`](Self::load), with the shape of what is picked, and those of [`DistArray::slice`].
    pub fn load_slice<T: Element>(&self, layout: &Layout, index: &[Index]) -> Result<DistArray<T>> {
        let what = self.file.what(&self.name);
        self.file.comm().same_as(layout.comm(), "layout for an HDF5 file")?;
        let told = format_args!("{what}, {}, {layout:#}, at {index:?}", T::DTYPE);
        let _operation = self.file.comm().operation("load", told);
        if T::DTYPE != self.dtype {
            return wrong(format!("{what}, type"), T::DTYPE, self.dtype);
        }
        let selection = Selection::of(index, &self.shape)?;
        if selection.shape() != layout.shape() {
            let expected = format!("{:?}, as the layout has it", layout.shape());
            let what = format!("{what}, shape");
            return Err(Error::expected(ErrorKind::Shape, what, expected, format!("{:?}", selection.shape())));
        }
        let slabs = self.slabs_for(layout, &selection, index.is_empty())?;
        self.file.release()?;
        // Of what comes back there may be more than of what is read.
        let tried = check_room::<T>(layout.local_len(), &what);
        let own = tried.and_then(|()| match box_of(&slabs, layout.comm().rank()) {
            Some(ranges) => self.read_box(&selection, &ranges, &what),
            None => Ok(vec![]),
        });
        let array = DistArray::from_parts((&slabs).into(), layout.comm().agree(own)?);
        if slabs == *layout { Ok(array) } else { array.redistribute(layout) }
    }

    /// All of it, in the layout in which it was [written](super::NewDataset::write): on as many ranks.
    ///
    /// # Communication
    /// That of [`load`](Self::load) and of [`saved_layout`](Self::saved_layout).
    ///
    /// # Errors
    /// Those of [`load`](Self::load); [`ErrorKind::Layout`] if there are more or fewer ranks than wrote it;
    /// [`ErrorKind::Format`] if no layout is kept, it is damaged, or less is stored than the shape says.
    pub fn load_as_saved<T: Element>(&self) -> Result<DistArray<T>> {
        self.load(&self.saved_layout()?)
    }

    /// The layout in which it was [written](super::NewDataset::write).
    ///
    /// # Communication
    /// An all-reduce of a number and two broadcasts; one split where the layout has a mask.
    ///
    /// # Errors
    /// Those of [`load_as_saved`](Self::load_as_saved).
    pub fn saved_layout(&self) -> Result<Layout> {
        let what = self.file.what(&self.name);
        let _operation = self.file.comm().operation("saved_layout", format_args!("{what}"));
        let text = self.file.on_root(|file| {
            let dataset = file.dataset(&self.name).map_err(failed(&what, "a dataset"))?;
            // Memory is taken on the word of the file alone: it must have as much to show.
            let elements = self.shape.iter().map(|&n| n as u64).product::<u64>();
            let (needed, stored) = (elements.saturating_mul(self.dtype.size() as u64), dataset.storage_size());
            let packed = if dataset.filters().is_empty() { 1 } else { MOST_DEFLATED };
            if stored.saturating_mul(packed) < needed {
                return wrong(&what, format!("{needed} bytes of values"), format!("{stored} bytes stored"));
            }
            saved_layout::kept(&dataset, &what)
        })?;
        let text = broadcast::text(self.file.comm(), text);
        saved_layout::parse(&text, self.file.comm(), &self.shape, &what)
    }

    /// The boxes in which it is read.
    fn slabs_for(&self, layout: &Layout, selection: &Selection, is_all: bool) -> Result<Layout> {
        if is_all {
            return super::slabs::slabs_like(layout, self.chunks.as_deref());
        }
        // Where whole stretches of an axis are picked, bounds are those of its chunks, as near as can be.
        let unit = |axis: &Option<usize>| match (axis, &self.chunks) {
            (Some(axis), Some(chunks)) => match &selection.picks[*axis] {
                Pick::Steps(steps) => (chunks[*axis] / steps.step.unsigned_abs()).max(1),
                _ => 1,
            },
            _ => 1,
        };
        slabs(layout.comm(), layout.shape(), &selection.axes.iter().map(unit).collect::<Vec<_>>())
    }

    /// This rank's box of what is picked. Local.
    fn read_box<T: Element>(&self, selection: &Selection, ranges: &[Range<usize>], what: &str) -> Result<Vec<T>> {
        let runs = runs(selection, ranges);
        let mut values = values::room::<T>(ranges.iter().map(Range::len).product(), what)?;
        let words = || failed(what, "a dataset that can be read");
        let file = opening::open(self.file.place(), Mode::Read).map_err(words())?;
        let dataset = file.dataset(&self.name).map_err(words())?;
        if let Some(slab) = whole(&runs) {
            values::read(&dataset, &slab, &mut values, what)?;
            return Ok(values);
        }
        let shape: Vec<_> = runs.iter().map(|runs| runs.iter().map(|run| run.steps.len).sum()).collect();
        let mut all = ArrayViewMutD::from_shape(IxDyn(&shape), &mut values)
            .map_err(|e| Error::new(ErrorKind::Shape, e.to_string()))?;
        for_each_part(&runs, &mut |part| {
            let slab = hyperslab(part);
            let lengths: Vec<_> = part.iter().map(|run| run.steps.len).collect();
            let mut piece = values::room::<T>(lengths.iter().product(), what)?;
            values::read(&dataset, &slab, &mut piece, what)?;
            let mut piece = ArrayViewMutD::from_shape(IxDyn(&lengths), &mut piece)
                .map_err(|e| Error::new(ErrorKind::Shape, e.to_string()))?;
            let mut place = all.view_mut();
            for (axis, run) in part.iter().enumerate() {
                if run.steps.step < 0 {
                    piece.invert_axis(Axis(axis));
                }
                place.slice_axis_inplace(Axis(axis), Slice::from(run.at..run.at + run.steps.len));
            }
            place.assign(&piece);
            Ok(())
        })?;
        Ok(values)
    }
}

/// Equally spaced indices of an axis of the dataset, and where in a box they come to.
#[derive(Clone, Copy, Debug)]
struct Run {
    steps: Steps,
    at: usize,
}

/// What is picked of each axis of the dataset for a box of the result, in runs.
fn runs(selection: &Selection, ranges: &[Range<usize>]) -> Vec<Vec<Run>> {
    let range_of = |axis: usize| {
        let at = selection.axes.iter().position(|&source| source == Some(axis));
        at.map_or(0..1, |at| ranges[at].clone())
    };
    let of_axis = |(axis, pick): (usize, &Pick)| {
        let range = range_of(axis);
        match pick {
            Pick::At(index) => vec![Run { steps: Steps::new(*index, 1, 1), at: 0 }],
            Pick::Steps(steps) => {
                vec![Run { steps: Steps::new(steps.get(range.start), steps.step, range.len()), at: 0 }]
            }
            Pick::List(items) => listed(&items[range]),
        }
    };
    selection.picks.iter().enumerate().map(of_axis).collect()
}

/// A list as runs of equal steps, each as long as may be.
fn listed(items: &[usize]) -> Vec<Run> {
    let mut runs = vec![];
    let mut at = 0;
    while at < items.len() {
        let rest = &items[at..];
        let step = rest.get(1).map_or(1, |&next| next.wrapping_sub(rest[0]) as isize);
        let even = rest.windows(2).take_while(|pair| step != 0 && pair[1].wrapping_sub(pair[0]) as isize == step);
        let len = even.count() + 1;
        runs.push(Run { steps: Steps::new(rest[0], step, len), at });
        at += len;
    }
    runs
}

/// The one hyperslab that lies in the box as it does in the file, if it is that.
fn whole(runs: &[Vec<Run>]) -> Option<Hyperslab> {
    let one: Option<Vec<_>> = runs.iter().map(|runs| if let [run] = runs[..] { Some(run) } else { None }).collect();
    one.filter(|runs| runs.iter().all(|run| run.steps.step > 0)).map(|runs| hyperslab(&runs))
}

/// The same indices in ascending order.
fn hyperslab(runs: &[Run]) -> Hyperslab {
    Hyperslab {
        start: runs.iter().map(|run| run.steps.ends().0 as u64).collect(),
        stride: runs.iter().map(|run| run.steps.step.unsigned_abs() as u64).collect(),
        count: runs.iter().map(|run| run.steps.len as u64).collect(),
    }
}

/// Calls `f` with every combination of one run an axis.
fn for_each_part(runs: &[Vec<Run>], f: &mut dyn FnMut(&[Run]) -> Result<()>) -> Result<()> {
    fn walk(runs: &[Vec<Run>], part: &mut Vec<Run>, f: &mut dyn FnMut(&[Run]) -> Result<()>) -> Result<()> {
        let Some((first, rest)) = runs.split_first() else { return f(part) };
        for &run in first {
            part.push(run);
            walk(rest, part, f)?;
            part.pop();
        }
        Ok(())
    }
    walk(runs, &mut vec![], f)
}

/// What the dataset is, as numbers: type, number of axes, shape, shape of chunks.
pub(super) fn judged(file: &hdf5::File, name: &str, what: &str) -> Result<Vec<usize>> {
    if tree::kind(file, name, what)? != LocationType::Dataset {
        return wrong(what, "a dataset", "a group");
    }
    let words = || failed(what, "a dataset that can be read");
    let dataset = file.dataset(name).map_err(words())?;
    let stored = dataset.dtype().map_err(words())?;
    let Some(dtype) = types::dtype_of(&stored) else {
        return wrong(format!("{what}, type"), "numbers or bool", types::words(&stored));
    };
    if dataset.space().map_err(words())?.is_null() {
        return wrong(what, "an array", "an empty dataset without shape");
    }
    let list = dataset.dcpl().map_err(words())?;
    let storage = list.get_layout().map_err(words())?;
    if !matches!(storage, Storage::Compact | Storage::Contiguous | Storage::Chunked) || !list.external().is_empty() {
        return wrong(what, "values in this file", "values in other files");
    }
    let shape = dataset.shape();
    let bytes = shape.iter().try_fold(dtype.size(), |bytes, &n| bytes.checked_mul(n));
    if bytes.is_none_or(|bytes| isize::try_from(bytes).is_err()) {
        return wrong(format!("{what}, shape"), "one of less than 2⁶³ bytes", format!("{shape:?}"));
    }
    let (length, held) = (file.size(), dataset.storage_size());
    let end = dataset.offset().unwrap_or(0).saturating_add(held);
    if held > length || end > length {
        return wrong(what, format!("values within the {length} bytes of the file"), format!("an end at byte {end}"));
    }
    let chunks = if storage == Storage::Chunked { dataset.chunk().unwrap_or_default() } else { vec![] };
    if !chunks.is_empty() && (chunks.len() != shape.len() || chunks.contains(&0)) {
        return wrong(what, "chunks of as many axes", format!("{chunks:?}"));
    }
    Ok([&[dtype.code(), shape.len()], &shape[..], &chunks].concat())
}
