//! Chunks that overlap, and what that can mean.

use crate::Tour;
use lops::plot::Ownership;
use lops::prelude::*;

pub(crate) fn visit(tour: &Tour<'_>) -> Result<()> {
    let comm = tour.comm;
    tour.heading("Overlapping chunks");
    // Every rank holds a window of 4 columns more than its share, and the last one some of them once more.
    let n = 3 * comm.size() + 4;
    let mut map: Vec<Vec<Chunk>> = (0..comm.size()).map(|rank| vec![(.., 3 * rank..3 * rank + 7).into()]).collect();
    map[comm.size() - 1].push((.., lops::layout::by(.., 5)).into());
    let parts = Layout::chunked(comm, &[4, n], &map, Mode::Sum)?;
    tour.say(format!("{parts}; + where several ranks hold an element"));
    tour.print_owners(&parts);

    // Each rank's own part of a sum: what an adjoint of a stack leaves on each rank.
    let mut gradient = DistArray::zeros(&parts);
    gradient.local_mut().fill(1.0 + comm.rank() as f64);
    let before = comm.traffic();
    let by_column = gradient.reduce_axis(Mode::Sum, 0)?;
    tour.say(format!(
        "summed over rows: {} calls, and the sum is still in parts",
        (comm.traffic() - before).total().calls
    ));
    tour.say(format!("what the parts mean: {}", by_column.gather_all()));
    let combined = gradient.change_mode(Mode::Replica)?;
    tour.say(format!("combined, rank 0 holds {}", combined.chunks()[0].1));
    let rows = gradient.redistribute(&Layout::scatter(comm, &[4, n], 0)?)?;
    tour.say(format!("the norm of the sum is {:.4}", rows.norm()));
    if let Some(path) = tour.picture("chunks") {
        Ownership::of(&parts).title("Overlapping chunks").labels("row", "column").save(path)?;
    }
    Ok(())
}
