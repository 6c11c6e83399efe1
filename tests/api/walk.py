"""What the walks of the areas share: people by role, items on their way, one effect for one key, and input that
no command takes, made from /openapi.json: each argument of each command of an area with values of the wrong type, too
long, hostile or unknown. The answer is always 4xx, names the place, and says why in the language asked for."""
from harness import Client

LOGINS = {"leader": "lingdao", "supervisor": "ducha", "unit": "zjw", "analyst": "fenxi", "auditor": "shenji",
          "sysadmin": "xitong", "secadmin": "anquan"}
HOSTILE = ["'; DROP TABLE item; --", "<script>alert(1)</script>", "../../etc/passwd", "%s%n", "\u202e颠倒", "𠮷" * 40]


class People:
    """Clients by role, in English; .zh(role) the same person in Chinese."""

    def __init__(self, server):
        self.server, self.made = server, {}

    def __getattr__(self, role):
        return self.of(role, "en")

    def zh(self, role):
        return self.of(role, "zh")

    def of(self, role, language):
        key = role, language
        if key not in self.made:
            self.made[key] = Client(self.server, LOGINS.get(role, role), language=language)
        return self.made[key]


def must(answer):
    if answer.status != 200:
        raise AssertionError(answer)
    return answer.json


def item(people, title, until="accepted", lead="ZJW", due="2023-06-30"):
    """An item of the unit, as far as the loop is to be walked; its id."""
    made = must(people.supervisor.do("item.draft", {
        "register": "ZD", "title": title, "standard": "做完", "lead": lead, "person": f"P-{lead}2" if lead == "ZJW" else "P-FGW",
        **({"deputy": "P-ZJW"} if lead == "ZJW" else {}), "due": due, "due_kind": "finish",
        "parts": [{"kind": "standard", "body": "做完"}]}))["item"]
    steps = {"approved": (people.leader, "item.approve", {"authority_kind": "meeting", "authority_ref": "纪要1号",
                                                          "authority_day": "2023-02-20", "duplicates_seen": True}),
             "issued": (people.supervisor, "item.issue", {}),
             "accepted": (people.unit if lead == "ZJW" else people.fgw, "item.accept", {"commitment": "按期"})}
    for state, (who, command, more) in steps.items():
        if until == "drafted":
            break
        must(who.do(command, {"item": made, **more}))
        if state == until:
            break
    return made


def version(people, of):
    return must(people.supervisor.get(f"/api/v1/item?item={of}"))["item"]["version"]


def once(tap, client, command, arguments, count, name):
    """Sent twice under one key: the same answer, one effect; another body under it is refused."""
    key = {"Idempotency-Key": f"once-{command}"}
    before = count()
    first, second = client.do(command, arguments, key), client.do(command, arguments, key)
    tap.ok(first.status == second.status == 200 and first.json == second.json, f"{name}: the same key, the same answer",
           f"{first}\n{second}")
    tap.same(count(), before + 1, f"{name}: and one effect")
    third = client.do(command, {**arguments, "unheard_of": 1}, key)
    tap.ok(third.status == 409, f"{name}: another body under the key is refused", third)
    return first.json


def refused(tap, answer, status, name, id=None, field=None):
    got = (answer.status, *([answer.id] if id else []), *([answer.json.get("field")] if field else []))
    tap.same(got, (status, *([id] if id else []), *([field] if field else [])), name)


def bad_values(s):
    """(value, why) that an argument of this schema cannot take."""
    kind, form = s.get("type"), s.get("format")
    if kind == "array":
        yield from (("x", "no list"), ({}, "no list"), ([[[]]], "nested lists"))
        return
    if kind == "integer":
        yield from (("ein", "no number"), (1.5, "no whole number"), (10 ** 30, "too large"), ([], "a list"))
    elif kind == "boolean":
        yield from (("yes", "no truth value"), (2, "a number"), ([], "a list"))
    else:
        yield from (({"a": 1}, "an object"), ([1], "a list"), (True, "a truth value"))
        if "maxLength" in s:
            yield "长" * (s["maxLength"] + 1), "too long"
    if "enum" in s:
        yield "no_such_word", "not in the list"
    if form == "date":
        yield from (("2023-02-30", "no day"), ("20230301", "no date"))
    if form == "date-time":
        yield "gestern", "no instant"
    if form == "decimal":
        yield from (("1e5", "an exponent"), ("1.0000001", "seven decimals"))
    if "x-reference" in s:
        for hostile in HOSTILE:
            yield hostile, "hostile"


def commands_of(openapi, prefixes):
    for path, methods in sorted(openapi["paths"].items()):
        name = path.rsplit("/", 1)[1]
        if path.startswith("/api/v1/do/") and any(name.startswith(p) for p in prefixes):
            it = methods["post"]
            yield name, it["requestBody"]["content"]["application/json"]["schema"], it["x-roles"]


def bad_input(tap, people, prefixes):
    openapi = people.leader.get("/openapi.json").json
    wrong, tried, commands = [], 0, list(commands_of(openapi, prefixes))
    for name, schema, roles in commands:
        role = next(r for r in LOGINS if r in roles)
        for argument, s in schema["properties"].items():
            for value, why in bad_values(s):
                answer = people.of(role, "en").do(name, {argument: value})
                tried += 1
                # What the call is about is missing when it is not there; what no JSON holds is told by its column; all else
                # is wrong at its place.
                place = str(answer.json.get("field") or "")
                named = place == argument or place.startswith((argument + "[", argument + ".")) or answer.status == 404 or answer.json.get("position")
                if not 400 <= answer.status < 500 or not named or not answer.json["detail"]:
                    wrong.append(f"{name} {argument} = {str(value)[:40]} ({why}): {answer}")
        for sent in ({"unheard_of": 1}, {}):
            answer, chinese = (people.of(role, x).do(name, sent) for x in ("en", "zh"))
            tried += 2
            good = 400 <= answer.status < 500 if sent or schema.get("required") else answer.status < 500
            if not good or (sent and answer.json.get("field") != "unheard_of"):
                wrong.append(f"{name} {sent}: {answer}")
            if answer.status >= 400 and (answer.id != chinese.id or answer.json["detail"] == chinese.json["detail"] or
                                         chinese.json["detail"].isascii()):
                wrong.append(f"{name} {sent}: not in both languages: {answer} {chinese}")
        for sent in (b"", b"[]", b"{", b'{"a":1,"a":2}', b'"x"', b"\xff\xfe", b"{}" * 3, b"[" * 5000):
            answer = people.of(role, "en").do(name, sent)
            tried += 1
            # No body at all is an empty one.
            if not 400 <= answer.status < 500 and (sent or schema.get("required")):
                wrong.append(f"{name} {sent[:20]}: {answer}")
        outsider = next((r for r in LOGINS if r not in roles), None)
        if outsider and people.of(outsider, "en").do(name, {}).status != 403:
            wrong.append(f"{name} by {outsider}: not refused")
    tap.ok(commands and not wrong, f"{len(commands)} commands of {' '.join(prefixes)}: {tried} bad bodies are refused, each with its place",
           "\n".join(wrong))
