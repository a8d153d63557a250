//! From any layout to any other, and to other shapes: values, and the bytes that may move.

use crate::cases::{Dice, numbered};
use lops::ndarray::{ArrayD, IxDyn};
use lops::operators::Redistribute;
use lops::{
    Comm, Complex, DistArray, Element, ErrorKind, Layout, LinearOperator,
    layout::{Cut, Grid},
};

/// How many elements of this rank are not on it afterwards, and how many ranks they go to; the C-order
/// index ties the elements of two shapes together.
fn leaving(comm: &Comm, from: &Layout, to: &Layout) -> (u64, u64) {
    let mut there = vec![0; comm.size()];
    let shape = to.shape();
    from.for_each_index(comm.rank(), |index| {
        let mut flat = index.iter().zip(from.shape()).fold(0, |flat, (&i, &n)| flat * n + i);
        let mut other = vec![0; shape.len()];
        for (i, &n) in other.iter_mut().zip(shape).rev() {
            *i = flat % n;
            flat /= n;
        }
        there[to.owner(&other).unwrap()] += 1;
    });
    there[comm.rank()] = 0;
    (there.iter().sum(), there.iter().filter(|&&n| n > 0).count() as u64)
}

/// There and back in one element type.
fn there_and_back<T: Element>(comm: &Comm, dice: &mut Dice, value: impl Fn(usize) -> T) {
    let shape = dice.shape();
    let (from, to) = (dice.grid(comm, &shape), dice.grid(comm, &shape));
    let flat = |index: &[usize]| value(index.iter().zip(&shape).fold(0, |flat, (&i, &n)| flat * n + i));
    let x = DistArray::from_fn(&from, flat);
    let before = comm.traffic();
    let y = x.redistribute(&to).unwrap();
    let spent = (comm.traffic() - before).total();
    let (elements, messages) = leaving(comm, &from, &to);
    assert_eq!(spent.bytes, elements * T::DTYPE.size() as u64, "{from} to {to}");
    assert_eq!(spent.messages, messages, "{from} to {to}");
    assert!(spent.calls <= 1);
    assert_eq!(y, DistArray::from_fn(&to, flat), "{from} to {to}");
    assert_eq!(y.redistribute(&from).unwrap(), x, "{to} to {from}");
}

/// n as a product of one to four lengths.
fn factors(dice: &mut Dice, mut n: usize) -> Vec<usize> {
    let mut shape = vec![];
    for _ in 0..dice.below(4) {
        let divisors: Vec<_> = (1..=n).filter(|d| n.is_multiple_of(*d)).collect();
        let d = divisors[dice.below(divisors.len())];
        shape.push(d);
        n /= d;
    }
    shape.push(n);
    shape
}

