//! Wavefields: of sources that fire into one another, at another depth, and what they are made of.

use crate::models::{hyperbola, model};
use crate::tour::Tour;
use lops::ndarray::array;
use lops::prelude::*;

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    // Gathers of four sources, one below another in the picture: 18 receivers, 48 times.
    let gathers = Layout::scatter(tour.comm, &[4, 18, 48], 0)?;
    let x = DistArray::from_fn(&gathers, |i| hyperbola([i[2] as f64, 12.0 + i[1] as f64 * 1.5 + 4.0 * i[0] as f64]));

    // One record without an end; the adjoint cuts each source's traces out of it, with what the others left there.
    let continuous = BlendingContinuous::new(&[0.0, 0.083, 0.21, 0.264]).sampling(0.004).on(&gathers)?;
    tour.show("BlendingContinuous", &continuous, &x)?;

    // Sources 0 and 1 fire into a record, and 2 and 3; or 0 and 2, and 1 and 3.
    let times = array![[0.0, 0.0], [0.05, 0.09]];
    tour.show("BlendingGroup", &BlendingGroup::new(&times).sampling(0.004).on(&gathers)?, &x)?;
    tour.show("BlendingHalf", &BlendingHalf::new(&times).sampling(0.004).on(&gathers)?, &x)?;

    // 60 m deeper, at 2000 m/s, the hyperbola is flatter and comes later; the adjoint brings it back.
    let columns = tour.columns.clone();
    let deeper = PhaseShift::new(2000.0, 60.0).sampling(&[0.004, 10.0]).on(&columns)?;
    tour.show("PhaseShift", &deeper, &model(&columns, hyperbola))?;

    // Here rows are receivers, and units g/cm³, m and ms: events that dip more have less of a vertical velocity.
    let rows = tour.rows.clone();
    let conversion = PressureToVelocity::new(1.0, 1.5).sampling(&[8.0, 4.0]);
    let down = model(&rows, |[receiver, time]| hyperbola([time, 14.0 + 0.3 * receiver]));
    tour.show("PressureToVelocity", &conversion.on_real(&rows)?, &down)?;
    let up = model(&rows, |[receiver, time]| hyperbola([time, 24.0 + 0.4 * (receiver - 40.0)]));
    let compose = UpDownComposition::new(&conversion).scaling(1.5).on_real(&rows)?;
    tour.show("UpDownComposition", &compose, &DistArray::stack(&[&down, &up])?)?;

    // Times from −124 to 124 ms: reflections at 40 m under 24 receivers, and a point at 80 m; units m and ms.
    let (traces, far) = (Layout::scatter(tour.comm, &[63, 24, 1], 1)?, |x: usize, y: usize| 8.0 * x.abs_diff(y) as f64);
    let response = DistArray::from_fn(&Layout::scatter(tour.comm, &[24, 24, 24], 0)?, |i| {
        let time = far(i[1], i[2]).hypot(80.0) / 1.5;
        Complex::from_polar(1.0 / (8.0 * time), -std::f64::consts::TAU * i[0] as f64 * time / (63.0 * 4.0))
    });
    let times = lops::ndarray::Array2::from_shape_fn((24, 1), |(r, _)| far(r, 12).hypot(80.0) / 1.5);
    let equations = Marchenko::new(&response, &times).sampling(4.0, 8.0).offset(8.0).smooth(4);
    let turned = DistArray::from_fn(&traces, |i| hyperbola([46.0 - i[0] as f64, 2.0 * i[1] as f64]));
    tour.show("Marchenko", &equations.on(&traces)?, &DistArray::stack(&[&turned, &turned])?)
}
