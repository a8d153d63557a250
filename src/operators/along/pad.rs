//! Zeros around an array.

use super::taken::{self, check_layout};
use super::weights::Weights;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Scalar;
use crate::operators::{LinearOperator, Operator};

/// `y` = `x` with so many zeros before and behind it along each axis. The adjoint cuts them off.
///
/// # Spaces
/// `X`: one array, replicated or on any grid. `Y`: the same with longer axes, each cut evenly where that of `X` is cut and it has grown. Chunks
/// and masks are refused. Real or complex.
///
/// # Communication
/// For each axis that is cut and grows one exchange, in which each element that changes its rank is sent once.
///
/// # Same bits
/// On any number of ranks and in any layout: nothing is computed.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::Pad};
///
/// launch_threads(2, |comm| {
///     let layout = Layout::scatter(comm, &[2, 1], 0)?;
///     let pad = Pad::new(&[(1, 0), (0, 1)]).on(&layout)?;
///     let y = &pad * &DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64);
///     assert_eq!(y.gather_all().as_slice(), Some(&[0.0, 0.0, 1.0, 0.0, 2.0, 0.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `Pad`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct Pad {
    zeros: Vec<(usize, usize)>,
}

impl Pad {
    /// With so many zeros before and behind along each axis.
    pub fn new(zeros: &[(usize, usize)]) -> Self {
        Self { zeros: zeros.to_vec() }
    }

    /// The operator on arrays of this layout. All ranks call it; nothing is sent.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if there is not a pair for each axis, or the longer array has too many elements;
    /// [`ErrorKind::Layout`] of chunks and masks.
    pub fn on<T: Scalar>(self, layout: &Layout) -> Result<Operator<T>> {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        let (name, axes) = (format!("Pad({:?})", self.zeros), layout.ndim());
        if self.zeros.len() != axes || axes == 0 {
            let expected = format!("one for each axis, {axes}, and an axis");
            return Err(Error::expected(ErrorKind::Shape, "pairs of zeros of Pad", expected, self.zeros.len()));
        }
        check_layout(&name, 0, layout)?;
        let length = |(&(before, behind), &n): (&(usize, usize), &usize)| before.checked_add(behind)?.checked_add(n);
        if let Some(axis) = self.zeros.iter().zip(layout.shape()).position(|axis| length(axis).is_none()) {
            let (what, found) = (format!("zeros of Pad on axis {axis}"), format!("{:?}", self.zeros[axis]));
            return Err(Error::expected(ErrorKind::Shape, what, "a number of elements below 2⁶³", found));
        }
        let grows = |&(_, &(before, behind)): &(usize, &(usize, usize))| before + behind > 0;
        let mut along: Vec<_> = self.zeros.iter().enumerate().filter(grows).collect();
        if along.is_empty() {
            along.push((0, &(0, 0)));
        }
        let mut whole: Option<Operator<T>> = None;
        for (axis, &(before, behind)) in along {
            let from = match &whole {
                Some(operator) => operator.range().layout()?.clone(),
                None => layout.clone(),
            };
            let n = from.shape()[axis];
            let place = |k: usize| k.checked_sub(before).filter(|&j| j < n).map(|j| (j, 1.0));
            let weights = Weights::new(n, (0..before + n + behind).map(|k| place(k).into_iter().collect()));
            let next = taken::operator(name.clone(), &weights, axis, &from)?;
            whole = Some(match whole {
                Some(operator) => next.compose(&operator)?,
                None => next,
            });
        }
        #[allow(clippy::expect_used)] // there is one pair at least
        Ok(whole.expect("an axis"))
    }
}
