//! The diagonal of an operator, and blocks about it, of which only products are known: by probes, vectors of zeros and ones.
//!
//! ```text
//! (A v)ᵢ = Σⱼ aᵢⱼ vⱼ = aᵢⱼ   where v is 1 at j and 0 wherever else row i is not 0
//! ```
//!
//! Elements that no row sees together have one colour, and one probe is enough for all of a colour: as A. R. Curtis, M. J. D. Powell and
//! J. K. Reid, J. Inst. Maths. Applics. 13 (1974) 117. Where rows are long, products with random signs are averaged instead:
//! C. Bekas, E. Kokiopoulou and Y. Saad, Appl. Numer. Math. 57 (2007) 1214.

use super::{LinearOperator, Operator};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Scalar;

impl<T: Scalar> Operator<T> {
    /// The diagonal of a square operator, exactly, where an output hears from inputs no further away than `reach` along each axis:
    /// of a Laplacian 1, of a convolution half its filter's length, of a product the sum of its factors' reaches.
    ///
    /// A reach as long as the axis is always right. One that is too short gives the diagonal with some of what lies beside it.
    ///
    /// # Communication
    /// That of ∏ min(reach + 1, n) applications, over the axes.
    ///
    /// # Same bits
    /// On any number of ranks, where the operator keeps them.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] or [`ErrorKind::Communicator`] if A does not map a space to itself, and if there is not a reach for each axis;
    /// [`ErrorKind::Layout`] of stacks and of chunks.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, operators::{Diagonal, Laplacian}};
    ///
    /// launch_threads(3, |comm| {
    ///     let layout = Layout::scatter(comm, &[9, 8], 0)?;
    ///     let d = DistArray::from_fn(&layout, |i| (i[0] + 1) as f64);
    ///     let a = Diagonal::of(&d)? + Laplacian::over(&[0, 1]).on(&layout)?;
    ///     let diagonal = a.diagonal(&[1, 1])?; // four products
    ///     assert_eq!(diagonal.get(&[4, 5])?, 5.0 - 4.0);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn diagonal(&self, reach: &[usize]) -> Result<DistArray<T>> {
        let layout = self.one_array("diagonal")?;
        let _operation = layout.group().operation("diagonal", format_args!("{}, {layout:#}, {reach:?}", self.name()));
        let colours = Colours::new(layout, reach, None)?;
        let (mut diagonal, mut product) = (DistArray::zeros(layout), DistArray::zeros(layout));
        for colour in colours.all() {
            let probe = colours.probe(layout, &colour);
            self.apply_into(&probe, &mut product)?;
            let there = diagonal.as_mut_slice().iter_mut().zip(product.as_slice()).zip(probe.as_slice());
            there.filter(|(_, probe)| !probe.is_zero()).for_each(|((d, product), _)| *d = *product);
        }
        Ok(diagonal)
    }

    /// An estimate of the diagonal of a square operator from so many products with random signs: the error of element i is about
    /// √(Σⱼ |aᵢⱼ|² / samples) over j ≠ i. Signs follow from global numbers.
    ///
    /// # Communication
    /// That of so many applications.
    ///
    /// # Same bits
    /// On any number of ranks, where the operator keeps them.
    ///
    /// # Errors
    /// As [`diagonal`](Self::diagonal); [`ErrorKind::Parameter`] of no samples.
    ///
    /// # Example
    /// ```
    /// use lops::{DistArray, Layout, launch_threads, operators::{Diagonal, Laplacian}};
    ///
    /// launch_threads(2, |comm| {
    ///     let layout = Layout::scatter(comm, &[30], 0)?;
    ///     let a = Diagonal::of(&DistArray::full(&layout, 10.0))? + Laplacian::over(&[0]).on(&layout)?;
    ///     let estimate = a.diagonal_estimate(100)?; // inside it is 8, beside which there are two ones
    ///     assert!((estimate.get(&[15])? - 8.0_f64).abs() < 0.6);
    ///     Ok(())
    /// })
    /// .unwrap();
    /// ```
    pub fn diagonal_estimate(&self, samples: usize) -> Result<DistArray<T>> {
        let layout = self.one_array("diagonal_estimate")?;
        let told = format_args!("{}, {layout:#}, {samples}", self.name());
        let _operation = layout.group().operation("diagonal_estimate", told);
        if samples == 0 {
            return Err(Error::expected(ErrorKind::Parameter, "samples of a diagonal", "at least 1", 0));
        }
        let [mut diagonal, mut product, mut signs] = [(); 3].map(|()| DistArray::zeros(layout));
        let sign = |x: T| if x.re() < <T::Real as num_traits::Zero>::zero() { -T::one() } else { T::one() };
        for sample in 0..samples {
            signs.fill_random_signed(sample as u64);
            signs.as_mut_slice().iter_mut().for_each(|x| *x = sign(*x));
            self.apply_into(&signs, &mut product)?;
            let there = diagonal.as_mut_slice().iter_mut().zip(product.as_slice()).zip(signs.as_slice());
            there.for_each(|((d, &product), &sign)| *d += sign * product);
        }
        diagonal.scale(T::from_parts(1.0 / samples as f64, 0.0));
        Ok(diagonal)
    }

    /// The layout of an operator from one array to arrays of its kind.
    pub(crate) fn one_array(&self, what: &str) -> Result<&Layout> {
        self.domain().same_as(self.range(), &format!("range of the operator of {what}"))?;
        let layout = self.domain().layout()?;
        if layout.chunks().is_some() {
            let (what, expected) = (format!("layout of {what}"), "one without chunks");
            return Err(Error::expected(ErrorKind::Layout, what, expected, layout));
        }
        Ok(layout)
    }
}

