//! Slices through the volume, and maps of what is known of its traces.

use crate::Statistics;
use lops::plot::{Palette, Panels, Section, Slices};
use lops::prelude::*;
use std::path::Path;

/// Draws slices at a quarter, two thirds and half of the axes, before and after averaging, the three of the volume where they meet, and
/// the statistics. Rank 0 gets what is shown, and draws.
pub(crate) fn draw(
    volume: &DistArray<f32>,
    smooth: &DistArray<f32>,
    statistics: &Statistics,
    folder: &Path,
) -> Result<()> {
    let shape = volume.shape();
    let at = [shape[0] / 4, 2 * shape[1] / 3, shape[2] / 2];
    let mut panels = Panels::new(3).panel_size(420, 360).shared_limits();
    for (name, array) in [("volume", volume), ("averages", smooth)] {
        // What is fixed, and what runs across and down.
        for (axis, letter, axes) in [(0, "i", ["j", "k"]), (1, "j", ["i", "k"]), (2, "k", ["i", "j"])] {
            let title = format!("{name}, {letter} = {}", at[axis]);
            panels = panels.panel(section(Section::of(array).slice(axis, at[axis]), &title, axes));
        }
    }
    panels.save(folder.join("slices.png"))?;
    let meeting = Slices::of(volume).at(at).title("Where the slices meet").bar("amplitude");
    let labelled = ["i", "j", "k"]
        .into_iter()
        .enumerate()
        .fold(meeting, |slices, (axis, letter)| slices.axis(axis, letter, 0.0, (shape[axis].max(2) - 1) as f64));
    labelled.save(folder.join("volume.png"))?;
    let mut panels = Panels::new(3).panel_size(420, 360);
    for (name, field) in &statistics.fields {
        panels = panels.panel(section(Section::of(field), name, ["i", "j"]));
    }
    panels.save(folder.join("statistics.png"))
}

/// The last axis of a plane down.
fn section<'a>(plane: Section<'a>, title: &str, [across, down]: [&str; 2]) -> Section<'a> {
    plane.transposed().title(title).labels(down, across).bar("amplitude").palette(Palette::Perceptual)
}
