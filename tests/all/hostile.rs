//! Numbers of any size and arrays of no size: a typed error, or the right answer, and never a panic.

use crate::bodies;
use lops::ndarray::ArrayD;
use lops::{
    DistArray, ErrorKind, Layout,
    array::Norm,
    index,
    layout::{Chunk, Cut, Grid, IndexSet, Mode, by},
    library::matmul,
};
use std::panic::{AssertUnwindSafe, catch_unwind};

const HUGE: usize = usize::MAX;

bodies! {
    fn what_no_memory_holds_is_refused_before_it_is_tried(comm) {
        for shape in [&[HUGE][..], &[0, HUGE], &[0, HUGE, HUGE], &[1 << 40, 1 << 40, 0]] {
            let made = [
                Layout::replicated(comm, shape),
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

    fn ranks_and_coordinates_that_do_not_exist_are_named(comm) {
        let p = comm.size();
        let layouts = [
            Layout::replicated(comm, &[4, 6]),
            Layout::scatter(comm, &[4, 6], 1),
            Layout::grid(comm, &[4, 6], &[Cut::Cyclic, Cut::Block]),
            Layout::chunked(comm, &[4, 6], &vec![vec![..]; p], Mode::Sum),
        ];
        let words = |f: &dyn Fn()| *catch_unwind(AssertUnwindSafe(f)).unwrap_err().downcast::<String>().unwrap();
        for layout in layouts.map(Result::unwrap) {
            let expected = format!("rank of a layout: expected below {p}, found {p}");
            assert_eq!(words(&|| _ = layout.regions(p)), expected);
            assert_eq!(words(&|| _ = layout.shape_of(p)), expected);
            assert_eq!(words(&|| _ = layout.range(p)), expected);
            assert_eq!(words(&|| _ = layout.local_index(p, &[0, 0])), expected);
            if let Some(grid) = layout.process_grid() {
                assert!(words(&|| _ = grid.rank_at(&[0, p])).starts_with("coordinates: expected"));
                assert!(words(&|| _ = grid.axes()[0].set(p)).starts_with("coordinate of an axis: expected"));
            }
        }
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

    fn products_of_blocks_that_do_not_meet_are_refused_before_anything_is_sent(comm) {
        let map = (0..comm.size()).map(|rank| vec![Chunk::from(rank..rank + 2)]).collect::<Vec<_>>();
        let sums = Layout::chunked(comm, &[comm.size() + 1, 4], &map, Mode::Sum).unwrap();
        let columns = Layout::chunked(comm, &[4, 3], &vec![vec![(.., by(.., 2))]; comm.size()], Mode::Sum).unwrap();
        let (a, b) = (DistArray::<f64>::full(&sums, 1.0), DistArray::<f64>::full(&columns, 1.0));
        let before = comm.traffic();
        assert_eq!(matmul(&a, &b).unwrap_err().kind(), ErrorKind::Layout);
        assert_eq!((comm.traffic() - before).total().calls, 0);
    }

    fn what_no_chunk_covers_is_nothing_in_norms_along_axes(comm) {
        for mode in Mode::ALL {
            let map = vec![vec![(1..3, ..2)]; comm.size()];
            let layout = Layout::chunked(comm, &[3, 4], &map, mode).unwrap();
            let x = DistArray::<f64>::full(&layout, 2.0);
            let rows = x.norm_axis(Norm::P(1.0), 1).unwrap().gather_all();
            assert_eq!(rows.as_slice().unwrap(), [0.0, 4.0, 4.0], "{mode}");
            let columns = x.norm_axis(Norm::Inf, 0).unwrap().gather_all();
            assert_eq!(columns.as_slice().unwrap(), [2.0, 2.0, 0.0, 0.0], "{mode}");
        }
    }
}
