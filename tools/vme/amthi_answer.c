// SPDX-License-Identifier: GPL-2.0-or-later
#include "tools/vme/amthi_answer.h"

#include <stdbool.h>
#include "tools/vme/amt.h"
#include "tools/vme/amthi_wire.h"
#include "tools/vme/profile.h"

#define REPLY_BIT 0x00800000u

static const struct amthi_command *const tables[] = {
	amthi_setup_commands,
	amthi_state_commands,
	amthi_platform_commands,
	amthi_other_commands,
};

#define TABLES (sizeof(tables) / sizeof(tables[0]))

static const struct amthi_command *find(uint32_t id)
{
	const struct amthi_command *command;
	size_t i;

	for (i = 0; i < TABLES; i++)
		for (command = tables[i]; command->name; command++)
			if (command->id == id)
				return command;
	return NULL;
}

size_t amthi_known(const char *fw_version)
{
	const struct amthi_command *command;
	size_t count = 0;
	size_t i;

	for (i = 0; i < TABLES; i++)
		for (command = tables[i]; command->name; command++)
			count += vme_profile_knows(fw_version, command->id);
	return count;
}

uint32_t amthi_command(const uint8_t *request)
{
	return amthi_get_u32(request + 4);
}

const char *amthi_command_name(uint32_t command)
{
	const struct amthi_command *found = find(command);

	return found ? found->name : "unknown";
}

/* The status of an unknown id or version was not seen on hardware [I]. Bytes after
 * the length the header gives are ignored, as firmware does (amthi.md 1.4).
 */
static uint32_t run(struct amt *amt, const uint8_t *request, size_t len, struct amthi_out *out)
{
	const struct amthi_command *command = find(amthi_command(request));
	uint32_t data_len = amthi_get_u32(request + 8);

	if (request[0] != 1 || request[1] < 1)
		return AMT_UNSUPPORTED_VERSION;
	if (!command || !vme_profile_knows(amt->fw_version, command->id))
		return AMT_INVALID_COMMAND;
	if (data_len > len - AMTHI_HEAD_LEN || data_len < command->min || data_len > command->max)
		return AMT_INVALID_MESSAGE_LENGTH;
	return command->run(amt, (struct amthi_in){ request + AMTHI_HEAD_LEN, data_len }, out);
}

static void put_head(uint8_t *reply, uint32_t command, size_t len, uint32_t status)
{
	struct amthi_out head = { reply, 0, false };

	amthi_put_u8(&head, 1);
	amthi_put_u8(&head, 1);
	amthi_put_u16(&head, 0);
	amthi_put_u32(&head, command | REPLY_BIT);
	amthi_put_u32(&head, (uint32_t)(len - AMTHI_HEAD_LEN));
	amthi_put_u32(&head, status);
}

size_t amthi_refuse(uint32_t command, uint32_t status, uint8_t reply[AMTHI_MTU])
{
	put_head(reply, command, AMTHI_STATUS_LEN, status);
	return AMTHI_STATUS_LEN;
}

size_t amthi_answer(struct amt *amt, const uint8_t *request, size_t len, uint8_t reply[AMTHI_MTU])
{
	struct amthi_out out = { reply, AMTHI_STATUS_LEN, false };
	uint32_t status;

	if (len < AMTHI_HEAD_LEN)
		return 0;
	status = run(amt, request, len, &out);
	if (!status && out.overflow)
		status = AMT_INTERNAL_ERROR;
	if (status)
		return amthi_refuse(amthi_command(request), status, reply);
	put_head(reply, amthi_command(request), out.len, status);
	return out.len;
}
