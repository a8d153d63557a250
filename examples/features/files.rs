//! Files, and arrays shown to other codes.

use crate::Tour;
use lops::io;
use lops::prelude::*;

pub(crate) fn visit(tour: &Tour<'_>, x: &DistArray<f64>) -> Result<()> {
    tour.heading("Files and other codes");
    let part = x.protocol()?.map_or_else(String::new, |part| part.json());
    tour.say(format!("by the Distributed Array Protocol, rank 0 has {part}"));
    let Some(folder) = tour.out else {
        tour.say("(with --out FOLDER, arrays are saved and read back)");
        return Ok(());
    };
    let columns = Layout::scatter(tour.comm, &x.shape(), 1)?;
    let back = |y: DistArray<f64>| y.like(x)?.array_equal(x);

    io::save_npy(folder.join("x.npy"), x)?;
    tour.say(format!("x.npy, read by columns, is x: {}", back(io::load_npy(&columns, folder.join("x.npy"))?)?));
    io::save_dnpy(folder.join("x"), x)?;
    tour.say(format!("x_….dnpy, read by columns, is x: {}", back(io::load_dnpy(&columns, folder.join("x"))?)?));
    #[cfg(feature = "hdf5")]
    {
        let path = folder.join("x.h5");
        io::save_hdf5(&path, "group/x", x)?;
        tour.say(format!("x.h5, read by columns, is x: {}", back(io::load_hdf5(&columns, &path, "group/x")?)?));
    }
    Ok(())
}
