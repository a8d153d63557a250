#!/bin/bash
#SBATCH --job-name=my-inversion
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=32        # a rank for each core: the cores of one node
#SBATCH --cpus-per-task=1           # a rank is one thread
#SBATCH --time=02:00:00
#SBATCH --signal=TERM@300           # five minutes before the end: a checkpoint is written, and the job ends
#SBATCH --output=%x-%j.log

# Placing ranks: one on each core and bound to it, a node filled before the next, so that neighbours in the cut axis, which
# exchange ghost rows, are on one node, and memory is that of the rank's own socket.
set -euo pipefail

# module load openmpi hdf5          # the modules that the program was built with

srun --cpu-bind=cores --distribution=block:block target/release/my-inversion "${1-out}"
