#include "server/server.h"

static const struct message TABLE[] = {
#include "server/messages.def"
};

void server_messages(void)
{
    static bool done;
    if (!done) messages_register(TABLE, COUNT_OF(TABLE));
    done = true;
}
