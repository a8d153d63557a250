//! The systems: matrices of every kind, data and starts, tolerances, and scales up to the ends of the range of numbers.

use crate::solvers::hash;
use lops::numbers::Summation;
use lops::solvers::{Options, Tolerance};
use lops::{Real, Scalar};

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Method {
    Cg,
    PredictCg,
    Minres,
    Gmres,
    BiCgStab,
    Cgls,
    Lsqr,
    Ista,
    Fista,
    TwIst,
    Lsmr,
    Pcg,
    Pcgls,
    Spgl1,
    Lasso,
    CgColumns,
    CglsColumns,
    ShiftedCg,
    Omp,
    MatchingPursuit,
    Irls,
}

impl Method {
    pub(crate) fn is_of_least_squares(self) -> bool {
        matches!(
            self,
            Self::Cgls
                | Self::CglsColumns
                | Self::Pcgls
                | Self::Lsqr
                | Self::Lsmr
                | Self::Ista
                | Self::Fista
                | Self::TwIst
        )
    }

    /// Whether it chooses columns until no more than σ is left of the data.
    pub(crate) fn is_greedy(self) -> bool {
        matches!(self, Self::Omp | Self::MatchingPursuit)
    }

    pub(crate) fn is_of_size(self) -> bool {
        matches!(self, Self::Spgl1 | Self::Lasso)
    }
}

/// What a system promises beside what all do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Promise {
    Nothing,
    /// It is solved: the solver has to say so.
    Solved,
    /// It is singular, and has been solved for long: the model must still be good.
    Kept,
    /// Its adjoint is wrong: the solver must not say that it converged.
    Wrong,
}

#[derive(Clone, Debug)]
pub(crate) struct System {
    pub(crate) method: Method,
    pub(crate) matrix: &'static str,
    /// Powers of the largest number that A, b and λ are multiplied by.
    pub(crate) scales: [f64; 3],
    pub(crate) data: &'static str,
    pub(crate) start: &'static str,
    /// λ; of SPGL1 σ or τ, of greedy methods σ.
    pub(crate) damp: f64,
    pub(crate) preconditioner: &'static str,
    pub(crate) stop: Stop,
    pub(crate) summation: Summation,
    pub(crate) promise: Promise,
}

/// The tolerance: in units of 1e-6 and 1e-3 for the two precisions, or as it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Stop {
    Usual,
    OfData,
    Relative(f64),
    Iterations(usize),
}

/// A system in the numbers of a scalar type.
pub(crate) struct Numbers<T> {
    pub(crate) method: Method,
    pub(crate) a: Vec<T>,
    /// The diagonal of the preconditioner.
    pub(crate) m: Vec<T>,
    /// Powers of two that A and b are multiplied by.
    pub(crate) units: [i32; 2],
    pub(crate) b: Vec<T>,
    pub(crate) x: Vec<T>,
    pub(crate) damp: f64,
}

impl System {
    pub(crate) fn options<T: Scalar>(&self) -> Options {
        let usual = if is_single::<T>() { 1e-3 } else { 1e-6 };
        let summation = self.summation;
        let with = |tolerance, iterations| Options { tolerance, iterations, summation, ..Options::default() };
        match self.stop {
            Stop::Usual => with(Tolerance::Relative(usual), 80),
            Stop::OfData => with(Tolerance::OfData(usual), 80),
            Stop::Relative(tolerance) => with(Tolerance::Relative(tolerance), 60),
            Stop::Iterations(iterations) => with(Tolerance::None, iterations),
        }
    }

    pub(crate) fn adjoint_is_zero(&self) -> bool {
        self.promise == Promise::Wrong
    }

