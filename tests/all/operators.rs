//! The algebra of operators against dense matrices, their words, their traffic, and that the public
//! check catches what is wrong.

use lops::ndarray::{Array1, Array2, ArrayView1, Axis, ScalarOperand};
use lops::operators::{
    BlockDiag, Communication, Diagonal, Groups, HStack, Identity, MatrixMult, Restriction, Sent, StackedBlockDiag,
    StackedHStack, StackedVStack, TransposeAxes, VStack, Zero, check_same_bits,
};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Scalar, Space,
    comm::{Traffic, Verb},
    layout::{AxisMap, Cut, Grid},
    numbers::Summation,
};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

type C = Complex<f64>;

/// A user's own operator: a dense matrix between scattered vectors, every rank with its rows.
struct Dense<T> {
    matrix: Array2<T>,
    domain: Layout,
    range: Layout,
    spaces: [Space; 2],
}

impl<T: Scalar> Dense<T> {
    fn operator(comm: &Comm, matrix: &Array2<T>) -> Operator<T> {
        let (rows, columns) = matrix.dim();
        let domain = Layout::scatter(comm, &[columns], 0).unwrap();
        let range = Layout::scatter(comm, &[rows], 0).unwrap();
        let spaces = [(&domain).into(), (&range).into()];
        Operator::new(Self { matrix: matrix.clone(), domain, range, spaces })
    }

    fn product(matrix: &Array2<T>, from: &Layout, x: &[T], into: &Layout, y: &mut [T]) {
        let counts: Vec<_> = (0..from.comm().size()).map(|rank| from.len_of(rank)).collect();
        let mut all = vec![T::zero(); from.size()];
        from.comm().all_gather_into(x, &counts, &mut all);
        for (y, row) in y.iter_mut().zip(into.range(into.comm().rank())) {
            *y = matrix.row(row).dot(&ArrayView1::from(&all));
        }
    }

    fn sent(layout: &Layout) -> Sent {
        Sent::all_gather::<T>(layout.comm(), layout.local_len())
    }
}

impl<T: Scalar> LinearOperator<T> for Dense<T> {
    fn domain(&self) -> &Space {
        &self.spaces[0]
    }

    fn range(&self) -> &Space {
        &self.spaces[1]
    }

    fn apply(&self, x: &[T], y: &mut [T]) {
        Self::product(&self.matrix, &self.domain, x, &self.range, y);
    }

    fn apply_adjoint(&self, y: &[T], x: &mut [T]) {
        let adjoint = self.matrix.t().mapv(Scalar::conj);
        Self::product(&adjoint, &self.range, y, &self.domain, x);
    }

    fn communication(&self) -> Communication {
        Communication { forward: Self::sent(&self.domain), adjoint: Self::sent(&self.range) }
    }
}

fn matrix<T: Scalar>(rows: usize, columns: usize, seed: u64) -> Array2<T> {
    let layout = Layout::replicated(&Comm::solo(), &[rows, columns]).unwrap();
    DistArray::random_signed(&layout, seed).local().into_dimensionality().unwrap().to_owned()
}

fn vector<T: Scalar>(n: usize, seed: u64) -> Array1<T> {
    matrix(1, n, seed).row(0).to_owned()
}

fn hermitian<T: Scalar>(a: &Array2<T>) -> Array2<T> {
    a.t().mapv(Scalar::conj)
}

/// The operator is this matrix: forward and adjoint on random vectors, and passes the check.
#[track_caller]
fn is_matrix<T: Scalar<Real = f64>>(operator: &Operator<T>, expected: &Array2<T>) {
    assert_eq!(operator.shape(), expected.dim(), "{operator}");
    let x = DistArray::random_signed(operator.domain(), 8);
    let y = DistArray::random_signed(operator.range(), 9);
    let near = |found: &DistArray<T>, a: &Array2<T>, x: &DistArray<T>| {
        let expected = a.dot(&x.gather_all().flatten());
        let found = found.gather_all();
        for (found, expected) in found.iter().zip(&expected) {
            let off = (*found - *expected).modulus();
            assert!(off < 1e-12 * (1.0 + expected.modulus()), "{operator}\nexpected {expected}, found {found}");
        }
    };
    near(&(operator * &x), expected, &x);
    near(&(operator.adjoint() * &y), &hermitian(expected), &y);
    operator.check(3).unwrap();
}

