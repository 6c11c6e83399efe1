/* The table of the grid's commands and queries. */
#include "ledger/grid/grid.h"
#include "ledger/item/item_find.h"
#include "ledger/subjects.h"

static const struct command commands[] = {
    {"items.edit_many", "批量修改", "Edit many", "一次修改多个事项的多个单元格，要么全部生效要么都不生效；可先预览",
     "Changes many cells of many items at once, all or nothing; can be previewed", ROLE_SUPERVISOR | ROLE_LEADER,
     &edit_many_shape, run_edit_many},
    {"items.undo", "撤销批量修改", "Undo", "撤销自己的一次批量修改；此后被他人改动的单元格保持不变并列出",
     "Takes back a bulk change of one's own; cells changed since stay and are listed", ROLE_SUPERVISOR | ROLE_LEADER,
     &undo_shape, run_undo},
    {"items.step_many", "批量办理", "Step many", "对多个事项办理同一步骤，要么全部办理要么都不办理；可先预览",
     "Takes one step for many items, all or nothing; can be previewed", ROLE_SUPERVISOR | ROLE_LEADER | ROLE_UNIT,
     &step_many_shape, run_step_many},
    {"view.save", "保存视图", "Save view", "保存筛选、排序、分组和列为自己的视图",
     "Keeps filter, order, grouping and columns as a view of one's own", ROLES_BUSINESS, &view_save_shape,
     run_view_save},
    {"view.share", "共享视图", "Share view", "把自己的视图共享给本单位或全部人员",
     "Shares one's view with one's unit or with all", ROLES_BUSINESS, &view_share_shape, run_view_share},
    {"view.remove", "删除视图", "Remove view", "删除自己的视图", "Removes a view of one's own", ROLES_BUSINESS,
     &view_remove_shape, run_view_remove},
};

static const struct query queries[] = {
    {"items_grid", "事项表格", "Grid of items", "按条件查询事项，一次返回全部行，按列排列",
     "Items by filter, all rows in one answer, column by column", ROLES_BUSINESS, &ITEM_COUNT_ASK, query_items_grid},
    {"saved_views", "已存视图", "Saved views", "自己的和共享给自己的视图", "One's own views and those shared with one",
     ROLES_BUSINESS, NULL, query_saved_views},
    {"saved_view", "一个已存视图", "A saved view", "一个视图的筛选、排序、分组和列",
     "Filter, order, grouping and columns of a view", ROLES_BUSINESS, &view_ask_shape, query_saved_view},
};

static void register_lists(void)
{
    records_register(GRID_RECORDS, N_GRID_RECORDS);
    statements_register(GRID_STATEMENTS, N_GRID_STATEMENTS);
}

const struct subject GRID_SUBJECT = {.name = "grid",
                                     .commands = commands,
                                     .n_commands = COUNT_OF(commands),
                                     .queries = queries,
                                     .n_queries = COUNT_OF(queries),
                                     .register_lists = register_lists};
