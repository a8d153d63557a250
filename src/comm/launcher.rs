//! Who has started this process: a launcher of many, or a shell.

use crate::error::{Error, ErrorKind, Result};

/// Variables in which launchers say how many processes they have started: Open MPI, PMI (MPICH, Intel MPI, Slurm),
/// MVAPICH2, IBM's jsrun, Flux, Cray PALS.
const SIZES: [&str; 7] = [
    "OMPI_COMM_WORLD_SIZE",
    "PMI_SIZE",
    "MPI_LOCALNRANKS",
    "MV2_COMM_WORLD_SIZE",
    "JSM_NAMESPACE_SIZE",
    "FLUX_JOB_SIZE",
    "PALS_SIZE",
];

/// Variables that name a process of a launcher which says nowhere, or elsewhere, how many there are.
const RANKS: [(&str, &[&str]); 4] = [
    ("PMIX_RANK", &["SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"]),
    ("PMI_RANK", &["SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"]),
    ("PALS_RANKID", &[]),
    ("SLURM_PROCID", &["SLURM_STEP_NUM_TASKS", "SLURM_NTASKS", "SLURM_NPROCS"]),
];

/// What makes a build with MPI of a program of anybody's: cargo takes the feature of a dependency by this name, and the
/// short one where the program's manifest says so.
const HOW_TO_BUILD: &str = "build with `--features lops/mpi` (or `--features mpi`, where Cargo.toml has `mpi = [\"lops/mpi\"]` among its features)";

/// A launcher, by the variable in which it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Launcher {
    pub(super) variable: &'static str,
    /// Where it says so.
    pub(super) processes: Option<usize>,
    /// Which of them this is, where it says so.
    pub(super) rank: Option<usize>,
}

impl Launcher {
    /// The launcher of this process, if any shows.
    pub(super) fn of_this_process() -> Option<Self> {
        Self::find(|variable| std::env::var(variable).ok())
    }

    fn find(read: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let number = |variable: &str| read(variable)?.trim().parse::<usize>().ok();
        for variable in SIZES {
            if let Some(processes) = number(variable) {
                return Some(Self { variable, processes: Some(processes), rank: None });
            }
        }
        RANKS.into_iter().find_map(|(variable, sizes)| {
            let rank = number(variable)?;
            let processes = sizes.iter().find_map(|size| number(size));
            // A shell in an allocation of Slurm has a number as well; of one task it is no launcher.
            let alone = variable == "SLURM_PROCID" && processes.is_none_or(|n| n < 2);
            (!alone).then_some(Self { variable, processes, rank: Some(rank) })
        })
    }

    /// Whether it has, or may have, started others beside this one.
    pub(super) fn has_others(self) -> bool {
        self.processes != Some(1)
    }

    /// How many processes, in words.
    pub(super) fn count(self) -> String {
        match self.processes {
            Some(n) => format!("{n} processes"),
            None => "an unknown number of processes".into(),
        }
    }
}

/// How ranks are to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// As threads of this process.
    Threads,
    /// As processes of an MPI job.
    Mpi,
}

/// What `LOPS_LAUNCH` wants, else what the launcher wants.
///
/// # Errors
/// [`ErrorKind::Parameter`] of another word than `threads` or `mpi`; [`ErrorKind::Job`] if MPI is wanted, and this is a
/// build without.
pub(super) fn how(launcher: Option<Launcher>, wish: Option<&str>) -> Result<How> {
    let without_mpi = !cfg!(feature = "mpi");
    match wish {
        Some("threads") => return Ok(How::Threads),
        Some("mpi") if without_mpi => {
            let words = format!("LOPS_LAUNCH=mpi, but built without MPI: {HOW_TO_BUILD}");
            return Err(Error::new(ErrorKind::Job, words));
        }
        Some("mpi") => return Ok(How::Mpi),
        Some(other) => {
            return Err(Error::expected(
                ErrorKind::Parameter,
                "LOPS_LAUNCH",
                "\"threads\" or \"mpi\"",
                format!("{other:?}"),
            ));
        }
        None => {}
    }
    match launcher {
        None => Ok(How::Threads),
        Some(launcher) if without_mpi && launcher.has_others() => Err(Error::new(
            ErrorKind::Job,
            format!(
                "started as one of {} by a launcher ({} is set), but built without MPI: {HOW_TO_BUILD}; or set \
                 LOPS_LAUNCH=threads if each process is to run the whole job by itself",
                launcher.count(),
                launcher.variable
            ),
        )),
        Some(_) if without_mpi => Ok(How::Threads),
        Some(_) => Ok(How::Mpi),
    }
}

