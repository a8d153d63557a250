//! Parts of chunked arrays, and what may be done to the chunks of one in each mode.

use crate::cases::{Dice, numbered};
use crate::picks::{any_index, any_plain_index, assigned, pick};
use lops::ndarray::{ArrayD, array};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, index,
    layout::{Chunk, IndexSet, Mode, Region},
};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// No, one or two chunks on each rank, strided or listed, that overlap and leave gaps.
fn any_chunks(dice: &mut Dice, comm: &Comm, shape: &[usize], mode: Mode) -> Layout {
    let set = |dice: &mut Dice, n: usize| {
        if n == 0 {
            return IndexSet::empty();
        }
        let start = dice.below(n);
        let stop = start + 1 + dice.below(n - start);
        if dice.below(5) == 0 {
            IndexSet::list(dice.shuffled(stop))
        } else {
            IndexSet::strided(start, stop, 1 + dice.below(3))
        }
    };
    let chunk = |dice: &mut Dice| Chunk::from(Region::new(shape.iter().map(|&n| set(dice, n)).collect()));
    let map: Vec<Vec<_>> = (0..comm.size()).map(|_| (0..dice.below(3)).map(|_| chunk(dice)).collect()).collect();
    Layout::chunked(comm, shape, &map, mode).unwrap()
}

/// Other values in every chunk, small integers.
fn contributions(layout: &Layout, seed: usize) -> DistArray<f64> {
    let rank = layout.comm().rank();
    let value = |k: usize| ((k * 7 + rank * 3 + seed) % 5) as f64 - 2.0;
    DistArray::from_local(layout, (0..layout.local_len()).map(value).collect()).unwrap()
}

const COMBINING: [Mode; 4] = [Mode::Sum, Mode::Product, Mode::Min, Mode::Max];

