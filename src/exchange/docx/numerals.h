#pragma once
/* Numbers as the lists of a DOCX show them (ECMA-376 17.18.59, ST_NumberFormat). */
#include "base/text.h"

// n from 0. A format that is not known, and a number that a format cannot show, is written in digits;
// "none" gives "".
str numeral(struct arena *a, str format, int n);
