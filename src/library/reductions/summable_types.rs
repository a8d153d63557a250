//! Sums, products, means and variances of each type of element.

use super::column_terms::{Deviations, Plain};
use super::exact_folds::{Centred, Values};
use super::factors::Factors;
use super::integer_folds::Wrapping;
use super::running_types::{RunningIntegers, RunningParts};
use super::summable::Summable;
use crate::Complex;
use crate::numbers::exact::{self, Each, ExactSum, RunningLines, add_columns};
use std::marker::PhantomData;

/// The terms Σ d and Σ d² of deviations d, block by block, so that a block is read from memory once.
fn add_real<T: Copy>(sums: &mut [ExactSum; 2], x: &[T], deviation: impl Fn(T) -> f64 + Copy) {
    let [first, second] = sums;
    for x in x.chunks(exact::BLOCK) {
        first.add_terms(Each::new(x, |x| [deviation(x)]));
        second.add_terms(Each::new(x, |x| {
            let d = deviation(x);
            [d * d]
        }));
    }
}

macro_rules! floats {
    ($($t:ident $value:ident $mean:ident)*) => {$(
        impl Summable for $t {
            type Sum = Self;
            type Mean = Self;
            type Variance = Self;
            type Total = Values<Self, Self>;
            type Running = RunningLines;
            type Product = Factors<Self>;
            type Values = [ExactSum; 1];
            type Deviations = [ExactSum; 2];

            fn total() -> Self::Total {
                Values(|sums: &[ExactSum; 1], _| sums[0].$value())
            }

            fn widened(self) -> Self {
                self
            }

            fn add_values(sums: &mut [ExactSum; 1], x: &[Self]) {
                sums[0].add_terms(exact::values(x));
            }

            fn add_value_columns(sums: &mut [[ExactSum; 1]], x: &[Self], starts: &[usize], left: &mut Vec<usize>) {
                add_columns(Plain::<Self>(PhantomData), x, starts, sums, left);
            }

            fn mean(sums: &[ExactSum; 1], count: usize) -> Self {
                sums[0].$mean(count)
            }

            fn centre(sums: &[ExactSum; 1], count: usize) -> Complex<f64> {
                sums[0].mean(count).into()
            }

            fn add_deviations(sums: &mut [ExactSum; 2], centre: Complex<f64>, x: &[Self]) {
                add_real(sums, x, |x| f64::from(x) - centre.re);
            }

            fn add_deviation_columns(
                sums: &mut [Centred<[ExactSum; 2]>],
                x: &[Self],
                starts: &[usize],
                left: &mut Vec<usize>,
            ) {
                add_columns(Deviations::<Self>(PhantomData), x, starts, sums, left);
            }
        }

        impl Summable for Complex<$t> {
            type Sum = Self;
            type Mean = Self;
            type Variance = $t;
            type Total = Values<Self, Self>;
            type Running = RunningParts<$t>;
            type Product = Factors<Self>;
            type Values = [ExactSum; 2];
            type Deviations = [ExactSum; 3];

            fn total() -> Self::Total {
                Values(|[re, im]: &[ExactSum; 2], _| Complex::new(re.$value(), im.$value()))
            }

            fn widened(self) -> Self {
                self
            }

            fn add_values([re, im]: &mut [ExactSum; 2], x: &[Self]) {
                for x in x.chunks(exact::BLOCK) {
                    re.add_terms(Each::new(x, |x| [f64::from(x.re)]));
                    im.add_terms(Each::new(x, |x| [f64::from(x.im)]));
                }
            }

            fn add_value_columns(sums: &mut [[ExactSum; 2]], x: &[Self], starts: &[usize], left: &mut Vec<usize>) {
                add_columns(Plain::<Self>(PhantomData), x, starts, sums, left);
            }

            fn mean([re, im]: &[ExactSum; 2], count: usize) -> Self {
                Complex::new(re.$mean(count), im.$mean(count))
            }

            fn centre([re, im]: &[ExactSum; 2], count: usize) -> Complex<f64> {
                Complex::new(re.mean(count), im.mean(count))
            }

            fn add_deviations([re, im, squares]: &mut [ExactSum; 3], centre: Complex<f64>, x: &[Self]) {
                for x in x.chunks(exact::BLOCK) {
                    re.add_terms(Each::new(x, |x| [f64::from(x.re) - centre.re]));
                    im.add_terms(Each::new(x, |x| [f64::from(x.im) - centre.im]));
                    squares.add_terms(Each::new(x, |x| {
                        let (re, im) = (f64::from(x.re) - centre.re, f64::from(x.im) - centre.im);
                        [re * re, im * im]
                    }));
                }
            }

            fn add_deviation_columns(
                sums: &mut [Centred<[ExactSum; 3]>],
                x: &[Self],
                starts: &[usize],
                left: &mut Vec<usize>,
            ) {
                add_columns(Deviations::<Self>(PhantomData), x, starts, sums, left);
            }
        }
    )*};
}
floats! { f32 value_f32 mean_f32 f64 value mean }

