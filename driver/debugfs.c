// SPDX-License-Identifier: GPL-2.0-only
/* /sys/kernel/debug/mei_prov/meiprovN/counters: one "name value" a line. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "mei_prov.h"

static const char * const mei_prov_counter_names[MEI_PROV_COUNTERS] = {
	[MEI_PROV_COUNT_TRANSACTIONS] = "transactions",
	[MEI_PROV_COUNT_REFUSED] = "refused",
	[MEI_PROV_COUNT_MALFORMED] = "malformed",
	[MEI_PROV_COUNT_UNSOLICITED] = "unsolicited",
	[MEI_PROV_COUNT_LOST] = "lost",
	[MEI_PROV_COUNT_UNSENT] = "unsent",
	[MEI_PROV_COUNT_CONNECTS] = "connects",
	[MEI_PROV_COUNT_BUSY] = "busy",
	[MEI_PROV_COUNT_CONNECT_ERRORS] = "connect_errors",
	[MEI_PROV_COUNT_YIELDS] = "yields",
	[MEI_PROV_COUNT_STUCK] = "stuck",
	[MEI_PROV_COUNT_POLLS] = "polls",
	[MEI_PROV_COUNT_LINK_UPS] = "link_ups",
	[MEI_PROV_COUNT_LINK_DOWNS] = "link_downs",
	[MEI_PROV_COUNT_EVENTS] = "events",
};

static struct dentry *mei_prov_debugfs_root;

static int counters_show(struct seq_file *file, void *unused)
{
	struct mei_prov_device *mdev = file->private;
	int i;

	for (i = 0; i < MEI_PROV_COUNTERS; i++)
		seq_printf(file, "%s %lld\n", mei_prov_counter_names[i],
			   atomic64_read(&mdev->counters[i]));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

void mei_prov_debugfs_add(struct mei_prov_device *mdev)
{
	mdev->debugfs = debugfs_create_dir(dev_name(&mdev->dev), mei_prov_debugfs_root);
	debugfs_create_file("counters", 0400, mdev->debugfs, mdev, &counters_fops);
}

/* Waits for a reader. */
void mei_prov_debugfs_del(struct mei_prov_device *mdev)
{
	debugfs_remove_recursive(mdev->debugfs);
}

void mei_prov_debugfs_init(void)
{
	mei_prov_debugfs_root = debugfs_create_dir(MEI_PROV_NAME, NULL);
}

void mei_prov_debugfs_exit(void)
{
	debugfs_remove_recursive(mei_prov_debugfs_root);
}