fn algebra<T: Scalar<Real = f64> + ScalarOperand>(comm: &Comm)
where
    f64:
        std::ops::Mul<Operator<T>, Output = Operator<T>> + for<'a> std::ops::Mul<&'a Operator<T>, Output = Operator<T>>,
{
    let n = 6;
    let (a, b, c) = (matrix::<T>(n, n, 1), matrix::<T>(n, n, 2), matrix::<T>(n, 4, 3));
    let (op_a, op_b, op_c) = (Dense::operator(comm, &a), Dense::operator(comm, &b), Dense::operator(comm, &c));
    let d = vector::<T>(n, 4);
    let op_d =
        Diagonal::of(&DistArray::from_global(op_a.domain().layout().unwrap(), d.view().into_dyn()).unwrap()).unwrap();
    let d = Array2::from_diag(&d);
    let (re, z) = (T::from_real(-2.5), T::from_parts(0.7, -0.3));
    is_matrix(&op_a, &a);
    is_matrix(&op_c.adjoint(), &hermitian(&c));
    is_matrix(&op_c.transpose(), &c.t().to_owned());
    is_matrix(&op_c.conj(), &c.mapv(Scalar::conj));
    is_matrix(&op_c.transpose().adjoint(), &c.mapv(Scalar::conj));
    is_matrix(&(-2.5 * &op_c), &(&c * re));
    is_matrix(&op_c.scale(z), &(&c * z));
    is_matrix(&op_c.scale(z).transpose(), &(&c * z).t().to_owned());
    is_matrix(&-&op_c, &(&c * -T::one()));
    is_matrix(&(&op_a + &op_b), &(&a + &b));
    is_matrix(&(&op_a + &op_d), &(&a + &d));
    is_matrix(&(&op_d - &op_a), &(&d - &a));
    is_matrix(&(&op_a - op_a.scale(z)), &(&a * (T::one() - z)));
    is_matrix(&(&op_a * &op_c), &a.dot(&c));
    is_matrix(&(&op_a * &op_d + &op_d * &op_b), &(a.dot(&d) + d.dot(&b)));
    is_matrix(&(op_c.adjoint() * &op_a * &op_c), &hermitian(&c).dot(&a).dot(&c));
    is_matrix(&op_a.pow(0).unwrap(), &Array2::eye(n));
    is_matrix(&op_a.pow(1).unwrap(), &a);
    is_matrix(&op_a.pow(2).unwrap(), &a.dot(&a));
    is_matrix(&op_a.pow(3).unwrap(), &a.dot(&a).dot(&a));
}

/// The words of a panic, with the file it was in.
fn panic_words(f: impl FnOnce()) -> String {
    let caught = catch_unwind(AssertUnwindSafe(f)).unwrap_err();
    caught.downcast_ref::<String>().cloned().unwrap_or_default()
}

/// This rank's share of n blocks, even.
fn own_blocks(comm: &Comm, n: usize) -> std::ops::Range<usize> {
    Layout::scatter(comm, &[n], 0).unwrap().range(comm.rank())
}

fn own_matrix<T: Scalar>(comm: &Comm, a: &Array2<T>) -> Operator<T> {
    MatrixMult::new(a).on(&Layout::scatter(&comm.alone(), &[a.ncols()], 0).unwrap()).unwrap()
}

/// The matrix with these blocks, each starting where `step` says after the one before.
fn placed<T: Scalar>(blocks: &[Array2<T>], step: fn(&Array2<T>) -> [usize; 2]) -> Array2<T> {
    let mut corners = vec![[0, 0]];
    for block in blocks {
        let [row, column] = corners[corners.len() - 1];
        let [down, right] = step(block);
        corners.push([row + down, column + right]);
    }
    let placed = || blocks.iter().zip(&corners);
    let rows = placed().map(|(block, corner)| corner[0] + block.nrows()).max().unwrap();
    let columns = placed().map(|(block, corner)| corner[1] + block.ncols()).max().unwrap();
    let mut all = Array2::zeros((rows, columns));
    for (block, &[row, column]) in placed() {
        for ((i, j), &value) in block.indexed_iter() {
            all[[row + i, column + j]] = value;
        }
    }
    all
}

