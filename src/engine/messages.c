#include "engine/engine.h"

#include "base/error.h"

static const struct message ENGINE_MESSAGES[] = {
#include "engine/messages.def"
};

void engine_messages_register(void)
{
    messages_register(ENGINE_MESSAGES, COUNT_OF(ENGINE_MESSAGES));
}
