//! Inversions of which the model is on every rank and the data are dealt out, and arrays of chunks that overlap: the same
//! bits on any number of ranks.

use lops::layout::{Chunk, Cut, Mode};
use lops::ndarray::Array2;
use lops::numbers::Summation;
use lops::operators::{Fold, Groups, HStack, MatrixMult, VStack};
use lops::solvers::cgls;
use lops::{Comm, Complex, DistArray, Layout, LinearOperator, Operator, Options, Real, Result, Scalar};

/// Pixels along a side of the image, angles, rays of an angle.
const SIDE: usize = 12;
const ANGLES: usize = 18;
const RAYS: usize = 15;

/// The rays of an angle through the image: how near each pixel is to each ray.
fn projection<T: Scalar>(comm: &Comm, angle: usize) -> Result<Operator<T>> {
    let (sine, cosine) = (angle as f64 * std::f64::consts::PI / ANGLES as f64).sin_cos();
    let half = (SIDE - 1) as f64 / 2.0;
    let matrix = Array2::from_shape_fn((RAYS, SIDE * SIDE), |(ray, pixel)| {
        let (row, column) = ((pixel / SIDE) as f64 - half, (pixel % SIDE) as f64 - half);
        let from_ray = column * cosine + row * sine - (ray as f64 - (RAYS - 1) as f64 / 2.0) * 1.2;
        T::from_parts((1.2 - from_ray.abs()).max(0.0), 0.1 * (-from_ray * from_ray).exp())
    });
    MatrixMult::new(&matrix).on(&Layout::scatter(&comm.alone(), &[SIDE * SIDE], 0)?)
}

/// Two bright discs, after 60 iterations of CGLS on their projections.
fn image<T: Scalar>(comm: &Comm, groups: Groups) -> Result<Vec<T>> {
    let a = VStack::over(groups, ANGLES, |angle| projection::<T>(comm, angle))?;
    let truth = DistArray::from_fn(a.domain().layouts()[0], |i| {
        let (row, column) = ((i[0] / SIDE) as f64, (i[0] % SIDE) as f64);
        let inside = |r: f64, c: f64, radius: f64| (row - r).hypot(column - c) < radius;
        T::from_parts(f64::from(u8::from(inside(4.0, 4.0, 3.0))) + f64::from(u8::from(inside(8.0, 7.0, 2.0))), 0.2)
    });
    let data = a.apply_to(&truth)?;
    let mut x = truth.zeros_like();
    let report = cgls(&a, &data, &mut x, &Options::exactly(60))?;
    assert_eq!(report.iterations, 60);
    let cost = report.series("cost").iter().map(|&cost| Real::to_f64(cost)).collect::<Vec<_>>();
    assert!(cost[60] < 1e-2 * cost[0], "{cost:?}");
    Ok(x.gather_all().iter().copied().collect())
}

fn tomography_is_that_of_one_rank<T: Scalar>(comm: &Comm) {
    let one = image::<T>(comm, (&comm.alone()).into()).unwrap();
    assert_eq!(image::<T>(comm, comm.into()).unwrap(), one);
}

/// Sources side by side over receivers one below another: a horizontal stack of the adjoints of vertical ones.
fn both_ways<T: Scalar>(comm: &Comm) -> Result<Vec<T>> {
    let down = VStack::over(comm, 7, |k| projection::<T>(comm, k))?;
    let across = HStack::over(comm, 5, |k| Ok(projection::<T>(comm, 2 * k + 1)?.adjoint()))?;
    let a = down.compose(&across)?;
    let truth = DistArray::random_signed(a.domain(), 9);
    let data = a.apply_to(&truth)?;
    let mut x = truth.zeros_like();
    let report = cgls(&a, &data, &mut x, &Options::exactly(40))?;
    assert_eq!(report.iterations, 40);
    Ok(x.gather_all().iter().copied().collect())
}

/// Windows of an axis that overlap, each on a rank of its own choice.
const WINDOWS: [std::ops::Range<usize>; 7] = [0..9, 4..20, 2..31, 8..40, 0..40, 17..22, 39..40];

