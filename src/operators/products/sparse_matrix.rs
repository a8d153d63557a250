//! A sparse matrix whose rows are cut over the ranks.

use super::range::lying_as;
use super::sparse_entries::Entries;
use super::sparse_rows::{Place, Rows};
use crate::comm::{Comm, Reduction};
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Bounds, Layout};
use crate::numbers::Scalar;
use crate::operators::{Communication, Kernels, Operator, Put};

/// `Y = A X` with a sparse matrix of N × K, cut over the ranks, times the first axis of an array, whose other axes are
/// columns.
///
/// ```text
/// y[i, …] = Σ a[i, k] x[k, …]        x[k, …] = Σ ā[i, k] y[i, …]        over the entries of A
/// ```
///
/// The matrix is put together from entries that ranks have, each any of them ([`from_triplets`](Self::from_triplets)); then
/// [`on`](Self::on) makes the operator. Entries that SciPy has saved are read by `io::load_sparse_npz`. A rank keeps the rows of A of which it has elements of `Y`, and the columns of
/// which it has elements of `X`: A twice in all, so that either direction is a pass over whole rows, without sums over ranks. Rows
/// are compressed (CSR), of a value and a column of 4 bytes each; a crate for them would bring formats and factorisations, where
/// this wants one loop over places in what a rank has and what comes.
///
/// # Spaces
/// `X`: shape `[K, …]`, its first axis cut in any way over the ranks, the others whole. `Y`: shape `[N, …]`, cut likewise: in even blocks
/// over as many ranks as `X`, or as asked ([`to`](Self::to)). Ranks may be empty. Real or complex.
///
/// # Communication
/// One exchange in either direction, in which a rank gets those rows of the vector that its entries need and it does not have, each
/// once, in one message from each rank that has some. Rows that need nothing of others are formed meanwhile.
/// Construction: all-to-alls of the entries and of what is needed.
///
/// # Same bits
/// On any number of ranks, however the entries and the vectors are dealt out: each element is one sum on one rank, over the entries of its row
/// in ascending order of columns (adjoint: of its column, of rows). Entries of one place are one entry, their exact sum, rounded once.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::SparseMatrix};
///
/// launch_threads(3, |comm| {
///     // −1 2 −1 on three diagonals: each rank brings the entries of every third row.
///     let mine = (comm.rank()..6).step_by(3).flat_map(|i| {
///         let beside = [i.checked_sub(1), Some(i + 1).filter(|&k| k < 6)].into_iter().flatten();
///         beside.map(move |k| (i, k, -1.0)).chain([(i, i, 2.0)])
///     });
///     let a = SparseMatrix::from_triplets(comm, [6, 6], mine)?;
///     assert_eq!((a.entries(), a.duplicates()), (16, 0));
///     let layout = Layout::scatter(comm, &[6], 0)?;
///     let op = a.on(&layout)?;
///     let x = DistArray::from_fn(&layout, |i| (i[0] * i[0]) as f64);
///     assert_eq!((&op * &x).gather_all().as_slice(), Some(&[-1.0, -2.0, -2.0, -2.0, -2.0, 34.0][..]));
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: pylops `MatrixMult` of a SciPy sparse array, PETSc's `MATMPIAIJ`.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct SparseMatrix<T: Scalar> {
    comm: Comm,
    shape: [usize; 2],
    /// Those of an even block of rows on each rank, in order.
    entries: Entries<T>,
    /// Of all ranks.
    count: usize,
    duplicates: usize,
    to: Option<Layout>,
}

struct Halves<T: Scalar> {
    forward: Rows<T>,
    adjoint: Rows<T>,
}

impl<T: Scalar> SparseMatrix<T> {
    /// The matrix of this shape that has the entries (row, column, value) of all ranks; each passes those it has, of any
    /// rows. Those of one place are added. All ranks call it.
    ///
    /// # Communication
    /// Four all-to-alls, in which an entry goes to one rank, and two small all-reduces.
    ///
    /// # Errors
    /// [`ErrorKind::Parameter`], on every rank, if an entry is beyond the shape: which, of the first rank that has one.
    pub fn from_triplets(
        comm: &Comm,
        shape: [usize; 2],
        triplets: impl IntoIterator<Item = (usize, usize, T)>,
    ) -> Result<Self> {
        let _operation = comm.operation("from_triplets", format_args!("SparseMatrix of {}, {shape:?}", T::DTYPE));
        let entries = Entries::from_triplets(triplets);
        let beyond = entries.iter().position(|(row, column, _)| row >= shape[0] || column >= shape[1]);
        comm.agree(beyond.map_or(Ok(()), |at| {
            let what = format!("place of entry {at} that this rank has of SparseMatrix");
            let found = format!("({}, {})", entries.rows[at], entries.columns[at]);
            Err(Error::expected(ErrorKind::Parameter, what, format!("below {shape:?}"), found))
        }))?;
        let blocks = Bounds::even(shape[0], comm.size());
        let dealt = entries.dealt(comm, |row| blocks.coordinate(row).unwrap_or(0)).sorted_by(|row| row);
        let entries = dealt.merged();
        let mut counts = [entries.len(), dealt.len() - entries.len()];
        comm.all_reduce(&mut counts, Reduction::Sum);
        Ok(Self { comm: comm.clone(), shape, entries, count: counts[0], duplicates: counts[1], to: None })
    }

