#!/usr/bin/env bash
# One scan for a workflow: remarks on standard output, a summary of the job, files, outputs. Ends with the
# exit code of the scan.
set -uo pipefail

program=${FAASGUARD_PROGRAM:-faasguard}
sarif=${FAASGUARD_SARIF:-}
html=${FAASGUARD_HTML:-}
if ! command -v "$program" >/dev/null; then
    sources=${GITHUB_ACTION_PATH:-.}/../..
    if [ "$program" != faasguard ] || ! command -v cargo >/dev/null || [ ! -f "$sources/Cargo.toml" ]; then
        echo "::error title=faasguard::the program is not on the PATH; install it in a step before, or name it with the input program"
        exit 2
    fi
    echo "::group::building faasguard"
    cargo build --release --locked --manifest-path "$sources/Cargo.toml" -p cli || exit 2
    echo "::endgroup::"
    program=$sources/target/release/faasguard
fi

arguments=(scan --quiet --fail-on "${FAASGUARD_FAIL_ON:-high}")
[ "${FAASGUARD_STRICT:-false}" = true ] && arguments+=(--strict)
format=terminal
[ "${FAASGUARD_ANNOTATIONS:-true}" = true ] && format=github
arguments+=(--format "$format")
[ -n "$sarif" ] && arguments+=(--output "sarif=$sarif")
[ -n "$html" ] && arguments+=(--output "html=$html")
[ -n "${GITHUB_STEP_SUMMARY:-}" ] && summary=$(mktemp) && arguments+=(--output "markdown=$summary")
while IFS= read -r line; do
    [ -n "$line" ] && arguments+=("$line")
done <<<"${FAASGUARD_ARGUMENTS:-}"
# What follows is a path whatever it begins with.
arguments+=(--)
while IFS= read -r line; do
    [ -n "$line" ] && arguments+=("$line")
done <<<"${FAASGUARD_PATHS:-.}"

"$program" "${arguments[@]}"
code=$?

if [ -n "${summary:-}" ]; then
    cat "$summary" >>"$GITHUB_STEP_SUMMARY"
    rm -f "$summary"
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then
    {
        printf 'exit-code=%s\n' "$code"
        # A line break in a name would begin another output.
        printf 'sarif=%s\n' "${sarif//$'\n'/}"
        printf 'html=%s\n' "${html//$'\n'/}"
    } >>"$GITHUB_OUTPUT"
fi
exit "$code"
