//! From a wavelet to gathers of known properties.

use super::avo_linear_modelling::AVOLinearModelling;
use super::prestack_linear_modelling::check_wavelet;
use crate::array::{DistArray, Halo, Reducer};
use crate::comm::Sent;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{AlongAxis, Layout};
use crate::numbers::exact::WORDS;
use crate::numbers::{PartialSum, Scalar, Summation};
use crate::operators::{Communication, FirstDerivative, Kernels, Operator, Put};
use multiversion::multiversion;
use std::cell::RefCell;

/// Angle gathers from a wavelet, where the logarithms of properties of rocks are known: inverted, it finds the wavelet of gathers at a well.
///
/// ```text
/// d[t, θ, …] = Σₖ w[k] r[t − k + c, θ, …]      r = G D m: reflections (see PrestackLinearModelling)
/// w[k]       = Σ   r̄[t − k + c, θ, …] d[t, θ, …]     over t, θ, …: the adjoint
/// ```
///
/// with c the place of the wavelet's sample of time 0.
///
/// # Spaces
/// `X`: the wavelet, `[samples of it]`, replicated. `Y`: `[samples, angles, …]`, cut as the properties are, which are `[samples, 3, …]`, replicated or on any
/// grid on which time is whole or cut into blocks. Real or complex.
///
/// # Communication
/// Forward: none. Adjoint: one all-reduce of 456 bytes for each sample of the wavelet (twice that where it is complex), or none where every rank has all gathers. Construction: that of
/// one [`FirstDerivative`], of [`AVOLinearModelling`], and one message to each rank that needs rows of this one.
///
/// # Same bits
/// On any number of ranks and in any layout: a sample of the adjoint is an exact sum over all gathers, rounded once.
///
/// # Memory
/// The reflections of this rank and the rows around them.
///
/// # Example
/// ```
/// use lops::operators::{AVOLinearModelling, PrestackWaveletModelling};
/// use lops::solvers::{Options, cgls};
/// use lops::{DistArray, Layout, launch_threads};
///
/// launch_threads(2, |comm| {
///     let well = Layout::scatter(comm, &[40, 3], 0)?; // logarithms of vp, vs and density at 40 times
///     let logarithms = DistArray::from_fn(&well, |i| ((i[0] * i[0] * (i[1] + 2)) as f64).sin() / 10.0);
///     let avo = AVOLinearModelling::new(&[0.0, 15.0, 30.0]);
///     let a = PrestackWaveletModelling::new(5, avo).on(&logarithms)?;
///     let wavelet = DistArray::from_global(&Layout::replicated(comm, &[5])?, &[0.0, -1.0, 2.0, -1.0, 0.5])?;
///     let gathers = &a * &wavelet;
///     let mut found = wavelet.zeros_like();
///     cgls(&a, &gathers, &mut found, &Options::exactly(10))?;
///     assert!((&found - &wavelet).norm() < 1e-8);
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `PrestackWaveletModelling` of pylops, whose data have angles in front of times, and no axes of space.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct PrestackWaveletModelling {
    samples: usize,
    center: usize,
    avo: AVOLinearModelling,
}

impl PrestackWaveletModelling {
    /// Of a wavelet of so many samples, centred, and these angles, ratios of vs to vp, and formula.
    pub fn new(samples: usize, avo: AVOLinearModelling) -> Self {
        Self { samples, center: samples / 2, avo }
    }

    /// The place of the wavelet's sample of time 0; half its length, rounded down, if nothing is said.
    pub fn center(mut self, center: usize) -> Self {
        self.center = center;
        self
    }

    /// The operator of these logarithms of properties. All ranks call it.
    ///
    /// # Errors
    /// Those of [`AVOLinearModelling::on`]; [`ErrorKind::Layout`] if time is cut but not into blocks, and of masks; [`ErrorKind::Shape`] if the wavelet has no samples or
    /// is longer than the axis of time, or this has less than 3 samples; [`ErrorKind::Parameter`] if the centre is not in the wavelet.
    pub fn on<T: Scalar>(self, logarithms: &DistArray<T>) -> Result<Operator<T>> {
        let layout = logarithms.layout()?;
        let comm = layout.comm();
        let _operation = comm.operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        let Self { samples, center, avo } = self;
        avo.check::<T>(layout)?;
        if layout.mask().is_some() {
            let what = "layout of PrestackWaveletModelling";
            return Err(Error::expected(ErrorKind::Layout, what, "one without a mask", layout));
        }
        check_wavelet(samples, layout.shape()[0])?;
        if center >= samples {
            let expected = format!("less than {samples}, the wavelet's length");
            return Err(Error::expected(ErrorKind::Parameter, "centre of the wavelet", expected, center));
        }
        let name = format!("PrestackWaveletModelling({}, wavelet of {samples} samples, centre {center})", avo.name());
        let contrasts = FirstDerivative::along(0).on(layout)? * logarithms;
        let reflections = avo.on(layout)? * &contrasts;
        let (around, row) = around(&reflections, samples - 1 - center, center)?;
        let (domain, range) = (Layout::replicated(comm, &[samples])?, reflections.layout()?.clone());
        let reducer = Reducer::new(&[reflections.space()], Summation::Exact)?;
        let sums = samples * T::PARTS;
        let room = Room { sums: vec![PartialSum::new(Summation::Exact); sums], words: vec![0; sums * WORDS] };
        Ok(Reflections { name, around, row, samples, reducer, room: RefCell::new(room) }.between(domain, range))
    }
}

