#include "exchange/messages.h"

#include "base/error.h"

static const struct message EXCHANGE_MESSAGES[] = {
#include "exchange/messages.def"
};

void exchange_messages_register(void)
{
    messages_register(EXCHANGE_MESSAGES, COUNT_OF(EXCHANGE_MESSAGES));
}
