//! Iterations of solvers allocate nothing, and redistributions leave nothing behind, on any number of thread ranks: a
//! counting allocator says so.

use lops::ndarray::Array2;
use lops::operators::{
    BlockDiag, Convolve1D, Diagonal, FirstDerivative, Gradient, HStack, Identity, Laplacian, MatrixMult, Points,
    Redistribute, Restriction, StackedBlockDiag, StackedHStack, StackedVStack, Stencil, TransposeAxes, VStack,
};
use lops::solvers::{Cg, Cgls, Options};
use lops::{Cut, DistArray, Layout, LinearOperator, Reduction, launch_threads};
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

fn allocations(work: impl FnOnce()) -> usize {
    let before = ALLOCATIONS.with(Cell::get);
    work();
    ALLOCATIONS.with(Cell::get) - before
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
            let options = Options { damp: 0.1, ..Options::iterations(40) };
            let mut solver = Cgls::new(&a, &b, &mut x, &options)?;
            let _ = solver.step(); // the first one may warm up the engine
            assert_eq!(allocations(|| (0..10).for_each(|_| drop(solver.step().cloned()))), 0, "CGLS on {ranks}");
            let a = known_slow(&layout);
            let mut x = b.zeros_like();
            let options = Options::iterations(40);
            let mut solver = Cg::new(&a, &b, &mut x, &options)?;
            let _ = solver.step();
            assert_eq!(allocations(|| (0..10).for_each(|_| drop(solver.step().cloned()))), 0, "CG on {ranks}");
            assert_eq!(solver.iterations(), 11);
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

#[test]
fn applications_allocate_nothing() {
    for ranks in 1..=4 {
        launch_threads(ranks, |comm| {
            let layout = Layout::scatter(comm, &[9, 4, 5], 0)?;
            let grid = Layout::grid(comm, &[9, 8, 5], &[Cut::Block, Cut::Block])?;
            let own = Layout::scatter(&comm.alone(), &[20], 0)?;
            let block = MatrixMult::new(&Array2::<f64>::ones((7, 20))).on(&own)?;
            let diagonal = Diagonal::of(&DistArray::full(&layout, 2.0)).unwrap();
            let turned = TransposeAxes::new(&[1, 2, 0]).on(&layout)?;
            let cannot_add = diagonal.to_complex();
            let real = [
                &turned
                    * Restriction::new(&[3, 0]).along(1).on(&layout)?.adjoint()
                    * Restriction::new(&[3, 0]).along(1).on(&layout)?,
                MatrixMult::new(&Array2::ones((3, 9))).on(&Layout::scatter(comm, &[9, 4, 5], 2)?)?,
                BlockDiag::of(comm, vec![block.clone(), 2.0 * &block])?,
                VStack::of(comm, vec![block.clone(), block.clone()])?,
                HStack::of(comm, vec![block.adjoint(), block.adjoint()])?,
                StackedVStack::of(vec![diagonal.clone(), &diagonal + &diagonal])?,
                StackedBlockDiag::of(vec![diagonal.clone(), Identity.on(&layout)])?,
                FirstDerivative::along(1).stencil(Stencil::Centered { points: Points::Five, edge: false }).on(&grid)?,
                Laplacian::over(&[0, 1, 2]).on(&grid)?,
                Gradient::new().on(&grid)?,
                Convolve1D::new(&[1.0; 9], 4).along(1).on(&grid)?,
                TransposeAxes::new(&[2, 0, 1]).on(&grid)?,
                Restriction::new(&[7, 0, 3]).along(1).on(&grid)?,
                Redistribute::to(&Layout::scatter(comm, &[9, 4, 5], 2)?).on(&layout)?,
                Redistribute::to(&Layout::grid(comm, &[9, 8, 5], &[Cut::BlockCyclic(2), Cut::Cyclic])?).on(&grid)?,
            ];
            for operator in &real {
                let (x, y) = (DistArray::full(operator.domain(), 1.0), DistArray::full(operator.range(), 1.0));
                let (mut ax, mut ay) = (y.clone(), x.clone());
                let mut both = || {
                    operator.apply(x.as_slice(), ax.as_mut_slice());
                    comm.barrier(); // a rank that runs ahead makes the engine take another buffer for its messages
                    operator.apply_adjoint(y.as_slice(), ay.as_mut_slice());
                    comm.barrier();
                };
                both(); // the first one may warm up the engine
                assert_eq!(allocations(both), 0, "{operator} on {ranks}");
            }
            let stack = StackedHStack::of(vec![cannot_add.clone(), cannot_add.clone(), cannot_add])?;
            let (x, mut y) = (DistArray::zeros(stack.domain()), DistArray::zeros(stack.range()));
            stack.apply(x.as_slice(), y.as_mut_slice());
            assert_eq!(allocations(|| stack.apply(x.as_slice(), y.as_mut_slice())), 0, "{stack} on {ranks}");
            Ok(())
        })
        .unwrap();
    }
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
