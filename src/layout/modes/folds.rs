//! What several chunks have of an element, combined so that it does not show in what order it came.

use super::{Folding, Overlap};
use crate::numbers::Element;
use crate::numbers::few::FewRoom;

/// Elements one after another that a buffer has for a target.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Where in the target they begin.
    to: usize,
    len: usize,
    /// Which buffer it is, and where in it they begin.
    buffer: usize,
    at: usize,
}

/// Where the parts of a target come from: stretches of elements of which the same buffers have something.
#[derive(Debug, Default)]
pub(crate) struct FoldPlan {
    stretches: Vec<Stretch>,
    /// The buffers and where in them it is, stretch after stretch.
    terms: Vec<(usize, usize)>,
}

/// So many terms of a stretch need no memory.
const FEW: usize = 32;

#[derive(Debug)]
struct Stretch {
    to: usize,
    len: usize,
    terms: usize,
}

impl Run {
    /// What an overlap takes out of a buffer from `at` on, and where it goes in a target from `to` on.
    pub(crate) fn direct(overlap: &Overlap, buffer: usize, at: usize, to: usize, runs: &mut Vec<Self>) {
        overlap.for_each_piece(|piece| {
            runs.extend((0..piece.count).map(|k| {
                let (at, to) = (at + piece.from + k * piece.from_step, to + piece.to + k * piece.to_step);
                Self { to, len: piece.len, buffer, at }
            }));
        });
    }

    /// What an overlap takes out of a message, of which its elements begin at `at`.
    pub(crate) fn of_message(overlap: &Overlap, buffer: usize, mut at: usize, to: usize, runs: &mut Vec<Self>) {
        overlap.for_each_piece(|piece| {
            for k in 0..piece.count {
                runs.push(Self { to: to + piece.to + k * piece.to_step, len: piece.len, buffer, at });
                at += piece.len;
            }
        });
    }
}

impl FoldPlan {
    pub(crate) fn new(mut runs: Vec<Run>) -> Self {
        runs.sort_by_key(|run| run.to); // a few lists that are sorted: merged
        let (mut plan, mut next, mut active, mut at) = (Self::default(), 0, Vec::<Run>::new(), 0);
        loop {
            active.retain(|run| run.to + run.len > at);
            if active.is_empty() {
                let Some(run) = runs.get(next) else { return plan };
                at = run.to;
            }
            while let Some(run) = runs.get(next).filter(|run| run.to == at) {
                active.push(*run);
                next += 1;
            }
            let ends = active.iter().map(|run| run.to + run.len);
            let Some(end) = ends.chain(runs.get(next).map(|run| run.to)).min() else { return plan };
            plan.stretches.push(Stretch { to: at, len: end - at, terms: active.len() });
            plan.terms.extend(active.iter().map(|run| (run.buffer, run.at + at - run.to)));
            at = end;
        }
    }

    /// Bytes of memory.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.stretches[..]) + size_of_val(&self.terms[..])
    }

    /// Puts into `to` what the buffers make together; elements of which they have nothing stay as they are.
    pub(crate) fn run<'a, T: Element>(&self, folding: &Folding<T>, buffer: impl Fn(usize) -> &'a [T], to: &mut [T]) {
        let (mut rest, mut room) = (&self.terms[..], FewRoom::default());
        let (mut few, mut many): ([&[T]; FEW], Vec<&[T]>) = ([&[]; FEW], vec![]);
        for stretch in &self.stretches {
            let (own, others) = rest.split_at(stretch.terms);
            rest = others;
            if own.len() > FEW {
                many.resize(many.len().max(own.len()), &[]);
            }
            let terms = if own.len() > FEW { &mut many[..own.len()] } else { &mut few[..own.len()] };
            for (term, &(k, at)) in terms.iter_mut().zip(own) {
                *term = &buffer(k)[at..at + stretch.len];
            }
            folding.combine(terms, &mut to[stretch.to..stretch.to + stretch.len], &mut room);
        }
    }
}

