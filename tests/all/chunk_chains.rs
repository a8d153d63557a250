//! Random chains of operations on arrays in chunks, against a serial model, on every rank.

use crate::chunk_maps::{held, must_come};
use lops::{
    Comm, DistArray, Element, Layout,
    comm::Reduction,
    launch_threads,
    layout::{Along, IndexSet, Mode, Region, by},
    numbers::exact::ExactSum,
};
use proptest::prelude::*;

/// All chunks of all ranks, and what they hold.
#[derive(Clone)]
struct Model<T> {
    shape: Vec<usize>,
    mode: Mode,
    chunks: Vec<(usize, Region, Vec<T>)>,
}

/// The types that chains are of: ◦ of each mode.
trait Folds: Element {
    fn fold(mode: Mode, a: Self, b: Self) -> Self;
    /// What one value or more make together, in whatever order they come.
    fn all(mode: Mode, values: Vec<Self>) -> Self {
        values.into_iter().reduce(|a, b| Self::fold(mode, a, b)).unwrap()
    }
    fn of(k: usize) -> Self;
    /// What tells two values apart: the bits, all NaN being one.
    fn bits(self) -> u64;
    fn sum(x: &DistArray<Self>) -> Self;
}

impl Folds for i64 {
    fn fold(mode: Mode, a: Self, b: Self) -> Self {
        match mode {
            Mode::Replica => a,
            Mode::Sum => a.wrapping_add(b),
            Mode::Product => a.wrapping_mul(b),
            Mode::Min => a.min(b),
            Mode::Max => a.max(b),
        }
    }

    fn of(k: usize) -> Self {
        k as i64 * 7 % 31 - 9
    }

    fn bits(self) -> u64 {
        self as u64
    }

    fn sum(x: &DistArray<Self>) -> Self {
        x.sum()
    }
}

impl Folds for f64 {
    fn fold(mode: Mode, a: Self, b: Self) -> Self {
        match mode {
            Mode::Replica => a,
            Mode::Sum => a + b,
            Mode::Product => a * b,
            Mode::Min => {
                if a.is_nan() || a < b || (a == b && a.is_sign_negative()) {
                    a
                } else {
                    b
                }
            }
            Mode::Max => {
                if a.is_nan() || a > b || (a == b && a.is_sign_positive()) {
                    a
                } else {
                    b
                }
            }
        }
    }

    fn all(mode: Mode, mut values: Vec<Self>) -> Self {
        if mode == Mode::Sum && values.iter().any(|x| *x != 0.0) && values.len() > 2 {
            let mut sum = ExactSum::new();
            sum.add_slice(&values);
            return sum.value();
        }
        values.sort_by(Self::total_cmp);
        values.into_iter().reduce(|a, b| Self::fold(mode, a, b)).unwrap()
    }

    fn of(k: usize) -> Self {
        (k as f64 * 0.7).sin()
    }

    fn bits(self) -> u64 {
        if self.is_nan() { f64::NAN.to_bits() } else { self.to_bits() }
    }

    fn sum(x: &DistArray<Self>) -> Self {
        x.sum()
    }
}

impl<T: Folds> Model<T> {
    /// The element: what the chunks that cover it make together.
    fn at(&self, index: &[usize]) -> T {
        let held = self.chunks.iter().filter_map(|(_, region, values)| Some(values[region.position(index)?]));
        let held: Vec<_> = held.collect();
        if held.is_empty() { self.mode.identity().unwrap() } else { T::all(self.mode, held) }
    }

    /// The same elements in other chunks: in all, or in the first or the last that covers an element.
    fn placed(&self, regions: &[(usize, Region)], mode: Mode, first: bool, last: bool) -> Self {
        let covers =
            |others: &[(usize, Region)], index: &[usize]| others.iter().any(|(_, r)| r.position(index).is_some());
        let chunk = |(k, (rank, region)): (usize, &(usize, Region))| {
            let mut values = vec![];
            region.for_each_index(|index| {
                let other = (first && covers(&regions[..k], index)) || (last && covers(&regions[k + 1..], index));
                values.push(if other { mode.identity().unwrap() } else { self.at(index) });
            });
            (*rank, region.clone(), values)
        };
        Self { shape: self.shape.clone(), mode, chunks: regions.iter().enumerate().map(chunk).collect() }
    }

    fn regions(&self) -> Vec<(usize, Region)> {
        self.chunks.iter().map(|(rank, region, _)| (*rank, region.clone())).collect()
    }

