#pragma once
/*
 * The pure engines: functions from arrays to arrays, without clock, I/O, globals or SQL. Each
 * folder has its own face (expr/expr.h); what they share is the table of sentences.
 */

// Registers the engines' messages. Call once at start, before threads; repeating it does no harm.
void engine_messages_register(void);
