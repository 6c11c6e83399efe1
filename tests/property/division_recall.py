#!/usr/bin/env python3
"""How much of generated division documents the importer gets right.

Usage: division_recall.py BIHUAN [SEED]. Shapes that districts use (field lines, bracket tails, flattened
tables, hard-wrapped PDF text, half-width marks, CSV, duties said in front …), four documents of sixty tasks each, are written with known
tasks, read by `bihuan import FILE --report -` and compared: text, lead, assisting units, deadline. Prints TAP, one
test a shape: every figure has to reach LEAST. The seed is fixed, so a failure replays.
"""
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

LEAST = 0.99
R = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 20230201)

VERBS = ['推进', '完成', '加快', '实施', '新建', '改造', '深化', '开展', '持续优化', '落实']
MATTERS = ['重点项目', '老旧小区', '营商环境', '产业园区', '乡村道路', '养老服务设施', '数字政府', '污水管网', '中小学校舍',
           '“专精特新”企业培育', '政务服务“一网通办”', '口袋公园', '城市更新片区', '招商引资项目（一期）', '高标准农田', '5G基站']
FIGURES = ['，新增32家以上', '，完成投资12.6亿元', '，增长7%左右', '，不少于20个', '，覆盖率达到95%以上', '，控制在4%以内', '',
           '，建成面积3.5万平方米']
UNITS = ['发展和改革局', '财政局', '教育体育局', '住房和城乡建设局', '城市管理局', '文化和旅游局', '卫生健康局', '人力资源和社会保障局',
         '自然资源和规划局', '市场监管局', '农业农村局', '水务局', '交通运输局', '应急管理局', '商务局', '民政局', '行政审批局',
         '融媒体中心', '税务局', '公安分局']
SETS = ['各街道', '各镇（街道）', '各有关部门', '园区管委会', '区城投公司', '区供电公司', '各乡镇人民政府']
PEOPLE = ['王建国', '李某某', '张伟', '赵敏', '陈晓东', '刘某', '常务副区长', '分管副区长']
DEADLINES = [('12月底前', '2023-12-31'), ('2023年6月底', '2023-06-30'), ('一季度', '2023-03-31'), ('年底前', '2023-12-31'),
             ('长期坚持', None), ('10月中旬', '2023-10-20'), ('持续推进', None), ('9月', '2023-09-30'),
             ('全年', '2023-12-31'), ('上半年', '2023-06-30'), ('11月30日前', '2023-11-30')]
NUMERALS = '一二三四五六七八九十'
LETTER = ['某某区人民政府办公室关于印发2023年区政府工作报告重点任务分工方案的通知', '某政办发〔2023〕3号', '各街道办事处，区政府各部门：',
          '《2023年重点任务分工方案》已经区政府同意，现印发给你们，请认真贯彻执行。',
          '一、各责任单位要高度重视，于2月20日前报送工作方案。', '二、区政府督查室按季度通报。', '某某区人民政府办公室',
          '2023年2月3日', '2023年区政府工作报告重点任务分工方案']


def one_unit():
    return R.choice(['区', '区', '区', '']) + R.choice(UNITS)


def one_task():
    units = [one_unit()]
    wanted = R.randint(1, 4)
    while len(units) < wanted:
        u = R.choice([one_unit(), one_unit(), R.choice(SETS)])
        if u not in units:
            units.append(u)
    due, day = R.choice(DEADLINES)
    more = R.choice(['', '，' + R.choice(VERBS) + R.choice(MATTERS)])
    return {'text': R.choice(VERBS) + R.choice(MATTERS) + R.choice(FIGURES) + more + '。', 'units': units, 'due': due,
            'day': day, 'person': R.choice(PEOPLE)}


def section(i):
    return [f'{NUMERALS[i // 10 % 10]}、推动{R.choice(MATTERS)}建设'] if i % 10 == 0 else []


def fields(tasks):
    out = list(LETTER)
    for i, t in enumerate(tasks):
        out += section(i) + [f'{i + 1}.{t["text"]}']
        colon = R.choice('：:')
        if R.random() < .5:
            out.append(f'牵头单位{colon}{t["units"][0]}')
            if t['units'][1:]:
                out.append(f'责任单位{colon}' + '、'.join(t['units'][1:]))
        else:
            out.append(f'责任单位{colon}' + R.choice('、，').join(t['units']))
        if R.random() < .5:
            out.append(f'责任领导{colon}{t["person"]}')
        out.append(f'完成时限{colon}{t["due"]}')
    return out


def tail(t):
    first, rest, due, every = t['units'][0], '、'.join(t['units'][1:]), t['due'], '、'.join(t['units'])
    forms = [f'（牵头单位：{first}；' + (f'责任单位：{rest}；' if rest else '') + f'完成时限：{due}）',
             f'（责任单位：{every}，{due}）',
             f'（{first}牵头，' + (f'{rest}按职责分工负责，' if rest else '') + f'{due}）',
             f'［责任单位：{every}；完成时限：{due}］',
             f'（{every}，{due}）' if rest or first[0] == '区' else f'（{first}负责，{due}）',
             f'（{first}牵头，' + (f'{rest}配合；' if rest else '') + f'{due}）']
    return R.choice(forms)


def tails(tasks):
    out = list(LETTER)
    for i, t in enumerate(tasks):
        out += section(i) + [f'{i + 1}.{t["text"]}{tail(t)}']
    return out


