//! Stacks whose parts live on groups of ranks, parts by global number, and arrays spread to chunks.

use crate::bodies;
use lops::ndarray::{ArrayD, array};
use lops::operators::{
    BlockDiag, Diagonal, FirstDerivative, Fold, Groups, HStack, Identity, MatrixMult, Overlaps, Restriction, Shares,
    Spread, VStack, check_same_bits,
};
use lops::solvers::cgls;
use lops::{
    Comm, Complex, DistArray, Error, ErrorKind, Layout, LinearOperator, Operator, Options, Result, Scalar, Space,
    layout::{Chunk, Cut, Mode, by},
};
use std::cell::RefCell;

type C64 = Complex<f64>;

/// Numbers of groups of equal size.
fn counts(comm: &Comm) -> impl Iterator<Item = usize> {
    let ranks = comm.size();
    (1..=ranks).filter(move |count| ranks.is_multiple_of(*count))
}

/// So many groups; one, where there is one rank.
fn groups(comm: &Comm, count: usize) -> Groups {
    Groups::new(comm, count.min(comm.size())).unwrap()
}

fn model(comm: &Comm) -> Layout {
    Layout::scatter(comm, &[6, 5], 0).unwrap()
}

/// The k-th shot on a model: no multiple of another, and invertible.
fn shot<T: Scalar>(comm: &Comm, k: usize) -> Result<Operator<T>> {
    let model = model(comm);
    let random = Diagonal::of(&DistArray::<T>::random_signed(&model, 10 + k as u64))?;
    let slope = FirstDerivative::along(0).on::<T>(&model)?;
    Ok(Identity.on(&model) + slope.scale(T::from_parts(0.3, 0.0)) + random.scale(T::from_parts(0.5, 0.1)))
}

/// The k-th shot as some receivers see it.
fn recorded<T: Scalar>(comm: &Comm, k: usize) -> Result<Operator<T>> {
    let receivers: Vec<_> = (0..=k % 3).map(|i| (2 * i + k) % 5).collect();
    Ok(&Restriction::new(&receivers).along(1).on::<T>(&model(comm))? * &shot(comm, k)?)
}

fn vertical<T: Scalar>(comm: &Comm, count: usize) -> Result<Operator<T>> {
    let groups = groups(comm, count);
    VStack::over(&groups, 3, |k| recorded(groups.own(), k))
}

fn horizontal<T: Scalar>(comm: &Comm, count: usize) -> Result<Operator<T>> {
    let groups = groups(comm, count);
    HStack::over(&groups, 3, |k| Ok(recorded(groups.own(), k)?.adjoint()))
}

fn diagonal<T: Scalar>(comm: &Comm, count: usize) -> Result<Operator<T>> {
    let groups = groups(comm, count);
    BlockDiag::over(&groups, &[5.0, 1.0, 2.0], |k| recorded(groups.own(), k))
}

fn all_stacks_do_what_one_rank_does<T: Scalar>(comm: &Comm) {
    for count in counts(comm) {
        for build in [vertical::<T>, horizontal::<T>] {
            build(comm, count).unwrap().check(1).unwrap();
            check_same_bits(comm, 2, |comm| build(comm, count)).unwrap();
        }
    }
    for count in 1..=comm.size().min(4) {
        let a = diagonal::<T>(comm, count).unwrap();
        a.check(1).unwrap();
        assert!(a.scratch() > 0 || a.domain().local_len() == 0);
        check_same_bits(comm, 2, |comm| diagonal::<T>(comm, count)).unwrap();
    }
}

/// Every rank's buffer.
fn buffers<T: Scalar>(x: &DistArray<T>) -> Vec<Vec<T>> {
    let (all, counts) = x.comm().all_gather_uneven(x.as_slice());
    let mut rest = &all[..];
    counts.iter().map(|&n| rest.split_off(..n).unwrap().to_vec()).collect()
}

/// Chunks of a [9, 6] array, strided and overlapping, which leave something out; in their order.
fn all_chunks() -> Vec<Chunk> {
    (0..5).flat_map(|k| [Chunk::from((k..k + 4, by(k % 2.., 2))), Chunk::from((by(k.., 2), 1..4))]).collect()
}

