//! Slices through the volume, and maps of what is known of its traces.

use crate::Statistics;
use lops::library::Index;
use lops::ndarray::{Array2, Ix2};
use lops::plot::{Palette, Panels, Section};
use lops::prelude::*;
use std::path::Path;

/// Draws slices at a quarter, two thirds and half of the axes, before and after averaging, and the statistics.
///
/// # Communication
/// Planes are gathered on rank 0, which draws.
pub(crate) fn draw(
    volume: &DistArray<f32>,
    smooth: &DistArray<f32>,
    statistics: &Statistics,
    folder: &Path,
) -> Result<()> {
    let shape = volume.shape();
    let [i, j, k] = [shape[0] / 4, 2 * shape[1] / 3, shape[2] / 2];
    // What is drawn: its name, its index, and what runs across and down.
    let planes: [(String, Vec<Index>, [&str; 2]); 3] = [
        (format!("i = {i}"), index![i, .., ..].to_vec(), ["j", "k"]),
        (format!("j = {j}"), index![.., j, ..].to_vec(), ["i", "k"]),
        (format!("k = {k}"), index![.., .., k].to_vec(), ["i", "j"]),
    ];
    let mut slices = vec![];
    for (name, array) in [("volume", volume), ("averages", smooth)] {
        for (place, index, axes) in &planes {
            slices.push((format!("{name}, {place}"), plane(&array.slice(index)?)?, axes));
        }
    }
    let maps = statistics.fields.iter().map(|(name, field)| Ok((*name, plane(field)?))).collect::<Result<Vec<_>>>()?;
    let all = || {
        let mut panels = Panels::new(3).panel_size(420, 360).shared_limits();
        for (title, slice, axes) in &slices {
            panels = panels.panel(section(slice, title, **axes));
        }
        panels.save(folder.join("slices.png"))?;
        let mut panels = Panels::new(3).panel_size(420, 360);
        for (title, map) in &maps {
            panels = panels.panel(section(map, title, ["i", "j"]));
        }
        panels.save(folder.join("statistics.png"))
    };
    volume.comm().agree(if volume.comm().rank() == 0 { all() } else { Ok(()) })
}

/// A plane with its last axis down, on rank 0; nothing on the others.
fn plane(slice: &DistArray<f32>) -> Result<Array2<f64>> {
    let Some(plane) = slice.gather(0) else { return Ok(Array2::zeros([0, 0])) };
    let plane = plane.into_dimensionality::<Ix2>().map_err(Error::other)?;
    Ok(plane.reversed_axes().mapv(f64::from).as_standard_layout().into_owned())
}

fn section<'a>(values: &'a Array2<f64>, title: &str, [across, down]: [&str; 2]) -> Section<'a> {
    let last = |n: usize| n.saturating_sub(1) as f64;
    Section::new(values.view())
        .title(title)
        .across(across, 0.0, last(values.ncols()))
        .down(down, 0.0, last(values.nrows()))
        .bar("amplitude")
        .palette(Palette::Perceptual)
}
