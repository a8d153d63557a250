//! Fourier transforms, the Fredholm integral and multi-dimensional convolution against their formulas; what they send, and
//! what they refuse.

use lops::comm::Sent;
use lops::ndarray::{Array2, ArrayD, Axis};
use lops::operators::{
    Communication, Diagonal, FFT, FFT2D, FFTND, FFTNorm, FirstDerivative, Fredholm1, Function, Halo, Identity, MDC,
    StackedVStack, fft, fftn, ifft, ifftn, irfft, normal, regularise, rfft,
};
use lops::{
    Comm, Complex, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result,
    layout::{Chunk, Cut, Mode},
};
use std::f64::consts::PI;

type C = Complex<f64>;

/// n frequencies along an axis, term by term.
fn frequencies(x: &ArrayD<C>, axis: usize, n: usize, sign: f64) -> ArrayD<C> {
    let mut shape = x.shape().to_vec();
    let terms = shape[axis].min(n);
    shape[axis] = n;
    let mut y = ArrayD::zeros(shape);
    for (from, mut to) in x.lanes(Axis(axis)).into_iter().zip(y.lanes_mut(Axis(axis))) {
        for k in 0..n {
            let term = |j: usize| from[j] * C::from_polar(1.0, sign * 2.0 * PI * (j * k % n) as f64 / n as f64);
            to[k] = (0..terms).map(term).sum();
        }
    }
    y
}

fn largest(difference: &ArrayD<C>) -> f64 {
    difference.iter().map(|z| z.norm()).fold(0.0, f64::max)
}

fn wide(x: &ArrayD<f64>) -> ArrayD<C> {
    x.mapv(|x| C::new(x, 0.0))
}

