//! A zoo of hard systems: whatever a solver says of them is held against exact arithmetic, and on any number of ranks it
//! says the same bits. `LOPS_TORTURE=1` solves more of them, in every type, and counts. Else they are dealt out to the tests
//! with and without MPI, as threads are the same in both.

mod dense;
mod exact;
mod others;
mod systems;

use dense::{dense, shape};
use exact::Truth;
use lops::numbers::Summation;
use lops::operators::Diagonal;
use lops::solvers::{Cgls, CglsColumns, Irls, Lsmr, Lsqr, Method as _, Options, Pcgls, Spgl1, Tolerance};
use lops::solvers::{Shrinkage, bicgstab, cg, cg_columns, cgls, gmres, minres, pcg, predict_cg, spgl1, twist};
use lops::solvers::{matching_pursuit, omp, shifted_cg};
use lops::{Comm, Complex, DistArray, Layout, Real, Reason, Report, Scalar, launch_threads};
use std::collections::BTreeMap;
use systems::{Method, Numbers, Promise, System, systems};

/// What a solver did: all bits of it.
struct Outcome<T> {
    x: Vec<T>,
    reason: Reason,
    iterations: usize,
    residual: f64,
    mismatch: Option<f64>,
    bits: Vec<u64>,
}

fn solve<T: Scalar>(comm: &Comm, system: &System, numbers: &Numbers<T>) -> Outcome<T> {
    let (m, n) = (numbers.b.len(), numbers.x.len());
    let is_column = matches!(numbers.method, Method::CgColumns | Method::CglsColumns);
    let place = |values: &[T]| {
        let layout = Layout::scatter(comm, shape(&[values.len(), 1], is_column), 0).unwrap();
        DistArray::from_fn(&layout, |i| values[i[0]])
    };
    let a = dense(comm, &numbers.a, [m, n], is_column, system.adjoint_is_zero());
    let (b, mut x) = (place(&numbers.b), place(&numbers.x));
    let options = system.options::<T>();
    let report = match (numbers.method, numbers.damp) {
        (Method::Cg, _) => cg(&a, &b, &mut x, &options),
        (Method::PredictCg, _) => predict_cg(&a, &b, &mut x, &options),
        (Method::Minres, _) => minres(&a, &b, &mut x, &options),
        (Method::Gmres, _) => gmres(&a, &b, &mut x, &options),
        (Method::BiCgStab, _) => bicgstab(&a, &b, &mut x, &options),
        (Method::Cgls, 0.0) => cgls(&a, &b, &mut x, &options),
        (Method::Cgls, damp) => Cgls::new(&a, &b, &mut x).unwrap().damp(damp).unwrap().solve(&options),
        // Without sparsity these are of least squares: a step is α times the gradient.
        (Method::Ista, _) => Shrinkage::ista(&a, &b, &mut x, 0.0).unwrap().solve(&options),
        (Method::Fista, _) => Shrinkage::fista(&a, &b, &mut x, 0.0).unwrap().restart().solve(&options),
        (Method::TwIst, _) => twist(&a, &b, &mut x, 0.0, &options),
        (Method::Pcg, _) => pcg(&a, &b, &mut x, &Diagonal::of(&place(&numbers.m)).unwrap(), &options),
        (Method::Pcgls, damp) => {
            let m = Diagonal::of(&place(&numbers.m)).unwrap();
            Pcgls::new(&a, &b, &mut x, &m).unwrap().damp(damp).unwrap().solve(&options)
        }
        (Method::Spgl1, sigma) => spgl1(&a, &b, &mut x, sigma, &options),
        (Method::Lasso, tau) => Spgl1::lasso(&a, &b, &mut x, tau).unwrap().solve(&options),
        (Method::CgColumns, _) => cg_columns(&a, &b, &mut x, &options),
        (Method::CglsColumns, damp) => CglsColumns::new(&a, &b, &mut x).unwrap().damp(damp).unwrap().solve(&options),
        (Method::ShiftedCg, _) => {
            let mut models = [x.clone(), x.zeros_like()];
            let report = shifted_cg(&a, &b, &[0.0, 1.0], &mut models, &options);
            x = models[0].clone();
            report
        }
        (Method::Omp, sigma) => omp(&a, &b, &mut x, n.min(m).min(4), sigma, &options),
        (Method::MatchingPursuit, sigma) => matching_pursuit(&a, &b, &mut x, sigma, &options),
        (Method::Irls, damp) => {
            let inner = Options { iterations: 6, ..options.clone() };
            let outer = Options { iterations: 8, tolerance: Tolerance::Relative(1e-6), ..options };
            Irls::data(&a, &b, &mut x).unwrap().damp(damp).unwrap().inner(&inner).solve(&outer)
        }
        (Method::Lsqr, damp) => Lsqr::new(&a, &b, &mut x).unwrap().damp(damp).unwrap().solve(&options),
        (Method::Lsmr, damp) => Lsmr::new(&a, &b, &mut x).unwrap().damp(damp).unwrap().solve(&options),
    };
    outcome(report.unwrap(), x.gather_all().into_raw_vec_and_offset().0)
}

