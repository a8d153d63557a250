//! Magnetic resonance imaging.

use super::mri_mask::{lines_in_centre, radial_points, random_angles, random_lines, regular_angles, regular_lines};
use crate::array::DistArray;
use crate::error::{Error, ErrorKind, Result};
use crate::layout::{Layout, Partition};
use crate::numbers::{Real, Scalar};
use crate::operators::{
    Diagonal, FFT2D, FFTNorm, Kernels, LinearOperator, Operator, Put, Redistribute, Restriction, check_moves,
};
use ndarray::ArrayView2;
use num_complex::Complex;

/// Magnetic resonance imaging: some of the frequencies of an image.
///
/// ```text
/// d = R F m
/// ```
///
/// with F the orthonormal Fourier transform over both axes, frequency 0 at `[ny/2, nx/2]` (shifted behind the transform, not before it), and R
/// what the scanner takes:
///
/// ```text
/// mask             every frequency times a weight
/// vertical         whole columns of the spectrum, regularly spaced, or by chance beside those in the middle
/// radial           points on lines through the middle, at equal angles or by chance, each between four frequencies (bilinear)
/// ```
///
/// Inverted with few of the frequencies it wants a regularisation, or a sparse model ([`fista`](crate::solvers::fista())).
///
/// # Spaces
/// `X`: an image `[ny, nx]`, complex, replicated or on any grid. `Y`: with a mask `[ny, nx]`; of n columns `[ny, n]`; both cut as `X` is,
/// columns where they are. Of n points `[n]`, replicated. Chunks are refused.
///
/// # Communication
/// That of the transform ([`FFT2D`]); of points on an image that is cut also one all-gather of the spectrum.
///
/// # Same bits
/// On any number of ranks and in any layout. Chance is a number that counts from the seed: it depends on nothing else.
///
/// # Example
/// ```
/// use lops::{DistArray, Layout, launch_threads, operators::MRI2D};
///
/// launch_threads(2, |comm| {
///     let image = Layout::scatter(comm, &[8, 12], 0)?;
///     let scan = MRI2D::vertical_uni(3, 7).perc_center(0.2);
///     let columns = scan.places([8, 12])?;
///     let scan = scan.on::<f64>(&image)?;
///     let x = DistArray::random_signed(&image, 1);
///     let data = &scan * &x;
///     assert_eq!((data.shape(), columns.len()), (vec![8, 5], 40)); // two in the middle, three others
///     assert!(data.norm() < x.norm());
///     Ok(())
/// })
/// .unwrap();
/// ```
///
/// # Source
/// Behaviour: `MRI2D` of pylops; of images that are not square its radial lines leave the spectrum and go on at the other end, here they end.
#[derive(Clone, Debug)]
#[must_use = "`on` makes the operator"]
pub struct MRI2D {
    mask: Mask,
    perc_center: Option<f64>,
}

#[derive(Clone, Debug)]
enum Mask {
    Weights { shape: [usize; 2], values: Vec<f64> },
    VerticalReg { lines: usize },
    VerticalUni { lines: usize, seed: u64 },
    RadialReg { lines: usize },
    RadialUni { lines: usize, seed: u64 },
}

/// What is kept of the columns in the middle, where nothing is said.
const CENTRE: f64 = 0.1;

impl MRI2D {
    fn new(mask: Mask) -> Self {
        Self { mask, perc_center: None }
    }

