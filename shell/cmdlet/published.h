/*
 * published.h - is that the name of a published cmdlet?
 */
#ifndef SH_PUBLISHED_H
#define SH_PUBLISHED_H

#include <glib.h>

/* The module that publishes a cmdlet of that name, without case; or NULL. */
const char *published_module (const char *name);

#endif
