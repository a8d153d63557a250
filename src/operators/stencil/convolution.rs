//! Convolutions along an axis, also of a derivative.

use super::{band::Band, both_ways::BothWays, correlation::Correlation, derivative::Derivative, lines::Lines};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, check_axis};
use crate::numbers::Scalar;
use crate::operators::{Kernels, Operator};

/// `y = W x` or `y = W D x`, with W a convolution along an axis and D a derivative along it.
pub(in super::super) struct Convolution<'a, T> {
    pub(in super::super) taps: &'a [T],
    pub(in super::super) offset: usize,
    pub(in super::super) axis: usize,
    pub(in super::super) derivative: Option<Derivative>,
}

impl<T: Scalar> Convolution<'_, T> {
    pub(in super::super) fn on(&self, layout: &Layout, name: String) -> Result<Operator<T>> {
        let _operation = layout.comm().operation("Operator::on", format_args!("{name}, {:?}, {layout:#}", self.taps));
        self.check(layout)?;
        let &Self { taps, offset, axis, derivative } = self;
        let band = derivative.map(|derivative| derivative.band::<T>(layout)).transpose()?;
        let correlation = Correlation::convolution(taps, offset);
        // x ← Dᴴ Wᴴ y
        let adjoint = Lines::new(layout, axis, None, correlation.adjoint(), band.as_ref().map(Band::transpose))?;
        // y ← W D x
        let forward = Lines::new(layout, axis, band, correlation, None)?;
        Ok(BothWays::new(name, forward, adjoint).between(layout, layout))
    }

    fn check(&self, layout: &Layout) -> Result<()> {
        check_axis(layout.shape(), self.axis)?;
        let length = self.taps.len();
        if length == 0 {
            return Err(Error::expected(ErrorKind::Shape, "length of a filter", "at least 1", 0));
        }
        if self.offset >= length {
            let expected = format!("less than {length}, the filter's length");
            return Err(Error::expected(ErrorKind::Parameter, "offset of a filter", expected, self.offset));
        }
        if let Some((k, tap)) = self.taps.iter().enumerate().find(|(_, tap)| !tap.finite()) {
            let what = format!("value {k} of a filter");
            return Err(Error::expected(ErrorKind::Parameter, what, "a finite number", tap));
        }
        self.derivative.map_or(Ok(()), |derivative| derivative.check_length(layout))
    }
}
