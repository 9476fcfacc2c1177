# iommu.sh - what of make check-vm needs an IOMMU: guests with vfio-pci.
# shellcheck disable=SC2086
VM_OPTIONS=--iommu exec "$TESTS_DIR/vm/suite" new $VM_IOMMU_TESTS
