//! The one registry of operators: each by name, with the cuts it takes and how it is made. What is
//! asked of every operator is asked here: [`Operator::check`], the same bits as on one rank, words where it takes no
//! such cut, nothing allocated when it is applied. `conformance` asks that reference cases skip none of them.

mod algebra;
mod along;
mod avo;
mod bases;
mod basic;
mod blocks;
mod chunks;
mod cuts;
mod derivatives;
mod imaging;
mod places;
mod products;
mod radon;
mod signal;
mod stacks;
mod sums;
mod tomography;
mod transforms;
mod waves;
mod windows;

use crate::allocations::allocations;
use cuts::Cut;
use lops::comm::Reduction;
use lops::ndarray::Array2;
use lops::operators::{Diagonal, check_same_bits};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result, Scalar};
use std::collections::BTreeSet;

/// An operator from X to Y.
struct Entry<X: Scalar, Y: Scalar = X> {
    /// Begins with the name of its type.
    name: &'static str,
    /// What it takes. Any other cut it refuses with words, or it is one that is none on so few ranks.
    cuts: &'static [Cut],
    build: fn(&Comm, Cut) -> Result<Operator<X, Y>>,
}

macro_rules! entries {
    ($($cuts:ident $name:literal: |$comm:ident, $cut:ident| $body:block)*) => {
        vec![$($crate::registry::Entry {
            name: $name,
            cuts: $cuts,
            build: |$comm, $cut| $body,
        }),*]
    };
}
use entries;

fn registry<T: Scalar>() -> Vec<Entry<T>> {
    let families = [
        along::registry(),
        avo::registry(),
        bases::registry(),
        basic::registry(),
        blocks::registry(),
        derivatives::registry(),
        imaging::registry(),
        places::registry(),
        products::registry(),
        radon::registry(),
        signal::registry(),
        stacks::registry(),
        sums::registry(),
        tomography::registry(),
        transforms::registry(),
        waves::registry(),
        windows::registry(),
        algebra::registry(),
    ];
    families.into_iter().flatten().collect()
}

/// The names of the types in the registry.
pub(crate) fn names() -> BTreeSet<&'static str> {
    let of_reals = transforms::of_reals().into_iter().chain(waves::of_reals()).chain(radon::of_reals());
    let reals = registry::<f64>().into_iter().chain(of_reals).map(|entry| entry.name);
    let of_complex =
        transforms::of_complex::<f64>().into_iter().chain(waves::of_complex()).chain(tomography::of_complex());
    let others = of_complex.map(|entry| entry.name);
    let parts = basic::complex_to_real::<f64>().into_iter().map(|entry| entry.name);
    reals.chain(others).chain(parts).map(|name| name.split([' ', ',']).next().unwrap()).collect()
}

fn matrix<T: Scalar>(rows: usize, columns: usize, seed: u64) -> Array2<T> {
    let layout = Layout::replicated(&Comm::solo(), &[rows, columns]).unwrap();
    DistArray::random_signed(&layout, seed).local().into_dimensionality().unwrap().to_owned()
}

fn diagonal<T: Scalar>(layout: &Layout, seed: u64) -> Result<Operator<T>> {
    Diagonal::of(&DistArray::random_signed(layout, seed))
}

fn check_all<X: Scalar, Y: Scalar<Real = X::Real>>(comm: &Comm, entries: Vec<Entry<X, Y>>) {
    for entry in entries {
        for &cut in cuts::EVERYTHING {
            let name = format!("{} of {}, {cut:?}", entry.name, X::DTYPE);
            let takes = entry.cuts.contains(&cut);
            if !takes && entry.cuts == cuts::SHARES {
                continue; // it knows no other
            }
            match (entry.build)(comm, cut) {
                Ok(operator) => check(comm, &operator, &entry, cut, &name),
                Err(error) => assert!(!takes && error.kind() == ErrorKind::Layout, "{name}: {error}"),
            }
        }
    }
}

fn check<X: Scalar, Y: Scalar<Real = X::Real>>(
    comm: &Comm,
    operator: &Operator<X, Y>,
    entry: &Entry<X, Y>,
    cut: Cut,
    name: &str,
) {
    let report = operator.check(5).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(report.warnings.is_empty() && !report.adds_in_floating_point, "{name}: {report}");
    operator.adjoint().check(6).unwrap_or_else(|error| panic!("adjoint of {name}: {error}"));
    assert_eq!(allocations_of(operator), 0, "{name} on {}", comm.size());
    if matches!(cut, Cut::Chunks(_)) || entry.cuts == cuts::HALOS {
        return; // other chunks, and other halos, on another number of ranks
    }
    let same = check_same_bits(comm, 7, |comm| (entry.build)(comm, cut));
    same.unwrap_or_else(|error| panic!("{name}: {error}"));
}

