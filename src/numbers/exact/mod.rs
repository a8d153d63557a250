//! Exact sums: the order-free accumulation behind every reduction.
//!
//! Floating-point addition rounds, so a sum depends on its order, and over ranks its order depends on how the
//! array is cut. Here each term (a value, a product rounded once) is added *exactly*, to integer words that span all
//! of f64's range; integers add in any order, so ranks add their words by a plain integer all-reduce, and the
//! sum is rounded once, at the end. The same bits come out on any number of ranks, for any layout, at any vector width.
//! It is also the most accurate sum there is: only the products are rounded before.
//!
//! - `accumulator`: the words, their carries, the rounding;
//! - `kernels`: how blocks of terms get there at the speed of memory;
//! - `columns`: the same of many sums whose terms lie side by side;
//! - `terms`: what may be summed;
//! - `ahead`: memory that is asked for before it is read;
//! - `running`: sums that are rounded after every term;
//! - `running_lines`: such sums of many lines side by side, at the speed of memory;
//! - `plain`: the plain floating-point sums beside it.

mod accumulator;
mod ahead;
mod columns;
mod kernels;
pub(crate) mod plain;
mod running;
mod running_lines;
#[cfg(test)]
mod side_by_side_tests;
mod terms;
#[cfg(test)]
mod tests;

pub use accumulator::{ExactSum, WORDS};
pub(crate) use ahead::ask_ahead;
pub(crate) use columns::{ColumnTerms, add_columns};
pub(crate) use kernels::BLOCK;
pub use running::RunningSum;
pub(crate) use running::{note_signs, to_single, two_sum};
pub(crate) use running_lines::Rounded;
pub use running_lines::RunningLines;
pub(crate) use terms::{Each, Pairs, Terms};

use num_complex::Complex;

impl ExactSum {
    /// Adds the terms: all other sums are made of this one.
    pub(crate) fn add_terms(&mut self, terms: impl Terms) {
        kernels::add_terms(self, terms);
    }

    /// Adds Σ x.
    pub fn add_slice<T: Copy + Into<f64>>(&mut self, x: &[T]) {
        self.add_terms(values(x));
    }
}

/// x.
pub(crate) fn values<T: Copy + Into<f64>>(x: &[T]) -> impl Terms {
    Each::new(x, |x| [x.into()])
}

/// x².
pub(crate) fn squares<T: Copy + Into<f64>>(x: &[T]) -> impl Terms {
    Each::new(x, |x| {
        let x = x.into();
        [x * x]
    })
}

/// x·y.
pub(crate) fn products<'a, T: Copy + Into<f64>>(x: &'a [T], y: &'a [T]) -> impl Terms {
    Pairs::new(x, y, |x, y| [x.into() * y.into()])
}

/// re² and im².
pub(crate) fn squared_moduli<T: Copy + Into<f64>>(z: &[Complex<T>]) -> impl Terms {
    Each::new(z, |z| {
        let (re, im) = (z.re.into(), z.im.into());
        [re * re, im * im]
    })
}

/// The two products that make up the real part of x·y, or of conj(x)·y.
pub(crate) fn real_products<'a, T: Copy + Into<f64>, const CONJ: bool>(
    x: &'a [Complex<T>],
    y: &'a [Complex<T>],
) -> impl Terms {
    Pairs::new(x, y, |x, y| {
        let imaginary = x.im.into() * y.im.into();
        [x.re.into() * y.re.into(), if CONJ { imaginary } else { -imaginary }]
    })
}

/// The two products that make up the imaginary part of x·y, or of conj(x)·y.
pub(crate) fn imaginary_products<'a, T: Copy + Into<f64>, const CONJ: bool>(
    x: &'a [Complex<T>],
    y: &'a [Complex<T>],
) -> impl Terms {
    Pairs::new(x, y, |x, y| {
        let crossed = x.im.into() * y.re.into();
        [x.re.into() * y.im.into(), if CONJ { -crossed } else { crossed }]
    })
}
