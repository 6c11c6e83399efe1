#!/usr/bin/env python3
"""Faulty packs, each with what `bihuan pack check` says of it word by word: file, line, column, what and why."""
import os, pathlib, subprocess, sys, tempfile

PROGRAM = os.environ["BIHUAN"]
BASE = {
    "pack.ini": "[pack]\nname = faulty\nversion = 1\n[district]\ncode = faulty\nname = 某区\nzone_min = 480\nplan_year = 2024\n",
    "units.csv": "code,name,kind,parent,official_order,basis\nGOV,某区人民政府,government,,1,example\n"
                 "ZJW,某区住建委,department,GOV,2,example\nJ01,甲街道,subdistrict,GOV,3,example\n",
    "registers.csv": "code,name,name_en,code_pattern,official_order,legal_basis,report_minutes\n"
                     "RW,任务,Tasks,RW-{seq3},1,政府督查工作条例第七条,5\n",
}
FIELDS = "register,code,name,kind,required_at,choices,unit_name,visible_to,basis,frequency,minutes\n"
ELEMENTS = "code,name,also_called,subject,kind,measure,aggregation,item_member,legal_basis,owner_unit,minutes,basis\n"
COLLECTIONS = ("code,name,row_kind,in_register,columns,cycle,due_count,due_in,roll,due_source,first_period,units,owner_unit,"
               "legal_basis,basis\n")
