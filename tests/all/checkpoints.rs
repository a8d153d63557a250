//! Solvers that are stopped and go on: with the same bits, on other numbers of ranks, after damage, at signals.

use lops::operators::{Convolve1D, Diagonal, Identity, Laplacian, StackedVStack};
use lops::solvers::{
    BiCgStab, Cg, CgColumns, Cgls, CglsColumns, Checkpoint, Gmres, Irls, Lsmr, Lsqr, MatchingPursuit, Method, Minres,
    Omp, Options,
};
use lops::solvers::{Pcg, Pcgls, PredictCg, ShiftedCg, Shrinkage, Spgl1, TwIst};
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, Operator, Reason, Report, Result, Scalar, launch_threads};
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, process, thread};

const N: usize = 23;

/// A folder that is not there, the same on every rank.
fn folder(comm: &Comm, name: &str) -> PathBuf {
    let mut id = [process::id() as usize];
    comm.broadcast(&mut id, 0);
    let path = std::env::temp_dir().join(format!("lops-checkpoints-{}-{name}", id[0]));
    if comm.rank() == 0 {
        let _ = fs::remove_dir_all(&path);
    }
    comm.barrier();
    path
}

fn remove(comm: &Comm, folder: &Path) {
    comm.barrier();
    if comm.rank() == 0 {
        fs::remove_dir_all(folder).unwrap();
    }
    comm.barrier();
}

struct Problem {
    square: Operator<f64>,
    tall: Operator<f64>,
    b: DistArray<f64>,
    data: DistArray<f64>,
    x: DistArray<f64>,
}

fn problem(comm: &Comm) -> Result<Problem> {
    let layout = Layout::scatter(comm, &[N, 3], 0)?;
    let l = Laplacian::over(&[0]).on::<f64>(&layout)?;
    let square = &l.adjoint() * &l + 0.1 * Identity.on::<f64>(&layout);
    let tall = StackedVStack::of(vec![Convolve1D::new(&[0.3, 1.0, 0.4], 1).on(&layout)?, 0.2 * &l])?;
    let b = DistArray::from_fn(&layout, |i| ((7 * i[0] + i[1]) as f64).sin());
    let data = DistArray::stack(&[&b, &b.zeros_like()])?;
    let x = DistArray::from_fn(&layout, |i| 0.01 * (i[0] as f64).cos());
    Ok(Problem { square, tall, b, data, x })
}

const METHODS: [&str; 19] = [
    "cg",
    "pcg",
    "predict_cg",
    "shifted",
    "cg columns",
    "cgls columns",
    "cgls",
    "pcgls",
    "lsqr",
    "lsmr",
    "fista",
    "twist",
    "spgl1",
    "minres",
    "gmres",
    "bicgstab",
    "omp",
    "matching pursuit",
    "irls",
];

