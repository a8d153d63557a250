//! Arrays in chunks: exact contents of every chunk, against figures of CuPy's.

use crate::chunk_maps::{chunks, held, spread};
use lops::ndarray::{ArrayD, IxDyn};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, Options,
    array::Norm,
    comm::Verb,
    layout::{Chunk, IndexSet, Mode, by},
};

fn of<T: lops::Element>(values: &[T], shape: &[usize]) -> ArrayD<T> {
    ArrayD::from_shape_vec(IxDyn(shape), values.to_vec()).unwrap()
}

/// This rank's entry of a list with an entry for each of the first ranks; the others have no chunk.
fn mine<T: Clone>(comm: &Comm, of_ranks: &[Vec<Vec<T>>]) -> Vec<Vec<T>> {
    of_ranks.get(comm.rank()).cloned().unwrap_or_default()
}

fn vec_of<T: lops::Element>(x: &DistArray<T>) -> Vec<T> {
    x.gather_all().into_raw_vec_and_offset().0
}

/// Eight elements in three chunks of two ranks.
fn eight(comm: &Comm, mode: Mode) -> Option<Layout> {
    let map = spread(comm, &[(0, chunks![3..8, 0..5]), (1, chunks![2..6])])?;
    Some(Layout::chunked(comm, &[8], &map, mode).unwrap())
}

/// Three ranks' contributions to four elements.
fn four(comm: &Comm, mode: Mode) -> Option<DistArray<f64>> {
    let map = spread(comm, &[(0, chunks![0..3]), (1, chunks![1..4]), (2, chunks![by(0..4, 2)])])?;
    let layout = Layout::chunked(comm, &[4], &map, mode).unwrap();
    let values: &[&[f64]] = &[&[1., 2., 3.], &[10., 20., 30.], &[100., 200.]];
    Some(DistArray::from_local(&layout, values.get(comm.rank()).unwrap_or(&&[][..]).to_vec()).unwrap())
}

/// Values go in and come out, in every mode.
fn keeps_values<T: lops::Element>(values: [T; 4], layout: &Layout) {
    let x = DistArray::from_global(layout, &of(&values, &[4])).unwrap();
    assert_eq!(vec_of(&x), values);
    for mode in [Mode::Replica, Mode::Sum, Mode::Product] {
        assert_eq!(vec_of(&x.change_mode(mode).unwrap()), values, "{layout} to {mode}");
    }
}

const LEAST: f64 = f64::NEG_INFINITY;

