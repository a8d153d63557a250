//! Running sums and products along an axis.

use super::block::fold_lines;
use super::fold::{Fold, Parts};
use super::lines::{in_order, longest_part};
use super::products::{BLOCK, all_blocks, blockwise, joined, multiplied};
use super::summable::{Product, Running, Summable};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Axes, Layout};
use crate::numbers::exact::{WORDS, note_signs};
use crate::numbers::{Element, memory};
use std::borrow::Cow;

/// Columns of a block that are summed together.
const COLUMNS: usize = 256;

/// Lines along memory that are summed together, and elements of each that are brought side by side at a time.
const LINES: usize = 16;
const ELEMENTS: usize = 64;

/// Lines of at least so many elements are summed in [`LINES`] parts, if there are not as many lines.
const LONG: usize = 256 * LINES;

impl<T: Summable> DistArray<T> {
    /// The running sums yᵢ = x₀ + … + xᵢ along an axis, in the layout of the array: every one of them exact and
    /// rounded once, so that they are the same bits on any number of ranks, and the last is the sum (but −0, not
    /// 0, where all terms are −0, as IEEE 754 adds). Integers
    /// and `bool` are summed in the widest type of their kind; they wrap beyond it.
    ///
    /// (Of the flattened array: [`distribute_as`](Self::distribute_as) one axis first.)
    ///
    /// # Communication
    /// None where each rank has the axis in full. Where the axis is cut into one block for each of P ranks, of at
    /// most m elements of s bytes, and L lines cross it: if it is the only axis, or 8 W (P − 1) < 2 m s, one
    /// all-gather of the L · 8 W bytes of each rank's sums in pieces of 2048 lines, where W is 57 (complex 114, integers 1).
    /// Otherwise one exchange to a layout that cuts another axis (or this one into blocks), and one back.
    /// Chunks always take the latter way; what no chunk covers is 0.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis; [`ErrorKind::Layout`] of a stack, and of a mask where the
    /// axis is cut; [`ErrorKind::Parameter`] if the mode of chunks is not defined for the type, or that of the sums.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[4], 0)?, |i| [1e16, 1.0, 1.0, -1e16][i[0]]);
    ///     assert_eq!(x.cumsum(0)?.gather_all().as_slice().unwrap(), [1e16, 1e16, 1e16 + 2.0, 2.0]);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy `cumsum`, which rounds after every addition.
    #[doc(alias = "prefix_sum")]
    #[doc(alias = "scan")]
    pub fn cumsum(&self, axis: usize) -> Result<DistArray<T::Sum>> {
        let _operation = self.operation("cumsum", format_args!(", axis {axis}"));
        let layout = self.layout_with_axis(axis)?;
        let axes = Axes::new(layout.shape(), &[axis])?;
        if is_local(layout, &axes)? {
            return Ok(put(layout, sums(self.as_slice(), &layout.local_shape(), axis, None)));
        }
        let words = <T::Total as Parts<T>>::WORDS;
        let around = 2 * longest_part(layout, &axes) * size_of::<T>();
        if layout.axis() == Some(axis) && (layout.ndim() == 1 || 8 * words * (layout.comm().size() - 1) < around) {
            let before = sums_before(self, layout, &axes);
            return Ok(put(layout, sums(self.as_slice(), &layout.local_shape(), axis, Some(&before))));
        }
        let moved = self.covered()?.redistribute(&with_lines(layout, axis)?)?;
        moved.cumsum(axis)?.redistribute(layout)
    }

