//! Arrays as text, as NumPy writes them: brackets, columns of one width, and of large arrays the corners.

use super::element::{DType, Element};
use ndarray::{ArrayD, ArrayViewD, Axis};
use std::fmt::Write as _;

/// Of more elements than this the corners are written.
const MOST_ELEMENTS: usize = 1000;
/// Entries at each end of an axis where corners are written.
pub(crate) const EDGE: usize = 3;
/// Where a line is broken, in characters.
const LINE: usize = 75;

/// The indices of an axis that are written, of an array of so many elements: all, or some at each end.
pub(crate) fn written(axis_length: usize, elements: usize) -> Vec<usize> {
    if elements <= MOST_ELEMENTS || axis_length <= 2 * EDGE {
        return (0..axis_length).collect();
    }
    (0..EDGE).chain(axis_length - EDGE..axis_length).collect()
}

/// An array that is written, of which it may be that only corners are here.
pub(crate) struct Text<T> {
    corners: ArrayD<T>,
    /// The axes in whose middle something is left out.
    cut: Vec<bool>,
}

impl<T: Element> Text<T> {
    /// Of corners that were picked as [`written`] says, of an array of this shape.
    pub(crate) fn of_corners(corners: ArrayD<T>, shape: &[usize]) -> Self {
        let cut = shape.iter().zip(corners.shape()).map(|(all, written)| all != written).collect();
        Self { corners, cut }
    }

    /// Of a whole array.
    pub(crate) fn of(array: &ArrayViewD<'_, T>) -> Self {
        let mut corners = array.view().into_owned().into_shared();
        if array.len() > MOST_ELEMENTS {
            for axis in 0..array.ndim() {
                corners = corners.select(Axis(axis), &written(array.shape()[axis], array.len())).into_shared();
            }
        }
        Self::of_corners(corners.into_owned(), array.shape())
    }

    /// The text, without a line's end.
    pub(crate) fn text(&self) -> String {
        let words = words(&self.corners.iter().copied().collect::<Vec<_>>());
        let mut out = String::new();
        self.write(&mut out, &words, 0);
        out
    }

    fn write(&self, out: &mut String, words: &[String], axis: usize) {
        let Some(&n) = self.corners.shape().get(axis) else {
            out.push_str(words.first().map_or("", |word| word.trim()));
            return;
        };
        let last = axis + 1 == self.corners.ndim();
        out.push('[');
        let part = words.len().checked_div(n).unwrap_or(0);
        let begin = |out: &mut String| {
            let _ = write!(out, "{:1$}", "", axis + 1);
        };
        // An empty line between matrices, two between arrays of three axes.
        let apart = |out: &mut String| {
            out.extend(std::iter::repeat_n('\n', self.corners.ndim() - 1 - axis));
            begin(out);
        };
        for i in 0..n {
            if self.cut[axis] && i == EDGE {
                if last {
                    out.push_str(" ...");
                } else {
                    apart(out);
                    out.push_str("...");
                }
            }
            if last {
                let line = out.rsplit('\n').next().map_or(0, |line| line.chars().count());
                if i > 0 && line + 1 + words[i].chars().count() > LINE {
                    out.push('\n');
                    begin(out);
                } else if i > 0 {
                    out.push(' ');
                }
                out.push_str(&words[i]);
                continue;
            }
            if i > 0 {
                apart(out);
            }
            self.write(out, &words[i * part..(i + 1) * part], axis + 1);
        }
        out.push(']');
    }
}

/// The elements as words of one width.
fn words<T: Element>(values: &[T]) -> Vec<String> {
    let whole: Vec<_> = values.iter().map(T::to_string).collect();
    let words = match T::DTYPE {
        DType::F32 | DType::F64 => floats(&whole.iter().map(|word| number(word)).collect::<Vec<_>>()),
        DType::C64 | DType::C128 => {
            let parts: Vec<_> = values.iter().map(|value| parts(&format!("{value:?}"))).collect();
            let re = floats(&parts.iter().map(|part| part[0]).collect::<Vec<_>>());
            let im = floats(&parts.iter().map(|part| part[1].abs()).collect::<Vec<_>>());
            let sign = |im: f64| if im.is_sign_negative() { '-' } else { '+' };
            re.iter()
                .zip(im)
                .zip(&parts)
                .map(|((re, im), part)| format!("{re}{}{}j", sign(part[1]), im.trim()))
                .collect()
        }
        DType::Bool => whole.iter().map(|word| if word == "true" { "True" } else { "False" }.to_owned()).collect(),
        _ => whole,
    };
    let width = words.iter().map(|word| word.chars().count()).max().unwrap_or(0);
    words.into_iter().map(|word| format!("{word:>width$}")).collect()
}