    pub(crate) fn numbers<T: Scalar>(&self) -> Numbers<T> {
        let range = if is_single::<T>() { 128.0 } else { 1024.0 };
        let [of_a, of_b, of_damp] = self.scales.map(|power| (power * range).round() as i32);
        let (m, n, a) = matrix(self.matrix);
        let turn = |k: usize, re: f64| match k % 4 {
            1 if T::IS_COMPLEX => T::from_parts(0.0, re),
            2 if T::IS_COMPLEX => T::from_parts(-re, 0.0),
            3 if T::IS_COMPLEX => T::from_parts(0.0, -re),
            _ => T::from_parts(re, 0.0),
        };
        // P A Qᴴ with diagonals of 1, i, −1, −i: Hermitian where A is symmetric.
        let a: Vec<T> = (0..m * n).map(|k| turn(k / n + 3 * (k % n), two_to(a[k], of_a))).collect();
        let random = |k: usize| T::from_parts(hash(k), hash(k + 77));
        let z: Vec<T> = (0..n).map(random).collect();
        let z: Vec<T> = match self.data {
            // In the range of Aᴴ, so that it is the solution that iterations find.
            "in range" => {
                let column = |j: usize| (0..m).map(|i| a[i * n + j].conj() * random(i)).fold(T::zero(), |a, b| a + b);
                (0..n).map(column).map(|x| times(x, -of_a)).collect()
            }
            _ => z,
        };
        let row = |i: usize| (0..n).map(|j| times(a[i * n + j], -of_a) * z[j]).fold(T::zero(), |a, b| a + b);
        let b: Vec<T> = match self.data {
            "any" => (0..m).map(|i| times(random(3 * i + 1), of_b)).collect(),
            "zero" => vec![T::zero(); m],
            _ => (0..m).map(|i| times(row(i), of_b)).collect(),
        };
        let x: Vec<T> = match self.start {
            "far" | "farther" => {
                let by = T::Real::from_f64(if self.start == "far" { 1e6 } else { 1e12 });
                (0..n).map(|k| times(random(k + 5), of_b - of_a).scale(by)).collect()
            }
            "there" => z.iter().map(|&z| times(z, of_b - of_a)).collect(),
            _ => vec![T::zero(); n],
        };
        let m = (0..n).map(|k| {
            let diagonal = times(a[k * n + k], -of_a).re().to_f64();
            let jacobi = if diagonal == 0.0 { 1.0 } else { 1.0 / diagonal.abs() };
            let m = match self.preconditioner {
                "Jacobi" => jacobi,
                "steep" => jacobi * 10f64.powi(-(k as i32)),
                "negative" => -jacobi,
                "indefinite" => jacobi * if k % 3 == 1 { -1.0 } else { 1.0 },
                _ => 0.0,
            };
            T::from_parts(two_to(m, -of_a), 0.0)
        });
        let uneven = (0..n).map(|k| T::from_parts(1.0 / (1 + k % 3) as f64, 0.0));
        let m = match self.method {
            Method::Pcg => m.collect(),
            Method::Pcgls => uneven.collect(),
            _ => vec![],
        };
        Numbers { method: self.method, a, m, units: [of_a, of_b], b, x, damp: two_to(self.damp, of_damp) }
    }
}

fn is_single<T: Scalar>() -> bool {
    <T::Real as num_traits::Float>::epsilon().to_f64() > 1e-10
}

fn two_to(x: f64, n: i32) -> f64 {
    x * 2f64.powi(n / 2) * 2f64.powi(n - n / 2)
}

fn times<T: Scalar>(x: T, n: i32) -> T {
    T::from_parts(two_to(x.re().to_f64(), n), two_to(x.im().to_f64(), n))
}