crate::bodies! {
    fn transforms_are_their_formula_in_every_layout(comm) {
        let shape = [7, 6, 5];
        let mut layouts = vec![Layout::replicated(comm, &shape).unwrap()];
        layouts.extend((0..3).map(|axis| Layout::scatter(comm, &shape, axis).unwrap()));
        layouts.push(Layout::grid(comm, &shape, &[Cut::Block, Cut::Cyclic]).unwrap());
        layouts.push(Layout::grid(comm, &shape, &[Cut::Whole, Cut::Block, Cut::Block]).unwrap());
        for layout in &layouts {
            let x = DistArray::<C>::random_signed(layout, 3);
            let reals = DistArray::<f64>::random_signed(layout, 4);
            for axes in [&[0][..], &[2], &[0, 2], &[2, 0], &[0, 1, 2]] {
                for lengths in [shape, [9, 4, 5]] {
                    let nffts: Vec<_> = axes.iter().map(|&axis| lengths[axis]).collect();
                    let all = |x: &ArrayD<C>| axes.iter().fold(x.clone(), |x, &axis| frequencies(&x, axis, lengths[axis], -1.0));
                    let (expected, of_reals) = (all(&x.gather_all()), all(&wide(&reals.gather_all())));
                    for f in [FFTND::over(axes).nffts(&nffts), FFTND::over(axes).nffts(&nffts).transposed()] {
                        let close = |y: DistArray<C>, expected: &ArrayD<C>| {
                            let error = largest(&(y.gather_all() - expected));
                            assert!(error < 1e-12, "{axes:?} {lengths:?} of {layout}: {error}");
                        };
                        close(&f.on::<f64>(layout).unwrap() * &x, &expected);
                        close(&f.clone().whole_spectrum().on_real::<f64>(layout).unwrap() * &reals, &of_reals);
                        // Half of the spectrum: as many, those that stand for two times √2.
                        let half = (&f.on_real::<f64>(layout).unwrap() * &reals).gather_all();
                        let last = axes[axes.len() - 1];
                        assert_eq!(half.shape()[last], lengths[last] / 2 + 1);
                        for ((index, got), twice) in half.indexed_iter().map(|(i, z)| ((i.clone(), *z), i[last])) {
                            let weight = if (1..lengths[last].div_ceil(2)).contains(&twice) { 2.0f64.sqrt() } else { 1.0 };
                            assert!((got - of_reals[index].scale(weight)).norm() < 1e-12);
                        }
                    }
                }
            }
        }
    }

    fn functions_undo_one_another(comm) {
        for n in [1, 2, 7, 12, 97] {
            for axis in [0, 1] {
                let layout = Layout::scatter(comm, &[n, n], axis).unwrap();
                let x = DistArray::<C>::random_signed(&layout, 5);
                let y = fft(&x, 0).unwrap();
                assert!(largest(&(y.gather_all() - frequencies(&x.gather_all(), 0, n, -1.0))) < 1e-11);
                assert!((ifft(&y, 0).unwrap() - &x).norm() < 1e-14 * x.norm());
                let back = ifftn(&fftn(&x, &[1, 0]).unwrap(), &[0, 1]).unwrap();
                assert!((back - &x).norm() < 1e-13 * x.norm());
                let reals = DistArray::<f64>::random_signed(&layout, 6);
                let half = rfft(&reals, 1).unwrap();
                let all = frequencies(&wide(&reals.gather_all()), 1, n, -1.0);
                for (index, z) in half.gather_all().indexed_iter() {
                    assert!((z - all[&index]).norm() < 1e-11, "{n}, {index:?}");
                }
                assert!((irfft(&half, 1, n).unwrap() - &reals).norm() < 1e-14 * reals.norm());
            }
        }
    }

    fn inverses_and_norms(comm) {
        let layout = Layout::scatter(comm, &[6, 5], 0).unwrap();
        let (x, reals) = (DistArray::<C>::random_signed(&layout, 1), DistArray::<f64>::random_signed(&layout, 2));
        let lengths = [[6, 5], [8, 9]];
        for norm in [FFTNorm::None, FFTNorm::OneOverN, FFTNorm::Ortho] {
            for nffts in lengths {
                let f = FFT2D::over(1, 0).norm(norm).nffts(&[nffts[1], nffts[0]]).fftshift_after(&[1]).ifftshift_before(&[0]);
                let y = f.on::<f64>(&layout).unwrap() * &x;
                assert!((f.inverse::<f64>(&layout).unwrap() * &y - &x).norm() < 1e-14 * x.norm());
                let y = f.on_real::<f64>(&layout).unwrap() * &reals;
                assert!((f.inverse_real::<f64>(&layout).unwrap() * &y - &reals).norm() < 1e-14 * reals.norm());
                let n = (nffts[0] * nffts[1]) as f64;
                let scale = match norm { FFTNorm::None => 1.0, FFTNorm::OneOverN => 1.0 / n, FFTNorm::Ortho => 1.0 / n.sqrt() };
                let plain = FFT2D::over(1, 0).nffts(&[nffts[1], nffts[0]]).on::<f64>(&layout).unwrap() * &x;
                let scaled = FFT2D::over(1, 0).norm(norm).nffts(&[nffts[1], nffts[0]]).on::<f64>(&layout).unwrap() * &x;
                assert!((scaled - plain * C::new(scale, 0.0)).norm() < 1e-13 * x.norm() * n);
            }
        }
    }

    fn a_slab_is_exchanged_once_and_back(comm) {
        let (ranks, n) = (comm.size(), [12, 24, 2]);
        let layout = Layout::scatter(comm, &n, 0).unwrap();
        let rows = Layout::scatter(comm, &n, 1).unwrap();
        let exchange = |from: &Layout, to: &Layout| {
            let elements: usize = from.sends_to(to).unwrap().iter().map(|&(_, elements)| elements).sum();
            let (messages, bytes) = (ranks as u64 - 1, (elements * size_of::<C>()) as u64);
            if ranks == 1 { Sent::NOTHING } else { Sent { calls: 1, messages, bytes } }
        };
        let (there, back) = (exchange(&layout, &rows), exchange(&rows, &layout));
        let f = FFTND::over(&[0, 1, 2]);
        assert_eq!(f.on::<f64>(&layout).unwrap().communication(), Communication::both(there + back));
        let f = f.transposed().on::<f64>(&layout).unwrap();
        assert_eq!(f.communication(), Communication { forward: there, adjoint: back });
        assert_eq!(f.range().layout().unwrap(), if ranks == 1 { &layout } else { &rows });
        assert_eq!(FFT2D::over(1, 2).on::<f64>(&layout).unwrap().communication(), Communication::default());
        let before = comm.traffic().total();
        let _ = &f * &DistArray::<C>::random_signed(&layout, 1);
        let spent = comm.traffic().total() - before;
        assert_eq!((spent.messages >= there.messages, spent.bytes >= there.bytes), (true, true));
        f.check(1).unwrap(); // counts exactly
    }

    fn shifts_are_numpys(comm) {
        for n in [1, 4, 5] {
            let x = DistArray::from_fn(&Layout::scatter(comm, &[3, n], 1).unwrap(), |i| i[1] as f64);
            let shifted = x.fftshift(&[1]).unwrap();
            assert_eq!(shifted.get(&[0, n / 2]).unwrap(), 0.0);
            assert_eq!(shifted.ifftshift(&[1]).unwrap(), x);
        }
        let x = DistArray::<f64>::zeros(Layout::scatter(comm, &[3], 0).unwrap());
        assert_eq!(x.fftshift(&[1]).unwrap_err().kind(), ErrorKind::Axis);
    }

    fn transforms_that_cannot_be_are_refused(comm) {
        let layout = Layout::scatter(comm, &[6, 0, 5], 0).unwrap();
        let refused = |f: FFTND, kind: ErrorKind, words: &str| {
            for error in [f.on::<f64>(&layout).err(), f.on_real::<f64>(&layout).err()].into_iter().flatten() {
                assert_eq!((error.kind(), error.to_string().contains(words)), (kind, true), "{error}");
            }
            assert!(f.on_real::<f64>(&layout).is_err());
        };
        refused(FFTND::over(&[]), ErrorKind::Axis, "axes of a Fourier transform: expected at least one, found none");
        refused(FFT::along(3), ErrorKind::Axis, "axis: expected less than 3");
        refused(FFTND::over(&[0, 2, 0]), ErrorKind::Axis, "expected each once, found 0");
        refused(FFT::along(1), ErrorKind::Shape, "length of axis 1 of a Fourier transform: expected at least 1, found 0");
        refused(FFT::along(0).nffts(&[4, 4]), ErrorKind::Shape, "lengths of transforms: expected 1, one for each axis, found 2");
        refused(FFT::along(0).nffts(&[0]), ErrorKind::Parameter, "expected at least 1, found 0");
        refused(FFT::along(0).sampling(&[0.0]), ErrorKind::Parameter, "sampling of a Fourier transform");
        refused(FFT::along(0).fftshift_after(&[2]), ErrorKind::Parameter, "axis to shift: expected among those");
        refused(FFT::along(0).fftshift_after(&[0]), ErrorKind::Parameter, "expected all frequencies, not half of them");
        let error = FFT::along(0).nffts(&[3]).inverse::<f64>(&layout).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Parameter, "{error}");
        let chunks = vec![vec![Chunk::from((0..6, 0..2))]; comm.size()];
        let chunked = Layout::chunked(comm, &[6, 2], &chunks, Mode::Replica).unwrap();
        assert_eq!(FFT::along(0).on::<f64>(&chunked).unwrap_err().kind(), ErrorKind::Layout);
        let half = DistArray::<C>::zeros(Layout::scatter(comm, &[4], 0).unwrap());
        assert_eq!(irfft(&half, 0, 8).unwrap_err().kind(), ErrorKind::Shape);
    }

    fn kernels_that_do_not_fit_are_refused(comm) {
        let kernel = DistArray::<f64>::zeros(Layout::scatter(comm, &[4, 2, 3], 0).unwrap());
        let refused = |shape: &[usize], axis: usize, kind: ErrorKind| {
            let error = Fredholm1::new(&kernel).on(&Layout::scatter(comm, shape, axis).unwrap()).unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
        };
        refused(&[4, 3], 0, ErrorKind::Shape);
        refused(&[5, 3, 1], 0, ErrorKind::Shape);
        refused(&[4, 2, 1], 0, ErrorKind::Shape);
        if comm.size() > 1 {
            refused(&[4, 3, 1], 1, ErrorKind::Layout);
        }
        let local = Fredholm1::new(&kernel).on(&Layout::scatter(comm, &[4, 3, 2], 0).unwrap()).unwrap();
        assert_eq!(local.communication(), Communication::default());

        let kernel = DistArray::<C>::zeros(Layout::scatter(comm, &[4, 2, 3], 0).unwrap());
        let refused = |shape: [usize; 3], words: &str| {
            let layout = Layout::scatter(comm, &shape, 1).unwrap();
            let error = MDC::new(&kernel).on(&layout).unwrap_err();
            assert!(error.kind() == ErrorKind::Shape && error.to_string().contains(words), "{error}");
        };
        refused([8, 3, 1], "times of a two-sided model of MDC: expected an odd number, found 8");
        refused([5, 3, 1], "frequencies of the kernel of MDC: expected at most 3 for 5 times, found 4");
        refused([9, 2, 1], "receivers of the model of MDC: expected 3, as of the kernel, found 2");
    }

    fn convolution_with_a_kernel_is_its_sum_over_time(comm) {
        // One-sided and circular: d(t, s) = dt dr Σᵣ Σ_τ g(t − τ, s, r) m(τ, r).
        let (nt, ns, nr, dt, dr) = (8, 3, 2, 0.5, 2.0);
        let times = DistArray::<f64>::random_signed(Layout::scatter(comm, &[nt, ns, nr], 1).unwrap(), 1);
        let layout = Layout::scatter(comm, &[nt, nr, 1], 1).unwrap();
        let model = DistArray::<f64>::random_signed(&layout, 2);
        let kernel = rfft(&times, 0).unwrap();
        let a = MDC::new(&kernel).sampling(dt, dr).twosided(false).on(&layout).unwrap();
        let (d, g, m) = ((&a * &model).gather_all(), times.gather_all(), model.gather_all());
        // The kernel is multiplied by dr dt √nt, and the transforms are orthonormal: √nt is what that adds.
        let scale = dt * dr * (nt as f64).sqrt();
        for ((t, s), value) in (0..nt).flat_map(|t| (0..ns).map(move |s| (t, s))).map(|(t, s)| ((t, s), d[[t, s, 0]])) {
            let term = |(tau, r): (usize, usize)| g[[(t + nt - tau) % nt, s, r]] * m[[tau, r, 0]];
            let sum: f64 = (0..nt).flat_map(|tau| (0..nr).map(move |r| (tau, r))).map(term).sum();
            assert!((value - scale * sum).abs() < 1e-12, "{t} {s}");
        }
    }

    fn halos_are_copies_and_their_adjoint_adds_them(comm) {
        for axis in [0, 1] {
            let layout = Layout::scatter(comm, &[5, 4], axis).unwrap();
            for halo in [Halo::new(&[2]), Halo::of_sides(&[[3, 0], [1, 4]]), Halo::new(&[0, 2]).zeros_outside()] {
                let h = halo.on::<f64>(&layout).unwrap();
                assert!(h.check(1).unwrap().warnings.is_empty());
                let x = DistArray::<f64>::random_signed(&layout, 2);
                let crop = halo.cropped_adjoint().on::<f64>(&layout).unwrap();
                assert_eq!(crop.adjoint() * &(&h * &x), x);
                // How often each cell is there, its own among them.
                let counts = h.adjoint() * &DistArray::full(h.range(), 1.0);
                let cells = DistArray::full(&layout, 1.0);
                let inside = (&h * &cells).sum();
                assert_eq!((counts.sum(), counts.min().unwrap() >= 1.0), (inside, true));
            }
        }
        let layout = Layout::scatter(comm, &[5, 4], 0).unwrap();
        let refused = |halo: Halo, layout: &Layout, kind: ErrorKind| {
            let error = halo.on::<f64>(layout).unwrap_err();
            assert_eq!(error.kind(), kind, "{error}");
        };
        refused(Halo::new(&[1, 5]), &layout, ErrorKind::Parameter);
        refused(Halo::new(&[1, 1, 1]), &layout, ErrorKind::Parameter);
        refused(Halo::new(&[1]), &Layout::replicated(comm, &[5]).unwrap(), ErrorKind::Layout);
    }

    fn small_operators_are_matrices(comm) {
        let layout = Layout::scatter(comm, &[3, 2], 0).unwrap();
        let d = Diagonal::of(&DistArray::from_fn(&layout, |i| (2 * i[0] + i[1]) as f64)).unwrap();
        let stack = StackedVStack::of(vec![d.clone(), Identity.on(&layout)]).unwrap();
        let matrix = stack.to_dense().unwrap();
        let expected = Array2::from_shape_fn((12, 6), |(i, k)| if i == k { k as f64 } else { f64::from(i == k + 6) });
        assert_eq!(matrix, expected);
        assert_eq!(stack.adjoint().to_dense().unwrap(), expected.t());
        assert_eq!(normal(&d).to_dense().unwrap(), Array2::from_shape_fn((6, 6), |(i, k)| if i == k { (k * k) as f64 } else { 0.0 }));
        let slope = FirstDerivative::along(0).on::<f64>(&layout).unwrap();
        let a = regularise(&d, &[(0.5, &slope), (2.0, &d)]).unwrap();
        let by_hand = StackedVStack::of(vec![d.clone(), 0.5 * &slope, 2.0 * &d]).unwrap();
        assert_eq!(a.to_dense().unwrap(), by_hand.to_dense().unwrap());
        assert_eq!(regularise(&d, &[(f64::NAN, &slope)]).unwrap_err().kind(), ErrorKind::Parameter);
        let large: Operator<f64> = Identity.on(Layout::scatter(comm, &[5000], 0).unwrap());
        assert_eq!(large.to_dense().unwrap_err().kind(), ErrorKind::Shape);
    }

    fn functions_are_operators(comm) {
        let layout = Layout::scatter(comm, &[5], 0).unwrap();
        let own = layout.range(comm.rank()).start;
        let weigh = move |x: &[f64], y: &mut [f64]| y.iter_mut().zip(x).enumerate().for_each(|(k, (y, x))| *y = (own + k) as f64 * x);
        let a = Function::new(weigh, weigh).name("weights").between(&layout, &layout);
        assert!(a.check(1).unwrap().warnings.is_empty());
        assert_eq!((a.name(), (&a * &DistArray::full(&layout, 2.0)).sum()), ("weights".into(), 20.0));
        let wrong: Operator<f64> =
            Function::new(weigh, |y: &[f64], x: &mut [f64]| x.copy_from_slice(y)).between(&layout, &layout);
        assert!(wrong.check(1).is_err());
    }

    fn convolutions_of_what_all_ranks_have_are_shared_out(comm) {
        for [frequencies, ns, nr, nv] in [[4, 3, 5, 2], [5, 1, 2, 7], [2, 4, 1, 1]] {
            let of_kernel = Layout::scatter(comm, &[frequencies, ns, nr], 0).unwrap();
            let kernel = DistArray::<Complex<f64>>::random_signed(&of_kernel, 1);
            let on = |model: &Layout| MDC::new(&kernel).sampling(0.5, 2.0).on(model).unwrap();
            let (cut, all) =
                (Layout::scatter(comm, &[9, nr, nv], 1).unwrap(), Layout::replicated(comm, &[9, nr, nv]).unwrap());
            let (scattered, replicated) = (on(&cut), on(&all));
            assert!(replicated.check(1).unwrap().warnings.is_empty());
            let x = DistArray::<f64>::random_signed(&cut, 2);
            let (y, x_everywhere) = (&scattered * &x, x.redistribute(&all).unwrap());
            let before = comm.traffic();
            let everywhere = &replicated * &x_everywhere;
            assert_eq!((comm.traffic() - before).total(), replicated.communication().forward);
            assert!(replicated.communication().forward.calls <= 3); // there, back, and to all
            assert_eq!(everywhere, y.redistribute(everywhere.layout().unwrap()).unwrap());
            let back = replicated.adjoint() * &everywhere;
            assert_eq!(back, (scattered.adjoint() * &y).redistribute(&all).unwrap());
        }
    }

    fn kernels_of_nothing_make_zeros(comm) {
        for shape in [[0, 3, 4], [2, 0, 4], [2, 3, 0]] {
            let kernel = DistArray::<Complex<f64>>::zeros(Layout::scatter(comm, &shape, 0).unwrap());
            for axis in 0..3 {
                let model = Layout::scatter(comm, &[7, shape[2], 2], axis).unwrap();
                let a = MDC::<f64>::new(&kernel).on(&model).unwrap();
                let y = &a * &DistArray::full(&model, 1.0);
                assert_eq!((y.shape(), y.norm()), (vec![7, shape[1], 2], 0.0));
                assert_eq!((a.adjoint() * &y).norm(), 0.0);
            }
        }
    }
}

/// Slabs while there are enough of them, pencils with more ranks than rows.
#[test]
fn pencils_take_a_second_exchange() -> Result<()> {
    let calls = |ranks: usize| {
        let comm = Comm::pretend(0, ranks);
        let layout = Layout::grid(&comm, &[8, 8, 8], &[Cut::Block, Cut::Block])?;
        let f = FFTND::over(&[0, 1, 2]).on::<f64>(&layout)?;
        Ok::<_, lops::Error>(f.communication().forward.calls)
    };
    assert_eq!((calls(8)?, calls(16)?, calls(64)?), (2, 3, 3));
    Ok(())
}
