//! Sums and inner products of distributed vectors.

use super::dist_array::DistArray;
use super::space::Space;
use super::sums::all_reduce;
use crate::comm::Reduction;
use crate::error::Result;
use crate::numbers::{PartialSum, Scalar, Summation, for_types};

impl<T: Scalar> DistArray<T> {
    /// Σ xᵢ over all elements of this rank's mask group, or of the vector: exact, rounded once, the
    /// same bits on any number of ranks.
    ///
    /// A NaN, or infinities of both signs, give NaN; a sum beyond the largest number is infinite,
    /// an intermediate one does not matter. What every rank holds counts once.
    ///
    /// # Communication
    /// One all-reduce of 456 bytes (912 where complex); none where every rank holds everything. Chunks that
    /// are to be combined are so first: one exchange more. What no chunk covers does not count.
    ///
    /// # Panics
    /// If the mode of chunks is not defined for the type.
    pub fn sum(&self) -> T {
        self.sum_as(Summation::Exact)
    }

    /// [`sum`](Self::sum), formed in the way that is asked for.
    pub fn sum_as(&self, summation: Summation) -> T {
        let _operation = self.reduction("sum", format_args!(""));
        let x = self.combined();
        x.passes_over(1, 0);
        total(x.space(), summation, |sums, range| T::add_values(sums, &x.as_slice()[range]))
    }

    /// Σ xᵢ yᵢ, without conjugation: each product is rounded once, their sum is exact, as
    /// [`sum`](Self::sum).
    ///
    /// # Communication
    /// That of [`sum`](Self::sum); of chunks that are to be combined, one exchange more for each of the two.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`](crate::ErrorKind::Shape) or
    /// [`ErrorKind::Communicator`](crate::ErrorKind::Communicator) if the spaces differ,
    /// [`ErrorKind::Parameter`](crate::ErrorKind::Parameter) if the mode of chunks is not defined for the type.
    pub fn dot(&self, other: &Self) -> Result<T> {
        self.dot_as(other, Summation::Exact)
    }

    /// [`dot`](Self::dot), formed in the way that is asked for.
    ///
    /// # Errors
    /// As [`dot`](Self::dot).
    pub fn dot_as(&self, other: &Self, summation: Summation) -> Result<T> {
        let _operation = self.reduction("dot", format_args!(""));
        self.space().same_as(other.space(), "second array of dot")?;
        let (x, y) = (self.try_combined()?, other.try_combined()?);
        x.passes_over(2, 0);
        Ok(total(x.space(), summation, |sums, range| {
            T::add_products::<false>(sums, &x.as_slice()[range.clone()], &y.as_slice()[range]);
        }))
    }

    /// ⟨x, y⟩ = Σ x̄ᵢ yᵢ, as [`dot`](Self::dot) otherwise.
    ///
    /// # Communication
    /// That of [`dot`](Self::dot).
    ///
    /// # Errors
    /// As [`dot`](Self::dot).
    pub fn vdot(&self, other: &Self) -> Result<T> {
        self.vdot_as(other, Summation::Exact)
    }

    /// [`vdot`](Self::vdot), formed in the way that is asked for.
    ///
    /// # Errors
    /// As [`dot`](Self::dot).
    pub fn vdot_as(&self, other: &Self, summation: Summation) -> Result<T> {
        let _operation = self.reduction("vdot", format_args!(""));
        self.space().same_as(other.space(), "second array of vdot")?;
        let (x, y) = (self.try_combined()?, other.try_combined()?);
        Ok(vdot(x.space(), x.as_slice(), y.as_slice(), summation))
    }
}

/// ⟨x, y⟩ of two vectors of a space.
pub(crate) fn vdot<T: Scalar>(space: &Space, x: &[T], y: &[T], summation: Summation) -> T {
    space.comm().moves(size_of_val(x) + size_of_val(y), 0);
    total(space, summation, |sums, range| T::add_products::<true>(sums, &x[range.clone()], &y[range]))
}

fn total<T: Scalar>(
    space: &Space,
    summation: Summation,
    add: impl Fn(&mut [PartialSum; 2], std::ops::Range<usize>),
) -> T {
    let mut sums = [PartialSum::new(summation), PartialSum::new(summation)];
    space.for_each_counted(|range| add(&mut sums, range));
    all_reduce(space, &mut sums[..T::PARTS]);
    T::from_sums(&sums)
}

macro_rules! integer_sums {
    ($total:ident: $($t:ident)*) => {$(
        impl DistArray<$t> {
            /// Σ xᵢ in the widest type of the kind, as NumPy sums integers; it wraps beyond that.
            /// (Of `bool`, how many are true.)
            ///
            /// # Communication
            /// One all-reduce of 8 bytes; none where every rank holds everything. Chunks that are to be
            /// combined are so first: one exchange more.
            pub fn sum(&self) -> $total {
                let x = self.combined();
                let mut sum = [0 as $total];
                x.space().for_each_counted(|range| {
                    sum[0] = x.as_slice()[range].iter().fold(sum[0], |sum, &x| sum.wrapping_add(x as $total));
                });
                if !self.space().is_replicated() {
                    self.space().group().all_reduce(&mut sum, Reduction::Sum);
                }
                sum[0]
            }
        }
    )*};
}
for_types! { signed: integer_sums(i64:) }
for_types! { unsigned: integer_sums(u64: bool) }
