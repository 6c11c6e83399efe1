/* What the bursts hold: plan objects, contract work, the grid of items. */
#include "stream.h"

#include "ledger/item/loop.h"

#define SPAN "'first_day':'2023-01-01','last_day':'2023-12-31'"
#define NODE "'anchor':'due','duration_unit':'working_day','standard':'$text','source':'例'"
#define CELL(column, value) "{'column':'" column "','value':'" value "'}"

const struct kind PLAN_KINDS[] = {
    {"document.add", "sup",
     "{'code':'D$newd','title':'文件$number','doc_no':'府发〔2023〕$digits号','file_hash':'$proof','file_name':'a.txt',"
     "'media_type':'text/plain','bytes':$bytes}",
     0, 3, 4},
    {"clause.add", "sup", "{'source_doc':'D$small','code':'C$newc','number':'第$digits条','body':'$text'}", 0, 8, 0},
    {"clause.edit", "sup2", "{'clause':'C$small','version':$small,'no_task':'$text'}", 0, 4, 0},
    {"clause.remove", "sup", "{'clause':'C$oldc'}", 0, 3, 0},
    {"clause.link", "sup", "{'clause':'C$oldc','item':'$item','note':'$place'}", IN_DRAFTED | IN_OPEN, 8, 0},
    {"clause.unlink", "sup", "{'clause':'$linked','item':'$item'}", IN_DRAFTED | IN_OPEN, 4, 0},
    {"clause.draft", "sup", "{'clause':'C$oldc','register':'ZDRW','title':'$title','line':'$line',"
     "'lead':'$unit','due':'$late'}",
     0, 4, 0},
    {"goal.add", "sup", "{'code':'G$newg','name':'目标$number','horizon':'year',"
     "'kind':'expected'," SPAN ",'weight':$digits}",
     0, 5, 0},
    {"goal.add", "leader",
     "{'code':'G$newg','name':'约束$number','horizon':'quarter','kind':'binding','comparator':'ge','target':'$digits.5',"
     "'target_unit':'%','parent':'G$oldg'," SPAN "}",
     0, 3, 0},
    {"goal.edit", "sup", "{'goal':'G$oldg','version':1,'name':'改名目标$number','target':'$digits','target_unit':'个'}",
     0, 6, 0},
    {"goal.remove", "sup", "{'goal':'G$oldg'}", 0, 5, 0},
    {"goal.share", "sup", "{'goal':'G$oldg','item':'$item','share':$digits,'note':'$text'}",
     IN_DRAFTED | IN_OPEN, 8, 0},
    {"item.set_goals", "leader", "{'item':'$item','goals':[{'goal':'G$oldg','share':60},{'goal':'G$oldg','share':40}]}",
     IN_DRAFTED | IN_OPEN, 6, 0},
    {"item.place", "sup", "{'item':'$item','version':$v,'level':'task','parent':'$other','weight':$digits}",
     IN_DRAFTED | IN_APPROVED, 5, 0},
    {"item.place", "leader", "{'item':'$item','version':$v,'weight':$digits,'reason':'$text'}",
     IN_DRAFTED | IN_OPEN, 3, 0},
    {"template.declare", "sup",
     "{'code':'T$newt','name':'模板$number','register':'ZDRW','source':'例','basis':'example'}", 0, 2, 3},
    {"template.node", "sup",
     "{'template':'T$small','code':'n$newn','ordinal':$number,'name':'节点$number','duration':$small,"
     "'duration_class':'negotiated','weight':$digits," NODE "}",
     0, 5, 20},
    {"template.drop_node", "sup", "{'template':'T$small','code':'n$oldn'}", 0, 12, 0},
    {"template.end", "sup", "{'template':'T$small','reason':'$text'}", 0, 1, 2},
    {"item.apply_template", "sup", "{'item':'$item','template':'T$small','start':'$soon',"
     "'due':'$late','negotiate':true}",
     IN_DRAFTED | IN_ACCEPTED, 4, 12},
    {"item.recur", "sup",
     "{'item':'$item','every':'month','due_on':'last_working_day','first_day':'$today',"
     "'last_day':'$late','ahead':$small}",
     IN_ACCEPTED, 8, 0},
    {"item.recur_skip", "sup", "{'item':'$recurring','period':'$month','reason':'$text'}", 0, 6, 0},
    {"item.recur_stop", "sup", "{'item':'$recurring','reason':'$text'}", 0, 3, 0},
    {"item.recur_stop", "sup", "{'item':'$item','reason':'$text'}", IN_ACCEPTED, 1, 0},
    {"timer.fire", "system", "{'timer':'recur.draft','due':'$drafting'}", 0, 4, 0},
    {"item.withdraw_change", "lead", "{'change':'$change','reason':'$text'}", IN_ACCEPTED, 8, 0},
    {"item.split", "sup",
     "{" ITEM_V ",'reason':'$text','parts':["
     "{'title':'$title','standard':'$text','lead':'$unit','person':'$unit-1','deputy':'$unit-2',"
     "'due':'$soon','weight':40},"
     "{'title':'$title','standard':'$text','lead':'U02','due':'$soon','weight':60}]}",
     IN_ACCEPTED, 2, 0},
    {"item.comment", "lead", "{'item':'$item','body':'$text','mentions':['$unit-1','U01-1']}", IN_OPEN, 6, 0},
    {"item.comment", "sup", "{'item':'$item','body':'$text','reply_to':'$note'}", IN_OPEN, 2, 0},
    {"item.comment", "sup", "{'item':'$item','body':'$text'}", IN_OPEN, 5, 0},
    {"note.strike", "sup", "{'note':'$note','reason':'$text'}", 0, 4, 0},
    {"item.watch", "analyst", "{'item':'$item'}", IN_DRAFTED | IN_OPEN, 4, 0},
    {"item.unwatch", "analyst", "{'item':'$item'}", IN_DRAFTED | IN_OPEN, 4, 0},
    {"news.seen", "analyst", "{'item':'$item','until':'$at'}", IN_OPEN, 3, 0},
    {"news.seen", "sup", "{'until':'$at'}", 0, 3, 0},
    {"rule.set_extension", "sysadmin",
     "{'nth':$small,'decider':'leader','most_days':300,'rule_version':'v$number','source':'$place'}", 0, 2, 0},
    {"items.edit_many", "sup",
     "{'rows':[{'item':'$item','version':$v,'cells':[" CELL("title", "$title") "," CELL("weight", "$digits") "]}]}",
     IN_DRAFTED, 12, 0},
    {"items.edit_many", "sup",
     "{'rows':[{'item':'$item','version':$v,'cells':[" CELL("due", "$late") "]}],'preview':$bool}",
     IN_DRAFTED | IN_APPROVED, 4, 0},
    {"items.undo", "sup", "{'seq':'$act','partial':$bool}", 0, 6, 0},
    {"items.undo", "sup", "{'seq':'$seq'}", 0, 1, 0},
    {"items.step_many", "sup", "{'command':'item.issue','rows':[{'item':'$item','version':$v}]}", IN_APPROVED, 6, 0},
    {"items.step_many", "sup",
     "{'command':'item.urge','rows':[{'item':'$item','version':$v}],'values':[{'name':'body','value':'$text'}]}",
     IN_OPEN, 3, 0},
    {"view.save", "sup",
     "{'name':'视图$number','conditions':'progress < $digits','sorting':'due_day','grouping':'lead','tree':$bool,"
     "'columns':[{'name':'title','width':300,'frozen':true}]}",
     0, 3, 20},
    {"view.save", "u02", "{'name':'视图$small','states':'accepted'}", 0, 2, 0},
    {"view.share", "sup", "{'view':'$view','sharing':'all'}", 0, 2, 0},
    {"view.share", "u02", "{'view':'$view','sharing':'unit'}", 0, 2, 0},
    {"view.remove", "sup", "{'view':'$view'}", 0, 1, 0},
};
const size_t N_PLAN_KINDS = COUNT_OF(PLAN_KINDS);
