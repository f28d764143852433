# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by `run` and `test`: sets up and builds, saying what it does. `project` and `build` are set for the caller.

project=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
build=$project/build/release

say() { printf '%s\n' "-- $*"; }

# build_project [CMake options] -- [targets]: without options a build folder stays as it was configured, so that `run` after
# `test` builds nothing twice.
build_project() {
  local options=()
  while [[ $# -gt 0 && $1 != -- ]]; do options+=("$1"); shift; done
  [[ $# -gt 0 ]] && shift

  "$project/packaging/install-dependencies"

  local stamp=$build/configured-with
  if [[ ! -f $build/build.ninja || ( ${#options[@]} -gt 0 && $(cat "$stamp" 2>/dev/null) != "${options[*]}" ) ]]; then
    say "Configuring $build"
    (cd -- "$project" && cmake --preset release -Wno-dev --log-level=WARNING ${options[@]+"${options[@]}"}) || return
    printf '%s' "${options[*]-}" >"$stamp"
  fi
  # A dry run takes milliseconds and tells whether there is anything to announce.
  if [[ $(ninja -C "$build" -n "$@" 2>&1 | tail -n 1) != "ninja: no work to do." ]]; then
    say "Building $build (the first time this takes a few minutes)"
    ninja -C "$build" "$@" || return
  fi
}
