//! Linear operators with exact adjoints, and their algebra.
//!
//! [`LinearOperator`] is what an operator's author writes: two spaces and two kernels on local
//! slices. [`Operator`] is the shared handle everybody else uses: a clone copies a pointer, and it
//! carries the algebra `Aᴴ`, `Aᵀ`, `αA`, `A + B`, `A B`, `Aⁿ`, `A x`.
//!
//! There is one family of operators: a rank's own operator is one whose spaces live on a
//! communicator of that rank alone ([`Comm::alone`](crate::Comm::alone)), or of a group of ranks
//! ([`Groups`]); block-diagonal operators and stacks take either.
//!
//! # How they are made
//! A type of this module is a *description*; `.on(&layout)?` makes the operator, and takes the scalar
//! where nothing before it did: `FirstDerivative::along(0).on::<f64>(&layout)?`,
//! `Restriction::new(&[1, 4]).along(1).on::<f64>(&layout)?`, `MatrixMult::new(&matrix).on(&layout)?`.
//! What is made of parts that carry their spaces is made by `of`: `Diagonal::of(&d)?`,
//! `StackedVStack::of(operators)?`, `BlockDiag::of(comm, operators)?`; where ranks share the parts out, by
//! `over`, which names them by number: `VStack::over(comm, n, |k| …)?`. What cannot fail returns the
//! operator, all else a [`Result`](crate::Result), the same on all ranks.
//!
//! # By rows
//! Sums, products, multiples, adjoints and stacks of derivatives, gradients, Laplacians and identities go through memory
//! once: rows of the first axis in ascending order, what is between two factors kept in cache, with one exchange of ghost
//! rows as deep as all of them read. So does `A x`, and so do the solvers, which form their sums while a row is in cache.
//! The arrays are of one layout, of two axes or more, whole but for the first axis, which is cut into blocks; elsewhere
//! each part is applied by itself. The bits are the same. [`Operator`]'s `Display` says whether an operator does.
//!
//! All ranks of a layout make an operator on it, also where nothing is sent: where calls are compared (`LOPS_CHECK=1`, or a
//! debug build), the ranks meet there, and what one is told otherwise is named.

mod algebra; //     Aᴴ, α A, A + B, A B, …
mod along; //       weighted samples along an axis
mod avo; //         amplitudes of reflections by angle
mod bases; //       wavelets, cosines
mod basic; //       diagonals, matrices, restrictions, …
mod blockwise; //   maps of blocks of some whole axes
mod by_rows; //     operators that go through their input once
mod check; //       what any operator has to do
mod communication; // what an operator sends
mod derivatives;
mod fused; //       a product and the sum over it, in one pass
mod handle; //      Operator: the checked door, `A x`
mod helpers; //     normal operators, regularised stacks, small matrices
mod imaging; //     from space to records in time
mod kernels; //     how the crate's operators are written
mod list; //        what lists of operators have in common
mod one_rank; //    the same on many ranks and on one
mod probing; //     the diagonal of an operator of which only products are known
mod products; //    matrices that are cut over the ranks
mod put; //         set or add
mod radon; //       sums along curves
mod signal;
mod stacks;
mod stencil; //     what derivatives and convolutions have in common
mod sums; //        along an axis
mod terms; //       things that are shared out, and their exact sums
mod tomography; //  rays through images
mod transforms;
mod waves; //       wavefields: blended, taken to other depths, made of parts
mod windows; //     operators in windows of an array

pub use algebra::OnTheRight;
pub use along::{Bilinear, Flip, Interp, LinearRegression, Pad, Regression, Roll, Symmetrize};
pub use avo::{AVOLinearModelling, Linearization, PrestackLinearModelling, PrestackWaveletModelling};
pub use bases::{DCT, DWT, DWT2D, DWTND, Seislet, WaveletFilter};
pub use basic::{
    Diagonal, Fold, Function, Halo, Identity, ImaginaryPart, MatrixMult, Overlaps, RealPart, Redistribute, Restriction,
    Spread, TransposeAxes, Zero,
};
pub use check::CheckReport;
pub use communication::Communication;
pub use derivatives::{
    FirstDerivative, FirstDirectionalDerivative, Gradient, Laplacian, SecondDerivative, SecondDirectionalDerivative,
};
pub use handle::Operator;
pub use helpers::{normal, regularise};
pub use imaging::{Kirchhoff, SpreadAlong};
pub use one_rank::{check_same_bits, one_rank_difference};
pub use products::{DistMatrixMult, Fredholm1, Kronecker, SparseMatrix};
pub use radon::{
    ChirpRadon, ChirpRadon2D, ChirpRadon3D, FourierRadon, FourierRadon2D, FourierRadon3D, Radon, Radon2D, Radon3D,
};
pub use signal::{
    Convolve1D, ConvolveND, MDC, NonStationaryConvolve1D, NonStationaryConvolve2D, NonStationaryConvolve3D,
    PoststackModelling, Shift, Smoothing,
};
pub use stacks::{Block, BlockDiag, Groups, HStack, Shares, StackedBlockDiag, StackedHStack, StackedVStack, VStack};
pub use stencil::{Points, Stencil};
pub use sums::{CausalIntegration, Sum};
pub use tomography::{CT2D, MRI2D};
pub use transforms::{FFT, FFT2D, FFTND, FFTNorm, fft, fftn, ifft, ifftn, irfft, rfft};
pub use waves::{
    BlendingContinuous, BlendingGroup, BlendingHalf, Marchenko, PhaseShift, PressureToVelocity, UpDownComposition,
};
pub use windows::{Patch2D, Patch3D, Sliding1D, Sliding2D, Sliding3D, Window, Windows};

