//! The operators on arrays in chunks: what works chunk by chunk, in which modes, and what is refused.

use lops::operators::{
    Convolve1D, Diagonal, FirstDerivative, Gradient, Identity, MatrixMult, Restriction, TransposeAxes, Zero,
};
use lops::{Chunk, Comm, DistArray, ErrorKind, Layout, LinearOperator, Mode, Operator, Result, by, ndarray::Array2};

const MODES: [Mode; 5] = [Mode::Replica, Mode::Sum, Mode::Product, Mode::Min, Mode::Max];

/// Two chunks on each rank, which overlap those of others and one another.
fn overlapping(comm: &Comm, mode: Mode) -> Layout {
    let chunks = |rank: usize| vec![Chunk::from((rank..rank + 3, 0..4)), Chunk::from((by(rank.., 2), 1..2))];
    let map: Vec<_> = (0..comm.size()).map(chunks).collect();
    Layout::chunked(comm, &[comm.size() + 2, 4, 2], &map, mode).unwrap()
}

pub(super) fn check(comm: &Comm) {
    for mode in MODES {
        let layout = overlapping(comm, mode);
        let x = DistArray::<f64>::random(&layout, 3);
        assert_eq!(&Identity.on(&layout) * &x, x);
        let zero: Operator<f64> = Zero::to(&layout).on(&layout).unwrap();
        assert_eq!((&zero * &x).gather_all(), x.zeros_like().gather_all());
        let turned = TransposeAxes::new(&[2, 0, 1]).on(&layout).unwrap();
        let y = &turned * &x;
        assert_eq!(y.gather_all(), x.gather_all().permuted_axes(vec![2, 0, 1]), "{turned}");
        assert_eq!(turned.adjoint() * &y, x, "{turned}");
        assert_eq!(turned.communication(), lops::operators::Communication::default());
        let diagonal = Diagonal::of(&DistArray::<f64>::random(&layout, 4));
        if mode == Mode::Replica {
            let d = DistArray::<f64>::random(&layout, 4);
            assert_eq!((diagonal.unwrap() * &x).gather_all(), d.gather_all() * x.gather_all());
        } else {
            let words = format!("layout of Diagonal: expected no chunks that are combined, found {layout}");
            is_refused(diagonal, &words);
        }
        let refused =
            |operator: Result<Operator<f64>>, words: &str| is_refused(operator, &format!("{words}, found {layout}"));
        refused(Restriction::new(&[0]).along(1).on(&layout), "layout of Restriction: expected one without chunks");
        let matrix = Array2::ones((1, layout.shape()[0]));
        refused(MatrixMult::new(&matrix).on(&layout), "layout of MatrixMult: expected a whole first axis");
        let words =
            |axis: usize| format!("layout for ghosts along axis {axis}: expected that axis whole or cut into blocks");
        refused(FirstDerivative::along(1).on(&layout), &words(1));
        refused(Convolve1D::new(&[1.0], 0).along(2).on(&layout), &words(2));
        refused(Gradient::new().stencil(lops::operators::Stencil::Forward).on(&layout), &words(0));
        assert_eq!(x.add_ghost_cells_along(&[(1, 1); 3]).unwrap_err().kind(), ErrorKind::Layout);
    }
}

fn is_refused(operator: Result<Operator<f64>>, words: &str) {
    let error = operator.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Layout, words));
}
