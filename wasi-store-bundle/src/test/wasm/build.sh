#!/usr/bin/env bash
# Rebuilds the modules of the tests, which lie beside their sources. On Debian: apt-get install --no-install-recommends
# clang lld wasi-libc libclang-rt-dev-wasm32
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
clang --target=wasm32 -O1 -mbulk-memory -nostdlib -Wl,--no-entry -Wl,-z,stack-size=16384 -o misbehaving.wasm misbehaving.c
clang --target=wasm32-wasi -mexec-model=reactor -O2 -Wl,--strip-all -o file-store.wasm file-store.c
clang --target=wasm32 -O1 -nostdlib -Wl,--no-entry -Wl,-z,stack-size=16384 -Wl,--strip-all -o late.wasm late.c
