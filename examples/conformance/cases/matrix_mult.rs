//! A dense matrix times columns that are whole, cut among themselves, or cut along the matrix's rows; and one that is cut
//! over the ranks, both kinds of `MPIMatrixMult` among its grids.

use super::{Run, dense::own, for_scalar};
use crate::trial::{Outcome, Trial, cuts, layouts, place};
use lops::ndarray::s;
use lops::prelude::*;

pub(crate) const OPS: &[(&str, Run)] = &[("MatrixMult", for_scalar!(matrix_mult))];

fn matrix_mult<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let (case, comm) = (trial.case, trial.comm);
    let a = case.matrix::<T>("A")?;
    let [n, k, m] = [case.size("N")?, case.size("K")?, case.size("M")?];
    let whole = Layout::replicated(comm, &[k, m])?;
    let mut layouts = cuts(comm, &[k, m], 1)?;
    layouts.push(whole.clone());
    trial.linear(&layouts, |layout| MatrixMult::new(&a).on(layout))?;
    for range in cuts(comm, &[n, m], 0)? {
        let alone = Layout::scatter(&comm.alone(), &[k, m], 0)?;
        let mine = MatrixMult::new(a.slice(s![range.range(comm.rank()), ..])).on(&alone)?;
        trial.operator(&VStack::with_spaces(&whole, &range, vec![mine])?)?;
    }
    if m == 1 {
        // One column is a vector: the matrix's own columns can be cut too.
        for domain in cuts(comm, &[k], 0)? {
            let range = Layout::replicated(comm, &[n])?;
            let mine = own(&domain, &a.slice(s![.., domain.range(comm.rank())]))?;
            trial.operator(&lops::operators::HStack::with_spaces(&domain, &range, vec![mine])?)?;
        }
    }
    cut_over_the_ranks::<T>(trial, [n, k, m])?;
    Ok(Outcome::Ran)
}

/// A and X in any layouts; then "summa", all three in the same tiles, and "block", rows of A and columns of X and Y.
fn cut_over_the_ranks<T: Scalar>(trial: &mut Trial<'_>, [n, k, m]: [usize; 3]) -> Result<()> {
    let (comm, a) = (trial.comm, trial.case.array::<T>("A")?);
    let of_x = layouts(comm, &[k, m])?;
    for of_a in layouts(comm, &[n, k])? {
        let a = place(&(&of_a).into(), &a)?;
        for x in &of_x {
            trial.operator(&DistMatrixMult::new(&a).on(x)?)?;
        }
    }
    let q = comm.size().isqrt();
    let tiles = Grid::cut(&[Cut::CeilBlock, Cut::CeilBlock]).over(&[q, q]);
    let [of_a, of_x, of_y] = [[n, k], [k, m], [n, m]].map(|shape| tiles.layout(comm, &shape));
    let a = place(&of_a?.into(), &a)?;
    trial.operator(&DistMatrixMult::new(&a).to(&of_y?).on(&of_x?)?)?;
    trial.operator(&DistMatrixMult::new(&a).over([q, 1, q]).on(&Layout::scatter(comm, &[k, m], 1)?)?)
}
