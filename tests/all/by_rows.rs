//! Compositions that go through their input once have the bits of those that go factor by factor.

use lops::layout::Cut;
use lops::operators::{
    Convolve1D, Diagonal, FirstDerivative, Gradient, Identity, Laplacian, Points, PoststackModelling, SecondDerivative,
    StackedVStack, Stencil,
};
use lops::solvers::{Cgls, Method, cg, cgls, predict_cg};
use lops::{Comm, Complex, DistArray, Layout, LinearOperator, Operator, Options, Report, Result, Scalar, Space};

/// An operator behind which nothing can be seen: compositions of it go factor by factor.
struct Opaque<X: Scalar, Y: Scalar>(Operator<X, Y>);

impl<X: Scalar, Y: Scalar> LinearOperator<X, Y> for Opaque<X, Y> {
    fn domain(&self) -> &Space {
        self.0.domain()
    }
    fn range(&self) -> &Space {
        self.0.range()
    }
    fn apply(&self, x: &[X], y: &mut [Y]) {
        self.0.apply(x, y);
    }
    fn apply_adjoint(&self, y: &[Y], x: &mut [X]) {
        self.0.apply_adjoint(y, x);
    }
    fn accumulate(&self) -> Option<&dyn lops::operators::Accumulate<X, Y>> {
        self.0.accumulate()
    }
    fn communication(&self) -> lops::operators::Communication {
        self.0.communication()
    }
}

/// Simple operators as they are, or opaque.
#[derive(Clone, Copy)]
struct Leaves<'a> {
    layout: &'a Layout,
    opaque: bool,
}

impl Leaves<'_> {
    fn leaf<T: Scalar>(self, operator: Operator<T>) -> Operator<T> {
        if self.opaque { Operator::new(Opaque(operator)) } else { operator }
    }

    fn laplacian<T: Scalar>(self) -> Operator<T> {
        let axes: Vec<_> = (0..self.layout.ndim()).collect();
        let weights: Vec<_> = axes.iter().map(|&axis| 1.0 + 0.3 * axis as f64).collect();
        self.leaf(Laplacian::over(&axes).weights(&weights).on(self.layout).unwrap())
    }

    fn along<T: Scalar>(self, axis: usize, points: Points) -> Operator<T> {
        let stencil = Stencil::Centered { points, edge: true };
        self.leaf(FirstDerivative::along(axis).stencil(stencil).sampling(0.7).on(self.layout).unwrap())
    }

    fn second<T: Scalar>(self, axis: usize) -> Operator<T> {
        self.leaf(SecondDerivative::along(axis).on(self.layout).unwrap())
    }

    fn gradient<T: Scalar>(self) -> Operator<T> {
        self.leaf(Gradient::new().stencil(Stencil::Forward).on(self.layout).unwrap())
    }

    /// Along the last axis.
    fn modelling<T: Scalar>(self) -> Operator<T> {
        let modelling = PoststackModelling::new(&[0.3, -1.0, 2.0, -1.0, 0.3]);
        self.leaf(modelling.along(self.layout.ndim() - 1).on(self.layout).unwrap())
    }

    /// With a filter without symmetry, of complex numbers where they are.
    fn convolution<T: Scalar>(self, axis: usize) -> Operator<T> {
        let taps: Vec<_> = (0..7).map(|k| T::from_parts(0.5 - 0.2 * f64::from(k), 0.1 * f64::from(k))).collect();
        self.leaf(Convolve1D::new(&taps, 2).along(axis).on(self.layout).unwrap())
    }

    fn diagonal<T: Scalar>(self, call: u64) -> Operator<T> {
        self.leaf(Diagonal::of(&DistArray::random_signed(self.layout, call)).unwrap())
    }

    fn identity<T: Scalar>(self) -> Operator<T> {
        self.leaf(Identity.on(self.layout))
    }
}

