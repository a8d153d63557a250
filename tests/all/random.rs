//! Random arrays: a function of seed, call and global index; of the distributions they say.

use crate::cases::Dice;
use lops::library::rand::RngExt;
use lops::library::rand_distr::{Bernoulli, Gamma};
use lops::{
    Comm, Complex, DistArray, Element, Error, ErrorKind, Layout, Result, Scalar, Space,
    layout::{Chunk, Mode},
    library::{Random, uniform},
};

type Field<T> = fn(&mut Random, &Layout) -> Result<DistArray<T>>;

/// The second of two fields equals, wherever it lies, that of one rank alone.
fn same_anywhere<T: Element>(comm: &Comm, field: Field<T>) {
    let mut dice = Dice::new(11);
    for _ in 0..6 {
        let shape = dice.shape();
        let alone = Layout::replicated(&comm.alone(), &shape).unwrap();
        let twice = |layout: &Layout| {
            let mut random = Random::seed(5);
            field(&mut random, layout).unwrap();
            field(&mut random, layout).unwrap()
        };
        let expected = twice(&alone).gather_all();
        for _ in 0..2 {
            let layout = dice.layout(comm, &shape);
            let before = comm.traffic();
            let x = twice(&layout);
            assert_eq!(comm.traffic(), before, "{layout}");
            assert_eq!(x.gather_all(), expected, "{layout}");
        }
    }
}

fn values<T: Element>(comm: &Comm, n: usize, field: impl Fn(&mut Random, &Layout) -> Result<DistArray<T>>) -> Vec<T> {
    let layout = Layout::scatter(comm, &[n], 0).unwrap();
    field(&mut Random::seed(2024), &layout).unwrap().gather_all().into_raw_vec_and_offset().0
}

/// The greatest distance of the empirical distribution to F is below what one in a thousand samples exceeds.
fn kolmogorov_smirnov(mut x: Vec<f64>, cdf: impl Fn(f64) -> f64) {
    x.sort_by(f64::total_cmp);
    let n = x.len() as f64;
    let distance = |(i, &x): (usize, &f64)| (cdf(x) - i as f64 / n).abs().max((cdf(x) - (i + 1) as f64 / n).abs());
    let most = x.iter().enumerate().map(distance).fold(0.0, f64::max);
    assert!(most < 1.95 / n.sqrt(), "distance {most} of {n} numbers");
}

/// Φ(x) by its series about 0, Σ x²ᵏ⁺¹ / (2ᵏ k! (2k + 1)).
fn normal_cdf(x: f64) -> f64 {
    let (mut term, mut sum, mut k) = (x, x, 0.0);
    while term.abs() > 1e-17 * f64::abs(sum) {
        k += 1.0;
        term *= -x * x / (2.0 * k);
        sum += term / (2.0 * k + 1.0);
    }
    0.5 + sum / (2.0 * std::f64::consts::PI).sqrt()
}

fn mean_and_variance(x: &[f64]) -> (f64, f64) {
    let n = x.len() as f64;
    let mean = x.iter().sum::<f64>() / n;
    (mean, x.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n)
}

/// Correlation of neighbours at a distance, below four standard deviations of independent numbers.
fn uncorrelated(a: &[f64], b: &[f64]) {
    let ((ma, va), (mb, vb)) = (mean_and_variance(a), mean_and_variance(b));
    let n = a.len().min(b.len()) as f64;
    let r = a.iter().zip(b).map(|(a, b)| (a - ma) * (b - mb)).sum::<f64>() / n / (va * vb).sqrt();
    assert!(r.abs() < 4.0 / n.sqrt(), "correlation {r}");
}

fn parameter<T>(result: Result<T>, words: &str) {
    let error: Error = result.err().unwrap_or_else(|| panic!("no error: {words}"));
    assert_eq!(error.kind(), ErrorKind::Parameter, "{error}");
    assert!(error.to_string().contains(words), "{error}");
}

