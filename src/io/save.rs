//! One file from all ranks: each writes its own part.

use super::atomic::{Unfinished, cannot_write};
use super::element::NpyElement;
use super::positioned::write_all_at;
use super::progress::Progress;
use super::runs::{Runs, rows};
use super::strided::Strided;
use super::transfer::Transfer;
use super::writing::write;
use crate::array::DistArray;
use crate::error::Result;
use crate::layout::{Partition, Region};
use std::borrow::Cow;
use std::fs::OpenOptions;
use std::path::Path;

/// Writes an array as a strided volume behind a header, and gives the file its name when all is there.
pub(super) fn save<T: NpyElement>(path: &Path, array: &DistArray<T>, header: &[u8], volume: &Strided) -> Result<()> {
    let told = format_args!("{}, {}, {:#}, {volume:?}, header {header:?}", path.display(), T::DTYPE, array.space());
    let _operation = array.comm().compare("save", told)?;
    let array = by_long_runs(array, volume)?;
    let (layout, comm) = (array.layout()?, array.comm());
    let file = Unfinished::begin(comm, path)?;
    let all = || {
        let part = OpenOptions::new().write(true).open(file.temporary())?;
        if comm.rank() == 0 {
            let end = volume.extent().map_or(0, |extent| extent.end as u64);
            part.set_len(end.max(header.len() as u64))?;
            write_all_at(&part, header, 0)?;
        }
        let own = array.as_slice();
        if comm.rank() == 0 || !layout.is_replicated() {
            let words = format!("writing {}", path.display());
            let mut progress = Progress::new(comm, &words, size_of_val(own) as u64);
            let (whole, mut at) = (Region::whole(layout.shape()), 0);
            for region in &*layout.regions(comm.rank()) {
                if let Some(transfer) = Transfer::new(volume, &whole, region) {
                    write(&part, &transfer, volume.big_endian, &own[at..at + region.len()], &mut progress)?;
                }
                at += region.len();
            }
        }
        part.sync_data()
    };
    let written = all().map_err(|e| cannot_write(path, &e));
    file.finish(written)
}

/// The array itself if its parts lie in long runs in the file; else by rows. Chunks always so, which gives
/// every element to one rank.
fn by_long_runs<'a, T: NpyElement>(array: &'a DistArray<T>, volume: &Strided) -> Result<Cow<'a, DistArray<T>>> {
    let layout = array.layout()?;
    let rows = match layout.partition() {
        Partition::Replicated | Partition::Unsynced => None,
        Partition::Chunks(_) => Some(rows(volume, layout)?),
        Partition::Grid(_) => Runs::of(volume, layout).better_rows(volume, layout)?,
    };
    rows.map_or(Ok(Cow::Borrowed(array)), |rows| array.redistribute(&rows).map(Cow::Owned))
}
