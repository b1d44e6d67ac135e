// SPDX-License-Identifier: GPL-2.0-only
/*
 * mei_prov: Intel AMT remote configuration over the MEI bus.
 *
 * A narrow, typed way to the AMT host interface (AMTHI) of the management
 * engine, in place of raw /dev/mei0. This file: loading, unloading, and the
 * driver on the bus.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "mei_prov.h"

#define MEI_PROV_AMTHI_UUID	UUID_LE(0x12f80028, 0xb4b7, 0x4b2d, 0xac, 0xa8, \
					0x46, 0xe0, 0xff, 0x65, 0x81, 0x4c)

struct workqueue_struct *mei_prov_wq;

/* The link is up. No connection is made before somebody wants something. */
static int mei_prov_probe(struct mei_cl_device *cldev,
			  const struct mei_cl_device_id *id)
{
	struct mei_prov_device *mdev;
	int ret;

	mdev = mei_prov_device_for_parent(cldev->dev.parent);
	if (IS_ERR(mdev))
		return PTR_ERR(mdev);
	mei_cldev_set_drvdata(cldev, mdev);
	ret = mei_prov_engine_attach(mdev, cldev);
	if (ret) {
		mei_cldev_set_drvdata(cldev, NULL);
		mei_prov_device_put(mdev);
		return ret;
	}
	mei_prov_poll_kick(mdev);
	return 0;
}

/*
 * The link goes down, for a moment or for good: firmware reset, suspend,
 * unbind, unload, shutdown. After this returns nothing touches @cldev.
 */
static void mei_prov_remove(struct mei_cl_device *cldev)
{
	struct mei_prov_device *mdev = mei_cldev_get_drvdata(cldev);

	mei_prov_engine_detach(mdev);
	mei_cldev_set_drvdata(cldev, NULL);
	mei_prov_device_put(mdev);
}

static const struct mei_cl_device_id mei_prov_id_table[] = {
	{ .uuid = MEI_PROV_AMTHI_UUID, .version = MEI_CL_VERSION_ANY },
	{ }
};
MODULE_DEVICE_TABLE(mei, mei_prov_id_table);

static struct mei_cl_driver mei_prov_driver = {
	.id_table = mei_prov_id_table,
	.name = MEI_PROV_NAME,
	.probe = mei_prov_probe,
	.remove = mei_prov_remove,
};

static int __init mei_prov_init_fronts(void)
{
	int ret;

	ret = mei_prov_device_init();
	if (ret)
		return ret;
	ret = mei_prov_watch_init();
	if (ret)
		goto exit_device;
	ret = mei_prov_requests_init();
	if (ret)
		goto exit_watch;
	ret = mei_prov_netlink_init();
	if (ret)
		goto exit_requests;
	return 0;

exit_requests:
	mei_prov_requests_exit();
exit_watch:
	mei_prov_watch_exit();
exit_device:
	mei_prov_device_exit();
	return ret;
}

/* Netlink first: no request runs afterwards, and watches end. */
static void mei_prov_exit_fronts(void)
{
	mei_prov_netlink_exit();
	mei_prov_watch_exit();
}

static int __init mei_prov_init(void)
{
	int ret;

	mei_prov_wq = alloc_workqueue(MEI_PROV_NAME, WQ_UNBOUND, 0);
	if (!mei_prov_wq)
		return -ENOMEM;
	mei_prov_debugfs_init();
	ret = mei_prov_init_fronts();
	if (ret)
		goto exit_debugfs;
	ret = mei_cldev_driver_register(&mei_prov_driver);
	if (ret)
		goto exit_fronts;
	return 0;

exit_fronts:
	mei_prov_exit_fronts();
	mei_prov_device_exit();
	mei_prov_requests_exit();
exit_debugfs:
	mei_prov_debugfs_exit();
	destroy_workqueue(mei_prov_wq);
	return ret;
}

/* No file is open: each holds a reference to the module. */
static void __exit mei_prov_exit(void)
{
	mei_prov_exit_fronts();
	mei_cldev_driver_unregister(&mei_prov_driver);
	mei_prov_device_exit();
	mei_prov_requests_exit();
	mei_prov_debugfs_exit();
	destroy_workqueue(mei_prov_wq);
}

module_init(mei_prov_init);
module_exit(mei_prov_exit);

MODULE_AUTHOR("The meiprov authors");
MODULE_DESCRIPTION("Intel AMT remote configuration over the MEI bus");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
