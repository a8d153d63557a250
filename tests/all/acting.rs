//! A program's own work on blocks: where they lie, what ranks answer, whose error comes back.

use crate::cases::{Dice, numbered};
use lops::library::apply_to;
use lops::ndarray::{Array2, arr0};
use lops::{
    Complex, DistArray, Error, ErrorKind, Layout, Result, Space,
    comm::Verb,
    layout::{Chunk, IndexSet, Mode},
};

crate::bodies! {
    fn blocks_know_where_they_lie(comm) {
        let mut dice = Dice::new(21);
        for _ in 0..12 {
            let shape = dice.shape();
            let layout = dice.layout(comm, &shape);
            let x = DistArray::from_global(&layout, &numbered(&shape)).unwrap();
            let counts = x
                .apply(|block| {
                    assert_eq!((block.rank(), block.shape()), (comm.rank(), shape.clone()));
                    let axes = (0..shape.len()).map(|axis| block.global(axis)).collect::<Result<Vec<_>>>()?;
                    for (local, &value) in block.local().indexed_iter() {
                        let local = lops::ndarray::Dimension::slice(&local).to_vec();
                        let global: Vec<_> = axes.iter().zip(&local).map(|(set, &i)| set.get(i)).collect();
                        assert_eq!(block.global_index(&local)?, global);
                        assert_eq!(global.iter().zip(&shape).fold(0, |at, (&i, &n)| at * n + i) as f64, value);
                    }
                    assert_eq!(block.is_empty(), block.as_slice().is_empty());
                    assert_eq!(block.global(shape.len()).unwrap_err().kind(), ErrorKind::Axis);
                    assert_eq!(block.global_index(block.local().shape()).unwrap_err().kind(), ErrorKind::Shape);
                    Ok(block.as_slice().len())
                })
                .unwrap();
            assert_eq!(counts, (0..comm.size()).map(|rank| layout.len_of(rank)).collect::<Vec<_>>());
        }
        let scalar = DistArray::from_global(&Layout::replicated(comm, &[]).unwrap(), &arr0(3.5)).unwrap();
        assert_eq!(scalar.apply(|block| Ok(block.local().sum())).unwrap(), vec![3.5; comm.size()]);
        let error = scalar.apply(|block| block.global_index(&[0])).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
    }

    fn chunks_and_stacks_are_acted_on_as_they_lie(comm) {
        let mut map = vec![vec![]; comm.size()];
        map[0] = vec![Chunk::from(0..3), Chunk::from(2..5)];
        let layout = Layout::chunked(comm, &[6], &map, Mode::Replica).unwrap();
        let x = DistArray::from_fn(&layout, |i| i[0]);
        let found = x
            .apply(|block| {
                assert_eq!(block.global(0).unwrap_err().kind(), ErrorKind::Layout);
                assert_eq!(block.regions()?.len(), if comm.rank() == 0 { 2 } else { 0 });
                if comm.rank() == 0 {
                    assert_eq!(block.regions()?[1].sets(), [IndexSet::range(2..5)]);
                    assert_eq!(block.global_index(&[4])?, [3]);
                }
                Ok(block.as_slice().to_vec())
            })
            .unwrap();
        assert_eq!(found[0], [0, 1, 2, 2, 3, 4]);
        assert!(found[1..].iter().all(Vec::is_empty));
        let (a, b) = (Layout::scatter(comm, &[3], 0).unwrap(), Layout::replicated(comm, &[2]).unwrap());
        let stack = DistArray::<f32>::ones(Space::stack(vec![(&a).into(), (&b).into()]).unwrap());
        let error = stack.apply(|block| block.global(0).map(|set| set.len())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Layout);
        let lengths = stack.apply(|block| Ok(block.local().len())).unwrap();
        assert_eq!(lengths.iter().sum::<usize>(), 3 + 2 * comm.size());
    }

    fn answers_come_in_the_order_of_ranks(comm) {
        let (me, all) = (comm.rank(), 0..comm.size());
        let x = DistArray::<f64>::zeros(Layout::scatter(comm, &[10], 0).unwrap());
        assert_eq!(x.apply(|_| Ok(me as i32)).unwrap(), all.clone().map(|rank| rank as i32).collect::<Vec<_>>());
        assert_eq!(x.apply(|_| Ok(me == 0)).unwrap(), all.clone().map(|rank| rank == 0).collect::<Vec<_>>());
        let pairs = x.apply(|_| Ok([Complex::new(me as f32, 1.0), Complex::new(0.0, me as f32)])).unwrap();
        assert_eq!(pairs[comm.size() - 1][1], Complex::new(0.0, comm.size() as f32 - 1.0));
        assert_eq!(pairs.len(), comm.size());
        let uneven = x.apply(|_| Ok(vec![me as u8; me % 3])).unwrap();
        assert_eq!(uneven, all.map(|rank| vec![rank as u8; rank % 3]).collect::<Vec<_>>());
        let before = comm.traffic();
        x.apply(|_| Ok(())).unwrap();
        let sent = comm.traffic() - before;
        assert_eq!((sent.total().calls, sent[Verb::AllReduce].calls), (1, 1), "nothing but the agreement");
        let before = comm.traffic();
        x.apply(|_| Ok(1u16)).unwrap();
        let sent = comm.traffic() - before;
        let bytes = if comm.size() > 1 { 2 } else { 0 };
        assert_eq!((sent.total().calls, sent[Verb::AllGather].calls), (2, 1));
        assert_eq!(sent[Verb::AllGather].bytes, bytes);
    }

    fn blocks_can_be_changed(comm) {
        let mut dice = Dice::new(22);
        for _ in 0..8 {
            let shape = dice.shape();
            let layout = dice.layout(comm, &shape);
            let mut x = DistArray::<f64>::zeros(&layout);
            x.apply_mut(|block| {
                let mut places = vec![];
                block.local().indexed_iter().for_each(|(i, _)| places.push(lops::ndarray::Dimension::slice(&i).to_vec()));
                for local in places {
                    let global = block.global_index(&local)?;
                    block.local_mut()[&local[..]] = global.iter().zip(&shape).fold(0, |at, (&i, &n)| at * n + i) as f64;
                }
                Ok(())
            })
            .unwrap();
            assert_eq!(x.gather_all(), numbered(&shape), "{layout}");
        }
        let mut same = DistArray::<usize>::zeros(Layout::replicated(comm, &[2]).unwrap());
        same.apply_mut(|block| {
            block.as_mut_slice()[1] = 7 + block.rank();
            Ok(())
        })
        .unwrap();
        assert_eq!(same.as_slice(), [0, 7], "rank 0 wins");
    }

    fn several_arrays_are_acted_on_at_once(comm) {
        let layout = Layout::scatter(comm, &[9, 2], 0).unwrap();
        let x = DistArray::from_fn(&layout, |i| (i[0] * 2 + i[1]) as f64);
        let weights = DistArray::from_fn(&Layout::replicated(comm, &[2]).unwrap(), |i| 10.0 * i[0] as f64 + 1.0);
        let mut rows = DistArray::<f64>::zeros(Layout::scatter(comm, &[9], 0).unwrap());
        let mut seen = DistArray::<i32>::zeros(&layout);
        let sums = apply_to((&x, &weights, &mut rows, &mut seen), |(x, weights, rows, seen)| {
            rows.local_mut().assign(&x.local().into_dimensionality::<lops::ndarray::Ix2>().map_err(Error::other)?
                .dot(&weights.local().into_dimensionality::<lops::ndarray::Ix1>().map_err(Error::other)?));
            let rank = seen.rank() as i32;
                seen.local_mut().fill(1 + rank);
            Ok(rows.local().sum())
        })
        .unwrap();
        assert_eq!(sums.len(), comm.size());
        for row in 0..9 {
            assert_eq!(rows.get(&[row]).unwrap(), (2 * row) as f64 + 11.0 * (2 * row + 1) as f64);
        }
        let expected: i64 = (0..comm.size()).map(|rank| (layout.len_of(rank) * (1 + rank)) as i64).sum();
        assert_eq!(seen.sum(), expected);
        assert_eq!(sums.iter().sum::<f64>(), rows.sum());
        let other = comm.duplicate();
        let y = DistArray::<f64>::zeros(Layout::scatter(&other, &[9], 0).unwrap());
        let error = apply_to((&x, &y), |_| Ok(())).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Communicator);
    }

    fn an_error_of_one_rank_is_every_ranks(comm) {
        let last = comm.size() - 1;
        let mut x = DistArray::<f64>::zeros(Layout::scatter(comm, &[4], 0).unwrap());
        let act = |rank: usize| if rank == last { Err(Error::other("no convergence")) } else { Ok(1) };
        let error = x.apply(|block| act(block.rank())).unwrap_err();
        assert_eq!((error.kind(), error.rank(), error.message()), (ErrorKind::Other, (last > 0).then_some(last), "no convergence"));
        assert_eq!(x.apply_mut(|block| act(block.rank())).unwrap_err(), error);
        let all = x.apply(|block| -> Result<i32> { Err(Error::other(format!("rank {}", block.rank()))) });
        assert_eq!(all.unwrap_err().message(), "rank 0");
    }

    fn what_every_rank_has_becomes_an_array(comm) {
        let before = comm.traffic();
        let x = DistArray::per_rank(comm, comm.rank() as f32 / 2.0).unwrap();
        assert_eq!(comm.traffic(), before);
        assert_eq!(x.shape(), [comm.size()]);
        let back = x.apply(|block| Ok(block.local()[0])).unwrap();
        assert_eq!(back, (0..comm.size()).map(|rank| rank as f32 / 2.0).collect::<Vec<_>>());

        let of_rank = |rank: usize| vec![rank as i16; (rank * 2) % 5];
        let before = comm.traffic();
        let x = DistArray::from_blocks(comm, 0, &of_rank(comm.rank())).unwrap();
        let sent = comm.traffic() - before;
        assert_eq!((sent.total().calls, sent[Verb::AllGather].calls), (2, 2));
        let all: Vec<_> = (0..comm.size()).flat_map(of_rank).collect();
        assert_eq!(x.gather_all().into_raw_vec_and_offset().0, all);
        assert_eq!(x.as_slice(), of_rank(comm.rank()));

        let block = Array2::from_shape_fn((3, comm.rank()), |(i, j)| 100 * i + 10 * comm.rank() + j);
        let x = DistArray::from_blocks(comm, 1, &block).unwrap();
        assert_eq!(x.shape(), [3, comm.size() * (comm.size() - 1) / 2]);
        assert_eq!(x.local(), block.into_dyn());

        let column_major = Array2::from_shape_fn((2, 3), |(i, j)| 3 * i + j).reversed_axes();
        let x = DistArray::from_blocks(comm, 0, &column_major).unwrap();
        assert_eq!(x.local(), column_major.into_dyn());

        let rows = if comm.rank() == comm.size() - 1 { Array2::<f64>::zeros((2, 4)) } else { Array2::zeros((1, 3)) };
        let error = DistArray::from_blocks(comm, 0, &rows).err();
        if comm.size() == 1 {
            assert_eq!(error, None);
        } else {
            let (error, last) = (error.unwrap(), comm.size() - 1);
            assert_eq!(error.kind(), ErrorKind::Shape);
            let words = format!("shape of the block of rank {last}: expected that of rank 0, [1, 3], but for axis 0, found [2, 4]");
            assert_eq!(error.message(), words);
        }
        assert_eq!(DistArray::from_blocks(comm, 2, &rows).unwrap_err().kind(), ErrorKind::Axis);
    }
}
