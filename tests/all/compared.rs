//! Operators by a few figures of large results.

use lops::{DistArray, LinearOperator, Operator};

/// Norm, sum with weights cos k, and the first elements.
pub(crate) type Figures<'a> = (f64, f64, &'a [f64]);

/// An array with norm, sum and first elements.
pub(crate) fn check(name: &str, y: &DistArray<f64>, (norm, sum, first): Figures<'_>) {
    let y = y.gather_all();
    let y = y.as_slice().unwrap();
    let weighted: f64 = y.iter().enumerate().map(|(k, y)| (k as f64).cos() * y).sum();
    let found = y.iter().map(|y| y * y).sum::<f64>().sqrt();
    assert!((found - norm).abs() < 1e-12 && (weighted - sum).abs() < 1e-12, "{name}: {found} {weighted}");
    for (k, (found, expected)) in y.iter().zip(first).enumerate() {
        assert!((found - expected).abs() < 1e-13, "{name}, {k}: {found}, not {expected}");
    }
}

/// ((factor k mod modulus) − less) / 4, k counting elements in C order.
pub(crate) fn counted(array: &DistArray<f64>, [factor, modulus, less]: [usize; 3]) -> DistArray<f64> {
    let shape = array.shape();
    let at = |i: &[usize]| i.iter().zip(&shape).fold(0, |at, (i, n)| at * n + i);
    DistArray::from_fn(array.layout().unwrap(), |i| ((factor * at(i)) % modulus) as f64 / 4.0 - less as f64 / 4.0)
}

/// An operator with what pylops makes of ((7k mod 11) − 5) / 4, and its adjoint of ((5k mod 13) − 6) / 4.
pub(crate) fn compare(name: &str, operator: &Operator<f64>, forward: Figures<'_>, adjoint: Figures<'_>) {
    let x = counted(&DistArray::zeros(operator.domain()), [7, 11, 5]);
    check(name, &(operator * &x), forward);
    let y = counted(&DistArray::zeros(operator.range()), [5, 13, 6]);
    check(name, &(operator.adjoint() * &y), adjoint);
}
