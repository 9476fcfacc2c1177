# old.sh - the tests of make check-vm on the release's own kernel
# shellcheck disable=SC2086
exec "$TESTS_DIR/vm/suite" old $VM_TESTS
