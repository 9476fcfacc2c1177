# new.sh - the tests of make check-vm on the kernel of its backports
# shellcheck disable=SC2086
exec "$TESTS_DIR/vm/suite" new $VM_TESTS
