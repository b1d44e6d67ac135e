/* SPDX-License-Identifier: GPL-2.0-only */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM mei_prov

#if !defined(MEI_PROV_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define MEI_PROV_TRACE_H

#include <linux/ktime.h>
#include <linux/tracepoint.h>

#include "mei_prov.h"

/* One line for each transaction when it ends. Never a payload. */
TRACE_EVENT(mei_prov_transaction,
	    TP_PROTO(unsigned int index, const struct mei_prov_transaction *t,
		     int error),
	    TP_ARGS(index, t, error),
	    TP_STRUCT__entry(__field(unsigned int, index)
			     __field(u32, command)
			     __field(u32, fw_status)
			     __field(int, error)
			     __field(bool, sent)
			     __field(bool, background)
			     __field(bool, sequence)
			     __field(s64, duration_us)),
	    TP_fast_assign(__entry->index = index;
			   __entry->command = t->command;
			   __entry->fw_status = t->fw_status;
			   __entry->error = error;
			   __entry->sent = t->sent_at;
			   __entry->background = t->background;
			   __entry->sequence = t->holds;
			   __entry->duration_us = t->sent_at ?
				ktime_us_delta(ktime_get(), t->sent_at) : 0;),
	    TP_printk("meiprov%u command=0x%08x fw_status=0x%x error=%d sent=%d background=%d sequence=%d duration_us=%lld",
		      __entry->index, __entry->command, __entry->fw_status,
		      __entry->error, __entry->sent, __entry->background,
		      __entry->sequence, __entry->duration_us)
);

/* A connection was asked for; error 0 means there is one. */
TRACE_EVENT(mei_prov_connect,
	    TP_PROTO(unsigned int index, u32 connection, int error),
	    TP_ARGS(index, connection, error),
	    TP_STRUCT__entry(__field(unsigned int, index)
			     __field(u32, connection)
			     __field(int, error)),
	    TP_fast_assign(__entry->index = index;
			   __entry->connection = connection;
			   __entry->error = error;),
	    TP_printk("meiprov%u connection=%u error=%d",
		      __entry->index, __entry->connection, __entry->error)
);

/* The connection has been given up: others can have it from now on. */
TRACE_EVENT(mei_prov_disconnect,
	    TP_PROTO(unsigned int index, u32 connection),
	    TP_ARGS(index, connection),
	    TP_STRUCT__entry(__field(unsigned int, index)
			     __field(u32, connection)),
	    TP_fast_assign(__entry->index = index;
			   __entry->connection = connection;),
	    TP_printk("meiprov%u connection=%u", __entry->index, __entry->connection)
);

#endif /* MEI_PROV_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
