//! SEG-Y files: traces and fields of their headers, on all ranks.

use crate::bodies;
use crate::cases::Dice;
use crate::files::{Folder, kinds, put, values};
use lops::io::{self, NewSegy, SegyFormat, SegyRevision};
use lops::ndarray::ArrayD;
use lops::{DistArray, ErrorKind, Layout, comm::Verb};

/// A file of this format, whose trace k has these samples, the inline k / 3 and the crossline k % 3.
fn segy(format: u16, traces: &[Vec<[u8; 4]>], texts: u16, big: bool) -> Vec<u8> {
    let two = |n: u16| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let four = |n: i32| if big { n.to_be_bytes() } else { n.to_le_bytes() };
    let mut bytes = vec![b'C'; 3200];
    let mut binary = vec![0; 400];
    let samples = traces[0].len() as u16;
    for (at, n) in [(16, 4000), (20, samples), (24, format), (304, texts)] {
        binary[at..at + 2].copy_from_slice(&two(n));
    }
    if !big {
        binary[96..100].copy_from_slice(&[4, 3, 2, 1]);
    }
    bytes.extend(binary);
    bytes.extend(vec![b' '; 3200 * usize::from(texts)]);
    for (k, trace) in traces.iter().enumerate() {
        let mut header = vec![0; 240];
        header[114..116].copy_from_slice(&two(samples));
        header[188..192].copy_from_slice(&four(k as i32 / 3));
        header[192..196].copy_from_slice(&four(k as i32 % 3));
        bytes.extend(header);
        bytes.extend(trace.iter().flatten());
    }
    bytes
}

/// IBM's numbers for multiples of 1/2 below 4096.
fn ibm(value: f32) -> [u8; 4] {
    let sign = if value < 0.0 { 0x8000_0000 } else { 0 };
    let fraction = (value.abs() * 4096.0) as u32; // of 16³
    (if fraction == 0 { 0 } else { sign | 0x4300_0000 | fraction }).to_be_bytes()
}

