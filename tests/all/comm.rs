//! The verbs of `Comm`.

use lops::{
    Comm, Element, Error, ErrorKind,
    comm::{Neighbour, Reduction, Verb},
};
use num_complex::Complex;
use std::fmt::Debug;

/// One verb after another on values of one type; `value(k)` are distinct where the type allows.
fn moves_values<T: Element + Debug>(comm: &Comm, value: impl Fn(usize) -> T) {
    let (rank, size) = (comm.rank(), comm.size());
    for root in 0..size {
        let mut values: Vec<T> = (0..3).map(|k| value(10 * rank + k)).collect();
        comm.broadcast(&mut values, root);
        assert_eq!(values, (0..3).map(|k| value(10 * root + k)).collect::<Vec<_>>(), "{} from {root}", T::DTYPE);
    }

    // Rank r has r mod 3 values: some have none.
    let counts: Vec<_> = (0..size).map(|r| r % 3).collect();
    let of = |r: usize| (0..r % 3).map(move |k| 10 * r + k);
    let mine: Vec<T> = of(rank).map(&value).collect();
    let expected: Vec<T> = (0..size).flat_map(of).map(&value).collect();
    let mut all = vec![T::default(); expected.len()];
    comm.all_gather_into(&mine, &counts, &mut all);
    assert_eq!(all, expected, "{}", T::DTYPE);
    assert_eq!(comm.all_gather_uneven(&mine), (expected, counts));
    assert_eq!(comm.all_gather(&[value(rank)]), (0..size).map(&value).collect::<Vec<_>>());

    // From a to b go (a + 2b) mod 3 values.
    let between = |a: usize, b: usize| (0..(a + 2 * b) % 3).map(move |k| 100 * a + 10 * b + k);
    let send: Vec<T> = (0..size).flat_map(|b| between(rank, b)).map(&value).collect();
    let expected: Vec<T> = (0..size).flat_map(|a| between(a, rank)).map(&value).collect();
    let mut received = vec![T::default(); expected.len()];
    let send_counts: Vec<_> = (0..size).map(|b| between(rank, b).count()).collect();
    let receive_counts: Vec<_> = (0..size).map(|a| between(a, rank).count()).collect();
    comm.all_to_all_into(&send, &send_counts, &mut received, &receive_counts);
    assert_eq!(received, expected, "{}", T::DTYPE);

    // Everybody a neighbour of everybody, itself included.
    let neighbours: Vec<_> =
        (0..size).map(|r| Neighbour { rank: r, send: send_counts[r], receive: receive_counts[r] }).collect();
    let mut exchange = comm.exchange::<T>(&neighbours).unwrap();
    for (b, neighbour) in neighbours.iter().enumerate() {
        let values: Vec<T> = between(rank, neighbour.rank).map(&value).collect();
        exchange.send_mut(b).copy_from_slice(&values);
    }
    let received = exchange.start().finish();
    for a in 0..size {
        assert_eq!(received.from(a), between(a, rank).map(&value).collect::<Vec<T>>(), "{} from {a}", T::DTYPE);
    }
}

/// Every reduction that is defined, of `value(r)` from rank r, against plain folds.
fn reduces<T: Element + PartialOrd>(comm: &Comm, value: impl Fn(usize) -> T, sum: impl Fn(T, T) -> T, one: T) {
    let ranks = || (0..comm.size()).map(&value);
    let zero = T::default();
    let logical = |truth: bool| if truth { one } else { zero };
    let folds = [
        (Reduction::Sum, ranks().reduce(sum)),
        (Reduction::Min, ranks().reduce(|a, b| if b < a { b } else { a })),
        (Reduction::Max, ranks().reduce(|a, b| if b > a { b } else { a })),
        (Reduction::And, Some(logical(ranks().all(|v| v != zero)))),
        (Reduction::Or, Some(logical(ranks().any(|v| v != zero)))),
    ];
    for (reduction, expected) in folds {
        let mut values = [value(comm.rank()), zero, value(comm.rank())];
        comm.all_reduce(&mut values, reduction);
        assert_eq!(values, [expected.unwrap(), zero, expected.unwrap()], "{} of {}", reduction.name(), T::DTYPE);
    }
}

