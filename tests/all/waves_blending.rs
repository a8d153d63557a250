//! Blending: against the figures of PyLops 2.8.0 (NumPy 2.4.6), by what is sent, and refusals.

use lops::layout::Cut;
use lops::ndarray::{Array2, ArrayD, array};
use lops::operators::{BlendingContinuous, BlendingGroup, BlendingHalf, Communication};
use lops::{Comm, DistArray, ErrorKind, Layout, LinearOperator, Operator, Result};

/// Values by a formula, the same in the script behind the figures.
pub(crate) fn values(layout: &Layout, seed: usize) -> DistArray<f64> {
    let shape = layout.shape().to_vec();
    DistArray::from_fn(layout, |i| {
        let k = i.iter().zip(&shape).fold(0, |k, (i, n)| k * n + i) + seed + 1;
        ((k as f64 * 0.37).sin() * 64.0).round() / 16.0
    })
}

/// Every way to lay out sources, receivers and times that differs in what has to be sent.
fn layouts(comm: &Comm, shape: &[usize; 3]) -> Vec<Layout> {
    let mut layouts: Vec<_> = (0..3).map(|axis| Layout::scatter(comm, shape, axis).unwrap()).collect();
    layouts.push(Layout::replicated(comm, shape).unwrap());
    layouts.push(Layout::grid(comm, shape, &[Cut::Cyclic, Cut::Block, Cut::Cyclic]).unwrap());
    layouts
}

#[track_caller]
pub(crate) fn close(found: &DistArray<f64>, shape: &[usize], expected: &[f64]) {
    let expected = ArrayD::from_shape_vec(shape, expected.to_vec()).unwrap();
    let found = found.gather_all();
    assert_eq!(found.shape(), expected.shape());
    let worst = found.iter().zip(&expected).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    assert!(worst < 1e-14, "{worst}: {found}, not {expected}");
}

fn check(operator: &Operator<f64>, shape: &[usize], forward: &[f64], adjoint: &[f64]) {
    let x = operator.domain().layout().unwrap();
    close(&(operator * &values(x, 3)), shape, forward);
    let y = values(operator.range().layout().unwrap(), 5);
    close(&(operator.adjoint() * &y), x.shape(), adjoint);
}

fn times() -> Array2<f64> {
    array![[0.0, 0.5], [0.3, 1.1]]
}

#[track_caller]
fn refused(operator: Result<Operator<f64>>, kind: ErrorKind, words: &str) {
    let error = operator.unwrap_err();
    assert!(error.kind() == kind && error.to_string().contains(words), "{error}");
}

