#!/usr/bin/env python3
"""Plan objects over HTTP: documents and clauses, goals and shares, templates, levels, recurring items: who may, one
effect for one key, stale versions, what no command takes."""
import hashlib
import sys

from harness import Server, Tap
from walk import People, bad_input, item, must, once, refused, version

GOAL = {"code": "G1", "name": "年度目标", "horizon": "year", "kind": "expected", "first_day": "2023-01-01", "last_day": "2023-12-31"}


def clauses(tap, people, one):
    sup = people.supervisor
    document = {"code": "D1", "title": "工作报告", "file_hash": hashlib.sha256(b"x").hexdigest(), "file_name": "a.txt",
                "media_type": "text/plain", "bytes": 1}
    once(tap, sup, "document.add", document, lambda: len(must(sup.get("/api/v1/documents"))["rows"]), "a document")
    refused(tap, people.unit.do("document.add", {**document, "code": "D2"}), 403, "an officer enters none")
    for code, body in (("C1", "第一条<script>"), ("C2", "'; DROP TABLE clause; --")):
        must(sup.do("clause.add", {"source_doc": "D1", "code": code, "body": body}))
    told = must(sup.get("/api/v1/clauses?document=D1"))
    tap.same([c["body"] for c in told["rows"]], ["第一条<script>", "'; DROP TABLE clause; --"], "hostile words are kept as words")
    must(sup.do("clause.link", {"clause": "C1", "item": one}))
    refused(tap, sup.do("clause.remove", {"clause": "C1"}), 409, "a linked clause stays", "clause.linked")
    refused(tap, sup.do("clause.edit", {"clause": "C2", "version": 9, "body": "x"}), 409, "a stale version is told", "record.stale")
    must(sup.do("clause.edit", {"clause": "C2", "version": 1, "no_task": "原则要求"}))
    refused(tap, sup.do("clause.link", {"clause": "C9", "item": one}), 404, "no such clause", "record.not_found")
    refused(tap, people.unit.get("/api/v1/clauses?document=D9"), 404, "no such document", "record.not_found")
    refused(tap, people.sysadmin.get("/api/v1/documents"), 403, "administrators read no documents", "query.forbidden")
    must(sup.do("clause.unlink", {"clause": "C1", "item": one}))
    must(sup.do("clause.remove", {"clause": "C1"}))


def goals(tap, people, one):
    sup = people.supervisor
    once(tap, sup, "goal.add", GOAL, lambda: len(must(sup.get("/api/v1/goals"))["rows"]), "a goal")
    must(people.leader.do("goal.add", {**GOAL, "code": "G2", "name": "季度目标", "horizon": "quarter", "parent": "G1"}))
    refused(tap, sup.do("goal.add", {**GOAL, "code": "G3", "kind": "binding"}), 422, "a binding one has a target",
            "goal.binding_without_target")
    refused(tap, sup.do("goal.add", {**GOAL, "code": "G1"}), 409, "a code is given once")
    must(sup.do("goal.share", {"goal": "G1", "item": one, "share": 70}))
    refused(tap, sup.do("goal.share", {"goal": "G2", "item": one, "share": 31}), 422, "shares are at most 100", "goal.shares_over")
    must(sup.do("item.set_goals", {"item": one, "goals": [{"goal": "G1", "share": 60}, {"goal": "G2", "share": 40}]}))
    shares = must(sup.get("/api/v1/goal?goal=G2"))
    tap.ok(one in str(shares), "a goal names its items", shares)
    tap.ok(one not in str(must(people.fgw.get("/api/v1/goal?goal=G2"))), "but not to another unit")
    refused(tap, sup.get("/api/v1/goals?horizon=decade"), 422, "a wrong horizon is told", "field.not_in_list", "horizon")
    refused(tap, sup.do("goal.edit", {"goal": "G1", "version": 7, "name": "x"}), 409, "a stale version is told", "record.stale")
    refused(tap, sup.do("goal.remove", {"goal": "G2"}), 409, "a goal in use stays", "goal.in_use")


