//! Iterations of solvers allocate nothing, and redistributions leave nothing behind, on any number of thread ranks: a
//! counting allocator says so, which counts for the registry of operators as well.

use lops::comm::{Reduction, Timing};
use lops::operators::{Diagonal, Identity};
use lops::solvers::{
    BiCgStab, Cg, CgColumns, Cgls, CglsColumns, Eigsh, Gmres, Lsmr, Lsqr, MatchingPursuit, Method, Minres, Omp,
    Options, Pcg, Pcgls, PredictCg,
};
use lops::solvers::{ShiftedCg, Shrinkage, Spgl1, Svds, Threshold, TwIst, Which};
use lops::{DistArray, Layout, launch_threads};
use std::alloc::{GlobalAlloc, Layout as Memory, System};
use std::cell::Cell;

struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// Bytes that this thread has taken, less those that it has given back.
    static TAKEN: Cell<i64> = const { Cell::new(0) };
}

// SAFETY: hands everything to the system's allocator; the counter is a thread-local number.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, memory: Memory) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        let _ = TAKEN.try_with(|taken| taken.set(taken.get() + memory.size() as i64));
        // SAFETY: the caller's contract is the system allocator's.
        unsafe { System.alloc(memory) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, memory: Memory) {
        let _ = TAKEN.try_with(|taken| taken.set(taken.get() - memory.size() as i64));
        // SAFETY: as in `alloc`.
        unsafe { System.dealloc(pointer, memory) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often this thread takes memory for this work.
pub(crate) fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
}

/// Bytes that this thread has taken for what this work makes, as long as it is kept.
pub(crate) fn bytes_kept<V>(work: impl FnOnce() -> V) -> i64 {
    let before = TAKEN.with(Cell::get);
    let _kept = work();
    TAKEN.with(Cell::get) - before
}

/// Bytes that this thread has taken so far, less those that it has given back.
pub(crate) fn bytes_taken() -> i64 {
    TAKEN.with(Cell::get)
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![1u8]))), 1);
}

#[test]
fn iterations_allocate_nothing() {
    for ranks in 1..=3 {
        launch_threads(ranks, |comm| {
            let layout = Layout::scatter(comm, &[41, 3], 0)?;
            let a = 2.0 * known_slow(&layout) + 0.5 * Identity.on::<f64>(&layout);
            let b = DistArray::from_fn(&layout, |i| i[0] as f64 + 1e-9 * i[1] as f64);
            let x = || b.zeros_like();
            allocates_nothing(Cgls::new(&a, &b, &mut x())?.damp(0.1)?);
            let a = known_slow(&layout);
            allocates_nothing(Cg::new(&a, &b, &mut x())?);
            allocates_nothing(PredictCg::new(&a, &b, &mut x())?);
            let m = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 / (3.0 + (i[0] % 7) as f64)))?;
            allocates_nothing(Pcg::new(&a, &b, &mut x(), &m)?);
            allocates_nothing(Pcgls::new(&a, &b, &mut x(), &m)?.damp(0.1)?);
            allocates_nothing(ShiftedCg::new(&a, &b, &[0.0, 0.5], &mut [x(), x()])?);
            allocates_nothing(CgColumns::new(&a, &b, &mut x())?);
            allocates_nothing(CglsColumns::new(&a, &b, &mut x())?.damp(0.1)?);
            allocates_nothing(Lsqr::new(&a, &b, &mut x())?.damp(0.1)?);
            allocates_nothing(Lsmr::new(&a, &b, &mut x())?);
            allocates_nothing(Minres::new(&a, &b, &mut x())?.condition_limit(1e9)?);
            // Two cycles and a part of the third.
            allocates_nothing(Gmres::new(&a, &b, &mut x())?.preconditioner(&m)?.restart(4)?);
            allocates_nothing(BiCgStab::new(&a, &b, &mut x())?.preconditioner(&m)?);
            allocates_nothing(Shrinkage::ista(&a, &b, &mut x(), 1.0)?);
            allocates_nothing(Shrinkage::fista(&a, &b, &mut x(), 1.0)?.restart());
            allocates_nothing(Shrinkage::fista(&a, &b, &mut x(), 1.0)?.keep(30.0)?.threshold(Threshold::Half));
            allocates_nothing(Shrinkage::ista(&a, &b, &mut x(), 1.0)?.analysis(&Identity.on::<f64>(&layout))?);
            allocates_nothing(TwIst::new(&a, &b, &mut x(), 1.0)?);
            allocates_nothing(Spgl1::denoise(&a, &b, &mut x(), 1.0)?);
            allocates_nothing(Spgl1::lasso(&a, &b, &mut x(), 20.0)?);
            allocates_nothing(Omp::new(&a, &b, &mut x(), 20, 0.0)?);
            allocates_nothing(MatchingPursuit::new(&a, &b, &mut x(), 0.0)?);
            Ok(())
        })
        .unwrap();
    }
}

