#!/bin/sh
# Checks for which a tool has to be installed: each that is not there is named, and left out.
#
#     cargo install cargo-deny cargo-semver-checks
#     rustup toolchain install 1.89 --profile minimal
set -eu
cd "$(dirname "$0")/.."

# Licences, advisories, sources and bans of all dependencies: deny.toml.
if command -v cargo-deny >/dev/null; then
    cargo deny --all-features check
else
    echo "cargo deny: not installed, left out"
fi

# Whether the public interface is what the version promises, beside that of the last version that has a tag.
tag=$(git describe --tags --abbrev=0 --match 'v*' 2>/dev/null || true)
if ! command -v cargo-semver-checks >/dev/null; then
    echo "cargo semver-checks: not installed, left out"
elif [ -z "$tag" ]; then
    echo "cargo semver-checks: no version has a tag (v*) yet, left out"
else
    cargo semver-checks --package lops --baseline-rev "$tag"
fi

# The oldest compiler that Cargo.toml promises.
oldest=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
if command -v rustup >/dev/null && rustup run "$oldest" cargo --version >/dev/null 2>&1; then
    rustup run "$oldest" cargo check --package lops --target-dir "${CARGO_TARGET_DIR-target}/oldest"
else
    echo "Rust $oldest: not installed, left out"
fi
