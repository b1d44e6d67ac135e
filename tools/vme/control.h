/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: JSON, one object a line, both ways.
 *
 *	-> {"id": 7, "args": ["get", "ztc"]}
 *	<- {"id": 7, "ok": true, "result": "on"}
 *	<- {"id": 7, "ok": false, "error": "a sentence"}
 *
 * After "events" the peer gets {"id": 7, "event": {...}} until its next request.
 * A peer may be a serial port of a virtual machine: lines come in pieces, the end
 * of input never comes, and what nobody reads must not pile up.
 */
#ifndef VME_CONTROL_H
#define VME_CONTROL_H

struct control;
struct vme;

/* Listen on @path and watch the model and the device. NULL with errno set. */
struct control *control_new(struct vme *vme, const char *path);
void control_free(struct control *control);

#endif /* VME_CONTROL_H */
