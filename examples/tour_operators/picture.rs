//! The model, what the operator makes of it, and what the adjoint makes of that, side by side.

use crate::tour::SHAPE;
use lops::ndarray::Array2;
use lops::plot::{Palette, Panels, Section};
use lops::prelude::*;
use std::path::Path;

/// Images of an array, or of a stack's members, as rank 0 is to draw them; none on other ranks.
pub(crate) struct Images(Vec<Array2<f64>>);

/// Values or, of complex numbers, moduli. Axes of length 1 are left out; a flat array is folded into rows of a model's columns.
impl<T: Scalar> From<&DistArray<T>> for Images {
    fn from(array: &DistArray<T>) -> Self {
        let members = (0..array.member_count()).filter_map(|k| array.member(k).gather(0));
        let image = |whole: lops::ndarray::ArrayD<T>| {
            let value = |value: &T| {
                let (re, im) = (value.re().to_f64(), value.im().to_f64());
                if T::IS_COMPLEX { re.hypot(im) } else { re }
            };
            let long: Vec<_> = whole.shape().iter().copied().filter(|&n| n != 1).collect();
            let shape = match long[..] {
                [rows, columns] => (rows, columns),
                _ => (whole.len().div_ceil(SHAPE[1]), SHAPE[1]),
            };
            let mut values: Vec<_> = whole.iter().map(value).collect();
            values.resize(shape.0 * shape.1, f64::NAN);
            Array2::from_shape_vec(shape, values).ok()
        };
        Self(members.filter_map(image).collect())
    }
}

/// Draws them on the rank that has them.
pub(crate) fn draw(name: &str, images: [Images; 3], path: &Path) -> Result<()> {
    let titles = ["x", "A x", "Aᴴ A x"];
    let titled = images.iter().zip(titles).flat_map(|(images, title)| {
        let count = images.0.len();
        let number = move |k: usize| if count > 1 { format!(", {} of {count}", k + 1) } else { String::new() };
        images.0.iter().enumerate().map(move |(k, image)| (format!("{title}{}", number(k)), image))
    });
    let sections: Vec<_> = titled.map(|(title, image)| section(format!("{name}: {title}"), image)).collect();
    if sections.is_empty() {
        return Ok(());
    }
    let width = if sections.len() > 4 { 340 } else { 420 };
    let panels = Panels::new(sections.len()).panel_size(width, width + 40);
    sections.into_iter().fold(panels, Panels::panel).save(path)
}

/// Blue and red about 0 where there are values of both signs.
fn section(title: String, values: &Array2<f64>) -> Section<'_> {
    let least = values.iter().copied().fold(f64::INFINITY, f64::min);
    let palette = if least < 0.0 { Palette::Seismic } else { Palette::Perceptual };
    Section::new(values.view()).title(title).palette(palette)
}
