/* What the bursts hold: units in time, people who leave, delegation, registers, reporting, hooks, feeds. */
#include "stream.h"

#include "ledger/item/loop.h"

#define PAPER "'day':'$today','document':'编发〔2023〕$digits号'"
#define ASKED(collection, unit) "'collection':'" collection "','unit':'" unit "','period':'$month'"
#define TOLD(element) "'cells':[{'row':'unit','element':'" element "','text':'$digits'}]"
// One unit's month in one collection, by whom it falls to.
#define ROUND(collection, element, unit, officer)                                                           \
    {"report_grid.save", officer, "{" ASKED(collection, unit) "," TOLD(element) "}", 0, 2, 0},              \
        {"report_grid.submit", officer, "{" ASKED(collection, unit) "," TOLD(element) "}", 0, 6, 0},        \
        {"report_grid.correct", officer, "{" ASKED(collection, unit) ",'reason':'$text'}", 0, 4, 0},        \
        {"report_grid.return", "sup2",                                                                      \
         "{" ASKED(collection, unit) ",'reason':'$text','new_due':'$late','marks':["                        \
         "{'row':'unit','element':'" element "','reason':'$text'}]}",                                       \
         0, 2, 0},                                                                                          \
        {"report_grid.accept", "sup", "{" ASKED(collection, unit) ",'opinion':'$text'}", 0, 4, 0}
#define FIELDS_TABLE                                                                                        \
    "{'tables':[{'name':'t.csv','text':'register,code,name,kind,required_at,basis,frequency,minutes\\n"     \
    "ZDXM,g$newy,表列$number,text,never,依据,once,1\\n'}]}"