/// Dealt out evenly, or all to the last rank.
fn chunked(comm: &Comm, even: bool) -> Layout {
    let (chunks, ranks) = (all_chunks(), comm.size());
    let share = |rank: usize| if even { rank * chunks.len() / ranks } else { chunks.len() * (rank / ranks) };
    let share = |rank: usize| if rank == ranks { chunks.len() } else { share(rank) };
    let map: Vec<_> = (0..ranks).map(|rank| chunks[share(rank)..share(rank + 1)].to_vec()).collect();
    Layout::chunked(comm, &[9, 6], &map, Mode::Sum).unwrap()
}

fn arrays(comm: &Comm) -> [Layout; 3] {
    let cut = |axis: usize| Layout::scatter(comm, &[9, 6], axis).unwrap();
    [cut(0), cut(1), Layout::grid(comm, &[9, 6], &[Cut::Cyclic, Cut::Block]).unwrap()]
}

/// How many chunks cover each element.
fn covers() -> ArrayD<f64> {
    let comm = Comm::solo();
    let mut covers = ArrayD::zeros(vec![9, 6]);
    chunked(&comm, true).for_each_index(0, |index| covers[index] += 1.0);
    covers
}

fn spread_and_fold<T: Scalar<Real = f64>>(comm: &Comm) {
    for overlaps in [Overlaps::Sum, Overlaps::First, Overlaps::Mean] {
        for even in [true, false] {
            for (k, layout) in arrays(comm).iter().enumerate() {
                let chunks = chunked(comm, even);
                let spread = Spread::to(&chunks).overlaps(overlaps).on::<T>(layout).unwrap();
                spread.check(3).unwrap();
                let fold = Fold::of(&chunks).overlaps(overlaps).on::<T>(layout).unwrap();
                fold.check(4).unwrap();
                assert_eq!((spread.range(), spread.domain()), (fold.domain(), fold.range()));
                check_same_bits(comm, 5, |comm| {
                    Spread::to(&chunked(comm, even)).overlaps(overlaps).on::<T>(&arrays(comm)[k])
                })
                .unwrap();
            }
        }
    }
}

fn kind<T>(result: Result<T>) -> ErrorKind {
    result.err().expect("an error").kind()
}

