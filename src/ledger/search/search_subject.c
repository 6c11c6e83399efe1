#include "ledger/search/search.h"
#include "ledger/search/sources.h"
#include "ledger/subjects.h"

#define FILL_ARGS(X) X(again, int64_t, F_BOOL, 0, "从头重做", "from the beginning", 0, NULL)
struct fill_args { FILL_ARGS(AS_MEMBER) };
#define OWNER struct fill_args
SHAPE_OF(search_fill_args, FILL_ARGS);
#undef OWNER

static bool fill_run(struct call *k, const void *args, uint64_t given, struct json *out)
{
    const struct fill_args *a = args;
    (void)given;
    return (!a->again || search_again(k)) && search_fill(k, k->now, out);
}

static const struct command COMMANDS[] = {
    {"search.fill", "编制检索", "Fill the search", "为检索再编入一批记录；again 从头重做，直到 ready 为止",
     "Takes another page of records into the search; again begins anew; to be repeated until ready", ROLE_SYSADMIN,
     &search_fill_args_shape, fill_run},
};

static const struct query QUERIES[] = {
    {"search", "检索", "Search", "按词、简称、拼音首字母和编号检索事项、单位、人员、文件，按相关程度排列",
     "Finds items, units, people and documents by words, aliases, pinyin initials and codes, best first",
     ROLES_BUSINESS | ROLE_SYSADMIN | ROLE_SECADMIN, &SEARCH_ASK, query_search},
};

const struct subject SEARCH_SUBJECT = {
    .name = "search",
    .commands = COMMANDS,
    .n_commands = COUNT_OF(COMMANDS),
    .queries = QUERIES,
    .n_queries = COUNT_OF(QUERIES),
    .statements = SEARCH_STATEMENTS,
    .n_statements = N_SEARCH_STATEMENTS,
    .register_lists = search_register,
};
