/*
 * wire.h - what the agent and its clients say to each other: one JSON object
 * a line, a request and its answer, through a Unix socket in run_dir. Used by
 * agent.c and client.c, so that each form is written once.
 *
 * Request: {"do": "trace-start", …}; answer: {"ok": true, …}, or {"ok": false,
 * "code": vmnet_error, "message": …}.
 */
#ifndef VMNET_AGENT_WIRE_H
#define VMNET_AGENT_WIRE_H

#include <json-glib/json-glib.h>

#include "host.h"

#define WIRE_TRACE_START "trace-start"	/* a spec, state: its store */
#define WIRE_TRACE_STOP "trace-stop"	/* → status */
#define WIRE_TRACE_STATUS "trace-status"/* → status */
#define WIRE_TRACE_TAIL "trace-tail"	/* serial, max → packets */
#define WIRE_RELOAD "reload"		/* the store has changed */
#define WIRE_PING "ping"		/* → pid */
#define WIRE_QUIT "quit"

/* run_dir/agent.sock, agent.lock, agent.log; new string. */
char *wire_path (const vmnet_host *h, const char *leaf);
/* The agent of that run folder, by the lock that it wrote; 0: there is none. */
int wire_agent_pid (const char *run_dir);
/* What stands in the lock: pid and start time of the caller; new string. */
char *wire_lock_text (void);

/* "WHAT PATH: ", then errno's words, with the code that fits; FALSE. */
gboolean wire_fail_errno (GError **error, const char *what, const char *path);

/* With the newline; new string. */
char *wire_line (JsonObject *o);
/* VMNET_ERROR_INVALID when it is not one object. */
JsonObject *wire_parse (const char *line, GError **error);

void wire_put_error (JsonObject *o, const GError *e);
/* The error of an answer that is not ok; TRUE: it is. */
gboolean wire_check (JsonObject *o, GError **error);

void wire_put_spec (JsonObject *o, const vmnet_trace_spec *s);
/* Strings belong to the object. */
void wire_get_spec (JsonObject *o, vmnet_trace_spec *s);
void wire_put_status (JsonObject *o, const vmnet_trace_status *s);
/* Overwrites *s; free with vmnet_trace_status_clear. */
void wire_get_status (JsonObject *o, vmnet_trace_status *s);
void wire_put_packets (JsonObject *o, const GPtrArray *packets);
GPtrArray *wire_get_packets (JsonObject *o);	/* vmnet_trace_packet * */

/* Members of the right type, or the default: 0, FALSE, NULL. */
gint64 wire_int (JsonObject *o, const char *name);
const char *wire_string (JsonObject *o, const char *name);

#endif
