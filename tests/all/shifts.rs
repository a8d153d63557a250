//! Fractional shifts: against the figures of PyLops 2.8.0 (NumPy 2.4.6), against sums over frequencies, and refusals.

use lops::ndarray::{ArrayD, Axis, IxDyn};
use lops::operators::Shift;
use lops::{Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result, Scalar, layout::Cut};
use std::f64::consts::PI;

/// Values, exact in f32.
fn values<T: Scalar>(shape: &[usize], seed: usize) -> ArrayD<T> {
    let mut k = seed as f64;
    ArrayD::from_shape_simple_fn(IxDyn(shape), || {
        k += 1.0;
        T::from_parts(((k * 0.37).sin() * 64.0).round() / 16.0, ((k * 1.13).cos() * 64.0).round() / 16.0)
    })
}

fn wide<T: Scalar>(x: T) -> Complex<f64> {
    use lops::Real;
    Complex::new(x.re().to_f64(), x.im().to_f64())
}

/// What a shift of lines, each by its number of samples, does: frequency by frequency, as a sum over the samples.
fn shifted<T: Scalar>(x: &ArrayD<T>, axis: usize, nfft: usize, samples: &[f64]) -> ArrayD<Complex<f64>> {
    let mut y = ArrayD::zeros(x.shape());
    let lines = x.lanes(Axis(axis)).into_iter().zip(y.lanes_mut(Axis(axis)));
    for ((from, mut to), &samples) in lines.zip(samples.iter().cycle()) {
        let kernel = kernel::<T>(nfft, samples);
        let kept = from.len().min(nfft);
        for i in 0..kept {
            to[i] = (0..kept).map(|j| kernel[(i + nfft - j) % nfft] * wide(from[j])).sum();
        }
    }
    y
}

/// What a spike at sample 0 of n becomes.
fn kernel<T: Scalar>(n: usize, samples: f64) -> Vec<Complex<f64>> {
    let turn = |angle: f64| Complex::from_polar(1.0, 2.0 * PI * (angle % n as f64) / n as f64); // few turns, no rounding
    let factor = |k: usize| {
        let signed = if k < n.div_ceil(2) { k as f64 } else { k as f64 - n as f64 };
        let factor = turn(-signed * samples);
        // Of real arrays the frequency without a partner stays real.
        if !T::IS_COMPLEX && 2 * k == n { factor.re.into() } else { factor }
    };
    (0..n).map(|i| (0..n).map(|k| factor(k) * turn((k * i % n) as f64)).sum::<Complex<f64>>() / n as f64).collect()
}

#[track_caller]
fn assert_close<T: Scalar>(found: &DistArray<T>, expected: &ArrayD<Complex<f64>>) {
    let tolerance = if size_of::<T::Real>() == 4 { 2e-5 } else { 4e-14 };
    for (k, (&found, expected)) in found.gather_all().iter().zip(expected).enumerate() {
        let distance = (wide(found) - expected).norm();
        assert!(distance < tolerance, "element {k}: expected {expected}, found {found}");
    }
}

/// Every axis, cut and not, shifts of all kinds.
fn check<T: Scalar>(comm: &Comm) {
    for shape in [&[12][..], &[5, 7], &[3, 8, 2], &[2, 6, 19], &[1, 3]] {
        for axis in 0..shape.len() {
            for samples in [0.0, 1.0, 0.25, -1.75, 40.5] {
                let cut = |k: usize| if k == axis { Cut::Whole } else { Cut::Block };
                let cuts: Vec<_> = (0..shape.len()).map(cut).collect();
                let mut layouts =
                    vec![Layout::replicated(comm, shape).unwrap(), Layout::scatter(comm, shape, axis).unwrap()];
                if comm.size() == 1 || shape.len() > 1 {
                    layouts.push(Layout::grid(comm, shape, &cuts).unwrap());
                }
                for layout in layouts {
                    let operator = Shift::new(0.5 * samples).sampling(0.5).along(axis).on::<T>(&layout).unwrap();
                    let x = values(shape, 3);
                    let distributed = DistArray::from_global(&layout, &x).unwrap();
                    assert_close(&(&operator * &distributed), &shifted(&x, axis, shape[axis], &[samples]));
                    assert_close(&(operator.adjoint() * &distributed), &shifted(&x, axis, shape[axis], &[-samples]));
                }
            }
        }
    }
}

