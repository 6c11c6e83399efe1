#pragma once
/*
 * The order of Chinese names: keys by pinyin, made by ICU when a name is written and stored beside
 * it, so that every store sorts alike without a collation of its own. Thread-safe.
 */
#include "base/text.h"

// The sort key of a name as hex digits, at most 400; "" when ICU has no Chinese collation. Comparing
// two keys as text orders the names.
str pinyin_key(struct arena *a, str name);
