//! What a method hands on to the part that it is made of.

/// Items of `impl Method` and `impl InUnits` for a method with a field that has the problem in units, as
/// [`System`](super::system::System), [`Square`](super::square::Square) and [`GolubKahan`](super::golub_kahan::GolubKahan) do: the
/// field, and which items.
macro_rules! hand_on {
    ($part:tt: $($item:ident),+) => { $($crate::solvers::hand_on::hand_on!(@$item $part);)+ };

    (@model $part:tt) => {
        fn model(&self) -> &$crate::DistArray<Self::Model> {
            self.$part.x
        }
    };
    (@begin $part:tt) => {
        fn begin(&mut self, run: &$crate::solvers::Run) -> Result<$crate::solvers::Measures, $crate::solvers::Stop> {
            self.start_somehow(run)
        }
    };
    (@iterate $part:tt) => {
        fn iterate(&mut self, run: &$crate::solvers::Run) -> Result<$crate::solvers::Measures, $crate::solvers::Stop> {
            self.step_somehow(run)
        }
    };
    (@residual $part:tt) => {
        fn residual(&mut self, run: &$crate::solvers::Run) -> $crate::Result<f64> {
            self.$part.residual(run)
        }
    };
    (@criterion_at_zero $part:tt) => {
        fn criterion_at_zero(
            &mut self,
            run: &$crate::solvers::Run,
        ) -> Result<Option<$crate::solvers::Measures>, $crate::solvers::Stop> {
            self.$part.criterion_at_zero(run)
        }
    };

    (@adjoint_mismatch $part:tt) => {
        fn adjoint_mismatch(&self) -> Option<f64> {
            self.$part.adjoint.largest()
        }
    };

    (@scratch $part:tt) => {
        fn scratch(&self) -> usize {
            self.$part.scratch()
        }
    };

    (@choose $part:tt) => {
        fn choose(&mut self, run: &$crate::solvers::Run) -> Result<(), $crate::solvers::Stop> {
            self.$part.choose_units(run)
        }
    };
    (@is_ordinary $part:tt) => {
        fn is_ordinary(&self) -> bool {
            self.$part.is_ordinary()
        }
    };
    (@units $part:tt) => {
        fn units(&mut self) -> (&mut $crate::solvers::units::Units, &mut $crate::DistArray<Self::Model>) {
            (&mut self.$part.units, self.$part.x)
        }
    };
}

pub(super) use hand_on;
