//! Choice by a condition, and functions of three arrays.

use super::operand::Operand;
use crate::array::{Against, DistArray, for_each_stretch, meet, mode_rules};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::{Element, memory};
use std::borrow::Cow;

impl DistArray<bool> {
    /// x where the condition holds, y elsewhere: NumPy's `where`. Either may be a number; shapes broadcast.
    ///
    /// # Errors
    /// Those of [`zip3`](Self::zip3).
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(3, |comm| {
    ///     let x = DistArray::from_fn(&Layout::scatter(comm, &[4], 0)?, |i| i[0] as f64 - 1.0);
    ///     let positive = x.greater(0.0)?.select(&x, 0.0)?;
    ///     assert_eq!(positive.gather_all(), lops::ndarray::arr1(&[0.0, 0.0, 1.0, 2.0]).into_dyn());
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    #[doc(alias = "where")]
    pub fn select<'a, 'b, T: Element>(
        &self,
        x: impl Into<Operand<'a, T>>,
        y: impl Into<Operand<'b, T>>,
    ) -> Result<DistArray<T>> {
        match (x.into(), y.into()) {
            (Operand::Array(x), Operand::Array(y)) => self.zip3(x, y, |c, x, y| if c { x } else { y }),
            (Operand::Array(x), Operand::Scalar(y)) => self.zip(x, |c, x| if c { x } else { y }),
            (Operand::Scalar(x), y) => self.with(y, "select", |c, y| if c { x } else { y }),
        }
    }
}

impl<T: Element> DistArray<T> {
    /// f of every three elements of three arrays, whose shapes broadcast as those of [`zip`](Self::zip): one
    /// pass over memory, and one more for each array that has to be repeated.
    ///
    /// # Errors
    /// Those of [`zip`](Self::zip).
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads};
    ///
    /// launch_threads(2, |comm| {
    ///     let layout = Layout::scatter(comm, &[4, 3], 0)?;
    ///     let [a, b] = [2.0, 5.0].map(|value| DistArray::full(&layout, value));
    ///     let row = DistArray::from_fn(&Layout::replicated(comm, &[3])?, |i| i[0] as f64);
    ///     let mixed = a.zip3(&b, &row, |a, b, t| a + t * (b - a))?; // one pass
    ///     assert_eq!(mixed.get(&[3, 2])?, 8.0);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn zip3<U: Element, V: Element, W: Element>(
        &self,
        second: &DistArray<U>,
        third: &DistArray<V>,
        f: impl Fn(T, U, V) -> W,
    ) -> Result<DistArray<W>> {
        mode_rules::check_any(self.space(), "first array of three")?;
        if self.space() == second.space() && self.space() == third.space() {
            let data = each_three(self.as_slice(), second.as_slice(), third.as_slice(), f);
            return Ok(DistArray::from_parts(self.space().clone(), data));
        }
        let (Ok(a), Ok(b), Ok(c)) = (self.layout(), second.layout(), third.layout()) else {
            self.space().same_as(second.space(), "second array of three")?;
            self.space().same_as(third.space(), "third array of three")?;
            return Err(Error::expected(ErrorKind::Shape, "arrays of three", self.space(), third.space()));
        };
        let layout = meet_all(a, b, c)?;
        let (x, y, z) = (spread(self, &layout)?, spread(second, &layout)?, spread(third, &layout)?);
        Ok(DistArray::from_parts((&layout).into(), each_three(&x, &y, &z, f)))
    }
}

/// The layout on which three operands meet: those of two of them, then of that and the third, in whichever
/// order nothing has to move.
fn meet_all(a: &Layout, b: &Layout, c: &Layout) -> Result<Layout> {
    let both = |x: &Layout, y: &Layout, what| if x == y { Ok(x.clone()) } else { meet(x, y, what) };
    let first = both(a, b, "second array of three").and_then(|ab| both(&ab, c, "third array of three"));
    let orders = [(b, c, a), (a, c, b)];
    first.or_else(|error| {
        let mut others = orders.iter().filter_map(|(x, y, z)| both(&both(x, y, "").ok()?, z, "").ok());
        others.next().ok_or(error)
    })
}

/// The operand's values against this rank's part of a layout with which it lines up.
fn spread<'a, T: Element>(operand: &'a DistArray<T>, layout: &Layout) -> Result<Cow<'a, [T]>> {
    if operand.layout()? == layout {
        return Ok(operand.as_slice().into());
    }
    let mut data = memory::room(layout.local_len());
    for (region, part) in layout.regions(layout.comm().rank()).iter().zip(&Against::all(operand, layout)?) {
        let Some(part) = part else { continue };
        let (values, shape) = (part.values(), region.shape());
        let strides = part.strides(&shape);
        for_each_stretch(&shape, &strides, &strides, &mut |at, step, _, _, n| match step {
            1 => data.extend_from_slice(&values[at..at + n]),
            _ => data.extend(std::iter::repeat_n(values[at], n)),
        });
    }
    Ok(data.into())
}

fn each_three<T: Copy, U: Copy, V: Copy, W: 'static>(x: &[T], y: &[U], z: &[V], f: impl Fn(T, U, V) -> W) -> Vec<W> {
    let mut out = memory::room(x.len());
    out.extend(x.iter().zip(y).zip(z).map(|((&x, &y), &z)| f(x, y, z)));
    out
}