macro_rules! integers {
    ($($t:ident as $sum:ident: $terms:ident $deviation:ident)*) => {$(
        impl Summable for $t {
            type Sum = $sum;
            type Mean = f64;
            type Variance = f64;
            type Total = Wrapping<Self, $sum>;
            type Running = RunningIntegers<$sum>;
            type Product = $sum;
            type Values = [ExactSum; 1];
            type Deviations = [ExactSum; 2];

            fn total() -> Self::Total {
                Wrapping::default()
            }

            fn widened(self) -> $sum {
                self as $sum
            }

            fn add_values(sums: &mut [ExactSum; 1], x: &[Self]) {
                sums[0].add_terms($terms!(x));
            }

            fn add_value_columns(sums: &mut [[ExactSum; 1]], x: &[Self], starts: &[usize], left: &mut Vec<usize>) {
                let _ = (x, starts);
                left.extend(0..sums.len());
            }

            fn mean(sums: &[ExactSum; 1], count: usize) -> f64 {
                sums[0].mean(count)
            }

            fn centre(sums: &[ExactSum; 1], count: usize) -> Complex<f64> {
                sums[0].mean(count).into()
            }

            fn add_deviations(sums: &mut [ExactSum; 2], centre: Complex<f64>, x: &[Self]) {
                $deviation!(sums, x, centre.re);
            }

            fn add_deviation_columns(
                sums: &mut [Centred<[ExactSum; 2]>],
                x: &[Self],
                starts: &[usize],
                left: &mut Vec<usize>,
            ) {
                let _ = (x, starts);
                left.extend(0..sums.len());
            }
        }
    )*};
}

/// Integers that an f64 holds.
macro_rules! small {
    ($x:ident) => {
        Each::new($x, |x| [f64::from(x)])
    };
}

macro_rules! small_deviations {
    ($sums:ident, $x:ident, $centre:expr) => {
        add_real($sums, $x, |x| f64::from(x) - $centre)
    };
}

/// Integers that two f64 hold: the upper bits, and the lower 32.
macro_rules! large {
    ($x:ident) => {
        Each::new($x, |x| [(x >> 32) as f64 * 4294967296.0, (x & 0xffff_ffff) as f64])
    };
}

/// The difference from the whole part is exact before it becomes an f64.
macro_rules! large_deviations {
    ($sums:ident, $x:ident, $centre:expr) => {{
        let whole = $centre.round();
        let (integer, rest) = (whole as i128, $centre - whole);
        add_real($sums, $x, |x| (x as i128 - integer) as f64 - rest)
    }};
}

integers! {
    i8 as i64: small small_deviations i16 as i64: small small_deviations i32 as i64: small small_deviations
    u8 as u64: small small_deviations u16 as u64: small small_deviations u32 as u64: small small_deviations
    bool as u64: small small_deviations
    i64 as i64: large large_deviations isize as i64: large large_deviations
    u64 as u64: large large_deviations usize as u64: large large_deviations
}