impl<T: Element> Folding<T> {
    fn combine(&self, terms: &[&[T]], to: &mut [T], room: &mut FewRoom) {
        if let ([_, _, _, ..], Some(unordered)) = (terms, self.unordered) {
            return unordered(room, to, terms);
        }
        to.copy_from_slice(terms[0]);
        terms[1..].iter().for_each(|term| (self.slices)(to, term));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Mode;
    use num_complex::Complex;

    /// What the buffers make in one order and in every turn of it.
    fn combined<T: Element>(mode: Mode, len: usize, buffers: &[(usize, Vec<T>)]) -> Vec<T> {
        let folding = mode.folding::<T>().unwrap();
        let mut results = (0..buffers.len()).map(|turn| {
            let mut turned = buffers.to_vec();
            turned.rotate_left(turn);
            let runs = turned.iter().enumerate();
            let runs = runs.map(|(buffer, (to, run))| Run { to: *to, len: run.len(), buffer, at: 0 }).collect();
            let mut to = vec![folding.identity; len];
            FoldPlan::new(runs).run(&folding, |k| &turned[k].1, &mut to);
            to
        });
        let first = results.next().unwrap();
        for other in results {
            assert_eq!(format!("{other:?}"), format!("{first:?}"), "{mode}");
        }
        first
    }

    #[test]
    fn the_order_does_not_show() {
        let runs = [
            (0, vec![1e16, 0.1, 1e300]),
            (1, vec![0.2, 1.0, -0.0]),
            (0, vec![1.0, 0.3, -1e300, -0.0, 5.0]),
            (0, vec![-1e16, 0.4, 1e-300, -0.0, f64::INFINITY, 7.0]),
            (4, vec![f64::NEG_INFINITY]),
        ];
        let sums = combined(Mode::Sum, 8, &runs);
        assert_eq!(sums[..4], [1.0, 1.0, 1.0, -0.0]);
        assert!(sums[3].is_sign_negative() && sums[4].is_nan() && sums[5..] == [7.0, 0.0, 0.0]);
        let products = combined(Mode::Product, 7, &runs);
        assert!((products[1] - 0.0024).abs() < 1e-17 && products[0] == -1e32 && products[6] == 1.0);
        let complex = |(at, run): (usize, Vec<f64>)| (at, run.iter().map(|&x| Complex::new(1.0, x as f32)).collect());
        let turned = runs.clone().map(complex);
        let sums = combined(Mode::Sum, 7, &turned);
        let re: Vec<_> = sums.iter().map(|z| z.re).collect();
        assert_eq!(re, [3.0, 4.0, 4.0, 3.0, 3.0, 1.0, 0.0]);
        assert!(sums[0].im == 1.0 && sums[2].im.is_nan() && sums[3].im.is_sign_negative());
        combined(Mode::Product, 7, &turned);
        for mode in [Mode::Min, Mode::Max] {
            let zeros = combined(mode, 1, &[(0, vec![-0.0]), (0, vec![0.0]), (0, vec![0.0])]);
            assert_eq!(f64::is_sign_negative(zeros[0]), mode == Mode::Min);
            combined(mode, 7, &runs);
        }
        assert_eq!(combined(Mode::Sum, 1, &[(0, vec![200u8]), (0, vec![100]), (0, vec![7])]), [51]);
    }

    #[test]
    fn buffers_may_come_and_go() {
        let runs = [(3, vec![1, 2, 3]), (5, vec![10; 4]), (0, vec![100; 9]), (7, vec![1000]), (7, vec![5, 5, 5])];
        let expected = [100, 100, 100, 101, 102, 113, 110, 1115, 115, 5, 0];
        assert_eq!(combined(Mode::Sum, 11, &runs), expected);
        let many: Vec<_> = (0..2 * FEW).map(|k| (k % 2, vec![1.0; 5])).collect();
        let n = FEW as f64;
        assert_eq!(combined(Mode::Sum, 7, &many), [n, 2.0 * n, 2.0 * n, 2.0 * n, 2.0 * n, n, 0.0]);
        assert_eq!(combined::<i32>(Mode::Sum, 2, &[(1, vec![])]), [0, 0]);
    }
}