fn outcome<T: Scalar>(report: Report<T::Real>, x: Vec<T>) -> Outcome<T> {
    let mut bits = vec![report.iterations as u64, report.residual.to_f64().to_bits()];
    bits.extend(x.iter().flat_map(|x| [x.re(), x.im()]).map(|x| x.to_f64().to_bits()));
    let series = report.names().flat_map(|name| report.series(name));
    bits.extend(series.map(|value| value.to_f64().to_bits()));
    let Report { reason, iterations, residual, adjoint_mismatch: mismatch, .. } = report;
    bits.extend(mismatch.map(f64::to_bits));
    Outcome { x, reason, iterations, residual: residual.to_f64(), mismatch, bits }
}

/// What is wrong with an outcome, in the light of exact arithmetic.
fn judge<T: Scalar>(system: &System, numbers: &Numbers<T>, outcome: &Outcome<T>) -> Result<(), String> {
    let converged = outcome.reason.converged();
    let is_suspect = outcome.reason == Reason::Adjoint || outcome.mismatch.is_some_and(|mismatch| mismatch > 0.0);
    if is_suspect && system.promise != Promise::Wrong {
        return Err(format!("its adjoint is right, and {:?} is said", outcome.mismatch));
    }
    if outcome.x.iter().any(|x| !x.finite()) {
        let is_said = matches!(outcome.reason, Reason::NonFinite { .. });
        return if is_said && system.promise != Promise::Solved { Ok(()) } else { Err("x is not finite".into()) };
    }
    let epsilon = <T::Real as num_traits::Float>::epsilon().to_f64().log2();
    let (start, end) = (Truth::of(numbers, &numbers.x), Truth::of(numbers, &outcome.x));
    let asked = match system.options::<T>().tolerance {
        // Of the residual σ, and a part of what is beyond it at x = 0.
        Tolerance::Relative(part) | Tolerance::OfData(part) if numbers.method.is_greedy() => {
            let of_start = part.log2() + start.criterion;
            let most = of_start.max(numbers.damp.log2());
            most + ((of_start - most).exp2() + (numbers.damp.log2() - most).exp2()).log2()
        }
        _ if numbers.method == Method::Irls => f64::INFINITY,
        Tolerance::Relative(tolerance) => tolerance.log2() + start.criterion,
        Tolerance::OfData(tolerance) => {
            tolerance.log2() + Truth::of(numbers, &vec![T::zero(); numbers.x.len()]).criterion
        }
        _ => f64::NEG_INFINITY,
    };
    // A result of the size of the terms is rounded some times.
    let rounded = (end.terms + epsilon + 2.0).max(smallest::<T>(numbers));
    if converged && end.criterion > (asked + 0.01).max(rounded) {
        return Err(format!("it is 2^{} and 2^{asked} was asked", end.criterion));
    }
    let of_residual = (end.residual_terms + epsilon + 2.0).max(smallest::<T>(numbers));
    // What is beyond a type's range is said to be infinite.
    let most = <T::Real as num_traits::Float>::max_value().to_f64().log2();
    let residual =
        if end.residual > most { outcome.residual.log2().min(end.residual) } else { outcome.residual.log2() };
    if residual.max(of_residual) > end.residual.max(of_residual) + 0.1
        || end.residual.max(of_residual) > residual.max(of_residual) + 0.1
    {
        return Err(format!("the residual is 2^{} and 2^{residual} is said", end.residual));
    }
    match system.promise {
        Promise::Solved if !converged => Err("it does not converge".into()),
        Promise::Wrong if converged => Err("the adjoint is wrong".into()),
        Promise::Kept => {
            // A tenth of all digits may be lost, and then some, of those of the data's size.
            let ruined = end.criterion > start_of(numbers).criterion + 0.7 * epsilon;
            let size = |x: &[T]| x.iter().fold(0.0, |most: f64, x| most.max(x.modulus().to_f64()));
            let is_far = size(&outcome.x) > 100.0 * size(&numbers.b).max(size(&numbers.x));
            if ruined || is_far { Err(format!("ruined: 2^{}, {:e}", end.criterion, size(&outcome.x))) } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

/// At x = 0.
fn start_of<T: Scalar>(numbers: &Numbers<T>) -> Truth {
    Truth::of(numbers, &vec![T::zero(); numbers.x.len()])
}

/// log₂ of what the smallest numbers of a type make of A x and Aᴴ s: there a solution is as good as it can be.
fn smallest<T: Scalar>(numbers: &Numbers<T>) -> f64 {
    let least = <T::Real as num_traits::Float>::min_positive_value().to_f64().log2()
        + <T::Real as num_traits::Float>::epsilon().to_f64().log2();
    let a = numbers.a.iter().fold(0.0, |most: f64, a| most.max(a.modulus().to_f64())).log2();
    let x = least + a.max(0.0) + 3.0;
    if numbers.method.is_of_least_squares() { (x + a.max(0.0)).max(x + 2.0 * numbers.damp.log2().max(0.0)) } else { x }
}

/// How often each reason was given.
type Counts = BTreeMap<String, usize>;

/// Solves every `step`-th system from this one on, on so many ranks each; what went wrong, and the counts.
fn visit<T: Scalar>(from: usize, step: usize, ranks: &[usize]) -> (Vec<String>, Counts)
where
    T::Real: Send,
{
    let (mut faults, mut counts) = (vec![], Counts::new());
    let chosen: Vec<_> = systems().into_iter().skip(from).step_by(step).collect();
    let numbers: Vec<Numbers<T>> = chosen.iter().map(System::numbers).collect();
    let mut first: Vec<(Reason, Vec<u64>)> = vec![];
    for &ranks in ranks {
        let outcomes = launch_threads(ranks, |comm| {
            Ok(chosen.iter().zip(&numbers).map(|(system, numbers)| solve(comm, system, numbers)).collect::<Vec<_>>())
        });
        let outcomes = match outcomes {
            Ok(outcomes) => outcomes,
            Err(error) => {
                faults.push(format!("on {ranks} ranks: {error}"));
                continue;
            }
        };
        if first.is_empty() {
            for ((system, numbers), outcome) in chosen.iter().zip(&numbers).zip(&outcomes) {
                let word = format!("{:?}", outcome.reason);
                let word = word.split([' ', '(']).next().unwrap_or_default().to_owned();
                *counts.entry(word).or_default() += 1;
                if let Err(fault) = judge(system, numbers, outcome) {
                    let (reason, iterations) = (&outcome.reason, outcome.iterations);
                    faults.push(format!("{system:?}: {fault} ({reason:?} after {iterations})"));
                }
            }
            first = outcomes.into_iter().map(|outcome| (outcome.reason, outcome.bits)).collect();
            continue;
        }
        for ((system, (reason, bits)), outcome) in chosen.iter().zip(&first).zip(&outcomes) {
            let is_same = *bits == outcome.bits && *reason.to_string() == outcome.reason.to_string();
            if !is_same && system.summation == Summation::Exact && !matches!(reason, Reason::NonFinite { .. }) {
                faults.push(format!("{system:?}: other bits on {ranks} ranks"));
            }
        }
    }
    (faults, counts)
}

fn visited<T: Scalar>(step: usize)
where
    T::Real: Send,
{
    let torture = std::env::var("LOPS_TORTURE").is_ok_and(|value| value == "1");
    let turn = usize::from(cfg!(feature = "mpi"));
    let (from, step, ranks): (_, _, &[usize]) =
        if torture { (0, 1, &[1, 2, 3, 4, 5, 7, 8]) } else { (turn * step, 2 * step, &[1, 2, 3, 5]) };
    let (faults, counts) = visit::<T>(from, step, ranks);
    let name = std::any::type_name::<T>();
    let all: usize = counts.values().sum();
    println!("{name}: {all} systems on {ranks:?} ranks, {} faults; {counts:?}", faults.len());
    assert!(faults.is_empty(), "{} faults in {name}:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn nothing_false_is_said_in_double_precision() {
    visited::<f64>(1);
}

#[test]
fn nothing_false_is_said_in_single_precision() {
    visited::<f32>(1);
}

#[test]
fn nothing_false_is_said_of_complex_numbers() {
    visited::<Complex<f64>>(1);
}

#[test]
fn nothing_false_is_said_of_complex_numbers_in_single_precision() {
    visited::<Complex<f32>>(5);
}

crate::bodies! {
    fn some_of_the_zoo_is_the_same_as_on_one_rank(comm) {
        for system in systems().iter().step_by(41).filter(|system| system.summation == Summation::Exact) {
            let numbers = system.numbers::<f64>();
            let (one, all) = (solve(&comm.alone(), system, &numbers), solve(comm, system, &numbers));
            assert_eq!(one.bits, all.bits, "{system:?}");
        }
    }
}
