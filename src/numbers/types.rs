//! The one list of the types that arrays hold: `for_types!` calls a macro with those of a kind.
//!
//! ```text
//! for_types! { integers: implement }              implement! { i8 i16 … usize }
//! for_types! { signed: implement(as i64:) }       implement! { as i64: i8 … isize }
//! ```

macro_rules! for_types {
    (signed: $make:ident $(($($first:tt)*))?) => { $make! { $($($first)*)? i8 i16 i32 i64 isize } };
    (unsigned: $make:ident $(($($first:tt)*))?) => { $make! { $($($first)*)? u8 u16 u32 u64 usize } };
    (integers: $make:ident $(($($first:tt)*))?) => { for_types! { signed: $make($($($first)*)?) } for_types! { unsigned: $make($($($first)*)?) } };
    (reals: $make:ident $(($($first:tt)*))?) => { $make! { $($($first)*)? f32 f64 } };
    (complex: $make:ident $(($($first:tt)*))?) => {
        $make! { $($($first)*)? num_complex::Complex<f32> num_complex::Complex<f64> }
    };
    (scalars: $make:ident $(($($first:tt)*))?) => {
        for_types! { reals: $make($($($first)*)?) } for_types! { complex: $make($($($first)*)?) }
    };
    (numbers: $make:ident $(($($first:tt)*))?) => {
        for_types! { integers: $make($($($first)*)?) } for_types! { scalars: $make($($($first)*)?) }
    };
    // Those of one size on every machine, which files hold.
    (sized_reals: $make:ident $(($($first:tt)*))?) => { $make! { $($($first)*)? i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 } };
}
pub(crate) use for_types;