/// How often memory is taken for both applications, the second time.
fn allocations_of<X: Scalar, Y: Scalar>(operator: &Operator<X, Y>) -> usize {
    let (x, y) = (DistArray::zeros(operator.domain()), DistArray::zeros(operator.range()));
    let (mut ax, mut ay) = (y.clone(), x.clone());
    let comm = operator.domain().comm();
    let mut both = || {
        operator.apply(x.as_slice(), ax.as_mut_slice());
        comm.barrier(); // a rank that runs ahead makes the engine take another buffer for its messages
        operator.apply_adjoint(y.as_slice(), ay.as_mut_slice());
        comm.barrier();
    };
    both(); // the first one may warm up the engine
    // Within one application a rank may run ahead as well, and the engine then keeps one buffer more: until no rank
    // takes memory three times in a row, which one that takes some for itself never comes to.
    let (mut most, mut in_a_row) = ([0], 0);
    for _ in 0..12 {
        most[0] = allocations(&mut both);
        comm.all_reduce(&mut most, Reduction::Max);
        in_a_row = if most[0] == 0 { in_a_row + 1 } else { 0 };
        if in_a_row == 3 {
            break;
        }
    }
    if in_a_row == 3 { 0 } else { most[0].max(1) }
}

crate::bodies! {
    fn every_operator_of_f32_passes(comm) {
        check_all::<f32, _>(comm, registry());
    }

    fn every_operator_of_f64_passes(comm) {
        check_all::<f64, _>(comm, registry());
    }

    fn every_operator_of_complex_f32_passes(comm) {
        check_all::<Complex<f32>, _>(comm, registry());
    }

    fn every_operator_of_complex_f64_passes(comm) {
        check_all::<Complex<f64>, _>(comm, registry());
    }

    fn every_operator_from_real_to_complex_passes(comm) {
        check_all::<f32, _>(comm, algebra::real_to_complex());
        check_all::<f64, _>(comm, algebra::real_to_complex());
        check_all::<f32, _>(comm, transforms::real_to_complex());
        check_all::<f64, _>(comm, transforms::real_to_complex());
    }

    fn every_operator_from_complex_to_real_passes(comm) {
        check_all::<Complex<f32>, _>(comm, basic::complex_to_real());
        check_all::<Complex<f64>, _>(comm, basic::complex_to_real());
    }

    fn every_transform_passes(comm) {
        check_all::<Complex<f32>, _>(comm, transforms::of_complex());
        check_all::<Complex<f64>, _>(comm, transforms::of_complex());
        check_all::<Complex<f32>, _>(comm, tomography::of_complex());
        check_all::<Complex<f64>, _>(comm, tomography::of_complex());
        check_all::<f32, _>(comm, transforms::of_reals());
        check_all::<f64, _>(comm, transforms::of_reals());
    }

    fn every_operator_on_wavefields_passes(comm) {
        check_all::<f32, _>(comm, waves::of_reals());
        check_all::<f64, _>(comm, waves::of_reals());
        check_all::<Complex<f32>, _>(comm, waves::of_complex());
        check_all::<Complex<f64>, _>(comm, waves::of_complex());
    }

    fn every_transform_of_gathers_passes(comm) {
        check_all::<f32, _>(comm, radon::of_reals());
        check_all::<f64, _>(comm, radon::of_reals());
    }

    fn operators_work_chunk_by_chunk(comm) {
        chunks::check(comm);
    }
}

/// What is exported beside operators.
const OTHERS: &[&str] = &[
    "CheckReport",
    "Communication",
    "Groups",
    "Linearization",
    "OnTheRight",
    "Operator",
    "Overlaps",
    "Points",
    "Sent",
    "Shares",
    "Stencil",
    "FFTNorm",
    "Window",
    "WaveletFilter",
];

#[test]
fn the_registry_has_every_operator_of_the_crate() {
    let source = include_str!("../../../src/operators/mod.rs");
    let exports = source.split("\npub use ").skip(1).map(|rest| rest.split(';').next().unwrap());
    let words = exports.flat_map(|export| export.split(|c: char| !c.is_alphanumeric() && c != '_'));
    let types = words.filter(|word| word.starts_with(char::is_uppercase) && !OTHERS.contains(word));
    let exported: BTreeSet<_> = types.collect();
    assert!(exported.len() > 15);
    let missing: Vec<_> = exported.difference(&names()).copied().collect();
    assert!(missing.is_empty(), "{missing:?}");
}