    /// The running products yᵢ = x₀ ⋯ xᵢ along an axis, in the layout of the array. Each line is multiplied in
    /// blocks of 4096 elements as in [`prod`](Self::prod): running products of a block from its first element
    /// on, times the product of the blocks before; so the same bits come out on any number of ranks. Integers
    /// and `bool` are multiplied in the widest type of their kind; they wrap beyond it.
    ///
    /// # Communication
    /// None where each rank has the axis in full. Of an array of one axis, as [`prod`](Self::prod), and the
    /// exchange back. Otherwise one exchange to a layout that cuts another axis, and one back. Of chunks, what
    /// no chunk covers is 0.
    ///
    /// # Errors
    /// Those of [`cumsum`](Self::cumsum).
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[5], 0)?, |i| i[0] as i32 + 1);
    ///     assert_eq!(x.cumprod(0)?.gather_all().as_slice().unwrap(), [1i64, 2, 6, 24, 120]);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    ///
    /// # Source
    /// NumPy `cumprod`.
    pub fn cumprod(&self, axis: usize) -> Result<DistArray<T::Sum>> {
        let _operation = self.operation("cumprod", format_args!(", axis {axis}"));
        let layout = self.layout_with_axis(axis)?;
        let axes = Axes::new(layout.shape(), &[axis])?;
        if is_local(layout, &axes)? {
            return Ok(put(layout, products(self.as_slice(), &layout.local_shape(), axis)));
        }
        if layout.ndim() > 1 {
            let moved = self.covered()?.redistribute(&with_lines(layout, axis)?)?;
            return moved.cumprod(axis)?.redistribute(layout);
        }
        let target = blockwise(layout)?;
        let moved = self.covered()?.redistribute(&target)?;
        let blocks: Vec<_> = moved.as_slice().chunks(BLOCK).map(|block| multiplied(T::Product::ONE, block)).collect();
        let all = all_blocks::<T>(&target, &blocks);
        let earlier = (0..target.comm().rank()).map(|rank| target.len_of(rank).div_ceil(BLOCK)).sum();
        let before = joined::<T>(&all[..earlier]);
        put(&target, products_from(moved.as_slice(), before)).redistribute(layout)
    }

    /// The array, where no element is the identity of an extreme or a product for want of a chunk.
    fn covered(&self) -> Result<Cow<'_, Self>> {
        let mode = self.layout()?.mode();
        if mode.identity::<T>()? == T::default() { Ok(Cow::Borrowed(self)) } else { self.try_combined() }
    }
}

fn put<T: Element>(layout: &Layout, data: Vec<T>) -> DistArray<T> {
    DistArray::from_parts(layout.into(), data)
}

/// Whether every rank has the axis in order and in full.
fn is_local(layout: &Layout, axes: &Axes) -> Result<bool> {
    let is_local = layout.chunks().is_none() && in_order(layout, axes);
    if !is_local && layout.mask().is_some() {
        let what = format!("layout of running totals along {axes}");
        return Err(Error::expected(ErrorKind::Layout, what, "no mask, or an axis that is whole", layout));
    }
    Ok(is_local)
}

/// A layout in which the lines along an axis are whole, on all ranks; cut into blocks where there is no other.
fn with_lines(layout: &Layout, axis: usize) -> Result<Layout> {
    let others = (0..layout.ndim()).filter(|&other| other != axis);
    let longest = others.max_by_key(|&other| layout.shape()[other]).unwrap_or(axis);
    Layout::scatter(layout.comm(), layout.shape(), longest)
}

/// The words of what earlier ranks have of each line.
fn sums_before<T: Summable>(x: &DistArray<T>, layout: &Layout, axes: &Axes) -> Vec<i64> {
    let (comm, count, total) = (layout.comm(), <T::Total as Parts<T>>::WORDS, T::total());
    let lines: usize = axes.kept(layout.shape()).iter().product();
    let mut words = memory::room(lines * count);
    fold_lines(&total, x.as_slice(), &layout.local_shape(), axes, |mut state| {
        let end = words.len();
        words.resize(end + count, 0);
        total.pack(&mut state, &mut words[end..]);
    });
    let mut line = 0;
    fold_lines(&Signs, x.as_slice(), &layout.local_shape(), axes, |signs| {
        note(&mut words[line * count..(line + 1) * count], signs);
        line += 1;
    });
    for piece in words.chunks_mut(2048 * count) {
        let all = comm.all_gather(piece);
        let earlier = &all[..comm.rank() * piece.len()];
        piece.fill(0);
        for part in earlier.chunks_exact(piece.len()) {
            add_words(piece, part);
        }
    }
    words
}

