#!/bin/sh
# Starts a program on some ranks of this machine, with the MPI it was built with:
#
#     scripts/mpirun.sh -n RANKS PROGRAM [ARGUMENT…]
#
# MPIEXEC names another launcher; TIMEOUT=SECONDS ends a job that takes longer.
# The one place for the flags that tests, benches and examples want of a launcher: more ranks than
# cores and root (containers) are fine, ranks are not pinned (two jobs would share core 0), copies
# between ranks go through shared memory (faster than the kernel's in virtual machines).
set -eu

if [ "${1-}" != -n ] || [ $# -lt 3 ]; then
    sed -n '4s/^# *//p' "$0" >&2
    exit 2
fi
ranks=$2
program=$3
shift 2

# A rank of one job must not hand its identity on to the ranks of another.
if [ -n "${OMPI_COMM_WORLD_SIZE-}${PMI_SIZE-}${PMIX_RANK-}" ]; then
    for name in $(env | sed -n 's/^\(\(OMPI\|PMIX\|PMI\|ORTE\|PRTE\|HYDI\|HYDRA\|MPI_LOCAL\)[A-Za-z0-9_]*\)=.*/\1/p'); do
        unset "$name"
    done
fi

if [ -z "${MPIEXEC-}" ]; then
    libraries=$(ldd "$program" 2>/dev/null || true)
    case $libraries in
        *libmpich*) candidates="mpiexec.mpich mpiexec.hydra mpiexec" ;;
        *libmpi.so*) candidates="mpirun.openmpi mpirun mpiexec" ;;
        *) candidates="mpirun mpiexec" ;;
    esac
    for candidate in $candidates; do
        if command -v "$candidate" >/dev/null; then
            MPIEXEC=$candidate
            break
        fi
    done
fi
if [ -z "${MPIEXEC-}" ]; then
    echo "$0: no MPI launcher found (looked for: $candidates); scripts/install-system-packages.sh installs one" >&2
    exit 127
fi

case $("$MPIEXEC" --version 2>&1) in
    *"Open MPI"* | *OpenRTE* | *PRTE*)
        export OMPI_MCA_mpi_yield_when_idle=1
        export OMPI_MCA_btl_vader_single_copy_mechanism=none
        export OMPI_MCA_btl_base_warn_component_unused=0
        exec "$MPIEXEC" --allow-run-as-root --oversubscribe --bind-to none \
            ${TIMEOUT:+--timeout "$TIMEOUT"} -n "$ranks" "$@"
        ;;
    *)
        [ -z "${TIMEOUT-}" ] || export MPIEXEC_TIMEOUT="$TIMEOUT"
        exec "$MPIEXEC" -n "$ranks" "$@"
        ;;
esac
