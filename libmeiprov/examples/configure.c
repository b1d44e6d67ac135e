// SPDX-License-Identifier: LGPL-2.1-or-later
/* configure [TRANSPORT] <OTP: delayed configuration, from the one-time password to POST */
#include <stdio.h>
#include <string.h>
#include <meiprov/meiprov.h>

static bool tell(void *ctx, const struct meiprov_progress *step)
{
	unsigned long s = (unsigned long)(step->elapsed_ms / 1000);

	if (step->type == MEIPROV_PROGRESS_STATE)
		printf("%lu s: %s\n", s, meiprov_state_name(step->state->provisioning));
	else if (step->error)
		printf("%lu s: %s\n", s, step->error->why);
	(void)ctx;
	return true; /* false would end it */
}

static int configure(struct meiprov_device *dev, const char *otp, struct meiprov_error *err)
{
	struct meiprov_configuration_options options = { .size = sizeof(options),
							 .progress = tell };
	struct meiprov_configuration *configuration;
	int ret = meiprov_otp_set(dev, otp, strlen(otp), err);

	if (ret)
		return ret;
	ret = meiprov_configuration_new(dev, &options, &configuration, err);
	if (ret)
		return ret;
	ret = meiprov_configuration_start(configuration, 10 * 60 * 1000, err);
	if (!ret)
		ret = meiprov_configuration_follow(configuration, 60 * 60 * 1000, err);
	meiprov_configuration_free(configuration);
	return ret;
}

int main(int argc, char **argv)
{
	struct meiprov_open how = { .size = sizeof(how), .index = -1, .writable = true };
	struct meiprov_error err = { 0 };
	struct meiprov_device *dev = NULL;
	char otp[MEIPROV_OTP_MAX + 2] = "";

	how.transport = argc > 1 ? argv[1] : NULL;
	if (!fgets(otp, sizeof(otp), stdin))
		return 2;
	otp[strcspn(otp, "\n")] = '\0';
	if (!meiprov_device_open_by(&how, &dev, &err))
		configure(dev, otp, &err);
	meiprov_device_close(dev);
	if (err.code)
		fprintf(stderr, "%s: %s\n%s\n", err.doing, err.why, err.next);
	return err.code != 0;
}
