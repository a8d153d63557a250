//! Products of matrices whose rows are scattered over ranks: n × n (2048, or the first argument), a matrix
//! times a vector, and a vector times a matrix. The best of several, on 1 and 2 thread ranks.
//!
//! Compare with `OMP_NUM_THREADS=1 python3 -c "..."` of NumPy's `a @ b`, `a @ v` and `v @ a`.

use lops::{Comm, DistArray, Layout, Result, launch_threads, library::matmul};
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
            Ok(())
        })?;
    }
    Ok(())
}

/// The least number of seconds that all ranks take.
fn best(comm: &Comm, times: usize, product: impl Fn() -> Result<DistArray<f64>>) -> Result<f64> {
    let mut least = f64::INFINITY;
    for _ in 0..times {
        comm.barrier();
        let start = Instant::now();
        black_box(product()?);
        comm.barrier();
        least = least.min(start.elapsed().as_secs_f64());
    }
    Ok(least)
}
