#!/usr/bin/env python3
"""The cockpit over the worked example: each of its figures, for the whole, for each line, unit and leader,
is what the list it opens has; and a reader's cockpit is made of what that reader may see.
"""
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from harness import Client, Server, Tap, make_store

EXAMPLE = Path(os.environ["BIHUAN_PACKS"]) / "dongcheng-2023"
PASSWORD = "bihuan-2023"


@contextmanager
def example(as_of):
    with tempfile.TemporaryDirectory(prefix="bihuan-api-") as folder:
        make_store(Path(folder) / "d", pack=EXAMPLE)
        with Server(Path(folder) / "d", make=False, as_of=as_of) as server:
            yield server


def both(*parts):
    return " and ".join(f"({p})" for p in parts if p)


def listed(client, where):
    answer = client.get("/api/v1/items_counts?" + urlencode({"where": where}))
    return answer.json["total"] if answer.status == 200 else answer


def differing(client, it, group, more):
    """The figures of a group that the list with the same words does not have."""
    wrong = []
    for figure, n in zip(it["figures"], group["n"], strict=True):
        where = both(figure["where"], it["base"], more)
        found = listed(client, where)
        if found != n:
            wrong.append(f"{figure['code']} {n}, list {found}: {where}")
    return wrong


def add_up(it, groups):
    return [sum(g["n"][i] for g in groups) for i in range(len(it["figures"]))]


def whole(tap, client, who):
    it = client.get("/api/v1/cockpit").json
    wrong = differing(client, it, it["all"], "")
    tap.ok(not wrong, f"{who}: all {len(it['figures'])} figures are what their lists have", "\n".join(wrong))
    tap.same(add_up(it, it["lines"]), it["all"]["n"], f"{who}: the lines add up to the whole")
    return it


def parts(tap, client, it):
    wrong = []
    for line in it["lines"]:
        wrong += differing(client, it, line, f"line_id = '{line['code']}'" if line["code"] else "line_id is null")
    tap.ok(not wrong, f"each figure of {len(it['lines'])} lines is what its list has", "\n".join(wrong))
    wrong = []
    for unit in it["late_units"]:
        wrong += differing(client, it, unit, f"lead_unit_id = '{unit['code']}'")
    tap.ok(not wrong and it["late_units"], f"so is each of {len(it['late_units'])} units that are late", "\n".join(wrong))
    wrong = []
    for leader in it["leaders"]:
        mine = client.get(f"/api/v1/cockpit?leader={leader['id']}").json
        wrong += differing(client, mine, mine["all"], "")
        if mine["all"]["n"] != leader["n"]:
            wrong.append(f"{leader['name']}: {leader['n']} in the whole, {mine['all']['n']} alone")
    tap.ok(not wrong and it["leaders"], f"and each of {len(it['leaders'])} leaders, alone as in the whole", "\n".join(wrong))


def lateness(tap, it):
    place = [f["code"] for f in it["figures"]].index("overdue")
    late = [u["n"][place] for u in it["late_units"]]
    tap.ok(late == sorted(late, reverse=True) and min(late) > 0, "who owes most of what is late comes first", late)
    days = [i["due_day"] for i in it["late"]]
    tap.ok(days == sorted(days) and max(days) < it["today"], "late items by their due day", days)
    tap.ok(all(u["late_days"] > 0 for u in it["late_units"]), "and how long the oldest is late", it["late_units"])


def quarter(tap, it):
    tap.same((it["first_quarter"]["last"], it["first_quarter"]["days_left"]), ("2023-03-31", -91), "the first quarter is over")
    tap.same((it["quarter"]["first"], it["quarter"]["last"], it["quarter"]["days_left"], it["quarter"]["working_days_left"]),
             ("2023-04-01", "2023-06-30", 0, 0), "the quarter of the day ends today")


def early(tap):
    """On 1 March the first quarter counts down: 22 working days from 2 to 31 March 2023."""
    with example("2023-03-01") as server:
        it = Client(server, "ducha", PASSWORD).get("/api/v1/cockpit").json
        tap.same((it["first_quarter"]["days_left"], it["first_quarter"]["working_days_left"]), (30, 22),
                 "on 1 March 30 days, of them 22 working days, are left")
        tap.same(it["first_quarter"], it["quarter"], "and it is the quarter of the day")


def main():
    tap = Tap()
    with example("2023-06-30") as server:
        clients = {who: Client(server, who, PASSWORD) for who in ("ducha", "quzhang", "zjw")}
        it = whole(tap, clients["ducha"], "supervisor")
        parts(tap, clients["ducha"], it)
        lateness(tap, it)
        quarter(tap, it)
        whole(tap, clients["quzhang"], "leader")
        own = whole(tap, clients["zjw"], "unit")
        tap.ok(0 < own["all"]["n"][0] < it["all"]["n"][0], "a unit's cockpit is of its own items")
        for days in (0, 400, -1):
            answer = clients["ducha"].get(f"/api/v1/cockpit?days={days}")
            tap.ok(answer.status == 422 and "366" in answer.json["detail"], f"{days} days are refused with the limit", answer)
        answer = Client(server, "xitong", PASSWORD).get("/api/v1/cockpit")
        tap.same(answer.status, 403, "an administrator has no cockpit")
    early(tap)
    tap.end()


main()
