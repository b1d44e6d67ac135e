// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Power gating of the link (amthi.md A.6). The host asks by 0A and hears 8A. Legacy: it
 * isolates itself by PGI; who wants out makes the firmware ask by 0B, the host agrees
 * by 8B, an interrupt ends it, and until then only 0B goes to the host. D0i3: the
 * register says it all, and a message wakes the host by its interrupt.
 */
#include "tools/vme/hbm_private.h"
#include "tools/vme/heci.h"
#include "tools/vme/log.h"
#include "tools/vme/report.h"

static void change(struct hbm *hbm, enum hbm_power_state state)
{
	const struct report event = {
		.kind = REPORT_POWER,
		.who = state == HBM_POWER_GATED ? "gated" : "on",
	};
	enum hbm_power_state before = hbm->power;

	hbm->power = state;
	if (state == before || (state != HBM_POWER_ON && state != HBM_POWER_GATED))
		return;
	if (state == HBM_POWER_GATED)
		hbm->stats.gatings++;
	log_debug("hbm", "power of the link: %s", event.who);
	report_to(hbm->reporter, &event);
}

const char *hbm_power_name(const struct hbm *hbm)
{
	static const char *const names[] = {
		[HBM_POWER_ON] = "on",
		[HBM_POWER_AGREED] = "agreed",
		[HBM_POWER_GATED] = "gated",
		[HBM_POWER_LEAVING] = "leaving",
	};

	return names[hbm->power];
}

/* --- messages --- */

void hbm_on_power_gate(struct hbm *hbm, const uint8_t *m)
{
	const uint8_t answer[] = { HBM_POWER_GATE | HBM_REPLY, 0, 0, 0 };

	hbm_send(hbm, answer, sizeof(answer));
	change(hbm, HBM_POWER_AGREED);
	if (hbm->heci->pg_legacy)
		heci_hold(hbm->heci);
}

static void leave(struct hbm *hbm)
{
	change(hbm, HBM_POWER_ON);
	heci_release(hbm->heci);
	heci_interrupt(hbm->heci);
}

void hbm_on_power_exit_reply(struct hbm *hbm, const uint8_t *m)
{
	if (hbm->power == HBM_POWER_LEAVING)
		leave(hbm);
	else
		hbm_violation(hbm, "an answer to an exit from power gating nobody asked for");
}

/*
 * An isolated host sends nothing but its way out. One that does is not isolated any
 * more. In D0i3 Linux answers 0F and others before it has left (seen with 6.1).
 */
void hbm_power_heard(struct hbm *hbm, bool exit_reply)
{
	if (exit_reply || hbm->power == HBM_POWER_ON || !hbm->heci->pg_legacy)
		return;
	hbm_violation(hbm, "a message while its power is gated");
	leave(hbm);
}

/* --- registers --- */

static void ask_exit(struct hbm *hbm)
{
	const uint8_t request[4] = { HBM_POWER_EXIT };

	change(hbm, HBM_POWER_LEAVING);
	if (heci_send_ahead(hbm->heci, HECI_COMPLETE, request, sizeof(request)))
		log_error("hbm", "the host stays gated: out of memory");
}

static void isolated(struct hbm *hbm)
{
	if (hbm->power != HBM_POWER_AGREED) {
		hbm_violation(hbm, "power gating that was not agreed on");
		return;
	}
	change(hbm, HBM_POWER_GATED);
	if (hbm->heci->queued)
		ask_exit(hbm);
}

static void exit_wanted(struct hbm *hbm)
{
	if (hbm->power == HBM_POWER_ON)
		hbm_violation(hbm, "an exit from power gating it was not in");
	else if (hbm->power != HBM_POWER_LEAVING)
		ask_exit(hbm);
}

void hbm_power(struct hbm *hbm, enum heci_power what)
{
	switch (what) {
	case HECI_POWER_ISOLATED:
		isolated(hbm);
		break;
	case HECI_POWER_EXIT:
		exit_wanted(hbm);
		break;
	case HECI_POWER_HELD:
		if (hbm->power == HBM_POWER_GATED)
			ask_exit(hbm);
		break;
	case HECI_POWER_D0I3:
		change(hbm, heci_in_d0i3(hbm->heci) ? HBM_POWER_GATED : HBM_POWER_ON);
		break;
	}
}

void hbm_power_reset(struct hbm *hbm)
{
	change(hbm, HBM_POWER_ON);
}
