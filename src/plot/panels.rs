//! Several sections in one picture.

use super::canvas::{Area, Canvas};
use super::limits::Limits;
use super::palette::Palette;
use super::section::Section;
use crate::error::{Error, ErrorKind, Result};
use std::path::Path;

/// Sections in a grid, row by row, each with its own axes and colour bar.
///
/// # Example
/// ```
/// use lops::plot::{Palette, Panels, Section};
/// use ndarray::Array2;
///
/// let model = Array2::from_shape_fn((60, 80), |(z, x)| (z as f64 / 9.0 + (x as f64 / 20.0).sin()).floor());
/// let smooth = Array2::from_shape_fn((60, 80), |(z, _)| z as f64 / 9.0);
/// let difference = &model - &smooth;
/// Panels::new(2)
///     .shared_limits()
///     .panel(Section::new(model.view()).title("Model"))
///     .panel(Section::new(smooth.view()).title("Background"))
///     .panel(Section::new(difference.view()).title("Difference").palette(Palette::Seismic))
///     .save(std::env::temp_dir().join("lops-doc-panels.png"))?;
/// # Ok::<(), lops::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Panels<'a> {
    sections: Vec<Section<'a>>,
    columns: usize,
    shared: bool,
    panel: (usize, usize),
}

impl<'a> Panels<'a> {
    /// An empty picture with this many panels side by side, each 520 × 400 pixels.
    pub fn new(columns: usize) -> Self {
        Self { sections: Vec::new(), columns, shared: false, panel: (520, 400) }
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
        self.shared = true;
        self
    }

    /// The size of each panel in pixels.
    pub fn panel_size(mut self, width: usize, height: usize) -> Self {
        self.panel = (width, height);
        self
    }

    /// Writes the picture as PNG, whole or not at all.
    ///
    /// # Errors
    /// As [`Section::save`]; also [`ErrorKind::Shape`] if there are no sections or no columns.
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
        let (width, height) = self.panel;
        let columns = self.columns.min(self.sections.len());
        let rows = self.sections.len().div_ceil(columns);
        let mut canvas = Canvas::new(columns.saturating_mul(width), rows.saturating_mul(height))?;
        for (i, section) in self.sections.iter().enumerate() {
            let cell = Area { x: i % columns * width, y: i / columns * height, width, height };
            section.draw(&mut canvas, cell, self.limits_of(section)?)?;
        }
        canvas.save(path.as_ref())
    }

    fn limits_of(&self, section: &Section<'a>) -> Result<(f64, f64)> {
        if !self.shared || !section.has_open_limits() {
            return section.own_limits();
        }
        let palette: Palette = section.palette_used();
        let alike = self.sections.iter().filter(|other| other.has_open_limits() && other.palette_used() == palette);
        let values: Vec<_> = alike.map(Section::values).collect();
        Ok(Limits::Data.resolve(&values, palette))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, array};

    #[test]
    fn limits_are_shared_by_those_alike() {
        let (a, b, c) = (array![[0.0, 1.0]], array![[5.0, 2.0]], array![[-9.0, 3.0]]);
        let sections =
            [Section::new(a.view()), Section::new(b.view()), Section::new(c.view()).palette(Palette::Seismic)];
        let [first, second, third] = sections.clone();
        let own = Panels::new(2).panel(first.clone()).panel(second.clone()).panel(third.clone());
        assert_eq!(own.limits_of(&first).unwrap(), (0.0, 1.0));
        let shared = own.shared_limits();
        assert_eq!(shared.limits_of(&first).unwrap(), (0.0, 5.0));
        assert_eq!(shared.limits_of(&second).unwrap(), (0.0, 5.0));
        assert_eq!(shared.limits_of(&third).unwrap(), (-9.0, 9.0));
        assert_eq!(shared.limits_of(&first.limits(2.0, 3.0)).unwrap(), (2.0, 3.0));
    }

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
