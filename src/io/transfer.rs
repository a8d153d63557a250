//! What of a strided volume lies in a region of an array, as runs of elements.

use super::strided::Strided;
use crate::layout::{Region, pieces};

/// Elements at equal distances in the file, in bytes, and in memory, in elements.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Run {
    pub(super) file: i64,
    pub(super) memory: usize,
    pub(super) len: usize,
    pub(super) file_step: i64,
    pub(super) memory_step: usize,
}

/// The elements that a volume and a region share: places in the file, and in the region's buffer.
///
/// Axes stand in the order of the file, the one with the longest strides first, so that a volume is walked
/// through forwards.
#[derive(Clone, Debug)]
pub(super) struct Transfer {
    axes: Vec<Axis>,
    /// Bytes of an element.
    size: i64,
}

#[derive(Clone, Debug)]
struct Axis {
    stretches: Vec<Stretch>,
    file_step: i64,
    memory_step: usize,
}

/// `count` times `len` consecutive places of an axis.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    file: i64,
    memory: usize,
    len: usize,
    count: usize,
    file_jump: i64,
    memory_jump: usize,
}

impl Transfer {
    /// Of a volume that holds `part` of an array, and a buffer that holds `wanted` of it in C order; `None`
    /// where they share nothing.
    pub(super) fn new(volume: &Strided, part: &Region, wanted: &Region) -> Option<Self> {
        let (mut file, mut memory) = (volume.offset, 0);
        let mut axes = vec![];
        let mut memory_step = 1;
        let sets = part.sets().iter().zip(wanted.sets()).zip(&volume.strides);
        for ((part, wanted), &file_step) in sets.rev() {
            let place = |piece: crate::layout::Piece| Stretch {
                file: piece.from as i64 * file_step,
                memory: piece.to * memory_step,
                len: piece.len,
                count: piece.count,
                file_jump: piece.from_step as i64 * file_step,
                memory_jump: piece.to_step * memory_step,
            };
            let stretches: Vec<_> = pieces(part, wanted).into_iter().map(place).collect();
            match stretches[..] {
                [] => return None,
                [Stretch { len: 1, count: 1, file: at, memory: to, .. }] => (file, memory) = (file + at, memory + to),
                _ => axes.push(Axis { stretches, file_step, memory_step }),
            }
            memory_step *= wanted.len();
        }
        axes.sort_by_key(|axis| axis.file_step.unsigned_abs()); // innermost first; equal ones stay
        axes.reverse();
        let mut transfer = Self { axes, size: volume.dtype.size() as i64 };
        transfer.join_axes();
        if transfer.axes.is_empty() {
            let one = Stretch { file: 0, memory: 0, len: 1, count: 1, file_jump: 0, memory_jump: 0 };
            transfer.axes.push(Axis { stretches: vec![one], file_step: transfer.size, memory_step: 1 });
        }
        for stretch in &mut transfer.axes[0].stretches {
            (stretch.file, stretch.memory) = (stretch.file + file, stretch.memory + memory);
        }
        Some(transfer)
    }

    /// Rows that follow one another in the file and in memory are longer runs.
    fn join_axes(&mut self) {
        while let [.., before, last] = &mut self.axes[..] {
            let [run @ Stretch { count: 1, .. }] = last.stretches[..] else { return };
            let follows =
                before.file_step == run.len as i64 * last.file_step && before.memory_step == run.len * last.memory_step;
            if !follows {
                return;
            }
            for stretch in &mut before.stretches {
                stretch.file += run.file;
                stretch.memory += run.memory;
                stretch.len *= run.len;
                let touch = stretch.file_jump == stretch.len as i64 * last.file_step
                    && stretch.memory_jump == stretch.len * last.memory_step;
                if touch {
                    stretch.len *= stretch.count;
                    stretch.count = 1;
                }
            }
            (before.file_step, before.memory_step) = (last.file_step, last.memory_step);
            self.axes.pop();
        }
    }

