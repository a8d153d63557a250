//! Eigenpairs and singular triplets: known spectra, SciPy's figures, bounds that hold, the same bits on any cut, bad input.

use lops::operators::{Diagonal, DistMatrixMult, FFT, Identity, StackedVStack};
use lops::solvers::{Eigenpairs, Eigsh, Svds, Triplets, Which, eigsh, svds};
use lops::{
    Comm, Complex, DistArray, Error, ErrorKind, Layout, LinearOperator, Operator, Real, Reason, Result, Scalar, Space,
};
use std::f64::consts::PI;

const ENDS: [Which; 4] = [Which::Largest, Which::Smallest, Which::LargestMagnitude, Which::BothEnds];

/// A matrix of a formula, cut by rows.
fn operator<T: Scalar>(
    comm: &Comm,
    [rows, columns]: [usize; 2],
    element: impl Fn(f64, f64) -> [f64; 2],
) -> Operator<T> {
    let matrix = Layout::scatter(comm, &[rows, columns], 0).unwrap();
    let matrix = DistArray::from_fn(&matrix, |i| {
        let [re, im] = element(i[0] as f64, i[1] as f64);
        T::from_parts(re, im)
    });
    DistMatrixMult::new(&matrix).on(&Layout::scatter(comm, &[columns], 0).unwrap()).unwrap()
}

/// −x″ with zeros at the ends: 2 − 2 cos(jπ/(n + 1)).
fn second_derivative<T: Scalar>(comm: &Comm, n: usize) -> Operator<T> {
    operator(comm, [n, n], |i, j| [if i == j { 2.0 } else { -f64::from((i - j).abs() == 1.0) }, 0.0])
}

/// `(i − 11/2) δᵢⱼ + 7/10 cos(i + j)`, with `3/5 i sin(i − j)` where it is complex.
fn hermitian<T: Scalar>(comm: &Comm) -> Operator<T> {
    operator(comm, [12, 12], |i, j| [if i == j { i - 5.5 } else { 0.0 } + 0.7 * (i + j).cos(), 0.6 * (i - j).sin()])
}

/// `1/(i + j + 1) + δᵢⱼ/2 + cos(ij)/10 + 3/10 sin((i + 1)(j + 2))`, with `i sin(i − 2j)/5 + 2/5 i cos((i + 2)(j + 1))` where
/// it is complex: 12 × 18.
fn general<T: Scalar>(comm: &Comm) -> Operator<T> {
    operator(comm, [12, 18], |i, j| {
        let re =
            1.0 / (i + j + 1.0) + 0.5 * f64::from(i == j) + 0.1 * (i * j).cos() + 0.3 * ((i + 1.0) * (j + 2.0)).sin();
        [re, 0.2 * (i - 2.0 * j).sin() + 0.4 * ((i + 2.0) * (j + 1.0)).cos()]
    })
}

/// Their singular values by `numpy.linalg.svd`.
const SINGULAR: [f64; 12] = [
    2.888219177715345,
    1.66889577731526,
    1.4817545787519943,
    1.3105205052556141,
    1.1397306228806285,
    1.120765000475619,
    1.0231333783142427,
    0.8971724421471725,
    0.8146071163931882,
    0.7043522883708966,
    0.5849048835253833,
    0.48834248956914217,
];
const SINGULAR_COMPLEX: [f64; 12] = [
    3.267896616913131,
    2.5336726024346685,
    2.393086937264447,
    2.172365693426838,
    1.9136892316251604,
    1.8182836527655828,
    1.6247483484413716,
    1.3799505513103258,
    1.109442408389416,
    1.0331361877361855,
    0.8668502322531906,
    0.7351692557457472,
];

/// Uneven blocks, most ranks with few elements, some with none.
fn uneven(comm: &Comm, n: usize) -> Layout {
    let mut sizes: Vec<_> =
        (0..comm.size()).map(|rank| if rank % 3 == 1 { 0 } else { n / (2 * comm.size()) }).collect();
    sizes[comm.size() - 1] += n - sizes.iter().sum::<usize>();
    Layout::scatter_sizes(comm, &[n], 0, &sizes).unwrap()
}

