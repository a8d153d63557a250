//! What passes over memory move and what iterations send: as counted, and as it is said beforehand.

use crate::bodies;
use lops::comm::{Moved, Sent, Verb};
use lops::operators::{Communication, Diagonal, Identity, Laplacian, MatrixMult, StackedVStack};
use lops::proximal::{Admm, L1, L2};
use lops::solvers::{BiCgStab, Cg, Cgls, Gmres, Lsmr, Lsqr, Method, Minres, Options, Pcg, PerIteration};
use lops::solvers::{PredictCg, Shrinkage, Spgl1, TwIst};
use lops::{Comm, DistArray, Layout, LinearOperator, Operator, Result, Scalar, comm::Reduction, ndarray::Array2};

const EPS: f64 = 0.1;
const ITERATIONS: u64 = 5;

/// Rows long enough to go by rows, and too short; on eight ranks each has sixteen of them.
const BY_ROWS: [usize; 3] = [128, 12, 12];
const BY_PARTS: [usize; 3] = [128, 10, 10];

/// `LᴴL + ε I`
fn normal(layout: &Layout) -> Result<Operator<f64>> {
    let l = Laplacian::over(&[0, 1, 2]).on::<f64>(layout)?;
    Ok(l.adjoint() * &l + EPS * Identity.on::<f64>(layout))
}

/// `[I; √ε L]`
fn stack(layout: &Layout) -> Result<Operator<f64>> {
    let l = Laplacian::over(&[0, 1, 2]).on::<f64>(layout)?;
    StackedVStack::of(vec![Identity.on(layout), EPS.sqrt() * &l])
}

/// What an iteration moved on all ranks, in words an unknown, and what it sent on this rank.
fn counted<M: Method>(method: M, unknowns: usize) -> Result<(f64, Sent)> {
    let comm = method.model().comm().clone();
    let mut solver = method.start(&Options::exactly(1 + ITERATIONS as usize))?;
    solver.step()?;
    let (moved, sent) = (comm.moved(), comm.traffic());
    for _ in 0..ITERATIONS {
        solver.step()?;
    }
    let sent = (comm.traffic() - sent).total();
    let mut moved = [(comm.moved() - moved).bytes()];
    comm.all_reduce(&mut moved, Reduction::Sum);
    let each = |all: u64| {
        assert_eq!(all % ITERATIONS, 0);
        all / ITERATIONS
    };
    let sent = Sent { calls: each(sent.calls), messages: each(sent.messages), bytes: each(sent.bytes) };
    Ok((each(moved[0]) as f64 / (8 * unknowns) as f64, sent))
}

/// All-reduces of each of some iterations, and their bytes.
fn reductions(method: impl Method) -> Vec<(u64, u64)> {
    let comm = method.model().comm().clone();
    let mut solver = method.start(&Options::exactly(20)).unwrap();
    let step = |_| {
        let before = comm.traffic();
        assert_eq!(solver.step().unwrap(), None);
        let sent = comm.traffic() - before;
        assert_eq!(sent[Verb::AllReduce].calls, sent.total().calls);
        (sent.total().calls, sent.total().bytes)
    };
    (0..8).map(step).collect()
}

/// What an iteration sends on a rank, as it says itself.
fn said<T: Scalar>(
    layout: &Layout,
    make: fn(&Layout) -> Result<Operator<T>>,
    said: impl FnOnce(&Operator<T>, &DistArray<T>, &mut DistArray<T>) -> Result<PerIteration>,
) -> Sent {
    let a = make(layout).unwrap();
    let (b, mut x) = (DistArray::zeros(a.range()), DistArray::zeros(a.domain()));
    said(&a, &b, &mut x).unwrap().total()
}

/// The layout by real ranks, and by one that pretends to be this one.
fn layouts(comm: &Comm, shape: &[usize]) -> [Layout; 2] {
    let pretended = Comm::pretend(comm.rank(), comm.size());
    [comm, &pretended].map(|comm| Layout::scatter(comm, shape, 0).unwrap())
}

