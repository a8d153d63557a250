//! Operands of different shapes and layouts: NumPy's broadcasting, `like`, and what is refused.

use crate::cases::{Dice, numbered};
use crate::picks::kinds;
use lops::ndarray::{ArrayD, IxDyn};
use lops::{Comm, DistArray, ErrorKind, Layout, layout::Grid};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A value that depends on every index, and not symmetrically on two operands.
fn mix(a: f64, b: f64) -> f64 {
    1000.0 * a - b
}

/// By ndarray's own broadcasting.
fn mixed(a: &ArrayD<f64>, b: &ArrayD<f64>) -> ArrayD<f64> {
    1000.0 * a - b
}

/// Two operands without any traffic, both ways round, to an array of this layout.
fn meets(comm: &Comm, a: &DistArray<f64>, b: &DistArray<f64>, layout: &Layout) {
    let before = comm.traffic().total().calls;
    let (c, d) = (a.zip(b, mix).unwrap(), b.zip(a, mix).unwrap());
    let signs = [a + b, a * b, a.clone() - b, a - b.clone(), b.clone() / (a.clone() + 1.0)];
    let mut in_place = a.clone();
    let other = in_place.zip_in_place(b, mix);
    assert_eq!(comm.traffic().total().calls, before);
    let (x, y) = (a.gather_all(), b.gather_all());
    assert_eq!(c.layout().unwrap(), layout, "{} and {}", a.space(), b.space());
    assert_eq!(c, DistArray::from_global(layout, &mixed(&x, &y)).unwrap(), "{} and {}", a.space(), b.space());
    assert_eq!(d.gather_all(), mixed(&y, &x));
    let plain = [&x + &y, &x * &y, &x - &y, &x - &y, &y / &(&x + 1.0)];
    for (found, expected) in signs.iter().zip(&plain) {
        assert_eq!(found.gather_all(), *expected);
    }
    if x.shape() == layout.shape() {
        other.unwrap();
        assert_eq!(in_place, c);
        in_place -= b;
        assert_eq!(in_place.gather_all(), mixed(&x, &y) - &y);
    } else {
        assert_eq!(other.unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(in_place, *a);
    }
}

/// The words with which something panics.
fn words(f: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).expect_err("a panic");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

fn of(layout: &Layout) -> DistArray<f64> {
    DistArray::from_global(layout, &numbered(layout.shape())).unwrap()
}

crate::bodies! {
    fn replicated_operands(comm) {
        for seed in 0..60 {
            let mut dice = Dice::new(6000 + seed);
            let shape = dice.shape();
            let layout = dice.layout(comm, &shape);
            let first = dice.below(shape.len() + 1);
            let mut small: Vec<_> = shape[first..].iter().map(|&n| if dice.below(2) == 0 { 1 } else { n }).collect();
            if small == shape {
                small.remove(0);
            }
            let smaller = of(&Layout::replicated(comm, &small).unwrap());
            meets(comm, &of(&layout), &smaller, &layout);
            if *layout.partition() != lops::layout::Partition::Replicated {
                meets(comm, &of(&layout), &of(&Layout::unsynced(comm, &small).unwrap()), &layout);
            }
        }
    }

    /// Operands that are cut alike along the axes that they have.
    fn operands_cut_alike(comm) {
        for letters in ["nbn", "ncn", "bn", "cn", "nb", "bcn"] {
            let shape = &[7, 5, 3][..letters.len()];
            let layout = Grid::parse(letters).unwrap().layout(comm, shape).unwrap();
            let grid = layout.process_grid().unwrap();
            let stretch = |n: usize| letters.bytes().zip(shape).map(|(letter, &of)| if letter == b'n' { n } else { of }).collect::<Vec<_>>();
            let thin = Grid::parse(letters).unwrap().over(grid.shape()).layout(comm, &stretch(1)).unwrap();
            if thin.shape() != shape {
                meets(comm, &of(&layout), &of(&thin), &layout);
            }
            if let Some(letters) = letters.strip_prefix('n') {
                let fewer = Grid::parse(letters).unwrap().over(&grid.shape()[1..]).layout(comm, &shape[1..]).unwrap();
                meets(comm, &of(&layout), &of(&fewer), &layout);
                let thinner = Grid::parse(letters).unwrap().over(&grid.shape()[1..]).layout(comm, &stretch(1)[1..]).unwrap();
                meets(comm, &of(&layout), &of(&thinner), &layout);
            }
        }
    }

    /// A column and a row make a matrix: on the layout of the one that is cut.
    fn neither_has_the_shape(comm) {
        let column = of(&Layout::scatter(comm, &[7, 1], 0).unwrap());
        let row = of(&Layout::replicated(comm, &[1, 5]).unwrap());
        let plain = of(&Layout::replicated(comm, &[5]).unwrap());
        let matrix = Layout::scatter(comm, &[7, 5], 0).unwrap();
        for other in [&row, &plain] {
            meets(comm, &column, other, &matrix);
            meets(comm, other, &column, &matrix);
        }
        meets(comm, &of(&Layout::replicated(comm, &[7, 1]).unwrap()), &row, &Layout::replicated(comm, &[7, 5]).unwrap());
        let cut = of(&Layout::scatter(comm, &[1, 5], 1).unwrap());
        let error = column.zip(&cut, mix).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Layout);
        assert!(error.to_string().contains("`broadcast_to` a layout of shape [7, 5]"), "{error}");
        let moved = column.broadcast_to(&matrix).unwrap().zip(&cut.broadcast_to(&matrix).unwrap(), mix).unwrap();
        assert_eq!(moved.gather_all(), mixed(&numbered(&[7, 1]), &numbered(&[1, 5])));
    }

    fn like_moves_and_repeats(comm) {
        for seed in 0..100 {
            let mut dice = Dice::new(7000 + seed);
            let shape = dice.shape();
            let first = dice.below(shape.len());
            let small: Vec<_> = shape[first..].iter().map(|&n| if dice.below(3) == 0 { 1 } else { n }).collect();
            let (layout, from) = (dice.layout(comm, &shape), dice.layout(comm, &small));
            let (a, b) = (DistArray::<bool>::zeros(&layout), of(&from));
            let before = comm.traffic();
            let c = b.like(&a).unwrap();
            let spent = (comm.traffic() - before).total();
            assert!(spent.calls <= 1, "{from} like {layout}");
            let expected = numbered(&small).broadcast(IxDyn(&shape)).unwrap().to_owned();
            assert_eq!(c, DistArray::from_global(&layout, &expected).unwrap(), "{from} like {layout}");
        }
        let layout = Layout::scatter(comm, &[4, 3], 0).unwrap();
        let error = of(&Layout::scatter(comm, &[2, 3], 0).unwrap()).broadcast_to(&layout).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        assert!(error.to_string().starts_with("array to broadcast: expected a shape that broadcasts to [4, 3]"), "{error}");
    }

    /// Equal shapes of different layouts, and whatever else would have to move.
    fn refused_with_both_layouts(comm) {
        let layouts = kinds(comm, &[6, 4]);
        for left in &layouts {
            let (a, right) = (of(left), layouts.iter().find(|right| *right != left).unwrap());
            let b = of(right);
            let error = a.zip(&b, mix).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Layout);
            assert_eq!(error.to_string(), format!("second array: expected {left} (`like` moves it there), found {right}"));
            let same = error.to_string().replace("second array", "right operand of +");
            assert_eq!(words(|| drop(&a + &b)), same);
            assert_eq!(words(|| drop(a.clone() + b.clone())), same);
            assert_eq!(words(|| {
                let mut c = a.clone();
                c += &b;
            }), same);
            assert_eq!((&a + b.like(&a).unwrap()).gather_all(), 2.0 * numbered(&[6, 4]));
        }
        let a = of(&Layout::scatter(comm, &[6, 4], 0).unwrap());
        for b in [Layout::scatter(comm, &[4], 0), Layout::scatter(comm, &[6, 1], 1), Layout::scatter_sizes(comm, &[6, 1], 0, &{
            let mut sizes = vec![0; comm.size()];
            sizes[comm.size() - 1] = 6;
            sizes
        })] {
            let b = of(&b.unwrap());
            if comm.size() > 1 || b.shape() != [6, 1] {
                let error = a.zip(&b, mix).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Layout, "{error}");
                assert!(error.to_string().contains("lines up with [6, 4] scattered on axis 0"), "{error}");
            }
            assert_eq!((&a + b.like(&a).unwrap()).gather_all(), numbered(&[6, 4]) + numbered(&b.shape()));
        }
        let odd = of(&Layout::scatter(comm, &[5], 0).unwrap());
        assert_eq!(a.zip(&odd, mix).unwrap_err().kind(), ErrorKind::Shape);
        let own = of(&Layout::unsynced(comm, &[4]).unwrap());
        let kept = of(&Layout::replicated(comm, &[6, 4]).unwrap());
        assert_eq!(kept.zip(&own, mix).unwrap_err().kind(), ErrorKind::Layout);
        let stack = DistArray::stack(&[&a, &a]).unwrap();
        assert_eq!(a.zip(&stack, mix).unwrap_err().kind(), ErrorKind::Shape);
        let elsewhere = of(&Layout::scatter(&comm.duplicate(), &[6, 4], 0).unwrap());
        assert_eq!(a.zip(&elsewhere, mix).unwrap_err().kind(), ErrorKind::Communicator);
    }
}
