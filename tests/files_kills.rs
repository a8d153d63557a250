//! Files while their writers are killed, and where files may not grow: what is there is the old one or the new one.
//!
//! Children of this very binary write; `LOPS_TORTURE=1` kills twenty times as many.

#![cfg(unix)]

use lops::io::{self, NewSegy, RawVolume};
use lops::layout::{Cut, Grid};
use lops::{Comm, DistArray, ErrorKind, Layout, launch_threads};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

const FOLDER: &str = "LOPS_TEST_FOLDER";
const SHAPE: [usize; 2] = [12, 500];

fn folder(name: &str) -> PathBuf {
    let path = env::temp_dir().join(format!("lops-kills-{}-{name}", std::process::id()));
    fs::create_dir_all(&path).unwrap();
    path
}

/// Runs one of the tests below in a process of its own, in the shell's words before it.
fn child(test: &str, before: &str, folder: &Path) -> Child {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{before} exec \"$0\" \"$@\"")]).arg(env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(FOLDER, folder);
    command.stdout(Stdio::null()).spawn().unwrap()
}

/// Sets of one, two, three and six files in turn, each of one value, and other files beside them.
fn save_all(comm: &Comm, folder: &Path, k: usize) -> lops::Result<()> {
    let layout = match k % 4 {
        0 => Layout::replicated(comm, &SHAPE)?,
        1 => Grid::cut(&[Cut::Block, Cut::Whole]).over(&[2, 1]).layout(comm, &SHAPE)?,
        2 => Layout::scatter(comm, &SHAPE, 1)?,
        _ => Grid::cut(&[Cut::Cyclic, Cut::Block]).over(&[3, 2]).layout(comm, &SHAPE)?,
    };
    let x = DistArray::full(&layout, k as f32);
    io::save_dnpy(folder.join("x"), &x)?;
    io::save_npy(folder.join("x.npy"), &x)?;
    NewSegy::new(4000.0).write(folder.join("x.sgy"), &x)?;
    RawVolume::<f32>::new(&SHAPE).save(folder.join("x.bin"), &x)
}

/// The one value of each file.
fn values(folder: &Path) -> Vec<f32> {
    let comm = Comm::solo();
    let layout = Layout::replicated(&comm, &SHAPE).unwrap();
    let one = |x: DistArray<f32>, what: &str| {
        let first = x.as_slice()[0];
        assert!(x.as_slice().iter().all(|&v| v == first), "{what}: a mixture");
        first
    };
    vec![
        one(io::load_dnpy(&layout, folder.join("x")).unwrap(), "x_….dnpy"),
        one(io::load_npy(&layout, folder.join("x.npy")).unwrap(), "x.npy"),
        one(io::open_segy(&comm, folder.join("x.sgy")).unwrap().load(&layout).unwrap(), "x.sgy"),
        one(RawVolume::new(&SHAPE).load(&layout, folder.join("x.bin")).unwrap(), "x.bin"),
    ]
}

/// Only by the next test: saves until it is killed.
#[test]
fn saves_until_it_is_killed() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    let start = fs::read_to_string(folder.join("start")).unwrap().parse::<usize>().unwrap();
    launch_threads(6, |comm| (start..).try_for_each(|k| save_all(comm, &folder, k))).unwrap();
}

#[test]
fn killed_at_any_moment() {
    let folder = folder("saves");
    let times = if env::var("LOPS_TORTURE").as_deref() == Ok("1") { 800 } else { 40 };
    launch_threads(6, |comm| save_all(comm, &folder, 0)).unwrap();
    let (mut start, mut seen) = (0, vec![0.0; 4]);
    for round in 0..times {
        fs::write(folder.join("start"), start.to_string()).unwrap();
        let mut saving = child("saves_until_it_is_killed", "", &folder);
        thread::sleep(Duration::from_micros(8000 + 7919 * round % 40_000));
        saving.kill().unwrap();
        saving.wait().unwrap();
        let found = values(&folder);
        assert!(found.iter().zip(&seen).all(|(now, before)| now >= before), "{seen:?}, then {found:?}");
        start = found[0] as usize;
        seen = vec![0.0; 4];
    }
    println!("killed {times} times, the last at set {start}: every file and every set whole");
    // The next set that is saved to its end leaves nothing of those that were not.
    launch_threads(6, |comm| save_all(comm, &folder, 1)).unwrap();
    launch_threads(6, |comm| save_all(comm, &folder, 3)).unwrap();
    assert_eq!(values(&folder), [3.0; 4]);
    for k in 0..6 {
        assert!(fs::symlink_metadata(folder.join(format!("x_{k}.dnpy"))).unwrap().is_file(), "{k}");
    }
    fs::remove_dir_all(folder).unwrap();
}