    /// The number of elements.
    pub(super) fn len(&self) -> usize {
        self.axes.iter().map(Axis::len).product()
    }

    /// The number of elements and of stretches of the file without a gap in which they lie.
    pub(super) fn elements_and_runs(&self) -> (usize, usize) {
        let mut runs = 1;
        let mut block = Some(self.size); // bytes, while all that lies inside is one stretch
        for axis in self.axes.iter().rev() {
            let Some(bytes) = block else {
                runs *= axis.len();
                continue;
            };
            let of_stretch = |s: &Stretch| match () {
                () if s.len > 1 && axis.file_step != bytes => s.len * s.count,
                () if s.file_jump == s.len as i64 * bytes => 1,
                () => s.count,
            };
            runs = axis.stretches.iter().map(of_stretch).sum();
            block = (runs == 1).then_some(bytes * axis.len() as i64);
        }
        (self.len(), runs)
    }

    /// Whether every run lies in the file as it does in memory.
    pub(super) fn is_plain(&self) -> bool {
        let plain = |axis: &Axis| {
            let dense = axis.file_step == self.size && axis.memory_step == 1;
            axis.stretches.iter().all(|stretch| if stretch.len > 1 { dense } else { stretch.count == 1 })
        };
        self.axes.last().is_some_and(plain)
    }

    /// The bytes of the file between the first and the last that belong to an element.
    pub(super) fn extent(&self) -> std::ops::Range<i64> {
        let (mut low, mut high) = (0, self.size);
        for axis in &self.axes {
            let ends = |s: &Stretch| {
                let reach = [(s.count as i64 - 1) * s.file_jump, (s.len as i64 - 1) * axis.file_step];
                let (back, forth): (i64, i64) =
                    (reach.iter().map(|r| r.min(&0)).sum(), reach.iter().map(|r| r.max(&0)).sum());
                (s.file + back, s.file + forth)
            };
            low += axis.stretches.iter().map(|s| ends(s).0).min().unwrap_or(0);
            high += axis.stretches.iter().map(|s| ends(s).1).max().unwrap_or(0);
        }
        low..high
    }

    /// Calls `f` with every run, forwards through the file where the sets ascend.
    pub(super) fn try_for_each<E>(&self, mut f: impl FnMut(Run) -> Result<(), E>) -> Result<(), E> {
        self.walk(0, 0, 0, &mut f)
    }

    fn walk<E>(
        &self,
        axis: usize,
        file: i64,
        memory: usize,
        f: &mut impl FnMut(Run) -> Result<(), E>,
    ) -> Result<(), E> {
        let is_last = axis + 1 == self.axes.len();
        let Axis { stretches, file_step, memory_step } = &self.axes[axis];
        let (file_step, memory_step) = (*file_step, *memory_step);
        for stretch in stretches {
            let (file, memory) = (file + stretch.file, memory + stretch.memory);
            if is_last && stretch.len == 1 {
                let (file_step, memory_step) = (stretch.file_jump, stretch.memory_jump);
                f(Run { file, memory, len: stretch.count, file_step, memory_step })?;
                continue;
            }
            for k in 0..stretch.count {
                let (file, memory) = (file + k as i64 * stretch.file_jump, memory + k * stretch.memory_jump);
                if is_last {
                    f(Run { file, memory, len: stretch.len, file_step, memory_step })?;
                    continue;
                }
                for i in 0..stretch.len {
                    self.walk(axis + 1, file + i as i64 * file_step, memory + i * memory_step, f)?;
                }
            }
        }
        Ok(())
    }
}

