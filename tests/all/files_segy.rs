//! SEG-Y files: traces and fields of their headers, on all ranks.

use crate::bodies;
use crate::cases::Dice;
use crate::files::{Folder, kinds, put, values};
use lops::io::{self, SegyFormat};
use lops::{DistArray, ErrorKind, Layout};

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
            assert_eq!((file.shape(), file.format(), file.interval()), ([12, 10], format, 4000));
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
        refused(&with(20, [0, 0]), "no samples");
        refused(&with(20, [255, 255]), "more samples than bytes");
        refused(&with(24, [0, 4]), "gain");
        refused(&with(24, [0, 77]), "no format");
        refused(&with(304, [255, 255]), "texts until one says so");
        refused(&with(304, [127, 255]), "more texts than bytes");
        refused(&with(400 + 114, [0, 11]), "another length in the first trace");
        put(comm, &path, &with(24, [0, 2]));
        let layout = Layout::scatter(comm, &[6, 10], 0).unwrap();
        let integers = io::open_segy(comm, &path).unwrap();
        assert_eq!(integers.load(&layout).unwrap_err().kind(), ErrorKind::Format);
        assert_eq!(integers.samples().load::<i32>(&layout).unwrap(), DistArray::zeros(&layout));
    }
}
