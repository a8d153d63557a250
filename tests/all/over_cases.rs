//! Reductions of what is empty, masked, in chunks or wrong; kept dimensions; what is sent.

use crate::over::{exact_mean, near, print, subsets};
use crate::picks::kinds;
use lops::ndarray::{ArrayD, IxDyn, arr2};
use lops::{
    DistArray, ErrorKind, Layout,
    array::Norm,
    comm::Verb,
    layout::{Chunk, Cut, Grid, Mode},
};

crate::bodies! {
    fn empty_reductions_are_those_of_numpy(comm) {
        for layout in [Layout::scatter(comm, &[0, 3], 0).unwrap(), Layout::scatter(comm, &[0, 3], 1).unwrap()] {
            let x = DistArray::<f32>::zeros(&layout);
            assert!(x.mean().is_nan() && x.var(0).is_nan() && x.std(1).is_nan());
            assert_eq!((x.sum(), x.prod().unwrap(), x.any(), x.all(), x.count_nonzero()), (0.0, 1.0, false, true, 0));
            for error in [x.min().unwrap_err(), x.max().unwrap_err(), x.argmin().unwrap_err(), x.argmax().unwrap_err()] {
                assert_eq!(error.kind(), ErrorKind::Shape, "{error}");
            }
            let over = || x.over(&[0]);
            assert_eq!(over().sum().unwrap().gather_all().as_slice().unwrap(), [0.0; 3]);
            assert_eq!(over().prod().unwrap().gather_all().as_slice().unwrap(), [1.0; 3]);
            assert_eq!(print(&over().mean().unwrap().gather_all().as_slice().unwrap()), "[NaN, NaN, NaN]");
            assert_eq!(print(&over().var(0).unwrap().gather_all().as_slice().unwrap()), "[NaN, NaN, NaN]");
            assert_eq!(over().all().unwrap().gather_all().as_slice().unwrap(), [true; 3]);
            assert_eq!(over().max().unwrap_err().kind(), ErrorKind::Shape);
            assert_eq!(x.over(&[1]).max().unwrap().shape(), [0]);
            assert_eq!(x.over(&[1]).argmax().unwrap().shape(), [0]);
        }
        let one = DistArray::full(Layout::scatter(comm, &[1], 0).unwrap(), 2.0f64);
        assert!(one.var(1).is_nan() && one.var(3).is_nan());
        let two = DistArray::from_fn(&Layout::scatter(comm, &[2], 0).unwrap(), |i| i[0] as f64);
        assert_eq!(two.var(3), f64::INFINITY);
        let point = DistArray::full(Layout::replicated(comm, &[]).unwrap(), 2.5);
        assert_eq!((point.over(&[]).sum().unwrap().as_slice(), point.argmax().unwrap()), (&[2.5][..], vec![]));
    }

    fn axes_that_do_not_fit_are_refused(comm) {
        let x = DistArray::<f64>::zeros(Layout::scatter(comm, &[3, 4], 0).unwrap());
        assert_eq!(x.over(&[2]).sum().unwrap_err().kind(), ErrorKind::Axis);
        let twice = x.over(&[1, 0, 1]).mean().unwrap_err();
        assert_eq!(twice.to_string(), "axes [1, 0, 1]: expected each once, found 1 twice");
        assert_eq!(x.over(&[0, 1]).argmin().unwrap_err().kind(), ErrorKind::Axis);
        assert_eq!(x.over(&[]).argmax().unwrap_err().kind(), ErrorKind::Axis);
        assert_eq!(x.over(&[0]).norm(Norm::P(0.0)).unwrap_err().kind(), ErrorKind::Parameter);
    }

    fn kept_dimensions_line_up(comm) {
        for layout in kinds(comm, &[5, 4]) {
            let x = DistArray::from_fn(&layout, |i| (i[0] * 5 + i[1]) as f64);
            for axes in subsets(2) {
                let sums = x.over(&axes).keep_dims().sum().unwrap();
                let shape: Vec<_> = [5, 4].iter().enumerate().map(|(a, &n)| if axes.contains(&a) { 1 } else { n }).collect();
                assert_eq!(sums.shape(), shape);
                let flat = |x: &DistArray<f64>| x.gather_all().into_raw_vec_and_offset().0;
                assert_eq!(flat(&sums), flat(&x.over(&axes).sum().unwrap()), "{layout}");
                assert_eq!(sums.broadcast_to(&layout).unwrap().shape(), [5, 4]);
            }
        }
        let rows = Layout::scatter(comm, &[6, 5], 0).unwrap();
        let x = DistArray::from_fn(&rows, |i| (i[0] * 5 + i[1]) as f64);
        for axis in [0, 1] {
            let centred = &x - &x.over(&[axis]).keep_dims().mean().unwrap();
            assert_eq!(centred.over(&[axis]).sum().unwrap().norm(), 0.0);
        }
    }

    fn masks_reduce_their_groups(comm) {
        let p = comm.size();
        let colours: Vec<_> = (0..p).map(|rank| rank % 2).collect();
        let mine: Vec<_> = (0..p).filter(|rank| rank % 2 == comm.rank() % 2).collect();
        let layout = Layout::scatter_sizes(comm, &[p, 3], 0, &vec![1; p]).unwrap().with_mask(&colours).unwrap();
        let x = DistArray::from_fn(&layout, |i| (i[0] * 3 + i[1] + 1) as f64);
        let own: Vec<f64> = mine.iter().flat_map(|&r| (0..3).map(move |k| (r * 3 + k + 1) as f64)).collect();
        let own_row = |r: usize| (0..3).map(move |k| (r * 3 + k + 1) as f64);
        let sum: f64 = own.iter().sum();
        assert!(near(x.mean(), sum / own.len() as f64));
        assert_eq!((x.min().unwrap(), x.max().unwrap()), (own[0], own[own.len() - 1]));
        assert_eq!(x.argmax().unwrap(), [mine[mine.len() - 1], 2]);
        assert_eq!((x.prod().unwrap(), x.all(), x.count_nonzero()), (own.iter().product(), true, own.len()));
        let columns = x.over(&[0]).mean().unwrap();
        assert_eq!(columns.layout().unwrap().mask(), Some(&colours[..]));
        for (k, &mean) in columns.as_slice().iter().enumerate() {
            let column: Vec<_> = own.iter().copied().skip(k).step_by(3).collect();
            assert!(near(mean, exact_mean(&column)));
        }
        let rows = x.over(&[1]).max().unwrap();
        assert_eq!(rows.as_slice(), [3.0 * (comm.rank() + 1) as f64]);
        assert_eq!(x.over(&[0]).argmax().unwrap().as_slice(), [mine[mine.len() - 1]; 3]);
        assert_eq!(x.over(&[0]).prod().unwrap_err().kind(), ErrorKind::Layout);
        assert_eq!(x.over(&[1]).prod().unwrap().as_slice(), [own_row(comm.rank()).product::<f64>()]);
        if p > 1 {
            let empty = Layout::scatter_sizes(comm, &[p], 0, &[vec![p], vec![0; p - 1]].concat()).unwrap();
            let empty = DistArray::<f64>::zeros(empty.with_mask(&colours).unwrap());
            assert_eq!(empty.min().unwrap_err().kind(), ErrorKind::Shape);
            let grid = Grid::cut(&[Cut::Block, Cut::Block]).over(&[2, p / 2]).layout(comm, &[4, 6]).unwrap();
            let grid = DistArray::<f64>::full(grid.with_mask(&vec![3; p]).unwrap(), 2.0);
            assert_eq!(grid.mean(), 2.0);
            if p > 3 {
                assert_eq!(grid.over(&[0]).sum().unwrap_err().kind(), ErrorKind::Layout);
            }
        }
    }

    fn chunks_are_combined_first(comm) {
        let global = arr2(&[[3.0, -1.0, 4.0, 1.5], [-5.0, 9.0, 2.0, 6.0], [5.0, 3.0, -5.0, 8.0]]).into_dyn();
        for mode in Mode::ALL {
            let map = (0..comm.size()).map(|rank| vec![Chunk::from((.., ..2 + rank % 3)), Chunk::from((1.., 1..))]);
            let layout = Layout::chunked(comm, &[3, 4], &map.collect::<Vec<_>>(), mode).unwrap();
            let x = DistArray::from_global(&layout, &global).unwrap();
            // Row 0 of the last columns is covered by none, on few ranks.
            let columns = 1 + comm.size().min(3);
            let covered: Vec<_> = global.indexed_iter().filter(|(i, _)| i[0] > 0 || i[1] < columns).map(|(_, &x)| x).collect();
            let n = covered.len() as f64;
            assert_eq!(x.mean(), covered.iter().sum::<f64>() / n, "{mode}");
            assert_eq!((x.min().unwrap(), x.max().unwrap()), (-5.0, 9.0));
            assert_eq!((x.argmin().unwrap(), x.argmax().unwrap()), (vec![1, 0], vec![1, 1]));
            assert_eq!((x.prod().unwrap(), x.all()), (covered.iter().product(), true));
            assert_eq!(x.count_nonzero(), covered.len());
            let zeroed = x.change_mode(Mode::Replica).unwrap().gather_all();
            let zeroed = ArrayD::from_shape_fn(IxDyn(&[3, 4]), |i| if i[0] > 0 || i[1] < columns { zeroed[&i] } else { 0.0 });
            let whole = DistArray::from_global(&Layout::replicated(&comm.alone(), &[3, 4]).unwrap(), &zeroed).unwrap();
            for axes in [&[0][..], &[1], &[]] {
                let same = |a: DistArray<f64>, b: DistArray<f64>| assert_eq!(a.gather_all(), b.gather_all(), "{mode} {axes:?}");
                same(x.over(axes).sum().unwrap(), whole.over(axes).sum().unwrap());
                same(x.over(axes).mean().unwrap(), whole.over(axes).mean().unwrap());
                same(x.over(axes).var(0).unwrap(), whole.over(axes).var(0).unwrap());
                same(x.over(axes).max().unwrap(), whole.over(axes).max().unwrap());
            }
        }
    }

    fn traffic_is_as_documented(comm) {
        let p = comm.size();
        let counted = |f: &mut dyn FnMut()| {
            let before = comm.traffic();
            f();
            comm.traffic() - before
        };
        let only_reduces = |f: &mut dyn FnMut(), calls: u64, bytes: u64| {
            let spent = counted(f);
            let (calls, bytes) = if p > 1 { (calls, bytes) } else { (0, 0) };
            assert_eq!((spent.total().calls, spent[Verb::AllReduce].bytes), (calls, bytes));
        };
        let line = DistArray::<f64>::full(Layout::scatter(comm, &[1000], 0).unwrap(), 1.0);
        only_reduces(&mut || assert_eq!(line.mean(), 1.0), 1, 456);
        only_reduces(&mut || assert_eq!(line.var(0), 0.0), 2, 456 + 912);
        only_reduces(&mut || assert_eq!(line.max().unwrap(), 1.0), 1, 8);
        only_reduces(&mut || assert_eq!(line.argmax().unwrap(), [0]), 2, 16);
        only_reduces(&mut || assert!(line.all()), 1, 8);
        // 3 lines of which each rank has more bytes than the words of a sum are, then of an extreme.
        let tall = DistArray::<f64>::full(Layout::scatter(comm, &[500, 3], 0).unwrap(), 1.0);
        only_reduces(&mut || assert_eq!(tall.over(&[0]).sum().unwrap().as_slice(), [500.0; 3]), 1, 3 * 456);
        only_reduces(&mut || assert_eq!(tall.over(&[0]).var(0).unwrap().as_slice(), [0.0; 3]), 2, 3 * (456 + 912));
        only_reduces(&mut || assert_eq!(tall.over(&[0]).max().unwrap().as_slice(), [1.0; 3]), 1, 3 * 8);
        only_reduces(&mut || assert_eq!(tall.over(&[0]).argmax().unwrap().as_slice(), [0; 3]), 2, 3 * 16);
        // Nothing, where lines are whole.
        let spent = counted(&mut || assert_eq!(tall.over(&[1]).sum().unwrap().local().sum(), 3.0 * tall.local().shape()[0] as f64));
        assert_eq!(spent.total().calls, 0);
        // Short parts of many lines move: each element once, and then the result.
        let wide = DistArray::<f64>::full(Layout::scatter(comm, &[p, 64 * p], 0).unwrap(), 1.0);
        let spent = counted(&mut || assert_eq!(wide.over(&[0]).sum().unwrap().as_slice(), vec![p as f64; 64 * p]));
        if p > 1 {
            let bytes = 8 * 64 * (p as u64 - 1);
            assert_eq!((spent[Verb::Exchange].bytes, spent[Verb::AllGather].bytes), (bytes, 8 * 64));
            assert_eq!(spent.total().calls, 2);
        }
    }
}
