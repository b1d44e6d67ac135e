// SPDX-License-Identifier: GPL-2.0-only
/* Right answers. */
#include "truth.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "device.h"
#include "vme.h"

int truth_learn(struct truth *truth)
{
	int count;

	memset(truth, 0, sizeof(*truth));
	truth->ztc = 1;
	if (vme_uuid(truth->uuid) < 0)
		return -EIO;
	count = vme_hashes(truth->hashes, TRUTH_HASHES);
	if (count <= 0 || count > TRUTH_HASHES)
		return -EIO;
	truth->hash_count = count;
	return 0;
}

static int check(bool right)
{
	return right ? 0 : TRUTH_WRONG;
}

static int ask_info(int fd, const struct truth *truth, uint32_t timeout_ms)
{
	struct mei_prov_info info = { .head.flags = MEI_PROV_F_FRESH };
	int ret = DEVICE_CALL(fd, MEI_PROV_IOC_INFO, &info, timeout_ms);

	if (ret < 0)
		return ret;
	return check(info.head.fw_status == 0 && (info.valid & MEI_PROV_INFO_UUID) &&
		     memcmp(info.uuid, truth->uuid, sizeof(truth->uuid)) == 0);
}

static int ask_state(int fd, const struct truth *truth, uint32_t timeout_ms)
{
	struct mei_prov_state state;
	int ret = device_state(fd, &state, timeout_ms);

	if (ret < 0)
		return ret;
	return check(state.head.fw_status == 0 && state.valid == DEVICE_STATE_PARTS &&
		     state.provisioning_state == truth->state &&
		     state.control_mode == truth->control_mode);
}

static int ask_ztc(int fd, const struct truth *truth, uint32_t timeout_ms)
{
	struct mei_prov_ztc ztc;
	int ret = device_ztc(fd, &ztc, timeout_ms);

	if (ret < 0)
		return ret;
	return check(ztc.head.fw_status == 0 && ztc.enabled == truth->ztc);
}

static int ask_hashes(int fd, const struct truth *truth, uint32_t timeout_ms)
{
	struct mei_prov_hash hashes[TRUTH_HASHES];
	uint32_t count = TRUTH_HASHES, fw_status;
	int ret;

	memset(hashes, 0, sizeof(hashes));
	ret = device_hashes(fd, hashes, &count, &fw_status, timeout_ms);
	if (ret < 0)
		return ret;
	return check(fw_status == 0 && count == truth->hash_count &&
		     memcmp(hashes, truth->hashes, sizeof(hashes)) == 0);
}

int truth_ask(int fd, const struct truth *truth, enum truth_question question, uint32_t timeout_ms)
{
	static int (*const ask[])(int, const struct truth *, uint32_t) = {
		[TRUTH_INFO] = ask_info,
		[TRUTH_STATE] = ask_state,
		[TRUTH_ZTC] = ask_ztc,
		[TRUTH_HASH_TABLE] = ask_hashes,
	};

	return ask[question](fd, truth, timeout_ms);
}

int truth_ask_all(int fd, const struct truth *truth, uint32_t timeout_ms)
{
	enum truth_question question;
	int ret = 0;

	for (question = 0; question < TRUTH_QUESTIONS && ret == 0; question++)
		ret = truth_ask(fd, truth, question, timeout_ms);
	return ret;
}
