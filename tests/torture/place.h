#pragma once
/* A folder in memory for stores that are made and thrown away by the thousand. */
#include "store/store_internal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#undef fail // cmocka's; ours is in base/error.h

void place_make(void);                        // once; ends the process when it cannot
void place_drop(void);                        // the folder and all in it
const char *place_folder(void);
void place_path(char *out, size_t n, const char *name); // "folder/name"
void place_remove_store(const char *name);    // the file and what SQLite and we put beside it
// What a killed process leaves: the file and its log as they are now, under another name.
void place_copy_store(const char *name, const char *copy);
