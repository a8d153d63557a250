//! Layouts and arrays: creation, arithmetic, gathering, ghost cells, redistribution.

use lops::ndarray::{ArrayD, Axis, IxDyn, Slice};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, Space,
    layout::{Cut, Grid},
};

/// The global array whose elements are their C-order index.
fn numbered(shape: &[usize]) -> ArrayD<f64> {
    let mut k = -1.0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1.0;
        k
    })
}

/// Even, uneven, empty-rank and one-rank-has-all cuts of n rows.
fn cuts(comm: &Comm, n: usize) -> Vec<Vec<usize>> {
    let p = comm.size();
    let mut last = vec![0; p];
    last[p - 1] = n;
    let mut first = vec![0; p];
    first[0] = n;
    let mut skewed = vec![0; p];
    for k in 0..n {
        skewed[(k * k) % p] += 1;
    }
    vec![last, first, skewed]
}

/// Every kind of cut on the axes, over grids that are chosen.
fn grids(comm: &Comm, shape: &[usize]) -> Vec<Layout> {
    let mut all = vec![];
    for kinds in [[0, 1], [1, 2], [3, 4], [4, 0], [2, 3], [5, 1], [1, 5]] {
        let mut ranks = comm.size();
        let mut cuts = vec![];
        for (axis, &n) in shape.iter().enumerate() {
            let kind = kinds[axis % 2];
            cuts.push(match kind {
                0 => Cut::Whole,
                1 => Cut::Block,
                2 => Cut::CeilBlock,
                3 => Cut::Cyclic,
                4 => Cut::BlockCyclic(2),
                _ => {
                    let parts = ranks.min(2);
                    ranks /= parts;
                    let mut lists = vec![vec![]; parts];
                    (0..n).rev().for_each(|i| lists[(i * i + 1) % parts].push(i));
                    Cut::Listed(lists)
                }
            });
        }
        all.push(Grid::cut(&cuts).layout(comm, shape).unwrap());
        let last: Vec<_> = (0..comm.size()).rev().collect();
        all.push(Grid::cut(&cuts).on_ranks(&last).layout(comm, shape).unwrap());
    }
    all
}

fn layouts(comm: &Comm, shape: &[usize]) -> Vec<Layout> {
    let mut all = vec![Layout::replicated(comm, shape).unwrap(), Layout::unsynced(comm, shape).unwrap()];
    for axis in 0..shape.len() {
        all.push(Layout::scatter(comm, shape, axis).unwrap());
        for sizes in cuts(comm, shape[axis]) {
            all.push(Layout::scatter_sizes(comm, shape, axis, &sizes).unwrap());
        }
    }
    all.extend(grids(comm, shape));
    all
}

