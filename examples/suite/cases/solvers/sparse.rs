//! ISTA and FISTA with a fixed step: eight dense blocks of 512 × 4096 below one another, and the reflectivity job's convolution along the last
//! axis of 64 × 256 × 256.

use super::{Method, measure};
use crate::{Suite, inputs::scattered};
use lops::prelude::*;
use lops::{library::uniform, ndarray::Array2, signal::ricker};

pub(crate) const NAMES: &[&str] = &["ista.vstack", "fista.vstack", "fista.conv", "ista.conv"];

const BLOCKS: usize = 8;

pub(crate) fn run(suite: &Suite<'_>) -> Result<()> {
    if NAMES[..2].iter().any(|name| suite.wants(name)) {
        let columns = suite.arguments.n.unwrap_or(4096);
        let a = stack(suite.comm, columns)?;
        let model = Layout::replicated(suite.comm, &[columns])?;
        let spikes = DistArray::from_fn(&model, |i| if i[0] % 97 == 0 { 1.0 } else { 0.0 });
        let sparse = [0.1, 0.2];
        compare(suite, [NAMES[0], NAMES[1]], sparse, &a, &spikes)?;
    }
    if NAMES[2..].iter().any(|name| suite.wants(name)) {
        let n = suite.arguments.n.unwrap_or(256);
        let model = scattered(suite.comm, 5, &[n / 4, n, n])?.map(|r: f64| if r.abs() > 0.97 { r } else { 0.0 });
        let times: Vec<_> = (0..21).map(|i| f64::from(i) * 0.004).collect();
        let wavelet = ricker(&times, 15.0)?.samples;
        let a = Convolve1D::new(&wavelet, wavelet.len() / 2).along(2).on(model.layout()?)?;
        compare(suite, [NAMES[3], NAMES[2]], [2e-2, 0.02], &a, &model)?;
    }
    Ok(())
}

/// ISTA and FISTA with this weight and step, from 0 to what makes the model's data.
fn compare(
    suite: &Suite<'_>,
    [ista, fista]: [&str; 2],
    [eps, step]: [f64; 2],
    a: &Operator<f64>,
    model: &DistArray<f64>,
) -> Result<()> {
    let (data, zero, iterations) = (a.apply_to(model)?, model.zeros_like(), suite.iterations(30));
    measure(suite, ista, Method::Ista { eps, step }, [iterations, 5], a, &data, &zero)?;
    measure(suite, fista, Method::Fista { eps, step }, [iterations, 8], a, &data, &zero)
}

/// The blocks of this many columns, an eighth as many rows each, over the ranks; the model is on all of them.
fn stack(comm: &Comm, columns: usize) -> Result<Operator<f64>> {
    let rows = columns / BLOCKS;
    let alone = Layout::scatter(&comm.alone(), &[columns], 0)?;
    let block = |b: usize| {
        let number = |(i, j)| uniform(200 + b as u64, (i * columns + j) as u64) / 64.0;
        MatrixMult::new(&Array2::from_shape_fn((rows, columns), number)).on(&alone)
    };
    let mine = Layout::scatter(comm, &[BLOCKS], 0)?.range(comm.rank());
    VStack::of(comm, mine.map(block).collect::<Result<Vec<Operator<f64>>>>()?)
}
