//! All proximal methods on the same problems: they find what the conditions of optimality say, with the same bits on any ranks, go on from
//! checkpoints, stop when they are told to, and tell what is wrong.

mod growth;
mod keeping;
mod table;

use lops::solvers::{Checkpoint, Method, Options, Tolerance};
use lops::{Comm, DistArray, ErrorKind, Layout, Real, Reason, Report, Result, launch_threads};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, process};
use table::{Drive, KINDS, Kind, METHODS, Problem, is_for, solves, with};

const N: usize = 24;

/// Runs to the end.
struct Solve<R> {
    options: Options,
    report: Option<Report<R>>,
}

impl<T: Real> Drive<T> for Solve<T> {
    fn drive<M: Method<Model = T>>(&mut self, method: M) -> Result<()> {
        self.report = Some(method.solve(&self.options)?);
        Ok(())
    }
}

fn solve<T: Real>(problem: &Problem, name: &str, x: &mut DistArray<T>, options: &Options) -> Result<Report<T>> {
    let mut drive = Solve { options: options.clone(), report: None };
    with(problem, name, x, &mut drive)?;
    Ok(drive.report.unwrap())
}

fn line(comm: &Comm) -> Layout {
    Layout::scatter(comm, &[N], 0).unwrap()
}

fn whole<T: Real>(x: &DistArray<T>) -> Vec<f64> {
    x.gather_all().iter().map(|&x| Real::to_f64(x)).collect()
}

/// How far x is from where the problem is least, by the conditions of optimality: 0 there. In the unit of the data. An element is where it can
/// bend if it is as near.
fn off<T: Real>(problem: &Problem, x: &DistArray<T>, near: f64) -> Result<f64> {
    let layout = x.layout()?;
    let a = problem.a(layout)?;
    let residual = &problem.b(layout) - &(&a * x);
    let slope = whole(&(&a.adjoint() * &residual)); // the negative gradient of f
    let (x, epsilon) = (whole(x), problem.epsilon());
    let apart = |slope: f64, allowed: [f64; 2]| (allowed[0] - slope).max(slope - allowed[1]).max(0.0);
    let worst = |of: &dyn Fn(usize) -> f64| (0..x.len()).map(of).fold(0.0, f64::max);
    let is = |x: f64, at: f64| (x - at).abs() < near * problem.unit;
    let sign = |x: f64| if is(x, 0.0) { [-epsilon, epsilon] } else { [epsilon * x.signum(); 2] };
    let infinite = f64::INFINITY;
    let off = match problem.kind {
        Kind::Lasso | Kind::Denoising => worst(&|k| apart(slope[k], sign(x[k]))),
        Kind::NotNegative => worst(&|k| {
            let least = if is(x[k], 0.0) { -infinite } else { 0.0 };
            apart(slope[k], [least, 0.0]).max(-x[k])
        }),
        Kind::Box => worst(&|k| {
            let [lower, upper] = problem.bounds();
            let allowed = [if is(x[k], lower) { -infinite } else { 0.0 }, if is(x[k], upper) { infinite } else { 0.0 }];
            apart(slope[k], allowed).max(lower - x[k]).max(x[k] - upper)
        }),
        // The taut string: its height is the sum of x − b so far, within ±ε, and at a wall where x goes up or down.
        Kind::Variation => {
            let height = |k: usize| -slope[..=k].iter().sum::<f64>();
            let within = worst(&|k| {
                let ahead = if k + 1 < x.len() { x[k + 1] - x[k] } else { 0.0 };
                apart(height(k), sign(ahead))
            });
            within.max(height(x.len() - 1).abs())
        }
    };
    Ok(off / problem.unit)
}

/// All bits of a short run.
fn bits<T: Real>(kind: Kind, name: &str, layout: &Layout) -> Result<Vec<u64>> {
    let mut x = DistArray::<T>::from_fn(layout, |i| T::from_f64(0.1 * (i[0] as f64).cos()));
    let report = solve(&kind.into(), name, &mut x, &Options::exactly(9))?;
    let series: Vec<f64> =
        report.names().flat_map(|name| report.series(name)).map(|&value| Real::to_f64(value)).collect();
    Ok(whole(&x).into_iter().chain(series).map(f64::to_bits).collect())
}

/// Runs to the end or so many steps, with checkpoints.
struct Resume {
    saves: Option<Checkpoint>,
    steps: Option<usize>,
    begun_at: usize,
    series: Vec<f64>,
}

impl Drive<f64> for Resume {
    fn drive<M: Method<Model = f64>>(&mut self, method: M) -> Result<()> {
        let mut solver = method.start(&Options::exactly(14))?;
        if let Some(saves) = &self.saves {
            solver = solver.checkpoint(saves)?;
        }
        self.begun_at = solver.iterations();
        if let Some(steps) = self.steps {
            return (0..steps).try_for_each(|_| solver.step().map(drop));
        }
        let report = solver.solve()?;
        self.series = report.names().flat_map(|name| report.series(name)).copied().collect();
        Ok(())
    }
}

