//! Boxes of numbers in C order: what two of them share goes from one to the other, run by run.

use super::kernels::PutReals;
use crate::numbers::Real;
use std::ops::Range;

/// How many numbers a box has.
pub(super) fn volume(of: &[Range<isize>]) -> usize {
    of.iter().map(length).product()
}

pub(super) fn length(range: &Range<isize>) -> usize {
    (range.end - range.start).max(0).unsigned_abs()
}

/// Whether a box lies in another.
pub(super) fn lies_in(inner: &[Range<isize>], outer: &[Range<isize>]) -> bool {
    inner.iter().zip(outer).all(|(inner, outer)| outer.start <= inner.start && inner.end <= outer.end)
}

/// What two ranges share.
pub(super) fn shared(a: &Range<isize>, b: &Range<isize>) -> Range<isize> {
    let start = a.start.max(b.start);
    start..a.end.min(b.end).max(start)
}

/// Copies what a box has of another into that.
pub(super) fn copy_shared<R: Copy>(from: &[R], of: &[Range<isize>], to: &mut [R], into: &[Range<isize>]) {
    let ([of_here, of_rest @ ..], [into_here, into_rest @ ..]) = (of, into) else { return };
    let rows = shared(of_here, into_here);
    if rows.is_empty() {
        return;
    }
    let steps = [volume(of_rest), volume(into_rest)];
    let place = |row: isize| {
        [(row - of_here.start).unsigned_abs() * steps[0], (row - into_here.start).unsigned_abs() * steps[1]]
    };
    if of_rest == into_rest {
        let ([from_start, to_start], run) = (place(rows.start), length(&rows) * steps[0]);
        return to[to_start..to_start + run].copy_from_slice(&from[from_start..from_start + run]);
    }
    for row in rows {
        let [from_start, to_start] = place(row);
        copy_shared(&from[from_start..], of_rest, &mut to[to_start..], into_rest);
    }
}

/// Puts the sums of a box that lie within a part of it into another, which has that part.
pub(super) fn put_part<R: Real, P: PutReals<R>>(
    put: P,
    part: &[Range<isize>],
    (sums, of): (&[R], &[Range<isize>]),
    (y, into): (&mut [R], &[Range<isize>]),
) {
    let ([rows, part_rest @ ..], [of_here, of_rest @ ..], [into_here, into_rest @ ..]) = (part, of, into) else {
        return;
    };
    let steps = [volume(of_rest), volume(into_rest)];
    let place = |row: isize| {
        [(row - of_here.start).unsigned_abs() * steps[0], (row - into_here.start).unsigned_abs() * steps[1]]
    };
    if part_rest == of_rest && part_rest == into_rest {
        let ([from, to], run) = (place(rows.start), length(rows) * steps[0]);
        return put.all(&mut y[to..to + run], &sums[from..from + run]);
    }
    for row in rows.clone() {
        let [from, to] = place(row);
        put_part(put, part_rest, (&sums[from..], of_rest), (&mut y[to..], into_rest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operators::Set;

    #[test]
    fn boxes_share_what_both_have() {
        let (of, into) = ([0..2, 0..3], [1..4, -1..2]);
        let mut to = [0; 9];
        copy_shared(&[1, 2, 3, 4, 5, 6], &of, &mut to, &into);
        assert_eq!(to, [0, 4, 5, 0, 0, 0, 0, 0, 0]);
        let mut whole = [0; 3];
        copy_shared(&[1, 2, 3, 4, 5, 6], &of, &mut whole, &[1..2, 0..3]);
        assert_eq!(whole, [4, 5, 6]);
        let mut apart = [7; 2];
        copy_shared(&[1, 2, 3, 4, 5, 6], &of, &mut apart, &[5..6, 0..2]);
        assert_eq!(apart, [7; 2]);
    }

    #[test]
    fn a_part_of_sums_goes_where_it_belongs() {
        let sums = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let mut y = [0.0; 4];
        put_part(Set, &[0..2, 1..2], (&sums, &[0..2, 0..3]), (&mut y, &[0..2, 1..3]));
        assert_eq!(y, [2.0, 0.0, 5.0, 0.0]);
    }
}
