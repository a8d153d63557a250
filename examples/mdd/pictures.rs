//! The kernel of one source, the wavefields, how the solver converged, and what frequencies and wave numbers there are.

use crate::arguments::Solver;
use crate::synthetic::{DT, DX, Survey};
use lops::ndarray::{Array2, Ix2};
use lops::operators::FFT2D;
use lops::plot::{Drawing, Panels, Section as Image};
use lops::prelude::*;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::{both_signs, convergence, largest};

/// Images as rank 0 is to draw them: empty on other ranks.
pub(crate) struct Pictures {
    sections: Vec<Gather>,
    /// By iteration, of what.
    cost: (Vec<f64>, Option<Solver>),
}

/// Traces side by side, time pointing down.
struct Gather {
    name: &'static str,
    title: &'static str,
    /// [times, places]
    values: Array2<f64>,
    first_time: f64,
    first_place: f64,
}

impl Pictures {
    /// Gathers what is known before the inversion.
    pub(crate) fn new(
        survey: &Survey,
        kernel: &DistArray<Complex<f64>>,
        model: &DistArray<f64>,
        data: &DistArray<f64>,
        adjoint: &DistArray<f64>,
    ) -> Result<Self> {
        // The kernel of the source in the middle, back in time.
        let (times, source) = (survey.times(), survey.sources.len() / 2);
        let spectra = kernel.slice(&index![.., source, ..])?;
        let layout = Layout::scatter(kernel.comm(), &[times, survey.receivers.len()], 1)?;
        let all = Layout::scatter(kernel.comm(), &[times / 2 + 1, survey.receivers.len()], 1)?;
        let mut half = DistArray::zeros(&all);
        half.assign(&index![..survey.frequencies, ..], &spectra)?;
        let of_source = irfft(&half, 0, times)?.redistribute(&layout)?;

        let mut pictures = Self { sections: vec![], cost: (vec![], None) };
        pictures.gather(survey, "kernel", "Kernel of the source in the middle", &of_source);
        pictures.gather(survey, "model", "Model", model);
        pictures.gather(survey, "data", "Data", data);
        pictures.gather(survey, "adjoint", "Adjoint: cross-correlation", adjoint);
        Ok(pictures)
    }

    /// Gathers the inversion.
    pub(crate) fn inversion(
        &mut self,
        survey: &Survey,
        solver: Solver,
        inverted: &DistArray<f64>,
        residual: &DistArray<f64>,
        report: &Report<f64>,
    ) {
        self.gather(survey, "inverted", "Inverted", inverted);
        self.gather(survey, "residual", "Residual", residual);
        self.cost = (report.cost().to_vec(), Some(solver));
    }

    fn gather(&mut self, survey: &Survey, name: &'static str, title: &'static str, array: &DistArray<f64>) {
        let Some(whole) = array.gather(0) else { return };
        let shape = (whole.shape()[0], whole.shape()[1]);
        let values = whole.into_iter().collect();
        if let Ok(values) = Array2::from_shape_vec(shape, values) {
            let places = if shape.1 == survey.sources.len() { &survey.sources } else { &survey.receivers };
            let (first_time, first_place) = (-DT * (survey.t.len() - 1) as f64, places[0]);
            self.sections.push(Gather { name, title, values, first_time, first_place });
        }
    }

    /// Draws all of them into the folder.
    ///
    /// # Errors
    /// Those of the files.
    pub(crate) fn save(&self, outputs: &Outputs) -> Result<()> {
        let path = |name: &str| outputs.folder().join(format!("{name}.png"));
        for gather in &self.sections {
            gather.section().save(path(gather.name))?;
        }
        let mut panels = Panels::new(3).panel_size(440, 480);
        for gather in &self.sections {
            panels = panels.panel(gather.section());
        }
        panels.save(path("overview"))?;
        let spectra = self.sections.iter().map(Gather::spectrum).collect::<Result<Vec<_>>>()?;
        let mut panels = Panels::new(3).panel_size(440, 420);
        for (gather, (values, ends)) in self.sections.iter().zip(&spectra) {
            panels = panels.panel(
                Image::new(values.view())
                    .title(format!("{}, f–k", gather.title))
                    .across("wave number [1/m]", ends[0], ends[1])
                    .down("frequency [Hz]", 0.0, ends[2])
                    .bar("amplitude"),
            );
        }
        panels.save(path("fk"))?;
        let (costs, solver) = (&self.cost.0, self.cost.1.unwrap_or(Solver::Cgls));
        convergence(outputs, solver.cost(), [(solver.to_string(), &costs[..])])
    }
}

impl Gather {
    /// The part from a little before time 0 on.
    fn section(&self) -> Image<'_> {
        let (times, places) = self.values.dim();
        let (last_time, last_place) =
            (self.first_time + DT * (times - 1) as f64, self.first_place + DX * (places - 1) as f64);
        let image = Image::new(self.values.view())
            .title(self.title)
            .across("place [m]", self.first_place, last_place)
            .down("time [s]", self.first_time, last_time)
            .bar("amplitude")
            .drawing(Drawing::Bilinear);
        both_signs(image, largest(&self.values, 995))
    }

    /// Amplitudes by frequency and wave number, up to 80 Hz: least and greatest wave number, greatest frequency.
    fn spectrum(&self) -> Result<(Array2<f64>, [f64; 3])> {
        let (times, places) = self.values.dim();
        let alone = Comm::solo();
        let layout = Layout::replicated(&alone, &[places, times])?;
        let transform = FFT2D::over(0, 1).sampling(&[DX, DT]).fftshift_after(&[0]);
        let traces = DistArray::from_fn(&layout, |i| self.values[[i[1], i[0]]]);
        let spectrum = (&transform.on_real::<f64>(&layout)? * &traces).gather_all().mapv(Complex::norm);
        let frequencies = transform.frequencies(&[places, times], true)?;
        let shown = frequencies[1].iter().take_while(|&&f| f <= 80.0).count().max(2);
        let spectrum =
            spectrum.into_dimensionality::<Ix2>().map_err(|e| Error::new(ErrorKind::Shape, e.to_string()))?;
        let numbers = &frequencies[0];
        let ends = [numbers[0], numbers[numbers.len() - 1], frequencies[1][shown - 1]];
        Ok((spectrum.slice(lops::ndarray::s![.., ..shown]).t().to_owned(), ends))
    }
}