crate::bodies! {
    fn continuous_blending_is_that_of_pylops(comm) {
        // BlendingContinuous(4, 2, 3, 0.25, [0, 0.65, 1.25])
        for layout in layouts(comm, &[3, 2, 4]) {
            let blending = BlendingContinuous::new(&[0.0, 0.65, 1.25]).sampling(0.25);
            check(&blending.clone().on(&layout).unwrap(), &[2, 10], &[4.0, 3.875, 2.070875652602752, -2.615260439834696,
                -3.338132226294402, -0.23950491683318065, 2.9345219303595274, 3.8125, 3.1875, 0.0, 0.75, -0.75,
                -3.2453250691176994, -4.112695122626187, 0.5244776960306766, 4.324451803592607, 2.696590692120602, -0.75,
                -2.125, 0.0], &[3.1875, 2.125, 0.75, -0.75, -1.4375, 0.0, 1.5, 2.6875, 0.603939631754525, -2.1334520993563957,
                -2.267469342489225, -4.460164887617348, 1.8391846948319024, 3.5624745734251406, 3.6717362258685116,
                4.308082340641894, -3.1875, -3.875, -4.0, -3.5625, 4.0, 3.8125, 3.1875, 2.0625]);
            // … nttot=14: zeros behind
            let longer = blending.samples(14).on(&layout).unwrap();
            let y = (&longer * &values(&layout, 3)).gather_all();
            assert!(y.shape() == [2, 14] && y[[1, 8]] == -2.125 && y.indexed_iter().all(|(i, &y)| i[1] < 10 || y == 0.0));
        }
    }

    fn group_blending_is_that_of_pylops(comm) {
        // BlendingGroup(4, 2, 4, 0.25, [[0, 0.5], [0.3, 1.1]], 2, 2)
        for layout in layouts(comm, &[4, 2, 4]) {
            check(&BlendingGroup::new(&times()).sampling(0.25).on(&layout).unwrap(), &[2, 2, 4], &[
                1.2928554306350826, 0.24624913544213856, -0.8644740577444772, -1.612130508332744, 3.7002683068183764,
                -1.575040074675731, -2.6384335017012575, -2.049294730441388, 0.5503329901726297, -0.40484960737273346,
                -0.4276126469499788, 0.2196292641500821, -1.854906250727897, -4.508717467683362, 1.4925078834623458,
                2.2461158349489128,
            ], &[
                3.1875, 2.125, 0.75, -0.75, -2.125, -3.1875, -3.875, -4.0, 1.8003777682583655, 0.24308945337274546,
                -0.180680792301267, 3.449713570670156, -3.4210750805382357, -4.014410685518019, -3.65302875987189,
                -2.0989854740718554, -1.4375, 0.0, -3.5625, -2.6875, 3.625, 4.0, 1.5, 2.6875, -3.7499424391644087,
                -2.2058193057575664, -0.45110846058162335, -1.2806297944964025, 1.5871006082319699, 3.1674391914299074,
                4.0777298649126035, 2.980230335425519,
            ]);
        }
    }

    fn half_blending_is_that_of_pylops(comm) {
        // BlendingHalf(4, 2, 4, 0.25, [[0, 0.5], [0.3, 1.1]], 2, 2)
        for layout in layouts(comm, &[4, 2, 4]) {
            check(&BlendingHalf::new(&times()).sampling(0.25).on(&layout).unwrap(), &[2, 2, 4], &[
                7.248290071329311, 7.367113859780941, 7.150582804373821, 6.046513264515927, -1.609427558012606,
                0.6778172613330664, -0.940470809252947, -3.5654188940675136, -6.824667009827371, -6.279849607372734,
                -7.927612646949979, -7.7803707358499175, 0.3950937492721034, 0.3037825323166379, -2.0074921165376542,
                1.5586158349489132,
            ], &[
                3.1875, 2.125, 0.75, -0.75, -2.125, -3.1875, -3.875, -4.0, -1.4375, 0.0, -3.5625, -2.6875, 3.625, 4.0, 1.5,
                2.6875, 1.8003777682583655, 0.24308945337274546, -0.180680792301267, 3.449713570670156, -3.4210750805382357,
                -4.014410685518019, -3.65302875987189, -2.0989854740718554, -3.7499424391644087, -2.2058193057575664,
                -0.45110846058162335, -1.2806297944964025, 1.5871006082319699, 3.1674391914299074, 4.0777298649126035,
                2.980230335425519,
            ]);
        }
    }

    /// Records have the same bits however sources, receivers and times are cut.
    fn blended_records_have_the_same_bits_in_any_layout(comm) {
        let shape = [6, 3, 7];
        let delays = array![[0.0, 1.1, 0.2], [0.7, -0.4, 2.0]];
        let record = |layout: &Layout, group: bool| -> Result<ArrayD<f64>> {
            let operator = if group {
                BlendingGroup::new(&delays).on(layout)?
            } else {
                BlendingContinuous::new(&[0.3, 0.0, 2.7, 4.0, 5.1, 9.9]).on(layout)?
            };
            Ok((&operator * &DistArray::random_signed(layout, 1)).gather_all())
        };
        for group in [false, true] {
            let expected = record(&Layout::replicated(&Comm::solo(), &shape).unwrap(), group).unwrap();
            for layout in layouts(comm, &shape) {
                assert_eq!(record(&layout, group).unwrap(), expected, "{layout}");
            }
        }
    }

    fn records_whose_sources_are_together_are_made_without_a_message(comm) {
        let p = comm.size();
        let delays = Array2::from_shape_fn((2, p), |(j, g)| 0.3 * (j + g) as f64);
        let shape = [2 * p, 2, 5];
        let nothing = Communication::default();
        let blocks = Layout::scatter(comm, &shape, 0).unwrap();
        let neighbours: Operator<f64> = BlendingGroup::new(&delays).on(&blocks).unwrap();
        assert_eq!(neighbours.communication(), nothing);
        assert_eq!(neighbours.range().layout().unwrap(), &Layout::scatter(comm, &[p, 2, 5], 0).unwrap());
        let in_turn = Layout::grid(comm, &shape, &[Cut::Cyclic]).unwrap();
        assert_eq!(BlendingHalf::new(&delays).on::<f64>(&in_turn).unwrap().communication(), nothing);
        let of_receivers = Layout::scatter(comm, &[3, p, 4], 1).unwrap();
        let continuous = BlendingContinuous::new(&[0.0, 1.5, 2.0]).on::<f64>(&of_receivers).unwrap();
        assert_eq!(continuous.communication(), nothing);
        assert_eq!(continuous.range().layout().unwrap(), &Layout::scatter(comm, &[p, 7], 0).unwrap());
        // Sources dealt out to ranks come together for some receivers: what moves is sent once.
        let of_sources = Layout::scatter(comm, &[p, p, 4], 0).unwrap();
        let delays: Vec<_> = (0..p).map(|s| 1.5 * s as f64).collect();
        let continuous = BlendingContinuous::new(&delays).on::<f64>(&of_sources).unwrap();
        let others = p as u64 - 1;
        for sent in [continuous.communication().forward, continuous.communication().adjoint] {
            assert_eq!((sent.messages, sent.bytes), (others, others * 4 * 8));
        }
    }

    fn without_receivers_there_is_nothing_to_blend(comm) {
        for axis in [0, 2] {
            let layout = Layout::scatter(comm, &[4, 0, 5], axis).unwrap();
            let continuous = BlendingContinuous::new(&[0.0, 1.0, 2.5, 3.0]).on::<f64>(&layout).unwrap();
            assert_eq!((&continuous * &DistArray::zeros(&layout)).shape(), [0, 9]);
            let group = BlendingGroup::new(&times()).on::<f64>(&layout).unwrap();
            assert_eq!((group.adjoint() * &DistArray::zeros(group.range())).shape(), [4, 0, 5]);
        }
    }

    fn what_cannot_be_blended_is_refused(comm) {
        let layout = Layout::scatter(comm, &[4, 2, 5], 0).unwrap();
        let continuous = |times: &[f64]| BlendingContinuous::new(times);
        let right = [0.0, 1.0, 2.5, 3.0];
        refused(continuous(&right[..3]).on(&layout), ErrorKind::Shape, "4, one for each source");
        for time in [-0.5, f64::NAN, f64::INFINITY, 1e20] {
            refused(continuous(&[0.0, time, 2.5, 3.0]).on(&layout), ErrorKind::Parameter, "time of source 1");
        }
        for step in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            refused(continuous(&right).sampling(step).on(&layout), ErrorKind::Parameter, "sampling of BlendingContinuous");
        }
        refused(continuous(&right).samples(7).on(&layout), ErrorKind::Shape, "at least 8");
        assert!(continuous(&right).samples(8).on::<f64>(&layout).is_ok());
        refused(continuous(&[0.0, 1.0, 2.5, 3.5]).samples(8).on(&layout), ErrorKind::Shape, "at least 9");
        refused(continuous(&right).on(&Layout::scatter(comm, &[4, 5], 0).unwrap()), ErrorKind::Shape, "[sources, receivers, times]");
        refused(continuous(&[]).on(&Layout::scatter(comm, &[0, 2, 5], 0).unwrap()), ErrorKind::Shape, "with a source");
        refused(continuous(&right).on(&Layout::scatter(comm, &[4, 2, 0], 0).unwrap()), ErrorKind::Shape, "and a time");

        let wrong = array![[0.0, 0.5, 1.0], [0.3, 1.1, 2.0]];
        refused(BlendingGroup::new(&wrong).on(&layout), ErrorKind::Shape, "4, one for each source");
        refused(BlendingHalf::new(&wrong).on(&layout), ErrorKind::Shape, "4, one for each source");
        let not_finite = array![[0.0, 0.5], [0.3, f64::NAN]];
        refused(BlendingGroup::new(&not_finite).on(&layout), ErrorKind::Parameter, "time of source 3");
        refused(BlendingHalf::new(&times()).sampling(-1.0).on(&layout), ErrorKind::Parameter, "sampling of BlendingHalf");
    }
}
