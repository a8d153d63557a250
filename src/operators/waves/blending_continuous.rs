//! Sources that fire into one record that never stops.

use super::blending::{Blending, Kind, check, samples};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::Operator;

/// Continuous blending: sources fire one after another, at times τᵢ, into one record for each receiver.
///
/// ```text
/// y(r, t) = Σᵢ xᵢ(r, t − τᵢ)
/// ```
///
/// Whole samples of τᵢ / Δ move a trace; what is left, a part of a sample, is a change of phase of the frequencies of the
/// trace with one zero behind it, as in [`Shift`](crate::operators::Shift). The adjoint cuts each source's traces out of the
/// record: pseudo-deblending.
///
/// # Spaces
/// `X`: shape `[sources, receivers, times]`, replicated or on any grid (receivers may be several axes). `Y`: shape
/// `[receivers, samples]`, ⌊max τᵢ / Δ⌋ + times + 1 samples if nothing is said; receivers are cut as in `X`, where sources
/// and times are whole, else evenly. Chunks are refused, and masks where elements change their ranks. Real or complex.
///
/// # Communication
/// None where sources and times are whole. Where they are cut, one exchange each way, to all sources of some receivers, in which each element
/// of `X` that changes its rank is sent once.
///
/// # Same bits
/// On any number of ranks and in any layout: each sample is the sum over the sources in their order, formed on one rank.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::BlendingContinuous};
///
/// launch_threads(2, |comm| {
///     let shots = Layout::scatter(comm, &[2, 1, 3], 0)?; // one source on each rank
///     let blend = BlendingContinuous::new(&[0.0, 0.02]).sampling(0.01).on(&shots)?;
///     let record = &blend * &DistArray::full(&shots, 1.0);
///     assert_eq!(record.gather_all().as_slice(), Some(&[1.0, 1.0, 2.0, 1.0, 1.0, 0.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `BlendingContinuous`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct BlendingContinuous {
    times: Vec<f64>,
    sampling: f64,
    samples: Option<usize>,
}

/// Delays from here on are refused: they would not be exact numbers of samples.
const TOO_LONG: f64 = (1u64 << 52) as f64;

impl BlendingContinuous {
    /// With the times at which the sources fire, one for each; samples at steps 1.
    pub fn new(times: &[f64]) -> Self {
        Self { times: times.to_vec(), sampling: 1.0, samples: None }
    }

    /// The step Δ of samples, in the unit of the times.
    pub fn sampling(mut self, step: f64) -> Self {
        self.sampling = step;
        self
    }

    /// The number of samples of the record (PyLops' `nttot`).
    pub fn samples(mut self, samples: usize) -> Self {
        self.samples = Some(samples);
        self
    }

    /// The operator on arrays of this layout. All ranks call it; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] of chunks; [`ErrorKind::Shape`] unless it has three axes or more, a source and a time, if there is not one
    /// time for each source, or the record is too short for the last one; [`ErrorKind::Parameter`] if the step is not
    /// positive and finite, or a time in samples is negative or not below 2⁵².
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        const WHAT: &str = "BlendingContinuous";
        let Self { times, sampling, samples: told } = &self;
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        check(WHAT, layout, *sampling)?;
        let (shape, fits) = (layout.shape(), |samples: f64| (0.0..TOO_LONG).contains(&samples));
        let delays = samples(WHAT, times, shape[0], *sampling, "from 0 to below 2⁵²", fits)?;
        let last = delays.iter().copied().fold(0.0, f64::max);
        // Where the last one fires on a sample, nothing comes to lie behind its trace.
        let ends = |delay: f64| delay.floor() as usize + usize::from(delay.fract() != 0.0);
        let needed = ends(last) + shape[shape.len() - 1];
        let samples = told.unwrap_or(last as usize + shape[shape.len() - 1] + 1);
        if samples < needed {
            let what = format!("samples of the record of {WHAT}");
            return Err(Error::expected(ErrorKind::Shape, what, format!("at least {needed}"), samples));
        }
        let name = format!("{WHAT}({} sources, h {sampling}, {samples} samples)", times.len());
        let records = vec![delays.into_iter().enumerate().collect()];
        Blending { name, records, kind: Kind::Continuous(samples) }.on(layout)
    }
}
