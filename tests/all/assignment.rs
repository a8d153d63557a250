//! Assignment to parts of arrays, of numbers, global arrays and arrays of any layout.

use crate::cases::{Dice, numbered};
use crate::picks::{any_index, assigned, kinds, pick};
use lops::ndarray::{ArrayD, IxDyn, array};
use lops::{Comm, Complex, DistArray, Element, ErrorKind, Layout, index, layout::Partition, library::Index};

/// A shape that broadcasts to this one.
fn smaller(dice: &mut Dice, shape: &[usize]) -> Vec<usize> {
    let first = if dice.below(3) == 0 { dice.below(shape.len() + 1) } else { 0 };
    shape[first..].iter().map(|&n| if dice.below(4) == 0 { 1 } else { n }).collect()
}

/// The element of an array of the smaller shape that lies against this one.
fn against(index: &[usize], shape: &[usize]) -> Vec<usize> {
    let first = index.len() - shape.len();
    index[first..].iter().zip(shape).map(|(&i, &n)| if n == 1 { 0 } else { i }).collect()
}

/// The elements of the value that this rank has and others need.
fn leaving(comm: &Comm, value: &Layout, part: &Layout) -> u64 {
    let mut count = 0;
    for rank in (0..comm.size()).filter(|&rank| rank != comm.rank()) {
        let mut needed = vec![];
        part.for_each_index(rank, |index| needed.push(against(index, value.shape())));
        needed.sort_unstable();
        needed.dedup();
        count += needed.iter().filter(|&index| value.owner(index) == Some(comm.rank())).count() as u64;
    }
    count
}

fn any_assignment<T: Element>(comm: &Comm, dice: &mut Dice, of: impl Fn(f64) -> T) {
    let shape = dice.shape();
    let global = numbered(&shape).mapv(&of);
    let layout = dice.layout(comm, &shape);
    let x = DistArray::from_global(&layout, &global).unwrap();
    let index = any_index(dice, &shape);
    let part = x.slice(&index).unwrap().layout().unwrap().clone();

    let mut y = x.clone();
    let before = comm.traffic();
    y.assign(&index, of(-1.0)).unwrap();
    assert_eq!((comm.traffic() - before).total().calls, 0);
    assert_eq!(y.gather_all(), assigned(&global, &index, &ArrayD::from_elem(IxDyn(&[]), of(-1.0))));

    let shape = smaller(dice, part.shape());
    let value = numbered(&shape).mapv(|v| of(-v - 2.0));
    let expected = assigned(&global, &index, &value);
    let mut y = x.clone();
    let before = comm.traffic();
    y.assign(&index, &value).unwrap();
    assert_eq!((comm.traffic() - before).total().calls, 0);
    assert_eq!(y.gather_all(), expected, "{index:?} of {layout} from {shape:?}");

    let from = if shape.is_empty() { Layout::replicated(comm, &shape).unwrap() } else { dice.layout(comm, &shape) };
    let value = DistArray::from_global(&from, &value).unwrap();
    let kept = value.clone();
    let mut y = x.clone();
    let before = comm.traffic();
    y.assign(&index, &value).unwrap();
    let spent = (comm.traffic() - before).total();
    assert!(spent.calls <= 1, "{index:?} of {layout} from {from}");
    if !from.is_replicated() && !part.is_replicated() {
        assert_eq!(
            spent.bytes,
            leaving(comm, &from, &part) * T::DTYPE.size() as u64,
            "{index:?} of {layout} from {from}"
        );
    }
    assert_eq!(y.gather_all(), expected, "{index:?} of {layout} from {from}");
    assert_eq!(y, DistArray::from_global(&layout, &expected).unwrap());
    assert_eq!(value, kept);
    if let Ok(mut view) = x.clone().view_mut(&index) {
        view.assign(&value).unwrap();
        assert_eq!(view.to_owned(), y.slice(&index).unwrap());
    }
}

