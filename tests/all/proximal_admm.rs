//! ADMM and its kin.

use lops::prelude::*;
use lops::proximal::{AdmmL2, L1, NonNegative, admm_l2};

crate::bodies! {
    fn first(comm) {
        let layout = Layout::scatter(comm, &[40], 0).unwrap();
        let noise = |i: usize| 0.1 * (7.0 * i as f64).sin();
        let b = DistArray::from_fn(&layout, |i| f64::from(u8::from(i[0] >= 20)) + noise(i[0]));
        let a = Gradient::new().stencil(lops::operators::Stencil::Forward).on(&layout).unwrap();
        let g = L1::new(0.5).on(a.range()).unwrap();
        for first in [false, true] {
            let mut x = b.zeros_like();
            let op = Identity.on(&layout);
            let mut method = AdmmL2::new(&op, &b, &g, &a, &mut x).unwrap().objective();
            if first { method = method.g_first(); }
            let report = method.solve(&Options::iterations(1000)).unwrap();
            if comm.rank() == 0 { println!("{:?} {} {:?}", report.reason, report.iterations, report.adjoint_mismatch);
            for name in report.names() { let s = report.series(name); println!("{name}: {:?} {:?}", &s[..3], &s[s.len() - 2..]); } }
            if comm.rank() == 0 { let _ = (); } let v = x.gather_all(); if comm.rank() == 0 { println!("{v}"); }
            let mean = (0..20).map(noise).sum::<f64>() / 20.0;
            assert!((x.get(&[3]).unwrap() - mean - 0.025).abs() < 1e-5 && (x.get(&[3]).unwrap() - x.get(&[16]).unwrap()).abs() < 1e-5);
        }
        let _ = (NonNegative, admm_l2::<f64, f64>);
    }
}
