#![allow(dead_code, unreachable_pub)]
macro_rules! bodies {
    ($($t:tt)*) => {};
}
pub(crate) use bodies;
mod solvers {
    pub(crate) fn hash(k: usize) -> f64 {
        ((k as u64 + 3).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 11) as f64 / (1u64 << 53) as f64 - 0.5
    }
}
#[path = "all/zoo/mod.rs"]
mod zoo;

#[path = "all/zoo/dense.rs"]
mod dense2;

mod probe {
    use super::dense2::dense;
    use super::solvers::hash;
    use lops::solvers::*;
    use lops::*;

    fn run<T: Scalar>(
        what: &str,
        n: usize,
        iterations: usize,
        f: impl Fn(usize, usize) -> f64,
        truth: impl Fn(usize) -> f64,
        noise: f64,
        ls: bool,
    ) {
        let comm = Comm::solo();
        let a64: Vec<f64> = (0..n * n).map(|k| f(k / n, k % n)).collect();
        let mean = (0..n).map(&truth).sum::<f64>() / n as f64;
        let t: Vec<T> = (0..n).map(|i| T::from_parts(truth(i) - mean, 0.0)).collect();
        let a: Vec<T> = a64.iter().map(|&a| T::from_parts(a, 0.0)).collect();
        let b: Vec<T> = (0..n).map(|i| (0..n).map(|j| a[i * n + j] * t[j]).fold(T::zero(), |s, x| s + x)).collect();
        let bn = b.iter().map(|b| b.modulus().to_f64().powi(2)).sum::<f64>().sqrt() / (n as f64).sqrt();
        let layout = Layout::scatter(&comm, &[n], 0).unwrap();
        let b = DistArray::from_fn(&layout, |i| b[i[0]] + T::from_parts(noise * bn * (0.5 + hash(i[0] + 9)), 0.0));
        let op = dense(&comm, &a, n, n, false);
        let mut x = b.zeros_like();
        let t = DistArray::from_fn(&layout, |i| t[i[0]]);
        let mut best = f64::INFINITY;
        let o = Options::exactly(iterations);
        let watch = |seen: &Seen<'_, T>| {
            let e: f64 = (seen.model - &t).norm().to_f64() / t.norm().to_f64();
            best = best.min(e);
            std::ops::ControlFlow::Continue(())
        };
        let report = if ls {
            Cgls::new(&op, &b, &mut x).unwrap().start(&o).unwrap().callback(watch).solve()
        } else {
            Cg::new(&op, &b, &mut x).unwrap().start(&o).unwrap().callback(watch).solve()
        }
        .unwrap();
        let e: f64 = (&x - &t).norm().to_f64() / t.norm().to_f64();
        println!(
            "{what} ls {ls} noise {noise:e}: {:?} after {}, error {e:.1e}, best {best:.1e}, residual {:.1e}",
            report.reason,
            report.iterations,
            report.residual.to_f64() / b.norm().to_f64()
        );
    }

    #[test]
    fn probe() {
        let neumann = |n: usize| {
            move |i: usize, j: usize| {
                if i == j {
                    if i == 0 || i == n - 1 { 1.0 } else { 2.0 }
                } else if i.abs_diff(j) == 1 {
                    -1.0
                } else {
                    0.0
                }
            }
        };
        let periodic = |n: usize| {
            move |i: usize, j: usize| {
                if i == j {
                    2.0
                } else if i.abs_diff(j) == 1 || i.abs_diff(j) == n - 1 {
                    -1.0
                } else {
                    0.0
                }
            }
        };
        for ls in [false, true] {
            for noise in [0.0, 1e-12, 1e-8, 1e-4] {
                for n in [10, 60, 200] {
                    run::<f64>(
                        &format!("neumann {n} smooth"),
                        n,
                        1500,
                        neumann(n),
                        |i| (3.0 * i as f64 / n as f64).sin(),
                        noise,
                        ls,
                    );
                    run::<f64>(&format!("neumann {n} rough"), n, 1500, neumann(n), |i| hash(i), noise, ls);
                    run::<f64>(&format!("periodic {n} rough"), n, 1500, periodic(n), |i| hash(i), noise, ls);
                }
            }
            for n in [10, 60, 200] {
                run::<f32>(
                    &format!("f32 neumann {n} smooth"),
                    n,
                    1500,
                    neumann(n),
                    |i| (3.0 * i as f64 / n as f64).sin(),
                    0.0,
                    ls,
                );
                run::<f32>(&format!("f32 neumann {n} rough"), n, 1500, neumann(n), |i| hash(i), 0.0, ls);
                run::<f32>(&format!("f32 periodic {n} rough"), n, 1500, periodic(n), |i| hash(i), 0.0, ls);
            }
        }
    }
}
