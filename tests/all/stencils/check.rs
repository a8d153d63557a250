//! An operator against its oracle: in every layout, with the bits that it has on one rank.

use super::{
    cases::Case,
    oracle::{Values, adjoint, forward, values},
};
use crate::cases::Dice;
use lops::ndarray::ArrayD;
use lops::{
    Comm, Complex, DistArray, Layout, LinearOperator, Real, Scalar, Space,
    comm::Traffic,
    layout::{Cut, Grid},
};

/// Replicated; cut along each axis evenly, in odd sizes, all on one rank; cut along all axes, and
/// at random: unevenly, over a subset of the ranks in any order.
fn layouts<T: Scalar>(comm: &Comm, case: &Case<T>) -> Vec<Layout> {
    let (p, shape) = (comm.size(), &case.shape[..]);
    let mut all = vec![Layout::replicated(comm, shape).unwrap(), Layout::unsynced(comm, shape).unwrap()];
    for (axis, &n) in shape.iter().enumerate() {
        all.push(Layout::scatter(comm, shape, axis).unwrap());
        if p == 1 {
            continue;
        }
        let mut skewed = vec![0; p];
        (0..n).for_each(|k| skewed[(k * k + 1) % p] += 1);
        let mut last = vec![0; p];
        last[p - 1] = n;
        for sizes in [skewed, last] {
            all.push(Layout::scatter_sizes(comm, shape, axis, &sizes).unwrap());
        }
    }
    all.push(Layout::grid(comm, shape, &vec![Cut::Block; shape.len()]).unwrap());
    let mut dice = Dice::new(case.name.len() as u64);
    all.extend((0..2).map(|_| any_grid(&mut dice, comm, case)));
    all
}

/// Any grid of blocks along the axes of the operator; the others cut in any way.
fn any_grid<T: Scalar>(dice: &mut Dice, comm: &Comm, case: &Case<T>) -> Layout {
    let ranks = dice.shuffled(comm.size());
    let (mut left, mut grid, mut cuts) = (comm.size(), vec![], vec![]);
    for (axis, &n) in case.shape.iter().enumerate() {
        let p = 1 + dice.below(left);
        left /= p;
        grid.push(p);
        let in_blocks = case.oracle.iter().any(|along| along.axis == axis);
        cuts.push(match dice.below(if in_blocks { 3 } else { 5 }) {
            0 => Cut::Block,
            1 => Cut::CeilBlock,
            2 => {
                let mut bounds: Vec<_> = (1..p).map(|_| dice.below(n + 1)).chain([0, n]).collect();
                bounds.sort_unstable();
                Cut::Bounds(bounds)
            }
            3 => Cut::BlockCyclic(1 + dice.below(2)),
            _ => {
                let mut lists = vec![vec![]; p];
                dice.shuffled(n).into_iter().for_each(|i| lists[dice.below(p)].push(i));
                Cut::Listed(lists)
            }
        });
    }
    Grid::cut(&cuts).over(&grid).on_ranks(&ranks).layout(comm, &case.shape).unwrap()
}

pub(super) fn to<T: Scalar>(x: &Values) -> ArrayD<T> {
    x.mapv(|z| T::from_parts(z.re, z.im))
}

fn distributed<T: Scalar>(space: &Space, members: &[ArrayD<T>]) -> DistArray<T> {
    let arrays: Vec<_> = space
        .members()
        .iter()
        .zip(members)
        .map(|(member, values)| DistArray::from_global(member.layout().unwrap(), values).unwrap())
        .collect();
    match space {
        Space::Array(_) => arrays[0].clone(),
        Space::Stack(_) => DistArray::stack(&arrays.iter().collect::<Vec<_>>()).unwrap(),
    }
}

pub(super) fn gathered<T: Scalar>(x: &DistArray<T>) -> Vec<T> {
    x.gather_all().into_raw_vec_and_offset().0
}

fn poisoned<T: Scalar>(space: &Space) -> DistArray<T> {
    DistArray::full(space, T::from_parts(f64::NAN, f64::NAN))
}

fn flat<T: Scalar>(members: &[ArrayD<T>]) -> Vec<T> {
    members.iter().flatten().copied().collect()
}