/// Each line by its own shift, transforms of other lengths, on every kind of cut.
fn check_each<T: Scalar>(comm: &Comm) {
    for (shape, axis) in [(&[12][..], 0), (&[5, 7], 1), (&[5, 8], 0), (&[3, 4, 19], 1), (&[2, 6, 11], 2)] {
        let mut others = shape.to_vec();
        others.remove(axis);
        let shifts = values::<f64>(&others, 7);
        let samples: Vec<_> = shifts.iter().map(|shift| shift / 0.5).collect();
        let back: Vec<_> = samples.iter().map(|samples| -samples).collect();
        for nfft in [shape[axis], shape[axis] + 5, 2 * shape[axis], shape[axis] - 2] {
            let cyclic = Layout::grid(comm, shape, &vec![Cut::Cyclic; shape.len()]).unwrap();
            for layout in [Layout::replicated(comm, shape).unwrap(), Layout::scatter(comm, shape, 0).unwrap(), cyclic] {
                let x = values::<T>(shape, 3);
                let distributed = DistArray::from_global(&layout, &x).unwrap();
                let each = Shift::by_each(&shifts).sampling(0.5).along(axis).nfft(nfft).on::<T>(&layout).unwrap();
                assert_close(&(&each * &distributed), &shifted(&x, axis, nfft, &samples));
                assert_close(&(each.adjoint() * &distributed), &shifted(&x, axis, nfft, &back));
                let one = Shift::new(samples[0]).along(axis).nfft(nfft).on::<T>(&layout).unwrap();
                assert_close(&(&one * &distributed), &shifted(&x, axis, nfft, &samples[..1]));
                let twice = &one + &one;
                let expected = shifted(&x, axis, nfft, &back[..1]).mapv(|z| z + z);
                assert_close(&(twice.adjoint() * &distributed), &expected);
            }
        }
    }
}

