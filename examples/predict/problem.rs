//! The problems, on any layout: those of `examples/suite` by the same names.

use clap::ValueEnum;
use lops::layout;
use lops::prelude::*;
use lops::signal::ricker;
use lops::solvers::PerIteration;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    Smoothing,
    LeastSquares,
    Poststack,
}

/// How a cube is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Cut {
    /// Along all axes but time: the surfaces of the pieces are small
    Blocks,
    /// Along the first one: operators go by rows, where ranks have enough of them
    Rows,
}

impl Problem {
    pub(crate) const ALL: [Self; 3] = [Self::Smoothing, Self::LeastSquares, Self::Poststack];

    /// The name in `examples/suite`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Smoothing => "cg.lap_damped",
            Self::LeastSquares => "cgls.stack_lap",
            Self::Poststack => "cg.poststack_normal",
        }
    }

    /// L is the Laplacian, G post-stack modelling.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Smoothing => "CG on LᴴL + ε I",
            Self::LeastSquares => "CGLS on [I; √ε L]",
            Self::Poststack => "CG on GᴴG + ε LᴴL",
        }
    }

    /// So many ranks along each axis: factors as near to one another as there are, the largest first.
    pub(crate) fn grid(self, cut: Cut, ranks: usize) -> [usize; 3] {
        let axes = match (cut, self) {
            (Cut::Rows, _) => 1,
            (Cut::Blocks, Self::Poststack) => 2, // the last one is time, along which a wavelet is long
            (Cut::Blocks, _) => 3,
        };
        let (mut grid, mut rest, mut factors) = ([1; 3], ranks, vec![]);
        for factor in 2.. {
            while rest.is_multiple_of(factor) {
                rest /= factor;
                factors.push(factor);
            }
            if rest == 1 {
                break;
            }
        }
        for factor in factors.into_iter().rev() {
            let least = (0..axes).fold(0, |least, axis| if grid[axis] < grid[least] { axis } else { least });
            grid[least] *= factor;
        }
        grid.sort_unstable_by(|a, b| b.cmp(a));
        grid
    }

    fn operator(self, layout: &Layout) -> Result<Operator<f64>> {
        let l = Laplacian::over(&[0, 1, 2]).on::<f64>(layout)?;
        match self {
            Self::Smoothing => Ok(l.adjoint() * &l + 0.1 * Identity.on::<f64>(layout)),
            Self::LeastSquares => StackedVStack::of(vec![Identity.on(layout), 0.1_f64.sqrt() * &l]),
            Self::Poststack => {
                let times: Vec<_> = (0..21).map(|i| f64::from(i) * 0.004).collect();
                let g = PoststackModelling::new(&ricker(&times, 15.0)?.samples).along(2).on::<f64>(layout)?;
                Ok(g.adjoint() * &g + 100.0 * (l.adjoint() * &l))
            }
        }
    }

    /// What an iteration sends on a rank, as the method says. Local.
    pub(crate) fn sent(self, layout: &Layout) -> Result<PerIteration> {
        let a = self.operator(layout)?;
        let (b, mut x) = (DistArray::zeros(a.range()), DistArray::zeros(a.domain()));
        match self {
            Self::LeastSquares => Cgls::new(&a, &b, &mut x)?.communication(),
            Self::Smoothing | Self::Poststack => Cg::new(&a, &b, &mut x)?.communication(),
        }
    }

    /// Has the method iterate; `watch` is called after the iteration of that number, from 1.
    pub(crate) fn iterate(self, layout: &Layout, iterations: usize, mut watch: impl FnMut(usize)) -> Result<()> {
        fn run(method: impl Method, iterations: usize, watch: &mut dyn FnMut(usize)) -> Result<()> {
            let mut solver = method.start(&Options::exactly(iterations))?;
            for iteration in 1..=iterations {
                solver.step()?;
                watch(iteration);
            }
            Ok(())
        }
        let a = self.operator(layout)?;
        let (b, mut x) = (DistArray::random_signed(a.range(), 1), DistArray::zeros(a.domain()));
        match self {
            Self::LeastSquares => run(Cgls::new(&a, &b, &mut x)?, iterations, &mut watch),
            Self::Smoothing | Self::Poststack => run(Cg::new(&a, &b, &mut x)?, iterations, &mut watch),
        }
    }
}

/// The cube, cut over a grid of ranks; by rows where the grid is one of rows.
pub(crate) fn layout_of(comm: &Comm, shape: [usize; 3], grid: [usize; 3]) -> Result<Layout> {
    if grid[1..] == [1, 1] {
        return Layout::scatter(comm, &shape, 0);
    }
    let cuts = grid.map(|ranks| if ranks > 1 { layout::Cut::Block } else { layout::Cut::Whole });
    Grid::cut(&cuts).over(&grid).layout(comm, &shape)
}