fn number(word: &str) -> f64 {
    word.parse().unwrap_or(f64::NAN)
}

/// Real and imaginary part of a complex number's `Complex { re: …, im: … }`.
fn parts(debug: &str) -> [f64; 2] {
    let part = |name: &str| {
        let rest = debug.split(name).nth(1).unwrap_or("");
        number(rest.split([',', ' ', '}']).next().unwrap_or(""))
    };
    [part("re: "), part("im: ")]
}

/// Numbers with as many digits as tell them apart, but eight decimals at most; in powers of ten where they are very large, very small or
/// far apart.
fn floats(values: &[f64]) -> Vec<String> {
    let sizes = || values.iter().map(|v| v.abs()).filter(|v| v.is_finite() && *v > 0.0);
    let (least, most) = sizes().fold((f64::INFINITY, 0.0_f64), |(least, most), v| (least.min(v), most.max(v)));
    let powers = most >= 1e8 || (most > 0.0 && (least < 1e-4 || most / least > 1000.0));
    let digits = |value: f64| {
        let text = if powers { format!("{value:.8e}") } else { format!("{value:.8}") };
        let (mantissa, power) =
            text.split_once('e').map_or((&text[..], None), |(mantissa, power)| (mantissa, Some(power)));
        let mantissa = mantissa.trim_end_matches('0').to_owned();
        let power = power.map(|power| power.parse::<i32>().unwrap_or(0));
        (mantissa, power)
    };
    let split: Vec<_> = values.iter().map(|&v| v.is_finite().then(|| digits(v))).collect();
    let decimals = |mantissa: &str| mantissa.split('.').nth(1).map_or(0, str::len);
    let most = split.iter().flatten().map(|(mantissa, _)| decimals(mantissa)).max().unwrap_or(0);
    let word = |(value, split): (&f64, Option<(String, Option<i32>)>)| {
        let Some((mantissa, power)) = split else {
            return if value.is_nan() {
                "nan".into()
            } else if *value > 0.0 {
                "inf".into()
            } else {
                "-inf".into()
            };
        };
        let missing = most - decimals(&mantissa);
        match power {
            Some(power) => {
                let sign = if power < 0 { '-' } else { '+' };
                format!("{mantissa}{:0<missing$}e{sign}{:02}", "", power.abs())
            }
            None => format!("{mantissa}{:missing$}", ""),
        }
    };
    values.iter().zip(split).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_complex::Complex;

    fn text<T: Element>(shape: &[usize], value: impl Fn(usize) -> T) -> String {
        let values = (0..shape.iter().product()).map(value).collect();
        Text::of(&ArrayD::from_shape_vec(shape, values).unwrap().view()).text()
    }

    /// What `str` gives of the same arrays in NumPy 2.
    #[test]
    fn as_numpy_writes_them() {
        assert_eq!(text(&[3], |i| i as f64), "[0. 1. 2.]");
        assert_eq!(text(&[3], |i| i as f32 / 2.0), "[0.  0.5 1. ]");
        assert_eq!(text(&[2, 2], |i| i as i64 * 5 - 4), "[[-4  1]\n [ 6 11]]");
        assert_eq!(text(&[2], |i| i == 0), "[ True False]");
        assert_eq!(text(&[2], |i| [1e-10, 2.5][i]), "[1.0e-10 2.5e+00]");
        assert_eq!(text(&[3], |i| [1.0, f64::NAN, -2.0][i]), "[ 1. nan -2.]");
        assert_eq!(text(&[2], |i| [1.0 / 3.0, 2.0][i]), "[0.33333333 2.        ]");
        assert_eq!(text(&[2], |i| Complex::new(i as f64, 0.5 - i as f64)), "[0.+0.5j 1.-0.5j]");
        assert_eq!(text(&[2, 1, 2], |i| i), "[[[0 1]]\n\n [[2 3]]]");
        assert_eq!(text(&[], |_| 2.5), "2.5");
        assert_eq!(text(&[0], |i| i), "[]");
    }

    #[test]
    fn of_large_arrays_the_corners() {
        assert_eq!(text(&[2000], |i| i), "[   0    1    2 ... 1997 1998 1999]");
        let corners = text(&[1000, 1000], |i| i);
        assert!(corners.starts_with("[[     0      1      2 ...    997    998    999]\n [  1000"), "{corners}");
        assert!(corners.contains("]\n ...\n [997000"), "{corners}");
        assert_eq!(corners.lines().count(), 7);
    }

    #[test]
    fn long_lines_are_broken() {
        let text = text(&[40], |i| i);
        assert!(text.lines().all(|line| line.len() <= LINE + 1), "{text}");
        assert_eq!(text.lines().nth(1).unwrap().trim_start().split(' ').next(), Some("25"));
    }
}