/// All bits, and the iteration that it went on from.
fn resume(
    comm: &Comm,
    kind: Kind,
    name: &str,
    saves: Option<&Checkpoint>,
    steps: Option<usize>,
) -> Result<(Vec<u64>, usize)> {
    let mut x = DistArray::zeros(line(comm));
    let mut drive = Resume { saves: saves.cloned(), steps, begun_at: 0, series: vec![] };
    with(&kind.into(), name, &mut x, &mut drive)?;
    Ok((whole(&x).into_iter().chain(drive.series).map(f64::to_bits).collect(), drive.begun_at))
}

/// A folder that is not there, the same on every rank.
fn folder(comm: &Comm, name: &str) -> PathBuf {
    let mut id = [process::id() as usize];
    comm.broadcast(&mut id, 0);
    let path = std::env::temp_dir().join(format!("lops-proximal-methods-{}-{}", id[0], name.replace([' ', ','], "-")));
    remove(comm, &path);
    path
}

fn remove(comm: &Comm, folder: &Path) {
    comm.barrier();
    if comm.rank() == 0 {
        let _ = fs::remove_dir_all(folder);
    }
    comm.barrier();
}

/// Stops after three iterations, on the wish of the last rank.
struct Stopped(Option<(Reason, usize, Vec<f64>)>);

