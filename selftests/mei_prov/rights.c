// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may do what: the table of Documentation/security.md, row by row. The char
 * device goes with the node's mode and with how a file was opened, netlink with
 * capabilities of whoever opened the socket and of whoever uses it.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/mei_prov.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness.h"

#include "clock.h"
#include "device.h"
#include "genl.h"
#include "later.h"
#include "person.h"
#include "sysfs.h"
#include "vme.h"

/* Rights, as a set. */
#define OPEN_READ  1  /* open the node for reading */
#define OPEN_WRITE 2  /* open the node for writing */
#define NL_READ	   4  /* netlink: ask, dump, watch */
#define NL_CHANGE  8  /* netlink: have the ME changed */
#define NL_JOIN	   16 /* netlink: join the events */
#define NL_FAMILY  32 /* netlink: see that there is such a family */
#define ODD	   64 /* no such right: commands of one kind differ */

#define NODE (OPEN_READ | OPEN_WRITE)
/* The family is there for everybody of the first network namespace to see. */
#define NL_WATCH (NL_FAMILY | NL_READ | NL_JOIN)
#define ALL	 (NODE | NL_WATCH | NL_CHANGE)

#define NET_ADMIN     CAPABILITY(CAP_NET_ADMIN)
#define SYS_ADMIN     CAPABILITY(CAP_SYS_ADMIN)
#define DAC_OVERRIDE  CAPABILITY(CAP_DAC_OVERRIDE)
#define NO_SUCH_INDEX 4711

/* clang-format off */
static const struct {
	struct person person;
	unsigned int rights;
} rows[] = {
	{ { "root", ROOT, ROOT, EVERY, 0 }, ALL },
	{ { "root without capabilities", ROOT, ROOT, NO_CAPABILITY, 0 }, NL_FAMILY },
	{ { "root without DAC_OVERRIDE, in the group", ROOT, AGENT, EVERY & ~DAC_OVERRIDE, 0 },
	  OPEN_READ | NL_WATCH | NL_CHANGE },
	{ { "the agent", AGENT, AGENT, NO_CAPABILITY, 0 }, NODE | NL_FAMILY },
	{ { "a user in the group", NOBODY, AGENT, NO_CAPABILITY, 0 }, OPEN_READ | NL_FAMILY },
	{ { "a user", NOBODY, NOBODY, NO_CAPABILITY, 0 }, NL_FAMILY },
	{ { "a user with NET_ADMIN", NOBODY, NOBODY, NET_ADMIN, 0 }, NL_WATCH },
	{ { "a user with SYS_ADMIN", NOBODY, NOBODY, SYS_ADMIN, 0 }, NL_FAMILY },
	{ { "a user with NET_ADMIN and SYS_ADMIN", NOBODY, NOBODY, NET_ADMIN | SYS_ADMIN, 0 },
	  NL_WATCH | NL_CHANGE },
	{ { "a user as root of a user namespace", NOBODY, NOBODY, NO_CAPABILITY,
	    CLONE_NEWUSER }, NL_FAMILY },
	{ { "a user as root of user and net namespaces", NOBODY, NOBODY, NO_CAPABILITY,
	    CLONE_NEWUSER | CLONE_NEWNET }, 0 },
	{ { "root in a user namespace", ROOT, ROOT, EVERY, CLONE_NEWUSER }, NL_FAMILY },
	{ { "root in user and net namespaces", ROOT, ROOT, EVERY,
	    CLONE_NEWUSER | CLONE_NEWNET }, 0 },
	{ { "root in a net namespace", ROOT, ROOT, EVERY, CLONE_NEWNET }, NODE },
	{ { "the agent in a user namespace", AGENT, AGENT, NO_CAPABILITY, CLONE_NEWUSER },
	  NODE | NL_FAMILY },
};
/* clang-format on */

#define ROWS (sizeof(rows) / sizeof(rows[0]))

/* What a netlink command is: a new one must be given a place here. */
enum { NOT_LISTED, NOTIFICATION, ASKS, CHANGES };

