//! The vector loops that solvers live in, compiled for each level of SIMD and chosen at run time.
//!
//! Every loop is elementwise, so the level never shows in the bits.

use super::memory;
use super::scalar::Number;
use multiversion::multiversion;

/// y ← y + a x
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn axpy<T: Number>(y: &mut [T], a: T, x: &[T]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// y ← x + b y
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn xpby<T: Number>(y: &mut [T], x: &[T], b: T) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = x + b * *y;
    }
}

/// yᵢ ← yᵢ + aᵢ xᵢ
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn axpy_each<T: Number>(y: &mut [T], a: &[T], x: &[T]) {
    for ((y, &a), &x) in y.iter_mut().zip(a).zip(x) {
        *y += a * x;
    }
}

/// yᵢ ← xᵢ + bᵢ yᵢ
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn xpby_each<T: Number>(y: &mut [T], x: &[T], b: &[T]) {
    for ((y, &x), &b) in y.iter_mut().zip(x).zip(b) {
        *y = x + b * *y;
    }
}

/// y ← a x + b y
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn axpby<T: Number>(y: &mut [T], a: T, x: &[T], b: T) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = a * x + b * *y;
    }
}

/// y ← a y
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn scale<T: Number>(y: &mut [T], a: T) {
    for y in y {
        *y *= a;
    }
}

/// y ← f(y)
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn map_in_place<T: Copy, F: Fn(T) -> T>(y: &mut [T], f: F) {
    for y in y {
        *y = f(*y);
    }
}

/// y ← f(y, x)
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn zip_in_place<T: Copy, U: Copy, F: Fn(T, U) -> T>(y: &mut [T], x: &[U], f: F) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y = f(*y, x);
    }
}

/// f(x)
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn map<T: Copy, U: 'static, F: Fn(T) -> U>(x: &[T], f: F) -> Vec<U> {
    let mut y = memory::room(x.len());
    y.extend(x.iter().map(|&x| f(x)));
    y
}

/// f(x, y)
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn zip<T: Copy, U: Copy, V: 'static, F: Fn(T, U) -> V>(x: &[T], y: &[U], f: F) -> Vec<V> {
    let mut z = memory::room(x.len());
    z.extend(x.iter().zip(y).map(|(&x, &y)| f(x, y)));
    z
}

/// out ← out, f(x)
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn append_map<T: Copy, U, F: Fn(T) -> U>(out: &mut Vec<U>, x: &[T], f: F) {
    out.extend(x.iter().map(|&x| f(x)));
}

/// out ← out, f(x, y)
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn append_zip<T: Copy, U: Copy, V, F: Fn(T, U) -> V>(out: &mut Vec<V>, x: &[T], y: &[U], f: F) {
    out.extend(x.iter().zip(y).map(|(&x, &y)| f(x, y)));
}

/// Whether f is true of all, every one of which is looked at.
#[multiversion(targets("x86_64+avx512f+avx512vl", "x86_64+avx2", "aarch64+neon"))]
pub(crate) fn all<T: Copy, F: Fn(T) -> bool>(x: &[T], f: F) -> bool {
    x.iter().fold(true, |all, &x| all & f(x))
}
