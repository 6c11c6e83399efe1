#!/usr/bin/env python3
"""The grid over HTTP: previews that write nothing, many cells and steps as one act, undo, kept views, pages of lists: who
may, one effect for one key, stale versions, what no command takes."""
import sys

from harness import Server, Tap
from walk import People, bad_input, item, must, once, refused, version


def row(people, of, **cells):
    return {"item": of, "version": version(people, of), "cells": [{"column": k, "value": v} for k, v in cells.items()]}


def title(people, of):
    return must(people.supervisor.get(f"/api/v1/item?item={of}"))["item"]["title"]


def cells(tap, people):
    sup = people.supervisor
    a, b = item(people, "甲", "drafted"), item(people, "乙", "drafted")
    rows = {"rows": [row(people, a, title="甲改", due="2023年7月1日"), row(people, b, title="<b>乙</b>")]}
    told = must(sup.do("items.edit_many", {**rows, "preview": True}))
    tap.ok(told["changed"] == 3 and title(people, a) == "甲", "a preview writes nothing", told)
    refused(tap, people.unit.do("items.edit_many", rows), 403, "an officer edits not in bulk", "command.forbidden")
    bad = {"rows": [row(people, a, title="x"), row(people, b, due="昨天")]}
    answer = sup.do("items.edit_many", bad)
    tap.ok(answer.status in (409, 422) and answer.id == "grid.refused" and title(people, a) == "甲", "one bad cell, and none is written", answer)
    no_column = sup.do("items.edit_many", {"rows": [row(people, a, state="closed")]})
    refused(tap, no_column, 422, "a column that there is not", "grid.no_column")
    journal = lambda: must(people.auditor.get("/api/v1/journal?limit=1"))["rows"][0]["seq"]
    before = int(journal())
    act = once(tap, sup, "items.edit_many", rows, lambda: int(journal()), "an act")
    tap.same((title(people, a), title(people, b), int(act["seq"])), ("甲改", "<b>乙</b>", before + 1), "all cells, one record")
    refused(tap, sup.do("items.edit_many", rows), 422, "the same without the key is stale", "grid.refused")
    refused(tap, people.leader.do("items.undo", {"seq": act["seq"]}), 404, "another's act is not there", "record.not_found")
    must(sup.do("items.undo", {"seq": act["seq"], "preview": True}))
    tap.same(title(people, a), "甲改", "a previewed undo undoes nothing")
    must(sup.do("items.undo", {"seq": act["seq"]}))
    tap.same((title(people, a), title(people, b)), ("甲", "乙"), "an undo takes all back")
    for hostile in ("-1", "99999999999999999999", "x'; --"):
        answer = sup.do("items.undo", {"seq": hostile})
        tap.ok(400 <= answer.status < 500, f"no act {hostile!r}", answer)


def steps(tap, people):
    sup = people.supervisor
    a, b = item(people, "丙", "approved"), item(people, "丁", "approved")
    rows = [{"item": x, "version": version(people, x)} for x in (a, b)]
    refused(tap, sup.do("items.step_many", {"command": "item.pass", "rows": rows}), 422, "a verdict is given one by one", "grid.no_step")
    stale = [rows[0], {**rows[1], "version": 99}]
    answer = sup.do("items.step_many", {"command": "item.issue", "rows": stale})
    tap.ok(400 <= answer.status < 500 and version(people, a) == rows[0]["version"], "one stale row, and no step is taken", answer)
    must(sup.do("items.step_many", {"command": "item.issue", "rows": rows}))
    answer = people.fgw.do("items.step_many", {"command": "item.accept", "rows": [{"item": a, "version": version(people, a)}],
                                               "values": [{"name": "commitment", "value": "x"}]})
    tap.ok(answer.status in (404, 422) and answer.id in ("field.no_such_reference", "record.not_found"), "another unit's item is not there", answer)
    must(people.unit.do("items.step_many", {"command": "item.accept", "rows": [{"item": x, "version": version(people, x)} for x in (a, b)],
                                            "values": [{"name": "commitment", "value": "按期"}]}))


def views(tap, people):
    unit = people.unit
    view = {"name": "本月", "conditions": "due_day <= month_end", "grouping": "lead", "columns": [{"name": "title", "width": 300}]}
    told = once(tap, unit, "view.save", view, lambda: len(must(unit.get("/api/v1/saved_views"))["rows"]), "a view")
    refused(tap, unit.do("view.save", {**view, "name": "坏", "conditions": "due_day <=="}), 400, "a condition that is none",
            "expr.value_expected")
    refused(tap, people.fgw.get(f"/api/v1/saved_view?view={told['view']}"), 404, "another's view is not there", "record.not_found")
    refused(tap, people.fgw.do("view.remove", {"view": told["view"]}), 404, "nor removed", "record.not_found")
    refused(tap, unit.do("view.share", {"view": told["view"], "sharing": "all"}), 403, "an officer shares not with all", "grid.share_all")
    must(unit.do("view.remove", {"view": told["view"]}))


def pages(tap, people):
    sup = people.supervisor
    for i in range(7):
        item(people, f"分页{i}", "drafted", lead="FGW")
    seen, cursor = [], ""
    while True:
        page = must(sup.get(f"/api/v1/items?q=分页&limit=3{cursor}".replace("分页", "%E5%88%86%E9%A1%B5")))
        seen += [r["id"] for r in page["rows"]]
        if not page["next"]:
            break
        cursor = f"&cursor={page['next']}"
    tap.same((len(seen), len(set(seen)), page["total"]), (7, 7, 7), "page by page each row once")
    whole = must(sup.get("/api/v1/items_grid?q=%E5%88%86%E9%A1%B5"))
    tap.ok("分页6" in str(whole), "the grid has all in one answer")
    tap.ok("分页" not in str(must(people.unit.get("/api/v1/items_grid"))), "and nothing of another unit")
    refused(tap, sup.get("/api/v1/items?limit=201"), 422, "a page is at most 200", "item.bad_limit", "limit")
    for hostile in ("abc", "%27--", "9" * 400):
        answer = sup.get(f"/api/v1/items?cursor={hostile}")
        tap.ok(400 <= answer.status < 500, f"no cursor: {hostile[:10]}", answer)
    refused(tap, sup.get("/api/v1/items_grid?unheard=1"), 400, "no such parameter", "param.unknown", "unheard")


def main():
    tap = Tap()
    with Server() as server:
        people = People(server)
        cells(tap, people)
        steps(tap, people)
        views(tap, people)
        pages(tap, people)
        bad_input(tap, people, ("items.", "view."))
        tap.ok(server.alive(), "the server lives")
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
