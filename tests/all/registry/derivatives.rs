//! Derivatives.

use super::cuts::{BLOCKS, GRIDS};
use super::{Entry, entries};
use lops::operators::{
    FirstDerivative, FirstDirectionalDerivative, Gradient, Laplacian, Points, SecondDerivative,
    SecondDirectionalDerivative, Stencil,
};
use lops::{DistArray, Scalar};

const TO_THE_ENDS: Stencil = Stencil::Centered { points: Points::Three, edge: true };
const FIVE_TO_THE_ENDS: Stencil = Stencil::Centered { points: Points::Five, edge: true };

pub(super) fn registry<T: Scalar>() -> Vec<Entry<T>> {
    entries! {
        BLOCKS "FirstDerivative": |comm, cut| {
            FirstDerivative::along(0)
                .stencil(FIVE_TO_THE_ENDS)
                .sampling(0.3)
                .on(&cut.layout(comm, &[9, 4], &[0, 1])?)
        }
        GRIDS "FirstDerivative along an axis that is whole": |comm, cut| {
            FirstDerivative::along(1).stencil(TO_THE_ENDS).on(&cut.layout(comm, &[4, 6, 5], &[0, 2])?)
        }
        BLOCKS "SecondDerivative": |comm, cut| {
            SecondDerivative::along(1).stencil(TO_THE_ENDS).on(&cut.layout(comm, &[3, 9, 2], &[0, 1])?)
        }
        BLOCKS "Laplacian": |comm, cut| {
            Laplacian::over(&[0, 2]).weights(&[0.5, -2.0]).on(&cut.layout(comm, &[6, 3, 5], &[0, 1, 2])?)
        }
        BLOCKS "Gradient": |comm, cut| {
            Gradient::new().stencil(TO_THE_ENDS).on(&cut.layout(comm, &[4, 5, 6], &[0, 1, 2])?)
        }
        BLOCKS "FirstDirectionalDerivative": |comm, cut| {
            let layout = cut.layout(comm, &[5, 4, 3], &[0, 1])?;
            FirstDirectionalDerivative::along(&[0.5, -1.5, 2.0]).stencil(TO_THE_ENDS).on(&layout)
        }
        BLOCKS "FirstDirectionalDerivative in a field": |comm, cut| {
            let layout = cut.layout(comm, &[7, 4], &[0, 1])?;
            let field = [3, 4].map(|seed| DistArray::random_signed(&layout, seed));
            FirstDirectionalDerivative::of_field(&field).on(&layout)
        }
        BLOCKS "SecondDirectionalDerivative": |comm, cut| {
            SecondDirectionalDerivative::along(&[0.5, -1.5]).on(&cut.layout(comm, &[9, 5], &[0, 1])?)
        }
        BLOCKS "Laplacian and Gradient, squared": |comm, cut| {
            let layout = cut.layout(comm, &[6, 7], &[0, 1])?;
            let (gradient, laplacian) = (Gradient::new().on(&layout)?, Laplacian::over(&[0, 1]).on(&layout)?);
            Ok(gradient.adjoint() * &gradient + laplacian.adjoint() * &laplacian)
        }
    }
}