crate::bodies! {
    fn what_is_scattered_comes_back(comm) {
        for shape in [&[7][..], &[5, 4], &[3, 4, 5], &[0, 3], &[2, 0]] {
            let global = numbered(shape);
            for layout in layouts(comm, shape) {
                let before = comm.traffic().total().calls;
                let x = DistArray::from_global(&layout, &global).unwrap();
                let y = DistArray::from_fn(&layout, |index| global[index]);
                assert_eq!(x, y, "{layout}");
                assert_eq!(x.local().shape(), layout.local_shape());
                let synced = comm.traffic().total().calls - before;
                assert!(synced == 0 || layout.is_replicated(), "{layout}: {synced} calls");
                assert_eq!(x.gather_all(), global, "{layout}");
                for root in [0, comm.size() - 1] {
                    let there = x.gather(root);
                    assert_eq!(there, (comm.rank() == root).then(|| global.clone()), "{layout}");
                }
            }
        }
    }

    fn redistribution_keeps_every_element(comm) {
        for shape in [&[7, 4][..], &[3, 5, 4], &[1, 2]] {
            let global = numbered(shape);
            let all = layouts(comm, shape);
            for from in &all {
                let x = DistArray::from_global(from, &global).unwrap();
                for to in &all {
                    let y = x.redistribute(to).unwrap();
                    assert_eq!(y, DistArray::from_global(to, &global).unwrap(), "{from} to {to}");
                }
            }
        }
    }

    fn redistribution_moves_each_byte_once(comm) {
        let shape = [8, 6];
        let from = Layout::scatter(comm, &shape, 0).unwrap();
        let to = Layout::scatter(comm, &shape, 1).unwrap();
        let x = DistArray::from_global(&from, &numbered(&shape)).unwrap();
        let before = comm.traffic();
        let _ = x.redistribute(&to).unwrap();
        let spent = (comm.traffic() - before).total();
        let mut leaves = 0;
        from.for_each_index(comm.rank(), |index| leaves += u64::from(to.owner(index) != Some(comm.rank())));
        let talks = comm.size() > 1;
        assert_eq!((spent.calls, spent.bytes), (u64::from(talks), 8 * leaves));
        let before = comm.traffic();
        let _ = x.redistribute_axis(0).unwrap();
        assert_eq!((comm.traffic() - before).total().calls, 0);
    }

    fn ghost_cells_are_the_neighbours_rows(comm) {
        let shape = [3, 11, 2];
        let global = numbered(&shape);
        for axis in 0..3 {
            let n = shape[axis];
            let mut sizes = cuts(comm, n);
            sizes.push((0..comm.size()).map(|r| n / comm.size() + usize::from(r < n % comm.size())).collect());
            for sizes in sizes {
                let layout = Layout::scatter_sizes(comm, &shape, axis, &sizes).unwrap();
                let x = DistArray::from_global(&layout, &global).unwrap();
                for (front, back) in [(0, 0), (1, 1), (2, 0), (0, 3), (5, 7), (100, 100)] {
                    let own = layout.range(comm.rank());
                    let wanted = own.start.saturating_sub(front)..(own.end + back).min(n);
                    let expected = global.slice_axis(Axis(axis), Slice::from(wanted)).to_owned();
                    assert_eq!(x.add_ghost_cells(front, back).unwrap(), expected, "{layout} {front} {back}");
                }
                let (front, back): (Vec<_>, Vec<_>) = (0..comm.size()).map(|r| (r % 3, (r + 1) % 2)).unzip();
                let own = layout.range(comm.rank());
                let wanted = own.start.saturating_sub(front[comm.rank()])..(own.end + back[comm.rank()]).min(n);
                let expected = global.slice_axis(Axis(axis), Slice::from(wanted)).to_owned();
                assert_eq!(x.add_ghost_cells_each(&front, &back).unwrap(), expected);
            }
        }
    }

    fn one_halo_is_one_message_each_way(comm) {
        let layout = Layout::scatter(comm, &[4 * comm.size(), 3], 0).unwrap();
        let x = DistArray::<f32>::zeros(&layout);
        let before = comm.traffic();
        let _ = x.add_ghost_cells(2, 1).unwrap();
        let spent = (comm.traffic() - before).total();
        let (first, last) = (comm.rank() == 0, comm.rank() + 1 == comm.size());
        let (to_next, to_previous) = (u64::from(!last), u64::from(!first));
        assert_eq!(spent.messages, to_next + to_previous);
        assert_eq!(spent.bytes, 12 * (2 * to_next + to_previous));
    }

    fn signs_are_elementwise_and_silent(comm) {
        let shape = [5, 3];
        let (a, b) = (numbered(&shape), numbered(&shape).mapv(|v| v * v + 1.0));
        for layout in layouts(comm, &shape) {
            let x = DistArray::from_global(&layout, &a).unwrap();
            let y = DistArray::from_global(&layout, &b).unwrap();
            let before = comm.traffic();
            let mut z = (&x + &y) * 2.0 - &x / &y;
            z += &x;
            z -= 1.0;
            z *= &y;
            z /= 3.0;
            z = 1.0 - (-z);
            let mut w = z.zeros_like();
            w.axpy(0.5, &z).unwrap();
            w.xpby(&x, 2.0).unwrap();
            w.axpby(3.0, &y, -1.0).unwrap();
            assert_eq!(comm.traffic() - before, comm.traffic() - comm.traffic());
            let z_want = 1.0 + (((&a + &b) * 2.0 - &a / &b) + &a - 1.0) * &b / 3.0;
            assert_eq!(z.gather_all(), z_want);
            assert_eq!(w.gather_all(), 3.0 * &b - (&a + 2.0 * (0.5 * &z_want)));
        }
    }

    fn all_types_have_arithmetic(comm) {
        fn check<T: lops::Number>(comm: &Comm, two: T) {
            let layout = Layout::scatter(comm, &[9], 0).unwrap();
            let x = DistArray::full(&layout, two);
            assert_eq!(&x * &x + &x - two, DistArray::full(&layout, two * two));
            assert_eq!(&x / two, DistArray::full(&layout, T::one()));
        }
        check(comm, 2i8);
        check(comm, 2u8);
        check(comm, 2i16);
        check(comm, 2u16);
        check(comm, 2i32);
        check(comm, 2u32);
        check(comm, 2i64);
        check(comm, 2u64);
        check(comm, 2usize);
        check(comm, 2f32);
        check(comm, 2f64);
        check(comm, Complex::new(2f32, 1.0));
        check(comm, Complex::new(2f64, 1.0));
        let layout = Layout::scatter(comm, &[9], 0).unwrap();
        let even = DistArray::from_fn(&layout, |i| i[0] % 2 == 0);
        assert!(!even.map(|b| !b).gather_all()[[4]]);
        let z = DistArray::full(&layout, Complex::new(1.0f64, 2.0));
        assert_eq!((2.0 * &z).conj(), DistArray::full(&layout, Complex::new(2.0, -4.0)));
        assert_eq!(z.re().to_complex().im(), DistArray::zeros(&layout));
    }

    fn stacks_are_one_vector(comm) {
        let rows = Layout::scatter(comm, &[4, 3], 0).unwrap();
        let all = Layout::replicated(comm, &[5]).unwrap();
        let a = DistArray::from_global(&rows, &numbered(&[4, 3])).unwrap();
        let b = DistArray::full(&all, 2.0);
        let s = DistArray::stack(&[&a, &b]).unwrap();
        let nested = DistArray::stack(&[&s, &a]).unwrap();
        assert_eq!((s.size(), nested.size()), (17, 29));
        assert_eq!(nested.member(0), s);
        assert_eq!(nested.member(0).member(1), b);
        assert_eq!((&nested + &nested).member(1), 2.0 * &a);
        assert_eq!(nested.gather_all().len(), 29);
        assert_eq!(nested.gather_all()[[12]], 2.0);
        assert!(s.layout().is_err());
        assert_eq!(Space::stack(vec![]).unwrap_err().kind(), ErrorKind::Shape);
    }

    fn rank_0_wins_in_a_broadcast_array(comm) {
        let layout = Layout::replicated(comm, &[3]).unwrap();
        let mut x = DistArray::zeros(&layout);
        x.update(|mut local| local.fill(comm.rank() as f64 + 1.0));
        assert_eq!(x.as_slice(), [1.0; 3]);
        let free = Layout::unsynced(comm, &[3]).unwrap();
        let mut y = DistArray::zeros(&free);
        y.update(|mut local| local.fill(comm.rank() as f64 + 1.0));
        assert_eq!(y.as_slice(), [comm.rank() as f64 + 1.0; 3]);
    }

    fn masks_gather_by_colour(comm) {
        let colours: Vec<_> = (0..comm.size()).map(|rank| rank % 2).collect();
        let layout = Layout::scatter(comm, &[2 * comm.size()], 0).unwrap().with_mask(&colours).unwrap();
        let x = DistArray::from_fn(&layout, |i| i[0] as i64);
        let mine: Vec<_> = (0..2 * comm.size() as i64).filter(|i| (i / 2) % 2 == comm.rank() as i64 % 2).collect();
        assert_eq!(x.gather_group().into_raw_vec_and_offset().0, mine);
        assert_eq!(x.gather_all().len(), 2 * comm.size());
        assert_eq!(x.zeros_like().layout().unwrap().mask(), Some(&colours[..]));
    }

    fn shapes_change_where_blocks_stay(comm) {
        let p = comm.size();
        let layout = Layout::scatter(comm, &[2 * p, 6], 0).unwrap();
        let x = DistArray::from_global(&layout, &numbered(&[2 * p, 6])).unwrap();
        let flat = x.clone().ravel().unwrap();
        assert_eq!(flat.gather_all().into_raw_vec_and_offset().0, (0..12 * p).map(|k| k as f64).collect::<Vec<_>>());
        let cube = Layout::scatter(comm, &[2 * p, 3, 2], 0).unwrap();
        let back = flat.reshape(&cube).unwrap().reshape(&layout).unwrap();
        assert_eq!(back, x);
        let odd = Layout::scatter(comm, &[3, 2], 0).unwrap();
        assert_eq!(back.reshape(&odd).unwrap_err().kind(), ErrorKind::Shape);
    }

    fn wrong_operands_are_refused_by_name(comm) {
        let rows = Layout::scatter(comm, &[6, 4], 0).unwrap();
        let columns = Layout::scatter(comm, &[6, 4], 1).unwrap();
        let (x, y) = (DistArray::<f64>::zeros(&rows), DistArray::<f64>::zeros(&columns));
        let error = x.zip(&y, |a, b| a + b).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Layout);
        let words = error.to_string();
        assert!(words.contains("scattered on axis 0") && words.contains("scattered on axis 1"), "{words}");
        let other = comm.duplicate();
        let z = DistArray::<f64>::zeros(Layout::scatter(&other, &[6, 4], 0).unwrap());
        assert_eq!(x.zip(&z, |a, b| a + b).unwrap_err().kind(), ErrorKind::Communicator);
        let short = if comm.rank() == comm.size() - 1 { vec![0.0] } else { vec![0.0; rows.local_len()] };
        if rows.len_of(comm.size() - 1) != 1 {
            let error = DistArray::from_local(&rows, short).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Shape);
        }
        assert_eq!(DistArray::from_global(&rows, &numbered(&[4, 6])).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(x.redistribute_axis(2).unwrap_err().kind(), ErrorKind::Axis);
    }
}
