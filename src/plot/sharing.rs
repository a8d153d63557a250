//! Colour limits of sections that are looked at together.

use super::limits::Limits;
use super::section::Section;
use super::source::Image;
use crate::error::Result;

/// Whose limits sections have that were given none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) enum Sharing {
    /// Each its own.
    #[default]
    None,
    /// Those of one palette the same, from the least to the greatest of their values.
    Alike,
    /// Those of the first section's palette the first section's, given or not.
    First,
}

impl Sharing {
    /// The limits of each section. Of none there are none.
    pub(super) fn limits(self, sections: &[Section<'_>], images: &[&Image<'_>]) -> Result<Vec<(f64, f64)>> {
        let all = || sections.iter().zip(images);
        let palette = |section: &Section<'_>| section.looks().palette;
        let limits = |(section, image): (&Section<'_>, &&Image<'_>)| {
            if self == Self::None || !section.has_open_limits() {
                return section.own_limits(image);
            }
            match sections.first().zip(images.first()) {
                Some((first, image)) if self == Self::First && palette(first) == palette(section) => {
                    first.own_limits(image)
                }
                _ if self == Self::First => section.own_limits(image),
                _ => {
                    let alike =
                        all().filter(|(other, _)| other.has_open_limits() && palette(other) == palette(section));
                    Ok(Limits::Data.resolve(&alike.map(|(_, image)| *image).collect::<Vec<_>>(), palette(section)))
                }
            }
        };
        all().map(limits).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plot::Palette;
    use ndarray::array;

    #[test]
    fn limits_are_shared_by_those_alike() {
        let (a, b, c) = (array![[0.0, 1.0]], array![[5.0, 2.0]], array![[-9.0, 3.0]]);
        let images = [&a, &b, &c, &b].map(Image::of);
        let images: Vec<_> = images.iter().collect();
        let sections = [&a, &b, &c, &b].map(|a| Section::new(a.view()));
        let [first, second, third, fourth] = sections;
        let sections = [first, second, third.palette(Palette::Seismic), fourth.limits(2.0, 3.0)];
        let limits = |sharing: Sharing| sharing.limits(&sections, &images).unwrap();
        assert_eq!(limits(Sharing::None), [(0.0, 1.0), (2.0, 5.0), (-9.0, 9.0), (2.0, 3.0)]);
        assert_eq!(limits(Sharing::Alike), [(0.0, 5.0), (0.0, 5.0), (-9.0, 9.0), (2.0, 3.0)]);
        assert_eq!(limits(Sharing::First), [(0.0, 1.0), (0.0, 1.0), (-9.0, 9.0), (2.0, 3.0)]);
    }
}