impl Axis {
    fn len(&self) -> usize {
        self.stretches.iter().map(|stretch| stretch.len * stretch.count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::IndexSet;
    use crate::numbers::DType;
    use proptest::prelude::*;

    fn any_set(n: usize) -> impl Strategy<Value = IndexSet> {
        let list = prop::sample::subsequence((0..n).collect::<Vec<_>>(), 0..=n).prop_shuffle().prop_map(IndexSet::list);
        let regular = (0..=n, 1usize..4, 0usize..4)
            .prop_map(move |(start, block, gap)| IndexSet::blocks(start, block, block + gap, n));
        prop_oneof![1 => Just(IndexSet::range(0..n)), 2 => regular, 1 => list]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1500))]
        /// Against a walk over all indices of both regions.
        #[test]
        fn runs_are_the_elements_that_both_have(
            sets in prop::collection::vec((0usize..7).prop_flat_map(|n| (any_set(n), any_set(n))), 0..4),
            fortran: bool, backwards: bool, gap in 1i64..3,
        ) {
            let (part, wanted): (Vec<_>, Vec<_>) = sets.into_iter().unzip();
            let (part, wanted) = (Region::new(part), Region::new(wanted));
            let mut volume = Strided::dense(&part.shape(), DType::F32, fortran, 1000);
            volume.strides.iter_mut().for_each(|stride| *stride *= gap);
            if let Some(stride) = volume.strides.first_mut().filter(|_| backwards) {
                *stride = -*stride;
            }
            let mut expected = vec![];
            let mut memory = 0;
            wanted.for_each_index(|index| {
                if part.position(index).is_some() {
                    let places = part.sets().iter().zip(index).map(|(set, &i)| set.position(i).unwrap() as i64);
                    expected.push((memory, volume.offset + places.zip(&volume.strides).map(|(i, s)| i * s).sum::<i64>()));
                }
                memory += 1;
            });
            let mut found = vec![];
            match Transfer::new(&volume, &part, &wanted) {
                None => prop_assert!(expected.is_empty()),
                Some(transfer) => {
                    let mut runs = 0;
                    transfer.try_for_each(|run| {
                        runs += 1;
                        let places = (0..run.len).map(|k| (run.memory + k * run.memory_step, run.file + k as i64 * run.file_step));
                        found.extend(places);
                        if transfer.is_plain() && run.len > 1 {
                            prop_assert_eq!((run.file_step, run.memory_step), (4, 1));
                        }
                        Ok(())
                    })?;
                    let extent = transfer.extent();
                    let ends = (found.iter().map(|f| f.1).min(), found.iter().map(|f| f.1 + 4).max());
                    prop_assert_eq!((Some(extent.start), Some(extent.end)), ends);
                    let (elements, stretches) = transfer.elements_and_runs();
                    prop_assert_eq!(elements, found.len());
                    prop_assert!(stretches <= elements && stretches > 0);
                }
            }
            found.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn whole_rows_are_one_run() {
        let runs = |fortran, wanted: Vec<IndexSet>| {
            let volume = Strided::dense(&[6, 4, 5], DType::F64, fortran, 0);
            let transfer = Transfer::new(&volume, &Region::whole(&[6, 4, 5]), &Region::new(wanted)).unwrap();
            let mut count = 0;
            transfer
                .try_for_each(|_| {
                    count += 1;
                    Ok::<_, ()>(())
                })
                .unwrap();
            (transfer.elements_and_runs(), count, transfer.is_plain())
        };
        let all = |n| IndexSet::range(0..n);
        assert_eq!(runs(false, vec![IndexSet::range(1..3), all(4), all(5)]), ((40, 1), 1, true));
        assert_eq!(runs(false, vec![IndexSet::strided(1, 6, 2), all(4), all(5)]), ((60, 3), 3, true));
        assert_eq!(runs(false, vec![all(6), IndexSet::range(1..3), all(5)]), ((60, 6), 6, true));
        assert_eq!(runs(false, vec![all(6), all(4), IndexSet::range(0..2)]), ((48, 24), 24, true));
        assert_eq!(runs(false, vec![all(6), all(4), IndexSet::strided(0, 5, 2)]), ((72, 72), 24, false));
        assert_eq!(runs(true, vec![all(6), all(4), IndexSet::range(2..4)]), ((48, 1), 8, false));
        assert_eq!(runs(false, vec![IndexSet::list(vec![4, 1]), all(4), all(5)]), ((40, 2), 2, true));
    }
}
