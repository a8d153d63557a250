//! Numbers of any size and arrays of no size: a typed error, or the right answer, and never a panic.

use crate::bodies;
use lops::ndarray::ArrayD;
use lops::{Chunk, Cut, DistArray, ErrorKind, Grid, IndexSet, Layout, Mode, index, matmul};

const HUGE: usize = usize::MAX;

bodies! {
    fn what_no_memory_holds_is_refused_before_it_is_tried(comm) {
        for shape in [&[HUGE][..], &[0, HUGE], &[0, HUGE, HUGE], &[1 << 40, 1 << 40, 0]] {
            let made = [
                Layout::broadcast(comm, shape),
                Layout::scatter(comm, shape, shape.len() - 1),
                Layout::grid(comm, shape, &[Cut::BlockCyclic(HUGE)]),
                Layout::chunked(comm, shape, &vec![vec![..]; comm.size()], Mode::Sum),
            ];
            for layout in made {
                assert_eq!(layout.unwrap_err().kind(), ErrorKind::Shape, "{shape:?}");
            }
        }
        let lists = vec![vec![0]; comm.size()];
        let error = Layout::grid(comm, &[1 << 60], &[Cut::Listed(lists[..1].to_vec())]).unwrap_err();
        assert_eq!(error.to_string(), "lists of axis 0: index 1 of 1152921504606846976 is in none");
        let map = |items: &[usize]| vec![vec![Chunk::from(IndexSet::list(items.to_vec()))]; comm.size()];
        for items in [&[HUGE][..], &[0, HUGE], &[HUGE, 0], &[HUGE - 1, HUGE]] {
            let error = Layout::chunked(comm, &[8], &map(items), Mode::Sum).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Shape, "{items:?}");
        }
        let error = Grid::cut(&[]).on_ranks(&[]).layout(comm, &[3]).unwrap_err();
        assert_eq!(error.to_string(), "ranks of a layout: expected at least one, found none");
    }

    fn a_long_axis_beside_an_empty_one_costs_nothing(comm) {
        let layout = Layout::scatter(comm, &[0, 1 << 60], 0).unwrap();
        let x = DistArray::from_fn(&layout, |_| 1.0);
        assert_eq!((x.local().len(), x.sum(), x.gather_all().len()), (0, 0.0, 0));
        let columns = Layout::grid(comm, &[0, 1 << 60], &[Cut::Whole, Cut::Cyclic]).unwrap();
        assert_eq!(x.redistribute(&columns).unwrap().slice(&index![.., 1..;2]).unwrap().shape(), [0, (1 << 59)]);
    }

    fn products_with_no_rows_columns_or_terms_are_those_of_numpy(comm) {
        for (m, k, n) in [(0, 3, 2), (3, 0, 2), (2, 3, 0), (0, 0, 0)] {
            let a = DistArray::<f64>::full(Layout::scatter(comm, &[m, k], 0).unwrap(), 1.0);
            let b = DistArray::<f64>::full(Layout::scatter(comm, &[k, n], 1).unwrap(), 1.0);
            assert_eq!(matmul(&a, &b).unwrap().gather_all(), ArrayD::<f64>::zeros(vec![m, n]), "{m} × {k} × {n}");
        }
    }

    fn chunks_are_not_raveled_buffer_by_buffer(comm) {
        let map = vec![vec![0..2]; comm.size()];
        let layout = Layout::chunked(comm, &[2 * comm.size()], &map, Mode::Sum).unwrap();
        let error = DistArray::<f64>::zeros(&layout).ravel().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Layout);
    }
}