crate::bodies! {
    fn sums_and_products_are_put_into_the_first_chunk(comm) {
        let global = of(&[0i64, 1, 2, 3, 4, 5, 6, 7], &[8]);
        let Some(sum) = eight(comm, Mode::Sum) else { return };
        let x = DistArray::from_global(&sum, &global).unwrap();
        assert_eq!(held(&x), mine(comm, &[vec![vec![0, 1, 2, 3, 4], vec![0, 0, 5, 6, 7]], vec![vec![0, 0, 0, 0]]]));
        assert_eq!(x, DistArray::from_fn(&sum, |i| i[0] as i64));
        let product = eight(comm, Mode::Product).unwrap();
        let x = DistArray::from_global(&product, &global).unwrap();
        assert_eq!(held(&x), mine(comm, &[vec![vec![0, 1, 2, 3, 4], vec![1, 1, 5, 6, 7]], vec![vec![1, 1, 1, 1]]]));
        for mode in [Mode::Replica, Mode::Min, Mode::Max] {
            let x = DistArray::from_global(&eight(comm, mode).unwrap(), &global).unwrap();
            let all = [vec![vec![0, 1, 2, 3, 4], vec![3, 4, 5, 6, 7]], vec![vec![2, 3, 4, 5]]];
            assert_eq!(held(&x), mine(comm, &all), "{mode}");
        }
        for mode in Mode::ALL {
            let layout = eight(comm, mode).unwrap();
            assert_eq!(vec_of(&DistArray::full(&layout, 7i32)), [7; 8], "{mode}");
            let mut x = DistArray::<u8>::zeros(&layout);
            assert_eq!(vec_of(&x), [0; 8], "{mode}");
            x.fill(3);
            assert_eq!((vec_of(&x), x.sum()), (vec![3; 8], 24), "{mode}");
        }
    }

    fn the_last_chunk_keeps_what_is_to_be_combined(comm) {
        let Some(replica) = eight(comm, Mode::Replica) else { return };
        let x = DistArray::from_fn(&replica, |i| i[0] as i64);
        let before = comm.traffic().total().calls;
        let sum = x.change_mode(Mode::Sum).unwrap();
        assert_eq!(held(&sum), mine(comm, &[vec![vec![0, 1, 0, 0, 0], vec![0, 0, 0, 6, 7]], vec![vec![2, 3, 4, 5]]]));
        let max = x.change_mode(Mode::Max).unwrap();
        let m = i64::MIN;
        assert_eq!(held(&max), mine(comm, &[vec![vec![0, 1, m, m, m], vec![m, m, m, 6, 7]], vec![vec![2, 3, 4, 5]]]));
        assert_eq!(comm.traffic().total().calls, before, "nothing is sent");
        assert_eq!(vec_of(&sum), vec_of(&x));
        assert_eq!(vec_of(&max), vec_of(&x));
        assert_eq!(sum.change_mode(Mode::Replica).unwrap(), x);
    }

    fn resharded_sums_go_to_the_first_chunk(comm) {
        let Some(sum) = eight(comm, Mode::Sum) else { return };
        let Some(map) = spread(comm, &[(0, chunks![0..4]), (1, chunks![2..8]), (2, chunks![by(.., 2)])]) else { return };
        let global = of(&[0i64, 1, 2, 3, 4, 5, 6, 7], &[8]);
        let y = DistArray::from_global(&sum, &global).unwrap().reshard(&map).unwrap();
        assert_eq!(held(&y), mine(comm, &[vec![vec![0, 1, 2, 3]], vec![vec![0, 0, 4, 5, 6, 7]], vec![vec![0; 4]]]));
        let x = DistArray::from_global(&eight(comm, Mode::Product).unwrap(), &global).unwrap();
        let y = x.reshard(&map).unwrap();
        assert_eq!(held(&y), mine(comm, &[vec![vec![0, 1, 2, 3]], vec![vec![1, 1, 4, 5, 6, 7]], vec![vec![1; 4]]]));
        for mode in [Mode::Replica, Mode::Max] {
            let y = DistArray::from_global(&eight(comm, mode).unwrap(), &global).unwrap().reshard(&map).unwrap();
            let all = [vec![vec![0, 1, 2, 3]], vec![vec![2, 3, 4, 5, 6, 7]], vec![vec![0, 2, 4, 6]]];
            assert_eq!(held(&y), mine(comm, &all));
        }
    }

    fn contributions_are_combined_as_the_mode_says(comm) {
        let Some(sum) = four(comm, Mode::Sum) else { return };
        assert_eq!(vec_of(&sum), [101., 12., 223., 30.]);
        assert_eq!(vec_of(&four(comm, Mode::Product).unwrap()), [100., 20., 12000., 30.]);
        assert_eq!(vec_of(&four(comm, Mode::Min).unwrap()), [1., 2., 3., 30.]);
        assert_eq!(vec_of(&four(comm, Mode::Max).unwrap()), [100., 10., 200., 30.]);
        let replica = sum.change_mode(Mode::Replica).unwrap();
        assert_eq!(held(&replica), mine(comm, &[vec![vec![101., 12., 223.]], vec![vec![12., 223., 30.]], vec![vec![101., 223.]]]));
        let max = sum.change_mode(Mode::Max).unwrap();
        assert_eq!(held(&max), mine(comm, &[vec![vec![LEAST; 3]], vec![vec![12., LEAST, 30.]], vec![vec![101., 223.]]]));
        if let Some(map) = spread(comm, &[(0, chunks![0..2]), (3, chunks![1..4])]) {
            let y = sum.reshard(&map).unwrap();
            assert_eq!(held(&y), mine(comm, &[vec![vec![101., 12.]], vec![], vec![], vec![vec![0., 223., 30.]]]));
        }
        assert_eq!(sum, four(comm, Mode::Sum).unwrap(), "sources stay as they are");
    }

    fn reductions_along_the_only_axis_leave_scalars(comm) {
        let Some(sum) = four(comm, Mode::Sum) else { return };
        let scalars = |x: DistArray<f64>| {
            assert!(x.shape().is_empty());
            held(&x)
        };
        let max = sum.reduce_axis(Mode::Max, 0).unwrap();
        assert_eq!(vec_of(&max), [223.]);
        assert_eq!(scalars(max), mine(comm, &[vec![vec![223.]], vec![vec![223.]], vec![vec![223.]]]));
        let before = comm.traffic().total().calls;
        let all = sum.reduce_axis(Mode::Sum, 0).unwrap();
        assert_eq!(comm.traffic().total().calls, before);
        assert_eq!(vec_of(&all), [366.]);
        assert_eq!(scalars(all), mine(comm, &[vec![vec![6.]], vec![vec![60.]], vec![vec![300.]]]));
        let of_max = four(comm, Mode::Max).unwrap().reduce_axis(Mode::Sum, 0).unwrap();
        assert_eq!(scalars(of_max), mine(comm, &[vec![vec![0.]], vec![vec![40.]], vec![vec![300.]]]));
    }

    fn reductions_along_an_axis_stay_in_their_chunks(comm) {
        let Some(map) = spread(comm, &[(0, chunks![(0..3, 0..4)]), (1, chunks![(2..4, ..), (0..2, 3..6)])]) else { return };
        let layout = Layout::chunked(comm, &[4, 6], &map, Mode::Replica).unwrap();
        let x = DistArray::from_fn(&layout, |i| (i[0] * 6 + i[1]) as f64);
        let before = comm.traffic().total().calls;
        let sum = x.reduce_axis(Mode::Sum, 0).unwrap();
        let max = x.reduce_axis(Mode::Max, 1).unwrap();
        let product = x.reduce_axis(Mode::Product, 1).unwrap();
        assert_eq!(comm.traffic().total().calls, before, "nothing is sent");
        let sums = [vec![vec![6., 8., 10., 0.]], vec![vec![12., 14., 16.], vec![30., 32., 34., 36., 38., 40.]]];
        assert_eq!(held(&sum), mine(comm, &sums));
        if comm.rank() == 1 {
            let sets: Vec<_> = sum.chunks().iter().map(|(region, _)| region.sets()[0].clone()).collect();
            assert_eq!(sets, [IndexSet::range(3..6), IndexSet::range(0..6)]);
        }
        assert_eq!(held(&max), mine(comm, &[vec![vec![3., 9., 15.]], vec![vec![5., 11.], vec![17., 23.]]]));
        let products = [vec![vec![0., 336., 1.]], vec![vec![60., 990.], vec![8910720., 72681840.]]];
        assert_eq!(held(&product), mine(comm, &products));
        assert_eq!(sum.layout().unwrap().mode(), Mode::Sum);
        assert_eq!(vec_of(&sum), [36., 40., 44., 48., 52., 56.]);
        assert_eq!(vec_of(&max), [5., 11., 17., 23.]);
        assert_eq!(x.reduce_axis(Mode::Sum, 2).unwrap_err().kind(), ErrorKind::Axis);
        assert_eq!(x.reduce_axis(Mode::Replica, 0).unwrap_err().kind(), ErrorKind::Parameter);
    }

    fn what_no_chunk_covers_is_the_identity(comm) {
        let Some(map) = spread(comm, &[(0, chunks![1..3]), (0, vec![])]) else { return };
        let x = |mode| DistArray::full(Layout::chunked(comm, &[4], &map, mode).unwrap(), 5.0f64);
        for (mode, e) in [(Mode::Replica, 0.), (Mode::Sum, 0.), (Mode::Product, 1.), (Mode::Min, -LEAST), (Mode::Max, LEAST)] {
            let x = x(mode);
            assert_eq!(vec_of(&x), [e, 5., 5., e], "{mode}");
            assert_eq!(x.gather(0), (comm.rank() == 0).then(|| of(&[e, 5., 5., e], &[4])));
            let even = Layout::scatter(comm, &[4], 0).unwrap();
            assert_eq!(vec_of(&x.redistribute(&even).unwrap()), [e, 5., 5., e], "{mode}");
            let all = vec![chunks![..]; comm.size()];
            assert_eq!(vec_of(&x.reshard(&all).unwrap()), [e, 5., 5., e], "{mode}");
            assert_eq!(x.reshard(&vec![Vec::<Chunk>::new(); comm.size()]).unwrap().as_slice(), [0.0; 0]);
            assert_eq!(x.sum(), 10.0, "{mode}");
            assert_eq!(x.norm_of(Norm::P(1.0)).unwrap(), 10.0, "{mode}");
        }
    }

    fn zeros_keep_their_sign_and_nan_stays(comm) {
        let layout = |mode| Layout::chunked(comm, &[2], &vec![chunks![..]; comm.size()], mode).unwrap();
        let x = DistArray::from_local(layout(Mode::Sum), vec![-0.0f64, 1.0]).unwrap();
        assert!(vec_of(&x)[0].is_sign_negative());
        assert_eq!(vec_of(&x)[1], comm.size() as f64);
        let y = x.change_mode(Mode::Replica).unwrap();
        assert!(y.as_slice()[0].is_sign_negative());
        for mode in [Mode::Min, Mode::Max] {
            let own = if comm.rank() + 1 == comm.size() { f64::NAN } else { 1.0 };
            let x = DistArray::from_local(layout(mode), vec![own, comm.rank() as f64]).unwrap();
            let wanted = if mode == Mode::Min { 0.0 } else { comm.size() as f64 - 1.0 };
            assert!(vec_of(&x)[0].is_nan() && vec_of(&x)[1] == wanted, "{mode}");
        }
    }

    fn every_type_has_its_modes(comm) {
        let map = vec![chunks![..3, 1..]; comm.size()];
        let layout = |mode| Layout::chunked(comm, &[4], &map, mode).unwrap();
        for mode in Mode::ALL {
            let layout = layout(mode);
            keeps_values([1i8, -2, 3, 127], &layout);
            keeps_values([1u16, 2, 3, 4], &layout);
            keeps_values([1usize, 2, 3, 4], &layout);
            keeps_values([1.5f32, -2.0, f32::INFINITY, 0.0], &layout);
        }
        for mode in [Mode::Replica, Mode::Sum, Mode::Product] {
            keeps_values([true, false, true, true], &layout(mode));
            keeps_values([Complex::new(1.0f32, 2.0), Complex::new(0.0, -1.0), Complex::new(3.0, 0.0), Complex::default()], &layout(mode));
        }
        let odd = of(&[true; 4], &[4]);
        assert_eq!(DistArray::from_global(&layout(Mode::Min), &odd).unwrap_err().kind(), ErrorKind::Parameter);
        let z = DistArray::full(layout(Mode::Sum), Complex::new(1.0, 1.0));
        let error = z.change_mode(Mode::Max).unwrap_err();
        assert!(error.message().contains("max") && error.message().contains("complex128"), "{error}");
        assert_eq!(z.redistribute(&layout(Mode::Max)).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(z.reduce_axis(Mode::Min, 0).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(z.sum(), Complex::new(4.0, 4.0));
    }

    fn malformed_maps_are_refused(comm) {
        let kind = |chunk: Chunk| {
            let mut map = vec![vec![]; comm.size()];
            map[comm.size() - 1].push(chunk);
            Layout::chunked(comm, &[4, 6], &map, Mode::Sum).map_err(|error| error.kind())
        };
        assert_eq!(kind(Chunk::from(4)), Err(ErrorKind::Shape));
        assert_eq!(kind(Chunk::from((.., 6))), Err(ErrorKind::Shape));
        assert_eq!(kind(Chunk::from(2..5)), Err(ErrorKind::Shape));
        #[allow(clippy::reversed_empty_ranges)]
        let backwards = Chunk::from(3..2);
        assert_eq!(kind(backwards), Err(ErrorKind::Shape));
        assert_eq!(kind(Chunk::from(5..)), Err(ErrorKind::Shape));
        assert_eq!(kind(Chunk::from((0, 0, 0))), Err(ErrorKind::Axis));
        assert_eq!(kind(Chunk::from((.., by(.., 0)))), Err(ErrorKind::Parameter));
        assert_eq!(kind(Chunk::from(IndexSet::list(vec![3, 1, 3]))), Err(ErrorKind::Parameter));
        assert_eq!(kind(Chunk::from(IndexSet::list(vec![3, 4, 1]))), Err(ErrorKind::Shape));
        assert_eq!(kind(Chunk::from(usize::MAX)), Err(ErrorKind::Shape));
        assert_eq!(kind(Chunk::from(2..2)).unwrap().local_len(), 0);
        for wrong in [comm.size() - 1, comm.size() + 1] {
            let error = Layout::chunked(comm, &[4], &vec![chunks![..]; wrong], Mode::Sum).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Layout);
        }
        let huge = vec![chunks![.., ..]; comm.size()];
        assert_eq!(Layout::chunked(comm, &[usize::MAX / 2 + 1], &huge, Mode::Sum).unwrap_err().kind(), ErrorKind::Shape);
        let words = Layout::chunked(comm, &[4], &vec![chunks![2..9]; comm.size()], Mode::Sum).unwrap_err().to_string();
        assert_eq!(words, "chunk 0 of rank 0 on axis 0 of shape [4]: expected a range within 0..4, found 2..9");
    }

    fn partial_gradients_are_a_sum(comm) {
        // Each rank has its own data d = A m of a model that all hold; the adjoint of the whole is Σ Aᵀ d.
        let model = Layout::replicated(comm, &[6]).unwrap();
        let partial = model.with_mode(Mode::Sum).unwrap();
        let gradient = |rank: usize| (0..6).map(|i| (rank * 7 + i * i) as f64 - 4.5).collect::<Vec<_>>();
        let g = DistArray::from_local(&partial, gradient(comm.rank())).unwrap();
        let whole = g.redistribute(&model).unwrap();
        let expected = (1..comm.size()).map(gradient).fold(gradient(0), |sum, g| {
            sum.iter().zip(&g).map(|(a, b)| a + b).collect()
        });
        assert_eq!(whole.as_slice(), expected);
        assert_eq!(g.norm(), whole.norm());
        assert_eq!(g.dot(&g).unwrap(), whole.dot(&whole).unwrap());
        let scattered = g.redistribute(&Layout::scatter(comm, &[6], 0).unwrap()).unwrap();
        assert_eq!(scattered.sum(), g.sum());
        // And it is what an operator takes.
        let a = lops::operators::Diagonal::of(&whole).unwrap();
        assert_eq!((&a * &whole).as_slice(), expected.iter().map(|x| x * x).collect::<Vec<_>>());
        let mut x = g.zeros_like();
        let identity = lops::operators::Identity.on::<f64>(&partial);
        let refused = lops::solvers::cg(&identity, &g, &mut x, &Options::default()).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Layout);
        assert!(refused.message().contains("change_mode(Mode::Replica)"), "{refused}");
    }

    fn sums_count_each_element_once(comm) {
        let Some(replica) = eight(comm, Mode::Replica) else { return };
        let alone = Layout::replicated(&comm.alone(), &[8]).unwrap();
        let f = |i: &[usize]| (i[0] as f64 + 0.1).sin();
        let x1 = DistArray::from_fn(&alone, f);
        for mode in Mode::ALL {
            let x = DistArray::from_fn(&eight(comm, mode).unwrap(), f);
            let before = comm.traffic();
            assert_eq!(x.sum().to_bits(), x1.sum().to_bits(), "{mode}");
            let spent = comm.traffic() - before;
            assert_eq!(spent[Verb::AllReduce].calls, 1);
            if mode == Mode::Replica {
                assert_eq!(spent.total().calls, 1);
            }
            assert_eq!(x.dot(&x).unwrap(), x1.dot(&x1).unwrap());
            assert_eq!(x.vdot(&x).unwrap(), x1.vdot(&x1).unwrap());
            assert_eq!(x.norm().to_bits(), x1.norm().to_bits(), "{mode}");
            for norm in [Norm::Inf, Norm::NegInf, Norm::Zero, Norm::P(3.0)] {
                assert_eq!(x.norm_of(norm).unwrap(), x1.norm_of(norm).unwrap(), "{mode} {norm:?}");
                assert_eq!(x.norm_axis(norm, 0).unwrap().gather_all(), x1.norm_axis(norm, 0).unwrap().gather_all());
            }
        }
        let counts = DistArray::full(&replica, 3u8);
        assert_eq!(counts.sum(), 24);
        let stack = DistArray::stack(&[&counts, &DistArray::full(eight(comm, Mode::Sum).unwrap(), 1u8)]).unwrap();
        assert_eq!(stack.sum(), 32);
    }
}
