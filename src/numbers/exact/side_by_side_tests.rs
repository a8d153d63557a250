//! Sums of lines side by side are those of each line by itself.

use super::{ColumnTerms, ExactSum, RunningLines, RunningSum, add_columns};

const ROWS: usize = 300;
const COLUMNS: usize = 21;

/// An element and its square.
#[derive(Clone, Copy)]
struct Both;

impl ColumnTerms<2> for Both {
    type Element = f64;
    type State = [ExactSum; 2];
    type Centre = ();

    fn centre(self, _: &[ExactSum; 2]) {}

    fn sums(self, sums: &mut [ExactSum; 2]) -> &mut [ExactSum] {
        sums
    }

    fn terms(self, (): (), x: f64) -> [f64; 2] {
        [x, x * x]
    }
}

/// Numbers of both signs: alike in size, of all sizes, −0 only, some infinite, near overflow, mixed, and such that leave
/// what two floats cannot hold.
fn kinds() -> impl Iterator<Item = Vec<f64>> {
    let alike =
        |k: usize| (k as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) as i64 as f64 * 2f64.powi(-60 - (k % 21) as i32);
    let row = |k: usize| (k - 1) / COLUMNS;
    let of_kind = move |kind: usize, k: usize| match kind {
        1 => alike(k) * 2f64.powi((k * 37 % 1500) as i32 - 700),
        2 => -0.0,
        3 if k % 97 == 5 => f64::INFINITY,
        4 => alike(k) * 1e300,
        5 if k.is_multiple_of(53) => alike(k) * 1e18,
        5 if k % 31 == 1 => alike(k) * 1e-25,
        5 if k % 7 == 2 => -0.0,
        6 => [120, 60, 0].map(|exponent| 2f64.powi(exponent))[row(k) % 3] * if row(k) % 6 < 3 { 1.0 } else { -1.0 },
        _ => alike(k),
    };
    (0..7).map(move |kind| (0..ROWS * COLUMNS).map(|k| of_kind(kind, k + 1)).collect())
}

fn column<T: Copy>(x: &[T], column: usize) -> impl Iterator<Item = T> {
    x[column..].iter().step_by(COLUMNS).copied()
}

#[test]
fn columns_are_added_exactly_or_left() {
    let starts: Vec<_> = (0..ROWS).map(|row| row * COLUMNS).collect();
    let mut taken = 0;
    for x in kinds() {
        let mut states = vec![[const { ExactSum::new() }; 2]; COLUMNS];
        for starts in starts.chunks(70) {
            let mut left = vec![];
            add_columns(Both, &x, starts, &mut states, &mut left);
            assert!(left.is_sorted() && left.ends_with(&[16, 17, 18, 19, 20]), "the last columns fill no group");
            taken += COLUMNS - left.len();
            for column in left {
                let own = starts.iter().map(|start| x[start + column]);
                own.for_each(|x| [x, x * x].iter().zip(&mut states[column]).for_each(|(&term, sum)| sum.add(term)));
            }
        }
        for (k, sums) in states.iter_mut().enumerate() {
            let mut expected = [const { ExactSum::new() }; 2];
            column(&x, k).for_each(|x| [x, x * x].iter().zip(&mut expected).for_each(|(&term, sum)| sum.add(term)));
            for (sum, expected) in sums.iter_mut().zip(&mut expected) {
                sum.normalise();
                expected.normalise();
                assert_eq!(sum.words(), expected.words(), "column {k}");
            }
        }
    }
    assert!(taken > 100, "{taken} columns in bins");
}

#[test]
fn running_lines_are_running_sums() {
    for x in kinds() {
        let single: Vec<_> = x.iter().map(|&x| x as f32).collect();
        let (mut sums, mut single_sums) = (vec![0.0; x.len()], vec![0.0; x.len()]);
        let mut lines = RunningLines::default();
        lines.clear(COLUMNS);
        lines.add_rows(&single, &mut single_sums, COLUMNS);
        lines.clear(COLUMNS);
        lines.add_rows(&x, &mut sums, COLUMNS);
        for k in 0..COLUMNS {
            let (mut expected, mut single_expected) = (RunningSum::default(), RunningSum::default());
            for (x, sum) in column(&x, k).zip(column(&sums, k)) {
                expected.add(x);
                assert_eq!(sum.to_bits(), expected.value().to_bits(), "line {k}");
            }
            for (x, sum) in column(&single, k).zip(column(&single_sums, k)) {
                single_expected.add(x.into());
                assert_eq!(sum.to_bits(), single_expected.value_f32().to_bits(), "line {k}");
            }
        }
    }
}

#[test]
fn running_lines_go_on_from_words() {
    for x in kinds() {
        let (first, second) = x.split_at(ROWS / 3 * COLUMNS);
        let mut lines = RunningLines::default();
        lines.clear(COLUMNS);
        let mut expected = vec![RunningSum::default(); COLUMNS];
        for (k, expected) in expected.iter_mut().enumerate() {
            let mut sum = ExactSum::new();
            column(first, k).for_each(|x| sum.add(x));
            sum.normalise();
            let mut words = *sum.words();
            if column(first, k).any(|x| x.to_bits() != (-0f64).to_bits()) {
                super::note_signs(&mut words);
            }
            lines.restart(k, words);
            column(first, k).for_each(|x| expected.add(x));
        }
        let mut sums = vec![0.0; second.len()];
        lines.add_rows(second, &mut sums, COLUMNS);
        for (k, expected) in expected.iter_mut().enumerate() {
            for (x, sum) in column(second, k).zip(column(&sums, k)) {
                expected.add(x);
                assert_eq!(sum.to_bits(), expected.value().to_bits(), "line {k}");
            }
        }
    }
}
