#include "ledger/item/item_queries.h"

#include "ledger/filter.h"
#include "ledger/item/contract.h"
#include "ledger/item/item_find.h"
#include "ledger/item/item_people.h"
#include "ledger/item/my_news.h"
#include "ledger/journal/journal_queries.h"
#include "ledger/names.h"
#include "ledger/subjects.h"

enum { ANYBODY = ROLES_BUSINESS | ROLE_SYSADMIN | ROLE_SECADMIN,
       READS_JOURNAL = ROLE_LEADER | ROLE_SUPERVISOR | ROLE_AUDITOR };

static const struct query QUERIES[] = {
    {"items", "事项清单", "Items", "按条件查询事项，分页返回", "Items by filter, a page at a time", ROLES_BUSINESS,
     &ITEM_ASK, query_items},
    {"items_counts", "事项统计", "Counts of items", "按状态、灯、工作线、单位统计事项数",
     "How many items there are by state, light, line and unit", ROLES_BUSINESS, &ITEM_COUNT_ASK, query_items_counts},
    {"views", "视图", "Views", "系统预置的事项视图", "The views of items that ship", ROLES_BUSINESS, NULL, query_views},
    {"item", "事项", "Item", "一个事项的全部内容和下一步", "Everything about one item and its next steps", ROLES_BUSINESS,
     &ITEM_ONE_ASK, query_item},
    {"item_history", "事项历史", "History of an item", "事项的每一次变化", "Every change of an item", ROLES_BUSINESS,
     &ITEM_HISTORY_ASK, query_item_history},
    {"item_origin", "事项来源", "Origin of an item", "事项从哪份文件、哪一条、谁批准而来",
     "From which document, passage and authority an item comes", ROLES_BUSINESS, &ITEM_ONE_ASK, query_item_origin},
    {"file", "文件", "File", "一份佐证或来源文件的名称、类型，以及是否可取", "What a stored file is called, when the reader may have it",
     ROLES_BUSINESS, &FILE_ASK, query_file},
    {"item_baselines", "基线对照", "Baselines", "各次约定、现状与所申请的，任取两项逐条对照",
     "What was agreed at each time, now and as asked; any two compared term by term", ROLES_BUSINESS,
     &ITEM_BASELINES_ASK, query_item_baselines},
    {"item_people", "可提到的人", "People of an item", "在这件事项的讨论中可以提到的人",
     "Who may be mentioned in the item's discussion", ROLES_BUSINESS, &ITEM_PEOPLE_ASK, query_item_people},
    {"watched", "我关注的", "Watched", "我关注的事项", "The items I watch", ROLES_BUSINESS, NULL, query_watched},
    {"my_day", "我的一天", "My day", "我该办的和我在等的", "What I owe and what I wait for", ROLES_BUSINESS, NULL,
     query_my_day},
    {"journal", "日志", "Journal", "所有操作的记录，新的在前", "The record of every command, newest first", READS_JOURNAL,
     &JOURNAL_ASK, query_journal},
    {"journal_head", "日志头", "Head of the journal", "日志最新序号和哈希", "The latest number and hash of the journal",
     ANYBODY, NULL, query_journal_head},
    {"loop", "闭环流转表", "The loop", "状态与流转", "States and transitions", ANYBODY, NULL, query_loop},
    {"commands", "操作表", "Commands", "全部操作及其角色", "All commands and their roles", ANYBODY, NULL, query_commands},
};

static const struct stmt *const STATEMENTS[] = {
    &FILTER_PERSON_BY_CODE, &FILTER_PERSON_BY_NAME, &NAME_PERSON, &NAME_ACCOUNT, &NAME_REGISTER, &NAME_LINE,
    &NAME_ITEM,             &NAME_DOCUMENT,         &ITEM_LINES,  &ORIGIN_ROW,    &ORIGIN_RECORDS,
    &JOURNAL_ACTOR_UNIT,
};


const struct subject ITEM_QUERIES = {
    .name = "item_queries",
    .queries = QUERIES,
    .n_queries = COUNT_OF(QUERIES),
    .statements = STATEMENTS,
    .n_statements = COUNT_OF(STATEMENTS),
};
