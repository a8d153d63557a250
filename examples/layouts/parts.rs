//! Slices, another shape, and the same array for other programs.

use crate::{Tour, grids::SHAPE};
use lops::plot::Ownership;
use lops::prelude::*;

pub(crate) fn visit(tour: &Tour<'_>) -> Result<()> {
    let comm = tour.comm;
    tour.heading("Parts, by NumPy's index expressions: they stay where they are");
    let layout = Layout::grid(comm, &SHAPE, &[Cut::Block, Cut::Cyclic])?;
    let mut x = DistArray::from_fn(&layout, |i| (SHAPE[1] * i[0] + i[1]) as i64);
    let before = comm.traffic();
    for (words, picked) in [
        ("x[1:5, ::3]", index![1..5, ..;3]),
        ("x[::-2, :]", index![..;-2, ..]),
        ("x[:, 4]", index![.., 4]),
        ("x[[5, 0], :]", index![lops::library::Index::list([5, 0]), ..]),
    ] {
        let part = x.slice(&picked)?;
        tour.say(format!("{words:<12} {}", part.layout()?));
    }
    x.view_mut(&index![.., 0])?.map_in_place(|x| -x);
    tour.say(format!("{} calls for all that", (comm.traffic() - before).total().calls));
    tour.say(format!("x[3, 0] = {}, which its owner tells all", x.get(&[3, 0])?));

    tour.heading("Another shape, in C order");
    let flat = x.distribute_as(&Layout::scatter(comm, &[5, 16], 1)?)?;
    tour.say(format!("{} as {}", x.layout()?, flat.layout()?));
    if let Some(path) = tour.picture("reshaped") {
        Ownership::of(flat.layout()?).title("The same elements as 5 × 16").values(&flat).save(path)?;
    }

    tour.heading("For other programs: the Distributed Array Protocol");
    if let Some(part) = x.protocol()? {
        tour.say(format!("rank 0 shows {}", part.json()));
    }
    Ok(())
}