CLOCKS = "kind,amount,unit,roll,rule_version,source\n"
# Each: name, the tables put over the base, the lines said.
CASES = [
    ("a row with too many cells", {
        "lines.csv": (
            "code,name,official_order,basis\n"
            "L1,一,1,local,多\n"
        ),
    }, [
        "lines.csv:2: “多”在标题行之外，没有列",
    ]),
    ("a heading nobody knows", {
        "lines.csv": (
            "code,name,order,basis\n"
            "L1,一,1,local\n"
        ),
    }, [
        "lines.csv:1: order: 没有列“order”；备注列的标题以 # 开头",
    ]),
    ("a quotation mark left open", {
        "lines.csv": (
            "code,name,official_order,basis\n"
            "L1,\"一,1,local\n"
        ),
    }, [
        "lines.csv:2: CSV 中有一个引号没有结束",
    ]),
    ("a register named twice", {
        "registers.csv": (
            "code,name,name_en,code_pattern,official_order,legal_basis,report_minutes\n"
            "RW,任务,Tasks,RW-{seq3},1,政府督查工作条例第七条,5\n"
            "RW,任务二,Tasks 2,R2-{seq3},2,x,5\n"
        ),
    }, [
        "registers.csv:3: code: 编码“RW”在第 2 行已有",
    ]),
    ("a code pattern without number", {
        "registers.csv": (
            "code,name,name_en,code_pattern,official_order,legal_basis,report_minutes\n"
            "RW,任务,Tasks,RW-{seq3},1,政府督查工作条例第七条,5\n"
            "R2,事项,Items,R2-{year},2,x,5\n"
        ),
    }, [
        "registers.csv:3: code_pattern: 编号规则“R2-{year}”不对：可用 {year}、{line}，末尾须为 {seq2} 这样的顺序号（数字为位数）",
    ]),
    ("a register with a loop that is not there", {
        "registers.csv": (
            "code,name,code_pattern,legal_basis,report_minutes,loop\n"
            "R2,事项,R2-{seq3},x,5,quick\n"
        ),
    }, [
        "registers.csv:2: loop: 没有办理流程“quick”",
    ]),
    ("a loop without a way to its end", {
        "register_loops.csv": (
            "code,name,steps,source\n"
            "short,短,item.issue=drafted|item.accept,x\n"
        ),
    }, [
        "register_loops.csv:2: steps: 办理流程不得省去“item.finish”",
    ]),
    ("a step the loop has not", {
        "register_loops.csv": (
            "code,name,steps,source\n"
            "short,短,item.issue=drafted|item.jump,x\n"
        ),
    }, [
        "register_loops.csv:2: steps: 闭环中没有环节“item.jump”",
    ]),
    ("a field of an unknown kind", {
        "register_fields.csv": (
            FIELDS +
            "RW,area,面积,numeric,never,,,,x,once,1\n"
        ),
    }, [
        "register_fields.csv:2: kind: “类型”只能是：text, long_text, integer, decimal, money, day, bool, choice, unit, person, place",
    ]),
    ("a field named as what every item has", {
        "register_fields.csv": (
            FIELDS +
            "RW,due,完成时限,day,never,,,,x,once,1\n"
        ),
    }, [
        "register_fields.csv:2: code: “due”是每个事项已有的内容，请换一个名称",
    ]),
    ("a choice without choices and a name twice", {
        "register_fields.csv": (
            FIELDS +
            "RW,stage,阶段,choice,never,,,,x,once,1\n"
            "RW,a1,面积,integer,never,,,,x,once,1\n"
            "RW,a2,面积,integer,never,,,,x,once,1\n"
        ),
    }, [
        "register_fields.csv:2: choices: “阶段”是选项，应列出选项：编码=名称|编码=名称",
        "register_fields.csv:4: name: “面积”与字段 a1 重名",
    ]),
    ("a field for a role that is none, one without basis, one of no register", {
        "register_fields.csv": (
            FIELDS +
            "RW,area,面积,integer,never,,,boss,x,once,1\n"
            "RW,floor,楼层,integer,never,,,,,once,1\n"
            "XX,a,甲,text,never,,,,x,once,1\n"
        ),
    }, [
        "register_fields.csv:2: visible_to: “boss”不是可以查看事项的角色：leader、supervisor、unit、analyst、auditor",
        "register_fields.csv:3: basis: 缺“依据”",
        "register_fields.csv:4: register: “台账”没有对应的记录：XX",
    ]),
    ("a clock that no step starts", {
        "clocks.csv": (
            CLOCKS +
            "sleep,3,working_day,next,1,x\n"
            "report,-1,working_day,next,1,x\n"
        ),
    }, [
        "clocks.csv:2: kind: “时钟”只能是：issue, reissue, accept, report, decide, verify, rework, review, object, objection",
        "clocks.csv:3: amount: 数值“-1”超出此规则的范围",
    ]),
    ("a clock of an unknown register", {
        "register_clocks.csv": (
            "register," + CLOCKS +
            "YY,report,3,working_day,next,1,x\n"
            "RW,report,3,week,next,1,x\n"
        ),
    }, [
        "register_clocks.csv:2: register: “台账”没有对应的记录：YY",
        "register_clocks.csv:3: unit: “单位”只能是：working_day, day, working_minute, month_day",
    ]),
    ("one fact under two elements", {
        "elements.csv": (
            ELEMENTS +
            "E1,户数,住户数,unit,number,户,sum,none,x,ZJW,1,example\n"
            "E2,住户数,,unit,number,户,sum,none,x,ZJW,1,example\n"
        ),
        "collections.csv": (
            COLLECTIONS +
            "C1,月报,unit,,E1,month,5,day,next,x,2024-01,J01,ZJW,x,example\n"
            "C2,又一份月报,unit,,E2,month,5,day,next,x,2024-01,J01,ZJW,x,example\n"
        ),
    }, [
        "collections.csv:3: columns: “住户数”已由《月报》以“户数（E1）”向甲街道要过，不能重复要；请引用该数据元，系统将自动带入",
    ]),
    ("a field that the report tells already, one that is collected", {
        "register_fields.csv": (
            FIELDS +
            "RW,trouble,主要问题,long_text,never,,,,x,month,1\n"
            "RW,homes,户数,integer,never,,,,x,month,1\n"
        ),
        "elements.csv": (
            ELEMENTS +
            "E1,存在问题,主要问题,item,text,,none,problems,x,ZJW,1,example\n"
            "E2,户数,,item,number,户,sum,none,x,ZJW,1,example\n"
        ),
        "collections.csv": (
            COLLECTIONS +
            "C1,月报,items,RW,E2,month,5,day,next,x,2024-01,J01,ZJW,x,example\n"
            "C3,月报,unit,,E9,month,5,day,next,x,2024-13,J01,ZJW,x,example\n"
        ),
    }, [
        "elements.csv:2: name: 台账《任务》的字段“主要问题”就是进展报告里的“存在问题”，不能重复要",
        "collections.csv:2: columns: 台账《任务》的字段“户数”与《月报》的“户数”是同一内容，不能重复要",
        "collections.csv:3: columns: “栏目”没有对应的记录：E9",
    ]),
    ("a fault below a cell of several lines", {
        "lines.csv": (
            "code,name,official_order,basis\n"
            "L1,\"一\n"
            "二\",1,local\n"
            "\n"
            "L2,二,zwei,local\n"
        ),
    }, [
        "lines.csv:5: official_order: “zwei”不是此列可用的值",
    ]),
    ("a key of pack.ini that nobody knows, one that is missing", {
        "pack.ini": (
            "[pack]\n"
            "name = faulty\n"
            "version = 1\n"
            "[district]\n"
            "code = faulty\n"
            "name = 某区\n"
            "zone = 8\n"
            "plan_year = 2024\n"
        ),
    }, [
        "pack.ini:7: district.zone: 没有配置项“district.zone”",
        "pack.ini: 缺配置项“district.zone_min”",
    ]),
    ("a binding goal without target, one that ends before it begins, one below nothing", {
        "goals.csv": (
            "code,name,horizon,kind,first_day,last_day,comparator,target,target_unit,parent,unit,weight,basis,official_order,source\n"
            "G1,目标,year,binding,2024-01-01,2024-12-31,,,,,ZJW,,example,1,x\n"
            "G2,目标二,year,expected,2024-12-31,2024-01-01,,,,,ZJW,,example,2,x\n"
            "G3,目标三,year,expected,2024-01-01,2024-12-31,,,,G9,ZJW,,example,3,x\n"
        ),
    }, [
        "goals.csv:2: target: 约束性目标“目标”必须有目标值",
        "goals.csv:3: first_day: 目标“目标二”的起始日晚于截止日",
        "goals.csv:4: parent: “上级目标”没有对应的记录：G9",
    ]),
    ("a template whose node waits for one that is not there", {
        "templates.csv": (
            "code,name,fits,register,source,basis\n"
            "T1,模板,,RW,x,example\n"
        ),
        "template_nodes.csv": (
            "template,code,ordinal,name,anchor,offset_days,duration,duration_unit,duration_class,after,standard,source\n"
            "T1,01,1,甲,start,0,5,working_day,negotiated,,完成,x\n"
            "T1,02,2,乙,start,0,5,working_day,negotiated,09,完成,x\n"
            "T1,03,3,丙,start,0,0,working_day,statutory,01,完成,x\n"
        ),
    }, [
        "template_nodes.csv:3: after: 节点“02”的前置“09”不存在，或排在它之后",
    ]),
]


