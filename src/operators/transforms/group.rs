//! Passes along several axes that are whole, one after another on blocks that stay in cache.

use super::axis::AxisTransform;
use super::passes::{Ends, Half, Pass, Whole};
use super::tiles::Block;
use crate::comm::Comm;
use crate::numbers::{Real, Scalar};
use num_complex::Complex;
use num_traits::Zero;

/// Bytes of a block that passes follow one another on: what a second-level cache holds.
const CACHED: usize = 1 << 20;

/// What is transformed first: `X` are real or complex.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum First {
    /// To all frequencies.
    Whole,
    /// Real numbers to half of them.
    Half,
}

/// Passes along axes one after another, from `X` to frequencies, block by block.
pub(super) struct Group<X, R: Real> {
    first: Box<dyn Pass<X, R>>,
    rest: Vec<Whole<R>>,
    /// How often the block is repeated, and its length before and after.
    blocks: usize,
    lens: [usize; 2],
    /// Lengths between the passes: after the first, the second, …
    between: Vec<usize>,
    /// Two blocks on the way, where lines change their lengths, and for the way back.
    room: [Vec<Complex<R>>; 2],
    comm: Comm,
}

/// How many of these transforms, in their order, go block by block together on a local array of this shape.
pub(super) fn together<R>(shape: &[usize], transforms: &[AxisTransform<R>]) -> usize {
    let (mut shape, mut lowest) = (shape.to_vec(), usize::MAX);
    let fits = transforms.iter().position(|transform| {
        lowest = lowest.min(transform.axis);
        shape[transform.axis] = transform.n.max(transform.out);
        shape[lowest..].iter().product::<usize>() * size_of::<Complex<R>>() > CACHED
    });
    fits.unwrap_or(transforms.len()).max(1)
}

impl<R: Real> Group<Complex<R>, R>
where
    Complex<R>: Scalar<Real = R>,
{
    pub(super) fn of_complex(comm: &Comm, shape: &mut [usize], transforms: &[AxisTransform<R>]) -> Self {
        Self::new(comm, shape, transforms, |transform, block| Box::new(Whole::new(transform, block)))
    }
}

impl<S: Real> Group<S, S>
where
    Complex<S>: Scalar<Real = S>,
{
    pub(super) fn of_real(comm: &Comm, shape: &mut [usize], transforms: &[AxisTransform<S>], first: First) -> Self {
        Self::new(comm, shape, transforms, |transform, block| match first {
            First::Whole => Box::new(Whole::new(transform, block)),
            First::Half => Box::new(Half::new(transform, block)),
        })
    }
}

impl<X: Ends<R>, R: Real> Group<X, R>
where
    Complex<R>: Scalar<Real = R>,
{
    /// On a local array of this shape, which becomes that of the result.
    fn new(
        comm: &Comm,
        shape: &mut [usize],
        transforms: &[AxisTransform<R>],
        first: impl FnOnce(AxisTransform<R>, Block) -> Box<dyn Pass<X, R>>,
    ) -> Self {
        let lowest = transforms.iter().map(|transform| transform.axis).min().unwrap_or(0);
        let blocks = shape[..lowest].iter().product();
        let before = shape[lowest..].iter().product();
        let (mut between, mut passes) = (vec![], vec![]);
        for transform in transforms {
            passes.push((transform.clone(), Block::along(transform.axis - lowest, &shape[lowest..])));
            if shape[transform.axis] > 0 {
                shape[transform.axis] = transform.out; // where a rank has nothing it stays so
            }
            between.push(shape[lowest..].iter().product());
        }
        let after = between.pop().unwrap_or(before);
        let mut passes = passes.into_iter();
        #[allow(clippy::expect_used)] // a group is made of the transforms there are
        let (transform, block) = passes.next().expect("a transform");
        let rest: Vec<_> = passes.map(|(transform, block)| Whole::new(transform, block)).collect();
        let most = between.iter().copied().max().unwrap_or(0);
        let room = [(); 2].map(|()| vec![Complex::zero(); most]);
        Self { first: first(transform, block), rest, blocks, lens: [before, after], between, room, comm: comm.clone() }
    }

    /// `y ← F x`.
    pub(super) fn forward(&mut self, x: &[X], y: &mut [Complex<R>]) {
        self.comm.moves(size_of_val(x), size_of_val(y));
        let [before, after] = self.lens;
        for k in 0..self.blocks {
            let (x, y) = (&x[k * before..][..before], &mut y[k * after..][..after]);
            let Some((last, middle)) = self.rest.split_last_mut() else {
                self.first.forward(x, y);
                continue;
            };
            let [here, there] = &mut self.room;
            let (mut here, mut there) = (&mut here[..], &mut there[..]);
            self.first.forward(x, &mut here[..self.between[0]]);
            for (j, pass) in middle.iter_mut().enumerate() {
                pass.forward(&here[..self.between[j]], &mut there[..self.between[j + 1]]);
                (here, there) = (there, here);
            }
            last.forward(&here[..self.between[middle.len()]], y);
        }
    }

    /// `x ← Fᴴ y`.
    pub(super) fn adjoint(&mut self, y: &[Complex<R>], x: &mut [X]) {
        self.comm.moves(size_of_val(y), size_of_val(x));
        let [before, after] = self.lens;
        for k in 0..self.blocks {
            let (x, y) = (&mut x[k * before..][..before], &y[k * after..][..after]);
            let Some((last, middle)) = self.rest.split_last_mut() else {
                self.first.adjoint(y, x);
                continue;
            };
            let [here, there] = &mut self.room;
            let (mut here, mut there) = (&mut here[..], &mut there[..]);
            last.adjoint(y, &mut here[..self.between[middle.len()]]);
            for (j, pass) in middle.iter_mut().enumerate().rev() {
                pass.adjoint(&here[..self.between[j + 1]], &mut there[..self.between[j]]);
                (here, there) = (there, here);
            }
            self.first.adjoint(&here[..self.between[0]], x);
        }
    }

    /// Elements of this rank before and after.
    pub(super) fn lens(&self) -> [usize; 2] {
        self.lens.map(|len| self.blocks * len)
    }

    /// Bytes that it keeps.
    pub(super) fn bytes(&self) -> usize {
        let of_room: usize = self.room.iter().map(|room| size_of_val(&room[..])).sum();
        let of_rest: usize = self.rest.iter().map(|pass| Pass::<Complex<R>, R>::bytes(pass)).sum();
        of_room + self.first.bytes() + of_rest
    }
}
