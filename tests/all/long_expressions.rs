//! Sums, products and powers of very many operators: one list, little scratch, no deep recursion; and
//! handles on parts of a list that do not get in one another's way.

use lops::ndarray::Array2;
use lops::operators::{
    BlockDiag, Diagonal, Identity, MatrixMult, Redistribute, StackedVStack, TransposeAxes, VStack, Zero,
};
use lops::{Comm, Complex, DistArray, Layout, LinearOperator, Operator, Space};

type C = Complex<f64>;

/// A user's plain operator, which cannot add: `y = i x` forwards, from real to complex vectors.
struct Imaginary(Space);

impl LinearOperator<f64, C> for Imaginary {
    fn domain(&self) -> &Space {
        &self.0
    }

    fn range(&self) -> &Space {
        &self.0
    }

    fn apply(&self, x: &[f64], y: &mut [C]) {
        y.iter_mut().zip(x).for_each(|(y, &x)| *y = C::new(0.0, x));
    }

    fn apply_adjoint(&self, y: &[C], x: &mut [f64]) {
        x.iter_mut().zip(y).for_each(|(x, y)| *x = y.im);
    }
}

/// Another one: each element times its number.
struct Plain(Layout, Space);

impl Plain {
    fn on(layout: &Layout) -> Operator<f64> {
        Operator::new(Self(layout.clone(), layout.into()))
    }
}

impl LinearOperator<f64> for Plain {
    fn domain(&self) -> &Space {
        &self.1
    }

    fn range(&self) -> &Space {
        &self.1
    }

    fn apply(&self, x: &[f64], y: &mut [f64]) {
        let first = self.0.range(self.0.comm().rank()).start;
        for (k, (y, x)) in y.iter_mut().zip(x).enumerate() {
            *y = (first + k + 1) as f64 * x;
        }
    }

    fn apply_adjoint(&self, y: &[f64], x: &mut [f64]) {
        self.apply(y, x);
    }
}

/// On a stack that a recursion of a few thousand steps would overflow.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(128 << 10).spawn(work).unwrap().join().unwrap();
}

fn layout() -> Layout {
    Layout::scatter(&Comm::solo(), &[5], 0).unwrap()
}

fn diagonal(layout: &Layout) -> Operator<f64> {
    Diagonal::of(&DistArray::from_fn(layout, |i| 1.0 + 1e-6 * (i[0] as f64 - 2.0))).unwrap()
}

/// A sum, or a product, with one more operator.
type Grown = fn(Operator<f64>, &Operator<f64>, bool) -> Operator<f64>;

/// Each way of writing a loop.
const WAYS: [Grown; 4] = [
    |s, a, product| if product { s * a } else { s + a },
    |s, a, product| if product { &s * a } else { &s + a },
    |s, a, product| if product { a * s } else { a + s },
    |s, a, product| if product { a * &s } else { a + &s },
];

#[test]
fn a_sum_of_ten_thousand_terms_needs_no_scratch() {
    on_a_small_stack(|| {
        let (layout, n) = (layout(), 10_000);
        let a = diagonal(&layout);
        let x = DistArray::<f64>::random_signed(&layout, 1);
        let mut expected = &a * &x;
        for _ in 1..n {
            expected.axpy(1.0, &(&a * &x)).unwrap();
        }
        for way in WAYS {
            let mut s = a.clone();
            for _ in 1..n {
                s = way(s, &a, false);
            }
            assert_eq!(&s * &x, expected);
            assert_eq!(s.adjoint() * &x, expected);
            assert_eq!(s.scratch(), a.scratch(), "only what the term keeps");
            assert_eq!(s.name(), "Diagonal + Diagonal + Diagonal + … 10000 in all");
        }
    });
}

#[test]
fn a_product_of_ten_thousand_factors_keeps_two_vectors() {
    on_a_small_stack(|| {
        let (layout, n) = (layout(), 10_000);
        let a = diagonal(&layout);
        let x = DistArray::<f64>::random_signed(&layout, 1);
        let expected = (0..n).fold(x.clone(), |x, _| &a * &x);
        for way in WAYS {
            let mut p = a.clone();
            for _ in 1..n {
                p = way(p, &a, true);
            }
            assert_eq!(&p * &x, expected);
            assert_eq!(p.adjoint() * &x, expected);
            assert_eq!(p.scratch(), a.scratch() + 2 * 5 * 8);
            assert_eq!(p.name(), "Diagonal · Diagonal · Diagonal · … 10000 in all");
        }
    });
}