bodies! {
    fn traces_in_any_layout(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.sgy");
        let shape = [4, 3, 10];
        let global = values(&shape, |k| k as f32 * 0.5 - 20.0);
        let mut dice = Dice::new(61);
        for (format, code, texts, big) in [(SegyFormat::Ibm, 1, 0, true), (SegyFormat::F32, 5, 2, true), (SegyFormat::F32, 5, 0, false)] {
            let sample = |&v: &f32| match (format, big) {
                (SegyFormat::Ibm, _) => ibm(v),
                (_, true) => v.to_be_bytes(),
                (_, false) => v.to_le_bytes(),
            };
            let traces: Vec<Vec<_>> = global.rows().into_iter().map(|row| row.iter().map(sample).collect()).collect();
            put(comm, &path, &segy(code, &traces, texts, big));
            let file = io::open_segy(comm, &path).unwrap();
            assert_eq!((file.shape(), file.format(), file.interval()), ([12, 10], format, 4000.0));
            assert_eq!((file.text().len(), file.binary_header().len()), (3200, 400));
            for layout in kinds(comm, &shape, &mut dice) {
                assert_eq!(file.load(&layout).unwrap(), DistArray::from_global(&layout, &global).unwrap(), "{layout}");
            }
            let line = Layout::scatter(comm, &[12], 0).unwrap();
            let fields = [189, 193].map(|byte| file.trace_field::<i32>(byte).unwrap().load::<i32>(&line).unwrap());
            assert_eq!(fields[0], DistArray::from_fn(&line, |i| i[0] as i32 / 3));
            assert_eq!(fields[1], DistArray::from_fn(&line, |i| i[0] as i32 % 3));
            assert_eq!(file.trace_field::<i32>(238).unwrap_err().kind(), ErrorKind::Parameter);
            assert_eq!(file.trace_field::<i32>(0).unwrap_err().kind(), ErrorKind::Parameter);
            let other = Layout::scatter(comm, &[10, 12], 0).unwrap();
            assert_eq!(file.load(&other).unwrap_err().kind(), ErrorKind::Shape);
            comm.barrier();
        }
    }

    fn files_that_lie(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.sgy");
        let whole = segy(5, &vec![vec![[0; 4]; 10]; 6], 0, true);
        let refused = |bytes: &[u8], case: &str| {
            put(comm, &path, bytes);
            let error = io::open_segy(comm, &path).err().unwrap_or_else(|| panic!("{case} was read"));
            assert_eq!(error.kind(), ErrorKind::Format, "{case}: {error}");
        };
        for length in [0, 1, 3199, 3599, 3601, 3900, whole.len() - 1] {
            refused(&whole[..length], &format!("{length} bytes"));
        }
        let with = |at: usize, bytes: [u8; 2]| {
            let mut other = whole.clone();
            other[3200 + at..3200 + at + 2].copy_from_slice(&bytes);
            other
        };
        refused(&with(24, [0, 4]), "gain");
        refused(&with(24, [0, 77]), "no format");
        let new = |at: usize, bytes: [u8; 2]| {
            let mut other = with(300, [1, 0]);
            other[3200 + at..3200 + at + 2].copy_from_slice(&bytes);
            other
        };
        refused(&new(304, [255, 255]), "texts until one says so");
        refused(&new(304, [127, 255]), "more texts than bytes");
        let layout = Layout::scatter(comm, &[6, 10], 0).unwrap();
        let zeros = DistArray::<f32>::zeros(&layout);
        // What may be wrong: revision 0 has no more texts, and one trace header is not the file.
        for bytes in [with(304, [255, 255]), with(400 + 114, [0, 11]), with(20, [0, 11]), with(20, [0, 0]), with(20, [255, 255])] {
            let mut bytes = bytes;
            for trace in 0..6 {
                let at = 3600 + trace * 280 + 114;
                let is_wrong = trace == 0 && bytes[at + 1] == 11;
                bytes[at..at + 2].copy_from_slice(&[0, if is_wrong { 11 } else { 10 }]);
            }
            put(comm, &path, &bytes);
            assert_eq!(io::open_segy(comm, &path).unwrap().load(&layout).unwrap(), zeros);
            comm.barrier();
        }
        // Integers are read where they are exact, on all ranks or on none.
        let mut integers = with(24, [0, 2]);
        put(comm, &path, &integers);
        let file = io::open_segy(comm, &path).unwrap();
        assert_eq!(file.load(&layout).unwrap(), zeros);
        assert_eq!(file.samples().load::<i32>(&layout).unwrap(), DistArray::zeros(&layout));
        comm.barrier();
        let last = integers.len();
        integers[last - 4..].copy_from_slice(&0x0100_0001_i32.to_be_bytes());
        put(comm, &path, &integers);
        let file = io::open_segy(comm, &path).unwrap();
        let error = file.load(&layout).unwrap_err();
        assert!(error.message().ends_with("expected samples exact as float32, found 16777217"), "{error}");
        assert_eq!(file.load_f64(&layout).unwrap().max().unwrap(), 16_777_217.0);
        comm.barrier();
        put(comm, &path, &segy(6, &vec![vec![[64, 0, 0, 0]; 10]; 6], 0, true));
        let file = io::OpenSegy::new().samples(5).open(comm, &path).unwrap();
        let short = Layout::scatter(comm, &[6, 5], 1).unwrap();
        assert_eq!(file.load(&short).unwrap_err().kind(), ErrorKind::Format);
        assert!(file.load_f64(&short).unwrap().gather_all().iter().all(|&v| (v - 2.0).abs() < 1e-3));
    }

    fn traces_from_any_layout(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.sgy");
        let mut dice = Dice::new(62);
        for shape in [&[4, 3, 10][..], &[7, 5], &[0, 4], &[1, 9], &[2, 1, 3, 6]] {
            let global: ArrayD<f32> = values(shape, |k| k as f32 * 0.5 - 20.0);
            let traces: usize = shape[..shape.len() - 1].iter().product();
            let samples = shape[shape.len() - 1];
            for (k, layout) in kinds(comm, shape, &mut dice).iter().enumerate() {
                let x = DistArray::from_global(layout, &global).unwrap();
                let revision = [SegyRevision::One, SegyRevision::Two][k % 2];
                let new = NewSegy::new(500.0).revision(revision);
                let new = if k % 3 == 0 { new.ibm() } else { new };
                new.write(&path, &x).unwrap();
                let file = io::open_segy(comm, &path).unwrap();
                assert_eq!((file.shape(), file.interval()), ([traces, samples], 500.0), "{layout}");
                assert_eq!(file.format(), if k % 3 == 0 { SegyFormat::Ibm } else { SegyFormat::F32 });
                assert_eq!(file.load(layout).unwrap(), x, "{layout}");
                comm.barrier();
            }
        }
        assert_eq!(folder.names(), ["x.sgy"]);
    }

    fn every_type_and_every_number_is_written_or_refused(comm) {
        let folder = Folder::new(comm);
        let path = folder.path("x.sgy");
        let layout = Layout::scatter(comm, &[5, 8], 1).unwrap();
        let new = || NewSegy::new(62.5).revision(SegyRevision::Two);
        macro_rules! trip {
            ($($t:ty)*) => {$(
                let x = DistArray::from_fn(&layout, |i| (100 - 10 * i[0] - i[1]) as $t);
                new().write(&path, &x).unwrap();
                let file = io::open_segy(comm, &path).unwrap();
                assert_eq!(file.interval(), 62.5);
                assert_eq!(file.samples().load::<$t>(&layout).unwrap(), x);
                assert_eq!(file.load_f64(&layout).unwrap(), x.map(|v| v as f64));
                comm.barrier();
            )*};
        }
        trip! { f32 f64 i8 i16 i32 i64 u8 u16 u32 u64 }
        let x = DistArray::full(&layout, 1.5_f32);
        let kind = |new: NewSegy<'_>| new.write(&path, &x).map_err(|e| e.kind());
        assert_eq!(kind(NewSegy::new(62.5)), Err(ErrorKind::Parameter));
        assert_eq!(kind(NewSegy::new(-1.0)), Err(ErrorKind::Parameter));
        assert_eq!(kind(new().field(115, &DistArray::full(Layout::scatter(comm, &[5], 0).unwrap(), 1_i16))), Err(ErrorKind::Parameter));
        assert_eq!(kind(new().field(240, &DistArray::full(Layout::scatter(comm, &[5], 0).unwrap(), 1_i16))), Err(ErrorKind::Parameter));
        assert_eq!(kind(new().field(1, &DistArray::full(Layout::scatter(comm, &[6], 0).unwrap(), 1_i16))), Err(ErrorKind::Shape));
        assert_eq!(NewSegy::new(1.0).write(&path, &x.map(f64::from)).unwrap_err().kind(), ErrorKind::Parameter);
        assert_eq!(new().ibm().write(&path, &x.map(f64::from)).unwrap_err().kind(), ErrorKind::Parameter);
        let line = DistArray::<f32>::zeros(Layout::scatter(comm, &[5], 0).unwrap());
        assert_eq!(new().write(&path, &line).unwrap_err().kind(), ErrorKind::Shape);
        // One rank's sample.
        let x = DistArray::from_fn(&layout, |i| if i == [4, 7] { f32::NAN } else { 0.0 });
        let error = new().ibm().write(&path, &x).unwrap_err();
        assert!(error.message().starts_with("sample of trace 4: expected a finite number"), "{error}");
        assert_eq!(folder.names(), ["x.sgy"]);
        // More samples than two bytes count, and each rank's traces from where they are.
        let long = Layout::scatter(comm, &[3, 70_000], 0).unwrap();
        let x = DistArray::from_fn(&long, |i| (i[0] * 70_000 + i[1]) as f32);
        assert_eq!(NewSegy::new(1.0).write(&path, &x).unwrap_err().kind(), ErrorKind::Parameter);
        let before = comm.traffic();
        new().write(&path, &x).unwrap();
        let traffic = comm.traffic() - before;
        assert_eq!((traffic[Verb::AllReduce].calls, traffic[Verb::Broadcast].calls, traffic.total().calls), (4, 1, 5));
        assert_eq!(io::open_segy(comm, &path).unwrap().load(&long).unwrap(), x);
    }
}
