//! What a function that is made of another one has of it.

/// Items of `impl Proximal` for a function of these scalars with a field `f`: it has a gradient, takes steps for each element and goes by pieces where f
/// does, solves inside as f does, and remembers what f does.
macro_rules! as_f {
    ($scalar:ident: $($item:ident),+) => { $($crate::proximal::calculus::as_f::as_f!(@$item $scalar);)+ };

    (@space $scalar:ident) => {
        fn space(&self) -> &$crate::Space {
            self.f.space()
        }
    };
    (@pointwise $scalar:ident) => {
        fn pointwise(&self) -> Option<&dyn $crate::proximal::Pointwise<$scalar>> {
            self.f.pointwise().map(|_| self as &dyn $crate::proximal::Pointwise<$scalar>)
        }
    };
    (@smooth $scalar:ident) => {
        fn smooth(&self) -> Option<&dyn $crate::proximal::Smooth<$scalar>> {
            self.f.smooth().map(|_| self as &dyn $crate::proximal::Smooth<$scalar>)
        }
    };
    (@by_element $scalar:ident) => {
        fn by_element(&self) -> Option<&dyn $crate::proximal::ByElement<$scalar>> {
            self.f.by_element().map(|_| self as &dyn $crate::proximal::ByElement<$scalar>)
        }
    };
    (@inner_iterations $scalar:ident) => {
        fn inner_iterations(&self) -> usize {
            self.f.inner_iterations()
        }
    };
    (@state $scalar:ident) => {
        fn state(&self) -> $crate::solvers::State<'_> {
            self.f.state()
        }
    };
}

pub(super) use as_f;
