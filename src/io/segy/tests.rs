//! Files whose headers say it all, nothing, or something wrong; and files of other programs.

use super::*;
use crate::comm::Comm;
use crate::error::{ErrorKind, Result};
use crate::io::tests::{Folder, folder};
use crate::layout::Layout;
use std::env;
use std::path::Path;

/// A file of IEEE's numbers in the making, of which everything can be wrong.
#[derive(Clone)]
struct Made {
    big: bool,
    traces: usize,
    samples: usize,
    /// In the binary header.
    count: u16,
    /// In trace headers.
    counts: fn(usize, usize) -> u16,
    revision: [u8; 2],
    /// More of the binary header.
    more: Vec<(usize, Vec<u8>)>,
    /// Between the binary header and the first trace.
    before: Vec<u8>,
    after: usize,
}

fn made(samples: usize) -> Made {
    let counts = |_: usize, samples: usize| samples as u16;
    let (revision, more) = ([0, 0], vec![]);
    Made { big: true, traces: 5, samples, count: samples as u16, counts, revision, more, before: vec![], after: 0 }
}

impl Made {
    fn two(&self, n: u16) -> [u8; 2] {
        if self.big { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    fn value(trace: usize, sample: usize) -> f32 {
        (1000 * trace + sample % 997) as f32 + 0.5
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![b' '; HEADERS];
        let binary = &mut bytes[TEXT..];
        binary.fill(0);
        let mut put = |at: usize, some: &[u8]| binary[at..at + some.len()].copy_from_slice(some);
        put(16, &self.two(2000));
        put(20, &self.two(self.count));
        put(24, &self.two(5));
        put(300, &self.revision);
        self.more.iter().for_each(|(at, some)| put(*at, some));
        bytes.extend(&self.before);
        for trace in 0..self.traces {
            let mut header = [0; TRACE_HEADER];
            header[114..116].copy_from_slice(&self.two((self.counts)(trace, self.samples)));
            bytes.extend(header);
            for sample in 0..self.samples {
                let value = Self::value(trace, sample);
                bytes.extend(if self.big { value.to_be_bytes() } else { value.to_le_bytes() });
            }
        }
        bytes.resize(bytes.len() + self.after, 7);
        bytes
    }

    /// The file, opened with what is told.
    fn opened(&self, told: &OpenSegy) -> Result<Segy> {
        let (_folder, path) = saved(&self.bytes());
        told.open(&Comm::solo(), path)
    }

    /// It is read as what was put into it.
    fn reads(&self, told: &OpenSegy) {
        let (_folder, path) = saved(&self.bytes());
        let file = told.open(&Comm::solo(), path).unwrap();
        assert_eq!((file.shape(), file.is_big_endian()), ([self.traces, self.samples], self.big));
        let layout = Layout::scatter(file.samples().comm(), &file.shape(), 0).unwrap();
        let x = file.load(&layout).unwrap();
        for (k, &value) in x.as_slice().iter().enumerate() {
            assert_eq!(value, Self::value(k / self.samples, k % self.samples));
        }
    }

    fn is_refused(&self) {
        let error = self.opened(&OpenSegy::new()).map(|file| file.shape()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Format, "{error}");
    }
}

fn saved(bytes: &[u8]) -> (Folder, std::path::PathBuf) {
    let folder = folder();
    let path = folder.path().join("x.sgy");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

const NOTHING: OpenSegy = OpenSegy::new();

#[test]
fn counts_of_two_bytes_that_do_not_suffice() {
    for big in [true, false] {
        for samples in [32_768, 40_000, 65_535, 65_536, 70_000] {
            let number = (samples as u32).to_be_bytes();
            let number = if big { number } else { (samples as u32).to_le_bytes() };
            let counts: [fn(usize, usize) -> u16; 5] = [
                |_, n| n as u16,
                |_, n| n.min(32_767) as u16,
                |_, n| n.min(65_535) as u16,
                |_, _| 0,
                |trace, n| if trace == 0 { 0 } else { n as u16 },
            ];
            for counts in counts {
                // Revision 2 with its own field, whatever stands in the older one.
                for count in [0, 32_767, 65_535, samples as u16] {
                    let new = Made { big, count, counts, revision: [2, 0], traces: 3, ..made(samples) };
                    Made { more: vec![(68, number.to_vec())], ..new }.reads(&NOTHING);
                }
                let old = Made { big, counts, traces: 3, ..made(samples) };
                if u16::try_from(samples).is_ok() {
                    old.reads(&NOTHING);
                }
                // The field is used, and the revision not said.
                if samples < 65_536 && counts(1, samples) != 0 {
                    Made { count: 32_767, more: vec![(68, number.to_vec())], ..old.clone() }.reads(&NOTHING);
                }
                // Nothing says it but the user.
                let cut = Made { count: 32_767, ..old };
                cut.reads(&OpenSegy::new().samples(samples));
            }
        }
    }
}

#[test]
fn either_order_of_bytes() {
    for big in [true, false] {
        let file = Made { big, ..made(31) };
        file.reads(&NOTHING);
        let told = if big { OpenSegy::new().big_endian() } else { OpenSegy::new().little_endian() };
        file.reads(&told);
        let constant = if big { [1, 2, 3, 4] } else { [4, 3, 2, 1] };
        for revision in [[0, 0], [1, 0], [0, 1], [2, 0], [0, 2], [2, 1]] {
            Made { revision, ..file.clone() }.reads(&NOTHING);
            Made { revision, more: vec![(96, constant.to_vec())], ..file.clone() }.reads(&NOTHING);
        }
        // No code of a format: the order of the constant, or the one in which the lengths are right.
        for more in [vec![(24, vec![0, 0])], vec![(24, vec![0, 0]), (96, constant.to_vec())]] {
            Made { more, ..file.clone() }.reads(&OpenSegy::new().format(SegyFormat::F32));
        }
        assert!(Made { more: vec![(24, vec![0, 0])], ..file.clone() }.opened(&NOTHING).is_err());
        Made { more: vec![(96, vec![2, 1, 4, 3])], ..file.clone() }.is_refused();
        assert!(
            file.opened(&if big { OpenSegy::new().little_endian() } else { OpenSegy::new().big_endian() }).is_err()
        );
    }
}

#[test]
fn counts_that_are_wrong() {
    let file = made(25);
    for count in [0, 24, 26, 1000, 32_767, 65_535] {
        Made { count, ..file.clone() }.reads(&NOTHING); // trace headers agree
    }
    let counts: [fn(usize, usize) -> u16; 6] = [
        |trace, n| n as u16 - u16::from(trace == 0),
        |trace, n| n as u16 - u16::from(trace == 4),
        |trace, n| if trace == 2 { 9999 } else { n as u16 },
        |_, _| 1000, // copied from other files, all of them
        |_, _| 0,
        |trace, n| {
            if trace == 0 {
                7
            } else if trace == 3 {
                0
            } else {
                n as u16
            }
        },
    ];
    for counts in counts {
        Made { counts, ..file.clone() }.reads(&NOTHING);
        for traces in [1, 2, 3, 200] {
            Made { traces, counts, ..file.clone() }.reads(&NOTHING);
        }
    }
    // Nothing fits, or nothing is said.
    Made { count: 0, counts: |_, _| 0, ..file.clone() }.is_refused();
    Made { count: 0, counts: |trace, n| n as u16 - u16::from(trace == 4), ..file.clone() }.is_refused();
    Made { count: 24, counts: |_, n| n as u16 + 1, ..file.clone() }.is_refused();
    Made { after: 1, ..file.clone() }.is_refused();
    assert_eq!(file.opened(&OpenSegy::new().samples(24)).unwrap_err().kind(), ErrorKind::Format);
    Made { count: 0, counts: |_, _| 0, ..file }.reads(&OpenSegy::new().samples(25));
}

/// A file of this length could be one of even traces.
#[test]
fn traces_of_several_lengths_are_no_volume() {
    for lengths in [&[24, 26][..], &[26, 24], &[20, 30, 25], &[25, 24, 26, 25], &[10, 40, 25, 25, 25, 25, 25]] {
        let mut bytes = Made { traces: 0, ..made(25) }.bytes();
        for &n in lengths {
            let traces = Made { traces: 1, ..made(n) }.bytes();
            bytes.extend(&traces[HEADERS..]);
        }
        let (_folder, path) = saved(&bytes);
        let error = open_segy(&Comm::solo(), path).map(|file| file.shape()).unwrap_err();
        assert!(error.message().contains("expected traces of one length, found"), "{lengths:?}: {error}");
    }
}

#[test]
fn what_revision_2_adds() {
    for big in [true, false] {
        let order =
            |bytes: &[u8]| -> Vec<u8> { if big { bytes.to_vec() } else { bytes.iter().rev().copied().collect() } };
        let field = |at: usize, bytes: &[u8]| (at, order(bytes));
        let file = Made { big, revision: [2, 0], ..made(25) };
        let interval = |more: Vec<(usize, Vec<u8>)>| Made { more, ..file.clone() }.opened(&NOTHING).unwrap().interval();
        assert_eq!(interval(vec![field(72, &62.5_f64.to_be_bytes())]), 62.5);
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(interval(vec![field(72, &wrong.to_be_bytes())]), 2000.0, "{wrong}");
        }
        let old = Made { more: vec![field(72, &62.5_f64.to_be_bytes())], revision: [1, 0], ..file.clone() };
        assert_eq!(old.opened(&NOTHING).unwrap().interval(), 2000.0);
        // Trailers, known in number or not; where the first trace begins; texts that end with one that says so.
        let count = |n: i32| field(328, &n.to_be_bytes());
        let traces = field(312, &5_u64.to_be_bytes());
        Made { after: 6400, more: vec![count(2)], ..file.clone() }.reads(&NOTHING);
        Made { after: 6400, more: vec![count(2), traces.clone()], ..file.clone() }.reads(&NOTHING);
        Made { after: 6400, more: vec![count(-1), traces.clone()], ..file.clone() }.reads(&NOTHING);
        Made { after: 6400, more: vec![count(-1)], ..file.clone() }.is_refused();
        let mut texts = vec![b' '; 3 * TEXT];
        texts[2 * TEXT..2 * TEXT + 16].copy_from_slice(b"((SEG: EndText))");
        let long = Made { before: texts, ..file.clone() };
        Made { more: vec![field(304, &(-1_i16).to_be_bytes())], ..long.clone() }.reads(&NOTHING);
        Made { more: vec![field(304, &3_i16.to_be_bytes())], ..long.clone() }.reads(&NOTHING);
        let start = field(320, &((HEADERS + 3 * TEXT) as u64).to_be_bytes());
        Made { more: vec![field(304, &(-1_i16).to_be_bytes()), start], ..long.clone() }.reads(&NOTHING);
        Made { more: vec![field(304, &(-2_i16).to_be_bytes())], ..long }.is_refused();
    }
    // Revision 0 has no such field; some use it nevertheless. The text is as long as traces are.
    Made { more: vec![(304, vec![0, 9])], ..made(25) }.reads(&NOTHING);
    let even = made((TEXT - TRACE_HEADER) / 4);
    Made { more: vec![(304, vec![0, 1])], ..even.clone() }.reads(&NOTHING);
    Made { more: vec![(304, vec![0, 1])], before: vec![0x40; TEXT], ..even }.reads(&NOTHING);
}

/// Two headers to each trace.
#[test]
fn more_headers_of_a_trace() {
    for revision in [[2, 0], [2, 1]] {
        let more = vec![if revision[1] == 0 { (306, vec![0, 0, 0, 1]) } else { (306, vec![0, 1]) }];
        let one = Made { revision, more, ..made(25) }.bytes();
        let mut bytes = one[..HEADERS].to_vec();
        for trace in one[HEADERS..].chunks(TRACE_HEADER + 100) {
            bytes.extend(&trace[..TRACE_HEADER]);
            bytes.extend([1; TRACE_HEADER]);
            bytes.extend(&trace[TRACE_HEADER..]);
        }
        let (_folder, path) = saved(&bytes);
        let file = open_segy(&Comm::solo(), path).unwrap();
        assert_eq!(file.shape(), [5, 25]);
        let x = file.load(&Layout::scatter(file.samples().comm(), &[5, 25], 0).unwrap()).unwrap();
        assert_eq!(x.as_slice()[26], Made::value(1, 1));
    }
}

/// What is in files of other programs, some of them damaged.
#[test]
fn files_of_others() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases");
    if !folder.exists() {
        assert!(env::var("LOPS_REQUIRE_SHARED").as_deref() != Ok("1"), "missing: {}", folder.display());
        println!("skipped: no {}", folder.display());
        return;
    }
    let comm = Comm::solo();
    let open = |name: &str| open_segy(&comm, folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    let facts = |file: &Segy| (file.shape(), file.format(), file.interval(), file.is_big_endian());
    let values = |file: &Segy| file.load(&Layout::scatter(&comm, &file.shape(), 0).unwrap()).unwrap();
    let close = |found: &[f32], expected: &[f32]| {
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-3), "{:?}", &found[..expected.len()]);
    };

