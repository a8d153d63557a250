//! Products of matrices in blocks: CuPy's tests by behaviour, its figures, and what it fails at.

use crate::chunk_maps::held;
use lops::ndarray::{Array2, ArrayD, Ix2, IxDyn};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout,
    comm::Verb,
    layout::{Chunk, Mode, Region, by, index_map_2d},
    library::matmul,
};

fn counted(shape: &[usize]) -> ArrayD<f64> {
    let mut k = -1.0;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1.0;
        k
    })
}

type Blocking = (&'static [usize], &'static [usize], &'static [&'static [&'static [usize]]]);

fn map(comm: &Comm, (rows, columns, holders): &Blocking) -> Vec<Vec<Region>> {
    let holders: Vec<Vec<Vec<usize>>> =
        holders.iter().map(|row| row.iter().map(|ranks| ranks.to_vec()).collect()).collect();
    index_map_2d(rows, columns, &holders, comm.size()).unwrap()
}

/// CuPy's four configurations.
const CONFIGURATIONS: [(Blocking, Blocking); 4] = [
    ((&[0, 10], &[0, 14, 20], &[&[&[0, 1], &[2, 3]]]), (&[0, 14, 20], &[0, 8, 12], &[&[&[0], &[1]], &[&[2], &[3]]])),
    (
        (&[0, 6, 10], &[0, 11, 20], &[&[&[0, 2], &[1, 3]], &[&[2, 3], &[0, 1]]]),
        (&[0, 11, 20], &[0, 7, 12], &[&[&[0, 2], &[2, 3]], &[&[0, 1], &[1, 3]]]),
    ),
    (
        (&[0, 10], &[0, 3, 7, 12, 20], &[&[&[0], &[1], &[2], &[3]]]),
        (&[0, 3, 7, 12, 20], &[0, 12], &[&[&[0]], &[&[1]], &[&[2]], &[&[3]]]),
    ),
    (
        (&[0, 2, 10], &[0, 3, 7, 20], &[&[&[0, 1], &[1, 3], &[0, 2]], &[&[0, 3], &[1, 2], &[2, 3]]]),
        (&[0, 3, 7, 20], &[0, 4, 12], &[&[&[0], &[1, 3]], &[&[1, 2], &[1, 3]], &[&[0, 2], &[2, 3]]]),
    ),
];

fn chunked<C: Into<Chunk> + Clone>(comm: &Comm, shape: &[usize], map: &[Vec<C>], mode: Mode) -> DistArray<f64> {
    DistArray::from_global(&Layout::chunked(comm, shape, map, mode).unwrap(), &counted(shape)).unwrap()
}

fn matrix(shape: &[usize]) -> Array2<f64> {
    counted(shape).into_dimensionality::<Ix2>().unwrap()
}

crate::bodies! {
    fn partial_products_stay_where_they_are_made(comm) {
        if comm.size() < 3 {
            return;
        }
        let a = map(comm, &(&[0, 2], &[0, 1, 3], &[&[&[0], &[1, 2]]]));
        let b = map(comm, &(&[0, 1, 3], &[0, 2, 4], &[&[&[0], &[0]], &[&[1], &[2]]]));
        let (a, b) = (chunked(comm, &[2, 3], &a, Mode::Replica), chunked(comm, &[3, 4], &b, Mode::Replica));
        let before = comm.traffic().total().calls;
        let c = matmul(&a, &b).unwrap();
        assert_eq!(comm.traffic().total().calls, before, "nothing is sent");
        let mine = |all: Vec<Vec<Vec<f64>>>| all.get(comm.rank()).cloned().unwrap_or_default();
        assert_eq!(held(&c), mine(vec![
            vec![vec![0., 0., 0., 3.], vec![0., 0., 6., 9.]],
            vec![vec![20., 23., 56., 65.]],
            vec![vec![26., 29., 74., 83.]],
        ]));
        let whole = c.change_mode(Mode::Replica).unwrap();
        assert_eq!(held(&whole), mine(vec![
            vec![vec![20., 23., 56., 68.], vec![26., 29., 80., 92.]],
            vec![vec![20., 23., 56., 68.]],
            vec![vec![26., 29., 80., 92.]],
        ]));
    }

    fn products_of_blocks(comm) {
        if comm.size() < 4 {
            return;
        }
        let expected = matrix(&[10, 20]).dot(&matrix(&[20, 12]));
        for (a, b) in &CONFIGURATIONS {
            for mode in [Mode::Replica, Mode::Sum] {
                let (x, y) = (chunked(comm, &[10, 20], &map(comm, a), mode), chunked(comm, &[20, 12], &map(comm, b), mode));
                let c = matmul(&x, &y).unwrap();
                assert_eq!(c.layout().unwrap().mode(), Mode::Sum);
                assert_eq!(c.gather_all(), expected.clone().into_dyn());
            }
        }
        let (wide, tall) = (&CONFIGURATIONS[0].0, &CONFIGURATIONS[3].1);
        let (x, y) = (chunked(comm, &[10, 20], &map(comm, wide), Mode::Replica), chunked(comm, &[20, 12], &map(comm, tall), Mode::Replica));
        let error = matmul(&x, &y).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Layout);
        assert!(error.message().contains("one cell"), "{error}");
    }

    fn stacks_of_matrices(comm) {
        if comm.size() < 4 {
            return;
        }
        // Matrices 0 and 1 in one blocking, matrix 2 in another.
        let slabs = |which: fn(&(Blocking, Blocking)) -> &Blocking| {
            let mut all = vec![vec![]; comm.size()];
            for (range, configuration) in [(0..2, 1), (2..3, 2)] {
                for (rank, regions) in map(comm, which(&CONFIGURATIONS[configuration])).into_iter().enumerate() {
                    all[rank].extend(regions.iter().map(|region| {
                        let sets = [lops::layout::IndexSet::range(range.clone())].into_iter().chain(region.sets().iter().cloned());
                        Region::new(sets.collect())
                    }));
                }
            }
            all
        };
        let x = chunked(comm, &[3, 10, 20], &slabs(|c| &c.0), Mode::Replica);
        let y = chunked(comm, &[3, 20, 12], &slabs(|c| &c.1), Mode::Sum);
        let c = matmul(&x, &y).unwrap().gather_all();
        let (a, b) = (counted(&[3, 10, 20]), counted(&[3, 20, 12]));
        for k in 0..3 {
            let page = |x: &ArrayD<f64>| x.index_axis(lops::ndarray::Axis(0), k).to_owned().into_dimensionality::<Ix2>().unwrap();
            assert_eq!(page(&c), page(&a).dot(&page(&b)));
        }
        let other = chunked(comm, &[3, 20, 12], &vec![vec![Chunk::from(..)]; comm.size()], Mode::Replica);
        assert_eq!(matmul(&x, &other).unwrap_err().kind(), ErrorKind::Layout);
    }

    fn rows_and_columns_have_one_axis(comm) {
        if comm.size() < 2 {
            return;
        }
        let line = crate::chunk_maps::spread(comm, &[(0, vec![Chunk::from(..11)]), (1, vec![Chunk::from(11..)])]).unwrap();
        let left = map(comm, &(&[0, 20], &[0, 11, 20], &[&[&[0], &[1]]]));
        let right = map(comm, &(&[0, 11, 20], &[0, 20], &[&[&[0]], &[&[1]]]));
        let (v, m, w) = (
            chunked(comm, &[20], &line, Mode::Replica),
            chunked(comm, &[20, 20], &left, Mode::Replica),
            chunked(comm, &[20, 20], &right, Mode::Replica),
        );
        let (line, square) = (lops::ndarray::Array1::from_iter(counted(&[20])), matrix(&[20, 20]));
        assert_eq!(matmul(&v, &v).unwrap().gather_all().into_raw_vec_and_offset().0, [line.dot(&line)]);
        assert_eq!(matmul(&m, &v).unwrap().gather_all(), square.dot(&line).into_dyn());
        assert_eq!(matmul(&v, &w).unwrap().gather_all(), line.dot(&square).into_dyn());
        assert_eq!(matmul(&m, &w).unwrap().gather_all(), square.dot(&square).into_dyn());
    }

    fn blocks_that_nobody_has_together_are_moved(comm) {
        let p = comm.size();
        // Cannon's start: block (i, k) of A on rank i, block (k, j) of B on rank k + 1 or so.
        let bounds: Vec<_> = (0..=p).map(|k| 2 * k).collect();
        let n = 2 * p;
        let rows: Vec<Vec<Vec<usize>>> = (0..p).map(|i| vec![vec![i]; p]).collect();
        let shifted: Vec<Vec<Vec<usize>>> = (0..p).map(|k| (0..p).map(|j| vec![(k + j + 1) % p]).collect()).collect();
        let a = chunked(comm, &[n, n], &index_map_2d(&bounds, &bounds, &rows, p).unwrap(), Mode::Replica);
        let b = chunked(comm, &[n, n], &index_map_2d(&bounds, &bounds, &shifted, p).unwrap(), Mode::Replica);
        let before = comm.traffic();
        let c = matmul(&a, &b).unwrap();
        let spent = comm.traffic() - before;
        assert_eq!(spent.total().calls, u64::from(p > 1), "one exchange");
        assert_eq!(spent[Verb::Exchange].calls, spent.total().calls);
        let square = matrix(&[n, n]);
        assert_eq!(c.gather_all(), square.dot(&square).into_dyn());
        assert_eq!(a, chunked(comm, &[n, n], &index_map_2d(&bounds, &bounds, &rows, p).unwrap(), Mode::Replica));
        // Each rank has an equal share of the work.
        assert!((0..p).all(|rank| c.layout().unwrap().len_of(rank) == 4 * p * p));
    }

    fn any_layout_may_be_multiplied(comm) {
        let (m, k, n) = (5, 7, 3);
        let expected = matrix(&[m, k]).dot(&matrix(&[k, n])).into_dyn();
        let array = |layout: &Layout| DistArray::from_global(layout, &counted(layout.shape())).unwrap();
        let whole = |shape: &[usize]| Layout::replicated(comm, shape).unwrap();
        for (a, b) in [
            (Layout::scatter(comm, &[m, k], 0).unwrap(), whole(&[k, n])),
            (whole(&[m, k]), Layout::scatter(comm, &[k, n], 1).unwrap()),
            (Layout::scatter(comm, &[m, k], 1).unwrap(), Layout::scatter(comm, &[k, n], 0).unwrap()),
            (Layout::scatter(comm, &[m, k], 0).unwrap(), Layout::scatter(comm, &[k, n], 1).unwrap()),
        ] {
            assert_eq!(matmul(&array(&a), &array(&b)).unwrap().gather_all(), expected, "{a} {b}");
        }
        // As chunks, blocks have to meet.
        let blocks = |layout: Layout| array(&layout.with_mode(Mode::Replica).unwrap());
        let rows = |m: usize, n: usize| blocks(Layout::scatter(comm, &[m, n], 0).unwrap());
        assert_eq!(matmul(&rows(m, k), &rows(k, n)).is_err(), comm.size() > 1);
        let z = Complex::new(0.0, 1.0);
        let i = DistArray::full(whole(&[2, 2]), z);
        assert_eq!(matmul(&i, &i).unwrap().gather_all(), ArrayD::from_elem(IxDyn(&[2, 2]), -2.0 * Complex::new(1.0, 0.0)));
        let empty = DistArray::<f64>::zeros(whole(&[2, 0]));
        let none = DistArray::<f64>::zeros(whole(&[0, 3]));
        assert_eq!(matmul(&empty, &none).unwrap().gather_all(), ArrayD::<f64>::zeros(IxDyn(&[2, 3])));
    }

    fn products_that_make_no_sense_are_refused(comm) {
        let whole = |shape: &[usize]| {
            DistArray::<f64>::zeros(Layout::replicated(comm, shape).unwrap().with_mode(Mode::Replica).unwrap())
        };
        for (a, b) in [
            (&[2, 3][..], &[2, 3][..]),
            (&[3], &[2]),
            (&[4, 2, 3], &[5, 3, 2]),
            (&[2, 3], &[4, 3, 2]),
            (&[4, 2, 3], &[3]),
            (&[], &[3]),
            (&[3], &[]),
        ] {
            assert_eq!(matmul(&whole(a), &whole(b)).unwrap_err().kind(), ErrorKind::Shape, "{a:?} {b:?}");
        }
        let strided = vec![vec![Chunk::from(by(.., 2)), Chunk::from(by(1.., 2))]; comm.size()];
        let x = chunked(comm, &[4, 4], &strided, Mode::Replica);
        assert_eq!(matmul(&x, &whole(&[4, 4])).unwrap_err().kind(), ErrorKind::Layout);
        let holes = vec![vec![Chunk::from((..2, ..2)), Chunk::from((2.., 2..))]; comm.size()];
        let x = chunked(comm, &[4, 4], &holes, Mode::Replica);
        let y = chunked(comm, &[4, 4], &vec![vec![Chunk::from(..2), Chunk::from(2..)]; comm.size()], Mode::Replica);
        let error = matmul(&x, &y).unwrap_err();
        assert!(error.message().contains("left operand: block of rows 0..2 and columns 2..4"), "{error}");
        let other = DistArray::<f64>::zeros(Layout::replicated(&comm.duplicate(), &[4, 4]).unwrap());
        assert_eq!(matmul(&y, &other).unwrap_err().kind(), ErrorKind::Communicator);
    }

    fn index_maps_are_checked(comm) {
        let _ = comm;
        let kind = |rows: &[usize], columns: &[usize], holders: &[Vec<Vec<usize>>]| {
            index_map_2d(rows, columns, holders, 2).map_err(|error| error.kind())
        };
        let one = vec![vec![vec![0, 1]]];
        assert_eq!(kind(&[1, 2], &[0, 2], &one), Err(ErrorKind::Parameter));
        assert_eq!(kind(&[0, 2], &[0, 2, 2], &one), Err(ErrorKind::Parameter));
        assert_eq!(kind(&[], &[0, 2], &one), Err(ErrorKind::Parameter));
        assert_eq!(kind(&[0, 2, 3], &[0, 2], &one), Err(ErrorKind::Shape));
        assert_eq!(kind(&[0, 2], &[0, 2, 3], &one), Err(ErrorKind::Shape));
        assert_eq!(kind(&[0, 2], &[0, 2], &[vec![vec![2]]]), Err(ErrorKind::Communicator));
        assert_eq!(kind(&[0, 2], &[0, 2], &[vec![vec![1, 1]]]), Err(ErrorKind::Communicator));
        assert_eq!(kind(&[0, 2], &[0, 2], &[vec![vec![]]]), Ok(vec![vec![], vec![]]));
    }
}
