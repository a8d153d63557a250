//! Iterations of solvers allocate nothing, and redistributions leave nothing behind, on any number of thread ranks: a
//! counting allocator says so, which counts for the registry of operators as well.

use lops::comm::{Reduction, Timing};
use lops::operators::Identity;
use lops::solvers::{Cg, Cgls, Eigsh, Method, Options, PredictCg, Solver, Svds, Which};
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

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![1u8]))), 1);
}

#[test]
fn iterations_allocate_nothing() {
    for ranks in 1..=3 {
        launch_threads(ranks, |comm| {
            let layout = Layout::scatter(comm, &[41, 3], 0)?;
            let a = 2.0 * Identity.on::<f64>(&layout) + 0.5 * Identity.on::<f64>(&layout);
            let b = DistArray::from_fn(&layout, |i| i[0] as f64 + 1e-9 * i[1] as f64);
            let mut x = b.zeros_like();
            let mut solver = Cgls::new(&a, &b, &mut x)?.damp(0.1)?.start(&Options::exactly(40))?;
            solver.step()?; // the first one may warm up the engine
            assert_eq!(allocations(|| ten_steps(&mut solver)), 0, "CGLS on {ranks}");
            let a = known_slow(&layout);
            let mut x = b.zeros_like();
            let mut solver = Cg::new(&a, &b, &mut x)?.start(&Options::exactly(40))?;
            solver.step()?;
            assert_eq!(allocations(|| ten_steps(&mut solver)), 0, "CG on {ranks}");
            assert_eq!(solver.iterations(), 11);
            let mut x = b.zeros_like();
            let mut solver = PredictCg::new(&a, &b, &mut x)?.start(&Options::exactly(40))?;
            solver.step()?;
            assert_eq!(allocations(|| ten_steps(&mut solver)), 0, "CG with one reduction on {ranks}");
            assert_eq!(solver.iterations(), 11);
            Ok(())
        })
        .unwrap();
    }
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

fn ten_steps<M: Method>(solver: &mut Solver<'_, M>) {
    for _ in 0..10 {
        assert!(solver.step().is_ok());
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
