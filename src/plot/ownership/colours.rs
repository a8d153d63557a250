//! A colour for each rank, and what cells of several ranks look like.

use super::super::canvas::INK;
use super::super::palette::{Rgb, oklab_to_srgb};

/// The width of a stripe in pixels.
const STRIPE: usize = 6;
/// More holders than this are one neutral colour.
const MOST_STRIPES: usize = 4;
/// What nobody holds.
const NOBODY: [Rgb; 2] = [[255; 3], [214; 3]];
/// What every rank holds, and what more chunks hold than can be told apart.
const ALL: Rgb = [204, 208, 214];
const MANY: Rgb = [158, 160, 166];

/// The colour of a rank: hues a golden angle apart, so that ranks with near numbers differ most, in three
/// lightnesses, so that they differ in gray too.
pub(super) fn rank_colour(rank: usize) -> Rgb {
    let golden = 137.507_764_050_037_85;
    let hue = (250.0 + golden * rank as f64).to_radians();
    let (lightness, chroma) = [(0.66, 0.13), (0.82, 0.12), (0.74, 0.14)][rank % 3];
    oklab_to_srgb([lightness, chroma * hue.cos(), chroma * hue.sin()])
}

/// What a cell looks like.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fill {
    /// No chunk covers it.
    Nobody,
    /// One chunk of a rank.
    Rank(usize),
    /// A few chunks: a stripe for each, those of a rank's further chunks darker.
    Stripes { ranks: Vec<usize>, colours: Vec<Rgb> },
    /// One chunk of each of three ranks or more.
    All,
    /// More chunks than stripes could show: their number.
    Many(usize),
}

impl Fill {
    /// Of a cell in chunks of these ranks, in rank order.
    pub(super) fn of(holders: &[usize], ranks: usize) -> Self {
        match holders {
            [] => Self::Nobody,
            [rank] => Self::Rank(*rank),
            all if all.len() == ranks && ranks > 2 && all.windows(2).all(|pair| pair[0] < pair[1]) => Self::All,
            many if many.len() > MOST_STRIPES => Self::Many(many.len()),
            few => {
                let again = |k: usize| few[..k].iter().filter(|&&rank| rank == few[k]).count();
                let darker =
                    |k: usize| rank_colour(few[k]).map(|c| (f64::from(c) * 0.72_f64.powi(again(k) as i32)) as u8);
                Self::Stripes { ranks: few.to_vec(), colours: (0..few.len()).map(darker).collect() }
            }
        }
    }

    /// The colour at a place on the sheet: stripes run across all cells alike.
    pub(super) fn colour(&self, (x, y): (usize, usize)) -> Rgb {
        match self {
            Self::Nobody => NOBODY[usize::from((x + y) % (2 * STRIPE) == 0)],
            Self::Rank(rank) => rank_colour(*rank),
            Self::Stripes { colours, .. } => colours[(x + y) / STRIPE % colours.len()],
            Self::All => ALL,
            Self::Many(_) => MANY,
        }
    }

    /// The colour in which words on it are read best.
    pub(super) fn ink(&self) -> Rgb {
        let below = match self {
            Self::Nobody => NOBODY[0],
            Self::Rank(rank) => rank_colour(*rank),
            Self::Stripes { colours, .. } => {
                let mut mix = Mix::default();
                for &colour in colours {
                    mix.add(colour, 1.0 / colours.len() as f64);
                }
                mix.colour()
            }
            Self::All => ALL,
            Self::Many(_) => MANY,
        };
        // Contrast as WCAG 2 defines it: (lighter + 0.05) / (darker + 0.05) of luminances.
        let dark = (luminance(below) + 0.05) / (luminance(INK) + 0.05);
        let light = 1.05 / (luminance(below) + 0.05);
        if dark >= light { INK } else { [255; 3] }
    }
}

fn luminance(colour: Rgb) -> f64 {
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The light of a channel of sRGB, 0 to 1.
fn linear(channel: u8) -> f64 {
    let x = f64::from(channel) / 255.0;
    if x <= 0.04045 { x / 12.92 } else { ((x + 0.055) / 1.055).powf(2.4) }
}

/// Colours mixed as light is, by weights that add up to 1.
#[derive(Default)]
pub(super) struct Mix([f64; 3]);

impl Mix {
    pub(super) fn add(&mut self, colour: Rgb, weight: f64) {
        for (sum, channel) in self.0.iter_mut().zip(colour) {
            *sum += weight * linear(channel);
        }
    }

    pub(super) fn colour(&self) -> Rgb {
        self.0.map(|x| {
            let gamma = if x <= 0.003_130_8 { 12.92 * x } else { 1.055 * x.powf(1.0 / 2.4) - 0.055 };
            (gamma.clamp(0.0, 1.0) * 255.0).round() as u8
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_can_be_told_apart() {
        let apart =
            |a: Rgb, b: Rgb| a.iter().zip(b).map(|(&a, b)| f64::from(a.abs_diff(b)).powi(2)).sum::<f64>().sqrt();
        for a in 0..16 {
            for b in 0..a {
                let distance = apart(rank_colour(a), rank_colour(b));
                assert!(distance > 18.0, "ranks {a} and {b}: {distance}");
                assert!(a - b > 2 || distance > 60.0, "neighbours {a} and {b}: {distance}");
            }
            assert!(luminance(rank_colour(a)) > 0.15, "words are dark on rank {a}");
        }
    }

    #[test]
    fn mixing_keeps_what_is_alike_and_evens_what_is_not() {
        for colour in [[0, 128, 255], [7, 1, 200]] {
            let mut mix = Mix::default();
            (0..4).for_each(|_| mix.add(colour, 0.25));
            assert_eq!(mix.colour(), colour);
        }
        let mut mix = Mix::default();
        mix.add([0; 3], 0.5);
        mix.add([255; 3], 0.5);
        assert_eq!(mix.colour(), [188; 3]); // half the light
    }

    #[test]
    fn a_fill_says_how_many_hold_a_cell() {
        assert_eq!(Fill::of(&[], 3), Fill::Nobody);
        assert_eq!(Fill::of(&[2], 3), Fill::Rank(2));
        let Fill::Stripes { colours, .. } = Fill::of(&[1, 1, 2], 3) else { panic!("stripes") };
        assert_eq!((colours[0], colours[2]), (rank_colour(1), rank_colour(2)));
        assert!(luminance(colours[1]) < luminance(colours[0]));
        assert_eq!(Fill::of(&[0, 1, 2], 3), Fill::All);
        assert_eq!(Fill::of(&[0, 1, 2, 3, 3], 5), Fill::Many(5));
        assert_eq!(Fill::Rank(0).ink(), INK);
    }
}