    fn redistributed(&self, target: &Layout) -> Self {
        let regions = of_ranks(target);
        if regions == self.regions() && target.mode() == self.mode {
            return self.clone();
        }
        self.placed(&regions, target.mode(), matches!(target.mode(), Mode::Sum | Mode::Product), false)
    }

    fn with_mode(&self, mode: Mode) -> Self {
        if mode == self.mode { self.clone() } else { self.placed(&self.regions(), mode, false, mode != Mode::Replica) }
    }

    /// Replicas of both, added; the second where the first lies.
    fn plus(&self, other: &Self) -> Self {
        let one = self.with_mode(Mode::Replica);
        let other = other.placed(&one.regions(), Mode::Replica, false, false);
        let both = one.chunks.into_iter().zip(other.chunks).map(|((rank, region, a), (.., b))| {
            (rank, region, a.into_iter().zip(b).map(|(a, b)| T::fold(Mode::Sum, a, b)).collect())
        });
        Self { shape: one.shape, mode: Mode::Replica, chunks: both.collect() }
    }

    /// The sum of what is covered, on one rank.
    fn sum(&self, comm: &Comm) -> T {
        let mut covered = vec![];
        for (k, (_, region, _)) in self.chunks.iter().enumerate() {
            region.for_each_index(|index| {
                if self.chunks[..k].iter().all(|(_, earlier, _)| earlier.position(index).is_none()) {
                    covered.push(self.at(index));
                }
            });
        }
        let alone = Layout::replicated(&comm.alone(), &[covered.len()]).unwrap();
        T::sum(&DistArray::from_local(&alone, covered).unwrap())
    }

    fn reduced(&self, mode: Mode, axis: usize) -> Self {
        let counts = matches!(mode, Mode::Sum | Mode::Product);
        let operand =
            if self.mode == mode { self.clone() } else { self.with_mode(if counts { mode } else { Mode::Replica }) };
        let without = |index: &[usize]| index[..axis].iter().chain(&index[axis + 1..]).copied().collect::<Vec<_>>();
        let chunk = |(rank, region, values): &(usize, Region, Vec<T>)| {
            let sets = region.sets().iter().enumerate().filter(|(k, _)| *k != axis).map(|(_, set)| set.clone());
            let short = Region::new(sets.collect());
            let mut sums: Vec<Option<T>> = vec![None; short.len()];
            let mut k = 0;
            region.for_each_index(|index| {
                let sum = &mut sums[short.position(&without(index)).unwrap()];
                *sum = Some(sum.map_or(values[k], |sum| T::fold(mode, sum, values[k])));
                k += 1;
            });
            (*rank, short, sums.into_iter().flatten().collect())
        };
        Self { shape: without(&self.shape), mode, chunks: operand.chunks.iter().map(chunk).collect() }
    }

    fn is(&self, x: &DistArray<T>) -> bool {
        let mine = self.chunks.iter().filter(|(rank, ..)| *rank == x.comm().rank());
        let bits = |chunk: &Vec<T>| chunk.iter().map(|value| value.bits()).collect::<Vec<_>>();
        let found: Vec<_> = held(x).iter().map(bits).collect();
        x.shape() == self.shape && found == mine.map(|(.., values)| bits(values)).collect::<Vec<_>>()
    }
}

/// Numbers that say what happens, the same on all ranks.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % below
    }

    /// Up to two strided chunks a rank.
    fn layout(&mut self, comm: &Comm, shape: &[usize], mode: Mode) -> Layout {
        let mut chunk = || {
            let along = |&n: &usize| {
                if self.roll(6) == 0 {
                    let (step, some) = (1 + self.roll(5), self.roll(n + 1));
                    let list = (0..n).map(|k| (k * step + 1) % n).take(some).collect::<std::collections::BTreeSet<_>>();
                    return Along::from(IndexSet::list(list.into_iter().map(|k| n - 1 - k).collect()));
                }
                let start = self.roll(n + 1);
                by(start..start + self.roll(n - start + 1), 1 + self.roll(3))
            };
            lops::layout::Chunk::of(shape.iter().map(along).collect())
        };
        let mut map = vec![];
        for _ in 0..comm.size() {
            let mut chunks = vec![chunk(), chunk(), chunk()];
            chunks.truncate(map.len() % 3 + 1);
            map.push(chunks);
        }
        Layout::chunked(comm, shape, &map, mode).unwrap()
    }

    fn mode(&mut self) -> Mode {
        Mode::ALL[self.roll(5)]
    }
}

