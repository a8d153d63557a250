//! How a job of threads ends: misuse named, deadlocks seen, failures that reach every rank.

use lops::{
    Comm, DistArray, Error, ErrorKind, Layout, Result,
    comm::{Neighbour, Reduction},
    launch_threads,
};
use std::{
    ops::DivAssign,
    panic::{catch_unwind, panic_any, resume_unwind},
    process::{Command, Output},
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

/// What a job that must fail says, on this many ranks.
fn failure(ranks: usize, program: impl Fn(&Comm) -> Result<()> + Sync) -> String {
    launch_threads(ranks, program).unwrap_err().to_string()
}

/// What a program in which every rank only makes one call says. It must not depend on who is first.
fn calls(ranks: usize, call: impl Fn(&Comm) + Sync) -> String {
    let job = || {
        failure(ranks, |comm| {
            call(comm);
            Ok(())
        })
    };
    let words = job();
    (0..20).for_each(|_| assert_eq!(job(), words));
    words
}

fn talk(comm: &Comm, rank: usize, send: usize, receive: usize) -> lops::comm::Exchange<f64> {
    comm.exchange(&[Neighbour { rank, send, receive }]).unwrap()
}

#[test]
fn different_collectives() {
    let words = calls(2, |comm| match comm.rank() {
        0 => comm.all_reduce(&mut [1.0], Reduction::Sum),
        _ => comm.broadcast(&mut [1.0; 3], 1),
    });
    assert_eq!(
        words,
        "rank 1 is in broadcast(from rank 1, 3 × float64) while rank 0 is in all_reduce(sum, 1 × float64)"
    );
}

#[test]
fn different_roots_reductions_types_and_counts() {
    let words = calls(2, |comm| comm.broadcast(&mut [0u8], comm.rank()));
    assert_eq!(
        words,
        "rank 1 is in broadcast(from rank 1, 1 × uint8) while rank 0 is in broadcast(from rank 0, 1 × uint8)"
    );
    let reduction = [Reduction::Min, Reduction::Max];
    let words = calls(2, |comm| comm.all_reduce(&mut [0u8], reduction[comm.rank()]));
    assert_eq!(words, "rank 1 is in all_reduce(max, 1 × uint8) while rank 0 is in all_reduce(min, 1 × uint8)");
    let words = calls(2, |comm| match comm.rank() {
        0 => comm.all_reduce(&mut [0.0f32], Reduction::Sum),
        _ => comm.all_reduce(&mut [0i32], Reduction::Sum),
    });
    assert_eq!(words, "rank 1 is in all_reduce(sum, 1 × int32) while rank 0 is in all_reduce(sum, 1 × float32)");
    let words = calls(2, |comm| comm.all_reduce(&mut vec![0i64; 5 + comm.rank()], Reduction::Sum));
    assert_eq!(words, "rank 1 is in all_reduce(sum, 6 × int64) while rank 0 is in all_reduce(sum, 5 × int64)");
}

#[test]
fn counts_that_disagree() {
    let words = failure(2, |comm| {
        let counts = [[1, 1], [0, 2]][comm.rank()];
        comm.all_gather_into(&vec![0.0f64; counts[comm.rank()]], &counts, &mut [0.0; 2]);
        Ok(())
    });
    let either = |a, b, counts: [usize; 2]| {
        format!(
            "in all_gather(2 × float64) rank {a} counts {} × float64 of rank 0 where rank {b} counts {} × float64",
            counts[0], counts[1]
        )
    };
    assert!([either(0, 1, [1, 0]), either(1, 0, [0, 1])].contains(&words), "{words}");

    let words = calls(3, |comm| {
        let mut send = [1; 3];
        if comm.rank() == 2 {
            send[0] = 4;
        }
        comm.all_to_all_into(&vec![0u32; send.iter().sum()], &send, &mut [0; 3], &[1; 3]);
    });
    assert_eq!(words, "in all_to_all(uint32) rank 2 sends 4 × uint32 to rank 0, which expects 1 × uint32");
}

#[test]
fn misuse_in_a_group_names_the_group() {
    let words = calls(5, |comm| {
        let group = comm.split(comm.rank() % 2);
        if comm.rank() == 3 {
            group.barrier();
        } else if comm.rank() == 1 {
            group.broadcast(&mut [1u8], 0);
        }
    });
    assert_eq!(
        words,
        "rank 3 is in barrier() of the group of ranks 1, 3 while rank 1 is in broadcast(from rank 0, 1 × uint8) of \
         the group of ranks 1, 3"
    );
}

#[test]
fn messages_of_the_wrong_length() {
    let words = calls(2, |comm| {
        let (send, receive) = [(3, 0), (0, 2)][comm.rank()];
        let _ = talk(comm, 1 - comm.rank(), send, receive).start().finish();
    });
    assert_eq!(words, "rank 0 sent rank 1 a message of 24 bytes, which expects 16");
    let words = calls(2, |comm| {
        let (send, receive) = [(3, 0), (0, 0)][comm.rank()];
        let _ = talk(comm, 1 - comm.rank(), send, receive).start().finish();
    });
    assert_eq!(words, "rank 0 sent rank 1 24 bytes that it never received");
}

#[test]
fn deadlocks_are_told() {
    let words = calls(3, |comm| match comm.rank() {
        0 => comm.barrier(),
        rank => {
            let _ = talk(comm, rank - 1, 0, 1).start().finish();
        }
    });
    assert_eq!(
        words,
        "deadlock: rank 0 waits in barrier() for ranks 1, 2; rank 1 waits for a message from rank 0; rank 2 waits for \
         a message from rank 1"
    );
    // Rank 2 has returned, and nobody waits for it.
    let words = calls(3, |comm| {
        if comm.rank() < 2 {
            let _ = talk(comm, 1 - comm.rank(), 0, 1).start().finish();
        }
    });
    assert_eq!(words, "deadlock: rank 0 waits for a message from rank 1; rank 1 waits for a message from rank 0");
    // Two groups that wait for one another.
    let words = calls(4, |comm| {
        let rows = comm.split(comm.rank() / 2);
        let columns = comm.split(comm.rank() % 2);
        match comm.rank() {
            0 | 3 => rows.barrier(),
            _ => columns.barrier(),
        }
    });
    assert!(
        words.starts_with("deadlock: rank 0 waits in barrier() of the group of ranks 0, 1 for rank 1; "),
        "{words}"
    );
    assert!(words.ends_with("rank 3 waits in barrier() of the group of ranks 2, 3 for rank 2"), "{words}");
    // Among many ranks not everyone is named.
    let words = calls(30, |comm| {
        let _ = talk(comm, (comm.rank() + 1) % 30, 0, 1).start().finish();
    });
    assert!(words.starts_with("deadlock: rank 0 waits for a message from rank 1; rank 1 waits"), "{words}");
    assert!(words.ends_with("rank 7 waits for a message from rank 8; and 22 more ranks wait"), "{words}");
}

#[test]
fn a_rank_that_returns_early() {
    let words = calls(2, |comm| {
        if comm.rank() == 0 {
            comm.barrier();
        }
    });
    assert_eq!(words, "rank 1 has returned while rank 0 waits for it in barrier()");
    let words = calls(2, |comm| {
        if comm.rank() == 1 {
            let _ = talk(comm, 0, 0, 1).start().finish();
        }
    });
    assert_eq!(words, "rank 0 has returned while rank 1 waits for a message from it");
    // The other ranks need not wait: seen although rank 2 computes on for a while.
    let words = failure(3, |comm| {
        if comm.rank() == 0 {
            comm.barrier();
        } else if comm.rank() == 2 {
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    });
    assert_eq!(words, "rank 1 has returned while rank 0 waits for it in barrier()");
}

/// An error on rank 2 ends the job wherever the other ranks are.
#[test]
fn errors_reach_ranks_that_wait() {
    let waits: [fn(&Comm); 4] = [
        |comm| comm.barrier(),
        |comm| {
            let mut exchange = talk(comm, 2, 1, 1);
            let _ = exchange.start().finish();
        },
        |comm| comm.split(0).barrier(),
        |comm| {
            let mut exchange = talk(comm, 2, 1, 1);
            let flight = exchange.start();
            comm.barrier();
            drop(flight);
        },
    ];
    for wait in waits {
        let passed = AtomicUsize::new(0);
        let error = launch_threads(4, |comm| {
            let group = comm.split(usize::from(comm.rank() == 3));
            if comm.rank() == 2 {
                std::thread::sleep(Duration::from_millis(5));
                return Err(Error::new(ErrorKind::Parameter, "no more"));
            }
            wait(if comm.rank() == 3 { comm } else { &group });
            passed.fetch_add(1, Ordering::Relaxed);
            Ok(())
        })
        .unwrap_err();
        assert_eq!((error.to_string().as_str(), error.kind()), ("rank 2: no more", ErrorKind::Parameter));
        assert_eq!((error.rank(), passed.into_inner()), (Some(2), 0));
    }
}

#[test]
fn the_lowest_failing_rank_speaks() {
    let words = failure(4, |comm| {
        comm.barrier();
        if comm.rank() == 0 { Ok(()) } else { Err(format!("from {}", comm.rank()).into()) }
    });
    // Which ranks fail before they hear of another's failure is up to them; here all do.
    assert_eq!(words, "rank 1: from 1");
    // What all ranks fail of needs no rank.
    assert_eq!(failure(3, |_| Err("all alike".into())), "all alike");
    let words = failure(3, |comm| comm.agree(if comm.rank() == 0 { Ok(()) } else { Err("agreed".into()) }));
    assert_eq!(words, "rank 1: agreed");
    assert_eq!(failure(1, |_| Err("alone".into())), "alone");
}

#[test]
fn panics_say_what_and_where() {
    let at = |line: u32| format!("({}:{line}:", file!());
    let line = line!() + 2;
    let words = failure(3, |comm| {
        assert!(comm.rank() != 2, "a plain text");
        comm.barrier();
        Ok(())
    });
    assert!(words.starts_with(&format!("rank 2 panicked: a plain text {}", at(line))), "{words}");
    let words = failure(2, |comm| {
        assert_ne!(comm.rank(), 1, "a formatted {}", "text");
        Ok(())
    });
    assert!(words.starts_with("rank 1 panicked: assertion `left != right` failed: a formatted text\n"), "{words}");
    let words = failure(2, |comm| match comm.rank() {
        0 => panic_any(7),
        _ => Ok(()),
    });
    assert!(words.starts_with(&format!("rank 0 panicked: with a value that is no text ({}:", file!())), "{words}");
    // Without a hook's run there is no place.
    let words = failure(2, |comm| match comm.rank() {
        0 => resume_unwind(Box::new(String::from("resumed"))),
        _ => Ok(()),
    });
    assert_eq!(words, "rank 0 panicked: resumed");
    let words = failure(1, |_| panic!("alone"));
    assert!(words.starts_with(&format!("panicked: alone ({}:", file!())), "{words}");
}

/// Where integers have no quotient: the loops inside do not know the line, which is the caller's.
#[test]
fn division_of_integers_by_0_names_the_callers_line() {
    let divided = |f: fn(&DistArray<i32>, &DistArray<i32>)| {
        failure(1, |comm| {
            let layout = Layout::scatter(comm, &[3], 0)?;
            f(&DistArray::full(&layout, i32::MIN), &DistArray::zeros(&layout));
            Ok(())
        })
    };
    let check = |line: u32, words: String| {
        let expected = format!("panicked: attempt to divide by zero ({}:{line}:", file!());
        assert!(words.starts_with(&expected), "{words}, not {expected}");
    };
    check(line!(), divided(|x, zeros| drop(x / zeros)));
    check(line!(), divided(|x, _| drop(x / 0)));
    check(line!(), divided(|_, zeros| drop(1 / zeros)));
    check(line!(), divided(|_, zeros| drop(1 / zeros.clone())));
    check(line!(), divided(|x, zeros| drop(x / zeros.clone())));
    check(line!(), divided(|x, zeros| drop(x.clone() / zeros)));
    check(line!(), divided(|x, zeros| x.clone().div_assign(zeros)));
    check(line!(), divided(|x, _| x.clone().div_assign(0)));
    check(line!(), divided(|x, _| drop(x / &DistArray::zeros(Layout::replicated(x.space().comm(), &[1]).unwrap()))));
    let line = line!() + 1;
    let words = divided(|x, _| drop(x / -1));
    assert!(words.starts_with(&format!("panicked: attempt to divide with overflow ({}:{line}:", file!())), "{words}");
}

/// A panic that a rank catches itself is its own affair, and leaves no mark on a later one.
#[test]
fn caught_panics_do_not_end_the_job() {
    let caught = launch_threads(2, |comm| {
        let caught = catch_unwind(|| panic!("nobody's business")).is_err();
        comm.barrier();
        Ok(caught)
    });
    assert!(caught.unwrap());
}

/// A rank that is unwinding drops channels in flight whose messages will never come.
#[test]
fn channels_dropped_by_a_panic() {
    let words = failure(2, |comm| {
        let mut exchanges = [talk(comm, 1 - comm.rank(), 1, 1), talk(comm, 1 - comm.rank(), 1, 1)];
        let _flights: Vec<_> = exchanges[..=comm.rank()].iter_mut().map(lops::comm::Exchange::start).collect();
        assert_eq!(comm.rank(), 1, "this one fails");
        comm.barrier();
        Ok(())
    });
    assert!(words.starts_with("rank 0 panicked: assertion"), "{words}");
}

/// A rank that leaves with messages under way does not wait for them: what it says is what the job says.
#[test]
fn channels_dropped_by_an_error() {
    for others in [(|comm| drop(comm.all_gather(&[1u8]))) as fn(&Comm), |comm| comm.barrier()] {
        let words = failure(3, |comm| {
            let mut exchange = talk(comm, (comm.rank() + 1) % 2, 1, 1);
            if comm.rank() == 1 {
                let _flight = exchange.start();
                return Err("no such trace".into());
            }
            others(comm);
            Ok(())
        });
        assert_eq!(words, "rank 1: no such trace");
    }
    let words = failure(2, |comm| {
        let mut exchange = talk(comm, 1 - comm.rank(), 1, 1);
        if comm.rank() == 1 {
            drop(exchange.start());
            return Ok(());
        }
        comm.barrier();
        Ok(())
    });
    assert_eq!(words, "rank 1 has returned while rank 0 waits for it in barrier()");
}

/// A failed rank's memory is not freed under a rank that still reads it: many trials of a failure
/// beside long collectives.
#[test]
fn failures_beside_long_collectives() {
    for trial in 0..30 {
        let words = failure(4, |comm| {
            let group = comm.split(comm.rank() / 2);
            if comm.rank() == 3 {
                (0..trial * 50).for_each(|_| std::hint::spin_loop());
                return Err("enough".into());
            }
            loop {
                if comm.rank() == 2 {
                    comm.barrier();
                }
                let mut values = vec![comm.rank() as f64; 20_000];
                group.all_reduce(&mut values, Reduction::Sum);
                assert!(values.iter().all(|&v| v == 1.0));
            }
        });
        assert_eq!(words, "rank 3: enough");
    }
}

#[test]
fn hundreds_of_ranks() {
    for ranks in [64, 300] {
        let sum = launch_threads(ranks, |comm| {
            let mut values = vec![comm.rank(); 100];
            for _ in 0..3 {
                comm.all_reduce(&mut values, Reduction::Max);
            }
            let group = comm.split(comm.rank() % 7);
            let ranks = group.all_gather(&[comm.rank()]);
            assert!(ranks.iter().all(|r| r % 7 == comm.rank() % 7));
            comm.barrier();
            Ok(values[99])
        });
        assert_eq!(sum.unwrap(), ranks - 1);
    }
    assert_eq!(
        failure(300, |comm| {
            if comm.rank() == 211 {
                return Err("one of many".into());
            }
            comm.barrier();
            Ok(())
        }),
        "rank 211: one of many"
    );
}

#[test]
fn no_ranks_is_an_error() {
    assert_eq!(failure(0, |_| Ok(())), "ranks: expected at least 1, found 0");
}

/// Runs one of the ignored tests below in a process of its own.
fn alone(test: &str, environment: &[(&str, &str)]) -> (Output, Duration) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([test, "--exact", "--ignored", "--nocapture"]).envs(environment.iter().copied());
    let others = ["PMI_RANK", "PMIX_RANK", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_STEP_NUM_TASKS", "LOPS_LAUNCH"];
    for variable in ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "MPI_LOCALNRANKS", "LOPS_RANKS"].into_iter().chain(others) {
        if !environment.iter().any(|(name, _)| *name == variable) {
            command.env_remove(variable);
        }
    }
    let begin = Instant::now();
    (command.output().unwrap(), begin.elapsed())
}

/// A rank that computes without end does not keep a failed job alive.
#[test]
fn ranks_that_never_communicate() {
    let (output, took) = alone("never_ends", &[]);
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{words}");
    assert!(words.contains("Error: rank 1: the end"), "{words}");
    assert!(took < Duration::from_secs(60), "it ended by itself, not by a time limit: {took:?}");
}

#[test]
#[ignore = "never ends by itself: run by `ranks_that_never_communicate`"]
fn never_ends() {
    let _ = launch_threads(2, |comm| match comm.rank() {
        0 => loop {
            std::hint::spin_loop();
        },
        _ => Err::<(), _>("the end".into()),
    });
}

#[test]
fn ranks_from_the_environment() {
    let said = |ranks| {
        let (output, _) = alone("launched", &[("LOPS_RANKS", ranks)]);
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(said("3").contains("launch: 3 ranks"));
    assert!(said("1").contains("launch: 1 ranks"));
    for bad in ["abc", "0", "", "-2", "2.5"] {
        let words = said(bad);
        let expected = format!("LOPS_RANKS: expected a number of ranks, at least 1, found {bad:?}");
        assert!(words.contains(&expected), "{words}");
    }
}

#[cfg(not(feature = "mpi"))]
#[test]
fn an_mpi_launcher_without_mpi() {
    let launchers: [(&[(&str, &str)], &str); 4] = [
        (&[("OMPI_COMM_WORLD_SIZE", "2")], "2 processes by a launcher (OMPI_COMM_WORLD_SIZE is set)"),
        (&[("PMI_SIZE", "2")], "2 processes by a launcher (PMI_SIZE is set)"),
        (&[("SLURM_PROCID", "0"), ("SLURM_NTASKS", "2")], "2 processes by a launcher (SLURM_PROCID is set)"),
        (&[("PMIX_RANK", "0")], "an unknown number of processes by a launcher (PMIX_RANK is set)"),
    ];
    for (variables, words) in launchers {
        let said = |more: &[(&str, &str)]| {
            let (output, _) = alone("launched", &[variables, &[("LOPS_RANKS", "2")], more].concat());
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        let refused = said(&[]);
        assert!(refused.contains(&format!("launch: started as one of {words}, but built without MPI")), "{refused}");
        assert!(refused.contains("build with `--features lops/mpi`"), "{refused}");
        assert!(said(&[("LOPS_LAUNCH", "threads")]).contains("launch: 2 ranks"));
        assert!(said(&[("LOPS_LAUNCH", "mpi")]).contains("launch: LOPS_LAUNCH=mpi, but built without MPI"));
        assert!(
            said(&[("LOPS_LAUNCH", "fork")])
                .contains("launch: LOPS_LAUNCH: expected \"threads\" or \"mpi\", found \"fork\"")
        );
    }
    let (output, _) = alone("launched", &[("OMPI_COMM_WORLD_SIZE", "1"), ("LOPS_RANKS", "2")]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("launch: 2 ranks"));
}

#[test]
#[ignore = "depends on the environment: run by the tests above"]
fn launched() {
    match lops::launch(|comm| Ok(comm.size())) {
        Ok(ranks) => println!("launch: {ranks} ranks"),
        Err(error) => println!("launch: {error}"),
    }
}
