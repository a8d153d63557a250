//! Every operator of the crate, on every scalar and every kind of cut, put to the same test: the
//! public [`Operator::check`], and the same bits as on one rank.

mod chunks;
mod grids;

use lops::ndarray::Array2;
use lops::operators::{
    BlockDiag, Convolve1D, Diagonal, FirstDerivative, Gradient, HStack, Identity, Laplacian, MatrixMult, Points,
    PoststackModelling, Redistribute, Restriction, SecondDerivative, StackedBlockDiag, StackedHStack, StackedVStack,
    Stencil, TransposeAxes, VStack, Zero, check_same_bits, one_rank_difference,
};
use lops::{Comm, Complex, DType, DistArray, Element, Layout, Operator, Result, Scalar};
use std::fmt::Debug;

/// How an axis is cut over the ranks.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// The first n mod P ranks have one more.
    Even,
    /// Some have many, some have none.
    Uneven,
    /// The last rank has all.
    Last,
}

const CUTS: [Cut; 3] = [Cut::Even, Cut::Uneven, Cut::Last];

impl Cut {
    fn sizes(self, comm: &Comm, n: usize) -> Vec<usize> {
        let p = comm.size();
        let mut sizes = vec![0; p];
        for k in 0..n {
            match self {
                Self::Even => sizes[k % p] += 1,
                Self::Uneven => sizes[(k * k + 1) % p] += 1,
                Self::Last => sizes[p - 1] += 1,
            }
        }
        sizes
    }

    fn layout(self, comm: &Comm, shape: &[usize], axis: usize) -> Result<Layout> {
        Layout::scatter_sizes(comm, shape, axis, &self.sizes(comm, shape[axis]))
    }

    /// Which of n blocks are this rank's.
    fn own(self, comm: &Comm, n: usize) -> std::ops::Range<usize> {
        let sizes = self.sizes(comm, n);
        let start = sizes[..comm.rank()].iter().sum();
        start..start + sizes[comm.rank()]
    }
}

/// What an operator has in common with itself on one rank.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Promise {
    /// Every bit.
    SameBits,
    /// All but the rounding of floating-point sums over ranks.
    Rounded,
}
use Promise::{Rounded, SameBits};

/// An operator over a cut of some kind.
struct Entry<T: Scalar, K = Cut> {
    name: &'static str,
    promise: Promise,
    build: fn(&Comm, K) -> Result<Operator<T>>,
}

macro_rules! entries {
    ($($promise:ident $name:literal: |$comm:ident, $cut:ident| $body:block)*) => {
        vec![$(Entry { name: $name, promise: $promise, build: |$comm, $cut| $body }),*]
    };
}
use entries;

const TO_THE_ENDS: Stencil = Stencil::Centered { points: Points::Three, edge: true };
const FIVE_TO_THE_ENDS: Stencil = Stencil::Centered { points: Points::Five, edge: true };

fn matrix<T: Scalar>(rows: usize, columns: usize, seed: u64) -> Array2<T> {
    let layout = Layout::broadcast(&Comm::solo(), &[rows, columns]).unwrap();
    DistArray::random(&layout, seed).local().into_dimensionality().unwrap().to_owned()
}

/// A matrix as an operator of one rank's own.
fn own_matrix<T: Scalar>(comm: &Comm, rows: usize, columns: usize, seed: u64) -> Result<Operator<T>> {
    MatrixMult::new(&matrix(rows, columns, seed)).on(&Layout::scatter(&comm.alone(), &[columns], 0)?)
}

fn diagonal<T: Scalar>(layout: &Layout, seed: u64) -> Operator<T> {
    Diagonal::of(&DistArray::random(layout, seed)).unwrap()
}

fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        SameBits "identity": |comm, cut| { Ok(Identity.on(&cut.layout(comm, &[7, 3], 0)?)) }
        SameBits "diagonal": |comm, cut| { Ok(diagonal(&cut.layout(comm, &[3, 7], 1)?, 1)) }
        SameBits "diagonal, broadcast": |comm, _cut| { Ok(diagonal(&Layout::broadcast(comm, &[5])?, 1)) }
        SameBits "zero": |comm, cut| { Zero::to(&cut.layout(comm, &[4, 2], 1)?).on(&cut.layout(comm, &[7], 0)?) }
        SameBits "restriction of the cut axis": |comm, cut| {
            Restriction::new(&[0, 2, 2, 3, 8]).along(1).on(&cut.layout(comm, &[2, 9, 3], 1)?)
        }
        SameBits "restriction of another axis": |comm, cut| {
            Restriction::new(&[8, 0, 4, 0]).along(1).on(&cut.layout(comm, &[2, 9, 3], 0)?)
        }
        SameBits "restriction to nothing": |comm, cut| { Restriction::new(&[]).on(&cut.layout(comm, &[5], 0)?) }
        SameBits "transposed axes": |comm, cut| {
            TransposeAxes::new(&[2, 0, 1]).on(&cut.layout(comm, &[5, 4, 18], 1)?)
        }
        SameBits "redistribution": |comm, cut| {
            Redistribute::to(&cut.layout(comm, &[5, 9, 2], 0)?).on(&cut.layout(comm, &[5, 9, 2], 1)?)
        }
        SameBits "matrix, broadcast": |comm, _cut| {
            MatrixMult::new(&matrix(6, 21, 2)).on(&Layout::broadcast(comm, &[21, 3])?)
        }
        SameBits "matrix, columns cut": |comm, cut| {
            MatrixMult::new(&matrix(19, 21, 2)).on(&cut.layout(comm, &[21, 9], 1)?)
        }
        SameBits "block diagonal": |comm, cut| {
            let blocks = cut.own(comm, 5).map(|k| own_matrix(comm, 3 + k, 20 - k, k as u64));
            BlockDiag::of(comm, blocks.collect::<Result<_>>()?)
        }
        SameBits "block diagonal, blocks with columns": |comm, cut| {
            let own = Layout::scatter(&comm.alone(), &[6, 4], 0)?;
            let blocks = cut.own(comm, 4).map(|k| MatrixMult::new(&matrix(5, 6, k as u64)).on(&own));
            let sizes = cut.sizes(comm, 4);
            let of = |rows: usize| Layout::scatter_sizes(comm, &[4, rows, 4], 0, &sizes);
            BlockDiag::with_spaces(&of(6)?, &of(5)?, blocks.collect::<Result<_>>()?)
        }
        Rounded "vertical stack": |comm, cut| {
            let blocks = cut.own(comm, 5).map(|k| own_matrix(comm, 3 + k, 4, k as u64));
            VStack::of(comm, blocks.collect::<Result<_>>()?)
        }
        Rounded "vertical stack of what cannot add": |comm, cut| {
            let blocks = cut.own(comm, 5).map(|k| Ok(own_matrix(comm, 3 + k, 4, k as u64)?.conj()));
            VStack::of(comm, blocks.collect::<Result<_>>()?)
        }
        Rounded "horizontal stack": |comm, cut| {
            let own = Layout::scatter(&comm.alone(), &[3, 2], 0)?;
            let blocks = cut.own(comm, 4).map(|k| Ok(diagonal(&own, k as u64)));
            let domain = Layout::scatter_sizes(comm, &[4, 3, 2], 0, &cut.sizes(comm, 4))?;
            HStack::with_spaces(&domain, &Layout::broadcast(comm, &[3, 2])?, blocks.collect::<Result<_>>()?)
        }
        SameBits "stacked vertically": |comm, cut| {
            let layout = cut.layout(comm, &[6, 3], 0)?;
            let part = Restriction::new(&[1, 4]).on(&layout)?;
            StackedVStack::of(vec![diagonal(&layout, 3), part, diagonal(&layout, 4).conj()])
        }
        SameBits "stacked horizontally": |comm, cut| {
            let layout = cut.layout(comm, &[6, 3], 1)?;
            StackedHStack::of(vec![diagonal(&layout, 3), Identity.on(&layout), diagonal(&layout, 4).conj()])
        }
        SameBits "stacked diagonally, nested": |comm, cut| {
            let layout = cut.layout(comm, &[6, 3], 0)?;
            let inner = StackedVStack::of(vec![diagonal(&layout, 3), Identity.on(&layout)])?;
            let outer = StackedBlockDiag::of(vec![inner, Restriction::new(&[2, 0]).along(1).on(&layout)?])?;
            let both = StackedHStack::of(vec![outer.adjoint(), outer.adjoint()])?;
            outer.compose(&both)
        }
        SameBits "first derivative": |comm, cut| {
            FirstDerivative::along(0).stencil(FIVE_TO_THE_ENDS).sampling(0.3).on(&cut.layout(comm, &[9, 4], 0)?)
        }
        SameBits "second derivative": |comm, cut| { SecondDerivative::along(1).on(&cut.layout(comm, &[2, 9], 1)?) }
        SameBits "Laplacian": |comm, cut| {
            Laplacian::over(&[0, 2]).weights(&[0.5, -2.0]).on(&cut.layout(comm, &[6, 2, 5], 2)?)
        }
        SameBits "gradient": |comm, cut| { Gradient::new().stencil(TO_THE_ENDS).on(&cut.layout(comm, &[4, 5, 6], 1)?) }
        SameBits "convolution": |comm, cut| {
            let filter: Vec<_> = (0..12).map(|k| T::from_parts(f64::from(k).sin(), f64::from(k).cos())).collect();
            Convolve1D::new(&filter, 4).along(1).on(&cut.layout(comm, &[3, 17, 2], 1)?)
        }
        SameBits "post-stack modelling": |comm, cut| {
            PoststackModelling::new(&[-0.5, -1.0, 4.0, -1.0, -0.5]).along(1).on(&cut.layout(comm, &[3, 12], 0)?)
        }
        SameBits "algebra": |comm, cut| {
            let layout = cut.layout(comm, &[6], 0)?;
            let (a, b) = (diagonal::<T>(&layout, 3), diagonal::<T>(&layout, 4).transpose());
            let alpha = T::from_parts(0.7, -0.3);
            Ok((&a * &b + a.scale(alpha) - b.conj()).pow(3)?.adjoint() - a.pow(0)?)
        }
    }
}