/// Ten iterations, after one that may warm up the engine.
fn allocates_nothing(method: impl Method) {
    let ranks = method.model().comm().size();
    let mut solver = method.start(&Options::exactly(40)).unwrap();
    solver.step().unwrap();
    let name = solver.method().name();
    let steps = || (0..10).for_each(|_| assert_eq!(solver.step().unwrap(), None, "{name}"));
    assert_eq!(allocations(steps), 0, "{name} on {ranks}");
    assert_eq!(solver.iterations(), 11);
}

/// Nor do restarts of searches for eigenvalues.
#[test]
fn restarts_allocate_nothing() {
    for ranks in 1..=2 {
        launch_threads(ranks, |comm| {
            let layout = Layout::scatter(comm, &[41, 3], 0)?;
            let a = known_slow(&layout);
            let eigenvalues = |restarts| {
                let method = Eigsh::new(&a, 3, Which::Smallest).ncv(6).tolerance(1e-14).restarts(restarts);
                allocations(|| drop(method.solve()))
            };
            let singular_values = |restarts| {
                let method = Svds::new(&a, 3).ncv(6).tolerance(1e-14).restarts(restarts);
                allocations(|| drop(method.solve()))
            };
            eigenvalues(1); // warms up the engine
            assert_eq!(eigenvalues(12), eigenvalues(2), "on {ranks}");
            singular_values(1);
            assert_eq!(singular_values(12), singular_values(2), "on {ranks}");
            Ok(())
        })
        .unwrap();
    }
}

/// Nor do marks: without a timing nothing, and with one only those of names that are new where they are.
#[test]
fn marks_allocate_nothing() {
    for ranks in 1..=3 {
        launch_threads(ranks, |comm| {
            let twice = || {
                let _outer = comm.mark("outer");
                drop(comm.mark("inner"));
                drop(comm.mark("inner"));
            };
            assert_eq!(allocations(twice), 0, "without a timing, on {ranks}");
            let timing = Timing::start(comm)?;
            twice();
            assert_eq!(allocations(|| (0..100).for_each(|_| twice())), 0, "with one, on {ranks}");
            assert_eq!(timing.finish().node(&["outer", "inner"]).unwrap().calls, 202..=202);
            Ok(())
        })
        .unwrap();
    }
}

/// A positive operator on which CG has work for many iterations.
fn known_slow(layout: &Layout) -> lops::Operator<f64> {
    struct Slow(DistArray<f64>);
    impl lops::LinearOperator<f64> for Slow {
        fn domain(&self) -> &lops::Space {
            self.0.space()
        }
        fn range(&self) -> &lops::Space {
            self.0.space()
        }
        fn apply(&self, x: &[f64], y: &mut [f64]) {
            y.iter_mut().zip(x).zip(self.0.as_slice()).for_each(|((y, x), d)| *y = d * x);
        }
        fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
            self.apply(y, x);
        }
    }
    lops::Operator::new(Slow(DistArray::from_fn(layout, |i| 1.0 + (i[0] * 3 + i[1]) as f64)))
}

/// Buffers wander between threads, so that only what all of them have taken together says whether some stay.
#[test]
fn redistributions_leave_no_memory_behind() {
    for ranks in 2..=4 {
        launch_threads(ranks, |comm| {
            let shapes = [[9, 7], [8, 12]];
            let arrays = shapes.map(|shape| DistArray::full(Layout::scatter(comm, &shape, 0).unwrap(), 1.0));
            let there_and_back = |times: usize| {
                for _ in 0..times {
                    for x in &arrays {
                        assert_eq!(x.redistribute_axis(1).unwrap().redistribute_axis(0).unwrap(), *x);
                    }
                }
                comm.barrier();
                let mut taken = [TAKEN.with(Cell::get)];
                comm.all_reduce(&mut taken, Reduction::Sum);
                taken[0]
            };
            there_and_back(20);
            let (before, after) = (there_and_back(20), there_and_back(200));
            assert!(after - before < 4096, "{} bytes after 200 rounds on {ranks}", after - before);
            Ok(())
        })
        .unwrap();
    }
}
