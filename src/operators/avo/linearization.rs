//! How much of each contrast a reflection has at an angle.

/// Which properties of rocks reflections are made of, and how much of each one: a linear formula in small contrasts between two layers.
///
/// With the angle of incidence θ, γ = vs/vp, and the angle φ of a reflected S wave, sin φ = γ sin θ:
///
/// ```text
/// AkiRichards     vp: 1 / (2 cos² θ)     vs: −4 γ² sin² θ     ρ: ½ − 2 γ² sin² θ
/// Fatti           vp ρ: ½ (1 + tan² θ)   vs ρ: −4 γ² sin² θ   ρ: ½ (4 γ² sin² θ − tan² θ)
/// Converted       vp: 0   vs: tan φ / 2γ (4 sin² φ − 4 γ cos θ cos φ)   ρ: −tan φ / 2γ (1 − 2 sin² φ + 2 γ cos θ cos φ)
/// PS              vp: 0   vs: tan φ / 2 (4 γ² sin² φ − 4 γ cos θ cos φ) ρ: −tan φ / 2 (1 − 2 γ² sin² φ + 2 γ cos θ cos φ)
/// ```
///
/// A contrast is `2 (b − a) / (b + a)` from a above to b below, to first order `ln b − ln a`.
///
/// # Example
/// ```
/// use lops::operators::Linearization;
///
/// let [vp, vs, rho] = Linearization::AkiRichards.coefficients(0.0, 0.5);
/// assert_eq!([vp, vs, rho], [0.5, 0.0, 0.5]); // straight down, only the impedance counts
/// ```
///
/// # Source
/// K. Aki and P. G. Richards, Quantitative Seismology (2nd ed., 2002), §5.2.6; J. L. Fatti et al., Geophysics 59 (1994) 1362;
/// Y. Xu and J. C. Bancroft, CREWES Research Report 9 (1997). Behaviour: `akirichards`, `fatti` and `ps` of pylops, which are the first two and `PS`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Linearization {
    /// Contrasts of vp, vs and density.
    #[default]
    AkiRichards,
    /// Contrasts of the impedances of P and of S waves, and of density.
    Fatti,
    /// S waves from P waves, by contrasts of vp (which does not count), vs and density: to first order what an interface reflects.
    Converted,
    /// The same as pylops computes it, which has another scale, and for γ of ½ about half of it.
    PS,
}

impl Linearization {
    /// What contrasts are multiplied with at an angle, in degrees, and a ratio of vs to vp.
    pub fn coefficients(self, theta: f64, vsvp: f64) -> [f64; 3] {
        let theta = theta.to_radians();
        let sine = vsvp * theta.sin(); // sin φ
        let squared = sine * sine;
        match self {
            Self::AkiRichards => {
                let cosine = theta.cos();
                [1.0 / (2.0 * cosine * cosine), -4.0 * squared, 0.5 - 2.0 * squared]
            }
            Self::Fatti => {
                let tangent = theta.tan();
                let tangent = tangent * tangent;
                [0.5 * (1.0 + tangent), -4.0 * squared, 0.5 * (4.0 * squared - tangent)]
            }
            Self::Converted | Self::PS => {
                let phi = sine.asin();
                let (scale, squared) = match self {
                    Self::PS => (phi.tan() / 2.0, vsvp * vsvp * squared),
                    _ => (phi.tan() / (2.0 * vsvp), squared),
                };
                let cosines = vsvp * theta.cos() * phi.cos();
                [0.0, scale * (4.0 * squared - 4.0 * cosines), -scale * (1.0 - 2.0 * squared + 2.0 * cosines)]
            }
        }
    }

    /// How many properties there are.
    pub(super) const PARAMETERS: usize = 3;
}