fn diagonal<T: Scalar>(layout: &Layout, values: &[f64]) -> Operator<T> {
    Diagonal::of(&DistArray::from_fn(layout, |i| T::from_parts(values[i[0]], 0.0))).unwrap()
}

/// The k wanted ones of a whole spectrum, in ascending order.
fn wanted(spectrum: &[f64], k: usize, which: Which) -> Vec<f64> {
    let mut all = spectrum.to_vec();
    all.sort_unstable_by(f64::total_cmp);
    let n = all.len();
    let mut found = match which {
        Which::Smallest => all[..k].to_vec(),
        Which::BothEnds => [&all[..k / 2], &all[n - k.div_ceil(2)..]].concat(),
        Which::Largest => all[n - k..].to_vec(),
        _ => {
            all.sort_by(|a, b| b.abs().total_cmp(&a.abs()));
            all[..k].to_vec()
        }
    };
    found.sort_unstable_by(f64::total_cmp);
    found
}

/// In ascending order.
fn moduli(values: &[f64]) -> Vec<f64> {
    let mut moduli: Vec<_> = values.iter().map(|value| value.abs()).collect();
    moduli.sort_unstable_by(f64::total_cmp);
    moduli
}

fn near(found: &[f64], expected: &[f64], tolerance: f64) {
    let is_near = |(found, expected): (&f64, &f64)| (found - expected).abs() <= tolerance;
    assert!(found.len() == expected.len() && found.iter().zip(expected).all(is_near), "{found:?} and {expected:?}");
}

/// Each value has one of the spectrum within its error, and rounding errors of this part of the largest.
fn bounds_hold(values: &[f64], errors: &[f64], spectrum: &[f64], rounding: f64) {
    let largest = spectrum.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    for (value, error) in values.iter().zip(errors) {
        let distance = spectrum.iter().map(|truth| (truth - value).abs()).fold(f64::INFINITY, f64::min);
        assert!(distance <= error + rounding * largest, "{value}: {distance} from the spectrum, not {error}");
    }
}

fn are_orthonormal<T: Scalar>(vectors: &[DistArray<T>], tolerance: f64) {
    for (i, u) in vectors.iter().enumerate() {
        for (j, v) in vectors.iter().enumerate() {
            let product = u.vdot(v).unwrap() - if i == j { T::one() } else { T::zero() };
            assert!(Real::to_f64(product.modulus()) < tolerance, "vectors {i} and {j}: {product:?} too much");
        }
    }
}

/// What was found is what is wanted of this spectrum; its vectors and errors are what they say.
fn is_right<T: Scalar>(a: &Operator<T>, found: &Eigenpairs<T>, spectrum: &[f64], which: Which) {
    assert_eq!(found.reason, Reason::Tolerance, "{which:?}: {:?}", found.errors);
    let largest = spectrum.iter().fold(0.0f64, |most, value| most.max(value.abs()));
    let expected = wanted(spectrum, found.values.len(), which);
    assert!(found.values.is_sorted());
    if which == Which::LargestMagnitude {
        near(&moduli(&found.values), &moduli(&expected), 1e-9 * largest); // of ±λ either will do
    } else {
        near(&found.values, &expected, 1e-9 * largest);
    }
    bounds_hold(&found.values, &found.errors, spectrum, 1e-15);
    are_orthonormal(&found.vectors, 1e-13);
    for ((v, &value), error) in found.vectors.iter().zip(&found.values).zip(&found.errors) {
        let residual = &(a * v) - &(v * T::from_parts(value, 0.0));
        assert!((Real::to_f64(residual.norm()) - error).abs() <= 1e-12 * error + 1e-15 * largest);
    }
}

fn bits_of<T: Scalar>(vectors: &[DistArray<T>]) -> impl Iterator<Item = u64> {
    let parts = |x: &T| [x.re(), x.im()].map(|part| Real::to_f64(part).to_bits());
    vectors.iter().flat_map(move |v| v.gather_all().iter().flat_map(parts).collect::<Vec<_>>())
}