/// Runs one to its end, or so many steps; what it made, and its series.
fn run(comm: &Comm, name: &str, saves: Option<&Checkpoint>, steps: Option<usize>) -> Result<Option<(Vec<u64>, usize)>> {
    let Problem { square, tall, b, data, mut x } = problem(comm)?;
    let options = Options::exactly(14);
    let x_ = &mut x;
    let done = match name {
        "cg" => drive(Cg::new(&square, &b, x_)?, &options, saves, steps)?,
        "pcg" => drive(Pcg::new(&square, &b, x_, &Identity.on(b.space()))?, &options, saves, steps)?,
        "predict_cg" => drive(PredictCg::new(&square, &b, x_)?, &options, saves, steps)?,
        "cg columns" => drive(CgColumns::new(&square, &b, x_)?, &options, saves, steps)?,
        "cgls columns" => {
            let mut reports = vec![];
            let method = CglsColumns::new(&square, &b, x_)?.damp(0.1)?.report_columns(&mut reports);
            let done = drive(method, &options, saves, steps)?;
            // Compared as well.
            for report in &reports {
                x_.scale(1.0 + report.iterations as f64 + report.criterion);
            }
            done
        }
        "cgls" => drive(Cgls::new(&tall, &data, x_)?, &options, saves, steps)?,
        "pcgls" => drive(Pcgls::new(&tall, &data, x_, &Identity.on(b.space()))?, &options, saves, steps)?,
        "shifted" => {
            let mut models = [x_.clone(), x_.clone()];
            let done = drive(ShiftedCg::new(&square, &b, &[0.5, 0.1], &mut models)?, &options, saves, steps)?;
            x_.copy_from(&models[0])?;
            done
        }
        "lsqr" => {
            let mut variance = b.zeros_like();
            let method = Lsqr::new(&tall, &data, x_)?.damp(0.1)?.variance(&mut variance)?.tolerances(1e-9, 1e-9)?;
            let done = drive(method.condition_limit(1e9)?, &options, saves, steps)?;
            x_.axpy(1.0, &variance)?; // compared as well
            done
        }
        "lsmr" => drive(Lsmr::new(&tall, &data, x_)?, &options, saves, steps)?,
        "fista" => drive(Shrinkage::fista(&tall, &data, x_, 0.05)?, &options, saves, steps)?,
        "omp" => drive(Omp::new(&tall, &data, x_, 20, 0.0)?, &options, saves, steps)?,
        "matching pursuit" => drive(MatchingPursuit::new(&tall, &data, x_, 0.0)?, &options, saves, steps)?,
        "irls" => drive(Irls::data(&tall, &data, x_)?.delta(0.01)?, &options, saves, steps)?,
        "twist" => drive(TwIst::new(&tall, &data, x_, 0.05)?, &options, saves, steps)?,
        "minres" => drive(Minres::new(&square, &b, x_)?.shift(0.7)?, &options, saves, steps)?,
        "gmres" => drive(Gmres::new(&square, &b, x_)?, &options, saves, steps)?,
        "bicgstab" => drive(BiCgStab::new(&square, &b, x_)?, &options, saves, steps)?,
        _ => drive(Spgl1::denoise(&tall, &data, x_, 0.5)?, &options, saves, steps)?,
    };
    Ok(bits(done, &x))
}

/// All bits of the series and of the model.
fn bits<T: Scalar<Real = f64>>(done: Done, x: &DistArray<T>) -> Option<(Vec<u64>, usize)> {
    let model = x.gather_all();
    done.map(|(report, begun_at)| {
        let series = report.names().flat_map(|name| report.series(name)).copied();
        (series.chain(model.iter().flat_map(|x| [x.re(), x.im()])).map(f64::to_bits).collect(), begun_at)
    })
}

/// Methods for any square operator, also where they begin anew within a run: by cycles of four, by rounding errors.
const OF_SQUARE: [&str; 6] = ["minres", "minres near", "gmres", "gmres flexible", "bicgstab", "bicgstab near"];

/// As [`run`], of a few unknowns.
fn run_square<T: Scalar<Real = f64>>(
    comm: &Comm,
    name: &str,
    saves: Option<&Checkpoint>,
    steps: Option<usize>,
) -> Result<Option<(Vec<u64>, usize)>> {
    // Few eigenvalues are found in few iterations. From far away rounding errors are all that is left then, and another beginning is
    // worth it.
    let (n, kinds, far) = if name.ends_with("near") { (9, 5, 1e9) } else { (17, 17, 0.01) };
    let layout = Layout::scatter(comm, &[n], 0)?;
    let of = |f: &dyn Fn(usize) -> f64| DistArray::from_fn(&layout, |i| T::from_parts(f(i[0]), 0.0));
    let a = Diagonal::of(&of(&|i| 1.3 + (i % kinds) as f64))?;
    let m = Diagonal::of(&of(&|i| 1.0 / (2.0 + (i % 3) as f64)))?;
    let b = DistArray::from_fn(&layout, |i| T::from_parts((i[0] as f64).cos(), (i[0] as f64).sin()));
    let mut x = of(&|i| far * i as f64);
    let options = Options::exactly(14);
    let x_ = &mut x;
    let done = match name {
        "minres" | "minres near" => drive(Minres::new(&a, &b, x_)?.shift(4.0)?, &options, saves, steps)?,
        "gmres" => drive(Gmres::new(&a, &b, x_)?.restart(4)?, &options, saves, steps)?,
        "gmres flexible" => drive(Gmres::new(&a, &b, x_)?.preconditioner(&m)?.restart(4)?, &options, saves, steps)?,
        "bicgstab" => drive(BiCgStab::new(&a, &b, x_)?.preconditioner(&m)?, &options, saves, steps)?,
        _ => drive(BiCgStab::new(&a, &b, x_)?, &options, saves, steps)?,
    };
    Ok(bits(done, &x))
}