    let file = open("o_le1.sgy");
    assert_eq!(facts(&file), ([6, 31], SegyFormat::Ibm, 2000.0, false));
    close(values(&file).as_slice(), &[-42.349_35, 152.814_47]);
    let ieee = [-44.015, -79.275_2, -10.010_413, 12.646_27];
    for (name, interval, big) in [
        ("s_le_fmt5.sgy", 4000.0, false),
        ("s_rev2_interval_62.5us.sgy", 62.5, true),
        ("s_tr0_ns_wrong.sgy", 4000.0, true),
    ] {
        let file = open(name);
        assert_eq!(facts(&file), ([12, 25], SegyFormat::F32, interval, big), "{name}");
        if big {
            close(values(&file).as_slice(), &ieee);
        }
    }
    close(values(&open("s_le_fmt5.sgy")).as_slice(), &[-75.217_476, 25.763_277]);
    let file = open("s_fmt10.sgy");
    assert_eq!(facts(&file), ([12, 25], SegyFormat::U32, 4000.0, true));
    assert_eq!(values(&file).as_slice()[..10], [26.0, 23.0, 35.0, 0.0, 42.0, 34.0, 10.0, 18.0, 6.0, 86.0]);
    let file = open("s_fmt16.sgy");
    assert_eq!(facts(&file), ([12, 25], SegyFormat::U8, 4000.0, true));
    assert_eq!(values(&file).as_slice()[..4], [7.0, 3.0, 9.0, 26.0]);
    let layout = Layout::scatter(&comm, &[12], 0).unwrap();
    let inlines = file.trace_field::<i32>(189).unwrap().load::<i32>(&layout).unwrap();
    assert_eq!(inlines.as_slice()[0], 1);
}
