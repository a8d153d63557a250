//! Numbers near the ends of what a type can hold: norms, products, running sums, histograms, quotients.

use lops::array::Norm;
use lops::{Comm, Complex, DistArray, Element, ErrorKind, Layout};

/// The values on every kind of layout: whole, cut evenly, all on the last rank.
fn spread<T: Element>(comm: &Comm, values: &[T]) -> Vec<DistArray<T>> {
    let n = values.len();
    let mut sizes = vec![0; comm.size()];
    sizes[comm.size() - 1] = n;
    let layouts = [
        Layout::scatter(comm, &[n], 0).unwrap(),
        Layout::replicated(comm, &[n]).unwrap(),
        Layout::scatter_sizes(comm, &[n], 0, &sizes).unwrap(),
    ];
    layouts.iter().map(|layout| DistArray::from_global(layout, values).unwrap()).collect()
}

fn near(found: f64, expected: f64) -> bool {
    found == expected || (found - expected).abs() <= 2e-15 * expected.abs()
}

/// A norm of the whole, over its only axis, and of the lines of a matrix whose rows and columns are this.
#[track_caller]
fn check_norm(comm: &Comm, values: &[f64], norm: Norm, expected: f64) {
    for x in spread(comm, values) {
        let found = x.norm_of(norm).unwrap();
        assert!(near(found, expected), "{norm:?} of {values:?} is {found:e}, not {expected:e}");
        assert_eq!(x.over(&[0]).norm(norm).unwrap().gather_all()[[]].to_bits(), found.to_bits());
        let z = x.map(|x| Complex::new(0.0, x));
        assert!(near(z.norm_of(norm).unwrap(), expected));
    }
    let n = values.len();
    for axis in [0, 1] {
        let layout = Layout::scatter(comm, &[n, 3], axis).unwrap();
        let scaled = DistArray::from_fn(&layout, |i| if i[1] == 1 { values[i[0]] } else { 1.0 });
        let norms = scaled.norm_axis(norm, 0).unwrap().gather_all();
        assert!(near(norms[1], expected), "{norm:?} along {axis} of {values:?} is {:e}, not {expected:e}", norms[1]);
        let plain = DistArray::full(&layout, 1.0).norm_axis(norm, 0).unwrap().gather_all();
        assert_eq!((norms[0], norms[2]), (plain[0], plain[2]));
        let grid = Layout::scatter(comm, &[3, n], axis).unwrap();
        let rows = DistArray::from_fn(&grid, |i| if i[0] == 1 { values[i[1]] } else { 0.0 });
        assert!(near(rows.norm_axis(norm, 1).unwrap().gather_all()[1], expected));
    }
}

