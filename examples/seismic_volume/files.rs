//! The volume in files: `.npy`, `.dnpy`, and HDF5 where lops is built with it.

use crate::{Log, Statistics};
use lops::io;
use lops::prelude::*;
use std::path::Path;

/// Saves the volume, its statistics and a part of it, and reads the volume back onto half of the ranks.
pub(crate) fn write(volume: &DistArray<f32>, statistics: &Statistics, folder: &Path, log: &mut Log<'_>) -> Result<()> {
    // Other ranks hold other parts of what comes back: depth is dealt out to every other rank.
    let some: Vec<_> = (0..volume.comm().size()).step_by(2).collect();
    let cuts = [Cut::Whole, Cut::Whole, Cut::Block];
    let other = Grid::cut(&cuts).on_ranks(&some).layout(volume.comm(), &volume.shape())?;

    io::save_npy(folder.join("volume.npy"), volume)?;
    log.say("saved volume.npy, one file");
    compare(volume, &io::load_npy(&other, folder.join("volume.npy"))?, "volume.npy")?;
    log.say("read back, cut in depth on every other rank: equal");

    io::save_dnpy(folder.join("volume"), volume)?;
    log.say("saved volume_….dnpy, a file for each rank");
    compare(volume, &io::load_dnpy(&other, folder.join("volume"))?, "volume.dnpy")?;
    log.say("read back: equal");

    for (name, field) in &statistics.fields {
        io::save_npy(folder.join(format!("{name}.npy")), field)?;
    }
    log.say("saved the statistics");
    #[cfg(feature = "hdf5")]
    hdf5::write(volume, statistics, &other, folder, log)?;
    Ok(())
}

/// The volume from the folder, by whatever ranks there are now.
pub(crate) fn read(comm: &Comm, folder: &Path) -> Result<DistArray<f32>> {
    let file = io::open_npy(comm, folder.join("volume.npy"))?;
    let [across, along, depth] = *file.shape() else {
        let found = format!("shape {:?}", file.shape());
        return Err(Error::expected(ErrorKind::Format, "volume.npy", "a volume of three axes", found));
    };
    let cuts = [Cut::Block, Cut::Block, Cut::Whole];
    let layout = Grid::cut(&cuts).layout(comm, &[across, along, depth])?;
    let volume = file.load(&layout)?;
    compare(&volume, &io::load_dnpy(&layout, folder.join("volume"))?, "volume.dnpy")?;
    #[cfg(feature = "hdf5")]
    hdf5::check(&volume, folder)?;
    Ok(volume)
}

/// Whether the same came back, in whatever layout.
fn compare(volume: &DistArray<f32>, found: &DistArray<f32>, what: &str) -> Result<()> {
    if found.like(volume)?.array_equal(volume)? {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Format, format!("{what} is not the volume that was saved")))
}

#[cfg(feature = "hdf5")]
mod hdf5 {
    use super::compare;
    use crate::{Log, Statistics};
    use lops::io::{Hdf5File, load_hdf5};
    use lops::prelude::*;
    use std::path::Path;

    pub(super) fn write(
        volume: &DistArray<f32>,
        statistics: &Statistics,
        other: &Layout,
        folder: &Path,
        log: &mut Log<'_>,
    ) -> Result<()> {
        let path = folder.join("volume.h5");
        let file = Hdf5File::create(volume.comm(), &path)?;
        file.write("volume", volume)?;
        for (name, field) in &statistics.fields {
            file.write(&format!("statistics/{name}"), field)?;
        }
        // A part of the volume, in compressed chunks.
        let part = volume.slice(&index![..;4, ..;4, ..])?;
        file.new_dataset("every fourth trace").deflate(4).write(&part)?;
        file.finish()?;
        log.say("saved volume.h5: the volume, statistics, and a compressed part");
        compare(volume, &load_hdf5(other, &path, "volume")?, "volume.h5")?;
        log.say("read back: equal");
        Ok(())
    }

    /// Whether the file, if there is one, has the same volume.
    pub(super) fn check(volume: &DistArray<f32>, folder: &Path) -> Result<()> {
        let path = folder.join("volume.h5");
        let there = volume.comm().all_gather(&[path.exists()]).into_iter().all(|there| there);
        if there { compare(volume, &load_hdf5(volume.layout()?, &path, "volume")?, "volume.h5") } else { Ok(()) }
    }
}