/// Rows, columns, and the elements.
fn matrix(name: &str) -> (usize, usize, Vec<f64>) {
    let from = |m: usize, n: usize, f: &dyn Fn(usize, usize) -> f64| {
        (m, n, (0..m * n).map(|k| f(k / n, k % n)).collect::<Vec<_>>())
    };
    let diagonal = |d: &dyn Fn(usize) -> f64| from(8, 8, &|i, j| if i == j { d(i) } else { 0.0 });
    let band = |ends: f64, around: bool| {
        from(10, 10, &|i, j| match i.abs_diff(j) {
            0 if i == 0 || i == 9 => ends,
            0 => 2.0,
            1 => -1.0,
            9 if around => -1.0,
            _ => 0.0,
        })
    };
    let random = |i: usize, j: usize| hash(31 * i + 7 * j + 11);
    // Bᵀ B of a B with few rows, and more on the diagonal.
    let gram = |n: usize, rows: usize, more: f64| {
        from(n, n, &|i, j| {
            let dot: f64 = (0..rows).map(|k| random(k, i) * random(k, j)).sum();
            dot + if i == j { more } else { 0.0 }
        })
    };
    match name {
        "identity" => diagonal(&|_| 1.0),
        "zero" => diagonal(&|_| 0.0),
        "diagonal" => diagonal(&|i| 1.0 + i as f64),
        "steep diagonal" => diagonal(&|i| 10f64.powi(-(i as i32))),
        "cliff" => diagonal(&|i| if i % 2 == 0 { 1.0 } else { 1e-9 }),
        "half empty" => diagonal(&|i| if i % 2 == 0 { 1.0 + i as f64 } else { 0.0 }),
        "indefinite" => diagonal(&|i| if i == 5 { -2.0 } else { 1.0 }),
        "saddle" => from(8, 8, &|i, j| match (i < 5, j < 5) {
            (true, true) => {
                if i == j {
                    1.0 + i as f64
                } else {
                    0.0
                }
            }
            (false, false) => 0.0,
            _ => random(i.min(j), i.max(j)),
        }),
        "upwind" => from(10, 10, &|i, j| match i as i32 - j as i32 {
            0 => 2.0,
            1 => -1.5,
            -1 => -0.5,
            _ => 0.0,
        }),
        "lopsided" => from(9, 9, &|i, j| random(i, j) * 0.2 + if i == j { 1.0 + 0.1 * i as f64 } else { 0.0 }),
        "nilpotent" => from(8, 8, &|i, j| if j == i + 1 { 1.0 } else { 0.0 }),
        "skew" => from(8, 8, &|i, j| if i < j { 1.0 } else { f64::from(u8::from(i == j)) - 1.0 }),
        "carousel" => from(8, 8, &|i, j| if (i + 1) % 8 == j { 1.0 } else { 0.0 }),
        "Dirichlet" => band(2.0, false),
        "Neumann" => band(1.0, false),
        "periodic" => band(2.0, true),
        "Hilbert" => from(10, 10, &|i, j| 1.0 / (1.0 + (i + j) as f64)),
        "small Hilbert" => from(5, 5, &|i, j| 1.0 / (1.0 + (i + j) as f64)),
        "Gram" => gram(9, 9, 1.0),
        "low rank" => gram(9, 3, 0.0),
        "ones" => from(6, 6, &|_, _| 1.0),
        "tall" => from(12, 5, &random),
        "wide" => from(5, 9, &random),
        "twins" => from(9, 6, &|i, j| random(i, j / 2)),
        "Vandermonde" => from(9, 7, &|i, j| (0.1 + i as f64 / 9.0).powi(j as i32)),
        "steep columns" => from(9, 5, &|i, j| random(i, j) * 10f64.powi(-2 * j as i32)),
        "column" => from(7, 1, &|i, _| 1.0 + i as f64),
        "row" => from(1, 7, &|_, j| 1.0 + j as f64),
        _ => panic!("a matrix {name}"),
    }
}

/// Definite, and solved to the usual tolerances in both precisions.
const EASY: [&str; 4] = ["identity", "diagonal", "Dirichlet", "Gram"];
const HARD: [&str; 4] = ["steep diagonal", "cliff", "Hilbert", "small Hilbert"];
const SINGULAR: [&str; 5] = ["half empty", "Neumann", "periodic", "low rank", "ones"];
const LEAST_SQUARES: [&str; 8] = ["tall", "wide", "twins", "Vandermonde", "steep columns", "column", "row", "ones"];

/// Powers of the largest number by which A and b are multiplied: so that x and A x are numbers with room to spare.
const SCALES: [[f64; 2]; 14] = [
    [0.0, 0.0],
    [0.0, -0.52],
    [0.0, -0.75],
    [0.0, 0.51],
    [0.0, 0.8],
    [0.26, 0.0],
    [-0.26, 0.0],
    [0.33, 0.3],
    [-0.33, -0.3],
    [0.45, 0.55],
    [-0.45, -0.55],
    [0.6, 0.1],
    [-0.6, -0.1],
    [-0.1, -0.55],
];

/// Out of range: the solution is no number, or hardly one.
pub(crate) const BEYOND: [[f64; 2]; 5] = [[-0.58, 0.47], [-0.26, 0.98], [-0.9, 0.5], [0.9, -0.5], [0.0, -0.99]];

/// All of them.
pub(crate) fn systems() -> Vec<System> {
    let mut all = of_conjugate_gradients();
    let of_preconditioned = of_preconditioned(&all);
    let of_size = super::others::of_size(&all);
    let of_others = super::others::of_others(&all);
    all.extend(of_square_operators(&all));
    all.extend(of_least_squares(&all));
    all.extend(of_preconditioned);
    all.extend(of_size);
    all.extend(of_others);
    all
}