crate::bodies! {
    fn any_value_to_any_part(comm) {
        for seed in 0..150 {
            let mut dice = Dice::new(5000 + seed);
            match seed % 5 {
                0 | 1 => any_assignment(comm, &mut dice, |v| v),
                2 => any_assignment(comm, &mut dice, |v| v as i16),
                3 => any_assignment(comm, &mut dice, |v| v as i64 % 3 == 0),
                _ => any_assignment(comm, &mut dice, |v| Complex::new(v, 0.5)),
            }
        }
    }

    /// What DistArray's tests assign, on layouts of every kind.
    fn parts_of_one_and_more_axes(comm) {
        let cases: [(&[usize], Vec<Index>); 10] = [
            (&[20], index![5..10].to_vec()),
            (&[20], index![..;2].to_vec()),
            (&[20], index![15..2;-3].to_vec()),
            (&[20], index![7].to_vec()),
            (&[10, 20], index![2..7, 3..9].to_vec()),
            (&[10, 20], index![.., 10..].to_vec()),
            (&[10, 20], index![4].to_vec()),
            (&[3, 4, 5], index![Index::Ellipsis, 1..;2].to_vec()),
            (&[3, 4, 5], index![1, .., Index::list([4, 0])].to_vec()),
            (&[3, 4, 5], index![2, 3, 4].to_vec()),
        ];
        for (shape, index) in cases {
            let global = numbered(shape);
            let value = pick(&global, &index).mapv(|v| -v - 1.0);
            let expected = assigned(&global, &index, &value);
            for layout in kinds(comm, shape) {
                let mut x = DistArray::from_global(&layout, &global).unwrap();
                x.assign(&index, &value).unwrap();
                assert_eq!(x, DistArray::from_global(&layout, &expected).unwrap(), "{index:?} of {layout}");
                let part = x.slice(&index).unwrap();
                x.assign(&index, 0.0).unwrap();
                x.assign(&index, &part).unwrap(); // in place: of its own layout
                assert_eq!(x.gather_all(), expected);
            }
        }
    }

    /// NumPy's `a[0:3] = a[3:6]`, and the array turned into itself.
    fn parts_of_the_same_array(comm) {
        for layout in kinds(comm, &[6, 4]) {
            let global = numbered(&[6, 4]);
            let mut x = DistArray::from_global(&layout, &global).unwrap();
            let later = x.slice(&index![3..6]).unwrap();
            x.assign(&index![0..3], &later).unwrap();
            let expected = assigned(&global, &index![0..3], &pick(&global, &index![3..6]));
            assert_eq!(x.gather_all(), expected, "{layout}");
            x.assign(&index![..;-1, ..;-1], &x.clone()).unwrap();
            assert_eq!(x.gather_all(), pick(&expected, &index![..;-1, ..;-1]), "{layout}");
        }
    }

    fn the_last_of_two_wins_and_leading_ones_go(comm) {
        for layout in kinds(comm, &[6]) {
            let mut x = DistArray::<f64>::zeros(&layout);
            x.assign(&[Index::list([1, 4, 1])], &array![1.0, 2.0, 3.0]).unwrap();
            x.assign(&index![2..4], &array![[[5.0, 6.0]]]).unwrap();
            let value = DistArray::from_global(&Layout::scatter(comm, &[1, 1], 1).unwrap(), &array![[7.0]].into_dyn()).unwrap();
            x.assign(&index![5], &value).unwrap();
            assert_eq!(x.gather_all(), array![0.0, 3.0, 5.0, 6.0, 2.0, 7.0].into_dyn(), "{layout}");
        }
    }

    /// A replicated array stays equal on all ranks, whatever is assigned to it.
    fn replicas_stay_equal(comm) {
        let mut x = DistArray::<f64>::zeros(Layout::replicated(comm, &[4, 3]).unwrap());
        let own = DistArray::full(Layout::unsynced(comm, &[3]).unwrap(), comm.rank() as f64);
        x.assign(&index![1], &own).unwrap();
        assert_eq!(x.local().sum(), 0.0);
        let scattered = DistArray::from_fn(&Layout::scatter(comm, &[3], 0).unwrap(), |i| i[0] as f64);
        x.assign(&index![2..], &scattered).unwrap();
        assert!(matches!(x.layout().unwrap().partition(), Partition::Replicated));
        assert_eq!(x.local().sum(), 6.0);
    }

    fn what_does_not_fit(comm) {
        let layout = Layout::scatter(comm, &[6, 4], 0).unwrap();
        let mut x = DistArray::<f64>::full(&layout, 1.0);
        let kept = x.clone();
        let error = x.assign(&index![2..5], &ArrayD::zeros(IxDyn(&[2, 4]))).unwrap_err();
        assert_eq!(error.to_string(), "value assigned to a part: expected a shape that broadcasts to [3, 4], found [2, 4]");
        assert_eq!(error.kind(), ErrorKind::Shape);
        let long = DistArray::<f64>::zeros(Layout::scatter(comm, &[6], 0).unwrap());
        assert_eq!(x.assign(&index![..], &long).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(x.assign(&index![6], 1.0).unwrap_err().kind(), ErrorKind::Axis);
        assert_eq!(x.assign(&index![.., 0], &kept).unwrap_err().kind(), ErrorKind::Shape);
        let alone = DistArray::<f64>::zeros(Layout::replicated(&comm.duplicate(), &[4]).unwrap());
        assert_eq!(x.assign(&index![0], &alone).unwrap_err().kind(), ErrorKind::Communicator);
        let stack = DistArray::stack(&[&kept, &kept]).unwrap();
        assert_eq!(x.assign(&index![..], &stack).unwrap_err().kind(), ErrorKind::Layout);
        assert_eq!(x, kept);
    }
}
