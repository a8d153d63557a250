//! Traces of sources added up with delays: the local work of all kinds of blending.

use crate::numbers::{ByFrequency, Fourier, Scalar, reals_of_mut};
use crate::operators::signal::factors_of_shift;
use crate::operators::{Kernels, Put};
use num_complex::Complex;
use std::cell::RefCell;

/// Some records, each the sum of the delayed traces of some sources, receiver by receiver.
pub(super) struct Blended<T: Scalar> {
    name: String,
    records: Vec<Vec<Fired<T>>>,
    lengths: Lengths,
    frequencies: RefCell<Box<dyn ByFrequency<T::Real>>>,
    /// A trace that is delayed by a part of a sample.
    trace: RefCell<Vec<T>>,
    /// A trace of a record.
    sum: RefCell<Vec<T>>,
}

/// The lengths of this rank's arrays, and of what is transformed.
#[derive(Clone, Copy)]
pub(super) struct Lengths {
    pub(super) receivers: usize,
    /// Of a source's trace.
    pub(super) source: usize,
    /// Of a source's trace with zeros behind it, as it goes around where it is delayed.
    pub(super) delayed: usize,
    /// Of a record's trace.
    pub(super) record: usize,
}

/// A source: its place among those of this rank, the first of its samples in the record, and the change of phase of a
/// delay by a part of a sample.
pub(super) struct Fired<T: Scalar> {
    place: usize,
    first: usize,
    factors: Option<Vec<Complex<T::Real>>>,
}

impl<T: Scalar> Fired<T> {
    /// Delayed by `first` samples, and by `rest` samples of a trace that goes around after `n`.
    pub(super) fn new(place: usize, first: usize, rest: f64, n: usize) -> Self {
        Self { place, first, factors: (rest != 0.0).then(|| factors_of_shift::<T>(n, rest).collect()) }
    }
}

impl<T: Scalar> Blended<T> {
    pub(super) fn new(name: String, records: Vec<Vec<Fired<T>>>, lengths: Lengths) -> Self {
        let n = lengths.delayed;
        let frequencies = if T::IS_COMPLEX { T::Real::pairs_by_frequency(n) } else { T::Real::reals_by_frequency(n) };
        Self {
            name,
            records,
            lengths,
            frequencies: RefCell::new(frequencies),
            trace: RefCell::new(vec![T::zero(); n]),
            sum: RefCell::new(vec![T::zero(); lengths.record]),
        }
    }
}

impl<T: Scalar> Kernels<T> for Blended<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        let Lengths { receivers, source: n, record, .. } = self.lengths;
        if receivers == 0 {
            return;
        }
        let (mut frequencies, mut sum) = (self.frequencies.borrow_mut(), self.sum.borrow_mut());
        let mut trace = self.trace.borrow_mut();
        for (sources, y) in self.records.iter().zip(y.chunks_exact_mut(receivers * record)) {
            for (receiver, y) in y.chunks_exact_mut(record).enumerate() {
                sum.fill(T::zero());
                for Fired { place, first, factors } in sources {
                    let x = &x[(place * receivers + receiver) * n..][..n];
                    let delayed = match factors {
                        None => x,
                        Some(factors) => {
                            trace[..n].copy_from_slice(x);
                            trace[n..].fill(T::zero());
                            frequencies.multiply(reals_of_mut(&mut trace), factors, false);
                            &trace[..]
                        }
                    };
                    sum[*first..].iter_mut().zip(delayed).for_each(|(sum, &x)| *sum += x);
                }
                put.all(y, &sum); // yᵣ ← Σ Sᵢ xᵢᵣ
            }
        }
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        let Lengths { receivers, source: n, delayed, record } = self.lengths;
        if receivers == 0 {
            return;
        }
        let (mut frequencies, mut trace) = (self.frequencies.borrow_mut(), self.trace.borrow_mut());
        for (sources, y) in self.records.iter().zip(y.chunks_exact(receivers * record)) {
            for Fired { place, first, factors } in sources {
                let x = &mut x[place * receivers * n..][..receivers * n];
                for (x, y) in x.chunks_exact_mut(n).zip(y.chunks_exact(record)) {
                    let Some(factors) = factors else {
                        put.all(x, &y[*first..][..n]);
                        continue;
                    };
                    trace.copy_from_slice(&y[*first..][..delayed]);
                    frequencies.multiply(reals_of_mut(&mut trace), factors, true);
                    put.all(x, &trace[..n]); // xᵢᵣ ← Sᵢᴴ yᵣ
                }
            }
        }
    }

    fn name(&self) -> String {
        self.name.clone()
    }

    fn scratch(&self) -> usize {
        let fired = self.records.iter().flatten();
        let factors: usize = fired.filter_map(|fired| Some(size_of_val(&fired.factors.as_ref()?[..]))).sum();
        let traces = size_of_val(&self.trace.borrow()[..]) + size_of_val(&self.sum.borrow()[..]);
        factors + traces + self.frequencies.borrow().bytes()
    }
}
