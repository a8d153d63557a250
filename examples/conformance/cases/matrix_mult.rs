//! A dense matrix times columns that are whole, cut among themselves, or cut along the matrix's rows.

use super::{Run, dense::own, for_scalar};
use crate::trial::{Outcome, Trial, cuts};
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
    Ok(Outcome::Ran)
}
