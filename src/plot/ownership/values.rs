//! The values of a plane as words, on rank 0.

use super::shown::{Shown, ShownPart};
use crate::array::DistArray;
use crate::error::Result;
use crate::layout::Layout;
use crate::numbers::{DType, Element};

/// An array whose values can be written into cells, whatever its type.
pub(super) trait Values: std::fmt::Debug {
    fn layout(&self) -> Result<&Layout>;

    /// The values of each part, in C order; nothing but on rank 0.
    ///
    /// # Communication
    /// One all-to-all in which every rank sends what the plane shows of its block to rank 0.
    fn gather(&self, shown: &Shown, parts: &[ShownPart]) -> Vec<Vec<String>>;
}

impl<T: Element> Values for DistArray<T> {
    fn layout(&self) -> Result<&Layout> {
        DistArray::layout(self)
    }

    fn gather(&self, shown: &Shown, parts: &[ShownPart]) -> Vec<Vec<String>> {
        let Ok(layout) = DistArray::layout(self) else { return vec![] };
        let comm = layout.comm();
        let mine = shown.own_values(self, layout);
        let mut sends = vec![0; comm.size()];
        sends[0] = mine.len();
        let mut receives = vec![0; comm.size()];
        if comm.rank() == 0 {
            for part in parts {
                receives[part.rank] += part.len();
            }
        }
        let mut all = vec![T::default(); receives.iter().sum()];
        comm.all_to_all_into(&mine, &sends, &mut all, &receives);
        if comm.rank() > 0 {
            return vec![];
        }
        let mut words = words(&all).into_iter();
        parts.iter().map(|part| words.by_ref().take(part.len()).collect()).collect()
    }
}

/// Values in few signs: as they are where all are short, else all rounded alike, to two decimals or, very
/// large and very small ones, two digits.
fn words<T: Element>(values: &[T]) -> Vec<String> {
    const SHORT: usize = 5;
    let whole: Vec<_> = values.iter().map(T::to_string).collect();
    let rounds = matches!(T::DTYPE, DType::F32 | DType::F64 | DType::C64 | DType::C128);
    let as_they_are = !rounds || whole.iter().all(|words| words.len() <= SHORT);
    let word = |(value, whole): (&T, String)| match whole.parse::<f64>() {
        _ if as_they_are => whole,
        Ok(x) if x.is_finite() && x != 0.0 && !(5e-3..1e5).contains(&x.abs()) => format!("{x:.1e}"),
        _ => format!("{value:.2}"),
    };
    values.iter().zip(whole).map(word).map(|words| words.replace('-', "−")).collect()
}

#[cfg(test)]
mod tests {
    use super::words;
    use crate::Complex;

    #[test]
    fn values_are_short_words() {
        assert_eq!(words(&[3, -1234567]), ["3", "−1234567"]);
        assert_eq!(words(&[true, false]), ["true", "false"]);
        assert_eq!(words(&[-12.5, 2.0, f64::NAN]), ["−12.5", "2", "NaN"]);
        assert_eq!(words(&[1.0 / 3.0, 2.0, -1.23456e-7, 1e300]), ["0.33", "2.00", "−1.2e−7", "1.0e300"]);
        assert_eq!(words(&[Complex::new(0.5f32, -1.0 / 3.0)]), ["0.50−0.33i"]);
    }
}
