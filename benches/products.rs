//! Products of matrices whose rows are scattered over ranks: n × n (2048, or the first argument), a matrix
//! times a vector, and a vector times a matrix; then the same matrix as an operator, times one column and times 256, forward and
//! adjoint, beside what each rank's rows cost it alone. The best of several, on 1 and 2 thread ranks.
//!
//! Compare with `OMP_NUM_THREADS=1 python3 -c "..."` of NumPy's `a @ b`, `a @ v` and `v @ a`.

use lops::operators::{DistMatrixMult, MatrixMult};
use lops::{Comm, DistArray, Layout, LinearOperator, Operator, Result, launch_threads, library::matmul};
use std::{hint::black_box, time::Instant};

fn main() -> Result<()> {
    let n: usize = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(2048);
    for ranks in [1, 2] {
        launch_threads(ranks, |comm| {
            let rows = Layout::scatter(comm, &[n, n], 0)?;
            let (a, b) = (DistArray::<f64>::random_signed(&rows, 1), DistArray::<f64>::random_signed(&rows, 2));
            let v = DistArray::<f64>::random_signed(&Layout::scatter(comm, &[n], 0)?, 3);
            let matrices = best(comm, 5, || matmul(&a, &b))?;
            let (right, left) = (best(comm, 20, || matmul(&a, &v))?, best(comm, 20, || matmul(&v, &a))?);
            if comm.rank() == 0 {
                let rate = 2.0 * (n as f64).powi(3) / matrices / 1e9;
                println!("{ranks} ranks: A B {:.1} ms ({rate:.1} GFLOP/s)", matrices * 1e3);
                println!("{ranks} ranks: A v {:.2} ms, v A {:.2} ms", right * 1e3, left * 1e3);
            }
            for width in [1, 256] {
                operator(comm, &a, width)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// A matrix as an operator, and a rank's rows of it as one of that rank alone.
fn operator(comm: &Comm, a: &DistArray<f64>, width: usize) -> Result<()> {
    let n = a.shape()[1];
    let cut = DistMatrixMult::new(a).on(&Layout::scatter(comm, &[n, width], 0)?)?;
    let own = a.local().into_dimensionality::<lops::ndarray::Ix2>().expect("a matrix");
    let alone = MatrixMult::new(own).on(&Layout::scatter(&comm.alone(), &[n, width], 0)?)?;
    let (of_cut, of_alone) = (both_ways(comm, &cut)?, both_ways(comm, &alone)?);
    if comm.rank() == 0 {
        let say = |way: &str, [forward, adjoint]: [f64; 2]| {
            println!("  {way}: A X {:.2} ms, Aᴴ Y {:.2} ms", forward * 1e3, adjoint * 1e3);
        };
        println!("{} ranks, {width} columns", comm.size());
        say("cut over the ranks", of_cut);
        say("a rank's rows alone", of_alone);
    }
    Ok(())
}

fn both_ways(comm: &Comm, a: &Operator<f64>) -> Result<[f64; 2]> {
    let (mut x, mut y) = (DistArray::random_signed(a.domain(), 1), DistArray::random_signed(a.range(), 2));
    let forward = least(comm, 10, || {
        a.apply(x.as_slice(), y.as_mut_slice());
        Ok(())
    })?;
    let adjoint = least(comm, 10, || {
        a.apply_adjoint(y.as_slice(), x.as_mut_slice());
        Ok(())
    })?;
    Ok([forward, adjoint])
}

fn best(comm: &Comm, times: usize, product: impl Fn() -> Result<DistArray<f64>>) -> Result<f64> {
    least(comm, times, || {
        black_box(product()?);
        Ok(())
    })
}

/// The least number of seconds that all ranks take.
fn least(comm: &Comm, times: usize, mut work: impl FnMut() -> Result<()>) -> Result<f64> {
    let mut least = f64::INFINITY;
    for _ in 0..times {
        comm.barrier();
        let start = Instant::now();
        work()?;
        comm.barrier();
        least = least.min(start.elapsed().as_secs_f64());
    }
    Ok(least)
}