static const int nl_commands[MEI_PROV_CMD_MAX + 1] = {
	[MEI_PROV_CMD_DEVICE_GET] = ASKS,
	[MEI_PROV_CMD_DEVICE_ADD_NTF] = NOTIFICATION,
	[MEI_PROV_CMD_DEVICE_DEL_NTF] = NOTIFICATION,
	[MEI_PROV_CMD_DEVICE_CHANGE_NTF] = NOTIFICATION,
	[MEI_PROV_CMD_STATE_GET] = ASKS,
	[MEI_PROV_CMD_STATE_NTF] = NOTIFICATION,
	[MEI_PROV_CMD_WATCH_START] = ASKS,
	[MEI_PROV_CMD_WATCH_STOP] = ASKS,
	[MEI_PROV_CMD_HASH_GET] = ASKS,
	[MEI_PROV_CMD_HASH_NTF] = NOTIFICATION,
	[MEI_PROV_CMD_SUFFIX_NTF] = NOTIFICATION,
	[MEI_PROV_CMD_REFRESH] = ASKS,
	[MEI_PROV_CMD_START] = CHANGES,
	[MEI_PROV_CMD_STOP] = CHANGES,
	[MEI_PROV_CMD_ZTC_DISABLE] = CHANGES,
	[MEI_PROV_CMD_SUFFIX_SET] = CHANGES,
	[MEI_PROV_CMD_UNPROVISION] = CHANGES,
	[MEI_PROV_CMD_EHBC_DISABLE] = CHANGES,
	[MEI_PROV_CMD_DISABLE_CLEAR] = CHANGES,
	[MEI_PROV_CMD_OP_DONE] = NOTIFICATION,
};

/* --- netlink --- */

/* A request for a device that is not there: only those who may ask are told. */
static int nl_try(struct genl *genl, int cmd, int flags)
{
	const struct genl_attr attrs[] = { { 1, NO_SUCH_INDEX, 0 } };
	struct genl_reply reply;

	return genl_ask(genl, cmd, flags, attrs, flags ? 0 : 1, &reply);
}

static bool nl_may(int ret)
{
	return ret == 0 || ret == -ENODEV;
}

/* May all commands of this kind be given, or none? Anything else is odd. */
static unsigned int nl_right(struct genl *genl, int kind, unsigned int right)
{
	unsigned int may = 0, tried = 0;
	int cmd, ret;

	for (cmd = 1; cmd <= MEI_PROV_CMD_MAX; cmd++) {
		if (nl_commands[cmd] != kind)
			continue;
		ret = nl_try(genl, cmd, 0);
		tried++;
		may += nl_may(ret);
		if (!nl_may(ret) && ret != -EPERM)
			printf("# netlink command %d: error %d\n", cmd, ret);
	}
	if (may && may != tried)
		printf("# %u of %u netlink commands are allowed\n", may, tried);
	return !may ? 0 : may == tried ? right : ODD;
}

static bool nl_may_dump(struct genl *genl)
{
	int device = nl_try(genl, MEI_PROV_CMD_DEVICE_GET, NLM_F_DUMP);
	int state = nl_try(genl, MEI_PROV_CMD_STATE_GET, NLM_F_DUMP);

	return device == 0 || state == 0;
}

static unsigned int nl_rights(struct genl *genl)
{
	unsigned int rights = NL_FAMILY;

	rights |= nl_right(genl, ASKS, NL_READ);
	rights |= nl_right(genl, CHANGES, NL_CHANGE);
	if (nl_may_dump(genl) != !!(rights & NL_READ))
		rights |= ODD;
	if (genl_listen(genl) == 0)
		rights |= NL_JOIN;
	return rights;
}

static unsigned int own_nl_rights(void)
{
	struct genl genl;
	unsigned int rights;

	if (genl_open(&genl) != 0)
		return 0;
	rights = nl_rights(&genl);
	genl_close(&genl);
	return rights;
}

/* --- the node --- */

static unsigned int node_right(int flags, unsigned int right)
{
	int fd = device_open(flags);

	if (fd >= 0)
		close(fd);
	else if (fd != -EACCES)
		printf("# opening the node: error %d\n", fd);
	return fd >= 0 ? right : 0;
}

static unsigned int node_rights(void)
{
	unsigned int rights = node_right(O_RDONLY, OPEN_READ) | node_right(O_WRONLY, OPEN_WRITE);

	if (node_right(O_RDWR, NODE) != (rights == NODE ? NODE : 0))
		rights |= ODD;
	return rights;
}

static int all_rights(void *unused)
{
	return node_rights() | own_nl_rights();
}

TEST(who_may_do_what)
{
	size_t i;

	for (i = 0; i < ROWS; i++) {
		EXPECT_EQ((int)rows[i].rights, person_does(&rows[i].person, all_rights, NULL))
		TH_LOG("%s", rows[i].person.name);
	}
}

TEST(every_netlink_command_has_a_row)
{
	struct genl genl;
	int cmd, ret;

	ASSERT_EQ(0, genl_open(&genl));
	for (cmd = 1; cmd <= MEI_PROV_CMD_MAX; cmd++) {
		ret = nl_try(&genl, cmd, 0);
		EXPECT_NE(NOT_LISTED, nl_commands[cmd]) TH_LOG("command %d", cmd);
		EXPECT_EQ(nl_commands[cmd] == NOTIFICATION, ret == -EOPNOTSUPP)
		TH_LOG("command %d: error %d", cmd, ret);
	}
	genl_close(&genl);
}