/// Numbers of any size in each window, among them some that cancel, −0, infinities and NaN.
fn windows<T: Scalar>(comm: &Comm, mode: Mode, rank_of: impl Fn(usize) -> usize) -> DistArray<T> {
    let mut map = vec![vec![]; comm.size()];
    WINDOWS.iter().enumerate().for_each(|(k, window)| map[rank_of(k)].push(window.clone()));
    let layout = Layout::chunked(comm, &[40], &map, mode).unwrap();
    let mut x = DistArray::zeros(&layout);
    for (region, mut chunk) in x.chunks_mut() {
        let which = WINDOWS.iter().position(|window| region.sets()[0].as_range().as_ref() == Some(window)).unwrap();
        for (k, value) in chunk.iter_mut().enumerate() {
            let i = region.index(k)[0];
            let size = 10f64.powi((which * 11 + i * 5) as i32 % 33 - 16);
            let any = |seed| size * lops::library::uniform(seed, (which * 40 + i) as u64);
            *value = match (i, which) {
                (10, _) => T::from_parts([0.0, 1e16, 1.0, -1e16, 3.0][which], 0.0),
                (11, _) => T::from_parts(-0.0, -0.0),
                (12, 3) | (13, 3 | 4) => T::from_parts(f64::INFINITY, 1.0),
                (13, 2) => T::from_parts(f64::NEG_INFINITY, 1.0),
                (14, 1) => T::from_parts(f64::NAN, f64::NAN),
                _ => T::from_parts(any(3), any(4)),
            };
        }
    }
    x
}

/// The array that windows make, by several ways, all NaN being one.
fn put_together<T: Scalar>(comm: &Comm, mode: Mode, rank_of: impl Fn(usize) -> usize + Copy) -> Vec<String> {
    let x = windows::<T>(comm, mode, rank_of);
    let even = x.redistribute(&Layout::scatter(comm, &[40], 0).unwrap()).unwrap();
    let cyclic = x.redistribute(&Layout::grid(comm, &[40], &[Cut::Cyclic]).unwrap()).unwrap();
    let replicas = x.change_mode(Mode::Replica).unwrap();
    let whole = format!("{:?}", even.gather_all());
    for other in [x.gather_all(), cyclic.gather_all(), replicas.gather_all()] {
        assert_eq!(format!("{other:?}"), whole);
    }
    vec![whole, format!("{:?}", x.slice(&lops::index![15..]).unwrap().norm())]
}

fn windows_may_be_dealt_out<T: Scalar>(comm: &Comm) {
    let p = comm.size();
    for mode in [Mode::Sum, Mode::Product] {
        let one = put_together::<T>(&comm.alone(), mode, |_| 0);
        assert_eq!(put_together::<T>(comm, mode, |k| k % p), one, "{mode}");
        assert_eq!(put_together::<T>(comm, mode, |k| k * p / WINDOWS.len()), one, "{mode}");
        assert_eq!(put_together::<T>(comm, mode, |k| (p + 6 - k) % p), one, "{mode}");
        assert_eq!(put_together::<T>(comm, mode, |k| p - 1 - (k / 2) % p), one, "{mode}");
    }
}