pub use crate::comm::Sent;

use crate::array::Space;
use crate::numbers::Scalar;
pub(in crate::operators) use blockwise::{BlockMap, check_moves, on_blocks};
pub(crate) use by_rows::{PIECE, Places, Update};
pub(crate) use fused::{RoundTrip, Step};
pub(in crate::operators) use handle::{Form, Mixed, Node};
pub(in crate::operators) use kernels::{Kernels, Room};
pub(crate) use probing::Colours;
pub(in crate::operators) use put::{Add, Put, Set};
pub(in crate::operators) use transforms::{all_whole, gathered, is_whole, with_lengths};

/// A linear map `A : X → Y` between spaces, and its adjoint `Aᴴ : Y → X`.
///
/// The kernels get slices of the right lengths ([`Space::local_len`] of this rank) and overwrite
/// all of their output; they cannot fail. The adjoint is exact: `⟨A x, y⟩ = ⟨x, Aᴴ y⟩`, in the real
/// inner product where one side is real and the other complex. All ranks call a kernel together,
/// also where the operator sends nothing.
///
/// # Example
/// Everybody's own operator, here `y = 2 x`:
/// ```
/// use lops::{Comm, DistArray, Layout, LinearOperator, Operator, Space};
///
/// struct Double(Space);
///
/// impl LinearOperator<f64> for Double {
///     fn domain(&self) -> &Space {
///         &self.0
///     }
///     fn range(&self) -> &Space {
///         &self.0
///     }
///     fn apply(&self, x: &[f64], y: &mut [f64]) {
///         for (y, x) in y.iter_mut().zip(x) {
///             *y = 2.0 * x; // y ← A x
///         }
///     }
///     fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
///         self.apply(y, x); // A is real and symmetric
///     }
/// }
///
/// let layout = Layout::scatter(&Comm::solo(), &[3], 0)?;
/// let double = Operator::new(Double(layout.clone().into()));
/// let x = DistArray::full(&layout, 1.5);
/// let y = &(&double * &double) * &x;
/// assert_eq!(y.as_slice(), [6.0; 3]);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// One that communicates says what it sends, and [`Operator::check`] counts whether that is true. Here
/// each element less the mean of all, `y = x − (Σ x / n)`:
/// ```
/// use lops::operators::Communication;
/// use lops::{Layout, LinearOperator, Operator, Space, comm::{Reduction, Sent}, launch_threads};
///
/// struct LessMean(Space);
///
/// impl LinearOperator<f64> for LessMean {
///     fn domain(&self) -> &Space {
///         &self.0
///     }
///     fn range(&self) -> &Space {
///         &self.0
///     }
///     fn apply(&self, x: &[f64], y: &mut [f64]) {
///         let mut sum = [x.iter().sum::<f64>()];
///         self.0.comm().all_reduce(&mut sum, Reduction::Sum); // Σ x over all ranks
///         let mean = sum[0] / self.0.size() as f64;
///         y.iter_mut().zip(x).for_each(|(y, x)| *y = x - mean); // y ← x − mean
///     }
///     fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
///         self.apply(y, x); // A is real and symmetric
///     }
///     fn communication(&self) -> Communication {
///         Communication::both(Sent::all_reduce::<f64>(self.0.comm(), 1))
///     }
/// }
///
/// launch_threads(3, |comm| {
///     let layout = Layout::scatter(comm, &[10], 0)?;
///     let report = Operator::new(LessMean(layout.into())).check(1)?;
///     assert!(report.warnings.is_empty(), "{report}");
///     Ok(())
/// })
/// .unwrap();
/// ```
pub trait LinearOperator<X: Scalar, Y: Scalar = X> {
    /// The space `X`.
    fn domain(&self) -> &Space;

    /// The space `Y`.
    fn range(&self) -> &Space;

    /// `y ← A x`.
    fn apply(&self, x: &[X], y: &mut [Y]);

    /// `x ← Aᴴ y`.
    fn apply_adjoint(&self, y: &[Y], x: &mut [X]);

    /// `y ← y + α A x` in one pass, where the operator offers it: sums and stacks ask for it. Where it does not,
    /// they keep room for `A x`, a vector, and add from there.
    fn accumulate(&self) -> Option<&dyn Accumulate<X, Y>> {
        None
    }

    /// What this rank sends per forward and per adjoint application: sums of what [`Sent`] makes of the calls
    /// ([`Sent::all_reduce`], [`Exchange::sends`](crate::comm::Exchange::sends), …).
    fn communication(&self) -> Communication {
        Communication::default()
    }

    /// Bytes of memory that the operator keeps on this rank beside the vectors it is applied to:
    /// buffers of messages, packed lines, copies of matrices, vectors between the factors of a product.
    fn scratch(&self) -> usize {
        0
    }

    /// What the operator is called when it is printed.
    fn name(&self) -> String {
        type_name::<Self>()
    }
}

/// Kernels that add to their output instead of overwriting it.
pub trait Accumulate<X: Scalar, Y: Scalar = X> {
    /// `y ← y + α A x`.
    fn apply_add(&self, alpha: Y, x: &[X], y: &mut [Y]);

    /// `x ← x + α Aᴴ y`.
    fn apply_adjoint_add(&self, alpha: X, y: &[Y], x: &mut [X]);
}

/// The last part of a type's name, without parameters.
fn type_name<A: ?Sized>() -> String {
    let name = std::any::type_name::<A>();
    let base = name.split('<').next().unwrap_or(name);
    base.rsplit("::").next().unwrap_or(base).to_string()
}
