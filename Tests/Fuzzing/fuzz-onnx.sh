#!/bin/sh
# Feeds the ONNX reader with what libFuzzer makes of the files of a folder, with address sanitizer and coverage of every module.
#
#     Tests/Fuzzing/fuzz-onnx.sh CORPUS [SECONDS]
#
# CORPUS holds ONNX files to begin with, and receives what covers more (zendet export resnet18 --to onnx writes one; small ones are best).
# An input that crashes is written beside it. Needs the libFuzzer runtime of the Swift toolchain, which Linux has.
set -eu
cd "$(dirname "$0")/../.."
corpus=$1
seconds=${2:-300}
ZENDET_FUZZ=1 swift build --product onnx-fuzz --sanitize address -Xswiftc -sanitize=fuzzer --scratch-path .build-fuzz
exec .build-fuzz/debug/onnx-fuzz "$corpus" -max_total_time="$seconds" -max_len=65536 -rss_limit_mb=4096 -timeout=20 -print_final_stats=1 \
    -artifact_prefix="$corpus/crash-"
