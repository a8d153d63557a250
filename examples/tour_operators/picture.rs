//! The model, what the operator makes of it, and what the adjoint makes of that, side by side.

use crate::tour::SHAPE;
use lops::library::{Index, Pad};
use lops::plot::{Palette, Panels, Section};
use lops::prelude::{DistArray, Layout, Real, Result, Scalar};
use std::path::Path;

/// Images of an array, or of a stack's members, each with the palette that it is drawn in.
pub(crate) struct Images(Vec<(DistArray<f64>, Palette)>);

impl Images {
    /// Values or, of complex numbers, moduli; in blue and red about 0 where there are values of both signs. All ranks call it.
    pub(crate) fn of<T: Scalar>(array: &DistArray<T>) -> Result<Self> {
        let value = |value: T| {
            let (re, im) = (value.re().to_f64(), value.im().to_f64());
            if T::IS_COMPLEX { re.hypot(im) } else { re }
        };
        let image = |k: usize| {
            let values = array.member(k).map(value);
            let is_signed = values.map(|value| value < 0.0).any();
            Ok((plane(&values)?, if is_signed { Palette::Seismic } else { Palette::Perceptual }))
        };
        (0..array.member_count()).map(image).collect::<Result<_>>().map(Self)
    }
}

/// Two axes: those of length 1 are left out, and a flat array is folded into rows of a model's columns.
fn plane(values: &DistArray<f64>) -> Result<DistArray<f64>> {
    let shape = values.shape();
    if shape.iter().filter(|&&n| n != 1).count() == 2 {
        let index: Vec<_> = shape.iter().map(|&n| if n == 1 { Index::from(0) } else { Index::from(..) }).collect();
        return values.slice(&index);
    }
    let (comm, n, columns) = (values.comm(), values.size(), SHAPE[1]);
    let rows = n.div_ceil(columns);
    let flat = values.distribute_as(&Layout::scatter(comm, &[n], 0)?)?;
    let whole_rows = flat.pad(&[(0, rows * columns - n)], Pad::Constant(f64::NAN))?;
    whole_rows.distribute_as(&Layout::scatter(comm, &[rows, columns], 0)?)
}

/// Draws them. All ranks call it.
pub(crate) fn draw(name: &str, images: [Images; 3], path: &Path) -> Result<()> {
    let titles = ["x", "A x", "Aᴴ A x"];
    let titled = images.iter().zip(titles).flat_map(|(images, title)| {
        let count = images.0.len();
        let number = move |k: usize| if count > 1 { format!(", {} of {count}", k + 1) } else { String::new() };
        images.0.iter().enumerate().map(move |(k, image)| (format!("{name}: {title}{}", number(k)), image))
    });
    let sections: Vec<_> =
        titled.map(|(title, (values, palette))| Section::of(values).title(title).palette(*palette)).collect();
    let width = if sections.len() > 4 { 340 } else { 420 };
    let panels = Panels::new(sections.len()).panel_size(width, width + 40);
    sections.into_iter().fold(panels, Panels::panel).save(path)
}
