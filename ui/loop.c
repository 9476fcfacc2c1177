/*
 * loop.c - samples on the timer, keys and signals as they come; see loop.h.
 */
#include "loop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "screen.h"

#define FIRST_PAUSE 0.5		/* s between the first two samples */

typedef struct {
	ui_app *app;
	ui_canvas *canvas;
	int signals;		/* signalfd */
	gint64 next;		/* µs, monotonic: the next sample */
	gboolean end;
} loop;

static void
resize (loop *l)
{
	int w, h;

	ui_screen_size (&w, &h);
	ui_canvas_resize (l->canvas, w, h);
	ui_app_resize (l->app, w, h);
}

static void
wish (loop *l, ui_app_wish w)
{
	switch (w) {
	case UI_APP_STAY:
		break;
	case UI_APP_QUIT:
		l->end = TRUE;
		break;
	case UI_APP_REDRAW:
		ui_screen_forget ();
		resize (l);
		break;
	case UI_APP_SUSPEND:
		ui_screen_suspend ();
		resize (l);
		break;
	}
}

/* However many came: one resize, so that a storm of them costs little. */
static void
take_signals (loop *l)
{
	struct signalfd_siginfo si;
	gboolean resized = FALSE;

	while (read (l->signals, &si, sizeof si) == (ssize_t) sizeof si) {
		if (si.ssi_signo == SIGWINCH)
			resized = TRUE;
		else
			l->end = TRUE;
	}
	if (resized)
		resize (l);
}

static void
take_keys (loop *l)
{
	int key;

	while (!l->end && (key = ui_screen_key ()) >= 0)
		wish (l, ui_app_key (l->app, key));
}

static void
sample_if_due (loop *l)
{
	gint64 now = g_get_monotonic_time ();
	gint64 every = (gint64) (l->app->interval * G_USEC_PER_SEC);

	if (l->next > now + every)
		l->next = now + every;
	if (now < l->next)
		return;
	ui_app_sample (l->app);
	if (l->app->model->tick == 1)
		every = MIN (every, FIRST_PAUSE * G_USEC_PER_SEC);
	/* Behind by more than one: those samples are lost, not late. */
	l->next = MAX (l->next + every, now);
}

static void
wait_for_more (loop *l)
{
	struct pollfd p[] = { { STDIN_FILENO, POLLIN, 0 },
			      { l->signals, POLLIN, 0 } };
	gint64 us = l->next - g_get_monotonic_time ();

	if (poll (p, 2, us > 0 ? (int) (us / 1000) + 1 : 0) <= 0)
		return;
	if (p[1].revents)
		take_signals (l);
	if (p[0].revents & POLLIN)
		take_keys (l);
	if (p[0].revents & (POLLHUP | POLLERR | POLLNVAL))
		l->end = TRUE;
}

static void
run (loop *l)
{
	resize (l);
	l->next = g_get_monotonic_time ();
	ui_app_draw (l->app, l->canvas);
	ui_screen_show (l->canvas);
	while (!l->end) {
		sample_if_due (l);
		ui_app_draw (l->app, l->canvas);
		ui_screen_show (l->canvas);
		wait_for_more (l);
	}
}

gboolean
ui_loop_terminal (ui_app *a, gboolean ascii, gboolean mono, GError **error)
{
	loop l = { .app = a };
	sigset_t ours, before;

	sigemptyset (&ours);
	sigaddset (&ours, SIGWINCH);
	sigaddset (&ours, SIGTERM);
	sigaddset (&ours, SIGINT);
	sigaddset (&ours, SIGHUP);
	sigaddset (&ours, SIGQUIT);
	l.signals = signalfd (-1, &ours, SFD_NONBLOCK | SFD_CLOEXEC);
	if (l.signals < 0) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
			     "dashboard: signalfd: %s", g_strerror (errno));
		return FALSE;
	}
	sigprocmask (SIG_BLOCK, &ours, &before);
	if (ui_screen_open (mono, error)) {
		l.canvas = ui_canvas_new (1, 1, ascii);
		run (&l);
		ui_screen_close ();
		ui_canvas_free (l.canvas);
	}
	sigprocmask (SIG_SETMASK, &before, NULL);
	close (l.signals);
	return l.end;
}

gboolean
ui_loop_once (ui_app *a, int w, int h, gboolean ascii, GError **error)
{
	g_autoptr (ui_canvas) c = ui_canvas_new (w, h, ascii);
	g_autofree char *text = NULL;

	a->batch = TRUE;
	a->interval = FIRST_PAUSE;
	ui_app_resize (a, w, h);
	ui_app_sample (a);
	g_usleep ((gulong) (FIRST_PAUSE * G_USEC_PER_SEC));
	ui_app_sample (a);
	if (a->model->problem) {
		g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
			     "dashboard: %s", a->model->problem);
		return FALSE;
	}
	ui_app_draw (a, c);
	text = ui_canvas_text (c);
	if (fputs (text, stdout) != EOF && fflush (stdout) == 0)
		return TRUE;
	g_set_error (error, VMNET_ERROR, VMNET_ERROR_FAILED,
		     "dashboard: write a frame: %s", g_strerror (errno));
	return FALSE;
}
