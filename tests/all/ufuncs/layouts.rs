//! Functions on every kind of layout, without traffic; operands that do not fit; whole comparisons.

use crate::cases::{Dice, numbered};
use crate::picks::kinds;
use lops::ndarray::{ArrayD, Zip};
use lops::{
    Comm, DistArray, ErrorKind, Layout,
    layout::{Chunk, Mode},
};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn of(layout: &Layout) -> DistArray<f64> {
    DistArray::from_global(layout, &(numbered(layout.shape()) / 7.0 - 1.5)).unwrap()
}

/// Two chunks a rank, which overlap with the next rank's.
fn overlapping(comm: &Comm, n: usize, mode: Mode) -> Layout {
    let map: Vec<Vec<Chunk>> = (0..comm.size())
        .map(|rank| {
            let start = (rank * n / comm.size()).saturating_sub(1);
            vec![Chunk::from(start..n.min((rank + 1) * n / comm.size()))]
        })
        .collect();
    Layout::chunked(comm, &[n], &map, mode).unwrap()
}

fn mix(a: f64, b: f64, c: f64) -> f64 {
    100.0 * a + 10.0 * b - c
}

fn mixed(a: &ArrayD<f64>, b: &ArrayD<f64>, c: &ArrayD<f64>) -> ArrayD<f64> {
    100.0 * a + 10.0 * b - c
}