/* What one capability opens to a user who has no other right. */
static unsigned int rights_by(int capability)
{
	switch (capability) {
	case CAP_DAC_OVERRIDE:
		return NODE | NL_FAMILY;
	case CAP_DAC_READ_SEARCH:
		return OPEN_READ | NL_FAMILY;
	case CAP_NET_ADMIN:
		return NL_WATCH;
	default:
		return NL_FAMILY;
	}
}

TEST(each_capability_alone_opens_only_what_is_its_own)
{
	struct person person = { "a user with one capability", NOBODY, NOBODY, 0, 0 };
	int capability, last = person_last_capability();

	ASSERT_LE(CAP_CHECKPOINT_RESTORE, last);
	for (capability = 0; capability <= last; capability++) {
		person.capabilities = CAPABILITY(capability);
		EXPECT_EQ((int)rights_by(capability), person_does(&person, all_rights, NULL))
		TH_LOG("capability %d", capability);
	}
}

/* What is left to root when one capability is missing. */
static unsigned int rights_without(int capability)
{
	switch (capability) {
	case CAP_DAC_OVERRIDE:
		return ALL & ~OPEN_WRITE;
	case CAP_NET_ADMIN:
		return NODE | NL_FAMILY;
	case CAP_SYS_ADMIN:
		return ALL & ~NL_CHANGE;
	default:
		return ALL;
	}
}

TEST(root_misses_only_what_goes_with_the_missing_capability)
{
	struct person person = { "root without one capability", ROOT, ROOT, 0, 0 };
	int capability, last = person_last_capability();

	ASSERT_LE(CAP_CHECKPOINT_RESTORE, last);
	for (capability = 0; capability <= last; capability++) {
		person.capabilities = ~CAPABILITY(capability);
		EXPECT_EQ((int)rights_without(capability), person_does(&person, all_rights, NULL))
		TH_LOG("capability %d", capability);
	}
}

/* --- sockets of others --- */

static int rights_of_socket(void *genl)
{
	return nl_rights(genl);
}

static const struct person root = { "root", ROOT, ROOT, EVERY, 0 };
static const struct person user = { "a user", NOBODY, NOBODY, NO_CAPABILITY, 0 };

/* NL_JOIN goes by whoever joins alone: a socket that has joined may be handed on
 * on purpose.
 */
TEST(a_socket_of_root_lends_a_user_nothing)
{
	struct genl genl;

	ASSERT_EQ(0, genl_open(&genl));
	for (genl.by_write = false;; genl.by_write = true) {
		EXPECT_EQ(NL_FAMILY, person_does(&user, rights_of_socket, &genl));
		EXPECT_EQ(ALL & ~NODE, person_does(&root, rights_of_socket, &genl));
		if (genl.by_write)
			break;
	}
	genl_close(&genl);
}

/* A socket opened by somebody with these capabilities, used by root, who writes
 * to it as to any file and may not know what it is.
 */
static int use_socket_of(uint64_t capabilities)
{
	struct genl genl;
	int ret, rights;

	ret = person_limit_self(capabilities);
	ret = ret ? ret : genl_open(&genl);
	if (ret || person_limit_self(EVERY) != 0)
		return -EIO;
	genl.by_write = true;
	rights = person_does(&root, rights_of_socket, &genl);
	genl_close(&genl);
	return rights;
}

TEST(a_user_makes_root_write_nothing_of_consequence_to_a_socket)
{
	EXPECT_EQ(NL_FAMILY | NL_JOIN, use_socket_of(NO_CAPABILITY));
	EXPECT_EQ(NL_FAMILY | NL_JOIN, use_socket_of(SYS_ADMIN));
	EXPECT_EQ(NL_WATCH, use_socket_of(NET_ADMIN));
	EXPECT_EQ(NL_WATCH | NL_CHANGE, use_socket_of(NET_ADMIN | SYS_ADMIN));
}

/* --- files of others --- */

enum kind { UNKNOWN, READS, WRITES };

static void learn_kinds(enum kind kinds[256])
{
	size_t i;

	memset(kinds, 0, 256 * sizeof(kinds[0]));
	for (i = 0; i < DEVICE_COMMANDS; i++)
		kinds[_IOC_NR(device_commands[i].nr)] = device_commands[i].writes ? WRITES : READS;
	kinds[_IOC_NR(MEI_PROV_IOC_STATS)] = READS;
	kinds[_IOC_NR(MEI_PROV_IOC_EVENTS)] = READS;
	for (i = 0; i < LATER_COMMANDS; i++)
		kinds[_IOC_NR(later_commands[i].nr)] = later_commands[i].writes ? WRITES : READS;
}

