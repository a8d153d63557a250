//! Entries of a sparse matrix: dealt out to ranks, put in order, those of one place added.

use crate::comm::Comm;
use crate::numbers::{Element, PartialSum, Scalar, Summation};

/// Entries of a matrix: rows, columns and values.
#[derive(Clone, Debug)]
pub(super) struct Entries<T> {
    pub(super) rows: Vec<usize>,
    pub(super) columns: Vec<usize>,
    pub(super) values: Vec<T>,
}

impl<T: Scalar> Entries<T> {
    pub(super) fn from_triplets(triplets: impl IntoIterator<Item = (usize, usize, T)>) -> Self {
        let mut all = Self { rows: vec![], columns: vec![], values: vec![] };
        triplets.into_iter().for_each(|(row, column, value)| all.push(row, column, value));
        all
    }

    fn push(&mut self, row: usize, column: usize, value: T) {
        self.rows.push(row);
        self.columns.push(column);
        self.values.push(value);
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, usize, T)> + '_ {
        self.rows.iter().zip(&self.columns).zip(&self.values).map(|((&row, &column), &value)| (row, column, value))
    }

    /// Those of Aᴴ.
    pub(super) fn adjoint(&self) -> Self {
        let values = self.values.iter().map(|value| value.conj()).collect();
        Self { rows: self.columns.clone(), columns: self.rows.clone(), values }
    }

    /// Every entry on the rank that is said for its row. All ranks call it.
    ///
    /// # Communication
    /// Four all-to-alls: how many, and the three lists.
    pub(super) fn dealt(&self, comm: &Comm, rank_of: impl Fn(usize) -> usize) -> Self {
        let ranks: Vec<_> = self.rows.iter().map(|&row| rank_of(row)).collect();
        let mut order: Vec<_> = (0..self.len()).collect();
        order.sort_by_key(|&k| ranks[k]);
        let mut send = vec![0; comm.size()];
        for &rank in &ranks {
            send[rank] += 1;
        }
        let receive = counts_to_all(comm, &send);
        let counts = [&send[..], &receive[..]];
        Self {
            rows: sent(comm, &self.rows, &order, counts),
            columns: sent(comm, &self.columns, &order, counts),
            values: sent(comm, &self.values, &order, counts),
        }
    }

    /// In ascending order of rows, and of columns within a row; `place` says where a row stands.
    pub(super) fn sorted_by(&self, place: impl Fn(usize) -> usize) -> Self {
        let mut order: Vec<_> = (0..self.len()).map(|k| (place(self.rows[k]), self.columns[k], k)).collect();
        order.sort_unstable();
        Self::from_triplets(order.iter().map(|&(_, _, k)| (self.rows[k], self.columns[k], self.values[k])))
    }

    /// Of sorted ones: those of one place as one, which is their exact sum, rounded once; so it does not matter where they
    /// came from.
    pub(super) fn merged(&self) -> Self {
        let mut merged = Self { rows: vec![], columns: vec![], values: vec![] };
        let mut at = 0;
        while at < self.len() {
            let place = (self.rows[at], self.columns[at]);
            let same = |k: &usize| (self.rows[*k], self.columns[*k]) == place;
            let end = (at..self.len()).find(|k| !same(k)).unwrap_or(self.len());
            let value = if end == at + 1 {
                self.values[at]
            } else {
                let mut sums = [PartialSum::new(Summation::Exact), PartialSum::new(Summation::Exact)];
                T::add_values(&mut sums, &self.values[at..end]);
                T::from_sums(&sums)
            };
            merged.push(place.0, place.1, value);
            at = end;
        }
        merged
    }
}

/// A list in this order, so many to each rank, and so many from each.
fn sent<U: Element>(comm: &Comm, list: &[U], order: &[usize], [send, receive]: [&[usize]; 2]) -> Vec<U> {
    let sorted: Vec<_> = order.iter().map(|&k| list[k]).collect();
    let mut received = vec![U::default(); receive.iter().sum()];
    comm.all_to_all_into(&sorted, send, &mut received, receive);
    received
}

/// How many come from each rank, where so many go to each.
pub(super) fn counts_to_all(comm: &Comm, send: &[usize]) -> Vec<usize> {
    let (one, mut receive) = (vec![1; comm.size()], vec![0; comm.size()]);
    comm.all_to_all_into(send, &one, &mut receive, &one);
    receive
}
