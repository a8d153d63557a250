//! Where the time goes: marks, and the tree of all ranks.

use crate::bodies;
use lops::comm::{Reduction, Sent, Timing, TimingNode, TimingReport};
use lops::operators::{FirstDerivative, Identity, Laplacian, StackedVStack};
use lops::solvers::{Cg, Method, Options, cgls};
use lops::{Comm, DistArray, Error, ErrorKind, Layout, LinearOperator, Result};

/// Names, each with its depth and calls.
fn rows(report: &TimingReport) -> Vec<(&str, usize, u64, u64)> {
    let row = |node: &'_ TimingNode| (node.depth, *node.calls.start(), *node.calls.end());
    report.nodes().iter().map(|node| (&*node.name, row(node))).map(|(name, row)| (name, row.0, row.1, row.2)).collect()
}

fn total(comm: &Comm, sent: Sent) -> Sent {
    let mut all = [sent.calls, sent.messages, sent.bytes];
    comm.all_reduce(&mut all, Reduction::Sum);
    Sent { calls: all[0], messages: all[1], bytes: all[2] }
}

/// What cannot be otherwise, however long things take.
fn check_times(report: &TimingReport) {
    for node in report.nodes() {
        for seconds in [node.seconds, node.own_seconds] {
            assert!(0.0 <= seconds.least && seconds.least <= seconds.mean * (1.0 + 1e-12), "{node:?}");
            assert!(seconds.mean <= seconds.most * (1.0 + 1e-12), "{node:?}");
        }
        assert!(node.own_seconds.mean <= node.seconds.mean, "{node:?}");
    }
}