fn words(f: impl FnOnce()) -> String {
    let panic = catch_unwind(AssertUnwindSafe(f)).expect_err("a panic");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

crate::bodies! {
    /// The part of a sum is the sum of the parts, and so on: chunk by chunk, nothing moves.
    fn parts_of_chunks_in_every_mode(comm) {
        for seed in 0..120 {
            let mut dice = Dice::new(8000 + seed);
            let shape = dice.shape();
            let mode = Mode::ALL[dice.below(5)];
            let layout = any_chunks(&mut dice, comm, &shape, mode);
            let x = match mode {
                Mode::Replica => DistArray::from_global(&layout, &numbered(&shape)).unwrap(),
                _ => contributions(&layout, seed as usize),
            };
            let global = x.gather_all();
            for index in [any_index(&mut dice, &shape), any_plain_index(&mut dice, &shape)] {
                let before = comm.traffic().total().calls;
                let part = x.slice(&index).unwrap();
                let view = x.view(&index).map(|view| view.to_owned());
                assert_eq!(comm.traffic().total().calls, before);
                assert_eq!(part.layout().unwrap().mode(), mode);
                assert_eq!(part.gather_all(), pick(&global, &index), "{index:?} of {layout}");
                let viewed = comm.all_gather(&[u8::from(view.is_ok())]);
                assert!(viewed.iter().all(|&one| one == viewed[0]));
                if let Ok(view) = view {
                    assert_eq!(view, part);
                }
            }
        }
    }

    /// All chunks that hold an element get its value.
    fn assignment_to_replica_chunks(comm) {
        for seed in 0..80 {
            let mut dice = Dice::new(9000 + seed);
            let shape = dice.shape();
            let layout = any_chunks(&mut dice, comm, &shape, Mode::Replica);
            let x = DistArray::from_global(&layout, &numbered(&shape)).unwrap();
            let index = any_index(&mut dice, &shape);
            let part = x.slice(&index).unwrap().layout().unwrap().clone();
            let value = numbered(part.shape()).mapv(|v| -v - 1.0);
            let expected = DistArray::from_global(&layout, &assigned(&numbered(&shape), &index, &value)).unwrap();
            let mut y = x.clone();
            y.assign(&index, &value).unwrap();
            assert_eq!(y, expected, "{index:?} of {layout}");
            let from = if part.ndim() == 0 { Layout::replicated(comm, &[]).unwrap() } else { dice.layout(comm, part.shape()) };
            let mut y = x.clone();
            y.assign(&index, &DistArray::from_global(&from, &value).unwrap()).unwrap();
            assert_eq!(y, expected, "{index:?} of {layout} from {from}");
            // From chunks, of which gaps are 0.
            let from = any_chunks(&mut dice, comm, part.shape(), Mode::Replica);
            let value = DistArray::from_global(&from, &value).unwrap();
            let expected = assigned(&numbered(&shape), &index, &value.gather_all());
            let mut y = x.clone();
            y.assign(&index, &value).unwrap();
            assert_eq!(y, DistArray::from_global(&layout, &expected).unwrap(), "{index:?} of {layout} from {from}");
            let row = DistArray::from_fn(&Layout::replicated(comm, &shape[shape.len() - 1..]).unwrap(), |i| i[0] as f64);
            assert_eq!(row.like(&x).unwrap(), DistArray::from_fn(&layout, |i| i[i.len() - 1] as f64));
            if shape.len() > 1 {
                let sum = DistArray::from_global(&layout, &(&numbered(&shape) + &row.gather_all())).unwrap();
                assert_eq!(&x + &row, sum);
            }
        }
    }

    fn elements_of_chunks(comm) {
        let map: Vec<_> = (0..comm.size()).map(|rank| if rank == 0 { vec![0..4, 2..6] } else { vec![3..6; 1] }).collect();
        let layout = Layout::chunked(comm, &[8], &map, Mode::Replica).unwrap();
        let mut x = DistArray::from_fn(&layout, |i| i[0] as f64);
        x.set(&[3], -1.0).unwrap();
        assert_eq!((x.get(&[3]).unwrap(), x.get(&[-3]).unwrap(), x.get(&[7]).unwrap()), (-1.0, 5.0, 0.0));
        assert_eq!(x.as_slice().iter().filter(|&&v| v == -1.0).count(), if comm.rank() == 0 { 2 } else { 1 });
        assert_eq!(x.set(&[7], 1.0).unwrap_err().kind(), ErrorKind::Layout);
        for mode in COMBINING {
            let mut y = contributions(&layout.with_mode(mode).unwrap(), 0);
            let error = y.get(&[3]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Layout);
            assert!(error.to_string().contains("`change_mode(Mode::Replica)`"), "{error}");
            assert_eq!(y.set(&[3], 0.0).unwrap_err().kind(), ErrorKind::Layout);
            assert_eq!(y.assign(&index![2..], 0.0).unwrap_err().kind(), ErrorKind::Layout);
            let error = y.view_mut(&index![3..3]).unwrap().assign(0.0).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Layout);
        }
    }

    /// What commutes with the combination is done chunk by chunk.
    fn sound_work(comm) {
        for seed in 0..20 {
            let mut dice = Dice::new(9500 + seed);
            let shape = dice.shape();
            let layout = any_chunks(&mut dice, comm, &shape, Mode::Sum);
            let (a, b) = (contributions(&layout, 1), contributions(&layout, 2));
            let (x, y) = (a.gather_all(), b.gather_all());
            let before = comm.traffic().total().calls;
            let mut c = a.clone();
            c += &b;
            c -= 3.0 * &a;
            c.axpy(2.0, &b).unwrap();
            c.scale(-1.0);
            let z = (-(a.to_complex() * Complex::new(0.0, 2.0))).conj();
            let (re, im) = (z.re(), z.im());
            let mut d = a.clone();
            d.axpby(2.0, &b, 3.0).unwrap();
            d.xpby(&a, -1.0).unwrap();
            assert_eq!(comm.traffic().total().calls, before);
            assert_eq!(c.gather_all(), 2.0 * &x - 3.0 * &y);
            assert_eq!(d.gather_all(), &x - &(2.0 * &y + 3.0 * &x));
            assert_eq!((re.gather_all(), im.gather_all()), (0.0 * &x, 2.0 * &x));

            let layout = layout.with_mode(Mode::Product).unwrap();
            let (a, b) = (contributions(&layout, 1), contributions(&layout, 2));
            let (x, y) = (a.gather_all(), b.gather_all());
            assert_eq!((&a * &b).gather_all(), &x * &y);
            assert_eq!(a.abs().gather_all(), x.mapv(f64::abs));
        }
    }

    fn unsound_work_is_refused(comm) {
        let map: Vec<_> = (0..comm.size()).map(|_| vec![0..3, 1..4]).collect();
        let replica = Layout::chunked(comm, &[4], &map, Mode::Replica).unwrap();
        for mode in COMBINING {
            let layout = replica.with_mode(mode).unwrap();
            let (a, b) = (contributions(&layout, 1), contributions(&layout, 2));
            let error = a.zip(&b, |a, b| a + b).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Layout);
            let cure = format!("chunks that need no combining (`change_mode(Mode::Replica)` combines them), found mode {mode}");
            assert!(error.to_string().ends_with(&cure), "{error}");
            let refused = |what: &str, f: &dyn Fn()| {
                let words = words(f);
                assert!(words.ends_with(&cure), "{what} of mode {mode}: {words}");
            };
            refused("map", &|| drop(a.map(|v| v)));
            refused("map_in_place", &|| a.clone().map_in_place(|v| v));
            refused("+ scalar", &|| drop(&a + 1.0));
            refused("scalar -", &|| drop(1.0 - &a));
            refused("/", &|| drop(&a / &b));
            refused("/ scalar", &|| drop(&a / 2.0));
            if mode != Mode::Sum {
                refused("+", &|| drop(&a + &b));
                refused("-", &|| drop(a.clone() - b.clone()));
                refused("* scalar", &|| drop(&a * 2.0));
                refused("scale", &|| a.clone().scale(2.0));
                refused("neg", &|| drop(-&a));
                refused("re", &|| drop(a.re()));
                assert_eq!(a.clone().axpy(1.0, &b).unwrap_err().kind(), ErrorKind::Layout);
                assert!(DistArray::stack(&[&a, &a]).unwrap().clone().axpy(1.0, &DistArray::stack(&[&b, &b]).unwrap()).is_err());
            }
            if mode != Mode::Product {
                refused("*", &|| drop(&a * &b));
                refused("abs", &|| drop(a.abs()));
            }
            let scattered = DistArray::from_global(&Layout::scatter(comm, &[4], 0).unwrap(), &a.gather_all()).unwrap();
            assert_eq!(a.zip(&scattered, |a, _| a).unwrap_err().kind(), ErrorKind::Layout);
            let combined = a.change_mode(Mode::Replica).unwrap();
            assert_eq!(combined.map(|v| v + 1.0).gather_all(), a.gather_all() + 1.0);
            let one = DistArray::from_global(&Layout::replicated(comm, &[1]).unwrap(), &array![2.0].into_dyn()).unwrap();
            let expected: ArrayD<f64> = a.gather_all() * 2.0;
            assert_eq!((&combined * &one).gather_all(), expected);
            assert!(a.zip(&one, |a, b| a * b).is_err());
        }
    }
}
