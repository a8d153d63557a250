//! How many steps z ← z² + c takes to leave the disc of radius 2, in two ways of counting.

use lops::prelude::*;

/// The most steps that are taken.
const STEPS: u32 = 100;

/// How steps are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kernel {
    /// Steps taken while |z|² < 4: a compiled loop for each point
    Escape,
    /// The first step after which |z| > 2, from 0 on: what a masked array computes step by step
    Masked,
}

impl Kernel {
    pub(crate) const ALL: [Self; 2] = [Self::Escape, Self::Masked];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Escape => "escape",
            Self::Masked => "masked",
        }
    }

    /// The count at a point, at most 100.
    pub(crate) fn count(self, mut z: Complex<f32>, c: Complex<f32>) -> u32 {
        match self {
            Self::Escape => {
                let mut count = 0;
                while z.re * z.re + z.im * z.im < 4.0 && count < STEPS {
                    z = square(z) + c;
                    count += 1;
                }
                count
            }
            Self::Masked => {
                let escapes = |_: &u32| {
                    z = square(z) + c;
                    z.re.hypot(z.im) > 2.0
                };
                (0..STEPS).find(escapes).unwrap_or(STEPS)
            }
        }
    }
}

fn square(z: Complex<f32>) -> Complex<f32> {
    Complex::new(z.re * z.re - z.im * z.im, z.re * z.im + z.im * z.re)
}

/// Points of the plane from -1.5 to before 1.5 in both directions, n a side: the real part along axis 0.
pub(crate) fn point(index: &[usize], n: usize) -> Complex<f32> {
    let step = (3.0 / n as f64) as f32;
    let coordinate = |i: usize| -1.5 + step * i as f32;
    Complex::new(coordinate(index[0]), coordinate(index[1]))
}
