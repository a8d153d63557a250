#!/bin/sh
# Installs what the tests under real MPI need and is missing (Debian, Ubuntu and their kin):
# a C compiler, Open MPI, and libclang, with which the MPI bindings are made; the HDF5 library that was
# built with that MPI (not the serial one: the two would be taken for one another), and Python's h5py, to
# read what we write and write what we read.
# Without MPI and HDF5 the crate needs nothing but Rust.
set -eu

packages="gcc pkg-config libopenmpi-dev openmpi-bin libclang-dev libhdf5-openmpi-dev python3-numpy python3-h5py"

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "$0: this is no Debian-like system; please install the equivalents of: $packages" >&2
    exit 1
fi

missing=
for package in $packages; do
    case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
        "install ok installed") ;;
        *) missing="$missing $package" ;;
    esac
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "$0: neither root nor sudo; please have these packages installed:$missing" >&2
        exit 1
    fi
    as_root=sudo
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "installing$missing"
# shellcheck disable=SC2086  # lists of words
if ! { $as_root apt-get update -qq &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing; } \
    >"$log" 2>&1; then
    cat "$log" >&2
    echo "$0: could not install$missing" >&2
    exit 1
fi