#[cfg(test)]
mod tests {
    use super::{How, Launcher, how};
    use crate::error::ErrorKind;

    fn found(variables: &[(&str, &str)]) -> Option<(&'static str, Option<usize>)> {
        let read =
            |name: &str| variables.iter().find(|(variable, _)| *variable == name).map(|(_, text)| (*text).into());
        Launcher::find(read).map(|launcher| (launcher.variable, launcher.processes))
    }

    #[test]
    fn launchers_show() {
        assert_eq!(found(&[]), None);
        assert_eq!(
            found(&[("OMPI_COMM_WORLD_SIZE", "4"), ("PMIX_RANK", "1")]),
            Some(("OMPI_COMM_WORLD_SIZE", Some(4)))
        );
        assert_eq!(found(&[("PMI_SIZE", "1"), ("PMI_RANK", "0")]), Some(("PMI_SIZE", Some(1))));
        let slurm = [("SLURM_PROCID", "2"), ("SLURM_NTASKS", "8"), ("PMIX_RANK", "2")];
        assert_eq!(found(&slurm), Some(("PMIX_RANK", Some(8))));
        assert_eq!(found(&slurm[..2]), Some(("SLURM_PROCID", Some(8))));
        assert_eq!(found(&[("SLURM_PROCID", "0"), ("SLURM_NTASKS", "1")]), None);
        assert_eq!(found(&[("SLURM_NTASKS", "8")]), None);
        assert_eq!(found(&[("PALS_RANKID", "3")]), Some(("PALS_RANKID", None)));
        assert_eq!(found(&[("PMIX_RANK", "0")]), Some(("PMIX_RANK", None)));
        assert_eq!(found(&[("PMIX_RANK", "nobody")]), None);
    }

    #[test]
    fn wishes_come_first() {
        let many = Some(Launcher { variable: "PMI_SIZE", processes: Some(2), rank: None });
        assert_eq!(how(many, Some("threads")).unwrap(), How::Threads);
        assert_eq!(how(None, None).unwrap(), How::Threads);
        assert_eq!(how(many, Some("both")).unwrap_err().kind(), ErrorKind::Parameter);
        let one = Some(Launcher { variable: "PMI_SIZE", processes: Some(1), rank: None });
        let unknown = Some(Launcher { variable: "PMIX_RANK", processes: None, rank: Some(0) });
        if cfg!(feature = "mpi") {
            assert_eq!(
                [how(many, None), how(one, None), how(unknown, None), how(None, Some("mpi"))].map(Result::unwrap),
                [How::Mpi; 4]
            );
        } else {
            assert_eq!(how(one, None).unwrap(), How::Threads);
            let words = how(unknown, None).unwrap_err().to_string();
            assert!(
                words.contains("one of an unknown number of processes by a launcher (PMIX_RANK is set)"),
                "{words}"
            );
            let refused = [how(many, None), how(None, Some("mpi"))].map(Result::unwrap_err);
            assert!(refused[0].to_string().contains("one of 2 processes"));
            for error in refused {
                assert_eq!(error.kind(), ErrorKind::Job);
                assert!(error.to_string().contains("build with `--features lops/mpi`"), "{error}");
            }
        }
    }
}