crate::bodies! {
    fn functions_go_with_every_layout(comm) {
        for shape in [&[7][..], &[3, 5], &[2, 3, 4], &[0, 3], &[]] {
            for layout in kinds(comm, shape) {
                let x = of(&layout);
                let global = x.gather_all();
                let before = comm.traffic().total().calls;
                let (exp, floor, larger, bounded) = (x.exp(), x.floor(), x.maximum(0.25).unwrap(), x.clip(-1.0, 1.0));
                let (below, power) = (x.less(&exp).unwrap(), exp.pow(&x).unwrap());
                let chosen = x.greater(0.0).unwrap().select(&x, -1.0).unwrap();
                assert_eq!(comm.traffic().total().calls, before);
                assert_eq!(exp.gather_all(), global.mapv(f64::exp));
                assert_eq!(floor.gather_all(), global.mapv(f64::floor));
                assert_eq!(larger.gather_all(), global.mapv(|x| x.max(0.25)));
                assert_eq!(bounded.gather_all(), global.mapv(|x| x.clamp(-1.0, 1.0)));
                assert_eq!(below.gather_all(), global.mapv(|x| x < x.exp()));
                assert_eq!(power.gather_all(), global.mapv(|x| x.exp().powf(x)));
                assert_eq!(chosen.gather_all(), global.mapv(|x| if x > 0.0 { x } else { -1.0 }));
                for array in [&exp, &floor, &larger, &bounded, &power, &chosen] {
                    assert_eq!(array.layout().unwrap(), &layout);
                }
                let mut x = x;
                x.clip_in_place(0.0, 0.5);
                assert_eq!(x.gather_all(), global.mapv(|x| x.clamp(0.0, 0.5)));
            }
        }
    }

    fn three_operands(comm) {
        for seed in 0..40 {
            let mut dice = Dice::new(8100 + seed);
            let shape = dice.shape();
            let layouts = kinds(comm, &shape);
            let layout = &layouts[dice.below(layouts.len())];
            let x = of(layout);
            let small = |dice: &mut Dice| {
                let drop = dice.below(shape.len() + 1);
                let small: Vec<_> = shape[drop..].iter().map(|&n| if dice.below(3) == 0 { 1 } else { n }).collect();
                of(&if small == shape { layout.clone() } else { Layout::replicated(comm, &small).unwrap() })
            };
            let (y, z) = (small(&mut dice), small(&mut dice));
            let arrays = [&x, &y, &z];
            let turn = dice.below(3);
            let [a, b, c] = [0, 1, 2].map(|k| arrays[(k + turn) % 3]);
            let before = comm.traffic().total().calls;
            let found = a.zip3(b, c, mix).unwrap();
            assert_eq!(comm.traffic().total().calls, before);
            assert_eq!(found.layout().unwrap().shape(), &shape[..]);
            let expected = mixed(&a.gather_all(), &b.gather_all(), &c.gather_all());
            assert_eq!(found.gather_all(), expected, "{} {} {}", a.space(), b.space(), c.space());
        }
    }

    fn a_choice_of_numbers_and_arrays(comm) {
        let layout = Layout::scatter(comm, &[4, 3], 0).unwrap();
        let x = of(&layout);
        let row = of(&Layout::replicated(comm, &[3]).unwrap());
        let condition = x.greater(0.0).unwrap();
        let (g, r) = (x.gather_all(), row.gather_all());
        let of_row = r.broadcast(g.raw_dim()).unwrap();
        let serial = |f: &dyn Fn(f64, f64) -> f64| Zip::from(&g).and(&of_row).map_collect(|&x, &y| f(x, y));
        let check = |found: &DistArray<f64>, f: &dyn Fn(f64, f64) -> f64| assert_eq!(found.gather_all(), serial(f));
        check(&condition.select(&x, &row).unwrap(), &|x, y| if x > 0.0 { x } else { y });
        check(&condition.select(&row, &x).unwrap(), &|x, y| if x > 0.0 { y } else { x });
        check(&condition.select(&row, 3.0).unwrap(), &|x, y| if x > 0.0 { y } else { 3.0 });
        check(&condition.select(3.0, &row).unwrap(), &|x, y| if x > 0.0 { 3.0 } else { y });
        check(&condition.select(1.0, 0.0).unwrap(), &|x, _| f64::from(x > 0.0));
    }

    fn what_does_not_fit_is_refused(comm) {
        let x = of(&Layout::scatter(comm, &[4, 3], 0).unwrap());
        let shape = of(&Layout::replicated(comm, &[4]).unwrap());
        assert_eq!(x.maximum(&shape).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(x.zip3(&x, &shape, mix).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(shape.zip3(&x, &x, mix).unwrap_err().kind(), ErrorKind::Shape);
        let turned = of(&Layout::scatter(comm, &[4, 3], 1).unwrap());
        let error = x.zip3(&x, &turned, mix).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Layout);
        assert!(error.message().contains("`like` moves it there"), "{error}");
        let mut row = of(&Layout::replicated(comm, &[3]).unwrap());
        assert_eq!(row.maximum_in_place(&x).unwrap_err().kind(), ErrorKind::Shape);
        let stack = DistArray::stack(&[&x, &x]).unwrap();
        assert_eq!(stack.hypot(&stack).unwrap().size(), 24);
        assert_eq!(stack.zip3(&stack, &stack, mix).unwrap().size(), 24);
        assert_eq!(stack.zip3(&stack, &x, mix).unwrap_err().kind(), ErrorKind::Shape);
    }

    fn chunks_that_are_to_be_combined_are_refused(comm) {
        let n = 3 * comm.size();
        let replicas = of(&overlapping(comm, n, Mode::Replica));
        assert_eq!(replicas.sqrt().space(), replicas.space());
        assert!(replicas.less(1.0).is_ok());
        let sums = of(&overlapping(comm, n, Mode::Sum));
        assert_eq!(sums.maximum(0.0).unwrap_err().kind(), ErrorKind::Layout);
        assert_eq!(sums.less(0.0).unwrap_err().kind(), ErrorKind::Layout);
        assert_eq!(sums.zip3(&sums, &sums, mix).unwrap_err().kind(), ErrorKind::Layout);
        assert_eq!(sums.allclose(&sums, 0.0, 0.0).unwrap_err().kind(), ErrorKind::Layout);
        assert!(catch_unwind(AssertUnwindSafe(|| sums.exp())).is_err());
        assert!(catch_unwind(AssertUnwindSafe(|| sums.square())).is_err());
        let products = of(&overlapping(comm, n, Mode::Product));
        let combined = |x: &DistArray<f64>| x.change_mode(Mode::Replica).unwrap();
        assert!(combined(&products.square()).allclose(&combined(&products).square(), 1e-15, 0.0).unwrap());
    }

    fn whole_comparisons_answer_alike_everywhere(comm) {
        for layout in kinds(comm, &[3, 4]) {
            let x = of(&layout);
            let mut y = x.clone();
            assert!(x.array_equal(&y).unwrap() && x.allclose(&y, 0.0, 0.0).unwrap());
            y.set(&[2, 3], y.get(&[2, 3]).unwrap() + 1e-6).unwrap();
            assert!(!x.array_equal(&y).unwrap() && !x.allclose(&y, 0.0, 1e-7).unwrap());
            let before = comm.traffic().total();
            assert!(x.allclose(&y, 0.0, 1e-5).unwrap() && x.allclose(&y, 1e-4, 0.0).unwrap());
            let after = comm.traffic().total();
            assert_eq!(after.calls - before.calls, if comm.size() > 1 { 2 } else { 0 });
            y.set(&[0, 0], f64::NAN).unwrap();
            assert!(!y.array_equal(&y).unwrap() && !y.allclose(&y, 1.0, 1.0).unwrap());
            for tolerances in [(-1.0, 0.0), (0.0, f64::NAN)] {
                let error = x.allclose(&x, tolerances.0, tolerances.1).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Parameter);
            }
        }
        let (x, y) = (of(&Layout::scatter(comm, &[4], 0).unwrap()), of(&Layout::replicated(comm, &[4]).unwrap()));
        assert!(!x.array_equal(&of(&Layout::replicated(comm, &[5]).unwrap())).unwrap());
        assert_eq!(x.array_equal(&y).unwrap_err().kind(), ErrorKind::Shape);
        assert!(x.array_equal(&y.like(&x).unwrap()).unwrap());
        let infinite = DistArray::full(x.space(), f64::INFINITY);
        assert!(infinite.allclose(&infinite, 0.0, 0.0).unwrap());
        assert!(!infinite.allclose(&-&infinite, 1.0, 1.0).unwrap());
        assert!(!x.allclose(&infinite, 1.0, 1.0).unwrap());
    }
}