fn goes_on_from_everywhere<T: Scalar<Real = f64>>(comm: &Comm, dtype: &str, step: usize) {
    for name in OF_SQUARE {
        let (whole, _) = run_square::<T>(&comm.alone(), name, None, None).unwrap().unwrap();
        for stop in (1..14).step_by(step) {
            let folder = folder(comm, &format!("everywhere-{dtype}"));
            let [saves, later] = [stop, 1000].map(|every| Checkpoint::to(&folder).every(every));
            run_square::<T>(comm, name, Some(&saves), Some(stop)).unwrap();
            comm.barrier();
            let (resumed, begun_at) = run_square::<T>(comm, name, Some(&later), None).unwrap().unwrap();
            // Where there was a reason to stop before, there is nothing to go on from.
            assert!(begun_at == stop || name.ends_with("near"), "{name}: {begun_at} for {stop}");
            assert!(resumed == whole, "{dtype}, {name} after {stop} on {} ranks", comm.size());
            if comm.rank() == 0 {
                let ranks = 1 + (stop + comm.size()) % 4;
                let other = launch_threads(ranks, |other| run_square::<T>(other, name, Some(&later), None));
                let (resumed, other_at) = other.unwrap().unwrap();
                assert_eq!(other_at, begun_at);
                assert!(resumed == whole, "{dtype}, {name} after {stop} on {ranks} ranks, begun on {}", comm.size());
            }
            remove(comm, &folder);
        }
    }
}

type Done = Option<(Report<f64>, usize)>;

fn drive<T: Scalar<Real = f64>, M: Method<Model = T>>(
    method: M,
    options: &Options,
    saves: Option<&Checkpoint>,
    steps: Option<usize>,
) -> Result<Done> {
    let mut solver = method.start(options)?;
    if let Some(saves) = saves {
        solver = solver.checkpoint(saves)?;
    }
    let begun_at = solver.iterations();
    if let Some(steps) = steps {
        for _ in 0..steps {
            solver.step()?;
        }
        return Ok(None);
    }
    Ok(Some((solver.solve()?, begun_at)))
}

