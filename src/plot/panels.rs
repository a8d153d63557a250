//! Several sections in one picture.

use super::canvas::{Area, Canvas, MOST};
use super::section::Section;
use super::sharing::Sharing;
use super::source::Image;
use super::together::Together;
use crate::error::{Error, ErrorKind, Result};
use std::path::Path;

/// Sections in a grid, row by row, each with its own axes and colour bar.
///
/// # Example
/// ```
/// use lops::plot::{Palette, Panels, Section};
/// use lops::prelude::*;
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[60, 80], 1)?;
///     let model = DistArray::from_fn(&layout, |i| (i[0] as f64 / 9.0 + (i[1] as f64 / 20.0).sin()).floor());
///     let smooth = DistArray::from_fn(&layout, |i| i[0] as f64 / 9.0);
///     let difference = &model - &smooth;
///     Panels::new(2)
///         .shared_limits()
///         .panel(Section::of(&model).title("Model"))
///         .panel(Section::of(&smooth).title("Background"))
///         .panel(Section::of(&difference).title("Difference").palette(Palette::Seismic))
///         .save(std::env::temp_dir().join("lops-doc-panels.png"))
/// })
/// .unwrap();
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Panels<'a> {
    sections: Vec<Section<'a>>,
    columns: usize,
    sharing: Sharing,
    panel: (usize, usize),
}

impl<'a> Panels<'a> {
    /// An empty picture with this many panels side by side, each 520 × 400 pixels.
    pub fn new(columns: usize) -> Self {
        Self { sections: Vec::new(), columns, sharing: Sharing::None, panel: (520, 400) }
    }

    /// One more section: to the right of the last, or first in the next row. Its own size does
    /// not matter here.
    pub fn panel(mut self, section: Section<'a>) -> Self {
        self.sections.push(section);
        self
    }

    /// Gives all sections of one palette the same colour limits, from the least to the greatest of
    /// their values together, but for those with limits or percentiles of their own.
    pub fn shared_limits(mut self) -> Self {
        self.sharing = Sharing::Alike;
        self
    }

    /// Gives all sections of the first one's palette its colour limits, whether it was given some or has its own, but for
    /// those with limits or percentiles of their own: what is compared with the truth is seen in its colours.
    pub fn limits_of_first(mut self) -> Self {
        self.sharing = Sharing::First;
        self
    }

    /// The size of each panel in pixels.
    pub fn panel_size(mut self, width: usize, height: usize) -> Self {
        self.panel = (width, height);
        self
    }

    /// Writes the picture as PNG, whole or not at all. Where there is a section of an array of all ranks, all call it, with the same
    /// sections, and rank 0 writes; views are those of rank 0 then.
    ///
    /// # Communication
    /// That of [`Section::save`] for each section of an array of all ranks, with all-reduces but once.
    ///
    /// # Errors
    /// As [`Section::save`]; also [`ErrorKind::Shape`] if there are no sections or no columns, [`ErrorKind::Communicator`] if sections
    /// are of different ranks.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        if self.sections.is_empty() || self.columns == 0 {
            let found = format!("{} in {} columns", self.sections.len(), self.columns);
            return Err(Error::expected(
                ErrorKind::Shape,
                "sections of the panels",
                "at least one in one column",
                found,
            ));
        }
        let words: Vec<_> = self.sections.iter().map(Section::words).collect();
        let told = format_args!("{} in panels of {:?} pixels", words.join(", "), self.panel);
        let together = Together::begin(self.sections.iter().map(Section::layout), told)?;
        let images = self.sections.iter().map(|section| section.image(self.panel)).collect::<Result<Vec<_>>>()?;
        together.write(path.as_ref(), || self.drawn(&images.iter().flatten().collect::<Vec<_>>()))
    }

    fn drawn(&self, images: &[&Image<'_>]) -> Result<Canvas> {
        let limits = self.sharing.limits(&self.sections, images)?;
        let all = || self.sections.iter().zip(images).zip(&limits);
        let (mut width, mut height) = self.panel;
        if width.max(height) <= MOST as usize {
            let mut spare = (width, height);
            for ((section, image), limits) in all() {
                let (right, below) = section.looks().spare(image, self.panel, *limits)?;
                spare = (spare.0.min(right), spare.1.min(below));
            }
            (width, height) = (width - spare.0, height - spare.1);
        }
        let columns = self.columns.min(self.sections.len());
        let rows = self.sections.len().div_ceil(columns);
        let mut canvas = Canvas::new(columns.saturating_mul(width), rows.saturating_mul(height))?;
        for (i, ((section, image), limits)) in all().enumerate() {
            let cell = Area { x: i % columns * width, y: i / columns * height, width, height };
            section.looks().draw(&mut canvas, cell, image, *limits)?;
        }
        Ok(canvas)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    #[test]
    fn the_grid_has_room_for_all() {
        let folder = crate::io::tests::folder();
        let path = folder.path().join("grid.png");
        let a = Array2::from_shape_fn((5, 4), |(i, j)| (i * j) as f64);
        let mut panels = Panels::new(3).panel_size(300, 200);
        for (count, size) in [(1, (300, 200)), (2, (600, 200)), (3, (900, 200)), (4, (900, 400))] {
            panels = panels.panel(Section::new(a.view()).title(format!("panel {count}")));
            panels.save(&path).unwrap();
            let png = tiny_skia::Pixmap::load_png(&path).unwrap();
            assert_eq!((png.width(), png.height()), size);
        }
    }

    #[test]
    fn nothing_to_draw_is_refused() {
        let a = array![[1.0]];
        assert_eq!(Panels::new(2).save("never.png").unwrap_err().kind(), ErrorKind::Shape);
        let none = Panels::new(0).panel(Section::new(a.view())).save("never.png");
        assert_eq!(none.unwrap_err().kind(), ErrorKind::Shape);
    }
}