const struct kind AREA_KINDS[] = {
    {"unit.open", "sysadmin",
     "{'code':'N$newu','name':'挂牌单位$number','short_name':'挂牌$number','kind':'department','parent':'U00'," PAPER "}",
     0, 4, 0},
    {"unit.rename", "sysadmin", "{'unit':'N$oldu','name':'改名单位$number'," PAPER "}", 0, 4, 0},
    {"unit.rename", "sysadmin", "{'unit':'U09','name':'区财政金融局$number'," PAPER "}", 0, 1, 1},
    {"unit.move", "sysadmin", "{'unit':'N$oldu','parent':'$unit'," PAPER "}", 0, 4, 0},
    {"unit.merge", "sysadmin", "{'units':['N$oldu','N$oldu'],'into':'$unit'," PAPER "}", 0, 2, 0},
    {"unit.merge", "sysadmin",
     "{'units':['N$oldu','N$oldu'],'code':'N$newu','name':'合并单位$number','person':'U02-1'," PAPER "}", 0, 2, 0},
    {"unit.merge", "sysadmin", "{'units':['U10'],'into':'U11','person':'U11-1','deputy':'U11-2'," PAPER "}", 0, 1, 1},
    {"unit.split", "sysadmin",
     "{'unit':'N$oldu','parts':[{'code':'N$newu','name':'分设单位$number','share':600},"
     "{'unit':'$unit','share':400}],'rest':'$unit'," PAPER "}",
     0, 3, 0},
    {"unit.split", "sysadmin",
     "{'unit':'U12','parts':[{'unit':'U11','share':700,'person':'U11-1','deputy':'U11-2'},"
     "{'unit':'U09','share':300,'person':'U09-1','deputy':'U09-2'}],'rest':'U11'," PAPER "}",
     0, 1, 2},
    {"unit.close", "sysadmin", "{'unit':'N$oldu'," PAPER "}", 0, 2, 0},
    {"unit.close", "sysadmin", "{'unit':'U08','successor':'U07','person':'U07-1','deputy':'U07-2'," PAPER "}", 0, 1, 1},
    {"person.leave", "sysadmin", "{'person':'P$oldp','day':'$today','reason':'$text'}", 0, 2, 0},
    {"person.leave", "sysadmin",
     "{'person':'U07-2','day':'$today','reason':'$text','successor':'U07-1','deputy':'U07-1'}", 0, 1, 1},
    {"person.transfer", "sysadmin", "{'person':'P$oldp','unit':'$unit','day':'$today','reason':'$text'}", 0, 4, 0},
    {"delegation.give", "sup", "{'to':'$unit-1','first_day':'$today','last_day':'$soon',"
     "'scope':'all','reason':'$text'}",
     0, 3, 0},
    {"delegation.give", "lead",
     "{'to':'$unit-1','first_day':'$today','last_day':'$soon','scope':'items','items':['$item'],'reason':'$text'}",
     IN_ACCEPTED, 3, 0},
    {"delegation.end", "secadmin", "{'delegation':'$delegation'}", 0, 3, 0},

    {"register.field", "sysadmin",
     "{'register':'ZDRW','code':'f$newx','name':'字段$number','kind':'integer','required_at':'never','listed':true,"
     "'filtered':true,'basis':'依据','frequency':'month','minutes':'0.5'}",
     0, 4, 8},
    {"register.field", "sysadmin",
     "{'register':'ZDXM','code':'h$newh','name':'选项$number','kind':'choice','choices':'a=甲=A|b=乙=B',"
     "'required_at':'never','visible_to':'leader','basis':'依据','frequency':'once','minutes':'1'}",
     0, 2, 4},
    {"register.remove_field", "sysadmin", "{'register':'ZDRW','code':'f$oldx'}", 0, 1, 3},
    {"loop.declare", "sysadmin",
     "{'code':'v$newv','name':'流程$number','source':'例','steps':'item.issue=drafted+approved|item.accept|item.decline|"
     "item.transfer|item.report|item.ask_change|item.withdraw_change|item.decide_change|item.finish|item.pass|"
     "item.return|item.suspend|item.resume|item.cancel|item.merge|item.split|item.reopen|item.object|"
     "item.decide_objection|item.archive'}",
     0, 1, 2},
    {"register.clock", "sysadmin",
     "{'register':'ZDXM','kind':'report','amount':$small,'unit':'month_day','roll':'next','rule_version':'v$number',"
     "'source':'$place'}",
     0, 2, 0},
    {"register.preview", "sysadmin", FIELDS_TABLE, 0, 2, 0},
    {"register.apply", "sysadmin", FIELDS_TABLE, 0, 1, 6},
    {"register.import_preview", "sup", "{'register':'ZDRW','file_hash':'$list','marked':$bool}", 0, 2, 0},
    {"register.import_apply", "sup", "{'register':'ZDRW','file_hash':'$list','clean_only':$bool}", 0, 2, 0},
    {"item.fill", "lead", "{" ITEM_V ",'fields':[{'field':'f$oldx','value':'$digits'}]}",
     IN_ACCEPTED | IN_ISSUED, 8, 0},
    {"item.fill", "sup", "{" ITEM_V ",'fields':[{'field':'f$oldx','value':'$place'}]}", IN_DRAFTED, 2, 0},

    {"element.declare", "analyst",
     "{'code':'E$newe','name':'指标$number','also_called':['别名$number'],'subject':'unit','kind':'number','measure':'户',"
     "'lowest':'0','aggregation':'sum','legal_basis':'例','owner_unit':'U02','minutes':'0.5','basis':'example'}",
     0, 40, 4},
    {"collection.declare", "sup",
     "{'code':'K1','name':'月报一','row_kind':'unit','columns':['E1','E2'],'must':['E1'],'cycle':'month','due_count':5,"
     "'due_in':'day','roll':'next','due_source':'例','first_period':'2023-01','units':['U02','U03','U11'],"
     "'owner_unit':'U01','legal_basis':'例','basis':'example'}",
     0, 20, 3},
    {"collection.declare", "analyst",
     "{'code':'K2','name':'月报二','row_kind':'unit','columns':['E2','E3'],'cycle':'month','due_count':3,"
     "'due_in':'working_day','roll':'none','due_source':'例','first_period':'2023-01','unit_kinds':['department'],"
     "'owner_unit':'U01','legal_basis':'例','basis':'example'}",
     0, 20, 3},
    ROUND("K1", "E1", "U02", "u02"),
    ROUND("K2", "E3", "U03", "u03"),
    {"burden.set_cap", "leader", "{'unit_kind':'subdistrict','minutes':$digits,'source':'$place'}", 0, 1, 0},
    {"burden.allow_form", "leader", "{'code':'F$newf','name':'表单$number','source':'$place'}", 0, 1, 0},

    {"webhook.add", "sysadmin",
     "{'name':'平台$number','url':'https://hooks.example.cn/in/$number','events':['item.*'],'algorithm':'sm3'}", 0, 4, 6},
    {"webhook.edit", "sysadmin", "{'webhook':'$webhook','version':$small,'name':'平台$number','active':$bool}", 0, 2, 0},
    {"webhook.approve", "sup", "{'webhook':'$webhook'}", 0, 3, 0},
    {"webhook.withdraw", "sup", "{'webhook':'$webhook'}", 0, 1, 0},
    {"webhook.test", "sysadmin", "{'webhook':'$webhook'}", 0, 2, 0},
    {"webhook.replay", "sup", "{'webhook':'$webhook','from':$seq,'to':$seq}", 0, 3, 0},
    {"webhook.remove", "sysadmin", "{'webhook':'$webhook'}", 0, 1, 3},
    {"search.fill", "sysadmin", "{'again':$bool}", 0, 1, 2},
    // One: its token is random, and here the same each time.
    {"feed.create", "u02", "{'kind':'person','language':'zh'}", 0, 2, 1},
    {"feed.revoke", "u02", "{'feed':'$feed'}", 0, 1, 0},
};
const size_t N_AREA_KINDS = COUNT_OF(AREA_KINDS);
