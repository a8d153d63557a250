//! What iterations of proximal methods take of memory: nothing more than was said, and nothing that is given back.

use super::table::{Drive, Kind, METHODS, Problem, SPLIT, with};
use crate::allocations::{allocations, bytes_taken};
use lops::comm::Reduction;
use lops::solvers::{Method, Options};
use lops::{Comm, DistArray, Layout, Result, launch_threads};

/// Methods of a kind of problem, without those of which each prox is a long solve.
fn of_kind(kind: Kind) -> impl Iterator<Item = &'static str> {
    METHODS.into_iter().filter(move |name| kind != Kind::Variation || SPLIT.contains(name))
}

/// Ten iterations, after two that may warm up the engine and the solvers inside.
struct AllocatesNothing;

impl Drive<f64> for AllocatesNothing {
    fn drive<M: Method<Model = f64>>(&mut self, method: M) -> Result<()> {
        let ranks = method.model().comm().size();
        let mut solver = method.start(&Options::exactly(40))?;
        solver.step()?;
        solver.step()?;
        let name = solver.method().name();
        let steps = || (0..10).for_each(|_| assert_eq!(solver.step().unwrap(), None, "{name}"));
        assert_eq!(allocations(steps), 0, "{name} on {ranks}");
        Ok(())
    }
}

#[test]
fn iterations_allocate_nothing() {
    for ranks in 1..=3 {
        launch_threads(ranks, |comm| {
            for kind in [Kind::Lasso, Kind::Variation] {
                for name in of_kind(kind) {
                    let mut x = DistArray::zeros(Layout::scatter(comm, &[41], 0)?);
                    with(&kind.into(), name, &mut x, &mut AllocatesNothing)?;
                }
            }
            Ok(())
        })
        .unwrap();
    }
}

/// What was said, and what is kept after some iterations, on all ranks: buffers of messages wander between them.
struct Compared {
    before: i64,
    said: i64,
    kept: i64,
    plan: String,
}

fn over_ranks(comm: &Comm, bytes: i64) -> i64 {
    let mut sum = [bytes];
    comm.all_reduce(&mut sum, Reduction::Sum);
    sum[0]
}

impl Drive<f64> for Compared {
    fn drive<M: Method<Model = f64>>(&mut self, method: M) -> Result<()> {
        let comm = method.model().comm().clone();
        let plan = method.memory_plan();
        (self.said, self.plan) = (over_ranks(&comm, plan.total() as i64), plan.to_string());
        let mut solver = method.start(&Options::exactly(6))?;
        for _ in 0..4 {
            solver.step()?;
        }
        comm.barrier();
        self.kept = over_ranks(&comm, bytes_taken()) - self.before;
        Ok(())
    }
}

#[test]
fn methods_say_what_they_take() {
    for ranks in [1, 3] {
        launch_threads(ranks, |comm| {
            for kind in [Kind::Denoising, Kind::Lasso, Kind::Variation] {
                for name in of_kind(kind) {
                    let mut drive = Compared { before: 0, said: 0, kept: 0, plan: String::new() };
                    let layout = Layout::scatter(comm, &[60, 64], 0)?;
                    let problem = Problem::from(kind);
                    // What is shared and made once, as the plans of a layout, is there already.
                    with(&problem, name, &mut DistArray::zeros(&layout), &mut drive)?;
                    comm.barrier();
                    drive.before = over_ranks(comm, bytes_taken());
                    with(&problem, name, &mut DistArray::zeros(&layout), &mut drive)?;
                    let (found, said) = (drive.kept as f64, drive.said as f64);
                    let plan = drive.plan;
                    assert!((found - said).abs() <= 0.1 * said, "{name} of {kind:?}: {found} for {said}: {plan}");
                }
            }
            Ok(())
        })
        .unwrap();
    }
}
