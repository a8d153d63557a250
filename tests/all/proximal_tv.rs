//! Total variation.

use crate::proximal_figures::{MATRIX, TV as FIGURES};
use lops::proximal::TV;
use lops::{Complex, DistArray, ErrorKind, Layout};

crate::bodies! {
    fn total_variation_is_that_of_pyproximal(comm) {
        for axis in 0..2 {
            let layout = Layout::scatter(comm, &[3, 4], axis).unwrap();
            let x = DistArray::from_fn(&layout, |i| MATRIX[4 * i[0] + i[1]]);
            let f = TV::new(0.8).iterations(20_000).tolerance(1e-12).on::<f64>(&layout).unwrap();
            let value = f.value(&x).unwrap();
            assert!((value - FIGURES.0).abs() < 1e-12 * value, "{value}");
            for (found, expected) in f.prox(&x, 0.5).unwrap().gather_all().iter().zip(FIGURES.1) {
                assert!((found - expected).abs() < 1e-6, "{found}, not {expected}");
            }
        }
    }

    /// On a line, ends go inwards by τσ, peaks by twice that; and complex vectors have the phases of real ones.
    fn on_a_line_it_is_known(comm) {
        let layout = Layout::scatter(comm, &[8], 0).unwrap();
        let x = DistArray::from_global(&layout, &crate::proximal_figures::X).unwrap();
        let expected = [-2.1, -0.7, 0.0, 0.3, 1.1, 1.2, 0.6, 3.6];
        for told in [TV::new(0.8), TV::new(0.8).anisotropic()] {
            let y = told.on::<f64>(&layout).unwrap().prox(&x, 0.5).unwrap();
            let z = told.on(&layout).unwrap().prox(&x.map(|x| Complex::new(0.6 * x, 0.8 * x)), 0.5).unwrap();
            for (k, expected) in expected.into_iter().enumerate() {
                assert!((y.get(&[k]).unwrap() - expected).abs() < 1e-6);
                assert!((z.get(&[k]).unwrap() - Complex::new(0.6, 0.8) * expected).norm() < 1e-6);
            }
        }
    }

    fn total_variation_has_the_same_bits_on_any_ranks(comm) {
        let of = |layout: &Layout| {
            let f = TV::new(0.3).anisotropic().iterations(40).on::<f32>(layout).unwrap();
            let x = DistArray::<f32>::random_signed(layout, 3);
            let y = f.prox(&x, 0.5).unwrap();
            (f.value(&x).unwrap(), y.gather_all(), f.inner_iterations())
        };
        let one = of(&Layout::replicated(&comm.alone(), &[3, 4, 2]).unwrap());
        for axis in 0..3 {
            assert_eq!(of(&Layout::scatter(comm, &[3, 4, 2], axis).unwrap()), one);
        }
    }

    fn total_variation_of_what_makes_no_sense_is_refused(comm) {
        let layout = Layout::scatter(comm, &[3, 4], 0).unwrap();
        for told in [TV::new(0.0), TV::new(1.0).iterations(0), TV::new(1.0).tolerance(-1.0)] {
            assert_eq!(told.on::<f64>(&layout).unwrap_err().kind(), ErrorKind::Parameter);
        }
        let none = Layout::replicated(comm, &[]).unwrap();
        assert_eq!(TV::new(1.0).on::<f64>(&none).unwrap_err().kind(), ErrorKind::Axis);
    }
}
