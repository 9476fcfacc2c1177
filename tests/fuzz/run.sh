# run.sh - the fuzzer of the language: the corpus, then a bounded number of
# rounds of a fixed seed. More: tests/fuzz/fuzz_lang -s SEED -n ROUNDS FILES.
cd "$TESTS_DIR/.." || exit 1
exec "$(dirname "$VMNETSH")/tests/fuzz/fuzz_lang" -s 1 -n 1500 \
  tests/fuzz/corpus/* tests/data/lang/*.txt