macro_rules! reduces_integers {
    ($comm:ident: $($t:ty)*) => {$(
        // The third rank has 0; the sum of so many large ones wraps.
        reduces::<$t>($comm, |r| if r == 2 { 0 } else { <$t>::MAX / 2 - r as $t }, <$t>::wrapping_add, 1);
        reduces::<$t>($comm, |r| r as $t + 3, <$t>::wrapping_add, 1);
    )*};
}

fn ring(comm: &Comm, length: usize) -> lops::comm::Exchange<i64> {
    let (rank, size) = (comm.rank(), comm.size());
    let (next, last) = ((rank + 1) % size, (rank + size - 1) % size);
    let neighbours = if next == last {
        vec![Neighbour { rank: next, send: length, receive: length }]
    } else {
        vec![Neighbour { rank: last, send: 0, receive: length }, Neighbour { rank: next, send: length, receive: 0 }]
    };
    comm.exchange(&neighbours).unwrap()
}

/// The index of the neighbour that a `ring` sends to; it receives from the first.
fn next_in(ring: &lops::comm::Exchange<i64>) -> usize {
    ring.neighbours().len() - 1
}

/// A sequence of numbers that all ranks draw alike.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}

crate::bodies! {
    fn ranks_are_numbered(comm) {
        assert!(comm.rank() < comm.size());
        let ranks = comm.all_gather(&[comm.rank()]);
        assert_eq!(ranks, (0..comm.size()).collect::<Vec<_>>());
    }

    fn every_type_travels(comm) {
        moves_values(comm, |k| k % 3 == 1);
        moves_values(comm, |k| k as i8);
        moves_values(comm, |k| k as u8);
        moves_values(comm, |k| k as i16);
        moves_values(comm, |k| k as u16);
        moves_values(comm, |k| -(k as i32));
        moves_values(comm, |k| k as u32);
        moves_values(comm, |k| -(k as i64));
        moves_values(comm, |k| k as u64);
        moves_values(comm, |k| -(k as isize));
        moves_values(comm, |k| k);
        moves_values(comm, |k| k as f32 + 0.5);
        moves_values(comm, |k| k as f64 - 0.25);
        moves_values(comm, |k| Complex::new(k as f32, -(k as f32)));
        moves_values(comm, |k| Complex::new(k as f64, 0.5));
    }

    fn every_type_reduces(comm) {
        reduces_integers!(comm: i8 i16 i32 i64 isize u8 u16 u32 u64 usize);
        reduces::<f32>(comm, |r| r as f32 - 1.5, |a, b| a + b, 1.0);
        reduces::<f64>(comm, |r| 2.0 - r as f64, |a, b| a + b, 1.0);
        let sums = (0..comm.size()).fold((0.0, 0.0), |(a, b), r| (a + r as f64, b - 1.0));
        let mut double = [Complex::new(comm.rank() as f64, -1.0)];
        let mut single = [Complex::new(comm.rank() as f32, -1.0)];
        comm.all_reduce(&mut double, Reduction::Sum);
        comm.all_reduce(&mut single, Reduction::Sum);
        assert_eq!(double, [Complex::new(sums.0, sums.1)]);
        assert_eq!(single, [Complex::new(sums.0 as f32, sums.1 as f32)]);
    }

    fn booleans_reduce(comm) {
        let first = comm.rank() == 0;
        let alone = comm.size() == 1;
        for (reduction, expected) in [
            (Reduction::Sum, [true, alone]),
            (Reduction::Or, [true, alone]),
            (Reduction::Max, [true, alone]),
            (Reduction::And, [alone, alone]),
            (Reduction::Min, [alone, alone]),
        ] {
            let mut values = [first, first && alone];
            comm.all_reduce(&mut values, reduction);
            assert_eq!(values, expected, "{}", reduction.name());
        }
    }

    fn empty_slices_travel(comm) {
        let none = vec![0; comm.size()];
        comm.broadcast::<f64>(&mut [], comm.size() - 1);
        comm.all_reduce::<f64>(&mut [], Reduction::Sum);
        comm.all_gather_into::<f64>(&[], &none, &mut []);
        comm.all_to_all_into::<f64>(&[], &none, &mut [], &none);
        assert_eq!(comm.all_gather_uneven::<u8>(&[]), (vec![], none));
        let mut nothing = comm.exchange::<f32>(&[]).unwrap();
        let _ = nothing.start().finish();
    }

    /// Enough data that all ranks share the work, of lengths that no number of ranks divides.
    fn long_vectors(comm) {
        let (rank, size) = (comm.rank(), comm.size());
        for length in [4099, 100_003] {
            let mut sum: Vec<f64> = (0..length).map(|k| (k * (rank + 1)) as f64).collect();
            comm.all_reduce(&mut sum, Reduction::Sum);
            let factor = size * (size + 1) / 2;
            assert!(sum.iter().enumerate().all(|(k, &v)| v == (k * factor) as f64), "sum of {length}");
            let mut sent: Vec<i32> = (0..length as i32).map(|k| k + rank as i32).collect();
            comm.broadcast(&mut sent, size - 1);
            assert!(sent.iter().enumerate().all(|(k, &v)| v as usize == k + size - 1), "broadcast of {length}");
            let mine = vec![rank as u8; length + rank];
            let (all, counts) = comm.all_gather_uneven(&mine);
            let expected: Vec<_> = (0..size).flat_map(|r| vec![r as u8; length + r]).collect();
            assert_eq!((all == expected, counts[rank]), (true, length + rank));
            let send: Vec<u16> = (0..size).flat_map(|r| vec![(100 * rank + r) as u16; length]).collect();
            let mut received = vec![0; send.len()];
            comm.all_to_all_into(&send, &vec![length; size], &mut received, &vec![length; size]);
            let expected: Vec<u16> = (0..size).flat_map(|r| vec![(100 * r + rank) as u16; length]).collect();
            assert!(received == expected, "all_to_all of {length}");
        }
    }

    /// Every rank has the same bits, and has them again.
    fn floating_sums_repeat(comm) {
        for length in [1, 9001] {
            let mine = |k: usize| ((k + 1) as f64 * 0.1).powi(comm.rank() as i32 + 1);
            let sum = || {
                let mut values: Vec<f64> = (0..length).map(mine).collect();
                comm.all_reduce(&mut values, Reduction::Sum);
                values.iter().map(|v| v.to_bits()).collect::<Vec<_>>()
            };
            let first = sum();
            let mut everybodys = first.clone();
            comm.broadcast(&mut everybodys, 0);
            assert_eq!((first == everybodys, first == sum()), (true, true));
        }
    }

    fn split_into_uneven_groups(comm) {
        let (rank, size) = (comm.rank(), comm.size());
        // Rank 0 alone, then the even and the odd ones.
        let colour = |r: usize| if r == 0 { 7 } else { r % 2 };
        let group = comm.split(colour(rank));
        let members: Vec<_> = (0..size).filter(|&r| colour(r) == colour(rank)).collect();
        assert_eq!(group.size(), members.len());
        assert_eq!(members[group.rank()], rank);
        assert_eq!(group.all_gather(&[rank]), members);
        // A group of a group, and both in use at once, after the handle between is gone.
        let pairs = group.split(group.rank() / 2);
        drop(group);
        let expected: Vec<_> = members.chunks(2).find(|pair| pair.contains(&rank)).unwrap().to_vec();
        assert_eq!(pairs.all_gather(&[rank]), expected);
        let mut sum = [1];
        comm.all_reduce(&mut sum, Reduction::Sum);
        pairs.all_reduce(&mut sum, Reduction::Max);
        assert_eq!(sum, [size]);
    }

    fn duplicates_do_not_mix(comm) {
        let other = comm.duplicate();
        assert_eq!((other.rank(), other.size()), (comm.rank(), comm.size()));
        assert_ne!(comm, &other);
        let (mut here, mut there) = (ring(comm, 1), ring(&other, 1));
        let next = next_in(&here);
        here.send_mut(next)[0] = 1;
        there.send_mut(next)[0] = 2;
        let first = here.start();
        let second = there.start();
        assert_eq!(second.finish().from(0), [2]);
        assert_eq!(first.finish().from(0), [1]);
        let alone = comm.alone();
        assert_eq!((alone.rank(), alone.size(), alone.all_gather(&[5])), (0, 1, vec![5]));
    }

    /// Three exchanges of one group in flight, finished in another order than they started in.
    fn exchanges_in_flight(comm) {
        let last = ((comm.rank() + comm.size() - 1) % comm.size()) as i64;
        let mut rings: Vec<_> = (0..3).map(|k| ring(comm, 2 + k)).collect();
        let next = next_in(&rings[0]);
        for turn in 0..50i64 {
            for (k, ring) in rings.iter_mut().enumerate() {
                ring.send_mut(next).fill(100 * turn + 10 * k as i64 + comm.rank() as i64);
            }
            let mut flights: Vec<_> = rings.iter_mut().map(lops::comm::Exchange::start).collect();
            for k in [1, 1, 0] {
                let received = flights.remove(k).finish();
                let from = received.from(0)[0] % 100 / 10;
                assert_eq!(received.from(0), vec![100 * turn + 10 * from + last; 2 + from as usize]);
            }
        }
    }

    /// An exchange that nobody finishes is finished when it starts again or is dropped.
    /// Messages of a channel that is no more do not come to the next one.
    fn flights_given_up(comm) {
        let (rank, ranks) = (comm.rank(), comm.size());
        let ring = || {
            let (next, last) = ((rank + 1) % ranks, (rank + ranks - 1) % ranks);
            let mut ring = vec![Neighbour { rank: next, send: 3, receive: 0 }, Neighbour { rank: last, send: 0, receive: 3 }];
            if ranks < 3 {
                ring = vec![Neighbour { rank: next, send: 3, receive: 3 }];
            }
            comm.exchange::<f64>(&ring).unwrap()
        };
        for round in 0..5 {
            let mut first = ring();
            first.send_mut(0).fill(-1.0);
            drop(first.start());
            drop(first);
            let mut second = ring();
            second.send_mut(0).fill(f64::from(round));
            let received = second.start().finish();
            assert_eq!(received.from(usize::from(ranks > 2)), [f64::from(round); 3]);
        }
    }

    fn forgotten_flights(comm) {
        let last = ((comm.rank() + comm.size() - 1) % comm.size()) as i64;
        let mut forgotten = ring(comm, 3);
        let next = next_in(&forgotten);
        drop(forgotten.start());
        forgotten.send_mut(next).fill(comm.rank() as i64);
        drop(forgotten.start());
        drop(forgotten);
        let mut after = ring(comm, 1);
        after.send_mut(next)[0] = 40 + comm.rank() as i64;
        assert_eq!(after.start().finish().from(0), [40 + last]);
    }

    fn traffic_is_exact(comm) {
        let (rank, size) = (comm.rank(), comm.size());
        let alone = size == 1;
        let before = comm.traffic();
        comm.barrier();
        comm.broadcast(&mut [0.0f64; 5], size - 1);
        comm.all_reduce(&mut [0i32; 3], Reduction::Sum);
        let _ = comm.all_gather_uneven(&vec![1u8; rank]);
        let counts = vec![2; size];
        comm.all_to_all_into(&vec![0u16; 2 * size], &counts, &mut vec![0; 2 * size], &counts);
        let mut there = ring(comm, 4);
        let _ = there.start().finish();
        let _ = there.start().finish();
        let _ = comm.split(rank % 2);
        let spent = comm.traffic() - before;
        let of = |verb| (spent[verb].calls, spent[verb].messages, spent[verb].bytes);
        let if_many = |n: usize| if alone { 0 } else { n as u64 };
        assert_eq!(of(Verb::Barrier), (1, 0, 0));
        let root = rank == size - 1;
        assert_eq!(of(Verb::Broadcast), (1, if_many(root.into()), if_many(40 * usize::from(root))));
        assert_eq!(of(Verb::AllReduce), (1, if_many(1), if_many(12)));
        let (messages, bytes) = (1 + usize::from(rank > 0), 8 + rank);
        assert_eq!(of(Verb::AllGather), (2, if_many(messages), if_many(bytes)));
        assert_eq!(of(Verb::AllToAll), (1, if_many(size - 1), if_many(4 * (size - 1))));
        assert_eq!(of(Verb::Exchange), (2, if_many(2), if_many(64)));
        assert_eq!(of(Verb::Split), (1, 0, 0));
        assert_eq!(spent.total().calls, 9);
    }

    fn agreement(comm) {
        let (rank, size) = (comm.rank(), comm.size());
        assert_eq!(comm.agree(Ok(rank)).unwrap(), rank);
        let failing = |fails: &dyn Fn(usize) -> bool| {
            let local = if fails(rank) { Err(Error::new(ErrorKind::Format, format!("№ {rank}: ä€𝕏"))) } else { Ok(()) };
            comm.agree(local)
        };
        for first in 0..size {
            for fails in [&|r| r == first, &|r| r >= first] as [&dyn Fn(usize) -> bool; 2] {
                let error = failing(fails).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Format);
                assert_eq!(error.message(), format!("№ {first}: ä€𝕏"));
                assert_eq!(error.rank(), (size > 1).then_some(first));
            }
        }
        assert!(failing(&|_| false).is_ok());
        assert_eq!(comm.agree::<()>(Err(Error::other(""))).unwrap_err().message(), "");
    }

    fn exchange_refuses_bad_neighbours(comm) {
        let (rank, size) = (comm.rank(), comm.size());
        let refusal = |neighbours: &[Neighbour]| comm.exchange::<f64>(neighbours).unwrap_err().to_string();
        let far = Neighbour { rank: size, send: 1, receive: 1 };
        assert_eq!(refusal(&[far]), format!("neighbour: expected a rank below {size}, found {size}"));
        let uneven = Neighbour { rank, send: 1, receive: 2 };
        assert_eq!(refusal(&[uneven]), "exchange of a rank with itself: expected 1 elements to receive, found 2");
        let me = Neighbour { rank, send: 1, receive: 1 };
        assert_eq!(refusal(&[me, me]), format!("exchange: rank {rank} is named twice as a neighbour"));
    }

    /// Many collectives in an order drawn at random, with ranks that come late.
    fn random_sequences(comm) {
        let (rank, size) = (comm.rank(), comm.size());
        let half = comm.split(usize::from(2 * rank >= size));
        let mut ring = ring(comm, 1);
        let (next, last) = (next_in(&ring), (rank + size - 1) % size);
        for seed in 0..8 {
            let mut draw = Draw(seed);
            for step in 0..60 {
                let length = [0, 1, 7, 3000][draw.below(4)];
                let here = if draw.below(3) == 0 { &half } else { comm };
                let (me, ranks) = (here.rank(), here.size());
                if draw.below(size) == rank {
                    std::thread::yield_now();
                }
                match draw.below(6) {
                    0 => here.barrier(),
                    1 => {
                        let root = draw.below(64) % ranks;
                        let mut values = vec![me + step; length];
                        here.broadcast(&mut values, root);
                        assert_eq!(values, vec![root + step; length]);
                    }
                    2 => {
                        let mut values = vec![(me + step) as i64; length];
                        here.all_reduce(&mut values, Reduction::Max);
                        assert_eq!(values, vec![(ranks - 1 + step) as i64; length]);
                    }
                    3 => {
                        let all = here.all_gather(&vec![me as u16; length]);
                        assert!(all.iter().enumerate().all(|(at, &value)| value as usize == at / length));
                    }
                    4 => {
                        let counts = vec![length; ranks];
                        let mut received = vec![0; length * ranks];
                        here.all_to_all_into(&vec![me; length * ranks], &counts, &mut received, &counts);
                        assert!(received.iter().enumerate().all(|(at, &value)| value == at / length));
                    }
                    _ => {
                        ring.send_mut(next)[0] = (step + rank) as i64;
                        assert_eq!(ring.start().finish().from(0), [(step + last) as i64]);
                    }
                }
            }
        }
    }
}
