//! `plot_mpilinop.py`: an operator that all ranks apply to what all of them have, before one that is shared out.

use crate::{PARTS, page::Page};
use lops::operators::Shares;
use lops::prelude::*;

pub(crate) fn run(page: &mut Page<'_>) -> Result<()> {
    // On a replicated layout: nothing is sent, all ranks have the result.
    let (ny, nx) = (11, 22);
    let everywhere = Layout::replicated(page.comm, &[ny, nx])?;
    let derivative = FirstDerivative::along(0).on::<f64>(&everywhere)?;
    page.say(&derivative);
    page.show("of ones", &(&derivative * &DistArray::full(&everywhere, 1.0)));

    // Second derivatives below one another, k times each for part k; rows of the data are cut where the parts are.
    let own = Layout::scatter(&page.comm.alone(), &[ny, nx], 0)?;
    let ranks = page.comm.size();
    let parts = |rank| Shares::from(PARTS).of(rank, ranks);
    let sizes = (0..ranks).map(|rank| Ok(ny * parts(rank)?.len())).collect::<Result<Vec<_>>>()?;
    let data = Layout::scatter_sizes(page.comm, &[PARTS * ny, nx], 0, &sizes)?;
    let second = SecondDerivative::along(0).on::<f64>(&own)?;
    let mine = parts(page.comm.rank())?.map(|part| (part + 1) as f64 * &second).collect();
    let chain = VStack::with_spaces(&everywhere, &data, mine)? * &derivative;

    // Forward and adjoint, of a spike for each part.
    let x = DistArray::from_fn(&everywhere, |i| f64::from(i == [ny / 2, nx / 2]));
    page.show("forward", &(&chain * &x));
    let y = DistArray::from_fn(&data, |i| f64::from([i[0] % ny, i[1]] == [ny / 2, nx / 2]));
    page.show("adjoint", &(chain.adjoint() * &y));
    Ok(())
}