def say(files, lang):
    with tempfile.TemporaryDirectory() as top:
        folder = pathlib.Path(top) / "pack"
        folder.mkdir()
        for name, text in {**BASE, **files}.items():
            (folder / name).write_text(text, encoding="utf-8")
        env = {**os.environ, "LANG": lang, "LC_ALL": lang}
        r = subprocess.run([PROGRAM, "pack", "check", str(folder)], capture_output=True, text=True, env=env, timeout=60)
        return r.returncode, r.stdout.splitlines(), r.stderr


def places(lines):
    return [line.split(" ")[0] for line in lines]


def main():
    failed = 0
    print(f"1..{2 * len(CASES) + 1}")
    for n, (name, files, want) in enumerate(CASES):
        code, lines, err = say(files, "zh_CN.UTF-8")
        good = code == 1 and lines == want
        en_code, en, _ = say(files, "en_US.UTF-8")
        # The same places in the other language, and no word of the first but what the pack itself says.
        same = en_code == 1 and places(en) == places(want) and en != want
        for number, ok, title in ((2 * n + 1, good, name), (2 * n + 2, same, f"{name}, in English")):
            failed += not ok
            print(f"{'ok' if ok else 'not ok'} {number} - {title}")
        if not good:
            print("\n".join(f"# {x}" for x in [f"exit {code} {err.strip()}", *lines]))
        if not same:
            print("\n".join(f"# {x}" for x in en))
    code, lines, err = say({}, "zh_CN.UTF-8")
    failed += code != 0
    print(f"{'ok' if code == 0 else 'not ok'} {2 * len(CASES) + 1} - the base itself has no fault")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