    /// Every frequency times a weight, 1 or 0 mostly; with frequency 0 in the middle. All ranks pass the same.
    pub fn mask<'a>(weights: impl Into<ArrayView2<'a, f64>>) -> Self {
        let weights = weights.into();
        let shape = [weights.nrows(), weights.ncols()];
        Self::new(Mask::Weights { shape, values: weights.iter().copied().collect() })
    }

    /// So many columns: every ⌊nx/lines⌋th, from the first on.
    pub fn vertical_reg(lines: usize) -> Self {
        Self::new(Mask::VerticalReg { lines })
    }

    /// So many columns by chance, and those in the middle ([`perc_center`](Self::perc_center)).
    pub fn vertical_uni(lines: usize, seed: u64) -> Self {
        Self::new(Mask::VerticalUni { lines, seed })
    }

    /// So many lines through the middle, at equal angles from 0 to π, each of nx − 1 points.
    pub fn radial_reg(lines: usize) -> Self {
        Self::new(Mask::RadialReg { lines })
    }

    /// The same at angles by chance.
    pub fn radial_uni(lines: usize, seed: u64) -> Self {
        Self::new(Mask::RadialUni { lines, seed })
    }

    /// Which share of all columns is kept in the middle, from 0 to 1: of [`vertical_uni`](Self::vertical_uni) alone; 0.1 if nothing is said.
    pub fn perc_center(mut self, share: f64) -> Self {
        self.perc_center = Some(share);
        self
    }

    /// Where the data lie in the spectrum of an image of this shape, `[row, column]` of each number in C order.
    ///
    /// # Errors
    /// Those of [`on`](Self::on), but for the layout's.
    pub fn places(&self, shape: [usize; 2]) -> Result<Vec<[f64; 2]>> {
        self.check(shape)?;
        let at = |row: usize, column: usize| [row as f64, column as f64];
        let all: Vec<_> = (0..shape[1]).collect();
        let columns = match self.taken(shape)? {
            Taken::Points(points) => return Ok(points),
            Taken::Columns(columns) => columns,
            Taken::Weighted(_) => all,
        };
        Ok((0..shape[0]).flat_map(|row| columns.iter().map(move |&column| at(row, column))).collect())
    }

    /// The operator on complex images of this layout. All ranks call it; nothing is sent.
    ///
    /// # Errors
    /// On every rank: [`ErrorKind::Layout`] of chunks, and of masks unless the image is replicated; [`ErrorKind::Shape`] unless there are two axes, of an axis without elements, a mask of another
    /// shape, and lines that have no point between frequencies; [`ErrorKind::Parameter`] of a weight that is not finite, no line, more columns than there are, and a
    /// share in the middle that is not from 0 to 1, or of another mask.
    pub fn on<R: Real>(self, layout: &Layout) -> Result<Operator<Complex<R>>>
    where
        Complex<R>: Scalar<Real = R>,
    {
        let _operation = layout.comm().operation("Operator::on", format_args!("{self:?}, {layout:#}"));
        let shape: [usize; 2] = layout.shape().try_into().map_err(|_| {
            Error::expected(ErrorKind::Shape, "image of MRI2D", "two axes", format!("{:?}", layout.shape()))
        })?;
        if matches!(layout.partition(), Partition::Chunks(_)) {
            return Err(Error::expected(ErrorKind::Layout, "layout of MRI2D", "one without chunks", layout));
        }
        if !layout.is_replicated() {
            check_moves("MRI2D", layout)?;
        }
        self.check(shape)?;
        let transform = FFT2D::over(0, 1).norm(FFTNorm::Ortho).fftshift_after(&[0, 1]).on::<R>(layout)?;
        let spectrum = transform.range().layout()?.clone();
        match self.taken(shape)? {
            Taken::Weighted(values) => {
                let weight = |i: &[usize]| Complex::new(R::from_f64(values[i[0] * shape[1] + i[1]]), R::zero());
                Diagonal::of(&DistArray::from_fn(&spectrum, weight))?.compose(&transform)
            }
            Taken::Columns(columns) => Restriction::new(&columns).along(1).on(&spectrum)?.compose(&transform),
            Taken::Points(points) => {
                let whole = Layout::replicated(layout.comm(), &shape)?;
                let data = Layout::replicated(layout.comm(), &[points.len()])?;
                let between = Between::new(shape[1], &points).between(&whole, &data);
                if layout.is_replicated() {
                    return between.compose(&transform);
                }
                between.compose(&Redistribute::to(&whole).on(&spectrum)?)?.compose(&transform)
            }
        }
    }

    fn check(&self, shape: [usize; 2]) -> Result<()> {
        if shape.contains(&0) {
            return Err(Error::expected(
                ErrorKind::Shape,
                "image of MRI2D",
                "axes with elements",
                format!("{shape:?}"),
            ));
        }
        let lines = match &self.mask {
            Mask::Weights { shape: of_mask, values } => {
                if *of_mask != shape {
                    let found = format!("{of_mask:?}");
                    return Err(Error::expected(ErrorKind::Shape, "mask of MRI2D", format!("{shape:?}"), found));
                }
                if let Some(weight) = values.iter().find(|weight| !weight.is_finite()) {
                    return Err(Error::expected(ErrorKind::Parameter, "mask of MRI2D", "finite numbers", weight));
                }
                None
            }
            Mask::VerticalReg { lines }
            | Mask::VerticalUni { lines, .. }
            | Mask::RadialReg { lines }
            | Mask::RadialUni { lines, .. } => Some(*lines),
        };
        if lines == Some(0) {
            return Err(Error::expected(ErrorKind::Parameter, "lines of MRI2D", "at least 1", 0));
        }
        if let Some(share) = self.perc_center {
            let uni = matches!(self.mask, Mask::VerticalUni { .. });
            if !uni || !(0.0..=1.0).contains(&share) {
                let expected = if uni { "0 to 1" } else { "none: columns in the middle are those of vertical_uni" };
                return Err(Error::expected(ErrorKind::Parameter, "perc_center of MRI2D", expected, share));
            }
        }
        let vertical = matches!(self.mask, Mask::VerticalReg { .. } | Mask::VerticalUni { .. });
        let columns = lines.unwrap_or(0).saturating_add(self.in_centre(shape));
        if vertical && columns > shape[1] {
            let expected = format!("at most {}, as there are", shape[1]);
            return Err(Error::expected(ErrorKind::Parameter, "columns of MRI2D", expected, columns));
        }
        Ok(())
    }

    /// Columns in the middle.
    fn in_centre(&self, shape: [usize; 2]) -> usize {
        let uni = matches!(self.mask, Mask::VerticalUni { .. });
        if uni { lines_in_centre(shape[1], self.perc_center.unwrap_or(CENTRE)) } else { 0 }
    }

    fn taken(&self, shape: [usize; 2]) -> Result<Taken<'_>> {
        let points = |angles: &[f64]| {
            let points = radial_points(shape, angles);
            if points.is_empty() {
                let what = "lines of MRI2D between the frequencies of the image";
                return Err(Error::expected(ErrorKind::Shape, what, "a point at least", format!("none in {shape:?}")));
            }
            Ok(Taken::Points(points))
        };
        match &self.mask {
            Mask::Weights { values, .. } => Ok(Taken::Weighted(values)),
            Mask::VerticalReg { lines } => Ok(Taken::Columns(regular_lines(shape[1], *lines))),
            Mask::VerticalUni { lines, seed } => {
                Ok(Taken::Columns(random_lines(shape[1], *lines, self.in_centre(shape), *seed)))
            }
            Mask::RadialReg { lines } => points(&regular_angles(*lines)),
            Mask::RadialUni { lines, seed } => points(&random_angles(*lines, *seed)),
        }
    }
}

