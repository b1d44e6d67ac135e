/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What cppcheck needs of headers it does not read: macros that are syntax. Only
 * their shape matters here.
 */
#define STACK_OF(type)		struct stack_of_##type
#define LIST_HEAD(name, type)	struct name { struct type *first; }
#define LIST_ENTRY(type)	struct { struct type *next; struct type **prev; }
#define TAILQ_HEAD		LIST_HEAD
#define TAILQ_ENTRY		LIST_ENTRY
#define STAILQ_HEAD		LIST_HEAD
#define STAILQ_ENTRY		LIST_ENTRY
#define LIST_FOREACH(var, head, field) \
	for ((var) = (head)->first; (var); (var) = (var)->field.next)
#define TAILQ_FOREACH		LIST_FOREACH
#define STAILQ_FOREACH		LIST_FOREACH
#define json_array_foreach(array, i, value) \
	for ((i) = 0; (i) < json_array_size(array) && \
	     ((value) = json_array_get((array), (i))); (i)++)
#define json_object_foreach(object, key, value) \
	for (void *at = json_object_iter(object); \
	     at && ((key) = json_object_iter_key(at)) && \
	     ((value) = json_object_iter_value(at)); \
	     at = json_object_iter_next((object), at))

/* kselftest_harness.h: a check may have a block that runs when it fails. */
#define EXPECT_OF(condition)	for (int failed = !(condition); failed; failed = 0)
#define EXPECT_EQ(a, b)		EXPECT_OF((a) == (b))
#define EXPECT_NE(a, b)		EXPECT_OF((a) != (b))
#define EXPECT_LT(a, b)		EXPECT_OF((a) < (b))
#define EXPECT_LE(a, b)		EXPECT_OF((a) <= (b))
#define EXPECT_GT(a, b)		EXPECT_OF((a) > (b))
#define EXPECT_GE(a, b)		EXPECT_OF((a) >= (b))
#define EXPECT_TRUE(a)		EXPECT_OF(a)
#define EXPECT_FALSE(a)		EXPECT_OF(!(a))
#define ASSERT_EQ(a, b)		EXPECT_EQ(a, b)
#define ASSERT_NE(a, b)		EXPECT_NE(a, b)
#define ASSERT_LT(a, b)		EXPECT_LT(a, b)
#define ASSERT_LE(a, b)		EXPECT_LE(a, b)
#define ASSERT_GT(a, b)		EXPECT_GT(a, b)
#define ASSERT_GE(a, b)		EXPECT_GE(a, b)
#define ASSERT_TRUE(a)		EXPECT_TRUE(a)
#define ASSERT_FALSE(a)		EXPECT_FALSE(a)
