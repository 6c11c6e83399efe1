/* The one place where SQLite's result codes become ours. */
#include "store/sqlite_internal.h"

#include "base/log.h"

struct meaning {
    enum error_code code;
    const char *id;
};

static struct meaning constraint(int rc)
{
    switch (rc) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID: return (struct meaning){ERR_CONFLICT, "store.duplicate"};
    case SQLITE_CONSTRAINT_FOREIGNKEY: return (struct meaning){ERR_CONFLICT, "store.reference"};
    default: return (struct meaning){ERR_INVALID, "store.check"};
    }
}

static struct meaning meaning(int rc)
{
    if (rc == SQLITE_IOERR_NOMEM) return (struct meaning){ERR_NO_MEMORY, "store.no_memory"};
    switch (rc & 0xff) {
    case SQLITE_CONSTRAINT: return constraint(rc);
    case SQLITE_FULL: return (struct meaning){ERR_STORE, "store.full"};
    case SQLITE_READONLY: return (struct meaning){ERR_STORE, "store.read_only"};
    case SQLITE_CANTOPEN:
    case SQLITE_IOERR: return (struct meaning){ERR_STORE, "store.io"};
    case SQLITE_NOMEM: return (struct meaning){ERR_NO_MEMORY, "store.no_memory"};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return (struct meaning){ERR_STORE, "store.damaged"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return (struct meaning){ERR_BUSY, "store.busy"};
    case SQLITE_TOOBIG: return (struct meaning){ERR_TOO_LARGE, "store.too_big"};
    default: return (struct meaning){ERR_INTERNAL, "store.statement"};
    }
}

bool sqlite_flush_failed(int rc)
{
    return rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC;
}

// The caller's data broke a rule of the schema: an answer to him, no fault of the store.
static bool is_answer(int rc)
{
    int primary = rc & 0xff;
    return primary == SQLITE_CONSTRAINT || primary == SQLITE_TOOBIG;
}

// "UNIQUE constraint failed: item.district_id, item.code" gives the columns.
static str detail(struct sqlite_db *d, int rc)
{
    str message = str_of(d->h ? sqlite3_errmsg(d->h) : sqlite3_errstr(rc));
    if ((rc & 0xff) != SQLITE_CONSTRAINT) return message;
    size_t at = str_find(message, STR(": "), 0);
    return at == SIZE_MAX ? STR_EMPTY : str_from(message, at + 2);
}

bool sqlite_fail(struct ctx *c, struct sqlite_db *d, int rc, const char *name)
{
    struct meaning m = meaning(rc);
    if (sqlite_flush_failed(rc)) d->base.sick = true;
    str why = detail(d, rc);
    if (!is_answer(rc)) {
        if (d->base.fault == ERR_NONE) {
            d->base.fault = m.code;
            d->base.fault_id = m.id;
        }
        log_line(LOG_ERROR, "store.fault", LOG_STR("id", str_of(m.id)),
                 LOG_STR("statement", str_of(name)), LOG_INT("code", rc), LOG_STR("detail", why));
    }
    if (!c) return false;
    if (m.code == ERR_INTERNAL) return fail(c, m.code, m.id, str_of(name), why);
    return fail(c, m.code, m.id, why);
}
