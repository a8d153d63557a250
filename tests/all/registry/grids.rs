//! The operators on process grids: blocks on several axes, and for those that need none any cut.

use super::{Entry, FIVE_TO_THE_ENDS, Promise::SameBits, TO_THE_ENDS, diagonal, entries, matrix};
use lops::operators::{
    Convolve1D, FirstDerivative, Gradient, Identity, Laplacian, MatrixMult, PoststackModelling, Redistribute,
    Restriction, SecondDerivative, StackedHStack, StackedVStack, TransposeAxes, Zero,
};
use lops::{Comm, Cut, Grid, Layout, Result, Scalar};

/// How some axes are cut, and over which ranks.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    /// Evenly over a grid that suits.
    Even,
    /// The same on the ranks in reverse order.
    Reversed,
    /// The same without rank 0, where there are others.
    Subset,
    /// In blocks of all lengths, none among them.
    Uneven,
    Cyclic,
    /// Index i on coordinate i² + 1, last one first.
    Listed,
}
use Kind::{Cyclic, Even, Listed, Reversed, Subset, Uneven};

const BLOCKS: [Kind; 4] = [Even, Reversed, Subset, Uneven];
const ALL: [Kind; 6] = [Even, Reversed, Subset, Uneven, Cyclic, Listed];

impl Kind {
    /// A layout in which these axes are cut.
    fn layout(self, comm: &Comm, shape: &[usize], axes: &[usize]) -> Result<Layout> {
        let ranks: Vec<_> = match self {
            Reversed => (0..comm.size()).rev().collect(),
            Subset if comm.size() > 1 => (1..comm.size()).collect(),
            _ => (0..comm.size()).collect(),
        };
        let cut: Vec<_> = (0..shape.len()).map(|axis| axes.contains(&axis)).collect();
        let grid = lops::grid_shape(shape, &cut, ranks.len());
        let cut = |axis: usize| match self {
            _ if !cut[axis] => Cut::Whole,
            Even | Reversed | Subset => Cut::Block,
            Cyclic => Cut::Cyclic,
            // the first coordinate has nothing, the others more and more
            Uneven => {
                let last = grid[axis] - 1;
                let bound = |k: usize| if k == last { shape[axis] } else { shape[axis] * k * k / (last * last) };
                Cut::Bounds([0].into_iter().chain((0..=last).map(bound)).collect())
            }
            Listed => {
                let mut lists = vec![vec![]; grid[axis]];
                (0..shape[axis]).rev().for_each(|i| lists[(i * i + 1) % grid[axis]].push(i));
                Cut::Listed(lists)
            }
        };
        let cuts: Vec<_> = (0..shape.len()).map(cut).collect();
        Grid::cut(&cuts).over(&grid).on_ranks(&ranks).layout(comm, shape)
    }
}

