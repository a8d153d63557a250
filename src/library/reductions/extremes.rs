//! An order on the elements of a type in which the greatest and the least of any set is one and the same,
//! whatever the order in which it is looked for: NaN beyond all numbers, −0 before 0.

use crate::numbers::Element;

/// A type whose elements have a least and a greatest: integers, `bool`, `f32` and `f64`.
pub trait Comparable: Element + PartialOrd {
    #[doc(hidden)]
    type Key: Key;

    /// An integer that is ordered as the elements are; a NaN is the least of all when the least is looked
    /// for, and the greatest when that is.
    #[doc(hidden)]
    fn key<const MAX: bool>(self) -> Self::Key;

    /// The same, with 0 and −0 as one.
    #[doc(hidden)]
    fn tied<const MAX: bool>(self) -> Self::Key;

    /// The element with this key.
    #[doc(hidden)]
    fn of_key(key: Self::Key) -> Self;
}

/// Integers that stand for elements, and travel as `i64`.
pub trait Key: Ord + Element + Into<i64> {
    fn of_word(word: i64) -> Self;

    /// What every key is as good as or better than.
    fn worst<const MAX: bool>() -> Self;

    #[inline(always)]
    #[must_use]
    fn better<const MAX: bool>(a: Self, b: Self) -> Self {
        if MAX { a.max(b) } else { a.min(b) }
    }
}

macro_rules! keys {
    ($($k:ident)*) => {$(
        impl Key for $k {
            fn of_word(word: i64) -> Self {
                word as $k
            }

            fn worst<const MAX: bool>() -> Self {
                if MAX { $k::MIN } else { $k::MAX }
            }
        }
    )*};
}
keys! { i8 i16 i32 i64 u8 u16 u32 }

macro_rules! integers {
    ($($t:ident by $key:ident: $to:expr, $from:expr;)*) => {$(
        impl Comparable for $t {
            type Key = $key;

            #[inline(always)]
            fn key<const MAX: bool>(self) -> $key {
                $to(self)
            }

            #[inline(always)]
            fn tied<const MAX: bool>(self) -> $key {
                $to(self)
            }

            #[inline(always)]
            fn of_key(key: $key) -> Self {
                $from(key)
            }
        }
    )*};
}
integers! {
    i8 by i8: |x| x, |k| k;
    i16 by i16: |x| x, |k| k;
    i32 by i32: |x| x, |k| k;
    i64 by i64: |x| x, |k| k;
    isize by i64: |x| x as i64, |k| k as isize;
    u8 by u8: |x| x, |k| k;
    u16 by u16: |x| x, |k| k;
    u32 by u32: |x| x, |k| k;
    u64 by i64: |x: u64| (x ^ (1 << 63)) as i64, |k| k as u64 ^ (1 << 63);
    usize by i64: |x: usize| (x as u64 ^ (1 << 63)) as i64, |k| (k as u64 ^ (1 << 63)) as usize;
    bool by u8: |x| x as u8, |k| k != 0;
}

macro_rules! floats {
    ($($t:ident by $key:ident)*) => {$(
        impl Comparable for $t {
            type Key = $key;

            /// The bits, those below the sign turned around where it is set: the total order of IEEE 754.
            #[inline(always)]
            fn key<const MAX: bool>(self) -> $key {
                let bits = self.to_bits() as $key;
                let key = bits ^ (bits >> ($key::BITS - 1)) & $key::MAX;
                let nan = if MAX { $key::MAX } else { $key::MIN };
                if self.is_nan() { nan } else { key }
            }

            #[inline(always)]
            fn tied<const MAX: bool>(self) -> $key {
                (self + 0.0).key::<MAX>()
            }

            #[inline(always)]
            fn of_key(key: $key) -> Self {
                if key == $key::MAX || key == $key::MIN {
                    return $t::NAN;
                }
                $t::from_bits((key ^ (key >> ($key::BITS - 1)) & $key::MAX) as _)
            }
        }
    )*};
}
floats! { f32 by i32 f64 by i64 }

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_order_as_numbers_do() {
        let ascending = [f64::NEG_INFINITY, f64::MIN, -1.0, -5e-324, -0.0, 0.0, 5e-324, 1.5, f64::MAX, f64::INFINITY];
        for pair in ascending.windows(2) {
            assert!(pair[0].key::<true>() < pair[1].key::<true>(), "{pair:?}");
        }
        for x in ascending {
            assert_eq!(f64::of_key(x.key::<false>()).to_bits(), x.to_bits());
            assert_eq!(f32::of_key((x as f32).key::<true>()).to_bits(), (x as f32).to_bits());
            for nan in [f64::NAN, -f64::NAN] {
                assert!(nan.key::<true>() > x.key::<true>() && nan.key::<false>() < x.key::<false>());
            }
        }
        assert_eq!((-0.0f64).tied::<true>(), 0.0f64.tied::<true>());
        for pair in [0, 1, (1 << 63) - 1, 1 << 63, u64::MAX].windows(2) {
            assert!(pair[0].key::<true>() < pair[1].key::<true>());
            assert_eq!(u64::of_key(pair[1].key::<true>()), pair[1]);
        }
    }
}