bodies! {
    fn words_of_cg_are_11_by_rows_and_19_by_parts(comm) {
        for (shape, expected) in [(BY_ROWS, 11.0), (BY_PARTS, 19.0)] {
            let [layout, pretended] = layouts(comm, &shape);
            let a = normal(&layout).unwrap();
            let (b, mut x) = (DistArray::random_signed(&layout, 1), DistArray::zeros(&layout));
            let (words, sent) = counted(Cg::new(&a, &b, &mut x).unwrap(), b.size()).unwrap();
            assert_eq!(words, expected, "{shape:?}");
            for layout in [&layout, &pretended] {
                let said = said(layout, normal, |a, b, x| Cg::new(a, b, x)?.communication());
                assert_eq!(said, sent, "{shape:?}");
            }
        }
    }

    fn words_of_cgls_are_13_by_rows_and_29_by_parts(comm) {
        for (shape, expected) in [(BY_ROWS, 13.0), (BY_PARTS, 29.0)] {
            let [layout, pretended] = layouts(comm, &shape);
            let a = stack(&layout).unwrap();
            let data = DistArray::random_signed(&layout, 1);
            let b = DistArray::stack(&[&data, &data.zeros_like()]).unwrap();
            let mut x = data.zeros_like();
            let (words, sent) = counted(Cgls::new(&a, &b, &mut x).unwrap(), data.size()).unwrap();
            assert_eq!(words, expected, "{shape:?}");
            for layout in [&layout, &pretended] {
                let said = said(layout, stack, |a, b, x| Cgls::new(a, b, x)?.communication());
                assert_eq!(said, sent, "{shape:?}");
            }
            // Damping sums up two numbers more.
            let (_, sent) = counted(Cgls::new(&a, &b, &mut x).unwrap().damp(0.5).unwrap(), data.size()).unwrap();
            let said = said(&pretended, stack, |a, b, x| Cgls::new(a, b, x)?.damp(0.5)?.communication());
            assert_eq!(said, sent, "{shape:?}");
        }
    }

    /// Read, and twice written: y and z of z ← 2z − y (= z − u), 1 + 2; what f has, b and x of the prox of f, 2 + 2; x, z − u and y of
    /// y ← y + α (x − z), 2 + 2; y and z of the prox of g, 1 + 2. Where g comes first, x and z change places.
    fn an_iteration_of_admm_moves_14_words(comm) {
        let layout = Layout::scatter(comm, &[40], 0).unwrap();
        let [b, start] = [1, 2].map(|seed| DistArray::<f64>::random_signed(&layout, seed));
        let (f, g) = (L2::new(2.0).to(&b).unwrap(), L1::new(0.3).on(&layout).unwrap());
        for way in ["plain", "relaxed", "g first"] {
            let mut x = start.clone();
            let admm = Admm::new(&f, &g, &mut x).unwrap();
            let admm = match way {
                "relaxed" => admm.relaxation(1.6).unwrap(),
                "g first" => admm.g_first(),
                _ => admm,
            };
            assert_eq!(counted(admm, b.size()).unwrap().0, 14.0, "{way}");
        }
    }

    /// Of a diagonal, which sends nothing itself. A sum is of 456 bytes.
    fn reductions_of_an_iteration_are_those_that_are_said(comm) {
        let layout = Layout::scatter(comm, &[40], 0).unwrap();
        let a = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 + i[0] as f64)).unwrap();
        let m = Diagonal::of(&DistArray::from_fn(&layout, |i| 1.0 / (2.0 + (i[0] % 7) as f64))).unwrap();
        let b = DistArray::random_signed(&layout, 1);
        let (a, b, x) = (&a, &b, || b.zeros_like());
        let is = |method: &str, found: Vec<(u64, u64)>, sums: &[u64]| {
            let said = if comm.size() == 1 { (0, 0) } else { (sums.len() as u64, 456 * sums.iter().sum::<u64>()) };
            assert!(found.iter().all(|&found| found == said), "{method}: {found:?}, not {said:?}");
        };
        is("CG", reductions(Cg::new(a, b, &mut x()).unwrap()), &[1, 1]);
        is("CG with one reduction", reductions(PredictCg::new(a, b, &mut x()).unwrap()), &[4]);
        is("preconditioned CG", reductions(Pcg::new(a, b, &mut x(), &m).unwrap()), &[1, 2]);
        is("MINRES", reductions(Minres::new(a, b, &mut x()).unwrap()), &[1, 1]);
        is("BiCGSTAB", reductions(BiCgStab::new(a, b, &mut x()).unwrap()), &[2, 3, 2]);
        is("CGLS", reductions(Cgls::new(a, b, &mut x()).unwrap()), &[1, 2]);
        is("damped CGLS", reductions(Cgls::new(a, b, &mut x()).unwrap().damp(0.1).unwrap()), &[2, 3]);
        is("LSQR", reductions(Lsqr::new(a, b, &mut x()).unwrap()), &[1, 2]);
        is("damped LSQR", reductions(Lsqr::new(a, b, &mut x()).unwrap().damp(0.1).unwrap()), &[2, 3]);
        is("LSMR", reductions(Lsmr::new(a, b, &mut x()).unwrap()), &[1, 2]);
        is("damped LSMR", reductions(Lsmr::new(a, b, &mut x()).unwrap().damp(0.1).unwrap()), &[2, 2]);
        is("ISTA", reductions(Shrinkage::ista(a, b, &mut x(), 0.1).unwrap()), &[3]);
        is("FISTA", reductions(Shrinkage::fista(a, b, &mut x(), 0.1).unwrap()), &[3]);
        is("FISTA with restarts", reductions(Shrinkage::fista(a, b, &mut x(), 0.1).unwrap().restart()), &[4]);
        if comm.size() == 1 {
            return;
        }
        // In iteration k of a cycle.
        for (k, found) in (1..).zip(reductions(Gmres::new(a, b, &mut x()).unwrap())) {
            assert_eq!(found, (2, 2 * 456 * (k + 1)), "GMRES");
        }
        // One, and one more where no step of two is taken.
        let found = reductions(TwIst::new(a, b, &mut x(), 0.1).unwrap());
        assert!(found.iter().all(|found| [(1, 3 * 456), (2, 5 * 456)].contains(found)), "TwIST: {found:?}");
        // Two of three sums, one of a largest number, and a few of two sums.
        let found = reductions(Spgl1::denoise(a, b, &mut x(), 0.5).unwrap());
        let is_said = |&(calls, bytes): &(u64, u64)| (4..9).contains(&calls) && bytes == 6 * 456 + 8 + (calls - 3) * 912;
        assert!(found.iter().all(is_said), "SPGL1: {found:?}");
    }

    fn passes_tell_what_they_move(comm) {
        let layout = Layout::scatter(comm, &[30], 0).unwrap();
        let n = 8 * layout.local_len() as u64;
        let (mut x, y) = (DistArray::full(&layout, 1.0), DistArray::full(&layout, 2.0));
        let mut moved = |work: &mut dyn FnMut(&mut DistArray<f64>)| {
            let before = comm.moved();
            work(&mut x);
            comm.moved() - before
        };
        let one = |read, written| Moved { passes: 1, read: read * n, written: written * n };
        assert_eq!(moved(&mut |x| x.copy_from(&y).unwrap()), one(1, 1));
        assert_eq!(moved(&mut |x| x.fill(3.0)), one(0, 1));
        assert_eq!(moved(&mut |x| x.xpby(&y, 2.0).unwrap()), one(1, 1));
        assert_eq!(moved(&mut |x| *x += &y), one(1, 1));
        assert_eq!(moved(&mut |x| *x *= 2.0), one(0, 1));
        assert_eq!(moved(&mut |x| drop(&*x + &y)), one(2, 1));
        assert_eq!(moved(&mut |x| drop(x.map(|x| x > 1.0))), Moved { passes: 1, read: n, written: n / 8 });
        assert_eq!(moved(&mut |x| _ = x.norm()), one(1, 0));
        assert_eq!(moved(&mut |x| _ = x.dot(&y).unwrap()), one(2, 0));
        assert_eq!(one(2, 3).bytes(), 8 * n);
    }

    fn operators_move_input_and_output_or_say_what_else(comm) {
        let layout = Layout::scatter(comm, &[6, 4 * comm.size()], 1).unwrap();
        let n = 8 * layout.local_len() as u64;
        let x = DistArray::full(&layout, 1.0);
        let moved = |a: &Operator<f64>| {
            let mut y = DistArray::zeros(a.range());
            let before = comm.moved();
            a.apply_into(&x, &mut y).unwrap();
            comm.moved() - before
        };
        let identity = Identity.on::<f64>(&layout);
        let diagonal = Diagonal::of(&x).unwrap();
        assert_eq!(moved(&identity), Moved { passes: 1, read: n, written: n });
        assert_eq!(moved(&diagonal), Moved { passes: 1, read: 2 * n, written: n });
        assert_eq!(moved(&(&diagonal * &identity)), Moved { passes: 2, read: 3 * n, written: 2 * n });
        assert_eq!(moved(&(&diagonal + &identity)), Moved { passes: 2, read: 3 * n, written: 2 * n });
        // A term that cannot add is added by another pass.
        let opaque = Operator::new(Opaque(identity.clone()));
        assert_eq!(moved(&(&diagonal + &opaque)), Moved { passes: 3, read: 4 * n, written: 3 * n });
        let dense = MatrixMult::new(&Array2::<f64>::ones((3, 6))).on(&layout).unwrap();
        assert_eq!(moved(&dense), Moved { passes: 1, read: n + 8 * 18, written: n / 2 });
    }
}

/// An operator of an author, who says nothing and cannot add.
struct Opaque(Operator<f64>);

impl LinearOperator<f64> for Opaque {
    fn domain(&self) -> &lops::Space {
        self.0.domain()
    }

    fn range(&self) -> &lops::Space {
        self.0.range()
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        y.copy_from_slice(x);
    }

    fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
        x.copy_from_slice(y);
    }

    fn communication(&self) -> Communication {
        Communication::default()
    }
}