/// All chunks in their order.
fn of_ranks(layout: &Layout) -> Vec<(usize, Region)> {
    let of_rank = |rank| layout.regions(rank).iter().map(|region| (rank, region.clone())).collect::<Vec<_>>();
    (0..layout.comm().size()).flat_map(of_rank).collect()
}

/// As many bytes as have to be moved, in one exchange; fewer than that, in two, where it pays to combine
/// elsewhere first.
fn check_traffic(from: &Layout, to: &Layout, before: lops::comm::Traffic, size: usize) {
    let comm = from.comm();
    let spent = (comm.traffic() - before).total();
    let mut moved = [spent.bytes as usize];
    comm.all_reduce(&mut moved, Reduction::Sum);
    let bound = (0..comm.size()).map(|rank| must_come(from, to, rank)).sum::<usize>() * size;
    let bound = if from == to { 0 } else { bound };
    let mut calls = [spent.calls];
    comm.all_reduce(&mut calls, Reduction::Max);
    if calls[0] < 2 {
        assert_eq!(moved[0], bound, "{from} to {to}");
    } else {
        let held = |layout: &Layout| (0..comm.size()).map(|rank| layout.len_of(rank)).sum::<usize>();
        assert!(calls[0] == 2 && moved[0] <= size * (held(from) + held(to)), "{from} to {to}");
    }
}

fn chain<T: Folds>(comm: &Comm, shape: &[usize], seed: u64) {
    let mut dice = Dice(seed);
    let mode = dice.mode();
    let first = dice.layout(comm, shape, mode);
    let x = DistArray::from_fn(&first, |index| T::of(index.iter().fold(1, |k, i| k * 11 + i)));
    let mut chunks = vec![];
    for (rank, region) in of_ranks(&first) {
        let mut values = vec![];
        region.for_each_index(|index| values.push(T::of(index.iter().fold(1, |k, i| k * 11 + i))));
        chunks.push((rank, region, values));
    }
    let whole = Model { shape: shape.to_vec(), mode: Mode::Replica, chunks };
    let model = whole.redistributed(&first);
    assert!(model.is(&x), "creation");
    let mut history = vec![(x, model)];
    for _ in 0..8 {
        let (x, model) = history.last().unwrap();
        let ndim = model.shape.len();
        let next = match dice.roll(5) {
            0 => {
                let mode = dice.mode();
                (x.change_mode(mode).unwrap(), model.with_mode(mode))
            }
            1 if ndim > 0 => {
                let (mode, axis) = (Mode::ALL[1 + dice.roll(4)], dice.roll(ndim));
                (x.reduce_axis(mode, axis).unwrap(), model.reduced(mode, axis))
            }
            2 => {
                let other = dice.layout(comm, &model.shape, Mode::Replica);
                let y = DistArray::full(&other, T::of(5));
                let one = x.change_mode(Mode::Replica).unwrap();
                let sum = one.zip(&y.like(&one).unwrap(), |a, b| T::fold(Mode::Sum, a, b)).unwrap();
                let chunks = of_ranks(&other).into_iter().map(|(rank, region)| {
                    let values = vec![T::of(5); region.len()];
                    (rank, region, values)
                });
                let added = Model { shape: model.shape.clone(), mode: Mode::Replica, chunks: chunks.collect() };
                (sum, model.plus(&added))
            }
            kind => {
                let mode = if kind == 3 { model.mode } else { dice.mode() };
                let target = dice.layout(comm, &model.shape, mode);
                let before = comm.traffic();
                let moved = x.redistribute(&target).unwrap();
                check_traffic(x.layout().unwrap(), &target, before, size_of::<T>());
                (moved, model.redistributed(&target))
            }
        };
        assert_eq!(T::sum(&next.0).bits(), next.1.sum(comm).bits());
        assert!(next.1.is(&next.0), "{} to {}", x.layout().unwrap(), next.0.layout().unwrap());
        history.push(next);
        for (k, (x, model)) in history.iter().enumerate() {
            assert!(model.is(x), "array {k} of the history");
        }
    }
    let (x, model) = history.last().unwrap();
    for (at, value) in x.gather_all().indexed_iter() {
        assert_eq!(value.bits(), model.at(lops::ndarray::Dimension::slice(&at)).bits());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn chains_are_those_of_the_model(
        ranks in 1usize..7,
        shape in prop::collection::vec(1usize..8, 1..4),
        seed in any::<u64>(),
    ) {
        let done = launch_threads(ranks, |comm| {
            chain::<i64>(comm, &shape, seed);
            chain::<f64>(comm, &shape, !seed);
            Ok(())
        });
        prop_assert!(done.is_ok(), "{:?}", done);
    }
}