/// Only by the next test: under a limit of 4 KiB for each file.
#[test]
fn saves_under_a_limit() {
    let Some(folder) = env::var_os(FOLDER).map(PathBuf::from) else { return };
    launch_threads(3, |comm| {
        let layout = Layout::scatter(comm, &SHAPE, 0)?;
        let x = DistArray::full(&layout, 2.0_f32);
        let refused = |outcome: lops::Result<()>| {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Io);
            assert!(error.message().contains("File too large"), "{error}");
        };
        refused(io::save_npy(folder.join("x.npy"), &x));
        refused(io::save_dnpy(folder.join("x"), &x));
        refused(NewSegy::new(1.0).write(folder.join("x.sgy"), &x));
        refused(io::write_npy(folder.join("y.npy"), x.gather_all().view()));
        fs::write(folder.join(format!("done{}", comm.rank())), "")?;
        Ok(())
    })
    .unwrap();
}

#[test]
fn files_that_may_not_grow() {
    let folder = folder("limit");
    launch_threads(3, |comm| {
        let x = DistArray::full(&Layout::scatter(comm, &SHAPE, 0)?, 1.0_f32);
        io::save_npy(folder.join("x.npy"), &x)?;
        io::save_dnpy(folder.join("x"), &x)
    })
    .unwrap();
    let begun = Instant::now();
    let status = child("saves_under_a_limit", "ulimit -f 8;", &folder).wait().unwrap();
    assert!(status.success() && folder.join("done2").exists(), "{status}");
    assert!(begun.elapsed() < Duration::from_secs(60));
    let layout = Layout::replicated(&Comm::solo(), &SHAPE).unwrap();
    assert_eq!(io::load_npy::<f32>(&layout, folder.join("x.npy")).unwrap().as_slice()[0], 1.0);
    let layout = Layout::replicated(&Comm::solo(), &SHAPE).unwrap();
    assert_eq!(io::load_dnpy::<f32>(&layout, folder.join("x")).unwrap().as_slice()[0], 1.0);
    assert!(!fs::read_dir(&folder).unwrap().any(|entry| entry.unwrap().path().extension() == Some("part".as_ref())));
    fs::remove_dir_all(folder).unwrap();
}

/// Something that is no file stands where one of the set should go.
#[test]
fn what_stands_in_the_way_leaves_the_old_set() {
    let folder = folder("way");
    launch_threads(3, |comm| save_all(comm, &folder, 2)).unwrap();
    for k in [1, 3, 5] {
        let place = folder.join(format!("x_{k}.dnpy"));
        let is_old = place.exists();
        if !is_old {
            fs::create_dir(&place).unwrap();
        }
        let outcome = launch_threads(6, |comm| {
            let x =
                DistArray::full(&Grid::cut(&[Cut::Cyclic, Cut::Block]).over(&[3, 2]).layout(comm, &SHAPE)?, 9.0_f32);
            io::save_dnpy(folder.join("x"), &x)
        });
        if is_old {
            outcome.unwrap();
            launch_threads(3, |comm| save_all(comm, &folder, 2)).unwrap();
            for k in 3..6 {
                fs::remove_file(folder.join(format!("x_{k}.dnpy"))).unwrap();
            }
            continue;
        }
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Io);
        assert_eq!(values(&folder)[0], 2.0);
        for k in 0..3 {
            assert!(fs::symlink_metadata(folder.join(format!("x_{k}.dnpy"))).unwrap().is_file(), "{k}");
        }
        fs::remove_dir(&place).unwrap();
    }
    assert!(!fs::read_dir(&folder).unwrap().any(|entry| entry.unwrap().path().extension() == Some("part".as_ref())));
    fs::remove_dir_all(folder).unwrap();
}

/// Links of the user's lead elsewhere still, and permissions stay.
#[test]
fn links_and_permissions_of_a_set() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = folder("links");
    let other = folder.join("elsewhere");
    fs::create_dir(&other).unwrap();
    for k in 0..3 {
        symlink(other.join(format!("{k}")), folder.join(format!("x_{k}.dnpy"))).unwrap();
    }
    let save = |value: f32| {
        launch_threads(3, |comm| {
            io::save_dnpy(folder.join("x"), &DistArray::full(&Layout::scatter(comm, &SHAPE, 0)?, value))
        })
        .unwrap();
        let layout = Layout::replicated(&Comm::solo(), &SHAPE).unwrap();
        assert_eq!(io::load_dnpy::<f32>(&layout, folder.join("x")).unwrap().as_slice()[0], value);
    };
    save(1.0);
    for k in 0..3 {
        let mode = fs::Permissions::from_mode(0o600 + 4 * k);
        fs::set_permissions(other.join(format!("{k}")), mode).unwrap();
    }
    save(2.0);
    for k in 0..3 {
        assert!(fs::symlink_metadata(folder.join(format!("x_{k}.dnpy"))).unwrap().is_symlink());
        let found = fs::symlink_metadata(other.join(format!("{k}"))).unwrap();
        assert!(found.is_file() && found.permissions().mode() & 0o777 == 0o600 + 4 * k);
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 4);
    assert_eq!(fs::read_dir(&other).unwrap().count(), 3);
    fs::remove_dir_all(folder).unwrap();
}