struct open_file {
	int fd;
	int flags;
};

/* The right is looked at first, so that a struct without size is EINVAL for
 * those who have it, and nothing reaches the firmware.
 */
static int ioctl_wanted(enum kind kind, int flags)
{
	const int needs = kind == WRITES ? O_WRONLY : O_RDONLY;

	if (flags & O_PATH)
		return -EBADF;
	if (kind == UNKNOWN)
		return -ENOTTY;
	return (flags & O_ACCMODE) == O_RDWR || (flags & O_ACCMODE) == needs ? -EINVAL : -EACCES;
}

/* The number of commands that did not end as they should. */
static int try_every_ioctl(void *arg)
{
	const struct open_file *file = arg;
	enum kind kinds[256];
	union device_arg empty;
	int nr, ret, wrong = 0;

	learn_kinds(kinds);
	memset(&empty, 0, sizeof(empty));
	for (nr = 0; nr < 256; nr++) {
		ret = device_ioctl(file->fd, _IO(MEI_PROV_IOC_TYPE, nr), &empty);
		if (ret == ioctl_wanted(kinds[nr], file->flags))
			continue;
		printf("# command %#x of a file with flags %#x: %d\n", nr, file->flags, ret);
		wrong++;
	}
	return wrong < 254 ? wrong : 254;
}

TEST(a_file_carries_its_rights_to_everybody)
{
	const int modes[] = { O_RDONLY, O_WRONLY, O_RDWR, O_PATH };
	long before = vme_seen_all();
	struct open_file file;
	size_t i, mode;

	for (mode = 0; mode < sizeof(modes) / sizeof(modes[0]); mode++) {
		file.flags = modes[mode];
		file.fd = device_open(file.flags);
		ASSERT_LE(0, file.fd);
		for (i = 0; i < ROWS; i++) {
			EXPECT_EQ(0, person_does(&rows[i].person, try_every_ioctl, &file))
			TH_LOG("%s", rows[i].person.name);
		}
		close(file.fd);
	}
	EXPECT_EQ(before, vme_seen_all());
}

/* Open the file anew through /proc: as if by its path. */
static int open_anew(void *arg)
{
	const struct open_file *file = arg;
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", file->fd);
	fd = open(path, file->flags | O_CLOEXEC);
	if (fd < 0)
		return errno;
	close(fd);
	return 0;
}

TEST(a_read_only_file_is_no_way_to_a_writable_one)
{
	const struct person member = { "a user in the group", NOBODY, AGENT, NO_CAPABILITY, 0 };
	struct open_file file = { .fd = device_open(O_RDONLY), .flags = O_RDWR };

	ASSERT_LE(0, file.fd);
	EXPECT_EQ(EACCES, person_does(&user, open_anew, &file));
	EXPECT_EQ(EACCES, person_does(&member, open_anew, &file));
	EXPECT_EQ(0, person_does(&root, open_anew, &file));
	file.flags = O_RDONLY;
	EXPECT_EQ(EACCES, person_does(&user, open_anew, &file));
	EXPECT_EQ(0, person_does(&member, open_anew, &file));
	close(file.fd);
}

/* --- the node's mode --- */

FIXTURE(bare){};

FIXTURE_SETUP(bare)
{
}

FIXTURE_TEARDOWN(bare)
{
}

static int node_mode(struct stat *stat_of)
{
	return stat(device_path(), stat_of) < 0 ? -errno : 0;
}

TEST(the_rule_gives_the_node_to_the_agent_and_lets_its_group_read)
{
	struct stat node;

	ASSERT_EQ(0, node_mode(&node));
	EXPECT_EQ(AGENT, node.st_uid);
	EXPECT_EQ(AGENT, node.st_gid);
	EXPECT_EQ(S_IFCHR | 0640, node.st_mode);
}

/* The module is loaded anew, and udev catches up. */
TEST_F_TIMEOUT(bare, without_the_rule_the_node_is_roots_alone, 120)
{
	struct stat node;
	int ret;

	ASSERT_EQ(0, system("udevadm control --stop-exec-queue"));
	ret = sysfs_module_delete();
	ret = ret ? ret : sysfs_module_load();
	ret = ret ? ret : node_mode(&node);
	EXPECT_EQ(0, system("udevadm control --start-exec-queue && udevadm settle"));
	ASSERT_EQ(0, ret);
	EXPECT_EQ(ROOT, node.st_uid);
	EXPECT_EQ(ROOT, node.st_gid);
	EXPECT_EQ(S_IFCHR | 0600, node.st_mode);
}

TEST_HARNESS_MAIN
