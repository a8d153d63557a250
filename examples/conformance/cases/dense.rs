//! A dense matrix between any two layouts of vectors, made of the operators of one rank.

use lops::ndarray::{Array2, ArrayView2, s};
use lops::prelude::*;

/// `A`, which every rank holds, from a vector that lies so to one that lies so: replicated or cut.
///
/// Rows of a cut range are each rank's own ([`VStack`]); columns of a cut domain likewise
/// ([`HStack`]); where both are cut, the model is gathered first, by columns of the identity.
pub(crate) fn dense<T: Scalar>(a: &Array2<T>, domain: &Layout, range: &Layout) -> Result<Operator<T>> {
    match (domain.is_replicated(), range.is_replicated()) {
        (true, true) => MatrixMult::new(a).on(domain),
        (true, false) => {
            let rows = range.range(range.comm().rank());
            VStack::with_spaces(domain, range, vec![own(range, &a.slice(s![rows, ..]))?])
        }
        (false, true) => {
            let columns = domain.range(domain.comm().rank());
            HStack::with_spaces(domain, range, vec![own(range, &a.slice(s![.., columns]))?])
        }
        (false, false) => {
            let whole = Layout::replicated(domain.comm(), domain.shape())?;
            let gather = dense(&Array2::eye(domain.size()), domain, &whole)?;
            dense(a, &whole, range)?.compose(&gather)
        }
    }
}

/// A matrix of this rank alone.
pub(crate) fn own<T: Scalar>(layout: &Layout, a: &ArrayView2<'_, T>) -> Result<Operator<T>> {
    let alone = layout.comm().alone();
    MatrixMult::new(a.view()).on(&Layout::scatter(&alone, &[a.ncols()], 0)?)
}

/// Every pair of ways that a model and data of these lengths can lie.
pub(crate) fn pairs(comm: &lops::Comm, model: usize, data: usize) -> Result<Vec<[Layout; 2]>> {
    let (models, datas) = (crate::trial::layouts(comm, &[model])?, crate::trial::layouts(comm, &[data])?);
    Ok(models.iter().flat_map(|model| datas.iter().map(move |data| [model.clone(), data.clone()])).collect())
}