bodies! {
    fn stacks_over_groups_are_those_of_one_rank(comm) {
        all_stacks_do_what_one_rank_does::<f64>(comm);
        all_stacks_do_what_one_rank_does::<C64>(comm);
    }

    fn every_element_of_a_shared_model_counts_once(comm) {
        for count in counts(comm) {
            let a = vertical::<f64>(comm, count).unwrap();
            let x = DistArray::full(a.domain(), 1.0);
            let y = DistArray::full(a.range(), 1.0);
            assert_eq!((x.norm(), x.sum(), x.size()), (30f64.sqrt(), 30.0, 30));
            assert_eq!((y.sum(), y.size()), (36.0, 36)); // 6 × (1 + 2 + 3)
            assert_eq!((y.member_count(), y.member(2).shape()), (3, vec![6, 3]));
            let x = a.apply_adjoint_to(&DistArray::random_signed(a.range(), 3)).unwrap();
            let buffers = buffers(&x);
            let groups = groups(comm, count);
            for group in 1..count {
                for (&first, &rank) in groups.ranks(0).iter().zip(groups.ranks(group)) {
                    assert_eq!(buffers[first], buffers[rank], "ranks {first} and {rank}");
                }
            }
        }
    }

    fn cgls_over_groups_is_that_of_one_rank(comm) {
        fn solved<T: Scalar<Real = f64>>(comm: &Comm, count: usize, side_by_side: bool) -> ArrayD<T> {
            let groups = groups(comm, count);
            let a = if side_by_side {
                HStack::over(&groups, 4, |k| shot::<T>(groups.own(), k)).unwrap()
            } else {
                VStack::over(&groups, 4, |k| shot::<T>(groups.own(), k)).unwrap()
            };
            let truth = DistArray::random_signed(a.domain(), 7);
            let mut x = DistArray::zeros(a.domain());
            let report = cgls(&a, &(&a * &truth), &mut x, &Options::iterations(12)).unwrap();
            assert!(report.iterations > 0);
            x.gather_all()
        }
        fn check<T: Scalar<Real = f64>>(comm: &Comm, side_by_side: bool) {
            let one: ArrayD<T> = solved(&comm.alone(), 1, side_by_side);
            for count in counts(comm) {
                let many = solved::<T>(comm, count, side_by_side);
                assert_eq!(one, many, "with {count} groups");
            }
        }
        check::<f64>(comm, false);
        check::<f64>(comm, true);
        check::<C64>(comm, false);
    }

    fn what_a_group_holds_on_each_rank_counts_once(comm) {
        for count in counts(comm) {
            let groups = groups(comm, count);
            let small = |k: usize| {
                let matrix = array![[1.0, k as f64], [0.5, -1.0], [2.0, 3.0]];
                MatrixMult::new(&matrix).on(&Layout::replicated(groups.own(), &[2])?)
            };
            let stack = VStack::over(&groups, 5, small).unwrap();
            stack.check(1).unwrap();
            assert!(stack.domain().is_replicated());
            let blocks = BlockDiag::over(&groups, 5, small).unwrap();
            blocks.check(2).unwrap();
            assert_eq!((blocks.shape(), DistArray::full(blocks.range(), 1.0).sum()), ((15, 10), 15.0));
            let side = HStack::over(&groups, 5, |k| Ok(small(k)?.adjoint())).unwrap();
            side.check(3).unwrap();
        }
    }

    fn models_may_be_stacks_and_in_chunks(comm) {
        for count in counts(comm) {
            let groups = groups(comm, count);
            let own = groups.own();
            let ranks = own.size();
            let map: Vec<_> = (0..ranks).map(|rank| vec![Chunk::from(rank..rank + 3)]).collect();
            let chunks = Layout::chunked(own, &[ranks + 2], &map, Mode::Replica).unwrap();
            let members = vec![Space::from(chunks), model(own).into(), Layout::replicated(own, &[3]).unwrap().into()];
            let space = Space::stack(members).unwrap();
            let part = |k: usize| Diagonal::of(&DistArray::<f64>::random_signed(&space, k as u64));
            let a = VStack::over(&groups, 3, part).unwrap();
            a.check(1).unwrap();
            assert_eq!(a.domain().size(), space.size());
            assert_eq!(DistArray::full(a.domain(), 1.0).sum(), space.size() as f64);
            BlockDiag::over(&groups, 3, part).unwrap().check(1).unwrap();
        }
    }

    fn parts_by_number_are_dealt_out_in_order(comm) {
        let own = Layout::scatter(&comm.alone(), &[2], 0).unwrap();
        let part = |k: usize| Ok((k + 1) as f64 * Identity.on::<f64>(&own));
        let asked = RefCell::new(vec![]);
        let a = BlockDiag::over(comm, 7, |k| {
            asked.borrow_mut().push(k);
            part(k)
        })
        .unwrap();
        let y = (&a * &DistArray::full(a.domain(), 1.0)).gather_all();
        assert_eq!(y.iter().step_by(2).copied().collect::<Vec<_>>(), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]);
        assert_eq!(*asked.borrow(), Shares::from(7).of(comm.rank(), comm.size()).unwrap().collect::<Vec<_>>());

        let weights = vec![9.0, 1.0, 1.0, 1.0];
        let a = VStack::over(comm, &weights, part).unwrap();
        if comm.size() == 2 {
            assert_eq!(a.range().local_len(), [2, 6][comm.rank()]);
        }
        let y = (&a * &DistArray::full(a.domain(), 1.0)).gather_all();
        assert_eq!(y.as_slice(), Some(&[1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 4.0, 4.0][..]));
        a.check(1).unwrap();
        let a = HStack::over(comm, &weights, part).unwrap();
        a.check(1).unwrap();
        assert_eq!((&a * &DistArray::full(a.domain(), 1.0)).as_slice(), [10.0, 10.0]);

        let failing = |k: usize| if k == 2 { Err(Error::new(ErrorKind::Other, "no shot 2")) } else { part(k) };
        let error = VStack::over(comm, 4, failing).unwrap_err();
        assert!(error.kind() == ErrorKind::Other && error.message().contains("no shot 2"), "{error}");
        assert_eq!(kind(HStack::over(comm, 0, part)), ErrorKind::Shape);
        assert_eq!(kind(BlockDiag::over(comm, 0, part)), ErrorKind::Shape);
        assert_eq!(kind(VStack::over(comm, &[1.0, -1.0], part)), ErrorKind::Parameter);
        let groups = groups(comm, 2);
        let error = VStack::over(&groups, 3, |k| {
            let part = shot::<f64>(groups.own(), k)?;
            if k == 2 && groups.own().rank() + 1 == groups.own().size() {
                return Err(Error::new(ErrorKind::Io, "no file of shot 2"));
            }
            Ok(part)
        });
        let equal = comm.size() == 1 || comm.size().is_multiple_of(2);
        assert!(!equal || kind(error) == ErrorKind::Io);
    }

    fn groups_that_do_not_fit_are_refused_on_every_rank(comm) {
        let ranks = comm.size();
        assert_eq!(kind(Groups::new(comm, 0)), ErrorKind::Parameter);
        assert_eq!(kind(Groups::new(comm, ranks + 1)), ErrorKind::Parameter);
        assert_eq!(kind(Groups::by_colour(comm, &[])), ErrorKind::Parameter);
        let whole = groups(comm, 1);
        assert_eq!(kind(VStack::<f64>::of(&whole, vec![])), ErrorKind::Shape);
        assert_eq!(kind(BlockDiag::<f64>::of(&whole, vec![])), ErrorKind::Shape);
        let masked = model(whole.own()).with_mask(&vec![0; ranks]).unwrap();
        assert_eq!(kind(BlockDiag::of(&whole, vec![Identity.on::<f64>(&masked)])), ErrorKind::Layout);
        let sums = model(whole.own()).with_mode(Mode::Sum).unwrap();
        assert_eq!(kind(VStack::of(&whole, vec![Identity.on::<f64>(&sums)])), ErrorKind::Layout);
        let two = vec![shot::<f64>(whole.own(), 0).unwrap(), recorded::<f64>(whole.own(), 0).unwrap().adjoint()];
        let error = VStack::of(&whole, two).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        assert!(error.message().contains("as of part 0"), "{error}");
        if ranks == 1 {
            return;
        }
        let last = comm.rank() + 1 == ranks;
        let alone = shot::<f64>(&comm.alone(), 0).unwrap();
        let error = VStack::of(&whole, vec![alone]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Communicator);
        assert!(error.message().contains("Groups::own"), "{error}");
        let everybody = shot::<f64>(comm, 0).unwrap();
        assert_eq!(kind(BlockDiag::of(&whole, vec![everybody])), ErrorKind::Communicator);
        let part = shot::<f64>(whole.own(), 0).unwrap();
        let error = HStack::of(&whole, vec![part; if last { 2 } else { 1 }]).unwrap_err();
        assert!(error.kind() == ErrorKind::Shape && error.message().contains("number of parts"), "{error}");
        let halves = groups(comm, 2);
        let part = shot::<f64>(halves.own(), 0).unwrap();
        if ranks % 2 == 1 {
            let error = VStack::of(&halves, vec![part]).unwrap_err();
            assert!(error.kind() == ErrorKind::Communicator && error.message().contains("groups of VStack"), "{error}");
            return;
        }
        let other = Layout::scatter(halves.own(), &[6 + halves.index(), 5], 0).unwrap();
        let error = VStack::of(&halves, vec![Identity.on::<f64>(&other)]).unwrap_err();
        assert!(error.kind() == ErrorKind::Shape && error.message().contains("of group 1"), "{error}");
        assert!(VStack::of(&halves, vec![part; halves.index()]).unwrap().check(1).is_ok());
    }

    fn groups_may_be_any_ranks(comm) {
        let ranks = comm.size();
        let colours: Vec<_> = (0..ranks).map(|rank| 7 * ((ranks - rank) % 2)).collect();
        let groups = Groups::by_colour(comm, &colours).unwrap();
        BlockDiag::over(&groups, 3, |k| recorded::<f64>(groups.own(), k)).unwrap().check(1).unwrap();
        if ranks.is_multiple_of(2) {
            let a = VStack::over(&groups, 3, |k| recorded::<f64>(groups.own(), k)).unwrap();
            a.check(2).unwrap();
            let x = DistArray::random_signed(a.domain(), 3);
            let one = vertical::<f64>(&comm.alone(), 1).unwrap();
            let on_one = DistArray::random_signed(one.domain(), 3);
            assert_eq!(x.gather_all(), on_one.gather_all());
            assert_eq!((&a * &x).gather_all(), (&one * &on_one).gather_all());
        }
    }

    fn spread_and_fold_are_exact_adjoints(comm) {
        spread_and_fold::<f64>(comm);
        spread_and_fold::<C64>(comm);
    }

    fn chunks_get_what_they_cover_and_give_it_back(comm) {
        let covers = covers();
        assert!(covers.iter().any(|&n| n == 0.0) && covers.iter().any(|&n| n > 2.0));
        for even in [true, false] {
            for layout in &arrays(comm) {
                let chunks = chunked(comm, even);
                let x = DistArray::<f64>::random_signed(layout, 1);
                let global = x.gather_all();
                let spread = |overlaps| Spread::to(&chunks).overlaps(overlaps).on::<f64>(layout).unwrap();
                let [all, first, mean] = [Overlaps::Sum, Overlaps::First, Overlaps::Mean].map(spread);
                let y = &all * &x;
                let mut expected = vec![];
                chunks.for_each_index(comm.rank(), |index| expected.push(global[index]));
                assert_eq!(y.as_slice(), expected);
                let covered = covers.mapv(|n| f64::from(u8::from(n > 0.0)));
                assert_eq!((first.adjoint() * &y).gather_all(), &global * &covered);
                let off = ((mean.adjoint() * &y).gather_all() - &global * &covered).mapv(f64::abs).sum();
                assert!(off < 1e-14, "{off}");
                let ones = DistArray::full(all.range(), 1.0);
                assert_eq!((all.adjoint() * &ones).gather_all(), covers);
                let once = DistArray::from_global(layout, &(&global * &covered)).unwrap();
                assert_eq!((&first * &x).sum(), once.sum()); // both exact
            }
        }
    }

    fn spreads_that_do_not_fit_are_refused(comm) {
        let (layout, chunks) = (&arrays(comm)[0], chunked(comm, true));
        let on = |layout: &Layout| Spread::to(&chunks).on::<f64>(layout);
        assert_eq!(kind(on(&Layout::replicated(comm, &[9, 6]).unwrap())), ErrorKind::Layout);
        assert_eq!(kind(on(&chunks)), ErrorKind::Layout);
        assert_eq!(kind(on(&Layout::scatter(comm, &[6, 9], 0).unwrap())), ErrorKind::Shape);
        assert_eq!(kind(on(&Layout::scatter(&comm.duplicate(), &[9, 6], 0).unwrap())), ErrorKind::Communicator);
        let mask = vec![0; comm.size()];
        assert_eq!(kind(on(&layout.with_mask(&mask).unwrap())), ErrorKind::Layout);
        assert_eq!(kind(Fold::of(&layout.with_mask(&mask).unwrap()).on::<f64>(layout)), ErrorKind::Layout);
        let whole = Layout::replicated(comm, &[9, 6]).unwrap();
        let copies = Fold::of(&whole).on::<f64>(layout).unwrap();
        copies.check(1).unwrap();
        let sum = &copies * &DistArray::full(copies.domain(), 1.0);
        assert_eq!(sum.sum(), (54 * comm.size()) as f64);
        let mean = Fold::of(&whole).overlaps(Overlaps::Mean).on::<f64>(layout).unwrap();
        assert!(((&mean * &DistArray::full(mean.domain(), 1.0)).sum() - 54.0).abs() < 1e-12);
    }
}
