// SPDX-License-Identifier: Apache-2.0
// The one policy for memory: running out is reported and ends the process, so callers carry no NULL checks.
// Everything sized by a client is bounded by base/limits.h before it is asked for here.
#pragma once

#include "base/base.h"

// n bytes set to zero, never NULL; release with mem_free. Any thread.
void *mem_alloc(size_t n);
// Grows or shrinks; bytes beyond the old size are not set. Never NULL unless n is 0.
void *mem_realloc(void *p, size_t n);
void mem_free(void *p);
// Overwrites n bytes in a way the compiler keeps. For secrets.
void mem_wipe(void *p, size_t n);
// A zero-terminated copy of n bytes; release with mem_free.
char *mem_strdup(const char *p, size_t n);