crate::bodies! {
    fn shifts_are_sums_over_frequencies(comm) {
        check::<f32>(comm);
        check::<f64>(comm);
        check::<Complex<f32>>(comm);
        check::<Complex<f64>>(comm);
    }

    fn shifts_of_each_line_are_sums_over_frequencies(comm) {
        check_each::<f32>(comm);
        check_each::<f64>(comm);
        check_each::<Complex<f32>>(comm);
        check_each::<Complex<f64>>(comm);
    }

    fn lines_that_are_cut_are_sent_once_each_way(comm) {
        let (p, rank) = (comm.size(), comm.rank());
        let layout = Layout::scatter(comm, &[2 * p, 3 * p], 0).unwrap();
        let whole = Shift::new(0.3).along(1).on::<f64>(&layout).unwrap();
        assert_eq!(whole.communication(), lops::operators::Communication::default());
        let shift = Shift::new(0.3).along(0).nfft(4 * p).on::<f64>(&layout).unwrap();
        // 2 rows of 3 p columns become 3 columns of 2 p rows, and back.
        let others = p as u64 - 1;
        for (a, sent) in [(shift.clone(), shift.communication().forward), (shift.adjoint(), shift.communication().adjoint)] {
            assert_eq!((sent.messages, sent.bytes), (2 * others, 2 * others * 6 * 8), "rank {rank}");
            let (x, mut y) = (DistArray::random_signed(&layout, 1), DistArray::zeros(&layout));
            let before = comm.traffic();
            a.apply(x.as_slice(), y.as_mut_slice());
            assert_eq!((comm.traffic() - before).total(), sent);
        }
    }

    fn padded_shifts_and_shifts_of_each_line_are_those_of_pylops(comm) {
        let x = [1.0, -2.0, 0.5, 3.0, 0.0, -1.0];
        let close = |y: &DistArray<f64>, expected: &[f64]| {
            let expected = ArrayD::from_shape_vec(y.shape(), expected.iter().map(|&y| y.into()).collect()).unwrap();
            assert_close(y, &expected);
        };
        let layout = Layout::scatter(comm, &[6], 0).unwrap();
        let line = DistArray::from_fn(&layout, |i| x[i[0]]);
        // Shift((6,), 0.75, nfft=9, sampling=0.5, real=True), and nfft=4
        let longer = Shift::new(0.75).sampling(0.5).nfft(9).on(&layout).unwrap();
        close(&(&longer * &line), &[-0.3831456393594215, 0.9203465092064387, -0.4269498461274222, -1.7304419946932814,
            2.6839662990003017, 1.6223687886989362]);
        close(&(longer.adjoint() * &line), &[-1.7304419946932819, 2.683966299000301, 1.622368788698937, -0.8864123659472961,
            -0.6043128082067404, 0.30458105742848474]);
        let shorter = Shift::new(0.75).sampling(0.5).nfft(4).on(&layout).unwrap();
        close(&(&shorter * &line), &[2.2159902576697323, 2.5695436482630054, -0.9659902576697321, -1.3195436482630054, 0.0, 0.0]);
        close(&(shorter.adjoint() * &line), &[-1.3195436482630059, 2.215990257669732, 2.569543648263006, -0.9659902576697319, 0.0, 0.0]);
        // Shift((2, 6), np.array([0.75, -1.25]), axis=1, real=True)
        let layout = Layout::scatter(comm, &[2, 6], 1).unwrap();
        let lines = DistArray::from_fn(&layout, |i| if i[0] == 0 { x[i[1]] } else { x[5 - i[1]] });
        let each = Shift::by_each(&lops::ndarray::array![0.75, -1.25]).along(1).on(&layout).unwrap();
        close(&(&each * &lines), &[-0.27558539727163606, 0.4810502067716241, -2.1217706931999665, 1.641610801056075,
            2.6170260045816924, -0.8423309219377884, 0.9797095425035673, 2.975324083793241, -0.6881569879581706, -1.345734946288007,
            0.9887775313445143, -1.4099192233951447]);
        close(&(each.adjoint() * &lines), &[-1.3457349462880064, -0.6881569879581719, 2.975324083793241, 0.9797095425035681,
            -1.4099192233951447, 0.9887775313445146, 0.48105020677162424, -0.2755853972716369, -0.8423309219377875, 2.6170260045816924,
            1.6416108010560744, -2.1217706931999665]);
    }

    fn shifts_are_those_of_pylops(comm) {
        let x = [1.0, -2.0, 0.5, 3.0, 0.0, -1.0];
        let imaginary = [0.0, 1.0, -1.0, 2.0, 0.5, 1.0];
        let real = |n: usize, shift, h, expected: &[f64]| {
            let layout = Layout::replicated(comm, &[n]).unwrap();
            let shift = Shift::new(shift).sampling(h).on(&layout).unwrap();
            let y = shift * &DistArray::from_fn(&layout, |i| x[i[0]]);
            assert_close(&y, &expected.iter().map(|&y| y.into()).collect::<lops::ndarray::Array1<_>>().into_dyn());
        };
        // Shift((6,), 0.75, sampling=0.5, real=True), Shift((5,), -1.25, real=True)
        real(6, 0.75, 0.5, &[-1.3556624327025937, 0.4896370289181554, -0.40470053837925163, -1.6443375672974063,
            2.510362971081846, 1.9047005383792515]);
        real(5, -1.25, 1.0, &[-2.32846785295348, 1.929720802866968, 2.1669989316733176, 0.1005411961169056,
            0.6312069222962883]);
        // Shift((6,), 0.75, sampling=0.5, real=False, dtype="complex128")
        let expected = [(-2.105662432702594, 0.3496793685588862), (1.2396370289181555, 0.6666666666666666),
            (-1.1547005383792517, 0.4836539647744476), (-0.8943375672974067, -0.01634603522555278),
            (1.7603629710818458, 0.16666666666666705), (2.6547005383792524, 1.8496793685588861)];
        let layout = Layout::replicated(comm, &[6]).unwrap();
        let z = DistArray::from_fn(&layout, |i| Complex::new(x[i[0]], imaginary[i[0]]));
        let y = Shift::new(0.75).sampling(0.5).on(&layout).unwrap() * &z;
        let expected: lops::ndarray::Array1<_> = expected.iter().map(|&(re, im)| Complex::new(re, im)).collect();
        assert_close(&y, &expected.into_dyn());
    }

    fn shifts_that_cannot_be_are_refused(comm) {
        let refused = |operator: Result<Operator<f64>>, kind, words: &str| {
            let error = operator.unwrap_err();
            assert_eq!((error.kind(), error.message()), (kind, words));
        };
        let layout = Layout::scatter(comm, &[3, 8], 0).unwrap();
        let shift = |shift: f64| Shift::new(shift).along(1);
        refused(shift(1.0).along(2).on(&layout), ErrorKind::Axis, "axis: expected less than 2 (shape [3, 8]), found 2");
        refused(shift(f64::NAN).on(&layout), ErrorKind::Parameter, "shift in samples: expected a finite number, found NaN");
        refused(shift(1e300).sampling(1e-300).on(&layout), ErrorKind::Parameter,
            "shift in samples: expected a finite number, found inf");
        refused(shift(1.0).sampling(0.0).on(&layout), ErrorKind::Parameter,
            "sampling: expected a finite number that is not 0, found 0");
        let empty = Layout::scatter(comm, &[3, 0], 0).unwrap();
        refused(shift(1.0).on(&empty), ErrorKind::Shape, "samples on axis 1 for a shift: expected at least 1, found 0");
        refused(shift(1.0).nfft(0).on(&layout), ErrorKind::Parameter, "nfft of a shift: expected at least 1, found 0");
        let each = |shifts: &[f64]| Shift::by_each(&lops::ndarray::Array::from(shifts.to_vec())).along(1);
        refused(each(&[1.0; 8]).on(&layout), ErrorKind::Shape, "shape of shifts: expected [3], one for each line, found [8]");
        refused(each(&[1.0, f64::NAN, 0.0]).on(&layout), ErrorKind::Parameter,
            "shift in samples of line [1]: expected a finite number, found NaN");
        let chunks: Vec<_> = (0..comm.size()).map(|_| vec![lops::layout::Chunk::from(0..3)]).collect();
        let chunks = Layout::chunked(comm, &[3, 8], &chunks, lops::layout::Mode::Replica).unwrap();
        assert_eq!(shift(1.0).on::<f64>(&chunks).unwrap_err().kind(), ErrorKind::Layout);
        let name = each(&[1.0; 3]).nfft(16).on::<f32>(&layout).unwrap().name();
        assert_eq!(name, "Shift(axis 1, each by its own, h 1, nfft 16)");
        let name = shift(0.5).sampling(0.25).on::<f32>(&layout).unwrap().name();
        assert_eq!(name, "Shift(axis 1, 0.5, h 0.25)");
    }
}
