#pragma once
/* What the files of registers/ put into the table of commands (registers_subject.c). */
#include "ledger/command.h"

#define REGISTERS_ACT(name)                          \
    extern const struct shape name##_shape;          \
    bool name##_run(struct call *k, const void *args, uint64_t given, struct json *out)

extern const struct shape register_field_args_shape, field_remove_args_shape, register_clock_args_shape, declare_shape;
bool register_field_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool field_remove_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool register_clock_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool declare_preview_run(struct call *k, const void *args, uint64_t given, struct json *out);
bool declare_apply_run(struct call *k, const void *args, uint64_t given, struct json *out);
REGISTERS_ACT(loop_declare);
REGISTERS_ACT(item_fill);
