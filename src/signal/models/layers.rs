//! Layers, which may dip, fold and be broken.

use super::point;
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::Layout;
use crate::numbers::Scalar;
use std::f64::consts::TAU;

/// Layers with a value each: between depths, which may dip, fold and be broken by faults.
///
/// ```text
/// v(x, z) = valuesₖ,  with k interfaces up to  z − dip x − a sin(2π x / λ) − Σ throws of the faults before x
/// ```
///
/// in samples: x and z are indices.
///
/// # Example
/// ```
/// use lops::{Comm, DistArray, Layout, signal::{Fault, Layers}};
///
/// let layout = Layout::scatter(&Comm::solo(), &[3, 6], 0)?;
/// let fault = Fault { at: 1.5, lean: 0.0, throw: 2.0 };
/// let v = Layers::new(&[1.0, 3.0], &[1500.0, 2000.0, 2500.0])?.fault(fault).on::<f64>(&layout, [0, 1])?;
/// assert_eq!(v.as_slice()[..6], [1500.0, 2000.0, 2000.0, 2500.0, 2500.0, 2500.0]);
/// assert_eq!(v.as_slice()[12..], [1500.0, 1500.0, 1500.0, 2000.0, 2000.0, 2500.0]);
/// # Ok::<(), lops::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Layers {
    interfaces: Vec<f64>,
    values: Vec<f64>,
    dip: f64,
    fold: [f64; 2],
    faults: Vec<Fault>,
}

/// A fault: what is behind `x = at + lean z` lies deeper by the throw.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Where it meets depth 0.
    pub at: f64,
    /// How far it goes in x for each sample in depth.
    pub lean: f64,
    /// How many samples deeper layers lie behind it.
    pub throw: f64,
}

impl Layers {
    /// With interfaces at these depths, in ascending order, and these values, of which there is one more.
    ///
    /// # Errors
    /// [`ErrorKind::Shape`] if there is not one value more than interfaces; [`ErrorKind::Parameter`] if these do not ascend, or are not finite.
    pub fn new(interfaces: &[f64], values: &[f64]) -> Result<Self> {
        if values.len() != interfaces.len() + 1 {
            let expected = format!("{}, one more than interfaces", interfaces.len() + 1);
            return Err(Error::expected(ErrorKind::Shape, "values of layers", expected, values.len()));
        }
        let ascends = |&k: &usize| interfaces[k].is_finite() && (k == 0 || interfaces[k - 1] <= interfaces[k]);
        if let Some(k) = (0..interfaces.len()).find(|k| !ascends(k)) {
            let (what, expected) = (format!("interface {k} of layers"), "finite depths that ascend");
            return Err(Error::expected(ErrorKind::Parameter, what, expected, interfaces[k]));
        }
        let [interfaces, values] = [interfaces, values].map(<[f64]>::to_vec);
        Ok(Self { interfaces, values, dip: 0.0, fold: [0.0, 1.0], faults: vec![] })
    }

    /// Deeper by so many samples from each x to the next.
    pub fn dip(mut self, dip: f64) -> Self {
        self.dip = dip;
        self
    }

    /// Folded: deeper by `amplitude · sin(2π x / wavelength)`.
    pub fn fold(mut self, amplitude: f64, wavelength: f64) -> Self {
        self.fold = [amplitude, wavelength];
        self
    }

    /// Broken by one more fault.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// The value at a point.
    pub fn at(&self, x: f64, z: f64) -> f64 {
        let [amplitude, wavelength] = self.fold;
        let behind = self.faults.iter().filter(|fault| x > fault.at + fault.lean * z);
        let throws: f64 = behind.map(|fault| fault.throw).sum();
        let depth = z - self.dip * x - amplitude * (TAU * x / wavelength).sin() - throws;
        self.values[self.interfaces.partition_point(|&interface| interface <= depth)]
    }

    /// An array of them, of which these axes are x and z. Each rank makes its own part.
    ///
    /// # Errors
    /// [`ErrorKind::Axis`] if there is no such axis.
    pub fn on<T: Scalar>(&self, layout: &Layout, axes: [usize; 2]) -> Result<DistArray<T>> {
        let point = point(layout, axes)?;
        Ok(DistArray::from_fn(layout, |index| {
            let [x, z] = point(index);
            T::from_parts(self.at(x, z), 0.0)
        }))
    }
}