/// Elements by colour: those of one lie a period apart along each axis.
pub(crate) struct Colours {
    periods: Vec<usize>,
}

impl Colours {
    /// Of an operator of this reach. Along the axis of blocks, if there are some, elements of a block have colours of their own, and blocks
    /// of a colour do not hear of each other.
    pub(crate) fn new(layout: &Layout, reach: &[usize], blocks: Option<(usize, usize)>) -> Result<Self> {
        if reach.len() != layout.ndim() {
            let expected = format!("{}, one for each axis", layout.ndim());
            return Err(Error::expected(ErrorKind::Shape, "number of reaches of an operator", expected, reach.len()));
        }
        let period = |(axis, (&n, &reach)): (usize, (&usize, &usize))| {
            let width = blocks.filter(|(of, _)| *of == axis).map_or(1, |(_, width)| width);
            // From a block to the next but (apart − 1), the nearest elements are (apart − 1) widths and 1 apart.
            let apart = reach.div_ceil(width).saturating_add(1);
            apart.saturating_mul(width).min(n)
        };
        Ok(Self { periods: layout.shape().iter().zip(reach).enumerate().map(period).collect() })
    }

    /// All colours, by the places of their first elements.
    pub(crate) fn all(&self) -> impl Iterator<Item = Vec<usize>> + '_ {
        let count: usize = self.periods.iter().product();
        (0..count).map(|number| {
            let mut left = number;
            let mut place: Vec<_> = (self.periods.iter().rev())
                .map(|period| {
                    let at = left % period;
                    left /= period;
                    at
                })
                .collect();
            place.reverse();
            place
        })
    }

    /// 1 at the elements of a colour, 0 elsewhere.
    pub(crate) fn probe<T: Scalar>(&self, layout: &Layout, colour: &[usize]) -> DistArray<T> {
        let has = |index: &[usize]| index.iter().zip(&self.periods).zip(colour).all(|((i, n), c)| i % n == *c);
        DistArray::from_fn(layout, |index| if has(index) { T::one() } else { T::zero() })
    }

    /// Whether an element is of this colour, whatever its index along this axis.
    pub(crate) fn has_but_along(&self, axis: usize, index: &[usize], colour: &[usize]) -> bool {
        let mut all = index.iter().zip(&self.periods).zip(colour).enumerate();
        all.all(|(along, ((i, n), c))| along == axis || i % n == *c)
    }

    /// The period of an axis.
    pub(crate) fn period(&self, axis: usize) -> usize {
        self.periods[axis]
    }
}