fn stacks<T: Scalar<Real = f64>>(comm: &Comm) {
    let blocks: Vec<Array2<T>> = (0..5).map(|k| matrix(2 + k, 7 - k, k as u64)).collect();
    let own = |blocks: &[Array2<T>]| own_blocks(comm, 5).map(|k| own_matrix(comm, &blocks[k])).collect::<Vec<_>>();
    let diagonal = BlockDiag::of(comm, own(&blocks)).unwrap();
    is_matrix(&diagonal, &placed(&blocks, |block| [block.nrows(), block.ncols()]));
    let tall: Vec<Array2<T>> = (0..5).map(|k| matrix(k, 4, k as u64)).collect();
    is_matrix(&VStack::of(comm, own(&tall)).unwrap(), &placed(&tall, |block| [block.nrows(), 0]));
    let wide: Vec<Array2<T>> = (0..5).map(|k| matrix(3, 1 + k, k as u64)).collect();
    is_matrix(&HStack::of(comm, own(&wide)).unwrap(), &placed(&wide, |block| [0, block.ncols()]));
    let (a, b) = (matrix::<T>(6, 4, 1), matrix::<T>(3, 4, 2));
    let (op_a, op_b) = (Dense::operator(comm, &a), Dense::operator(comm, &b));
    let stack = StackedVStack::of(vec![op_a.clone(), op_b.clone()]).unwrap();
    is_matrix(&stack, &placed(&[a.clone(), b.clone()], |block| [block.nrows(), 0]));
    let (at, bt) = (hermitian(&a), hermitian(&b));
    let stack = StackedHStack::of(vec![op_a.adjoint(), op_b.adjoint()]).unwrap();
    is_matrix(&stack, &placed(&[at, bt], |block| [0, block.ncols()]));
    let stack = StackedBlockDiag::of(vec![op_a, op_b]).unwrap();
    is_matrix(&stack, &placed(&[a, b], |block| [block.nrows(), block.ncols()]));
}

/// What one application spends, forward and adjoint.
fn spent<T: Scalar>(operator: &Operator<T>) -> [lops::comm::Traffic; 2] {
    let (x, y) = (DistArray::zeros(operator.domain()), DistArray::zeros(operator.range()));
    let (mut ax, mut ay) = (y.clone(), x.clone());
    let comm = operator.domain().comm();
    let start = comm.traffic();
    operator.apply_into(&x, &mut ax).unwrap();
    let between = comm.traffic();
    operator.apply_adjoint_into(&y, &mut ay).unwrap();
    [between - start, comm.traffic() - between]
}

/// An operator that does one thing wrong.
#[derive(Clone, Copy, PartialEq)]
enum Fault {
    None,
    Adjoint,
    Conjugate,
    LeavesTheLast,
    NotLinear,
    Remembers,
    Traffic,
    SaysNothing,
    RankDependent,
}

struct Faulty {
    space: Space,
    fault: Fault,
    count: Cell<f64>,
}

impl LinearOperator<C> for Faulty {
    fn domain(&self) -> &Space {
        &self.space
    }

    fn range(&self) -> &Space {
        &self.space
    }

    fn apply(&self, x: &[C], y: &mut [C]) {
        let i = C::new(0.0, 2.0);
        let last = y.len() - usize::from(self.fault == Fault::LeavesTheLast && !y.is_empty());
        let rank = self.space.comm().rank() as f64;
        for (y, x) in y[..last].iter_mut().zip(x) {
            *y = match self.fault {
                Fault::NotLinear => i * x + 1.0,
                Fault::Remembers => i * x + self.count.get(),
                Fault::RankDependent => i * x * (1.0 + rank),
                _ => i * x,
            };
        }
        self.count.set(self.count.get() + 1.0);
        if self.fault == Fault::SaysNothing {
            self.space.comm().barrier();
        }
    }

