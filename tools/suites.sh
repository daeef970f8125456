# Sourced by tools/test after common.sh: runs suites and adds up what they count. Nothing that ends badly, or that ran
# no test at all, may pass: it counts one failure at least.

passed=0 failed=0 skipped=0
finish() {
  local line="$passed passed, $failed failed"
  [ "$skipped" -eq 0 ] || line+=", $skipped skipped"
  [ $((passed + failed)) -gt 0 ] || printf '%s: no test ran\n' "$self" >&2
  say "$line"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
}

# Sets p, f, s: what a log of doctest, unittest or ctest counts, or its last line if that has the form of ours.
count() {
  local line ran bad
  p=0 f=0 s=0
  if line="$(grep -aE '^\[doctest\] test cases:' "$1" | tail -n 1)" && [ -n "$line" ]; then
    read -r p f s < <(sed -E 's/.*\| *([0-9]+) passed *\| *([0-9]+) failed *\| *([0-9]+) skipped.*/\1 \2 \3/' <<<"$line")
    s=0 # doctest counts there what a filter left out
  elif line="$(grep -aE '^Ran [0-9]+ tests? in' "$1" | tail -n 1)" && [ -n "$line" ]; then
    ran="$(sed -E 's/^Ran ([0-9]+).*/\1/' <<<"$line")"
    line="$(grep -aE '^(OK|FAILED)( |$)' "$1" | tail -n 1 || true)"
    for bad in $(grep -oE '(failures|errors|unexpected successes)=[0-9]+' <<<"$line" | cut -d= -f2); do f=$((f + bad)); done
    s="$(grep -oE 'skipped=[0-9]+' <<<"$line" | cut -d= -f2 || true)"
    s="${s:-0}"
    p=$((ran > f + s ? ran - f - s : 0))
  elif line="$(grep -aE 'tests failed out of [0-9]+' "$1" | tail -n 1)" && [ -n "$line" ]; then
    read -r f ran < <(sed -E 's/.*, ([0-9]+) tests? failed out of ([0-9]+).*/\1 \2/' <<<"$line")
    p=$((ran - f))
  elif line="$(grep -aE '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$1" | tail -n 1)" && [ -n "$line" ]; then
    read -r p f s < <(sed -E 's/^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\1 \2 \4/' <<<"$line")
    s="${s:-0}"
  fi
}

# start_suite NAME WHAT COMMAND...: runs one suite beside others, one a core; end_suites adds what they counted.
started=()
start_suite() {
  local name="$1" what="$2"
  shift 2
  while [ "$(jobs -pr | wc -l)" -ge "$(nproc)" ]; do wait -n || true; done
  started+=("$name" "$what")
  rm -f "$logs/$name.ended"
  (
    start=$SECONDS status=0
    "$@" >"$logs/$name.log" 2>&1 || status=$?
    echo "$status $((SECONDS - start))" >"$logs/$name.ended"
  ) &
}

# Waits for all suites and shows them in the order they were started in. A suite that ends badly, or that ran nothing,
# counts one failure at least.
end_suites() {
  local i name what log status seconds
  wait
  for ((i = 0; i < ${#started[@]}; i += 2)); do
    name="${started[i]}" what="${started[i + 1]}" log="$logs/${started[i]}.log" status=1 seconds=0
    [ ! -f "$logs/$name.ended" ] || read -r status seconds <"$logs/$name.ended"
    count "$log"
    if [ "$f" -eq 0 ] && { [ "$status" -ne 0 ] || [ $((p + s)) -eq 0 ]; }; then f=1; fi
    printf '%-60s%5d s  %4d passed, %d failed%s\n' "test: $what" "$seconds" "$p" "$f" "$([ "$s" -eq 0 ] || echo ", $s skipped")"
    if [ "$f" -gt 0 ]; then
      tail -n 60 "$log" | sed 's/^/    /'
      printf '%s: %s: exit status %d (log: build/logs/%s.log)\n' "$self" "$what" "$status" "$name" >&2
    fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
  done
  started=()
}

# suite NAME WHAT COMMAND...: one suite on its own.
suite() { start_suite "$@"; end_suites; }