/// What needs no neighbour.
fn anywhere<T: Scalar>() -> Vec<Entry<T, Kind>> {
    entries! {
        SameBits "identity": |comm, kind| { Ok(Identity.on(&kind.layout(comm, &[7, 3], &[0, 1])?)) }
        SameBits "diagonal": |comm, kind| { Ok(diagonal(&kind.layout(comm, &[3, 7, 2], &[0, 1])?, 1)) }
        SameBits "zero": |comm, kind| {
            Zero::to(&Layout::scatter(comm, &[4, 2], 1)?).on(&kind.layout(comm, &[7, 4], &[0, 1])?)
        }
        SameBits "restriction of a cut axis": |comm, kind| {
            Restriction::new(&[0, 2, 2, 3, 8]).along(1).on(&kind.layout(comm, &[4, 9, 3], &[0, 1])?)
        }
        SameBits "restriction of a cut axis, in any order": |comm, kind| {
            Restriction::new(&[3, 0, 2, 0]).on(&kind.layout(comm, &[4, 9], &[0, 1])?)
        }
        SameBits "restriction of another axis": |comm, kind| {
            Restriction::new(&[8, 0, 4, 0]).along(1).on(&kind.layout(comm, &[4, 9, 5], &[0, 2])?)
        }
        SameBits "restriction to nothing": |comm, kind| {
            Restriction::new(&[]).on(&kind.layout(comm, &[5, 6], &[0, 1])?)
        }
        SameBits "transposed axes": |comm, kind| {
            TransposeAxes::new(&[2, 0, 1]).on(&kind.layout(comm, &[5, 4, 18], &[0, 2])?)
        }
        SameBits "redistribution": |comm, kind| {
            Redistribute::to(&Layout::scatter(comm, &[7, 6], 1)?).on(&kind.layout(comm, &[7, 6], &[0, 1])?)
        }
        SameBits "matrix, columns cut": |comm, kind| {
            MatrixMult::new(&matrix(6, 21, 2)).on(&kind.layout(comm, &[21, 5, 4], &[1, 2])?)
        }
        SameBits "matrix to nothing": |comm, kind| {
            MatrixMult::new(&matrix(0, 3, 2)).on(&kind.layout(comm, &[3, 5], &[1])?)
        }
        SameBits "vector of one rank, matrix": |comm, kind| {
            MatrixMult::new(&matrix(4, 7, 2)).on(&kind.layout(comm, &[7], &[])?)
        }
        SameBits "derivatives along an axis that is whole": |comm, kind| {
            let layout = kind.layout(comm, &[4, 6, 5], &[0, 2])?;
            Ok(FirstDerivative::along(1).stencil(TO_THE_ENDS).on(&layout)? + SecondDerivative::along(1).on(&layout)?)
        }
        SameBits "post-stack modelling along an axis that is whole": |comm, kind| {
            let layout = kind.layout(comm, &[4, 6, 5], &[0, 2])?;
            PoststackModelling::new(&[-0.5, -1.0, 4.0, -1.0]).along(1).on(&layout)
        }
        SameBits "redistribution": |comm, kind| {
            Redistribute::to(&Layout::scatter(comm, &[6, 5], 1)?).on(&kind.layout(comm, &[6, 5], &[0, 1])?)
        }
        SameBits "stacks": |comm, kind| {
            let layout = kind.layout(comm, &[6, 3], &[0, 1])?;
            let part = Restriction::new(&[4, 1]).on(&layout)?;
            let below = StackedVStack::of(vec![diagonal(&layout, 3), part, diagonal(&layout, 4).conj()])?;
            StackedHStack::of(vec![below.clone(), below])
        }
    }
}

/// What needs rows of neighbours.
fn in_blocks<T: Scalar>() -> Vec<Entry<T, Kind>> {
    entries! {
        SameBits "first derivative": |comm, kind| {
            FirstDerivative::along(0).stencil(FIVE_TO_THE_ENDS).sampling(0.3).on(&kind.layout(comm, &[9, 4], &[0, 1])?)
        }
        SameBits "second derivative": |comm, kind| {
            SecondDerivative::along(1).stencil(TO_THE_ENDS).on(&kind.layout(comm, &[3, 9, 2], &[0, 1])?)
        }
        SameBits "Laplacian": |comm, kind| {
            Laplacian::over(&[0, 2]).weights(&[0.5, -2.0]).on(&kind.layout(comm, &[6, 3, 5], &[0, 1, 2])?)
        }
        SameBits "gradient": |comm, kind| { Gradient::new().stencil(TO_THE_ENDS).on(&kind.layout(comm, &[4, 5, 6], &[0, 1, 2])?) }
        SameBits "convolution": |comm, kind| {
            let filter: Vec<_> = (0..12).map(|k| T::from_parts(f64::from(k).sin(), f64::from(k).cos())).collect();
            Convolve1D::new(&filter, 4).along(1).on(&kind.layout(comm, &[3, 17, 2], &[0, 1])?)
        }
        SameBits "post-stack modelling": |comm, kind| {
            PoststackModelling::new(&[-0.5, -1.0, 4.0, -1.0, -0.5]).along(1).on(&kind.layout(comm, &[3, 12], &[0, 1])?)
        }
        SameBits "roughness": |comm, kind| {
            let layout = kind.layout(comm, &[6, 7], &[0, 1])?;
            let (gradient, laplacian) = (Gradient::new().on(&layout)?, Laplacian::over(&[0, 1]).on(&layout)?);
            Ok(gradient.adjoint() * &gradient + laplacian.adjoint() * &laplacian)
        }
    }
}

pub(super) fn check_all<T: Scalar>(comm: &Comm) {
    super::check_all::<T, _>(comm, anywhere(), &ALL);
    super::check_all::<T, _>(comm, in_blocks(), &BLOCKS);
}