/// What is taken of a spectrum.
enum Taken<'a> {
    Weighted(&'a [f64]),
    Columns(Vec<usize>),
    Points(Vec<[f64; 2]>),
}

/// `y = Σ w x` over the four frequencies around each point: where they are, and their weights.
struct Between<R> {
    corners: Vec<[(usize, R); 4]>,
}

impl<R: Real> Between<R> {
    fn new(columns: usize, points: &[[f64; 2]]) -> Self {
        let corners = |&[row, column]: &[f64; 2]| {
            let (down, across) = (row - row.floor(), column - column.floor());
            let first = row as usize * columns + column as usize;
            let corner = |at: usize, weight: f64| (at, R::from_f64(weight));
            [
                corner(first, (1.0 - down) * (1.0 - across)),
                corner(first + 1, (1.0 - down) * across),
                corner(first + columns, down * (1.0 - across)),
                corner(first + columns + 1, down * across),
            ]
        };
        Self { corners: points.iter().map(corners).collect() }
    }
}

impl<R: Real> Kernels<Complex<R>> for Between<R>
where
    Complex<R>: Scalar<Real = R>,
{
    fn apply(&self, put: impl Put<Complex<R>>, x: &[Complex<R>], y: &mut [Complex<R>]) {
        for (y, corners) in y.iter_mut().zip(&self.corners) {
            let terms = corners.iter().map(|&(at, weight)| x[at].scale(weight));
            put.one(y, terms.fold(Complex::new(R::zero(), R::zero()), |sum, term| sum + term));
        }
    }

    fn apply_adjoint(&self, put: impl Put<Complex<R>>, y: &[Complex<R>], x: &mut [Complex<R>]) {
        put.nothing(x);
        for (&y, corners) in y.iter().zip(&self.corners) {
            for &(at, weight) in corners {
                put.more(&mut x[at], y.scale(weight));
            }
        }
    }

    fn scratch(&self) -> usize {
        size_of_val(&self.corners[..])
    }

    fn name(&self) -> String {
        format!("Between({} points)", self.corners.len())
    }
}
