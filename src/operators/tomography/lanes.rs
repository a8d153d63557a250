//! Kernels on strips of eight lines of pixels.
//!
//! Lines are rows or columns, ray by ray those that it crosses at a slope of at most 1: in each of them it goes through one or two pixels.
//! In a strip, line ℓ is shifted by ⌊slope ℓ⌋ pixels; then all eight pieces of a ray begin in one column of the strip or the next one, and three
//! columns have all that it meets. So eight lines are worked on at once, side by side in memory.

use crate::numbers::Real;
use multiversion::multiversion;
use std::ops::Range;

/// Lines of a strip.
pub(super) const LANES: usize = 8;

const TWO_TO_52: f64 = 4_503_599_627_370_496.0;

/// A pixel of each line.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Lanes<R>(pub(super) [R; LANES]);

impl<R: Real> Lanes<R> {
    pub(super) fn zero() -> Self {
        Self([R::zero(); LANES])
    }

    pub(super) fn sum(&self) -> R {
        self.0.iter().fold(R::zero(), |sum, &value| sum + value)
    }
}

/// Where each line of a strip lies in an image.
pub(super) struct Place {
    /// Of the first pixel of line 0.
    pub(super) start: usize,
    /// To the next pixel of a line, and to the next line.
    pub(super) strides: [usize; 2],
    /// Pixels of a line.
    pub(super) len: usize,
    /// Lines: the last strip may have less than [`LANES`].
    pub(super) lines: usize,
    /// The column of the strip that has the first pixel of each line.
    pub(super) columns: [usize; LANES],
}

impl Place {
    /// The columns among these in which all lines have pixels.
    fn common(&self, among: &Range<usize>) -> Range<usize> {
        let (least, most) = self.ends();
        let end = if self.lines == LANES { among.end.min(least + self.len) } else { 0 };
        let start = among.start.max(most);
        start..end.max(start)
    }

    /// The pixels that some line has in these columns.
    fn pixels(&self, columns: &Range<usize>) -> Range<usize> {
        let (least, most) = self.ends();
        let end = columns.end.saturating_sub(least).min(self.len);
        columns.start.saturating_sub(most).min(end)..end
    }

    /// The first and the last column in which a line begins.
    fn ends(&self) -> (usize, usize) {
        self.columns.iter().fold((usize::MAX, 0), |(least, most), &column| (least.min(column), most.max(column)))
    }
}

/// Of rays the columns in which their pieces in a strip begin, with `lowest` that of column 0, and from there to the column's end
/// in lengths of a piece. Rays beside the strip get the columns at its ends, in which there is nothing. The columns that the others meet, three of
/// each, if there are some.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(super) fn places<R: Real>(
    [line, lowest, highest]: [f64; 3],
    first: &[f64],
    slopes: &[f64],
    inverses: &[R],
    columns: &mut [u32],
    rests: &mut [R],
) -> Option<Range<usize>> {
    let last = (highest - lowest) as u32;
    let (mut least, mut most) = (last, 0);
    let rays = first.iter().zip(slopes).zip(inverses).zip(columns).zip(rests);
    for ((((&first, &slope), &inverse), column), rest) in rays {
        let begin = first + slope * line;
        let whole = begin.floor();
        *rest = R::from_f64(1.0 - (begin - whole)) * inverse;
        // The last bits of a whole number and 2⁵² are its own: a conversion that every processor makes of many at once.
        let place = (whole.max(lowest).min(highest) - lowest + TWO_TO_52).to_bits() as u32;
        *column = place;
        least = least.min(if place > 0 { place } else { last });
        most = most.max(if place < last { place } else { 0 });
    }
    (least < last).then_some(least as usize..most as usize + 3)
}

/// What is the same for all rays of a slope: `shift/|slope| − ℓ` with the slope's sign, and how much more than a piece a pixel is.
#[derive(Clone, Copy)]
struct Slope<R> {
    offsets: [R; LANES],
    more: R,
}

impl<R: Real> Slope<R> {
    #[inline(always)]
    fn new(shifts: &[R; LANES], inverse: R) -> Self {
        let falls = shifts[1] < R::zero();
        let offset = |line: usize| {
            let line_number = R::from_f64(if falls { -(line as f64) } else { line as f64 });
            shifts[line] * inverse - line_number
        };
        Self { offsets: std::array::from_fn(offset), more: R::one() - inverse }
    }

    /// The parts of a ray's pieces in three columns.
    #[inline(always)]
    fn weights(&self, rest: R) -> [[R; LANES]; 3] {
        let (zero, one) = (R::zero(), R::one());
        let mut weights = [[zero; LANES]; 3];
        for (line, &offset) in self.offsets.iter().enumerate() {
            let within = offset + rest; // the part before the end of the first column, below 0 and above 1 too
            let first = if within > zero { within } else { zero };
            let first = if first < one { first } else { one };
            let third = self.more - within;
            let third = if third > zero { third } else { zero };
            weights[0][line] = first;
            weights[1][line] = (one - first) - third;
            weights[2][line] = third;
        }
        weights
    }
}

