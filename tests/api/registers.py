#!/usr/bin/env python3
"""Registers as data over HTTP: tables with faults by line and column, fields, values and who reads them, loops, clocks, and
all in use: who may, one effect for one key, stale versions, what no command takes."""
import sys

from harness import Server, Tap
from walk import People, bad_input, item, must, once, refused

FIELD = {"register": "ZD", "required_at": "never", "basis": "手册", "frequency": "once", "minutes": "0.5"}
HEAD = "register,code,name,kind,required_at,basis,frequency,minutes\n"


def tables(*lines):
    return {"tables": [{"name": "fields.csv", "text": HEAD + "".join(f"{line}\n" for line in lines)}]}


def declaring(tap, people):
    admin = people.sysadmin
    faults = must(admin.do("register.preview", tables("ZD,a1,甲,text,never,依据,once,1", "ZD,a2,乙,colour,never,依据,once,1",
                                                      "XX,a3,丙,text,never,依据,once,1")))["faults"]
    tap.same([(f["line"], f["column"]) for f in faults], [(3, "kind"), (4, "register")], "faults by line and column")
    refused(tap, admin.do("register.apply", tables("ZD,a2,乙,colour,never,依据,once,1")), 422, "with faults nothing is applied", "register.faults")
    refused(tap, people.supervisor.do("register.preview", tables()), 403, "the supervisor declares none", "command.forbidden")
    fields = lambda: must(admin.get("/api/v1/registers?register=ZD"))["rows"][0]["n_fields"]
    once(tap, admin, "register.apply", tables("ZD,a1,甲,text,never,依据,once,1"), fields, "a table")
    once(tap, admin, "register.field", {**FIELD, "code": "homes", "name": "户数", "kind": "integer"}, fields, "a field")
    must(admin.do("register.field", {**FIELD, "code": "budget", "name": "预算", "kind": "money", "visible_to": "leader|analyst"}))
    must(admin.do("register.field", {**FIELD, "code": "stage", "name": "阶段", "kind": "choice", "choices": "a=甲阶段=A|b=乙阶段=B"}))
    refused(tap, admin.do("register.field", {**FIELD, "code": "Due", "name": "x", "kind": "text"}), 422, "a code is small letters", field="code",
            id=admin.do("register.field", {**FIELD, "code": "Due", "name": "x", "kind": "text"}).id)
    refused(tap, admin.do("register.field", {**FIELD, "code": "d2", "name": "完成时限", "kind": "day"}), 422, "not the name of what items have",
            "register.name_of_item", "name")
    refused(tap, admin.do("register.remove_field", {"register": "ZD", "code": "nothing"}), 422, "no such field is removed",
            admin.do("register.remove_field", {"register": "ZD", "code": "nothing"}).id)


def values(tap, people):
    unit, sup = people.unit, people.supervisor
    one = item(people, "一件任务")
    fill = lambda **f: {"item": one, "fields": [{"field": k, "value": v} for k, v in f.items()]}
    refused(tap, unit.do("item.fill", fill(homes="1.5")), 422, "half a home is told by its field", "field.not_a_number", "fields.homes")
    refused(tap, unit.do("item.fill", fill(stage="丙阶段")), 422, "not among the choices", "field.not_in_list", "fields.stage")
    refused(tap, unit.do("item.fill", fill(nothing="1")), 422, "no such field", "register.no_field", "fields.nothing")
    refused(tap, unit.do("item.fill", fill(budget="9")), 422, "one that may not be read is none", "register.no_field", "fields.budget")
    refused(tap, people.fgw.do("item.fill", fill(homes="3")), 404, "another unit fills nothing in", "record.not_found")
    refused(tap, unit.do("item.fill", {**fill(homes="3"), "version": 99}), 409, "a stale version is told", "record.stale")
    once(tap, unit, "item.fill", fill(homes="24", stage="甲阶段", a1="<script>'; DROP TABLE item_value;--"),
         lambda: len(must(sup.get(f"/api/v1/item_history?item={one}"))["rows"]), "values")
    must(people.leader.do("item.fill", fill(budget="120.5")))
    page, all_of = unit.get(f"/api/v1/item?item={one}"), people.leader.get(f"/api/v1/item?item={one}")
    tap.ok("DROP TABLE" in page.body.decode() and "120.5" not in page.body.decode(), "words are words; what is not theirs is not shown", page)
    tap.ok("120.5" in all_of.body.decode(), "the leader reads it")
    found = must(sup.get("/api/v1/items?register=ZD&where=homes%20%3E%2020"))
    tap.same(found["total"], 1, "a filter on a field")
    refused(tap, sup.get("/api/v1/items?register=ZD&where=budget%20%3E%2020"), 422, "not on one that may not be read",
            sup.get("/api/v1/items?register=ZD&where=nothing%20%3E%2020").id)
    must(people.sysadmin.do("register.remove_field", {"register": "ZD", "code": "homes"}))
    refused(tap, unit.do("item.fill", fill(homes="1")), 422, "a removed one takes nothing", "register.no_field", "fields.homes")


def loops(tap, people):
    admin = people.sysadmin
    short = ("item.issue=drafted+approved|item.accept|item.decline|item.transfer|item.report|item.ask_change|item.withdraw_change|"
             "item.decide_change|item.finish|item.pass|item.return|item.suspend|item.resume|item.cancel|item.merge|item.split|item.reopen|"
             "item.object|item.decide_objection|item.archive")
    must(admin.do("loop.declare", {"code": "short", "name": "免立项", "steps": short, "source": "例"}))
    broken = admin.do("loop.declare", {"code": "own", "name": "无核验", "steps": short.replace("item.pass|", ""), "source": "例"})
    tap.ok(broken.status == 422 and broken.json["field"] == "steps", "a loop without a verdict is none", broken)
    unknown = admin.do("loop.declare", {"code": "x", "name": "x", "steps": "item.fly", "source": "例"})
    tap.ok(unknown.status == 422 and unknown.json["field"] == "steps", "nor one with a step that there is not", unknown)
    must(admin.do("register.clock", {"register": "ZD", "kind": "accept", "amount": 1, "unit": "working_day", "roll": "none",
                                     "rule_version": "t", "source": "例"}))


def main():
    tap = Tap()
    with Server() as server:
        people = People(server)
        declaring(tap, people)
        values(tap, people)
        loops(tap, people)
        bad_input(tap, people, ("register.", "loop.", "item.fill", "search."))
        tap.ok(server.alive(), "the server lives")
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
