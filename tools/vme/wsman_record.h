/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef VME_WSMAN_RECORD_H
#define VME_WSMAN_RECORD_H

struct wsman_call;

/* The fields of the record of configuration, which must exist (protocol.md 3.4). */
void wsman_record_write(struct wsman_call *call);

#endif /* VME_WSMAN_RECORD_H */