impl Drive<f64> for Stopped {
    fn drive<M: Method<Model = f64>>(&mut self, method: M) -> Result<()> {
        let mut seen_last = vec![];
        let solver = method.start(&Options::exactly(30))?.callback(|seen| {
            seen_last = whole(seen.model);
            let comm = seen.model.comm();
            let wishes = comm.rank() + 1 == comm.size() && seen.iteration == 3;
            if wishes { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        let report = solver.solve()?;
        self.0 = Some((report.reason, report.iterations, seen_last));
        Ok(())
    }
}

/// Of data and what they are held against in these units, of this precision.
fn finds_what_is_optimal<T: Real>(comm: &Comm, kinds: &[Kind], size: f64, tolerance: f64, slack: f64) {
    let unit = size;
    let options = Options { tolerance: Tolerance::Relative(tolerance), ..Options::iterations(20_000) };
    for &kind in kinds {
        let problem = Problem { size, unit, ..kind.into() };
        let mut first: Option<Vec<f64>> = None;
        // Penalties of split Bregman follow from weights by their root, so that small data take many more iterations.
        let takes_sizes = |name: &&str| size == 1.0 || !name.starts_with("split Bregman");
        for name in METHODS.into_iter().filter(|name| solves(kind, name)).filter(takes_sizes) {
            let mut x = DistArray::<T>::zeros(line(comm));
            let report = solve(&problem, name, &mut x, &options).unwrap();
            let case = format!("{name} of {problem:?} after {} iterations", report.iterations);
            assert!(report.reason.converged(), "{case}: {}", report.reason);
            let off = off(&problem, &x, 10.0 * slack).unwrap();
            assert!(off < slack, "{case}: off by {off:e}");
            let x = whole(&x);
            let others = first.get_or_insert_with(|| x.clone());
            let apart = others.iter().zip(&x).map(|(x, y)| (x - y).abs()).fold(0.0, f64::max) / unit;
            assert!(apart < slack, "{case}: {apart:e} from the others");
        }
        // What says that it is off, does: 0 is not the solution.
        assert!(self::off(&problem, &DistArray::<T>::zeros(line(comm)), slack).unwrap() > 0.1, "{problem:?}");
    }
}

crate::bodies! {
    /// Many iterations, so on few ranks: on others the bits are the same.
    fn all_methods_find_what_is_optimal(comm) {
        if comm.size() > 2 {
            return;
        }
        finds_what_is_optimal::<f64>(comm, &KINDS, 1.0, 1e-9, 1e-6);
        finds_what_is_optimal::<f32>(comm, &KINDS, 1.0, 1e-5, 1e-3);
    }

    fn data_may_be_large_or_small(comm) {
        if comm.size() > 1 {
            return;
        }
        finds_what_is_optimal::<f64>(comm, &KINDS, 1e-8, 1e-9, 1e-6);
        finds_what_is_optimal::<f32>(comm, &KINDS, 1e8, 1e-5, 1e-3);
    }

    /// Also where most ranks hold nothing.
    fn all_methods_have_the_same_bits_on_any_ranks(comm) {
        for (kind, n) in [(Kind::Lasso, N), (Kind::Variation, N), (Kind::Box, N), (Kind::Lasso, 3), (Kind::Variation, 3)] {
            for name in METHODS.into_iter().filter(|name| is_for(kind, name)) {
                let alone = bits::<f64>(kind, name, &Layout::replicated(&comm.alone(), &[n]).unwrap()).unwrap();
                for layout in [Layout::scatter(comm, &[n], 0).unwrap(), Layout::replicated(comm, &[n]).unwrap()] {
                    assert!(bits::<f64>(kind, name, &layout).unwrap() == alone, "{name} of {kind:?} on {layout}");
                }
            }
        }
    }

    /// Stopped after 8 of 14 iterations, with a checkpoint every 3; warm starts of solvers inside are gone on from as well.
    fn all_methods_go_on_with_the_same_bits(comm) {
        for kind in [Kind::Lasso, Kind::Variation] {
            for name in METHODS {
                let folder = folder(comm, name);
                let saves = Checkpoint::to(&folder).every(3);
                let (expected, _) = resume(&comm.alone(), kind, name, None, None).unwrap();
                resume(comm, kind, name, Some(&saves), Some(8)).unwrap();
                comm.barrier();
                let (resumed, begun_at) = resume(comm, kind, name, Some(&saves), None).unwrap();
                assert_eq!(begun_at, 6, "{name}");
                assert!(resumed == expected, "{name} of {kind:?} on {}", comm.size());
                comm.barrier();
                if comm.rank() == 0 {
                    let other = launch_threads(2, |other| resume(other, kind, name, Some(&saves), None));
                    let (resumed, begun_at) = other.unwrap();
                    assert_eq!(begun_at, 12, "{name}");
                    assert!(resumed == expected, "{name} of {kind:?} on 2, begun on {}", comm.size());
                }
                remove(comm, &folder);
            }
        }
    }

    fn callbacks_stop_all_methods_with_the_model_that_they_saw(comm) {
        for name in METHODS {
            let mut x = DistArray::zeros(line(comm));
            let mut drive = Stopped(None);
            with(&Kind::Lasso.into(), name, &mut x, &mut drive).unwrap();
            let (reason, iterations, seen) = drive.0.unwrap();
            assert_eq!((reason, iterations), (Reason::Callback, 3), "{name}");
            assert!(seen == whole(&x), "{name}: the model was changed after it was seen");
        }
    }

    fn time_limits_end_all_methods(comm) {
        for name in METHODS {
            let mut x = DistArray::<f64>::zeros(line(comm));
            let options = Options { time_limit: Some(Duration::ZERO), ..Options::exactly(30) };
            let report = solve(&Kind::Lasso.into(), name, &mut x, &options).unwrap();
            assert_eq!(report.reason, Reason::TimeLimit, "{name}");
            assert!(report.iterations <= 1, "{name}: {}", report.iterations);
        }
    }

    /// Updates are 0 from the first one on, and nothing is divided by them; also where most ranks hold nothing.
    fn where_nothing_is_to_be_done_nothing_is(comm) {
        let layout = Layout::scatter(comm, &[3], 0).unwrap();
        for kind in KINDS {
            let problem = Problem { size: 0.0, ..kind.into() };
            for name in METHODS.into_iter().filter(|name| is_for(kind, name)) {
                let mut x = DistArray::<f64>::zeros(&layout);
                let report = solve(&problem, name, &mut x, &Options::default()).unwrap();
                assert_eq!((report.reason, report.iterations), (Reason::Tolerance, 0), "{name} of {kind:?}");
                assert_eq!(whole(&x), [0.0; 3], "{name} of {kind:?}");
                let report = solve(&problem, name, &mut x, &Options::exactly(20)).unwrap();
                assert!(matches!(report.reason, Reason::Tolerance | Reason::IterationLimit), "{name}: {}", report.reason);
            }
        }
    }

    /// Its place is said; by way of what is sent to neighbours it may be theirs.
    fn what_is_not_finite_is_found(comm) {
        for kind in [Kind::Lasso, Kind::Denoising, Kind::Variation] {
            let problem = Problem { sick: Some(17), ..kind.into() };
            for name in METHODS {
                let mut x = DistArray::<f64>::zeros(line(comm));
                match solve(&problem, name, &mut x, &Options::default()) {
                    Ok(report) => {
                        let Reason::NonFinite { place: Some(_), .. } = &report.reason else {
                            panic!("{name} of {kind:?}: {}", report.reason)
                        };
                        assert!(report.reason.to_string().contains("is not finite at global index"), "{}", report.reason);
                    }
                    // A solver inside of a prox is the one who sees it.
                    Err(error) => assert!(error.to_string().contains("finite"), "{name} of {kind:?}: {error}"),
                }
            }
        }
    }

    fn no_iterations_are_refused(comm) {
        for name in METHODS {
            let mut x = DistArray::<f64>::zeros(line(comm));
            let error = solve(&Kind::Lasso.into(), name, &mut x, &Options::iterations(0)).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Parameter, "{name}");
            assert!(error.to_string().contains("iterations of"), "{error}");
        }
    }
}
