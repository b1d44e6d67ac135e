// SPDX-License-Identifier: GPL-2.0-only
/*
 * The object that users know, its number and its life.
 *
 * The MEI bus removes its AMTHI device and probes a new one at each firmware
 * reset, suspend and resume. An open file and a device number should survive
 * that, so this object is keyed by the parent PCI device and lives until that
 * one is gone, or the module. What comes and goes is the link.
 */
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include <uapi/linux/mei_prov.h>

#include "mei_prov.h"

#define MEI_PROV_MINORS		256

static LIST_HEAD(mei_prov_devices);	/* by rising index */
static DEFINE_MUTEX(mei_prov_registry_lock);
static DEFINE_IDA(mei_prov_ida);
static dev_t mei_prov_first;

static struct class mei_prov_class = {
	.name = MEI_PROV_CLASS,
};

/* The last reference is gone: no file, no link, no work. */
static void mei_prov_device_release(struct device *dev)
{
	struct mei_prov_device *mdev = container_of(dev, struct mei_prov_device, dev);

	mei_prov_engine_destroy(mdev);
	mei_prov_snapshot_destroy(mdev);
	kfree(mdev->facts);
	mutex_destroy(&mdev->facts_lock);
	ida_free(&mei_prov_ida, mdev->index);
	put_device(mdev->parent);
	kfree(mdev);
}

static void mei_prov_device_setup(struct mei_prov_device *mdev, struct device *parent)
{
	device_initialize(&mdev->dev);
	mdev->parent = get_device(parent);
	mdev->dev.class = &mei_prov_class;
	mdev->dev.parent = parent;
	mdev->dev.devt = mei_prov_first + mdev->index;
	mdev->dev.release = mei_prov_device_release;
	cdev_init(&mdev->cdev, &mei_prov_fops);
	mdev->cdev.owner = THIS_MODULE;
	mutex_init(&mdev->facts_lock);
	mei_prov_snapshot_init(mdev);
	init_waitqueue_head(&mdev->hangup);
	mei_prov_notices_init(mdev);
	mei_prov_poll_init(mdev);
	mei_prov_requests_begin(mdev);
}

static struct mei_prov_device *mei_prov_device_alloc(struct device *parent)
{
	struct mei_prov_device *mdev;
	int ret;

	mdev = kzalloc(sizeof(*mdev), GFP_KERNEL);
	if (!mdev)
		return ERR_PTR(-ENOMEM);
	ret = ida_alloc_max(&mei_prov_ida, MEI_PROV_MINORS - 1, GFP_KERNEL);
	if (ret < 0) {
		kfree(mdev);
		return ERR_PTR(ret);
	}
	mdev->index = ret;
	mei_prov_device_setup(mdev, parent);
	ret = mei_prov_engine_init(mdev);
	if (!ret)
		ret = dev_set_name(&mdev->dev, MEI_PROV_CLASS "%u", mdev->index);
	if (ret) {
		put_device(&mdev->dev);
		return ERR_PTR(ret);
	}
	return mdev;
}

static void mei_prov_registry_insert(struct mei_prov_device *mdev)
{
	struct mei_prov_device *other;

	list_for_each_entry(other, &mei_prov_devices, node)
		if (other->index > mdev->index)
			break;
	list_add_tail(&mdev->node, &other->node);
}

/* Called with the registry locked. */
static struct mei_prov_device *mei_prov_device_create(struct device *parent)
{
	struct mei_prov_device *mdev;
	int ret;

	mdev = mei_prov_device_alloc(parent);
	if (IS_ERR(mdev))
		return mdev;
	ret = cdev_device_add(&mdev->cdev, &mdev->dev);
	if (ret) {
		put_device(&mdev->dev);
		return ERR_PTR(ret);
	}
	mei_prov_registry_insert(mdev);
	mei_prov_debugfs_add(mdev);
	mei_prov_netlink_device(mdev, MEI_PROV_CMD_DEVICE_ADD_NTF);
	return mdev;
}

static struct mei_prov_device *mei_prov_device_find(struct device *parent)
{
	struct mei_prov_device *mdev;

	list_for_each_entry(mdev, &mei_prov_devices, node)
		if (mdev->parent == parent)
			return mdev;
	return NULL;
}

/**
 * mei_prov_device_for_parent() - the object of one ME, made if need be
 * @parent: its PCI device
 * Return: it, with a reference, or an ERR_PTR().
 */