fn bits<T: Scalar>(found: &Eigenpairs<T>) -> Vec<u64> {
    let Eigenpairs { values, vectors, errors, restarts, applications, .. } = found;
    let numbers = values.iter().chain(errors).map(|value| value.to_bits());
    numbers.chain([*restarts as u64, *applications as u64]).chain(bits_of(vectors)).collect()
}

fn bits_of_triplets<X: Scalar, Y: Scalar>(found: &Triplets<X, Y>) -> Vec<u64> {
    let Triplets { values, left, right, errors, restarts, applications, .. } = found;
    let numbers = values.iter().chain(errors).map(|value| value.to_bits());
    let numbers = numbers.chain([*restarts as u64, *applications as u64]);
    numbers.chain(bits_of(left)).chain(bits_of(right)).collect()
}

/// As SciPy has them, in order.
fn are_right<X: Scalar, Y: Scalar>(a: &Operator<X, Y>, found: &Triplets<X, Y>, spectrum: &[f64]) {
    assert_eq!(found.reason, Reason::Tolerance, "{:?}", found.errors);
    near(&found.values, &spectrum[..found.values.len()], 1e-9 * spectrum[0]);
    bounds_hold(&found.values, &found.errors, spectrum, 1e-15);
    for (k, &value) in found.values.iter().enumerate() {
        let (u, v) = (&found.left[k], &found.right[k]);
        let forward = Real::to_f64((&(a * v) - &(u * Y::from_parts(value, 0.0))).norm());
        let adjoint = Real::to_f64((&(&a.adjoint() * u) - &(v * X::from_parts(value, 0.0))).norm());
        assert!((forward.hypot(adjoint) / 2f64.sqrt() - found.errors[k]).abs() <= 1e-14 * spectrum[0]);
    }
}

/// An operator of two functions on a line.
struct Made {
    space: Space,
    forward: fn(usize, f64) -> f64,
    adjoint: fn(usize, f64) -> f64,
}

impl Made {
    fn on(comm: &Comm, n: usize, forward: fn(usize, f64) -> f64, adjoint: fn(usize, f64) -> f64) -> Operator<f64> {
        Operator::new(Self { space: Layout::scatter(comm, &[n], 0).unwrap().into(), forward, adjoint })
    }
}

impl LinearOperator<f64> for Made {
    fn domain(&self) -> &Space {
        &self.space
    }
    fn range(&self) -> &Space {
        &self.space
    }
    fn apply(&self, x: &[f64], y: &mut [f64]) {
        y.iter_mut().zip(x).enumerate().for_each(|(k, (y, &x))| *y = (self.forward)(k, x));
    }
    fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
        x.iter_mut().zip(y).enumerate().for_each(|(k, (x, &y))| *x = (self.adjoint)(k, y));
    }
}

fn refused<R>(found: Result<R>, kind: ErrorKind, words: &str) {
    let error: Error = found.err().expect("an error");
    assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
}