/// The words of the sum of neighbours on a line.
fn sum_of_line<T: Summable>(run: &[T]) -> Vec<i64> {
    let (total, mut signs) = (T::total(), [false; 2]);
    let (mut state, mut words) = (total.start(0), vec![0; <T::Total as Parts<T>>::WORDS]);
    total.add(&mut state, run);
    total.pack(&mut state, &mut words);
    Signs.add(&mut signs, run);
    note(&mut words, signs);
    words
}

/// Notes in a sum of which parts some term is not −0.
fn note(words: &mut [i64], signs: [bool; 2]) {
    let sums = words.chunks_exact_mut(WORDS).zip(signs);
    sums.filter(|(_, sign)| *sign).for_each(|(sum, _)| note_signs(sum));
}

fn add_words(sums: &mut [i64], words: &[i64]) {
    sums.iter_mut().zip(words).for_each(|(sum, word)| *sum = sum.wrapping_add(*word));
}

/// Whether some term of a line, or its part, is not −0.
struct Signs;

impl<T: Summable> Fold<T> for Signs {
    type State = [bool; 2];
    type Out = bool;
    const COLUMNS: usize = 2048;
    const BY_ROWS: bool = true;

    fn start(&self, _: usize) -> [bool; 2] {
        [false; 2]
    }

    fn add(&self, signs: &mut [bool; 2], run: &[T]) {
        for &x in run {
            let [re, im] = T::Running::signs(x);
            *signs = [signs[0] | re, signs[1] | im];
        }
    }

    fn add_row(&self, states: &mut [[bool; 2]], row: &[T]) {
        states.iter_mut().zip(row).for_each(|(signs, x)| self.add(signs, std::slice::from_ref(x)));
    }

    fn finish(&self, _: &[bool; 2], _: usize) -> bool {
        false
    }
}

/// The running sums of a block, from those of the words on.
fn sums<T: Summable>(block: &[T], shape: &[usize], axis: usize, before: Option<&[i64]>) -> Vec<T::Sum> {
    let count = <T::Total as Parts<T>>::WORDS;
    let of_line = |line: usize| before.map(|words| &words[line * count..(line + 1) * count]);
    if !block.is_empty() && shape[axis + 1..].iter().all(|&n| n == 1) {
        return sums_along_memory(block, shape[axis], of_line);
    }
    let mut running = T::Running::default();
    by_columns(block, shape, axis, |lines, strip, out| {
        begin(&mut running, lines.clone(), of_line);
        let end = strip.start + (strip.rows - 1) * strip.stride + lines.len();
        running.add_rows(&strip.values[strip.start..end], &mut out[strip.start..end], strip.stride);
    })
}

/// Begins some lines anew, from what is before each.
fn begin<'a, T: Summable>(
    running: &mut impl Running<T>,
    lines: std::ops::Range<usize>,
    before: impl Fn(usize) -> Option<&'a [i64]>,
) {
    running.clear(lines.len());
    for (place, line) in lines.enumerate() {
        if let Some(words) = before(line) {
            running.restart(place, words);
        }
    }
}

/// The running sums of lines of `n` neighbours.
fn sums_along_memory<'a, T: Summable>(
    block: &[T],
    n: usize,
    before: impl Fn(usize) -> Option<&'a [i64]> + Copy,
) -> Vec<T::Sum> {
    let lines = block.len() / n;
    let mut out = memory::filled(block.len(), T::Sum::default());
    if lines < LINES && n >= LONG {
        let both = block.chunks_exact(n).zip(out.chunks_exact_mut(n)).enumerate();
        both.for_each(|(line, (x, out))| out.copy_from_slice(&sums_of_long_line(x, before(line))));
        return out;
    }
    let mut running = T::Running::default();
    let (mut terms, mut sums) = (vec![T::default(); LINES * ELEMENTS], vec![T::Sum::default(); LINES * ELEMENTS]);
    let groups = block.chunks(LINES * n).zip(out.chunks_mut(LINES * n));
    for ((x, out), first) in groups.zip((0..).step_by(LINES)) {
        let width = x.len() / n;
        begin(&mut running, first..first + width, before);
        for start in (0..n).step_by(ELEMENTS) {
            let count = ELEMENTS.min(n - start);
            for (line, x) in x.chunks_exact(n).enumerate() {
                let places = terms[line..].iter_mut().step_by(width);
                places.zip(&x[start..start + count]).for_each(|(place, &x)| *place = x);
            }
            running.add_rows(&terms[..width * count], &mut sums[..width * count], width);
            for (line, out) in out.chunks_exact_mut(n).enumerate() {
                let places = sums[line..].iter().step_by(width);
                out[start..start + count].iter_mut().zip(places).for_each(|(out, &sum)| *out = sum);
            }
        }
    }
    out
}