crate::bodies! {
    fn norms_neither_overflow_nor_vanish(comm) {
        check_norm(comm, &[3e-200, 4e-200, 5e-200, 0.0], Norm::P(3.0), 6e-200);
        check_norm(comm, &[3e200, -4e200, 5e200, 1.0], Norm::P(3.0), 6e200);
        check_norm(comm, &[3e-200, 4e-200], Norm::P(2.0), 5e-200);
        check_norm(comm, &[3e200, -4e200], Norm::P(2.0), 5e200);
        check_norm(comm, &[3e200, 6e200, 1e300], Norm::P(-2.0), 3e200 / (1.0f64 + 0.25).sqrt());
        check_norm(comm, &[3e-200, 6e-200, 1.0], Norm::P(-2.0), 3e-200 / (1.0f64 + 0.25).sqrt());
        check_norm(comm, &[0.0, 6e-200, 1.0], Norm::P(-2.0), 0.0);
        check_norm(comm, &[1e-320, 1e-320], Norm::P(3.0), 1e-320 * 2f64.powf(1.0 / 3.0));
        check_norm(comm, &[2.0, 1.0, 2.0], Norm::P(2000.0), 2.0 * 2f64.powf(1.0 / 2000.0));
        check_norm(comm, &[0.5, 0.25], Norm::P(5000.0), 0.5);
        check_norm(comm, &[1e200, 1e200], Norm::P(0.5), 4e200);
        check_norm(comm, &[f64::MAX, f64::MAX], Norm::P(3.0), f64::INFINITY);
        check_norm(comm, &[f64::INFINITY, 1e-300], Norm::P(3.0), f64::INFINITY);
        check_norm(comm, &[0.0, 0.0], Norm::P(3.0), 0.0);
        for x in spread(comm, &[f64::NAN, 1e-200]) {
            assert!(x.norm_of(Norm::P(3.0)).unwrap().is_nan());
        }
        for x in spread(comm, &[3e-30f32, 4e-30, 5e-30]) {
            assert!((x.norm_of(Norm::P(13.0)).unwrap() / 5.02e-30 - 1.0).abs() < 1e-2);
        }
        let least = vec![Complex::new(5e-324, 5e-324); 100];
        for z in spread(comm, &least) {
            assert_eq!(z.norm(), 15.0 * 5e-324 - 5e-324); // √200
            assert_eq!(z.norm_of(Norm::P(1.0)).unwrap(), 141.0 * 5e-324);
        }
    }

    fn products_neither_overflow_nor_vanish_on_the_way(comm) {
        let numbers: Vec<f64> = (0..10_000).map(f64::from).collect();
        let backwards: Vec<f64> = numbers.iter().rev().copied().collect();
        for values in [&numbers, &backwards] {
            for x in spread(comm, values) {
                assert_eq!(x.prod().unwrap(), 0.0);
                let running = x.cumprod(0).unwrap().gather_all();
                let expected = |i: usize| if values[0] == 0.0 || i == 9999 { 0.0 } else { f64::INFINITY };
                assert!((200..10_000).all(|i| running[i] == expected(i)));
            }
        }
        // Through infinity and back, and through 0.
        let there_and_back: Vec<f64> = (0..9000).map(|i| if i < 4500 { 2.0 } else { 0.5 }).collect();
        let here_and_back: Vec<f64> = there_and_back.iter().map(|x| 1.0 / x).collect();
        for values in [&there_and_back, &here_and_back] {
            for x in spread(comm, values) {
                assert_eq!(x.prod().unwrap(), 1.0);
                assert_eq!(x.map(|x| x as f32).prod().unwrap(), 1.0);
                assert_eq!(x.map(|x| Complex::new(0.0, x)).prod().unwrap(), Complex::new(1.0, 0.0));
                let running = x.cumprod(0).unwrap().gather_all();
                assert_eq!((running[8999], running[8998], running[1000]), (1.0, 1.0 / values[8999], values[0].powi(1001)));
                let z = x.map(|x| Complex::new(0f32, x as f32)).cumprod(0).unwrap().gather_all();
                assert_eq!((z[8999], z[8998]), (Complex::new(1.0, 0.0), Complex::new(0.0, -(1.0 / values[8999]) as f32)));
            }
        }
        for x in spread(comm, &[1e300f64, 1e300, 1e-300, 1e-300]) {
            assert!((x.prod().unwrap() - 1.0).abs() < 1e-15);
        }
        for x in spread(comm, &[f64::INFINITY, 0.0]) {
            assert!(x.prod().unwrap().is_nan());
        }
        for axis in [0, 1] {
            let layout = Layout::scatter(comm, &[900, 2], axis).unwrap();
            let x = DistArray::from_fn(&layout, |i| there_and_back[10 * i[0]].powi(10));
            assert_eq!(x.over(&[0]).prod().unwrap().gather_all().as_slice().unwrap(), [1.0, 1.0]);
            assert_eq!(x.cumprod(0).unwrap().gather_all()[[899, 1]], 1.0);
        }
    }

    fn running_sums_keep_the_sign_of_zero(comm) {
        let bits = |x: &DistArray<f64>| x.gather_all().iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        let expected = |values: &[f64]| values.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        for (values, sums) in [
            ([-0f64, -0.0, -0.0, 0.0, -0.0], [-0.0, -0.0, -0.0, 0.0, 0.0]),
            ([-0.0; 5], [-0.0; 5]),
            ([0.0, -0.0, -0.0, -0.0, -0.0], [0.0; 5]),
            ([-0.0, 1.0, -1.0, -0.0, -0.0], [-0.0, 1.0, 0.0, 0.0, 0.0]),
        ] {
            for x in spread(comm, &values) {
                assert_eq!(bits(&x.cumsum(0).unwrap()), expected(&sums), "{values:?}");
                let z = x.map(|x| Complex::new(1f32, x as f32)).cumsum(0).unwrap();
                assert_eq!(bits(&z.map(|z| f64::from(z.im))), expected(&sums), "{values:?}");
            }
            for axis in [0, 1] {
                let x = DistArray::from_fn(&Layout::scatter(comm, &[5, 300], axis).unwrap(), |i| values[i[0]]);
                let found = x.cumsum(0).unwrap().gather_all();
                assert!((0..5).all(|i| (0..300).all(|j| found[[i, j]].to_bits() == sums[i].to_bits())));
            }
        }
    }

    fn histograms_count_by_their_own_edges(comm) {
        for (low, high, bins) in [
            (0.1, 0.7, 6), (1.0, 1.0 + 40.0 * f64::EPSILON, 20), (-f64::MAX, f64::MAX, 7), (0.0, 3e-320, 5), (1e300, 3e300, 100),
        ] {
            let values: Vec<f64> = (0..=60).map(|i| (60 - i) as f64 / 60.0 * low + i as f64 / 60.0 * high).collect();
            let values: Vec<f64> = values.into_iter().map(|x| x.clamp(low, high)).collect();
            for x in spread(comm, &values) {
                let histogram = x.histogram_in(bins, low, high).unwrap();
                assert_eq!(histogram, x.histogram_between(&histogram.edges).unwrap(), "{low} {high} {bins}");
                assert_eq!(histogram, x.histogram(bins).unwrap());
                assert_eq!(histogram.counts.iter().sum::<u64>(), 61);
                let at_edges = spread(comm, &histogram.edges);
                let counts = at_edges[0].histogram_in(bins, low, high).unwrap().counts;
                assert!(counts[..bins - 1].iter().all(|&count| count == 1) && counts[bins - 1] == 2, "{counts:?}");
            }
        }
        let x = &spread(comm, &[1.0, 1.0 + f64::EPSILON])[0];
        assert_eq!(x.histogram(1).unwrap().counts, [2]);
        assert_eq!(x.histogram(10).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(x.histogram_in(4, 0.0, 5e-324).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(x.histogram_in(4, 0.0, f64::INFINITY).unwrap_err().kind(), ErrorKind::Parameter);
    }

    fn complex_arrays_are_divided_without_overflow(comm) {
        let values: Vec<_> = [1e200, 1e-200, 1.0, 1e300, 5e-324].iter().map(|&x| Complex::new(x, x)).collect();
        let one = Complex::new(1f64, 0.0);
        for x in spread(comm, &values) {
            let ones = DistArray::full(x.space(), one);
            let same = x.clone();
            assert_eq!(&x / &same, ones);
            let mut y = x.clone();
            y /= &x;
            assert_eq!(y, ones);
            assert_eq!(&x / x.clone(), ones);
            assert_eq!((&x / Complex::new(1e200, 1e200)).get(&[0]).unwrap(), one);
            assert_eq!((one / &x).get(&[1]).unwrap(), Complex::new(5e199, -5e199));
            assert_eq!(x.recip().get(&[1]).unwrap(), Complex::new(5e199, -5e199));
            let single = DistArray::full(x.space(), Complex::new(1e20f32, 1e20));
            let same = single.clone();
            assert_eq!(&single / &same, DistArray::full(x.space(), Complex::new(1f32, 0.0)));
        }
    }
}
