#include <string.h>

#include "ledger/hooks/hooks_internal.h"
#include "ledger/org/session.h"
#include "ledger/subjects.h"

static bool host_of(str url, str *host)
{
    static const str http = {"http://", 7}, https = {"https://", 8};
    bool plain = str_starts(url, http);
    if (!plain && !str_starts(url, https)) return false;
    str rest = str_from(url, plain ? http.n : https.n);
    size_t end = 0;
    while (end < rest.n && !strchr("/?", rest.p[end])) end++;
    *host = str_sub(rest, 0, end);
    return true;
}

bool hook_url_check(struct call *k, str url)
{
    str host = STR_EMPTY;
    bool good = host_of(url, &host) && host.n > 0 && host.p[0] != ':' && !str_has(host, STR("@"));
    for (size_t i = 0; i < url.n && good; i++)
        good = url.p[i] > ' ' && url.p[i] < 127 && url.p[i] != '#' && url.p[i] != '\\' && url.p[i] != '"';
    return good || fail_field(k->c, ERR_INVALID, "hook.bad_url", STR("url"), url);
}

static bool event_known(str event)
{
    bool all = str_ends(event, STR(".*"));
    str head = all ? str_sub(event, 0, event.n - 1) : event;
    if (!all) return command_find(event) != NULL;
    for (size_t s = 0; s < N_SUBJECTS && head.n > 1; s++)
        for (size_t i = 0; i < SUBJECTS[s]->n_commands; i++)
            if (str_starts(str_of(SUBJECTS[s]->commands[i].name), head)) return true;
    return false;
}

bool hook_events_check(struct call *k, const struct list *given, str *out)
{
    const str *at = given->at;
    struct buf b;
    buf_init(&b, k->c->a, 2000);
    for (size_t i = 0; i < given->n; i++) {
        if (!event_known(at[i])) return fail_field(k->c, ERR_INVALID, "hook.no_event", STR("events"), at[i]);
        if (i) buf_addc(&b, ',');
        buf_add(&b, at[i]);
    }
    *out = buf_str(&b);
    return buf_ok(&b) || fail_field(k->c, ERR_INVALID, "hook.many_events", STR("events"));
}

bool hook_wants(const struct webhook *w, str command)
{
    str rest = w->events;
    while (rest.n) {
        str event = str_cut(&rest, STR(","));
        bool all = str_ends(event, STR(".*"));
        if (all ? str_starts(command, str_sub(event, 0, event.n - 1)) : str_eq(command, event)) return true;
    }
    return false;
}

bool hook_approved(struct call *k, const struct webhook *w, bool *approved)
{
    struct account account;
    struct actor who;
    *approved = false;
    if (!w->approved_by) return true;
    if (!record_load(k, &ACCOUNT, w->approved_by, &account)) return false;
    if (account.disabled) return true;
    if (!session_actor(k, account.login, &who)) return false;
    *approved = (who.roles & ROLE_SUPERVISOR) != 0;
    return true;
}

str hook_delivery_id(struct arena *a, const struct hook_delivery *d)
{
    return str_printf(a, "%" PRId64 "-%" PRId64 "-%" PRId64, d->webhook_id, d->seq, d->item_id);
}
