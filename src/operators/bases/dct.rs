//! Cosine transforms along axes.

use super::cosines::Cosines;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, check_axes};
use crate::numbers::Scalar;
use crate::operators::signal::Named;
use crate::operators::{BlockMap, Operator, on_blocks};
use std::cell::RefCell;

/// The cosine transform along some axes, of one of four types, as an orthogonal matrix: `Aᴴ A = A Aᴴ = I`.
///
/// ```text
/// 1: yₖ = √(2/(n−1)) cₖ Σⱼ cⱼ xⱼ cos(π j k / (n−1))     c₀ = cₙ₋₁ = 1/√2
/// 2: yₖ = √(2/n) sₖ Σⱼ xⱼ cos(π (2j+1) k / 2n)          s₀ = 1/√2
/// 3: yₖ = √(2/n) Σⱼ sⱼ xⱼ cos(π j (2k+1) / 2n)
/// 4: yₖ = √(2/n) Σⱼ xⱼ cos(π (2j+1) (2k+1) / 4n)
/// ```
///
/// with all other c and s 1. Types 2, which is what is meant where none is told, and 3 are each other's adjoints; 1 and 4 are their own. Each
/// line is a complex Fourier transform of twice its length.
///
/// # Spaces
/// `X = Y`: one array, replicated or on any grid. Chunks are refused, and masks where elements change their ranks. Real or complex.
///
/// # Communication
/// For each of the axes that is cut two exchanges each way, to lines that are whole and back, in which each element that changes its rank is
/// sent once.
///
/// # Same bits
/// On any number of ranks and in any layout.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::DCT};
///
/// launch_threads(2, |comm| {
///     // A smooth line is a few low frequencies.
///     let layout = Layout::scatter(comm, &[3, 50], 0)?;
///     let x = DistArray::from_fn(&layout, |i| (i[1] as f64 / 10.0).sin());
///     let cosines = DCT::over(&[1]).on::<f64>(&layout)?;
///     let y = (&cosines * &x).gather_all();
///     assert!(y.indexed_iter().all(|(i, y)| i[1] < 12 || y.abs() < 0.05));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// G. Strang, "The discrete cosine transform", SIAM Review 41, 1999. Behaviour: `DCT` of pylops.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct DCT {
    axes: Vec<usize>,
    kind: usize,
}

impl DCT {
    /// Along these axes, of type 2.
    pub fn over(axes: &[usize]) -> Self {
        Self { axes: axes.to_vec(), kind: 2 }
    }

    /// Of this type, 1 to 4.
    pub fn kind(mut self, kind: usize) -> Self {
        self.kind = kind;
        self
    }

    /// The operator on arrays of this layout. All ranks call it; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis, none is named, or one is named twice; [`ErrorKind::Parameter`] if there is no such type;
    /// [`ErrorKind::Shape`] if an axis has no samples, or for type 1 only one; [`ErrorKind::Layout`] of chunks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        let Self { axes, kind } = self;
        if !(1..=4).contains(&kind) {
            return Err(Error::expected(ErrorKind::Parameter, "type of DCT", "1 to 4", kind));
        }
        let Some((&first, others)) = axes.split_first() else {
            return Err(Error::expected(ErrorKind::Axis, "axes of DCT", "at least one", "none"));
        };
        check_axes("DCT", layout.shape(), &axes)?;
        let name = format!("DCT(axes {axes:?}, type {kind})");
        let along = |axis: usize| {
            let (n, least) = (layout.shape()[axis], if kind == 1 { 2 } else { 1 });
            if n < least {
                let (what, expected) = (format!("samples on axis {axis} of DCT"), format!("at least {least}"));
                return Err(Error::expected(ErrorKind::Shape, what, expected, n));
            }
            on_blocks(name.clone(), &[axis], &[n], layout, Lines::<T>::new(kind, n))
        };
        let inner = others.iter().try_fold(along(first)?, |inner, &axis| along(axis)?.compose(&inner))?;
        Ok(if others.is_empty() { inner } else { Operator::new(Named { name, inner }) })
    }
}

/// A matrix of cosines and its transpose.
struct Lines<T: Scalar> {
    forward: RefCell<Cosines<T::Real>>,
    adjoint: RefCell<Cosines<T::Real>>,
}

impl<T: Scalar> Lines<T> {
    fn new(kind: usize, n: usize) -> Self {
        let transposed = [1, 3, 2, 4][kind - 1];
        let [forward, adjoint] = [kind, transposed].map(|kind| RefCell::new(Cosines::new(kind, n)));
        Self { forward, adjoint }
    }
}

impl<T: Scalar> BlockMap<T> for Lines<T> {
    fn forward(&self, x: &[T], y: &mut [T]) {
        self.forward.borrow_mut().run(x, y);
    }

    fn adjoint(&self, y: &[T], x: &mut [T]) {
        self.adjoint.borrow_mut().run(y, x);
    }

    fn bytes(&self) -> usize {
        self.forward.borrow().bytes() + self.adjoint.borrow().bytes()
    }
}