crate::bodies! {
    fn any_two_grids_and_back(comm) {
        for seed in 0..60 {
            let mut dice = Dice::new(seed);
            match seed % 5 {
                0 => there_and_back(comm, &mut dice, |k| k as f64),
                1 => there_and_back(comm, &mut dice, |k| k as f32),
                2 => there_and_back(comm, &mut dice, |k| k % 3 == 0),
                3 => there_and_back(comm, &mut dice, |k| k as i16),
                _ => there_and_back(comm, &mut dice, |k| Complex::new(k as f64, -1.0)),
            }
        }
    }

    fn any_two_layouts(comm) {
        for seed in 100..140 {
            let mut dice = Dice::new(seed);
            let shape = dice.shape();
            let global = numbered(&shape);
            let (from, to) = (dice.layout(comm, &shape), dice.layout(comm, &shape));
            let x = DistArray::from_global(&from, &global).unwrap();
            let y = x.redistribute(&to).unwrap();
            assert_eq!(y, DistArray::from_global(&to, &global).unwrap(), "{from} to {to}");
            assert_eq!(y.gather_all(), global);
            assert_eq!(x, DistArray::from_global(&from, &global).unwrap());
        }
    }

    fn equal_layouts_exchange_nothing(comm) {
        for seed in 200..220 {
            let mut dice = Dice::new(seed);
            let shape = dice.shape();
            let layout = dice.grid(comm, &shape);
            let again = Dice::new(seed);
            let x = DistArray::from_global(&layout, &numbered(&shape)).unwrap();
            let before = comm.traffic();
            let mut dice = again;
            let _ = dice.shape();
            assert_eq!(x.redistribute(&dice.grid(comm, &shape)).unwrap(), x);
            assert_eq!((comm.traffic() - before).total().calls, 0);
        }
    }

    fn any_shape_in_c_order(comm) {
        for seed in 300..360 {
            let mut dice = Dice::new(seed);
            let n = [1, 7, 12, 36, 60, 64, 120][dice.below(7)];
            let (a, b) = (factors(&mut dice, n), factors(&mut dice, n));
            let (from, to) = (dice.grid(comm, &a), dice.grid(comm, &b));
            let x = DistArray::from_global(&from, &numbered(&a)).unwrap();
            let before = comm.traffic();
            let y = x.distribute_as(&to).unwrap();
            let spent = (comm.traffic() - before).total();
            assert_eq!((spent.bytes / 8, spent.messages), leaving(comm, &from, &to), "{from} as {to}");
            assert_eq!(y, DistArray::from_global(&to, &numbered(&b)).unwrap(), "{from} as {to}");
            assert_eq!(y.distribute_as(&from).unwrap(), x);
            for other in [Layout::replicated(comm, &b).unwrap(), Layout::unsynced(comm, &b).unwrap()] {
                let all = x.distribute_as(&other).unwrap();
                assert_eq!(all.local(), numbered(&b));
                assert_eq!(all.distribute_as(&from).unwrap(), x);
            }
        }
    }

    fn the_reshapes_of_distarray(comm) {
        let cases: [(&[usize], &str, &[usize], &str); 3] = [
            (&[40], "b", &[5, 8], "bb"),
            (&[3, 5, 2], "bbn", &[6, 5], "bb"),
            (&[13, 17, 19], "bnb", &[13, 323], "bb"),
        ];
        for (a, cut_a, b, cut_b) in cases {
            let from = Grid::parse(cut_a).unwrap().layout(comm, a).unwrap();
            let to = Grid::parse(cut_b).unwrap().layout(comm, b).unwrap();
            let x = DistArray::from_global(&from, &numbered(a)).unwrap();
            assert_eq!(x.distribute_as(&to).unwrap().gather_all(), numbered(b));
        }
    }

    fn arrays_of_one_or_no_element(comm) {
        let scalar = Layout::grid(comm, &[], &[]).unwrap();
        assert!(scalar.is_replicated());
        let x = DistArray::full(&scalar, 3.0);
        let one = Layout::scatter(comm, &[1, 1], 1).unwrap();
        assert_eq!(x.distribute_as(&one).unwrap().gather_all(), ArrayD::from_elem(IxDyn(&[1, 1]), 3.0));
        assert_eq!(x.distribute_as(&one).unwrap().distribute_as(&scalar).unwrap(), x);
        let (none, nothing) = (Layout::scatter(comm, &[0, 3], 0).unwrap(), Layout::scatter(comm, &[4, 0], 0).unwrap());
        assert_eq!(DistArray::<f64>::zeros(&none).distribute_as(&nothing).unwrap(), DistArray::zeros(&nothing));
    }

    fn redistribution_is_an_operator(comm) {
        for seed in 400..410 {
            let mut dice = Dice::new(seed);
            let shape = dice.shape();
            let (from, to) = (dice.grid(comm, &shape), dice.grid(comm, &shape));
            let turn = Redistribute::to(&to).on::<Complex<f64>>(&from).unwrap();
            turn.check(seed).unwrap();
            let x = DistArray::random_signed(&from, 3);
            assert_eq!(&turn * &x, x.redistribute(&to).unwrap());
        }
    }

    fn an_operator_goes_to_all_ranks_and_back(comm) {
        for seed in 0..8 {
            let mut dice = Dice::new(seed);
            let shape = dice.shape();
            let (grid, all) = (dice.grid(comm, &shape), Layout::replicated(comm, &shape).unwrap());
            let gather = Redistribute::to(&all).on::<Complex<f64>>(&grid).unwrap();
            assert!(gather.check(seed).unwrap().warnings.is_empty());
            let x = DistArray::random_signed(&grid, 3);
            assert_eq!(&gather * &x, x.redistribute(&all).unwrap());
            let part = Redistribute::to(&grid).on::<Complex<f64>>(&all).unwrap();
            assert!(part.check(seed).unwrap().warnings.is_empty());
            assert_eq!(&part * &(&gather * &x), x);
            let same = Redistribute::to(&all).on::<Complex<f64>>(&all).unwrap();
            assert_eq!(&same * &(&gather * &x), &gather * &x);
            let before = comm.traffic();
            let _ = (&gather * &x, part.adjoint() * &x, gather.adjoint() * &(&gather * &x));
            let sent = gather.communication().forward;
            assert_eq!((comm.traffic() - before).total(), sent + sent + sent);
            assert_eq!(part.communication().forward.calls, 0);
        }
    }

    fn what_cannot_be_is_refused(comm) {
        let layout = Layout::scatter(comm, &[4, 3], 0).unwrap();
        let x = DistArray::<f64>::zeros(&layout);
        let other = Layout::scatter(comm, &[4, 2], 0).unwrap();
        assert_eq!(x.redistribute(&other).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(x.distribute_as(&other).unwrap_err().kind(), ErrorKind::Shape);
        let elsewhere = Layout::scatter(&comm.duplicate(), &[4, 3], 1).unwrap();
        assert_eq!(x.redistribute(&elsewhere).unwrap_err().kind(), ErrorKind::Communicator);
        assert_eq!(x.distribute_as(&elsewhere).unwrap_err().kind(), ErrorKind::Communicator);
        let own = Layout::unsynced(comm, &[4, 3]).unwrap();
        assert_eq!(Redistribute::to(&own).on::<f64>(&layout).unwrap_err().kind(), ErrorKind::Layout);
        assert_eq!(Redistribute::to(&layout).on::<f64>(&own).unwrap_err().kind(), ErrorKind::Layout);
        assert_eq!(Redistribute::to(&other).on::<f64>(&layout).unwrap_err().kind(), ErrorKind::Shape);
    }

    fn malformed_grids_are_refused(comm) {
        let (p, shape) = (comm.size(), [6, 4]);
        let kind = |grid: Grid| grid.layout(comm, &shape).unwrap_err().kind();
        let cut = |cuts: &[Cut]| Grid::cut(cuts);
        assert_eq!(kind(cut(&[Cut::Block, Cut::Block, Cut::Whole])), ErrorKind::Axis);
        assert_eq!(kind(cut(&[Cut::Block]).over(&[1, 1, 1])), ErrorKind::Axis);
        assert_eq!(kind(cut(&[Cut::Block]).over(&[p + 1])), ErrorKind::Layout);
        assert_eq!(kind(cut(&[Cut::Block]).over(&[0])), ErrorKind::Layout);
        assert_eq!(kind(cut(&[Cut::Block, Cut::Block]).over(&[usize::MAX, 2])), ErrorKind::Layout);
        assert_eq!(kind(cut(&[Cut::Whole]).over(&[2])), ErrorKind::Layout);
        assert_eq!(kind(cut(&[Cut::Block]).on_ranks(&[p])), ErrorKind::Communicator);
        assert_eq!(kind(cut(&[Cut::Block]).on_ranks(&[0, 0])), ErrorKind::Communicator);
        assert_eq!(kind(cut(&[Cut::Block]).on_ranks(&[])), ErrorKind::Layout);
        assert_eq!(kind(cut(&[Cut::BlockCyclic(0)])), ErrorKind::Parameter);
        for bounds in [vec![], vec![0], vec![0, 5], vec![1, 6], vec![0, 4, 2, 6]] {
            assert_eq!(kind(cut(&[Cut::Bounds(bounds)])), ErrorKind::Layout);
        }
        for lists in [vec![], vec![vec![0, 1, 2, 3, 4]], vec![vec![0, 1, 2, 3, 4, 4]], vec![vec![0, 1, 2, 3, 4, 6]]] {
            assert_eq!(kind(cut(&[Cut::Listed(lists)])), ErrorKind::Layout);
        }
        assert_eq!(Grid::parse("bx").unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(cut(&[]).layout(comm, &[usize::MAX, 2]).unwrap_err().kind(), ErrorKind::Shape);
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]
    #[test]
    fn any_two_grids_on_up_to_nine_ranks(seed: u64, ranks in 1usize..10) {
        lops::launch_threads(ranks, |comm| {
            there_and_back(comm, &mut Dice::new(seed), |k| k as u32);
            Ok(())
        })
        .unwrap();
    }
}
