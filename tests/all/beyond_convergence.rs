//! Solvers of damped systems that go on where nothing but rounding errors is left.

use lops::ndarray::Array2;
use lops::operators::{Identity, MatrixMult};
use lops::solvers::{Cgls, CglsColumns, Lsmr, Lsqr, Method, Options, Pcgls, Tolerance};
use lops::{DistArray, Layout, LinearOperator};

/// A tolerance that single precision cannot reach.
fn options() -> Options {
    Options { iterations: 60, tolerance: Tolerance::OfData(1e-13), ..Options::default() }
}

crate::bodies! {
    /// The model that makes ‖A x − b‖² + λ² ‖x‖² least is no larger than ‖b‖ / (2 λ).
    fn damped_models_stay_what_they_are(comm) {
        for seed in 0..400 {
            let (rows, columns) = (1 + seed as usize % 9, 1 + seed as usize / 9 % 9);
            let random = |shape: &[usize], seed| DistArray::<f32>::random_signed(Layout::replicated(comm, shape).unwrap(), seed);
            let matrix: Array2<f32> = random(&[rows, columns], seed).local().into_dimensionality().unwrap().to_owned();
            let model = Layout::replicated(comm, &[columns, 2]).unwrap();
            let a = MatrixMult::new(&matrix).on(&model).unwrap();
            let m = Identity.on::<f32>(&model);
            let b = DistArray::<f32>::random_signed(a.range(), seed + 1);
            let damp = [0.01, 0.1, 1.0, 3.0][seed as usize / 81 % 4];
            let most = b.norm() / (2.0 * damp as f32);
            let mut x = DistArray::zeros(&model);
            let mut solved = |name: &str, solve: &dyn Fn(&mut DistArray<f32>)| {
                x.fill(0.0);
                solve(&mut x);
                assert!(x.norm() <= 1.001 * most, "{name}, system {seed}: {} where {most} is the most", x.norm());
            };
            solved("CGLS", &|x| drop(Cgls::new(&a, &b, x).unwrap().damp(damp).unwrap().solve(&options()).unwrap()));
            solved("PCGLS", &|x| drop(Pcgls::new(&a, &b, x, &m).unwrap().damp(damp).unwrap().solve(&options()).unwrap()));
            solved("columns", &|x| drop(CglsColumns::new(&a, &b, x).unwrap().damp(damp).unwrap().solve(&options()).unwrap()));
            solved("LSQR", &|x| drop(Lsqr::new(&a, &b, x).unwrap().damp(damp).unwrap().solve(&options()).unwrap()));
            solved("LSMR", &|x| drop(Lsmr::new(&a, &b, x).unwrap().damp(damp).unwrap().solve(&options()).unwrap()));
        }
    }
}
