//! Weights, choices, and what goes elsewhere.

use crate::models::{discs, layers, model};
use crate::tour::{SHAPE, Tour};
use lops::prelude::*;

pub(crate) fn visit(tour: &mut Tour<'_>) -> Result<()> {
    let (comm, rows, columns) = (tour.comm, tour.rows.clone(), tour.columns.clone());
    let x = model(&rows, layers);

    // Weights that fall off towards the sides.
    let weights = model(&rows, |[_, column]| (column / 47.0 * std::f64::consts::PI).sin());
    tour.show("Diagonal", &Diagonal::of(&weights)?, &x)?;
    tour.show("Identity", &Identity.on(&rows), &x)?;
    tour.show("Zero", &Zero::to(&rows).on::<f64, f64>(&rows)?, &x)?;

    // Every fifth trace and a few more; the adjoint leaves zeros between them.
    let chosen: Vec<_> = (0..SHAPE[1]).filter(|k| k % 5 == 0 || (20..26).contains(k)).collect();
    tour.show("Restriction", &Restriction::new(&chosen).along(1).on(&rows)?, &x)?;

    // Traces at places between the model's; the adjoint spreads each over its neighbours.
    let places: Vec<_> = (0..24).map(|k| 47.0 * (k as f64 / 23.0).powf(1.5)).collect();
    tour.show("Interp", &Interp::cubic_spline(&places).along(1).on(&rows)?, &x)?;
    tour.show("Flip", &Flip::along(0).on(&rows)?, &x)?;
    tour.show("Roll", &Roll::by(16).along(0).on(&rows)?, &x)?;
    tour.show("Pad", &Pad::new(&[(8, 8), (4, 12)]).on(&rows)?, &x)?;
    tour.show("Symmetrize", &Symmetrize::along(1).on(&rows)?, &x)?;
    tour.show("TransposeAxes", &TransposeAxes::new(&[1, 0]).on(&rows)?, &x)?;
    tour.show("Redistribute", &Redistribute::to(&columns).on(&rows)?, &x)?;

    // Each rank's rows with four of its neighbours': the more ranks, the more rows.
    tour.show("Halo", &Halo::new(&[4, 0]).on(&rows)?, &x)?;

    // Four windows that overlap, dealt out to the ranks. The adjoint adds them; `Fold` takes means where they overlap.
    let window = |k: usize| Chunk::from((16 * k).saturating_sub(4)..(16 * k + 20).min(SHAPE[0]));
    let of_rank = |rank: usize| (0..4).filter(move |k| k * comm.size() / 4 == rank).map(window).collect::<Vec<_>>();
    let windows: Vec<_> = (0..comm.size()).map(of_rank).collect();
    let windows = Layout::chunked(comm, &SHAPE, &windows, Mode::Replica)?;
    let spread = Spread::to(&windows).on(&rows)?;
    let discs = model(&rows, discs);
    tour.show("Spread", &spread, &discs)?;
    let fold = Fold::of(&windows).overlaps(Overlaps::Mean).on(&rows)?;
    tour.show("Fold", &fold, &(&spread * &discs))
}
