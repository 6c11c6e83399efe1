#pragma once
/*
 * Chinese characters as people type them: simplified for traditional, and pinyin with all common
 * readings. The tables come from ICU at build time (tools/make_readings.c) and from polyphones.def.
 */
#include "base/text.h"

enum { READINGS_MOST = 4 };

uint32_t simplified_of(uint32_t code_point);
// The readings of a character, without tones, ü as v and as u; 0 when it is none that has any.
size_t readings_of(uint32_t code_point, str out[READINGS_MOST]);
// Changes whenever a table does: what was made with another one has to be made again.
int64_t readings_version(void);
