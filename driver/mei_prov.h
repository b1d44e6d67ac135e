/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mei_prov: Intel AMT remote configuration over the MEI bus, internal parts.
 *
 * Who calls whom: chardev -> ioctl, reads, control -> command -> transaction <-
 * engine -> connection -> MEI bus. netlink answers from snapshot and never goes down to
 * the engine: what it is asked to do it leaves in requests, whose work makes
 * commands of it. Documentation/design/0001 and 0002 give the reasons.
 *
 * Locks, outermost first (each one is taken alone unless it is listed under
 * another):
 *
 *	mei_prov_registry_lock	the list of devices
 *	  mei_prov_netlink_lock	the netlink family exists
 *	file.lock		one reader of an open file; user memory is
 *				written under it
 *	  mei_prov_watch_lock	watches of netlink sockets and files
 *	    poll.lock		what is asked, and when
 *	      snapshot.lock
 *	mei_prov_requests_lock	queued requests of netlink sockets
 *	  engine.lock
 *	engine.connection_lock	(inside the MEI bus's own locks) connect and
 *				disconnect, which the MEI core cannot do twice
 *				at a time for one client
 *	  engine.lock		queues, transaction states
 *	facts_lock
 *	snapshot.lock		what was seen last, event records
 *	notices.lock		netlink events on their way
 *
 * No lock is held while a reply is awaited.
 */
#ifndef MEI_PROV_INTERNAL_H
#define MEI_PROV_INTERNAL_H

#include <linux/atomic.h>
#include <linux/cdev.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mei.h>
#include <linux/mei_cl_bus.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <uapi/amthi/amthi.h>
#include <uapi/linux/mei_prov_ioctl.h>

#include "view.h"

#define MEI_PROV_NAME		"mei_prov"
#define MEI_PROV_CLASS		"meiprov"

struct dentry;
struct mei_prov_device;

/* ------------------------------------------------------------ counters */

/* counters.c has their names. */
enum mei_prov_counter {
	MEI_PROV_COUNT_TRANSACTIONS,	/* replies that passed every check */
	MEI_PROV_COUNT_REFUSED,		/* of these: status not 0 */
	MEI_PROV_COUNT_MALFORMED,	/* replies that failed a check */
	MEI_PROV_COUNT_UNSOLICITED,	/* messages nobody had asked for */
	MEI_PROV_COUNT_LOST,		/* sent, never answered */
	MEI_PROV_COUNT_UNSENT,		/* given up before they were sent */
	MEI_PROV_COUNT_CONNECTS,
	MEI_PROV_COUNT_BUSY,		/* connects refused: someone else has it */
	MEI_PROV_COUNT_CONNECT_ERRORS,	/* connects that failed otherwise */
	MEI_PROV_COUNT_YIELDS,		/* pauses made to let others connect */
	MEI_PROV_COUNT_STUCK,		/* sends that the watchdog broke off */
	MEI_PROV_COUNT_POLLS,
	MEI_PROV_COUNT_LINK_UPS,
	MEI_PROV_COUNT_LINK_DOWNS,
	MEI_PROV_COUNT_EVENTS,		/* netlink messages */
	MEI_PROV_COUNT_RECORDS,		/* made for open files */
	MEI_PROV_COUNT_RECORDS_LOST,	/* of these: overwritten before a reader came */
	MEI_PROV_COUNTERS
};

/* --------------------------------------------------------- transactions */

/* The largest request of the protocol is that of 0x8B: 402 bytes. */
#define MEI_PROV_REQUEST_MAX	512
/* A little more than the MTU: mei_cldev_recv() cuts silently. */
#define MEI_PROV_REPLY_ROOM	(AMTHI_MSG_MAX + 4)

/**
 * enum mei_prov_transaction_state - where a transaction is
 * @MEI_PROV_IDLE: the caller's: being filled, or its result being read
 * @MEI_PROV_QUEUED: the engine's, not sent: can still be taken back
 * @MEI_PROV_SENT: the engine's, on its way: it will be completed, observed or
 *	not
 * @MEI_PROV_DONE: the result is there
 */
enum mei_prov_transaction_state {
	MEI_PROV_IDLE,
	MEI_PROV_QUEUED,
	MEI_PROV_SENT,
	MEI_PROV_DONE,
};

/**
 * struct mei_prov_transaction - one request and its reply
 * @ref: caller and engine hold one each, so that either may leave first
 * @node: place in a queue of the engine
 * @wait: the caller waits here
 * @state: enum mei_prov_transaction_state, under engine.lock
 * @background: yields to interactive ones unless it is a step of a sequence,
 *	does not wait for a connection, does not keep one
 * @holds: a step of a sequence: the connection is kept for the next one
 * @abandoned: sent, and the caller has left, under engine.lock
 * @cancelled: not to be sent any more, now and later, under engine.lock
 * @replied: a message arrived; written by the receive callback only
 * @command: request id
 * @request_len: bytes in @request
 * @received: length of the message, or a negative errno
 * @deadline: jiffies
 * @sent_at: ktime of sending, for the trace
 * @why: errno if the deadline passes before the request was sent
 * @error: result: 0 or a negative errno
 * @fw_status: result: AMT status when @error is 0
 * @connection: result: serial number of the connection that carried it
 * @epoch: result: serial number of the link that carried it
 * @request: as sent; zeroed as soon as it has been sent or given up
 * @reply: as received
 *
 * Callers allocate these, the engine never allocates.
 */
struct mei_prov_transaction {
	struct kref ref;
	struct list_head node;
	wait_queue_head_t wait;
	enum mei_prov_transaction_state state;
	bool background;
	bool holds;
	bool abandoned;
	bool cancelled;
	bool replied;
	u32 command;
	u32 request_len;
	ssize_t received;
	unsigned long deadline;
	ktime_t sent_at;
	int why;
	int error;
	u32 fw_status;
	u32 connection;
	u32 epoch;
	u8 request[MEI_PROV_REQUEST_MAX];
	u8 reply[MEI_PROV_REPLY_ROOM];
};

struct mei_prov_transaction *mei_prov_transaction_new(void);
void mei_prov_transaction_get(struct mei_prov_transaction *t);
void mei_prov_transaction_put(struct mei_prov_transaction *t);
int mei_prov_transact(struct mei_prov_device *mdev,
		      struct mei_prov_transaction *t);
struct mei_prov_transaction *mei_prov_transaction_next(struct mei_prov_device *mdev);
bool mei_prov_transaction_claim(struct mei_prov_device *mdev,
				struct mei_prov_transaction *t);
void mei_prov_transaction_unclaim(struct mei_prov_device *mdev,
				  struct mei_prov_transaction *t);
void mei_prov_transaction_settle(struct mei_prov_device *mdev,
				 struct mei_prov_transaction *t,
				 int error, u32 fw_status);
void mei_prov_transaction_blame(struct mei_prov_device *mdev,
				struct mei_prov_transaction *t, int why);

int mei_prov_reply_check(const struct mei_prov_transaction *t, u32 *fw_status);

/* --------------------------------------------------------------- engine */

/**
 * struct mei_prov_engine - the one worker that talks to the firmware
 * @lock: see the field comments
 * @interactive: queued transactions of callers, under @lock
 * @background: queued transactions of polls, but for steps of sequences,
 *	under @lock
 * @awaiting: transaction whose reply may arrive now, under @lock
 * @link_up: an AMTHI client is there, under @lock
 * @gone: the parent is gone for good, under @lock
 * @sequences: callers that need several transactions on one connection, the
 *	first has its turn, under @lock
 * @held: a sequence has begun: only its steps are sent, under @lock
 * @epoch: serial number of the link, changes when it goes up and down, under
 *	@lock
 * @sequence_wait: callers that wait for their turn in @sequences
 * @wq: ordered, so that @pump and @linger never run at the same time
 * @pump: sends what is queued
 * @linger: closes the connection when nobody used it for a while
 * @watchdog: breaks a send that got stuck
 * @reply: completed when the awaited reply arrived or will not arrive
 * @linger_wanted: the last transaction was a caller's; worker only
 * @backoff_ms: the next pause after a failed connect; worker only
 * @connection_lock: serialises mei_cldev_enable() and mei_cldev_disable() and
 *	guards @cldev, @connected and the times below
 * @cldev: the client, NULL while the link is down. The worker uses it without
 *	the lock: remove waits for the worker before it returns
 * @connected: @cldev is enabled
 * @spoiled: a message came that nobody had asked for, under @lock
 * @connection: serial number of the connection
 * @busy_since: start of uninterrupted use of connections, 64-bit jiffies
 * @closed_at: end of the last connection, 64-bit jiffies
 */
struct mei_prov_engine {
	/* Held for a few instructions, never in interrupts. */
	spinlock_t lock;
	struct list_head interactive;
	struct list_head background;
	struct list_head sequences;
	struct mei_prov_transaction *awaiting;
	bool link_up;
	bool gone;
	bool held;
	u32 epoch;
	wait_queue_head_t sequence_wait;

	struct workqueue_struct *wq;
	struct delayed_work pump;
	struct delayed_work linger;
	struct delayed_work watchdog;
	struct completion reply;
	bool linger_wanted;
	unsigned int backoff_ms;

	/* Held while the firmware answers a connect or disconnect. */
	struct mutex connection_lock;
	struct mei_cl_device *cldev;
	bool connected;
	bool spoiled;
	u32 connection;
	u64 busy_since;
	u64 closed_at;
};

int mei_prov_engine_init(struct mei_prov_device *mdev);
void mei_prov_engine_destroy(struct mei_prov_device *mdev);
int mei_prov_engine_attach(struct mei_prov_device *mdev,
			   struct mei_cl_device *cldev);
void mei_prov_engine_detach(struct mei_prov_device *mdev);
void mei_prov_engine_end(struct mei_prov_device *mdev);
void mei_prov_engine_kick(struct mei_prov_device *mdev);
bool mei_prov_engine_link_lost(struct mei_prov_device *mdev);
bool mei_prov_engine_link_up(struct mei_prov_device *mdev);
bool mei_prov_engine_gone(struct mei_prov_device *mdev);

/* ----------------------------------------------------------- connection */

void mei_prov_connection_init(struct mei_prov_device *mdev);
int mei_prov_connection_open(struct mei_prov_device *mdev);
void mei_prov_connection_close(struct mei_prov_device *mdev);
void mei_prov_connection_release(struct mei_prov_device *mdev);
unsigned long mei_prov_connection_yield(struct mei_prov_device *mdev, bool sequence);
unsigned long mei_prov_connection_keep(struct mei_prov_device *mdev,
				       unsigned int linger_ms);
int mei_prov_connection_exchange(struct mei_prov_device *mdev,
				 struct mei_prov_transaction *t);

/* ------------------------------------------------------------- commands */

/**
 * struct mei_prov_call - one command of a caller: one or more transactions
 *	that share a deadline
 * @mdev: the device
 * @t: its transaction, used again for each step
 * @sequence: place in engine.sequences
 * @fw_status: first refusal of the firmware
 */
struct mei_prov_call {
	struct mei_prov_device *mdev;
	struct mei_prov_transaction *t;
	struct list_head sequence;
	u32 fw_status;
};

int mei_prov_call_begin(struct mei_prov_call *call, struct mei_prov_device *mdev,
			unsigned int timeout_ms, bool background);
void mei_prov_call_end(struct mei_prov_call *call);
void mei_prov_call_cancel(struct mei_prov_call *call);
int mei_prov_call(struct mei_prov_call *call, u32 command);
int mei_prov_call_u32(struct mei_prov_call *call, u32 command, u32 value);
int mei_prov_call_string(struct mei_prov_call *call, u32 command,
			 const void *str, size_t len);
int mei_prov_call_host_based(struct mei_prov_call *call,
			     const struct amthi_host_based *args);
int mei_prov_call_sequence(struct mei_prov_call *call);
void mei_prov_call_sequence_end(struct mei_prov_call *call);

/* ---------------------------------------------------------------- facts */

/**
 * struct mei_prov_facts - what does not change while the link is up
 * @valid: MEI_PROV_INFO_* bits
 * @version_count: entries in @versions
 * @uuid: as received
 * @bios: NUL-terminated
 * @versions: see struct mei_prov_version
 */
struct mei_prov_facts {
	u32 valid;
	u32 version_count;
	u8 uuid[AMTHI_UUID_LEN];
	char bios[AMTHI_BIOS_LEN + 1];
	struct mei_prov_version versions[AMTHI_VERSIONS_MAX];
};

bool mei_prov_facts_cached(struct mei_prov_device *mdev,
			   struct mei_prov_facts *facts);
int mei_prov_facts_ask(struct mei_prov_call *call, struct mei_prov_facts *facts);
void mei_prov_facts_drop(struct mei_prov_device *mdev);

/* ------------------------------------------------------------- requests */

/**
 * struct mei_prov_requests - what netlink sockets asked of one device
 * @work: does it
 * @stopped: never again; under the lock of requests.c
 */
struct mei_prov_requests {
	struct work_struct work;
	bool stopped;
};

void mei_prov_requests_begin(struct mei_prov_device *mdev);
void mei_prov_requests_stop(struct mei_prov_device *mdev);
int mei_prov_requests_init(void);
void mei_prov_requests_exit(void);

/* --------------------------------------------------------------- device */

/**
 * struct mei_prov_device - one ME, as users know it
 * @dev: embedded device: class meiprov, the reference count of everything here
 * @cdev: /dev/meiprovN
 * @node: in the registry
 * @index: N, and the minor number
 * @parent: the PCI device, referenced: the identity of this object. It stays
 *	the same while AMTHI clients come and go
 * @engine: the worker
 * @snapshot: last state seen
 * @facts_lock: guards @facts
 * @facts: cached facts, NULL when there are none
 * @notices: netlink events to be sent
 * @poll: background poll
 * @requests: what netlink sockets asked for
 * @hangup: poll(2) waits here for the end of the device
 * @counters: see enum mei_prov_counter
 * @debugfs: directory
 */
struct mei_prov_device {
	struct device dev;
	struct cdev cdev;
	struct list_head node;
	unsigned int index;
	struct device *parent;
	struct mei_prov_engine engine;
	struct mei_prov_snapshot snapshot;
	/* Never held while the firmware is asked. */
	struct mutex facts_lock;
	struct mei_prov_facts *facts;
	struct mei_prov_notices notices;
	struct mei_prov_poll poll;
	struct mei_prov_requests requests;
	wait_queue_head_t hangup;
	atomic64_t counters[MEI_PROV_COUNTERS];
	struct dentry *debugfs;
};

static inline void mei_prov_count(struct mei_prov_device *mdev,
				  enum mei_prov_counter counter)
{
	atomic64_inc(&mdev->counters[counter]);
}

const char *mei_prov_counter_name(enum mei_prov_counter counter);
u64 mei_prov_counter_read(struct mei_prov_device *mdev, enum mei_prov_counter counter);
int mei_prov_do_stats(struct mei_prov_device *mdev, void *arg);

static inline void mei_prov_device_put(struct mei_prov_device *mdev)
{
	put_device(&mdev->dev);
}

int mei_prov_device_init(void);
void mei_prov_device_exit(void);
struct mei_prov_device *mei_prov_device_for_parent(struct device *parent);
struct mei_prov_device *mei_prov_device_by_index(unsigned int index);
struct mei_prov_device *mei_prov_device_from(unsigned int index);

/* ------------------------------------------------------------ the fronts */

extern const struct file_operations mei_prov_fops;

/**
 * struct mei_prov_ioctl - one row of the table of commands
 * @command: ioctl number
 * @size: sizeof() of the argument as known here
 * @min_size: size of its first version
 * @out_size: bytes of it that are written back
 * @flags: flags it takes
 * @mode: FMODE_READ or FMODE_WRITE, needed of the file
 * @handler: does it
 * @file_handler: in place of @handler, for what belongs to the open file
 */
struct mei_prov_ioctl {
	unsigned int command;
	u16 size;
	u16 min_size;
	u16 out_size;
	u32 flags;
	fmode_t mode;
	int (*handler)(struct mei_prov_device *mdev, void *arg);
	int (*file_handler)(struct mei_prov_file *file, void *arg);
};

/* All arguments start with struct mei_prov_head. */
union mei_prov_argument {
	struct mei_prov_head head;
	struct mei_prov_info info;
	struct mei_prov_state state;
	struct mei_prov_ztc ztc;
	struct mei_prov_hash_get hash_get;
	struct mei_prov_otp_set otp_set;
	struct mei_prov_start start;
	struct mei_prov_stop stop;
	struct mei_prov_ztc_set ztc_set;
	struct mei_prov_suffix suffix;
	struct mei_prov_suffix_list suffix_list;
	struct mei_prov_tls_mode tls_mode;
	struct mei_prov_rng rng;
	struct mei_prov_rng_seed rng_seed;
	struct mei_prov_start_host_based start_host_based;
	struct mei_prov_unprovision unprovision;
	struct mei_prov_ehbc ehbc;
	struct mei_prov_ehbc_disable ehbc_disable;
	struct mei_prov_disable_clear disable_clear;
	struct mei_prov_security security;
	struct mei_prov_tcpip tcpip;
	struct mei_prov_lan lan;
	struct mei_prov_mac mac;
	struct mei_prov_config_server config_server;
	struct mei_prov_fqdn fqdn;
	struct mei_prov_redirection redirection;
	struct mei_prov_remote_access remote_access;
	struct mei_prov_audit audit;
	struct mei_prov_stats stats;
	struct mei_prov_events events;
};

int mei_prov_ioctl_begin(struct mei_prov_call *call, struct mei_prov_device *mdev,
			 const struct mei_prov_head *head);

/* reads.c */
int mei_prov_do_suffix_get(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_suffix_list(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_tls_mode(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_rng_status(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_ehbc_get(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_security(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_tcpip(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_lan(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_mac(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_config_server(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_fqdn(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_redirection(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_remote_access(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_audit(struct mei_prov_device *mdev, void *arg);
int mei_prov_mode_ask(struct mei_prov_call *call, struct mei_prov_state *state);

/* control.c */
int mei_prov_do_otp_set(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_start(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_stop(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_ztc_set(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_suffix_set(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_rng_seed(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_start_host_based(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_unprovision(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_ehbc_disable(struct mei_prov_device *mdev, void *arg);
int mei_prov_do_disable_clear(struct mei_prov_device *mdev, void *arg);

const struct mei_prov_ioctl *mei_prov_ioctl_lookup(unsigned int command);

int mei_prov_netlink_init(void);
void mei_prov_netlink_exit(void);
void mei_prov_netlink_device(struct mei_prov_device *mdev, u8 command);
void mei_prov_netlink_link_went(struct mei_prov_device *mdev);
void mei_prov_netlink_state(struct mei_prov_device *mdev);
void mei_prov_netlink_hashes(struct mei_prov_device *mdev);
void mei_prov_netlink_suffix(struct mei_prov_device *mdev);

void mei_prov_debugfs_init(void);
void mei_prov_debugfs_exit(void);
void mei_prov_debugfs_add(struct mei_prov_device *mdev);
void mei_prov_debugfs_del(struct mei_prov_device *mdev);

/* For works that are not the engine's: watchdog, events, polls, requests. Those
 * that ask the firmware sleep in it; an unbound queue runs the others meanwhile.
 */
extern struct workqueue_struct *mei_prov_wq;

#endif /* MEI_PROV_INTERNAL_H */
