//! `features.ipynb` of DistArray: what a distributed array is, and what can be done with it, in the notebook's order.

use crate::page::Page;
use lops::ndarray::Array2;
use lops::{io, library::uniform, plot::Ownership, prelude::*};

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    let comm = page.comm;

    // An array that every rank has, and one of which each has a part.
    let array = Array2::from_shape_fn((4, 5), |(i, j)| uniform(42, (5 * i + j) as u64));
    let rows = Layout::scatter(comm, &[4, 5], 0)?;
    let mut x = DistArray::from_global(&rows, &array)?;
    page.show("x", &x);
    page.say(&x); // this rank's part
    page.say(format!("{}, {} axes, shape {:?}, {} bytes", x.dtype(), rows.ndim(), x.shape(), 8 * x.size()));
    page.say(format!("on {} ranks ({}): {}", comm.size(), comm.engine_name(), x.space()));

    // Functions of elements.
    page.show("sin x", &x.sin());
    page.show("x + x", &(&x + &x));
    page.ensure(x.sin().gather_all() == array.mapv(f64::sin).into_dyn(), "ndarray's sines")?;

    // Who has what: of this array, and of one whose columns are dealt out.
    page.say(format!("rows {:?}", (0..comm.size()).map(|rank| rows.range(rank)).collect::<Vec<_>>()));
    let dealt = Grid::parse("bc")?.layout(comm, &[64, 64])?;
    Ownership::of(&rows).values(&x).save(page.file("rows.png"))?;
    Ownership::of(&dealt).save(page.file("dealt.png"))?;

    // Files, each rank its own part.
    io::write_npy(page.file("array.npy"), array.view())?;
    page.show("from .npy", &io::load_npy::<f64>(&rows, page.file("array.npy"))?);
    io::save_dnpy(page.file("array"), &x)?;
    page.show("from .dnpy", &io::load_dnpy::<f64>(&rows, page.file("array"))?);
    #[cfg(feature = "hdf5")]
    {
        io::save_hdf5(page.file("array.h5"), "buffer", &x)?;
        page.ensure(x.array_equal(&io::load_hdf5(&rows, page.file("array.h5"), "buffer")?)?, "the same from HDF5")?;
    }

    // Sums of all and along an axis.
    page.tell("sum", x.sum());
    page.show("sums of rows", &x.over(&[1]).sum()?);

    // A function on every rank, of its part.
    page.say(format!("rank numbers: {:?}", DistArray::per_rank(comm, comm.rank())?.gather_all()));
    page.say(format!("variances of parts: {:?}", x.apply(|block| Ok(block.local().var(0.0)))?));

    // Parts, and changes through them.
    page.show("column 3", &x.slice(&index![.., 3])?);
    x.view_mut(&index![.., 3])?.assign(-0.99)?;
    page.show("x, its column 3 changed", &x);
    page.show("x[:-1, 2::2]", &x.slice(&index![..-1, 2..;2])?);

    // Each part without its mean: it depends on the cut, and so is not kept.
    let mut demeaned = x.clone();
    demeaned.apply_mut(|block| {
        let mean = block.local().mean().unwrap_or(0.0);
        block.local_mut().mapv_inplace(|x| x - mean);
        Ok(())
    })?;
    page.ensure(demeaned.sum().abs() < 1e-14, "means are 0")?;

    // Other shapes, and other cuts.
    page.show("as (10, 2)", &x.distribute_as(&Layout::scatter(comm, &[10, 2], 0)?)?);
    let tiles = Grid::parse("bb")?.layout(comm, &[5, 4])?;
    page.show("as (5, 4)", &x.distribute_as(&tiles)?);

    // The Distributed Array Protocol: what this rank would show to another code.
    page.say(x.protocol()?.map_or_else(String::new, |part| part.json()));
    Ok(())
}