crate::bodies! {
    /// Stopped after 8 of 14 iterations, with a checkpoint every 3: goes on after the sixth, to the same bits; also on other ranks.
    fn what_goes_on_has_the_bits_of_what_was_never_stopped(comm) {
        for name in METHODS {
            let folder = folder(comm, name);
            let saves = Checkpoint::to(&folder).every(3);
            let (whole, _) = run(&comm.alone(), name, None, None).unwrap().unwrap();
            run(comm, name, Some(&saves), Some(8)).unwrap();
            comm.barrier();
            let (resumed, begun_at) = run(comm, name, Some(&saves), None).unwrap().unwrap();
            assert_eq!(begun_at, 6, "{name}");
            assert!(resumed == whole, "{name} on {} ranks", comm.size());
            comm.barrier();
            if comm.rank() == 0 {
                // It has gone on to the twelfth, and kept two.
                let mut kept: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
                kept.sort();
                assert_eq!(kept, ["checkpoint-000000000009", "checkpoint-000000000012"], "{name}");
                for ranks in [1, 3] {
                    let resumed = launch_threads(ranks, |other| run(other, name, Some(&saves), None)).unwrap().unwrap();
                    assert_eq!(resumed.1, 12, "{name}");
                    assert!(resumed.0 == whole, "{name} on {ranks} ranks, begun on {}", comm.size());
                }
            }
            comm.barrier();
            remove(comm, &folder);
        }
    }

    /// Stopped after each number of iterations.
    fn methods_of_square_operators_go_on_from_everywhere(comm) {
        goes_on_from_everywhere::<f64>(comm, "real", 1);
        goes_on_from_everywhere::<Complex<f64>>(comm, "complex", 3);
    }

    /// Where the newer generation is damaged the older one is read; where both are, that is said; another problem is refused.
    fn damaged_checkpoints_are_seen(comm) {
        let folder = folder(comm, "damaged");
        let saves = Checkpoint::to(&folder).every(3);
        run(comm, "cg", Some(&saves), Some(8)).unwrap();
        let damage = |iteration: usize, file: &str, what: &dyn Fn(Vec<u8>) -> Vec<u8>| {
            comm.barrier();
            if comm.rank() == 0 {
                let path = folder.join(format!("checkpoint-{iteration:012}")).join(file);
                let bytes = fs::read(&path).unwrap();
                fs::write(&path, what(bytes)).unwrap();
            }
            comm.barrier();
        };
        let flip = |mut bytes: Vec<u8>| {
            let last = bytes.len() - 3;
            bytes[last] ^= 1;
            bytes
        };
        let begun_at = || run(comm, "cg", Some(&saves), Some(0)).and_then(|_| {
            let Problem { square, b, mut x, .. } = problem(comm)?;
            Ok(Cg::new(&square, &b, &mut x)?.start(&Options::exactly(14))?.checkpoint(&saves)?.iterations())
        });
        assert_eq!(begun_at().unwrap(), 6);
        damage(6, "p-0.npy", &flip);
        assert_eq!(begun_at().unwrap(), 3);
        damage(3, "record.json", &|bytes| bytes[..bytes.len() / 2].to_vec());
        let error = begun_at().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format);
        comm.barrier();
        let error = run(comm, "cgls", Some(&saves), Some(0)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter, "{error}"); // the record of the newer one is whole
        remove(comm, &folder);
    }

    /// The folder is a file while the second of three checkpoints is due.
    fn a_checkpoint_that_fails_ends_nothing(comm) {
        let folder = folder(comm, "unsaved");
        let saves = Checkpoint::to(&folder).every(3);
        let Problem { square, b, x, .. } = problem(comm).unwrap();
        let options = Options::exactly(10);
        let on_rank_0 = |work: &dyn Fn()| {
            comm.barrier();
            if comm.rank() == 0 {
                work();
            }
            comm.barrier();
        };
        let mut model = x.clone();
        let mut solver = Cg::new(&square, &b, &mut model).unwrap().start(&options).unwrap().checkpoint(&saves).unwrap();
        let mut step = |n: usize| (0..n).for_each(|_| assert_eq!(solver.step().unwrap(), None));
        step(4);
        on_rank_0(&|| {
            fs::remove_dir_all(&folder).unwrap();
            fs::write(&folder, "no folder").unwrap();
        });
        step(3);
        on_rank_0(&|| {
            fs::remove_file(&folder).unwrap();
            fs::create_dir(&folder).unwrap();
        });
        step(2);
        let report = solver.solve().unwrap();
        assert_eq!((report.iterations, report.unsaved.unwrap().kind()), (10, ErrorKind::Io));
        let mut whole = x.clone();
        let report = Cg::new(&square, &b, &mut whole).unwrap().solve(&options).unwrap();
        assert!(report.unsaved.is_none() && whole == model);
        let mut again = x.clone();
        let solver = Cg::new(&square, &b, &mut again).unwrap().start(&options).unwrap().checkpoint(&saves).unwrap();
        assert_eq!(solver.iterations(), 9);
        drop(solver);
        remove(comm, &folder);
    }

    fn checkpoints_of_another_problem_are_refused(comm) {
        let folder = folder(comm, "another");
        let saves = Checkpoint::to(&folder).every(3);
        run(comm, "cg", Some(&saves), Some(4)).unwrap();
        comm.barrier();
        let kind = |result: Result<()>| result.unwrap_err().kind();
        assert_eq!(kind(run(comm, "predict_cg", Some(&saves), Some(0)).map(|_| ())), ErrorKind::Parameter);
        let Problem { square, b, x, .. } = problem(comm).unwrap();
        let options = Options::exactly(9);
        let start = |a: &Operator<f64>, b: &DistArray<f64>, saves: &Checkpoint| {
            let mut x = x.clone();
            Cg::new(a, b, &mut x)?.start(&options)?.checkpoint(saves).map(|_| ())
        };
        let error = start(&(1.5 * &square), &b, &saves).unwrap_err();
        assert!(error.to_string().contains("the operator, data and first model of this solve"), "{error}");
        assert_eq!(error.kind(), ErrorKind::Parameter);
        assert_eq!(kind(start(&square, &x, &saves)), ErrorKind::Parameter);
        assert_eq!(kind(start(&square, &b, &Checkpoint::to(&folder).every(0))), ErrorKind::Parameter);
        start(&square, &b, &saves).unwrap();
        comm.barrier();
        // A file where the folder should be.
        if comm.rank() == 0 {
            let _ = fs::remove_dir_all(&folder);
            fs::write(&folder, "no folder").unwrap();
        }
        comm.barrier();
        assert_eq!(kind(start(&square, &b, &saves)), ErrorKind::Io);
        comm.barrier();
        if comm.rank() == 0 {
            fs::remove_file(&folder).unwrap();
        }
    }
}

