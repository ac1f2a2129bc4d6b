#!/bin/sh
# Waits for the verdict: ends with 0 for a pass and with 22 for anything else, and prints the reason and the report.
# RUN_ID names this run: the same one attaches to the same analysis, also from another machine.
curl -sS --fail-with-body --retry 9999 --retry-max-time 7200 --retry-connrefused "$CANARY_URL/gates/ci" -d key="$RUN_ID" -d config=checkout -d baseline="$STABLE" -d canary="$CANARY" -d duration=30m -d interval=5m
