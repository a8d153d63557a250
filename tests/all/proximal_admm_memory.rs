//! ADMM and its kin take all memory at the start, and say how much.

use super::allocations::{allocations, bytes_taken};
use lops::comm::Reduction;
use lops::prelude::*;
use lops::proximal::{Admm, AdmmL2, Hqs, L1, L2, L21, LinearizedAdmm, SplitBregman, Term};

/// The sum over the ranks: buffers of messages wander between them.
fn over_ranks(comm: &Comm, bytes: i64) -> f64 {
    let mut sum = [bytes];
    comm.all_reduce(&mut sum, Reduction::Sum);
    sum[0] as f64
}

/// Ten iterations, after one that may warm up the engine, allocate nothing; and what is kept of the method and its model is what was said, within a tenth.
macro_rules! keeps_to_its_plan {
    ($comm:ident, $b:ident, |$x:ident| $method:expr) => {{
        $comm.barrier();
        let before = over_ranks($comm, bytes_taken());
        let mut model = $b.clone();
        let $x = &mut model;
        let mut solver = $method.start(&Options::exactly(40))?;
        solver.step()?;
        solver.step()?;
        let name = solver.method().name();
        let steps = || (0..10).for_each(|_| assert_eq!(solver.step().unwrap(), None, "{name}"));
        assert_eq!(allocations(steps), 0, "{name} on {}", $comm.size());
        let plan = solver.method().memory_plan();
        $comm.barrier();
        let kept = over_ranks($comm, bytes_taken()) - before;
        let of_data = plan.vectors().filter(|(letter, _)| *letter == "b").map(|(_, bytes)| bytes).sum::<usize>();
        let said = over_ranks($comm, (plan.total() - of_data) as i64);
        assert!((kept - said).abs() <= 0.1 * said, "{name}: {said} bytes were said, {kept} are kept: {plan}");
    }};
}

#[test]
fn iterations_allocate_nothing_and_methods_keep_what_they_say() {
    for ranks in 1..=2 {
        launch_threads(ranks, |comm| {
            let layout = Layout::scatter(comm, &[64, 128], 0)?;
            let b = DistArray::<f64>::random_signed(&layout, 3);
            let op = PoststackModelling::new(&[0.2, 1.0, -0.4]).along(1).on::<f64>(&layout)?;
            let a = Gradient::new().stencil(Stencil::Forward).on::<f64>(&layout)?;
            let g = L1::new(0.1).on::<f64>(a.range())?;
            let (f, h) = (L2::new(0.01).on::<f64>(&layout)?, L1::new(1e-3).on::<f64>(&layout)?);
            let terms = [Term::l1(&a, 0.1)];
            keeps_to_its_plan!(comm, b, |x| Admm::new(&f, &h, x)?);
            keeps_to_its_plan!(comm, b, |x| Hqs::new(&f, &h, x)?);
            // An estimate of the norm would leave its vectors to the next arrays.
            keeps_to_its_plan!(comm, b, |x| {
                // What these keep is said too.
                let a = Gradient::new().stencil(Stencil::Forward).on::<f64>(&layout)?;
                let lengths = L21::new(0.1).on::<f64>(a.range())?;
                LinearizedAdmm::new(&f, &lengths, &a, x)?.model_step(0.1)?
            });
            keeps_to_its_plan!(comm, b, |x| AdmmL2::new(&op, &b, &g, &a, x)?.step(0.1)?.inner(3, Tolerance::None)?);
            keeps_to_its_plan!(comm, b, |x| AdmmL2::new(&op, &b, &g, &a, x)?
                .step(0.1)?
                .inner(3, Tolerance::None)?
                .g_first());
            keeps_to_its_plan!(comm, b, |x| SplitBregman::new(&op, &b, &terms, x)?.inner(3, Tolerance::None)?);
            Ok(())
        })
        .unwrap();
    }
}
