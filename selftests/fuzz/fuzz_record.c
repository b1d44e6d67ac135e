// SPDX-License-Identifier: GPL-2.0-or-later
/* Records. What can be played back is asked everything: its replies are hostile too. */
#include "libmeiprov/message.h"
#include "selftests/fuzz/fuzz.h"
#include "selftests/fuzz/input_file.h"
#include "selftests/fuzz/library.h"

/* A refused connection is tried again until the deadline: no time here to wait. */
#define TIMEOUT_MS 1

static void operate(struct channel *channel)
{
	struct meiprov_device *dev;

	if (message_device(channel, true, &dev))
		abort();
	meiprov_device_set_timeout(dev, TIMEOUT_MS);
	for (size_t i = 0; i < library_calls(); i++)
		library_call(dev, i);
	meiprov_device_close(dev);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct meiprov_error err = { 0 };
	struct channel channel;
	char path[INPUT_PATH_MAX];
	int fd = input_file(data, size, path);
	int ret = channel_replay(path, &channel, &err);

	close(fd);
	if (!ret)
		operate(&channel);
	else if (ret > 0 || err.code != ret || !*err.why || channel.ops)
		abort();
	return 0;
}