crate::bodies! {
    fn sums_of_chunks_have_the_same_bits_however_dealt_out(comm) {
        windows_may_be_dealt_out::<f64>(comm);
        windows_may_be_dealt_out::<f32>(comm);
        windows_may_be_dealt_out::<Complex<f64>>(comm);
        windows_may_be_dealt_out::<Complex<f32>>(comm);
        let x = windows::<f64>(comm, Mode::Sum, |k| (3 * k + 1) % comm.size()).gather_all();
        assert_eq!(x[[10]], 4.0); // 1e16 + 1 − 1e16 + 3
        assert_eq!((x[[11]].to_bits(), x[[12]]), ((-0.0f64).to_bits(), f64::INFINITY));
        assert!(x[[13]].is_nan() && x[[14]].is_nan() && x[[15]].is_finite());
    }

    fn windows_fold_to_the_same_bits_however_dealt_out(comm) {
        let folded = |comm: &Comm, rank_of: &dyn Fn(usize) -> usize| {
            let x = windows::<f64>(comm, Mode::Replica, rank_of);
            let fold = Fold::of(x.layout().unwrap()).on::<f64>(&Layout::scatter(comm, &[40], 0).unwrap()).unwrap();
            let local = x.as_slice().iter().map(|&x| if x.is_finite() { x } else { 1.0 }).collect();
            let x = DistArray::from_local(fold.domain(), local).unwrap();
            fold.apply_to(&x).unwrap().gather_all()
        };
        let one = folded(&comm.alone(), &|_| 0);
        assert_eq!(one[[10]], 4.0);
        for turn in 0..3 {
            assert_eq!(folded(comm, &|k| (5 * k + turn) % comm.size()), one);
        }
    }

    fn products_of_chunks_have_the_same_bits_however_dealt_out(comm) {
        let cut = |comm: &Comm, turn: usize| {
            let (mut left, mut right) = (vec![vec![]; comm.size()], vec![vec![]; comm.size()]);
            for k in 0..6 {
                left[(k + turn) % comm.size()].push(Chunk::from((.., 5 * k..5 * k + 5)));
                right[(k + turn) % comm.size()].push(Chunk::from(5 * k..5 * k + 5));
            }
            let field = |shape: &[usize], map: &[Vec<Chunk>]| {
                let layout = Layout::chunked(comm, shape, map, Mode::Replica).unwrap();
                DistArray::from_fn(&layout, |i| (i[0] as f64 * 0.7 + i[1] as f64 * 1.3).sin())
            };
            let product = lops::library::matmul(&field(&[3, 30], &left), &field(&[30, 4], &right)).unwrap();
            product.gather_all()
        };
        let one = cut(&comm.alone(), 0);
        (0..4).for_each(|turn| assert_eq!(cut(comm, turn), one));
    }

    fn tomography_has_the_bits_of_one_rank(comm) {
        tomography_is_that_of_one_rank::<f64>(comm);
        tomography_is_that_of_one_rank::<f32>(comm);
        tomography_is_that_of_one_rank::<Complex<f64>>(comm);
        tomography_is_that_of_one_rank::<Complex<f32>>(comm);
    }

    fn stacks_both_ways_have_the_bits_of_one_rank(comm) {
        assert_eq!(both_ways::<f64>(comm).unwrap(), both_ways::<f64>(&comm.alone()).unwrap());
        assert_eq!(both_ways::<Complex<f32>>(comm).unwrap(), both_ways::<Complex<f32>>(&comm.alone()).unwrap());
    }

    /// That the tests above can fail.
    fn plain_sums_differ_where_ranks_do(comm) {
        let plain = |comm: &Comm| image::<f64>(comm, Groups::from(comm).summation(Summation::Plain)).unwrap();
        let (one, many) = (plain(&comm.alone()), plain(comm));
        assert_eq!(one == many, comm.size() == 1);
        let far = one.iter().zip(&many).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        assert!(far < 1e-2, "{far}");
    }

    fn too_many_terms_are_refused(comm) {
        let error = lops::comm::VectorSum::<f32>::new(comm, 3, 70_000).unwrap_err();
        assert!(error.to_string().ends_with("expected at most 65536, found 70000"), "{error}");
    }

    fn parts_of_sums_go_to_their_ranks(comm) {
        let ranks = comm.size();
        let counts: Vec<_> = (0..ranks).map(|rank| (rank + 1) % 3).collect();
        let start: usize = counts[..comm.rank()].iter().sum();
        let total: usize = counts.iter().sum();
        let values: Vec<_> = (0..total).map(|k| (k * 10 + comm.rank()) as i32).collect();
        let mut mine = vec![0; counts[comm.rank()]];
        comm.reduce_scatter_into(&values, &counts, &mut mine);
        let expected = |k: usize| (ranks * k * 10 + ranks * (ranks - 1) / 2) as i32;
        assert_eq!(mine, (start..start + mine.len()).map(expected).collect::<Vec<_>>());
        // A large one, of complex numbers.
        let n = 40_000;
        let counts: Vec<_> = (0..ranks).map(|rank| n * (rank + 1) / ranks - n * rank / ranks).collect();
        let start: usize = counts[..comm.rank()].iter().sum();
        let values: Vec<_> = (0..n).map(|k| Complex::new(k as f64, comm.rank() as f64)).collect();
        let mut mine = vec![Complex::default(); counts[comm.rank()]];
        comm.reduce_scatter_into(&values, &counts, &mut mine);
        let expected = |k: usize| Complex::new((ranks * k) as f64, (ranks * (ranks - 1) / 2) as f64);
        assert!(mine.iter().enumerate().all(|(k, &z)| z == expected(start + k)));
    }
}
