//! Colour maps, computed: lightness is exact and nothing is tabulated.

use std::sync::OnceLock;

/// Red, green, blue of sRGB.
pub(super) type Rgb = [u8; 3];

/// How values become colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Palette {
    /// Dark violet through green to yellow, for models: equal steps of value are equal steps of
    /// perceived lightness, so no edge is made up and a print in gray still reads right.
    ///
    /// After the idea of *viridis* (Smith and van der Walt, 2015), in the colour space OKLab
    /// (Ottosson, 2020).
    #[default]
    Perceptual,
    /// Blue, white, red for data and differences; unless limits are given, they are symmetric
    /// about 0, which is white. Equally light on both sides.
    Seismic,
    /// Black to white.
    Gray,
}

impl Palette {
    /// The colour of `at` in [0, 1]; what is beyond is clamped, what is no number is
    /// [`missing`](Self::missing).
    pub(super) fn colour(self, at: f64) -> Rgb {
        static TABLES: [OnceLock<Vec<Rgb>>; 3] = [const { OnceLock::new() }; 3];
        if at.is_nan() {
            return self.missing();
        }
        let table = TABLES[self as usize].get_or_init(|| {
            (0..STEPS).map(|i| oklab_to_srgb(interpolate(self.stops(), i as f64 / (STEPS - 1) as f64))).collect()
        });
        table[(at.clamp(0.0, 1.0) * (STEPS - 1) as f64).round() as usize]
    }

    /// The colour of what is no number: neutral, and not on the map.
    pub(super) fn missing(self) -> Rgb {
        match self {
            Self::Perceptual | Self::Seismic => [188, 188, 188],
            Self::Gray => [222, 205, 178],
        }
    }

    /// Lightness, chroma and hue (degrees) at equal steps from 0 to 1.
    fn stops(self) -> &'static [[f64; 3]] {
        match self {
            Self::Perceptual => &[
                [0.280, 0.130, 315.0],
                [0.442, 0.125, 270.0],
                [0.604, 0.105, 195.0],
                [0.766, 0.170, 143.0],
                [0.928, 0.190, 106.0],
            ],
            Self::Seismic => &[
                [0.330, 0.140, 264.0],
                [0.560, 0.190, 262.0],
                [0.800, 0.100, 255.0],
                [0.985, 0.000, 255.0],
                [0.800, 0.100, 22.0],
                [0.560, 0.190, 25.0],
                [0.330, 0.120, 27.0],
            ],
            Self::Gray => &[[0.0, 0.0, 0.0], [1.0, 0.0, 0.0]],
        }
    }
}

/// Steps of a map: more than eight bits a channel can tell apart.
const STEPS: usize = 1025;

/// The OKLab colour at `at` between stops given as lightness, chroma, hue.
fn interpolate(stops: &[[f64; 3]], at: f64) -> [f64; 3] {
    let x = at * (stops.len() - 1) as f64;
    let i = (x as usize).min(stops.len() - 2);
    let lab = |[l, c, h]: [f64; 3]| [l, c * h.to_radians().cos(), c * h.to_radians().sin()];
    let (a, b) = (lab(stops[i]), lab(stops[i + 1]));
    std::array::from_fn(|k| a[k] + (b[k] - a[k]) * (x - i as f64))
}

/// OKLab to sRGB, clipped. Ottosson, "A perceptual color space for image processing" (2020).
pub(super) fn oklab_to_srgb([l, a, b]: [f64; 3]) -> Rgb {
    let cone = |x: f64| x * x * x;
    let long = cone(l + 0.3963377774 * a + 0.2158037573 * b);
    let medium = cone(l - 0.1055613458 * a - 0.0638541728 * b);
    let short = cone(l - 0.0894841775 * a - 1.2914855480 * b);
    let linear = [
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    ];
    linear.map(|x| {
        let gamma = if x <= 0.0031308 { 12.92 * x } else { 1.055 * x.powf(1.0 / 2.4) - 0.055 };
        (gamma.clamp(0.0, 1.0) * 255.0).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_and_middles() {
        assert_eq!((Palette::Gray.colour(0.0), Palette::Gray.colour(1.0)), ([0; 3], [255; 3]));
        let [red, green, blue] = Palette::Seismic.colour(0.5);
        assert!(red == green && green == blue && red > 245);
        let ([r0, _, b0], [r1, _, b1]) = (Palette::Seismic.colour(0.2), Palette::Seismic.colour(0.8));
        assert!(b0 > r0 + 80 && r1 > b1 + 80);
        let ([r0, g0, _], [r1, g1, b1]) = (Palette::Perceptual.colour(0.0), Palette::Perceptual.colour(1.0));
        assert!(r0 < 90 && g0 < 30 && r1 > 220 && g1 > 220 && b1 < 80);
        assert_eq!(Palette::Gray.colour(-3.0), [0; 3]);
        assert_eq!(Palette::Gray.colour(f64::INFINITY), [255; 3]);
        assert_eq!(Palette::Seismic.colour(f64::NAN), Palette::Seismic.missing());
    }

    #[test]
    fn the_perceptual_map_grows_lighter_all_the_way() {
        let luminance = |[r, g, b]: Rgb| {
            let linear = |x: u8| (f64::from(x) / 255.0).powf(2.2);
            0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
        };
        let steps: Vec<f64> = (0..=64).map(|i| luminance(Palette::Perceptual.colour(f64::from(i) / 64.0))).collect();
        assert!(steps.windows(2).all(|w| w[1] > w[0]), "{steps:?}");
    }
}
