//! Operators of a rank's own, and distributed ones, beside and below one another.

use super::{Run, dense::own, for_scalar};
use crate::{
    manifest::list,
    trial::{Outcome, Trial, cuts, layouts},
};
use lops::{
    Comm, Error, ErrorKind, Layout, Operator, Result, Scalar,
    operators::{
        BlockDiag, FirstDerivative, HStack, Laplacian, SecondDerivative, StackedBlockDiag, StackedVStack, VStack,
    },
};

pub(crate) const OPS: &[(&str, Run)] = &[
    ("BlockDiag", for_scalar!(block_diag)),
    ("VStack", for_scalar!(v_stack)),
    ("HStack", for_scalar!(h_stack)),
    ("StackedVStack", for_scalar!(stacked_v_stack)),
    ("StackedBlockDiag", for_scalar!(stacked_block_diag)),
];

fn block_diag<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    for_each_share::<T>(trial, |comm, blocks| BlockDiag::of(comm, blocks))
}

fn v_stack<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    for_each_share::<T>(trial, |comm, blocks| VStack::of(comm, blocks))
}

fn h_stack<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    for_each_share::<T>(trial, |comm, blocks| HStack::of(comm, blocks))
}

/// Shares the blocks out to the ranks in every way, and tries what `build` makes of them.
fn for_each_share<T: Scalar>(
    trial: &mut Trial<'_>,
    build: impl Fn(&Comm, Vec<Operator<T>>) -> Result<Operator<T>>,
) -> Result<Outcome> {
    let (case, comm) = (trial.case, trial.comm);
    let count = list(&case.args["blocks"], &case.of("blocks"))?.len();
    let blocks = (0..count).map(|k| case.matrix::<T>(&format!("B{k}"))).collect::<Result<Vec<_>>>()?;
    for shares in cuts(comm, &[count], 0)? {
        let mine = blocks[shares.range(comm.rank())].iter().map(|b| own(&shares, &b.view()));
        trial.operator(&build(comm, mine.collect::<Result<_>>()?)?)?;
    }
    Ok(Outcome::Ran)
}

fn stacked_v_stack<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let layouts = layouts(trial.comm, &trial.case.sizes("dims")?)?;
    let case = trial.case;
    trial.linear(&layouts, |layout| StackedVStack::of(members::<T>(case, layout)?))
}

fn stacked_block_diag<T: Scalar>(trial: &mut Trial<'_>) -> Result<Outcome> {
    let layouts = layouts(trial.comm, &trial.case.sizes("dims")?)?;
    let case = trial.case;
    trial.linear(&layouts, |layout| StackedBlockDiag::of(members::<T>(case, layout)?))
}

/// The operators that `args.ops` names.
fn members<T: Scalar>(case: &crate::manifest::Case, layout: &Layout) -> Result<Vec<Operator<T>>> {
    let names = list(&case.args["ops"], &case.of("ops"))?;
    let member = |name: &serde_json::Value| match name.as_str() {
        Some("FirstDerivative(centered,3,axis0)") => FirstDerivative::along(0).on(layout),
        Some("SecondDerivative(centered,axis0)") => SecondDerivative::along(0).on(layout),
        Some("Laplacian(axes 0,1)") => Laplacian::over(&[0, 1]).on(layout),
        _ => Err(Error::expected(ErrorKind::Format, case.of("ops"), "operators that are known here", name)),
    };
    names.iter().map(member).collect()
}