    fn apply_adjoint(&self, y: &[C], x: &mut [C]) {
        let rank = self.space.comm().rank() as f64;
        let factor = match self.fault {
            Fault::Adjoint => C::new(0.0, -1.9),
            Fault::Conjugate => C::new(0.0, 2.0),
            Fault::RankDependent => C::new(0.0, -2.0) * (1.0 + rank),
            _ => C::new(0.0, -2.0),
        };
        x.iter_mut().zip(y).for_each(|(x, y)| *x = factor * y);
    }

    fn communication(&self) -> Communication {
        let calls = u64::from(self.fault == Fault::Traffic);
        Communication { forward: Sent { calls, ..Sent::default() }, adjoint: Sent::default() }
    }
}

crate::bodies! {
    fn algebra_is_that_of_matrices(comm) {
        algebra::<f64>(comm);
        algebra::<C>(comm);
    }

    fn stacks_are_block_matrices(comm) {
        stacks::<f64>(comm);
        stacks::<C>(comm);
    }

    fn real_operators_act_on_complex_vectors(comm) {
        let a = matrix::<f64>(5, 3, 1);
        let operator = Dense::operator(comm, &a).to_complex();
        is_matrix(&operator, &a.mapv(C::from));
        is_matrix(&operator.scale(C::new(0.0, 1.0)), &a.mapv(|a| C::new(0.0, a)));
    }

    fn columns_of_a_matrix_product_may_have_any_shape(comm) {
        let a = matrix::<C>(4, 3, 1);
        for layout in [Layout::replicated(comm, &[3, 2, 5]).unwrap(), Layout::scatter(comm, &[3, 2, 5], 2).unwrap()] {
            let operator = MatrixMult::new(&a).on(&layout).unwrap();
            let x = DistArray::random_signed(&layout, 2);
            let (x_all, y) = (x.gather_all(), (&operator * &x).gather_all());
            assert_eq!(y.shape(), [4, 2, 5]);
            for ((j, k), i) in (0..2).flat_map(|j| (0..5).map(move |k| (j, k))).zip((0..4).cycle()) {
                let expected: C = (0..3).map(|l| a[[i, l]] * x_all[[l, j, k]]).sum();
                assert!((y[[i, j, k]] - expected).norm() < 1e-14, "{operator}");
            }
        }
        let rows = Layout::scatter(comm, &[3, 2], 0).unwrap();
        let cut = MatrixMult::new(&a).on(&rows);
        assert_eq!(cut.err().map(|error| error.kind()), (comm.size() > 1).then_some(ErrorKind::Layout));
        let other = if comm.rank() + 1 == comm.size() { matrix::<C>(4, 5, 1) } else { a };
        let error = MatrixMult::new(&other).on(&Layout::replicated(comm, &[3]).unwrap()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        assert_eq!(error.message(), format!("matrix of MatrixMult on [3] replicated on {} ranks: expected [4, 3], found [4, 5]", comm.size()));
    }

    fn operators_print_what_they_are(comm) {
        let layout = Layout::scatter(comm, &[2 * comm.size()], 0).unwrap();
        let d = Diagonal::of(&DistArray::full(&layout, 1.0f64)).unwrap();
        let n = 2 * comm.size();
        let expression: Operator<f64> = 2.0 * (&d * &d) + d.adjoint();
        assert_eq!(expression.name(), "(2 (Diagonal · Diagonal)) + Diagonalᴴ");
        let words = (&d + &Identity.on(&layout)).to_string();
        assert!(words.starts_with(&format!("Diagonal + Identity: {n} × {n}, float64 → float64\n")), "{words}");
        assert!(words.ends_with("  forward sends nothing\n  adjoint sends nothing"), "{words}");
        let own = Diagonal::of(&DistArray::full(Layout::scatter(&comm.alone(), &[3], 0).unwrap(), 1.0)).unwrap();
        let stack = VStack::of(comm, vec![own; 5]).unwrap();
        assert_eq!(stack.name(), "VStack(Diagonal, Diagonal, Diagonal, … 5 in all)");
        let words = stack.to_string();
        let said = if comm.size() > 1 { "\n  adjoint 3 calls, " } else { "\n  adjoint sends nothing" };
        assert!(words.contains(said), "{words}");
    }

    fn spaces_that_do_not_fit_are_named(comm) {
        let (a, b) = (Dense::operator(comm, &matrix::<f64>(6, 4, 1)), Dense::operator(comm, &matrix::<f64>(5, 4, 1)));
        let x = DistArray::<f64>::zeros(b.range());
        let error = a.apply_to(&x).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Shape);
        let words = error.to_string();
        assert!(words.starts_with("domain of Dense: expected [4] scattered") && words.contains("found [5]"), "{words}");
        assert_eq!(a.plus(&b).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(a.compose(&b).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(a.pow(2).unwrap_err().kind(), ErrorKind::Shape);
        let other = Dense::operator(&comm.duplicate(), &matrix::<f64>(6, 4, 1));
        assert_eq!(a.plus(&other).unwrap_err().kind(), ErrorKind::Communicator);
        assert_eq!(Zero::to(other.range()).on::<f64, f64>(a.domain()).unwrap_err().kind(), ErrorKind::Communicator);
        let product = panic_words(|| drop(&a * &b));
        assert!(product.starts_with("range of Dense in a product with Dense: expected [4]"), "{product}");
        let sum = panic_words(|| drop(&a + &b));
        assert!(sum.starts_with("range of Dense in a sum with Dense: expected [6]"), "{sum}");
        let words = panic_words(|| drop(&a * &x));
        assert!(words.starts_with("domain of Dense"), "{words}");
        let error = StackedVStack::of(vec![a.clone(), a.adjoint()]).unwrap_err();
        assert!(error.to_string().starts_with("domain of operator 1 of a stack, Denseᴴ: expected [4]"), "{error}");
        assert_eq!(StackedHStack::of(vec![a.clone(), b.clone()]).unwrap_err().kind(), ErrorKind::Shape);
        assert_eq!(StackedVStack::<f64>::of(vec![]).unwrap_err().kind(), ErrorKind::Shape);
    }

    fn wrong_parts_of_a_stack_are_refused_on_all_ranks(comm) {
        let last = comm.rank() + 1 == comm.size();
        let there = (comm.size() > 1).then_some(comm.size() - 1);
        let of = |n: usize| own_matrix::<f64>(comm, &matrix(2, n, 1));
        let error = VStack::of(comm, vec![of(3), of(if last { 4 } else { 3 })]).unwrap_err();
        assert_eq!((error.kind(), error.rank()), (ErrorKind::Shape, there));
        assert_eq!(error.message(), "number of columns of operator 1 of a stack, MatrixMult: expected 3, as of operator 0, found 4");
        let error = HStack::of(comm, vec![of(3).adjoint(), of(if last { 4 } else { 3 }).adjoint()]).unwrap_err();
        assert!(error.message().starts_with("number of rows of operator 1 of a stack"), "{error}");
        if comm.size() > 1 {
            let error = VStack::of(comm, vec![of(if last { 4 } else { 3 })]).unwrap_err();
            assert_eq!(error.message(), "number of columns of a stack's operators: expected 3, as on lower ranks, found 4");
            let everybody = Layout::replicated(comm, &[3]).unwrap();
            let error = BlockDiag::of(comm, vec![Identity.on::<f64>(&everybody)]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Communicator);
            let error = VStack::of(comm, vec![Identity.on::<f64>(&everybody)]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Communicator);
        }
        assert_eq!(VStack::<f64>::of(comm, vec![]).unwrap_err().kind(), ErrorKind::Shape);
        let rows = Layout::scatter(comm, &[comm.size(), 3], 0).unwrap();
        let data = Layout::scatter(comm, &[comm.size(), 2], 0).unwrap();
        let fits = BlockDiag::with_spaces(&rows, &data, vec![of(3)]).unwrap();
        assert_eq!(fits.shape(), (2 * comm.size(), 3 * comm.size()));
        let error = BlockDiag::with_spaces(&rows, &data, vec![of(if last { 2 } else { 3 })]).unwrap_err();
        assert_eq!((error.kind(), error.rank()), (ErrorKind::Shape, there));
        let error = VStack::with_spaces(&rows, &data, vec![of(3)]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Layout);
    }

    fn restriction_and_transposition_refuse_by_name(comm) {
        let layout = Layout::scatter(comm, &[4, 3], 0).unwrap();
        assert_eq!(Restriction::new(&[0]).along(2).on::<f64>(&layout).unwrap_err().kind(), ErrorKind::Axis);
        assert_eq!(Restriction::new(&[3]).along(1).on::<f64>(&layout).unwrap_err().kind(), ErrorKind::Parameter);
        let taken = Restriction::new(&[0, 3, 3]).on(&layout).unwrap();
        let x = DistArray::from_fn(&layout, |i| (10 * i[0] + i[1]) as f64);
        let y = &taken * &x;
        assert_eq!(y.gather_all().as_slice().unwrap(), [0.0, 1.0, 2.0, 30.0, 31.0, 32.0, 30.0, 31.0, 32.0]);
        assert_eq!((taken.adjoint() * &y).gather_all()[[3, 1]], 62.0);
        let turned = TransposeAxes::new(&[1, 0]).on(&layout).unwrap();
        assert_eq!((&turned * &x).gather_all(), x.gather_all().reversed_axes());
        assert_eq!((&turned * &x).layout().unwrap().axis(), Some(1));
    }

    fn taken_rows_lie_where_they_were(comm) {
        let cut = [Cut::Block, Cut::Cyclic];
        let layout = Layout::grid(comm, &[8, 6], &cut).unwrap();
        let x = DistArray::from_fn(&layout, |i| (10 * i[0] + i[1]) as f64);
        let maps = |axis, indices: &[usize]| {
            let taken = Restriction::new(indices).along(axis).on(&layout).unwrap();
            let y = &taken * &x;
            assert_eq!(y.gather_all(), x.gather_all().select(Axis(axis), indices), "{taken}");
            y.layout().unwrap().process_grid().unwrap().axes()[axis].clone()
        };
        assert!(matches!(maps(0, &[0, 2, 2, 5]), AxisMap::Blocks(_)));
        assert!(matches!(maps(1, &[4, 1, 1, 2, 5, 0]), AxisMap::Listed(_) | AxisMap::Blocks(_)));
        let all = Restriction::new(&[0, 1, 2, 3, 4, 5, 6, 7]).on::<f64>(&layout).unwrap();
        assert_eq!(all.range(), all.domain());
        let rows = Layout::scatter(comm, &[8], 0).unwrap();
        let some = Restriction::new(&[1, 6]).on::<f64>(&rows).unwrap();
        assert_eq!(some.range().layout().unwrap().axis(), Some(0));
        let whole = MatrixMult::new(&Array2::<f64>::ones((2, 8))).on(&layout);
        assert_eq!(whole.err().map(|error| error.kind()), (comm.size() > 1).then_some(ErrorKind::Layout));
        let any_order = Grid::cut(&[Cut::Listed(vec![vec![1, 0]])]).layout(comm, &[2, 3]).unwrap();
        let error = MatrixMult::new(&Array2::<f64>::ones((2, 2))).on(&any_order).unwrap_err();
        assert_eq!(error.to_string(), format!("layout of MatrixMult: expected a whole first axis, found {any_order}"));
    }

    fn stacks_send_what_they_say(comm) {
        let own = own_matrix::<f64>(comm, &matrix(3, 4, 1));
        let diagonal = BlockDiag::of(comm, vec![own.clone(), own.clone()]).unwrap();
        assert!(spent(&diagonal).iter().all(|traffic| traffic.total().calls == 0));
        let vertical = VStack::of(comm, vec![own.clone(), own.clone()]).unwrap();
        let [forward, adjoint] = spent(&vertical);
        assert_eq!(forward.total().calls, 0);
        // Of four numbers: where their digits stand, three digits of each, and this rank's share of the sums.
        let share = 8 * (4 * (comm.rank() + 1) / comm.size() - 4 * comm.rank() / comm.size()) as u64;
        let verbs = [Verb::AllReduce, Verb::ReduceScatter, Verb::AllGather];
        let bytes = |traffic: &Traffic| verbs.map(|verb| traffic[verb].bytes);
        let calls = if comm.size() > 1 { 3 } else { 0 };
        assert_eq!(adjoint.total().calls, calls);
        assert!(calls == 0 || bytes(&adjoint) == [4, 96, share]);
        let [forward, adjoint] = spent(&HStack::of(comm, vec![own.adjoint()]).unwrap());
        assert_eq!((forward.total().calls, adjoint.total().calls), (calls, 0));
        let plain = Groups::from(comm).summation(Summation::Plain);
        let plain = VStack::of(plain, vec![own.clone(), own]).unwrap();
        let [_, adjoint] = spent(&plain);
        let bytes = if comm.size() > 1 { 32 } else { 0 };
        assert_eq!((adjoint.total().calls, adjoint[Verb::AllReduce].calls, adjoint.total().bytes), (1, 1, bytes));
        let report = plain.check(1).unwrap();
        assert!(report.adds_in_floating_point && report.warnings.is_empty(), "{report}");
        assert!(report.to_string().ends_with("adds over ranks in floating point: the last bits depend on their number"));
        assert!(!vertical.check(1).unwrap().adds_in_floating_point);
        let stacked = StackedVStack::of(vec![diagonal.clone(), diagonal]).unwrap();
        assert!(spent(&stacked).iter().all(|traffic| traffic.total().calls == 0));
    }

    fn masks_keep_reductions_apart(comm) {
        let colours: Vec<_> = (0..comm.size()).map(|rank| rank % 2).collect();
        let own = Identity.on::<f64>(&Layout::scatter(&comm.alone(), &[2], 0).unwrap());
        let a = BlockDiag::with_mask(comm, &colours, vec![own]).unwrap();
        let y = &a * &DistArray::full(a.domain(), 1.0);
        let mine = colours.iter().filter(|&&colour| colour == comm.rank() % 2).count();
        assert_eq!(y.sum(), 2.0 * mine as f64);
        a.check(1).unwrap();
    }

    fn faults_are_caught(comm) {
        let layout = Layout::scatter(comm, &[7], 0).unwrap();
        let faulty = |fault: Fault| Operator::new(Faulty { space: (&layout).into(), fault, count: Cell::default() });
        faulty(Fault::None).check(1).unwrap();
        let whole = |fault: Fault| {
            let space = Layout::replicated(comm, &[7]).unwrap().into();
            Operator::new(Faulty { space, fault, count: Cell::default() })
        };
        for (fault, words) in [
            (Fault::Adjoint, "dot test of Faulty: expected ⟨x, Aᴴ y⟩ = "),
            (Fault::Conjugate, "dot test of Faulty"),
            (Fault::LeavesTheLast, "forward of Faulty: element"),
            (Fault::NotLinear, "linearity of forward of Faulty"),
            (Fault::Remembers, "forward of Faulty a second time: element 0 of this rank"),
            (Fault::Traffic, "forward of Faulty: traffic"),
        ] {
            let error = faulty(fault).check(1).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Other);
            assert!(error.message().starts_with(words), "{words}: {error}");
        }
        let report = faulty(Fault::SaysNothing).check(1).unwrap();
        assert_eq!(report.warnings, ["forward of Faulty sends messages of which `communication` says nothing"]);
        assert!(report.to_string().contains("\n  warning: forward of Faulty"), "{report}");
        let differs = whole(Fault::RankDependent).check(1);
        assert_eq!(differs.is_err(), comm.size() > 1);
        let same = check_same_bits(comm, 1, |comm| {
            let space = Layout::scatter(comm, &[7], 0)?.into();
            Ok(Operator::new(Faulty { space, fault: Fault::RankDependent, count: Cell::default() }))
        });
        assert_eq!(same.is_err(), comm.size() > 1);
    }
}