crate::bodies! {
    fn eigenvalues_of_the_second_derivative(comm) {
        let n = 30;
        let spectrum: Vec<_> = (1..=n).map(|j| 2.0 - 2.0 * (j as f64 * PI / (n + 1) as f64).cos()).collect();
        let a = second_derivative::<f64>(comm, n);
        for which in ENDS {
            for k in [1, 5] {
                is_right(&a, &eigsh(&a, k, which).unwrap(), &spectrum, which);
            }
        }
        let single = second_derivative::<f32>(comm, n);
        let found = eigsh(&single, 3, Which::Largest).unwrap();
        assert_eq!(found.reason, Reason::Tolerance);
        near(&found.values, &wanted(&spectrum, 3, Which::Largest), 1e-5);
        bounds_hold(&found.values, &found.errors, &spectrum, 1e-6);
        are_orthonormal(&found.vectors, 1e-5);
    }

    fn all_copies_of_multiple_eigenvalues_are_found(comm) {
        let n = 60;
        let layout = uneven(comm, n);
        // Copies at both ends; clusters; values of either sign.
        let spectra: [fn(usize) -> f64; 4] = [
            |i| (i / 3) as f64,
            |i| if i < 5 { 7.0 } else if i < 9 { -7.5 } else { (i as f64).sin() },
            |i| 100.0 - (i % 30) as f64 + 1e-5 * (i / 30) as f64,
            |i| if i % 2 == 0 { 1.0 } else { -1.0 },
        ];
        for spectrum in spectra {
            let spectrum: Vec<_> = (0..n).map(spectrum).collect();
            let a = diagonal::<f64>(&layout, &spectrum);
            let complex = diagonal::<Complex<f64>>(&layout, &spectrum);
            for which in ENDS {
                for k in [1, 6] {
                    is_right(&a, &eigsh(&a, k, which).unwrap(), &spectrum, which);
                }
                is_right(&complex, &Eigsh::new(&complex, 2, which).seed(5).solve().unwrap(), &spectrum, which);
            }
        }
    }

    fn eigenvalues_of_the_simplest_operators(comm) {
        for n in [1, 2, 23] {
            let layout = uneven(comm, n);
            let one = Identity.on::<f64>(&layout);
            for k in [1, n.div_ceil(4), n] {
                for scale in [0.0, 1.0, -2.5, 1e-200, 1e200] {
                    let a = one.scale(scale);
                    for which in [Which::Largest, Which::BothEnds] {
                        let found = eigsh(&a, k, which).unwrap();
                        assert_eq!(found.reason, Reason::Tolerance);
                        near(&found.values, &vec![scale; k], 1e-14 * scale.abs());
                        are_orthonormal(&found.vectors, 1e-13);
                    }
                    let found = svds(&a, k).unwrap();
                    assert_eq!(found.reason, Reason::Tolerance);
                    near(&found.values, &vec![scale.abs(); k], 1e-14 * scale.abs());
                    are_orthonormal(&found.left, 1e-13);
                    are_orthonormal(&found.right, 1e-13);
                }
            }
        }
        // All of a spectrum, and one that leaves the range of numbers when it is squared.
        let n = 25;
        let spectrum: Vec<_> = (0..n).map(|i| (3.0 * i as f64).cos()).collect();
        let a = diagonal::<f64>(&uneven(comm, n), &spectrum);
        is_right(&a, &eigsh(&a, n, Which::Smallest).unwrap(), &spectrum, Which::Smallest);
        for scale in [1e-250, 1e250] {
            let found = eigsh(&a.scale(scale), 3, Which::BothEnds).unwrap();
            assert_eq!(found.reason, Reason::Tolerance);
            near(&found.values, &wanted(&spectrum, 3, Which::BothEnds).iter().map(|x| x * scale).collect::<Vec<_>>(), 1e-12 * scale);
            let found = svds(&a.scale(scale), 1).unwrap();
            near(&found.values, &[scale], 1e-12 * scale);
        }
    }

    fn eigenvalues_of_a_complex_matrix_are_those_of_numpy(comm) {
        // numpy.linalg.eigvalsh
        let spectrum = [
            -7.035181026537497, -4.992767627033414, -3.7715141391259395, -2.41496775210923, -1.6509833465098476,
            -0.685765152723919, 0.6872056059115323, 1.6481994409637384, 2.415881179109724, 3.773165943944846,
            4.991695181409472, 7.033056227344564,
        ];
        let a = hermitian::<Complex<f64>>(comm);
        for which in ENDS {
            for k in [1, 3, 12] {
                is_right(&a, &eigsh(&a, k, which).unwrap(), &spectrum, which);
            }
            is_right(&a, &Eigsh::new(&a, 3, which).ncv(7).solve().unwrap(), &spectrum, which);
        }
        let single = hermitian::<Complex<f32>>(comm);
        let found = Eigsh::new(&single, 3, Which::Largest).ncv(7).solve().unwrap();
        assert_eq!(found.reason, Reason::Tolerance);
        near(&found.values, &spectrum[9..], 1e-4);
    }

    fn singular_values_are_those_of_numpy(comm) {
        let (a, complex) = (general::<f64>(comm), general::<Complex<f64>>(comm));
        for k in [1, 3, 12] {
            let found = svds(&a, k).unwrap();
            are_right(&a, &found, &SINGULAR);
            are_orthonormal(&found.left, 1e-13);
            are_orthonormal(&found.right, 1e-13);
            are_right(&a.adjoint(), &svds(&a.adjoint(), k).unwrap(), &SINGULAR);
            are_right(&complex, &svds(&complex, k).unwrap(), &SINGULAR_COMPLEX);
        }
        let found = Svds::new(&complex, 2).ncv(5).solve().unwrap();
        assert!(found.restarts > 0);
        are_right(&complex, &found, &SINGULAR_COMPLEX);
        are_orthonormal(&found.left, 1e-13);
        // |u₁| and |v₁|, by numpy.linalg.svd
        let found = Svds::new(&a, 1).ncv(4).solve().unwrap();
        let first = |x: &DistArray<f64>| x.gather_all().iter().take(3).map(|x| x.abs()).collect::<Vec<_>>();
        near(&first(&found.left[0]), &[0.7421431562075405, 0.3271186210792473, 0.2532894225777207], 1e-9);
        near(&first(&found.right[0]), &[0.7231742507185064, 0.34475397810834874, 0.250366522013786], 1e-9);
        let single = Svds::new(&general::<f32>(comm), 3).ncv(7).solve().unwrap();
        assert_eq!(single.reason, Reason::Tolerance);
        near(&single.values, &SINGULAR[..3], 1e-5);
    }

    fn smallest_singular_values_are_those_of_numpy(comm) {
        let (a, complex) = (general::<f64>(comm), general::<Complex<f64>>(comm));
        for k in [1, 3, 12] {
            let found = Svds::new(&a, k).smallest().solve().unwrap();
            are_right(&a, &found, &SINGULAR[12 - k..]);
            are_orthonormal(&found.left, 1e-13);
            are_orthonormal(&found.right, 1e-13);
            are_right(&a.adjoint(), &Svds::new(&a.adjoint(), k).smallest().solve().unwrap(), &SINGULAR[12 - k..]);
        }
        let found = Svds::new(&complex, 2).smallest().ncv(6).restarts(1000).solve().unwrap();
        assert!(found.restarts > 0);
        are_right(&complex, &found, &SINGULAR_COMPLEX[10..]);
        // Each twice.
        let layout = uneven(comm, 40);
        let d = diagonal::<f64>(&layout, &(0..40).map(|i| (i / 2) as f64 - 30.0).collect::<Vec<_>>());
        let found = Svds::new(&d, 4).smallest().restarts(1000).solve().unwrap();
        assert_eq!(found.reason, Reason::Tolerance);
        near(&found.values, &[12.0, 12.0, 11.0, 11.0], 1e-8);
        // 0 has no left vector in what A makes: it does not converge, and says so.
        let d = diagonal::<f64>(&layout, &(0..40).map(f64::from).collect::<Vec<_>>());
        let found = Svds::new(&d, 1).smallest().restarts(30).solve().unwrap();
        assert!(!found.reason.converged() && found.values[0] < 1.0 && found.errors[0] >= 0.5 * found.values[0]);
    }

    fn singular_values_of_stacks_and_from_real_to_complex(comm) {
        let n = 30;
        let layout = uneven(comm, n);
        let spectrum: Vec<_> = (0..n).map(|i| (i / 2) as f64 - 7.0).collect();
        let d = diagonal::<f64>(&layout, &spectrum);
        let a = StackedVStack::of(vec![d.clone(), 2.0 * Identity.on::<f64>(&layout)]).unwrap();
        let mut of_stack: Vec<_> = spectrum.iter().map(|value| value.hypot(2.0)).collect();
        of_stack.sort_unstable_by(|a, b| b.total_cmp(a));
        for k in [1, 4, 7] {
            are_right(&a, &svds(&a, k).unwrap(), &of_stack);
            are_right(&a.adjoint(), &svds(&a.adjoint(), k).unwrap(), &of_stack);
        }
        // What makes frequencies of real numbers is linear over the real numbers: F D with all |F x| = |x|, times 2 in the middle.
        let whole = Layout::scatter(comm, &[n], 0).unwrap();
        let f = FFT::along(0).on_real::<f64>(&whole).unwrap();
        let d = diagonal::<f64>(&whole, &spectrum);
        let a = f.compose(&d).unwrap();
        let found = svds(&a, 3).unwrap();
        let gram = &a.adjoint() * &a;
        let expected: Vec<_> = eigsh(&gram, 3, Which::Largest).unwrap().values.iter().rev().map(|x| x.sqrt()).collect();
        assert_eq!(found.reason, Reason::Tolerance);
        near(&found.values, &expected, 1e-9 * expected[0]);
        let found = svds(&a.adjoint(), 3).unwrap();
        near(&found.values, &expected, 1e-9 * expected[0]);
    }

    fn errors_are_true_where_it_has_not_converged(comm) {
        let n = 90;
        let layout = uneven(comm, n);
        let spectrum: Vec<_> = (0..n).map(|i| (i as f64 * PI / n as f64).cos() + (i % 4) as f64 * 1e-3).collect();
        let a = diagonal::<f64>(&layout, &spectrum);
        let singular = moduli(&spectrum);
        for restarts in [0, 1, 2, 5] {
            for (k, ncv) in [(1, 3), (3, 7), (6, 8)] {
                for which in ENDS {
                    let found = Eigsh::new(&a, k, which).ncv(ncv).restarts(restarts).solve().unwrap();
                    assert_eq!((&found.reason, found.restarts), (&Reason::IterationLimit, restarts));
                    bounds_hold(&found.values, &found.errors, &spectrum, 1e-15);
                    are_orthonormal(&found.vectors, 1e-13);
                    assert!(found.errors.iter().any(|error| *error > 1e-8));
                }
                let found = Svds::new(&a, k).ncv(ncv).restarts(restarts).solve().unwrap();
                assert_eq!((&found.reason, found.restarts), (&Reason::IterationLimit, restarts));
                bounds_hold(&found.values, &found.errors, &singular, 1e-15);
                are_orthonormal(&found.left, 1e-13);
                are_orthonormal(&found.right, 1e-13);
            }
        }
        // More than rounding errors allow is not said to be there.
        let exact = Eigsh::new(&second_derivative::<f64>(comm, 30), 2, Which::Largest).tolerance(0.0).solve().unwrap();
        assert_eq!(exact.reason, Reason::Exhausted);
        let loose = Eigsh::new(&a, 4, Which::Largest).tolerance(1e-3).solve().unwrap();
        assert_eq!(loose.reason, Reason::Tolerance);
        bounds_hold(&loose.values, &loose.errors, &spectrum, 1e-15);
        assert!(loose.errors.iter().all(|error| *error <= 1e-3 * 1.003));
    }

    fn spectra_have_the_same_bits_on_any_cut(comm) {
        let n = 53;
        let spectrum: Vec<_> = (0..n).map(|i| (i as f64).sin() + (i / 7) as f64).collect();
        let of = |comm: &Comm, layout: &Layout| {
            let a = diagonal::<Complex<f64>>(layout, &spectrum);
            let single = diagonal::<f32>(layout, &spectrum);
            let stack = StackedVStack::of(vec![diagonal::<f64>(layout, &spectrum), Identity.on::<f64>(layout)]).unwrap();
            [
                bits(&Eigsh::new(&a, 3, Which::BothEnds).ncv(9).solve().unwrap()),
                bits(&Eigsh::new(&single, 2, Which::Largest).ncv(6).solve().unwrap()),
                bits(&Eigsh::new(&second_derivative::<f64>(comm, 30), 2, Which::Largest).ncv(8).restarts(4).solve().unwrap()),
                bits_of_triplets(&Svds::new(&general::<Complex<f64>>(comm), 2).ncv(5).solve().unwrap()),
                bits_of_triplets(&Svds::new(&stack, 2).ncv(6).restarts(9).solve().unwrap()),
            ]
        };
        let expected = of(&comm.alone(), &Layout::scatter(&comm.alone(), &[n], 0).unwrap());
        assert_eq!(of(comm, &Layout::scatter(comm, &[n], 0).unwrap()), expected);
        assert_eq!(of(comm, &uneven(comm, n)), expected);
        assert_eq!(of(comm, &Layout::replicated(comm, &[n]).unwrap()), expected);
    }

    fn each_colour_has_a_spectrum(comm) {
        let colours: Vec<_> = (0..comm.size()).map(|rank| rank % 2).collect();
        let layout = Layout::scatter(comm, &[9 * comm.size()], 0).unwrap().with_mask(&colours).unwrap();
        let value = |i: usize| (i / 9 % 2 + 1) as f64 * (i as f64).cos();
        let a = Diagonal::of(&DistArray::from_fn(&layout, |i| value(i[0]))).unwrap();
        let spectrum: Vec<_> = (0..9 * comm.size()).filter(|i| i / 9 % 2 == comm.rank() % 2).map(value).collect();
        let found = eigsh(&a, 3, Which::BothEnds).unwrap();
        assert_eq!(found.reason, Reason::Tolerance);
        near(&found.values, &wanted(&spectrum, 3, Which::BothEnds), 1e-9);
        let found = svds(&a, 2).unwrap();
        let moduli = moduli(&spectrum);
        near(&found.values, &[moduli[moduli.len() - 1], moduli[moduli.len() - 2]], 1e-9);
        refused(eigsh(&a, 9 * comm.size() + 1, Which::Largest), ErrorKind::Parameter, "number of eigenvalues");
    }

    fn bad_input_of_spectra(comm) {
        let a = second_derivative::<f64>(comm, 30);
        let (wide, parameter) = (general::<f64>(comm), ErrorKind::Parameter);
        for (k, words) in [(0, "number of eigenvalues: expected 1 to 30, found 0"), (31, "found 31")] {
            refused(eigsh(&a, k, Which::Largest), parameter, words);
        }
        refused(svds(&wide, 0), parameter, "number of singular values: expected 1 to 12, found 0");
        refused(svds(&wide, 13), parameter, "found 13");
        refused(Eigsh::new(&a, 3, Which::Largest).ncv(4).solve(), parameter, "at least 5, found 4");
        refused(Svds::new(&wide, 3).ncv(4).solve(), parameter, "at least 5, found 4");
        for tolerance in [-1e-9, f64::NAN, f64::INFINITY] {
            refused(Eigsh::new(&a, 3, Which::Largest).tolerance(tolerance).solve(), parameter, "tolerance");
            refused(Svds::new(&wide, 3).tolerance(tolerance).solve(), parameter, "tolerance");
        }
        refused(eigsh(&wide, 2, Which::Largest), ErrorKind::Shape, "range of the operator of eigsh");
        let other = ErrorKind::Other;
        let line = Layout::scatter(comm, &[12], 0).unwrap();
        let square = Made::on(comm, 12, |k, x| if k == 0 { f64::NAN } else { x }, |_, y| y);
        refused(eigsh(&square, 2, Which::Largest), other, "A v is not finite at global index [0], on rank 0");
        refused(svds(&square, 2), other, "A v is not finite at global index [0], on rank 0");
        let skew = operator::<f64>(comm, [12, 12], |i, j| [i - 0.9 * j, 0.0]);
        refused(eigsh(&skew, 2, Which::Largest), other, "expected a Hermitian one");
        let imaginary = Diagonal::of(&DistArray::full(&line, Complex::new(1.0, 1e-3))).unwrap();
        refused(eigsh(&imaginary, 2, Which::Largest), other, "expected a Hermitian one");
        let wrong = Made::on(comm, 12, |k, x| x * (1 + k % 3) as f64, |_, y| y);
        refused(svds(&wrong, 2), other, "adjoint of");
        let none = Made::on(comm, 12, |_, x| x, |_, _| 0.0);
        refused(svds(&none, 2), other, "adjoint of");
    }
}
