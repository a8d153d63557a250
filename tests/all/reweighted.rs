//! Iteratively reweighted least squares: PyLops's figures, and data with outliers.

use crate::greedy::{compare, line, near, tall, tight, wide};
use lops::operators::{Identity, StackedVStack};
use lops::solvers::{Irls, Method, Options, irls, lsqr};
use lops::{Complex, DistArray, LinearOperator, Reason};

crate::bodies! {
    fn irls_has_the_iterates_of_pylops(comm) {
        // x, ‖r‖ and ‖r‖₁ of pylops 2.8 after 8 outer iterations, with LSQR to rounding errors.
        type Figures = (bool, f64, [f64; 5], [f64; 2]);
        let cases: [Figures; 4] = [
            (false, 1e-10, [1.0480958429410983, -2.041046672856943, 0.4453356247298392, 2.996083311305759, -1.5540389850995555],
                [25.00807000585375, 35.43509737662588]),
            (false, 0.1, [1.0823020671403973, -1.6176572936758304, 0.16540591535375332, 2.2931391842876776, -1.109946964141778],
                [24.90467847242397, 37.54158611873229]),
            (true, 1e-10, [1.0502803253312887, -2.040731464538625, 0.4389488850849283, 2.997552538139528, -1.5715462028779206],
                [25.00589196245358, 35.42847096038638]),
            (true, 0.1, [1.0929386943677264, -1.6147875751306826, 0.13624667310499375, 2.261448280137051, -1.105645454961286],
                [24.8921765921186, 37.60436203153859]),
        ];
        for (is_floor, damp, expected, [cost, misfit]) in cases {
            let (a, b, mut x) = tall::<f64>(comm);
            let method = Irls::data(&a, &b, &mut x).unwrap().delta(1e-2).unwrap().damp(damp).unwrap().inner(&tight());
            let method = if is_floor { method.floor() } else { method };
            let report = method.solve(&Options::exactly(8)).unwrap();
            assert_eq!(report.iterations, 8);
            let expected: Vec<_> = expected.into_iter().enumerate().map(|(k, x)| (k, x, 0.0)).collect();
            compare(&x, &expected, true, 1e-8);
            near(report.residual, cost, 1e-9);
            near(*report.series("misfit").last().unwrap(), misfit, 1e-9);
            assert!(report.series("inner")[1..].iter().all(|&inner| inner >= 1.0), "{:?}", report.series("inner"));
        }
        let (a, b, mut x) = tall::<Complex<f64>>(comm);
        let method = Irls::data(&a, &b, &mut x).unwrap().delta(1e-2).unwrap().damp(0.1).unwrap().inner(&tight());
        let _ = method.solve(&Options::exactly(8)).unwrap();
        compare(&x, &[(0, 0.8823948598214842, -0.011075174938213804), (1, -1.7883713498197027, 0.08407742772720812),
            (4, -1.242410777323497, -0.08931784482113496)], false, 1e-8);

        // "datamodel": of a stack.
        let (a, b, mut x) = tall::<f64>(comm);
        let stack = StackedVStack::of(vec![a.clone(), 0.1 * Identity.on::<f64>(a.domain())]).unwrap();
        let b = DistArray::stack(&[&b, &x]).unwrap();
        let method = Irls::data(&stack, &b, &mut x).unwrap().delta(1e-2).unwrap().damp(0.0).unwrap().inner(&tight());
        let _ = method.solve(&Options::exactly(8)).unwrap();
        compare(&x, &[(0, 1.0457307947255163, 0.0), (1, -2.037182421424216, 0.0), (4, -1.5379432960423545, 0.0)], false, 1e-8);

        // Weights of the model.
        let cases = [
            (4, 0.05, [0.000860101772209203, 1.9602122061491813, -1.4652867273150012, 0.7421322678858301],
                [0.012205668952276821, 4.3318572858513695]),
            (6, 0.3, [0.0001668234048063248, 1.8331634083795647, -1.291860753250822, 0.44542497684236226],
                [0.32352416283036683, 3.6350907033303232]),
        ];
        for (iterations, damp, expected, [cost, size]) in cases {
            let (a, b, mut x) = wide::<f64>(comm);
            let method = Irls::model(&a, &b, &mut x).unwrap().damp(damp).unwrap().inner(&tight());
            let report = method.solve(&Options::exactly(iterations)).unwrap();
            let expected: Vec<_> = [0, 3, 9, 14].into_iter().zip(expected).map(|(k, x)| (k, x, 0.0)).collect();
            compare(&x, &expected, false, 1e-8);
            near(report.residual, cost, 1e-8);
            near(*report.series("size").last().unwrap(), size, 1e-8);
        }
        let (a, b, mut x) = wide::<Complex<f64>>(comm);
        let method = Irls::model(&a, &b, &mut x).unwrap().damp(0.3).unwrap().inner(&tight());
        let report = method.solve(&Options::exactly(6)).unwrap();
        compare(&x, &[(3, 1.7848927150030092, -0.06728162212595451), (9, -1.324861106741007, -0.032379292726527176)], false, 1e-8);
        near(report.residual, 0.3091173637598514, 1e-8);
    }

    fn outliers_hardly_matter_to_irls(comm) {
        let (a, b, mut x) = tall::<f64>(comm);
        let truth = line(a.domain(), |j| [1.0, -2.0, 0.5, 3.0, -1.5][j]);
        let mut squares = x.clone();
        let _ = lsqr(&a, &b, &mut squares, &tight()).unwrap();
        let report = irls(&a, &b, &mut x, &Options::iterations(60)).unwrap();
        assert_eq!(report.reason, Reason::Tolerance, "{:?}", report.series("change"));
        let [robust, plain] = [&x, &squares].map(|x| (x - &truth).norm());
        assert!(robust < 0.15 && plain > 5.0, "{robust} and {plain}");
        let misfit = report.series("misfit");
        assert!(misfit[1..].is_sorted_by(|a, b| a * (1.0 + 1e-6) >= *b), "{misfit:?}");
        // The outliers are what is left: of a model of five numbers, five data are explained, and 20 and −15 stay.
        near(*misfit.last().unwrap(), 35.0, 0.03);
    }
}
