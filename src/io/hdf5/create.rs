//! New datasets: how they are stored, and that they are written.

use super::file::Hdf5File;
use super::{failed, saved_layout, slabs, tree, types, values};
use crate::array::DistArray;
use crate::comm::Operation;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::{DType, Element};
use hdf5::dataset::{AllocTime, FillTime};

/// Chunks that are chosen here have about so many bytes.
const CHUNK_BYTES: usize = 1 << 20;

/// A dataset in the making: how it is to be stored.
///
/// What is not said: values one after another in C order, without chunks and compression.
#[derive(Debug)]
#[must_use = "`write` writes the dataset"]
pub struct NewDataset<'f> {
    file: &'f Hdf5File,
    name: String,
    chunks: Option<Vec<usize>>,
    shuffle: bool,
    deflate: Option<u8>,
}

impl Hdf5File {
    /// A dataset in the making; groups on the way to it are made.
    pub fn new_dataset(&self, name: &str) -> NewDataset<'_> {
        NewDataset { file: self, name: name.into(), chunks: None, shuffle: false, deflate: None }
    }
}

impl NewDataset<'_> {
    /// Stored in chunks of this shape, which are read and packed as a whole.
    pub fn chunks(mut self, shape: &[usize]) -> Self {
        self.chunks = Some(shape.to_vec());
        self
    }

    /// First bytes of all numbers of a chunk, then second bytes, and so on: packs better. In chunks, of about
    /// a megabyte where nothing is said.
    pub fn shuffle(mut self) -> Self {
        self.shuffle = true;
        self
    }

    /// Packed by deflate (gzip), at a level from 0, fast, to 9, small. In chunks, of about a megabyte where
    /// nothing is said.
    pub fn deflate(mut self, level: u8) -> Self {
        self.deflate = Some(level);
        self
    }

    /// Writes the array: every element once, chunks combined as their mode says. Its layout is kept beside it,
    /// as an attribute, for [`load_as_saved`](super::Hdf5Dataset::load_as_saved); not one of more than 1024 chunks a
    /// rank, or with a rank whose chunks cover the array more than 16 times.
    ///
    /// Of replicated arrays each rank writes a share of its own copy.
    ///
    /// # Communication
    /// One exchange, in which every element goes to the rank that writes it; none of an array that is
    /// replicated, or scattered on its first axis and not stored in chunks. By threads five all-reduces of a
    /// number and a barrier for each rank. Under MPI eight, or nine, and what the HDF5 library sends to open
    /// the file and, where chunks are packed, for one collective write (several, where a rank has more than a
    /// gigabyte); packed values are then read back by the rank that wrote them, for a full disk may go
    /// unnoticed in a collective write. Beside the array each rank needs memory for its share again.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] of a stack; [`ErrorKind::Communicator`] if the array has other ranks than the file;
    /// [`ErrorKind::Parameter`] if the file was opened to be read, the name is taken or no name, chunks are
    /// empty, the level is above 9, or the mode of the array's chunks is not defined for its type;
    /// [`ErrorKind::Shape`] for chunks with other axes than the array, or larger; [`ErrorKind::Io`] if the file
    /// cannot be written to: nothing of that name is in it then.
    pub fn write<T: Element>(self, array: &DistArray<T>) -> Result<()> {
        let layout = array.layout()?;
        let (file, name) = (self.file, &self.name);
        file.comm().same_as(layout.comm(), "array for an HDF5 file")?;
        let _operation = self.begin(T::DTYPE, layout)?;
        file.check_writable()?;
        tree::check_name(name)?;
        let chunks = self.chunks_for(layout, T::DTYPE)?;
        let slabs = slabs::slabs_like(layout, chunks.as_deref())?;
        let moved = if slabs == *layout { None } else { Some(array.redistribute(&slabs)?) };
        file.on_root(|root| {
            tree::check_new(root, name, file.path())?;
            let made = self.make(root, layout, T::DTYPE, chunks.as_deref());
            made.map_err(failed(file.what(name), "a dataset that can be made"))
        })?;
        if layout.size() == 0 {
            return Ok(());
        }
        let own = moved.as_ref().unwrap_or(array).as_slice();
        let packed = chunks.is_some() && (self.shuffle || self.deflate.is_some());
        let stored = values::Stored { chunks: chunks.as_deref(), packed };
        let written = values::write(file, name, &slabs, stored, own);
        if written.is_err() {
            // Best effort: the first error is the one to tell.
            let _ = file.on_root(|root| root.unlink(name).map_err(failed(name, "a dataset to remove")));
        }
        written
    }

    fn begin(&self, dtype: DType, layout: &Layout) -> Result<Operation> {
        let Self { file, name, chunks, shuffle, deflate } = self;
        let told = format_args!("{}, {chunks:?}, {shuffle}, {deflate:?}, {dtype}, {layout:#}", file.what(name));
        file.comm().compare("write", told)
    }

    /// The shape of the chunks, if there are any.
    fn chunks_for(&self, layout: &Layout, dtype: DType) -> Result<Option<Vec<usize>>> {
        let shape = layout.shape();
        if let Some(level) = self.deflate.filter(|&level| level > 9) {
            return Err(Error::expected(ErrorKind::Parameter, "level of deflate", "at most 9", level));
        }
        if let Some(chunks) = &self.chunks {
            if chunks.len() != shape.len() || chunks.iter().zip(shape).any(|(&c, &n)| c > n.max(1)) {
                let expected = format!("at most {shape:?}, the shape of the array");
                return Err(Error::expected(ErrorKind::Shape, "shape of chunks", expected, format!("{chunks:?}")));
            }
            if chunks.contains(&0) {
                let expected = "at least 1 on each axis";
                return Err(Error::expected(ErrorKind::Parameter, "shape of chunks", expected, format!("{chunks:?}")));
            }
            let bytes = chunks.iter().try_fold(dtype.size(), |bytes, &n| bytes.checked_mul(n));
            if bytes.is_none_or(|bytes| u32::try_from(bytes).is_err()) {
                let expected = "chunks of less than 2³² bytes";
                return Err(Error::expected(ErrorKind::Parameter, "shape of chunks", expected, format!("{chunks:?}")));
            }
        }
        let wanted = self.chunks.is_some() || self.shuffle || self.deflate.is_some();
        if !wanted || shape.is_empty() || layout.size() == 0 {
            return Ok(None); // nothing to cut
        }
        Ok(Some(self.chunks.clone().unwrap_or_else(|| chosen(shape, dtype.size()))))
    }

    /// Makes the dataset, without values yet.
    fn make(&self, root: &hdf5::File, layout: &Layout, dtype: DType, chunks: Option<&[usize]>) -> hdf5::Result<()> {
        let mut builder = root.new_dataset_builder();
        builder = match chunks {
            Some(chunks) => builder.chunk(chunks),
            // Room for all values now, and no zeros before them: all of it is about to be written.
            None => builder.no_chunk().alloc_time(Some(AllocTime::Early)).fill_time(FillTime::Never),
        };
        if chunks.is_some() && self.shuffle {
            builder = builder.shuffle();
        }
        if let Some(level) = self.deflate.filter(|_| chunks.is_some()) {
            builder = builder.deflate(level);
        }
        let dataset = builder.empty_as(types::descriptor(dtype)).shape(layout.shape()).create(self.name.as_str())?;
        saved_layout::keep(&dataset, layout)
    }
}

/// Whole rows, as many as have about a megabyte.
fn chosen(shape: &[usize], size: usize) -> Vec<usize> {
    let mut left = (CHUNK_BYTES / size).max(1);
    let mut chunks = vec![1; shape.len()];
    for (chunk, &n) in chunks.iter_mut().zip(shape).rev() {
        *chunk = n.clamp(1, left);
        left /= *chunk;
    }
    chunks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_chunks_are_rows_of_a_megabyte() {
        assert_eq!(chosen(&[1000, 1000, 1000], 8), [1, 131, 1000]);
        assert_eq!(chosen(&[3, 5], 8), [3, 5]);
        assert_eq!(chosen(&[7, 1 << 30], 4), [1, 1 << 18]);
    }
}