/// Compositions of every kind.
fn compositions<T: Scalar>(leaves: Leaves<'_>) -> Vec<Operator<T>> {
    let (l, g, i) = (leaves.laplacian::<T>(), leaves.gradient::<T>(), leaves.identity::<T>());
    let (d0, d1) = (leaves.along::<T>(0, Points::Five), leaves.along::<T>(1, Points::Three));
    let (w, c, c1) = (leaves.modelling::<T>(), leaves.convolution(leaves.layout.ndim() - 1), leaves.convolution(1));
    let (d, e) = (leaves.diagonal::<T>(5), leaves.diagonal::<T>(6));
    let alpha = T::from_parts(0.3, 0.8);
    vec![
        &(&l.adjoint() * &l) + &i.scale(T::from_parts(0.01, 0.0)),
        StackedVStack::of(vec![i.clone(), l.scale(alpha)]).unwrap(),
        StackedVStack::of(vec![g.clone(), l.scale(T::from_parts(0.1, 0.0))]).unwrap(),
        &(&g.adjoint() * &g) + &(&l.adjoint() * &l).scale(alpha),
        &(&d0 * &d1) * &leaves.second::<T>(0),
        &d1 + &(&d0.adjoint() * &leaves.second::<T>(1)),
        l.pow(3).unwrap(),
        (&(&d0 + &l).scale(alpha) * &d1).adjoint(),
        &(&w.adjoint() * &w) + &(&l.adjoint() * &l).scale(alpha),
        StackedVStack::of(vec![w.clone(), l.scale(alpha)]).unwrap(),
        &(&c1 * &l) * &c,
        &(&c1.adjoint() * &w) + &c,
        &(&l * &d) * &(&d0 * &e.adjoint()),
        StackedVStack::of(vec![&d * &c1, &(&e * &l) * &d.adjoint()]).unwrap(),
        StackedVStack::of(vec![&d0 * &l, StackedVStack::of(vec![l.clone(), d1.adjoint()]).unwrap()]).unwrap(),
    ]
}

fn bits_are_the_same<T: Scalar>(layout: &Layout) {
    let (comm, shape) = (layout.comm(), layout.shape());
    let [plain, by_rows] = [true, false].map(|opaque| compositions::<T>(Leaves { layout, opaque }));
    for (plain, by_rows) in plain.iter().zip(&by_rows) {
        let x = DistArray::random_signed(plain.domain(), 3);
        let y = DistArray::random_signed(plain.range(), 4);
        let what = |way: &str| format!("{way} {} of {shape:?} on {} ranks", by_rows.name(), comm.size());
        assert!(plain.apply_to(&x).unwrap() == by_rows.apply_to(&x).unwrap(), "{}", what("forward"));
        assert!(plain.apply_adjoint_to(&y).unwrap() == by_rows.apply_adjoint_to(&y).unwrap(), "{}", what("adjoint"));
        let add = |operator: &Operator<T>| {
            let (mut added, mut back) = (y.clone(), x.clone());
            let accumulate = operator.accumulate().unwrap();
            accumulate.apply_add(T::from_parts(0.3, -2.0), x.as_slice(), added.as_mut_slice());
            accumulate.apply_adjoint_add(T::from_parts(1.0, 0.4), y.as_slice(), back.as_mut_slice());
            (added, back)
        };
        assert!(add(plain) == add(by_rows), "{}", what("adding"));
    }
}

fn checked<T>(comm: &Comm, shape: &[usize])
where
    T: Scalar<Real = f64>,
{
    let layout = Layout::scatter(comm, shape, 0).unwrap();
    for operator in compositions::<T>(Leaves { layout: &layout, opaque: false }) {
        let report = operator.check(5).unwrap();
        assert!(report.warnings.is_empty(), "{report}");
    }
}

type Solve<T> = fn(&Operator<T>, &DistArray<T>, &mut DistArray<T>, &Options) -> Result<Report<<T as Scalar>::Real>>;

/// What a solver makes of an operator: its report's figures and the model.
fn solved<T: Scalar>(a: &Operator<T>, solve: Solve<T>) -> Result<(String, DistArray<T>)> {
    let b = DistArray::random_signed(a.range(), 7);
    let mut x = DistArray::zeros(a.domain());
    let report = solve(a, &b, &mut x, &Options::exactly(12))?;
    Ok((format!("{:?} {:?}", report.series("cost"), report.series("gradient")), x))
}

