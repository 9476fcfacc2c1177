/* error.c - the one error domain of core. */
#include "vmnet.h"

G_DEFINE_QUARK (vmnet-error-quark, vmnet_error)