fn base() -> System {
    System {
        method: Method::Cg,
        matrix: "identity",
        scales: [0.0; 3],
        data: "in range",
        start: "zero",
        damp: 0.0,
        preconditioner: "Jacobi",
        stop: Stop::Usual,
        summation: Summation::Exact,
        promise: Promise::Solved,
    }
}

/// Of CG, CG with one reduction, and CGLS.
fn of_conjugate_gradients() -> Vec<System> {
    use Method::{Cg, Cgls, PredictCg};
    let mut all = vec![];
    let base = base();
    for (k, &[of_a, of_b]) in SCALES.iter().enumerate() {
        let at = System { scales: [of_a, of_b, of_a], ..base.clone() };
        for method in [Cg, PredictCg, Cgls] {
            for matrix in EASY {
                all.push(System { method, matrix, ..at.clone() });
            }
            for matrix in SINGULAR {
                all.push(System { method, matrix, ..at.clone() });
            }
            let summation = Summation::Plain;
            all.push(System { method, matrix: "Dirichlet", summation, ..at.clone() });
            let far = System { method, matrix: EASY[k % 4], start: "far", stop: Stop::OfData, ..at.clone() };
            all.push(far);
            let matrix = HARD[k % 4];
            all.push(System { method, matrix, stop: Stop::Relative(1e-12), promise: Promise::Nothing, ..at.clone() });
        }
        for matrix in LEAST_SQUARES {
            let promise = if matrix.starts_with("steep") { Promise::Nothing } else { Promise::Solved };
            all.push(System { method: Cgls, matrix, data: "any", promise, ..at.clone() });
        }
        for (damp, matrix) in [(1.0, "tall"), (1e-3, "twins"), (30.0, "wide")] {
            all.push(System { method: Cgls, matrix, data: "any", damp, ..at.clone() });
        }
    }
    for matrix in HARD {
        for start in ["zero", "far", "farther"] {
            for tolerance in [1e-6, 1e-12, 1e-16, 0.0] {
                for method in [Cg, PredictCg, Cgls] {
                    let (stop, promise) = (Stop::Relative(tolerance), Promise::Nothing);
                    all.push(System { method, matrix, start, stop, promise, ..base.clone() });
                }
            }
        }
    }
    for matrix in EASY.into_iter().chain(SINGULAR) {
        for method in [Cg, PredictCg, Cgls] {
            for tolerance in [1e-16, 0.0] {
                let (stop, promise) = (Stop::Relative(tolerance), Promise::Kept);
                all.push(System { method, matrix, stop, promise, ..base.clone() });
            }
            let (stop, promise) = (Stop::Iterations(150), Promise::Kept);
            all.push(System { method, matrix, stop, promise, ..base.clone() });
            let start = "there";
            all.push(System { method, matrix, start, stop, promise, ..base.clone() });
        }
    }
    for matrix in ["twins", "wide", "row", "low rank", "ones"] {
        let (stop, promise) = (Stop::Iterations(150), Promise::Kept);
        all.push(System { method: Cgls, matrix, stop, promise, data: "any", ..base.clone() });
    }
    for &[of_a, of_b] in &BEYOND {
        for method in [Cg, PredictCg, Cgls] {
            for matrix in ["identity", "Gram", "Neumann"] {
                let scales = [of_a, of_b, of_a];
                all.push(System { method, matrix, scales, promise: Promise::Nothing, ..base.clone() });
            }
        }
    }
    for (of_damp, of_b) in [(0.55, 0.55), (0.55, 0.9), (0.52, 0.0), (-0.55, 0.0), (0.2, 0.2), (-0.2, -0.3)] {
        for matrix in ["identity", "tall", "twins"] {
            let promise = if of_b > 0.0 && of_damp > 0.0 { Promise::Solved } else { Promise::Nothing };
            let scales = [0.0, of_b, of_damp];
            all.push(System { method: Cgls, matrix, scales, damp: 1.0, data: "any", promise, ..base.clone() });
        }
    }
    for method in [Cg, PredictCg, Cgls] {
        let promise = Promise::Nothing;
        for matrix in ["zero", "identity", "Neumann"] {
            all.push(System { method, matrix, data: "zero", promise, ..base.clone() });
            all.push(System { method, matrix, data: "any", promise, ..base.clone() });
            all.push(System { method, matrix, data: "zero", start: "far", promise, ..base.clone() });
        }
        all.push(System { method, matrix: "indefinite", data: "any", promise, ..base.clone() });
    }
    for matrix in ["identity", "tall", "Hilbert"] {
        for scales in [[0.0; 3], [0.3, -0.6, 0.0]] {
            all.push(System { method: Cgls, matrix, scales, data: "any", promise: Promise::Wrong, ..base.clone() });
        }
    }
    all
}