    /// How many entries all ranks have together, each place once.
    pub fn entries(&self) -> usize {
        self.count
    }

    /// How many more were given, and added to others of their places.
    pub fn duplicates(&self) -> usize {
        self.duplicates
    }

    /// With `Y` in this layout.
    pub fn to(self, range: &Layout) -> Self {
        Self { to: Some(range.clone()), ..self }
    }

    /// The operator on arrays of this layout. All ranks call it.
    ///
    /// # Communication
    /// Twelve all-to-alls: the entries go to the ranks that have their rows, and to those that have their columns, which tell others what
    /// they need.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Communicator`] if the layouts are on other ranks than the matrix; [`ErrorKind::Shape`] if `X` does not
    /// have as many rows as the matrix has columns, or `Y` is not of shape `[N, …]`; [`ErrorKind::Layout`] if one is
    /// replicated, in chunks, cut along another axis than the first, or has a mask, and if a rank had or needed 2³² rows of a vector.
    pub fn on(&self, layout: &Layout) -> Result<Operator<T>> {
        let (comm, [n, k]) = (&self.comm, self.shape);
        comm.same_as(layout.comm(), "layout of SparseMatrix")?;
        let to = self.to.as_ref().unwrap_or(layout);
        let told = format_args!("SparseMatrix of {} in {n} × {k}, {layout:#}, to {to:#}", self.count);
        let _operation = comm.operation("Operator::on", told);
        let Some((_, others)) = layout.shape().split_first().filter(|(first, _)| **first == k) else {
            let expected = format!("{k} rows, as the matrix has columns");
            return Err(Error::expected(ErrorKind::Shape, "layout of SparseMatrix", expected, layout));
        };
        let from = place(layout, "layout of SparseMatrix")?;
        let range = match &self.to {
            Some(range) => range.clone(),
            None => lying_as(layout, n)?,
        };
        comm.same_as(range.comm(), "range of SparseMatrix")?;
        let shape = [&[n], others].concat();
        if range.shape() != shape {
            let expected = format!("shape {shape:?}");
            return Err(Error::expected(ErrorKind::Shape, "range of SparseMatrix", expected, &range));
        }
        let to = place(&range, "range of SparseMatrix")?;
        let by_rows = self.entries.dealt(comm, |row| to.rank_of(row));
        let forward = Rows::new(comm, &by_rows, &from, &to)?;
        let by_columns = self.entries.adjoint().dealt(comm, |column| from.rank_of(column));
        let adjoint = Rows::new(comm, &by_columns, &to, &from)?;
        Ok(Halves { forward, adjoint }.between(layout, range))
    }
}

fn place(layout: &Layout, what: &str) -> Result<Place> {
    let place = Place::of(layout).filter(|_| layout.mask().is_none());
    place.ok_or_else(|| {
        let expected = "one whose first axis is cut over the ranks, and no other, without mask";
        Error::expected(ErrorKind::Layout, what, expected, layout)
    })
}

impl<T: Scalar> Kernels<T> for Halves<T> {
    fn apply(&self, put: impl Put<T>, x: &[T], y: &mut [T]) {
        self.forward.apply(put, x, y); // Y ← A X
    }

    fn apply_adjoint(&self, put: impl Put<T>, y: &[T], x: &mut [T]) {
        self.adjoint.apply(put, y, x); // X ← Aᴴ Y
    }

    fn communication(&self) -> Communication {
        Communication { forward: self.forward.sends(), adjoint: self.adjoint.sends() }
    }

    fn scratch(&self) -> usize {
        self.forward.bytes() + self.adjoint.bytes()
    }

    fn name(&self) -> String {
        "SparseMatrix".into()
    }
}
