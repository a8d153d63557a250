//! What a description of Kirchhoff modelling has to be.

use super::kirchhoff::{Aliasing, Kirchhoff, Velocity};
use super::travel_times::is_even;
use super::weights::Taper;
use crate::error::{Error, ErrorKind, Result, check_above_0};
use crate::layout::Layout;
use crate::operators::is_whole;

impl<const D: usize> Kirchhoff<D> {
    pub(super) fn check(&self, layout: &Layout) -> Result<()> {
        let shape: Vec<_> = self.axes.iter().map(Vec::len).collect();
        let rows_are_whole = (1..layout.ndim()).all(|axis| is_whole(layout, axis));
        if layout.chunks().is_some() || layout.mask().is_some() || !rows_are_whole {
            let expected = "a replicated one, or one that is cut along its first axis alone, without a mask";
            return Err(Error::expected(ErrorKind::Layout, "layout of the model of Kirchhoff", expected, layout));
        }
        if layout.shape() != shape {
            let expected = format!("{shape:?}, the lengths of its axes");
            return Err(Error::expected(ErrorKind::Shape, "model of Kirchhoff", expected, layout));
        }
        if shape.contains(&0) || D == 0 {
            return Err(Error::expected(
                ErrorKind::Shape,
                "axes of Kirchhoff",
                "one with points at least",
                format!("{shape:?}"),
            ));
        }
        if self.samples == 0 || self.wavelet.len() > self.samples {
            let expected = format!("at least {}, as the wavelet has", self.wavelet.len().max(1));
            return Err(Error::expected(
                ErrorKind::Shape,
                "samples of the record of Kirchhoff",
                expected,
                self.samples,
            ));
        }
        self.check_tables(&shape)?;
        self.check_weights()?;
        check_above_0("step of the record of Kirchhoff", self.step)?;
        let check_velocity = |velocity: f64| check_above_0("velocity of Kirchhoff", velocity);
        match &self.velocity {
            Velocity::One(_) if self.times.is_some() && !self.dynamic => (),
            Velocity::One(velocity) => check_velocity(*velocity)?,
            Velocity::Field(field) if field.shape() != shape => {
                let found = format!("{:?}", field.shape());
                return Err(Error::expected(ErrorKind::Shape, "velocities of Kirchhoff", format!("{shape:?}"), found));
            }
            Velocity::Field(field) => field.iter().copied().try_for_each(check_velocity)?,
        }
        for (k, axis) in self.axes.iter().enumerate() {
            if let Some(value) = axis.iter().find(|value| !value.is_finite()) {
                return Err(Error::expected(
                    ErrorKind::Parameter,
                    format!("axis {k} of Kirchhoff"),
                    "finite numbers",
                    value,
                ));
            }
            let goes_on = |way: fn(&f64, &f64) -> bool| axis.is_sorted_by(way);
            if self.has_strengths() && !goes_on(|a, b| a < b) && !goes_on(|a, b| a > b) {
                let (what, expected) =
                    (format!("axis {k} of Kirchhoff"), "coordinates that rise or fall, where directions count");
                return Err(Error::expected(ErrorKind::Parameter, what, expected, format!("{axis:?}")));
            }
            if self.times.is_none() && matches!(self.velocity, Velocity::Field(_)) && !is_even(axis) {
                let (what, expected) =
                    (format!("axis {k} of Kirchhoff"), "equal steps above 0, where velocities change");
                return Err(Error::expected(ErrorKind::Parameter, what, expected, format!("{axis:?}")));
            }
        }
        for (what, places) in [("source", &self.sources), ("receiver", &self.receivers)] {
            for (number, place) in places.iter().enumerate() {
                for (k, (axis, coordinate)) in self.axes.iter().zip(place).enumerate() {
                    let [least, most] = [f64::min, f64::max].map(|f| axis.iter().copied().reduce(f).unwrap_or(0.0));
                    if !(least..=most).contains(coordinate) {
                        let what = format!("coordinate {k} of {what} {number} of Kirchhoff");
                        return Err(Error::expected(
                            ErrorKind::Parameter,
                            what,
                            format!("{least} to {most}"),
                            coordinate,
                        ));
                    }
                }
            }
        }
        Ok(())
    }

    fn check_tables(&self, shape: &[usize]) -> Result<()> {
        if self.amplitudes.is_some() && self.times.is_none() {
            let what = "amplitudes of Kirchhoff that are given";
            return Err(Error::expected(ErrorKind::Parameter, what, "travel times beside them", "none"));
        }
        for (what, given) in [("travel times", &self.times), ("amplitudes", &self.amplitudes)] {
            let Some(given) = given else { continue };
            for (end, places, table) in
                [("sources", self.sources.len(), &given.0[0]), ("receivers", self.receivers.len(), &given.0[1])]
            {
                let expected = [&[places], shape].concat();
                let found = table.layout()?.shape();
                if found != expected {
                    let what = format!("{what} of {end} of Kirchhoff");
                    let (expected, found) = (format!("{expected:?}"), format!("{found:?}"));
                    return Err(Error::expected(ErrorKind::Shape, what, expected, found));
                }
            }
        }
        Ok(())
    }

    fn check_weights(&self) -> Result<()> {
        for (what, taper) in [("angles", self.angles), ("aperture", self.aperture)] {
            let Some(Taper { from, to }) = taper else { continue };
            if !(from.is_finite() && to.is_finite() && 0.0 <= from && from < to) {
                let what = format!("limits of the {what} of Kirchhoff");
                let found = format!("{from} and {to}");
                return Err(Error::expected(
                    ErrorKind::Parameter,
                    what,
                    "two finite numbers from 0 up that rise",
                    found,
                ));
            }
        }
        if let Some(Aliasing { frequency, spacings }) = self.aliasing {
            let is_wrong = |spacing: f64| !(spacing.is_finite() && spacing >= 0.0);
            if !(frequency.is_finite() && frequency > 0.0) || spacings.into_iter().any(is_wrong) {
                let what = "frequency and spacings of Kirchhoff without aliasing";
                let found = format!("{frequency}, {spacings:?}");
                return Err(Error::expected(ErrorKind::Parameter, what, "above 0, and from 0 up", found));
            }
        }
        if self.is_filtered && !(2..=3).contains(&D) {
            let what = "axes of Kirchhoff with a filtered wavelet";
            return Err(Error::expected(ErrorKind::Parameter, what, "2 or 3", D));
        }
        Ok(())
    }
}
