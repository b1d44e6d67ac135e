// SPDX-License-Identifier: GPL-2.0-only
/* /sys/kernel/debug/mei_prov/meiprovN/counters: one "name value" a line. */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "mei_prov.h"

static struct dentry *mei_prov_debugfs_root;

static int counters_show(struct seq_file *file, void *unused)
{
	struct mei_prov_device *mdev = file->private;
	enum mei_prov_counter i;

	for (i = 0; i < MEI_PROV_COUNTERS; i++)
		seq_printf(file, "%s %llu\n", mei_prov_counter_name(i),
			   mei_prov_counter_read(mdev, i));
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

/**
 * mei_prov_debugfs_add() - show the counters of a device
 * @mdev: the device, which has its name
 *
 * That debugfs fails is no failure of the device.
 */
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
