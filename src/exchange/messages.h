#pragma once
/* The sentences of src/exchange; call once at start, before threads. */
void exchange_messages_register(void);