pub(super) fn assert_close<T: Scalar>(found: &[T], expected: &[Complex<f64>], words: &str) {
    assert_eq!(found.len(), expected.len(), "{words}");
    let scale = expected.iter().map(|z| z.norm()).fold(1.0, f64::max);
    let tolerance = if size_of::<T::Real>() == 4 { 2e-6 } else { 4e-15 } * scale;
    for (k, (&found, expected)) in found.iter().zip(expected).enumerate() {
        let imaginary = if T::IS_COMPLEX { expected.im } else { 0.0 };
        let error = (found.re().to_f64() - expected.re).hypot(found.im().to_f64() - imaginary);
        assert!(error <= tolerance, "{words}, element {k}: expected {expected}, found {found}");
    }
}

fn assert_same_bits<T: Scalar>(found: &[T], expected: &[T], words: &str) {
    let bits = |x: &[T]| x.iter().map(|z| [z.re().to_f64().to_bits(), z.im().to_f64().to_bits()]).collect::<Vec<_>>();
    assert!(bits(found) == bits(expected), "{words}: expected {expected:?}, found {found:?}");
}

/// What was sent since, as an operator states it.
fn sent(comm: &Comm, before: Traffic) -> lops::operators::Sent {
    (comm.traffic() - before).total()
}

fn check<T: Scalar>(comm: &Comm, case: &Case<T>) {
    let real_if_real = |x: Values| if T::IS_COMPLEX { x } else { x.mapv(|z| Complex::new(z.re, 0.0)) };
    let x = real_if_real(values(&case.shape, 3));
    let forward = forward(&case.oracle, &x);
    let y: Vec<_> = (0..forward.len()).map(|k| real_if_real(values(&case.shape, 100 + 7 * k))).collect();
    let adjoint = adjoint(&case.oracle, &y);
    let alpha = T::from_parts(-1.5, 0.25);

    let solo = (case.build)(&Layout::scatter(&Comm::solo(), &case.shape, 0).unwrap()).unwrap();
    let (to_x, to_y) = (to::<T>(&x), y.iter().map(to::<T>).collect::<Vec<_>>());
    let solo_forward = gathered(&(&solo * &distributed(solo.domain(), std::slice::from_ref(&to_x))));
    let solo_adjoint = gathered(&(&solo.adjoint() * &distributed(solo.range(), &to_y)));
    assert_close(&solo_forward, &flat(&forward), &case.name);
    assert_close(&solo_adjoint, &flat(&[adjoint]), &format!("adjoint of {}", case.name));

    for layout in layouts(comm, case) {
        let words = format!("{} on {layout}", case.name);
        let a = (case.build)(&layout).unwrap();
        let x = distributed(a.domain(), std::slice::from_ref(&to_x));
        let y = distributed(a.range(), &to_y);
        let (mut ax, mut ay) = (poisoned(a.range()), poisoned(a.domain()));
        let before = comm.traffic();
        a.apply_into(&x, &mut ax).unwrap();
        assert_eq!(sent(comm, before), a.communication().forward, "{words}");
        let before = comm.traffic();
        a.apply_adjoint_into(&y, &mut ay).unwrap();
        assert_eq!(sent(comm, before), a.communication().adjoint, "{words}");
        assert_same_bits(&gathered(&ax), &solo_forward, &words);
        assert_same_bits(&gathered(&ay), &solo_adjoint, &format!("adjoint of {words}"));
        if layout.is_replicated() {
            assert_eq!(a.communication(), lops::operators::Communication::default(), "{words}");
        }

        let accumulate = a.accumulate().unwrap();
        for alpha in [alpha, T::from_parts(0.75, 0.0), T::one()] {
            let (mut sum, mut expected) = (y.clone(), y.clone());
            accumulate.apply_add(alpha, x.as_slice(), sum.as_mut_slice());
            expected.axpy(alpha, &ax).unwrap();
            assert_eq!(sum, expected, "{words}, added");
            let (mut sum, mut expected) = (x.clone(), x.clone());
            accumulate.apply_adjoint_add(alpha, y.as_slice(), sum.as_mut_slice());
            expected.axpy(alpha, &ay).unwrap();
            assert_eq!(sum, expected, "adjoint of {words}, added");
        }
    }
}

pub(super) fn check_all<T: Scalar>(comm: &Comm, cases: Vec<Case<T>>) {
    for case in cases {
        check(comm, &case);
    }
}
