//! Products of a complex matrix with one column, on the real and imaginary parts as they lie in memory: compilers do not
//! find these forms in products of complex numbers.

use super::reals::{reals_of, reals_of_mut};
use super::scalar::{Real, Scalar};
use num_traits::Zero;

/// Parts that are summed side by side: of four numbers, whatever the width of SIMD.
const PARTS: usize = 8;

/// The products of rows with a vector.
///
/// ```text
/// Re Σ a x = Σ Re a Re x − Σ Im a Im x      Im Σ a x = Σ Re a Im x + Σ Im a Re x
/// ```
///
/// The first two sums are those of the parts with the parts of x, the others with the parts of x swapped.
#[inline(always)]
pub(super) fn dots<T: Scalar, const ROWS: usize>(rows: [&[T]; ROWS], x: &[T]) -> [T; ROWS] {
    let (x, x_rest) = reals_of(x).as_chunks::<PARTS>();
    let rows = rows.map(|row| reals_of(row).as_chunks::<PARTS>());
    let blocks = rows.map(|(blocks, _)| &blocks[..x.len()]);
    let mut straight = [[T::Real::zero(); PARTS]; ROWS];
    let mut crossed = [[T::Real::zero(); PARTS]; ROWS];
    for (i, x) in x.iter().enumerate() {
        let swapped = [x[1], x[0], x[3], x[2], x[5], x[4], x[7], x[6]];
        for row in 0..ROWS {
            let a = &blocks[row][i];
            for k in 0..PARTS {
                straight[row][k] += a[k] * x[k];
            }
            for k in 0..PARTS {
                crossed[row][k] += a[k] * swapped[k];
            }
        }
    }
    let mut products = [T::zero(); ROWS];
    for (row, product) in reals_of_mut(&mut products).as_chunks_mut::<2>().0.iter_mut().enumerate() {
        *product = finished(straight[row], crossed[row], rows[row].1, x_rest);
    }
    products
}

/// The last products, and the partial sums in pairs. Apart, so that the sums stay in registers before.
#[inline(never)]
fn finished<R: Real>(mut straight: [R; PARTS], mut crossed: [R; PARTS], a: &[R], x: &[R]) -> [R; 2] {
    for (k, (&a, &part)) in a.iter().zip(x).enumerate() {
        straight[k] += a * part;
        crossed[k] += a * x[k ^ 1];
    }
    let (s, c) = (straight, crossed);
    let re = ((s[0] - s[1]) + (s[4] - s[5])) + ((s[2] - s[3]) + (s[6] - s[7]));
    let im = ((c[0] + c[1]) + (c[4] + c[5])) + ((c[2] + c[3]) + (c[6] + c[7]));
    [re, im]
}

/// Columns whose sums are kept at a time, in the first-level cache.
const COLUMNS: usize = 256;

/// `x ← x + α Aᴴ y`, of a matrix in rows.
///
/// ```text
/// Σ ā y = (Σ a Re y)‾ + i (Σ a Im y)‾
/// ```
///
/// with the two sums taken of the parts of `a` by themselves.
#[inline(always)]
pub(super) fn add_adjoint<T: Scalar>(x: &mut [T], alpha: T, a: &[T], y: &[T]) {
    const ROWS: usize = 4;
    let n = x.len();
    for (block, x) in x.chunks_mut(COLUMNS).enumerate() {
        let row = |i: usize| reals_of(&a[i * n + block * COLUMNS..][..x.len()]);
        let mut sums = [[T::Real::zero(); 2 * COLUMNS]; 2];
        let [by_re, by_im] = sums.each_mut().map(|sum| &mut sum[..2 * x.len()]);
        let (fours, rest) = y.as_chunks::<ROWS>();
        for (i, y) in fours.iter().enumerate() {
            let [a0, a1, a2, a3] = [0, 1, 2, 3].map(|k| row(ROWS * i + k));
            let [y0, y1, y2, y3] = y.map(|y| alpha * y);
            let rows = a0.iter().zip(a1).zip(a2.iter().zip(a3));
            for ((re, im), ((&a0, &a1), (&a2, &a3))) in by_re.iter_mut().zip(by_im.iter_mut()).zip(rows) {
                *re += (a0 * y0.re() + a1 * y1.re()) + (a2 * y2.re() + a3 * y3.re());
                *im += (a0 * y0.im() + a1 * y1.im()) + (a2 * y2.im() + a3 * y3.im());
            }
        }
        for (i, &y) in rest.iter().enumerate() {
            let y = alpha * y;
            for ((re, im), &a) in by_re.iter_mut().zip(by_im.iter_mut()).zip(row(ROWS * fours.len() + i)) {
                *re += a * y.re();
                *im += a * y.im();
            }
        }
        let sums = by_re.as_chunks::<2>().0.iter().zip(by_im.as_chunks::<2>().0);
        for (x, ([re_re, im_re], [re_im, im_im])) in reals_of_mut(x).as_chunks_mut::<2>().0.iter_mut().zip(sums) {
            x[0] += *re_re + *im_im;
            x[1] += *re_im - *im_re;
        }
    }
}