crate::bodies! {
    fn random_arrays_are_the_same_anywhere(comm) {
        same_anywhere::<f64>(comm, |r, l| r.uniform(l, -1.0, 3.0));
        same_anywhere::<f32>(comm, |r, l| r.uniform(l, 0.0, 1.0));
        same_anywhere::<Complex<f64>>(comm, |r, l| r.uniform(l, 0.0, 1.0));
        same_anywhere::<f64>(comm, |r, l| r.normal(l, 1.0, 2.0));
        same_anywhere::<Complex<f32>>(comm, |r, l| r.normal(l, Complex::new(0.0, 1.0), 2.0));
        same_anywhere::<f64>(comm, |r, l| r.exponential(l, 3.0));
        same_anywhere::<f32>(comm, |r, l| r.beta(l, 0.5, 2.0));
        same_anywhere::<u8>(comm, |r, l| r.integers(l, 0..=255));
        same_anywhere::<i64>(comm, |r, l| r.integers(l, -5..17));
        same_anywhere::<usize>(comm, |r, l| r.integers(l, 0..3 << 40));
        same_anywhere::<bool>(comm, |r, l| r.sample(l, Bernoulli::new(0.25).unwrap()));
        same_anywhere::<f64>(comm, |r, l| r.sample(l, Gamma::new(0.3, 2.0).unwrap()));
    }

    fn random_chunks_and_stacks_count_as_arrays_do(comm) {
        let mut map = vec![vec![]; comm.size()];
        map[0].push(Chunk::from((0..3, 0..4)));
        map[comm.size() / 2].push(Chunk::from((2..5, 1..4)));
        let alone = Layout::replicated(&comm.alone(), &[5, 4]).unwrap();
        let whole: DistArray<f64> = Random::seed(3).normal(&alone, 0.0, 1.0).unwrap();
        for mode in [Mode::Replica, Mode::Sum, Mode::Max] {
            let layout = Layout::chunked(comm, &[5, 4], &map, mode).unwrap();
            let x: DistArray<f64> = Random::seed(3).normal(&layout, 0.0, 1.0).unwrap();
            let whole = whole.local();
            for (index, &value) in x.gather_all().indexed_iter() {
                if index[0] < 3 || index[1] > 0 {
                    assert_eq!(value, whole[&index], "{mode} {index:?}");
                }
            }
        }
        let (a, b) = (Layout::scatter(comm, &[3, 2], 0).unwrap(), Layout::scatter(comm, &[5], 0).unwrap());
        let stack = Space::stack(vec![(&a).into(), (&b).into()]).unwrap();
        let x: DistArray<f32> = Random::seed(9).uniform(&stack, 0.0, 1.0).unwrap();
        let flat: DistArray<f32> = Random::seed(9).uniform(Layout::scatter(comm, &[11], 0).unwrap(), 0.0, 1.0).unwrap();
        assert_eq!(x.gather_all(), flat.gather_all());
    }

    fn random_words_are_those_of_chacha8(comm) {
        // The first two words of the key stream of ChaCha8 with key and nonce 0 (published test vector TC1).
        let words = [0xd640_5f89_2fef_003e_u64, 0xa1a5_091f_e8b8_5b7f];
        let unit = words.map(|word| (word >> 11) as f64 * 2f64.powi(-53));
        let layout = Layout::scatter(comm, &[2], 0).unwrap();
        let x: DistArray<f64> = Random::seed(0).uniform(&layout, 0.0, 1.0).unwrap();
        assert_eq!(x.gather_all().as_slice().unwrap(), unit);
        let z: DistArray<Complex<f64>> = Random::seed(0).uniform(&layout, 0.0, 1.0).unwrap();
        assert_eq!(z.get(&[0]).unwrap(), Complex::new(unit[0], unit[1]));
        let k: DistArray<u64> = Random::seed(0).integers(&layout, 0..1000).unwrap();
        assert_eq!(k.gather_all().as_slice().unwrap(), words.map(|word| ((word as u128 * 1000) >> 64) as u64));
    }

    fn random_numbers_stay_what_they_are(comm) {
        let first = |field: fn(&mut Random, &Layout) -> Result<DistArray<f64>>| values(comm, 3, field);
        let found = [
            first(|r, l| r.uniform(l, 0.0, 1.0)),
            first(|r, l| r.normal(l, 0.0, 1.0)),
            first(|r, l| r.exponential(l, 1.0)),
            first(|r, l| r.beta(l, 2.0, 3.0)),
        ];
        assert_eq!(found, KNOWN);
    }

    fn random_numbers_follow_their_distributions(comm) {
        if comm.size() > 3 {
            return; // the numbers are the same on all
        }
        let n = 30_000;
        let x = values(comm, n, |r, l| r.uniform::<f64>(l, 0.0, 1.0));
        let (mean, variance) = mean_and_variance(&x);
        assert!((mean - 0.5).abs() < 0.006 && (variance - 1.0 / 12.0).abs() < 0.002, "{mean} {variance}");
        uncorrelated(&x, &x[1..]);
        uncorrelated(&x, &x[32..]);
        uncorrelated(&x, &values(comm, n, |r, l| {
            r.uniform::<f64>(l, 0.0, 1.0)?;
            r.uniform(l, 0.0, 1.0)
        }));
        kolmogorov_smirnov(x, |x| x);
        kolmogorov_smirnov(values(comm, n, |r, l| r.uniform::<f32>(l, -1.0, 3.0)).into_iter().map(f64::from).collect(), |x| (x + 1.0) / 4.0);

        let x = values(comm, n, |r, l| r.normal::<f64>(l, 1.0, 2.0));
        let (mean, variance) = mean_and_variance(&x);
        assert!((mean - 1.0).abs() < 0.04 && (variance - 4.0).abs() < 0.12, "{mean} {variance}");
        let beyond = x.iter().filter(|&x| (x - 1.0).abs() > 6.0).count();
        assert!((40..125).contains(&beyond), "{beyond} of {n} beyond three standard deviations, expected 81");
        uncorrelated(&x, &x[1..]);
        kolmogorov_smirnov(x, |x| normal_cdf((x - 1.0) / 2.0));

        let z = values(comm, n, |r, l| r.normal::<Complex<f64>>(l, Complex::new(3.0, -1.0), 2.0));
        let (re, im): (Vec<_>, Vec<_>) = z.iter().map(|z| (z.re, z.im)).unzip();
        uncorrelated(&re, &im);
        kolmogorov_smirnov(re, |x| normal_cdf((x - 3.0) / 2f64.sqrt()));
        kolmogorov_smirnov(im, |x| normal_cdf((x + 1.0) / 2f64.sqrt()));

        kolmogorov_smirnov(values(comm, n, |r, l| r.exponential::<f64>(l, 0.5)), |x| 1.0 - (-2.0 * x).exp());
        kolmogorov_smirnov(values(comm, n, |r, l| r.beta::<f64>(l, 2.0, 3.0)), |x| {
            (6.0 - 8.0 * x + 3.0 * x * x) * x * x
        });
        kolmogorov_smirnov(values(comm, n, |r, l| r.beta::<f64>(l, 0.5, 0.5)), |x| {
            2.0 / std::f64::consts::PI * x.sqrt().asin()
        });

        let mut faces = [0.0; 6];
        for k in values(comm, n, |r, l| r.integers(l, 1u8..=6)) {
            faces[k as usize - 1] += 1.0;
        }
        let expected = n as f64 / 6.0;
        let chi_square: f64 = faces.iter().map(|count: &f64| (count - expected).powi(2) / expected).sum();
        assert!(chi_square < 20.5, "{faces:?}");
        // Three quarters of the range of words: what multiplies and does not reject favours every third number.
        let most = values(comm, n, |r, l| r.integers(l, 0..3u64 << 62));
        let low = most.iter().filter(|&&k| k < 1 << 62).count() as f64;
        assert!((low - n as f64 / 3.0).abs() < 4.0 * (n as f64 * 2.0 / 9.0).sqrt(), "{low}");
    }

    fn random_numbers_stay_within_their_bounds(comm) {
        let x = values(comm, 5000, |r, l| r.uniform::<f32>(l, 1.0, 1.0 + 4.0 * f32::EPSILON));
        assert!(x.iter().all(|x| (1.0..1.0 + 4.0 * f32::EPSILON).contains(x)));
        assert_eq!(x.iter().filter(|&&x| x == 1.0).count() + x.iter().filter(|&&x| x > 1.0).count(), 5000);
        let two = values(comm, 50, |r, l| r.uniform::<f64>(l, 1.0, 1.0 + f64::EPSILON));
        assert!(two.iter().all(|&x| x == 1.0), "the only number below the bound");
        assert!(values(comm, 100, |r, l| r.uniform::<f64>(l, f64::MAX * -0.4, f64::MAX * 0.4)).iter().all(|x| x.is_finite()));
        assert!(values(comm, 3000, |r, l| r.beta::<f64>(l, 1e-3, 1e-3)).iter().all(|x| (0.0..=1.0).contains(x)));
        assert!(values(comm, 3000, |r, l| r.exponential::<f64>(l, 1.0)).iter().all(|&x| x >= 0.0));
        let k = values(comm, 2000, |r, l| r.integers(l, i8::MIN..=i8::MAX));
        assert!((i8::MIN..=i8::MAX).all(|face| k.contains(&face)));
        assert!(values(comm, 200, |r, l| r.integers(l, -3..-2)).iter().all(|&k| k == -3));
        assert!(values(comm, 5, |r, l| r.normal::<f64>(l, 2.5, 0.0)).iter().all(|&x| x == 2.5));
        assert!(values(comm, 5, |r, l| r.exponential::<f32>(l, 0.0)).iter().all(|&x| x == 0.0));
    }

    fn random_parameters_that_make_no_sense_are_named(comm) {
        let layout = &Layout::scatter(comm, &[4], 0).unwrap();
        let mut r = Random::seed(1);
        let nan = f64::NAN;
        parameter(r.uniform::<f64>(layout, 1.0, 1.0), "low < high");
        parameter(r.uniform::<f64>(layout, nan, 1.0), "(NaN, 1.0)");
        parameter(r.uniform::<f64>(layout, 0.0, f64::INFINITY), "finite");
        parameter(r.uniform::<f64>(layout, f64::MIN, f64::MAX), "finite");
        parameter(r.normal(layout, 0.0, -1.0), "standard deviation");
        parameter(r.normal(layout, Complex::new(0.0, nan), 1.0), "mean");
        parameter(r.integers(layout, 3..3), "3..3");
        #[allow(clippy::reversed_empty_ranges)]
        let reversed = 3..=2;
        parameter(r.integers(layout, reversed), "3..=2");
        parameter(r.exponential(layout, -1.0), "scale");
        parameter(r.exponential(layout, nan), "scale");
        parameter(r.beta(layout, 0.0, 1.0), "beta");
        parameter(r.beta(layout, 1.0, f64::INFINITY), "beta");
        // A call that was refused is none.
        assert_eq!(
            r.uniform::<f64>(layout, 0.0, 1.0).unwrap(),
            Random::seed(1).uniform(layout, 0.0, 1.0).unwrap()
        );
        let map = vec![vec![Chunk::from(0..4)]; comm.size()];
        let least = Layout::chunked(comm, &[4], &map, Mode::Min).unwrap();
        parameter(r.sample(&least, Bernoulli::new(0.5).unwrap()), "bool");
    }

    fn random_streams_of_ranks_differ(comm) {
        let mine: Vec<u64> = Random::seed(4).per_rank(comm).random_iter().take(20).collect();
        let all = comm.all_gather(&mine);
        let mut sorted = all.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 20 * comm.size());
        let mut random = Random::seed(4);
        assert_eq!(random.per_rank(comm).random_iter().take(20).collect::<Vec<u64>>(), mine);
        assert_ne!(random.per_rank(comm).random::<u64>(), mine[0]);
        let solo = Random::seed(4).per_rank(&comm.alone()).random::<u64>();
        assert_eq!(solo, all[0], "rank 0 of one rank and of many");
    }

    fn random_hashes_stay_what_they_are(comm) {
        fn check<T: Scalar>(comm: &Comm, value: impl Fn(u64) -> T) {
            let mut dice = Dice::new(12);
            for _ in 0..8 {
                let shape = dice.shape();
                let x = DistArray::<T>::random_signed(dice.layout(comm, &shape), 77).gather_all();
                assert!(x.iter().enumerate().all(|(i, &x)| x == value(i as u64)));
            }
        }
        check(comm, |i| uniform(77, i));
        check(comm, |i| uniform(77, i) as f32);
        check(comm, |i| Complex::new(uniform(77, 2 * i), uniform(77, 2 * i + 1)));
    }
}

/// The first three numbers of seed 2024: uniform in [0, 1), normal, exponential, beta with a = 2 and b = 3.
const KNOWN: [[f64; 3]; 4] = [
    [0.5042931284412728, 0.1790645822312753, 0.4291949655393702],
    [0.00888712310019145, -0.4057087344820613, -0.26596926811023064],
    [0.43576201446065127, 0.06922958670312702, 1.012314292184751],
    [0.4027011663978768, 0.13731057403699096, 0.3309565712717293],
];