struct mei_prov_device *mei_prov_device_for_parent(struct device *parent)
{
	struct mei_prov_device *mdev;

	mutex_lock(&mei_prov_registry_lock);
	mdev = mei_prov_device_find(parent) ?: mei_prov_device_create(parent);
	if (!IS_ERR(mdev))
		get_device(&mdev->dev);
	mutex_unlock(&mei_prov_registry_lock);
	return mdev;
}

/**
 * mei_prov_device_from() - the first device from a number on
 * @index: N of /dev/meiprovN
 * Return: it, with a reference, or NULL.
 */
struct mei_prov_device *mei_prov_device_from(unsigned int index)
{
	struct mei_prov_device *mdev, *found = NULL;

	mutex_lock(&mei_prov_registry_lock);
	list_for_each_entry(mdev, &mei_prov_devices, node) {
		if (mdev->index >= index) {
			get_device(&mdev->dev);
			found = mdev;
			break;
		}
	}
	mutex_unlock(&mei_prov_registry_lock);
	return found;
}

/**
 * mei_prov_device_by_index() - find a device
 * @index: its number
 *
 * Return: it, referenced, or NULL.
 */
struct mei_prov_device *mei_prov_device_by_index(unsigned int index)
{
	struct mei_prov_device *mdev = mei_prov_device_from(index);

	if (mdev && mdev->index != index) {
		mei_prov_device_put(mdev);
		return NULL;
	}
	return mdev;
}

/*
 * The end of a device whose link is down: nobody finds it any more, waiting
 * callers get ENODEV, pollers a hangup. Open files keep the object until they
 * are closed.
 */
static void mei_prov_device_end(struct mei_prov_device *mdev)
{
	mei_prov_engine_end(mdev);
	mei_prov_requests_stop(mdev);
	mei_prov_watch_end(mdev);
	mei_prov_poll_stop(mdev);
	mei_prov_notices_stop(mdev);
	mei_prov_records_end(mdev);
	cdev_device_del(&mdev->cdev, &mdev->dev);
	mei_prov_netlink_device(mdev, MEI_PROV_CMD_DEVICE_DEL_NTF);
	mei_prov_debugfs_del(mdev);
	mei_prov_device_put(mdev);
}

static void mei_prov_parent_gone(struct device *parent)
{
	struct mei_prov_device *mdev;

	mutex_lock(&mei_prov_registry_lock);
	mdev = mei_prov_device_find(parent);
	if (mdev)
		list_del_init(&mdev->node);
	mutex_unlock(&mei_prov_registry_lock);
	if (mdev)
		mei_prov_device_end(mdev);
}

/* Its driver has been unbound by then, and our link with it. */
static int mei_prov_pci_event(struct notifier_block *nb, unsigned long event,
			      void *data)
{
	if (event == BUS_NOTIFY_REMOVED_DEVICE)
		mei_prov_parent_gone(data);
	return NOTIFY_DONE;
}

static struct notifier_block mei_prov_pci_notifier = {
	.notifier_call = mei_prov_pci_event,
};

/**
 * mei_prov_device_init() - make class and device numbers
 *
 * Return: 0 or a negative errno.
 */
int mei_prov_device_init(void)
{
	int ret;

	ret = alloc_chrdev_region(&mei_prov_first, 0, MEI_PROV_MINORS, MEI_PROV_CLASS);
	if (ret)
		return ret;
	ret = class_register(&mei_prov_class);
	if (ret)
		goto unregister_region;
	ret = bus_register_notifier(&pci_bus_type, &mei_prov_pci_notifier);
	if (ret)
		goto unregister_class;
	return 0;

unregister_class:
	class_unregister(&mei_prov_class);
unregister_region:
	unregister_chrdev_region(mei_prov_first, MEI_PROV_MINORS);
	return ret;
}

/* No link is up and no front makes new references by name any more. */
void mei_prov_device_exit(void)
{
	struct mei_prov_device *mdev, *next;

	bus_unregister_notifier(&pci_bus_type, &mei_prov_pci_notifier);
	list_for_each_entry_safe(mdev, next, &mei_prov_devices, node) {
		list_del_init(&mdev->node);
		mei_prov_device_end(mdev);
	}
	class_unregister(&mei_prov_class);
	unregister_chrdev_region(mei_prov_first, MEI_PROV_MINORS);
	ida_destroy(&mei_prov_ida);
}