def templates(tap, people, one):
    sup = people.supervisor
    must(sup.do("template.declare", {"code": "T", "name": "模板", "source": "例", "basis": "example"}))
    node = {"template": "T", "ordinal": 1, "name": "一", "anchor": "due", "duration": 5, "duration_unit": "working_day",
            "duration_class": "quota", "standard": "做完", "source": "例"}
    must(sup.do("template.node", {**node, "code": "a"}))
    must(sup.do("template.node", {**node, "code": "b", "ordinal": 2, "after": "a"}))
    refused(tap, sup.do("template.node", {**node, "code": "c", "ordinal": 3, "after": "z"}), 422, "after a node that there is not",
            "template.no_such_node")
    preview = must(people.unit.get(f"/api/v1/template_preview?item={one}&template=T&start=2023-03-01&due=2023-06-30"))
    tap.ok("2023-06-30" in str(preview), "a preview tells the days", preview)
    refused(tap, people.fgw.get(f"/api/v1/template_preview?item={one}&template=T&start=2023-03-01&due=2023-06-30"), 404,
            "of another unit's item there is none", "record.not_found")
    refused(tap, people.fgw.do("item.apply_template", {"item": one, "template": "T"}), 404, "nor does it apply it")
    apply = {"item": one, "template": "T", "start": "2023-03-01", "due": "2023-06-30"}
    refused(tap, sup.do("item.apply_template", {**apply, "due": "2023-03-05"}), 422, "no time is told", "template.no_time")
    once(tap, sup, "item.apply_template", apply,
         lambda: len(must(sup.get(f"/api/v1/items?parent={one}"))["rows"]) // 2, "nodes")


def levels(tap, people):
    sup = people.supervisor
    top, below = item(people, "思路", "drafted"), item(people, "方案", "drafted")
    must(sup.do("item.place", {"item": top, "version": 1, "level": "plan"}))
    refused(tap, sup.do("item.place", {"item": below, "version": 1, "parent": top, "level": "idea"}), 422, "an idea stands below no plan",
            "plan.level_below")
    must(sup.do("item.place", {"item": below, "version": 1, "parent": top, "level": "measure", "weight": 3}))
    refused(tap, sup.do("item.place", {"item": below, "version": 1, "weight": 4}), 409, "a stale version is told", "record.stale")
    tree = must(sup.get(f"/api/v1/item_tree?item={top}"))
    tap.ok(below in str(tree), "the tree shows it", tree)


def recurring(tap, people, one):
    sup = people.supervisor
    recur = {"item": one, "every": "month", "due_on": "last_working_day", "first_day": "2023-03-01", "last_day": "2023-05-31"}
    refused(tap, people.unit.do("item.recur", recur), 403, "an officer makes nothing recurring", "command.forbidden")
    must(sup.do("item.recur", recur))
    must(sup.do("item.recur_skip", {"item": one, "period": "2023-04", "reason": "合并"}))
    refused(tap, sup.do("item.recur_skip", {"item": one, "period": "2023-04", "reason": "再"}), 409, "skipped once", "recur.made")
    refused(tap, sup.do("item.recur_skip", {"item": one, "period": "2023-13", "reason": "x"}), 422, "there is no such month")
    must(sup.do("item.recur_stop", {"item": one, "reason": "完成"}))
    refused(tap, sup.do("item.recur_stop", {"item": one, "reason": "再"}), 409, "stopped once", "recur.none")
    tap.ok(version(people, one) > 1, "the item went on")


def main():
    tap = Tap()
    with Server() as server:
        people = People(server)
        one = item(people, "一件任务")
        clauses(tap, people, one)
        goals(tap, people, one)
        templates(tap, people, one)
        levels(tap, people)
        recurring(tap, people, one)
        bad_input(tap, people, ("document.", "clause.", "goal.", "template.", "item.place", "item.set_goals", "item.apply_template",
                                "item.recur"))
        tap.ok(server.alive(), "the server lives")
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
