#!/usr/bin/env python3
"""Contract work over HTTP: wishes and their decision, extensions by rule, splitting, objections and recusal, delegation,
discussion and watching: who may, one effect for one key, stale versions, what no command takes."""
import sys

from harness import Server, Tap
from walk import People, bad_input, item, must, once, refused, version


def wishes(tap, people, one):
    unit, leader = people.unit, people.leader
    must(people.sysadmin.do("rule.set_extension", {"nth": 1, "decider": "leader", "most_days": 90, "rule_version": "t", "source": "例"}))
    wish = {"item": one, "kind": "due", "wish": "延期", "reason": "天气", "new_due": "2023-07-31"}
    refused(tap, unit.do("item.ask_change", {**wish, "new_due": "2024-06-30"}), 422, "longer than the rule", "change.too_long", "new_due")
    refused(tap, people.fgw.do("item.ask_change", wish), 404, "another unit asks nothing", "record.not_found")
    told = once(tap, unit, "item.ask_change", wish,
                lambda: len(must(unit.get(f"/api/v1/item?item={one}"))["changes"]), "a wish")
    refused(tap, unit.do("item.decide_change", {"change": told["change"], "approve": True, "opinion": "同意"}), 403,
            "who asks does not decide", "command.forbidden")
    must(unit.do("item.withdraw_change", {"change": told["change"], "reason": "不用了"}))
    refused(tap, leader.do("item.decide_change", {"change": told["change"], "approve": True, "opinion": "同意"}), 409,
            "a withdrawn wish is not decided", "change.decided")
    second = must(unit.do("item.ask_change", {**wish, "new_due": "2023-08-31"}))["change"]
    must(leader.do("item.decide_change", {"change": second, "approve": True, "opinion": "同意"}))
    tap.same(must(unit.get(f"/api/v1/item?item={one}"))["item"]["due_day"], "2023-08-31", "a granted one moves the due date")
    baselines = must(unit.get(f"/api/v1/item_baselines?item={one}"))
    tap.ok("2023-06-30" in str(baselines) and "2023-08-31" in str(baselines), "both are shown side by side", baselines)
    refused(tap, people.fgw.get(f"/api/v1/item_baselines?item={one}"), 404, "to those who see the item", "record.not_found")


def splitting(tap, people):
    one = item(people, "要拆分的")
    part = {"standard": "完工", "lead": "ZJW", "person": "P-ZJW2", "deputy": "P-ZJW", "due": "2023-05-31"}
    split = {"item": one, "reason": "分期", "parts": [{"title": "一期", "weight": 40, **part}, {"title": "二期", "weight": 60, **part}]}
    refused(tap, people.unit.do("item.split", split), 403, "an officer splits nothing", "command.forbidden")
    late = {**split, "parts": [split["parts"][0], {**split["parts"][1], "due": "2024-01-31"}]}
    refused(tap, people.supervisor.do("item.split", late), 422, "a part due later is told by its place", "split.due_after", "parts[1].due")
    refused(tap, people.supervisor.do("item.split", {**split, "version": 99}), 409, "a stale version is told", "record.stale")
    once(tap, people.supervisor, "item.split", split,
         lambda: len(must(people.supervisor.get(f"/api/v1/items?parent={one}"))["rows"]) // 2, "two parts")


def objection(tap, people):
    one, unit, sup = item(people, "申请复核的"), people.unit, people.supervisor
    part = must(unit.get(f"/api/v1/item?item={one}"))["parts"][0]["id"]
    must(unit.do("item.finish", {"item": one, "narrative": "做完", "answers": [{"part": part, "answer": "是"}]}))
    must(sup.do("item.pass", {"item": one, "findings": "属实"}))
    refused(tap, people.fgw.do("item.object", {"item": one, "grounds": "x"}), 404, "another unit objects to nothing")
    told = once(tap, unit, "item.object", {"item": one, "grounds": "数据有误"},
                lambda: len(must(unit.get(f"/api/v1/item?item={one}"))["objections"]), "an objection")
    decide = {"objection": told["objection"], "uphold": True, "decision": "重核"}
    refused(tap, sup.do("item.decide_objection", decide), 422, "who passed it does not review it", "objection.took_part")
    must(people.leader.do("item.decide_objection", decide))
    tap.same(must(unit.get(f"/api/v1/item?item={one}"))["item"]["state"], "accepted", "upheld, it is open again")
    refused(tap, people.leader.do("item.decide_objection", decide), 409, "decided once", "objection.decided")


def delegation(tap, people):
    give = {"to": "P-FGW", "first_day": "2023-03-01", "last_day": "2023-03-31", "scope": "all", "reason": "休假"}
    refused(tap, people.unit.do("delegation.give", {**give, "first_day": "2023-02-01"}), 422, "not for the past", "delegation.past", "first_day")
    refused(tap, people.unit.do("delegation.give", {**give, "to": "P-ZJW"}), 422, "not to oneself", "delegation.to_self", "to")
    answer = people.unit.do("delegation.give", {**give, "to": "P-DC"})
    refused(tap, answer, 422, "not to an administrator", "delegation.administrator", "to")
    given = once(tap, people.unit, "delegation.give", give,
                 lambda: len(must(people.unit.get("/api/v1/delegations"))["rows"]), "a delegation")
    must(people.secadmin.do("delegation.end", {"delegation": given["delegation"]}))
    refused(tap, people.secadmin.do("delegation.end", {"delegation": given["delegation"]}), 409, "ended once", "delegation.over")


def discussion(tap, people, one):
    unit = people.unit
    note = must(unit.do("item.comment", {"item": one, "body": "<img src=x onerror=alert(1)> @督查", "mentions": ["P-DC"]}))["note"]
    tap.ok("<img src=x" in str(must(people.supervisor.get(f"/api/v1/item?item={one}"))), "a remark is kept as it was written")
    refused(tap, people.fgw.do("item.comment", {"item": one, "body": "x"}), 404, "another unit says nothing")
    refused(tap, people.analyst.do("note.strike", {"note": note, "reason": "x"}), 403, "an analyst strikes not another's remark")
    must(unit.do("note.strike", {"note": note, "reason": "写错"}))
    must(unit.do("item.watch", {"item": one}))
    tap.ok(one in str(must(unit.get("/api/v1/watched"))), "what is watched is listed")
    refused(tap, people.fgw.do("item.watch", {"item": one}), 404, "what one does not see cannot be watched")
    must(unit.do("item.unwatch", {"item": one}))
    tap.ok(one not in str(must(unit.get("/api/v1/watched"))), "and no longer")
    tap.ok(version(people, one) > 1, "the item is there")


def main():
    tap = Tap()
    with Server() as server:
        people = People(server)
        one = item(people, "一件任务")
        wishes(tap, people, one)
        splitting(tap, people)
        objection(tap, people)
        delegation(tap, people)
        discussion(tap, people, one)
        bad_input(tap, people, ("item.ask_change", "item.decide_change", "item.withdraw_change", "item.split", "item.merge", "item.object",
                                "item.decide_objection", "item.comment", "item.watch", "item.unwatch", "note.", "news.", "delegation.",
                                "rule.set_extension"))
        tap.ok(server.alive(), "the server lives")
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
