//! Multiplication element by element.

use crate::array::{DistArray, Halo};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Mode, Partition};
use crate::numbers::Scalar;
use crate::operators::by_rows::{AnySweep, Putting, Reach, Rows, RowsMut, Slab, Sweep, Tile, ghosts_of};
use crate::operators::{Add, Kernels, Operator, Put, Set};
use multiversion::multiversion;
use std::{ops::Range, rc::Rc};

/// `yᵢ = dᵢ xᵢ`.
///
/// The adjoint is `xᵢ = d̄ᵢ yᵢ`.
///
/// # Spaces
/// `X = Y`: that of `d`, any but of chunks that are combined where they overlap: there the product of
/// two sums is not the sum of the products. Real or complex.
///
/// # Communication
/// None. A composition that goes by rows, such as L D L with a Laplacian L, computes some rows of other ranks anew: when
/// it is applied first, it gets the diagonal's rows there, and keeps them.
///
/// # Example
/// ```
/// use lops::{Comm, Complex, DistArray, Layout, operators::Diagonal};
///
/// let layout = Layout::scatter(&Comm::solo(), &[2], 0)?;
/// let i = Complex::new(0.0, 1.0);
/// let d = Diagonal::of(&DistArray::full(&layout, i))?;
/// let x = DistArray::full(&layout, Complex::new(3.0, 0.0));
/// assert_eq!((&d * &x).as_slice(), [3.0 * i; 2]);
/// assert_eq!((d.adjoint() * &x).as_slice(), [-3.0 * i; 2]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: pylops `Diagonal`.
#[derive(Debug)]
pub struct Diagonal<T: Scalar>(Rc<DistArray<T>>);

impl<T: Scalar> Diagonal<T> {
    /// The operator with this diagonal, of which it keeps a copy.
    ///
    /// # Errors
    /// [`ErrorKind::Layout`] if the diagonal is in chunks of another mode than [`Mode::Replica`].
    pub fn of(diagonal: &DistArray<T>) -> Result<Operator<T>> {
        for layout in diagonal.space().layouts() {
            if matches!(layout.partition(), Partition::Chunks(chunks) if chunks.mode() != Mode::Replica) {
                let expected = "no chunks that are combined";
                return Err(Error::expected(ErrorKind::Layout, "layout of Diagonal", expected, layout));
            }
        }
        Ok(Self(Rc::new(diagonal.clone())).between(diagonal.space(), diagonal.space()))
    }
}

impl<T: Scalar> Kernels<T> for Diagonal<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        self.0.passes_over(2, 1);
        multiply(put, y, self.0.as_slice(), x); // y ← d x
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        self.0.passes_over(2, 1);
        multiply_conj(put, x, self.0.as_slice(), y); // x ← d̄ y
    }

    fn forward_sweep(&self, slab: &Slab, [members, _]: [usize; 2]) -> Option<AnySweep<T, T>> {
        Some(DiagonalSweep::of(slab, members, &self.0, false))
    }

    fn adjoint_sweep(&self, slab: &Slab, [members, _]: [usize; 2]) -> Option<AnySweep<T, T>> {
        Some(DiagonalSweep::of(slab, members, &self.0, true))
    }

    fn scratch(&self) -> usize {
        size_of_val(self.0.as_slice())
    }
}

/// One direction by rows.
struct DiagonalSweep<T: Scalar> {
    slab: Slab,
    members: usize,
    diagonal: Rc<DistArray<T>>,
    is_adjoint: bool,
    /// The diagonal's rows of other ranks, where they are asked for.
    ghosts: Option<Halo<T>>,
}

impl<T: Scalar> DiagonalSweep<T> {
    fn of(slab: &Slab, members: usize, diagonal: &Rc<DistArray<T>>, is_adjoint: bool) -> AnySweep<T, T> {
        Box::new(Self { slab: slab.clone(), members, diagonal: diagonal.clone(), is_adjoint, ghosts: None })
    }

    fn write<P: Put<T>>(&self, put: P, tile: &Tile, input: Rows<'_, T>, output: &mut RowsMut<'_, T>) {
        let diagonal = Rows::own(&self.slab, self.diagonal.as_slice(), self.ghosts.as_ref().map(Halo::held));
        for member in 0..self.members {
            for row in tile.rows.clone() {
                let [d, x] = [&diagonal, &input].map(|rows| rows.lines(member, row, tile.lines.clone()));
                let y = output.lines(member, row, tile.lines.clone());
                if self.is_adjoint {
                    multiply_conj(put, y, d, x); // y ← d̄ x
                } else {
                    multiply(put, y, d, x); // y ← d x
                }
            }
        }
    }
}

impl<T: Scalar> Sweep<T, T> for DiagonalSweep<T> {
    fn reach(&self) -> Reach {
        Reach::default()
    }

    fn reads(&self, rows: Range<usize>) -> Range<usize> {
        rows
    }

    fn members(&self) -> [usize; 2] {
        [self.members; 2]
    }

    fn prepare(&mut self, _: usize, _: usize) {}

    fn begin(&mut self, asked: &dyn Fn(Range<usize>) -> Range<usize>, margin: Reach) {
        if margin.before + margin.after > 0 {
            let mut ghosts = ghosts_of(&self.slab, self.members, margin, asked)
                .expect("rows of arrays, where the operator around this one has ghosts of as many");
            ghosts.overlap(self.diagonal.as_slice(), || ());
            self.ghosts = Some(ghosts);
        }
    }

    fn start(&mut self) {}

    fn advance(&mut self, put: Putting<T>, tile: &Tile, input: Rows<'_, T>, output: &mut RowsMut<'_, T>) {
        match put {
            Putting::Set => self.write(Set, tile, input, output),
            Putting::Add(alpha) => self.write(Add(alpha), tile, input, output),
        }
    }

    fn multiplications(&self) -> usize {
        1
    }

    fn bytes(&self) -> usize {
        self.ghosts.as_ref().map_or(0, Halo::buffers)
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn multiply<T: Scalar, P: Put<T>>(put: P, y: &mut [T], d: &[T], x: &[T]) {
    for ((y, &d), &x) in y.iter_mut().zip(d).zip(x) {
        put.one(y, d * x);
    }
}

#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
fn multiply_conj<T: Scalar, P: Put<T>>(put: P, y: &mut [T], d: &[T], x: &[T]) {
    for ((y, &d), &x) in y.iter_mut().zip(d).zip(x) {
        put.one(y, d.conj() * x);
    }
}