def said(tasks):
    """Who does it stands in front of what is to be done; the text keeps both and states no deadline."""
    out = list(LETTER)
    for i, t in enumerate(tasks):
        first, rest, text = t['units'][0], '、'.join(t['units'][1:]), t['text']
        shared = [f'由{first}牵头，{rest}配合，{text}', f'{first}会同{rest}{text}',
                  f'{first}牵头，{rest}按职责分工负责，{text}', f'请{first}会同{rest}{text}']
        alone = [f'{first}负责{text}', f'由{first}负责{text}', f'请{first}{text}', f'{first}牵头{text}',
                 f'区{first.lstrip("区")}要{text}']
        t['text'] = R.choice(shared if rest else alone)
        t['day'] = None
        if t['text'].startswith('区') and '要' in t['text'][:18]:
            t['units'][0] = '区' + first.lstrip('区')
        out += section(i) + [f'{i + 1}.{t["text"]}']
    return out


def run_together(tasks):
    """Three items with their tails on each line."""
    out, lines = list(LETTER), [f'{i + 1}.{t["text"]}{tail(t)}' for i, t in enumerate(tasks)]
    return out + [''.join(lines[i:i + 3]) for i in range(0, len(lines), 3)]


def blanks(tasks):
    """A row a line, cells parted by blanks that also stand inside the task."""
    out = LETTER + ['序号 重点任务 牵头领导 牵头单位 责任单位 完成时限']
    for i, t in enumerate(tasks):
        cut = R.randint(2, 6)
        text = t['text'][:cut] + ' ' + t['text'][cut:]
        out.append(' '.join([str(i + 1), text, t['person'], t['units'][0], '、'.join(t['units'][1:]) or '—', t['due']]))
    return out


def flat(tasks):
    out = LETTER + ['序号', '重点任务', '牵头领导', '牵头单位', '责任单位', '完成时限']
    for i, t in enumerate(tasks):
        out += section(i) + [str(i + 1), t['text']]
        if R.random() < .9:
            out.append(t['person'])
        out.append(t['units'][0])
        if t['units'][1:]:
            out.append('、'.join(t['units'][1:]))
        out.append(t['due'])
    return out


def table(tasks):
    out = ['2023年重点任务分工表,,,,,', '序号,重点任务,牵头领导,牵头单位,责任单位,完成时限']
    for i, t in enumerate(tasks):
        out += [s + ',,,,,' for s in section(i)]
        out.append(','.join([str(i + 1), f'"{t["text"]}"', t['person'], t['units'][0], '、'.join(t['units'][1:]),
                             t['due']]))
    return out


def wrapped(lines, width=28):
    out = []
    for line in lines:
        line = '　　' + line
        while line:
            out.append(line[:width])
            line = line[width:]
            if len(out) % 30 == 0:
                out.append(f'— {len(out) // 30} —')
    return out


def half(lines):
    return [s.translate(str.maketrans('，；：（）', ',;:()')) for s in lines]


def spaced(lines):
    return [x for s in lines for x in (s, '')]


SHAPES = {
    'field lines': (fields, 'txt'), 'tails': (tails, 'txt'), 'flattened table': (flat, 'txt'), 'csv': (table, 'csv'),
    'wrapped tails': (lambda t: wrapped(tails(t)), 'txt'), 'wrapped field lines': (lambda t: wrapped(fields(t)), 'txt'),
    'half-width tails': (lambda t: half(tails(t)), 'txt'), 'half-width fields': (lambda t: half(fields(t)), 'txt'),
    'said duties': (said, 'txt'), 'run together': (run_together, 'txt'), 'blanks in cells': (blanks, 'txt'),
    'blank lines': (lambda t: spaced(fields(t)), 'txt'), 'spaced table': (lambda t: spaced(flat(t)), 'txt'),
}


def fold(s):
    s = re.sub(r'\s', '', s or '').translate(str.maketrans('，；：（）［］', ',;:()[]'))
    return s.rstrip('。;')


def score(tasks, found):
    hits = {'text': 0, 'lead': 0, 'assist': 0, 'due': 0}
    rest = list(found)
    for t in tasks:
        match = [g for g in rest if fold(g['text']) == fold(t['text'])]
        if not match:
            print('# no task:', t['text'])
            continue
        g = match[0]
        rest.remove(g)
        hits['text'] += 1
        hits['lead'] += fold(g['lead']) == fold(t['units'][0])
        hits['assist'] += [fold(x) for x in g['assist']] == [fold(x) for x in t['units'][1:]]
        hits['due'] += g['due'] == t['day']
    return hits, len(rest)


def main():
    print(f'1..{len(SHAPES)}')
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, (write, ending)) in enumerate(SHAPES.items(), 1):
            total, extra, lost, n = {'text': 0, 'lead': 0, 'assist': 0, 'due': 0}, 0, 0, 0
            for _ in range(4):
                tasks = [one_task() for _ in range(60)]
                path = Path(folder) / f'document.{ending}'
                path.write_text('\n'.join(write(tasks)) + '\n', encoding='utf-8')
                run = subprocess.run([sys.argv[1], 'import', str(path), '--report', '-'], capture_output=True, text=True)
                report = json.loads(run.stdout)
                hits, more = score(tasks, report['tasks'])
                total = {k: total[k] + hits[k] for k in total}
                extra, lost, n = extra + more, lost + len(report['unaccounted']), n + len(tasks)
            good = all(v >= LEAST * n for v in total.values()) and extra == 0 and lost == 0
            bad += not good
            figures = ', '.join(f'{k} {v}' for k, v in total.items())
            print(f'{"ok" if good else "not ok"} {number} - {name}: of {n} tasks {figures}; extra {extra}, lost {lost}')
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main())