#[test]
fn a_power_of_a_hundred_thousand_keeps_two_vectors() {
    on_a_small_stack(|| {
        let (layout, n) = (layout(), 100_000);
        for a in [diagonal(&layout), Plain::on(&layout)] {
            let power = a.pow(n).unwrap();
            let x = DistArray::full(&layout, 1e-300);
            assert_eq!(&power * &x, (0..n).fold(x.clone(), |x, _| &a * &x));
            assert_eq!(power.scratch(), a.scratch() + 2 * 5 * 8);
            assert_eq!(power.name(), format!("{}¹⁰⁰⁰⁰⁰", a.name()));
        }
        let plain = Plain::on(&layout);
        assert_eq!((&plain * &plain).pow(2).unwrap().name(), "(Plain · Plain)²");
        assert_eq!((plain.pow(2).unwrap() * &plain + &plain).name(), "(Plain² · Plain) + Plain");
    });
}

#[test]
fn products_with_another_scalar_inside_stay_flat_on_both_sides() {
    on_a_small_stack(|| {
        let (layout, n) = (layout(), 3_000);
        let (a, i) = (diagonal(&layout), Operator::new(Imaginary((&layout).into())));
        let b = a.to_complex();
        let x = DistArray::<f64>::random_signed(&layout, 1);
        let (mut p, mut expected) = (i.clone(), x.clone());
        for k in 0..n {
            p = if k % 2 == 0 { &p * &a } else { &b * &p };
            expected = &a * &expected;
        }
        assert_eq!(&p * &x, DistArray::from_fn(&layout, |k| C::new(0.0, expected.local()[k])));
        let kept = p.scratch();
        for _ in 0..10 {
            p = &b * &(&p * &a);
        }
        assert_eq!(p.scratch(), kept);
        assert!(kept < a.scratch() + b.scratch() + 12 * 5 * 16, "{p}");
        p.check(1).unwrap();
        let q = &b * &p;
        let both = &p + &q;
        assert_eq!((&both * &x), {
            let mut sum = &p * &x;
            sum.axpy(C::from(1.0), &(&b * &(&p * &x))).unwrap();
            sum
        });
    });
}