fn check_all<T: Scalar, K: Copy + Debug>(comm: &Comm, entries: Vec<Entry<T, K>>, cuts: &[K]) {
    for entry in entries {
        for &cut in cuts {
            let name = format!("{} of {}, {cut:?}", entry.name, T::DTYPE);
            let build = |comm: &Comm| (entry.build)(comm, cut);
            let operator = build(comm).unwrap_or_else(|error| panic!("{name}: {error}"));
            let report = operator.check(5).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert!(report.warnings.is_empty(), "{name}: {report}");
            operator.adjoint().check(6).unwrap_or_else(|error| panic!("adjoint of {name}: {error}"));
            match entry.promise {
                SameBits => check_same_bits(comm, 7, build).unwrap_or_else(|error| panic!("{name}: {error}")),
                Rounded => {
                    let difference = one_rank_difference(comm, 7, build).unwrap();
                    let epsilon =
                        if <T::Real as Element>::DTYPE == DType::F32 { f64::from(f32::EPSILON) } else { f64::EPSILON };
                    assert!(difference < 16.0 * epsilon, "{name}: {difference:e}");
                }
            }
        }
    }
}

crate::bodies! {
    fn every_operator_of_f32_passes(comm) {
        check_all::<f32, _>(comm, registry(), &CUTS);
    }

    fn every_operator_of_f64_passes(comm) {
        check_all::<f64, _>(comm, registry(), &CUTS);
    }

    fn every_operator_of_complex_f32_passes(comm) {
        check_all::<Complex<f32>, _>(comm, registry(), &CUTS);
    }

    fn every_operator_of_complex_f64_passes(comm) {
        check_all::<Complex<f64>, _>(comm, registry(), &CUTS);
    }

    fn every_operator_of_f32_passes_on_grids(comm) {
        grids::check_all::<f32>(comm);
    }

    fn every_operator_of_f64_passes_on_grids(comm) {
        grids::check_all::<f64>(comm);
    }

    fn every_operator_of_complex_f32_passes_on_grids(comm) {
        grids::check_all::<Complex<f32>>(comm);
    }

    fn every_operator_of_complex_f64_passes_on_grids(comm) {
        grids::check_all::<Complex<f64>>(comm);
    }

    fn operators_work_chunk_by_chunk(comm) {
        chunks::check(comm);
    }
}