/// Those of CG, and others, for methods of any square operator.
fn of_square_operators(others: &[System]) -> Vec<System> {
    use Method::{BiCgStab, Cg, Gmres, Minres};
    let (base, mut all) = (base(), vec![]);
    let definite: Vec<_> = others.iter().filter(|system| system.method == Cg).cloned().collect();
    for method in [Minres, Gmres, BiCgStab] {
        all.extend(definite.iter().map(|system| System { method, ..system.clone() }));
    }
    for &[of_a, of_b] in &SCALES {
        let at = System { scales: [of_a, of_b, of_a], data: "any", ..base.clone() };
        for method in [Gmres, BiCgStab] {
            for matrix in ["upwind", "lopsided"] {
                all.push(System { method, matrix, ..at.clone() });
            }
            for matrix in ["nilpotent", "skew", "carousel"] {
                all.push(System { method, matrix, promise: Promise::Nothing, ..at.clone() });
            }
        }
        all.push(System { method: Gmres, matrix: "carousel", ..at.clone() });
        for method in [Minres, Gmres] {
            all.push(System { method, matrix: "indefinite", ..at.clone() });
            all.push(System { method, matrix: "saddle", ..at.clone() });
        }
    }
    for method in [Gmres, BiCgStab] {
        for matrix in ["upwind", "lopsided", "nilpotent", "skew", "carousel"] {
            for tolerance in [1e-12, 1e-16, 0.0] {
                let (stop, promise) = (Stop::Relative(tolerance), Promise::Nothing);
                all.push(System { method, matrix, stop, promise, start: "far", ..base.clone() });
                all.push(System { method, matrix, stop, promise, data: "any", ..base.clone() });
            }
        }
    }
    all
}

/// Those of CGLS for other methods of least squares.
fn of_least_squares(others: &[System]) -> Vec<System> {
    use Method::{Cgls, Fista, Ista, Lsmr, Lsqr, Pcgls, TwIst};
    let mut all = vec![];
    let of_least_squares: Vec<_> = others.iter().filter(|system| system.method == Cgls).cloned().collect();
    for method in [Lsqr, Lsmr] {
        all.extend(of_least_squares.iter().map(|system| System { method, ..system.clone() }));
    }
    // With a preconditioner there are no units.
    all.extend(of_least_squares.iter().map(|system| {
        let kept = system.scales == [0.0; 3] || system.promise == Promise::Wrong;
        let promise = if kept { system.promise } else { Promise::Nothing };
        System { method: Pcgls, promise, ..system.clone() }
    }));
    // Shrinkage is slow, and computes in no units of its own: of it no more is asked than the truth.
    let undamped = of_least_squares.iter().filter(|system| {
        let is_beyond = BEYOND.contains(&[system.scales[0], system.scales[1]]);
        system.damp == 0.0 && system.stop != Stop::OfData && !is_beyond
    });
    for (k, system) in undamped.enumerate() {
        let promise = if system.promise == Promise::Wrong { Promise::Wrong } else { Promise::Nothing };
        all.push(System { method: [Ista, Fista, TwIst][k % 3], promise, ..system.clone() });
    }
    all
}

/// Those of CG with preconditioners, good and bad. It computes in no units of its own.
fn of_preconditioned(others: &[System]) -> Vec<System> {
    use Method::{Cg, Pcg};
    let definite = others.iter().filter(|system| system.method == Cg);
    let promised = |system: &System| if system.scales == [0.0; 3] { system.promise } else { Promise::Nothing };
    let mut all: Vec<_> =
        definite.map(|system| System { method: Pcg, promise: promised(system), ..system.clone() }).collect();
    for matrix in EASY.into_iter().chain(HARD).chain(SINGULAR) {
        for preconditioner in ["steep", "negative", "indefinite", "zero"] {
            for stop in [Stop::Usual, Stop::Relative(0.0)] {
                let promise = Promise::Nothing;
                all.push(System { method: Pcg, matrix, preconditioner, stop, promise, ..base() });
            }
        }
    }
    all
}
