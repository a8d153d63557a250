//! The kernel of one source, the wavefields, how the solver converged, and what frequencies and wave numbers there are.

use crate::arguments::Solver;
use crate::synthetic::{DT, DX, Survey};
use lops::plot::{Drawing, Panels, Section as Image};
use lops::prelude::*;
use lops::signal::fk_spectrum;
use lops_examples::outputs::Outputs;
use lops_examples::pictures::{both_signs, convergence, largest};

/// Wavefields, as they come.
pub(crate) struct Pictures<'a> {
    survey: &'a Survey,
    sections: Vec<Gather>,
    /// By iteration, of what.
    cost: (Vec<f64>, Option<Solver>),
}

/// Traces side by side, time pointing down.
struct Gather {
    name: &'static str,
    title: &'static str,
    /// [times, places]
    values: DistArray<f64>,
    first_time: f64,
    first_place: f64,
}

impl<'a> Pictures<'a> {
    /// Takes what is known before the inversion.
    pub(crate) fn new(
        survey: &'a Survey,
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

        let mut pictures = Self { survey, sections: vec![], cost: (vec![], None) };
        pictures.take("kernel", "Kernel of the source in the middle", of_source);
        for (name, title, field) in
            [("model", "Model", model), ("data", "Data", data), ("adjoint", "Adjoint: cross-correlation", adjoint)]
        {
            pictures.take(name, title, only(field)?);
        }
        Ok(pictures)
    }

    /// Takes the inversion.
    pub(crate) fn inversion(
        &mut self,
        solver: Solver,
        inverted: &DistArray<f64>,
        residual: &DistArray<f64>,
        report: &Report<f64>,
    ) -> Result<()> {
        self.take("inverted", "Inverted", only(inverted)?);
        self.take("residual", "Residual", only(residual)?);
        self.cost = (report.cost().to_vec(), Some(solver));
        Ok(())
    }

    fn take(&mut self, name: &'static str, title: &'static str, values: DistArray<f64>) {
        let Survey { t, sources, receivers, .. } = self.survey;
        let places = if values.shape()[1] == sources.len() { sources } else { receivers };
        let (first_time, first_place) = (-DT * (t.len() - 1) as f64, places[0]);
        self.sections.push(Gather { name, title, values, first_time, first_place });
    }

    /// Draws all of them into the folder. All ranks call it.
    ///
    /// # Errors
    /// Those of the files.
    pub(crate) fn save(&self, comm: &Comm, outputs: &Outputs) -> Result<()> {
        let path = |name: &str| outputs.folder().join(format!("{name}.png"));
        let mut panels = Panels::new(3).panel_size(440, 480);
        for gather in &self.sections {
            let section = gather.section()?;
            section.save(path(gather.name))?;
            panels = panels.panel(section);
        }
        panels.save(path("overview"))?;
        let spectra = self.sections.iter().map(Gather::spectrum).collect::<Result<Vec<_>>>()?;
        let mut panels = Panels::new(3).panel_size(440, 420);
        for (gather, (values, ends)) in self.sections.iter().zip(&spectra) {
            panels = panels.panel(
                Image::of(values)
                    .title(format!("{}, f–k", gather.title))
                    .across("wave number [1/m]", ends[0], ends[1])
                    .down("frequency [Hz]", 0.0, ends[2])
                    .bar("amplitude"),
            );
        }
        panels.save(path("fk"))?;
        let (costs, solver) = (&self.cost.0, self.cost.1.unwrap_or(Solver::Cgls));
        convergence(comm, outputs, solver.cost(), [(solver.to_string(), &costs[..])])
    }
}

impl Gather {
    /// The part from a little before time 0 on.
    fn section(&self) -> Result<Image<'_>> {
        let [times, places] = [0, 1].map(|axis| self.values.shape()[axis]);
        let (last_time, last_place) =
            (self.first_time + DT * (times - 1) as f64, self.first_place + DX * (places - 1) as f64);
        let image = Image::of(&self.values)
            .title(self.title)
            .across("place [m]", self.first_place, last_place)
            .down("time [s]", self.first_time, last_time)
            .bar("amplitude")
            .drawing(Drawing::Bilinear);
        Ok(both_signs(image, largest(&self.values, 995)?))
    }

    /// Amplitudes by frequency and wave number, up to 80 Hz: least and greatest wave number, greatest frequency.
    fn spectrum(&self) -> Result<(DistArray<f64>, [f64; 3])> {
        let (amplitudes, [numbers, frequencies]) = fk_spectrum(&self.values, [1, 0], [DX, DT])?;
        let shown = frequencies.iter().take_while(|&&f| f <= 80.0).count().max(2);
        let ends = [numbers[0], numbers[numbers.len() - 1], frequencies[shown - 1]];
        Ok((amplitudes.slice(&index![..shown])?, ends))
    }
}

/// The one wavefield of an array whose last axis has length 1.
fn only(fields: &DistArray<f64>) -> Result<DistArray<f64>> {
    fields.slice(&index![.., .., 0])
}