/// A signal to one process saves on all ranks at one iteration; SIGTERM ends the solve after that. In a process of its own, as signals
/// are the whole process's.
#[cfg(unix)]
#[test]
fn signals_save_and_end() {
    use std::process::Command;
    const MARK: &str = "LOPS_TEST_CHECKPOINT_SIGNALS";
    let Ok(folder) = std::env::var(MARK) else {
        let folder = folder(&Comm::solo(), "signals");
        let own = std::env::current_exe().unwrap();
        let name = concat!(module_path!(), "::signals_save_and_end");
        let name = name.split_once("::").unwrap().1;
        let output = Command::new(own).args(["--exact", name, "--nocapture"]).env(MARK, &folder).output().unwrap();
        let words = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && words.contains("1 passed"), "{words}");
        let _ = fs::remove_dir_all(&folder);
        return;
    };
    let saves = Checkpoint::to(&folder).on_signals();
    let signal = |number: &str| {
        assert!(Command::new("kill").args([number, &process::id().to_string()]).status().unwrap().success());
    };
    launch_threads(3, |comm| {
        let Problem { square, b, mut x, .. } = problem(comm)?;
        let mut solver = Cg::new(&square, &b, &mut x)?.start(&Options::exactly(1000))?.checkpoint(&saves)?;
        for _ in 0..4 {
            solver.step()?;
        }
        comm.barrier();
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
        comm.barrier();
        if comm.rank() == 1 {
            signal("-USR1");
        }
        comm.barrier();
        // It comes when it comes.
        while fs::read_dir(&folder).unwrap().count() == 0 {
            comm.barrier();
            thread::sleep(Duration::from_millis(5));
            solver.step()?;
            comm.barrier();
        }
        comm.barrier();
        if comm.rank() == 2 {
            signal("-TERM");
        }
        comm.barrier();
        while solver.step()?.is_none() {
            thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(solver.step()?, Some(&Reason::Signal));
        let ended = solver.iterations();
        drop(solver);
        let solver = Cg::new(&square, &b, &mut problem(comm)?.x)?
            .start(&Options::exactly(1000))?
            .checkpoint(&saves)?
            .iterations();
        assert_eq!(solver, ended);
        Ok(())
    })
    .unwrap();
}
