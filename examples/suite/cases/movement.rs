//! Data on the move: redistribution, ghost cells, gathering, and the latency of small calls.
//!
//! Bytes: redistribution reads and writes the array once, gathering writes it on every rank, ghost
//! cells are those exchanged in all.

use crate::{
    Suite,
    inputs::{checksum, checksum_of, scattered},
    timing::{Line, samples},
};
use lops::{
    LinearOperator, Reduction, Result,
    array::uniform,
    operators::{FirstDerivative, Redistribute},
};
use serde_json::{Value, json};
use std::hint::black_box;

pub(crate) const NAMES: &[&str] = &[
    "redistribute.4096.0to1",
    "redistribute.4096.1to0",
    "redistribute.4096.0to1.operator",
    "ghost.256.w1",
    "ghost.256.w2",
    "asarray.2^24",
    "allreduce.1",
    "dot.64",
    "first.centered3.64",
];

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    if NAMES[..3].iter().any(|name| suite.wants(name)) {
        redistribute(suite)?;
    }
    for (name, width) in [(NAMES[3], 1), (NAMES[4], 2)] {
        if suite.wants(name) {
            ghost(suite, name, width)?;
        }
    }
    if suite.wants(NAMES[5]) {
        gather(suite)?;
    }
    latency(suite)
}

fn redistribute(suite: &Suite<'_>) -> Result<()> {
    let comm = suite.comm;
    let n = suite.arguments.n.unwrap_or(4096);
    let (shape, bytes) = ([n, n], 16 * n * n);
    let rows = scattered(comm, 41, &shape)?;
    let columns = rows.redistribute_axis(1)?;
    if suite.wants(NAMES[0]) {
        let mine = columns.layout()?.range(comm.rank()).start;
        let value = |(i, j): (usize, usize)| uniform(41, (i * n + mine + j) as u64);
        let differs = columns.local().indexed_iter().any(|(index, &x)| x != value((index[0], index[1])));
        let mut differ = [u8::from(differs)];
        comm.all_reduce(&mut differ, Reduction::Max);
        let samples = samples(suite, || drop(black_box(rows.redistribute_axis(1))));
        Line::new(NAMES[0], &shape, json!({"ok": differ[0] == 0})).work(bytes, 0).print(comm, samples);
    }
    if suite.wants(NAMES[1]) {
        let back = checksum(&columns.redistribute_axis(0)?);
        let samples = samples(suite, || drop(black_box(columns.redistribute_axis(0))));
        Line::new(NAMES[1], &shape, back).work(bytes, 0).print(comm, samples);
    }
    if suite.wants(NAMES[2]) {
        let turn = Redistribute::to(columns.layout()?).on::<f64>(rows.layout()?)?;
        let mut there = columns.zeros_like();
        turn.apply_into(&rows, &mut there)?;
        let mut differ = [u8::from(there != columns)];
        comm.all_reduce(&mut differ, Reduction::Max);
        let samples = samples(suite, || turn.apply(rows.as_slice(), there.as_mut_slice()));
        Line::new(NAMES[2], &shape, json!({"ok": differ[0] == 0})).work(bytes, 0).print(comm, samples);
    }
    Ok(())
}

fn ghost(suite: &Suite<'_>, name: &str, width: usize) -> Result<()> {
    let comm = suite.comm;
    let n = suite.arguments.n.unwrap_or(256);
    let x = scattered(comm, 42, &[n, n, n])?;
    // Every rank counts its own ghosted block from 0.
    let check = checksum_of(x.add_ghost_cells(width, width)?.iter().copied(), 0, Some(comm));
    let samples = samples(suite, || drop(black_box(x.add_ghost_cells(width, width))));
    let bytes = 2 * (comm.size() - 1) * width * 8 * n * n;
    Line::new(name, &[n, n, n], check).work(bytes, 0).print(comm, samples);
    Ok(())
}

fn gather(suite: &Suite<'_>) -> Result<()> {
    let comm = suite.comm;
    let n = suite.arguments.n.unwrap_or(1 << 24);
    let x = scattered(comm, 43, &[n])?;
    let check = checksum_of(x.gather_all().iter().copied(), 0, None);
    let samples = samples(suite, || drop(black_box(x.gather_all())));
    Line::new(NAMES[5], &[n], check).work(8 * n * comm.size(), 0).print(comm, samples);
    Ok(())
}

fn latency(suite: &Suite<'_>) -> Result<()> {
    let comm = suite.comm;
    let line = |name: &'static str, size: usize, mut work: Box<dyn FnMut() + '_>| {
        if suite.wants(name) {
            let samples = samples(suite, &mut work);
            Line::new(name, &[size], Value::Null).print(comm, samples);
        }
    };
    line(NAMES[6], 1, Box::new(|| comm.all_reduce(black_box(&mut [1.0]), Reduction::Sum)));
    let x = scattered(comm, 44, &[64])?;
    line(NAMES[7], 64, Box::new(|| drop(black_box(x.dot(&x)))));
    let a = FirstDerivative::along(0).on::<f64>(x.layout()?)?;
    let mut y = x.zeros_like();
    line(NAMES[8], 64, Box::new(|| a.apply(x.as_slice(), y.as_mut_slice())));
    Ok(())
}