crate::bodies! {
    fn handles_see_their_own_part_of_a_list(comm) {
        let layout = Layout::scatter(comm, &[7], 0).unwrap();
        let x = DistArray::<f64>::random_signed(&layout, 1);
        let [a, b, c] = [2.0, 3.0, 5.0].map(|d| Diagonal::of(&DistArray::full(&layout, d)).unwrap());
        let times = |d: f64, operator: &Operator<f64>| {
            let mut expected = x.clone();
            expected.scale(d);
            let off = (&(operator * &x) - &expected).norm() / expected.norm();
            assert!(off < 1e-14, "{operator}");
            operator.check(1).unwrap();
        };
        let s = &a + &b;
        let (t, u, v) = (&s + &c, &s + &a, &c + &s);
        times(5.0, &s);
        times(10.0, &t);
        times(7.0, &u);
        times(10.0, &v);
        times(15.0, &(&t + &s));
        times(20.0, &(&t + 2.0 * &s));
        times(20.0, &(&t + &t));
        times(60.0, &(&t + &s * &t));
        drop((s, u));
        times(13.0, &(t + &b));
        let p = &a * &b;
        let (q, r) = (&p * &c, &c * &p);
        times(6.0, &p);
        times(30.0, &q);
        times(30.0, &r);
        times(1080.0, &(&q * &(&p * &p)));
        times(36.0, &(&p * &p));
        times(6.0 * 186.0, &(&p * &(&p + &q * &p - &p + &p)));
    }

    fn operators_say_what_they_keep(comm) {
        let p = comm.size();
        let layout = Layout::scatter(comm, &[3 * p, p], 0).unwrap();
        let vector = 8 * 3 * p; // bytes of a rank's part
        let d = Diagonal::of(&DistArray::full(&layout, 1.0f64)).unwrap();
        let turned = Layout::scatter(comm, &[3 * p, p], 1).unwrap();
        let turn = Redistribute::to(&turned).on::<f64>(&layout).unwrap();
        // Sent and received, on threads one on its way, there and back: 3 elements for each other rank.
        let messages = 2 * if comm.engine_name() == "threads" { 3 } else { 2 } * (p - 1) * 8 * 3;
        let own = Layout::scatter(&comm.alone(), &[4], 0).unwrap();
        let block = MatrixMult::new(&Array2::<f64>::ones((3, 4))).on(&own).unwrap();
        let complex = DistArray::full(&layout, C::new(0.0, 1.0));
        let rows = vec![block.clone(), 2.0 * &block, block.conj()];
        // Of four numbers: a term, three digits of each and where they stand; and what is sent of that.
        let share = 4 * (comm.rank() + 1) / p - 4 * comm.rank() / p;
        let sum = 4 * (8 + 3 * 8 + 1) + if p > 1 { 4 + share * (3 * 8 + 8) } else { 0 };
        for (found, expected) in [
            (Identity.on::<f64>(&layout).scratch(), 0),
            (Zero::to(&layout).on::<f64, f64>(&layout).unwrap().scratch(), 0),
            (TransposeAxes::new(&[1, 0]).on::<f64>(&layout).unwrap().scratch(), 0),
            (d.scratch(), vector),
            (d.adjoint().scratch(), vector),
            (Diagonal::of(&complex).unwrap().conj().scratch(), 6 * vector), // the diagonal and two vectors, all complex
            (d.to_complex().scratch(), 3 * vector),
            (block.scratch(), 8 * 12),
            (turn.scratch(), messages),
            ((&turn * &d * turn.adjoint()).scratch(), 3 * vector + messages),
            ((&d * &d).scratch(), 2 * vector),
            ((&d + &d - 2.0 * &d).scratch(), vector),
            (BlockDiag::of(comm, rows.clone()).unwrap().scratch(), 8 * 12),
            (VStack::of(comm, rows).unwrap().scratch(), 8 * 12 + sum),
            (StackedVStack::of(vec![d.clone(), d.clone()]).unwrap().scratch(), vector),
        ] {
            assert_eq!(found, expected);
        }
        assert!(d.to_string().contains(&format!("\n  keeps {vector} bytes\n")), "{d}");
    }

    fn plain_operators_add_in_the_order_written(comm) {
        let layout = Layout::scatter(comm, &[7], 0).unwrap();
        let (d, plain) = (Diagonal::<f64>::of(&DistArray::random_signed(&layout, 4)).unwrap(), Plain::on(&layout));
        let x = DistArray::<f64>::random_signed(&layout, 1);
        let mut expected = &d * &x;
        expected.axpy(1.0, &(&plain * &x)).unwrap();
        expected.axpy(1.0, &x).unwrap();
        let sum = &d + &plain + Identity.on(&layout);
        assert_eq!(&sum * &x, expected);
        let stack = StackedVStack::of(vec![d.clone(), plain.clone(), Identity.on(&layout)]).unwrap();
        assert_eq!(stack.adjoint() * &DistArray::stack(&[&x, &x, &x]).unwrap(), expected);
        for (operator, vectors) in [(&d + &plain, 2), (&plain * &plain, 2), (&plain * &d, 2), (&d * &d, 1),
            (&d * &d * &d, 2), (plain.adjoint(), 0), (2.0 * &plain, 0), (stack.adjoint() * &stack, 2 + 3)] {
            let own = operator.scratch() - if operator.name().contains("Diagonal") { d.scratch() } else { 0 };
            assert_eq!(own, vectors * 8 * layout.local_len(), "{operator}");
            assert!((&operator + &sum).accumulate().is_some(), "{operator}");
            operator.check(1).unwrap();
            (&operator.adjoint() + 3.0 * &operator + &operator).check(1).unwrap();
        }
    }
}
