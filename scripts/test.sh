#!/usr/bin/env bash
# Every test stage in turn; a failure does not stop the next. Called by `./sightline test`.
set -uo pipefail
# shellcheck source=scripts/tools.sh
source scripts/tools.sh

reports=artifacts/test
second_tries=$reports/second-tries.txt
failures=$reports/failures.txt
part=all
built=no
rows=()
passed=0
failed=0

summary() {
  # What stopped the run outside a stage has no row of its own.
  [ "$1" = 0 ] || [ "$failed" != 0 ] || { rows+=("$(printf '%-28s %7d %7d' "not finished" 0 1)"); failed=1; }
  printf '\n%-28s %7s %7s %6s\n' stage passed failed s
  [ ${#rows[@]} = 0 ] || printf '%s\n' "${rows[@]}"
  [ ! -s "$failures" ] || { echo; cat "$failures"; }
  [ ! -s "$second_tries" ] || { echo; cat "$second_tries"; }
  printf '\n%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" = 0 ] && exit 0 || exit 1
}
trap 'summary $?' EXIT
trap 'exit 130' INT TERM

# stage NAME REPORT COMMAND...: REPORT is the JSON that the command leaves, or - for a check that counts nothing.
stage() {
  local name=$1 report=$2 started=$SECONDS code=0 counts
  shift 2
  say "$name"
  "$@" || code=$?
  read -r -a counts < <(node scripts/report.mjs count "$report" "$code" || echo 0 1)
  [ "$report" = - ] || [ "$code" = 0 ] || node scripts/report.mjs failures "$report" | sed '/^ /!s/^/failed: /' >>"$failures"
  passed=$((passed + counts[0]))
  failed=$((failed + counts[1]))
  rows+=("$(printf '%-28s %7d %7d %6d' "$name" "${counts[0]}" "${counts[1]}" $((SECONDS - started)))")
  return "$code"
}

fingerprint() { find protocol web/sdk/src/protocol docs/operations/configuration.md -type f -print0 | sort -z | xargs -0 sha256sum; }

build() {
  dotnet build -c Release --nologo -v quiet -p:RestoreLockedMode=true &&
    dotnet publish -c Release --nologo -v quiet --no-build src/Sightline.Server
}

built_tests() {
  [ "$built" = yes ] || { echo "Not run: the C# build failed."; return 1; }
  dotnet_test "$1" "$2" || second_try "$1" "$2"
}

dotnet_test() {
  dotnet test --project "$1" --no-build -c Release --results-directory "$reports" --report-ctrf --report-ctrf-filename "$2" "${@:3}"
}

# Tests with real databases and sockets can miss their moment on a machine that does much else. A few that failed get a second
# try by themselves, as those of the browsers do, and the summary names them.
second_try() {
  local methods filters=()
  mapfile -t methods < <(node scripts/report.mjs methods "$reports/$2")
  [ ${#methods[@]} -gt 0 ] && [ ${#methods[@]} -le 3 ] || return 1
  for method in "${methods[@]}"; do filters+=(--filter-method "$method"); done
  say "A second try: ${methods[*]}"
  dotnet_test "$1" "second-$2" "${filters[@]}" || return 1
  node scripts/report.mjs failures "$reports/$2" | sed '/^ /!s/^/passed at the second try: /' >>"$second_tries"
}

generated_files() {
  npm run --silent generate -w web/sdk && diff <(echo "$generated_before") <(fingerprint) ||
    { echo "Generated files are out of date: commit what the build and 'npm run generate -w web/sdk' just wrote."; return 1; }
}

vitest() {
  local report=$PWD/$reports/$2
  (cd "$1" && npx vitest run --reporter=default --reporter=json --outputFile.json="$report" "${@:3}")
}

browsers() { SECOND_TRIES=$PWD/$second_tries vitest tests/Browser browser.json --reporter=./driver/second-tries.ts; }

# What the analyzers find fails the build already; it does not look at white space and the order of usings.
formatted() {
  dotnet format whitespace --verify-no-changes --no-restore && dotnet format style --verify-no-changes --no-restore
}

dotnet_build() { stage "C# build" - build && built=yes; }

dotnet_stages() {
  stage "C# format" - formatted
  local project name
  for project in tests/*/*.csproj; do
    name=$(basename "$project" .csproj)
    stage "$name" "$reports/$name.json" built_tests "$project" "$name.json"
  done
}

web_build() { stage "SDK and app build" - npm run --silent build; }

web_stages() {
  stage "TypeScript and style" - npm run --silent check
  stage "SDK tests" "$reports/sdk.json" vitest web/sdk sdk.json
  stage "App tests" "$reports/app.json" vitest web/app app.json
}

browser_stages() {
  [ "$built" = yes ] || return 0
  # A picture of another run must not stand for one that this run did not take.
  rm -rf artifacts/screens
  stage "Browser tests" "$reports/browser.json" browsers
}

lab_stage() {
  [ "$built" = yes ] || return 0
  if [ "$(id -u)" != 0 ] || [ ! -c /dev/net/tun ]; then
    say "Lab: skipped, because making networks needs root and /dev/net/tun"
    rows+=("$(printf '%-28s skipped: needs root and /dev/net/tun' "Lab")")
    return 0
  fi
  need_networks
  stage "Lab" "$reports/lab.json" vitest lab lab.json
}

while [ $# -gt 0 ]; do
  case "$1" in
    --only) part=${2:-}; shift; [ $# = 0 ] || shift ;;
    *) fail "test takes nothing but --only dotnet, web, browser or lab." ;;
  esac
done

[[ $part =~ ^(all|dotnet|web|browser|lab)$ ]] || fail "--only takes dotnet, web, browser or lab."

rm -rf "$reports"
mkdir -p "$reports"
need_node
[ "$part" = web ] || { need_dotnet; need_postgres; need_turnserver; need_ffmpeg; need_promtool; }
[ "$part" = dotnet ] || install_packages

case "$part" in
  dotnet) dotnet_build; dotnet_stages ;;
  web) web_build; web_stages ;;
  browser) need_browsers; dotnet_build; web_build; browser_stages ;;
  lab) need_browsers; dotnet_build; web_build; lab_stage ;;
  all)
    need_browsers
    generated_before=$(fingerprint)
    dotnet_build
    stage "Generated files" - generated_files
    web_build
    dotnet_stages
    web_stages
    browser_stages
    lab_stage
    ;;
esac
exit 0
