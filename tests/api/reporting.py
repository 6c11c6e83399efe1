#!/usr/bin/env python3
"""The reporting calendar over HTTP: declaring, a grid from draft to correction, what is owed, the burden: who may, one
effect for one key, stale versions, what no command takes."""
import sys

from harness import Server, Tap
from walk import People, bad_input, must, once, refused

ELEMENT = {"subject": "unit", "kind": "number", "measure": "户", "lowest": "0", "aggregation": "sum", "legal_basis": "例",
           "owner_unit": "DC", "minutes": "0.5", "basis": "example"}
MONTHLY = {"code": "K1", "name": "月报", "row_kind": "unit", "columns": ["E1", "E2"], "must": ["E1"], "cycle": "month", "due_count": 5,
           "due_in": "day", "roll": "none", "due_source": "例", "first_period": "2023-01", "units": ["ZJW", "FGW"], "owner_unit": "DC",
           "legal_basis": "例", "basis": "example"}
JANUARY = {"collection": "K1", "unit": "ZJW", "period": "2023-01"}


def cell(element, text):
    return {"cells": [{"row": "unit", "element": element, "text": text}]}


def declaring(tap, people):
    analyst = people.analyst
    once(tap, analyst, "element.declare", {**ELEMENT, "code": "E1", "name": "改造户数"},
         lambda: len(must(analyst.get("/api/v1/elements"))["elements"]), "an element")
    must(analyst.do("element.declare", {**ELEMENT, "code": "E2", "name": "投诉件数"}))
    must(analyst.do("element.declare", {**ELEMENT, "code": "E3", "name": "改造　户数"}))
    refused(tap, people.unit.do("element.declare", {**ELEMENT, "code": "E9", "name": "x"}), 403, "an officer declares none")
    refused(tap, analyst.do("collection.declare", {**MONTHLY, "columns": ["E1", "E8"]}), 422, "no such element is told by its place",
            "field.no_such_reference", "columns[1]")
    once(tap, analyst, "collection.declare", MONTHLY, lambda: len(must(analyst.get("/api/v1/collections"))["collections"]), "a collection")
    answer = analyst.do("collection.declare", {**MONTHLY, "code": "K2", "name": "又一份", "columns": ["E3"], "must": []})
    refused(tap, answer, 422, "what is asked already is not asked again", "burden.duplicate")
    tap.ok("改造" in answer.json["detail"] and "月报" in answer.json["detail"], "and both are named", answer)
    burden = must(analyst.get("/api/v1/burden?year=2023"))
    tap.same(burden["duplicates"], [], "the burden page counts no duplicate")
    refused(tap, analyst.get("/api/v1/burden?year=23x"), 422, "a wrong year is told", "field.not_a_number", "year")


def grid(people, who="unit"):
    return must(getattr(people, who).get("/api/v1/reporting_grid?collection=K1&unit=ZJW&period=2023-01"))


def rounds(tap, people):
    unit, analyst = people.unit, people.analyst
    refused(tap, people.fgw.do("report_grid.save", {**JANUARY, **cell("E1", "1")}), 404, "another unit fills nothing in", "record.not_found")
    refused(tap, people.fgw.get("/api/v1/reporting_grid?collection=K1&unit=ZJW&period=2023-01"), 404, "nor reads it", "record.not_found")
    refused(tap, people.sysadmin.get("/api/v1/reporting_grid?collection=K1&unit=ZJW&period=2023-01"), 403, "nor an administrator")
    refused(tap, unit.do("report_grid.save", {**JANUARY, "period": "2023-13", **cell("E1", "1")}), 422, "there is no such month")
    saved = must(unit.do("report_grid.save", {**JANUARY, **cell("E1", "十户<b>")}))
    tap.ok(len(saved["faults"]) == 1 and "十户<b>" in str(grid(people)), "a draft keeps what is wrong and says so", saved)
    wrong = unit.do("report_grid.submit", JANUARY)
    refused(tap, wrong, 422, "it is not sent", "report_grid.faults", "rows[unit].E1")
    once(tap, unit, "report_grid.submit", {**JANUARY, **cell("E1", "1,200")},
         lambda: sum(c["state"] == "submitted" for u in calendar(people)["units"] for c in u["cells"]), "a grid")
    refused(tap, unit.do("report_grid.save", {**JANUARY, **cell("E1", "7")}), 409, "what was sent waits", "report_grid.locked")
    refused(tap, unit.do("report_grid.accept", JANUARY), 403, "nobody accepts his own", "command.forbidden")
    refused(tap, analyst.do("report_grid.accept", {**JANUARY, "version": 99}), 409, "a stale version is told", "record.stale")
    refused(tap, analyst.do("report_grid.return", {**JANUARY, "new_due": "2023-03-10"}), 422, "sent back with a reason", "report_grid.no_reason")
    back = {**JANUARY, "new_due": "2023-03-10", "marks": [{"row": "unit", "element": "E1", "reason": "与台账不符"}]}
    must(analyst.do("report_grid.return", back))
    tap.ok("与台账不符" in str(grid(people)) and grid(people)["state"] == "returned", "the cell bears the reason")
    must(unit.do("report_grid.submit", {**JANUARY, **cell("E1", "900")}))
    must(people.supervisor.do("report_grid.accept", JANUARY))
    must(unit.do("report_grid.correct", {**JANUARY, "reason": "漏报"}))
    must(unit.do("report_grid.submit", {**JANUARY, **cell("E1", "905")}))
    must(people.supervisor.do("report_grid.accept", JANUARY))
    first = must(unit.get("/api/v1/reporting_grid?collection=K1&unit=ZJW&period=2023-01&revision=1"))
    tap.ok("1200" in str(first) and "905" in str(grid(people)), "every version is kept")


def calendar(people):
    return must(people.analyst.get("/api/v1/reporting_calendar?collection=K1&from=2023-01&to=2023-02"))


def owed(tap, people):
    units = {u["name"]: [c["state"] for c in u["cells"]] for u in calendar(people)["units"]}
    tap.ok(len(units) == 2 and any("missing" in c for c in units.values()), "no report is itself visible", units)
    mine = must(people.unit.get("/api/v1/reporting_calendar?collection=K1"))
    tap.same(len(mine["units"]), 1, "an officer sees the own line")
    tap.ok("K1" in str(must(people.fgw.get("/api/v1/reporting_owed"))), "and what is owed")
    refused(tap, people.analyst.get("/api/v1/reporting_rates?from=2023-02-30"), 422, "a wrong day is told", "field.not_a_date", "from")
    refused(tap, people.supervisor.do("burden.set_cap", {"unit_kind": "subdistrict", "minutes": 9, "source": "x"}), 403,
            "the supervisor sets no cap", "command.forbidden")
    must(people.leader.do("burden.set_cap", {"unit_kind": "department", "minutes": 10, "source": "例"}))
    must(people.analyst.do("element.declare", {**ELEMENT, "code": "E7", "name": "逐户调查", "minutes": "20"}))
    refused(tap, people.analyst.do("collection.declare", {**MONTHLY, "code": "K7", "name": "调查", "columns": ["E7"], "must": []}), 422,
            "over the cap is refused", "burden.over_cap")


def main():
    tap = Tap()
    with Server() as server:
        people = People(server)
        declaring(tap, people)
        rounds(tap, people)
        owed(tap, people)
        bad_input(tap, people, ("element.", "collection.", "burden.", "report_grid."))
        tap.ok(server.alive(), "the server lives")
    tap.end()


if __name__ == "__main__":
    sys.exit(main())