/// A rank's rows with so many in front of them and behind, zeros where there are none; and the elements of a row.
fn around<T: Scalar>(array: &DistArray<T>, before: usize, after: usize) -> Result<(Vec<T>, usize)> {
    let layout = array.layout()?;
    let AlongAxis { n, inner, .. } = AlongAxis::new(&layout.local_shape(), 0);
    let mut rows = vec![T::zero(); (before + n + after) * inner];
    let mut halo = Halo::along(layout, 0, before, after)?;
    let ghosts = halo.overlap(array.as_slice(), || ());
    let (front, back) = (ghosts.region(0), ghosts.region(1));
    let own = before * inner;
    rows[own - front.len()..own].copy_from_slice(front);
    rows[own..own + n * inner].copy_from_slice(array.as_slice());
    rows[own + n * inner..][..back.len()].copy_from_slice(back);
    Ok((rows, inner))
}

/// Reflections that a wavelet is convolved with.
struct Reflections<T: Scalar> {
    name: String,
    around: Vec<T>,
    row: usize,
    /// Of the wavelet.
    samples: usize,
    reducer: Reducer,
    room: RefCell<Room>,
}

struct Room {
    sums: Vec<PartialSum>,
    words: Vec<i64>,
}

impl<T: Scalar> Reflections<T> {
    /// Those that sample k of the wavelet is multiplied with, from the first of this rank's gathers on.
    fn of_sample(&self, k: usize) -> &[T] {
        &self.around[(self.samples - 1 - k) * self.row..]
    }
}

impl<T: Scalar> Kernels<T> for Reflections<T> {
    fn apply(&self, put: impl Put<T>, w: &[T], d: &mut [T]) {
        if !d.is_empty() {
            convolve(put, d, &self.around, w, self.row); // d ← Σ wₖ rₖ
        }
    }

    fn apply_adjoint(&self, put: impl Put<T>, d: &[T], w: &mut [T]) {
        let Room { sums, words } = &mut *self.room.borrow_mut();
        for (k, sums) in sums.chunks_exact_mut(T::PARTS).enumerate() {
            let mut of_sample = [PartialSum::new(Summation::Exact), PartialSum::new(Summation::Exact)];
            T::add_products::<true>(&mut of_sample, &self.of_sample(k)[..d.len()], d); // r̄ₖ d
            sums.clone_from_slice(&of_sample[..T::PARTS]);
        }
        self.reducer.all_reduce_by(sums, &mut [], words, &mut []);
        let zero = PartialSum::new(Summation::Exact);
        for (w, sums) in w.iter_mut().zip(sums.chunks_exact(T::PARTS)) {
            let parts = [sums[0].clone(), sums.get(1).unwrap_or(&zero).clone()];
            put.one(w, T::from_sums(&parts)); // w ← Σ r̄ₖ d
        }
    }

    fn communication(&self) -> Communication {
        Communication { forward: Sent::NOTHING, adjoint: self.reducer.sends(self.samples * T::PARTS) }
    }

    fn scratch(&self) -> usize {
        let Room { sums, words } = &*self.room.borrow();
        size_of_val(&self.around[..]) + size_of_val(&sums[..]) + size_of_val(&words[..])
    }

    fn name(&self) -> String {
        self.name.clone()
    }
}

/// Elements that are summed up together.
const TOGETHER: usize = 16;

/// `dⱼ ← Σₖ wₖ r[j + (last − k) row]`, the last sample first.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn convolve<T: Scalar, P: Put<T>>(put: P, d: &mut [T], reflections: &[T], w: &[T], row: usize) {
    for (chunk, d) in d.chunks_mut(TOGETHER).enumerate() {
        let mut sums = [T::zero(); TOGETHER];
        for (back, &w) in w.iter().rev().enumerate() {
            let r = &reflections[back * row + chunk * TOGETHER..][..d.len()];
            sums.iter_mut().zip(r).for_each(|(sum, &r)| *sum += w * r);
        }
        d.iter_mut().zip(sums).for_each(|(d, sum)| put.one(d, sum));
    }
}
