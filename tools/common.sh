# Sourced by the scripts of this directory: where the tree is, how to say things, how to fail with one line.
# Needs nothing but bash and coreutils; never reads stdin.

set -euo pipefail
exec </dev/null
top="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
self="tools/$(basename "$0")"
logs="$top/build/logs"
mkdir -p "$logs" 2>/dev/null || { echo "$self: cannot write below $top: run as the owner of this tree" >&2; exit 1; }

say() { printf '%s\n' "$*"; }

# Ends the script: one line on stderr that says what cannot be done and why.
die() {
  printf '%s: %s\n' "$self" "$*" >&2
  exit 1
}

# What a log says went wrong: its first line that names an error, else its last line.
reason() {
  local line=''
  for pattern in '^(E:|ERROR|CMake Error)' '(error:|fatal|FAILED)' '(error|failed|cannot|could not)'; do
    [ -n "$line" ] || line="$(grep -aiE -m 1 "$pattern" "$1" || true)"
  done
  [ -n "$line" ] || line="$(grep -av '^[[:space:]]*$' "$1" | tail -n 1 || true)"
  printf '%s' "${line:-no output}" | tr -s '[:space:]' ' ' | cut -c 1-240
}

# try NAME WHAT COMMAND...: says WHAT, runs COMMAND into build/logs/NAME.log; if it fails, one line says why.
try() {
  local name="$1" what="$2" start=$SECONDS
  shift 2
  printf '%-60s' "$what"
  if "$@" >"$logs/$name.log" 2>&1; then
    printf '%5d s\n' $((SECONDS - start))
  else
    printf ' failed\n'
    printf '%s: %s: %s (log: build/logs/%s.log)\n' "$self" "${what#*: }" "$(reason "$logs/$name.log")" "$name" >&2
    return 1
  fi
}
step() { try "$@" || exit 1; }

# configure_and_build PRESET [TARGET|-DNAME=VALUE...]: the presets are those of CMakePresets.json. Where the clang that
# a preset names does not exist (another distribution), the clang that does is used.
configure_and_build() {
  local preset="$1" word settings=() targets=()
  shift
  for word in "$@"; do
    case "$word" in -D*) settings+=("$word") ;; *) targets+=("$word") ;; esac
  done
  if [ "$preset" != release ]; then
    command -v clang++-14 >/dev/null || settings+=("-DCMAKE_CXX_COMPILER=$(command -v clang++ || echo clang++-14)")
  fi
  cmake -S "$top" --preset "$preset" "${settings[@]}" &&
    cmake --build "$top/build/$preset" --parallel "$(nproc)" ${targets:+--target "${targets[@]}"}
}