/// As many rows as it takes for all compositions to go by rows on every rank: cut evenly; unevenly, with a rank that has
/// none where there are three; not at all.
fn layouts_of_many_rows(comm: &Comm) -> Vec<Layout> {
    let p = comm.size();
    let rows = 64 * p + 5;
    let bounds: Vec<_> = (0..=p)
        .map(|k| {
            if k == p {
                rows
            } else if k == 1 && p > 2 {
                0
            } else {
                k * (60 - k)
            }
        })
        .collect();
    let shape = [rows, 5, 30];
    vec![
        Layout::scatter(comm, &shape, 0).unwrap(),
        Layout::grid(comm, &shape, &[Cut::Bounds(bounds)]).unwrap(),
        Layout::replicated(comm, &shape).unwrap(),
    ]
}

/// CGLS with damping, and CG on the same arrays, part by part and by rows.
fn damped<T: Scalar>(layout: &Layout) {
    let [plain, by_rows] = [true, false].map(|opaque| {
        let a = &compositions::<T>(Leaves { layout, opaque })[..10];
        let stacks = [&a[1], &a[2], &a[9]].into_iter().map(|a| {
            let b = DistArray::random_signed(a.range(), 7);
            let mut x = DistArray::random_signed(a.domain(), 8);
            let report = Cgls::new(a, &b, &mut x).unwrap().damp(0.3).unwrap().solve(&Options::exactly(6)).unwrap();
            (format!("{:?} {:?}", report.series("damped cost"), report.series("gradient")), x)
        });
        stacks
            .chain([solved(&a[0], cg).unwrap(), solved(&a[0], predict_cg).unwrap(), solved(&a[2], cgls).unwrap()])
            .collect::<Vec<_>>()
    });
    assert!(plain == by_rows, "{layout}");
}

const SHAPES: [&[usize]; 6] = [&[37, 12, 20], &[61, 130], &[30, 3, 4, 16], &[40, 3, 50], &[5, 40, 30], &[24, 70, 9]];

crate::bodies! {
    fn compositions_have_the_bits_of_their_parts(comm) {
        for shape in SHAPES {
            let layout = Layout::scatter(comm, shape, 0).unwrap();
            bits_are_the_same::<f64>(&layout);
            bits_are_the_same::<Complex<f32>>(&layout);
        }
        bits_are_the_same::<f32>(&Layout::scatter(comm, SHAPES[0], 0).unwrap());
    }

    fn so_they_have_on_any_cut_of_many_rows(comm) {
        for layout in layouts_of_many_rows(comm) {
            bits_are_the_same::<f64>(&layout);
            bits_are_the_same::<Complex<f32>>(&layout);
        }
    }

    fn damped_solvers_have_the_bits_of_the_parts(comm) {
        for layout in layouts_of_many_rows(comm) {
            damped::<f64>(&layout);
            damped::<Complex<f64>>(&layout);
        }
    }

    fn compositions_do_what_operators_have_to(comm) {
        checked::<f64>(comm, SHAPES[0]);
        checked::<Complex<f64>>(comm, SHAPES[1]);
    }

    fn solvers_have_the_bits_of_the_parts(comm) {
        for shape in &SHAPES[..3] {
            let layout = Layout::scatter(comm, shape, 0).unwrap();
            let [plain, by_rows] = [true, false].map(|opaque| compositions::<f64>(Leaves { layout: &layout, opaque }));
            for solve in [cg, predict_cg] {
                assert_eq!(solved(&plain[0], solve).unwrap(), solved(&by_rows[0], solve).unwrap(), "CG, {shape:?}");
            }
            for k in [0, 1, 2, 3, 8, 9, 13] {
                assert_eq!(solved(&plain[k], cgls).unwrap(), solved(&by_rows[k], cgls).unwrap(), "CGLS, {shape:?}");
            }
        }
    }

    fn one_exchange_serves_a_composition(comm) {
        let layout = Layout::scatter(comm, &[16 * comm.size(), 8, 20], 0).unwrap();
        let leaves = Leaves { layout: &layout, opaque: false };
        let a = &compositions::<f64>(leaves)[0];
        let sides = usize::from(comm.rank() > 0) + usize::from(comm.rank() + 1 < comm.size());
        let sent = a.communication().forward;
        assert_eq!((sent.messages as usize, sent.bytes as usize), (sides, sides * 2 * 160 * 8)); // two planes to each side
        let before = comm.traffic();
        let x = DistArray::full(&layout, 1.0);
        a.apply_into(&x, &mut x.zeros_like()).unwrap();
        assert_eq!((comm.traffic() - before).total().messages, sent.messages);
    }
}
