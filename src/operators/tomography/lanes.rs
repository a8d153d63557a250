//! Kernels on strips of eight lines of pixels.
//!
//! Lines are rows or columns, ray by ray those that it crosses at a slope of at most 1: in each of them it goes through one or two pixels.
//! In a strip, line ℓ is shifted by ⌊slope ℓ⌋ pixels; then all eight pieces of a ray begin in one column of the strip or the next one, and three
//! columns have all that it meets. So eight lines are worked on at once, side by side in memory.

use crate::numbers::Real;
use multiversion::multiversion;

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
    /// The columns in which all lines have pixels.
    fn common(&self) -> std::ops::Range<usize> {
        let (least, most) = self.columns.iter().fold((usize::MAX, 0), |(least, most), &c| (least.min(c), most.max(c)));
        let end = if self.lines == LANES { least + self.len } else { 0 };
        most..end.max(most)
    }

    /// Where the pixel of a line in a column of the strip is.
    fn at(&self, line: usize, column: usize) -> Option<usize> {
        let pixel = column.checked_sub(self.columns[line]).filter(|&pixel| pixel < self.len && line < self.lines)?;
        Some(self.start + pixel * self.strides[0] + line * self.strides[1])
    }
}

/// Of rays the columns in which their pieces in a strip begin, with `lowest` that of column 0, and from there to the column's end
/// in lengths of a piece. Rays beside the strip get the columns at its ends, in which there is nothing.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(super) fn places<R: Real>(
    [line, lowest, highest]: [f64; 3],
    first: &[f64],
    slopes: &[f64],
    inverses: &[R],
    columns: &mut [u32],
    rests: &mut [R],
) {
    let rays = first.iter().zip(slopes).zip(inverses).zip(columns).zip(rests);
    for ((((&first, &slope), &inverse), column), rest) in rays {
        let begin = first + slope * line;
        let whole = begin.floor();
        *rest = R::from_f64(1.0 - (begin - whole)) * inverse;
        // The last bits of a whole number and 2⁵² are its own: a conversion that every processor makes of many at once.
        *column = (whole.max(lowest).min(highest) - lowest + TWO_TO_52).to_bits() as u32;
    }
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
    let add = |slope: Slope<R>, rest: R, column: u32, sum: &mut Lanes<R>| {
        let pixels = &strip[column as usize..][..3];
        let weights = slope.weights(rest);
        for (line, sum) in sum.0.iter_mut().enumerate() {
            *sum += weights[0][line] * pixels[0].0[line]
                + weights[1][line] * pixels[1].0[line]
                + weights[2][line] * pixels[2].0[line];
        }
    };
    let rays = rests.iter().zip(columns).zip(sums);
    if one_slope {
        let slope = Slope::new(shifts, inverses[0]);
        rays.for_each(|((&rest, &column), sum)| add(slope, rest, column, sum));
    } else {
        rays.zip(inverses)
            .for_each(|(((&rest, &column), sum), &inverse)| add(Slope::new(shifts, inverse), rest, column, sum));
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
    let mut add = |slope: Slope<R>, rest: R, column: u32, value: R| {
        let pixels = &mut strip[column as usize..][..3];
        let weights = slope.weights(rest);
        for (pixel, weights) in pixels.iter_mut().zip(&weights) {
            pixel.0.iter_mut().zip(weights).for_each(|(pixel, &weight)| *pixel += weight * value);
        }
    };
    // Neighbours write to the same columns and wait for one another: by turns with those of the other half none does.
    let half = columns.len() / 2;
    let slope = Slope::new(shifts, inverses[0]);
    let slope_of = |ray: usize| if one_slope { slope } else { Slope::new(shifts, inverses[ray]) };
    for ray in 0..half {
        add(slope_of(ray), rests[ray], columns[ray], values[ray]);
        add(slope_of(half + ray), rests[half + ray], columns[half + ray], values[half + ray]);
    }
    if let Some(&column) = columns.get(2 * half) {
        add(slope_of(2 * half), rests[2 * half], column, values[2 * half]);
    }
}

/// A strip of an image.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(super) fn pack<R: Real>(image: &[R], place: &Place, strip: &mut [Lanes<R>]) {
    let common = place.common();
    for column in (0..common.start).chain(common.end..strip.len()) {
        for (line, value) in strip[column].0.iter_mut().enumerate() {
            *value = place.at(line, column).map_or(R::zero(), |at| image[at]);
        }
    }
    let Some(lines) = lines_of(place, &common) else { return };
    let (count, stride) = (common.len(), place.strides[0]);
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

/// Adds a strip to an image.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(super) fn unpack<R: Real>(strip: &[Lanes<R>], place: &Place, image: &mut [R]) {
    let common = place.common();
    for column in (0..common.start).chain(common.end..strip.len()) {
        for (line, &value) in strip[column].0.iter().enumerate() {
            if let Some(at) = place.at(line, column) {
                image[at] += value;
            }
        }
    }
    let Some(lines) = lines_of(place, &common) else { return };
    let stride = place.strides[0];
    for (line, start) in lines.into_iter().enumerate() {
        let pixels = image[start..].iter_mut().step_by(stride);
        pixels.zip(&strip[common.clone()]).for_each(|(pixel, lanes)| *pixel += lanes.0[line]);
    }
}

/// Where each line has its pixel in the first of the columns that all have.
fn lines_of(place: &Place, common: &std::ops::Range<usize>) -> Option<[usize; LANES]> {
    if common.is_empty() {
        return None;
    }
    let start = |line: usize| place.start + (common.start - place.columns[line]) * place.strides[0];
    Some(std::array::from_fn(|line| start(line) + line * place.strides[1]))
}