/// The running sums of one line in parts of one length, each from the exact sum of those before it on; so they
/// are as those of lines side by side.
fn sums_of_long_line<T: Summable>(x: &[T], before: Option<&[i64]>) -> Vec<T::Sum> {
    let (count, part) = (<T::Total as Parts<T>>::WORDS, x.len() / LINES);
    let (parts, rest) = x.split_at(LINES * part);
    let nothing = vec![0; count];
    let mut words = before.unwrap_or(&nothing).to_vec();
    parts.chunks_exact(part).for_each(|part| words.extend(sum_of_line(part)));
    for part in 1..=LINES {
        let (earlier, own) = words.split_at_mut(part * count);
        add_words(own, &earlier[(part - 1) * count..]);
    }
    let from = |part: usize| Some(&words[part * count..(part + 1) * count]);
    let mut sums = sums_along_memory(parts, part, from);
    if !rest.is_empty() {
        sums.extend(sums_along_memory(rest, rest.len(), |_| from(LINES)));
    }
    sums
}

/// The running products of a block.
fn products<T: Summable>(block: &[T], shape: &[usize], axis: usize) -> Vec<T::Sum> {
    let one = T::Product::ONE;
    by_columns(block, shape, axis, |lines, block, out| {
        let width = lines.len();
        let (mut before, mut within) = ([one; COLUMNS], [one; COLUMNS]);
        let mut row = 0;
        block.for_each_row(|at| {
            for (k, (&x, out)) in block.values[at..at + width].iter().zip(&mut out[at..]).enumerate() {
                within[k] = within[k].times(x);
                *out = before[k].joined(within[k]).value();
            }
            row += 1;
            if row % BLOCK == 0 {
                before.iter_mut().zip(&within).for_each(|(before, &block)| *before = before.joined(block));
                within = [one; COLUMNS];
            }
        });
    })
}

/// The running products of one line, times what comes before it.
fn products_from<T: Summable>(line: &[T], mut before: T::Product) -> Vec<T::Sum> {
    let mut out = memory::room(line.len());
    for block in line.chunks(BLOCK) {
        let mut within = T::Product::ONE;
        out.extend(block.iter().map(|&x| {
            within = within.times(x);
            before.joined(within).value()
        }));
        before = before.joined(within);
    }
    out
}

/// Some lines of a block side by side.
struct Strip<'a, T> {
    values: &'a [T],
    start: usize,
    rows: usize,
    stride: usize,
}

impl<T> Strip<'_, T> {
    /// Calls `f` with the place of every row.
    fn for_each_row(&self, mut f: impl FnMut(usize)) {
        (0..self.rows).for_each(|row| f(self.start + row * self.stride));
    }
}

/// Fills an array of the shape of a block strip by strip: `f` is given the numbers of the lines.
fn by_columns<T: Copy, U: Element>(
    values: &[T],
    shape: &[usize],
    axis: usize,
    mut f: impl FnMut(std::ops::Range<usize>, &Strip<'_, T>, &mut [U]),
) -> Vec<U> {
    let mut out = memory::filled(values.len(), U::default());
    let (rows, stride): (_, usize) = (shape[axis], shape[axis + 1..].iter().product());
    if values.is_empty() {
        return out;
    }
    for outer in 0..values.len() / (rows * stride) {
        for column in (0..stride).step_by(COLUMNS) {
            let width = COLUMNS.min(stride - column);
            let line = outer * stride + column;
            let strip = Strip { values, start: outer * rows * stride + column, rows, stride };
            f(line..line + width, &strip, &mut out);
        }
    }
    out
}