/// Adds to the sums of a ray what it meets in a strip.
#[inline(always)]
fn project_ray<R: Real>(strip: &[Lanes<R>], slope: &Slope<R>, rest: R, column: u32, sums: &mut Lanes<R>) {
    let (pixels, weights) = (&strip[column as usize..][..3], slope.weights(rest));
    for (line, sum) in sums.0.iter_mut().enumerate() {
        *sum += weights[0][line] * pixels[0].0[line]
            + weights[1][line] * pixels[1].0[line]
            + weights[2][line] * pixels[2].0[line];
    }
}

/// Adds to a strip what a ray spreads over it.
#[inline(always)]
fn spread_ray<R: Real>(strip: &mut [Lanes<R>], slope: &Slope<R>, rest: R, column: u32, value: R) {
    let weights = slope.weights(rest);
    for (pixel, weights) in strip[column as usize..][..3].iter_mut().zip(&weights) {
        for (pixel, &weight) in pixel.0.iter_mut().zip(weights) {
            *pixel += weight * value;
        }
    }
}

/// Adds to the sums of rays what they meet in a strip. `one_slope`: all of them have that of the first.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(super) fn project<R: Real>(
    strip: &[Lanes<R>],
    shifts: &[R; LANES],
    one_slope: bool,
    [inverses, rests]: [&[R]; 2],
    columns: &[u32],
    sums: &mut [Lanes<R>],
) {
    let rays = rests.iter().zip(columns).zip(sums);
    if one_slope {
        let slope = Slope::new(shifts, inverses[0]);
        for ((&rest, &column), sums) in rays {
            project_ray(strip, &slope, rest, column, sums);
        }
    } else {
        for (((&rest, &column), sums), &inverse) in rays.zip(inverses) {
            project_ray(strip, &Slope::new(shifts, inverse), rest, column, sums);
        }
    }
}

/// Adds to a strip what rays spread over it.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(super) fn spread<R: Real>(
    strip: &mut [Lanes<R>],
    shifts: &[R; LANES],
    one_slope: bool,
    [inverses, rests, values]: [&[R]; 3],
    columns: &[u32],
) {
    // Neighbours write to the same columns and wait for one another: by turns with those of the other half none does.
    let half = columns.len() / 2;
    let slope = Slope::new(shifts, inverses[0]);
    for turn in 0..columns.len() {
        let ray = if turn < 2 * half { turn / 2 + turn % 2 * half } else { turn };
        if one_slope {
            spread_ray(strip, &slope, rests[ray], columns[ray], values[ray]);
        } else {
            spread_ray(strip, &Slope::new(shifts, inverses[ray]), rests[ray], columns[ray], values[ray]);
        }
    }
}

/// These columns of a strip of an image.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(super) fn pack<R: Real>(image: &[R], place: &Place, columns: Range<usize>, strip: &mut [Lanes<R>]) {
    let common = place.common(&columns);
    let behind = common.end.min(columns.end)..columns.end;
    for side in [columns.start..common.start.min(columns.end), behind] {
        strip[side.clone()].fill(Lanes::zero());
        for (line, &column) in place.columns.iter().enumerate().take(place.lines) {
            for pixel in side.start.saturating_sub(column)..side.end.saturating_sub(column).min(place.len) {
                strip[column + pixel].0[line] = image[place.start + pixel * place.strides[0] + line * place.strides[1]];
            }
        }
    }
    if common.is_empty() {
        return;
    }
    let (count, [stride, next]) = (common.len(), place.strides);
    let start = |line: usize| place.start + (common.start - place.columns[line]) * stride + line * next;
    let lines: [usize; LANES] = std::array::from_fn(start);
    if stride == 1 {
        let lines = lines.map(|start| &image[start..][..count]);
        for (column, lanes) in strip[common].iter_mut().enumerate() {
            lanes.0.iter_mut().zip(&lines).for_each(|(value, line)| *value = line[column]);
        }
    } else {
        let lines = lines.map(|start| &image[start..]);
        for (column, lanes) in strip[common].iter_mut().enumerate() {
            lanes.0.iter_mut().zip(&lines).for_each(|(value, line)| *value = line[column * stride]);
        }
    }
}

/// Zeros in these columns, and in those where lines have the same pixels.
pub(super) fn clear<R: Real>(place: &Place, columns: &Range<usize>, strip: &mut [Lanes<R>]) {
    let (least, most) = place.ends();
    let end = (columns.end + most - least).min(strip.len());
    strip[columns.start.saturating_sub(most - least)..end].fill(Lanes::zero());
}

/// Adds these columns of a strip to an image; around them there are zeros.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(super) fn unpack<R: Real>(strip: &[Lanes<R>], place: &Place, columns: &Range<usize>, image: &mut [R]) {
    let (pixels, [stride, next]) = (place.pixels(columns), place.strides);
    let lines = place.columns.map(|column| &strip[column + pixels.start..][..pixels.len()]);
    let start = place.start + pixels.start * stride;
    if stride == 1 {
        for (line, lanes) in lines.iter().take(place.lines).enumerate() {
            let row = image[start + line * next..].iter_mut().zip(*lanes);
            row.for_each(|(pixel, lanes)| *pixel += lanes.0[line]);
        }
    } else {
        for pixel in 0..pixels.len() {
            let across = &mut image[start + pixel * stride..];
            for (line, lanes) in lines.iter().take(place.lines).enumerate() {
                across[line * next] += lanes[pixel].0[line];
            }
        }
    }
}
