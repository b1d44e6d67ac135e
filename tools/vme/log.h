/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages for a person, on standard error. Secrets are never among them. */
#ifndef VME_LOG_H
#define VME_LOG_H

enum log_level {
	LOG_LEVEL_NONE = -1,
	LOG_LEVEL_ERROR,
	LOG_LEVEL_INFO,
	LOG_LEVEL_DEBUG,
};

/* Messages above @level are dropped; LOG_LEVEL_INFO at the start. */
void log_set_level(enum log_level level);

void log_write(enum log_level level, const char *area, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#define log_error(area, ...) log_write(LOG_LEVEL_ERROR, area, __VA_ARGS__)
#define log_info(area, ...)  log_write(LOG_LEVEL_INFO, area, __VA_ARGS__)
#define log_debug(area, ...) log_write(LOG_LEVEL_DEBUG, area, __VA_ARGS__)

#endif /* VME_LOG_H */
