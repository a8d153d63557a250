//! What an interface between two rocks reflects and transmits.

use crate::error::{Error, ErrorKind, Result, check_above_0};

/// A plane wave above an interface or below it, by kind and direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wave {
    /// P, going down.
    PDown,
    /// S, going down.
    SDown,
    /// P, going up.
    PUp,
    /// S, going up.
    SUp,
}

/// What all waves at an interface make of one another: `R[i][j]` is the displacement of wave i that leaves it for one of wave j that comes to it.
///
/// ```text
/// i: P up, S up, P down, S down        j: P down, S down, P up, S up
/// ```
///
/// The rocks are given by vp, vs and density, the upper one first; θ is the angle of incidence of a P wave from above, in degrees. All waves have its horizontal slowness
/// (Snell's law). Solves Zoeppritz's equations `M R = N`, with the displacements and tractions of waves that leave and of waves that come.
///
/// # Errors
/// [`ErrorKind::Parameter`] of a velocity or density that is not finite and above 0, of an angle that is not above −90 and below 90 degrees, and of one
/// at which one of the waves goes along the interface, or none goes away from it: beyond a critical angle coefficients are complex.
///
/// # Example
/// ```
/// let reflected = lops::signal::zoeppritz_scattering([2.0, 1.0, 2.0], [2.5, 1.3, 2.2], 0.0)?;
/// assert!((reflected[0][0] - (2.5 * 2.2 - 2.0 * 2.0) / (2.5 * 2.2 + 2.0 * 2.0)).abs() < 1e-15); // the contrast of impedance
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// K. Aki and P. G. Richards, Quantitative Seismology (2nd ed., 2002), §5.2.4. Behaviour: `zoeppritz_scattering` of pylops, which makes NaN of what is
/// refused here.
pub fn zoeppritz_scattering(upper: [f64; 3], lower: [f64; 3], theta: f64) -> Result<[[f64; 4]; 4]> {
    for (rock, properties) in [("upper", upper), ("lower", lower)] {
        for (name, value) in ["vp", "vs", "density"].into_iter().zip(properties) {
            check_above_0(format_args!("{name} of the {rock} rock"), value)?;
        }
    }
    if !(-90.0 < theta && theta < 90.0) {
        let expected = "above −90 and below 90 degrees";
        return Err(Error::expected(ErrorKind::Parameter, "angle of incidence", expected, theta));
    }
    let ([vp1, vs1, rho1], [vp2, vs2, rho2]) = (upper, lower);
    let slowness = theta.to_radians().sin() / vp1;
    let sines = [vp1, vs1, vp2, vs2].map(|velocity| slowness * velocity);
    if let Some(sine) = sines.iter().find(|sine| sine.abs() >= 1.0) {
        let what = format!("sine of the angle of a wave at {theta} degrees of incidence");
        return Err(Error::expected(ErrorKind::Parameter, what, "below 1 (no critical angle)", sine));
    }
    let [p1, s1, p2, s2] = sines;
    let [cp1, cs1, cp2, cs2] = sines.map(|sine| (1.0 - sine * sine).sqrt());
    // 1 − 2 sin² φ of the S waves
    let (double1, double2) = (1.0 - 2.0 * s1 * s1, 1.0 - 2.0 * s2 * s2);
    let outgoing = [
        [-p1, -cs1, p2, cs2],
        [cp1, -s1, cp2, -s2],
        [2.0 * rho1 * vs1 * s1 * cp1, rho1 * vs1 * double1, 2.0 * rho2 * vs2 * s2 * cp2, rho2 * vs2 * double2],
        [-rho1 * vp1 * double1, 2.0 * rho1 * vs1 * s1 * cs1, rho2 * vp2 * double2, -2.0 * rho2 * vs2 * s2 * cs2],
    ];
    let incoming = [outgoing[0].map(|m| -m), outgoing[1], outgoing[2], outgoing[3].map(|m| -m)];
    Ok(solved(outgoing, incoming))
}

/// The displacement of one wave that leaves an interface, for one that comes to it: an element of [`zoeppritz_scattering`].
///
/// # Errors
/// Those of [`zoeppritz_scattering`].
///
/// # Example
/// ```
/// use lops::signal::{Wave, zoeppritz_element};
///
/// let converted = zoeppritz_element([2.0, 1.0, 2.0], [2.5, 1.3, 2.2], 0.0, Wave::PDown, Wave::SUp)?;
/// assert!(converted.abs() < 1e-15); // straight down no S wave comes back
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `zoeppritz_element` of pylops, `element="PdSu"` in the example.
pub fn zoeppritz_element(upper: [f64; 3], lower: [f64; 3], theta: f64, incident: Wave, scattered: Wave) -> Result<f64> {
    let all = zoeppritz_scattering(upper, lower, theta)?;
    let column = match incident {
        Wave::PDown => 0,
        Wave::SDown => 1,
        Wave::PUp => 2,
        Wave::SUp => 3,
    };
    let row = match scattered {
        Wave::PUp => 0,
        Wave::SUp => 1,
        Wave::PDown => 2,
        Wave::SDown => 3,
    };
    Ok(all[row][column])
}

/// The P wave that an interface reflects, for one from above.
///
/// # Errors
/// Those of [`zoeppritz_scattering`].
///
/// # Example
/// ```
/// let reflected = lops::signal::zoeppritz_pp([2.0, 1.0, 2.0], [2.5, 1.3, 2.2], 17.0)?;
/// assert!((reflected - 0.1413500852648754).abs() < 1e-14);
/// # Ok::<(), lops::Error>(())
/// ```
///
/// # Source
/// Behaviour: `zoeppritz_pp` of pylops.
pub fn zoeppritz_pp(upper: [f64; 3], lower: [f64; 3], theta: f64) -> Result<f64> {
    zoeppritz_element(upper, lower, theta, Wave::PDown, Wave::PUp)
}

/// The solution of `M R = N`, by elimination with the largest pivots.
fn solved(mut m: [[f64; 4]; 4], mut n: [[f64; 4]; 4]) -> [[f64; 4]; 4] {
    for k in 0..4 {
        let pivot = (k..4).max_by(|&i, &j| m[i][k].abs().total_cmp(&m[j][k].abs())).unwrap_or(k);
        m.swap(k, pivot);
        n.swap(k, pivot);
        let (of_m, of_n, first) = (m[k], n[k], 1.0 / m[k][k]);
        for i in (0..4).filter(|&i| i != k) {
            let factor = m[i][k] * first;
            m[i].iter_mut().zip(of_m).for_each(|(m, pivot)| *m -= factor * pivot);
            n[i].iter_mut().zip(of_n).for_each(|(n, pivot)| *n -= factor * pivot);
        }
    }
    std::array::from_fn(|k| n[k].map(|n| n / m[k][k]))
}