bodies! {
    fn marks_nest_and_those_of_ranks_come_together(comm) {
        let (rank, size) = (comm.rank(), comm.size() as u64);
        let timing = Timing::start(comm).unwrap();
        for shot in 0..3 + rank {
            let _shot = comm.mark("shot");
            {
                let _model = comm.mark("model");
                drop(comm.mark("fill"));
                drop(comm.mark("fill"));
            }
            if shot == 0 && rank == 1 {
                drop(comm.mark("only of rank 1"));
            }
            drop(comm.mark("shot")); // another, inside
        }
        drop(comm.mark("model"));
        let report = timing.finish();
        let most = 2 + size;
        let mut expected = vec![
            ("total", 0, 1, 1),
            ("shot", 1, 3, most),
            ("model", 2, 3, most),
            ("fill", 3, 6, 2 * most),
            ("shot", 2, 3, most),
            ("only of rank 1", 2, 0, 1),
            ("model", 1, 1, 1),
        ];
        if size == 1 {
            expected.retain(|row| row.0 != "only of rank 1");
        }
        assert_eq!(rows(&report), expected);
        assert_eq!(report.ranks() as u64, size);
        check_times(&report);
        assert_eq!(report.node(&["shot", "model", "fill"]).unwrap().depth, 3);
        assert_eq!(report.node(&["model", "fill"]), None);
        assert_eq!(report.node(&[]).unwrap().name, "total");
        // The same report on every rank.
        let bits = report.nodes().iter().flat_map(|node| [node.seconds.least, node.seconds.mean, node.own_seconds.most]);
        let bits: Vec<_> = bits.map(f64::to_bits).collect();
        let mut least = bits.clone();
        comm.all_reduce(&mut least, Reduction::Min);
        assert_eq!(bits, least);
    }

    fn messages_and_bytes_are_those_of_the_traffic(comm) {
        let timing = Timing::start(comm).unwrap();
        let before = comm.traffic();
        {
            let _mark = comm.mark("sums");
            for _ in 0..3 {
                comm.all_reduce(&mut [1.0, 2.0], Reduction::Sum);
            }
        }
        let layout = Layout::scatter(comm, &[4 * comm.size(), 3], 0).unwrap();
        let x = DistArray::full(&layout, 1.0);
        let y = FirstDerivative::along(0).on::<f64>(&layout).unwrap().apply_to(&x).unwrap();
        assert_eq!(y.norm(), 0.0);
        let spent = (comm.traffic() - before).total();
        let report = timing.finish();
        let sums = report.node(&["sums"]).unwrap();
        let size = comm.size() as u64;
        let sent = if size == 1 { 0 } else { 3 * size };
        assert_eq!(sums.sent, Sent { calls: 3 * size, messages: sent, bytes: 16 * sent });
        assert_eq!(report.node(&["sums", "all_reduce"]).unwrap().sent, sums.sent);
        assert_eq!(report.node(&["sums", "all_reduce"]).unwrap().calls, 3..=3);
        let derivative = report.nodes().iter().find(|node| node.name.starts_with("FirstDerivative(")).unwrap();
        assert_eq!(derivative.calls, 1..=1);
        assert_eq!(derivative.sent.messages, 2 * (size - 1));
        assert_eq!(derivative.sent.bytes, 2 * (size - 1) * 3 * 8);
        assert_eq!(derivative.moved, 3 * 8 * x.size() as u64); // x comes, y comes and goes
        assert_eq!(report.nodes()[0].sent, total(comm, spent));
        assert!(report.node(&["norm"]).is_some());
    }

    fn errors_inside_marks_leave_the_tree_in_order(comm) {
        fn fails(comm: &Comm) -> Result<()> {
            let _outer = comm.mark("outer");
            let inner = comm.mark("inner");
            let failed = Err(Error::new(ErrorKind::Other, "as it should"));
            std::mem::forget(inner); // is closed with the outer one
            failed?;
            Ok(())
        }
        let timing = Timing::start(comm).unwrap();
        for _ in 0..2 {
            assert!(fails(comm).is_err());
            drop(comm.mark("after"));
        }
        let open = comm.mark("open");
        let report = timing.finish();
        drop(open);
        let expected =
            [("total", 0, 1, 1), ("outer", 1, 2, 2), ("inner", 2, 2, 2), ("after", 1, 2, 2), ("open", 1, 1, 1)];
        assert_eq!(rows(&report), expected);
    }

    fn nothing_is_recorded_without_a_timing(comm) {
        assert_eq!(format!("{:?}", comm.mark("before")), "Mark of nothing");
        let before = comm.mark("before");
        let timing = Timing::start(comm).unwrap();
        drop(before);
        assert_eq!(Timing::start(comm).unwrap_err().kind(), ErrorKind::Parameter);
        drop(timing);
        assert_eq!(format!("{:?}", comm.mark("after")), "Mark of nothing");
        let report = Timing::start(comm).unwrap().finish();
        assert_eq!(rows(&report), [("total", 0, 1, 1)]);
        assert_eq!(report.nodes()[0].sent, Sent::NOTHING);
    }

    fn solvers_and_operators_mark_themselves(comm) {
        let layout = Layout::scatter(comm, &[4 * comm.size(), 3], 0).unwrap();
        let (i, l) = (Identity.on::<f64>(&layout), Laplacian::over(&[0, 1]).on::<f64>(&layout).unwrap());
        let a = StackedVStack::of(vec![i.clone(), 0.5 * &l]).unwrap();
        let b = DistArray::stack(&[&DistArray::random_signed(&layout, 1), &DistArray::zeros(&layout)]).unwrap();
        let mut x = DistArray::zeros(&layout);
        let timing = Timing::start(comm).unwrap();
        let solved = cgls(&a, &b, &mut x, &Options::exactly(5)).unwrap();
        assert_eq!(solved.iterations, 5);
        let report = timing.finish();
        check_times(&report);
        let [a, adjoint] = [a.name(), format!("{}ᴴ", a.name())];
        let [part, part_adjoint] = [format!("0.5 {}", l.name()), format!("(0.5 {})ᴴ", l.name())];
        let calls = |names: &[&str]| report.node(names).map(|node| node.calls.clone());
        assert_eq!(calls(&["CGLS"]), Some(1..=1));
        assert_eq!(calls(&["CGLS", "begin"]), Some(1..=1));
        assert_eq!(calls(&["CGLS", "residual"]), Some(1..=1));
        assert_eq!(calls(&["CGLS", "iterate"]), Some(5..=5));
        assert_eq!(calls(&["CGLS", "iterate", &a]), Some(5..=5));
        assert_eq!(calls(&["CGLS", "iterate", &adjoint]), Some(5..=5));
        assert_eq!(calls(&["CGLS", "iterate", &a, &i.name()]), Some(5..=5));
        assert_eq!(calls(&["CGLS", "iterate", &a, &part, &l.name()]), Some(5..=5));
        let own = format!("{}ᴴ", l.name());
        assert_eq!(calls(&["CGLS", "iterate", &adjoint, &part_adjoint, &own]), Some(5..=5));
        assert_eq!(report.nodes()[1].name, "CGLS", "it stands once, however many steps it makes");
        if comm.size() > 1 {
            assert_eq!(calls(&["CGLS", "iterate", "all_reduce"]), Some(10..=10));
            assert_eq!(report.node(&["CGLS", "iterate", "all_reduce"]).unwrap().sent.bytes, 5 * (456 + 912) * comm.size() as u64);
        }
    }

    fn adjoints_are_no_marks_of_their_own(comm) {
        let layout = Layout::scatter(comm, &[4 * comm.size()], 0).unwrap();
        let d = FirstDerivative::along(0).on::<f64>(&layout).unwrap();
        let (normal, b) = (&d.adjoint() * &d + Identity.on(&layout), DistArray::full(&layout, 1.0));
        let mut x = DistArray::zeros(&layout);
        let mut solver = Cg::new(&normal, &b, &mut x).unwrap().start(&Options::exactly(3)).unwrap();
        let timing = Timing::start(comm).unwrap();
        while solver.step().unwrap().is_none() {}
        let report = timing.finish();
        // The solver has begun before.
        assert_eq!(report.node(&["CG"]).map(|node| node.calls.clone()), Some(0..=0));
        let product = (&d.adjoint() * &d).name();
        let inside = ["CG", "iterate", &normal.name(), &product];
        let adjoint = report.node(&[&inside[..], &[&format!("{}ᴴ", d.name())]].concat()).unwrap();
        let nodes = report.nodes();
        let place = nodes.iter().position(|node| node == adjoint).unwrap();
        assert!(nodes.get(place + 1).is_none_or(|next| next.name == "exchange" || next.depth <= adjoint.depth));
        assert!(report.node(&[&inside[..], &[&d.name()]].concat()).is_some());
    }

    fn the_table_has_a_line_for_each_node(comm) {
        let timing = Timing::start(comm).unwrap();
        {
            let _mark = comm.mark("shots");
            let _long = comm.mark(&"long\n".repeat(30));
            comm.barrier();
        }
        let text = timing.finish().to_string();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 1 + 4, "{text}");
        let ranks = if comm.size() == 1 { "1 rank ".to_string() } else { format!("{} ranks", comm.size()) };
        assert!(lines[0].starts_with(&format!("timing of {ranks}")), "{text}");
        assert!(lines[1].starts_with("total ") && lines[2].starts_with("  shots "), "{text}");
        assert!(lines[3].starts_with("    long long") && lines[3].contains('…'), "{text}");
        assert!(lines[4].starts_with("      barrier "), "{text}");
        let widths: Vec<_> = lines.iter().map(|line| line.chars().count()).collect();
        assert!(widths.iter().all(|width| *width == widths[0]) && widths[0] < 140, "{text}");
    }
}
