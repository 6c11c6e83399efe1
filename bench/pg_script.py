"""Turns what a server logged of one transaction into a pgbench script that can be run again and again.

The statements stay as they were sent. Their arguments become variables: the district and the item are
chosen by chance; sequence, ids and versions follow from the rows that the script's own SELECTs read, so that
every transaction is valid and writes what the recorded one wrote; all other values are those recorded, given
to pgbench with -D, because in a script a colon inside a text would begin a variable.
"""
import re

LINE = re.compile(r"^\d{4}-\d\d-\d\d \S+ \S+ \[(\d+)\] .*?(LOG|DETAIL):\s+(.*)$", re.S)
EXECUTE = re.compile(r"^execute [^:]+: (.*)$", re.S)
PARAMETER = re.compile(r"\$(\d+) = (NULL|'(?:[^']|'')*')", re.S)


class Statement:
    def __init__(self, sql):
        self.sql, self.values = sql, []

    def columns(self):
        """Argument number → (column, part of the statement) where one stands for a column."""
        found = {}
        insert = re.match(r"INSERT INTO \w+\s*\(([^)]*)\) VALUES\s*\(([^)]*)\)", self.sql)
        if insert:
            for column, value in zip(insert[1].split(","), insert[2].split(",")):
                if value.strip().startswith("$"):
                    found.setdefault(int(value.strip()[1:]), []).append((column.strip(), "insert"))
            return found
        head, _, where = self.sql.partition(" WHERE ")
        for part, text in (("set", head), ("where", where)):
            for column, number in re.findall(r"(\w+) = \$(\d+)", text):
                found.setdefault(int(number), []).append((column, part))
        return found

    def table(self):
        m = re.match(r"(?:INSERT INTO|UPDATE|SELECT .*? FROM) (\w+)", self.sql, re.S)
        return m[1] if m else ""


def entries(text):
    """Log lines with what was continued on further lines."""
    entry = None
    for line in text.splitlines():
        if re.match(r"^\d{4}-\d\d-\d\d ", line):
            if entry:
                yield entry
            entry = line
        elif entry is not None:
            entry += "\n" + line
    if entry:
        yield entry


def transactions(text):
    """The committed transactions in a log, each a list of statements."""
    open_ones = {}
    for entry in entries(text):
        m = LINE.match(entry)
        if not m:
            continue
        pid, kind, said = m.groups()
        tx = open_ones.setdefault(pid, [])
        if kind == "DETAIL" and said.lower().startswith("parameters: ") and tx:
            tx[-1].values = [None if v == "NULL" else v[1:-1].replace("''", "'") for _, v in PARAMETER.findall(said)]
            continue
        execute = EXECUTE.match(said)
        sql = execute[1] if execute else said.removeprefix("statement: ") if said.startswith("statement: ") else None
        if sql is None:
            continue
        tx.append(Statement(sql.strip()))
        if sql.strip() == "BEGIN":
            open_ones[pid] = tx[-1:]
        elif sql.strip() == "COMMIT":
            yield open_ones.pop(pid)


def number(value):
    return int(value) if value is not None and re.fullmatch(r"-?\d+", value) else None


class Script:
    """One recorded transaction as a script. first, step, items: where items stand; districts: how many."""

    def __init__(self, tx, name, districts, first, step, items):
        self.name, self.constants = name, {}
        self.first, self.step, self.items = first, step, items
        head = next(s for s in tx if s.sql.startswith("UPDATE journal_head"))
        by_column = {c: head.values[n - 1] for n, cs in head.columns().items() for c, part in cs if part == "set"}
        self.seq, self.last = int(by_column["seq"]), int(by_column["last_id"])
        self.new = sorted({number(s.values[n - 1]) for s in tx if s.sql.startswith("INSERT")
                           for n, cs in s.columns().items() if ("id", "insert") in cs})
        self.lines = [f"\\set d random(1, {districts})", f"\\set n random(0, {items - 1})",
                      f"\\set item {first} + {step} * :n", "\\set key random(1, 9000000000000000000)"]
        self.read = set()  # what \gset brought: "h", "item", "clock_run"
        for s in tx:
            self.add(s)

    def is_item(self, n):
        return n is not None and 0 <= n - self.first < self.step * self.items and (n - self.first) % self.step == 0

    def constant(self, value):
        if value not in self.constants:
            self.constants[value] = f"{self.name}{len(self.constants)}"
        return ":" + self.constants[value]

    def variable(self, s, at):
        value, n = s.values[at - 1], number(s.values[at - 1])
        columns = s.columns().get(at, [])
        names = {c for c, _ in columns}
        writes = any(part in ("insert", "set") for _, part in columns)
        if value is None:
            return "NULL"
        if at == 1 and "district_id" in s.sql or s.table() == "district" and "id" in names:
            return ":d"
        if "idem_key" in names:
            return ":key"
        if n in self.new:
            return f":new{self.new.index(n)}"
        if "last_id" in names:
            return ":last"
        if "seq" in names or n == self.seq and s.table().startswith("journal"):
            return ":seq" if writes or n == self.seq else ":h_seq"
        if "version" in names and s.sql.startswith("UPDATE"):
            return f":{s.table()}_version" + ("_next" if writes else "")
        if "id" in names and s.table() == "clock_run":
            return ":clock_run_id"
        if self.is_item(n):
            return ":item"
        if "code" in names and s.sql.startswith("INSERT INTO item("):
            return ":new0"
        return self.constant(value)

    def add(self, s):
        text = re.sub(r"\$(\d+)", lambda m: self.variable(s, int(m[1])), s.sql)
        gset = None
        if s.sql.startswith("SELECT"):
            if "journal_head" in s.sql and "h" not in self.read:
                gset = "h"
            elif s.table() in ("item", "clock_run") and s.table() not in self.read and " version" in s.sql.split(" FROM ")[0] \
                    and (s.table() != "item" or ":item" in text):
                gset = s.table()
        if gset:
            self.read.add(gset)
            self.lines.append(f"{text} \\gset {gset}_")
            self.lines += self.after(gset)
        else:
            self.lines.append(text + ";")

    def after(self, gset):
        if gset != "h":
            return [f"\\set {gset}_version_next :{gset}_version + 1"]
        made = [f"\\set new{i} :h_last_id + {i + 1}" for i in range(len(self.new))]
        return ["\\set seq :h_seq + 1", *made, f"\\set last :h_last_id + {len(self.new)}"]

    def text(self):
        return "\n".join(self.lines) + "\n"

    def defines(self):
        return [word for value, name in self.constants.items() for word in ("-D", f"{name}={value}")]
